//! Lists of mail addresses: the sender and recipient controls (semantics.md 4, 5.2).

use std::collections::HashMap;
use std::sync::Arc;

use super::address::MailAddress;
use super::answer::{Answer, Confidence, Source, Why, blank};

/// An entry of a list of addresses with its place.
#[derive(Debug, Clone)]
pub struct AddressItem {
    /// The entry as it is written.
    pub text: Arc<str>,
    /// Its place.
    pub source: Source,
    /// For the name of a group, its entries, or why they are not known or do not count.
    pub members: Option<Result<Vec<AddressItem>, Why>>,
}

/// A list of mail addresses and domains in a setting.
#[derive(Debug)]
pub struct AddressList {
    source: Source,
    confidence: Confidence,
    items: Vec<AddressItem>,
    open: Option<Why>,
    addresses: HashMap<String, Source>,
    domains: HashMap<String, Source>,
    /// Everything, because of `*`.
    all: Option<Source>,
    /// Entries whose meaning no source settles, by what they end in.
    unsure: Vec<(String, Source, Why)>,
}

impl AddressList {
    /// A list from its entries. `open` says why there may be more of them than the input shows.
    #[must_use]
    pub fn new(source: Source, confidence: Confidence, items: Vec<AddressItem>, open: Option<Why>) -> Self {
        let mut list = Self {
            source,
            confidence,
            items: Vec::new(),
            open,
            addresses: HashMap::new(),
            domains: HashMap::new(),
            all: None,
            unsure: Vec::new(),
        };
        list.add(&items);
        list.items = items;
        list
    }

    fn add(&mut self, items: &[AddressItem]) {
        for item in items {
            let text = item.text.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase();
            match &item.members {
                Some(Ok(members)) => {
                    self.add(members);
                    continue;
                }
                Some(Err(why)) => {
                    self.unsure.push((String::new(), item.source, Arc::clone(why)));
                    continue;
                }
                None => {}
            }
            if text == "*" {
                self.all.get_or_insert(item.source);
            } else if let Some((_, ending)) = text.rsplit_once('*') {
                let why = format!("`{}` holds `*`, and what that does in this list is not documented", item.text);
                self.unsure.push((ending.to_owned(), item.source, why.into()));
            } else if let Some(domain) = text.strip_prefix('@').filter(|domain| !domain.is_empty()) {
                self.domains.entry(domain.to_owned()).or_insert(item.source);
            } else if text.contains('@') {
                self.addresses.entry(text).or_insert(item.source);
            } else if text.contains('.') {
                let below = text.trim_start_matches('.');
                let why = format!(
                    "`{}` is a domain; whether it also covers domains that end in it is not documented for this list",
                    item.text
                );
                if text == below {
                    self.domains.entry(text.clone()).or_insert(item.source);
                }
                self.unsure.push((text, item.source, why.into()));
            }
        }
    }

    /// The place of the list as a whole.
    #[must_use]
    pub fn source(&self) -> Source {
        self.source
    }

    /// The entries as they are written.
    #[must_use]
    pub fn items(&self) -> &[AddressItem] {
        &self.items
    }

    /// Whether the list has no entry.
    #[must_use]
    pub fn is_blank(&self) -> Answer {
        blank(self.items.first().map(|item| item.source), self.open.as_ref(), self.source, self.confidence)
    }

    /// Whether an address is in the list, by itself or by its domain.
    #[must_use]
    pub fn contains(&self, address: &MailAddress) -> Answer {
        if let Some(source) = self.all {
            return Answer::yes(source, self.confidence.min(Confidence::Likely));
        }
        let text = address.text.to_lowercase();
        let domain = address.domain.as_deref().unwrap_or("");
        if let Some(source) = self.addresses.get(&text).or_else(|| self.domains.get(domain)) {
            return Answer::yes(*source, self.confidence);
        }
        if domain.ends_with('.') && !self.items.is_empty() {
            let why = format!(
                "`{domain}` ends in a dot, and whether the server takes it for the name without one is not established"
            );
            return Answer::unknown(self.source, why.into());
        }
        if address.is_null() && !self.items.is_empty() {
            let why = "what the empty sender is compared with is not documented";
            return Answer::unknown(self.source, why.into());
        }
        if let Some((_, source, why)) = self.unsure.iter().find(|(ending, _, _)| text.ends_with(ending.as_str())) {
            return Answer::unknown(*source, Arc::clone(why));
        }
        match &self.open {
            Some(why) => Answer::unknown(self.source, Arc::clone(why)),
            None => Answer::no(self.source, self.confidence),
        }
    }

    /// Some addresses that the list surely holds.
    #[must_use]
    pub fn members(&self) -> Vec<String> {
        const SOME: usize = 64;
        let mut domains: Vec<String> = self.domains.keys().map(|domain| format!("anybody@{domain}")).collect();
        let mut addresses: Vec<String> = self.addresses.keys().cloned().collect();
        domains.sort_unstable();
        addresses.sort_unstable();
        domains.into_iter().chain(addresses).take(SOME).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::Truth;
    use super::*;

    #[test]
    fn each_form_of_an_entry() {
        for (entry, address, expected) in [
            ("spam.org", "a@spam.org", Some(true)),
            ("spam.org", "a@SPAM.org", Some(true)),
            ("spam.org", "a@mail.spam.org", None),
            ("spam.org", "a@ham.org", Some(false)),
            ("@spam.org", "a@spam.org", Some(true)),
            ("@spam.org", "a@mail.spam.org", Some(false)),
            ("ceo@acme.com", "CEO@acme.com", Some(true)),
            ("ceo@acme.com", "other@acme.com", Some(false)),
            ("*", "a@b.example", Some(true)),
            ("*@spam.org", "a@spam.org", None),
            ("*@spam.org", "a@ham.org", Some(false)),
            ("", "a@b.example", Some(false)),
            ("@", "a@b.example", Some(false)),
            ("Managers", "a@b.example", Some(false)),
        ] {
            let item = AddressItem { text: Arc::from(entry), source: Source(1), members: None };
            let list = AddressList::new(Source(0), Confidence::Sure, vec![item], None);
            let answer = list.contains(&MailAddress::parse(address).expect("an address"));
            let found = match answer.truth {
                Truth::Yes => Some(true),
                Truth::No => Some(false),
                Truth::Unknown(_) => None,
            };
            assert_eq!(found, expected, "{entry} and {address}");
        }
    }
}
