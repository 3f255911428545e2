//! What a rule found: symbolic places and texts, nothing of files or formats.

use std::hash::Hasher;
use std::sync::Arc;

use siphasher::sip128::{Hasher128, SipHasher13};

use super::rule::Confidence;
use crate::directory::{Document, Location};
use crate::effective::Step;
use crate::source::Severity;

/// One finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: Arc<str>,
    /// Its category.
    pub category: Arc<str>,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where to click.
    pub fix: String,
    /// What the fix changes for people.
    pub consequence: Option<String>,
    /// What would be right.
    pub expected: Option<String>,
    /// What is there.
    pub actual: Option<String>,
    /// What the rule was evaluated for.
    pub subject: SubjectName,
    /// The place to look at.
    pub primary: Option<Label>,
    /// Further places.
    pub related: Vec<Label>,
    /// Where the value at the primary place came from.
    pub provenance: Vec<Step>,
    /// What else to know: why the severity is what it is, which defaults took part.
    pub notes: Vec<String>,
    /// A dialogue that shows the problem.
    pub witness: Option<Witness>,
    /// The places where findings of rules that follow this one come of it; none: any place in its directory may.
    pub covers: Option<Vec<Location>>,
    /// The finding that this one comes of. That one tells of it.
    pub follows: Option<Cause>,
    /// What tells findings of one rule at one place apart: the list element or record that the rule was evaluated for.
    pub element: Option<String>,
    /// The same for the same problem in the same document, whatever the line, message or severity.
    pub fingerprint: String,
}

/// The finding that another one comes of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Its fingerprint.
    pub fingerprint: String,
    /// It names the place of the other one, which is a problem of its own there. Otherwise that one is no more than a
    /// consequence.
    pub covers: bool,
}

/// A dialogue that shows a problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The address of the host.
    pub from: String,
    /// Its name in reverse DNS; none for an address without one.
    pub ptr: Option<String>,
    /// MAIL FROM.
    pub mail_from: String,
    /// RCPT TO.
    pub rcpt: String,
}

/// What a rule was evaluated for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectName {
    /// The document kind, or `environment`.
    pub kind: Arc<str>,
    /// The document's name; empty for the environment.
    pub name: Arc<str>,
}

/// A place with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub at: Location,
    /// What to write under it.
    pub text: String,
    /// The text is no more than the name of a field that took part in the decision.
    pub name_only: bool,
}

/// A rule that could not be decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotEvaluated {
    /// The rule.
    pub rule: Arc<str>,
    /// For what.
    pub subject: SubjectName,
    /// Why: what is missing and what would settle it.
    pub reason: String,
    /// The places of the entry of a table that it is about, while a run compares them with those of findings; then empty.
    pub(super) at: Vec<Location>,
    /// For how many further documents of the kind the rule lacks the same; they are not listed.
    pub more: usize,
}

/// What identifies a finding between runs (design.md "Identity").
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Identity<'i> {
    /// The rule.
    pub rule: &'i str,
    /// The Domino domain of the directory, where the input has several.
    pub directory: &'i str,
    /// The document; none for findings about the environment as a whole.
    pub document: Option<&'i Document>,
    /// The path of the field, or the subject of a finding about the environment.
    pub field: &'i str,
    /// The value of the list element, or what the record is about.
    pub element: &'i str,
    /// The number among findings that are otherwise the same, from 0.
    pub ordinal: usize,
}

/// The fingerprint of a finding: SipHash-1-3 with 128 bits and a zero key, in hexadecimal.
#[must_use]
pub(super) fn fingerprint(identity: &Identity<'_>) -> String {
    let (kind, name) = identity
        .document
        .map_or(("", String::new()), |document| (document.kind.name(), crate::directory::name_key(&document.name)));
    let ordinal = if identity.ordinal == 0 { String::new() } else { identity.ordinal.to_string() };
    // A separator that no name contains keeps the parts apart.
    let parts = [identity.rule, identity.directory, kind, &name, identity.field, identity.element, &ordinal];
    let mut hasher = SipHasher13::new();
    hasher.write(parts.join("\u{1f}").as_bytes());
    format!("{:032x}", hasher.finish128().as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_the_same_everywhere() {
        let one = Identity { rule: "open-relay", field: "relay.deny_hosts", ..Identity::default() };
        assert_eq!(fingerprint(&one), "d9da6605ee8b5b504f855ec28c095596");
        assert_ne!(fingerprint(&Identity { element: "c", ..one }), fingerprint(&one));
        assert_ne!(fingerprint(&Identity { ordinal: 1, ..one }), fingerprint(&one));
    }
}
