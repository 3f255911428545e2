//! Checkstyle's XML, which many review tools read.

use std::collections::BTreeMap;
use std::io;

use super::Run;
use super::entry::{Entry, entries};
use super::xml::Xml;

/// Writes the document: findings by file.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    let all = entries(run);
    let mut files: BTreeMap<&str, Vec<&Entry<'_>>> = BTreeMap::new();
    for entry in &all {
        files.entry(entry.path.unwrap_or("")).or_default().push(entry);
    }
    let mut xml = Xml::new(out)?;
    // The version of the format, not of a program.
    xml.open("checkstyle", &[("version", "4.3")])?;
    for (path, entries) in files {
        xml.open("file", &[("name", path)])?;
        for entry in entries {
            let (line, column) = entry.place.map_or((1, 1), |place| (place.start.line, place.start.column));
            xml.empty(
                "error",
                &[
                    ("line", &line.to_string()),
                    ("column", &column.to_string()),
                    ("severity", &entry.severity.to_string()),
                    ("message", &entry.told()),
                    ("source", &format!("maillint.{}", entry.code)),
                ],
            )?;
        }
        xml.close("file")?;
    }
    xml.close("checkstyle")?;
    xml.finish()
}
