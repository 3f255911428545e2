//! What each server really does.

use std::io;

use super::{escape, prose};
use crate::report::effective::{Telling, tell};
use crate::report::{Report, picture};

/// Larger environments would make a page that no browser opens; `maillint effective` shows the rest.
const SHOWN: usize = 100;

/// Writes the pictures of all servers.
pub(super) fn write_all(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    let pictures = picture::first(report.model, SHOWN);
    if pictures.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h3>What each server does</h3>")?;
    for picture in &pictures {
        writeln!(out, "<details class=\"server\"><summary>{}</summary>", escape(&picture.server))?;
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
