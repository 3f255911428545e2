//! Values while they are being computed: they borrow what exists and carry their history along.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use super::outcome::{Read, Unknown};
use crate::effective::{Datum, Fact, Items, List, Object, Provenance, Role, State, Step};

/// A fact that is held without copying it.
#[derive(Debug, Clone)]
pub(super) enum Held<'a> {
    /// Bound in the scope.
    Scope(&'a Fact),
    /// Computed on demand by an object, or by the condition.
    Part(Rc<Fact>),
    /// An element, held through its list.
    Element(Arc<[Fact]>, usize),
}

/// A fact under the path that it was read by.
#[derive(Debug, Clone)]
pub(super) struct Track<'a> {
    pub path: &'a Arc<str>,
    pub fact: Held<'a>,
}

/// A value without its unknowns.
#[derive(Debug, Clone)]
pub(super) enum Value<'a> {
    Constant(&'a Datum),
    Plain(Datum),
    Held(Held<'a>),
}

// An element that is not there; an index is only ever made from the length of its list.
static NOTHING: Fact = Fact { state: State::Absent(None), provenance: Provenance::NONE };

impl Held<'_> {
    pub(super) fn new(fact: Fact) -> Self {
        Self::Part(Rc::new(fact))
    }

    /// An element of a list.
    pub(super) fn element(items: &Items, index: usize) -> Self {
        match items {
            Items::Held(items) => Self::Element(Arc::clone(items), index),
            Items::Made(_) => Self::new(items.at(index).unwrap_or_else(|| NOTHING.clone())),
        }
    }

    pub(super) fn fact(&self) -> &Fact {
        match self {
            Self::Scope(fact) => fact,
            Self::Part(fact) => fact,
            Self::Element(items, index) => items.get(*index).unwrap_or(&NOTHING),
        }
    }

    pub(super) fn into_fact(self) -> Fact {
        match self {
            Self::Part(fact) => Rc::unwrap_or_clone(fact),
            other => other.fact().clone(),
        }
    }

    /// Why the fact has no value in force, if it has none.
    pub(super) fn gap(&self, path: Option<&Arc<str>>) -> Option<Unknown> {
        match &self.fact().state {
            State::Known(_) | State::Absent(Some(_)) => None,
            State::Unknown(reason) => Some(Unknown::from(reason)),
            State::Absent(None) => Some(missing(self.fact()).unwrap_or_else(|| not_set(path))),
        }
    }
}

/// What the history of a value that is not set says about it: it knows the label that people see.
fn missing(fact: &Fact) -> Option<Unknown> {
    let told = |step: &&Step| step.role == Role::Missing && !step.text.is_empty();
    fact.provenance.steps().iter().find(told).map(|step| Unknown::because(Arc::clone(&step.text)))
}

pub(super) fn not_set(path: Option<&Arc<str>>) -> Unknown {
    Unknown::because(match path {
        Some(path) => format!("`{path}` is not set"),
        None => "a value is not set".to_string(),
    })
}

impl Value<'_> {
    pub(super) fn datum(&self) -> Option<&Datum> {
        match self {
            Self::Constant(datum) => Some(datum),
            Self::Plain(datum) => Some(datum),
            Self::Held(held) => held.fact().datum(),
        }
    }

    pub(super) fn into_datum(self) -> Result<Datum, Unknown> {
        match self {
            Self::Plain(datum) => Ok(datum),
            other => other.datum().cloned().ok_or_else(|| not_set(None)),
        }
    }

    pub(super) fn bool(&self) -> Result<bool, Unknown> {
        match self.datum() {
            Some(Datum::Bool(value)) => Ok(*value),
            other => Err(mismatch(other, "true or false")),
        }
    }

    pub(super) fn int(&self) -> Result<i64, Unknown> {
        match self.datum() {
            Some(Datum::Int(value)) => Ok(*value),
            other => Err(mismatch(other, "a number")),
        }
    }

    pub(super) fn text(&self) -> Result<&str, Unknown> {
        match self.datum() {
            Some(Datum::Text(value)) => Ok(value),
            other => Err(mismatch(other, "text")),
        }
    }

    pub(super) fn list(&self) -> Result<&List, Unknown> {
        match self.datum() {
            Some(Datum::List(value)) => Ok(value),
            other => Err(mismatch(other, "a list")),
        }
    }

    pub(super) fn object(&self) -> Result<&Arc<dyn Object>, Unknown> {
        match self.datum() {
            Some(Datum::Object(value)) => Ok(value),
            other => Err(mismatch(other, "a record or a map")),
        }
    }
}

/// The model gave something else than its vocabulary says; the condition cannot be answered, but nothing breaks.
pub(super) fn mismatch(found: Option<&Datum>, wanted: &str) -> Unknown {
    let found = match found {
        None => "nothing",
        Some(Datum::Bool(_)) => "true or false",
        Some(Datum::Int(_)) => "a number",
        Some(Datum::Text(_)) => "text",
        Some(Datum::List(_)) => "a list",
        Some(Datum::Object(_)) => "a record or a map",
    };
    Unknown::because(format!("a value is {found} where {wanted} was expected"))
}

/// A value as a fact: its own, or one computed from what was read for it.
pub(super) fn with_history<'a>(value: Value<'a>, reads: &[Track<'a>]) -> Result<Held<'a>, Unknown> {
    let value = match value {
        Value::Held(held) => return Ok(held),
        other => other.into_datum()?,
    };
    let first_steps = reads.iter().filter_map(|read| read.fact.fact().provenance.steps().first());
    let steps = first_steps.map(|step| Step { role: Role::From, ..step.clone() }).collect();
    Ok(Held::new(Fact::known(value, steps)))
}

/// The keys of a map, each with the history of its entry. A key whose entry is unknown may not be there.
pub(super) fn keys(map: &dyn Object) -> Vec<Fact> {
    let entries = map.entries().into_iter();
    let keys = entries.filter_map(|(key, Fact { state, provenance })| match state {
        State::Known(_) => Some(Fact { state: State::Known(Datum::Text(key)), provenance }),
        State::Unknown(reason) => Some(Fact { state: State::Unknown(reason), provenance }),
        State::Absent(_) => None,
    });
    keys.collect()
}

/// The reads in order, each pair of path and history once.
pub(super) fn distinct(tracks: Vec<Track<'_>>) -> Vec<Read> {
    let repeated: Vec<bool> = if tracks.len() > 1 {
        let mut seen = HashSet::new();
        tracks.iter().map(|track| !seen.insert((track.path, &track.fact.fact().provenance))).collect()
    } else {
        vec![false; tracks.len()]
    };
    let kept = tracks.into_iter().zip(repeated).filter(|(_, repeated)| !repeated);
    kept.map(|(track, _)| Read { path: track.path.clone(), fact: track.fact.into_fact() }).collect()
}
