//! Servers side by side: addresses and host names that two of them have, listeners that want the same port.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fact::{Fact, List, Provenance, Reason, Role};
use super::view::{RecordView, at_path};
use crate::directory::{DirectoryId, Document, DocumentId, Environment, FieldContent, Kind, Location, name_key};
use crate::smtp::is_ip;

/// Which servers have an address or a host name.
#[derive(Debug, Default)]
pub(super) struct Neighbours<'e> {
    by_address: BTreeMap<(DirectoryId, String), Vec<&'e Document>>,
    by_host: BTreeMap<(DirectoryId, String), Vec<&'e Document>>,
    /// A server of each directory that shows no IP address.
    without_address: BTreeMap<DirectoryId, &'e Document>,
    /// Addresses that the facts give to servers.
    public: Vec<String>,
}

impl<'e> Neighbours<'e> {
    /// Sorts the servers of an environment.
    pub(super) fn new(environment: &'e Environment) -> Self {
        let mut all = Self::default();
        for server in super::model::servers(environment) {
            let addresses = ip_addresses(server);
            if addresses.is_empty() {
                all.without_address.entry(server.directory).or_insert(server);
            }
            for (address, _) in addresses {
                all.by_address.entry((server.directory, address)).or_default().push(server);
            }
            if let Some(host) = host(server) {
                all.by_host.entry((server.directory, host)).or_default().push(server);
            }
        }
        for facts in environment.of_kind(Kind::Facts) {
            let Some(FieldContent::Records(records)) = facts.fields.get("servers").map(|field| &field.content) else {
                continue;
            };
            all.public
                .extend(records.iter().flat_map(|record| record.texts("public_addresses")).map(|text| bare(text)));
        }
        all
    }

    /// The names of other servers with an IP address of this one.
    pub(super) fn host_mates(&self, server: &Document) -> Fact {
        let mut mates: Vec<(DocumentId, Fact)> = Vec::new();
        for (address, at) in ip_addresses(server) {
            for mate in self.by_address.get(&(server.directory, address)).into_iter().flatten() {
                let told = "another server with this address".to_owned();
                mates.push((mate.id, name_at(mate, Provenance::set(at.clone()), "name", &told)));
            }
        }
        others(server, mates)
    }

    /// The first other server with the host name of this one, if it comes before it.
    pub(super) fn hostname_taken_by(&self, server: &Document) -> Fact {
        let at = Provenance::set(Location::field(server.id, "hostname"));
        let first = host(server)
            .and_then(|host| self.by_host.get(&(server.directory, host)))
            .and_then(|mates| mates.first())
            .filter(|first| first.id != server.id);
        match first {
            Some(first) => name_at(first, at, "hostname", &format!("`{}` has the same host name", first.name)),
            None => Fact::absent(None, at),
        }
    }

    /// The addresses of a site that no server of its directory has.
    pub(super) fn orphans(&self, site: &Document, complete: bool) -> List {
        let mut items = Vec::new();
        let mut open = (!complete).then(|| Reason(Arc::from("the input may not show all servers")));
        for (index, address) in site.numbered_texts("addresses") {
            let plain = bare(address);
            let loopback = matches!(plain.as_str(), "127.0.0.1" | "::1");
            if !is_ip(&plain) || loopback || self.public.contains(&plain) {
                continue;
            }
            if self.by_address.contains_key(&(site.directory, plain)) {
                continue;
            }
            match self.without_address.get(&site.directory) {
                Some(server) => {
                    open = Some(Reason(Arc::from(format!("the input shows no IP address of `{}`", server.name))));
                }
                None if open.is_some() => {}
                None => {
                    let at = Provenance::set(Location::element(site.id, "addresses", index));
                    items.push(Fact::known(&**address, at));
                }
            }
        }
        List { items: items.into(), open }
    }
}

/// The IP addresses that a Server document shows, each with its place; loopback does not count.
pub(super) fn ip_addresses(server: &Document) -> Vec<(String, Location)> {
    let listed = server
        .numbered_texts("addresses")
        .map(|(index, text)| (bare(text), Location::element(server.id, "addresses", index)));
    let ports = match server.fields.get("notes_ports").map(|field| &field.content) {
        Some(FieldContent::Records(records)) => records.as_slice(),
        _ => &[],
    };
    let ports = ports.iter().zip(0_u32..).filter_map(|(record, index)| {
        let at = Location::element(server.id, "notes_ports.address", index);
        record.text("address").map(|text| (bare(text), at))
    });
    let mut found: Vec<(String, Location)> = Vec::new();
    for (address, at) in listed.chain(ports) {
        let counts = is_ip(&address) && !matches!(address.as_str(), "127.0.0.1" | "::1" | "0.0.0.0");
        if counts && !found.iter().any(|(known, _)| *known == address) {
            found.push((address, at));
        }
    }
    found
}

/// The IP addresses of a server as a fact: open while the input shows none.
pub(super) fn ip_addresses_fact(server: &Document) -> Fact {
    let items: Vec<Fact> =
        ip_addresses(server).into_iter().map(|(address, at)| Fact::known(address, Provenance::set(at))).collect();
    let open = items
        .is_empty()
        .then(|| Reason(Arc::from(format!("the Server document of `{}` shows no IP address", server.name))));
    Fact::known(List { items: items.into(), open }, Provenance::default())
}

/// Listeners of one directory that want the same port of the same address; one entry for each pair.
pub(super) fn port_collisions(environment: &Environment, servers: &[(DocumentId, Fact)]) -> Fact {
    let mut taken: BTreeMap<(DirectoryId, String, i64), &(DocumentId, Fact)> = BTreeMap::new();
    let mut items = Vec::new();
    for entry in servers {
        let Some(server) = environment.document(entry.0) else { continue };
        if part(&entry.1, "listener").and_then(|fact| fact.bool()) != Some(true) {
            continue;
        }
        let bound =
            part(&entry.1, "bind_address").and_then(|fact| fact.text().cloned()).filter(|text| &**text != "any");
        let addresses: Vec<String> = match &bound {
            Some(text) => text.split(',').map(|address| address.trim().to_owned()).collect(),
            None => ip_addresses(server).into_iter().map(|(address, _)| address).collect(),
        };
        for (status, number) in [("status", "port"), ("tls_status", "tls_port")] {
            let path = |name: &str| part(&entry.1, &format!("smtp_inbound.{name}"));
            if path(status).and_then(|fact| fact.text().cloned()).is_none_or(|word| &*word != "enabled") {
                continue;
            }
            let Some(port) = path(number).and_then(|fact| fact.int()) else { continue };
            for address in &addresses {
                let key = (server.directory, address.clone(), port);
                let Some(first) = taken.get(&key) else {
                    taken.insert(key, entry);
                    continue;
                };
                let same = environment.document(first.0).is_none_or(|other| other.id == server.id);
                let explicit = |fact: &Fact| {
                    part(fact, "bind_address").and_then(|fact| fact.text().cloned()).is_some_and(|text| &*text != "any")
                };
                if same {
                    continue;
                }
                let unbound = |fact: &Fact| {
                    part(fact, "bind_address").and_then(|fact| fact.text().cloned()).is_some_and(|text| &*text == "any")
                };
                let implicit = unbound(&first.1) || unbound(&entry.1);
                let other = environment.document(first.0).map_or("", |other| &other.name);
                let field = format!("smtp_inbound.{number}");
                let at = Location::field(server.id, field.as_str());
                let first_at = Location::field(first.0, field.as_str());
                let parts = BTreeMap::from([
                    (Arc::from("first"), Fact::known(other, Provenance::set(first_at.clone()))),
                    (Arc::from("second"), Fact::known(&*server.name, Provenance::set(at.clone()))),
                    (Arc::from("address"), Fact::known(address.as_str(), Provenance::default())),
                    (Arc::from("port"), Fact::known(port, Provenance::set(at.clone()))),
                    (Arc::from("implicit"), Fact::known(implicit, Provenance::default())),
                    (Arc::from("bound"), Fact::known(explicit(&first.1) && explicit(&entry.1), Provenance::default())),
                ]);
                let provenance =
                    Provenance::set(at).then(Role::From, Some(first_at), format!("`{other}` listens there too"));
                let identity = format!("{} and {} on port {port}", name_key(other), name_key(&server.name));
                items.push(RecordView::fact(identity, parts, provenance));
            }
        }
    }
    Fact::known(List::complete(items), Provenance::default())
}

fn part(server: &Fact, path: &str) -> Option<Fact> {
    at_path(server.object()?.as_ref(), path)
}

fn host(server: &Document) -> Option<String> {
    let host = server.text("hostname")?.trim().trim_end_matches('.').to_lowercase();
    (!matches!(host.as_str(), "" | "localhost") && !is_ip(&host)).then_some(host)
}

/// An address without brackets, in lower case.
pub(super) fn bare(text: &str) -> String {
    text.trim().trim_start_matches('[').trim_end_matches(']').to_lowercase()
}

fn name_at(mate: &Document, at: Provenance, field: &str, told: &str) -> Fact {
    Fact::known(&*mate.name, at.then(Role::From, Some(Location::field(mate.id, field)), told))
}

/// The others among some servers, each once.
fn others(server: &Document, mates: Vec<(DocumentId, Fact)>) -> Fact {
    let mut seen = vec![server.id];
    let mut names = Vec::new();
    for (id, fact) in mates {
        if !seen.contains(&id) {
            seen.push(id);
            names.push(fact);
        }
    }
    Fact::known(List::complete(names), Provenance::default())
}
