//! The harness: reads texts, resolves them, and shows facts in one line each.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use maillint::directory::{Environment, Location, name_key};
use maillint::effective::{Datum, Fact, Model, Role, State, at_path};
use maillint::read::{Options, read};
use maillint::source::{FileId, Severity, Sources, Span};

/// Files by name; the ending does not matter, the content tells the format.
pub(crate) type Files<'t> = &'t [(&'t str, &'t str)];

/// An environment, resolved.
pub(crate) struct World {
    sources: Sources,
    pub(crate) model: Model,
    pub(crate) problems: Vec<String>,
    marks: BTreeMap<(FileId, u64), char>,
}

fn is_mark(character: char) -> bool {
    ('①'..='⑳').contains(&character)
}

impl World {
    pub(crate) fn new(files: Files<'_>) -> Self {
        let mut sources = Sources::default();
        let mut marks = BTreeMap::new();
        let mut found = Vec::new();
        let mut exports = Vec::new();
        for (name, text) in files {
            let file = sources.add(name, text.replace(is_mark, "").into_bytes());
            for (line, number) in text.lines().zip(1_u64..) {
                marks.extend(line.chars().filter(|character| is_mark(*character)).map(|mark| ((file, number), mark)));
            }
            exports.push(read(sources.get(file).expect("added"), &Options::default(), &mut found));
        }
        let environment = Environment::build(exports, &mut found);
        let mut world = Self { sources, model: Model::new(environment), problems: Vec::new(), marks };
        world.problems = found
            .iter()
            .filter(|problem| problem.severity != Severity::Info)
            .map(|problem| {
                let place = problem.labels.first().map_or("-".to_owned(), |(span, _)| world.line(*span));
                format!("problem {} {} @{place}", problem.severity, problem.code)
            })
            .collect();
        world
    }

    fn line(&self, span: Span) -> String {
        let source = self.sources.get(span.file).expect("a file of the world");
        let line = source.position(span.start).line;
        match self.marks.get(&(span.file, line)) {
            Some(mark) => mark.to_string(),
            None => format!("{}:{line}", source.path),
        }
    }

    /// The line of a symbolic place.
    pub(crate) fn place(&self, at: &Location) -> String {
        self.model.environment().place(at).map_or("?".to_owned(), |place| self.line(place.span))
    }

    /// The record of a server, or of the environment.
    fn subject(&self, name: &str) -> Fact {
        if name == "environment" {
            return self.model.summary().clone();
        }
        let environment = self.model.environment();
        let mut found =
            self.model.servers().iter().filter(|(id, _)| {
                environment.document(*id).is_some_and(|server| name_key(&server.name) == name_key(name))
            });
        let server = found.next().unwrap_or_else(|| panic!("no server `{name}`"));
        assert!(found.next().is_none(), "two servers `{name}`");
        server.1.clone()
    }

    /// The fact at a path, in one line.
    pub(crate) fn at(&self, subject: &str, path: &str) -> String {
        let record = self.subject(subject);
        match at_path(record.object().expect("a record").as_ref(), path) {
            Some(fact) => self.show(&fact),
            None => "nothing".to_owned(),
        }
    }

    /// A fact in one line.
    pub(crate) fn show(&self, fact: &Fact) -> String {
        let (state, place) = match &fact.state {
            State::Known(Datum::List(list)) => {
                let items: Vec<String> =
                    list.items.iter().map(|item| self.show(item).trim_start_matches("= ").to_owned()).collect();
                let open = list.open.as_ref().map_or(String::new(), |reason| format!("; ? {reason}"));
                (format!("= [{}{open}]", items.join(", ")), false)
            }
            State::Known(Datum::Object(_)) => ("= {}".to_owned(), true),
            State::Known(datum) => (format!("= {datum}"), true),
            State::Absent(None) => ("unset".to_owned(), false),
            State::Absent(Some(datum)) => (format!("default {datum}"), false),
            State::Unknown(reason) => (format!("? {reason}"), true),
        };
        let mut shown = state;
        let lines = |wanted: &dyn Fn(Role) -> bool| -> Vec<String> {
            let steps = fact.provenance.steps().iter().filter(|step| wanted(step.role));
            steps.filter_map(|step| step.at.as_ref()).map(|at| self.place(at)).collect()
        };
        let used = lines(&|role| matches!(role, Role::Set | Role::From));
        let hidden = lines(&|role| role == Role::Hidden);
        if place {
            let _ = write!(shown, " @{}", used.first().map_or("-", String::as_str));
        }
        if place && used.len() > 1 {
            let _ = write!(shown, " with {}", used[1..].join(" "));
        }
        if !hidden.is_empty() {
            let _ = write!(shown, " hides {}", hidden.join(" "));
        }
        shown
    }
}

/// Whether a text is what a pattern with `…` for any text says.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('…');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// What differs from the expectations of a table.
pub(crate) fn differences(files: Files<'_>, table: &str) -> Vec<String> {
    let world = World::new(files);
    let mut wrong = Vec::new();
    let rows: Vec<&str> = table.lines().map(str::trim).filter(|row| !row.is_empty()).collect();
    assert!(!rows.is_empty(), "an empty table proves nothing");
    let (problems, facts): (Vec<&str>, Vec<&str>) = rows.into_iter().partition(|row| row.starts_with("problem "));
    for row in facts {
        let mut words = row.splitn(3, char::is_whitespace);
        let (Some(subject), Some(path), Some(expected)) = (words.next(), words.next(), words.next()) else {
            panic!("a row without an expectation: {row}");
        };
        let found = world.at(subject, path);
        if !fits(expected.trim(), &found) {
            wrong.push(format!("{subject} {path}\n  expected {}\n  found    {found}", expected.trim()));
        }
    }
    let mut expected: Vec<String> = problems.into_iter().map(str::to_owned).collect();
    let mut found = world.problems;
    expected.sort();
    found.sort();
    if expected != found {
        wrong.push(format!("problems\n  expected {expected:?}\n  found    {found:?}"));
    }
    wrong
}

/// Checks one environment.
#[track_caller]
pub(crate) fn check(files: Files<'_>, table: &str) {
    let wrong = differences(files, table);
    let input: Vec<&str> = files.iter().map(|(_, text)| *text).collect();
    assert!(wrong.is_empty(), "{}\n\nfor\n{}", wrong.join("\n"), input.join("\n---\n"));
}

#[test]
fn patterns_fit_whole_texts_only() {
    assert!(fits("own @①", "own @①"));
    assert!(!fits("own", "own @①"));
    assert!(fits("? …group…input… @①", "? the group is not in the input here @①"));
    assert!(!fits("? …input…group…", "? the group is not in the input"));
}
