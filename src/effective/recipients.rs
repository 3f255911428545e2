//! The directory as the SMTP listener asks it for recipients (semantics.md 5.2, failures.md 2.5).

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::index::Index;
use crate::directory::{AtHand, DirectoryId, DocumentId, Environment, Kind, Location, name_key};
use crate::smtp::{Found, MailAddress, Recipients, Source, Why};

/// Everybody in one directory who can have mail, by address and by name.
#[derive(Debug)]
pub(super) struct Directory {
    environment: Arc<Environment>,
    id: DirectoryId,
    /// Made once somebody asks.
    index: OnceLock<Keys>,
}

#[derive(Debug)]
struct Keys {
    by_address: Index,
    by_local_part: Index,
    /// The primary Internet domain for each alias domain of its Global Domain document.
    primaries: BTreeMap<String, String>,
}

/// Somebody who can have mail.
#[derive(Debug)]
struct Entry {
    name: String,
    group: bool,
    /// Mail server, file and domain: several documents with the same ones are one recipient.
    mailbox: (String, String, String),
    source: Source,
}

/// Whoever can have mail.
const KINDS: [Kind; 3] = [Kind::Person, Kind::MailIn, Kind::Group];

impl Directory {
    pub(super) fn new(environment: &Arc<Environment>, id: DirectoryId) -> Self {
        Self { environment: Arc::clone(environment), id, index: OnceLock::new() }
    }

    fn everybody(&self) -> impl Iterator<Item = AtHand<'_>> {
        let all = KINDS.into_iter().flat_map(|kind| self.environment.each(kind));
        all.filter(|document| document.directory() == self.id)
    }

    /// Whether nobody is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.everybody().next().is_none()
    }

    fn keys(&self) -> &Keys {
        self.index.get_or_init(|| {
            let (mut whole, mut local) = (Vec::new(), Vec::new());
            for document in self.everybody() {
                let parts = Parts::of(document);
                whole.extend(parts.addresses.iter().map(|key| (Index::hash(key), document.id())));
                local.extend(parts.local_parts.iter().map(|key| (Index::hash(key), document.id())));
            }
            let (by_address, by_local_part) = (Index::of(whole), Index::of(local));
            let mut primaries = BTreeMap::new();
            let here = |document: &AtHand<'_>| document.directory() == self.id;
            for document in self.environment.each(Kind::GlobalDomain).filter(here) {
                if let Some(primary) = document.text("primary_internet_domain") {
                    for alias in document.texts("internet_domain_aliases") {
                        primaries.insert(alias.trim().to_lowercase(), primary.trim().to_lowercase());
                    }
                }
            }
            Keys { by_address, by_local_part, primaries }
        })
    }

    fn having<'d>(&'d self, index: &'d Index, key: &str, part: fn(Parts) -> Vec<String>) -> Option<Vec<AtHand<'d>>> {
        let candidates = index.get(Index::hash(&key)).filter_map(|id| self.environment.at_hand(id));
        let has_key = |document: &AtHand<'_>| part(Parts::of(*document)).iter().any(|known| known == key);
        let found: Vec<AtHand<'d>> = candidates.filter(has_key).collect();
        (!found.is_empty()).then_some(found)
    }

    fn whole(&self, address: &MailAddress) -> Option<Vec<AtHand<'_>>> {
        let keys = self.keys();
        let having = |text: &str| self.having(&keys.by_address, text, |parts| parts.addresses);
        having(&address.text.to_lowercase()).or_else(|| {
            let primary = keys.primaries.get(address.domain.as_deref()?)?;
            having(&format!("{}@{primary}", address.local_part.to_lowercase()))
        })
    }

    /// Names are also meant with `.` or `_` for the blank between their parts.
    fn local_part(&self, address: &MailAddress) -> Option<Vec<AtHand<'_>>> {
        let having = |text: &str| self.having(&self.keys().by_local_part, text, |parts| parts.local_parts);
        let local_part = address.local_part.to_lowercase();
        having(&local_part).or_else(|| having(&local_part.replace(['.', '_'], " ")))
    }
}

fn lower(document: AtHand<'_>, path: &str) -> String {
    document.text(path).map_or_else(String::new, str::to_lowercase)
}

/// By what a document is found.
#[derive(Debug, Default)]
struct Parts {
    /// Whole addresses; a name that is an address counts as one.
    addresses: Vec<String>,
    /// What may stand before the @.
    local_parts: Vec<String>,
}

impl Parts {
    fn of(document: AtHand<'_>) -> Self {
        let mut parts = Self::default();
        let add = |keys: &mut Vec<String>, key: &str| {
            if keys.iter().all(|known| known != key) {
                keys.push(key.to_owned());
            }
        };
        let address = lower(document, "internet_address");
        if let Some((local_part, _)) = address.rsplit_once('@') {
            add(&mut parts.local_parts, local_part.trim());
            add(&mut parts.addresses, address.trim());
        }
        let listed = document.texts("name").chain(document.texts("short_names"));
        for key in listed.chain(document.text("name")).map(name_key) {
            if key.contains('@') {
                add(&mut parts.addresses, &key);
            } else {
                let common = key.split('/').next().unwrap_or(&key);
                add(&mut parts.local_parts, common.trim_start_matches("cn="));
            }
        }
        parts
    }
}

impl Entry {
    fn of(document: AtHand<'_>) -> Self {
        let (server, file) = match document.kind() {
            Kind::Person => ("mail_server", "mail_file"),
            _ => ("server", "file"),
        };
        Self {
            name: format!("the {} `{}`", document.kind().title(), document.name()),
            group: document.kind() == Kind::Group,
            mailbox: (name_key(&lower(document, server)), lower(document, file), lower(document, "domain")),
            source: Source(FIRST.saturating_add(document.id().0)),
        }
    }
}

/// One server's way of asking the directory.
#[derive(Debug)]
pub(super) struct Lookup {
    directory: Arc<Directory>,
    mode: Option<Arc<str>>,
    /// Why there may be recipients that the input does not show.
    open: Option<Why>,
}

/// Numbers of places from here on are those of recipients: settings and entries are never so many.
const FIRST: u32 = 1 << 31;

impl Lookup {
    pub(super) fn new(directory: Arc<Directory>, mode: Option<Arc<str>>, open: Option<Why>) -> Self {
        Self { directory, mode, open }
    }

    /// The place of a recipient.
    pub(super) fn place(&self, source: Source) -> Option<Location> {
        let document = self.directory.environment.at_hand(DocumentId(source.0.checked_sub(FIRST)?))?;
        let addressed = document.text("internet_address").is_some_and(|address| !address.is_empty());
        Some(Location::field(document.id(), if addressed { "internet_address" } else { "name" }))
    }

    fn found(documents: &[AtHand<'_>]) -> Found {
        let known: Vec<Entry> = documents.iter().map(|document| Entry::of(*document)).collect();
        match known.as_slice() {
            [] => Found::Nobody,
            [only] if only.group => Found::Group { name: only.name.as_str().into(), source: only.source },
            [first, rest @ ..] => {
                let one = rest.iter().all(|other| !other.group && other.mailbox == first.mailbox && !first.group);
                if one {
                    return Found::One { name: first.name.as_str().into(), source: first.source };
                }
                let names: Vec<&str> = known.iter().take(3).map(|entry| entry.name.as_str()).collect();
                Found::Several { names: names.join(" and ").into(), source: first.source }
            }
        }
    }
}

impl Recipients for Lookup {
    fn find(&self, address: &MailAddress) -> Found {
        let whole = self.directory.whole(address);
        let local_part = self.directory.local_part(address);
        let found = match self.mode.as_deref() {
            Some("full_name") => whole,
            Some("local_part") => local_part,
            Some("full_name_then_local_part") => whole.or(local_part),
            _ => match (whole, local_part) {
                (Some(documents), _) => Some(documents),
                (None, Some(_)) => {
                    let why =
                        "the recipient is found by the part before the `@` only, and \"Address lookup\" is not known";
                    return Found::Unknown(why.into());
                }
                (None, None) => None,
            },
        };
        match (found, &self.open) {
            (Some(documents), _) => Self::found(&documents),
            (None, Some(why)) => Found::Unknown(Arc::clone(why)),
            (None, None) => Found::Nobody,
        }
    }
}
