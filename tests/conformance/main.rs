//! The suites by which parsers of JSON and TOML are judged: what is valid is read and means the same, what is not is refused
//! with a place, and nothing crashes or hangs.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

mod json;
mod toml;

use maillint::read::{Content, Node};
use maillint::source::{Problem, Sources};

/// A text as the only file of a run.
fn with_source<T>(text: &str, parse: impl FnOnce(&maillint::source::View<'_>) -> T) -> T {
    let mut sources = Sources::default();
    let file = sources.add("suite", text.as_bytes().to_vec());
    parse(&sources.get(file).expect("just added").view())
}

/// A refusal says where, inside of the text.
fn is_placed(problem: &Problem, text: &str) -> bool {
    let length = text.len() as u64;
    problem.labels.first().is_some_and(|(span, _)| span.start <= span.end && span.end <= length)
}

/// Calls `check` for every value of a tree.
fn walk(node: &Node, check: &mut impl FnMut(&Node)) {
    check(node);
    match &node.content {
        Content::List(elements) => elements.iter().for_each(|element| walk(element, check)),
        Content::Table(members) => members.iter().for_each(|member| walk(&member.node, check)),
        _ => {}
    }
}
