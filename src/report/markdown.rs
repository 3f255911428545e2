//! Markdown, for the summary page of a CI job.

use std::io;

use super::entry::{Entry, entries};
use super::sanitize::one_line;
use super::{Report, Run};
use crate::source::Severity;

/// GitHub takes one mebibyte for the summary of a step; this many findings stay far below.
const SHOWN: usize = 200;

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    let failed = run.reports.iter().any(|report| report.failed) || !run.problems.is_empty();
    writeln!(out, "## maillint: {}\n", if failed { "findings" } else { "passed" })?;
    if !run.reports.is_empty() {
        overview(out, run)?;
    }
    let all = entries(run);
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let of: Vec<&Entry<'_>> = all.iter().filter(|entry| entry.severity == severity).collect();
        if of.is_empty() || run.detail.quiet && severity == Severity::Info {
            continue;
        }
        let title = match severity {
            Severity::Error => "Errors",
            Severity::Warning => "Warnings",
            Severity::Info => "Notes",
        };
        writeln!(out, "### {title}\n\n| where | what | rule |\n|---|---|---|")?;
        for entry in of.iter().take(SHOWN) {
            writeln!(out, "{}", row(entry))?;
        }
        if of.len() > SHOWN {
            writeln!(out, "| | {} more | |", of.len() - SHOWN)?;
        }
        writeln!(out)?;
    }
    let hidden = run.summary().not_shown;
    if hidden > 0 {
        writeln!(out, "{hidden} further findings are not shown.\n")?;
    }
    accepted(out, run)
}

fn overview(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    writeln!(out, "| environment | errors | warnings | notes | accepted | not decided | result |")?;
    writeln!(out, "|---|---:|---:|---:|---:|---:|---|")?;
    for report in &run.reports {
        let summary = report.summary();
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            cell(report.name.unwrap_or("the input")),
            summary.errors,
            summary.warnings,
            summary.infos,
            summary.suppressed,
            summary.not_evaluated,
            result(report)
        )?;
    }
    writeln!(out)
}

fn result(report: &Report<'_>) -> &'static str {
    if report.problems.iter().any(|problem| problem.severity == Severity::Error) {
        "input errors"
    } else if report.failed {
        "failed"
    } else {
        "passed"
    }
}

fn row(entry: &Entry<'_>) -> String {
    let place = match (&entry.place, entry.path) {
        (Some(place), _) => format!("{}:{}", place.path, place.start.line),
        (None, Some(path)) => path.to_owned(),
        (None, None) => String::new(),
    };
    let help = entry.help.map(|help| format!("<br>{}", cell(help))).unwrap_or_default();
    format!("| {} | {}{help} | {} |", cell(&place), cell(&entry.told()), cell(entry.code))
}

/// What was accepted beforehand, with the reasons.
fn accepted(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    let mut all = run
        .reports
        .iter()
        .flat_map(|report| report.accepted)
        .filter(|accepted| accepted.by.reason.is_some())
        .peekable();
    if all.peek().is_none() || run.detail.quiet {
        return Ok(());
    }
    writeln!(out, "<details><summary>Accepted findings</summary>\n\n| rule | what | why | until |\n|---|---|---|---|")?;
    for accepted in all.take(SHOWN) {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell(&accepted.finding.rule),
            cell(&accepted.finding.message),
            cell(accepted.by.reason.as_deref().unwrap_or("")),
            cell(accepted.by.expires.as_deref().unwrap_or(""))
        )?;
    }
    writeln!(out, "\n</details>")
}

/// A text as the cell of a table: nothing in it is Markdown or HTML but for code, which messages put between backquotes.
fn cell(text: &str) -> String {
    let shown = one_line(text, false, 1000);
    let paired = shown.matches('`').count() / 2 * 2;
    let mut cell = String::new();
    let mut quotes = 0;
    for character in shown.chars() {
        match character {
            '`' if quotes < paired => {
                cell.push_str(if quotes % 2 == 0 { "<code>" } else { "</code>" });
                quotes += 1;
            }
            '&' => cell.push_str("&amp;"),
            '<' => cell.push_str("&lt;"),
            '>' => cell.push_str("&gt;"),
            '`' | '|' | '\\' | '*' | '_' | '[' | ']' | '#' | '~' | '!' | '@' => {
                cell.push_str(&format!("&#{};", u32::from(character)));
            }
            other => cell.push(other),
        }
    }
    // GitHub makes links of these.
    cell.replace("://", "&#58;//").replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_value_is_no_markdown() {
        assert_eq!(cell("`*` and <b>|`"), "<code>&#42;</code> and &lt;b&gt;&#124;&#96;");
        assert_eq!(cell("https://x @team"), "https&#58;//x &#64;team");
    }
}
