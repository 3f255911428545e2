//! The elements that a macro or `in` looks at, and what is unknown about them.

use std::ops::Range;
use std::sync::Arc;

use super::outcome::Unknown;
use super::value::{Held, Track};
use crate::effective::{self, Reason};

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
    Whole(effective::Items),
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

    pub(super) fn held(&self, index: usize) -> Held<'a> {
        match &self.items {
            Items::Whole(items) => Held::element(items, index),
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
    /// How many reasons there were.
    added: usize,
}

/// After so many reasons the same ones are put together.
const MANY: usize = 1000;

impl<'a> Gaps<'a> {
    pub(super) fn add(&mut self, reasons: Unknown) {
        let all = Unknown::join(self.unknown.take(), reasons);
        self.added += 1;
        // A list of everybody gives the same few reasons many times.
        self.unknown = Some(if self.added.is_multiple_of(MANY) { all.distinct() } else { all });
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
