//! Documents of which a directory has very many: people, mail-in databases, groups. They are kept packed, in some 250 bytes
//! each; a field is read where it lies, and a document is unpacked for those who look at all of it.

use std::sync::{Arc, OnceLock};

use super::document::{DirectoryId, Document, Entry, Field, FieldContent, ItemName, item_name};
use super::vocabulary::{FieldSpec, Kind, Scalar};
use super::{Aliases, DocumentId};
use crate::read::pack::{Pack, Unpack};
use crate::read::{Completeness, Origin};
use crate::source::{FileId, Span};

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

/// What stands before the fields of a document.
struct Head<'p> {
    span: Span,
    completeness: Completeness,
    unid: Option<u128>,
    /// The name, where it is not the first value of the field that names the document.
    name: Option<&'p str>,
    fields: u64,
}

const UNID: u8 = 4;
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

    /// Adds a document; `false` if it holds more than packed ones can.
    pub(super) fn push(&mut self, document: &Document) -> bool {
        let start = self.bytes.len();
        let Ok(number) = u32::try_from(start) else { return false };
        if self.write(document).is_none() {
            self.bytes.truncate(start);
            return false;
        }
        self.starts.push(number);
        true
    }

    fn write(&mut self, document: &Document) -> Option<()> {
        if !document.exists || document.origin.conflict || !document.not_understood.is_empty() {
            return None;
        }
        self.bytes.number(document.span.start);
        self.bytes.number(document.span.end.checked_sub(document.span.start)?);
        let completeness = match document.completeness {
            Completeness::Full => 0,
            Completeness::Patch => 1,
            Completeness::Columns => 2,
            Completeness::Restricted => 3,
        };
        let named = naming_field(document.kind)
            .and_then(|path| document.text(path).or_else(|| document.texts(path).next()))
            .is_none_or(|name| *name != document.name);
        let unid = document.origin.unid;
        let flags = completeness | if unid.is_some() { UNID } else { 0 } | if named { NAMED } else { 0 };
        self.bytes.push(flags);
        self.bytes.extend(unid.iter().flat_map(|unid| unid.to_be_bytes()));
        if named {
            self.bytes.text(&document.name);
        }
        self.bytes.number(document.fields.len() as u64);
        let specs = &document.kind.spec().fields;
        let mut at = document.span.start;
        for field in document.fields.values() {
            self.bytes.number(specs.iter().position(|spec| spec.path == field.spec.path)? as u64);
            let item = self.item(&field.item);
            self.bytes.number(item);
            self.span(field.key_span, &mut at)?;
            self.span(field.span, &mut at)?;
            match &field.content {
                FieldContent::Unknown(why) => {
                    self.bytes.push(0);
                    self.bytes.text(why);
                }
                FieldContent::One(entry) if entry.span == field.span => {
                    self.bytes.push(1);
                    self.value(&entry.value);
                }
                FieldContent::One(entry) => {
                    self.bytes.push(2);
                    self.entry(entry, &mut at)?;
                }
                FieldContent::Many(entries) => {
                    self.bytes.push(3);
                    self.bytes.number(entries.len() as u64);
                    for entry in entries {
                        self.entry(entry, &mut at)?;
                    }
                }
                FieldContent::Table(_) | FieldContent::Records(_) => return None,
            }
        }
        Some(())
    }

    fn item(&mut self, name: &Arc<str>) -> u64 {
        let known = self.items.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.items.push(Arc::clone(name));
            self.items.len() - 1
        });
        index as u64
    }

    /// Places are counted from the one before. `None`: it lies in another file.
    fn span(&mut self, span: Span, at: &mut u64) -> Option<()> {
        if span.file != self.common.file {
            return None;
        }
        self.bytes.difference(span.start.wrapping_sub(*at).cast_signed());
        self.bytes.number(span.end.checked_sub(span.start)?);
        *at = span.end;
        Some(())
    }

    fn entry(&mut self, entry: &Entry, at: &mut u64) -> Option<()> {
        self.span(entry.span, at)?;
        self.value(&entry.value);
        Some(())
    }

    fn value(&mut self, value: &Result<Scalar, Arc<str>>) {
        match value {
            Ok(Scalar::Text(text)) => {
                self.bytes.push(0);
                self.bytes.text(text);
            }
            Ok(Scalar::Bool(value)) => self.bytes.push(1 + u8::from(*value)),
            Ok(Scalar::Int(number)) => {
                self.bytes.push(3);
                self.bytes.difference(*number);
            }
            Err(why) => {
                self.bytes.push(4);
                self.bytes.text(why);
            }
        }
    }
}

/// The field that names a document alone.
fn naming_field(kind: Kind) -> Option<&'static str> {
    match kind.spec().names.as_slice() {
        [only] => Some(only),
        _ => None,
    }
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
    fn unpack(self) -> Option<Document> {
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

/// The fields of a document while they are read.
struct Raw<'p> {
    of: &'p Packed,
    unpack: Unpack<'p>,
    at: u64,
}

impl<'p> Raw<'p> {
    fn spec(&mut self) -> Option<&'static FieldSpec> {
        self.of.common.kind.spec().fields.get(self.unpack.index()?)
    }

    fn field(&mut self, spec: &'static FieldSpec) -> Option<Field> {
        let item = Arc::clone(self.of.items.get(self.unpack.index()?)?);
        let key_span = self.span()?;
        let span = self.span()?;
        let content = match self.unpack.byte()? {
            0 => FieldContent::Unknown(Arc::from(self.unpack.text()?)),
            1 => FieldContent::One(Entry { span, value: self.value()? }),
            2 => FieldContent::One(self.entry()?),
            _ => {
                let count = self.unpack.number()?;
                FieldContent::Many((0..count).map(|_| self.entry()).collect::<Option<_>>()?)
            }
        };
        Some(Field { spec, item, key_span, span, content })
    }

    fn span(&mut self) -> Option<Span> {
        let start = self.at.wrapping_add(self.unpack.difference()?.cast_unsigned());
        let end = start + self.unpack.number()?;
        self.at = end;
        Some(Span { file: self.of.common.file, start, end })
    }

    fn entry(&mut self) -> Option<Entry> {
        Some(Entry { span: self.span()?, value: self.value()? })
    }

    fn value(&mut self) -> Option<Result<Scalar, Arc<str>>> {
        Some(match self.unpack.byte()? {
            0 => Ok(Scalar::Text(Arc::from(self.unpack.text()?))),
            1 => Ok(Scalar::Bool(false)),
            2 => Ok(Scalar::Bool(true)),
            3 => Ok(Scalar::Int(self.unpack.difference()?)),
            _ => Err(Arc::from(self.unpack.text()?)),
        })
    }

    fn known_text(&mut self) -> Option<&'p str> {
        match self.unpack.clone().byte()? {
            0 => {
                self.unpack.byte()?;
                self.unpack.text()
            }
            _ => {
                self.skip_value()?;
                None
            }
        }
    }

    /// Passes what stands between the number of the description and the content.
    fn skip_places(&mut self) -> Option<()> {
        self.unpack.number()?;
        self.skip_span()?;
        self.skip_span()
    }

    fn skip_span(&mut self) -> Option<()> {
        self.span().map(drop)
    }

    fn skip_value(&mut self) -> Option<()> {
        match self.unpack.byte()? {
            0 | 4 => self.unpack.skip_text(),
            3 => self.unpack.number().map(drop),
            _ => Some(()),
        }
    }

    fn skip_content(&mut self) -> Option<()> {
        match self.unpack.byte()? {
            0 => self.unpack.skip_text(),
            1 => self.skip_value(),
            2 => {
                self.skip_span()?;
                self.skip_value()
            }
            _ => {
                for _ in 0..self.unpack.number()? {
                    self.skip_span()?;
                    self.skip_value()?;
                }
                Some(())
            }
        }
    }
}
