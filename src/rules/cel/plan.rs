//! The checked form of a condition: names resolved, paths spelled out, fixed patterns compiled.

use std::sync::Arc;

use regex::Regex;

use super::types::Function;
use crate::effective::Datum;

/// An expression ready to be evaluated.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    Constant(Datum),
    Place(Place),
    List(Vec<Plan>),
    Not(Box<Plan>),
    Negate(Box<Plan>),
    /// `&&` (absorbing: false) or `||` (absorbing: true): the value that decides alone.
    Logic {
        absorbing: bool,
        operands: Vec<Plan>,
    },
    Strict(Strict, Box<[Plan; 2]>),
    /// `a + b` on lists; apart from `Strict` because its elements keep their sources.
    Concat(Box<[Plan; 2]>),
    /// `a in list`
    Element(Box<[Plan; 2]>),
    /// `a in map`
    Key(Box<[Plan; 2]>),
    Choice(Box<[Plan; 3]>),
    Size(Box<Plan>),
    Matches(Matches),
    Has(Place),
    Blank(Place),
    Loop(Box<Loop>),
    Call(&'static Function, Vec<Plan>),
}

/// Operators whose result needs both sides and no more than their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strict {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Join,
    Minus,
    Times,
    Divide,
    Remainder,
    StartsWith,
    EndsWith,
    Contains,
}

/// `a.matches(b)`
#[derive(Debug, Clone)]
pub(super) enum Matches {
    Fixed(Box<Plan>, Regex),
    Computed(Box<[Plan; 2]>),
}

/// A macro over a list or the keys of a map.
#[derive(Debug, Clone)]
pub(super) struct Loop {
    pub kind: LoopKind,
    pub range: Plan,
    pub body: Plan,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoopKind {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

/// Something that has a fact: a variable, a part of one, an element.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The dotted path as written; for elements the path of their list. `None` where the value is computed from
    /// several places: their reads speak for it.
    pub path: Option<Arc<str>>,
    pub step: Step,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A variable of the scope.
    Variable(Arc<str>),
    /// The variable of an enclosing macro, counted from the outermost.
    Local(usize),
    /// A field of a record, or a key of a map that is written out.
    Part(Box<Place>, Arc<str>),
    /// An element of a list, or a computed key of a map.
    Index(Box<Place>, Box<Plan>),
    Computed(Box<Plan>),
}

impl Plan {
    /// The path that the elements of a list come from, where there is one path for all of them.
    pub(super) fn source(&self) -> Option<&Arc<str>> {
        match self {
            Self::Place(place) => place.path.as_ref(),
            Self::Loop(inner) => match (inner.kind, &inner.body) {
                (LoopKind::Filter, _) => inner.range.source(),
                (LoopKind::Map, Self::Place(place)) => place.path.as_ref(),
                _ => None,
            },
            _ => None,
        }
    }
}
