//! Notes of which an export has very many, packed: a directory of 400,000 people is kept in some hundred megabytes. Each is
//! unpacked when it is looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Action, Completeness, Content, Form, Item, Node, Note, Origin};
use crate::source::{FileId, Span};

/// Packed notes, in the order of the file.
#[derive(Debug)]
pub struct Crowd {
    file: FileId,
    /// Forms and item names, which all notes share.
    names: Vec<Arc<str>>,
    numbers: BTreeMap<Arc<str>, u64>,
    bytes: Vec<u8>,
    starts: Vec<u64>,
}

impl Crowd {
    /// None yet.
    #[must_use]
    pub fn new(file: FileId) -> Self {
        Self { file, names: Vec::new(), numbers: BTreeMap::new(), bytes: Vec::new(), starts: Vec::new() }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// All notes, each unpacked as it comes.
    pub fn notes(&self) -> impl Iterator<Item = Note> {
        self.starts.iter().filter_map(|start| {
            let rest = self.bytes.get(usize::try_from(*start).ok()?..)?;
            Unpack { crowd: self, rest, base: 0 }.note()
        })
    }

    /// Adds a document that exists.
    pub fn push(&mut self, note: &Note) {
        self.starts.push(self.bytes.len() as u64);
        let Form::Domino(form) = &note.form else { return };
        let base = note.span.start;
        self.name(form);
        self.number(base);
        self.number(note.span.end - base);
        self.bytes.push(match note.completeness {
            Completeness::Full => 0,
            Completeness::Patch => 1,
            Completeness::Columns => 2,
            Completeness::Restricted => 3,
        });
        self.bytes.push(u8::from(note.origin.conflict) | u8::from(note.origin.unid.is_some()) << 1);
        self.bytes.extend(note.origin.unid.iter().flat_map(|unid| unid.to_be_bytes()));
        self.number(note.items.len() as u64);
        for item in &note.items {
            self.name(&item.name);
            self.span(item.name_span, base);
            self.node(&item.node, base);
        }
    }

    fn name(&mut self, name: &Arc<str>) {
        let number = self.numbers.get(name).copied().unwrap_or_else(|| {
            let number = self.names.len() as u64;
            self.names.push(Arc::clone(name));
            self.numbers.insert(Arc::clone(name), number);
            number
        });
        self.number(number);
    }

    /// Seven bits to a byte, so that small numbers take one.
    fn number(&mut self, number: u64) {
        let mut rest = number;
        while rest >= 0x80 {
            self.bytes.push((rest & 0x7f).to_le_bytes().first().copied().unwrap_or(0) | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest.to_le_bytes().first().copied().unwrap_or(0));
    }

    fn span(&mut self, span: Span, base: u64) {
        self.number(span.start.saturating_sub(base));
        self.number(span.end.saturating_sub(span.start));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn node(&mut self, node: &Node, base: u64) {
        let (kind, text) = match &node.content {
            Content::Text(text) => (1, text),
            Content::Number(text) => (2, text),
            Content::Date(text) => (3, text),
            Content::List(elements) => {
                self.bytes.push(4);
                self.span(node.span, base);
                self.number(elements.len() as u64);
                for element in elements {
                    self.node(element, base);
                }
                return;
            }
            Content::Unresolved { why, .. } => (5, why),
            // Documents of an export hold nothing else.
            Content::Null | Content::Bool(_) | Content::Table(_) => {
                self.bytes.push(0);
                self.span(node.span, base);
                return;
            }
        };
        self.bytes.push(kind);
        self.span(node.span, base);
        self.text(text);
    }
}

struct Unpack<'c> {
    crowd: &'c Crowd,
    rest: &'c [u8],
    base: u64,
}

impl Unpack<'_> {
    fn note(mut self) -> Option<Note> {
        let form = Form::Domino(self.name()?);
        self.base = self.number()?;
        let span = Span { file: self.crowd.file, start: self.base, end: self.base + self.number()? };
        let completeness = match self.byte()? {
            0 => Completeness::Full,
            1 => Completeness::Patch,
            2 => Completeness::Columns,
            _ => Completeness::Restricted,
        };
        let flags = self.byte()?;
        let mut origin = Origin { unid: None, conflict: flags & 1 != 0 };
        if flags & 2 != 0 {
            let (unid, rest) = self.rest.split_first_chunk()?;
            self.rest = rest;
            origin.unid = Some(u128::from_be_bytes(*unid));
        }
        let count = self.number()?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(Item { name: self.name()?, name_span: self.span()?, node: self.node()? });
        }
        Some(Note { form, span, items, completeness, action: Action::Exists, origin })
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn name(&mut self) -> Option<Arc<str>> {
        let number = usize::try_from(self.number()?).ok()?;
        self.crowd.names.get(number).map(Arc::clone)
    }

    fn span(&mut self) -> Option<Span> {
        let start = self.base + self.number()?;
        Some(Span { file: self.crowd.file, start, end: start + self.number()? })
    }

    fn text(&mut self) -> Option<Arc<str>> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok().map(Arc::from)
    }

    fn node(&mut self) -> Option<Node> {
        let kind = self.byte()?;
        let span = self.span()?;
        let content = match kind {
            1 => Content::Text(self.text()?),
            2 => Content::Number(self.text()?),
            3 => Content::Date(self.text()?),
            4 => {
                let count = self.number()?;
                let mut elements = Vec::new();
                for _ in 0..count {
                    elements.push(self.node()?);
                }
                Content::List(elements)
            }
            5 => Content::Unresolved { raw: Arc::from(""), why: self.text()? },
            _ => Content::Null,
        };
        Some(Node { span, content })
    }
}
