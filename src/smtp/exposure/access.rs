//! Who gets as far as RCPT TO.

use std::sync::Arc;

use super::classes::Classes;
use super::open::is_wide;
use super::template::sessions;
use super::{Access, Exposure};
use crate::smtp::address::MailAddress;
use crate::smtp::decide::decide;
use crate::smtp::host_list::Peer;
use crate::smtp::policy::Policy;
use crate::smtp::session::Session;
use crate::smtp::verdict::{Outcome, Stage};

impl Exposure {
    /// Who gets to RCPT TO for a local recipient.
    pub(super) fn access(&mut self, policy: &Policy, template: &Session) {
        let Some(local) = self.local_recipient(policy) else { return };
        let template = Session { recipient: local, ..template.clone() };
        let mut found: Vec<Access> = Vec::new();
        for peer in &policy.internet_appears_as {
            let end = ends(policy, &template, peer);
            put(&mut found, Access { anybody: true, addresses_v4: 1, ..end });
        }
        let as_it_is = policy.internet_appears_as.is_empty();
        for address in &self.classes.address_classes {
            for host in &self.classes.host_classes {
                let end = ends(policy, &template, &Classes::peer(address, host));
                let anybody = as_it_is && host.anybody && address.public() && is_wide(address);
                let addresses_v4 = if host.name.is_none() { address.size_v4 } else { 0 };
                put(&mut found, Access { anybody, addresses_v4, ..end });
            }
        }
        found.sort_by_key(|access| (!access.anybody, access.outcome));
        self.access = found;
    }

    /// A recipient in a local domain, if one is known.
    fn local_recipient(&self, policy: &Policy) -> Option<MailAddress> {
        let names = self.classes.domain_classes.iter().filter_map(|domain| domain.name.as_deref());
        let mut names = names.filter(|name| policy.local_domains.contains(name).is_yes());
        names.next().map(|domain| MailAddress {
            text: Arc::from(format!("postmaster@{domain}")),
            local_part: Arc::from("postmaster"),
            domain: Some(Arc::from(domain)),
            decorated: false,
        })
    }
}

/// How far a host gets on the port that takes it farthest.
fn ends(policy: &Policy, template: &Session, peer: &Peer) -> Access {
    let rank = |access: &Access| match access.outcome {
        Outcome::Accepted => 0,
        Outcome::Unknown => 1,
        Outcome::Rejected => 2,
        Outcome::Refused => 3,
    };
    let asked = sessions(policy, template, false).into_iter().map(|session| {
        let session = Session { peer: peer.clone(), ..session };
        let verdict = decide(policy, &session);
        // What is open before RCPT TO stays open here, whatever RCPT TO says.
        let open = verdict.open_stage.filter(|stage| *stage < Stage::Rcpt);
        let ended = verdict.ended.filter(|stage| *stage < Stage::Rcpt);
        let through = open.is_none() && ended.is_none();
        let (outcome, stage) = match (ended, open) {
            (None, None) => (Outcome::Accepted, Stage::Rcpt),
            (None, Some(open)) => (Outcome::Unknown, open),
            // Where it is open whether there is a connection at all, it surely goes no further than this.
            (Some(ended), _) if verdict.outcome == Outcome::Unknown => (Outcome::Rejected, ended),
            (Some(_), _) => (verdict.outcome, verdict.stage),
        };
        Access {
            outcome,
            stage,
            anybody: false,
            addresses_v4: 0,
            by: if through { Vec::new() } else { verdict.decided_by },
            why: verdict.why.filter(|_| !through),
            example: session,
        }
    });
    let nowhere = Access {
        outcome: Outcome::Refused,
        stage: Stage::Connect,
        anybody: false,
        addresses_v4: 0,
        by: Vec::new(),
        why: None,
        example: template.clone(),
    };
    asked.min_by_key(rank).unwrap_or(nowhere)
}

fn put(found: &mut Vec<Access>, access: Access) {
    let same = |known: &&mut Access| {
        known.outcome == access.outcome
            && known.stage == access.stage
            && known.by == access.by
            && known.example.port == access.example.port
    };
    match found.iter_mut().find(same) {
        Some(known) => {
            known.addresses_v4 = known.addresses_v4.saturating_add(access.addresses_v4);
            if access.anybody && !known.anybody {
                known.anybody = true;
                known.example = access.example;
            }
        }
        None => found.push(access),
    }
}
