//! Typed documents, names, groups. Knows the vocabulary; knows nothing of precedence between documents.

mod aliases;
mod build;
mod consistency;
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
mod unread;
mod update;
pub mod vocabulary;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

pub use aliases::{Aliases, looks_like_smtp};
pub use demand::demand;
pub use document::{DirectoryId, Document, Entry, Field, FieldContent, ItemName, NamedEntry, Record};
pub use groups::{Groups, Membership};
pub use location::{DocumentId, Location};
pub use name::{abbreviate, name_key, same_name};
pub use vocabulary::Kind;

use crate::read::Export;
use crate::source::{Problem, Span};

/// All documents of one environment.
#[derive(Debug, Default)]
pub struct Environment {
    documents: Vec<Document>,
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
    pub fn build(exports: &[Export], problems: &mut Vec<Problem>) -> Self {
        Self::build_with(exports, Aliases::default(), problems)
    }

    /// The same with item names that the vocabulary does not know.
    #[must_use]
    pub fn build_with(exports: &[Export], aliases: Aliases, problems: &mut Vec<Problem>) -> Self {
        build::build(exports, &Arc::new(aliases), problems)
    }

    /// All documents, in the order of the input.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The document of that number.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> Option<&Document> {
        match id.0.checked_sub(FIRST_CONFLICT) {
            Some(index) => self.conflicts.get(index as usize),
            None => self.documents.get(id.0 as usize),
        }
    }

    /// The documents that are replication or save conflicts, in the order of the input. They are none of [`documents`]
    /// and of no kind; only their places can be looked up.
    ///
    /// [`documents`]: Self::documents
    #[must_use]
    pub fn conflicts(&self) -> &[Document] {
        &self.conflicts
    }

    /// The documents of a kind, in the order of the input.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Document> {
        self.of_kind_at(kind, 0..usize::MAX)
    }

    /// The documents of a kind at some positions in the order of the input.
    pub fn of_kind_at(&self, kind: Kind, positions: Range<usize>) -> impl Iterator<Item = &Document> {
        let kinds = self.kinds.get_or_init(|| {
            let mut kinds: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
            for (index, document) in self.documents.iter().enumerate() {
                kinds.entry(document.kind).or_default().push(index);
            }
            kinds
        });
        let indices =
            kinds.get(&kind).map_or(&[][..], Vec::as_slice).iter().skip(positions.start).take(positions.len());
        indices.filter_map(|index| self.documents.get(*index))
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
        let document = self.document(location.document)?;
        if let (Some(FieldContent::Table(entries)), Some(index)) =
            (document.fields.get(&location.field).map(|field| &field.content), location.element)
        {
            return entries.get(index as usize).map(|entry| &*entry.name);
        }
        document.kind.spec().field(&location.field).map(|spec| spec.title.as_str())
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
