//! What findings owe to dated tables (failures.md 7.9): each says of what date its table is, and weighs less when the table
//! has not been looked at for long.

use std::sync::Arc;

use super::finding::Finding;
use super::rule::Confidence;
use super::tables;
use super::told::word;
use crate::effective::Fact;
use crate::source::Severity;

/// Adds to a finding the dates of the tables that it rests on. Their age is judged by the day of the environment; without one
/// no table is old.
pub(super) fn date(finding: &mut Finding, names: &[Arc<str>], environment: Option<&Fact>) {
    for name in names {
        let today = environment.and_then(Fact::object).and_then(|environment| environment.get("as_of"));
        let today = today.as_ref().and_then(Fact::text).map_or("", |date| date);
        // That there is such a table was checked when the rule was loaded.
        let (Ok(title), Ok(as_of)) = (tables::title(name), tables::date(name)) else { continue };
        finding.message.push_str(&format!(" (table \"{title}\" of {as_of})"));
        if !tables::is_stale(name, today).unwrap_or(false) {
            continue;
        }
        let lowered = match finding.severity {
            Severity::Error => Severity::Warning,
            Severity::Warning | Severity::Info => Severity::Info,
        };
        let less = if lowered == finding.severity { "" } else { "only " };
        finding.notes.push(format!(
            "{less}{}, because nobody has looked at the table \"{title}\" since {as_of}, and what it says may have changed",
            word(lowered)
        ));
        finding.severity = lowered;
        finding.confidence = finding.confidence.min(Confidence::Likely);
    }
}
