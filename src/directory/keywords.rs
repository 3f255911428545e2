//! The codes behind the choices of a field: a form offers `Enabled|1`, the vocabulary says what `Enabled` is.

use std::sync::Arc;

use super::labels::words;
use super::vocabulary::{FieldKind, FieldSpec};

/// What the stored codes of a field stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes {
    /// Code and word of the vocabulary (`true` and `false` of a switch).
    pub known: Vec<(Arc<str>, Arc<str>)>,
    /// What is shown and stored, where no word of the vocabulary fits.
    pub open: Vec<(Arc<str>, Arc<str>)>,
}

/// Reads the codes of a field from the keywords that a form offers: what is shown, what is stored.
#[must_use]
pub(super) fn codes(spec: &FieldSpec, keywords: &[(Arc<str>, Arc<str>)]) -> Codes {
    match &spec.kind {
        FieldKind::Bool => switch(keywords),
        FieldKind::Enum(choices) => choice(choices, keywords),
        _ => Codes::default(),
    }
}

fn switch(keywords: &[(Arc<str>, Arc<str>)]) -> Codes {
    let mut codes = Codes::default();
    for (shown, stored) in keywords {
        let first = words(shown).into_iter().next().unwrap_or_default();
        let word = match first.as_str() {
            "enabled" | "enable" | "yes" | "on" | "true" => "true",
            "disabled" | "disable" | "no" | "off" | "false" => "false",
            // A check box is set when its only keyword is stored.
            _ if keywords.len() == 1 => "true",
            _ => {
                codes.open.push((Arc::clone(shown), Arc::clone(stored)));
                continue;
            }
        };
        codes.known.push((Arc::clone(stored), Arc::from(word)));
    }
    codes
}

/// A word of the vocabulary fits where all its parts are shown. What fits several is settled by those that fit one only.
fn choice(choices: &[Arc<str>], keywords: &[(Arc<str>, Arc<str>)]) -> Codes {
    let mut free: Vec<&Arc<str>> = choices.iter().collect();
    let mut left: Vec<&(Arc<str>, Arc<str>)> = keywords.iter().collect();
    let mut codes = Codes::default();
    loop {
        let settled = left.iter().enumerate().find_map(|(at, (shown, _))| match fitting(&free, shown).as_slice() {
            [only] => Some((at, Arc::clone(only))),
            _ => None,
        });
        let Some((at, word)) = settled else { break };
        let (_, stored) = left.remove(at);
        free.retain(|other| **other != word);
        codes.known.push((Arc::clone(stored), word));
    }
    codes.open.extend(left.into_iter().cloned());
    codes
}

/// The words that fit best: those with the most parts.
fn fitting<'w>(choices: &[&'w Arc<str>], shown: &str) -> Vec<&'w Arc<str>> {
    let shown = words(shown);
    let parts = |word: &str| words(word);
    let fits = |word: &&&Arc<str>| parts(word).iter().all(|part| shown.contains(part));
    let found: Vec<&Arc<str>> = choices.iter().filter(fits).copied().collect();
    let most = found.iter().map(|word| parts(word).len()).max().unwrap_or(0);
    found.into_iter().filter(|word| parts(word).len() == most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Kind;

    fn read(path: &str, keywords: &[(&str, &str)]) -> (Vec<String>, usize) {
        let spec = Kind::Configuration.spec().field(path).expect(path);
        let keywords: Vec<(Arc<str>, Arc<str>)> =
            keywords.iter().map(|(a, b)| (Arc::from(*a), Arc::from(*b))).collect();
        let mut codes = codes(spec, &keywords);
        codes.known.sort();
        (codes.known.iter().map(|(code, word)| format!("{code} {word}")).collect(), codes.open.len())
    }

    #[test]
    fn words_are_found_in_what_is_shown() {
        let lookup = [("Fullname then Local Part", "1"), ("Fullname only", "2"), ("Local part only", "3")];
        assert_eq!(
            read("smtp.address_lookup", &lookup).0,
            ["1 full_name_then_local_part", "2 full_name", "3 local_part"]
        );
        let action = [("Log only", "0"), ("Log and tag message", "1"), ("Log and reject message", "2")];
        assert_eq!(read("dns_blacklist.action", &action).0, ["0 log", "1 tag", "2 reject"]);
        let hosts = [("External hosts", "1"), ("All connecting hosts", "0"), ("None", "2")];
        assert_eq!(read("relay_enforcement.connecting_hosts", &hosts).0, ["0 all", "1 external", "2 none"]);
        let users = [
            ("Perform anti-relay checks for authenticated users", "0"),
            ("Allow all authenticated users to relay", "1"),
        ];
        assert_eq!(read("relay_enforcement.authenticated_users", &users).0, ["0 check", "1 allow"]);
    }

    #[test]
    fn switches_and_check_boxes() {
        assert_eq!(read("extensions.vrfy", &[("Enabled", "1"), ("Disabled", "2")]).0, ["1 true", "2 false"]);
        assert_eq!(
            read("default", &[("Use these settings as the default settings for all servers", "1")]).0,
            ["1 true"]
        );
        assert_eq!(read("extensions.vrfy", &[("Enabled", "1"), ("Sometimes", "3")]), (vec!["1 true".to_owned()], 1));
    }
}
