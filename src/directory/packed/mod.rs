//! Documents of which a directory has very many: people, mail-in databases, groups. They are kept packed, in some 250 bytes
//! each; a field is read where it lies, and a document is unpacked for those who look at all of it.

mod document;
mod fields;
mod write;

use std::sync::{Arc, OnceLock};

use super::Aliases;
use super::document::{DirectoryId, Document};
use super::vocabulary::Kind;
use crate::source::FileId;

/// Documents of one kind in the order of their file.
#[derive(Debug)]
pub(super) struct Packed {
    common: Common,
    /// The number of the first one.
    first: u32,
    /// The names of their items.
    items: Vec<Arc<str>>,
    bytes: Vec<u8>,
    starts: Vec<u32>,
    /// Those that somebody asked for.
    whole: OnceLock<Vec<OnceLock<Box<Document>>>>,
}

/// What the documents of one kind and one export have in common.
#[derive(Debug, Clone)]
pub(super) struct Common {
    pub(super) kind: Kind,
    pub(super) file: FileId,
    pub(super) directory: DirectoryId,
    pub(super) whole_directory: bool,
    pub(super) from_items: bool,
    pub(super) aliases: Arc<Aliases>,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub struct PackedDocument<'p> {
    of: &'p Packed,
    index: usize,
}

/// A universal ID is written.
const UNID: u8 = 4;
/// A name is written.
const NAMED: u8 = 8;

impl Packed {
    pub(super) fn new(common: Common) -> Self {
        Self { common, first: 0, items: Vec::new(), bytes: Vec::new(), starts: Vec::new(), whole: OnceLock::new() }
    }

    pub(super) fn kind(&self) -> Kind {
        self.common.kind
    }

    pub(super) fn whole_directory(&self) -> bool {
        self.common.whole_directory
    }

    pub(super) fn is_exported(&self) -> bool {
        self.common.from_items
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The number of the first document.
    pub(super) fn first(&self) -> u32 {
        self.first
    }

    /// Numbers the documents from here on.
    pub(super) fn number(&mut self, first: u32) {
        self.first = first;
    }

    /// Gives back what nothing more is written to.
    pub(super) fn close(&mut self) {
        self.bytes.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    pub(super) fn get(&self, index: usize) -> Option<PackedDocument<'_>> {
        (index < self.len()).then_some(PackedDocument { of: self, index })
    }

    pub(super) fn documents(&self) -> impl Iterator<Item = PackedDocument<'_>> {
        (0..self.len()).map(|index| PackedDocument { of: self, index })
    }

    /// The document as a whole, which stays unpacked.
    pub(super) fn whole(&self, index: usize) -> Option<&Document> {
        let one = self.get(index)?;
        let whole = self.whole.get_or_init(|| (0..self.len()).map(|_| OnceLock::new()).collect()).get(index)?;
        match whole.get() {
            Some(known) => Some(known),
            None => {
                let document = Box::new(one.unpack()?);
                Some(whole.get_or_init(|| document))
            }
        }
    }

    /// Takes some documents out.
    pub(super) fn take(&mut self, wanted: impl Fn(PackedDocument<'_>) -> bool) -> Vec<Document> {
        let (taken, kept): (Vec<usize>, Vec<usize>) =
            (0..self.len()).partition(|index| wanted(PackedDocument { of: self, index: *index }));
        let documents = taken.into_iter().filter_map(|index| self.get(index)?.unpack()).collect();
        self.starts = kept.into_iter().filter_map(|index| self.starts.get(index).copied()).collect();
        documents
    }
}

/// The field that names a document alone.
fn naming_field(kind: Kind) -> Option<&'static str> {
    match kind.spec().names.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}
