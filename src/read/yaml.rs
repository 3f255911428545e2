//! YAML with the span of every key and value. Anchors, aliases, merge keys and tags are refused: a description needs none
//! of them, and a few lines of aliases can stand for gigabytes.

use std::collections::HashMap;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, Span as YamlSpan};

use super::{Content, Member, Node};
use crate::source::{Problem, View};

/// Deeper nesting is refused; no description nests more than a dozen levels.
const MAX_DEPTH: usize = 128;

/// A list or table that is not closed yet.
enum Open {
    List(Vec<Node>),
    Table(Vec<Member>, Option<(Arc<str>, crate::source::Span)>),
}

/// Parses a YAML stream: one tree per document in it, empty ones left out. Values of plain scalars follow the core schema
/// of YAML 1.2, so `no` is a text. Names that occur twice in one table are added to `problems`; both stay in the tree.
///
/// # Errors
/// The first place where the text is not YAML, or uses what is refused here.
pub(super) fn parse(view: &View<'_>, problems: &mut Vec<Problem>) -> Result<Vec<Node>, Box<Problem>> {
    let mut reader = Reader { view, open: Vec::new(), documents: Vec::new(), problems };
    for event in Parser::new_from_str(view.text()) {
        let (event, span) = event.map_err(|error| Box::new(syntax_problem(view, &error)))?;
        reader.event(event, span)?;
    }
    Ok(reader.documents)
}

struct Reader<'r, 'v> {
    view: &'r View<'v>,
    /// With each, the offset in the text where it begins.
    open: Vec<(Open, usize)>,
    documents: Vec<Node>,
    problems: &'r mut Vec<Problem>,
}

impl Reader<'_, '_> {
    fn event(&mut self, event: Event<'_>, span: YamlSpan) -> Result<(), Box<Problem>> {
        let range = span.byte_range().unwrap_or(0..0);
        let (anchor, tag) = match &event {
            Event::Scalar(_, _, anchor, tag)
            | Event::SequenceStart(_, anchor, tag)
            | Event::MappingStart(_, anchor, tag) => (*anchor, tag.is_some()),
            _ => (0, false),
        };
        if anchor != 0 || matches!(event, Event::Alias(_)) {
            return Err(Box::new(self.refuse(
                range,
                "anchors and aliases are not read",
                "write the value out where it is used",
            )));
        }
        if tag {
            return Err(Box::new(self.refuse(
                range,
                "tags (`!…`) are not read",
                "leave the tag out; quotes make a value a text",
            )));
        }
        match event {
            Event::Scalar(value, style, ..) => {
                if let Some((Open::Table(_, key @ None), _)) = self.open.last_mut() {
                    if &*value == "<<" && style == ScalarStyle::Plain {
                        return Err(Box::new(self.refuse(
                            range,
                            "merge keys (`<<`) are not read",
                            "write the values out",
                        )));
                    }
                    *key = Some((Arc::from(&*value), self.view.span(range)));
                    return Ok(());
                }
                let content =
                    if style == ScalarStyle::Plain { plain(&value) } else { Content::Text(Arc::from(&*value)) };
                let written = self.view.text().get(range.clone()).unwrap_or("");
                let end = range.start + written.trim_end().len();
                self.push(Node { span: self.view.span(range.start..end), content });
            }
            Event::SequenceStart(..) => self.begin(Open::List(Vec::new()), range.start)?,
            Event::MappingStart(..) => {
                if let Some((Open::Table(_, None), _)) = self.open.last() {
                    return Err(Box::new(self.refuse(
                        range,
                        "a name must be a text",
                        "no list or table can be a name here",
                    )));
                }
                self.begin(Open::Table(Vec::new(), None), range.start)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end),
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, open: Open, start: usize) -> Result<(), Box<Problem>> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Box::new(
                Problem::error("yaml-too-deep", format!("the file nests deeper than {MAX_DEPTH} levels"))
                    .at(self.view.span(start..start + 1), "this level is one too many")
                    .help("no description looks like this; is it the right file?"),
            ));
        }
        if let (Open::List(_), Some((Open::Table(_, None), _))) = (&open, self.open.last()) {
            return Err(Box::new(self.refuse(
                start..start + 1,
                "a name must be a text",
                "no list or table can be a name here",
            )));
        }
        self.open.push((open, start));
        Ok(())
    }

    fn end(&mut self, close: usize) {
        let Some((open, start)) = self.open.pop() else { return };
        let text = self.view.text();
        let flow = text.get(start..).is_some_and(|rest| rest.starts_with(['[', '{']));
        let (content, last) = match open {
            Open::List(elements) => {
                let last = elements.last().map(|node| node.span);
                (Content::List(elements), last)
            }
            Open::Table(members, _) => {
                self.report_duplicates(&members);
                let last = members.last().map(|member| member.key_span.to(member.node.span));
                (Content::Table(members), last)
            }
        };
        // What stands for a table in a list is the dash before its first name.
        let before = text.get(..start).unwrap_or("").trim_end_matches(' ');
        let start = if !flow && before.ends_with('-') { before.len() - 1 } else { start };
        let mut span = self.view.span(start..if flow { close } else { start + 1 });
        if !flow && let Some(last) = last {
            span.end = span.end.max(last.end);
        }
        self.push(Node { span, content });
    }

    fn push(&mut self, node: Node) {
        match self.open.last_mut() {
            None if node.is_null() => {}
            None => self.documents.push(node),
            Some((Open::List(elements), _)) => elements.push(node),
            Some((Open::Table(members, key), _)) => {
                if let Some((key, key_span)) = key.take() {
                    members.push(Member { key, key_span, node });
                }
            }
        }
    }

    fn report_duplicates(&mut self, members: &[Member]) {
        let mut seen: HashMap<&str, &Member> = HashMap::with_capacity(members.len());
        for member in members {
            if let Some(first) = seen.insert(&member.key, member) {
                self.problems.push(
                    Problem::error("duplicate-key", format!("the name `{}` is set twice in one table", member.key))
                        .at(member.key_span, "set again here")
                        .at(first.key_span, "first set here")
                        .help("YAML allows a name once; keep one"),
                );
            }
        }
    }

    fn refuse(&self, range: std::ops::Range<usize>, what: &str, help: &str) -> Problem {
        Problem::error("yaml-not-read", what).at(self.view.span(range), "here").help(help)
    }
}

/// A plain scalar by the core schema of YAML 1.2 (section 10.3.2).
fn plain(value: &str) -> Content {
    let number = |text: String| Content::Number(Arc::from(text));
    match value {
        "" | "~" | "null" | "Null" | "NULL" => return Content::Null,
        "true" | "True" | "TRUE" => return Content::Bool(true),
        "false" | "False" | "FALSE" => return Content::Bool(false),
        _ => {}
    }
    let radix = |digits: &str, radix| i64::from_str_radix(digits, radix).map(|value| value.to_string());
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let kept = value.strip_prefix('+').unwrap_or(value);
        return number(radix(kept, 10).unwrap_or_else(|_| kept.to_owned()));
    }
    for (prefix, base) in [("0x", 16), ("0o", 8)] {
        if let Some(Ok(text)) = value.strip_prefix(prefix).map(|digits| radix(digits, base)) {
            return number(text);
        }
    }
    let float = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'));
    if float && value.parse::<f64>().is_ok() {
        return number(value.to_owned());
    }
    Content::Text(Arc::from(value))
}

fn syntax_problem(view: &View<'_>, error: &granit_parser::ScanError) -> Problem {
    let text = view.text();
    let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
    let width = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let problem = Problem::error("yaml-syntax", format!("not valid YAML: {}", error.info()))
        .at(view.span(at..at + width), "here");
    let line = text.get(..at).unwrap_or("").rsplit('\n').next().unwrap_or("");
    let around = format!("{line}{}", text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or(""));
    if around.contains(": *") || around.contains("- *") || around.contains("[*") {
        problem.help("a text that begins with `*` must stand in quotes: \"*\"")
    } else if line.contains('\t') || error.info().contains("tab") {
        problem.help("YAML is indented with blanks, not tabs")
    } else {
        problem
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn parsed(text: &str) -> Result<Vec<Node>, String> {
        let view = View::from_offset(FileId(0), text, 0);
        parse(&view, &mut Vec::new()).map_err(|problem| format!("{} {}", problem.code, problem.message))
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        let of = |text: &str| plain(text);
        assert_eq!(of("no"), Content::Text(Arc::from("no")));
        assert_eq!(of("192.0.2.1"), Content::Text(Arc::from("192.0.2.1")));
        assert_eq!(of("-1.5e3"), Content::Number(Arc::from("-1.5e3")));
        assert_eq!(of("0x19"), Content::Number(Arc::from("25")));
        assert_eq!(of("08"), Content::Number(Arc::from("8")));
        assert_eq!(of("TRUE"), Content::Bool(true));
        assert_eq!(of("2026-11-24"), Content::Text(Arc::from("2026-11-24")));
        assert_eq!(of("..."), Content::Text(Arc::from("...")));
    }

    #[test]
    fn what_could_grow_is_refused() {
        for text in ["a: &x [1]\nb: *x\n", "a:\n  <<: {b: 1}\n", "a: !!str 1\n", "? [1]\n: 2\n", "? {a: 1}\n: 2\n"] {
            let refused = parsed(text).expect_err(text);
            assert!(refused.starts_with("yaml-not-read"), "{text}: {refused}");
        }
        assert!(parsed(&"[".repeat(100_000)).is_err());
        assert!(parsed(&format!("{}1{}", "[".repeat(200), "]".repeat(200))).is_err());
    }

    #[test]
    fn every_value_has_its_place() {
        let text = "server:\n  - name: mx1/Acme\n    smtp_inbound: {port: 25}\n---\nfacts:\n  peers:\n  - 'a b'\n";
        let documents = parsed(text).expect("YAML");
        assert_eq!(documents.len(), 2);
        let slice = |node: &Node| {
            text.get(usize::try_from(node.span.start).expect("small")..usize::try_from(node.span.end).expect("small"))
                .expect("inside")
        };
        let server = &documents[0].get("server").expect("server").elements()[0];
        assert_eq!(slice(server), "- name: mx1/Acme\n    smtp_inbound: {port: 25}");
        assert_eq!(slice(server.path(&["smtp_inbound", "port"]).expect("port")), "25");
        assert_eq!(slice(&documents[1].path(&["facts", "peers"]).expect("peers").elements()[0]), "'a b'");
    }
}
