//! What `?ReadViewEntries` answers, as XML and as JSON (formats.md 1.2, 4.3): the rows of a view. A view shows columns, not
//! documents, so this is an inventory only.

use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Content, Node};
use crate::source::{Problem, Span, View};

/// Rows that are named in the message.
const SHOWN: usize = 5;

/// Whether a tree is the JSON of a view.
#[must_use]
pub(super) fn is_view(root: &Node) -> bool {
    root.get("viewentry").is_some() || root.get("@toplevelentries").is_some()
}

/// A row of a view: a document that exists.
#[derive(Debug, Clone)]
pub struct ViewRow {
    /// Where it stands.
    pub span: Span,
    /// The universal ID of its document.
    pub unid: Option<u128>,
    /// The texts of its columns.
    pub texts: Vec<Arc<str>>,
}

impl ViewRow {
    /// What people see first of it.
    #[must_use]
    pub fn name(&self) -> Option<&Arc<str>> {
        self.texts.iter().find(|text| !text.trim().is_empty())
    }
}

/// What a view in JSON lists.
pub(super) fn json(root: &Node, problems: &mut Vec<Problem>) -> Vec<ViewRow> {
    let rows: Vec<ViewRow> = root
        .get("viewentry")
        .map(Node::elements)
        .unwrap_or_default()
        .iter()
        .map(|entry| {
            let mut texts = Vec::new();
            entry.get("entrydata").map(Node::elements).unwrap_or_default().iter().for_each(|data| {
                for member in data.members().iter().filter(|member| !member.key.starts_with('@')) {
                    collect(&member.node, &mut texts);
                }
            });
            let unid = entry.get("@unid");
            let span = unid.map_or(entry.span, |unid| unid.span);
            let unid = unid.and_then(Node::text).and_then(|text| u128::from_str_radix(text, 16).ok());
            ViewRow { span, unid, texts }
        })
        .collect();
    report(&rows, root.span, problems);
    rows
}

fn collect(node: &Node, texts: &mut Vec<Arc<str>>) {
    match &node.content {
        Content::Text(text) => texts.push(Arc::clone(text)),
        Content::List(elements) => elements.iter().for_each(|element| collect(element, texts)),
        Content::Table(members) => members.iter().for_each(|member| collect(&member.node, texts)),
        _ => {}
    }
}

/// What a view in XML lists.
///
/// # Errors
/// The place where the text is not well-formed.
pub(super) fn xml(view: &View<'_>, problems: &mut Vec<Problem>) -> Result<Vec<ViewRow>, Box<Problem>> {
    let mut reader = Reader::from_str(view.text());
    let mut rows: Vec<ViewRow> = Vec::new();
    let mut depth = 0_usize;
    loop {
        let before = offset(reader.buffer_position());
        let failed = |what: String, at: usize| {
            let at = at.min(view.text().len());
            Box::new(Problem::error("xml-syntax", format!("not well-formed XML: {what}")).at(view.span(at..at), "here"))
        };
        match reader.read_event() {
            Err(error) => return Err(failed(error.to_string(), offset(reader.error_position()))),
            Ok(Event::Eof) if depth > 0 => {
                return Err(failed("the file ends too early".to_owned(), view.text().len()));
            }
            Ok(Event::Eof) => break,
            Ok(Event::Start(start)) => {
                depth += 1;
                if is_row(&start) {
                    rows.push(row(&start, view.span(before..offset(reader.buffer_position()))));
                }
            }
            Ok(Event::Empty(start)) if is_row(&start) => {
                rows.push(row(&start, view.span(before..offset(reader.buffer_position()))));
            }
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Text(text)) => {
                if let (Some(row), false) = (rows.last_mut(), text.trim().is_empty()) {
                    row.texts.push(Arc::from(text.trim()));
                }
            }
            Ok(_) => {}
        }
    }
    let whole = view.span(0..view.text().len().min(1));
    report(&rows, whole, problems);
    Ok(rows)
}

fn row(start: &BytesStart<'_>, span: Span) -> ViewRow {
    let unid = start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "unid");
    let unid = unid.and_then(|unid| u128::from_str_radix(&unid.value, 16).ok());
    ViewRow { span, unid, texts: Vec::new() }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

fn is_row(start: &BytesStart<'_>) -> bool {
    start.local_name().as_ref() == "viewentry"
}

fn report(rows: &[ViewRow], whole: Span, problems: &mut Vec<Problem>) {
    let names: Vec<String> =
        rows.iter().filter_map(ViewRow::name).take(SHOWN).map(|text| format!("`{text}`")).collect();
    let more = rows.len() - names.len().min(rows.len());
    let list = match (names.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", names.join(", ")),
        (false, more) => format!(": {} and {more} more", names.join(", ")),
    };
    let count = if rows.len() == 1 { "1 row".to_owned() } else { format!("{} rows", rows.len()) };
    problems.push(
        Problem::info("view-inventory", format!("a view with {count}{list}"))
            .at(
                rows.first().map_or(whole, |row| row.span),
                "columns of a view, not documents; nothing is checked by them",
            )
            .help("it serves to see which documents there are; export the documents themselves, as DXL if possible"),
    );
}
