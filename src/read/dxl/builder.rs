//! From the text of a document to its note.

use std::ops::Range;
use std::sync::Arc;

use super::Region;
use super::complaints::Complaints;
use super::document::{self, Header, Names};
use super::window::Kept;
use crate::read::{Action, Completeness, Crowd, Demand, Form, Note, Want};
use crate::source::{Source, Span};

/// A document that was cut out, without its text.
#[derive(Debug)]
pub(super) struct Cut {
    pub header: Header,
    /// Where its content begins in the file.
    pub base: u64,
    /// Its start tag.
    pub span: Span,
    /// Its end was found.
    pub ended: bool,
}

/// Some documents that were cut out one after the other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// Their texts.
    pub text: Kept,
    pub documents: Vec<(Range<usize>, Cut)>,
}

/// What became of a batch.
#[derive(Debug)]
pub(super) struct Built {
    pub crowd: Crowd,
    pub complaints: Complaints,
}

/// Builds notes.
#[derive(Debug)]
pub(super) struct Builder<'s> {
    source: &'s Source,
    demand: &'s Demand,
    names: Names,
    pub complaints: Complaints,
}

impl<'s> Builder<'s> {
    pub(super) fn new(source: &'s Source, demand: &'s Demand) -> Self {
        Self { source, demand, names: Names::default(), complaints: Complaints::default() }
    }

    /// Builds the documents of a batch, into a part of the crowd.
    pub(super) fn build(&mut self, batch: &Batch, mut crowd: Crowd) -> Built {
        for (range, cut) in &batch.documents {
            let text = batch.text.bytes.get(range.clone()).unwrap_or(&[]);
            let want = cut.header.form.as_ref().map_or(Want::All, |form| self.demand.of(form));
            if let Some(note) = self.note(text, cut, want) {
                crowd.push(&note);
            }
        }
        Built { crowd, complaints: std::mem::take(&mut self.complaints) }
    }

    /// The note of a document; `None` if it is not wanted after all.
    pub(super) fn note(&mut self, bytes: &[u8], cut: &Cut, want: Want<'_>) -> Option<Note> {
        let text = match simdutf8::compat::from_utf8(bytes) {
            Ok(text) => text,
            // The stream is UTF-8; only its end can be in the middle of a character.
            Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or(&[])).unwrap_or(""),
        };
        let region = Region { text, base: cut.base, file: self.source.id };
        let mut unfinished = Complaints::default();
        // That a file which was cut off has elements without an end is said once.
        let complaints = if cut.ended { &mut self.complaints } else { &mut unfinished };
        let mut body = document::read(region, want, &mut self.names, self.source, complaints);
        let item = |name: &str| {
            body.items.iter().find(|item| item.name.eq_ignore_ascii_case(name)).and_then(|item| item.node.text())
        };
        let form = cut.header.form.clone().or_else(|| item("Form").cloned()).filter(|form| !form.is_empty())?;
        let marked = item("Form").is_some() || item("Type").is_some();
        let want = self.demand.of(&form);
        if want == Want::Nothing {
            return None;
        }
        body.items.retain(|item| want.item(&item.name) || document::is_always_read(&item.name));
        let complete = cut.ended && !body.broken && !cut.header.truncated && (body.history || marked);
        body.origin.conflict |= cut.header.conflict;
        Some(Note {
            form: Form::Domino(self.names.get(&form)),
            span: cut.span,
            items: body.items,
            completeness: if complete { Completeness::Full } else { Completeness::Restricted },
            action: Action::Exists,
            origin: body.origin,
        })
    }
}

/// The form of a note, for those that count forms.
pub(super) fn form_of(note: &Note) -> &Arc<str> {
    match &note.form {
        Form::Domino(form) | Form::Native(form) => form,
    }
}
