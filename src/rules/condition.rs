//! Conditions as rules write them: compiled against the model and the functions, with what they look up in dated tables.

use std::sync::Arc;

use super::cel::{self, Error, Expression, Type};
use super::functions::FUNCTIONS;
use super::tables;
use super::types::Records;

/// Parses and checks a condition.
///
/// # Errors
/// Every mistake that can be told apart, with its range in the text; a table or a column that there is not is one.
pub(super) fn compile(text: &str, variables: &[(&str, Type)]) -> Result<Expression, Vec<Error>> {
    let expression = cel::compile(text, variables, Records::get(), FUNCTIONS)?;
    let mistakes: Vec<Error> = expression.calls().iter().filter_map(mistake).collect();
    if mistakes.is_empty() { Ok(expression) } else { Err(mistakes) }
}

fn mistake(call: &cel::Call) -> Option<Error> {
    let argument = |wanted: &str| call.texts.iter().find(|(parameter, ..)| *parameter == wanted);
    let (_, table, at) = argument("table")?;
    let wrong = |message, range: &std::ops::Range<usize>| Error { range: range.clone(), message, help: None };
    if let Some(message) = tables::problem(table, None) {
        return Some(wrong(message, at));
    }
    let (_, column, at) = argument("column")?;
    tables::problem(table, Some(column)).map(|message| wrong(message, at))
}

/// The dated tables that conditions rest on, each once.
pub(super) fn tables<'e>(conditions: impl IntoIterator<Item = &'e Expression>) -> Vec<Arc<str>> {
    let mut found: Vec<Arc<str>> = Vec::new();
    for condition in conditions {
        let called = condition.calls().iter().flat_map(|call| &call.texts);
        let called = called.filter(|(parameter, ..)| *parameter == "table").map(|(_, table, _)| table);
        for table in called.chain(condition.tables()) {
            if !found.contains(table) {
                found.push(Arc::clone(table));
            }
        }
    }
    found
}
