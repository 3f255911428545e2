//! Typed documents, names, groups. Knows the vocabulary; knows nothing of precedence between documents.

mod aliases;
mod at_hand;
mod build;
mod consistency;
mod crowd;
mod decode;
mod demand;
mod document;
mod fields;
mod groups;
mod inventory;
mod keywords;
mod labels;
pub mod learn;
mod location;
mod merge;
mod name;
mod packed;
mod unread;
mod update;
pub mod vocabulary;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

pub use aliases::{Aliases, looks_like_smtp};
pub use at_hand::AtHand;
pub use demand::demand;
pub use document::{DirectoryId, Document, Entry, Field, FieldContent, ItemName, NamedEntry, Record};
pub use groups::{Groups, Membership};
pub use location::{DocumentId, Location};
pub use name::{abbreviate, name_key, same_name};
pub use packed::PackedDocument;
pub use vocabulary::Kind;

use packed::Packed;

use crate::read::Export;
use crate::source::{Problem, Span};

/// All documents of one environment. Those of which there are very many are packed; a document's number says nothing of
/// where it is kept.
#[derive(Debug, Default)]
pub struct Environment {
    documents: Vec<Document>,
    /// Numbered on from the documents, those of one kind one after the other.
    packed: Vec<Packed>,
    /// Lower-case names of the Domino domains whose directories the documents belong to, where known.
    directories: Vec<Option<String>>,
    /// Replication and save conflicts, which nothing uses.
    conflicts: Vec<Document>,
    /// Why the input lacks something, beside what its files say of themselves.
    gaps: Vec<Arc<str>>,
    groups: OnceLock<Groups>,
    kinds: OnceLock<BTreeMap<Kind, Vec<usize>>>,
}

/// The numbers of conflicts start here; documents are never so many.
const FIRST_CONFLICT: u32 = 1 << 31;

/// Where a [`Location`] lies in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The bytes to underline: the value, or what stands for the document if the field is not set.
    pub span: Span,
    /// The item or key as written, if the field is set.
    pub item: Option<Arc<str>>,
}

impl Environment {
    /// Builds the environment that several exports describe together.
    #[must_use]
    pub fn build(exports: Vec<Export>, problems: &mut Vec<Problem>) -> Self {
        Self::build_with(exports, Aliases::default(), problems)
    }

    /// The same with item names that the vocabulary does not know.
    #[must_use]
    pub fn build_with(exports: Vec<Export>, aliases: Aliases, problems: &mut Vec<Problem>) -> Self {
        build::build(exports, &Arc::new(aliases), problems)
    }

    /// Takes in a document as a whole, under the next number. Packed ones come afterwards.
    fn hold(&mut self, mut document: Document) {
        document.id = DocumentId(u32::try_from(self.documents.len()).unwrap_or(u32::MAX));
        self.documents.push(document);
    }

    /// Takes in packed documents.
    fn number(&mut self, packed: impl Iterator<Item = Packed>) {
        self.packed = packed.filter(|packed| packed.len() > 0).collect();
        // Groups come first: their numbers do not depend on whether people are read.
        self.packed.sort_by_key(|packed| Reverse(packed.kind()));
        let mut next = self.documents.len();
        for packed in &mut self.packed {
            packed.number(u32::try_from(next).unwrap_or(u32::MAX));
            next += packed.len();
        }
    }

    /// How many documents there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len() + self.packed.iter().map(Packed::len).sum::<usize>()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.packed.is_empty()
    }

    /// The documents that are held as a whole, in the order of the input. Only they can hold items that are not understood.
    #[must_use]
    pub fn held(&self) -> &[Document] {
        &self.documents
    }

    /// The documents that are replication or save conflicts, in the order of the input. They are of no kind; only their
    /// places can be looked up.
    #[must_use]
    pub fn conflicts(&self) -> &[Document] {
        &self.conflicts
    }

    /// Every document, to look at some of its fields.
    pub fn all(&self) -> impl Iterator<Item = AtHand<'_>> {
        let packed = self.packed.iter().flat_map(Packed::documents).map(AtHand::Packed);
        self.documents.iter().map(AtHand::Whole).chain(packed)
    }

    /// The documents of a kind, to look at some of their fields.
    pub fn each(&self, kind: Kind) -> impl Iterator<Item = AtHand<'_>> {
        let packed = self.packed_of(kind).iter().flat_map(Packed::documents).map(AtHand::Packed);
        self.held_of(kind).iter().filter_map(|index| self.documents.get(*index)).map(AtHand::Whole).chain(packed)
    }

    /// How many documents of a kind there are.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.held_of(kind).len() + self.packed_of(kind).iter().map(Packed::len).sum::<usize>()
    }

    /// The number of a document of a kind, in the order of [`Self::each`].
    #[must_use]
    pub fn nth(&self, kind: Kind, index: usize) -> Option<DocumentId> {
        let held = self.held_of(kind);
        if let Some(document) = held.get(index).and_then(|index| self.documents.get(*index)) {
            return Some(document.id);
        }
        let packed = self.packed_of(kind);
        let (first, last) = (packed.first()?.first(), packed.last()?);
        let id = first.checked_add(u32::try_from(index.checked_sub(held.len())?).ok()?)?;
        let in_last = usize::try_from(id.saturating_sub(last.first())).ok()?;
        (in_last < last.len()).then_some(DocumentId(id))
    }

    /// The document of that number, to look at some of its fields.
    #[must_use]
    pub fn at_hand(&self, id: DocumentId) -> Option<AtHand<'_>> {
        match self.whole(id) {
            Some(document) => Some(AtHand::Whole(document)),
            None => self.packed_at(id).and_then(|(packed, index)| packed.get(index)).map(AtHand::Packed),
        }
    }

    /// The document of that number. One that is packed is unpacked, and stays so.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> Option<&Document> {
        match self.whole(id) {
            Some(document) => Some(document),
            None => self.packed_at(id).and_then(|(packed, index)| packed.whole(index)),
        }
    }

    /// The documents of a kind, in the order of the input. Kinds of which there may be very many are better looked at with
    /// [`Self::each`].
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Document> {
        self.of_kind_at(kind, 0..usize::MAX)
    }

    /// The documents of a kind at some positions in the order of [`Self::each`].
    pub fn of_kind_at(&self, kind: Kind, positions: Range<usize>) -> impl Iterator<Item = &Document> {
        let end = positions.end.min(self.count(kind));
        (positions.start..end).filter_map(move |index| self.document(self.nth(kind, index)?))
    }

    fn whole(&self, id: DocumentId) -> Option<&Document> {
        match id.0.checked_sub(FIRST_CONFLICT) {
            Some(index) => self.conflicts.get(index as usize),
            None => self.documents.get(id.0 as usize),
        }
    }

    fn held_of(&self, kind: Kind) -> &[usize] {
        let kinds = self.kinds.get_or_init(|| {
            let mut kinds: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
            for (index, document) in self.documents.iter().enumerate() {
                kinds.entry(document.kind).or_default().push(index);
            }
            kinds
        });
        kinds.get(&kind).map_or(&[], Vec::as_slice)
    }

    fn packed_of(&self, kind: Kind) -> &[Packed] {
        let start = self.packed.partition_point(|packed| packed.kind() > kind);
        let rest = self.packed.get(start..).unwrap_or(&[]);
        rest.get(..rest.partition_point(|packed| packed.kind() == kind)).unwrap_or(rest)
    }

    fn packed_at(&self, id: DocumentId) -> Option<(&Packed, usize)> {
        let after = self.packed.partition_point(|packed| packed.first() <= id.0);
        let packed = self.packed.get(after.checked_sub(1)?)?;
        Some((packed, usize::try_from(id.0 - packed.first()).ok()?))
    }

    /// Whether there is a document that comes from Domino items, and not only from native descriptions.
    #[must_use]
    pub fn is_exported(&self) -> bool {
        self.documents.iter().any(|document| document.from_items) || self.packed.iter().any(Packed::is_exported)
    }

    /// Whether every file with documents of a directory shows its whole directory, as far as it can know.
    #[must_use]
    pub fn seems_complete(&self) -> bool {
        let about_mail = |document: &&Document| !matches!(document.kind, Kind::NotesIni | Kind::Facts);
        let held = self.documents.iter().filter(about_mail).map(|document| document.whole_directory);
        let mut whole = held.chain(self.packed.iter().map(Packed::whole_directory)).peekable();
        whole.peek().is_some() && whole.all(|whole| whole) && self.gaps.is_empty()
    }

    /// Whether there is a document of a directory, not only a server's notes.ini and what people say beside it.
    #[must_use]
    pub fn has_directory(&self) -> bool {
        let about_mail = |document: &Document| !matches!(document.kind, Kind::NotesIni | Kind::Facts);
        !self.packed.is_empty() || self.documents.iter().any(about_mail)
    }

    /// Why the input lacks something, if that showed when it was read.
    #[must_use]
    pub fn gap(&self) -> Option<&Arc<str>> {
        self.gaps.first()
    }

    /// The name of a directory: its Domino domain in lower case, where known.
    #[must_use]
    pub fn directory_name(&self, id: DirectoryId) -> Option<&str> {
        self.directories.get(id.0 as usize)?.as_deref()
    }

    /// The directory of the documents that belong to one of several Domino domains, nobody knows which.
    #[must_use]
    pub fn stray_directory(&self) -> Option<DirectoryId> {
        let index = self.directories.iter().position(Option::is_none).filter(|_| self.directories.len() > 1)?;
        u32::try_from(index).ok().map(DirectoryId)
    }

    /// How many directories there are.
    #[must_use]
    pub fn directory_count(&self) -> usize {
        self.directories.len()
    }

    /// The groups of all directories.
    #[must_use]
    pub fn groups(&self) -> &Groups {
        self.groups.get_or_init(|| Groups::new(self))
    }

    /// Whether `member` is in `group`, directly or through groups in it. A group that contains itself is no obstacle. A
    /// member that may be a group which the input does not show leaves the answer open, unless the input is `whole`.
    #[must_use]
    pub fn membership(&self, directory: DirectoryId, group: &str, member: &str, whole: bool) -> Membership {
        self.groups().membership(self, directory, group, member, whole)
    }

    /// Turns a symbolic place into bytes of a file. A field that is not set leads to its document.
    #[must_use]
    pub fn place(&self, location: &Location) -> Option<Place> {
        let document = self.document(location.document)?;
        let whole = || Place { span: document.span, item: None };
        if location.field.is_empty() {
            return Some(document.fields.get(document.kind.spec().names.first()?).map_or_else(whole, |field| Place {
                span: if document.span.file == field.span.file { field.span } else { document.span },
                item: None,
            }));
        }
        if let Some(field) = document.fields.get(&location.field) {
            return Some(field_place(field, location.element));
        }
        // A name in a table, or a field of a record.
        let Some((outer, inner)) = split_known(document, &location.field) else { return Some(whole()) };
        let place = match &outer.content {
            FieldContent::Table(entries) => {
                let index = location.element.map(|index| index as usize);
                let entry = match index {
                    Some(index) => entries.get(index),
                    None => entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(inner)),
                };
                entry.map(|entry| Place { span: entry.entry.span, item: Some(Arc::clone(&entry.name)) })
            }
            FieldContent::Records(records) => {
                let record = location.element.and_then(|index| records.get(index as usize));
                record.map(|record| match record.fields.get(inner) {
                    Some(field) => field_place(field, None),
                    None => Place { span: record.span, item: Some(Arc::clone(&outer.item)) },
                })
            }
            _ => None,
        };
        Some(place.unwrap_or_else(whole))
    }

    /// The label that an administrator sees for a field of a document; for one value of a table, its name.
    #[must_use]
    pub fn label(&self, location: &Location) -> Option<&str> {
        let document = self.at_hand(location.document)?;
        // Packed documents hold no tables.
        if let AtHand::Whole(document) = document
            && let (Some(FieldContent::Table(entries)), Some(index)) =
                (document.fields.get(&location.field).map(|field| &field.content), location.element)
        {
            return entries.get(index as usize).map(|entry| &*entry.name);
        }
        document.kind().spec().field(&location.field).map(|spec| spec.title.as_str())
    }
}

fn field_place(field: &Field, element: Option<u32>) -> Place {
    let item = Some(Arc::clone(&field.item));
    let span = match (&field.content, element) {
        (FieldContent::Many(entries), Some(index)) => entries.get(index as usize).map(|entry| entry.span),
        (FieldContent::Records(records), Some(index)) => records.get(index as usize).map(|record| record.span),
        (FieldContent::Table(entries), Some(index)) => {
            return entries.get(index as usize).map_or(Place { span: field.span, item: item.clone() }, |entry| Place {
                span: entry.entry.span,
                item: Some(Arc::clone(&entry.name)),
            });
        }
        _ => None,
    };
    Place { span: span.unwrap_or(field.span), item }
}

fn split_known<'d, 'p>(document: &'d Document, path: &'p str) -> Option<(&'d Field, &'p str)> {
    path.match_indices('.').rev().find_map(|(dot, _)| {
        let field = document.fields.get(path.get(..dot)?)?;
        Some((field, path.get(dot + 1..)?))
    })
}
