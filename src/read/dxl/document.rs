//! One document: its header, and the items that are wanted of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use super::complaints::Complaints;
use super::item::{self, Events};
use super::{Fault, Region, local, plain};
use crate::read::{Content, Item, Node, Origin, Want};
use crate::source::{Problem, Source, Span, is_secret_key};

/// What the start tag of a document says.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// The form; `None` where only an item tells it.
    pub form: Option<Arc<str>>,
    /// It is a document and not the design of something.
    pub is_document: bool,
    /// It is one of two documents that arose from one.
    pub conflict: bool,
    /// A part of it is missing.
    pub truncated: bool,
}

impl Header {
    /// Reads the start tag of a `document` or `note`.
    pub(super) fn read(start: &BytesStart<'_>, span: Span, complaints: &mut Complaints) -> Self {
        let mut header = Self { is_document: true, ..Self::default() };
        for attribute in start.attributes() {
            let attribute = match attribute {
                Ok(attribute) => attribute,
                Err(error) => {
                    complaints.add(
                        Problem::error("xml-syntax", format!("not well-formed XML: {error}"))
                            .at(span, "in this start tag"),
                    );
                    break;
                }
            };
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap_or_default();
            let yes = || value.trim() == "true";
            match local(attribute.key.as_ref()) {
                "form" => header.form = Some(Arc::from(value.trim())),
                "class" => header.is_document = &*value == "document",
                "conflict" => header.conflict = yes(),
                "truncated" => header.truncated = yes(),
                other if other.eq_ignore_ascii_case("form") => complaints.add(
                    Problem::warning("dxl-attribute", format!("unknown attribute `{other}`"))
                        .at(span, "not understood, as names in XML are written in one way only")
                        .help("did you mean `form`?"),
                ),
                _ => {}
            }
        }
        header.form = header.form.filter(|form| !form.is_empty());
        header
    }
}

/// What the content of a document says.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub items: Vec<Item>,
    pub origin: Origin,
    /// It shows what Domino keeps of the history of every document, so the export left nothing out.
    pub history: bool,
    /// It ended before its end.
    pub broken: bool,
}

/// Texts that occur in every document, held once, and whether what has the name is a secret.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<Arc<str>, bool>);

impl Names {
    pub(super) fn get(&mut self, name: &str) -> Arc<str> {
        self.known(name).0
    }

    pub(super) fn is_secret(&mut self, name: &str) -> bool {
        self.known(name).1
    }

    fn known(&mut self, name: &str) -> (Arc<str>, bool) {
        if let Some((known, secret)) = self.0.get_key_value(name) {
            return (Arc::clone(known), *secret);
        }
        let (shared, secret) = (Arc::from(name), is_secret_key(name));
        self.0.insert(Arc::clone(&shared), secret);
        (shared, secret)
    }
}

/// Reads the content of a document. What follows something that is not well-formed is not read.
pub(super) fn read(
    region: Region<'_>,
    want: Want<'_>,
    names: &mut Names,
    source: &Source,
    complaints: &mut Complaints,
) -> Body {
    if let Some(body) = plain::read(region, want, names, source, complaints) {
        return body;
    }
    let mut body = Body::default();
    let mut events = Events::new(region);
    if let Err((at, fault)) = items(&mut events, want, &mut body, names, source, complaints) {
        body.broken = true;
        complaints.add(super::not_well_formed(&fault, Span::at(region.file, at)));
    }
    body
}

fn items(
    events: &mut Events<'_>,
    want: Want<'_>,
    body: &mut Body,
    names: &mut Names,
    source: &Source,
    complaints: &mut Complaints,
) -> Result<(), item::Broken> {
    loop {
        let event = events.next()?;
        match &event {
            Event::Start(start) => element(events, start, false, want, body, names, source, complaints)?,
            Event::Empty(start) => element(events, start, true, want, body, names, source, complaints)?,
            Event::Eof => return Ok(()),
            Event::Decl(_) => {
                return Err((events.at, Fault::Rule("an XML declaration stands at the beginning of the file")));
            }
            Event::DocType(_) => {
                return Err((events.at, Fault::Rule("a document type stands before the root element")));
            }
            _ => {}
        }
    }
}

/// Items that tell what a document is are read whatever is wanted.
pub(super) const ALWAYS_READ: [&str; 3] = ["Form", "Type", "$Conflict"];

/// Whether an item is one of them.
pub(super) fn is_always_read(name: &str) -> bool {
    ALWAYS_READ.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// One element of a document, whose start tag has been read.
pub(super) fn element(
    events: &mut Events<'_>,
    start: &BytesStart<'_>,
    empty: bool,
    want: Want<'_>,
    body: &mut Body,
    names: &mut Names,
    source: &Source,
    complaints: &mut Complaints,
) -> Result<(), item::Broken> {
    let full = start.name();
    match local(full.as_ref()) {
        "item" => {
            if let Some((name, name_span)) = name_of(start, events, complaints)
                && (want.item(&name) || is_always_read(&name))
            {
                return one_item(events, start, empty, (&name, name_span), body, names, source, complaints);
            }
        }
        "noteinfo" => {
            let unid = start.attributes().flatten().find(|attribute| local(attribute.key.as_ref()) == "unid");
            body.origin.unid = unid.and_then(|unid| u128::from_str_radix(unid.value.trim(), 16).ok());
        }
        other => body.history |= matches!(other, "updatedby" | "revisions"),
    }
    if empty { Ok(()) } else { events.skip() }
}

/// The name of an item and where it stands.
fn name_of(start: &BytesStart<'_>, events: &Events<'_>, complaints: &mut Complaints) -> Option<(String, Span)> {
    let tag = Span { file: events.region.file, start: events.at, end: events.offset() };
    let mut found = None;
    for attribute in start.attributes() {
        match attribute {
            Ok(attribute) if local(attribute.key.as_ref()) == "name" => {
                let span = events.region.place(&attribute.value).unwrap_or(tag);
                let name = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok();
                found = name.map(|name| (name.into_owned(), span));
            }
            Ok(_) => {}
            Err(error) => {
                complaints.add(
                    Problem::error("xml-syntax", format!("not well-formed XML: {error}")).at(tag, "in this start tag"),
                );
                return None;
            }
        }
    }
    if found.is_some() {
        return found;
    }
    complaints.add(Problem::warning("dxl-item", "an item without a name").at(tag, "not read"));
    None
}

fn one_item(
    events: &mut Events<'_>,
    start: &BytesStart<'_>,
    empty: bool,
    (name, name_span): (&str, Span),
    body: &mut Body,
    names: &mut Names,
    source: &Source,
    complaints: &mut Complaints,
) -> Result<(), item::Broken> {
    let tag = Span { file: events.region.file, start: events.at, end: events.offset() };
    let sealed = start
        .attributes()
        .flatten()
        .any(|attribute| matches!(local(attribute.key.as_ref()), "sealed" | "seal") && &*attribute.value == "true");
    let content_start = events.offset();
    let value = if empty { None } else { item::value(events, name, complaints)? };
    if names.is_secret(name) && !empty {
        source.mark_secret(Span { start: content_start, end: events.at.max(content_start), ..tag });
    }
    let node = match value {
        Some(Node { span, content }) if sealed && !matches!(content, Content::Unresolved { .. }) => Node {
            span,
            content: Content::Unresolved {
                raw: Arc::from(""),
                why: Arc::from(format!("the item `{name}` is encrypted")),
            },
        },
        Some(node) => node,
        None => Node { span: tag, content: Content::Null },
    };
    push(name, name_span, node, body, names, complaints);
    Ok(())
}

/// Adds an item.
pub(super) fn push(
    name: &str,
    name_span: Span,
    node: Node,
    body: &mut Body,
    names: &mut Names,
    complaints: &mut Complaints,
) {
    if name.eq_ignore_ascii_case("$Conflict") {
        body.origin.conflict = true;
    }
    let twin = body.items.iter().find(|item| item.name.eq_ignore_ascii_case(name) && !name.starts_with('$'));
    if let Some(first) = twin.filter(|first| !matches!(first.node.content, Content::Unresolved { .. })) {
        complaints.add(
            Problem::info("item-repeated", format!("the document has the item `{name}` more than once"))
                .at(name_span, "again here")
                .at(first.name_span, "the first"),
        );
    }
    body.items.push(Item { name: names.get(name), name_span, node });
}
