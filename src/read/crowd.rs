//! Notes of which an export has very many, packed: a directory of 400,000 people passes through in some hundred megabytes.
//! Each is unpacked when it is looked at.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::pack::{Pack, Unpack};
use super::{Action, Completeness, Content, Form, Item, Node, Note, Origin};
use crate::source::{FileId, Span};

/// So many bytes of notes lie in one block.
const BLOCK: usize = 1 << 20;

/// Packed notes, in the order of the file.
#[derive(Debug)]
pub struct Crowd {
    file: FileId,
    names: Names,
    blocks: Vec<Block>,
}

/// Forms and item names, which all notes share.
#[derive(Debug, Default)]
struct Names {
    /// In the order of their numbers, for all parts of the crowd.
    all: Arc<Mutex<Vec<Arc<str>>>>,
    /// Those that have occurred here.
    numbers: BTreeMap<Arc<str>, u64>,
}

/// Some of the notes.
#[derive(Debug, Default)]
struct Block {
    bytes: Vec<u8>,
    starts: Vec<u32>,
}

impl Crowd {
    /// None yet.
    #[must_use]
    pub fn new(file: FileId) -> Self {
        Self { file, names: Names::default(), blocks: Vec::new() }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.starts.len()).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// None yet, for a part of the file whose notes are appended to these.
    #[must_use]
    pub(super) fn beside(&self) -> Self {
        let names = Names { all: Arc::clone(&self.names.all), numbers: BTreeMap::new() };
        Self { file: self.file, names, blocks: Vec::new() }
    }

    /// All notes, each unpacked as it comes.
    pub fn notes(&self) -> impl Iterator<Item = Note> {
        let names = self.names.all();
        self.blocks.iter().flat_map(move |block| block.notes(self.file, Arc::clone(&names)))
    }

    /// The notes in parts. What has been passed is given back.
    pub(crate) fn into_parts(self) -> impl Iterator<Item = Part> {
        let names = self.names.all();
        self.blocks.into_iter().map(move |block| Part { file: self.file, names: Arc::clone(&names), block })
    }

    /// Adds a document that exists.
    pub fn push(&mut self, note: &Note) {
        let Form::Domino(form) = &note.form else { return };
        let names = &mut self.names;
        if let Some(block) = last(&mut self.blocks) {
            block.begin();
            block.note(note, form, names);
        }
    }

    /// Adds the notes of a part of the file, which was begun beside these.
    pub(super) fn append(&mut self, part: Self) {
        for other in part.blocks {
            if let Some(block) = last(&mut self.blocks) {
                for start in other.starts {
                    block.begin_after(start);
                }
                block.bytes.extend_from_slice(&other.bytes);
            }
        }
    }
}

/// The block that takes further notes.
fn last(blocks: &mut Vec<Block>) -> Option<&mut Block> {
    if blocks.last().is_none_or(|block| block.bytes.len() >= BLOCK) {
        if let Some(full) = blocks.last_mut() {
            full.bytes.shrink_to_fit();
            full.starts.shrink_to_fit();
        }
        blocks.push(Block::default());
    }
    blocks.last_mut()
}

/// A part of a crowd.
#[derive(Debug)]
pub(crate) struct Part {
    file: FileId,
    names: Arc<[Arc<str>]>,
    block: Block,
}

impl Part {
    /// Its notes, each unpacked as it comes.
    pub(crate) fn notes(&self) -> impl Iterator<Item = Note> {
        self.block.notes(self.file, Arc::clone(&self.names))
    }
}

impl Names {
    fn all(&self) -> Arc<[Arc<str>]> {
        self.all.lock().map_or_else(|_| Arc::default(), |all| Arc::from(all.as_slice()))
    }

    fn number(&mut self, name: &Arc<str>) -> u64 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        // A panic of another thread ends everything.
        let Ok(mut all) = self.all.lock() else { return u64::MAX };
        let known = all.iter().position(|known| known == name);
        let number = known.unwrap_or_else(|| {
            all.push(Arc::clone(name));
            all.len() - 1
        }) as u64;
        self.numbers.insert(Arc::clone(name), number);
        number
    }
}

impl Block {
    fn notes(&self, file: FileId, names: Arc<[Arc<str>]>) -> impl Iterator<Item = Note> {
        self.starts.iter().filter_map(move |start| {
            let rest = self.bytes.get(usize::try_from(*start).ok()?..)?;
            Notes { file, names: &names, unpack: Unpack::new(rest), base: 0 }.note()
        })
    }

    /// A note begins.
    fn begin(&mut self) {
        self.begin_after(0);
    }

    /// A note begins so many bytes on. A block ends long before its bytes are too many to count.
    fn begin_after(&mut self, bytes: u32) {
        let end = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        self.starts.push(end.saturating_add(bytes));
    }

    fn note(&mut self, note: &Note, form: &Arc<str>, names: &mut Names) {
        let base = note.span.start;
        self.bytes.number(names.number(form));
        self.bytes.number(base);
        self.bytes.number(note.span.end - base);
        self.bytes.push(match note.completeness {
            Completeness::Full => 0,
            Completeness::Patch => 1,
            Completeness::Columns => 2,
            Completeness::Restricted => 3,
        });
        self.bytes.push(u8::from(note.origin.conflict) | u8::from(note.origin.unid.is_some()) << 1);
        self.bytes.extend(note.origin.unid.iter().flat_map(|unid| unid.to_be_bytes()));
        self.bytes.number(note.items.len() as u64);
        for item in &note.items {
            self.bytes.number(names.number(&item.name));
            self.span(item.name_span, base);
            self.node(&item.node, base);
        }
    }

    fn span(&mut self, span: Span, base: u64) {
        self.bytes.number(span.start.saturating_sub(base));
        self.bytes.number(span.end.saturating_sub(span.start));
    }

    fn node(&mut self, node: &Node, base: u64) {
        let (kind, text) = match &node.content {
            Content::Text(text) => (1, text),
            Content::Number(text) => (2, text),
            Content::Date(text) => (3, text),
            Content::List(elements) => {
                self.bytes.push(4);
                self.span(node.span, base);
                self.bytes.number(elements.len() as u64);
                for element in elements {
                    self.node(element, base);
                }
                return;
            }
            Content::Unresolved { raw, why } => {
                self.bytes.push(5);
                self.span(node.span, base);
                self.bytes.text(raw);
                self.bytes.text(why);
                return;
            }
            // Documents of an export hold nothing else.
            Content::Null | Content::Bool(_) | Content::Table(_) => {
                self.bytes.push(0);
                self.span(node.span, base);
                return;
            }
        };
        self.bytes.push(kind);
        self.span(node.span, base);
        self.bytes.text(text);
    }
}

struct Notes<'c> {
    file: FileId,
    names: &'c [Arc<str>],
    unpack: Unpack<'c>,
    base: u64,
}

impl Notes<'_> {
    fn note(mut self) -> Option<Note> {
        let form = Form::Domino(self.name()?);
        self.base = self.unpack.number()?;
        let span = Span { file: self.file, start: self.base, end: self.base + self.unpack.number()? };
        let completeness = match self.unpack.byte()? {
            0 => Completeness::Full,
            1 => Completeness::Patch,
            2 => Completeness::Columns,
            _ => Completeness::Restricted,
        };
        let flags = self.unpack.byte()?;
        let mut origin = Origin { unid: None, conflict: flags & 1 != 0 };
        if flags & 2 != 0 {
            origin.unid = Some(u128::from_be_bytes(self.unpack.bytes()?));
        }
        let count = self.unpack.number()?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(Item { name: self.name()?, name_span: self.span()?, node: self.node()? });
        }
        Some(Note { form, span, items, completeness, action: Action::Exists, origin })
    }

    fn name(&mut self) -> Option<Arc<str>> {
        self.names.get(self.unpack.index()?).map(Arc::clone)
    }

    fn span(&mut self) -> Option<Span> {
        let start = self.base + self.unpack.number()?;
        Some(Span { file: self.file, start, end: start + self.unpack.number()? })
    }

    fn text(&mut self) -> Option<Arc<str>> {
        self.unpack.text().map(Arc::from)
    }

    fn node(&mut self) -> Option<Node> {
        let kind = self.unpack.byte()?;
        let span = self.span()?;
        let content = match kind {
            1 => Content::Text(self.text()?),
            2 => Content::Number(self.text()?),
            3 => Content::Date(self.text()?),
            4 => {
                let count = self.unpack.number()?;
                let mut elements = Vec::new();
                for _ in 0..count {
                    elements.push(self.node()?);
                }
                Content::List(elements)
            }
            5 => Content::Unresolved { raw: self.text()?, why: self.text()? },
            _ => Content::Null,
        };
        Some(Node { span, content })
    }
}
