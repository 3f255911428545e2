//! Whom addresses mean: addresses that several documents have, parts before the @ with several owners, forwarding that leads
//! in a circle, postmaster.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fact::{Fact, List, Provenance, Role};
use super::view::RecordView;
use crate::directory::{DirectoryId, Document, Environment, Kind, Location, name_key};

/// A document that an address means.
#[derive(Debug, Clone)]
struct Owner<'e> {
    document: &'e Document,
    at: Location,
}

/// The addresses of an environment.
#[derive(Debug, Default)]
pub(super) struct Addressees<'e> {
    by_address: BTreeMap<(DirectoryId, String), Vec<Owner<'e>>>,
    by_name: BTreeMap<(DirectoryId, String), &'e Document>,
}

impl<'e> Addressees<'e> {
    /// Collects the Internet addresses of people, databases and groups; a name that is an address counts as one.
    pub(super) fn new(environment: &'e Environment) -> Self {
        let mut all = Self::default();
        for (kind, lists) in
            [(Kind::Person, &["name", "short_names"][..]), (Kind::MailIn, &["name"][..]), (Kind::Group, &[][..])]
        {
            for document in environment.of_kind(kind) {
                if let Some(address) = document.text("internet_address") {
                    all.add(address, document, Location::field(document.id, "internet_address"));
                }
                for list in lists {
                    for (name, index) in document.texts(list).zip(0_u32..) {
                        all.by_name.entry((document.directory, name_key(name))).or_insert(document);
                        if name.contains('@') {
                            all.add(name, document, Location::element(document.id, *list, index));
                        }
                    }
                }
                if kind == Kind::Group
                    && let Some(name) = document.text("name")
                {
                    all.by_name.entry((document.directory, name_key(name))).or_insert(document);
                    if name.contains('@') {
                        all.add(name, document, Location::field(document.id, "name"));
                    }
                }
            }
        }
        all
    }

    fn add(&mut self, address: &str, document: &'e Document, at: Location) {
        let address = address.trim().to_lowercase();
        if !address.contains('@') {
            return;
        }
        let owners = self.by_address.entry((document.directory, address)).or_default();
        if owners.iter().all(|owner| owner.document.id != document.id) {
            owners.push(Owner { document, at });
        }
    }

    /// Every address with the first document that has it, in the order of directories and addresses.
    pub(super) fn first_owners(&self) -> impl Iterator<Item = (DirectoryId, &str, &'e Document, &Location)> {
        self.by_address.iter().filter_map(|((directory, address), owners)| {
            owners.first().map(|owner| (*directory, address.as_str(), owner.document, &owner.at))
        })
    }

    /// Addresses that more than one document of a directory has.
    pub(super) fn duplicates(&self) -> Fact {
        let mut items = Vec::new();
        for ((_, address), owners) in &self.by_address {
            let [first, second, ..] = owners.as_slice() else { continue };
            let same = owners
                .iter()
                .all(|owner| delivery(owner.document).is_some_and(|way| Some(way) == delivery(first.document)));
            let mut provenance = Provenance::set(second.at.clone());
            for owner in owners.iter().filter(|owner| owner.document.id != second.document.id) {
                let told = format!("{} `{}` has it too", owner.document.kind.title(), owner.document.name);
                provenance = provenance.then(Role::From, Some(owner.at.clone()), told);
            }
            let count = i64::try_from(owners.len()).unwrap_or(i64::MAX);
            let parts = BTreeMap::from([
                (Arc::from("address"), Fact::known(address.as_str(), Provenance::set(second.at.clone()))),
                (Arc::from("first"), Fact::known(shown(first.document), Provenance::set(first.at.clone()))),
                (Arc::from("second"), Fact::known(shown(second.document), Provenance::set(second.at.clone()))),
                (Arc::from("count"), Fact::known(count, Provenance::default())),
                (Arc::from("same_delivery"), Fact::known(same, Provenance::default())),
            ]);
            items.push(RecordView::fact(format!("address {address}"), parts, provenance));
        }
        Fact::known(List::complete(items), Provenance::default())
    }

    /// Parts before the @ that mean different documents in different domains.
    pub(super) fn local_parts(&self) -> Fact {
        let mut by_local: BTreeMap<(DirectoryId, &str), Vec<(&str, &Owner<'e>)>> = BTreeMap::new();
        for ((directory, address), owners) in &self.by_address {
            if let (Some((local, _)), Some(owner)) = (address.split_once('@'), owners.first())
                && lives_here(owner.document)
            {
                by_local.entry((*directory, local)).or_default().push((address, owner));
            }
        }
        let mut items = Vec::new();
        for ((_, local), owners) in by_local {
            let Some((first_address, first)) = owners.first() else { continue };
            let other = owners.iter().find(|(_, owner)| owner.document.id != first.document.id);
            let Some((second_address, second)) = other else { continue };
            let provenance = Provenance::set(second.at.clone()).then(
                Role::From,
                Some(first.at.clone()),
                format!("`{first_address}` has the same part before the @"),
            );
            let parts = BTreeMap::from([
                (Arc::from("local_part"), Fact::known(local, Provenance::set(second.at.clone()))),
                (Arc::from("first"), Fact::known(*first_address, Provenance::set(first.at.clone()))),
                (Arc::from("second"), Fact::known(*second_address, Provenance::set(second.at.clone()))),
            ]);
            items.push(RecordView::fact(format!("local part {local}"), parts, provenance));
        }
        Fact::known(List::complete(items), Provenance::default())
    }

    /// Forwarding addresses that lead back to where they started; one entry for each circle.
    pub(super) fn forwarding(&self, environment: &'e Environment) -> Fact {
        let mut items = Vec::new();
        let mut done: BTreeSet<u32> = BTreeSet::new();
        for start in environment.of_kind(Kind::Person) {
            let mut path: Vec<&Document> = Vec::new();
            let mut at = Some(start);
            while let Some(person) = at.filter(|person| !done.contains(&person.id.0)) {
                if let Some(first) = path.iter().position(|seen| seen.id == person.id) {
                    items.extend(circle(path.get(first..).unwrap_or_default()));
                    break;
                }
                path.push(person);
                at = self.forwards_to(person);
            }
            done.extend(path.iter().map(|person| person.id.0));
        }
        Fact::known(List::complete(items), Provenance::default())
    }

    fn forwards_to(&self, person: &Document) -> Option<&'e Document> {
        let target = person.text("forwarding_address")?.trim().to_lowercase();
        let by_address = self.by_address.get(&(person.directory, target.clone()));
        let by_address = by_address.and_then(|owners| match owners.as_slice() {
            [only] => Some(only.document),
            _ => None,
        });
        // A Notes name may carry its Domino domain: `Anna Berg/Acme@Acme`.
        let name = target.split('@').next().unwrap_or("");
        let by_name = || {
            let domain = target.split_once('@').map_or("", |(_, domain)| domain);
            let notes = !domain.contains('.');
            self.by_name.get(&(person.directory, name_key(name))).copied().filter(|_| notes && name.contains('/'))
        };
        by_address.or_else(by_name).filter(|document| document.kind == Kind::Person)
    }

    /// Whether something takes mail for postmaster.
    pub(super) fn postmaster(&self, environment: &Environment) -> Fact {
        let by_address = self.by_address.iter().find(|((_, address), _)| address.starts_with("postmaster@"));
        if let Some(owner) = by_address.and_then(|(_, owners)| owners.first()) {
            return Fact::known(true, Provenance::set(owner.at.clone()));
        }
        if let Some(document) =
            self.by_name.iter().find(|((_, name), _)| name == "postmaster").map(|(_, document)| document)
        {
            return Fact::known(true, Provenance::set(Location::document(document.id)));
        }
        let described = [Kind::Person, Kind::MailIn].into_iter().any(|kind| environment.of_kind(kind).next().is_some());
        if described {
            Fact::known(false, Provenance::default())
        } else {
            Fact::unknown("the input shows neither people nor mail-in databases", Provenance::default())
        }
    }
}

fn circle(path: &[&Document]) -> Option<Fact> {
    let first = path.first()?;
    let mut provenance = Provenance::set(Location::field(first.id, "forwarding_address"));
    for person in path.iter().skip(1) {
        let told = format!("`{}` forwards on", person.name);
        provenance = provenance.then(Role::From, Some(Location::field(person.id, "forwarding_address")), told);
    }
    let names: Vec<Fact> = path
        .iter()
        .map(|person| {
            let at = Provenance::set(Location::field(person.id, "forwarding_address"));
            Fact::known(&*person.name, at)
        })
        .collect();
    let address = first.text("forwarding_address").map_or("", |text| text);
    let at = Provenance::set(Location::field(first.id, "forwarding_address"));
    let parts = BTreeMap::from([
        (Arc::from("person"), Fact::known(&*first.name, at.clone())),
        (Arc::from("address"), Fact::known(address, at)),
        (Arc::from("itself"), Fact::known(path.len() == 1, Provenance::default())),
        (Arc::from("people"), Fact::known(List::complete(names), Provenance::default())),
    ]);
    Some(RecordView::fact(format!("forwarding circle of {}", name_key(&first.name)), parts, provenance))
}

/// Where mail for a document ends: server, file and Domino domain; the router takes several hits with the same way for one.
/// `None` for a group, whose mail goes many ways.
pub(super) fn delivery(document: &Document) -> Option<(String, String, String, String)> {
    let text = |field: &str| document.text(field).map(|text| text.trim().to_lowercase()).unwrap_or_default();
    let (server, file) = match document.kind {
        Kind::Person => ("mail_server", "mail_file"),
        Kind::MailIn => ("server", "file"),
        _ => return None,
    };
    let server = document.text(server).map(|name| name_key(name)).unwrap_or_default();
    (!server.is_empty() && !text(file).is_empty())
        .then(|| (server, text(file), text("domain"), text("forwarding_address")))
}

/// Whether the document is a mailbox of this organisation, not a contact.
pub(super) fn lives_here(document: &Document) -> bool {
    let field = match document.kind {
        Kind::Person => "mail_server",
        Kind::MailIn => "server",
        _ => return true,
    };
    document.text(field).is_some_and(|server| !server.is_empty())
}

pub(super) fn shown(document: &Document) -> String {
    format!("the {} `{}`", document.kind.title(), document.name)
}

/// Mail-in databases that deliver to one file, one entry for each after the first.
pub(super) fn shared_mail_files(environment: &Environment) -> Fact {
    let mut first: BTreeMap<(DirectoryId, String, String), &Document> = BTreeMap::new();
    let mut items = Vec::new();
    for document in environment.of_kind(Kind::MailIn) {
        let (Some(server), Some(file)) = (document.text("server"), document.text("file")) else { continue };
        let file = file.trim().replace('\\', "/").to_lowercase();
        if file.is_empty() || server.is_empty() {
            continue;
        }
        let file = file.strip_suffix(".nsf").unwrap_or(&file).to_owned();
        let Some(known) = first.get(&(document.directory, name_key(server), file.clone())) else {
            first.insert((document.directory, name_key(server), file), document);
            continue;
        };
        let at = Location::field(document.id, "file");
        let told = format!("{} delivers there too", shown(known));
        let provenance = Provenance::set(at.clone()).then(Role::From, Some(Location::field(known.id, "file")), told);
        let parts = BTreeMap::from([
            (Arc::from("file"), Fact::known(document.text("file").map_or("", |file| file), Provenance::set(at))),
            (Arc::from("first"), Fact::known(&*known.name, Provenance::default())),
            (Arc::from("second"), Fact::known(&*document.name, Provenance::default())),
        ]);
        items.push(RecordView::fact(format!("file of {}", name_key(&document.name)), parts, provenance));
    }
    Fact::known(List::complete(items), Provenance::default())
}
