//! Worlds: what the variables are, and what they can turn out to be where that is not known.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use maillint::effective::{Datum, Fact, List, Object, Provenance, Reason, Role, State};
use proptest::array::uniform4;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use crate::vocabulary::{
    Bool, FIELDS, Grid, Int, IntBag, Ints, KEYS, Kind, Map, Site, Sites, Text, TextBag, Texts, VARIABLES,
};

/// How many worlds an unknown leaves possible.
pub(crate) const WORLDS: usize = 4;

/// The values of the variables.
#[derive(Clone)]
pub(crate) struct World(pub(crate) Vec<Part>);

/// What is known of a value.
#[derive(Clone)]
pub(crate) enum Part {
    Is(Plain),
    Unset,
    /// Not set, with a default that stands in.
    Default(Plain),
    /// Not known: what it is in each of the possible worlds.
    Unknown(Box<[Part; WORLDS]>),
}

#[derive(Clone)]
pub(crate) enum Plain {
    Bool(bool),
    Int(i64),
    Text(&'static str),
    List(Vec<Part>),
    /// The elements that were seen, and those that each of the possible worlds has beside them.
    Open(Vec<Part>, [Vec<Part>; WORLDS]),
    Record(BTreeMap<&'static str, Part>),
    Map(BTreeMap<&'static str, Part>),
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        VARIABLES.iter().zip(&self.0).try_for_each(|((name, _), part)| write!(f, "\n    {name}: {part:?}"))
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(plain) => write!(f, "{plain:?}"),
            Self::Unset => f.write_str("not set"),
            Self::Default(plain) => write!(f, "not set (default {plain:?})"),
            Self::Unknown(parts) => write!(f, "one of {parts:?}"),
        }
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "{value:?}"),
            Self::List(items) => write!(f, "{items:?}"),
            Self::Open(seen, unseen) => write!(f, "{seen:?} and unseen {unseen:?}"),
            Self::Record(parts) | Self::Map(parts) => write!(f, "{parts:?}"),
        }
    }
}

/// A record or a map. Two of them are the same when they stand in the same place.
#[derive(Debug)]
struct Table {
    place: String,
    parts: BTreeMap<Arc<str>, Fact>,
}

impl Object for Table {
    fn get(&self, name: &str) -> Option<Fact> {
        self.parts.get(name).cloned()
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        self.parts.iter().map(|(name, fact)| (name.clone(), fact.clone())).collect()
    }

    fn identity(&self) -> String {
        self.place.clone()
    }
}

impl Part {
    /// Whether there are lists inside that may go on.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Is(plain) | Self::Default(plain) => plain.is_open(),
            Self::Unset | Self::Unknown(_) => false,
        }
    }

    /// The part as a fact, in one of the possible worlds or before it is known which.
    pub(crate) fn fact(&self, place: &str, possible: Option<usize>) -> Fact {
        let history = Provenance::step(Role::Set, None, place);
        match (self, possible) {
            (Self::Is(plain), _) => Fact::known(plain.datum(place, possible), history),
            (Self::Unset, _) => Fact::absent(None, history),
            (Self::Default(plain), _) => Fact::absent(Some(plain.datum(place, possible)), history),
            (Self::Unknown(_), None) => Fact::unknown(format!("{place} is not known"), history),
            (Self::Unknown(parts), Some(world)) => parts[world].fact(&format!("{place}~{world}"), possible),
        }
    }

    pub(crate) fn reference(&self) -> Option<cel::Value> {
        match self {
            Self::Is(plain) => Some(plain.reference()),
            Self::Unset => None,
            Self::Default(_) | Self::Unknown(_) => unreachable!("the reference knows only values"),
        }
    }
}

impl Plain {
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Bool(_) | Self::Int(_) | Self::Text(_) => false,
            Self::List(items) => items.iter().any(Part::is_open),
            Self::Open(..) => true,
            Self::Record(parts) | Self::Map(parts) => parts.values().any(Part::is_open),
        }
    }

    fn datum(&self, place: &str, possible: Option<usize>) -> Datum {
        let facts = |from: &str, parts: &[Part]| -> Vec<Fact> {
            parts.iter().enumerate().map(|(at, part)| part.fact(&format!("{place}{from}{at}"), possible)).collect()
        };
        match self {
            Self::Bool(value) => Datum::Bool(*value),
            Self::Int(value) => Datum::Int(*value),
            Self::Text(value) => Datum::from(*value),
            Self::List(items) => List::complete(facts(".", items)).into(),
            Self::Open(seen, unseen) => match possible {
                None => {
                    let open = Some(Reason(Arc::from(format!("{place} may go on"))));
                    List { items: facts(".", seen).into(), open }.into()
                }
                Some(world) => {
                    let rest = facts(&format!("~{world}."), &unseen[world]);
                    List::complete(facts(".", seen).into_iter().chain(rest).collect()).into()
                }
            },
            Self::Record(parts) | Self::Map(parts) => {
                let mut parts: BTreeMap<Arc<str>, Fact> = parts
                    .iter()
                    .map(|(name, part)| (Arc::from(*name), part.fact(&format!("{place}.{name}"), possible)))
                    .collect();
                // A record has all its fields, a map only the keys that are there.
                if let Self::Map(_) = self {
                    parts.retain(|_, fact| !matches!(fact.state, State::Absent(_)));
                }
                let object: Arc<dyn Object> = Arc::new(Table { place: place.to_string(), parts });
                object.into()
            }
        }
    }

    fn reference(&self) -> cel::Value {
        match self {
            Self::Bool(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Text(value) => (*value).into(),
            Self::List(items) | Self::Open(items, _) => {
                items.iter().filter_map(Part::reference).collect::<Vec<cel::Value>>().into()
            }
            Self::Record(parts) | Self::Map(parts) => {
                let set = parts.iter().filter_map(|(name, part)| Some((*name, part.reference()?)));
                set.collect::<HashMap<&str, cel::Value>>().into()
            }
        }
    }
}

pub(crate) const INTS: [i64; 8] = [0, 1, 2, 3, 7, -1, i64::MAX, i64::MIN];

// Every one is a valid pattern too: an invalid one written out is a mistake that is found when the condition is read,
// which the reference finds only when it gets there. Computed patterns can be invalid.
pub(crate) const TEXTS: [&str; 11] = ["", "a", "x", "k", "ab", "xa", "ä", r"\d", "a\nb", "'\"", "😀b"];

pub(crate) fn world(vague: bool) -> impl Strategy<Value = World> {
    let parts: Vec<_> = VARIABLES.iter().map(|(_, kind)| part(*kind, vague, false, 2)).collect();
    parts.prop_map(World)
}

fn part(kind: Kind, vague: bool, optional: bool, depth: u32) -> BoxedStrategy<Part> {
    let is = plain(kind, vague, depth).prop_map(Part::Is);
    let mut choices = vec![(6, is.boxed())];
    if optional {
        choices.push((2, Just(Part::Unset).boxed()));
    }
    if vague && optional {
        choices.push((1, plain(kind, vague, depth).prop_map(Part::Default).boxed()));
    }
    if vague {
        let mut possible = vec![(3, plain(kind, false, depth).prop_map(Part::Is).boxed())];
        if optional {
            possible.push((1, Just(Part::Unset).boxed()));
            possible.push((1, plain(kind, false, depth).prop_map(Part::Default).boxed()));
        }
        let unknown = uniform4(Union::new_weighted(possible)).prop_map(|parts| Part::Unknown(Box::new(parts)));
        choices.push((3, unknown.boxed()));
    }
    Union::new_weighted(choices).boxed()
}

fn plain(kind: Kind, vague: bool, depth: u32) -> BoxedStrategy<Plain> {
    match kind {
        Bool => any::<bool>().prop_map(Plain::Bool).boxed(),
        Int => select(&INTS[..]).prop_map(Plain::Int).boxed(),
        Text => prop_oneof![6 => select(&TEXTS[..]), 1 => Just("[")].prop_map(Plain::Text).boxed(),
        Ints | Texts | Grid | Sites | IntBag | TextBag => {
            let items = vec(part(kind.element(), vague, false, depth.saturating_sub(1)), 0..4);
            if !vague {
                return items.prop_map(Plain::List).boxed();
            }
            let unseen = uniform4(vec(part(kind.element(), false, false, depth.saturating_sub(1)), 0..3));
            let open = (items.clone(), unseen).prop_map(|(seen, unseen)| Plain::Open(seen, unseen));
            prop_oneof![2 => items.prop_map(Plain::List), 1 => open].boxed()
        }
        Map => {
            let entries = vec(part(Text, vague, !vague, depth), KEYS.len());
            entries.prop_map(|entries| Plain::Map(KEYS.into_iter().zip(entries).collect())).boxed()
        }
        Site => {
            let fields: Vec<_> = FIELDS
                .iter()
                .map(|(_, kind, optional)| match kind {
                    Site if depth == 0 => Just(Part::Unset).boxed(),
                    _ => part(*kind, vague, *optional, depth.saturating_sub(1)),
                })
                .collect();
            let names = FIELDS.iter().map(|(name, ..)| *name);
            fields.prop_map(move |parts| Plain::Record(names.clone().zip(parts).collect())).boxed()
        }
    }
}
