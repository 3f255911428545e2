//! What `vocabulary learn` and `vocabulary unknown` print: item names for maillint.toml, and items that nobody explains.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::human::Style;
use super::json::{ProblemJson, problem_json};
use super::safe_json::write_json;
use super::sanitize::one_line;
use crate::directory::learn::{Confidence, Known, Learned, Lesson};
use crate::directory::{Document, looks_like_smtp};
use crate::source::{Position, Problem, Sources, Span};

const TEXT_LIMIT: usize = 200;

/// Writes the item names as a part of maillint.toml. What a person must decide is a comment.
///
/// # Errors
/// What the writer says.
pub fn learned_toml(
    out: &mut dyn std::io::Write,
    lessons: &[Lesson],
    sources: &Sources,
    style: Style,
) -> std::io::Result<()> {
    let mut text = String::from(
        "# Item names that maillint vocabulary learn has read. Put them into maillint.toml.\n\n[aliases]\n",
    );
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for lesson in lessons {
        let _ = writeln!(text, "\n# form {}", comment(&lesson.form, style));
        for found in &lesson.learned {
            if let Some(lines) = alias(found, &mut taken, sources, style) {
                text.push_str(&lines);
            }
        }
        let same = lesson.learned.iter().filter(|found| found.known == Known::Same).count();
        if same > 0 {
            let _ = writeln!(
                text,
                "# {} as the vocabulary has {}",
                counted(same, "item is", "items are"),
                if same == 1 { "it" } else { "them" }
            );
        }
        list(
            &mut text,
            "settings whose item was not found:",
            lesson.missing.len(),
            lesson.missing.iter().map(|(kind, spec)| format!("{}.{}  \"{}\"", kind.name(), spec.path, spec.title)),
            style,
        );
        list(
            &mut text,
            "items that were matched with nothing:",
            lesson.unmatched.len(),
            lesson.unmatched.iter().map(|item| {
                let label = item.label.as_ref().map_or("no label".to_owned(), |label| format!("\"{label}\""));
                let why = item.why.as_ref().map_or(String::new(), |why| format!(" ({why})"));
                format!("{}  {label}{why}", item.item)
            }),
            style,
        );
    }
    out.write_all(text.as_bytes())
}

fn list(text: &mut String, title: &str, count: usize, lines: impl Iterator<Item = String>, style: Style) {
    if count > 0 {
        let _ = writeln!(text, "# {count} {title}");
    }
    for line in lines {
        let _ = writeln!(text, "#   {}", comment(&line, style));
    }
}

/// The lines of one alias; none for what the vocabulary has already, codes and all.
fn alias<'l>(
    found: &'l Learned,
    taken: &mut BTreeMap<String, &'l str>,
    sources: &Sources,
    style: Style,
) -> Option<String> {
    let known_code = |code: &str| found.spec.codes.iter().any(|(known, _)| known.eq_ignore_ascii_case(code));
    let new_codes = found.codes.known.iter().any(|(code, _)| !known_code(code));
    if found.known == Known::Same && !new_codes {
        return None;
    }
    let path = format!("{}.{}", found.kind.name(), found.spec.path);
    let mut text = format!(
        "# {}: \"{}\" ({})\n",
        found.confidence.word(),
        comment(&found.label, style),
        place(found.span, sources)
    );
    if found.known == Known::Other {
        let _ = writeln!(text, "# the vocabulary has the item {} for it", found.spec.items.join(", "));
    }
    for (shown, stored) in &found.codes.open {
        let _ =
            writeln!(text, "# what the code {} stands for is not known: \"{}\"", quoted(stored), comment(shown, style));
    }
    let line = match found.codes.known.as_slice() {
        [] => format!("{} = {}", quoted(&path), quoted(&found.item)),
        codes => {
            let codes: Vec<String> =
                codes.iter().map(|(code, word)| format!("{} = {}", quoted(code), quoted(word))).collect();
            format!("{} = {{ item = {}, codes = {{ {} }} }}", quoted(&path), quoted(&found.item), codes.join(", "))
        }
    };
    let other = taken.get(&path).copied();
    if let Some(other) = other.filter(|other| *other != &*found.item) {
        let _ = writeln!(text, "# another form says {}: choose one", quoted(other));
    } else if other.is_some() {
        return None;
    }
    let active = found.confidence > Confidence::Uncertain && other.is_none();
    if active {
        taken.insert(path, &found.item);
    }
    let _ = writeln!(text, "{}{line}", if active { "" } else { "# " });
    Some(text)
}

/// A text in a comment: on one line, without control characters.
fn comment(text: &str, style: Style) -> String {
    one_line(text, style.ascii(), TEXT_LIMIT)
}

/// A basic string of TOML. What JSON escapes, TOML escapes alike, but for the delete character.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default().replace('\u{7f}', "\\u007f")
}

fn place(span: Span, sources: &Sources) -> String {
    sources.get(span.file).map_or_else(String::new, |source| {
        format!("{}:{}", one_line(&source.path, false, TEXT_LIMIT), source.position(span.start).line)
    })
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[derive(Serialize)]
struct LearnedDocument<'r> {
    version: u32,
    forms: Vec<FormJson<'r>>,
    problems: Vec<ProblemJson<'r>>,
}

#[derive(Serialize)]
struct FormJson<'r> {
    form: &'r str,
    learned: Vec<LearnedJson<'r>>,
    missing: Vec<MissingJson<'r>>,
    unmatched: Vec<UnmatchedJson<'r>>,
}

#[derive(Serialize)]
struct LearnedJson<'r> {
    field: String,
    item: &'r str,
    label: &'r str,
    confidence: &'static str,
    known: &'static str,
    codes: BTreeMap<&'r str, &'r str>,
    open_codes: BTreeMap<&'r str, &'r str>,
    path: &'r str,
    start: Option<Position>,
}

#[derive(Serialize)]
struct MissingJson<'r> {
    field: String,
    label: &'r str,
}

#[derive(Serialize)]
struct UnmatchedJson<'r> {
    item: &'r str,
    label: Option<&'r str>,
    reason: Option<&'r str>,
    path: &'r str,
    start: Option<Position>,
}

/// Writes the item names as JSON (`schemas/learned.schema.json`).
///
/// # Errors
/// What the writer says.
pub fn learned_json(
    out: &mut dyn std::io::Write,
    lessons: &[Lesson],
    problems: &[Problem],
    sources: &Sources,
) -> std::io::Result<()> {
    let forms = lessons
        .iter()
        .map(|lesson| FormJson {
            form: &lesson.form,
            learned: lesson.learned.iter().map(|found| learned(found, sources)).collect(),
            missing: lesson
                .missing
                .iter()
                .map(|(kind, spec)| MissingJson { field: format!("{}.{}", kind.name(), spec.path), label: &spec.title })
                .collect(),
            unmatched: lesson
                .unmatched
                .iter()
                .map(|item| UnmatchedJson {
                    item: &item.item,
                    label: item.label.as_deref(),
                    reason: item.why.as_deref(),
                    path: path(item.span, sources),
                    start: start(item.span, sources),
                })
                .collect(),
        })
        .collect();
    let problems = problems.iter().map(|problem| problem_json(problem, sources)).collect();
    write_json(out, &LearnedDocument { version: 1, forms, problems })
}

fn learned<'r>(found: &'r Learned, sources: &'r Sources) -> LearnedJson<'r> {
    LearnedJson {
        field: format!("{}.{}", found.kind.name(), found.spec.path),
        item: &found.item,
        label: &found.label,
        confidence: found.confidence.word(),
        known: match found.known {
            Known::No => "no",
            Known::Same => "same",
            Known::Other => "other",
        },
        codes: found.codes.known.iter().map(|(code, word)| (&**code, &**word)).collect(),
        open_codes: found.codes.open.iter().map(|(shown, code)| (&**code, &**shown)).collect(),
        path: path(found.span, sources),
        start: start(found.span, sources),
    }
}

fn path(span: Span, sources: &Sources) -> &str {
    sources.get(span.file).map_or("", |source| &source.path)
}

fn start(span: Span, sources: &Sources) -> Option<Position> {
    sources.get(span.file).map(|source| source.position(span.start))
}

/// Writes the items that nobody explains, by document.
///
/// # Errors
/// What the writer says.
pub fn unknown(
    out: &mut dyn std::io::Write,
    documents: &[Document],
    sources: &Sources,
    style: Style,
) -> std::io::Result<()> {
    let (mut count, mut like) = (0_usize, 0_usize);
    for document in documents.iter().filter(|document| !document.not_understood.is_empty()) {
        let name = format!("{} {}", document.kind.title(), document.name);
        writeln!(out, "{}", style.bold(&one_line(&name, style.ascii(), TEXT_LIMIT)))?;
        let width = document.not_understood.iter().map(|(item, _)| item.chars().count()).max().unwrap_or(0).min(40);
        for (item, span) in &document.not_understood {
            let smtp = looks_like_smtp(item);
            count += 1;
            like += usize::from(smtp);
            let item = one_line(item, style.ascii(), TEXT_LIMIT);
            let note = if smtp { "  looks like an SMTP setting" } else { "" };
            writeln!(out, "  {item:width$}  {}{note}", place(*span, sources))?;
        }
        writeln!(out)?;
    }
    if count == 0 {
        return writeln!(out, "every item is understood");
    }
    let looks = if like == 1 { "looks like an SMTP setting" } else { "look like SMTP settings" };
    writeln!(out, "{}, {like} {looks}", counted(count, "item is not understood", "items are not understood"))?;
    writeln!(
        out,
        "whoever knows what one holds gives it under [aliases] in maillint.toml; `maillint vocabulary learn` reads it off the design of the form"
    )
}

#[derive(Serialize)]
struct UnknownDocument<'r> {
    version: u32,
    items: Vec<UnknownJson<'r>>,
    problems: Vec<ProblemJson<'r>>,
}

#[derive(Serialize)]
struct UnknownJson<'r> {
    item: &'r str,
    document: String,
    looks_like_smtp: bool,
    path: &'r str,
    start: Option<Position>,
}

/// Writes them as JSON (`schemas/unknown.schema.json`).
///
/// # Errors
/// What the writer says.
pub fn unknown_json(
    out: &mut dyn std::io::Write,
    documents: &[Document],
    problems: &[Problem],
    sources: &Sources,
) -> std::io::Result<()> {
    let items = documents
        .iter()
        .flat_map(|document| {
            document.not_understood.iter().map(move |(item, span)| UnknownJson {
                item,
                document: format!("{} {}", document.kind.title(), document.name),
                looks_like_smtp: looks_like_smtp(item),
                path: path(*span, sources),
                start: start(*span, sources),
            })
        })
        .collect();
    let problems = problems.iter().map(|problem| problem_json(problem, sources)).collect();
    write_json(out, &UnknownDocument { version: 1, items, problems })
}
