//! Which document a one-touch setup file changes with `update`, and what a change leaves open whose document nobody knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Environment;
use super::decode::{self, Dialect};
use super::document::{Document, Field, FieldContent};
use super::fields::plain;
use super::name::name_key;
use super::vocabulary::{FieldKind, Kind, Scalar};
use crate::read::{Completeness, Find, Form, Item, Node, Note};
use crate::source::Problem;

/// The document that an update changes.
pub(super) enum Target {
    /// The document at this index.
    Found(usize),
    /// None: the change is never made.
    Never(Box<Problem>),
    /// Any of its kind.
    Any,
    /// One that the file does not show.
    Elsewhere,
}

/// Whether a condition holds for a document.
#[derive(PartialEq)]
enum Holds {
    Yes,
    No,
    Unknown,
}

/// Finds the document among those that the same export creates: all conditions must hold.
pub(super) fn target(
    kind: Kind,
    find: &Find,
    first: usize,
    environment: &Environment,
    problems: &mut Vec<Problem>,
) -> Target {
    let Find::Items(conditions) = find else { return Target::Any };
    let candidates: Vec<(usize, &Document)> =
        environment.documents.iter().enumerate().skip(first).filter(|(_, document)| document.kind == kind).collect();
    let mut possible = Vec::new();
    for (index, document) in &candidates {
        let verdicts: Vec<Holds> = conditions.iter().map(|(item, node)| holds(kind, item, node, document)).collect();
        if !verdicts.contains(&Holds::No) {
            possible.push((*index, verdicts.iter().filter(|verdict| **verdict == Holds::Yes).count()));
        }
    }
    let best = possible.iter().max_by_key(|(_, count)| *count);
    // What setup itself creates is the only one of its kind: a condition that is open can only mean it.
    let only = possible.len() == 1 && kind == Kind::Server;
    match best {
        Some((index, count)) if *count > 0 || only => {
            if let Some((_, document)) = candidates.iter().find(|(candidate, _)| candidate == index) {
                problems.extend(abbreviated(kind, conditions, document));
            }
            Target::Found(*index)
        }
        Some(_) => Target::Any,
        None => match candidates.first() {
            Some((_, document)) if kind == Kind::Server && document.whole_directory => {
                Target::Never(Box::new(never_found(kind, conditions, document)))
            }
            _ => Target::Elsewhere,
        },
    }
}

fn condition(kind: Kind, item: &Arc<str>, node: &Node) -> Option<(Arc<str>, Field)> {
    let spec =
        kind.spec().fields.iter().find(|spec| spec.items.iter().any(|known| known.eq_ignore_ascii_case(item)))?;
    let item = Item { name: Arc::clone(item), name_span: node.span, node: node.clone() };
    // What is odd about the value is said where it stands in a document.
    let field = decode::field(spec.into(), &item, Dialect::Domino, &mut Vec::new())?;
    Some((Arc::clone(&spec.path), field))
}

fn holds(kind: Kind, item: &Arc<str>, node: &Node, document: &Document) -> Holds {
    let Some((path, wanted)) = condition(kind, item, node) else { return Holds::Unknown };
    let Some(field) = document.fields.get(&path) else {
        return if document.completeness == Completeness::Full { Holds::No } else { Holds::Unknown };
    };
    let names = matches!(wanted.spec.kind, FieldKind::Name | FieldKind::List { names: true });
    let values = |content: &FieldContent| -> Option<Vec<String>> {
        let text = |value: Scalar| match value {
            Scalar::Text(text) if names => name_key(&text),
            Scalar::Text(text) => text.to_lowercase(),
            other => format!("{other:?}"),
        };
        plain(content).into_iter().map(|value| value.ok().map(text)).collect()
    };
    match (values(&field.content), values(&wanted.content)) {
        (Some(is), Some(wanted)) if is == wanted => Holds::Yes,
        (Some(_), Some(_)) => Holds::No,
        _ => Holds::Unknown,
    }
}

/// The fields that the conditions of an update give a document which the file does not show.
pub(super) fn identity(kind: Kind, find: &Find) -> Vec<(Arc<str>, Field)> {
    match find {
        Find::Items(conditions) => conditions.iter().filter_map(|(item, node)| condition(kind, item, node)).collect(),
        Find::Unknown(_) => Vec::new(),
    }
}

/// Opens the fields that an update of nobody knows which document may change.
pub(super) fn open(kind: Kind, changed: &BTreeMap<Arc<str>, Field>, first: usize, environment: &mut Environment) {
    let why: Arc<str> = Arc::from("a change in this file may set it, whose findDocument is not understood");
    for document in environment.documents.iter_mut().skip(first).filter(|document| document.kind == kind) {
        for (path, field) in changed {
            let content = FieldContent::Unknown(Arc::clone(&why));
            document.fields.insert(Arc::clone(path), Field { content, ..field.clone() });
        }
    }
}

/// The same where not even the kind of document is known: every kind that has such items.
pub(super) fn open_all(note: &Note, first: usize, environment: &mut Environment) {
    debug_assert!(matches!(&note.form, Form::Domino(form) if form.is_empty()));
    for kind in Kind::ALL {
        let changed = note.items.iter().filter_map(|item| condition(kind, &item.name, &item.node)).collect();
        open(kind, &changed, first, environment);
    }
}

/// Names are stored in canonical form, and a condition compares texts.
fn abbreviated(kind: Kind, conditions: &[(Arc<str>, Node)], document: &Document) -> Option<Problem> {
    conditions.iter().find_map(|(item, node)| {
        let (_, wanted) = condition(kind, item, node)?;
        let text = node.text()?;
        let short = matches!(wanted.spec.kind, FieldKind::Name)
            && text.contains('/')
            && !text.to_uppercase().starts_with("CN=");
        short.then(|| {
            let canonical = document.name.split('/').collect::<Vec<_>>();
            let canonical = match canonical.as_slice() {
                [common, units @ .., organization] => {
                    let units: Vec<String> = units.iter().map(|unit| format!("/OU={unit}")).collect();
                    format!("CN={common}{}/O={organization}", units.concat())
                }
                _ => document.name.to_string(),
            };
            Problem::warning(
                "find-document-abbreviated",
                format!("this condition compares with the abbreviated name `{text}`"),
            )
            .at(node.span, "names are stored in canonical form, so this may find nothing")
            .help(format!("write `{canonical}`"))
        })
    })
}

fn never_found(kind: Kind, conditions: &[(Arc<str>, Node)], other: &Document) -> Problem {
    let failed = conditions.iter().find(|(item, node)| holds(kind, item, node, other) == Holds::No);
    let problem =
        Problem::warning("find-document-no-match", "this condition finds no document, so the change is never made");
    let Some((item, node)) = failed else { return problem };
    let problem = problem
        .at(node.span, "no document has this value")
        .help(format!("setup creates the Server document `{}`; compare the values of {item}", other.name));
    match condition(kind, item, node).and_then(|(path, _)| other.fields.get(&path)) {
        Some(field) => problem.at(field.span, "this is what setup puts there"),
        None => problem,
    }
}
