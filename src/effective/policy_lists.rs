//! The lists of a policy: hosts, destinations, addresses and local domains, groups expanded.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fact::State;
use super::group_entries::Placed;
use super::policy::{Build, confidence, unset};
use crate::smtp::{
    AddressItem, AddressList, Confidence, DomainItem, DomainList, HostEntry, HostItem, HostList, Meaning, Source, Why,
};

/// The elements of a list with their places, and why there may be more.
struct Elements {
    source: Source,
    confidence: Confidence,
    elements: Vec<Placed>,
    open: Option<Why>,
}

impl Build<'_> {
    /// The elements of a list with their places, and why there may be more.
    fn elements(&mut self, path: &str) -> Elements {
        let fact = self.fact(path);
        let source = self.source(&fact.provenance);
        let mut open = match &fact.state {
            State::Known(_) | State::Absent(Some(_)) => None,
            State::Absent(None) => Some(unset(&fact, path)),
            State::Unknown(reason) => Some(Arc::clone(&reason.0)),
        };
        let mut elements = Vec::new();
        if let Some(list) = fact.list() {
            open = open.or_else(|| list.open.as_ref().map(|reason| Arc::clone(&reason.0)));
            for item in list.items.iter() {
                match (item.text(), item.unknown_reason()) {
                    // A blank entry is what an empty field looks like in some exports.
                    (Some(text), _) if text.trim().is_empty() => {}
                    (Some(text), _) => {
                        let at = self.source(&item.provenance);
                        elements.push((Arc::clone(text), at));
                    }
                    (None, Some(reason)) => open = open.or_else(|| Some(Arc::clone(&reason.0))),
                    (None, None) => {}
                }
            }
        }
        Elements { source, confidence: confidence(&fact), elements, open }
    }

    pub(super) fn hosts(&mut self, path: &str) -> HostList {
        let Elements { source, confidence, elements, open } = self.elements(path);
        let mut groups = BTreeSet::new();
        let items = elements
            .into_iter()
            .map(|(text, at)| {
                let entry = HostEntry::parse(&text);
                let group = matches!(&entry, HostEntry::Group(name) if !name.starts_with(['@', '%']));
                // A group that is named again adds nobody.
                let again = group && !groups.insert(text.to_lowercase());
                let members = match (group, again) {
                    (true, true) => Some(Ok(Vec::new())),
                    (true, false) => self.group(&text),
                    (false, _) => None,
                };
                let members = members.map(|members| {
                    members.map(|members| {
                        let item = |(text, source): Placed| HostItem {
                            entry: HostEntry::parse(&text),
                            text,
                            source,
                            members: None,
                        };
                        members.into_iter().map(item).collect()
                    })
                });
                HostItem { text, entry, source: at, members }
            })
            .collect();
        HostList::new(source, confidence, items, open)
    }

    pub(super) fn domains(&mut self, path: &str, without: &BTreeSet<String>) -> DomainList {
        let Elements { source, confidence, elements, open } = self.elements(path);
        let elements: Vec<_> =
            elements.into_iter().filter(|(text, _)| !without.contains(&text.trim().to_lowercase())).collect();
        let items = elements
            .into_iter()
            .map(|(text, source)| {
                let group = !text.starts_with(['@', '%', '[', '*']) && !text.contains('.');
                let members = if group { self.group(&text) } else { None };
                let members = members.map(|members| {
                    let item = |(text, source): Placed| DomainItem { text, source, members: None };
                    let kept = |(text, _): &Placed| !without.contains(&text.trim().to_lowercase());
                    members.map(|members| members.into_iter().filter(kept).map(item).collect())
                });
                DomainItem { text, source, members }
            })
            .collect();
        DomainList::new(source, confidence, Meaning::Destinations, items, open)
    }

    pub(super) fn addresses(&mut self, path: &str) -> AddressList {
        let Elements { source, confidence, elements, open } = self.elements(path);
        let items = elements
            .into_iter()
            .map(|(text, source)| {
                let members = if text.contains(['@', '.', '*']) { None } else { self.group(&text) };
                let members = members.map(|members| match self.expands_groups() {
                    Some(true) => members.map(|members| {
                        let item =
                            |(text, source): Placed| AddressItem { text, source, members: None };
                        members.into_iter().map(item).collect()
                    }),
                    _ => Err(Why::from(format!(
                        "`{text}` is a group; release 6 does not look at its members here, later ones do, and since which is not established"
                    ))),
                });
                AddressItem { text, source, members }
            })
            .collect();
        AddressList::new(source, confidence, items, open)
    }

    /// Whether the release expands groups in sender and recipient lists (semantics.md 5.2): 6 does not, 8.5 and later do.
    fn expands_groups(&self) -> Option<bool> {
        let release = self.release.as_ref()?;
        let number = release.trim().trim_start_matches("Release").trim();
        let major: u32 = number.split(['.', ' ']).next()?.parse().ok()?;
        match major {
            9.. => Some(true),
            8 if number.starts_with("8.5") => Some(true),
            ..=6 => Some(false),
            _ => None,
        }
    }

    pub(super) fn local_domains(&mut self) -> DomainList {
        let Elements { source, confidence, elements, open } = self.elements("local_domains");
        let items = elements.into_iter().map(|(text, source)| DomainItem { text, source, members: None }).collect();
        DomainList::new(source, confidence, Meaning::Local, items, open)
    }
}
