//! GitLab Code Quality: a JSON list of what merge requests show beside the changed lines.

use std::collections::BTreeSet;
use std::io;

use serde_json::json;

use super::Run;
use super::entry::entries;
use super::safe_json::write_json;
use crate::source::Severity;

/// Writes the list.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    // GitLab shows nothing without a file.
    let anywhere = run.reports.iter().flat_map(|report| report.inputs).map(|(path, _)| path.as_str()).next();
    let mut seen = BTreeSet::new();
    let list: Vec<_> = entries(run)
        .iter()
        .filter_map(|entry| {
            let path = entry.path.or(anywhere).unwrap_or("maillint.toml");
            let fingerprint = entry.fingerprint();
            let severity = match entry.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Info => "info",
            };
            let (begin, end) = entry.place.map_or((1, 1), |place| (place.start.line, place.end.line));
            seen.insert(fingerprint.clone()).then(|| {
                json!({
                    "description": entry.told(),
                    "check_name": entry.code,
                    "fingerprint": fingerprint,
                    "severity": severity,
                    "location": { "path": path.trim_start_matches("./"), "lines": { "begin": begin, "end": end } },
                })
            })
        })
        .collect();
    write_json(out, &list)
}
