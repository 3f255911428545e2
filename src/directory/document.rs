//! A typed document: the fields of the vocabulary that an export sets, each with its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::vocabulary::{FieldKind, FieldSpec, Scalar};
use super::{Aliases, DocumentId, Kind};
use crate::read::{Completeness, Origin};
use crate::source::{FileId, Span};

/// The number of a Domino directory within one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectoryId(pub u32);

/// One document of the environment.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its number.
    pub id: DocumentId,
    /// What it is.
    pub kind: Kind,
    /// What people call it: the value of its naming fields, names abbreviated.
    pub name: Arc<str>,
    /// The file it comes from.
    pub file: FileId,
    /// The place that stands for the whole document.
    pub span: Span,
    /// What a field that is not set means.
    pub completeness: Completeness,
    /// It comes from Domino items: a field whose item nobody has published may be among those that are not understood.
    pub from_items: bool,
    /// It is there, and is not what a setup file will create.
    pub exists: bool,
    /// Its identity in its database.
    pub origin: Origin,
    /// The Domino directory it belongs to.
    pub directory: DirectoryId,
    /// Whether all documents of that directory are in the input, as far as its file can know.
    pub whole_directory: bool,
    /// The fields that are set, by path.
    pub fields: BTreeMap<Arc<str>, Field>,
    /// Items of the export that the vocabulary does not explain.
    pub not_understood: Vec<(Arc<str>, Span)>,
    /// The item names that were given beside the vocabulary's.
    pub aliases: Arc<Aliases>,
}

/// A field that is set.
#[derive(Debug, Clone)]
pub struct Field {
    /// What the vocabulary says of it.
    pub spec: &'static FieldSpec,
    /// The name of the item or key, as written in the export.
    pub item: Arc<str>,
    /// Where the value stands.
    pub span: Span,
    /// The value.
    pub content: FieldContent,
}

/// The value of a field.
#[derive(Debug, Clone)]
pub enum FieldContent {
    /// One value.
    One(Entry),
    /// Several values.
    Many(Vec<Entry>),
    /// Named values in the order of the export; a name may occur twice.
    Table(Vec<NamedEntry>),
    /// Records with fields of their own.
    Records(Vec<Record>),
    /// The export has the field, but what it says cannot be used; why.
    Unknown(Arc<str>),
}

/// One value with its place.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it stands.
    pub span: Span,
    /// The value, or why it is not known.
    pub value: Result<Scalar, Arc<str>>,
}

/// A named value.
#[derive(Debug, Clone)]
pub struct NamedEntry {
    /// The name as written.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The value.
    pub entry: Entry,
}

/// One record of a field that holds records.
#[derive(Debug, Clone)]
pub struct Record {
    /// The place that stands for the record.
    pub span: Span,
    /// Its fields by path below the record.
    pub fields: BTreeMap<Arc<str>, Field>,
}

/// Whether an item of a document could have told a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemName {
    /// Its name is established, so that its absence says something.
    Established,
    /// Its name is only inferred from the names of others.
    Inferred,
    /// No public source shows its name.
    Unpublished,
    /// It is not held by one item, and those that hold it are not read.
    NotRead,
}

impl Document {
    /// How well the item is known that would tell a field. A document that shows all its items, of which each is
    /// understood, has no item of an unknown name.
    #[must_use]
    pub fn item_name(&self, spec: &FieldSpec) -> ItemName {
        // Those with a dollar sign are Notes' own and belong to no field.
        let may_be_it = |(name, _): &(Arc<str>, _)| !name.starts_with('$');
        let hidden = self.completeness != Completeness::Full || self.not_understood.iter().any(may_be_it);
        item_name(self.kind, spec, self.from_items && hidden, &self.aliases)
    }

    /// The text of a single-valued field.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&Arc<str>> {
        text(&self.fields, path)
    }

    /// The texts of a list field that are known.
    pub fn texts<'d>(&'d self, path: &str) -> impl Iterator<Item = &'d Arc<str>> + use<'d> {
        numbered_texts(&self.fields, path).map(|(_, text)| text)
    }

    /// The same, each with its number among all elements of the list, of which some may be unknown.
    pub fn numbered_texts<'d>(&'d self, path: &str) -> impl Iterator<Item = (u32, &'d Arc<str>)> + use<'d> {
        numbered_texts(&self.fields, path)
    }

    /// The truth value of a field that is set to one.
    #[must_use]
    pub fn flag(&self, path: &str) -> Option<bool> {
        match &self.fields.get(path)?.content {
            FieldContent::One(Entry { value: Ok(Scalar::Bool(value)), .. }) => Some(*value),
            _ => None,
        }
    }
}

/// How well the item is known that would tell a field of a document in which an item may be `hidden`.
pub(super) fn item_name(kind: Kind, spec: &FieldSpec, hidden: bool, aliases: &Aliases) -> ItemName {
    if !hidden || aliases.names(kind, &spec.path) {
        return ItemName::Established;
    }
    match spec.kind {
        // The tab's items are named after the parameters.
        FieldKind::Table(_) => ItemName::Established,
        FieldKind::Records(_) => ItemName::NotRead,
        _ if spec.items.is_empty() => ItemName::Unpublished,
        _ if matches!(spec.confidence.as_str(), "inferred" | "memory") => ItemName::Inferred,
        _ => ItemName::Established,
    }
}

impl Record {
    /// The text of a single-valued field.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&Arc<str>> {
        text(&self.fields, path)
    }

    /// The texts of a list field that are known.
    pub fn texts<'d>(&'d self, path: &str) -> impl Iterator<Item = &'d Arc<str>> + use<'d> {
        numbered_texts(&self.fields, path).map(|(_, text)| text)
    }
}

fn text<'f>(fields: &'f BTreeMap<Arc<str>, Field>, path: &str) -> Option<&'f Arc<str>> {
    match &fields.get(path)?.content {
        FieldContent::One(Entry { value: Ok(Scalar::Text(text)), .. }) => Some(text),
        _ => None,
    }
}

fn numbered_texts<'f>(
    fields: &'f BTreeMap<Arc<str>, Field>,
    path: &str,
) -> impl Iterator<Item = (u32, &'f Arc<str>)> + use<'f> {
    let entries = match fields.get(path).map(|field| &field.content) {
        Some(FieldContent::Many(entries)) => entries.as_slice(),
        _ => &[],
    };
    (0_u32..).zip(entries).filter_map(|(index, entry)| match &entry.value {
        Ok(Scalar::Text(text)) => Some((index, text)),
        _ => None,
    })
}
