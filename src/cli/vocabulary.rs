//! `vocabulary`: item names that nobody has published, learned and looked for.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::args::{Format, Learn, UnknownItems, Vocabulary};
use super::checked::has_errors;
use super::input;
use super::request::Request;
use super::{Exit, Terminal, refuse};
use crate::directory::learn::{self, Lesson};
use crate::read::form_design;
use crate::read::{self, Options};
use crate::report::{self, Diagnostic, vocabulary};
use crate::source::{Problem, Source, Sources, Span};

pub(super) fn run(command: &Vocabulary, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    match command {
        Vocabulary::Learn(options) => learn(options, terminal, out),
        Vocabulary::Unknown(options) => unknown(options, terminal, out),
    }
}

fn learn(options: &Learn, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let mut lessons = Vec::new();
    for path in &options.files {
        match load(path, &mut sources) {
            Ok(source) if options.marker => lessons.extend(from_markers(source, &mut problems)),
            Ok(source) => lessons.extend(from_designs(source, &mut problems)),
            Err(problem) => problems.push(problem),
        }
    }
    match options.format {
        Format::Human => {
            tell(&problems, &sources, terminal)?;
            if !lessons.is_empty() {
                vocabulary::learned_toml(out, &lessons, &sources, terminal.style())?;
            }
        }
        Format::Json => vocabulary::learned_json(out, &lessons, &problems, &sources)?,
    }
    Ok(if has_errors(&problems) { Exit::Input } else { Exit::Clean })
}

fn load<'s>(path: &Path, sources: &'s mut Sources) -> Result<&'s Source, Problem> {
    let file = if path.as_os_str() == "-" {
        sources.load_from("standard input", io::stdin().lock())?
    } else {
        sources.load(path)?
    };
    sources.get(file).ok_or_else(|| Problem::error("input-unreadable", "the file is not there"))
}

/// What the forms of a file teach.
fn from_designs(source: &Source, problems: &mut Vec<Problem>) -> Vec<Lesson> {
    let view = source.view();
    let first = view.span(0..0);
    let nothing = |what: &str| {
        Problem::error("no-form-design", what).at(first, "looked through the whole file").help(
            "export the design of the form ServerConfig and its subforms as DXL from the Domino Directory template; for a document whose fields hold their own labels, add --marker",
        )
    };
    if !view.text().trim_start().starts_with('<') {
        problems.push(nothing("this is no DXL"));
        return Vec::new();
    }
    match form_design::designs(&view) {
        Ok(designs) => {
            if designs.is_empty() {
                problems.push(nothing("there is no design of a form in this file"));
            }
            let mut lessons: Vec<Lesson> = designs.iter().map(learn::from_design).collect();
            if lessons.len() > 1 {
                let all = lessons.len();
                lessons.retain(Lesson::concerns_mail);
                problems.extend(passed_over(all - lessons.len(), first));
            }
            lessons
        }
        Err(problem) => {
            problems.push(*problem);
            Vec::new()
        }
    }
}

/// Forms of a template that have nothing to do with mail are only counted.
fn passed_over(count: usize, at: Span) -> Option<Problem> {
    let what = if count == 1 { "1 form has".to_owned() } else { format!("{count} forms have") };
    let problem = Problem::info("forms-passed-over", format!("{what} no field of a setting that is looked for"));
    (count > 0).then(|| problem.at(at, "in this file").help("give a form in a file of its own to see its fields"))
}

/// What the documents of a file teach whose fields hold their own labels.
fn from_markers(source: &Source, problems: &mut Vec<Problem>) -> Vec<Lesson> {
    let export = read::read(source, &Options::default(), problems);
    let mut lessons: Vec<Lesson> = export.notes.iter().filter_map(learn::from_marker).collect();
    lessons.retain(|lesson| !lesson.learned.is_empty() || !lesson.unmatched.is_empty());
    if lessons.is_empty() && !has_errors(problems) {
        problems.push(
            Problem::error("no-marker", "no document in this file has an item whose value is the label of a setting")
                .at(Span::at(source.id, 0), "looked through all its documents")
                .help("fill each list field of a test document with the text of its own label, save it, and export it"),
        );
    }
    lessons
}

fn unknown(options: &UnknownItems, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let request = match Request::new(options.paths.clone(), &options.input) {
        Ok(request) => request,
        Err(refused) => return refuse(&refused, terminal),
    };
    let loaded = input::load(&request, false);
    let documents = loaded.model.environment().held();
    match options.format {
        Format::Human => {
            tell(&loaded.problems, &loaded.sources, terminal)?;
            vocabulary::unknown(out, documents, &loaded.sources, terminal.style())?;
        }
        Format::Json => vocabulary::unknown_json(out, documents, &loaded.problems, &loaded.sources)?,
    }
    Ok(if has_errors(&loaded.problems) { Exit::Input } else { Exit::Clean })
}

/// Problems for people go to standard error: what is printed is to be kept.
fn tell(problems: &[Problem], sources: &Sources, terminal: Terminal) -> io::Result<()> {
    let style = terminal.style_for(io::stderr().is_terminal());
    for problem in problems {
        let text = report::human::diagnostic_text(&Diagnostic::from_problem(problem), sources, style);
        writeln!(io::stderr(), "{text}")?;
    }
    Ok(())
}
