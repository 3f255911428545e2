//! Whom addresses mean: addresses that several documents have, parts before the @ with several owners, forwarding that leads
//! in a circle, postmaster.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::fact::{Fact, List, Provenance, Role};
use super::index::Index;
use super::view::RecordView;
use crate::directory::{AtHand, DirectoryId, DocumentId, Environment, Kind, Location, name_key};

/// A document that an address means.
#[derive(Debug, Clone)]
pub(super) struct Owner<'e> {
    pub(super) document: AtHand<'e>,
    /// The field that holds the address, and which of several values it is.
    field: &'static str,
    element: Option<u32>,
}

impl Owner<'_> {
    /// Where the address stands.
    pub(super) fn at(&self) -> Location {
        match self.element {
            Some(index) => Location::element(self.document.id(), self.field, index),
            None => Location::field(self.document.id(), self.field),
        }
    }
}

/// The addresses of an environment.
#[derive(Debug)]
pub(super) struct Addressees<'e> {
    environment: &'e Environment,
    by_address: Index,
    /// By what stands before the @.
    by_local_part: Index,
    /// Only who forwards mail is looked up by name.
    by_name: OnceLock<Index>,
}

/// Everybody who can have mail.
fn everybody(environment: &Environment) -> impl Iterator<Item = AtHand<'_>> {
    [Kind::Person, Kind::MailIn, Kind::Group].into_iter().flat_map(|kind| environment.each(kind))
}

/// The Internet addresses of a document as they are written; a name that is an address counts as one.
fn written(document: AtHand<'_>) -> impl Iterator<Item = (String, Owner<'_>)> {
    let own = document.text("internet_address").map(|address| ("internet_address", None, address));
    let all = own.into_iter().chain(names(document)).filter(|(_, _, text)| text.contains('@'));
    all.map(move |(field, element, text)| (text.trim().to_lowercase(), Owner { document, field, element }))
}

/// The same, each address where it stands first.
fn addresses(document: AtHand<'_>) -> impl Iterator<Item = (String, Owner<'_>)> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    written(document).filter(move |(address, _)| known.insert(address.clone()))
}

/// The names under which a document can have mail, each with its field and its number in a list.
fn names(document: AtHand<'_>) -> impl Iterator<Item = (&'static str, Option<u32>, &str)> {
    let lists: &[&str] = match document.kind() {
        Kind::Person => &["name", "short_names"],
        Kind::MailIn => &["name"],
        _ => &[],
    };
    let listed = lists
        .iter()
        .flat_map(move |list| document.numbered_texts(list).map(|(index, name)| (*list, Some(index), name)));
    let single = if document.kind() == Kind::Group { document.text("name") } else { None };
    listed.chain(single.map(|name| ("name", None, name)))
}

/// What stands before the @.
fn local_part(address: &str) -> &str {
    address.split_once('@').map_or(address, |(local, _)| local)
}

impl<'e> Addressees<'e> {
    /// Collects the Internet addresses of people, databases and groups.
    pub(super) fn new(environment: &'e Environment) -> Self {
        let (mut whole, mut local) = (Vec::new(), Vec::new());
        for document in everybody(environment) {
            let (directory, id) = (document.directory(), document.id());
            for (address, _) in addresses(document) {
                whole.push((Index::hash(&(directory, &address)), id));
                local.push((Index::hash(&(directory, local_part(&address))), id));
            }
        }
        let (by_address, by_local_part) = (Index::of(whole), Index::of(local));
        Self { environment, by_address, by_local_part, by_name: OnceLock::new() }
    }

    /// Every address of every document, in the order of the documents.
    pub(super) fn all(&self) -> impl Iterator<Item = (String, Owner<'e>)> {
        everybody(self.environment).flat_map(addresses)
    }

    /// The first document that has an address, if it is a mailbox of this organisation.
    pub(super) fn mailbox(&self, directory: DirectoryId, address: &str) -> Option<Owner<'e>> {
        self.owners(directory, address).next().filter(|owner| lives_here(owner.document))
    }

    /// The documents that an address means.
    fn owners(&self, directory: DirectoryId, address: &str) -> impl Iterator<Item = Owner<'e>> {
        let candidates =
            self.by_address.get(Index::hash(&(directory, address))).filter_map(|id| self.environment.at_hand(id));
        candidates
            .filter(move |document| document.directory() == directory)
            .filter_map(move |document| written(document).find(|(known, _)| known == address))
            .map(|(_, owner)| owner)
    }

    /// The owners of each address that several have whose keys may be the same.
    fn together<K: Ord>(
        &self,
        index: &Index,
        key: impl Fn(DirectoryId, &str) -> Option<(u32, K)>,
    ) -> BTreeMap<K, BTreeMap<String, Vec<Owner<'e>>>> {
        let mut hashes: Vec<u32> = Vec::new();
        let mut holders: BTreeSet<DocumentId> = BTreeSet::new();
        for (hash, ids) in index.repeated() {
            hashes.push(hash);
            holders.extend(ids);
        }
        let mut all: BTreeMap<K, BTreeMap<String, Vec<Owner<'e>>>> = BTreeMap::new();
        if holders.is_empty() {
            return all;
        }
        // Each document is looked at once, however many of its addresses others have too.
        for document in everybody(self.environment).filter(|document| holders.contains(&document.id())) {
            for (address, owner) in addresses(document) {
                let Some((hash, key)) = key(document.directory(), &address) else { continue };
                if hashes.binary_search(&hash).is_ok() {
                    all.entry(key).or_default().entry(address).or_default().push(owner);
                }
            }
        }
        all
    }

    /// Addresses that documents of several directories have, each with the first of every directory.
    pub(super) fn in_several_directories(&self) -> BTreeMap<String, BTreeMap<DirectoryId, Owner<'e>>> {
        let index = Index::new(self.all().map(|(address, owner)| (address, owner.document.id())));
        let key = |_, address: &str| Some((Index::hash(&address), ()));
        let mut all = BTreeMap::new();
        for (address, owners) in self.together(&index, key).into_values().flatten() {
            let mut first: BTreeMap<DirectoryId, Owner<'e>> = BTreeMap::new();
            for owner in owners {
                first.entry(owner.document.directory()).or_insert(owner);
            }
            if first.len() > 1 {
                all.insert(address, first);
            }
        }
        all
    }

    /// Addresses that more than one document of a directory has.
    pub(super) fn duplicates(&self) -> Fact {
        let mut items = Vec::new();
        let key =
            |directory, address: &str| Some((Index::hash(&(directory, address)), (directory, address.to_owned())));
        let shared = self.together(&self.by_address, key);
        for (address, owners) in shared.values().flatten() {
            let [first, second, ..] = owners.as_slice() else { continue };
            let way = delivery(first.document);
            let same = way.is_some() && owners.iter().all(|owner| delivery(owner.document) == way);
            let mut provenance = Provenance::set(second.at());
            for owner in owners.iter().filter(|owner| owner.document.id() != second.document.id()) {
                let told = format!("{} `{}` has it too", owner.document.kind().title(), owner.document.name());
                provenance = provenance.then(Role::From, Some(owner.at()), told);
            }
            let count = i64::try_from(owners.len()).unwrap_or(i64::MAX);
            let parts = BTreeMap::from([
                (Arc::from("address"), Fact::known(address.as_str(), Provenance::set(second.at()))),
                (Arc::from("first"), Fact::known(shown(first.document), Provenance::set(first.at()))),
                (Arc::from("second"), Fact::known(shown(second.document), Provenance::set(second.at()))),
                (Arc::from("count"), Fact::known(count, Provenance::default())),
                (Arc::from("same_delivery"), Fact::known(same, Provenance::default())),
            ]);
            items.push(RecordView::fact(format!("address {address}"), parts, provenance));
        }
        Fact::known(List::complete(items), Provenance::default())
    }

    /// Parts before the @ that mean different documents in different domains.
    pub(super) fn local_parts(&self) -> Fact {
        let key = |directory: DirectoryId, address: &str| {
            let local = local_part(address);
            Some((Index::hash(&(directory, local)), (directory, local.to_owned())))
        };
        let mut items = Vec::new();
        for ((_, local), addresses) in self.together(&self.by_local_part, key) {
            let owners: Vec<(&String, &Owner<'e>)> = addresses
                .iter()
                .filter_map(|(address, owners)| Some((address, owners.first()?)))
                .filter(|(_, owner)| lives_here(owner.document))
                .collect();
            let Some((first_address, first)) = owners.first() else { continue };
            let other = owners.iter().find(|(_, owner)| owner.document.id() != first.document.id());
            let Some((second_address, second)) = other else { continue };
            let provenance = Provenance::set(second.at()).then(
                Role::From,
                Some(first.at()),
                format!("`{first_address}` has the same part before the @"),
            );
            let parts = BTreeMap::from([
                (Arc::from("local_part"), Fact::known(local.as_str(), Provenance::set(second.at()))),
                (Arc::from("first"), Fact::known(first_address.as_str(), Provenance::set(first.at()))),
                (Arc::from("second"), Fact::known(second_address.as_str(), Provenance::set(second.at()))),
            ]);
            items.push(RecordView::fact(format!("local part {local}"), parts, provenance));
        }
        Fact::known(List::complete(items), Provenance::default())
    }

    /// Forwarding addresses that lead back to where they started; one entry for each circle.
    pub(super) fn forwarding(&self) -> Fact {
        let mut items = Vec::new();
        let mut done: BTreeSet<DocumentId> = BTreeSet::new();
        let forwards = |person: &AtHand<'_>| person.text("forwarding_address").is_some_and(|to| !to.trim().is_empty());
        for start in self.environment.each(Kind::Person).filter(forwards) {
            let mut path: Vec<AtHand<'e>> = Vec::new();
            let mut passed: BTreeMap<DocumentId, usize> = BTreeMap::new();
            let mut at = Some(start);
            while let Some(person) = at.filter(|person| !done.contains(&person.id())) {
                if let Some(first) = passed.insert(person.id(), path.len()) {
                    items.extend(circle(path.get(first..).unwrap_or_default()));
                    break;
                }
                path.push(person);
                at = self.forwards_to(person);
            }
            done.extend(path.iter().map(|person| person.id()));
        }
        Fact::known(List::complete(items), Provenance::default())
    }

    fn forwards_to(&self, person: AtHand<'_>) -> Option<AtHand<'e>> {
        let target = person.text("forwarding_address")?.trim().to_lowercase();
        let mut owners = self.owners(person.directory(), &target);
        let by_address = owners.next().filter(|_| owners.next().is_none()).map(|only| only.document);
        // A Notes name may carry its Domino domain: `Anna Berg/Acme@Acme`.
        let name = target.split('@').next().unwrap_or("");
        let by_name = || {
            let domain = target.split_once('@').map_or("", |(_, domain)| domain);
            let notes = !domain.contains('.') && name.contains('/');
            if notes { self.named(person.directory(), &name_key(name)) } else { None }
        };
        by_address.or_else(by_name).filter(|document| document.kind() == Kind::Person)
    }

    /// The first document of that name.
    fn named(&self, directory: DirectoryId, key: &str) -> Option<AtHand<'e>> {
        let index = self.by_name.get_or_init(|| {
            Index::new(everybody(self.environment).flat_map(|document| {
                names(document).map(move |(_, _, name)| ((document.directory(), name_key(name)), document.id()))
            }))
        });
        index.get(Index::hash(&(directory, key))).filter_map(|id| self.environment.at_hand(id)).find(|document| {
            document.directory() == directory && names(*document).any(|(_, _, name)| name_key(name) == key)
        })
    }

    /// Whether something takes mail for postmaster.
    pub(super) fn postmaster(&self) -> Fact {
        const NAME: &str = "postmaster";
        let is_meant =
            |text: &str| text.as_bytes().windows(NAME.len()).any(|part| part.eq_ignore_ascii_case(NAME.as_bytes()));
        let mut by_address: Option<((DirectoryId, String), Location)> = None;
        let mut by_name: Option<(DirectoryId, DocumentId)> = None;
        for document in everybody(self.environment) {
            // Few are, so that most need no second look.
            let address = document.text("internet_address").into_iter();
            if !address.chain(names(document).map(|(_, _, name)| name)).any(is_meant) {
                continue;
            }
            let directory = document.directory();
            for (address, owner) in addresses(document) {
                let key = (directory, address);
                if key.1.starts_with("postmaster@") && by_address.as_ref().is_none_or(|(known, _)| key < *known) {
                    by_address = Some((key, owner.at()));
                }
            }
            let named = names(document).any(|(_, _, name)| name_key(name) == NAME);
            if named && by_name.is_none_or(|(known, _)| directory < known) {
                by_name = Some((directory, document.id()));
            }
        }
        if let Some((_, at)) = by_address {
            return Fact::known(true, Provenance::set(at));
        }
        if let Some((_, id)) = by_name {
            return Fact::known(true, Provenance::set(Location::document(id)));
        }
        if [Kind::Person, Kind::MailIn].into_iter().any(|kind| self.environment.count(kind) > 0) {
            Fact::known(false, Provenance::default())
        } else {
            Fact::unknown("the input shows neither people nor mail-in databases", Provenance::default())
        }
    }
}

fn circle(path: &[AtHand<'_>]) -> Option<Fact> {
    let first = path.first()?;
    let mut provenance = Provenance::set(Location::field(first.id(), "forwarding_address"));
    for person in path.iter().skip(1) {
        let told = format!("`{}` forwards on", person.name());
        provenance = provenance.then(Role::From, Some(Location::field(person.id(), "forwarding_address")), told);
    }
    let names: Vec<Fact> = path
        .iter()
        .map(|person| {
            let at = Provenance::set(Location::field(person.id(), "forwarding_address"));
            Fact::known(person.name(), at)
        })
        .collect();
    let address = first.text("forwarding_address").unwrap_or("");
    let at = Provenance::set(Location::field(first.id(), "forwarding_address"));
    let parts = BTreeMap::from([
        (Arc::from("person"), Fact::known(first.name(), at.clone())),
        (Arc::from("address"), Fact::known(address, at)),
        (Arc::from("itself"), Fact::known(path.len() == 1, Provenance::default())),
        (Arc::from("people"), Fact::known(List::complete(names), Provenance::default())),
    ]);
    Some(RecordView::fact(format!("forwarding circle of {}", name_key(first.name())), parts, provenance))
}

/// Where mail for a document ends: server, file and Domino domain; the router takes several hits with the same way for one.
/// `None` for a group, whose mail goes many ways.
pub(super) fn delivery(document: AtHand<'_>) -> Option<(String, String, String, String)> {
    let text = |field: &str| document.text(field).map(|text| text.trim().to_lowercase()).unwrap_or_default();
    let (server, file) = match document.kind() {
        Kind::Person => ("mail_server", "mail_file"),
        Kind::MailIn => ("server", "file"),
        _ => return None,
    };
    let server = document.text(server).map(name_key).unwrap_or_default();
    (!server.is_empty() && !text(file).is_empty())
        .then(|| (server, text(file), text("domain"), text("forwarding_address")))
}

/// Whether the document is a mailbox of this organisation, not a contact.
fn lives_here(document: AtHand<'_>) -> bool {
    let field = match document.kind() {
        Kind::Person => "mail_server",
        Kind::MailIn => "server",
        _ => return true,
    };
    document.text(field).is_some_and(|server| !server.is_empty())
}

pub(super) fn shown(document: AtHand<'_>) -> String {
    format!("the {} `{}`", document.kind().title(), document.name())
}

/// Files that several mail-in databases deliver to, one entry for each file.
pub(super) fn shared_mail_files(environment: &Environment) -> Fact {
    let mut by_file: BTreeMap<(DirectoryId, String, String), Vec<AtHand<'_>>> = BTreeMap::new();
    for document in environment.each(Kind::MailIn) {
        let (Some(server), Some(file)) = (document.text("server"), document.text("file")) else { continue };
        let file = file.trim().replace('\\', "/").to_lowercase();
        if file.is_empty() || server.is_empty() {
            continue;
        }
        let file = file.strip_suffix(".nsf").unwrap_or(&file).to_owned();
        by_file.entry((document.directory(), name_key(server), file)).or_default().push(document);
    }
    let mut items = Vec::new();
    for ((_, server, file), documents) in by_file {
        let [first, second, ..] = documents.as_slice() else { continue };
        let at = Location::field(second.id(), "file");
        let told = format!("{} delivers there too", shown(*first));
        let provenance = Provenance::set(at.clone()).then(Role::From, Some(Location::field(first.id(), "file")), told);
        let names = documents.iter().map(|document| Fact::known(document.name(), Provenance::default())).collect();
        let parts = BTreeMap::from([
            (Arc::from("file"), Fact::known(second.text("file").unwrap_or(""), Provenance::set(at))),
            (Arc::from("names"), Fact::known(List::complete(names), Provenance::default())),
        ]);
        items.push(RecordView::fact(format!("file {file} on {server}"), parts, provenance));
    }
    Fact::known(List::complete(items), Provenance::default())
}
