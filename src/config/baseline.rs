//! The file of findings that were there before: what `maillint baseline` writes and `check --baseline` reads.

use std::sync::Arc;

use crate::read::validate::Schema;
use crate::read::{Node, parse_json};
use crate::source::{Problem, Source, Span};

/// The name of the file, unless maillint.toml names another.
pub const FILE_NAME: &str = "maillint-baseline.json";

/// The schema of the file.
pub const BASELINE_SCHEMA: &str = include_str!("../../schemas/baseline.schema.json");

/// The known findings.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// The findings, in the order of the file.
    pub entries: Vec<Entry>,
}

/// A known finding. Only environment and fingerprint count; the rest is for people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The environment of maillint.toml it belongs to.
    pub environment: Option<Arc<str>>,
    /// The rule.
    pub rule: Arc<str>,
    /// The kind and name of the document.
    pub document: Option<Arc<str>>,
    /// The field.
    pub field: Option<Arc<str>>,
    /// The list element.
    pub element: Option<Arc<str>>,
    /// The finding's fingerprint.
    pub fingerprint: Arc<str>,
    /// Where it stands in the file.
    pub span: Option<Span>,
}

/// Reads a baseline.
///
/// # Errors
/// Everything that is wrong with it, each at its place.
pub fn load(source: &Source) -> Result<Baseline, Vec<Problem>> {
    let mut problems = Vec::new();
    let root = parse_json(&source.view(), &mut problems).map_err(|problem| vec![*problem])?;
    match Schema::compile(BASELINE_SCHEMA, &|_| None) {
        Ok(schema) => problems.extend(schema.problems(&root, Span::at(source.id, 0))),
        Err(why) => problems.push(Problem::error("config-schema", format!("the schema of baselines is broken: {why}"))),
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let findings = root.get("findings").map_or(&[][..], Node::elements);
    Ok(Baseline { entries: findings.iter().filter_map(entry).collect() })
}

fn entry(node: &Node) -> Option<Entry> {
    let text = |name: &str| node.get(name).and_then(Node::text).cloned();
    Some(Entry {
        environment: text("environment"),
        rule: text("rule")?,
        document: text("document"),
        field: text("field"),
        element: text("element"),
        fingerprint: text("fingerprint")?,
        span: Some(node.span),
    })
}
