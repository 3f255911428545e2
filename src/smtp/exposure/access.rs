//! Who gets as far as RCPT TO.

use std::sync::Arc;

use super::classes::Classes;
use super::open::is_wide;
use super::template::sessions;
use super::{Access, Exposure};
use crate::smtp::address::MailAddress;
use crate::smtp::decide::decide;
use crate::smtp::policy::Policy;
use crate::smtp::session::Session;
use crate::smtp::verdict::{Outcome, Stage};

impl Exposure {
    /// Who gets to RCPT TO for a local recipient.
    pub(super) fn access(&mut self, policy: &Policy, template: &Session) {
        let Some(local) = self.local_recipient(policy) else { return };
        let mut found: Vec<Access> = Vec::new();
        for session in sessions(policy, template, false).into_iter().take(1) {
            let mut session = session;
            session.recipient = local.clone();
            for peer in &policy.internet_appears_as {
                session.peer = peer.clone();
                let verdict = decide(policy, &session);
                let through = verdict.stage >= Stage::Rcpt;
                found.push(Access {
                    outcome: if through { Outcome::Accepted } else { verdict.outcome },
                    stage: if through { Stage::Rcpt } else { verdict.stage },
                    anybody: true,
                    addresses_v4: 1,
                    by: if through { Vec::new() } else { verdict.decided_by },
                    why: verdict.why.filter(|_| !through),
                    example: session.clone(),
                });
            }
            let as_it_is = policy.internet_appears_as.is_empty();
            for address in &self.classes.address_classes {
                for host in &self.classes.host_classes {
                    session.peer = Classes::peer(address, host);
                    let verdict = decide(policy, &session);
                    let through = verdict.stage >= Stage::Rcpt;
                    let (outcome, stage) =
                        if through { (Outcome::Accepted, Stage::Rcpt) } else { (verdict.outcome, verdict.stage) };
                    let anybody = as_it_is && host.anybody && address.public() && is_wide(address);
                    let by = if through { Vec::new() } else { verdict.decided_by };
                    let known = found
                        .iter_mut()
                        .find(|access| access.outcome == outcome && access.stage == stage && access.by == by);
                    match known {
                        Some(access) => {
                            access.addresses_v4 = access.addresses_v4.saturating_add(if host.name.is_none() {
                                address.size_v4
                            } else {
                                0
                            });
                            if anybody && !access.anybody {
                                access.anybody = true;
                                access.example = session.clone();
                            }
                        }
                        None => found.push(Access {
                            outcome,
                            stage,
                            anybody,
                            addresses_v4: if host.name.is_none() { address.size_v4 } else { 0 },
                            by,
                            why: verdict.why.filter(|_| !through),
                            example: session.clone(),
                        }),
                    }
                }
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
