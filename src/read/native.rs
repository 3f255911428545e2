//! The native description: an object of arrays, one per document kind, plus `facts`. Which kinds there are is the
//! vocabulary's knowledge, not this reader's.

use std::sync::Arc;

use super::{Action, Completeness, Content, Form, Item, Member, Node, Note, Origin};
use crate::source::{Problem, Span};
use crate::suggest::closest;

/// The names at the top of a native description.
pub const SECTIONS: &[&str] = &[
    "server",
    "site",
    "configuration",
    "global_domain",
    "foreign_smtp_domain",
    "connection",
    "mail_in",
    "person",
    "group",
    "notes_ini",
    "facts",
];

/// Cuts a native description into notes.
#[must_use]
pub(super) fn notes(root: &Node, problems: &mut Vec<Problem>) -> Vec<Note> {
    let mut notes = Vec::new();
    // `"$schema": "…"` serves editors.
    for member in root.members().iter().filter(|member| &*member.key != "$schema") {
        if !SECTIONS.contains(&&*member.key) {
            problems.push(unknown_section(member));
            continue;
        }
        match &member.node.content {
            Content::List(elements) => {
                for element in elements {
                    if let Content::Table(_) = element.content {
                        notes.push(note(&member.key, element));
                    } else {
                        problems.push(wrong_shape(member, element.span, element.kind()));
                    }
                }
            }
            Content::Table(_) => {
                let mut note = note(&member.key, &member.node);
                note.span = member.key_span;
                notes.push(note);
            }
            _ => problems.push(wrong_shape(member, member.node.span, member.node.kind())),
        }
    }
    notes
}

fn unknown_section(member: &Member) -> Problem {
    let problem = Problem::error("unknown-key", format!("`{}` is not a document kind", member.key))
        .at(member.key_span, "not known");
    match closest(&member.key, SECTIONS.iter().copied()) {
        Some(kind) => problem.help(format!("did you mean `{kind}`?")),
        None => problem.help(format!("known are {}", SECTIONS.join(", "))),
    }
}

fn note(kind: &Arc<str>, node: &Node) -> Note {
    let items = node
        .members()
        .iter()
        .map(|member| Item { name: Arc::clone(&member.key), name_span: member.key_span, node: member.node.clone() })
        .collect();
    Note {
        form: Form::Native(Arc::clone(kind)),
        span: heading(node),
        items,
        completeness: Completeness::Full,
        action: Action::Exists,
        origin: Origin::default(),
    }
}

/// The part of a table that stands for it: its `[[header]]`, or the opening bracket of an inline table or object.
fn heading(node: &Node) -> Span {
    let first = node.members().first().map_or(node.span.end, |member| member.key_span.start);
    if first <= node.span.start || first > node.span.end {
        return node.span;
    }
    Span { end: node.span.start + 1, ..node.span }
}

fn wrong_shape(member: &Member, span: Span, found: &str) -> Problem {
    Problem::error("native-shape", format!("`{}` must be a list of tables, found {found}", member.key))
        .at(span, "not a table")
        .help(format!("write `[[{0}]]` in TOML, or `\"{0}\": [ {{ … }} ]` in JSON", member.key))
}
