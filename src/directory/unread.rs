//! Remarks on the way an item is written, where nobody reads the item.

use std::collections::BTreeSet;

use super::Environment;
use super::document::{Document, FieldContent};
use super::vocabulary::FieldKind;
use crate::source::{Problem, Severity, Span};

/// Problems of readers that are about the name of an item.
const OF_NAMES: [&str; 2] = ["duplicate-key", "item-name-blank"];

/// Makes problems with the names of items that the vocabulary does not know, and that are not meant for one it knows, worth
/// knowing only: no check depends on them.
pub(super) fn lower(environment: &Environment, problems: &mut [Problem]) {
    let main = |problem: &Problem| problem.labels.first().map(|(span, _)| *span);
    let is_one = |problem: &Problem| OF_NAMES.contains(&problem.code) && problem.severity == Severity::Warning;
    let open: BTreeSet<Span> = problems.iter().filter(|problem| is_one(problem)).filter_map(main).collect();
    if open.is_empty() {
        return;
    }
    // An item that is meant for a known one is told as such at the same place.
    let meant: BTreeSet<Span> =
        problems.iter().filter(|problem| problem.code == "unknown-item").filter_map(main).collect();
    let unread: BTreeSet<Span> =
        environment.held().iter().flat_map(unread).filter(|at| open.contains(at) && !meant.contains(at)).collect();
    for problem in problems.iter_mut().filter(|problem| is_one(problem)) {
        if main(problem).is_some_and(|at| unread.contains(&at)) {
            problem.severity = Severity::Info;
        }
    }
}

/// Where the names of the items stand that are not read.
fn unread(document: &Document) -> impl Iterator<Item = Span> {
    let parameters = document.fields.values().flat_map(|field| match (&field.content, &field.spec.kind) {
        (FieldContent::Table(entries), FieldKind::Table(known)) => entries
            .iter()
            .filter(|entry| !known.keys().any(|name| name.eq_ignore_ascii_case(entry.name.trim())))
            .map(|entry| entry.name_span)
            .collect(),
        _ => Vec::new(),
    });
    let specs = &document.kind.spec().fields;
    let known =
        |name: &str| specs.iter().any(|spec| spec.items.iter().any(|item| item.eq_ignore_ascii_case(name.trim())));
    let items = document.not_understood.iter().filter(move |(name, _)| !known(name)).map(|(_, at)| *at);
    items.chain(parameters)
}
