//! From the values of an export to the values of the vocabulary.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::aliases::Held;
use super::document::{Entry, Field, FieldContent, NamedEntry, Record};
use super::name::abbreviate;
use super::vocabulary::{FieldKind, FieldSpec, Scalar};
use crate::read::{Content, Item, Node};
use crate::source::{Problem, Span};

/// Whose words the values are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The native description: words and types of the vocabulary.
    Native,
    /// A Domino item: texts with short codes.
    Domino,
    /// The same without types: every value with a comma looks like a list.
    Text,
    /// The same through the Domino REST API.
    Rest {
        /// What is set up as a single value may be the first of several (formats.md 4.1).
        firsts: bool,
    },
}

/// The field that an item sets; `None` where the item says "nothing here" (`null`).
pub(super) fn field(held: Held<'_>, item: &Item, dialect: Dialect, problems: &mut Vec<Problem>) -> Option<Field> {
    let spec = held.spec;
    // A number that is blank is one that nobody entered (formats.md 1.4).
    let blank = |text: &Arc<str>| text.trim().is_empty();
    let no_number =
        dialect != Dialect::Native && matches!(spec.kind, FieldKind::Int) && item.node.text().is_some_and(blank);
    if item.node.is_null() || no_number {
        return None;
    }
    let content = match &spec.kind {
        FieldKind::List { names } => FieldContent::Many(list(&item.node, *names, dialect)),
        FieldKind::Table(_) => FieldContent::Table(table(&item.node)),
        FieldKind::Records(fields) => FieldContent::Records(records(fields, &item.node, dialect, problems)),
        _ => single(held, item, dialect, problems),
    };
    Some(Field { spec, item: Arc::clone(&item.name), span: item.node.span, content })
}

fn single(held: Held<'_>, item: &Item, dialect: Dialect, problems: &mut Vec<Problem>) -> FieldContent {
    let spec = held.spec;
    let rejoined = (dialect == Dialect::Text).then(|| rejoin(item)).flatten();
    let item = rejoined.as_ref().unwrap_or(item);
    let nodes: Vec<&Node> = match &item.node.content {
        Content::List(elements) => elements.iter().collect(),
        _ => vec![&item.node],
    };
    if nodes.len() > 1 {
        problems.push(
            Problem::warning(
                "several-values",
                format!("`{}` has {} values, {} takes one", item.name, nodes.len(), spec.title),
            )
            .at(item.node.span, "treated as unknown"),
        );
        // Which of them counts is not documented.
        return FieldContent::Unknown(Arc::from(format!("`{}` has several values where one is expected", item.name)));
    }
    match nodes.first() {
        Some(node) => {
            FieldContent::One(Entry { span: node.span, value: scalar(held, &item.name, node, dialect, problems) })
        }
        None => FieldContent::One(Entry { span: item.node.span, value: Ok(Scalar::Text(Arc::from(""))) }),
    }
}

fn scalar(
    held: Held<'_>,
    name: &str,
    node: &Node,
    dialect: Dialect,
    problems: &mut Vec<Problem>,
) -> Result<Scalar, Arc<str>> {
    let spec = held.spec;
    let written: Arc<str> = match &node.content {
        Content::Unresolved { why, .. } => return Err(Arc::clone(why)),
        // The schema says what is wrong with a native value of another type; here it is only not known.
        content if dialect == Dialect::Native && !native_type(&spec.kind, content) => {
            return Err(Arc::from(format!("`{name}` is {}, which it cannot be", node.kind())));
        }
        Content::Bool(value) if dialect == Dialect::Native => return Ok(Scalar::Bool(*value)),
        Content::Bool(value) if matches!((dialect, &spec.kind), (Dialect::Rest { .. }, FieldKind::Bool)) => {
            return Ok(Scalar::Bool(*value));
        }
        Content::Text(text) | Content::Number(text) | Content::Date(text) => Arc::clone(text),
        Content::Bool(value) => Arc::from(if *value { "true" } else { "false" }),
        _ => return Err(Arc::from(format!("`{name}` holds {}, which is not understood here", node.kind()))),
    };
    match &spec.kind {
        FieldKind::Bool | FieldKind::Enum(_) if dialect != Dialect::Native => {
            decode(held, name, &written, node.span, problems)
        }
        FieldKind::Int => {
            written.trim().parse::<i64>().ok().filter(|number| spec.range.contains(number)).map(Scalar::Int).ok_or_else(
                || {
                    // The schema says it of a native file.
                    problems.extend((dialect != Dialect::Native).then(|| {
                        Problem::warning(
                            "not-a-number",
                            format!("`{name}` ({}) is not a whole number it can be", spec.title),
                        )
                        .at(node.span, "treated as unknown")
                    }));
                    Arc::from(format!("`{name}` is not a whole number it can be"))
                },
            )
        }
        FieldKind::Name => Ok(Scalar::Text(Arc::from(abbreviate(&written)))),
        FieldKind::Bool => Err(Arc::from(format!("`{name}` is not true or false"))),
        FieldKind::Enum(words) if !words.iter().any(|word| **word == *written.trim()) => {
            Err(Arc::from(format!("`{name}` is none of the words it can be")))
        }
        _ => Ok(Scalar::Text(Arc::from(written.trim()))),
    }
}

/// A text that was taken apart at its commas, whole again.
fn rejoin(item: &Item) -> Option<Item> {
    let elements = item.node.elements();
    let open = elements.iter().find(|element| matches!(element.content, Content::Unresolved { .. }));
    let content = match open {
        Some(open) => open.content.clone(),
        None => {
            let texts: Vec<&str> = elements.iter().filter_map(|element| element.text().map(|text| &**text)).collect();
            Content::Text(Arc::from(texts.join(",")))
        }
    };
    let node = Node { span: item.node.span, content };
    (elements.len() > 1).then(|| Item { name: Arc::clone(&item.name), name_span: item.name_span, node })
}

/// Whether a native value has the type of its field.
fn native_type(kind: &FieldKind, content: &Content) -> bool {
    match kind {
        FieldKind::Bool => matches!(content, Content::Bool(_)),
        FieldKind::Int => matches!(content, Content::Number(_)),
        FieldKind::Date => matches!(content, Content::Text(_) | Content::Date(_)),
        _ => matches!(content, Content::Text(_)),
    }
}

/// A Domino code. Blank reads as not set by the form, whose meaning is not established for switches.
fn decode(
    held: Held<'_>,
    name: &str,
    code: &Arc<str>,
    span: Span,
    problems: &mut Vec<Problem>,
) -> Result<Scalar, Arc<str>> {
    let Held { spec, codes } = held;
    if let Some((_, value)) = codes.iter().find(|(known, _)| known.eq_ignore_ascii_case(code.trim())) {
        return Ok(value.clone());
    }
    if code.trim().is_empty() {
        return Err(Arc::from(format!("`{name}` ({}) is blank, and what that means is not established", spec.title)));
    }
    let known = codes.iter().map(|(known, value)| format!("{known} = {}", shown(value))).collect::<Vec<_>>().join(", ");
    let problem = Problem::warning("unknown-code", format!("`{name}` ({}) has the unknown code `{code}`", spec.title))
        .at(span, "treated as unknown");
    problems.push(if known.is_empty() {
        problem
            .help("no code of this field is published; state what the codes stand for under [aliases] in maillint.toml")
    } else {
        problem.help(format!("known codes: {known}"))
    });
    Err(Arc::from(format!("`{name}` has the code `{code}`, whose meaning is not established")))
}

fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Bool(true) => "on".to_owned(),
        Scalar::Bool(false) => "off".to_owned(),
        Scalar::Int(number) => number.to_string(),
        Scalar::Text(text) => text.to_string(),
    }
}

fn list(node: &Node, names: bool, dialect: Dialect) -> Vec<Entry> {
    let nodes: Vec<&Node> = match &node.content {
        Content::List(elements) => elements.iter().collect(),
        _ => vec![node],
    };
    // One host of ten may be all that shows.
    let more = (dialect == Dialect::Rest { firsts: true } && node.text().is_some_and(|text| !text.trim().is_empty()))
        .then(|| {
            let why = "the service may show only the first of several values; ask for the document with /raw";
            Entry { span: node.span, value: Err(Arc::from(why)) }
        });
    nodes
        .into_iter()
        .filter_map(|node| {
            let value = match &node.content {
                Content::Text(text) | Content::Number(text) | Content::Date(text) => {
                    let text = text.trim();
                    // A blank text is how an empty multi-value field is stored.
                    if text.is_empty() {
                        return None;
                    }
                    Ok(Scalar::Text(if names { Arc::from(abbreviate(text)) } else { Arc::from(text) }))
                }
                Content::Unresolved { why, .. } => Err(Arc::clone(why)),
                Content::Null => return None,
                _ => Err(Arc::from(format!("holds {}, which is not understood here", node.kind()))),
            };
            Some(Entry { span: node.span, value })
        })
        .chain(more)
        .collect()
}

fn table(node: &Node) -> Vec<NamedEntry> {
    node.members().iter().map(|member| named(&member.key, member.key_span, &member.node)).collect()
}

/// One named value of a table.
pub(super) fn named(name: &Arc<str>, name_span: Span, node: &Node) -> NamedEntry {
    let node = match &node.content {
        Content::List(elements) if elements.len() == 1 => elements.first().unwrap_or(node),
        _ => node,
    };
    let value = match &node.content {
        Content::Text(text) | Content::Number(text) | Content::Date(text) => Ok(Scalar::Text(Arc::clone(text))),
        Content::Bool(value) => Ok(Scalar::Text(Arc::from(if *value { "true" } else { "false" }))),
        Content::Unresolved { why, .. } => Err(Arc::clone(why)),
        Content::Null => Ok(Scalar::Text(Arc::from(""))),
        _ => Err(Arc::from("not a text")),
    };
    NamedEntry { name: Arc::clone(name), name_span, entry: Entry { span: node.span, value } }
}

fn records(specs: &'static [FieldSpec], node: &Node, dialect: Dialect, problems: &mut Vec<Problem>) -> Vec<Record> {
    node.elements()
        .iter()
        .map(|element| {
            let mut fields = BTreeMap::new();
            for member in element.members() {
                let Some(spec) = specs.iter().find(|spec| *spec.path == *member.key) else { continue };
                let item =
                    Item { name: Arc::clone(&member.key), name_span: member.key_span, node: member.node.clone() };
                if let Some(field) = field(spec.into(), &item, dialect, problems) {
                    fields.insert(Arc::clone(&spec.path), field);
                }
            }
            Record { span: element.span, fields }
        })
        .collect()
}

/// The item of the vocabulary that has nearly the name of another one. Families of items differ in their first letters
/// (`LDAP_SSLStatus`, `SMTP_SSLStatus`), so those must agree.
pub(super) fn near_miss<'k>(item: &Item, known: &[&'k str]) -> Option<&'k str> {
    let name = item.name.trim().to_lowercase();
    let near = known.iter().find(|candidate| {
        let candidate = candidate.to_lowercase();
        let head = |text: &str| text.chars().take(4).collect::<String>();
        candidate.len() >= 7
            && candidate != name
            && head(&candidate) == head(&name)
            && strsim::damerau_levenshtein(&candidate, &name) <= if candidate.len() > 12 { 2 } else { 1 }
    });
    near.copied()
}
