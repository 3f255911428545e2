//! Whether the label of a field in a form is the label that the vocabulary knows: the wording changes between releases, and
//! labels that differ in one word may mean the opposite.

use std::sync::Arc;

use super::vocabulary::FieldSpec;

/// How sure it is that two labels are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Alike, but something differs that may matter: for a person to look at.
    Uncertain,
    /// They differ in words that say nothing.
    Likely,
    /// They are the same but for case, punctuation and line breaks.
    Sure,
}

impl Confidence {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Uncertain => "uncertain",
        }
    }
}

/// Words that may come and go without changing what a label says.
const FILLERS: [&str; 27] = [
    "the",
    "a",
    "an",
    "of",
    "for",
    "in",
    "on",
    "is",
    "are",
    "be",
    "when",
    "this",
    "that",
    "these",
    "following",
    "only",
    "field",
    "setting",
    "smtp",
    "internet",
    "message",
    "mail",
    "over",
    "use",
    "used",
    "with",
    "sent",
];

/// Words of which a form says one where it does not mean another; a heading around a field tells which.
const OPPOSITES: [&[&str]; 6] = [
    &["inbound", "outbound"],
    &["blacklist", "whitelist"],
    &["dns", "private"],
    &["sender", "recipient"],
    &["smtp", "imap", "pop", "pop3", "ldap", "http", "web", "diiop", "iiop", "nntp", "directory"],
    &["connection", "relay", "enforcement"],
];

/// The words of a label, in the form in which they are compared.
pub(super) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('&', " and ");
    let mut words = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let singular = match word {
            _ if word.ends_with("sses") => word.strip_suffix("es").unwrap_or(word),
            _ if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") => {
                word.strip_suffix('s').unwrap_or(word)
            }
            _ => word,
        };
        match singular {
            "ssl" => words.push("tls".to_owned()),
            "hostname" => words.extend(["host".to_owned(), "name".to_owned()]),
            "fullname" => words.extend(["full".to_owned(), "name".to_owned()]),
            "email" => words.push("mail".to_owned()),
            "blocklist" | "denylist" => words.push("blacklist".to_owned()),
            "allowlist" | "safelist" => words.push("whitelist".to_owned()),
            other => words.push(other.to_owned()),
        }
    }
    words
}

/// A label without what stands in brackets at its end.
fn without_note(text: &str) -> &str {
    match text.split_once('(') {
        Some((before, _)) if !before.trim().is_empty() => before,
        _ => text,
    }
}

/// How alike two labels are.
pub(super) fn compare(label: &str, title: &str) -> Option<Confidence> {
    let (one, other) = (words(label), words(title));
    let bare = (words(without_note(label)), words(without_note(title)));
    if one == other || bare.0 == bare.1 {
        return Some(Confidence::Sure);
    }
    let (one, other) = bare;
    let mut rest = other.clone();
    let mut different: Vec<&String> = Vec::new();
    for word in &one {
        match rest.iter().position(|candidate| candidate == word) {
            Some(at) => {
                rest.swap_remove(at);
            }
            None => different.push(word),
        }
    }
    different.extend(&rest);
    let shared = one.len() - different.len().saturating_sub(rest.len());
    let is_filler = |word: &&String| FILLERS.contains(&word.as_str());
    // Two thirds of the words, and at least two, say the same.
    let alike = shared >= 2 && shared * 3 >= one.len().max(other.len()) * 2;
    if !alike {
        return None;
    }
    if different.iter().all(is_filler) {
        return Some(Confidence::Likely);
    }
    let telling = different.iter().filter(|word| !is_filler(word)).count();
    (telling == 1 && shared >= 4).then_some(Confidence::Uncertain)
}

/// The ways in which a title of the vocabulary may stand in a form: whole; as one of two names of different releases; or
/// parted into a heading and what stands below it.
pub(super) fn variants(spec: &FieldSpec) -> Vec<(&str, Option<&str>)> {
    let mut variants = vec![(spec.title.as_str(), None)];
    if let Some((heading, below)) = spec.title.split_once(": ") {
        variants.push((below, Some(heading)));
    }
    if spec.title.contains(" / ") {
        variants.extend(spec.title.split(" / ").map(|part| (part, None)));
    }
    variants
}

/// What the place of a field in a form says about a field of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// It stands where something else is set.
    Elsewhere,
    /// It says nothing.
    Silent,
    /// It stands where the vocabulary says.
    Right,
}

/// Compares the headings around a field, the nearest first, with the tab that the vocabulary names.
pub(super) fn place(context: &[Arc<str>], tab: &str) -> Place {
    let around: Vec<Vec<String>> = context.iter().map(|heading| words(heading)).collect();
    let segments: Vec<Vec<String>> = tab.split(" > ").map(words).collect();
    let mut told = false;
    for group in OPPOSITES {
        let of = |heading: &Vec<String>| -> Vec<String> {
            heading.iter().filter(|word| group.contains(&word.as_str())).cloned().collect()
        };
        let wanted = segments.iter().rev().map(of).find(|found| !found.is_empty());
        let found = around.iter().map(of).find(|found| !found.is_empty());
        if let (Some(wanted), Some(found)) = (wanted, found) {
            if !found.iter().any(|word| wanted.contains(word)) {
                return Place::Elsewhere;
            }
            told |= group.first() == Some(&"inbound") || group.len() > 3;
        }
    }
    let last = segments.last().map_or(&[][..], Vec::as_slice);
    let named = !last.is_empty() && around.iter().any(|heading| last.iter().all(|word| heading.contains(word)));
    if named || told { Place::Right } else { Place::Silent }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_changes_of_the_wording_do_not_matter() {
        let title = "Allow connections only from the following SMTP internet hostnames/IP addresses";
        for (label, confidence) in [
            (
                "allow connections only from the following SMTP Internet\nhostnames / IP addresses:",
                Some(Confidence::Sure),
            ),
            ("Allow connections from the following Internet host names/IP addresses", Some(Confidence::Likely)),
            ("Deny connections only from the following SMTP internet hostnames/IP addresses", None),
            ("Connections", None),
        ] {
            let found = compare(label, title).filter(|found| *found > Confidence::Uncertain);
            assert_eq!(found, confidence, "{label}");
        }
        let deny =
            "Deny messages from the following internet hosts to be sent to external internet domains (* means all)";
        assert_eq!(
            compare("Deny messages from the following internet hosts to be sent to external internet domains:", deny),
            Some(Confidence::Sure)
        );
        assert_eq!(compare("SSL port status:", "TLS port status"), Some(Confidence::Sure));
    }

    #[test]
    fn a_word_that_means_the_opposite_is_never_likely() {
        for (one, other) in [
            (
                "Allow messages intended only for the following internet addresses",
                "Deny messages intended for the following internet addresses",
            ),
            ("Verify sender's domain in DNS", "Verify connecting hostname in DNS"),
            ("TLS port status", "TLS port number"),
            ("DNS Blacklist filters", "DNS Whitelist filters"),
            (
                "Allow messages to be sent only to the following external internet domains",
                "Allow messages to be sent only from the following external internet domains",
            ),
        ] {
            assert!(compare(one, other).is_none_or(|found| found == Confidence::Uncertain), "{one}");
        }
    }

    #[test]
    fn headings_tell_apart_what_has_the_same_label() {
        let context = |headings: &[&str]| -> Vec<Arc<str>> { headings.iter().copied().map(Arc::from).collect() };
        let tab = "Router/SMTP > Advanced > Commands and Extensions > Inbound";
        assert_eq!(place(&context(&["Inbound SMTP Commands and Extensions"]), tab), Place::Right);
        assert_eq!(place(&context(&["Outbound SMTP Commands and Extensions"]), tab), Place::Elsewhere);
        assert_eq!(place(&context(&["Anything"]), tab), Place::Silent);
        let port = "Ports > Internet Ports > Mail (SMTP Inbound)";
        assert_eq!(place(&context(&["Mail (IMAP)", "Mail"]), port), Place::Elsewhere);
        assert_eq!(place(&context(&["Mail (SMTP Inbound)", "Mail"]), port), Place::Right);
    }
}
