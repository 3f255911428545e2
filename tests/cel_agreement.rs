//! Two promises about conditions, tried on generated expressions and worlds:
//!
//! 1. Where everything is known, a condition has the value that CEL gives it; what is an error in CEL is unknown here.
//!    The reference is the `cel` crate.
//! 2. A value that is found although something is unknown is the value in every world that the unknown leaves possible.
//!
//! Expressions are generated as trees with types, printed, and read back as text, so that the parsers are compared too:
//! parentheses stand only where precedence asks for them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unreachable,
    clippy::panic,
    reason = "a generator that breaks its own promise fails the test"
)]

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use maillint::effective::{Datum, Fact, List, Object, Provenance, Reason, Role, State};
use maillint::rules::cel::{Budget, Function, Kind as Parameter, Outcome, Schema, Scope, Type, compile};
use proptest::array::uniform4;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::{NewTree, Union, ValueTree};
use proptest::test_runner::TestRunner;

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(2_000), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn known_values_are_those_of_the_reference(expression in expression(false), world in world(false)) {
        let text = expression.text(Dialect::Shared);
        let ours = evaluate(&text, &world, None)?.value;
        let theirs = reference(&expression.text(Dialect::Reference), &world)?;
        let agree = match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => same(ours, theirs),
            (Err(_), Err(_)) => true,
            _ => false,
        };
        prop_assert!(agree, "{text}\n  here:      {}\n  reference: {theirs:?}", told(&ours));
    }

    #[test]
    fn unknowns_never_hide_another_value(expression in expression(true), world in world(true)) {
        let text = expression.text(Dialect::Full);
        match evaluate(&text, &world, None)?.value {
            Err(unknown) => prop_assert!(!unknown.reasons.is_empty(), "{text}\n  is unknown without a reason"),
            Ok(vague) => {
                for possible in 0..WORLDS {
                    let clear = evaluate(&text, &world, Some(possible))?.value;
                    let agree = match &clear {
                        Ok(clear) => covers(&vague, clear),
                        // Two ways in which a list that was found can turn out not to be there. While `site` is unknown,
                        // `sites.map(v, site.ini['a'])` has as many elements as `sites`, each of them unknown; then the
                        // key is missing. And `hosts.filter(v, …)` of an open list goes by the hosts that were seen; then
                        // the condition has no value for another one.
                        Err(_) => {
                            let makes_lists = expression.any(&|expr| matches!(expr.head, Head::Macro("map" | "filter")));
                            expression.any(&Expr::maps_indexed) || makes_lists && world.0.iter().any(Part::is_open)
                        }
                    };
                    prop_assert!(
                        agree,
                        "{text}\n  before knowing: {vague}\n  in world {possible}:     {}",
                        told(&clear)
                    );
                }
            }
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Both evaluations

fn evaluate(text: &str, world: &World, possible: Option<usize>) -> Result<Outcome, TestCaseError> {
    let types: Vec<(&str, Type)> = VARIABLES.iter().map(|(name, kind)| (*name, kind.described())).collect();
    let compiled = compile(text, &types, &Vocabulary, &FUNCTIONS)
        .map_err(|errors| TestCaseError::fail(format!("{text}\n  does not compile: {errors:?}")))?;
    let mut scope = Scope::new();
    for ((name, _), part) in VARIABLES.iter().zip(&world.0) {
        scope.bind(name, part.fact(name, possible));
    }
    Ok(compiled.evaluate(&scope, &mut Budget(u64::MAX)))
}

fn reference(text: &str, world: &World) -> Result<Result<cel::Value, cel::ExecutionError>, TestCaseError> {
    use cel::ExecutionError::{NoSuchOverload, UndeclaredReference, UnexpectedType};
    let program = cel::Program::compile(text)
        .map_err(|errors| TestCaseError::fail(format!("{text}\n  the reference cannot read it: {errors}")))?;
    let mut context = cel::Context::default();
    let failed = |message| cel::ExecutionError::function_error("label", message);
    let added =
        context.add_function("label", move |name: Arc<String>| label(&name).map(cel::Value::from).map_err(failed));
    added.map_err(|error| TestCaseError::fail(error.to_string()))?;
    for ((name, _), part) in VARIABLES.iter().zip(&world.0) {
        if let Some(value) = part.reference() {
            context.add_variable_from_value(*name, value);
        }
    }
    match program.execute(&context) {
        // The expression is not well typed: whatever it was meant to try, it does not.
        Err(error @ (NoSuchOverload(_) | UndeclaredReference(_) | UnexpectedType { .. })) => {
            Err(TestCaseError::fail(format!("{text}\n  the reference finds a mistake: {error}")))
        }
        result => Ok(result),
    }
}

fn told(value: &Result<Datum, impl fmt::Display>) -> String {
    match value {
        Ok(value) => format!("{value:?}"),
        Err(unknown) => format!("unknown: {unknown}"),
    }
}

/// Whether the value is the one of the reference.
fn same(ours: &Datum, theirs: &cel::Value) -> bool {
    match (ours, theirs) {
        (Datum::Bool(ours), cel::Value::Bool(theirs)) => ours == theirs,
        (Datum::Int(ours), cel::Value::Int(theirs)) => ours == theirs,
        (Datum::Text(ours), cel::Value::String(theirs)) => **ours == ***theirs,
        (Datum::List(ours), cel::Value::List(theirs)) => {
            let mut pairs = ours.items.iter().zip(theirs.iter());
            ours.open.is_none()
                && ours.items.len() == theirs.len()
                && pairs.all(|(ours, theirs)| ours.datum().is_some_and(|ours| same(ours, theirs)))
        }
        _ => false,
    }
}

/// Whether the value can turn out to be `clear`: elements may be unknown, and open lists may go on.
fn covers(vague: &Datum, clear: &Datum) -> bool {
    match (vague, clear) {
        (Datum::Bool(vague), Datum::Bool(clear)) => vague == clear,
        (Datum::Int(vague), Datum::Int(clear)) => vague == clear,
        (Datum::Text(vague), Datum::Text(clear)) => vague == clear,
        (Datum::Object(vague), Datum::Object(clear)) => vague.identity() == clear.identity(),
        (Datum::List(vague), Datum::List(clear)) => {
            let mut pairs = vague.items.iter().zip(clear.items.iter());
            clear.open.is_none()
                && (vague.items.len() == clear.items.len()
                    || vague.open.is_some() && vague.items.len() < clear.items.len())
                && pairs.all(|(vague, clear)| match (vague.datum(), clear.datum()) {
                    (Some(vague), Some(clear)) => covers(vague, clear),
                    (Some(_), None) => false,
                    (None, clear) => vague.is_unknown() || clear.is_none(),
                })
        }
        _ => false,
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// The vocabulary

/// The types of generated expressions. A bag is a list in no certain order: the reference goes through maps in any order,
/// so what it makes of their keys is only counted and searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
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

use Kind::{Bool, Grid, Int, IntBag, Ints, Map, Site, Sites, Text, TextBag, Texts};

const KINDS: [Kind; 11] = [Bool, Int, Text, Ints, Texts, Grid, Map, Site, Sites, IntBag, TextBag];

const VARIABLES: [(&str, Kind); 11] = [
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
const FIELDS: [(&str, Kind, bool); 7] = [
    ("name", Text, false),
    ("hosts", Texts, false),
    ("active", Bool, false),
    ("ini", Map, false),
    ("port", Int, true),
    ("note", Text, true),
    ("next", Site, true),
];

const KEYS: [&str; 3] = ["a", "x", "k"];

struct Vocabulary;

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

fn label(name: &str) -> Result<String, &'static str> {
    if name.is_empty() { Err("there is no label") } else { Ok(name.split('a').next().unwrap_or_default().to_string()) }
}

static FUNCTIONS: [Function; 1] = [Function {
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
    fn described(self) -> Type {
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
    fn element(self) -> Self {
        match self {
            Ints | IntBag => Int,
            Texts | TextBag | Map => Text,
            Grid => Ints,
            Sites => Site,
            Bool | Int | Text | Site => self,
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Worlds

/// How many worlds an unknown leaves possible.
const WORLDS: usize = 4;

/// The values of the variables.
#[derive(Clone)]
struct World(Vec<Part>);

/// What is known of a value.
#[derive(Clone)]
enum Part {
    Is(Plain),
    Unset,
    /// Not set, with a default that stands in.
    Default(Plain),
    /// Not known: what it is in each of the possible worlds.
    Unknown(Box<[Part; WORLDS]>),
}

#[derive(Clone)]
enum Plain {
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
    fn is_open(&self) -> bool {
        match self {
            Self::Is(plain) | Self::Default(plain) => plain.is_open(),
            Self::Unset | Self::Unknown(_) => false,
        }
    }

    /// The part as a fact, in one of the possible worlds or before it is known which.
    fn fact(&self, place: &str, possible: Option<usize>) -> Fact {
        let history = Provenance::step(Role::Set, None, place);
        match (self, possible) {
            (Self::Is(plain), _) => Fact::known(plain.datum(place, possible), history),
            (Self::Unset, _) => Fact::absent(None, history),
            (Self::Default(plain), _) => Fact::absent(Some(plain.datum(place, possible)), history),
            (Self::Unknown(_), None) => Fact::unknown(format!("{place} is not known"), history),
            (Self::Unknown(parts), Some(world)) => parts[world].fact(&format!("{place}~{world}"), possible),
        }
    }

    fn reference(&self) -> Option<cel::Value> {
        match self {
            Self::Is(plain) => Some(plain.reference()),
            Self::Unset => None,
            Self::Default(_) | Self::Unknown(_) => unreachable!("the reference knows only values"),
        }
    }
}

impl Plain {
    fn is_open(&self) -> bool {
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

const INTS: [i64; 8] = [0, 1, 2, 3, 7, -1, i64::MAX, i64::MIN];

// Every one is a valid pattern too: an invalid one written out is a mistake that is found when the condition is read,
// which the reference finds only when it gets there. Computed patterns can be invalid.
const TEXTS: [&str; 11] = ["", "a", "x", "k", "ab", "xa", "ä", r"\d", "a\nb", "'\"", "😀b"];

fn world(vague: bool) -> impl Strategy<Value = World> {
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

// ---------------------------------------------------------------------------------------------------------------------
// Expressions

/// An expression of the subset.
#[derive(Clone, PartialEq)]
struct Expr {
    kind: Kind,
    head: Head,
    parts: Vec<Expr>,
}

/// What an expression does with its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Head {
    True,
    False,
    Int {
        value: i64,
        hexadecimal: bool,
    },
    Text {
        value: &'static str,
        style: usize,
    },
    /// One of the names in scope that have the kind, the innermost first.
    Name(usize),
    List,
    Not,
    Negate,
    Binary(&'static str),
    Choice,
    Field(&'static str),
    Index,
    Has(&'static str),
    Blank(&'static str),
    Call(&'static str),
    Method(&'static str),
    Macro(&'static str),
}

/// Who reads the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// Everything that the subset has.
    Full,
    /// The subset, without the shapes that CEL gives another meaning.
    Shared,
    /// CEL, with our additions spelled out.
    Reference,
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Dialect::Full))
    }
}

impl Expr {
    fn text(&self, dialect: Dialect) -> String {
        Printer { dialect, locals: Vec::new() }.print(self, 0)
    }

    /// How tightly the expression holds together.
    fn level(&self, dialect: Dialect) -> u8 {
        match self.head {
            Head::Choice => 0,
            Head::Binary("||") => 1,
            Head::Blank(_) if dialect == Dialect::Reference => 1,
            Head::Binary("&&") => 2,
            Head::Has(_) if dialect == Dialect::Reference => 2,
            Head::Binary("+" | "-") => 4,
            Head::Binary("*" | "/" | "%") => 5,
            Head::Binary(_) => 3,
            Head::Not | Head::Negate => 6,
            Head::Int { value, .. } if value < 0 => 6,
            _ => 7,
        }
    }

    /// Whether a path goes through an element or a key.
    fn is_indexed(&self) -> bool {
        match self.head {
            Head::Index => true,
            Head::Field(_) => self.parts[0].kind == Map || self.parts[0].is_indexed(),
            _ => false,
        }
    }

    /// Whether this is a `map` whose elements are paths through an element or a key.
    fn maps_indexed(&self) -> bool {
        self.head == Head::Macro("map") && self.parts[1].is_indexed()
    }

    /// Whether something holds for the expression or a part of it.
    fn any(&self, holds: &dyn Fn(&Self) -> bool) -> bool {
        holds(self) || self.parts.iter().any(|part| part.any(holds))
    }

    /// Whether a path can end at something that is not set.
    fn is_loose(&self) -> bool {
        match self.head {
            Head::Index => self.parts[0].is_loose(),
            Head::Field(field) => {
                FIELDS.iter().any(|(name, _, optional)| *name == field && *optional) || self.parts[0].is_loose()
            }
            _ => false,
        }
    }
}

struct Printer {
    dialect: Dialect,
    locals: Vec<(String, Kind)>,
}

impl Printer {
    /// The text, in parentheses if it is looser than what stands around it allows.
    fn print(&mut self, expr: &Expr, least: u8) -> String {
        let text = self.bare(expr);
        if expr.level(self.dialect) < least { format!("({text})") } else { text }
    }

    fn bare(&mut self, expr: &Expr) -> String {
        let parts = &expr.parts;
        match expr.head {
            Head::True => "true".to_string(),
            Head::False => "false".to_string(),
            Head::Int { value, hexadecimal: true } if value < 0 => format!("-{:#x}", value.unsigned_abs()),
            Head::Int { value, hexadecimal: true } => format!("{value:#x}"),
            Head::Int { value, .. } => value.to_string(),
            Head::Text { value, style } => quoted(value, style),
            Head::Name(choice) => self.name(expr.kind, choice),
            Head::List => format!("[{}]", self.listed(parts)),
            Head::Not => format!("!{}", self.print(&parts[0], 6)),
            // `--x` is not the negation of a negation: the reference, like others, drops signs in pairs, even where
            // `-x` does not fit into 64 bits. And `-5` is a number, not the negation of one.
            Head::Negate => match parts[0].head {
                Head::Int { .. } => format!("-({})", self.bare(&parts[0])),
                _ => format!("-{}", self.print(&parts[0], 7)),
            },
            Head::Binary(sign) => {
                let level = expr.level(self.dialect);
                format!("{} {sign} {}", self.print(&parts[0], level), self.print(&parts[1], level + 1))
            }
            Head::Choice => {
                let (condition, yes) = (self.print(&parts[0], 1), self.print(&parts[1], 1));
                format!("{condition} ? {yes} : {}", self.print(&parts[2], 0))
            }
            Head::Field(field) => format!("{}.{field}", self.print(&parts[0], 7)),
            Head::Index => format!("{}[{}]", self.print(&parts[0], 7), self.print(&parts[1], 0)),
            Head::Has(field) | Head::Blank(field) => self.presence(expr, field),
            Head::Call(name) => format!("{name}({})", self.listed(parts)),
            Head::Method(name) => format!("{}.{name}({})", self.print(&parts[0], 7), self.listed(&parts[1..])),
            Head::Macro(name) => {
                let range = self.print(&parts[0], 7);
                let local = format!("v{}", self.locals.len());
                self.locals.push((local.clone(), parts[0].kind.element()));
                let mut body = self.print(&parts[1], 0);
                self.locals.pop();
                // `map` keeps the facts that a path names, also where nothing is set, so that a list has as many
                // elements as the list it was made of. For CEL that is an error.
                if name == "map" && self.dialect != Dialect::Full && parts[1].is_loose() {
                    body = format!("[{body}][0]");
                }
                format!("{range}.{name}({local}, {body})")
            }
        }
    }

    fn listed(&mut self, parts: &[Expr]) -> String {
        parts.iter().map(|part| self.print(part, 0)).collect::<Vec<_>>().join(", ")
    }

    fn name(&self, kind: Kind, choice: usize) -> String {
        let locals = self.locals.iter().rev().map(|(name, kind)| (&**name, *kind));
        let fitting: Vec<&str> = locals.chain(VARIABLES).filter(|known| known.1 == kind).map(|known| known.0).collect();
        fitting[choice % fitting.len()].to_string()
    }

    fn presence(&mut self, expr: &Expr, field: &str) -> String {
        let mut of = self.print(&expr.parts[0], 7);
        // `has(list[9].name)` is false and `blank(list[9].name)` true: what has nothing has no parts. For CEL both are
        // errors, and here too once the record is no longer a path.
        let indexed = expr.parts[0].is_indexed();
        if indexed && self.dialect != Dialect::Full {
            of = format!("[{of}][0]");
        }
        let blank = matches!(expr.head, Head::Blank(_));
        if self.dialect != Dialect::Reference {
            return format!("{}({of}.{field})", if blank { "blank" } else { "has" });
        }
        // `has(a.b.c)` is false when `a.b` is not set; CEL asks for `has(a.b) && has(a.b.c)`.
        let mut tests = vec![format!("has({of}.{field})")];
        let mut on_the_way = &expr.parts[0];
        while let (Head::Field(_), false) = (on_the_way.head, indexed) {
            tests.push(format!("has({})", self.bare(on_the_way)));
            on_the_way = &on_the_way.parts[0];
        }
        tests.reverse();
        let has = tests.join(" && ");
        match FIELDS.iter().find(|(name, ..)| *name == field && expr.parts[0].kind == Site).map_or(Text, |it| it.1) {
            _ if !blank => has,
            Text => format!("!({has}) || {of}.{field} == ''"),
            Texts => format!("!({has}) || {of}.{field} == []"),
            _ => format!("!({has}) || false"),
        }
    }
}

/// A text literal in one of the ways to write it.
fn quoted(text: &str, style: usize) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\"");
    match style {
        1 => format!("\"{}\"", escaped.replace('\n', "\\n")),
        2 if !text.contains(['\'', '\n']) => format!("r'{text}'"),
        3 => format!("'''{escaped}'''"),
        4 => format!("\"\"\"{escaped}\"\"\""),
        5 => format!("'{}'", text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect::<Vec<_>>().concat()),
        _ => format!("'{}'", escaped.replace('\n', "\\n")),
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Generated expressions

type Choices = Vec<(u32, BoxedStrategy<Expr>)>;

/// Expressions of each kind up to some depth.
struct Level(HashMap<Kind, BoxedStrategy<Expr>>);

fn expression(same_things: bool) -> impl Strategy<Value = Expr> {
    let mut level = Level::lowest();
    for _ in 0..4 {
        level = level.next(same_things);
    }
    let results = [(5, Bool), (2, Int), (2, Text), (1, Ints), (1, Texts), (1, Grid)];
    Shrunk(Union::new_weighted(results.map(|(weight, kind)| (weight, level.of(kind))).to_vec()).boxed())
}

impl Level {
    fn of(&self, kind: Kind) -> BoxedStrategy<Expr> {
        self.0[&kind].clone()
    }

    /// An expression with parts of these kinds.
    fn made(&self, kind: Kind, head: Head, parts: &[Kind]) -> BoxedStrategy<Expr> {
        let parts: Vec<_> = parts.iter().map(|part| self.of(*part)).collect();
        parts.prop_map(move |parts| Expr { kind, head, parts }).boxed()
    }

    /// An expression with one of several heads.
    fn any_of(&self, kind: Kind, heads: &[Head], parts: &[Kind]) -> BoxedStrategy<Expr> {
        Union::new(heads.iter().map(|head| self.made(kind, *head, parts))).boxed()
    }

    fn lowest() -> Self {
        let leaf = |kind, head| Expr { kind, head, parts: Vec::new() };
        let name = move |kind| (0..3_usize).prop_map(move |choice| leaf(kind, Head::Name(choice))).boxed();
        let mut level = Self(HashMap::new());
        for kind in KINDS {
            let literal = match kind {
                Bool => select(vec![leaf(kind, Head::False), leaf(kind, Head::True)]).boxed(),
                Int => (select(&INTS[..]), prop::bool::weighted(0.1))
                    .prop_map(move |(value, hexadecimal)| leaf(kind, Head::Int { value, hexadecimal }))
                    .boxed(),
                Text => (select(&TEXTS[..]), 0..6_usize)
                    .prop_map(move |(value, style)| leaf(kind, Head::Text { value, style }))
                    .boxed(),
                Ints | Texts | Grid | Sites => Just(leaf(kind, Head::List)).boxed(),
                Map | Site => name(kind),
                IntBag | TextBag => {
                    let body = if kind == IntBag { leaf(Int, Head::Name(0)) } else { leaf(Text, Head::Name(0)) };
                    let parts = vec![leaf(Map, Head::Name(0)), body];
                    Just(Expr { kind, head: Head::Macro("map"), parts }).boxed()
                }
            };
            let leaves = if matches!(kind, IntBag | TextBag) {
                literal
            } else {
                Union::new_weighted(vec![(2, literal), (3, name(kind))]).boxed()
            };
            level.0.insert(kind, leaves);
        }
        level
    }

    fn next(&self, same_things: bool) -> Self {
        let level = KINDS.into_iter().map(|kind| {
            let mut choices = vec![(3, self.of(kind))];
            match kind {
                Bool => self.truths(&mut choices, same_things),
                Int => self.ints(&mut choices),
                Text => self.texts(&mut choices),
                Site => {
                    choices.push((2, self.made(kind, Head::Index, &[Sites, Int])));
                    choices.push((2, self.made(kind, Head::Field("next"), &[Site])));
                }
                Map => choices.push((2, self.made(kind, Head::Field("ini"), &[Site]))),
                IntBag | TextBag => self.bags(&mut choices, kind),
                Ints | Texts | Grid | Sites => self.lists(&mut choices, kind),
            }
            if !matches!(kind, IntBag | TextBag) {
                choices.push((1, self.made(kind, Head::Choice, &[Bool, kind, kind])));
            }
            (kind, Union::new_weighted(choices).boxed())
        });
        Self(level.collect())
    }

    fn truths(&self, choices: &mut Choices, same_things: bool) {
        let heads = |signs: &[&'static str]| signs.iter().map(|sign| Head::Binary(sign)).collect::<Vec<_>>();
        choices.push((4, self.any_of(Bool, &heads(&["&&", "||"]), &[Bool, Bool])));
        choices.push((2, self.made(Bool, Head::Not, &[Bool])));
        // Two records are equal here when they are the same thing, whatever they hold, and CEL compares what they hold:
        // equality of records and maps, also as elements, is not for the reference.
        let comparable = [Bool, Int, Text, Ints, Texts, Grid, Site, Map, Sites];
        for kind in &comparable[..if same_things { 9 } else { 6 }] {
            choices.push((1, self.any_of(Bool, &heads(&["==", "!="]), &[*kind, *kind])));
        }
        for kind in [Int, Text] {
            choices.push((1, self.any_of(Bool, &heads(&["<", "<=", ">", ">="]), &[kind, kind])));
        }
        let ranges = [Ints, Texts, Grid, Map, IntBag, TextBag, Sites];
        for kind in &ranges[..if same_things { 7 } else { 6 }] {
            choices.push((1, self.made(Bool, Head::Binary("in"), &[kind.element(), *kind])));
        }
        let methods = ["startsWith", "endsWith", "contains", "matches"].map(Head::Method);
        choices.push((2, self.any_of(Bool, &methods, &[Text, Text])));
        for kind in [Ints, Texts, Grid, Sites, Map, IntBag, TextBag] {
            let macros = ["all", "exists", "exists_one"].map(Head::Macro);
            choices.push((1, self.any_of(Bool, &macros, &[kind, Bool])));
        }
        choices.push((1, self.made(Bool, Head::Field("active"), &[Site])));
        let fields = FIELDS.map(|(name, ..)| name);
        choices.push((2, self.any_of(Bool, &fields.map(Head::Has), &[Site])));
        choices.push((1, self.any_of(Bool, &fields.map(Head::Blank), &[Site])));
        choices.push((1, self.any_of(Bool, &KEYS.map(Head::Has), &[Map])));
        choices.push((1, self.any_of(Bool, &KEYS.map(Head::Blank), &[Map])));
    }

    fn ints(&self, choices: &mut Choices) {
        let signs = ["+", "-", "*", "/", "%"].map(Head::Binary);
        choices.push((4, self.any_of(Int, &signs, &[Int, Int])));
        choices.push((1, self.made(Int, Head::Negate, &[Int])));
        for kind in [Text, Ints, Texts, Grid, Sites, Map, IntBag, TextBag] {
            choices.push((1, self.any_of(Int, &[Head::Call("size"), Head::Method("size")], &[kind])));
        }
        choices.push((2, self.made(Int, Head::Index, &[Ints, Int])));
        choices.push((1, self.made(Int, Head::Field("port"), &[Site])));
    }

    fn texts(&self, choices: &mut Choices) {
        choices.push((3, self.made(Text, Head::Binary("+"), &[Text, Text])));
        choices.push((2, self.made(Text, Head::Index, &[Texts, Int])));
        choices.push((2, self.made(Text, Head::Index, &[Map, Text])));
        choices.push((1, self.any_of(Text, &KEYS.map(Head::Field), &[Map])));
        choices.push((2, self.any_of(Text, &["name", "note"].map(Head::Field), &[Site])));
        choices.push((1, self.made(Text, Head::Call("label"), &[Text])));
    }

    fn lists(&self, choices: &mut Choices, kind: Kind) {
        let element = kind.element();
        for length in 1..=3 {
            choices.push((1, self.made(kind, Head::List, &vec![element; length])));
        }
        choices.push((2, self.made(kind, Head::Binary("+"), &[kind, kind])));
        choices.push((3, self.made(kind, Head::Macro("filter"), &[kind, Bool])));
        for range in [Ints, Texts, Grid, Sites] {
            choices.push((1, self.made(kind, Head::Macro("map"), &[range, element])));
        }
        match kind {
            Ints => choices.push((1, self.made(kind, Head::Index, &[Grid, Int]))),
            Texts => choices.push((2, self.made(kind, Head::Field("hosts"), &[Site]))),
            _ => {}
        }
    }

    fn bags(&self, choices: &mut Choices, kind: Kind) {
        choices.push((1, self.made(kind, Head::Binary("+"), &[kind, kind])));
        choices.push((1, self.made(kind, Head::Macro("filter"), &[kind, Bool])));
        for range in [Map, IntBag, TextBag] {
            choices.push((1, self.made(kind, Head::Macro("map"), &[range, kind.element()])));
        }
        if kind == TextBag {
            choices.push((2, self.made(kind, Head::Macro("filter"), &[Map, Bool])));
        }
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// Shrinking: a part of the same kind in place of the whole, which the strategies themselves never try.

#[derive(Debug)]
struct Shrunk(BoxedStrategy<Expr>);

struct Shrinking {
    /// The smallest expression known to fail.
    best: Expr,
    trial: Expr,
    untried: Vec<Expr>,
    done: bool,
}

impl Strategy for Shrunk {
    type Tree = Shrinking;
    type Value = Expr;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let trial = self.0.new_tree(runner)?.current();
        Ok(Shrinking { best: trial.clone(), trial, untried: Vec::new(), done: false })
    }
}

impl ValueTree for Shrinking {
    type Value = Expr;

    fn current(&self) -> Expr {
        self.trial.clone()
    }

    fn simplify(&mut self) -> bool {
        if self.done {
            return false;
        }
        self.best = self.trial.clone();
        self.untried = self.best.smaller();
        self.untried.reverse();
        self.complicate() && !self.done
    }

    fn complicate(&mut self) -> bool {
        if self.done {
            return false;
        }
        // With nothing left to try, the best is offered once more: only after a failure does the world shrink too.
        let next = self.untried.pop();
        self.done = next.is_none();
        self.trial = next.unwrap_or_else(|| self.best.clone());
        true
    }
}

impl Expr {
    fn leaf(kind: Kind) -> Option<Self> {
        let head = match kind {
            Bool => Head::False,
            Int => Head::Int { value: 0, hexadecimal: false },
            Text => Head::Text { value: "", style: 0 },
            Ints | Texts | Grid | Sites => Head::List,
            Map | Site => Head::Name(0),
            IntBag | TextBag => return None,
        };
        Some(Self { kind, head, parts: Vec::new() })
    }

    fn weight(&self) -> usize {
        let own = match self.head {
            Head::Int { value: 0, hexadecimal: false } | Head::Text { value: "", style: 0 } | Head::False => 0,
            Head::Int { hexadecimal: false, .. } | Head::Text { style: 0, .. } | Head::True | Head::List => 1,
            Head::Name(choice) => 1 + choice,
            _ => 4,
        };
        own + self.parts.iter().map(Self::weight).sum::<usize>()
    }

    fn inside<'e>(&'e self, found: &mut Vec<&'e Self>) {
        for part in &self.parts {
            found.push(part);
            part.inside(found);
        }
    }

    /// The next smaller expressions of the same kind, the smallest first.
    fn smaller(&self) -> Vec<Self> {
        let mut inside = Vec::new();
        self.inside(&mut inside);
        let fitting = inside.into_iter().filter(|part| part.kind == self.kind).cloned();
        let mut smaller: Vec<Self> = fitting.chain(Self::leaf(self.kind)).collect();
        match self.head {
            Head::Name(choice) if choice > 0 => smaller.push(Self { head: Head::Name(0), ..self.clone() }),
            Head::Int { value, .. } => {
                smaller.push(Self { head: Head::Int { value, hexadecimal: false }, ..self.clone() });
            }
            Head::Text { value, .. } => smaller.push(Self { head: Head::Text { value, style: 0 }, ..self.clone() }),
            Head::List => smaller.extend((0..self.parts.len()).map(|at| {
                let mut shorter = self.clone();
                shorter.parts.remove(at);
                shorter
            })),
            _ => {}
        }
        for (at, part) in self.parts.iter().enumerate() {
            smaller.extend(part.smaller().into_iter().map(|part| {
                let mut other = self.clone();
                other.parts[at] = part;
                other
            }));
        }
        let weight = self.weight();
        smaller.retain(|expr| expr.weight() < weight);
        smaller.sort_by_key(Self::weight);
        smaller
    }
}
