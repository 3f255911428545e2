//! Who can do what with a server: the decision procedure asked once for every class of hosts and destinations that no entry
//! can tell apart. What holds for the representative holds for the class, so that no accepted class is a proof.

mod classes;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use super::address::MailAddress;
use super::answer::{Answer, Confidence, Source, Truth, Why};
use super::decide::decide;
use super::decide::relay::{Ruling, ruling};
use super::host_list::{Peer, Ptr};
use super::policy::{Policy, Precedence, StartTls};
use super::session::Session;
use super::verdict::{Grant, Outcome, Stage, Verdict};
use classes::{AddressClass, Classes, ELSEWHERE, NamedClass};

/// From so many public IPv4 addresses on, relay rights are everybody's: nobody's network is larger than a /8.
const WIDE_V4: u64 = 1 << 24;
/// The same for IPv6: no network has got more than a /19.
const WIDE_V6: u128 = 1 << 109;

/// What a server exposes.
#[derive(Debug)]
pub struct Exposure {
    /// Whether any host of the Internet can send through the server to domains that nobody has listed.
    pub open_relay: Option<bool>,
    /// Why that is not known.
    pub why: Option<Why>,
    /// For an open relay, a dialogue that the server accepts.
    pub witness: Option<Witness>,
    /// The same question for the relay controls alone, as if every host could connect.
    pub controls_open: Option<bool>,
    /// Why that is not known.
    pub controls_why: Option<Why>,
    /// A dialogue that the relay controls let through.
    pub controls_witness: Option<Witness>,
    /// The relay controls let everybody relay if Allow wins for an entry that stands under Allow and Deny alike.
    pub contested: Option<Witness>,
    /// Who may relay where.
    pub relay: Vec<RelayRow>,
    /// Who can send to local recipients, and who cannot.
    pub access: Vec<Access>,
    classes: Classes,
    table: HashMap<Key, Option<bool>>,
}

/// A dialogue that shows something.
#[derive(Debug, Clone)]
pub struct Witness {
    /// The dialogue.
    pub session: Session,
    /// What lets the message through.
    pub grant: Option<Grant>,
    /// The places that decide.
    pub by: Vec<Source>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// A class of hosts that may relay, by what lets them.
#[derive(Debug, Clone)]
pub struct RelayRow {
    /// What lets them; none where it is not known whether they may.
    pub grant: Option<Grant>,
    /// Whether the users authenticate.
    pub authenticated: bool,
    /// The places that decide, at most a few.
    pub by: Vec<Source>,
    /// How many places decide.
    pub places: usize,
    /// The domains: all but the denied ones, or these.
    pub everywhere: bool,
    /// Examples of the domains, at most a few.
    pub destinations: Vec<Arc<str>>,
    /// Whether they may: yes or not known.
    pub allowed: Option<bool>,
    /// Why that is not known.
    pub why: Option<Why>,
    /// A dialogue of the class.
    pub example: Session,
    /// How sure it is.
    pub confidence: Confidence,
}

/// A class of hosts, by what happens to their mail for a local recipient before RCPT TO.
#[derive(Debug, Clone)]
pub struct Access {
    /// How it ends; accepted if it gets to RCPT TO.
    pub outcome: Outcome,
    /// Where it ends.
    pub stage: Stage,
    /// Hosts of the Internet that nobody has listed are among them.
    pub anybody: bool,
    /// How many IPv4 addresses, with any name or none.
    pub addresses_v4: u64,
    /// The places that decide.
    pub by: Vec<Source>,
    /// Why the outcome is not known.
    pub why: Option<String>,
    /// A dialogue of the class.
    pub example: Session,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    address: u32,
    host: u32,
    domain: u32,
    authenticated: bool,
}

/// Works out what a server exposes.
#[must_use]
pub fn expose(policy: &Policy) -> Exposure {
    let classes = Classes::of(policy);
    let mut exposure = Exposure {
        open_relay: Some(false),
        why: None,
        witness: None,
        controls_open: Some(false),
        controls_why: None,
        controls_witness: None,
        contested: None,
        relay: Vec::new(),
        access: Vec::new(),
        classes,
        table: HashMap::new(),
    };
    let template = template(policy);
    exposure.relay_rights(policy, &template);
    exposure.open_relay(policy, &template);
    exposure.controls(policy, &template);
    exposure.access(policy, &template);
    exposure
}

/// A dialogue in which everything that the other side can choose speaks for it.
fn template(policy: &Policy) -> Session {
    let local = |text: &str| MailAddress {
        text: Arc::from(text),
        local_part: Arc::from(text.split('@').next().unwrap_or("")),
        domain: text.split_once('@').map(|(_, domain)| Arc::from(domain)),
        decorated: false,
    };
    Session {
        peer: Peer { address: IpAddr::from([203, 0, 113, 9]), ptr: Ptr::None },
        port: port(&policy.tcp, 25),
        to: None,
        helo: None,
        user: None,
        tls: policy.starttls.known() == Some(&StartTls::Required),
        sender: sender(policy).unwrap_or_else(|| local("anybody@stranger.example")),
        recipient: local("victim@elsewhere.example"),
        size_kb: None,
        errors: None,
        in_dns_whitelist: None,
        in_dns_blacklist: (policy.dns_blacklist.enabled.known() != Some(&false)).then_some(false),
        sender_in_dns: (policy.verify_sender.known() != Some(&false)).then_some(true),
        recipient_elsewhere: policy.local_domains.open().is_some(),
    }
}

fn port(port: &super::policy::Port, usual: u16) -> u16 {
    port.number.known().and_then(|number| u16::try_from(*number).ok()).unwrap_or(usual)
}

/// The sender with the best prospects: anybody can write any address behind MAIL FROM.
fn sender(policy: &Policy) -> Option<MailAddress> {
    let strangers = (0..=policy.deny_senders.items().len().min(64)).map(|number| match number {
        0 => "anybody@stranger.example".to_owned(),
        _ => format!("anybody{number}@stranger{number}.example"),
    });
    let mut candidates: Vec<MailAddress> =
        strangers.chain(policy.allow_senders.members()).filter_map(|text| MailAddress::parse(&text).ok()).collect();
    let prospects = |sender: &MailAddress| {
        let listed = policy.allow_senders.is_blank().or(policy.allow_senders.contains(sender));
        match listed.and(policy.deny_senders.contains(sender).negate()).truth {
            Truth::Yes => 0,
            Truth::Unknown(_) => 1,
            Truth::No => 2,
        }
    };
    candidates.sort_by_key(prospects);
    candidates.into_iter().next()
}

fn recipient(domain: &str) -> MailAddress {
    MailAddress {
        text: Arc::from(format!("victim@{domain}")),
        local_part: Arc::from("victim"),
        domain: Some(Arc::from(domain)),
        decorated: false,
    }
}

impl Exposure {
    /// Whether a host may send to a domain that is not local, in the best case for it; `None` if that is not known, or if the
    /// name of the host is not.
    #[must_use]
    pub fn may_relay(&self, peer: &Peer, authenticated: bool, domain: &str) -> Option<bool> {
        let key = Key {
            address: self.classes.address_value(peer.address),
            host: self.classes.host_value(&peer.ptr)?,
            domain: self.classes.domain_value(domain),
            authenticated,
        };
        self.table.get(&key).copied().flatten()
    }

    /// Asks the procedure for every class, on both ports, with and without a user; the better answer counts.
    fn relay_rights(&mut self, policy: &Policy, template: &Session) {
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

    /// Looks for a class of everybody's hosts that may send to everybody's domains.
    fn open_relay(&mut self, policy: &Policy, template: &Session) {
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
                        session,
                        grant: verdict.grant,
                        by: verdict.grant_by,
                        confidence: verdict.confidence,
                    });
                    return;
                }
                Everybody::Unknown(verdict) => {
                    self.open_relay = None;
                    let why = verdict.and_then(|verdict| verdict.why);
                    self.why = Some(why.map_or_else(|| Why::from(IPV6), Why::from));
                }
                Everybody::No => {}
            }
        }
    }

    /// The same for the relay controls alone.
    fn controls(&mut self, policy: &Policy, template: &Session) {
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
                self.controls_witness = Some(witness(session, ruling));
            }
            Everybody::Unknown(ruling) => {
                self.controls_open = None;
                let why = ruling.flatten().and_then(|ruling| match ruling.allowed.truth {
                    Truth::Unknown(why) => Some(why),
                    _ => None,
                });
                self.controls_why = Some(why.unwrap_or_else(|| Why::from(IPV6)));
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
                self.contested = Some(witness(session, ruling));
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
            for peer in &policy.internet_appears_as {
                for domain in &domains {
                    (session.peer, session.recipient) = (peer.clone(), domain.clone());
                    match ask(policy, &session) {
                        (Some(true), more) => return Everybody::Yes(session, more),
                        (None, more) if unknown.is_none() => unknown = Some(more),
                        _ => {}
                    }
                }
            }
            return unknown.map_or(Everybody::No, |more| Everybody::Unknown(Some(more)));
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
                    Some((session, more)) if surely.v4 >= WIDE_V4 => return Everybody::Yes(session, more),
                    _ => v6_only |= surely.v6 >= WIDE_V6,
                }
                if unknown.is_none() && perhaps.is_wide() {
                    unknown = open;
                }
            }
        }
        match unknown {
            Some(more) => Everybody::Unknown(Some(more)),
            None if v6_only => Everybody::Unknown(None),
            None => Everybody::No,
        }
    }

    /// Who gets to RCPT TO for a local recipient.
    fn access(&mut self, policy: &Policy, template: &Session) {
        let Some(local) = self.local_recipient(policy) else { return };
        let mut found: Vec<Access> = Vec::new();
        for session in sessions(policy, template, false).into_iter().take(1) {
            let mut session = session;
            session.recipient = local.clone();
            for address in &self.classes.address_classes {
                for host in &self.classes.host_classes {
                    session.peer = Classes::peer(address, host);
                    let verdict = decide(policy, &session);
                    let through = verdict.stage >= Stage::Rcpt;
                    let (outcome, stage) =
                        if through { (Outcome::Accepted, Stage::Rcpt) } else { (verdict.outcome, verdict.stage) };
                    let anybody = host.anybody && address.public() && is_wide(address);
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

const IPV6: &str = "only IPv6 hosts could relay, since the entries that keep the others out are IPv4; whether the server takes connections over IPv6 is not known";

enum Everybody<A> {
    Yes(Session, A),
    No,
    /// Not known; the answer that leaves it open, or none if only IPv6 hosts could.
    Unknown(Option<A>),
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

fn is_wide(address: &AddressClass) -> bool {
    address.size_v4 >= WIDE_V4 || address.size_v6 >= WIDE_V6
}

/// Without a user, and with one if AUTH may work on some port.
fn users(policy: &Policy) -> Vec<bool> {
    let offered = [&policy.tcp, &policy.tls]
        .into_iter()
        .any(|port| port.enabled.known() != Some(&false) && port.name_and_password.known() != Some(&false));
    if offered { vec![false, true] } else { vec![false] }
}

/// The template on each port that may be enabled.
fn sessions(policy: &Policy, template: &Session, authenticated: bool) -> Vec<Session> {
    let user = authenticated.then(|| Arc::from("user"));
    let tcp = Session { user: user.clone(), ..template.clone() };
    let tls = Session { user, port: port(&policy.tls, 465), tls: true, ..template.clone() };
    let mut sessions = Vec::new();
    if policy.tcp.enabled.known() != Some(&false) || policy.tls.enabled.known() == Some(&false) {
        sessions.push(tcp);
    }
    if policy.tls.enabled.known() != Some(&false) {
        sessions.push(tls);
    }
    sessions
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
