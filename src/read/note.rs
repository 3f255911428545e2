//! What every export format reduces to: notes with named items.

use std::sync::Arc;

use super::Node;
use crate::source::Span;

/// One document of an export.
#[derive(Debug, Clone)]
pub struct Note {
    /// What kind of document it is, in the words of the export.
    pub form: Form,
    /// The place that stands for the document as a whole.
    pub span: Span,
    /// The items in the order of the file; a name may occur twice.
    pub items: Vec<Item>,
    /// What an item that is not there means.
    pub completeness: Completeness,
    /// What the export does with the document.
    pub action: Action,
    /// What the export says of the document's identity.
    pub origin: Origin,
}

/// What an export says of a document's identity in its database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Origin {
    /// The universal ID, which all replicas of the document share.
    pub unid: Option<u128>,
    /// It is one of two documents that arose from one when both were changed at the same time.
    pub conflict: bool,
}

/// The kind of a note, in the words of its export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// A document kind of the native description (`server`, `facts`); items have vocabulary names.
    Native(Arc<str>),
    /// The form name of a Domino document (`Server`); items have Domino names.
    Domino(Arc<str>),
}

/// A named value of a note.
#[derive(Debug, Clone)]
pub struct Item {
    /// The name, as written.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The value; a list for several values.
    pub node: Node,
}

/// What an item that a note does not have means (formats.md 0.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// The note shows everything the document holds: the item is not set.
    Full,
    /// A change to a document that something else creates: the value is what the template or setup put there.
    Patch,
    /// The columns of a view: nothing follows.
    Columns,
    /// A part of the document: nothing follows.
    Restricted,
}

impl Completeness {
    /// Whether the export shows a part of the document only, so that what is not there is not known.
    #[must_use]
    pub fn is_partial(self) -> bool {
        matches!(self, Self::Columns | Self::Restricted)
    }
}

/// What an export does with a document.
#[derive(Debug, Clone)]
pub enum Action {
    /// It is there.
    Exists,
    /// It will be created.
    Create,
    /// It will be changed, if it can be found.
    Update(Find),
}

/// How a one-touch setup file finds the document to change.
#[derive(Debug, Clone)]
pub enum Find {
    /// Items that must have these values.
    Items(Vec<(Arc<str>, Node)>),
    /// A condition that is not one of the shapes understood here.
    Unknown(Span),
}

impl Note {
    /// The item of that name, ignoring case as Domino does; of several, the last one.
    #[must_use]
    pub fn item(&self, name: &str) -> Option<&Item> {
        self.items.iter().rev().find(|item| item.name.eq_ignore_ascii_case(name))
    }

    /// The text of the item of that name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&Arc<str>> {
        self.item(name).and_then(|item| item.node.text())
    }
}
