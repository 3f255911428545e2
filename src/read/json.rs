//! JSON with the span of every key and value. serde_json judges validity, jsonc-parser tells where things stand.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::{Content, Member, Node};
use crate::source::{Problem, View};

/// Deeper nesting is refused; no export format nests more than a dozen levels.
const MAX_DEPTH: usize = 128;

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses a JSON text (RFC 8259). Names that occur twice in one object are added to `problems`; both stay in the tree.
///
/// # Errors
/// The first place where the text is not JSON.
pub fn parse(view: &View<'_>, problems: &mut Vec<Problem>) -> Result<Node, Box<Problem>> {
    let text = view.text();
    if let Some(offset) = too_deep(text) {
        return Err(Box::new(
            Problem::error("json-too-deep", format!("the file nests deeper than {MAX_DEPTH} levels"))
                .at(view.span(offset..offset + 1), "this bracket is one too many")
                .help("no export looks like this; is it the right file?"),
        ));
    }
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        return Err(Box::new(syntax_problem(view, &error)));
    }
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let failed = |range: Range<usize>, what: String| {
        Box::new(Problem::error("json-syntax", format!("not valid JSON: {what}")).at(view.span(range), "here"))
    };
    match parse_to_ast(text, &collect, &STRICT) {
        Ok(result) => match result.value {
            Some(value) => Ok(convert(view, value, problems)),
            None => Err(failed(0..0, "the file is empty".to_owned())),
        },
        Err(error) => Err(failed(error.range().start..error.range().end, error.kind().to_string().to_lowercase())),
    }
}

fn convert(view: &View<'_>, value: Value<'_>, problems: &mut Vec<Problem>) -> Node {
    let range = value.range();
    let span = view.span(range.start..range.end);
    let content = match value {
        Value::StringLit(text) => Content::Text(Arc::from(text.value.as_ref())),
        Value::NumberLit(number) => Content::Number(Arc::from(number.value)),
        Value::BooleanLit(literal) => Content::Bool(literal.value),
        Value::NullKeyword(_) => Content::Null,
        Value::Array(array) => {
            Content::List(array.elements.into_iter().map(|element| convert(view, element, problems)).collect())
        }
        Value::Object(object) => {
            let members: Vec<Member> = object
                .properties
                .into_iter()
                .map(|property| {
                    let name = property.name.range();
                    let key: Arc<str> = match &property.name {
                        ObjectPropName::String(text) => Arc::from(text.value.as_ref()),
                        ObjectPropName::Word(word) => Arc::from(word.value),
                    };
                    Member {
                        key,
                        key_span: view.span(name.start..name.end),
                        node: convert(view, property.value, problems),
                    }
                })
                .collect();
            report_duplicates(&members, problems);
            Content::Table(members)
        }
    };
    Node { span, content }
}

fn report_duplicates(members: &[Member], problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, &Member> = HashMap::with_capacity(members.len());
    for member in members {
        if let Some(first) = seen.insert(&member.key, member) {
            let message = if first.node.content == member.node.content {
                format!("the name `{}` is set twice in one object", member.key)
            } else {
                format!("the name `{}` is set twice in one object, to different values", member.key)
            };
            problems.push(
                Problem::warning("duplicate-key", message)
                    .at(member.key_span, "set again here")
                    .at(first.key_span, "first set here")
                    .help("JSON does not say which one counts, and programs differ; keep one"),
            );
        }
    }
}

/// The offset of the first bracket that nests too deeply.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Some(offset);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn syntax_problem(view: &View<'_>, error: &serde_json::Error) -> Problem {
    let text = view.text();
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or(&said).to_owned();
    // serde_json counts lines from 1 and columns in bytes; the column is that of the last byte it looked at.
    let line_start = match error.line() {
        0 | 1 => 0,
        line => text.match_indices('\n').nth(line - 2).map_or(text.len(), |(at, _)| at + 1),
    };
    let mut offset = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    // For a control character the column is that of the character before it.
    if what.starts_with("control character")
        && let Some(at) = text.get(offset..).and_then(|rest| rest.find(|character: char| character < ' '))
    {
        offset += at;
    }
    let rest = text.get(offset..).unwrap_or("");
    let before = text.get(..offset).unwrap_or("").trim_end();
    if text.trim().is_empty() {
        return Problem::error("input-empty", "the file is empty").at(view.span(0..0), "nothing here");
    }
    if rest.trim().is_empty() || what.starts_with("EOF") {
        let end = text.trim_end().len();
        let last = text.get(..end).and_then(|text| text.char_indices().next_back()).map_or(0, |(at, _)| at);
        return Problem::error(
            "json-syntax",
            format!("not valid JSON: the file ends too early ({})", what.replace("EOF", "it ends")),
        )
        .at(view.span(last..end), "the file ends here")
        .help("a bracket or a quote is not closed, or the file was cut off");
    }
    if (rest.starts_with("{{") && !before.ends_with('{')) || (rest.starts_with('{') && before.ends_with('{')) {
        let start = if before.ends_with('{') { before.len() - 1 } else { offset };
        return Problem::error(
            "template-not-rendered",
            "this is a template: it must be rendered before it can be checked",
        )
        .at(view.span(start..start + 2), "a placeholder that is not in quotes")
        .help("render it with the tool it was written for, then check the result");
    }
    if rest.starts_with(['}', ']']) && before.ends_with(',') {
        let comma = before.len() - 1;
        return Problem::error("json-syntax", "not valid JSON: a comma before a closing bracket")
            .at(view.span(comma..comma + 1), "remove this comma");
    }
    if what.starts_with("expected `,` or")
        && rest.starts_with(['"', '{', '[', 't', 'f', 'n', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    {
        let end = before.len();
        let start = before.char_indices().next_back().map_or(end, |(at, _)| at);
        return Problem::error("json-syntax", "not valid JSON: a comma is missing")
            .at(view.span(start..end), "a comma belongs after this")
            .at(view.span(offset..offset + 1), "before this");
    }
    if rest.starts_with("//") || rest.starts_with("/*") {
        return Problem::error("json-syntax", "not valid JSON: JSON has no comments")
            .at(view.span(offset..offset + 2), "a comment starts here");
    }
    if what == "key must be a string" {
        let problem = Problem::error("json-syntax", "not valid JSON: names must stand in double quotes");
        let width = rest
            .chars()
            .take_while(|character| !matches!(character, ':' | '\n' | ',' | '}'))
            .map(char::len_utf8)
            .sum::<usize>();
        let odd = rest.starts_with(['\'', '\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}']);
        let label = if odd { "these are not straight double quotes" } else { "write this in double quotes" };
        return problem.at(view.span(offset..offset + width), label);
    }
    let width = rest.chars().next().map_or(0, char::len_utf8);
    Problem::error("json-syntax", format!("not valid JSON: {what}")).at(view.span(offset..offset + width), "here")
}
