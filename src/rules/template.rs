//! Texts of rules with `{expressions}` in them.

use std::ops::Range;

use super::cel::{Budget, Error, Expression, Scope, Type};
use super::condition;

/// A text with expressions, ready to be filled in.
#[derive(Debug)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Value(Expression),
}

impl Template {
    /// Reads a text: `{expression}` is replaced by its value, `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// The mistakes in the expressions, with ranges in the text.
    pub fn compile(text: &str, variables: &[(&str, Type)]) -> Result<Self, Vec<Error>> {
        let mut parts = Vec::new();
        let mut errors = Vec::new();
        let mut plain = String::new();
        let mut rest = 0;
        while let Some(character) = text.get(rest..).and_then(|rest| rest.chars().next()) {
            let doubled = text.get(rest..).is_some_and(|text| text.starts_with("{{") || text.starts_with("}}"));
            match character {
                '{' | '}' if doubled => {
                    plain.push(character);
                    rest += 2;
                }
                '{' => match close(text, rest + 1) {
                    Some(end) => {
                        if !plain.is_empty() {
                            parts.push(Part::Text(std::mem::take(&mut plain)));
                        }
                        let inside = text.get(rest + 1..end).unwrap_or("");
                        match condition::compile(inside, variables) {
                            Ok(expression) => parts.push(Part::Value(expression)),
                            Err(found) => errors.extend(found.into_iter().map(|error| shift(error, rest + 1))),
                        }
                        rest = end + 1;
                    }
                    None => {
                        errors.push(mistake(rest..rest + 1, "this brace is not closed; write `{{` for a brace"));
                        rest += 1;
                    }
                },
                '}' => {
                    errors.push(mistake(rest..rest + 1, "this brace closes nothing; write `}}` for a brace"));
                    rest += 1;
                }
                _ => {
                    plain.push(character);
                    rest += character.len_utf8();
                }
            }
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        if errors.is_empty() { Ok(Self { parts }) } else { Err(errors) }
    }

    /// The text with its values. What is unknown is shown as `?`.
    #[must_use]
    pub fn fill(&self, scope: &Scope<'_>, budget: &mut Budget) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Value(expression) => match expression.evaluate(scope, budget).value {
                    Ok(value) => text.push_str(&value.to_string()),
                    Err(_) => text.push('?'),
                },
            }
        }
        text
    }
}

/// The closing brace of an expression, which may hold texts with braces and escaped quotes.
fn close(text: &str, from: usize) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.get(from..)?.char_indices() {
        match (quote, character) {
            _ if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if character == open => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None, '}') => return Some(from + at),
            _ => {}
        }
    }
    None
}

fn shift(error: Error, by: usize) -> Error {
    Error { range: error.range.start + by..error.range.end + by, ..error }
}

fn mistake(range: Range<usize>, message: &str) -> Error {
    Error { range, message: message.to_owned(), help: None }
}
