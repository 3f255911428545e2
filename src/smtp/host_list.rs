//! A list of hosts in a setting: who is in it (semantics.md 3.3).

use std::net::IpAddr;
use std::sync::Arc;

use super::address_map::{AddressMap, AddressSet, Range};
use super::answer::{Answer, Confidence, Source, Why, blank};
use super::host_entry::HostEntry;
use super::name_map::{NameMap, is_host_name};

/// No entry.
const NONE: u32 = u32::MAX;

/// What reverse DNS says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ptr {
    /// It has this name.
    Name(Arc<str>),
    /// It has no name.
    None,
    /// Nobody has said.
    Unknown,
}

/// The host at the other end, as the server sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: IpAddr,
    /// Its name.
    pub ptr: Ptr,
}

/// An entry of a host list with its place.
#[derive(Debug, Clone)]
pub struct HostItem {
    /// The entry as it is written.
    pub text: Arc<str>,
    /// What it is.
    pub entry: HostEntry,
    /// Its place.
    pub source: Source,
    /// For the name of a group, its entries, members of its member groups included, or why they are not known.
    pub members: Option<Result<Vec<HostItem>, Why>>,
}

/// A list of hosts in a setting.
#[derive(Debug)]
pub struct HostList {
    source: Source,
    confidence: Confidence,
    items: Vec<HostItem>,
    open: Option<Why>,
    /// The first entry that covers an address.
    addresses: AddressMap<u32>,
    /// The first entry that a name ends in.
    names: NameMap<u32>,
    /// The first entry that may be meant as the end of a name.
    unsure_names: NameMap<u32>,
    /// The reasons, by number, of entries that leave something open.
    reasons: Vec<(Source, Why)>,
    /// An entry that leaves open who is meant.
    unsure: Option<u32>,
    /// Flat entries by number: place and how sure a match is.
    flat: Vec<(Source, Confidence, Arc<str>)>,
}

fn least(a: u32, b: u32) -> u32 {
    a.min(b)
}

/// How an entry takes part in matching.
enum Role<'i> {
    Addresses,
    Name(&'i str),
    UnsureName(&'i str, &'static str),
    Unsure(Why),
    Nothing,
}

impl HostList {
    /// A list from its entries. `open` says why there may be more of them than the input shows.
    #[must_use]
    pub fn new(source: Source, confidence: Confidence, items: Vec<HostItem>, open: Option<Why>) -> Self {
        let mut list = Self {
            source,
            confidence,
            items: Vec::new(),
            open,
            addresses: AddressMap::build(NONE, &[], &least),
            names: NameMap::new(NONE),
            unsure_names: NameMap::new(NONE),
            reasons: Vec::new(),
            unsure: None,
            flat: Vec::new(),
        };
        let mut ranges = Vec::new();
        list.add(&items, &mut ranges);
        list.addresses = AddressMap::build(NONE, &ranges, &least);
        list.items = items;
        list
    }

    fn add(&mut self, items: &[HostItem], ranges: &mut Vec<(Range, u32)>) {
        for item in items {
            if let Some(Ok(members)) = &item.members {
                self.add(members, ranges);
                continue;
            }
            match role(item) {
                Role::Addresses => {
                    let index = self.number(item, sureness(&item.entry));
                    ranges.extend(Range::of(&item.entry).into_iter().map(|range| (range, index)));
                }
                Role::Name(ending) => {
                    // That a leading dot makes a whole label is a report from the field.
                    let confidence = if ending.starts_with('.') { Confidence::Likely } else { Confidence::Sure };
                    let index = self.number(item, confidence);
                    self.names.add(ending, index, &least);
                }
                Role::UnsureName(ending, why) => {
                    let index = self.reason(item, format!("`{}` {why}", item.text).into());
                    self.unsure_names.add(ending, index, &least);
                }
                Role::Unsure(why) => {
                    let index = self.reason(item, why);
                    self.unsure = self.unsure.or(Some(index));
                }
                Role::Nothing => {}
            }
        }
    }

    fn number(&mut self, item: &HostItem, confidence: Confidence) -> u32 {
        self.flat.push((item.source, confidence, Arc::clone(&item.text)));
        u32::try_from(self.flat.len() - 1).unwrap_or(NONE - 1)
    }

    fn reason(&mut self, item: &HostItem, why: Why) -> u32 {
        self.reasons.push((item.source, why));
        u32::try_from(self.reasons.len() - 1).unwrap_or(NONE - 1)
    }

    /// The place of the list as a whole.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// The entries as they are written.
    #[must_use]
    pub fn items(&self) -> &[HostItem] {
        &self.items
    }

    /// Whether the list has no entry. An entry that matches nothing is one all the same.
    #[must_use]
    pub fn is_blank(&self) -> Answer {
        blank(self.items.first().map(|item| item.source), self.open.as_ref(), self.source, self.confidence)
    }

    /// Whether a host is in the list. A host without a name, or whose name nobody knows, is matched by its address.
    #[must_use]
    pub fn contains(&self, peer: &Peer) -> Answer {
        let by_address = self.addresses.get(peer.address);
        let by_name = match &peer.ptr {
            Ptr::Name(name) => self.names.get(name, &least),
            Ptr::None | Ptr::Unknown => NONE,
        };
        if let Some((source, sure, _)) = self.flat.get(by_address.min(by_name) as usize) {
            return Answer::yes(*source, self.confidence.min(*sure));
        }
        let may_be = match &peer.ptr {
            Ptr::Name(name) => self.unsure_names.get(name, &least),
            _ => NONE,
        };
        let may_be = may_be.min(self.unsure.unwrap_or(NONE));
        if let Some((source, why)) = self.reasons.get(may_be as usize) {
            return Answer::unknown(*source, Arc::clone(why));
        }
        if let Some(why) = &self.open {
            return Answer::unknown(self.source, Arc::clone(why));
        }
        if peer.ptr == Ptr::Unknown && !(self.names.is_empty() && self.unsure_names.is_empty()) {
            let why =
                format!("the list names hosts, and the name that reverse DNS gives {} is not known", peer.address);
            return Answer::unknown(self.source, why.into());
        }
        Answer::no(self.source, self.confidence)
    }

    /// The entry behind an answer of this list, as it is written.
    #[must_use]
    pub fn text_of(&self, source: Source) -> Option<&str> {
        self.flat.iter().find(|(at, _, _)| *at == source).map(|(_, _, text)| &**text)
    }

    /// The addresses that entries cover, groups expanded.
    #[must_use]
    pub fn addresses(&self) -> AddressSet {
        let mut entries = Vec::new();
        collect(&self.items, &mut entries);
        AddressSet::from_entries(entries)
    }

    /// The ranges of addresses that entries cover, groups expanded.
    #[must_use]
    pub fn ranges(&self) -> Vec<Range> {
        let mut entries = Vec::new();
        collect(&self.items, &mut entries);
        entries.into_iter().flat_map(Range::of).collect()
    }

    /// Calls `seen` with every ending of names in the list, and whether it surely counts.
    pub fn for_each_ending(&self, seen: &mut impl FnMut(&str, bool)) {
        fn walk(items: &[HostItem], seen: &mut impl FnMut(&str, bool)) {
            for item in items {
                match (&item.members, role(item)) {
                    (Some(Ok(members)), _) => walk(members, seen),
                    (_, Role::Name(ending)) => seen(ending, true),
                    (_, Role::UnsureName(ending, _)) => seen(ending, false),
                    _ => {}
                }
            }
        }
        walk(&self.items, seen);
    }

    /// Why it may be left open who is in the list.
    #[must_use]
    pub fn open(&self) -> Option<&Why> {
        let unsure = self.unsure.and_then(|index| self.reasons.get(index as usize)).map(|(_, why)| why);
        self.open.as_ref().or(unsure)
    }
}

fn collect<'i>(items: &'i [HostItem], entries: &mut Vec<&'i HostEntry>) {
    for item in items {
        match &item.members {
            Some(Ok(members)) => collect(members, entries),
            _ => entries.push(&item.entry),
        }
    }
}

/// How sure a match by address is: single addresses are documented, wildcards, ranges and prefixes are reports from the field,
/// and no source shows how IPv6 is written (semantics.md 3.3).
fn sureness(entry: &HostEntry) -> Confidence {
    match entry {
        HostEntry::All | HostEntry::Address(IpAddr::V4(_)) => Confidence::Sure,
        HostEntry::Octets(_) | HostEntry::Prefix(ipnet::IpNet::V4(_)) => Confidence::Likely,
        _ => Confidence::Uncertain,
    }
}

fn role(item: &HostItem) -> Role<'_> {
    match &item.entry {
        HostEntry::All | HostEntry::Address(_) | HostEntry::Octets(_) | HostEntry::Prefix(_) => Role::Addresses,
        HostEntry::Bare(_) | HostEntry::Invalid(_) => Role::Nothing,
        HostEntry::Name(name) => name_role(name),
        HostEntry::Group(name) => match &item.members {
            Some(Err(why)) => Role::Unsure(Arc::clone(why)),
            Some(Ok(_)) => Role::Nothing,
            None if name.starts_with(['@', '%']) => Role::Nothing,
            None => Role::UnsureName(
                name,
                "is no group of the directory; whether it then counts as the end of a name is not established",
            ),
        },
    }
}

/// How a name takes part in matching host names.
fn name_role(name: &str) -> Role<'_> {
    let odd = |letter: char| letter == '@' || letter.is_whitespace() || letter.is_control();
    if name.contains(odd) || name.chars().all(|letter| letter == '.') {
        return Role::Nothing;
    }
    if let Some((_, ending)) = name.rsplit_once('*') {
        return Role::UnsureName(ending, "holds `*` in a name, and what that does is not documented");
    }
    if let Some(ending) = name.strip_suffix('.') {
        return Role::UnsureName(ending, "ends in a dot, and whether a name can end so is not established");
    }
    if is_host_name(name.trim_start_matches('.')) { Role::Name(name) } else { Role::Nothing }
}

#[cfg(test)]
fn list(texts: &[&str]) -> HostList {
    let items = texts
        .iter()
        .zip(1..)
        .map(|(text, number)| HostItem {
            text: Arc::from(*text),
            entry: HostEntry::parse(text),
            source: Source(number),
            members: None,
        })
        .collect();
    HostList::new(Source(0), Confidence::Sure, items, None)
}

#[cfg(test)]
mod tests {
    use super::super::answer::Truth;
    use super::*;

    fn is_known(answer: &Answer) -> bool {
        !matches!(answer.truth, Truth::Unknown(_))
    }

    fn peer(address: &str, ptr: &str) -> Peer {
        let ptr = match ptr {
            "" => Ptr::None,
            "?" => Ptr::Unknown,
            name => Ptr::Name(Arc::from(name)),
        };
        Peer { address: address.parse().expect("an address"), ptr }
    }

    /// One line for each form of semantics.md 3.3: entry, address, name, whether it matches.
    const FORMS: &[(&str, &str, &str, Option<bool>)] = &[
        ("[192.168.10.17]", "192.168.10.17", "", Some(true)),
        ("[192.168.10.17]", "192.168.10.18", "", Some(false)),
        ("192.168.10.17", "192.168.10.17", "", Some(false)),
        ("[1.2.3.*]", "1.2.3.77", "", Some(true)),
        ("[1.2.3.*]", "1.2.4.77", "", Some(false)),
        ("[1.2.3.1-3]", "1.2.3.3", "", Some(true)),
        ("[1.2.3.1-3]", "1.2.3.4", "", Some(false)),
        ("[192.168.1-10.*]", "192.168.10.200", "", Some(true)),
        ("[192.168.1-10.*]", "192.168.11.200", "", Some(false)),
        ("[1.2.3.0/27]", "1.2.3.31", "", Some(true)),
        ("[1.2.3.0/27]", "1.2.3.32", "", Some(false)),
        ("[192.168.*.0/24]", "192.168.1.0", "", Some(false)),
        ("[192.168.1-10.0/8]", "192.168.1.0", "", Some(false)),
        ("abc.com", "192.0.2.1", "smtp.abc.com", Some(true)),
        ("abc.com", "192.0.2.1", "SMTP.ABC.COM", Some(true)),
        ("abc.com", "192.0.2.1", "mail.xabc.com", Some(true)),
        ("xyz.com", "192.0.2.1", "uvwxyz.com", Some(true)),
        ("abc.com", "192.0.2.1", "", Some(false)),
        ("abc.com", "192.0.2.1", "?", None),
        (".brandlehner.at", "192.0.2.1", "mail.brandlehner.at", Some(true)),
        (".brandlehner.at", "192.0.2.1", "mail.anotherbrandlehner.at", Some(false)),
        ("*", "192.0.2.1", "", Some(true)),
        ("*", "2001:db8::1", "", Some(true)),
        ("[2001:db8::/32]", "2001:db8:1::9", "", Some(true)),
        ("[2001:db8::1]", "2001:db8::2", "", Some(false)),
        ("[0.0.0.0/0]", "203.0.113.9", "", Some(true)),
        ("[0.0.0.0/0]", "2001:db8::2", "", Some(false)),
        ("*.abc.com", "192.0.2.1", "smtp.abc.com", None),
        ("*.abc.com", "192.0.2.1", "abc.org", Some(false)),
        ("com", "192.0.2.1", "abc.com", None),
        ("com", "192.0.2.1", "abc.org", Some(false)),
        ("@abc.com", "192.0.2.1", "abc.com", Some(false)),
        ("%Acme", "192.0.2.1", "abc.com", Some(false)),
        (".", "192.0.2.1", "abc.com", Some(false)),
        ("@", "192.0.2.1", "abc.com", Some(false)),
        ("%", "192.0.2.1", "abc.com", Some(false)),
        ("[]", "192.0.2.1", "abc.com", Some(false)),
        ("[*]", "192.0.2.1", "", Some(true)),
        ("[1.2.3.4/33]", "1.2.3.4", "", Some(false)),
        ("[256.1.1.1]", "1.1.1.1", "", Some(false)),
        ("abc\u{7}.com", "192.0.2.1", "abc.com", Some(false)),
    ];

    #[test]
    fn each_form_of_an_entry() {
        for (entry, address, ptr, expected) in FORMS {
            let answer = list(&[entry]).contains(&peer(address, ptr));
            let found = is_known(&answer).then(|| answer.is_yes());
            assert_eq!(found, *expected, "{entry} and {address} {ptr}");
        }
    }

    #[test]
    fn the_first_entry_that_matches_is_named() {
        let list = list(&["abc.com", "[10.0.0.0/8]", "[10.1.2.3]"]);
        assert_eq!(list.contains(&peer("10.1.2.3", "")).by, [Source(2)]);
        assert_eq!(list.contains(&peer("10.1.2.3", "mx.abc.com")).by, [Source(1)]);
        assert_eq!(list.text_of(Source(2)), Some("[10.0.0.0/8]"));
        assert!(list.is_blank().is_no());
    }

    #[test]
    fn what_is_not_known_stays_so() {
        let group = |members| HostItem {
            text: Arc::from("Partners"),
            entry: HostEntry::parse("Partners"),
            source: Source(1),
            members: Some(members),
        };
        let inner = HostItem {
            text: Arc::from("[10.0.0.1]"),
            entry: HostEntry::parse("[10.0.0.1]"),
            source: Source(2),
            members: None,
        };
        let shown = HostList::new(Source(0), Confidence::Sure, vec![group(Ok(vec![inner]))], None);
        assert_eq!(shown.contains(&peer("10.0.0.1", "")).by, [Source(2)]);
        assert!(shown.contains(&peer("10.0.0.2", "")).is_no());
        let hidden = HostList::new(Source(0), Confidence::Sure, vec![group(Err(Arc::from("not in the input")))], None);
        assert!(!is_known(&hidden.contains(&peer("10.0.0.2", ""))));
        let open = HostList::new(Source(0), Confidence::Sure, Vec::new(), Some(Arc::from("a part")));
        assert!(!is_known(&open.contains(&peer("10.0.0.2", ""))) && !is_known(&open.is_blank()));
    }
}
