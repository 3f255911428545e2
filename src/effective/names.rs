//! Names of an environment, ready to be looked up in conditions: `has(environment.server_names[person.mail_server])`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fact::{Fact, Object, Provenance};
use super::index::Index;
use crate::directory::{AtHand, Document, Environment, Kind, Location, name_key};

/// A table of names. A name that is not there is unknown while the input may not show everything.
#[derive(Debug)]
pub(super) struct NameTable {
    identity: &'static str,
    entries: BTreeMap<String, (Arc<str>, Fact)>,
    open: Option<&'static str>,
}

impl NameTable {
    fn new(identity: &'static str, open: Option<&'static str>) -> Self {
        Self { identity, entries: BTreeMap::new(), open }
    }

    fn add(&mut self, name: &str, fact: Fact) {
        self.entries.entry(name_key(name)).or_insert_with(|| (Arc::from(name), fact));
    }

    fn into_fact(self) -> Fact {
        let object: Arc<dyn Object> = Arc::new(self);
        Fact::known(object, Provenance::default())
    }
}

impl Object for NameTable {
    fn get(&self, name: &str) -> Option<Fact> {
        match self.entries.get(&name_key(name)) {
            Some((_, fact)) => Some(fact.clone()),
            None => self.open.map(|why| missing(name, why)),
        }
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        self.entries.values().cloned().collect()
    }

    fn identity(&self) -> String {
        self.identity.to_owned()
    }
}

/// The groups by name, each with its type, which decides what a group may be used for. There may be very many.
#[derive(Debug)]
struct GroupTable {
    environment: Arc<Environment>,
    by_name: Index,
    open: Option<&'static str>,
}

impl GroupTable {
    fn new(environment: &Arc<Environment>, open: Option<&'static str>) -> Self {
        let names = environment.each(Kind::Group).map(|group| (name_key(group.name()), group.id()));
        Self { environment: Arc::clone(environment), by_name: Index::new(names), open }
    }

    fn group(&self, key: &str) -> Option<AtHand<'_>> {
        let candidates = self.by_name.get(Index::hash(&key)).filter_map(|id| self.environment.at_hand(id));
        candidates.into_iter().find(|group| name_key(group.name()) == key)
    }

    fn into_fact(self) -> Fact {
        let object: Arc<dyn Object> = Arc::new(self);
        Fact::known(object, Provenance::default())
    }
}

fn group_type(group: AtHand<'_>) -> Fact {
    Fact::known(group.text("type").unwrap_or(""), Provenance::set(Location::field(group.id(), "name")))
}

impl Object for GroupTable {
    fn get(&self, name: &str) -> Option<Fact> {
        match self.group(&name_key(name)) {
            Some(group) => Some(group_type(group)),
            None => self.open.map(|why| missing(name, why)),
        }
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        let keys: BTreeSet<String> = self.environment.each(Kind::Group).map(|group| name_key(group.name())).collect();
        let groups = keys.iter().filter_map(|key| self.group(key));
        groups.map(|group| (Arc::from(group.name()), group_type(group))).collect()
    }

    fn identity(&self) -> String {
        "groups by name".to_owned()
    }
}

fn missing(name: &str, why: &str) -> Fact {
    Fact::unknown(format!("`{name}` is not in the input, {why}"), Provenance::default())
}

/// The tables of names, by the name of the fact.
pub(super) fn tables(environment: &Arc<Environment>, complete: bool) -> Vec<(&'static str, Fact)> {
    let open = |why: &'static str| (!complete).then_some(why);
    let mut servers = NameTable::new("servers by name", open("which may not show all servers"));
    let mut domains = NameTable::new("Domino domains of servers", open("which may not show all servers"));
    for server in super::model::servers(environment) {
        servers.add(&server.name, named(server, "name", &server.name));
        if let Some(domain) = server.text("domain").filter(|domain| !domain.is_empty()) {
            domains.add(&server.name, named(server, "domain", domain));
        }
    }
    let groups = GroupTable::new(environment, open("which may not show all groups"));
    let mut destinations = NameTable::new("destination domains", open("which may not show all Connection documents"));
    for connection in environment.of_kind(Kind::Connection) {
        if let Some(domain) = connection.text("destination_domain").filter(|domain| !domain.is_empty()) {
            destinations.add(domain, named(connection, "destination_domain", &connection.name));
        }
    }
    let mut next = NameTable::new("next domains", open("which may not show all Foreign SMTP Domain documents"));
    for foreign in environment.of_kind(Kind::ForeignSmtpDomain) {
        if let Some(domain) = foreign.text("next_domain").filter(|domain| !domain.is_empty()) {
            next.add(domain, named(foreign, "next_domain", &foreign.name));
        }
    }
    let mut domino = NameTable::new("Domino domains", open("which may not show all servers"));
    for server in super::model::servers(environment) {
        if let Some(domain) = server.text("domain").filter(|domain| !domain.is_empty()) {
            domino.add(domain, named(server, "domain", &server.name));
        }
    }
    vec![
        ("server_names", servers.into_fact()),
        ("server_domains", domains.into_fact()),
        ("group_types", groups.into_fact()),
        ("connection_destinations", destinations.into_fact()),
        ("foreign_next_domains", next.into_fact()),
        ("domino_domains", domino.into_fact()),
    ]
}

fn named(document: &Document, field: &str, value: &str) -> Fact {
    Fact::known(value, Provenance::set(Location::field(document.id, field)))
}
