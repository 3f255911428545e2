//! Runs the examples inside rule files: a bad one must give exactly the findings it names, a good one none, an unknown one
//! must leave the rule undecided.

use std::sync::Arc;

use super::engine::{self, Results};
use super::finding::Finding;
use super::rule::{Rule, severity};
use crate::directory::{Environment, same_name};
use crate::effective::Model;
use crate::read::{self, Node, Options};
use crate::source::{Problem, Severity, Sources};

/// One example of a rule file.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it must do.
    pub kind: ExampleKind,
    /// What it shows.
    pub name: Arc<str>,
    /// A native description in TOML, or a text in the format.
    pub input: Arc<str>,
    /// Further files of the same input, such as the export of another directory.
    pub more: Vec<Arc<str>>,
    /// The format of all of them, if it is not the native description.
    pub format: Option<Arc<str>>,
    /// The findings it must give.
    pub finds: Vec<Find>,
}

/// What an example must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleKind {
    /// Give findings.
    Bad,
    /// Give none, and be decided.
    Good,
    /// Leave the rule undecided.
    Unknown,
}

/// A finding that a bad example must give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    /// The name of the document.
    pub document: Arc<str>,
    /// The path of the field.
    pub field: Option<Arc<str>>,
    /// The value of the list element.
    pub element: Option<Arc<str>>,
    /// The severity, where it differs from the rule's.
    pub severity: Option<Severity>,
}

/// Reads the examples of a rule file.
#[must_use]
pub fn examples(root: &Node) -> Vec<Example> {
    let kinds = [("bad", ExampleKind::Bad), ("good", ExampleKind::Good), ("unknown", ExampleKind::Unknown)];
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).cloned();
    kinds
        .into_iter()
        .flat_map(|(key, kind)| root.get(key).map_or(&[][..], Node::elements).iter().map(move |node| (kind, node)))
        .map(|(kind, node)| Example {
            kind,
            name: text(node, "name").unwrap_or_else(|| Arc::from("")),
            input: text(node, "input").unwrap_or_else(|| Arc::from("")),
            more: node.get("more").map_or(&[][..], Node::elements).iter().filter_map(Node::text).cloned().collect(),
            format: text(node, "format"),
            finds: node
                .get("finds")
                .map_or(&[][..], Node::elements)
                .iter()
                .map(|find| Find {
                    document: text(find, "document").unwrap_or_else(|| Arc::from("")),
                    field: text(find, "field"),
                    element: text(find, "element"),
                    severity: text(find, "severity").and_then(|word| severity(&word)),
                })
                .collect(),
        })
        .collect()
}

/// Runs one example; `Err` says how it went otherwise than it should.
///
/// # Errors
/// A text for people.
pub fn run(rule: &Rule, example: &Example) -> Result<(), String> {
    let mut sources = Sources::default();
    let mut problems: Vec<Problem> = Vec::new();
    let format = match example.format.as_deref() {
        None => read::Format::NativeToml,
        Some(name) => name.parse::<read::Format>().map_err(|why| why.to_string())?,
    };
    let options = Options { format: Some(format), ..Options::default() };
    let mut exports = Vec::new();
    for (number, text) in std::iter::once(&example.input).chain(&example.more).enumerate() {
        let file = sources.add(&format!("example-{}", number + 1), text.as_bytes().to_vec());
        exports.extend(sources.get(file).map(|source| read::read(source, &options, &mut problems)));
    }
    let environment = Environment::build(exports, &mut problems);
    if let Some(problem) = problems.iter().find(|problem| problem.severity == Severity::Error) {
        return Err(format!("the input is not right: {}", problem.message));
    }
    let model = Model::new(environment);
    let results = engine::run(&[rule], &model);
    match example.kind {
        ExampleKind::Good => good(&results, &model),
        ExampleKind::Bad => bad(rule, example, &results, &model),
        ExampleKind::Unknown => unknown(&results, &model),
    }
}

fn good(results: &Results, model: &Model) -> Result<(), String> {
    if let Some(finding) = results.findings.first() {
        return Err(format!("found {}", shown(finding, model)));
    }
    match results.not_evaluated.first() {
        Some(open) => Err(format!("not decided: {}", open.reason)),
        None => Ok(()),
    }
}

fn unknown(results: &Results, model: &Model) -> Result<(), String> {
    if let Some(finding) = results.findings.first() {
        return Err(format!("found {}", shown(finding, model)));
    }
    if results.not_evaluated.is_empty() { Err("the rule was decided: nothing found".to_owned()) } else { Ok(()) }
}

fn bad(rule: &Rule, example: &Example, results: &Results, model: &Model) -> Result<(), String> {
    let mut left: Vec<&Finding> = results.findings.iter().collect();
    for find in &example.finds {
        match left.iter().position(|finding| matches(rule, find, finding, model)) {
            Some(index) => {
                left.remove(index);
            }
            None => {
                let found: Vec<String> = results.findings.iter().map(|finding| shown(finding, model)).collect();
                let open: Vec<&str> = results.not_evaluated.iter().map(|open| open.reason.as_str()).collect();
                let found = match (found.is_empty(), open.is_empty()) {
                    (false, _) => format!("found {}", found.join("; ")),
                    (true, false) => format!("not decided: {}", open.join("; ")),
                    (true, true) => "found nothing".to_owned(),
                };
                return Err(format!(
                    "expected {}: {}, {found}",
                    find.document,
                    find.field.as_deref().unwrap_or("(document)")
                ));
            }
        }
    }
    match left.first() {
        Some(finding) => Err(format!("found more than expected: {}", shown(finding, model))),
        None => Ok(()),
    }
}

fn matches(rule: &Rule, find: &Find, finding: &Finding, model: &Model) -> bool {
    let wanted = find.severity.unwrap_or(rule.severity);
    let Some(label) = &finding.primary else { return false };
    let document = model.environment().document(label.at.document);
    document.is_some_and(|document| same_name(&document.name, &find.document))
        && find.field.as_deref().is_none_or(|field| field_name(&label.at, model) == field)
        && find.element.as_deref().is_none_or(|element| finding.actual.as_deref() == Some(element))
        && finding.severity == wanted
}

/// The path of a place as rule authors write it: a setting of a table by its name.
#[must_use]
pub fn field_name(at: &crate::directory::Location, model: &Model) -> String {
    let table = model
        .environment()
        .document(at.document)
        .and_then(|document| document.fields.get(&at.field))
        .is_some_and(|field| matches!(field.content, crate::directory::FieldContent::Table(_)));
    match (table, at.element) {
        (true, Some(_)) => match model.environment().place(at).and_then(|place| place.item) {
            Some(item) => format!("{}.{item}", at.field),
            None => at.field.to_string(),
        },
        _ => at.field.to_string(),
    }
}

fn shown(finding: &Finding, model: &Model) -> String {
    let Some(label) = &finding.primary else { return format!("{} {} without a place", finding.severity, finding.rule) };
    let document = model.environment().document(label.at.document).map_or("", |document| &document.name);
    format!("{} at {document}: {}", finding.severity, field_name(&label.at, model))
}
