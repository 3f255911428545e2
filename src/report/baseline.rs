//! The baseline as a file: sorted, one finding a few lines, so that a change of it reads as a change.

use std::io;

use serde_json::json;

use super::safe_json::write_json;
use crate::config::baseline::Entry;
use crate::directory::Environment;
use crate::rules::Finding;

/// A finding as an entry of a baseline.
#[must_use]
pub fn entry(finding: &Finding, name: Option<&str>, environment: &Environment) -> Entry {
    let at = finding.primary.as_ref().map(|label| &label.at);
    let document = at.and_then(|at| environment.document(at.document));
    Entry {
        environment: name.map(Into::into),
        rule: finding.rule.clone(),
        document: document.map(|document| format!("{} {}", document.kind.title(), document.name).into()),
        field: at.filter(|at| !at.field.is_empty()).map(|at| at.field.clone()),
        element: finding.element.as_deref().map(Into::into),
        fingerprint: finding.fingerprint.as_str().into(),
        span: None,
    }
}

/// Writes a baseline.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn io::Write, entries: &[Entry]) -> io::Result<()> {
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort();
    let findings: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            json!({
                "environment": entry.environment.as_deref(),
                "rule": &*entry.rule,
                "document": entry.document.as_deref(),
                "field": entry.field.as_deref(),
                "element": entry.element.as_deref(),
                "fingerprint": &*entry.fingerprint,
            })
        })
        .collect();
    write_json(out, &json!({ "version": 1, "findings": findings }))
}
