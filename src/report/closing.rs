//! The end of a report for people: what was not decided, what was not understood, the counts.

use super::human::{LABEL_LIMIT, MESSAGE_LIMIT, Style};
use super::sanitize::one_line;
use super::{Report, Summary};
use crate::effective::LEARN_ITEM_NAMES;
use crate::rules::NotEvaluated;
use crate::source::Severity;

/// Undecided rules shown without `--verbose`.
const UNDECIDED_SHOWN: usize = 12;

/// Writes what follows the last finding.
pub(super) fn write(
    out: &mut dyn std::io::Write,
    report: &Report<'_>,
    style: Style,
    verbose: bool,
) -> std::io::Result<()> {
    let hidden = report.summary().not_shown;
    if hidden > 0 {
        writeln!(out, "{} not shown; --max-findings sets how many are\n", plural(hidden, "further finding"))?;
    }
    undecided(out, report.not_evaluated, style, verbose)?;
    if verbose {
        not_understood(out, report, style)?;
    }
    writeln!(out, "{}", summary_line(&report.summary(), report, style))
}

/// What could not be decided: a paragraph for the rules that lack the same facts.
fn undecided(out: &mut dyn std::io::Write, all: &[NotEvaluated], style: Style, verbose: bool) -> std::io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let mut rules: Vec<(&str, Vec<&str>)> = Vec::new();
    for open in all {
        if !rules.iter().any(|(rule, _)| **rule == *open.rule) {
            rules.push((&open.rule, Vec::new()));
        }
        let Some((_, reasons)) = rules.iter_mut().find(|(rule, _)| **rule == *open.rule) else { continue };
        for reason in open.reason.split("; ").map(|reason| reason.strip_suffix(LEARN_ITEM_NAMES).unwrap_or(reason)) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    let rules_found = rules.len();
    let (rules_shown, reasons_shown) = if verbose { (usize::MAX, usize::MAX) } else { (UNDECIDED_SHOWN, 2) };
    let mut paragraphs: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for (rule, reasons) in rules.into_iter().take(rules_shown) {
        match paragraphs.iter_mut().find(|(_, same)| *same == reasons) {
            Some((rules, _)) => rules.push(rule),
            None => paragraphs.push((vec![rule], reasons)),
        }
    }
    writeln!(out, "{}", style.bold("not decided, for want of facts:"))?;
    for (rules, reasons) in paragraphs {
        let mut text = format!(
            "{}: {}",
            rules.join(", "),
            reasons.iter().take(reasons_shown).copied().collect::<Vec<_>>().join("; ")
        );
        let more = reasons.len().saturating_sub(reasons_shown);
        if more > 0 {
            text.push_str(&format!("; and {more} more"));
        }
        let text = one_line(&text, style.ascii(), MESSAGE_LIMIT);
        writeln!(out, "{}", paragraph(&text, style))?;
    }
    if rules_found > rules_shown {
        writeln!(out, "  and {} more rules; --verbose shows them all", rules_found - rules_shown)?;
    }
    writeln!(
        out,
        "  {}",
        style.faint("state what is missing in a native description beside the export to have these checked")
    )?;
    if all.iter().any(|open| open.reason.contains(LEARN_ITEM_NAMES)) {
        let remedy = "`maillint vocabulary learn` reads item names off the form, for [aliases] in maillint.toml";
        writeln!(out, "  {}", style.faint(remedy))?;
    }
    writeln!(out)
}

/// The items that nobody explained, by document: most have nothing to do with mail, a misspelt one may.
fn not_understood(out: &mut dyn std::io::Write, report: &Report<'_>, style: Style) -> std::io::Result<()> {
    let documents: Vec<_> =
        report.environment.documents().iter().filter(|document| !document.not_understood.is_empty()).collect();
    if documents.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", style.bold("items that are not understood, or have nothing to do with mail:"))?;
    for document in documents {
        let names: Vec<&str> = document.not_understood.iter().map(|(name, _)| &**name).collect();
        let text = format!("{} {}: {}", document.kind.title(), document.name, names.join(", "));
        writeln!(out, "{}", paragraph(&one_line(&text, style.ascii(), MESSAGE_LIMIT * 5), style))?;
    }
    writeln!(out)
}

fn summary_line(summary: &Summary, report: &Report<'_>, style: Style) -> String {
    let mut counts: Vec<String> = Vec::new();
    for (count, one, severity) in [
        (summary.errors, "error", Severity::Error),
        (summary.warnings, "warning", Severity::Warning),
        (summary.infos, "note", Severity::Info),
    ] {
        if count > 0 {
            counts.push(style.paint(severity, &plural(count, one)));
        }
    }
    if counts.is_empty() && !report.inputs.is_empty() {
        counts.push("no findings".to_owned());
    }
    let of = |severity| report.problems.iter().filter(|problem| problem.severity == severity).count();
    for (severity, one) in
        [(Severity::Error, "input error"), (Severity::Warning, "input warning"), (Severity::Info, "remark")]
    {
        let count = of(severity);
        let shown = plural(count, one);
        if count > 0 {
            counts.push(if severity == Severity::Info {
                shown + " on the input"
            } else {
                style.paint(severity, &shown)
            });
        }
    }
    if summary.suppressed > 0 {
        counts.push(format!("{} accepted", summary.suppressed));
    }
    if summary.not_evaluated > 0 {
        counts.push(format!("{} not decided", plural(summary.not_evaluated, "check")));
    }
    if summary.items_not_understood > 0 {
        let like = match summary.items_like_smtp {
            0 => "",
            1 => " (1 looks like an SMTP setting)",
            many => &format!(" ({many} look like SMTP settings)"),
        };
        counts.push(format!("{} not understood{like}", plural(summary.items_not_understood, "item")));
    }
    let read = match report.inputs {
        [] => "no file".to_owned(),
        [(path, format)] => format!("{} as {format}", one_line(path, style.ascii(), LABEL_LIMIT)),
        several => plural(several.len(), "file"),
    };
    let documents = plural(summary.documents, "document");
    let servers = plural(summary.servers, "server");
    format!("{}; read {read}: {servers}, {documents}; {} ran", counts.join(", "), plural(summary.rules, "rule"))
}

pub(super) fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

fn paragraph(text: &str, style: Style) -> String {
    // Names of rules are searched for and copied, so they stay in one piece.
    let options = textwrap::Options::new(style.width.max(40))
        .initial_indent("  ")
        .subsequent_indent("      ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}
