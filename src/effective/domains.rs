//! Which Internet domains are local (semantics.md 5.1), and what that leaves out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fact::{Fact, List, Provenance, Reason, Role, State};
use super::view::{DocumentView, RecordView, field_fact};
use crate::directory::{DirectoryId, Document, Environment, Kind, Location, name_key};

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
        if let Some(primary) = spec.field("primary_internet_domain").map(|spec| field_fact(Some(document), spec)) {
            match &primary.state {
                State::Known(value) if value.to_string().is_empty() => {}
                State::Absent(_) => {}
                _ => items.push(primary),
            }
        }
        if let Some(aliases) = spec.field("internet_domain_aliases").map(|spec| field_fact(Some(document), spec)) {
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
    let host = field_fact(Some(server), spec);
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

/// A name without its first label.
#[must_use]
pub fn parent(name: &str) -> Option<&str> {
    name.split_once('.').map(|(_, rest)| rest).filter(|rest| !rest.is_empty())
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
    for server in environment.of_kind(Kind::Server) {
        let documents = global_domains(environment, server.directory);
        let domain = field_fact(Some(server), domain_spec);
        let (Some(name), Some(home)) = (domain.text().cloned(), home(&documents)) else { continue };
        if name.is_empty() || !seen.insert((server.directory, name.to_lowercase())) {
            continue;
        }
        let lists: Vec<Fact> = documents.iter().map(|document| field_fact(Some(document), spec)).collect();
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

/// Internet domains that addresses of people and databases here use, although nothing makes them local.
#[must_use]
pub fn undeclared_domains(environment: &Arc<Environment>, locals: &dyn Fn(&Document) -> LocalDomains) -> List {
    let servers: BTreeMap<(DirectoryId, String), &Document> =
        environment.of_kind(Kind::Server).map(|server| ((server.directory, name_key(&server.name)), server)).collect();
    let mut found: BTreeMap<(DirectoryId, String), Undeclared<'_>> = BTreeMap::new();
    let mut open = None;
    for (kind, server_field) in [(Kind::Person, "mail_server"), (Kind::MailIn, "server")] {
        let Some(spec) = kind.spec().field("internet_address") else { continue };
        for document in environment.of_kind(kind) {
            let Some(server) =
                document.text(server_field).and_then(|name| servers.get(&(document.directory, name_key(name))))
            else {
                continue;
            };
            let address = field_fact(Some(document), spec);
            let Some(domain) =
                address.text().and_then(|text| text.rsplit_once('@').map(|(_, domain)| domain.trim().to_lowercase()))
            else {
                continue;
            };
            if domain.is_empty() {
                continue;
            }
            found.entry((document.directory, domain)).and_modify(|known| known.count += 1).or_insert(Undeclared {
                server,
                address,
                count: 1,
            });
        }
    }
    let mut items = Vec::new();
    for ((directory, domain), undeclared) in found {
        let local = locals(undeclared.server);
        let is_local = |fact: &Fact| fact.text().is_some_and(|entry| covers(entry, &domain));
        if local.domains.items.iter().any(is_local) {
            continue;
        }
        if let Some(reason) = local.domains.open.clone().or_else(|| local.domains.items.iter().find_map(unknown_reason))
        {
            open = Some(reason);
            continue;
        }
        let by_host =
            environment.of_kind(Kind::Server).filter(|server| server.directory == directory).find_map(|server| {
                host_domains(server)
                    .into_iter()
                    .find(|fact| fact.text().is_some_and(|name| name.eq_ignore_ascii_case(&domain)))
                    .map(|fact| (server, fact))
            });
        let from_host = local.from == "global_domain" && by_host.is_some();
        let server = by_host.as_ref().filter(|_| from_host).map_or(undeclared.server, |(server, _)| server);
        let mut provenance = undeclared.address.provenance.clone();
        if let (Some((_, host)), true) = (&by_host, from_host) {
            provenance = provenance.then(
                Role::From,
                host.provenance.place().cloned(),
                "this host name made the domain local before there was a Global Domain document",
            );
        }
        let flag_at = provenance.0.iter().skip(1).cloned().collect();
        let parts = BTreeMap::from([
            (Arc::from("domain"), Fact::known(domain.as_str(), undeclared.address.provenance.clone())),
            (Arc::from("address"), undeclared.address),
            (Arc::from("count"), Fact::known(undeclared.count, Provenance::default())),
            (Arc::from("from_host_name"), Fact::known(from_host, Provenance(flag_at))),
            (Arc::from("server"), DocumentView::new(environment, server).into_fact()),
        ]);
        items.push(RecordView::fact(format!("undeclared domain {domain}"), parts, provenance));
    }
    List { items: items.into(), open }
}

struct Undeclared<'e> {
    server: &'e Document,
    address: Fact,
    count: i64,
}

fn unknown_reason(fact: &Fact) -> Option<Reason> {
    match &fact.state {
        State::Unknown(reason) => Some(reason.clone()),
        _ => None,
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
    }
}
