//! The end of a report for people: what was not decided, what was not understood, the counts.

use super::human::{LABEL_LIMIT, MESSAGE_LIMIT, Style};
use super::sanitize::one_line;
use super::{Report, Summary, undecided};
use crate::source::Severity;

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
    undecided::write(out, report, style, verbose)?;
    if verbose {
        not_understood(out, report, style)?;
    }
    writeln!(out, "{}", summary_line(&report.summary(), report, verbose, style))
}

/// The items that nobody explained, by document: most have nothing to do with mail, a misspelt one may.
fn not_understood(out: &mut dyn std::io::Write, report: &Report<'_>, style: Style) -> std::io::Result<()> {
    let documents: Vec<_> =
        report.environment.held().iter().filter(|document| !document.not_understood.is_empty()).collect();
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

fn summary_line(summary: &Summary, report: &Report<'_>, verbose: bool, style: Style) -> String {
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
    if counts.is_empty() && summary.documents > 0 {
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
        let how = if verbose { "" } else { "; -v lists them" };
        let like = match like.strip_suffix(')') {
            Some(like) => format!("{like}{how})"),
            None if verbose => String::new(),
            None => " (-v lists them)".to_owned(),
        };
        counts.push(format!("{} not understood{like}", plural(summary.items_not_understood, "item")));
    }
    let read = match report.inputs {
        [] => return format!("{}; no file could be read", counts.join(", ")),
        [(path, format)] => format!("{} as {format}", one_line(path, style.ascii(), LABEL_LIMIT)),
        several => plural(several.len(), "file"),
    };
    let documents = plural(summary.documents, "document");
    let servers = plural(summary.servers, "server");
    let counts = counts.join(", ");
    if summary.documents == 0 {
        return format!("{counts}; read {read}: no document that has to do with mail");
    }
    format!("{counts}; read {read}: {servers}, {documents}; {} ran", plural(summary.rules, "rule"))
}

pub(super) fn plural(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

pub(super) fn paragraph(text: &str, style: Style) -> String {
    // Names of rules are searched for and copied, so they stay in one piece.
    let options = textwrap::Options::new(style.width.max(40))
        .initial_indent("  ")
        .subsequent_indent("      ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}
