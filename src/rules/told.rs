//! What people are told about the facts behind a finding: labels of places, defaults that took part.

use std::sync::Arc;

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

/// Why a finding is as severe as it is here, in a sentence.
pub(super) fn severity_note(severity: Severity, usual: Severity, because: &str) -> String {
    let only = if severity < usual { "only " } else { "" };
    format!("{only}{}, because {because}", word(severity))
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

/// The labels of the facts that took part in the decision, if they are values that stand somewhere. Entries of one list
/// share a label, and those of a list that has one need none.
pub(super) fn read_labels(documents: &Environment, reads: &[Read], labelled: &[&Location]) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    let whole = |at: &Location| Location::field(at.document, Arc::clone(&at.field));
    for (at, path) in reads.iter().filter_map(read_place) {
        // What a finding shows already needs no second label.
        if labelled.contains(&&at) || labelled.contains(&&whole(&at)) {
            continue;
        }
        let label = documents.label(&at);
        // Beside the value of the facts that is wrong, its neighbours are no news, and they have no titles.
        if label.is_none() && labelled.iter().any(|known| known.document == at.document) {
            continue;
        }
        let text = label.unwrap_or(path).to_owned();
        // A record of a list has a place for each of its fields, a list of texts one for each entry.
        let listed = at.element.is_some() && documents.place(&whole(&at)).is_some();
        match labels.iter_mut().find(|label| listed && whole(&label.at) == whole(&at)) {
            Some(label) => label.at = whole(&at),
            None => labels.push(Label { text, at, name_only: true }),
        }
    }
    labels
}

/// Where a value that took part in the decision stands, and its path.
fn read_place(read: &Read) -> Option<(Location, &str)> {
    let at =
        read.fact.provenance.steps().iter().find(|step| step.role == Role::Set).and_then(|step| step.at.clone())?;
    let shown = matches!(read.fact.state, State::Known(_)) && read.fact.object().is_none() && !at.field.is_empty();
    shown.then_some((at, &*read.path))
}

/// The places of a value: of each of its elements, if it is a list.
pub(super) fn places(fact: Option<&Fact>) -> Vec<Location> {
    let own = |fact: &Fact| fact.provenance.steps().iter().filter_map(|step| step.at.clone()).collect::<Vec<_>>();
    match fact {
        Some(fact) => match fact.list() {
            Some(list) => list.items.iter().flat_map(own).collect(),
            None => own(fact),
        },
        None => Vec::new(),
    }
}

/// The places behind a value that say something of their own: what it hides, what it was computed from.
pub(super) fn chain(provenance: &Provenance) -> impl Iterator<Item = Label> {
    let told = |step: &&Step| matches!(step.role, Role::Hidden | Role::From | Role::Set) && !step.text.is_empty();
    provenance
        .steps()
        .iter()
        .filter(told)
        .filter_map(|step| Some(Label { at: step.at.clone()?, text: step.text.to_string(), name_only: false }))
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
