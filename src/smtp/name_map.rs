//! A value for every host or domain name, decided by how the name ends, and the classes of names that no ending tells apart.

use std::collections::HashMap;

/// The mark for the beginning of a name: the ending `^acme.example` is the whole name.
pub(super) const BEGIN: char = '^';

/// A value for every name: what its endings among the patterns put together.
#[derive(Debug, Clone, Default)]
pub struct NameMap<V> {
    none: V,
    endings: HashMap<Box<str>, V>,
    longest: usize,
}

/// A name that stands for all names with the same value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameClass<V> {
    /// The name, in lower case.
    pub name: String,
    /// The value of all names of the class.
    pub value: V,
}

impl<V: Copy + PartialEq> NameMap<V> {
    /// A map in which names that end like nothing in it have the value `none`.
    #[must_use]
    pub fn new(none: V) -> Self {
        Self { none, endings: HashMap::new(), longest: 0 }
    }

    /// Adds a value for names with an ending. Letters compare without regard to case.
    pub fn add(&mut self, ending: &str, value: V, join: &impl Fn(V, V) -> V) {
        let ending = ending.to_lowercase();
        self.longest = self.longest.max(ending.len());
        self.endings.entry(ending.into_boxed_str()).and_modify(|known| *known = join(*known, value)).or_insert(value);
    }

    /// Whether no ending is in the map.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.endings.is_empty()
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str, join: &impl Fn(V, V) -> V) -> V {
        if self.endings.is_empty() {
            return self.none;
        }
        let whole = format!("{BEGIN}{}", name.to_lowercase());
        self.endings_of(&whole).fold(self.none, |value, (_, added)| join(value, added))
    }

    /// The endings of a marked name that are in the map, the longest first.
    fn endings_of<'n>(&'n self, whole: &'n str) -> impl Iterator<Item = (&'n str, V)> + 'n {
        let from = whole.len().saturating_sub(self.longest);
        let starts = whole.char_indices().map(|(at, _)| at).chain([whole.len()]).filter(move |at| *at >= from);
        starts.filter_map(|at| {
            let ending = whole.get(at..)?;
            self.endings.get(ending).map(|value| (ending, *value))
        })
    }

    /// One name for every value that some valid host name has, with that value; names are as telling as may be. The first
    /// is `stranger`, the name of somebody whom nobody has listed.
    #[must_use]
    pub fn classes(&self, stranger: &str, join: &impl Fn(V, V) -> V) -> Vec<NameClass<V>> {
        let mut classes: Vec<NameClass<V>> = Vec::new();
        let mut keep = |name: String, value: V| {
            if !classes.iter().any(|known| known.value == value) {
                classes.push(NameClass { name, value });
            }
        };
        keep(stranger.to_lowercase(), self.get(stranger, join));
        if let Some(name) = self.unmatched() {
            keep(name, self.none);
        }
        let mut endings: Vec<&str> = self.endings.keys().map(|ending| &**ending).collect();
        endings.sort_unstable_by_key(|ending| (ending.len(), *ending));
        let mut seen: Vec<V> = Vec::new();
        for ending in endings {
            // What every name has whose longest ending this is.
            let value = self.endings_of(ending).fold(self.none, |value, (_, added)| join(value, added));
            if seen.contains(&value) {
                continue;
            }
            if let Some(name) = candidates(ending).find(|name| self.is_longest(name, ending)) {
                seen.push(value);
                keep(name, value);
            }
        }
        classes
    }

    fn is_longest(&self, name: &str, ending: &str) -> bool {
        let whole = format!("{BEGIN}{name}");
        self.endings_of(&whole).next().is_some_and(|(longest, _)| longest == ending)
    }

    /// A name that ends like nothing in the map.
    fn unmatched(&self) -> Option<String> {
        let free = |name: &String| {
            let whole = format!("{BEGIN}{name}");
            self.endings_of(&whole).next().is_none()
        };
        let mut numbered = (0..=self.endings.len()).flat_map(|number| {
            ["example", "test", "x", "y"].into_iter().map(move |last| format!("host{number}.stranger.z{number}{last}"))
        });
        numbered.find(|name| free(name) && is_host_name(name))
    }
}

/// Host names that have the ending, those that read well first; together they hold one for which it is the longest ending in
/// any map, if such a name exists.
fn candidates(ending: &str) -> impl Iterator<Item = String> + '_ {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789_";
    let whole = ending.strip_prefix(BEGIN);
    let heads = ["mail.", "mail", ""].into_iter().map(str::to_owned);
    let letters =
        ["", "-", "."].into_iter().flat_map(|middle| LETTERS.chars().map(move |letter| format!("{letter}{middle}")));
    let grown = heads.chain(letters).filter(move |_| whole.is_none()).map(move |head| format!("{head}{ending}"));
    whole.map(str::to_owned).into_iter().chain(grown).filter(|name| is_host_name(name))
}

/// Whether a text can be the name of a host: letters, digits, `-` and `_` in labels that are not blank.
#[must_use]
pub fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.len() <= 253 && text.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn or(a: u8, b: u8) -> u8 {
        a | b
    }

    fn map(endings: &[(&str, u8)]) -> NameMap<u8> {
        let mut map = NameMap::new(0);
        for (ending, value) in endings {
            map.add(ending, *value, &or);
        }
        map
    }

    #[test]
    fn names_are_matched_by_their_end() {
        let map = map(&[("abc.com", 1), (".abc.com", 2), ("^abc.com", 4), ("mail.abc.com", 8)]);
        for (name, value) in
            [("abc.com", 5), ("xabc.com", 1), ("x.ABC.com", 3), ("mail.abc.com", 11), ("abc.org", 0), ("", 0)]
        {
            assert_eq!(map.get(name, &or), value, "{name}");
        }
    }

    #[test]
    fn every_value_has_a_name_and_every_name_its_value() {
        let map = map(&[("abc.com", 1), (".abc.com", 2), ("^abc.com", 4), ("mail.abc.com", 8), (".", 16), ("*", 32)]);
        let classes = map.classes("mail.stranger.example", &or);
        let mut values: Vec<u8> = classes.iter().map(|class| class.value).collect();
        assert_eq!(classes[0].name, "mail.stranger.example");
        values.sort_unstable();
        assert_eq!(values, [0, 1, 3, 5, 11]);
        for class in &classes {
            assert_eq!(map.get(&class.name, &or), class.value, "{}", class.name);
        }
        for name in ["abc.com", "xabc.com", "x.abc.com", "mail.abc.com", "a.mail.abc.com", "y.example"] {
            assert!(classes.iter().any(|class| class.value == map.get(name, &or)), "{name}");
        }
    }

    #[test]
    fn a_value_that_no_name_has_is_no_class() {
        // Every name that ends in `.ab` and is not in the first list has one more letter before the dot.
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
        let mut endings: Vec<(String, u8)> = letters.chars().map(|letter| (format!("{letter}.ab"), 2)).collect();
        endings.push((".ab".to_owned(), 1));
        let borrowed: Vec<(&str, u8)> = endings.iter().map(|(ending, value)| (ending.as_str(), *value)).collect();
        let classes = map(&borrowed).classes("mail.stranger.example", &or);
        let values: Vec<u8> = classes.iter().map(|class| class.value).collect();
        assert_eq!(values, [0, 3]);
    }

    #[test]
    fn a_map_that_matches_the_usual_stranger_finds_another() {
        let classes = map(&[(".example", 1)]).classes("mail.stranger.example", &or);
        assert_eq!((classes[0].name.as_str(), classes[0].value), ("mail.stranger.example", 1));
        assert_eq!(classes[1].value, 0);
        assert!(!classes[1].name.ends_with(".example"));
    }
}
