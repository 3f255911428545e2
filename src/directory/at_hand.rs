//! A document of either sort: one that is held as a whole, or one of the many that are packed.

use std::borrow::Cow;
use std::sync::Arc;

use super::DocumentId;
use super::document::{DirectoryId, Document, Entry, Field, FieldContent, ItemName};
use super::packed::PackedDocument;
use super::vocabulary::{FieldSpec, Kind};
use crate::read::Completeness;
use crate::source::Span;

/// A document, to look at some of its fields.
#[derive(Debug, Clone, Copy)]
pub enum AtHand<'e> {
    /// It is held as a whole.
    Whole(&'e Document),
    /// It is packed.
    Packed(PackedDocument<'e>),
}

impl<'e> AtHand<'e> {
    /// Its number.
    #[must_use]
    pub fn id(self) -> DocumentId {
        match self {
            Self::Whole(document) => document.id,
            Self::Packed(document) => document.id(),
        }
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Whole(document) => document.kind,
            Self::Packed(document) => document.kind(),
        }
    }

    /// The Domino directory it belongs to.
    #[must_use]
    pub fn directory(self) -> DirectoryId {
        match self {
            Self::Whole(document) => document.directory,
            Self::Packed(document) => document.directory(),
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'e str {
        match self {
            Self::Whole(document) => &document.name,
            Self::Packed(document) => document.name(),
        }
    }

    /// The place that stands for the whole document.
    #[must_use]
    pub fn span(self) -> Span {
        match self {
            Self::Whole(document) => document.span,
            Self::Packed(document) => document.span(),
        }
    }

    /// Its universal ID.
    #[must_use]
    pub fn unid(self) -> Option<u128> {
        match self {
            Self::Whole(document) => document.origin.unid,
            Self::Packed(document) => document.unid(),
        }
    }

    /// What a field that is not set means.
    #[must_use]
    pub fn completeness(self) -> Completeness {
        match self {
            Self::Whole(document) => document.completeness,
            Self::Packed(document) => document.completeness(),
        }
    }

    /// The text of a single-valued field.
    #[must_use]
    pub fn text(self, path: &str) -> Option<&'e str> {
        match self {
            Self::Whole(document) => document.text(path).map(|text| &**text),
            Self::Packed(document) => document.text(path),
        }
    }

    /// The texts of a list field that are known.
    pub fn texts(self, path: &str) -> impl Iterator<Item = &'e str> + use<'e> {
        self.numbered_texts(path).map(|(_, text)| text)
    }

    /// The same, each with its number among all elements of the list, of which some may be unknown.
    pub fn numbered_texts(self, path: &str) -> impl Iterator<Item = (u32, &'e str)> + use<'e> {
        let (whole, packed) = match self {
            Self::Whole(document) => (Some(document.numbered_texts(path).map(|(index, text)| (index, &**text))), None),
            Self::Packed(document) => (None, Some(document.numbered_texts(path))),
        };
        whole.into_iter().flatten().chain(packed.into_iter().flatten())
    }

    /// A field that is set.
    #[must_use]
    pub fn field(self, path: &str) -> Option<Cow<'e, Field>> {
        match self {
            Self::Whole(document) => document.fields.get(path).map(Cow::Borrowed),
            Self::Packed(document) => document.field(path).map(Cow::Owned),
        }
    }

    /// How well the item is known that would tell a field.
    #[must_use]
    pub fn item_name(self, spec: &FieldSpec) -> ItemName {
        match self {
            Self::Whole(document) => document.item_name(spec),
            Self::Packed(document) => document.item_name(spec),
        }
    }

    /// Whether a field says what it holds.
    pub(super) fn knows(self, path: &Arc<str>) -> bool {
        match self.field(path).as_deref().map(|field| &field.content) {
            Some(FieldContent::One(entry)) => entry.value.is_ok(),
            Some(FieldContent::Many(entries)) => entries.first().is_some_and(|entry: &Entry| entry.value.is_ok()),
            _ => false,
        }
    }
}

impl<'e> From<&'e Document> for AtHand<'e> {
    fn from(document: &'e Document) -> Self {
        Self::Whole(document)
    }
}
