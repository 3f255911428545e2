//! Reading a text, and what is in it.

use std::fs;
use std::path::{Path, PathBuf};

use maillint::read::{Content, Demand, Export, Node, Note, Options, read};
use maillint::source::{FileId, Problem, Sources, Span};

/// A file that was read.
pub(crate) struct Read {
    pub(crate) sources: Sources,
    pub(crate) file: FileId,
    pub(crate) export: Export,
    pub(crate) problems: Vec<Problem>,
}

pub(crate) fn read_bytes(bytes: &[u8]) -> Read {
    read_wanted(bytes, &Demand::default())
}

pub(crate) fn read_wanted(bytes: &[u8], demand: &Demand) -> Read {
    let mut sources = Sources::default();
    let file = sources.add("names.dxl", bytes.to_vec());
    read_source(sources, file, demand)
}

pub(crate) fn read_source(sources: Sources, file: FileId, demand: &Demand) -> Read {
    let mut problems = Vec::new();
    let options = Options { demand: demand.clone(), ..Options::default() };
    let mut export = read(sources.get(file).expect("added"), &options, &mut problems);
    export.notes.extend(export.crowd.notes());
    Read { sources, file, export, problems }
}

/// A database with these documents.
pub(crate) fn database(documents: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='utf-8'?>\n<database xmlns='http://www.lotus.com/dxl' version='12.0'>\n{documents}\n</database>\n"
    )
}

/// A document as the exporter writes it.
pub(crate) fn document(form: &str, items: &str) -> String {
    format!("<document form='{form}'>\n<updatedby><name>CN=Admin/O=Acme</name></updatedby>\n{items}</document>")
}

pub(crate) fn item(name: &str, value: &str) -> String {
    format!("<item name='{name}'><text>{value}</text></item>\n")
}

impl Read {
    pub(crate) fn note(&self) -> &Note {
        assert_eq!(self.export.notes.len(), 1, "{:?}", self.problems);
        &self.export.notes[0]
    }

    pub(crate) fn node(&self, name: &str) -> &Node {
        &self.note().item(name).unwrap_or_else(|| panic!("no item {name}")).node
    }

    pub(crate) fn codes(&self) -> Vec<String> {
        self.problems.iter().map(|problem| format!("{} {}", problem.severity, problem.code)).collect()
    }

    pub(crate) fn slice(&self, span: Span) -> String {
        self.sources.slice(span).to_owned()
    }

    /// `line:column` of the start and end of a place.
    pub(crate) fn place(&self, span: Span) -> String {
        let source = self.sources.get(self.file).expect("there");
        let (start, end) = (source.position(span.start), source.position(span.end));
        format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column)
    }
}

/// The value of a node, in a form that is easy to compare.
pub(crate) fn shown(node: &Node) -> String {
    match &node.content {
        Content::Null => "missing".to_owned(),
        Content::Text(text) => format!("text {text:?}"),
        Content::Number(text) => format!("number {text}"),
        Content::Date(text) => format!("date {text}"),
        Content::List(elements) => format!("[{}]", elements.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Content::Unresolved { why, .. } => format!("open: {why}"),
        other => format!("{other:?}"),
    }
}

/// Everything that was read, with places but without file numbers.
pub(crate) fn everything(read: &Read) -> String {
    let mut out = String::new();
    for note in &read.export.notes {
        let span = |span: Span| format!("{}..{}", span.start, span.end);
        out.push_str(&format!("{:?} {:?} {:?} {}\n", note.form, note.completeness, note.origin, span(note.span)));
        for item in &note.items {
            let value = &item.node;
            let elements: Vec<String> = value.elements().iter().map(|node| span(node.span)).collect();
            out.push_str(&format!(
                "  {} {} = {} {} {elements:?}\n",
                item.name,
                span(item.name_span),
                shown(value),
                span(value.span)
            ));
        }
    }
    for problem in &read.problems {
        out.push_str(&format!("{} {} {:?}\n", problem.code, problem.message, problem.labels));
    }
    out
}

/// A fresh folder.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dxl").join(name);
    if path.exists() {
        fs::remove_dir_all(&path).expect("an old folder can be removed");
    }
    fs::create_dir_all(&path).expect("a folder can be made");
    path
}
