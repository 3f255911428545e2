//! Reading places: following a path from its variable to the fact it names, and what `has` and `blank` make of it.

use std::sync::Arc;

use super::eval::Evaluator;
use super::outcome::Unknown;
use super::plan::{Place, Step};
use super::value::{Held, Track, Value, mismatch, not_set};
use crate::effective::{Datum, Fact, List, Provenance, State};

/// Where following a path ended.
pub(super) enum Found<'a> {
    /// At the fact that it names.
    At(Held<'a>),
    /// At a map without the key or a list without the element. The fact says where that can be seen.
    Missing { path: Option<&'a Arc<str>>, fact: Held<'a>, lack: Lack<'a> },
    /// On the way, at something that is unknown or not set.
    Stopped { path: Option<&'a Arc<str>>, fact: Held<'a> },
}

/// What a map or a list lacks. Turned into words only when somebody asks.
pub(super) struct Lack<'a> {
    of: Option<&'a Arc<str>>,
    key: Key,
}

enum Key {
    Name(Arc<str>),
    Position(i64),
}

impl Lack<'_> {
    pub(super) fn unknown(&self) -> Unknown {
        let of = match self.of {
            Some(path) => format!("`{path}`"),
            None => "the value".to_string(),
        };
        Unknown::because(match &self.key {
            Key::Name(name) => format!("{of} has no key `{name}`"),
            Key::Position(position) => format!("{of} has no element {position}"),
        })
    }
}

impl Found<'_> {
    /// The fact as something to point at: what is missing is not set, at the place where it is missing.
    pub(super) fn into_fact(self) -> Fact {
        match self {
            Self::At(held) => held.into_fact(),
            Self::Missing { fact, .. } => Fact::absent(None, fact.into_fact().provenance),
            Self::Stopped { fact, .. } => {
                let Fact { state, provenance } = fact.into_fact();
                match state {
                    State::Unknown(reason) => Fact { state: State::Unknown(reason), provenance },
                    State::Known(_) | State::Absent(_) => Fact::absent(None, provenance),
                }
            }
        }
    }
}

impl<'a> Evaluator<'a, '_> {
    fn track(&mut self, path: Option<&'a Arc<str>>, fact: &Held<'a>) {
        if let Some(path) = path {
            self.reads.push(Track { path, fact: fact.clone() });
        }
    }

    /// Follows a path. With `defaults`, a record that is not set counts as its documented default on the way.
    pub(super) fn find(&mut self, place: &'a Place, defaults: bool) -> Result<Found<'a>, Unknown> {
        self.charge(1)?;
        match &place.step {
            Step::Variable(name) => match self.scope.get(name) {
                Some(fact) => Ok(Found::At(Held::Scope(fact))),
                None => Err(Unknown::because(format!("`{name}` has no value here"))),
            },
            Step::Local(slot) => match self.locals.get(*slot) {
                Some(held) => Ok(Found::At(held.clone())),
                None => Err(not_set(place.path.as_ref())),
            },
            Step::Computed(plan) => Ok(Found::At(match self.value(plan)? {
                Value::Held(held) => held,
                Value::Constant(datum) => Held::new(Fact::known(datum.clone(), Provenance::default())),
                Value::Plain(datum) => Held::new(Fact::known(datum, Provenance::default())),
            })),
            Step::Part(of, name) => match self.find(of, defaults)? {
                Found::At(held) if stops(&held, defaults) => Ok(Found::Stopped { path: of.path.as_ref(), fact: held }),
                Found::At(held) => part(place, of, held, name),
                earlier => Ok(earlier),
            },
            Step::Index(of, key) => {
                let held = match self.find(of, defaults)? {
                    Found::At(held) if stops(&held, defaults) => {
                        return Ok(Found::Stopped { path: of.path.as_ref(), fact: held });
                    }
                    Found::At(held) => held,
                    earlier => return Ok(earlier),
                };
                let key = self.value(key)?;
                match held.fact().datum() {
                    Some(Datum::List(list)) => {
                        let list = list.clone();
                        self.element(of, held, &list, key.int()?)
                    }
                    _ => part(place, of, held, &Arc::from(key.text()?)),
                }
            }
        }
    }

    fn element(&mut self, of: &'a Place, held: Held<'a>, list: &List, position: i64) -> Result<Found<'a>, Unknown> {
        let index = usize::try_from(position).ok().filter(|index| *index < list.items.len());
        match (index, &list.open) {
            (Some(index), _) => Ok(Found::At(Held::element(&list.items, index))),
            (None, Some(open)) if position >= 0 => {
                self.track(of.path.as_ref(), &held);
                Err(Unknown::from(open))
            }
            (None, _) => {
                let path = of.path.as_ref();
                Ok(Found::Missing { path, fact: held, lack: Lack { of: path, key: Key::Position(position) } })
            }
        }
    }

    /// The value in force at a place.
    pub(super) fn read(&mut self, place: &'a Place) -> Result<Value<'a>, Unknown> {
        match self.find(place, true)? {
            Found::At(held) => {
                let path = place.path.as_ref();
                self.track(path, &held);
                match held.gap(path) {
                    Some(gap) => Err(gap),
                    None => Ok(Value::Held(held)),
                }
            }
            Found::Missing { path, fact, lack } => {
                self.track(path, &fact);
                Err(lack.unknown())
            }
            Found::Stopped { path, fact } => {
                self.track(path, &fact);
                Err(fact.gap(path).unwrap_or_else(|| not_set(path)))
            }
        }
    }

    pub(super) fn has(&mut self, place: &'a Place) -> Result<Value<'a>, Unknown> {
        let (path, fact) = match self.find(place, false)? {
            Found::At(held) => (place.path.as_ref(), held),
            Found::Stopped { path, fact } => (path, fact),
            Found::Missing { path, fact, .. } => {
                self.track(path, &fact);
                return Ok(Value::Plain(Datum::Bool(false)));
            }
        };
        self.track(path, &fact);
        match &fact.fact().state {
            State::Known(_) => Ok(Value::Plain(Datum::Bool(true))),
            State::Absent(_) => Ok(Value::Plain(Datum::Bool(false))),
            State::Unknown(reason) => Err(Unknown::from(reason)),
        }
    }

    pub(super) fn blank(&mut self, place: &'a Place) -> Result<Value<'a>, Unknown> {
        let (path, fact) = match self.find(place, true)? {
            Found::At(held) => (place.path.as_ref(), held),
            Found::Stopped { path, fact } => (path, fact),
            Found::Missing { path, fact, .. } => {
                self.track(path, &fact);
                return Ok(Value::Plain(Datum::Bool(true)));
            }
        };
        self.track(path, &fact);
        let blank = match &fact.fact().state {
            State::Unknown(reason) => return Err(Unknown::from(reason)),
            State::Absent(None) => true,
            State::Known(Datum::Text(text)) | State::Absent(Some(Datum::Text(text))) => text.is_empty(),
            State::Known(Datum::List(list)) | State::Absent(Some(Datum::List(list))) => match &list.open {
                Some(open) if list.items.is_empty() => return Err(Unknown::from(open)),
                _ => list.items.is_empty(),
            },
            State::Known(_) | State::Absent(Some(_)) => false,
        };
        Ok(Value::Plain(Datum::Bool(blank)))
    }
}

fn stops(held: &Held<'_>, defaults: bool) -> bool {
    match held.fact().state {
        State::Known(_) => false,
        State::Absent(Some(_)) => !defaults,
        State::Absent(None) | State::Unknown(_) => true,
    }
}

fn part<'a>(place: &'a Place, of: &'a Place, held: Held<'a>, name: &Arc<str>) -> Result<Found<'a>, Unknown> {
    let part = match held.fact().datum() {
        Some(Datum::Object(object)) => object.get(name),
        other => return Err(mismatch(other, "a record or a map")),
    };
    if let Some(fact) = part {
        return Ok(Found::At(Held::new(fact)));
    }
    let absent = Fact::absent(None, held.into_fact().provenance);
    let lack = Lack { of: of.path.as_ref(), key: Key::Name(name.clone()) };
    Ok(Found::Missing { path: place.path.as_ref(), fact: Held::new(absent), lack })
}
