//! The report for people: environments one after the other, then how each one ended.

use std::collections::BTreeMap;
use std::io;

use super::human::{Style, diagnostic_text};
use super::sanitize::one_line;
use super::{Detail, Diagnostic, Report, Run, closing, table};
use crate::source::{Problem, Severity, Sources, shorten};

/// Writes the whole report: problems, findings, what was not decided, the counts.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn io::Write, run: &Run<'_>, style: Style) -> io::Result<()> {
    for report in &run.reports {
        if let Some(name) = report.name {
            writeln!(out, "{}\n", style.bold(&one_line(&format!("environment {name}"), style.ascii(), 200)))?;
        }
        problems(out, report.problems, report.sources, run.detail, style)?;
        if run.detail.statistics {
            statistics(out, report, style)?;
        } else {
            for finding in report.shown_findings() {
                let diagnostic = Diagnostic::from_finding(finding, report.environment);
                writeln!(out, "{}", diagnostic_text(&diagnostic, report.sources, style))?;
            }
        }
        if !run.detail.quiet {
            closing::write(out, report, style, run.detail.verbose)?;
        }
        if report.name.is_some() {
            writeln!(out)?;
        }
    }
    if let Some(sources) = run.sources {
        problems(out, run.problems, sources, run.detail, style)?;
    }
    if run.reports.len() > 1 && !run.detail.quiet {
        overview(out, run, style)?;
    }
    Ok(())
}

fn problems(
    out: &mut dyn io::Write,
    problems: &[Problem],
    sources: &Sources,
    detail: Detail,
    style: Style,
) -> io::Result<()> {
    let mut problems: Vec<Problem> = shorten(problems.to_vec(), |_| !detail.verbose);
    problems.retain(|problem| !detail.quiet || problem.severity > Severity::Info);
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    for problem in &problems {
        writeln!(out, "{}", diagnostic_text(&Diagnostic::from_problem(problem), sources, style))?;
    }
    Ok(())
}

/// How often each rule found something, the most frequent first.
fn statistics(out: &mut dyn io::Write, report: &Report<'_>, style: Style) -> io::Result<()> {
    let mut counts: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    for finding in report.findings {
        *counts.entry((finding.severity, &finding.rule)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|((severity, rule), count)| (std::cmp::Reverse((*severity, *count)), *rule));
    for ((severity, rule), count) in &counts {
        let word = style.paint(*severity, &severity.to_string());
        let padding = " ".repeat(9_usize.saturating_sub(severity.to_string().len()));
        writeln!(out, "{count:>6}  {word}{padding}{}", one_line(rule, style.ascii(), 200))?;
    }
    if !counts.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

/// One line for each environment.
fn overview(out: &mut dyn io::Write, run: &Run<'_>, style: Style) -> io::Result<()> {
    let name = |report: &Report<'_>| one_line(report.name.unwrap_or("(paths)"), style.ascii(), 60);
    let width = run.reports.iter().map(|report| name(report).chars().count()).max().unwrap_or(0).max(11);
    let row = |cells: [&str; 7]| {
        let [first, rest @ ..] = cells;
        let mut columns = vec![(first, width)];
        columns.extend(rest.into_iter().map(|cell| (cell, 12)));
        table::row(&columns, 0)
    };
    let head = row(["environment", "errors", "warnings", "notes", "accepted", "not decided", "result"]);
    writeln!(out, "{}", style.bold(head.trim_end()))?;
    for report in &run.reports {
        let summary = report.summary();
        let unread = report.problems.iter().any(|problem| problem.severity == Severity::Error);
        let result = match (unread, report.failed) {
            (true, _) => "input errors",
            (false, true) => "failed",
            (false, false) => "passed",
        };
        let counts = [summary.errors, summary.warnings, summary.infos, summary.suppressed, summary.not_evaluated];
        let counts = counts.map(|count| count.to_string());
        let [errors, warnings, infos, suppressed, open] = &counts;
        let text = row([&name(report), errors, warnings, infos, suppressed, open, result]);
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}
