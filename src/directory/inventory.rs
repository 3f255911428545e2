//! A view lists which documents there are. Where it lists more of them than the input holds, the input is not whole.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{AtHand, Environment};
use crate::read::ViewRow;
use crate::source::Problem;

/// Rows that are named in the message.
const SHOWN: usize = 5;

/// What an export lists beside its documents.
pub(super) struct Listing {
    /// The rows of a view.
    pub(super) rows: Vec<ViewRow>,
    /// Documents were passed over.
    pub(super) skipped: bool,
}

/// Compares the views of the input with its documents. A view that lists none of them is of other documents.
pub(super) fn report(listings: &[Listing], environment: &mut Environment, problems: &mut Vec<Problem>) {
    // What was passed over is not missing.
    if listings.iter().any(|listing| listing.skipped) || listings.iter().all(|listing| listing.rows.is_empty()) {
        return;
    }
    let present: BTreeSet<u128> = environment.all().filter_map(AtHand::unid).collect();
    let is_present = |row: &&ViewRow| row.unid.is_some_and(|unid| present.contains(&unid));
    for listing in listings.iter().filter(|listing| listing.rows.iter().any(|row| is_present(&row))) {
        let missing: Vec<&ViewRow> = listing.rows.iter().filter(|row| row.unid.is_some() && !is_present(row)).collect();
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
