//! Symbolic places: a document, a field of it, an element of that field.
//!
//! Everything above this layer speaks of places in these words; `Environment::place` alone turns one into bytes of a file.

use std::sync::Arc;

/// The number of a document within one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId(pub u32);

/// A place in a document, named by vocabulary path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The document.
    pub document: DocumentId,
    /// The vocabulary path of the field (`smtp_inbound.port`); empty for the document as a whole.
    pub field: Arc<str>,
    /// The position of one value in a list field, from 0.
    pub element: Option<u32>,
}

impl Location {
    /// The document as a whole.
    #[must_use]
    pub fn document(document: DocumentId) -> Self {
        Self { document, field: Arc::from(""), element: None }
    }

    /// A field of a document.
    #[must_use]
    pub fn field(document: DocumentId, field: impl Into<Arc<str>>) -> Self {
        Self { document, field: field.into(), element: None }
    }

    /// One element of a list field of a document.
    #[must_use]
    pub fn element(document: DocumentId, field: impl Into<Arc<str>>, element: u32) -> Self {
        Self { document, field: field.into(), element: Some(element) }
    }
}
