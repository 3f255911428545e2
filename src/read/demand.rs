//! Which documents of an export somebody wants, so that a reader need not build the others.

use super::{Form, Note};

/// The documents that are wanted, by form, and what of them.
#[derive(Debug, Clone, Default)]
pub struct Demand {
    forms: Option<Vec<(String, Option<Vec<String>>)>>,
}

/// What is wanted of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want<'d> {
    /// Nothing: it need not be read.
    Nothing,
    /// The items of these names.
    Items(&'d [String]),
    /// Everything.
    All,
}

impl Demand {
    /// Nothing yet.
    #[must_use]
    pub fn nothing() -> Self {
        Self { forms: Some(Vec::new()) }
    }

    /// Adds a form; of its documents the items of these names, or all.
    pub fn add(&mut self, form: &str, items: Option<Vec<String>>) {
        self.forms.get_or_insert_default().push((form.to_owned(), items));
    }

    /// What is wanted of the documents of a form.
    #[must_use]
    pub fn of(&self, form: &str) -> Want<'_> {
        let Some(forms) = &self.forms else { return Want::All };
        match forms.iter().find(|(known, _)| known.eq_ignore_ascii_case(form)) {
            None => Want::Nothing,
            Some((_, None)) => Want::All,
            Some((_, Some(items))) => Want::Items(items),
        }
    }
}

impl Demand {
    /// A note with what is wanted of it; `None` if it is not wanted.
    #[must_use]
    pub(super) fn cut(&self, mut note: Note) -> Option<Note> {
        let Form::Domino(form) = &note.form else { return Some(note) };
        match self.of(form) {
            Want::Nothing => None,
            Want::All => Some(note),
            want @ Want::Items(_) => {
                note.items.retain(|item| want.item(&item.name));
                Some(note)
            }
        }
    }
}

impl Want<'_> {
    /// Whether an item is wanted.
    #[must_use]
    pub fn item(self, name: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::All => true,
            Self::Items(names) => names.iter().any(|known| known.eq_ignore_ascii_case(name)),
        }
    }
}
