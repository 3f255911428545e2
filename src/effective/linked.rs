//! Two Domino directories that hand mail to each other (failures.md F-56, F-65): Internet domains that only one of them
//! knows, and addresses that both have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::addressees::{Addressees, Owner, delivery, shown};
use super::domains::{self, LocalDomains};
use super::fact::{Fact, List, Provenance, Reason, Role};
use super::view::RecordView;
use crate::directory::{AtHand, DirectoryId, Document, DocumentId, Environment, Kind, Location};

/// Internet domains that are local where mail arrives and not where it is handed to, one entry for each domain and pair of
/// directories. Only domains count in which a mailbox of the other directory has an address, and only where both
/// directories have Global Domain documents.
pub(super) fn unshared_domains(environment: &Environment, servers: &[(DocumentId, Fact)], complete: bool) -> Fact {
    if environment.directory_count() < 2 {
        return Fact::known(List::default(), Provenance::default());
    }
    let mut directories: BTreeMap<DirectoryId, Local<'_>> = BTreeMap::new();
    for (id, fact) in servers {
        let Some(server) = environment.document(*id) else { continue };
        let listens = super::view::at_path_of(fact, "listener").and_then(|fact| fact.bool());
        let local = directories.entry(server.directory).or_insert_with(|| Local::new(environment, server, complete));
        local.listens |= listens == Some(true);
    }
    let links = links(environment);
    let mut found: BTreeMap<(DirectoryId, DirectoryId, String), Mailboxes<'_>> = BTreeMap::new();
    let mut mailbox = |arrives: DirectoryId, ends: DirectoryId, document, stays: bool| {
        let Some(domain) = domain_of(document) else { return };
        let known = found.entry((arrives, ends, domain)).or_default();
        if stays {
            known.first.get_or_insert(document);
            known.count += 1;
        }
    };
    for kind in [Kind::Person, Kind::MailIn] {
        for document in environment.each(kind) {
            let stays = match forwards(document) {
                // Mail for it goes to the forwarding address, which has another Internet domain or none.
                Some(true) => continue,
                Some(false) => true,
                None => false,
            };
            let named = document.text("domain").and_then(|domain| directory_of(environment, domain));
            match named.filter(|ends| *ends != document.directory()) {
                Some(ends) => mailbox(document.directory(), ends, document, stays),
                None => {
                    for (arrives, ends) in links.iter().filter(|(_, ends)| *ends == document.directory()) {
                        mailbox(*arrives, *ends, document, stays);
                    }
                }
            }
        }
    }
    let mut items = Vec::new();
    let mut open = None;
    for ((arrives, ends, domain), Mailboxes { first, count }) in found {
        let (Some(here), Some(there)) = (directories.get(&arrives), directories.get(&ends)) else { continue };
        let Some(home) = there.home.filter(|_| here.listens && here.covers(&domain) && !there.covers(&domain)) else {
            continue;
        };
        if let Some(reason) = there.open() {
            open = Some(reason);
            continue;
        }
        let Some(document) = first else {
            open = Some(Reason(Arc::from(format!("whether mail for `{domain}` is forwarded is not known"))));
            continue;
        };
        let at = Location::field(home.id, "internet_domain_aliases");
        let told = format!("an address in `{domain}`, whose mail ends in the other directory");
        let provenance = Provenance::set(at).then(Role::From, Some(address_at(document)), told);
        let name = |id| environment.directory_name(id).unwrap_or("").to_owned();
        let parts = BTreeMap::from([
            (Arc::from("domain"), Fact::known(domain.as_str(), provenance.clone())),
            (Arc::from("known_in"), Fact::known(name(arrives), Provenance::default())),
            (Arc::from("missing_in"), Fact::known(name(ends), Provenance::default())),
            (Arc::from("owner"), Fact::known(shown(document), Provenance::set(address_at(document)))),
            (Arc::from("count"), Fact::known(count, Provenance::default())),
        ]);
        let identity = format!("{domain} from {} to {}", name(arrives), name(ends));
        items.push(RecordView::fact(identity, parts, provenance));
    }
    Fact::known(List { items: items.into(), open }, Provenance::default())
}

/// The mailboxes of one Internet domain that are known to forward no mail: one of them, and how many there are.
#[derive(Default)]
struct Mailboxes<'e> {
    first: Option<AtHand<'e>>,
    count: i64,
}

/// Whether mail for a document goes on to a forwarding address; `None` where the input does not say.
fn forwards(document: AtHand<'_>) -> Option<bool> {
    if document.kind() != Kind::Person {
        return Some(false);
    }
    match (document.text("forwarding_address"), document.field("forwarding_address")) {
        (Some(address), _) => Some(!address.trim().is_empty()),
        (None, Some(_)) => None,
        (None, None) => (!document.completeness().is_partial()).then_some(false),
    }
}

/// What one directory takes as its own.
struct Local<'e> {
    domains: LocalDomains,
    /// The Global Domain document to complete.
    home: Option<&'e Document>,
    listens: bool,
}

impl<'e> Local<'e> {
    fn new(environment: &'e Environment, server: &Document, complete: bool) -> Self {
        let documents = environment.of_kind(Kind::GlobalDomain);
        let home = documents.filter(|document| document.directory == server.directory).min_by_key(|document| {
            // The default one, else the first.
            document.flag("default") != Some(true)
        });
        Self { domains: domains::local_domains(environment, server, complete), home, listens: false }
    }

    fn covers(&self, domain: &str) -> bool {
        let items = self.domains.domains.items.iter().filter_map(Fact::text);
        self.home.is_some() && items.clone().any(|entry| domains::covers(entry, domain))
    }

    fn open(&self) -> Option<Reason> {
        let domains = &self.domains.domains;
        domains.open.clone().or_else(|| domains.items.iter().find_map(Fact::unknown_reason).cloned())
    }
}

/// Which directory hands mail to which: a Global Domain document of the one lists the Domino domain of the other, or a
/// Connection document leads there.
fn links(environment: &Environment) -> BTreeSet<(DirectoryId, DirectoryId)> {
    let mut links = BTreeSet::new();
    let mut link = |from: &Document, domain: &str| {
        links.extend(
            directory_of(environment, domain).filter(|to| *to != from.directory).map(|to| (from.directory, to)),
        );
    };
    for document in environment.of_kind(Kind::GlobalDomain) {
        for entry in document.texts("domino_domains") {
            entry.split('=').for_each(|domain| link(document, domain));
        }
    }
    for document in environment.of_kind(Kind::Connection) {
        if let Some(domain) = document.text("destination_domain") {
            link(document, domain);
        }
    }
    links
}

fn directory_of(environment: &Environment, domain: &str) -> Option<DirectoryId> {
    let wanted = domain.trim().to_lowercase();
    let numbers = 0..u32::try_from(environment.directory_count()).unwrap_or(u32::MAX);
    numbers.map(DirectoryId).find(|id| environment.directory_name(*id) == Some(wanted.as_str()))
}

fn domain_of(document: AtHand<'_>) -> Option<String> {
    let (_, domain) = document.text("internet_address")?.rsplit_once('@')?;
    Some(domain.trim().to_lowercase()).filter(|domain| !domain.is_empty())
}

fn address_at(document: AtHand<'_>) -> Location {
    Location::field(document.id(), "internet_address")
}

/// An address with its owners in two directories.
type Shared<'e> = (String, Owner<'e>, Owner<'e>);

/// Addresses that documents of two directories have, with different delivery, one entry for each pair of directories with
/// the first of their addresses.
pub(super) fn addresses_in_two_directories(environment: &Environment, addressees: &Addressees<'_>) -> Fact {
    if environment.directory_count() < 2 {
        return Fact::known(List::default(), Provenance::default());
    }
    let mut found: BTreeMap<(DirectoryId, DirectoryId), Vec<Shared<'_>>> = BTreeMap::new();
    for (address, owners) in addressees.in_several_directories() {
        let mut owners = owners.into_iter();
        let Some((other, twin)) = owners.next() else { continue };
        let same = |document| delivery(document).is_some() && delivery(document) == delivery(twin.document);
        let Some((directory, owner)) = owners.find(|(_, owner)| !same(owner.document)) else { continue };
        found.entry((other, directory)).or_default().push((address, twin, owner));
    }
    let name = |id| environment.directory_name(id).unwrap_or("").to_owned();
    let entry = |((other, directory), addresses): (_, Vec<Shared<'_>>)| {
        let (address, twin, owner) = addresses.first()?;
        let provenance = Provenance::set(owner.at()).then(
            Role::From,
            Some(twin.at()),
            format!("{} has it too", shown(twin.document)),
        );
        let count = i64::try_from(addresses.len()).unwrap_or(i64::MAX);
        let parts = BTreeMap::from([
            (Arc::from("address"), Fact::known(address.as_str(), Provenance::set(owner.at()))),
            (Arc::from("first"), Fact::known(shown(twin.document), Provenance::set(twin.at()))),
            (Arc::from("first_directory"), Fact::known(name(other), Provenance::default())),
            (Arc::from("second"), Fact::known(shown(owner.document), Provenance::set(owner.at()))),
            (Arc::from("second_directory"), Fact::known(name(directory), Provenance::default())),
            (Arc::from("count"), Fact::known(count, Provenance::default())),
        ]);
        let identity = format!("addresses in {} and {}", name(other), name(directory));
        Some(RecordView::fact(identity, parts, provenance))
    };
    Fact::known(List::complete(found.into_iter().filter_map(entry).collect()), Provenance::default())
}
