//! Types of conditions, and what the checker asks of the vocabulary and of the function table.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::effective::Datum;

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// A whole number of 64 bits.
    Int,
    /// A text.
    Text,
    /// A list whose elements are all of one type.
    List(Box<Type>),
    /// A map from text to values of one type.
    Map(Box<Type>),
    /// A record of the vocabulary, by name.
    Record(Arc<str>),
    /// The element type of an empty list literal; fits every type.
    Any,
}

/// The vocabulary, as far as the checker needs it.
pub trait Schema {
    /// The type of a field of a record.
    fn field(&self, record: &str, field: &str) -> Option<Type>;
    /// All fields of a record.
    fn fields(&self, record: &str) -> Vec<Arc<str>>;
    /// The keys of a map field whose keys are documented. Selecting another key with `.` is an error, with `['…']` it
    /// is allowed. `None`: any key.
    fn keys(&self, record: &str, field: &str) -> Option<Vec<Arc<str>>>;
    /// The values that an enumerated text field (or a list of them) can have. `None`: any text.
    fn members(&self, record: &str, field: &str) -> Option<Vec<Arc<str>>>;
    /// The dated table that the value of a field is looked up in, if it is.
    fn table(&self, record: &str, field: &str) -> Option<Arc<str>> {
        let _ = (record, field);
        None
    }
}

/// A call of a function in a condition, with those of its arguments that are written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The name of the function.
    pub function: &'static str,
    /// The name of the parameter, the text, and where it stands in the condition.
    pub texts: Vec<(&'static str, Arc<str>, Range<usize>)>,
}

/// A named function that conditions can call.
#[derive(Debug)]
pub struct Function {
    /// The name in conditions.
    pub name: &'static str,
    /// Names and types of the parameters.
    pub parameters: &'static [(&'static str, Kind)],
    /// The type of the result.
    pub result: Kind,
    /// What the function does, for people.
    pub doc: &'static str,
    /// The function itself. It is called only with known arguments of the declared types; lists are complete.
    pub call: fn(&[Datum]) -> Result<Datum, String>,
}

/// A type that can stand in a constant function table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// A list of text.
    Texts,
}

/// A mistake in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The bytes of the condition that are wrong.
    pub range: Range<usize>,
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// What to do about it, where there is something to say.
    pub help: Option<String>,
}

impl Type {
    /// A list of that type.
    #[must_use]
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// A map to that type.
    #[must_use]
    pub fn map(value: Self) -> Self {
        Self::Map(Box::new(value))
    }

    /// A record of that name.
    #[must_use]
    pub fn record(name: &str) -> Self {
        Self::Record(Arc::from(name))
    }

    /// The type that covers both, if there is one.
    #[must_use]
    pub fn unify(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, known) | (known, Self::Any) => Some(known.clone()),
            (Self::List(left), Self::List(right)) => Some(Self::list(left.unify(right)?)),
            (Self::Map(left), Self::Map(right)) => Some(Self::map(left.unify(right)?)),
            (left, right) => (left == right).then(|| left.clone()),
        }
    }

    /// The type in a sentence, with its article.
    pub(super) fn phrase(&self) -> String {
        match self {
            Self::Bool | Self::Text | Self::Any => self.to_string(),
            Self::List(element) if **element == Self::Any => format!("an {self}"),
            Self::Int | Self::List(_) | Self::Map(_) | Self::Record(_) => format!("a {self}"),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("true or false"),
            Self::Int => f.write_str("number"),
            Self::Text => f.write_str("text"),
            Self::Record(name) => write!(f, "record {name}"),
            Self::Any => f.write_str("anything"),
            Self::List(element) if **element == Self::Any => f.write_str("empty list"),
            Self::List(element) => write!(f, "list of {}", Plural(element)),
            Self::Map(value) => write!(f, "map of {}", Plural(value)),
        }
    }
}

struct Plural<'a>(&'a Type);

impl fmt::Display for Plural<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Type::Int => f.write_str("numbers"),
            Type::Record(name) => write!(f, "{name} records"),
            Type::List(element) => write!(f, "lists of {}", Plural(element)),
            Type::Map(value) => write!(f, "maps of {}", Plural(value)),
            Type::Bool | Type::Text | Type::Any => write!(f, "{}", self.0),
        }
    }
}

impl From<Kind> for Type {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Bool => Self::Bool,
            Kind::Int => Self::Int,
            Kind::Text => Self::Text,
            Kind::Texts => Self::list(Self::Text),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Type::from(*self))
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, (name, kind)) in self.parameters.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{name}: {kind}")?;
        }
        f.write_str(")")
    }
}

impl Error {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn help_maybe(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
