//! Generated expressions, well typed and of every kind.

use std::collections::HashMap;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use crate::expressions::{Expr, Head};
use crate::shrinking::Shrunk;
use crate::vocabulary::{
    Bool, FIELDS, Grid, Int, IntBag, Ints, KEYS, KINDS, Kind, Map, Site, Sites, Text, TextBag, Texts,
};
use crate::worlds::{INTS, TEXTS};

type Choices = Vec<(u32, BoxedStrategy<Expr>)>;

/// Expressions of each kind up to some depth.
struct Level(HashMap<Kind, BoxedStrategy<Expr>>);

pub(crate) fn expression(same_things: bool) -> impl Strategy<Value = Expr> {
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
