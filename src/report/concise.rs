//! One line for each finding, as compilers write them: `path:line:column: severity[rule] message`.

use std::io;

use super::Run;
use super::closing::plural;
use super::entry::{Entry, entries};
use super::sanitize::one_line;
use crate::source::Severity;

const LIMIT: usize = 2000;

/// Writes the lines, and a last one with the counts, so that output that was cut off shows that it was.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    for entry in entries(run).iter().filter(|entry| !run.detail.quiet || entry.severity > Severity::Info) {
        writeln!(out, "{}", line(entry))?;
    }
    if run.detail.quiet {
        return Ok(());
    }
    writeln!(out, "{}", counts(run))
}

/// An entry on one line.
pub(super) fn line(entry: &Entry<'_>) -> String {
    let place = match (&entry.place, entry.path) {
        (Some(place), _) => format!("{}:{}:{}: ", place.path, place.start.line, place.start.column),
        (None, Some(path)) => format!("{path}: "),
        (None, None) => String::new(),
    };
    one_line(&format!("{place}{}[{}] {}", entry.severity, entry.code, entry.told()), false, LIMIT)
}

/// The counts in a line.
pub(super) fn counts(run: &Run<'_>) -> String {
    let summary = run.summary();
    let of = |severity| {
        let count = |problems: &[crate::source::Problem]| {
            problems.iter().filter(|problem| problem.severity == severity).count()
        };
        count(run.problems) + run.reports.iter().map(|report| count(report.problems)).sum::<usize>()
    };
    let mut text = format!(
        "{}, {}, {}",
        plural(summary.errors + of(Severity::Error), "error"),
        plural(summary.warnings + of(Severity::Warning), "warning"),
        plural(summary.infos + of(Severity::Info), "note")
    );
    for (count, what) in
        [(summary.not_shown, "not shown"), (summary.suppressed, "accepted"), (summary.not_evaluated, "not decided")]
    {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}
