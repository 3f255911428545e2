//! Packing a document: what `document` and `fields` read back.

use std::sync::Arc;

use super::{NAMED, Packed, UNID, naming_field};
use crate::directory::document::{Document, Entry, FieldContent};
use crate::directory::vocabulary::Scalar;
use crate::read::Completeness;
use crate::read::pack::Pack;
use crate::source::Span;

impl Packed {
    /// Adds a document; `false` if it holds more than packed ones can.
    pub(in crate::directory) fn push(&mut self, document: &Document) -> bool {
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
