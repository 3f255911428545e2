//! The value that a rule sees: known, absent or unknown, with the chain of places it came from.

use std::fmt;
use std::sync::Arc;

use super::items::Items;
use crate::directory::Location;

/// One value of the model together with where it came from.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What is known of the value.
    pub state: State,
    /// Where the value came from, the deciding place first.
    pub provenance: Provenance,
}

/// What is known of a value (design.md "The value").
#[derive(Debug, Clone)]
pub enum State {
    /// Stated by the input, or computed from what it states.
    Known(Datum),
    /// The document is complete and does not set it. The documented default, where there is one, stands in.
    Absent(Option<Datum>),
    /// The input does not settle it; the reason says what would.
    Unknown(Reason),
}

/// Why a value is unknown and what would settle it, in one clause for people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reason(pub Arc<str>);

/// A value without its history.
#[derive(Debug, Clone)]
pub enum Datum {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(Arc<str>),
    /// A list; every element has its own history.
    List(List),
    /// A record or a map: a document, a group of its fields, a fact with parts.
    Object(Arc<dyn Object>),
}

/// A list of facts that may be known to be incomplete.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The elements that are known to exist, in order.
    pub items: Items,
    /// Set when there may be further elements that the input does not show.
    pub open: Option<Reason>,
}

/// Something with named parts. Implementations compute the parts on demand.
pub trait Object: fmt::Debug + Send + Sync {
    /// The part of that name. `None`: a map without that key (a record has a fact for every field of its type).
    fn get(&self, name: &str) -> Option<Fact>;
    /// All parts that are there, in a stable order; the value of one may be unknown, that it is there is not.
    fn entries(&self) -> Vec<(Arc<str>, Fact)>;
    /// A text that is equal for two objects exactly when they are the same thing.
    fn identity(&self) -> String;
}

/// The chain of places behind a value: the deciding one first, then those it hides or was computed from.
///
/// Facts are handed out by the million and their histories with them, so that copies share one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Provenance(Option<Arc<Vec<Step>>>);

/// One link of a provenance chain.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    /// What the place did to the value.
    pub role: Role,
    /// The place, where there is one in the input.
    pub at: Option<Location>,
    /// What to tell people about it, lower case, no full stop; may be empty where the place says it all.
    pub text: Arc<str>,
}

/// What a place did to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The value stands here.
    Set,
    /// Nothing sets it: the documented default applies.
    Default,
    /// A value stands here too, but is not used.
    Hidden,
    /// The value was computed, among other things from this place.
    From,
    /// The input does not say; this is what is missing.
    Missing,
}

impl Fact {
    /// A known value.
    #[must_use]
    pub fn known(datum: impl Into<Datum>, provenance: Provenance) -> Self {
        Self { state: State::Known(datum.into()), provenance }
    }

    /// A value that the input does not settle.
    #[must_use]
    pub fn unknown(reason: impl Into<Arc<str>>, provenance: Provenance) -> Self {
        Self { state: State::Unknown(Reason(reason.into())), provenance }
    }

    /// A value that is known not to be set; `default` stands in.
    #[must_use]
    pub fn absent(default: Option<Datum>, provenance: Provenance) -> Self {
        Self { state: State::Absent(default), provenance }
    }

    /// The value in force: the one stated, or the documented default.
    #[must_use]
    pub fn datum(&self) -> Option<&Datum> {
        match &self.state {
            State::Known(datum) | State::Absent(Some(datum)) => Some(datum),
            State::Absent(None) | State::Unknown(_) => None,
        }
    }

    /// The text in force, if the value is a text.
    #[must_use]
    pub fn text(&self) -> Option<&Arc<str>> {
        match self.datum() {
            Some(Datum::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The truth value in force, if the value is one.
    #[must_use]
    pub fn bool(&self) -> Option<bool> {
        match self.datum() {
            Some(Datum::Bool(value)) => Some(*value),
            _ => None,
        }
    }

    /// The number in force, if the value is one.
    #[must_use]
    pub fn int(&self) -> Option<i64> {
        match self.datum() {
            Some(Datum::Int(value)) => Some(*value),
            _ => None,
        }
    }

    /// The list in force, if the value is one.
    #[must_use]
    pub fn list(&self) -> Option<&List> {
        match self.datum() {
            Some(Datum::List(list)) => Some(list),
            _ => None,
        }
    }

    /// The object in force, if the value is one.
    #[must_use]
    pub fn object(&self) -> Option<&Arc<dyn Object>> {
        match self.datum() {
            Some(Datum::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// Why the value is not known.
    #[must_use]
    pub fn unknown_reason(&self) -> Option<&Reason> {
        match &self.state {
            State::Unknown(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether the input leaves the value open.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self.state, State::Unknown(_))
    }
}

impl Provenance {
    /// The history of a value that came from nowhere.
    pub const NONE: Self = Self(None);

    /// The links of the chain.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// A chain of one step that sets the value at a place.
    #[must_use]
    pub fn set(at: Location) -> Self {
        Self::step(Role::Set, Some(at), "")
    }

    /// A chain of one step.
    #[must_use]
    pub fn step(role: Role, at: Option<Location>, text: impl Into<Arc<str>>) -> Self {
        Self(Some(Arc::new(vec![Step { role, at, text: text.into() }])))
    }

    /// The chain with one more step at its end.
    #[must_use]
    pub fn then(mut self, role: Role, at: Option<Location>, text: impl Into<Arc<str>>) -> Self {
        self.extend([Step { role, at, text: text.into() }]);
        self
    }

    /// The first place of the chain.
    #[must_use]
    pub fn place(&self) -> Option<&Location> {
        self.steps().iter().find_map(|step| step.at.as_ref())
    }
}

impl Extend<Step> for Provenance {
    fn extend<I: IntoIterator<Item = Step>>(&mut self, steps: I) {
        let mut steps = steps.into_iter().peekable();
        if steps.peek().is_some() {
            Arc::make_mut(self.0.get_or_insert_default()).extend(steps);
        }
    }
}

impl FromIterator<Step> for Provenance {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        let mut chain = Self::NONE;
        chain.extend(steps);
        chain
    }
}

impl List {
    /// A complete list.
    #[must_use]
    pub fn complete(items: Vec<Fact>) -> Self {
        Self { items: items.into(), open: None }
    }
}

impl From<bool> for Datum {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Datum {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Datum {
    fn from(value: &str) -> Self {
        Self::Text(Arc::from(value))
    }
}

impl From<String> for Datum {
    fn from(value: String) -> Self {
        Self::Text(Arc::from(value))
    }
}

impl From<List> for Datum {
    fn from(value: List) -> Self {
        Self::List(value)
    }
}

impl From<Arc<dyn Object>> for Datum {
    fn from(value: Arc<dyn Object>) -> Self {
        Self::Object(value)
    }
}

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::List(list) => {
                for (index, item) in list.items.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{item}")?;
                }
                if list.open.is_some() {
                    f.write_str(if list.items.is_empty() { "?" } else { ", ?" })?;
                }
                Ok(())
            }
            Self::Object(object) => f.write_str(&object.identity()),
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::Known(datum) | State::Absent(Some(datum)) => write!(f, "{datum}"),
            State::Absent(None) => Ok(()),
            State::Unknown(_) => f.write_str("?"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
