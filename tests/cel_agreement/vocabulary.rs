//! What generated expressions can speak of: variables, the fields of a record, and a function.

use std::sync::Arc;

use maillint::effective::Datum;
use maillint::rules::cel::{Function, Kind as Parameter, Schema, Type};

/// The types of generated expressions. A bag is a list in no certain order: the reference goes through maps in any order,
/// so what it makes of their keys is only counted and searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Bool,
    Int,
    Text,
    Ints,
    Texts,
    Grid,
    Map,
    Site,
    Sites,
    IntBag,
    TextBag,
}

pub(crate) use Kind::{Bool, Grid, Int, IntBag, Ints, Map, Site, Sites, Text, TextBag, Texts};

pub(crate) const KINDS: [Kind; 11] = [Bool, Int, Text, Ints, Texts, Grid, Map, Site, Sites, IntBag, TextBag];

pub(crate) const VARIABLES: [(&str, Kind); 11] = [
    ("yes", Bool),
    ("n", Int),
    ("k", Int),
    ("s", Text),
    ("t", Text),
    ("ints", Ints),
    ("texts", Texts),
    ("grid", Grid),
    ("ini", Map),
    ("site", Site),
    ("sites", Sites),
];

/// The fields of a site, and whether they can be not set.
pub(crate) const FIELDS: [(&str, Kind, bool); 7] = [
    ("name", Text, false),
    ("hosts", Texts, false),
    ("active", Bool, false),
    ("ini", Map, false),
    ("port", Int, true),
    ("note", Text, true),
    ("next", Site, true),
];

pub(crate) const KEYS: [&str; 3] = ["a", "x", "k"];

pub(crate) struct Vocabulary;

impl Schema for Vocabulary {
    fn field(&self, _: &str, field: &str) -> Option<Type> {
        FIELDS.iter().find(|(name, ..)| *name == field).map(|(_, kind, _)| kind.described())
    }

    fn fields(&self, _: &str) -> Vec<Arc<str>> {
        FIELDS.iter().map(|(name, ..)| Arc::from(*name)).collect()
    }

    fn keys(&self, _: &str, _: &str) -> Option<Vec<Arc<str>>> {
        None
    }

    fn members(&self, _: &str, _: &str) -> Option<Vec<Arc<str>>> {
        None
    }
}

pub(crate) fn label(name: &str) -> Result<String, &'static str> {
    if name.is_empty() { Err("there is no label") } else { Ok(name.split('a').next().unwrap_or_default().to_string()) }
}

pub(crate) static FUNCTIONS: [Function; 1] = [Function {
    name: "label",
    parameters: &[("name", Parameter::Text)],
    result: Parameter::Text,
    doc: "a text up to its first `a`",
    call: |arguments| match arguments {
        [Datum::Text(name)] => Ok(Datum::from(label(name)?)),
        _ => Err("called without a name".to_string()),
    },
}];

impl Kind {
    pub(crate) fn described(self) -> Type {
        match self {
            Bool => Type::Bool,
            Int => Type::Int,
            Text => Type::Text,
            Map => Type::map(Type::Text),
            Site => Type::record("site"),
            Ints | Texts | Grid | Sites | IntBag | TextBag => Type::list(self.element().described()),
        }
    }

    /// What a macro's variable is when it goes over a value of this kind.
    pub(crate) fn element(self) -> Self {
        match self {
            Ints | IntBag => Int,
            Texts | TextBag | Map => Text,
            Grid => Ints,
            Sites => Site,
            Bool | Int | Text | Site => self,
        }
    }
}
