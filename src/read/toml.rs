//! TOML with the span of every key and value.

use std::num::IntErrorKind;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Content, Member, Node};
use crate::source::{Problem, Span, View};

/// Parses a TOML text (1.0, with what 1.1 adds). All errors are told, not only the first.
///
/// # Errors
/// The places where the text is not TOML; a name that is set twice is one of them.
pub fn parse(view: &View<'_>) -> Result<Node, Vec<Problem>> {
    if let Some(rest) = view.text().strip_prefix('\u{feff}') {
        let second = view.text().len() - rest.len();
        let problem = Problem::error("toml-syntax", "not valid TOML: a second byte-order mark");
        return Err(vec![problem.at(view.span(0..second), "remove it")]);
    }
    let (table, errors) = DeTable::parse_recoverable(view.text());
    if errors.is_empty() {
        let range = table.span();
        let mut reader = Reader { view, wrong: Vec::new() };
        let content = Content::Table(reader.table(table.into_inner()));
        return if reader.wrong.is_empty() { Ok(Node { span: view.span(range), content }) } else { Err(reader.wrong) };
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

struct Reader<'r, 'v> {
    view: &'r View<'v>,
    /// Numbers that are none: the parser leaves them as they are written.
    wrong: Vec<Problem>,
}

impl Reader<'_, '_> {
    fn table(&mut self, table: DeTable<'_>) -> Vec<Member> {
        let mut members: Vec<Member> = table
            .into_iter()
            .map(|(key, value)| Member {
                key_span: self.view.span(key.span()),
                key: Arc::from(key.into_inner().as_ref()),
                node: self.value(value),
            })
            .collect();
        // The table is sorted by name; people and reports go by the order of the file.
        members.sort_by_key(|member| member.key_span.start);
        members
    }

    fn value(&mut self, value: Spanned<DeValue<'_>>) -> Node {
        let range = value.span();
        let written = self.view.text().get(range.clone()).unwrap_or("");
        let span = self.view.span(range);
        let content = match value.into_inner() {
            DeValue::String(text) => Content::Text(Arc::from(text.as_ref())),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(value) => Content::Number(Arc::from(value.to_string())),
                Err(error) => {
                    // One that is only too large is kept as it is written.
                    let large = matches!(error.kind(), IntErrorKind::PosOverflow | IntErrorKind::NegOverflow);
                    self.number(large, number.as_str(), written, span)
                }
            },
            DeValue::Float(number) => {
                self.number(number.as_str().parse::<f64>().is_ok(), number.as_str(), written, span)
            }
            DeValue::Boolean(value) => Content::Bool(value),
            DeValue::Datetime(date) => Content::Date(Arc::from(date.to_string())),
            DeValue::Array(array) => Content::List(array.into_iter().map(|element| self.value(element)).collect()),
            DeValue::Table(table) => Content::Table(self.table(table)),
        };
        Node { span, content }
    }

    fn number(&mut self, is_one: bool, digits: &str, written: &str, span: Span) -> Content {
        if !is_one {
            self.wrong.push(
                Problem::error("toml-syntax", format!("not valid TOML: `{written}` is not a number")).at(span, "here"),
            );
        }
        Content::Number(Arc::from(digits))
    }
}
