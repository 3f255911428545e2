//! What REST services answer: documents of the Domino REST API and of Domino Access Services (formats.md 4.1, 4.2).
//!
//! An answer shows what the service was set up to show. An item that is not in it is therefore unknown, not absent; only
//! the requests `/raw/{unid}` and `/document/{unid}/raw` give all items, and a file says so by naming the request.

use std::sync::Arc;

use super::{Action, Completeness, Content, Form, Item, Member, Node, Note, Origin};
use crate::source::{Problem, Span};

/// What an object of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A document of the Domino REST API, or a row of one of its lists.
    RestApi,
    /// A document of Domino Access Services.
    AccessServices,
    /// Something else.
    Other,
}

/// The documents of an answer, and which service gave it.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) notes: Vec<Note>,
    /// All of it comes from Domino Access Services.
    pub(super) access_services: bool,
    /// Entries that say no form: rows of a list, or something that is no document at all.
    formless: Vec<Span>,
}

/// Whether a tree is an answer of one of the services.
#[must_use]
pub(super) fn is_answer(root: &Node) -> bool {
    match &root.content {
        Content::Table(members) if is_collection(members) => true,
        Content::Table(_) => kind(root) != Kind::Other,
        Content::List(elements) => elements.iter().any(|element| kind(element) != Kind::Other),
        _ => false,
    }
}

/// An error that a service answered in place of a document.
#[must_use]
pub(super) fn error(root: &Node) -> Option<Problem> {
    let message = root.get("message").filter(|_| !has_form(root))?;
    let status = root.get("status").or_else(|| root.get("code"));
    let number = match status.map(|status| &status.content) {
        Some(Content::Number(number) | Content::Text(number)) => Arc::clone(number),
        _ => return None,
    };
    let text = message.text().map(ToString::to_string).unwrap_or_default();
    Some(
        Problem::error("answer-is-an-error", format!("the service answered with error {number}: {text}"))
            .at(message.span, "not a document")
            .help("repeat the request; look at its address, the data source, and the rights of the user"),
    )
}

/// Cuts an answer into notes.
pub(super) fn answer(root: &Node, problems: &mut Vec<Problem>) -> Answer {
    let mut answer = Answer { notes: Vec::new(), access_services: true, formless: Vec::new() };
    add(root, false, &mut answer, problems);
    if let Some(first) = answer.formless.first() {
        let what = match answer.formless.len() {
            1 => "an entry has no item Form, so what it is is not known".to_owned(),
            many => format!("{many} entries have no item Form, so what they are is not known"),
        };
        problems.push(
            Problem::warning("document-without-form", what)
                .at(*first, "not used")
                .help("ask for the documents themselves, with the item Form; a row of a list holds columns only"),
        );
    }
    answer
}

fn add(node: &Node, whole: bool, answer: &mut Answer, problems: &mut Vec<Problem>) {
    match &node.content {
        Content::List(elements) => elements.iter().for_each(|element| add(element, whole, answer, problems)),
        Content::Table(members) if is_collection(members) => {
            for member in members {
                add(&member.node, is_raw(&member.key), answer, problems);
            }
        }
        Content::Table(_) => match (error(node), kind(node)) {
            (Some(problem), _) => problems.push(problem),
            (None, kind) => {
                answer.access_services &= kind == Kind::AccessServices;
                match note(node, whole) {
                    Some(document) => answer.notes.push(document),
                    None => answer.formless.push(heading(node)),
                }
            }
        },
        _ => {}
    }
}

/// Answers under the requests that gave them: `{"GET /raw/…": {…}}`.
fn is_collection(members: &[Member]) -> bool {
    members.iter().any(|member| member.key.starts_with("GET /"))
}

/// Whether a request asks for all items.
fn is_raw(request: &str) -> bool {
    let path = request.strip_prefix("GET ").unwrap_or(request).split(['?', '#', ' ']).next().unwrap_or("");
    path.split('/').any(|part| part == "raw")
}

fn kind(node: &Node) -> Kind {
    let has = |name: &str| node.get(name).is_some();
    if ["@meta", "@index", "@noteid", "@unid"].iter().any(|name| has(name)) && !has("@href") && !has("@form") {
        return Kind::RestApi;
    }
    if ["@form", "@href", "@entryid"].iter().any(|name| has(name)) {
        return Kind::AccessServices;
    }
    // Whoever collects answers may leave the service's own keys out.
    if has_form(node) { Kind::RestApi } else { Kind::Other }
}

fn has_form(node: &Node) -> bool {
    form(node).is_some()
}

fn form(node: &Node) -> Option<&Member> {
    let named = |name: &str| node.members().iter().find(|member| member.key.eq_ignore_ascii_case(name));
    ["@form", "Form"].iter().filter_map(|name| named(name)).find(|member| member.node.text().is_some())
}

fn note(node: &Node, whole: bool) -> Option<Note> {
    let span = heading(node);
    let form = form(node)?;
    let items = node
        .members()
        .iter()
        .filter(|member| !member.key.starts_with('@'))
        .map(|member| Item { name: Arc::clone(&member.key), name_span: member.key_span, node: value(&member.node) })
        .collect();
    Some(Note {
        form: Form::Domino(form.node.text().cloned().unwrap_or_default()),
        span,
        items,
        completeness: if whole { Completeness::Full } else { Completeness::Restricted },
        action: Action::Exists,
        origin: Origin { unid: unid(node), conflict: false },
    })
}

/// The universal ID: 32 hexadecimal digits, in an address at its end.
fn unid(node: &Node) -> Option<u128> {
    let text = named_unid(node)?.text()?;
    let digits = text.get(text.len().checked_sub(32)?..)?;
    u128::from_str_radix(digits, 16).ok()
}

fn named_unid(node: &Node) -> Option<&Node> {
    node.get("@unid").or_else(|| node.path(&["@meta", "unid"])).or_else(|| node.get("@href"))
}

/// The place that stands for the document: its UNID where there is one.
fn heading(node: &Node) -> Span {
    let brace = Span { end: (node.span.start + 1).min(node.span.end), ..node.span };
    named_unid(node).map_or_else(|| form(node).map_or(brace, |form| form.node.span), |unid| unid.span)
}

/// A value without the wrapping that says its type.
fn value(node: &Node) -> Node {
    match &node.content {
        Content::List(elements) => {
            Node { span: node.span, content: Content::List(elements.iter().map(value).collect()) }
        }
        Content::Table(_) => match (node.get("type").and_then(Node::text), node.get("data")) {
            (Some(kind), Some(data)) if &**kind != "richtext" => value(data),
            _ => Node {
                span: node.span,
                content: Content::Unresolved {
                    raw: Arc::from(""),
                    why: Arc::from("the answer holds rich text or an attachment here, which is not read"),
                },
            },
        },
        _ => node.clone(),
    }
}
