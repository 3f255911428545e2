//! The fields of a packed document, read one after the other.

use std::sync::Arc;

use super::Packed;
use crate::directory::document::{Entry, Field, FieldContent};
use crate::directory::vocabulary::{FieldSpec, Scalar};
use crate::read::pack::Unpack;
use crate::source::Span;

/// The fields of a document while they are read.
pub(super) struct Raw<'p> {
    pub(super) of: &'p Packed,
    pub(super) unpack: Unpack<'p>,
    pub(super) at: u64,
}

impl<'p> Raw<'p> {
    pub(super) fn spec(&mut self) -> Option<&'static FieldSpec> {
        self.of.common.kind.spec().fields.get(self.unpack.index()?)
    }

    pub(super) fn field(&mut self, spec: &'static FieldSpec) -> Option<Field> {
        let item = Arc::clone(self.of.items.get(self.unpack.index()?)?);
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
        Some(Field { spec, item, span, content })
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

    pub(super) fn known_text(&mut self) -> Option<&'p str> {
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
    pub(super) fn skip_places(&mut self) -> Option<()> {
        self.unpack.number()?;
        self.skip_span()
    }

    pub(super) fn skip_span(&mut self) -> Option<()> {
        self.span().map(drop)
    }

    fn skip_value(&mut self) -> Option<()> {
        match self.unpack.byte()? {
            0 | 4 => self.unpack.skip_text(),
            3 => self.unpack.number().map(drop),
            _ => Some(()),
        }
    }

    pub(super) fn skip_content(&mut self) -> Option<()> {
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
