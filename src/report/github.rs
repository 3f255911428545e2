//! Annotations of GitHub Actions: `::error file=…,line=…::message`.
//!
//! GitHub shows ten annotations of each kind for a step; what is beyond is printed as lines of the log.

use std::collections::BTreeMap;
use std::io;

use super::Run;
use super::concise::{counts, line};
use super::entry::{Entry, entries};
use super::sanitize::{one_line, printable};
use crate::source::Severity;

const SHOWN: usize = 10;

/// Writes annotations, the worst first, and a line with the counts.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    let mut written: BTreeMap<Severity, usize> = BTreeMap::new();
    let mut all = entries(run);
    all.retain(|entry| !run.detail.quiet || entry.severity > Severity::Info);
    all.sort_by_key(|entry| std::cmp::Reverse(entry.severity));
    for entry in &all {
        let count = written.entry(entry.severity).or_default();
        *count += 1;
        if *count > SHOWN {
            // A line that begins so would be a command.
            writeln!(out, "{}", line(entry).trim_start_matches(':'))?;
        } else {
            writeln!(out, "{}", annotation(entry))?;
        }
    }
    writeln!(out, "maillint: {}", counts(run))
}

fn annotation(entry: &Entry<'_>) -> String {
    let command = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = Vec::new();
    if let Some(path) = entry.path {
        properties.push(("file", path.to_owned()));
    }
    if let Some(place) = &entry.place {
        properties.push(("line", place.start.line.to_string()));
        properties.push(("endLine", place.end.line.to_string()));
        // GitHub refuses columns where the lines differ.
        if place.start.line == place.end.line {
            properties.push(("col", place.start.column.to_string()));
            properties.push(("endColumn", place.end.column.to_string()));
        }
    }
    properties.push(("title", format!("maillint: {}", entry.code)));
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(&one_line(value, false, 1000)))).collect();
    let help = entry.help.map(|help| format!("\n{help}")).unwrap_or_default();
    format!("::{command} {}::{}", properties.join(","), data(&printable(&format!("{}{help}", entry.told()), false)))
}

/// Escapes the data of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_begins_a_command() {
        let entry = Entry {
            severity: Severity::Error,
            code: "a",
            message: "50%\n::set-env::x",
            help: None,
            place: None,
            path: Some("a,b:c%.toml"),
            environment: None,
            finding: None,
        };
        assert_eq!(annotation(&entry), "::error file=a%2Cb%3Ac%25.toml,title=maillint%3A a::50%25%0A::set-env::x");
    }
}
