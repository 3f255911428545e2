//! Who can do what with a server: the decision procedure asked once for every class of hosts and destinations that no entry
//! can tell apart. What holds for the representative holds for the class, so that no accepted class is a proof.

mod access;
mod classes;
mod open;
mod rights;
mod template;

use std::collections::HashMap;
use std::sync::Arc;

use super::answer::{Confidence, Source, Why};
use super::host_list::Peer;
use super::policy::Policy;
use super::session::Session;
use super::verdict::{Grant, Outcome, Stage};
use classes::Classes;

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
    if exposure.classes.too_many() {
        let why = "the entries of the lists cross each other in more ways than are tried";
        (exposure.open_relay, exposure.why) = (None, Some(Why::from(why)));
        (exposure.controls_open, exposure.controls_why) = (None, Some(Why::from(why)));
        return exposure;
    }
    let template = template::template(policy);
    exposure.relay_rights(policy, &template);
    exposure.open_relay(policy, &template);
    exposure.controls(policy, &template);
    exposure.access(policy, &template);
    exposure
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
}
