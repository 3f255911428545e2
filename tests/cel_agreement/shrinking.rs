//! Shrinking: a part of the same kind in place of the whole, which the strategies themselves never try.

use proptest::prelude::*;
use proptest::strategy::{NewTree, ValueTree};
use proptest::test_runner::TestRunner;

use crate::expressions::{Expr, Head};
use crate::vocabulary::{Bool, Grid, Int, IntBag, Ints, Kind, Map, Site, Sites, Text, TextBag, Texts};

#[derive(Debug)]
pub(crate) struct Shrunk(pub(crate) BoxedStrategy<Expr>);

pub(crate) struct Shrinking {
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
