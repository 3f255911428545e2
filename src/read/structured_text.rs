//! Structured text, as File > Export of a Notes client writes it (formats.md 3.1): one item per line, documents parted by
//! form feeds, lists joined by commas. Types are lost; what an item is a list of is the vocabulary's knowledge, so a value
//! with commas is a list here, and who knows that it is a single text puts it together again.

use std::ops::Range;
use std::sync::Arc;

use super::{Action, Completeness, Content, Form, Item, Node, Note, Origin};
use crate::source::{Problem, Source, View, is_secret_key};

/// An item: its name, and the lines of its value.
struct Raw {
    name: Range<usize>,
    pieces: Vec<Range<usize>>,
}

/// Reads all documents of a file.
#[must_use]
pub(super) fn notes(source: &Source, problems: &mut Vec<Problem>) -> Vec<Note> {
    let view = source.view();
    let mut notes = Vec::new();
    let mut offset = 0;
    for record in view.text().split_inclusive('\u{c}') {
        let start = offset;
        offset += record.len();
        notes.extend(note(source, &view, start..start + record.trim_end_matches('\u{c}').len(), problems));
    }
    notes
}

/// Whether a line sets an item: a name, a colon, and two blanks before the value.
#[must_use]
pub(super) fn is_item(line: &str) -> bool {
    name_of(line).is_some()
}

fn name_of(line: &str) -> Option<&str> {
    let (name, value) = line.split_once(':')?;
    let first = |c: char| c.is_ascii_alphabetic() || matches!(c, '$' | '_');
    let fits = name.starts_with(first) && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '_'));
    (fits && (value.starts_with("  ") || value.trim().is_empty())).then_some(name)
}

fn note(source: &Source, view: &View<'_>, record: Range<usize>, problems: &mut Vec<Problem>) -> Option<Note> {
    let mut items: Vec<Raw> = Vec::new();
    let mut offset = record.start;
    let mut in_text = false;
    let mut doubtful: Option<Range<usize>> = None;
    for line in view.text().get(record)?.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let range = start..start + line.len();
        if line.trim().is_empty() {
            in_text |= !items.is_empty();
        } else if in_text {
            // Rich text stands behind the items, in lines of its own.
            if doubtful.is_none() && is_item(line) {
                doubtful = Some(range);
            }
        } else if let Some(name) = name_of(line) {
            let value = start + name.len() + 1;
            let blank = line.get(name.len() + 1..).map_or(0, |rest| rest.len() - rest.trim_start().len());
            let mut item = Raw { name: start..start + name.len(), pieces: Vec::new() };
            item.pieces.push(value + blank..range.end);
            items.push(item);
        } else if let Some(item) = items.last_mut() {
            item.pieces.push(range);
        } else {
            problems.push(
                Problem::warning("structured-text-line", "a line that belongs to no item")
                    .at(view.span(range), "not read")
                    .help("an item is written as its name, a colon and two blanks"),
            );
        }
    }
    let whole = view.span(items.first()?.name.clone());
    let is_form =
        |item: &&Raw| view.text().get(item.name.clone()).is_some_and(|written| written.eq_ignore_ascii_case("Form"));
    let mut forms = items.iter().filter(is_form);
    let Some(form) = forms.next() else {
        problems.push(
            Problem::warning("document-without-form", "this document has no item Form, so what it is is not known")
                .at(whole, "not used")
                .help("export with all items of the documents"),
        );
        return None;
    };
    if let Some(second) = forms.next() {
        problems.push(
            Problem::error("structured-text-separator", "two documents follow each other without a form feed")
                .at(view.span(second.name.clone()), "a second document; neither is used")
                .at(view.span(form.name.clone()), "the first one")
                .help("export again, and leave the form feed as what parts the documents"),
        );
        return None;
    }
    if let Some(range) = &doubtful {
        problems.push(
            Problem::info(
                "structured-text-body",
                "behind an empty line the document's text begins; whether this line is an item is not known",
            )
            .at(view.span(range.clone()), "not read as an item")
            .help("an item that is missing in this document is taken for unknown"),
        );
    }
    let form = form.pieces.first().and_then(|range| view.text().get(range.clone())).unwrap_or("").trim();
    let form = Form::Domino(Arc::from(form));
    let items = items.iter().filter_map(|raw| item(source, view, raw, problems)).collect();
    let completeness = if doubtful.is_some() { Completeness::Restricted } else { Completeness::Full };
    Some(Note { form, span: whole, items, completeness, action: Action::Exists, origin: Origin::default() })
}

fn item(source: &Source, view: &View<'_>, raw: &Raw, problems: &mut Vec<Problem>) -> Option<Item> {
    let name = view.text().get(raw.name.clone())?;
    let first = raw.pieces.first()?;
    let last = raw.pieces.last()?;
    let mut node = value(view, raw);
    node.span = view.span(first.start..last.end);
    if is_secret_key(name) {
        source.mark_secret(node.span);
    }
    if let Some(at) = view.text().get(first.start..last.end).and_then(|text| text.find(is_stray)) {
        problems.push(
            Problem::warning("control-character", format!("the value of `{name}` holds a control character"))
                .at(view.span(first.start + at..first.start + at + 1), "the item is treated as unknown"),
        );
        let why = Arc::from(format!("`{name}` holds a control character, so the export may be damaged"));
        node.content = Content::Unresolved { raw: Arc::from(""), why };
    }
    Some(Item { name: Arc::from(name), name_span: view.span(raw.name.clone()), node })
}

fn is_stray(character: char) -> bool {
    character < ' ' && !matches!(character, '\n' | '\r' | '\t')
}

/// The value: a text, or a list where commas part it.
fn value(view: &View<'_>, raw: &Raw) -> Node {
    let mut elements: Vec<Vec<(Range<usize>, &str)>> = vec![Vec::new()];
    for piece in &raw.pieces {
        let mut start = piece.start;
        for (index, part) in view.text().get(piece.clone()).unwrap_or("").split(',').enumerate() {
            if index > 0 {
                elements.push(Vec::new());
            }
            let blank = part.len() - part.trim_start().len();
            let range = start + blank..start + blank + part.trim().len();
            start += part.len() + 1;
            if let (Some(element), false) = (elements.last_mut(), range.is_empty()) {
                element.push((range, part));
            }
        }
    }
    let at = raw.pieces.first().map_or(0, |piece| piece.start);
    let mut nodes: Vec<Node> = elements.into_iter().map(|parts| element(view, &parts, at)).collect();
    match (nodes.pop(), nodes.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            nodes.extend(last);
            let span = view.span(at..at);
            Node { span, content: Content::List(nodes) }
        }
    }
}

/// One value. Where the export wraps a line inside it, nothing says what stood there: a blank, or nothing.
fn element(view: &View<'_>, parts: &[(Range<usize>, &str)], at: usize) -> Node {
    match parts {
        [] => Node::new_text(view.span(at..at), ""),
        // Blanks around it may belong to a text that has a comma in it.
        [(range, text)] => Node::new_text(view.span(range.clone()), *text),
        [(first, _), .., (last, _)] => {
            let raw: String = parts.iter().map(|(_, text)| *text).collect();
            let why =
                "the export wraps this value, and how its lines join is not known; export with a greater line width";
            let content = Content::Unresolved { raw: Arc::from(raw), why: Arc::from(why) };
            Node { span: view.span(first.start..last.end), content }
        }
    }
}
