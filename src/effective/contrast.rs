//! In which settings documents of one kind differ: between two of them nothing may decide which one a server takes.

use std::collections::BTreeMap;

use super::fact::{Fact, List, Provenance, State};
use super::field::field_fact;
use crate::directory::Document;

/// Fields that say which servers a Configuration Settings document is for.
const ABOUT_ITSELF: [&str; 2] = ["applies_to", "default"];

/// What documents say in the fields of the vocabulary.
#[derive(Debug, Default)]
pub(super) struct Contrast {
    /// A text for each field in which they differ: its label and the value of each document.
    pub differences: Vec<Fact>,
    /// A field in which it is not known whether they do.
    open: Option<String>,
}

impl Contrast {
    /// Compares documents of one kind. A field that two of them leave unset is the same in both.
    #[must_use]
    pub(super) fn of(documents: &[&Document]) -> Self {
        let mut found = Self::default();
        let Some(first) = documents.first() else { return found };
        let mut stated = false;
        let named = documents.iter().any(|document| document.name != first.name);
        for spec in first.kind.spec().fields.iter().filter(|spec| !ABOUT_ITSELF.contains(&&*spec.path)) {
            let facts: Vec<Fact> =
                documents.iter().map(|document| field_fact(Some((*document).into()), spec)).collect();
            let Some((one, others)) = facts.split_first() else { continue };
            stated |= facts.iter().any(|fact| matches!(fact.state, State::Known(_)));
            if facts.iter().any(|fact| fact.is_unknown() || !is_known_list(fact)) {
                found.open = Some(format!("\"{}\"", spec.title));
            } else if !others.iter().all(|other| equal(one, other)) {
                let table = facts.iter().any(|fact| fact.object().is_some());
                let values: Vec<String> = documents
                    .iter()
                    .zip(&facts)
                    .zip(1..)
                    .map(|((document, fact), number)| {
                        if named {
                            format!("{} in `{}`", shown(fact), document.name)
                        } else {
                            format!("{} in the {}", shown(fact), ordinal(number))
                        }
                    })
                    .collect();
                let values = if table { "not the same parameters".to_owned() } else { values.join(", ") };
                let text = format!("\"{}\": {values}", spec.title);
                let provenance = facts.iter().find(|fact| fact.provenance.place().is_some());
                let provenance = provenance.map_or_else(Provenance::default, |fact| fact.provenance.clone());
                found.differences.push(Fact::known(text, provenance));
            }
        }
        if !stated {
            found.open = Some("any setting".to_owned());
        }
        found
    }

    /// Whether they say the same.
    #[must_use]
    pub(super) fn same(&self) -> Fact {
        match &self.open {
            _ if !self.differences.is_empty() => Fact::known(false, Provenance::default()),
            Some(title) => {
                Fact::unknown(format!("whether the documents differ in {title} is not known"), Provenance::default())
            }
            None => Fact::known(true, Provenance::default()),
        }
    }

    /// The differences as a list of the model.
    #[must_use]
    pub(super) fn list(self) -> Fact {
        Fact::known(List::complete(self.differences), Provenance::default())
    }
}

fn ordinal(number: usize) -> &'static str {
    match number {
        1 => "first",
        2 => "second",
        _ => "next",
    }
}

/// Whether all entries are known, if it is a list.
pub(super) fn is_known_list(fact: &Fact) -> bool {
    fact.list().is_none_or(|list| list.open.is_none() && !list.items.iter().any(Fact::is_unknown))
}

/// The entries of a list for comparison: in any order, in lower case.
pub(super) fn entries(fact: &Fact) -> Vec<String> {
    let mut entries: Vec<String> = fact
        .list()
        .map(|list| list.items.iter().map(|item| item.to_string().to_lowercase()).collect())
        .unwrap_or_default();
    entries.sort();
    entries
}

/// Whether two values of one field are the same.
pub(super) fn equal(a: &Fact, b: &Fact) -> bool {
    if a.object().is_some() || b.object().is_some() {
        return parameters(a) == parameters(b);
    }
    let is_set = |fact: &Fact| !matches!(fact.state, State::Absent(None));
    is_set(a) == is_set(b)
        && if a.list().is_some() || b.list().is_some() {
            entries(a) == entries(b)
        } else {
            a.to_string() == b.to_string()
        }
}

/// The named values of a table; one that is not set has none.
fn parameters(table: &Fact) -> BTreeMap<String, String> {
    let entries = table.object().map_or_else(Vec::new, |object| object.entries());
    entries.into_iter().map(|(name, value)| (name.to_lowercase(), value.to_string())).collect()
}

/// A value as a form shows it.
pub(super) fn shown(fact: &Fact) -> String {
    let text = match fact.bool() {
        Some(true) => "enabled".to_owned(),
        Some(false) => "disabled".to_owned(),
        None => fact.to_string(),
    };
    match &fact.state {
        State::Absent(None) => "not set".to_owned(),
        _ if text.is_empty() => "blank".to_owned(),
        _ => format!("`{text}`"),
    }
}
