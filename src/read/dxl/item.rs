//! The value of one item: what stands between `<item>` and `</item>` (formats.md 1.4).

use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::complaints::Complaints;
use super::{Fault, Region, local, strict};
use crate::read::{Content, Node};
use crate::source::{Problem, Span};

/// What went wrong, and where in the region.
pub(super) type Broken = (u64, Fault);

/// The events of a document's content with their places.
pub(super) struct Events<'r> {
    reader: Reader<&'r [u8]>,
    pub(super) region: Region<'r>,
    /// Where the last event began.
    pub(super) at: u64,
}

impl<'r> Events<'r> {
    pub(super) fn new(region: Region<'r>) -> Self {
        Self { reader: Reader::from_str(region.text), region, at: region.base }
    }

    pub(super) fn next(&mut self) -> Result<Event<'r>, Broken> {
        self.at = self.offset();
        let event = self.reader.read_event().map_err(|error| (self.at, Fault::Parser(error)))?;
        match strict::fault(&event) {
            None => Ok(event),
            Some(what) => Err((self.at, Fault::Rule(what))),
        }
    }

    /// Where the next event begins.
    pub(super) fn offset(&self) -> u64 {
        self.region.base + self.reader.buffer_position()
    }

    /// Passes the element whose start tag has been read.
    pub(super) fn skip(&mut self) -> Result<(), Broken> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(ended(self, "element")),
                _ => {}
            }
        }
        Ok(())
    }

    fn span(&self, start: u64, end: u64) -> Span {
        Span { file: self.region.file, start, end }
    }
}

/// Reads the value of an item whose start tag has been read. `None` if there is none.
pub(super) fn value(events: &mut Events<'_>, name: &str, complaints: &mut Complaints) -> Result<Option<Node>, Broken> {
    let mut found: Option<Node> = None;
    loop {
        let event = events.next()?;
        let (start, empty) = match &event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => return Ok(found),
            Event::Eof => return Err(ended(events, "item")),
            Event::Text(text) if text.trim_ascii().is_empty() => continue,
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {
                let here = events.span(events.at, events.offset());
                complaints.add(
                    Problem::warning("dxl-item", format!("the item `{name}` has text outside of an element"))
                        .at(here, "not read")
                        .help("a value stands in `<text>`, `<number>`, `<datetime>` or a list of them"),
                );
                continue;
            }
            _ => continue,
        };
        let node = content(events, start, empty, name, complaints)?;
        if let Some(first) = &found {
            complaints.add(
                Problem::warning("dxl-item", format!("the item `{name}` has more than one value"))
                    .at(node.span, "not used")
                    .at(first.span, "this one is used"),
            );
        } else {
            found = Some(node);
        }
    }
}

fn content(
    events: &mut Events<'_>,
    start: &BytesStart<'_>,
    empty: bool,
    name: &str,
    complaints: &mut Complaints,
) -> Result<Node, Broken> {
    let tag = events.at;
    let full = start.name();
    let kind = local(full.as_ref());
    let whole = events.span(tag, events.offset());
    let content = match (kind, empty) {
        ("text", true) => Content::Text(Arc::from("")),
        // An empty number or date is one that is missing.
        ("number" | "datetime", true) => Content::Null,
        ("textlist" | "numberlist" | "datetimelist", true) => Content::List(Vec::new()),
        ("text" | "number" | "datetime", false) => return text(events, kind, name, complaints),
        ("textlist" | "numberlist" | "datetimelist", false) => return list(events, name, false, complaints),
        (_, empty) => {
            let what = match kind {
                "richtext" => "rich text",
                "formula" => "a formula",
                "object" | "file" => "an attachment",
                _ => "in a raw form",
            };
            if !empty {
                events.skip()?;
            }
            let why = format!("the item `{name}` is {what}, which is not read");
            let end = events.offset();
            return Ok(Node {
                span: events.span(tag, end.min(whole.end)),
                content: Content::Unresolved { raw: Arc::from(""), why: why.into() },
            });
        }
    };
    Ok(Node { span: whole, content })
}

/// A text, number or date whose start tag has been read.
fn text(events: &mut Events<'_>, kind: &str, name: &str, complaints: &mut Complaints) -> Result<Node, Broken> {
    let start = events.offset();
    let mut value = String::new();
    let mut open: Option<String> = None;
    loop {
        let event = events.next()?;
        match &event {
            Event::Text(text) => value.push_str(&text.xml10_content()),
            Event::CData(text) => value.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => match character(reference) {
                Some(character) => value.push(character),
                None => {
                    let written = format!("&{};", &**reference);
                    complaints.add(
                        Problem::warning("xml-entity", format!("`{written}` is not resolved"))
                            .at(events.span(events.at, events.offset()), "treated as unknown")
                            .help("Domino writes characters, not entities; export the document again"),
                    );
                    value.push_str(&written);
                    open = Some(format!("the item `{name}` uses `{written}`, which is not resolved"));
                }
            },
            Event::Start(element) | Event::Empty(element) => {
                let tag = events.at;
                let full = element.name();
                let what = local(full.as_ref());
                if what == "break" {
                    value.push('\n');
                } else if let ("nonxmlchar", Some(character)) = (what, nonxml(element)) {
                    value.push(character);
                } else {
                    complaints.add(
                        Problem::warning("dxl-item", format!("the item `{name}` has an element `{what}` in its text"))
                            .at(events.span(tag, events.offset()), "not read"),
                    );
                    open = Some(format!("the item `{name}` holds more than text"));
                }
                if matches!(event, Event::Start(_)) {
                    events.skip()?;
                }
            }
            Event::End(_) => break,
            Event::Eof => return Err(ended(events, kind)),
            _ => {}
        }
    }
    let span = events.span(start, events.at);
    if value.contains(|character: char| character < ' ' && !matches!(character, '\t' | '\n' | '\r'))
        && events.region.slice(span).contains(|character: char| character < ' ' && !character.is_ascii_whitespace())
    {
        complaints.add(
            Problem::warning("xml-control-character", format!("the item `{name}` has a control character"))
                .at(span, "XML cannot hold it")
                .help("Domino writes `<nonxmlchar/>` for it, so the file was changed after the export"),
        );
    }
    let content = match (open, kind) {
        (Some(why), _) => Content::Unresolved { raw: value.into(), why: why.into() },
        (None, "text") => Content::Text(value.into()),
        (None, _) if value.trim().is_empty() => Content::Null,
        (None, "number") => Content::Number(value.trim().into()),
        (None, _) => Content::Date(value.trim().into()),
    };
    Ok(Node { span, content })
}

/// A list whose start tag has been read, or the two ends of a range of dates (`pair`) in one.
fn list(events: &mut Events<'_>, name: &str, pair: bool, complaints: &mut Complaints) -> Result<Node, Broken> {
    let mut elements: Vec<Node> = Vec::new();
    let outer = events.at;
    loop {
        let event = events.next()?;
        let (element, empty) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(_) => break,
            Event::Eof => return Err(ended(events, "list")),
            _ => continue,
        };
        match local(element.name().as_ref()) {
            "datetimepair" if !empty && !pair => {
                let pair = list(events, name, true, complaints)?;
                let parts: Vec<&str> = pair
                    .elements()
                    .iter()
                    .filter_map(|node| match &node.content {
                        Content::Date(text) => Some(&**text),
                        _ => None,
                    })
                    .collect();
                elements.push(Node { span: pair.span, content: Content::Date(parts.join("/").into()) });
            }
            "text" | "number" | "datetime" => {
                let node = content(events, element, empty, name, complaints)?;
                // A text that is empty is an element all the same; a number or date is none.
                if !node.is_null() {
                    elements.push(node);
                }
            }
            what => {
                complaints.add(
                    Problem::warning("dxl-item", format!("the item `{name}` has an element `{what}` in its list"))
                        .at(events.span(events.at, events.offset()), "not read"),
                );
                if !empty {
                    events.skip()?;
                }
            }
        }
    }
    let span = match (elements.first(), elements.last()) {
        (Some(first), Some(last)) => first.span.to(last.span),
        _ => events.span(outer, events.offset()),
    };
    Ok(Node { span, content: Content::List(elements) })
}

/// The character that a reference stands for; `None` for an entity that some other file would have to declare.
fn character(reference: &BytesRef<'_>) -> Option<char> {
    if reference.is_char_ref() {
        return legal(reference);
    }
    match &**reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The character of a numeric reference, if XML can hold it.
pub(super) fn legal(reference: &BytesRef<'_>) -> Option<char> {
    let character = reference.resolve_char_ref().ok().flatten()?;
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..).then_some(character)
}

/// The control character that `<nonxmlchar value='hex'/>` stands for.
fn nonxml(element: &BytesStart<'_>) -> Option<char> {
    let attribute = element.attributes().flatten().find(|attribute| local(attribute.key.as_ref()) == "value")?;
    let digits = attribute.value.trim().trim_start_matches("0x").to_owned();
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
}

fn ended(events: &Events<'_>, what: &str) -> Broken {
    let error = quick_xml::errors::IllFormedError::MissingEndTag(what.to_owned());
    (events.at, Fault::Parser(error.into()))
}
