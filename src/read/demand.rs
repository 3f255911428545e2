//! Which documents of an export somebody wants, so that a reader need not build the others.

use super::{Form, Note};

/// The documents that are wanted, by form, and what of them.
#[derive(Debug, Clone, Default)]
pub struct Demand {
    forms: Option<Vec<Wanted>>,
}

#[derive(Debug, Clone)]
struct Wanted {
    form: String,
    items: Option<Vec<String>>,
    many: bool,
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
        self.forms.get_or_insert_default().push(Wanted { form: form.to_owned(), items, many: false });
    }

    /// Adds a form that has very many documents, with the items that are wanted of each.
    pub fn add_many(&mut self, form: &str, items: Vec<String>) {
        self.forms.get_or_insert_default().push(Wanted { form: form.to_owned(), items: Some(items), many: true });
    }

    fn find(&self, form: &str) -> Option<&Wanted> {
        self.forms.iter().flatten().find(|known| known.form.eq_ignore_ascii_case(form))
    }

    /// Whether a form has very many documents.
    #[must_use]
    pub fn has_many(&self, form: &str) -> bool {
        self.find(form).is_some_and(|wanted| wanted.many)
    }

    /// What is wanted of the documents of a form.
    #[must_use]
    pub fn of(&self, form: &str) -> Want<'_> {
        match (&self.forms, self.find(form)) {
            (Some(_), None) => Want::Nothing,
            (Some(_), Some(Wanted { items: Some(items), .. })) => Want::Items(items),
            (None, _) | (Some(_), Some(_)) => Want::All,
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
