//! Which Internet domains are local (semantics.md 5.1), and what that leaves out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fact::{Fact, List, Provenance, Reason, Role, State};
use super::field::field_fact;
use super::view::{DocumentView, RecordView};
use crate::directory::{DirectoryId, Document, Environment, Kind, Location, name_key};
use crate::smtp::is_ip;

/// The local Internet domains of a server.
#[derive(Debug, Clone)]
pub struct LocalDomains {
    /// The domains, each with the place that makes it local.
    pub domains: List,
    /// `global_domain` or `host_name`.
    pub from: &'static str,
}

/// The Global Domain documents of a directory.
fn global_domains(environment: &Environment, directory: DirectoryId) -> Vec<&Document> {
    environment.of_kind(Kind::GlobalDomain).filter(|document| document.directory == directory).collect()
}

/// The local domains of a server: what the Global Domain documents of its directory list or, without any, its host name
/// and that name's parent.
#[must_use]
pub fn local_domains(environment: &Environment, server: &Document, complete: bool) -> LocalDomains {
    let documents = global_domains(environment, server.directory);
    if documents.is_empty() {
        let open = (!complete).then(|| Reason(Arc::from("the input may not show all Global Domain documents")));
        return LocalDomains { domains: List { items: host_domains(server).into(), open }, from: "host_name" };
    }
    let mut items = Vec::new();
    for document in &documents {
        let spec = Kind::GlobalDomain.spec();
        if let Some(primary) =
            spec.field("primary_internet_domain").map(|spec| field_fact(Some((*document).into()), spec))
        {
            match &primary.state {
                State::Known(value) if value.to_string().is_empty() => {}
                State::Absent(_) => {}
                _ => items.push(primary),
            }
        }
        if let Some(aliases) =
            spec.field("internet_domain_aliases").map(|spec| field_fact(Some((*document).into()), spec))
        {
            match aliases.list() {
                Some(list) => items.extend(list.items.iter().cloned()),
                None => items.push(aliases),
            }
        }
    }
    let open = (!complete).then(|| Reason(Arc::from("the input may not show all Global Domain documents")));
    LocalDomains { domains: List { items: items.into(), open }, from: "global_domain" }
}

/// The domains that a server's host name makes local when there is no Global Domain document.
#[must_use]
pub fn host_domains(server: &Document) -> Vec<Fact> {
    let Some(spec) = Kind::Server.spec().field("hostname") else { return Vec::new() };
    let host = field_fact(Some(server.into()), spec);
    let Some(name) = host.text().cloned() else { return if host.is_unknown() { vec![host] } else { Vec::new() } };
    if name.is_empty() {
        return Vec::new();
    }
    let mut domains = vec![host.clone()];
    if let Some(parent) = parent(&name) {
        let at = host.provenance.place().cloned();
        domains.push(Fact::known(parent, Provenance::step(Role::From, at, "the host name without its first label")));
    }
    domains
}

/// A name without its first label; an IP address has none.
#[must_use]
pub fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, rest)| rest).filter(|rest| !rest.is_empty() && !is_ip(name))
}

/// Whether an entry of a Global Domain document covers a domain: the same name, or `*.name` for any domain below it.
#[must_use]
pub fn covers(entry: &str, domain: &str) -> bool {
    let (entry, domain) = (entry.trim().to_lowercase(), domain.trim().to_lowercase());
    match entry.strip_prefix("*.") {
        Some(base) => domain.strip_suffix(base).is_some_and(|head| head.len() > 1 && head.ends_with('.')),
        None => entry == domain,
    }
}

/// Domino domains of servers that no Global Domain document of their directory lists.
#[must_use]
pub fn uncovered_domino_domains(environment: &Arc<Environment>) -> List {
    let mut items = Vec::new();
    let mut open = None;
    let Some(spec) = Kind::GlobalDomain.spec().field("domino_domains") else { return List::default() };
    let Some(domain_spec) = Kind::Server.spec().field("domain") else { return List::default() };
    let mut seen: BTreeSet<(DirectoryId, String)> = BTreeSet::new();
    for server in super::model::servers(environment) {
        let documents = global_domains(environment, server.directory);
        let domain = field_fact(Some(server.into()), domain_spec);
        let (Some(name), Some(home)) = (domain.text().cloned(), home(&documents)) else { continue };
        if name.is_empty() || !seen.insert((server.directory, name.to_lowercase())) {
            continue;
        }
        let lists: Vec<Fact> = documents.iter().map(|document| field_fact(Some((*document).into()), spec)).collect();
        // An entry may carry an alias in ASCII: `Größe=Groesse`.
        let lists_it = |fact: &Fact| {
            fact.text().is_some_and(|entry| entry.split('=').any(|part| part.trim().eq_ignore_ascii_case(&name)))
        };
        if lists.iter().filter_map(Fact::list).any(|list| list.items.iter().any(lists_it)) {
            continue;
        }
        let hidden = lists.iter().find(|fact| fact.list().is_none_or(|list| list.items.iter().any(Fact::is_unknown)));
        if let Some(hidden) = hidden {
            let why = match &hidden.state {
                State::Unknown(reason) => reason.clone(),
                _ => Reason(Arc::from(
                    "\"Domino domains and aliases\" (domino_domains) of a Global Domain document is not set; what a blank list means is not established",
                )),
            };
            open = Some(why);
            continue;
        }
        let place = Provenance::set(Location::field(home.id, "domino_domains"));
        let parts = BTreeMap::from([
            (Arc::from("domain"), domain.clone()),
            (Arc::from("server"), DocumentView::new(environment, server).into_fact()),
            (Arc::from("global_domain"), DocumentView::new(environment, home).into_fact()),
        ]);
        items.push(RecordView::fact(format!("Domino domain {name} not listed"), parts, place));
    }
    List { items: items.into(), open }
}

/// The document that should list a Domino domain: the default one, else the first.
fn home<'e>(documents: &[&'e Document]) -> Option<&'e Document> {
    documents.iter().find(|document| document.flag("default") == Some(true)).or(documents.first()).copied()
}

/// A server as far as local domains go.
#[derive(Debug)]
pub struct Receiver<'e> {
    /// Its document.
    pub server: &'e Document,
    /// Whether it listens; `None` if that is not known.
    pub listens: Option<bool>,
}

/// Internet domains that addresses of people and databases here use, although no server that takes mail has them as local
/// domains. Only addresses whose mail lies on a server of the input count.
#[must_use]
pub fn undeclared_domains(environment: &Arc<Environment>, receivers: &[Receiver<'_>], complete: bool) -> List {
    let mut found: BTreeMap<(DirectoryId, String), Undeclared> = BTreeMap::new();
    let servers: BTreeSet<(DirectoryId, String)> =
        receivers.iter().map(|receiver| (receiver.server.directory, name_key(&receiver.server.name))).collect();
    for (kind, server_field) in [(Kind::Person, "mail_server"), (Kind::MailIn, "server")] {
        let Some(spec) = kind.spec().field("internet_address") else { continue };
        for document in environment.each(kind) {
            let here = |name: &str| servers.contains(&(document.directory(), name_key(name)));
            // Mail that is forwarded elsewhere does not end here.
            let elsewhere = document.text("forwarding_address").is_some_and(|address| !address.is_empty());
            if elsewhere || !document.text(server_field).is_some_and(here) {
                continue;
            }
            let domain = document.text("internet_address").and_then(|text| text.rsplit_once('@'));
            let domain = domain.map(|(_, domain)| domain.trim().to_lowercase());
            let Some(domain) = domain.filter(|domain| !domain.is_empty()) else { continue };
            found
                .entry((document.directory(), domain))
                .and_modify(|known| known.count += 1)
                .or_insert_with(|| Undeclared { address: field_fact(Some(document), spec), count: 1 });
        }
    }
    let mut directories: BTreeMap<DirectoryId, Declared<'_>> = BTreeMap::new();
    for receiver in receivers {
        directories.entry(receiver.server.directory).or_default().add(environment, receiver, complete);
    }
    let mut items = Vec::new();
    let mut open = None;
    for ((directory, domain), undeclared) in found {
        let Some(declared) = directories.get(&directory) else { continue };
        if declared.covers(&domain) {
            continue;
        }
        let Some(receiver) = declared.receiver else { continue };
        if let Some(reason) = &declared.open {
            open = Some(reason.clone());
            continue;
        }
        let by_host = declared.hosts.get(&domain).filter(|_| declared.from_documents);
        let (server, mut provenance) =
            (by_host.map_or(receiver, |(server, _)| *server), undeclared.address.provenance.clone());
        if let Some((_, host)) = by_host {
            let told = format!("`{host}` made `{domain}` local while there was no Global Domain document");
            provenance = provenance.then(Role::From, host.provenance.place().cloned(), told);
        }
        let flag_at = provenance.steps().iter().skip(1).cloned().collect();
        let parts = BTreeMap::from([
            (Arc::from("domain"), Fact::known(domain.as_str(), undeclared.address.provenance.clone())),
            (Arc::from("address"), undeclared.address),
            (Arc::from("count"), Fact::known(undeclared.count, Provenance::default())),
            (Arc::from("from_host_name"), Fact::known(by_host.is_some(), flag_at)),
            (Arc::from("server"), DocumentView::new(environment, server).into_fact()),
            (Arc::from("local_domains"), declared.list()),
        ]);
        items.push(RecordView::fact(format!("undeclared domain {domain}"), parts, provenance));
    }
    List { items: items.into(), open }
}

struct Undeclared {
    address: Fact,
    count: i64,
}

/// What the servers of one directory that take mail have as local domains.
#[derive(Default)]
struct Declared<'e> {
    names: BTreeSet<String>,
    wildcards: Vec<String>,
    /// Domains that host names made local, with the server and its host name.
    hosts: BTreeMap<String, (&'e Document, Fact)>,
    /// A server that takes mail, or may.
    receiver: Option<&'e Document>,
    /// The domains come from Global Domain documents.
    from_documents: bool,
    open: Option<Reason>,
}

impl<'e> Declared<'e> {
    fn add(&mut self, environment: &Environment, receiver: &Receiver<'e>, complete: bool) {
        let hosts = host_domains(receiver.server);
        for fact in &hosts {
            if let (Some(name), Some(host)) = (fact.text(), hosts.first()) {
                self.hosts.entry(name.to_lowercase()).or_insert_with(|| (receiver.server, host.clone()));
            }
        }
        let local = local_domains(environment, receiver.server, complete);
        // With Global Domain documents all servers of a directory have the same domains, whether they listen or not.
        self.from_documents = local.from == "global_domain";
        match receiver.listens {
            Some(false) => return,
            Some(true) => {}
            None => self.open = Some(Reason(Arc::from("whether every server listens is not known"))),
        }
        self.receiver.get_or_insert(receiver.server);
        if let Some(reason) =
            local.domains.open.clone().or_else(|| local.domains.items.iter().find_map(Fact::unknown_reason).cloned())
        {
            self.open = Some(reason);
        }
        for name in local.domains.items.iter().filter_map(Fact::text) {
            let name = name.trim().to_lowercase();
            if name.starts_with("*.") {
                if !self.wildcards.contains(&name) {
                    self.wildcards.push(name);
                }
            } else {
                self.names.insert(name);
            }
        }
    }

    fn list(&self) -> Fact {
        let names = self.names.iter().chain(&self.wildcards);
        let items = names.map(|name| Fact::known(name.as_str(), Provenance::default())).collect();
        Fact::known(List::complete(items), Provenance::default())
    }

    fn covers(&self, domain: &str) -> bool {
        self.names.contains(domain) || self.wildcards.iter().any(|entry| covers(entry, domain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_covers_what_is_below_it_and_nothing_else() {
        assert!(covers("Acme.example", "acme.EXAMPLE"));
        assert!(covers("*.acme.example", "mail.acme.example"));
        assert!(covers("*.acme.example", "a.b.acme.example"));
        assert!(!covers("*.acme.example", "acme.example"));
        assert!(!covers("*.acme.example", "evilacme.example"));
        assert!(!covers("acme.example", "mail.acme.example"));
    }

    #[test]
    fn the_parent_of_a_host_name() {
        assert_eq!(parent("server1.renovations.com"), Some("renovations.com"));
        assert_eq!(parent("localhost"), None);
        assert_eq!(parent("192.0.2.7"), None);
    }
}
