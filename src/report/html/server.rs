//! What each server really does.

use std::io;

use super::{escape, prose};
use crate::effective::Exposed;
use crate::report::effective::{Telling, tell};
use crate::report::exposure::{self, Shown};
use crate::report::{Report, picture};
use crate::source::Severity;

/// Larger environments would make a page that no browser opens; `maillint effective` shows the rest.
const SHOWN: usize = 100;

/// Writes the pictures of all servers.
pub(super) fn write_all(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    let pictures = picture::first(report.model, SHOWN);
    if pictures.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h3>What each server does</h3>")?;
    let exposed = report.model.exposed();
    for picture in &pictures {
        let name = |exposed: &Exposed| report.environment.document(exposed.id()).map(|server| server.name.clone());
        let exposed = exposed.iter().find(|exposed| name(exposed).as_ref() == Some(&picture.server));
        let shown = exposed.map(|exposed| Shown { exposed, environment: report.environment, sources: report.sources });
        let told = shown.as_ref().map(exposure::tell);
        let badge = told.as_ref().map(|told| {
            let short = told.verdict.1.split(['.', ',']).next().unwrap_or_default();
            format!(" <span class=\"badge {}\">{}</span>", class(told.verdict.0), escape(short))
        });
        let summary = format!("{}{}", escape(&picture.server), badge.unwrap_or_default());
        writeln!(out, "<details class=\"server\"><summary>{summary}</summary>")?;
        if let Some(told) = &told {
            exposure(out, told)?;
        }
        for section in tell(picture, report.environment, report.sources) {
            section_table(out, &section)?;
        }
        writeln!(out, "</details>")?;
    }
    let servers = report.model.servers().len();
    if servers > SHOWN {
        writeln!(
            out,
            "<p>{} more servers are not shown; <code>maillint effective</code> shows them.</p>",
            servers - SHOWN
        )?;
    }
    Ok(())
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "passed",
    }
}

/// Who can do what with the server.
fn exposure(out: &mut dyn io::Write, told: &exposure::Telling<'_>) -> io::Result<()> {
    let (severity, verdict) = &told.verdict;
    let class = class(*severity);
    writeln!(out, "<h4>Who can do what</h4>\n<p class=\"verdict {class}\">{}</p>", prose(verdict))?;
    if let Some((witness, command)) = &told.witness {
        writeln!(out, "<p>{}<br><code>{}</code></p>", prose(witness), escape(command))?;
    }
    if let Some(seen) = &told.seen_as {
        writeln!(out, "<p>{}</p>", prose(seen))?;
    }
    writeln!(out, "<p>Local Internet domains: {}</p>", prose(&told.domains))?;
    for (title, none, rows) in [
        ("Who can send to them, as far as RCPT TO", "Not known, since no local domain is.", &told.access),
        ("Who may relay", "Nobody.", &told.relay),
    ] {
        writeln!(out, "<h5>{title}</h5>")?;
        if rows.is_empty() {
            writeln!(out, "<p>{none}</p>")?;
            continue;
        }
        writeln!(out, "<table class=\"settings\">\n<tbody>")?;
        for [first, second, why] in rows {
            writeln!(out, "<tr><th>{}</th><td>{}</td><td>{}</td></tr>", prose(first), prose(second), prose(why))?;
        }
        writeln!(out, "</tbody>\n</table>")?;
    }
    Ok(())
}

fn section_table(out: &mut dyn io::Write, section: &Telling<'_>) -> io::Result<()> {
    writeln!(out, "<h4>{}</h4>", escape(section.title))?;
    if let Some(remark) = section.remark {
        writeln!(out, "<p>{}</p>", prose(remark))?;
    }
    if !section.rows.is_empty() {
        writeln!(out, "<table class=\"settings\">\n<tbody>")?;
        for row in &section.rows {
            let mut behind = String::new();
            for line in &row.behind {
                behind.push_str(&format!("<br><small>{}</small>", escape(line)));
            }
            writeln!(
                out,
                "<tr><th>{}</th><td>{}</td><td>{}{behind}</td></tr>",
                escape(row.label),
                escape(&row.value),
                escape(&row.from)
            )?;
        }
        writeln!(out, "</tbody>\n</table>")?;
    }
    for (why, labels) in &section.open {
        writeln!(
            out,
            "<p class=\"open\">Unknown: {} <small>({})</small></p>",
            escape(&labels.join(", ")),
            escape(why)
        )?;
    }
    Ok(())
}
