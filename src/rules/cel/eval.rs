//! Evaluation: scopes, the expression, and the operators that decide with one side.

use std::sync::Arc;

use super::outcome::{Budget, Outcome, Unknown};
use super::plan::Plan;
use super::types::{Call, Type};
use super::value::{Held, Track, Value, distinct};
use crate::effective::{Datum, Fact};

/// The variables of an evaluation.
#[derive(Debug, Clone, Default)]
pub struct Scope<'a> {
    outer: Option<&'a Scope<'a>>,
    variables: Vec<(Arc<str>, Fact)>,
}

impl<'a> Scope<'a> {
    /// A scope without variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A scope that sees the variables of another one, without copying them.
    #[must_use]
    pub fn within(outer: &'a Scope<'a>) -> Self {
        Self { outer: Some(outer), variables: Vec::new() }
    }

    /// Gives a variable its value, in place of an earlier one.
    pub fn bind(&mut self, name: &str, fact: Fact) {
        match self.variables.iter_mut().find(|(known, _)| **known == *name) {
            Some((_, bound)) => *bound = fact,
            None => self.variables.push((Arc::from(name), fact)),
        }
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Fact> {
        let mut scope = Some(self);
        while let Some(here) = scope {
            if let Some((_, fact)) = here.variables.iter().find(|(known, _)| **known == *name) {
                return Some(fact);
            }
            scope = here.outer;
        }
        None
    }
}

/// A checked condition.
#[derive(Debug, Clone)]
pub struct Expression {
    text: Arc<str>,
    result: Type,
    plan: Plan,
    mentions: Vec<String>,
    calls: Vec<Call>,
    tables: Vec<Arc<str>>,
}

impl Expression {
    pub(super) fn new(
        text: &str,
        result: Type,
        plan: Plan,
        mentions: Vec<String>,
        calls: Vec<Call>,
        tables: Vec<Arc<str>>,
    ) -> Self {
        Self { text: Arc::from(text), result, plan, mentions, calls, tables }
    }

    /// The text that was compiled.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The type of the value.
    #[must_use]
    pub fn result_type(&self) -> &Type {
        &self.result
    }

    /// The paths that the condition mentions, in order, whatever it will read of them.
    #[must_use]
    pub fn reads_statically(&self) -> Vec<String> {
        self.mentions.clone()
    }

    /// The calls of functions that have arguments which are written out as texts.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// The dated tables that the fields of the condition are looked up in, each once.
    #[must_use]
    pub fn tables(&self) -> &[Arc<str>] {
        &self.tables
    }

    /// Computes the value.
    #[must_use]
    pub fn evaluate(&self, scope: &Scope<'_>, budget: &mut Budget) -> Outcome {
        let steps = budget.0;
        let mut evaluator = Evaluator::new(scope, budget);
        let value = evaluator.value(&self.plan).and_then(Value::into_datum).map_err(Unknown::distinct);
        if evaluator.exhausted {
            let reason = format!("the condition needs more than {steps} steps");
            return Outcome { value: Err(Unknown::because(reason)), reads: Vec::new() };
        }
        Outcome { value, reads: distinct(evaluator.reads) }
    }

    /// The fact that the condition names, where it is a path: a variable, a selection, an element. `None` for other
    /// conditions, and for a path that cannot be followed, such as one with an index that is unknown.
    #[must_use]
    pub fn fact(&self, scope: &Scope<'_>, budget: &mut Budget) -> Option<Fact> {
        let Plan::Place(place) = &self.plan else { return None };
        let mut evaluator = Evaluator::new(scope, budget);
        match evaluator.find(place, true) {
            Ok(found) => Some(found.into_fact()),
            Err(_) => None,
        }
    }
}

/// One evaluation in progress.
pub(super) struct Evaluator<'a, 'b> {
    pub scope: &'a Scope<'a>,
    /// The values of the variables of the enclosing macros.
    pub locals: Vec<Held<'a>>,
    /// What was read so far. Whoever decides takes away what did not matter.
    pub reads: Vec<Track<'a>>,
    pub exhausted: bool,
    budget: &'b mut Budget,
}

impl<'a, 'b> Evaluator<'a, 'b> {
    fn new(scope: &'a Scope<'a>, budget: &'b mut Budget) -> Self {
        Self { scope, locals: Vec::new(), reads: Vec::new(), exhausted: false, budget }
    }

    /// Takes steps from the budget.
    pub(super) fn charge(&mut self, steps: usize) -> Result<(), Unknown> {
        let left = self.budget.0.checked_sub(steps as u64);
        self.exhausted |= left.is_none();
        self.budget.0 = left.unwrap_or(0);
        left.map(|_| ()).ok_or_else(Unknown::default)
    }

    /// Takes away and gives what was read since `mark`.
    pub(super) fn since(&mut self, mark: usize) -> Vec<Track<'a>> {
        self.reads.split_off(mark.min(self.reads.len()))
    }

    pub(super) fn value(&mut self, plan: &'a Plan) -> Result<Value<'a>, Unknown> {
        self.charge(1)?;
        match plan {
            Plan::Constant(datum) => Ok(Value::Constant(datum)),
            Plan::Place(place) => self.read(place),
            Plan::Not(inner) => Ok(Value::Plain(Datum::Bool(!self.truth(inner)?))),
            Plan::Logic { absorbing, operands } => self.logic(*absorbing, operands),
            Plan::Choice(parts) => {
                let [condition, yes, no] = &**parts;
                if self.truth(condition)? { self.value(yes) } else { self.value(no) }
            }
            Plan::Has(place) => self.has(place),
            Plan::Blank(place) => self.blank(place),
            Plan::Loop(inner) => self.looped(plan, inner),
            Plan::Element(sides) => self.element_in(sides),
            Plan::Key(sides) => self.key_in(sides),
            Plan::List(items) => self.list(items),
            Plan::Negate(inner) => self.negate(inner),
            Plan::Strict(strict, sides) => self.strict(*strict, sides),
            Plan::Concat(sides) => self.concat(sides),
            Plan::Size(inner) => self.size(inner),
            Plan::Matches(matches) => self.matches(matches),
            Plan::Call(function, arguments) => self.call(function, arguments),
        }
    }

    pub(super) fn truth(&mut self, plan: &'a Plan) -> Result<bool, Unknown> {
        self.value(plan)?.bool()
    }

    fn logic(&mut self, absorbing: bool, operands: &'a [Plan]) -> Result<Value<'a>, Unknown> {
        let start = self.reads.len();
        let mut unknown: Option<Unknown> = None;
        let mut unknown_reads = Vec::new();
        for operand in operands {
            let mark = self.reads.len();
            match self.truth(operand) {
                Ok(decided) if decided == absorbing => {
                    self.reads.drain(start..mark);
                    return Ok(Value::Plain(Datum::Bool(absorbing)));
                }
                Ok(_) => {}
                Err(reasons) => {
                    unknown_reads.extend(self.since(mark));
                    unknown = Some(Unknown::join(unknown, reasons));
                }
            }
        }
        match unknown {
            Some(unknown) => {
                self.reads.truncate(start);
                self.reads.extend(unknown_reads);
                Err(unknown)
            }
            None => Ok(Value::Plain(Datum::Bool(!absorbing))),
        }
    }
}
