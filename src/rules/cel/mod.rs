//! The condition language of rules: a typed subset of CEL, the Common Expression Language
//! (<https://github.com/google/cel-spec>).
//!
//! Spelling, precedence and meaning are CEL's. The subset has `true` and `false`, whole numbers, texts, lists, names,
//! `a.b`, `has(a.b)`, `a[0]`, `a['key']`, `! && || == != < <= > >= in`, `+ - * / %`, `? :`, `size`, `startsWith`,
//! `endsWith`, `contains`, `matches`, the macros `all`, `exists`, `exists_one`, `filter` and `map`, and comments.
//!
//! Left out, each with an error of its own: numbers with fractions, unsigned numbers, bytes, `null`, map and message
//! literals, timestamps, and conversions between types. No setting of mail routing needs them, and without them every
//! expression has exactly one type, so that mistakes are found when a rule is loaded rather than when it runs.
//!
//! Added: the macro `blank(a.b)` (not set, or the empty text, or the empty list), `has` and `blank` on elements and
//! variables too, and the functions that the caller passes to [`compile`].
//!
//! Values are [facts](crate::effective::Fact), so an evaluation can end unknown, and says which facts decided it:
//!
//! - *Unknown* spreads as errors and unknowns do in CEL: `false && unknown` is false in either order, `true && unknown`
//!   is unknown. What CEL calls an error (division by zero, no such key, …) is an unknown with that reason.
//! - A field that is not set counts as its documented default; without one, reading it is unknown.
//! - A list may be open, that is, have elements that nobody has seen: `exists` can be true of it, never false.
//! - *Reads* are the facts that decided: for a false `&&` those of the false side, for a true `exists` those of the
//!   element that was found.

mod calls;
mod check;
mod elements;
mod eval;
mod lexer;
mod loops;
mod names;
mod operators;
mod outcome;
mod parser;
mod places;
mod plan;
mod quoted;
mod suggest;
pub mod syntax;
mod types;
mod value;

#[cfg(test)]
mod tests;

pub use eval::{Expression, Scope};
pub use outcome::{Budget, Outcome, Read, Unknown};
pub use types::{Call, Error, Function, Kind, Schema, Type};

/// Parses and checks a condition.
///
/// # Errors
///
/// Every mistake that can be told apart: of the spelling first, and once that is right, of names and types.
pub fn compile(
    text: &str,
    variables: &[(&str, Type)],
    schema: &dyn Schema,
    functions: &'static [Function],
) -> Result<Expression, Vec<Error>> {
    let node = parse(text)?;
    let mut checker = check::Checker {
        text,
        variables,
        schema,
        functions,
        locals: Vec::new(),
        errors: Vec::new(),
        mentions: Vec::new(),
        calls: Vec::new(),
        tables: Vec::new(),
    };
    let (plan, found) = checker.expression(&node);
    match found.of {
        Some(result) if checker.errors.is_empty() => {
            Ok(Expression::new(text, result, plan, checker.mentions, checker.calls, checker.tables))
        }
        _ => {
            checker.errors.sort_by_key(|error| (error.range.start, error.range.end));
            Err(checker.errors)
        }
    }
}

/// Parses a condition without checking names or types.
///
/// # Errors
///
/// Mistakes of spelling, and everything that CEL has and the subset does not.
pub fn parse(text: &str) -> Result<syntax::Node, Vec<Error>> {
    parser::parse(text)
}
