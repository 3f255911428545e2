//! Lists of domains: the destinations of the relay controls (semantics.md 3.3, 5.4) and the local Internet domains (5.1).

use std::sync::Arc;

use super::answer::{Answer, Confidence, Source, Why, blank};
use super::domain_name::is_ip;
use super::host_entry::HostEntry;
use super::name_map::{BEGIN, NameMap, is_host_name};

/// No entry.
const NONE: u32 = u32::MAX;

/// An entry of a list of domains with its place.
#[derive(Debug, Clone)]
pub struct DomainItem {
    /// The entry as it is written.
    pub text: Arc<str>,
    /// Its place.
    pub source: Source,
    /// For the name of a group, its entries, or why they are not known.
    pub members: Option<Result<Vec<DomainItem>, Why>>,
}

/// How the entries of a list are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Destinations of relay controls: a bare name is the end of a domain, `@name` the whole domain, `%Name` a Domino domain,
    /// `*` every domain.
    Destinations,
    /// Local domains: a name is the whole domain, `*.name` every domain below it.
    Local,
}

/// A list of domains in a setting.
#[derive(Debug)]
pub struct DomainList {
    source: Source,
    confidence: Confidence,
    meaning: Meaning,
    items: Vec<DomainItem>,
    open: Option<Why>,
    names: NameMap<u32>,
    unsure_names: NameMap<u32>,
    reasons: Vec<(Source, Why)>,
    unsure: Option<u32>,
    flat: Vec<(Source, Confidence, Arc<str>)>,
}

fn least(a: u32, b: u32) -> u32 {
    a.min(b)
}

/// How an entry takes part in matching.
enum Role {
    /// Domains that end so surely match.
    Ending(String, Confidence),
    /// Domains that end so may match.
    Unsure(String, &'static str),
    /// Nobody knows which domains are meant.
    Open(Why),
    Nothing,
}

impl DomainList {
    /// A list from its entries. `open` says why there may be more of them than the input shows.
    #[must_use]
    pub fn new(
        source: Source,
        confidence: Confidence,
        meaning: Meaning,
        items: Vec<DomainItem>,
        open: Option<Why>,
    ) -> Self {
        let mut list = Self {
            source,
            confidence,
            meaning,
            items: Vec::new(),
            open,
            names: NameMap::new(NONE),
            unsure_names: NameMap::new(NONE),
            reasons: Vec::new(),
            unsure: None,
            flat: Vec::new(),
        };
        list.add(&items);
        list.items = items;
        list
    }

    fn add(&mut self, items: &[DomainItem]) {
        for item in items {
            if let Some(Ok(members)) = &item.members {
                self.add(members);
                continue;
            }
            match self.role(item) {
                Role::Ending(ending, confidence) => {
                    self.flat.push((item.source, confidence, Arc::clone(&item.text)));
                    let index = u32::try_from(self.flat.len() - 1).unwrap_or(NONE - 1);
                    self.names.add(&ending, index, &least);
                }
                Role::Unsure(ending, why) => {
                    let index = self.reason(item, format!("`{}` {why}", item.text).into());
                    self.unsure_names.add(&ending, index, &least);
                }
                Role::Open(why) => {
                    let index = self.reason(item, why);
                    self.unsure = self.unsure.or(Some(index));
                }
                Role::Nothing => {}
            }
        }
    }

    fn reason(&mut self, item: &DomainItem, why: Why) -> u32 {
        self.reasons.push((item.source, why));
        u32::try_from(self.reasons.len() - 1).unwrap_or(NONE - 1)
    }

    fn role(&self, item: &DomainItem) -> Role {
        match self.meaning {
            Meaning::Local => local_role(&item.text),
            Meaning::Destinations => destination_role(item),
        }
    }

    /// The place of the list as a whole.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// The entries as they are written.
    #[must_use]
    pub fn items(&self) -> &[DomainItem] {
        &self.items
    }

    /// Whether the list has no entry. An entry that matches nothing is one all the same.
    #[must_use]
    pub fn is_blank(&self) -> Answer {
        blank(self.items.first().map(|item| item.source), self.open.as_ref(), self.source, self.confidence)
    }

    /// Whether a domain is in the list.
    #[must_use]
    pub fn contains(&self, domain: &str) -> Answer {
        if let Some((source, sure, _)) = self.flat.get(self.names.get(domain, &least) as usize) {
            return Answer::yes(*source, self.confidence.min(*sure));
        }
        let may_be = self.unsure_names.get(domain, &least).min(self.unsure.unwrap_or(NONE));
        if let Some((source, why)) = self.reasons.get(may_be as usize) {
            return Answer::unknown(*source, Arc::clone(why));
        }
        match &self.open {
            Some(why) => Answer::unknown(self.source, Arc::clone(why)),
            None => Answer::no(self.source, self.confidence),
        }
    }

    /// The entry behind an answer of this list, as it is written.
    #[must_use]
    pub fn text_of(&self, source: Source) -> Option<&str> {
        self.flat.iter().find(|(at, _, _)| *at == source).map(|(_, _, text)| &**text)
    }

    /// Whether a host name lies inside a local domain: it is the domain or a name below it (semantics.md 5.3).
    #[must_use]
    pub fn holds_host(&self, name: &str) -> Answer {
        let own = self.contains(name);
        name.match_indices('.')
            .filter_map(|(at, _)| name.get(at + 1..))
            .map(|parent| self.contains(parent))
            .fold(own, Answer::or)
    }

    /// Calls `seen` with every ending of domains in the list, and whether it surely counts.
    pub fn for_each_ending(&self, seen: &mut impl FnMut(&str, bool)) {
        fn walk(list: &DomainList, items: &[DomainItem], seen: &mut impl FnMut(&str, bool)) {
            for item in items {
                match (&item.members, list.role(item)) {
                    (Some(Ok(members)), _) => walk(list, members, seen),
                    (_, Role::Ending(ending, _)) => seen(&ending, true),
                    (_, Role::Unsure(ending, _)) => seen(&ending, false),
                    _ => {}
                }
            }
        }
        walk(self, &self.items, seen);
    }

    /// Whether the list may hold domains that no entry surely names.
    #[must_use]
    pub fn may_hold_others(&self) -> bool {
        self.open().is_some() || !self.unsure_names.is_empty()
    }

    /// Why it may be left open which domains are in the list.
    #[must_use]
    pub fn open(&self) -> Option<&Why> {
        let unsure = self.unsure.and_then(|index| self.reasons.get(index as usize)).map(|(_, why)| why);
        self.open.as_ref().or(unsure)
    }
}

fn whole(name: &str) -> String {
    format!("{BEGIN}{}", name.to_lowercase())
}

/// A local domain is compared as a whole, whatever it is; that an IP address can be one is a reading of that rule.
fn local_role(text: &str) -> Role {
    let name = text.trim();
    match name.strip_prefix("*.") {
        Some(base) if is_host_name(base) => Role::Ending(format!(".{}", base.to_lowercase()), Confidence::Sure),
        _ if name.contains('*') => {
            let ending = name.rsplit_once('*').map_or("", |(_, ending)| ending);
            Role::Unsure(
                ending.to_lowercase(),
                "has `*` where it is not documented, and what that does is not established",
            )
        }
        _ if name.is_empty() => Role::Nothing,
        _ if is_ip(name) => Role::Ending(whole(name), Confidence::Uncertain),
        _ => Role::Ending(whole(name), Confidence::Sure),
    }
}

fn destination_role(item: &DomainItem) -> Role {
    let text = item.text.trim();
    if text == "*" {
        return Role::Ending(String::new(), Confidence::Sure);
    }
    if let Some(domain) = text.strip_prefix('@') {
        return if domain.contains('*') {
            let ending = domain.rsplit_once('*').map_or("", |(_, ending)| ending);
            Role::Unsure(ending.to_lowercase(), "holds `*` in a name, and what that does is not documented")
        } else if domain.is_empty() {
            Role::Nothing
        } else {
            Role::Ending(whole(domain), Confidence::Sure)
        };
    }
    // A Domino domain is no Internet domain.
    if text.starts_with('%') {
        return Role::Nothing;
    }
    match HostEntry::parse(text) {
        HostEntry::Group(name) => match &item.members {
            Some(Err(why)) => Role::Open(Arc::clone(why)),
            Some(Ok(_)) => Role::Nothing,
            None => Role::Unsure(
                name.to_lowercase(),
                "is no group of the directory; whether it then counts as the end of a domain is not established",
            ),
        },
        HostEntry::Name(name)
            if name.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '@') =>
        {
            Role::Nothing
        }
        HostEntry::Name(name) => match name.rsplit_once('*') {
            Some((_, ending)) => {
                Role::Unsure(ending.to_lowercase(), "holds `*` in a name, and what that does is not documented")
            }
            // That a leading dot makes a whole label is a report from the field.
            None if name.starts_with('.') => Role::Ending(name.to_lowercase(), Confidence::Likely),
            None => Role::Ending(name.to_lowercase(), Confidence::Sure),
        },
        HostEntry::All | HostEntry::Address(_) | HostEntry::Octets(_) | HostEntry::Prefix(_) => {
            Role::Unsure(whole(text), "is an address in a list of domains, and what it does there is not documented")
        }
        HostEntry::Bare(_) | HostEntry::Invalid(_) => Role::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::Truth;
    use super::*;

    fn list(meaning: Meaning, texts: &[&str]) -> DomainList {
        let items = texts
            .iter()
            .zip(1..)
            .map(|(text, number)| DomainItem { text: Arc::from(*text), source: Source(number), members: None })
            .collect();
        DomainList::new(Source(0), Confidence::Sure, meaning, items, None)
    }

    fn found(answer: &Answer) -> Option<bool> {
        match answer.truth {
            Truth::Yes => Some(true),
            Truth::No => Some(false),
            Truth::Unknown(_) => None,
        }
    }

    #[test]
    fn each_form_of_a_destination() {
        for (entry, domain, expected) in [
            ("*", "ext.org", Some(true)),
            ("xyz.com", "xyz.com", Some(true)),
            ("xyz.com", "mail.XYZ.com", Some(true)),
            ("xyz.com", "uvwxyz.com", Some(true)),
            ("@xyz.com", "xyz.com", Some(true)),
            ("@xyz.com", "uvwxyz.com", Some(false)),
            ("@xyz.com", "mail.xyz.com", Some(false)),
            (".xyz.com", "mail.xyz.com", Some(true)),
            (".xyz.com", "xyz.com", Some(false)),
            ("%AcmeEast", "acmeeast", Some(false)),
            ("com", "xyz.com", None),
            ("com", "xyz.org", Some(false)),
            ("*.xyz.com", "mail.xyz.com", None),
            ("*.xyz.com", "xyz.org", Some(false)),
            ("@", "xyz.com", Some(false)),
            ("%", "xyz.com", Some(false)),
            (".", "xyz.com", Some(false)),
            ("", "xyz.com", Some(false)),
            ("[1.2.3.4]", "[1.2.3.4]", None),
            ("[1.2.3.4]", "xyz.com", Some(false)),
        ] {
            assert_eq!(
                found(&list(Meaning::Destinations, &[entry]).contains(domain)),
                expected,
                "{entry} and {domain}"
            );
        }
    }

    #[test]
    fn each_form_of_a_local_domain() {
        for (entry, domain, expected) in [
            ("acme.com", "ACME.com", Some(true)),
            ("acme.com", "mail.acme.com", Some(false)),
            ("*.another.com", "x.another.com", Some(true)),
            ("*.another.com", "a.x.another.com", Some(true)),
            ("*.another.com", "another.com", Some(false)),
            ("mail*.another.com", "mail1.another.com", None),
            ("160.69.33.237", "160.69.33.237", Some(true)),
            ("", "acme.com", Some(false)),
        ] {
            assert_eq!(found(&list(Meaning::Local, &[entry]).contains(domain)), expected, "{entry} and {domain}");
        }
        let local = list(Meaning::Local, &["acme.com", "*.another.com"]);
        for (host, expected) in [
            ("acme.com", true),
            ("mail.acme.com", true),
            ("evilacme.com", false),
            ("x.another.com", true),
            ("another.com", false),
        ] {
            assert_eq!(found(&local.holds_host(host)), Some(expected), "{host}");
        }
    }
}
