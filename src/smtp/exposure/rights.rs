//! Who may relay: every class asked, the answers put together by what lets them.

use std::collections::HashMap;
use std::sync::Arc;

use super::classes::{Classes, ELSEWHERE, NamedClass};
use super::template::{recipient, sessions, users};
use super::{Exposure, Key, RelayRow};
use crate::smtp::answer::Why;
use crate::smtp::decide::decide;
use crate::smtp::policy::Policy;
use crate::smtp::session::Session;
use crate::smtp::verdict::Verdict;

impl Exposure {
    /// Asks the procedure for every class, on both ports, with and without a user; the better answer counts.
    pub(super) fn relay_rights(&mut self, policy: &Policy, template: &Session) {
        let mut best: Vec<(Key, Session, Verdict, usize)> = Vec::new();
        let mut known: HashMap<Key, usize> = HashMap::new();
        for authenticated in users(policy) {
            for session in sessions(policy, template, authenticated) {
                self.ask_every_class(policy, session, authenticated, &mut |key, session, verdict, domain| {
                    let rank = |accepted: Option<bool>| match accepted {
                        Some(true) => 2,
                        None => 1,
                        Some(false) => 0,
                    };
                    match known.get(&key).and_then(|at| best.get_mut(*at)) {
                        Some(entry) if rank(entry.2.accepted) < rank(verdict.accepted) => {
                            *entry = (key, session.clone(), verdict, domain);
                        }
                        Some(_) => {}
                        None => {
                            known.insert(key, best.len());
                            best.push((key, session.clone(), verdict, domain));
                        }
                    }
                });
            }
        }
        let mut rows: Vec<RelayRow> = Vec::new();
        for (key, session, verdict, domain) in best {
            self.table.insert(key, verdict.accepted);
            if verdict.accepted != Some(false)
                && let Some(domain) = self.classes.domain_classes.get(domain)
            {
                add_row(&mut rows, &session, key.authenticated, domain, &verdict);
            }
        }
        rows.sort_by_key(|row| (row.authenticated, row.allowed.is_none(), row.grant));
        self.relay = rows;
    }

    fn ask_every_class(
        &self,
        policy: &Policy,
        mut session: Session,
        authenticated: bool,
        answered: &mut impl FnMut(Key, &Session, Verdict, usize),
    ) {
        for address in &self.classes.address_classes {
            for host in &self.classes.host_classes {
                session.peer = Classes::peer(address, host);
                for (index, domain) in self.classes.domain_classes.iter().enumerate() {
                    let Some(name) = &domain.name else { continue };
                    session.recipient = recipient(name);
                    let verdict = decide(policy, &session);
                    if verdict.local != Some(true) {
                        let key = Key { address: address.value, host: host.value, domain: domain.value, authenticated };
                        answered(key, &session, verdict, index);
                    }
                }
            }
        }
    }
}

fn add_row(rows: &mut Vec<RelayRow>, session: &Session, authenticated: bool, domain: &NamedClass, verdict: &Verdict) {
    const SHOWN: usize = 4;
    let allowed = verdict.accepted;
    let grant = verdict.grant.filter(|_| allowed.is_some());
    let by = if allowed.is_some() { &verdict.grant_by } else { &verdict.decided_by };
    let why: Option<Why> = verdict.why.as_deref().filter(|_| allowed.is_none()).map(Why::from);
    let known = rows.iter_mut().find(|row| {
        row.grant == grant && row.authenticated == authenticated && row.allowed == allowed && row.why == why
    });
    let row = match known {
        Some(row) => row,
        None => {
            rows.push(RelayRow {
                grant,
                authenticated,
                by: Vec::new(),
                places: 0,
                everywhere: false,
                destinations: Vec::new(),
                allowed,
                why,
                example: session.clone(),
                confidence: verdict.confidence,
            });
            let Some(row) = rows.last_mut() else { return };
            row
        }
    };
    row.everywhere |= domain.anybody;
    row.confidence = row.confidence.min(verdict.confidence);
    for source in by {
        if !row.by.contains(source) {
            row.places += 1;
            if row.by.len() < SHOWN {
                row.by.push(*source);
            }
        }
    }
    if let Some(name) = &domain.name
        && row.destinations.len() < SHOWN
        && !row.destinations.contains(name)
        && **name != *ELSEWHERE
    {
        row.destinations.push(Arc::clone(name));
    }
}
