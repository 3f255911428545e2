//! What people are told about the facts behind a finding: labels of places, defaults that took part.

use super::cel::Read;
use super::finding::Label;
use crate::directory::{Environment, Location};
use crate::effective::{Fact, Provenance, Role, State, Step};
use crate::source::Severity;

/// A severity in a sentence.
pub(super) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "an error",
        Severity::Warning => "a warning",
        Severity::Info => "a note",
    }
}

/// A default that stands in for something the input does not show, rather than for a field known not to be set.
pub(super) fn assumed(fact: &Fact) -> bool {
    matches!(fact.state, State::Absent(Some(_)))
        && fact.provenance.steps().iter().any(|step| step.role == Role::Default && step.at.is_none())
}

/// What to write under the place of a finding.
pub(super) fn primary_text(documents: &Environment, at: &Location, fact: Option<&Fact>) -> String {
    let title = documents.label(at);
    match (fact.map(|fact| &fact.state), title) {
        (Some(State::Absent(Some(default))), Some(title)) => {
            let shown = default.to_string();
            let shown = if shown.is_empty() { "blank".to_owned() } else { format!("`{shown}`") };
            format!("{title} is not set here; default: {shown}")
        }
        (Some(State::Absent(None)), Some(title)) => format!("{title} is not set here"),
        (_, Some(title)) => title.to_owned(),
        (_, None) => String::new(),
    }
}

/// The label of a fact that took part in the decision, if it is a value that stands somewhere.
pub(super) fn read_label(documents: &Environment, read: &Read) -> Option<Label> {
    let at =
        read.fact.provenance.steps().iter().find(|step| step.role == Role::Set).and_then(|step| step.at.clone())?;
    if !matches!(read.fact.state, State::Known(_)) || read.fact.object().is_some() || at.field.is_empty() {
        return None;
    }
    let title = documents.label(&at).unwrap_or(&read.path);
    Some(Label { text: title.to_owned(), at })
}

/// The places behind a value that say something of their own: what it hides, what it was computed from.
pub(super) fn chain(provenance: &Provenance) -> impl Iterator<Item = Label> {
    let told = |step: &&Step| matches!(step.role, Role::Hidden | Role::From | Role::Set) && !step.text.is_empty();
    provenance
        .steps()
        .iter()
        .filter(told)
        .filter_map(|step| Some(Label { at: step.at.clone()?, text: step.text.to_string() }))
}

/// Of what date the facts are that took part in the decision, if they say so: DNS and gateways change.
pub(super) fn facts_as_of(reads: &[Read], facts: Option<&Fact>) -> Option<String> {
    let mut from_facts = reads.iter().filter(|read| read.path.starts_with("facts."));
    from_facts.next()?;
    let as_of = facts?.object()?.get("as_of").filter(|fact| matches!(fact.state, State::Known(_)))?;
    Some(format!("this rests on the facts as of {}", as_of.text()?))
}

/// Which defaults the decision rests on.
pub(super) fn defaults(documents: &Environment, reads: &[Read]) -> Vec<String> {
    let mut notes = Vec::new();
    for read in reads {
        let State::Absent(Some(value)) = &read.fact.state else { continue };
        let Some(step) = read.fact.provenance.steps().iter().find(|step| step.role == Role::Default) else { continue };
        let shown = value.to_string();
        let shown = if shown.is_empty() { "blank".to_owned() } else { format!("`{shown}`") };
        let note = match step.at.as_ref().and_then(|at| documents.label(at)) {
            Some(title) => format!("\"{title}\" is not set, so {shown} counts ({})", step.text),
            None => step.text.to_string(),
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}
