//! The directory as the SMTP listener asks it for recipients (semantics.md 5.2, failures.md 2.5).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::directory::{DirectoryId, Document, Environment, Kind, Location, name_key};
use crate::smtp::{Found, MailAddress, Recipients, Source, Why};

/// Everybody in one directory who can have mail, by address and by name.
#[derive(Debug, Default)]
pub(super) struct Directory {
    entries: Vec<Entry>,
    by_address: BTreeMap<String, Vec<usize>>,
    by_local_part: BTreeMap<String, Vec<usize>>,
    /// The primary Internet domain for each alias domain of its Global Domain document.
    primaries: BTreeMap<String, String>,
}

/// Somebody who can have mail.
#[derive(Debug)]
struct Entry {
    name: Arc<str>,
    group: bool,
    /// Mail server, file and domain: several documents with the same ones are one recipient.
    mailbox: (String, String, String),
    at: Location,
}

/// Sorts the recipients of an environment by directory.
pub(super) fn directories(environment: &Environment) -> BTreeMap<DirectoryId, Arc<Directory>> {
    let mut all: BTreeMap<DirectoryId, Directory> = BTreeMap::new();
    for kind in [Kind::Person, Kind::MailIn, Kind::Group] {
        for document in environment.of_kind(kind) {
            all.entry(document.directory).or_default().add(document);
        }
    }
    for document in environment.of_kind(Kind::GlobalDomain) {
        if let Some(primary) = document.text("primary_internet_domain") {
            let directory = all.entry(document.directory).or_default();
            for alias in document.texts("internet_domain_aliases") {
                directory.primaries.insert(alias.trim().to_lowercase(), primary.trim().to_lowercase());
            }
        }
    }
    all.into_iter().map(|(id, directory)| (id, Arc::new(directory))).collect()
}

impl Directory {
    fn add(&mut self, document: &Document) {
        let index = self.entries.len();
        let text = |path: &str| document.text(path).map_or_else(String::new, |text| text.to_lowercase());
        let (server, file) = match document.kind {
            Kind::Person => ("mail_server", "mail_file"),
            _ => ("server", "file"),
        };
        let address = text("internet_address");
        let mut addresses = BTreeSet::new();
        let mut local_parts = BTreeSet::new();
        if let Some((local_part, _)) = address.rsplit_once('@') {
            local_parts.insert(local_part.trim().to_owned());
            addresses.insert(address.trim().to_owned());
        }
        let names = document.texts("name").chain(document.texts("short_names")).chain(document.text("name"));
        for name in names {
            let key = name_key(name);
            if key.contains('@') {
                addresses.insert(key);
                continue;
            }
            let common = key.split('/').next().unwrap_or(&key).trim_start_matches("cn=").to_owned();
            local_parts.insert(common);
        }
        for address in addresses {
            self.by_address.entry(address).or_default().push(index);
        }
        for local_part in local_parts {
            self.by_local_part.entry(local_part).or_default().push(index);
        }
        self.entries.push(Entry {
            name: Arc::from(format!("the {} `{}`", document.kind.title(), document.name)),
            group: document.kind == Kind::Group,
            mailbox: (name_key(&text(server)), text(file), text("domain")),
            at: Location::field(document.id, if address.is_empty() { "name" } else { "internet_address" }),
        });
    }

    /// Whether nobody is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn whole(&self, address: &MailAddress) -> Option<&[usize]> {
        let text = address.text.to_lowercase();
        let found = self.by_address.get(&text).or_else(|| {
            let primary = self.primaries.get(address.domain.as_deref()?)?;
            self.by_address.get(&format!("{}@{primary}", address.local_part.to_lowercase()))
        });
        found.map(Vec::as_slice)
    }

    /// Names are also meant with `.` or `_` for the blank between their parts.
    fn local_part(&self, address: &MailAddress) -> Option<&[usize]> {
        let local_part = address.local_part.to_lowercase();
        let spoken = local_part.replace(['.', '_'], " ");
        self.by_local_part.get(&local_part).or_else(|| self.by_local_part.get(&spoken)).map(Vec::as_slice)
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
    pub(super) fn place(&self, source: Source) -> Option<&Location> {
        let index = source.0.checked_sub(FIRST)?;
        self.directory.entries.get(index as usize).map(|entry| &entry.at)
    }

    fn found(&self, entries: &[usize]) -> Found {
        let known: Vec<(&Entry, Source)> = entries
            .iter()
            .filter_map(|index| {
                let source = Source(FIRST.saturating_add(u32::try_from(*index).ok()?));
                Some((self.directory.entries.get(*index)?, source))
            })
            .collect();
        match known.as_slice() {
            [] => Found::Nobody,
            [(only, source)] if only.group => Found::Group { name: Arc::clone(&only.name), source: *source },
            [(first, source), rest @ ..] => {
                let one = rest.iter().all(|(other, _)| !other.group && other.mailbox == first.mailbox && !first.group);
                if one {
                    return Found::One { name: Arc::clone(&first.name), source: *source };
                }
                let names: Vec<&str> = known.iter().take(3).map(|(entry, _)| &*entry.name).collect();
                Found::Several { names: names.join(" and ").into(), source: *source }
            }
        }
    }
}

impl Recipients for Lookup {
    fn find(&self, address: &MailAddress) -> Found {
        let whole = self.directory.whole(address);
        let local_part = self.directory.local_part(address);
        let entries = match self.mode.as_deref() {
            Some("full_name") => whole,
            Some("local_part") => local_part,
            Some("full_name_then_local_part") => whole.or(local_part),
            _ => match (whole, local_part) {
                (Some(entries), _) => Some(entries),
                (None, Some(_)) => {
                    let why =
                        "the recipient is found by the part before the `@` only, and \"Address lookup\" is not known";
                    return Found::Unknown(why.into());
                }
                (None, None) => None,
            },
        };
        match (entries, &self.open) {
            (Some(entries), _) => self.found(entries),
            (None, Some(why)) => Found::Unknown(Arc::clone(why)),
            (None, None) => Found::Nobody,
        }
    }
}
