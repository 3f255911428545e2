//! From what each rule found for each subject to the findings of a report: the same thing once, in order, told apart.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::finding::{Finding, Identity, SubjectName, fingerprint};
use crate::directory::{Environment, Location, name_key};

/// The Domino domain of a place, where that tells it from others.
pub(super) fn directory<'e>(documents: &'e Environment, at: &Location) -> &'e str {
    if documents.directory_count() < 2 {
        return "";
    }
    documents.document(at.document).and_then(|document| documents.directory_name(document.directory)).unwrap_or("")
}

/// Findings of one rule at one place about one thing are one finding: a document that governs many servers is wrong once.
/// The other servers are named.
pub(super) fn merge(findings: Vec<Finding>, documents: &Environment) -> Vec<Finding> {
    let mut order: Vec<Finding> = Vec::new();
    let mut index: BTreeMap<(Arc<str>, Option<Location>, String), usize> = BTreeMap::new();
    let mut others: BTreeMap<usize, Vec<SubjectName>> = BTreeMap::new();
    for finding in findings {
        let place = finding.primary.as_ref().map(|label| label.at.clone());
        // Without a place and an element two findings are the same only if they say the same.
        let thing = match (&finding.element, &place) {
            (Some(element), _) => element.clone(),
            (None, Some(_)) => String::new(),
            (None, None) => finding.message.clone(),
        };
        match index.entry((Arc::clone(&finding.rule), place, thing)) {
            Entry::Occupied(at) => {
                others.entry(*at.get()).or_default().push(finding.subject);
            }
            Entry::Vacant(slot) => {
                slot.insert(order.len());
                order.push(finding);
            }
        }
    }
    for (at, mut subjects) in others {
        let Some(finding) = order.get_mut(at) else { continue };
        // A server and its notes.ini have one name, and so may a server and the document for it.
        let mut known = BTreeSet::from([name_key(&finding.subject.name)]);
        subjects.retain(|subject| known.insert(name_key(&subject.name)));
        let names: Vec<String> = subjects.iter().take(5).map(|subject| format!("`{}`", subject.name)).collect();
        if names.is_empty() {
            continue;
        }
        let more = subjects.len() - names.len();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        finding.notes.push(format!("the same holds for {}{more}", names.join(", ")));
    }
    order.sort_by(|a, b| {
        let place = |finding: &Finding| {
            finding.primary.as_ref().and_then(|label| documents.place(&label.at)).map(|place| place.span)
        };
        b.severity
            .cmp(&a.severity)
            .then_with(|| place(a).cmp(&place(b)))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| a.message.cmp(&b.message))
    });
    number(&mut order);
    order
}

/// Tells apart what is otherwise the same: one entry twice in one list, one parameter in two files. What differs in the
/// message keeps its number in whatever order the files are given.
fn number(findings: &mut [Finding]) {
    let mut order: Vec<&mut Finding> = findings.iter_mut().collect();
    order.sort_by(|a, b| a.message.cmp(&b.message));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in order {
        let count = seen.entry(finding.fingerprint.clone()).or_insert(0);
        if *count > 0 {
            let again =
                Identity { rule: &finding.rule, element: &finding.fingerprint, ordinal: *count, ..Identity::default() };
            finding.fingerprint = fingerprint(&again);
        }
        *count += 1;
    }
}
