//! A view lists which documents there are. Where it lists more of them than the input holds, the input is not whole.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Environment;
use crate::read::{Export, ViewRow};
use crate::source::Problem;

/// Rows that are named in the message.
const SHOWN: usize = 5;

/// Compares the views of the input with its documents. A view that lists none of them is of other documents.
pub(super) fn report(exports: &[Export], environment: &mut Environment, problems: &mut Vec<Problem>) {
    // What was passed over is not missing.
    if exports.iter().any(|export| export.skipped) {
        return;
    }
    let present: BTreeSet<u128> = environment.documents.iter().filter_map(|document| document.origin.unid).collect();
    let is_present = |row: &&ViewRow| row.unid.is_some_and(|unid| present.contains(&unid));
    for export in exports.iter().filter(|export| export.listed.iter().any(|row| is_present(&row))) {
        let missing: Vec<&ViewRow> =
            export.listed.iter().filter(|row| row.unid.is_some() && !is_present(row)).collect();
        let Some(first) = missing.first() else { continue };
        let names: Vec<String> =
            missing.iter().filter_map(|row| row.name()).take(SHOWN).map(|name| format!("`{name}`")).collect();
        let list = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
        let count = if missing.len() == 1 { "a document".to_owned() } else { format!("{} documents", missing.len()) };
        problems.push(
            Problem::info("listed-not-exported", format!("a view lists {count} that the input does not hold{list}"))
                .at(first.span, "not among the documents that were read")
                .help("export what the view lists; until then the input is taken for a part of the directory"),
        );
        environment.gaps.push(Arc::from("a view lists documents that the input does not hold"));
    }
}
