//! One page that a manager can read and an administrator can act on: how it went, what is wrong with the lines it stands in,
//! and what each server really does. It needs nothing from anywhere else: no script, no font, no picture.

mod finding;
mod server;

use std::io;

use super::entry::entries;
use super::sanitize::{one_line, printable};
use super::{Diagnostic, Report, Run};
use crate::rules::count_undecided;
use crate::source::{Problem, Severity, Sources};

const STYLE: &str = include_str!("style.css");

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    writeln!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    // Even if a value got through unescaped, nothing in the page could run or load.
    writeln!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Mail routing report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>")?;
    writeln!(out, "<h1>Mail routing report</h1>\n<p class=\"lead\">{}</p>", escape(&verdict(run)))?;
    if run.reports.len() > 1 {
        overview(out, run)?;
    }
    if let Some(sources) = run.sources.filter(|_| !run.problems.is_empty()) {
        writeln!(out, "<h2>Configuration of this report</h2>")?;
        problems(out, run.problems, sources)?;
    }
    for (number, report) in run.reports.iter().enumerate() {
        environment(out, report, number)?;
    }
    writeln!(
        out,
        "<footer>Made by maillint {} from {}. It judges the documents it was given; it has not talked to a server.</footer>",
        env!("CARGO_PKG_VERSION"),
        plural(run.summary().files, "file")
    )?;
    writeln!(out, "</main>\n</body>\n</html>")
}

/// How it went, in a sentence.
fn verdict(run: &Run<'_>) -> String {
    let summary = run.summary();
    let of =
        |severity| entries(run).iter().filter(|entry| entry.finding.is_none() && entry.severity == severity).count();
    let unread = of(Severity::Error);
    let mut parts = Vec::new();
    for (count, what) in [(summary.errors, "error"), (summary.warnings, "warning"), (summary.infos, "note")] {
        if count > 0 {
            parts.push(plural(count, what));
        }
    }
    let found = match parts.split_last() {
        None => "nothing to complain about".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    };
    let mut text = format!("{} checked: {found}.", plural(summary.servers, "server"));
    if unread > 0 {
        text.push_str(&format!(" {} not be used, so this is not the whole picture.", could(unread)));
    }
    if summary.not_evaluated > 0 {
        text.push_str(&format!(
            " {} not be decided, because the input does not say enough.",
            checks(summary.not_evaluated)
        ));
    }
    if summary.suppressed > 0 {
        text.push_str(&format!(" {} accepted beforehand.", were(summary.suppressed)));
    }
    if summary.not_shown > 0 {
        text.push_str(&format!(" {} not shown here.", plural(summary.not_shown, "finding")));
    }
    text
}

fn could(count: usize) -> String {
    format!("{} could", plural(count, "input"))
}

fn checks(count: usize) -> String {
    format!("{} could", plural(count, "check"))
}

fn were(count: usize) -> String {
    format!("{} {}", plural(count, "finding"), if count == 1 { "was" } else { "were" })
}

fn plural(count: usize, one: &str) -> String {
    super::closing::plural(count, one)
}

/// One line for each environment.
fn overview(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    writeln!(
        out,
        "<table class=\"overview\">\n<thead><tr><th>Environment</th><th>Result</th><th>Errors</th><th>Warnings</th>\
         <th>Notes</th><th>Accepted</th><th>Not decided</th></tr></thead>\n<tbody>"
    )?;
    for (number, report) in run.reports.iter().enumerate() {
        let summary = report.summary();
        let (class, word) = result(report);
        writeln!(
            out,
            "<tr><td><a href=\"#environment-{number}\">{}</a></td><td><span class=\"{class}\">{word}</span></td>\
             <td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&one_line(report.name.unwrap_or("the input"), false, 200)),
            summary.errors,
            summary.warnings,
            summary.infos,
            summary.suppressed,
            summary.not_evaluated
        )?;
    }
    writeln!(out, "</tbody>\n</table>")
}

fn result(report: &Report<'_>) -> (&'static str, &'static str) {
    if report.problems.iter().any(|problem| problem.severity == Severity::Error) {
        ("badge error", "input errors")
    } else if report.failed {
        ("badge error", "failed")
    } else {
        ("badge passed", "passed")
    }
}

fn environment(out: &mut dyn io::Write, report: &Report<'_>, number: usize) -> io::Result<()> {
    writeln!(out, "<section id=\"environment-{number}\">")?;
    if let Some(name) = report.name {
        writeln!(out, "<h2>Environment {}</h2>", escape(&one_line(name, false, 200)))?;
    }
    problems(out, report.problems, report.sources)?;
    if !report.findings.is_empty() {
        writeln!(out, "<h3>Findings</h3>")?;
    }
    for finding in report.shown_findings() {
        let diagnostic = Diagnostic::from_finding(finding, report.environment);
        finding::write(out, &diagnostic, report.sources)?;
    }
    undecided(out, report)?;
    accepted(out, report)?;
    server::write_all(out, report)?;
    writeln!(out, "</section>")
}

fn problems(out: &mut dyn io::Write, problems: &[Problem], sources: &Sources) -> io::Result<()> {
    let mut problems: Vec<&Problem> = problems.iter().collect();
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    for problem in problems {
        finding::write(out, &Diagnostic::from_problem(problem), sources)?;
    }
    Ok(())
}

/// What could not be decided, by rule.
fn undecided(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    if report.not_evaluated.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<details><summary>Not decided: {}</summary>\n<p>The input does not say enough for these checks. They are neither \
         passed nor failed.</p>\n<ul>",
        plural(count_undecided(report.not_evaluated), "check")
    )?;
    for open in report.not_evaluated {
        let about = if open.subject.name.is_empty() { String::new() } else { format!(" for {}", open.subject.name) };
        let more = if open.more == 0 { String::new() } else { format!(" and {} more", open.more) };
        let text = format!("{about}{more}: {}", open.reason);
        writeln!(
            out,
            "<li><code>{}</code>{}</li>",
            escape(&one_line(&open.rule, false, 200)),
            escape(&one_line(&text, false, 1000))
        )?;
    }
    writeln!(out, "</ul>\n</details>")
}

/// What was accepted beforehand, with the reasons.
fn accepted(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    if report.accepted.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<details><summary>Accepted beforehand: {}</summary>\n<ul>",
        plural(report.accepted.len(), "finding")
    )?;
    for accepted in report.accepted {
        let by = &accepted.by;
        let mut why = by.reason.as_ref().map_or_else(|| "known from the baseline".to_owned(), ToString::to_string);
        for (word, value) in [("until", &by.expires), ("owner:", &by.owner)] {
            if let Some(value) = value {
                why.push_str(&format!("; {word} {value}"));
            }
        }
        writeln!(
            out,
            "<li><code>{}</code> {}<br><em>{}</em></li>",
            escape(&one_line(&accepted.finding.rule, false, 200)),
            prose(&accepted.finding.message),
            escape(&one_line(&why, false, 1000))
        )?;
    }
    writeln!(out, "</ul>\n</details>")
}

/// A text as HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in printable(text, false).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A sentence as HTML; what it puts between backquotes is code.
fn prose(text: &str) -> String {
    let escaped = escape(&one_line(text, false, 2000));
    let paired = escaped.matches('`').count() / 2 * 2;
    let mut html = String::with_capacity(escaped.len());
    for (index, part) in escaped.split('`').enumerate() {
        if index > 0 {
            html.push_str(match index {
                index if index > paired => "`",
                index if index % 2 == 1 => "<code>",
                _ => "</code>",
            });
        }
        html.push_str(part);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::{escape, prose};

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(escape("<b a='\"'>&\u{1b}"), "&lt;b a=&#39;&quot;&#39;&gt;&amp;␛");
        assert_eq!(prose("`<a>` and `b"), "<code>&lt;a&gt;</code> and `b");
    }
}
