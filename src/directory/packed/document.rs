//! One packed document: its fields are read where they lie, or all of it is unpacked.

use std::sync::Arc;

use super::fields::Raw;
use super::{NAMED, PackedDocument, UNID, naming_field};
use crate::directory::DocumentId;
use crate::directory::document::{DirectoryId, Document, Field, ItemName, item_name};
use crate::directory::vocabulary::{FieldSpec, Kind};
use crate::read::pack::Unpack;
use crate::read::{Completeness, Origin};
use crate::source::Span;

/// What stands before the fields of a document.
struct Head<'p> {
    span: Span,
    completeness: Completeness,
    unid: Option<u128>,
    /// The name, where it is not the first value of the field that names the document.
    name: Option<&'p str>,
    fields: u64,
}

impl<'p> PackedDocument<'p> {
    /// Its number.
    #[must_use]
    pub fn id(self) -> DocumentId {
        DocumentId(u32::try_from(self.index).map_or(u32::MAX, |index| self.of.first.saturating_add(index)))
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.of.common.kind
    }

    /// The Domino directory it belongs to.
    #[must_use]
    pub fn directory(self) -> DirectoryId {
        self.of.common.directory
    }

    /// Its start tag.
    #[must_use]
    pub fn span(self) -> Span {
        self.open().map_or(Span::at(self.of.common.file, 0), |(head, _)| head.span)
    }

    /// Its universal ID.
    #[must_use]
    pub fn unid(self) -> Option<u128> {
        self.open()?.0.unid
    }

    /// What a field that is not set means.
    #[must_use]
    pub fn completeness(self) -> Completeness {
        self.open().map_or(Completeness::Restricted, |(head, _)| head.completeness)
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'p str {
        let Some((head, _)) = self.open() else { return "" };
        let from_field = || {
            let path = naming_field(self.kind())?;
            self.text(path).or_else(|| self.texts(path).next())
        };
        head.name.or_else(from_field).unwrap_or("")
    }

    /// The text of a single-valued field.
    #[must_use]
    pub fn text(self, path: &str) -> Option<&'p str> {
        let mut raw = self.content(path)?;
        match raw.unpack.byte()? {
            1 => {}
            2 => raw.skip_span()?,
            _ => return None,
        }
        raw.known_text()
    }

    /// The texts of a list field that are known.
    pub fn texts(self, path: &str) -> impl Iterator<Item = &'p str> + use<'p> {
        self.numbered_texts(path).map(|(_, text)| text)
    }

    /// The same, each with its number among all elements of the list, of which some may be unknown.
    pub fn numbered_texts(self, path: &str) -> impl Iterator<Item = (u32, &'p str)> + use<'p> {
        let mut raw = self.content(path);
        let count = raw.as_mut().filter(|raw| raw.unpack.clone().byte() == Some(3)).and_then(|raw| {
            raw.unpack.byte()?;
            raw.unpack.number()
        });
        (0_u32..).zip(0..count.unwrap_or(0)).filter_map(move |(index, _)| {
            let raw = raw.as_mut()?;
            raw.skip_span()?;
            Some((index, raw.known_text()?))
        })
    }

    /// A field that is set.
    #[must_use]
    pub fn field(self, path: &str) -> Option<Field> {
        let (spec, mut raw) = self.seek(path)?;
        raw.field(spec)
    }

    /// How well the item is known that would tell a field.
    #[must_use]
    pub fn item_name(self, spec: &FieldSpec) -> ItemName {
        let common = &self.of.common;
        let hidden = self.completeness() != Completeness::Full;
        item_name(common.kind, spec, common.from_items && hidden, &common.aliases)
    }

    /// All of it.
    pub(super) fn unpack(self) -> Option<Document> {
        let (head, mut raw) = self.open()?;
        let common = &self.of.common;
        let mut document = Document {
            id: self.id(),
            kind: common.kind,
            name: Arc::from(self.name()),
            file: common.file,
            span: head.span,
            completeness: head.completeness,
            from_items: common.from_items,
            exists: true,
            origin: Origin { unid: head.unid, conflict: false },
            directory: common.directory,
            whole_directory: common.whole_directory,
            fields: std::collections::BTreeMap::new(),
            not_understood: Vec::new(),
            aliases: Arc::clone(&common.aliases),
        };
        for _ in 0..head.fields {
            let spec = raw.spec()?;
            document.fields.insert(Arc::clone(&spec.path), raw.field(spec)?);
        }
        Some(document)
    }

    /// What stands before the fields, and the fields.
    fn open(self) -> Option<(Head<'p>, Raw<'p>)> {
        let start = usize::try_from(*self.of.starts.get(self.index)?).ok()?;
        let mut unpack = Unpack::new(self.of.bytes.get(start..)?);
        let start = unpack.number()?;
        let span = Span { file: self.of.common.file, start, end: start + unpack.number()? };
        let flags = unpack.byte()?;
        let completeness = match flags & 3 {
            0 => Completeness::Full,
            1 => Completeness::Patch,
            2 => Completeness::Columns,
            _ => Completeness::Restricted,
        };
        let unid = if flags & UNID == 0 { None } else { Some(u128::from_be_bytes(unpack.bytes()?)) };
        let name = if flags & NAMED == 0 { None } else { Some(unpack.text()?) };
        let fields = unpack.number()?;
        Some((Head { span, completeness, unid, name, fields }, Raw { of: self.of, unpack, at: start }))
    }

    /// A field, behind the number of its description.
    fn seek(self, path: &str) -> Option<(&'static FieldSpec, Raw<'p>)> {
        let (head, mut raw) = self.open()?;
        for _ in 0..head.fields {
            let spec = raw.spec()?;
            if *spec.path == *path {
                return Some((spec, raw));
            }
            raw.skip_places()?;
            raw.skip_content()?;
        }
        None
    }

    /// The content of a field.
    fn content(self, path: &str) -> Option<Raw<'p>> {
        let (_, mut raw) = self.seek(path)?;
        raw.skip_places()?;
        Some(raw)
    }
}
