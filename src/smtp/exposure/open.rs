//! Whether everybody may relay: a witness, or the proof that there is none.

use super::classes::{AddressClass, Classes};
use super::template::{recipient, sessions};
use super::{Exposure, Witness};
use crate::smtp::address::MailAddress;
use crate::smtp::answer::{Answer, Confidence, Truth, Why};
use crate::smtp::decide::decide;
use crate::smtp::decide::relay::{Ruling, ruling};
use crate::smtp::policy::{Policy, Precedence};
use crate::smtp::session::Session;
use crate::smtp::verdict::Grant;

/// From so many public IPv4 addresses on, relay rights are everybody's: nobody's network is larger than a /8.
const WIDE_V4: u64 = 1 << 24;
/// The same for IPv6: no network has got more than a /19.
const WIDE_V6: u128 = 1 << 109;

/// What leaves the answer open behind source NAT.
const NAT: &str = "it depends on which of the addresses in internet_connections_appear_as the server sees";
/// What leaves it open where no other host gets through.
const IPV6: &str = "only IPv6 hosts could relay, since the entries that keep the others out are IPv4; whether the server takes connections over IPv6 is not known";

impl Exposure {
    /// Looks for a class of everybody's hosts that may send to everybody's domains.
    pub(super) fn open_relay(&mut self, policy: &Policy, template: &Session) {
        for session in sessions(policy, template, false) {
            let found = self.everybody(policy, &session, |policy, session| {
                let verdict = decide(policy, session);
                // Mail for a local domain is no relay.
                let relay = verdict.local != Some(true);
                (if relay { verdict.accepted } else { Some(false) }, verdict)
            });
            match found {
                Everybody::Yes(session, verdict) => {
                    self.open_relay = Some(true);
                    self.why = None;
                    self.witness = Some(Witness {
                        session: *session,
                        grant: verdict.grant,
                        by: verdict.grant_by,
                        confidence: verdict.confidence,
                    });
                    return;
                }
                Everybody::Unknown(other, verdict) => {
                    self.open_relay = None;
                    let why = verdict.and_then(|verdict| verdict.why);
                    let why = why.map_or_else(|| Why::from(other), Why::from);
                    self.why.get_or_insert(why);
                }
                Everybody::No => {}
            }
        }
    }

    /// The same for the relay controls alone.
    pub(super) fn controls(&mut self, policy: &Policy, template: &Session) {
        let ask = |policy: &Policy, session: &Session| {
            let domain = session.recipient.domain.as_deref().unwrap_or("");
            if policy.local_domains.contains(domain).is_yes() {
                return (Some(false), None);
            }
            let ruling = ruling(policy, &session.peer, false, domain);
            let allowed = match ruling.allowed.truth {
                Truth::Yes => Some(true),
                Truth::No => Some(false),
                Truth::Unknown(_) => None,
            };
            (allowed, Some(ruling))
        };
        let witness = |session: Session, ruling: Option<Ruling>| {
            let (grant, answer) = ruling.map_or((None, None), |ruling| (ruling.grant, Some(ruling.allowed)));
            let (by, confidence) =
                answer.map_or((Vec::new(), Confidence::Sure), |answer: Answer| (answer.by, answer.confidence));
            Witness { session, grant, by, confidence }
        };
        match self.everybody(policy, template, ask) {
            Everybody::Yes(session, ruling) => {
                self.controls_open = Some(true);
                self.controls_witness = Some(witness(*session, ruling));
            }
            Everybody::Unknown(other, ruling) => {
                self.controls_open = None;
                let why = ruling.flatten().and_then(|ruling| match ruling.allowed.truth {
                    Truth::Unknown(why) => Some(why),
                    _ => None,
                });
                self.controls_why = Some(why.unwrap_or_else(|| Why::from(other)));
            }
            Everybody::No => {}
        }
        let contested = policy.relay.clear_destinations.is_some()
            && policy.relay.precedence.known() == Some(&Precedence::AllowWins);
        if contested && self.controls_open.is_none() {
            let found = self.everybody(policy, template, |policy, session| {
                let domain = session.recipient.domain.as_deref().unwrap_or("");
                let (allowed, ruling) = ask(policy, session);
                let listed = policy.relay.allow_destinations.contains(domain);
                match allowed {
                    None if listed.is_yes() => {
                        (Some(true), Some(Ruling { allowed: listed, grant: Some(Grant::AllowedDestination) }))
                    }
                    other => (other, ruling),
                }
            });
            if let Everybody::Yes(session, ruling) = found {
                self.contested = Some(witness(*session, ruling));
            }
        }
    }

    /// Asks a question for hosts and domains that may be anybody's.
    fn everybody<A>(
        &self,
        policy: &Policy,
        template: &Session,
        ask: impl Fn(&Policy, &Session) -> (Option<bool>, A),
    ) -> Everybody<A> {
        let mut session = template.clone();
        let mut unknown = None;
        let domains = self.classes.domain_classes.iter().filter(|domain| domain.anybody);
        let domains: Vec<MailAddress> = domains.filter_map(|domain| domain.name.as_deref().map(recipient)).collect();
        if !policy.internet_appears_as.is_empty() {
            // As which of the addresses a host appears nobody says: it is everybody's only if all of them may.
            for domain in &domains {
                let mut taken: Option<(Session, A)> = None;
                let mut all = true;
                for peer in &policy.internet_appears_as {
                    (session.peer, session.recipient) = (peer.clone(), domain.clone());
                    let (answer, more) = ask(policy, &session);
                    all &= answer == Some(true);
                    match answer {
                        Some(true) if taken.is_none() => taken = Some((session.clone(), more)),
                        None if unknown.is_none() => unknown = Some(more),
                        _ => {}
                    }
                }
                match taken {
                    Some((session, more)) if all => return Everybody::Yes(Box::new(session), more),
                    Some(_) => return Everybody::Unknown(NAT, None),
                    None => {}
                }
            }
            return unknown.map_or(Everybody::No, |more| Everybody::Unknown(NAT, Some(more)));
        }
        let mut v6_only = false;
        for host in self.classes.host_classes.iter().filter(|host| host.anybody) {
            for domain in &domains {
                session.recipient = domain.clone();
                let (mut surely, mut perhaps) = (Width::default(), Width::default());
                let mut first: Option<(Session, A)> = None;
                let mut open = None;
                let mut largest = 0;
                for address in self.classes.address_classes.iter().filter(|address| address.public()) {
                    session.peer = Classes::peer(address, host);
                    match ask(policy, &session) {
                        (Some(true), more) => {
                            surely.add(address);
                            perhaps.add(address);
                            if first.is_none() || address.size_v4 > largest {
                                largest = address.size_v4;
                                first = Some((session.clone(), more));
                            }
                        }
                        (None, more) => {
                            perhaps.add(address);
                            open.get_or_insert(more);
                        }
                        (Some(false), _) => {}
                    }
                }
                match first {
                    Some((session, more)) if surely.v4 >= WIDE_V4 => return Everybody::Yes(Box::new(session), more),
                    _ => v6_only |= surely.v6 >= WIDE_V6,
                }
                if unknown.is_none() && perhaps.is_wide() {
                    unknown = open;
                }
            }
        }
        match unknown {
            Some(more) => Everybody::Unknown(IPV6, Some(more)),
            None if v6_only => Everybody::Unknown(IPV6, None),
            None => Everybody::No,
        }
    }
}

enum Everybody<A> {
    Yes(Box<Session>, A),
    No,
    /// Not known; the answer that leaves it open, or none and what leaves it open otherwise.
    Unknown(&'static str, Option<A>),
}

/// How many addresses some classes have together.
#[derive(Debug, Clone, Copy, Default)]
struct Width {
    v4: u64,
    v6: u128,
}

impl Width {
    fn add(&mut self, class: &AddressClass) {
        self.v4 = self.v4.saturating_add(class.size_v4);
        self.v6 = self.v6.saturating_add(class.size_v6);
    }

    fn is_wide(self) -> bool {
        self.v4 >= WIDE_V4 || self.v6 >= WIDE_V6
    }
}

pub(super) fn is_wide(address: &AddressClass) -> bool {
    address.size_v4 >= WIDE_V4 || address.size_v6 >= WIDE_V6
}
