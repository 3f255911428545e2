//! Both evaluations of a text in a world, and how their values compare.

use std::fmt;
use std::sync::Arc;

use maillint::effective::Datum;
use maillint::rules::cel::{Budget, Outcome, Scope, Type, compile};
use proptest::prelude::*;

use crate::vocabulary::{FUNCTIONS, VARIABLES, Vocabulary, label};
use crate::worlds::World;

pub(crate) fn evaluate(text: &str, world: &World, possible: Option<usize>) -> Result<Outcome, TestCaseError> {
    let types: Vec<(&str, Type)> = VARIABLES.iter().map(|(name, kind)| (*name, kind.described())).collect();
    let compiled = compile(text, &types, &Vocabulary, &FUNCTIONS)
        .map_err(|errors| TestCaseError::fail(format!("{text}\n  does not compile: {errors:?}")))?;
    let mut scope = Scope::new();
    for ((name, _), part) in VARIABLES.iter().zip(&world.0) {
        scope.bind(name, part.fact(name, possible));
    }
    Ok(compiled.evaluate(&scope, &mut Budget(u64::MAX)))
}

pub(crate) fn reference(text: &str, world: &World) -> Result<Result<cel::Value, cel::ExecutionError>, TestCaseError> {
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

pub(crate) fn told(value: &Result<Datum, impl fmt::Display>) -> String {
    match value {
        Ok(value) => format!("{value:?}"),
        Err(unknown) => format!("unknown: {unknown}"),
    }
}

/// Whether the value is the one of the reference.
pub(crate) fn same(ours: &Datum, theirs: &cel::Value) -> bool {
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
pub(crate) fn covers(vague: &Datum, clear: &Datum) -> bool {
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
