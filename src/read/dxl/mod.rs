//! DXL, the XML in which Domino exports documents (formats.md 1). The file is a stream: documents are cut out of it one by
//! one, and those that nobody wants are passed over without building anything.

mod ahead;
mod builder;
mod complaints;
mod document;
mod head;
mod item;
mod plain;
mod simple;
mod strict;
mod walk;
mod window;
mod workshop;

use crate::source::{FileId, Problem, Span};

pub(super) use walk::read;

/// The text of one document's content and where it lies.
#[derive(Debug, Clone, Copy)]
struct Region<'r> {
    text: &'r str,
    base: u64,
    file: FileId,
}

impl Region<'_> {
    /// The text of a span in the region.
    fn slice(&self, span: Span) -> &str {
        let local = |offset: u64| usize::try_from(offset.saturating_sub(self.base)).unwrap_or(usize::MAX);
        self.text.get(local(span.start)..local(span.end)).unwrap_or("")
    }

    /// The place of a part of the text; `None` if it is not a part of it.
    fn place(&self, part: &str) -> Option<Span> {
        let at = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let start = (at + part.len() <= self.text.len()).then_some(self.base + at as u64)?;
        Some(Span { file: self.file, start, end: start + part.len() as u64 })
    }
}

/// A name without its namespace prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Why the text cannot be read on.
#[derive(Debug)]
enum Fault {
    /// The parser says so.
    Parser(quick_xml::Error),
    /// The parser does not mind.
    Rule(&'static str),
}

fn not_well_formed(fault: &Fault, at: Span) -> Problem {
    let error = match fault {
        Fault::Parser(error) => error,
        Fault::Rule(what) => {
            return Problem::error("xml-syntax", format!("not well-formed XML: {what}")).at(at, "here");
        }
    };
    if let quick_xml::Error::Io(error) = error {
        return match error.get_ref().filter(|inner| inner.is::<window::TooLong>()) {
            Some(_) => Problem::error("xml-too-long", error.to_string())
                .at(at, "begins here; the file is read up to here only")
                .help("no export has such a thing; make a new one"),
            None => Problem::error("input-unreadable", format!("cannot read on: {error}")).at(at, "read up to here"),
        };
    }
    let text = error.to_string();
    let text = ["syntax error: ", "ill-formed document: "]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(&text);
    Problem::error("xml-syntax", format!("not well-formed XML: {text}")).at(at, "here")
}

/// The name of the root element of an XML text, and where it stands, by its beginning. Comments, instructions and a
/// document type may come before.
pub(super) fn root(head: &str) -> Option<(&str, usize)> {
    let mut at = head.len() - head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
    loop {
        let rest = head.get(at..)?;
        let passed = if rest.starts_with("<!--") {
            rest.find("-->")? + 3
        } else if rest.starts_with("<?") {
            rest.find("?>")? + 2
        } else if rest.starts_with("<!") {
            // A document type may have declarations of its own, in brackets.
            let end = rest.find('>')?;
            let from = rest.find('[').filter(|open| *open < end).map_or(Some(0), |_| rest.find(']'))?;
            from + rest.get(from..)?.find('>')? + 1
        } else {
            let name = rest.strip_prefix('<')?;
            let end = name.find(|character: char| character.is_whitespace() || matches!(character, '>' | '/'))?;
            return Some((name.get(..end)?, at));
        };
        let next = rest.get(passed..)?;
        at += passed + next.len() - next.trim_start().len();
    }
}

#[cfg(test)]
mod tests {
    use super::root;

    #[test]
    fn the_root_is_found_behind_what_may_come_before() {
        for (text, name) in [
            ("<database>", "database"),
            (
                "\u{feff}<?xml version='1.0'?>\n<!-- <a> -->\n<!DOCTYPE note SYSTEM 'x.dtd'><note\n class='document'>",
                "note",
            ),
            ("<!DOCTYPE d [<!ENTITY a 'b'>]> <d:document/>", "d:document"),
        ] {
            assert_eq!(root(text).map(|(name, _)| name), Some(name));
        }
        assert_eq!(root("<!-- "), None);
        assert_eq!(root("text"), None);
    }
}
