//! The elements that a macro or `in` looks at, and what is unknown about them.

use std::ops::Range;
use std::sync::Arc;

use super::outcome::Unknown;
use super::value::{Held, Track};
use crate::effective::{Fact, Reason};

/// The elements of a range, each with the reads that made it one.
pub(super) struct Elements<'a> {
    pub items: Items<'a>,
    pub open: Option<Reason>,
    /// How many of the first elements have a certain position: none after those that nobody has seen.
    pub placed: usize,
    /// Reads that count whichever element decides.
    pub base: Vec<Track<'a>>,
    /// Reads that chose the elements, those of rejected ones included.
    pub trail: Vec<Track<'a>>,
    /// The list itself: what was read when no element was.
    pub itself: Vec<Track<'a>>,
}

pub(super) enum Items<'a> {
    /// A list as it stands.
    Whole(Arc<[Fact]>),
    /// Chosen elements; each with the part of the trail that speaks of it.
    Chosen(Vec<(Held<'a>, Range<usize>)>),
}

impl<'a> Elements<'a> {
    pub(super) fn len(&self) -> usize {
        match &self.items {
            Items::Whole(items) => items.len(),
            Items::Chosen(items) => items.len(),
        }
    }

    pub(super) fn fact(&self, index: usize) -> Option<&Fact> {
        match &self.items {
            Items::Whole(items) => items.get(index),
            Items::Chosen(items) => items.get(index).map(|(held, _)| held.fact()),
        }
    }

    pub(super) fn held(&self, index: usize) -> Held<'a> {
        match &self.items {
            Items::Whole(items) => Held::Element(items.clone(), index),
            Items::Chosen(items) => match items.get(index) {
                Some((held, _)) => held.clone(),
                None => Held::Element(Arc::default(), index),
            },
        }
    }

    pub(super) fn why(&self, index: usize) -> &[Track<'a>] {
        match &self.items {
            Items::Whole(_) => &[],
            Items::Chosen(items) => {
                items.get(index).and_then(|(_, why)| self.trail.get(why.clone())).unwrap_or_default()
            }
        }
    }
}

/// Collects what is unknown while elements are looked at.
#[derive(Default)]
pub(super) struct Gaps<'a> {
    pub unknown: Option<Unknown>,
    pub reads: Vec<Track<'a>>,
}

impl<'a> Gaps<'a> {
    pub(super) fn add(&mut self, reasons: Unknown) {
        self.unknown = Some(Unknown::join(self.unknown.take(), reasons));
    }

    /// Counts the elements that nobody has seen.
    pub(super) fn add_open(&mut self, elements: &Elements<'a>) {
        if let Some(open) = &elements.open {
            self.add(Unknown::from(open));
            let shown = if elements.itself.is_empty() { &elements.base } else { &elements.itself };
            self.reads.extend(shown.iter().cloned());
        }
    }
}
