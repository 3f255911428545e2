//! TOML with the span of every key and value.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Content, Member, Node};
use crate::source::{Problem, View};

/// Parses a TOML text (1.0, with what 1.1 adds). All errors are told, not only the first.
///
/// # Errors
/// The places where the text is not TOML; a name that is set twice is one of them.
pub fn parse(view: &View<'_>) -> Result<Node, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(view.text());
    if errors.is_empty() {
        let range = table.span();
        return Ok(Node { span: view.span(range), content: Content::Table(convert_table(view, table.into_inner())) });
    }
    Err(errors
        .iter()
        .map(|error| {
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            let code = if message.contains("duplicate key") { "duplicate-key" } else { "toml-syntax" };
            let range = error.span().unwrap_or(0..0);
            Problem::error(code, format!("not valid TOML: {message}")).at(view.span(range), "here")
        })
        .collect())
}

fn convert_table(view: &View<'_>, table: DeTable<'_>) -> Vec<Member> {
    let mut members: Vec<Member> = table
        .into_iter()
        .map(|(key, value)| Member {
            key_span: view.span(key.span()),
            key: Arc::from(key.into_inner().as_ref()),
            node: convert(view, value),
        })
        .collect();
    // The table is sorted by name; people and reports go by the order of the file.
    members.sort_by_key(|member| member.key_span.start);
    members
}

fn convert(view: &View<'_>, value: Spanned<DeValue<'_>>) -> Node {
    let range = value.span();
    let span = view.span(range);
    let content = match value.into_inner() {
        DeValue::String(text) => Content::Text(Arc::from(text.as_ref())),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(value) => Content::Number(Arc::from(value.to_string())),
            Err(_) => Content::Number(Arc::from(number.as_str())),
        },
        DeValue::Float(number) => Content::Number(Arc::from(number.as_str())),
        DeValue::Boolean(value) => Content::Bool(value),
        DeValue::Datetime(date) => Content::Date(Arc::from(date.to_string())),
        DeValue::Array(array) => Content::List(array.into_iter().map(|element| convert(view, element)).collect()),
        DeValue::Table(table) => Content::Table(convert_table(view, table)),
    };
    Node { span, content }
}
