//! The settings in force, for people and as JSON (`schemas/effective.schema.json`).

use serde::Serialize;
use serde_json::Value as Json;

use super::human::Style;
use super::json::{ProblemJson, StepJson, problem_json, step_json};
use super::picture::{Picture, Row};
use super::sanitize::one_line;
use super::table;
use crate::directory::{Environment, Location};
use crate::effective::{Datum, Fact, Role, State, Step};
use crate::source::{Problem, Sources};

const VALUE_LIMIT: usize = 400;

/// A section of a picture, in words.
pub(super) struct Telling<'p> {
    /// What it is about.
    pub title: &'static str,
    /// What follows from it, in a sentence.
    pub remark: Option<&'p str>,
    /// The settings that are settled.
    pub rows: Vec<Told<'p>>,
    /// What is not known: why, and the labels.
    pub open: Vec<(String, Vec<String>)>,
}

/// A setting in words.
pub(super) struct Told<'p> {
    /// The label that an administrator sees.
    pub label: &'p str,
    /// The value.
    pub value: String,
    /// Where it comes from.
    pub from: String,
    /// What it hides, what it was computed from.
    pub behind: Vec<String>,
}

/// Puts a picture into words. Sections without anything to say are left out.
pub(super) fn tell<'p>(picture: &'p Picture, environment: &Environment, sources: &Sources) -> Vec<Telling<'p>> {
    let places = Places { environment, sources, one_file: sources.files().len() == 1 };
    let sections = picture.sections.iter().filter(|section| !section.rows.is_empty() || section.remark.is_some());
    sections
        .map(|section| {
            let (open, settled): (Vec<&Row>, Vec<&Row>) = section.rows.iter().partition(|row| is_open(&row.fact));
            let rows = settled.into_iter().map(|row| Told {
                label: &row.label,
                value: match shown(&row.fact, environment).as_str() {
                    // A field is blank; a fact that lists nothing lists none.
                    "blank" if row.fact.provenance.steps().is_empty() => "none".to_owned(),
                    shown => shown.to_owned(),
                },
                from: places.origin(&row.fact),
                behind: places.behind(row),
            });
            Telling {
                title: section.title,
                remark: section.remark.as_deref(),
                rows: rows.collect(),
                open: grouped(&open),
            }
        })
        .collect()
}

/// Writes the pictures for people.
///
/// # Errors
/// What the writer says.
pub fn human(
    out: &mut dyn std::io::Write,
    pictures: &[Picture],
    environment: &Environment,
    sources: &Sources,
    style: Style,
) -> std::io::Result<()> {
    let ascii = style.theme == super::Theme::Ascii;
    let width = style.width.clamp(60, 140);
    // Labels are whole sentences in Domino; under half of the line is enough to recognise one.
    let (label, value) = (width * 2 / 5, width / 4);
    let source = width.saturating_sub(label + value + 8);
    for picture in pictures {
        writeln!(out, "{}", style.bold(&one_line(&picture.server, ascii, VALUE_LIMIT)))?;
        for section in tell(picture, environment, sources) {
            writeln!(out, "\n  {}", style.bold(section.title))?;
            if let Some(remark) = section.remark {
                let options = textwrap::Options::new(width).initial_indent("  ").subsequent_indent("  ");
                writeln!(out, "{}", style.faint(&textwrap::fill(&one_line(remark, ascii, VALUE_LIMIT * 2), options)))?;
            }
            for row in section.rows {
                let shown = one_line(&row.value, ascii, VALUE_LIMIT);
                let from = one_line(&row.from, ascii, VALUE_LIMIT);
                let name = one_line(row.label, ascii, VALUE_LIMIT);
                write!(out, "{}", table::row(&[(&name, label), (&shown, value), (&from, source)], 4))?;
                for line in row.behind {
                    let options = textwrap::Options::new(width).initial_indent("      ").subsequent_indent("        ");
                    writeln!(out, "{}", style.faint(&textwrap::fill(&one_line(&line, ascii, VALUE_LIMIT), options)))?;
                }
            }
            for (why, labels) in section.open {
                let options = textwrap::Options::new(width).initial_indent("    ").subsequent_indent("      ");
                let text = format!("unknown: {} ({why})", labels.join(", "));
                writeln!(out, "{}", textwrap::fill(&one_line(&text, ascii, VALUE_LIMIT * 5), options))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Whether the input leaves the value open: unknown, or not set without an established default.
fn is_open(fact: &Fact) -> bool {
    matches!(fact.state, State::Unknown(_) | State::Absent(None))
}

/// Open settings by what is missing.
fn grouped(rows: &[&Row]) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for row in rows {
        let missing =
            row.fact.provenance.steps().iter().find(|step| step.role == Role::Missing && !step.text.is_empty());
        let why = match (missing, &row.fact.state) {
            (Some(step), _) => step.text.to_string(),
            (None, State::Unknown(reason)) => reason.to_string(),
            (None, _) => "not set".to_owned(),
        };
        // The list names the settings; the reason need not do so again.
        let why = match why.strip_prefix('"').and_then(|rest| rest.split_once(") ")) {
            Some((_, rest)) => rest.strip_prefix("is ").unwrap_or(rest).to_owned(),
            None => why,
        };
        match groups.iter_mut().find(|(known, _)| *known == why) {
            Some((_, labels)) => labels.push(row.label.clone()),
            None => groups.push((why, vec![row.label.clone()])),
        }
    }
    groups
}

fn shown(fact: &Fact, environment: &Environment) -> String {
    match &fact.state {
        State::Known(datum) | State::Absent(Some(datum)) => datum_text(datum, fact, environment),
        State::Absent(None) => "not set".to_owned(),
        State::Unknown(_) => "unknown".to_owned(),
    }
}

fn datum_text(datum: &Datum, fact: &Fact, environment: &Environment) -> String {
    match datum {
        Datum::Bool(true) => "yes".to_owned(),
        Datum::Bool(false) => "no".to_owned(),
        Datum::Text(text) if text.is_empty() => "blank".to_owned(),
        Datum::List(list) => {
            let mut parts: Vec<String> = list.items.iter().map(|item| shown(item, environment)).collect();
            if list.open.is_some() {
                parts.push("perhaps more".to_owned());
            }
            if parts.is_empty() { "blank".to_owned() } else { parts.join(", ") }
        }
        Datum::Object(_) => {
            // Several documents of which nobody knows which one counts stand side by side in the history.
            let used = fact
                .provenance
                .steps()
                .iter()
                .filter(|step| matches!(step.role, Role::Set | Role::From) && step.text.is_empty());
            let names: Vec<&str> = used
                .filter_map(|step| environment.document(step.at.as_ref()?.document))
                .map(|document| &*document.name)
                .collect();
            if names.is_empty() { datum.to_string() } else { names.join(" or ") }
        }
        _ => datum.to_string(),
    }
}

/// Names places for people.
struct Places<'r> {
    environment: &'r Environment,
    sources: &'r Sources,
    /// With one file its name says nothing.
    one_file: bool,
}

impl Places<'_> {
    /// Where a value comes from, in a few words.
    fn origin(&self, fact: &Fact) -> String {
        if let Some(list) = fact.list().filter(|_| fact.provenance.place().is_none()) {
            let mut places: Vec<String> =
                list.items.iter().filter_map(|item| item.provenance.place()).filter_map(|at| self.place(at)).collect();
            places.dedup();
            return places.join(", ");
        }
        let Some(step) = fact.provenance.steps().first() else { return String::new() };
        match (step.role, &step.at) {
            (Role::Default, _) => step.text.to_string(),
            (Role::Missing, _) => String::new(),
            (_, Some(at)) if step.text.is_empty() => self.place(at).unwrap_or_default(),
            (_, Some(at)) => format!("{} ({})", step.text, self.place(at).unwrap_or_default()),
            (_, None) => step.text.to_string(),
        }
    }

    /// The lines below a value: what it hides, what it was computed from.
    fn behind(&self, row: &Row) -> Vec<String> {
        let steps = row.fact.provenance.steps().iter().skip(1);
        steps
            .filter(|step| matches!(step.role, Role::Hidden | Role::From | Role::Default))
            .filter(|step| !(step.text.is_empty() && step.at.is_none()))
            .map(|step| {
                let word = if step.role == Role::Hidden { "hidden" } else { "from" };
                match (step.text.is_empty(), step.at.as_ref().and_then(|at| self.place(at))) {
                    (true, Some(place)) => format!("{word}: {place}"),
                    (false, Some(place)) => format!("{word}: {} ({place})", step.text),
                    (_, None) => format!("{word}: {}", step.text),
                }
            })
            .collect()
    }

    /// `Server, line 153`; among several files `Server, setup.json:153`.
    fn place(&self, at: &Location) -> Option<String> {
        let document = self.environment.document(at.document)?;
        let span = self.environment.place(at)?.span;
        let source = self.sources.get(span.file)?;
        let line = source.position(span.start).line;
        let title = document.kind.short_title();
        if self.one_file {
            return Some(format!("{title}, line {line}"));
        }
        let file = source.path.rsplit('/').next().unwrap_or(&source.path);
        Some(if title == file { format!("{file}:{line}") } else { format!("{title}, {file}:{line}") })
    }
}

#[derive(Serialize)]
struct EffectiveJson<'r> {
    version: u32,
    servers: Vec<ServerJson<'r>>,
    problems: Vec<ProblemJson<'r>>,
}

#[derive(Serialize)]
struct ServerJson<'r> {
    name: &'r str,
    remarks: Vec<&'r str>,
    fields: Vec<FieldJson<'r>>,
}

#[derive(Serialize)]
struct FieldJson<'r> {
    path: &'r str,
    label: &'r str,
    state: &'static str,
    value: Json,
    reason: Option<&'r str>,
    open: Option<&'r str>,
    provenance: Vec<StepJson<'r>>,
}

/// Writes the pictures as JSON.
///
/// # Errors
/// What the writer says.
pub fn json(
    out: &mut dyn std::io::Write,
    pictures: &[Picture],
    environment: &Environment,
    sources: &Sources,
    problems: &[Problem],
) -> std::io::Result<()> {
    let servers = pictures
        .iter()
        .map(|picture| ServerJson {
            name: &picture.server,
            remarks: picture.sections.iter().filter_map(|section| section.remark.as_deref()).collect(),
            fields: picture
                .sections
                .iter()
                .flat_map(|section| &section.rows)
                .map(|row| FieldJson {
                    path: &row.path,
                    label: &row.label,
                    state: match row.fact.state {
                        State::Known(_) => "known",
                        State::Absent(_) => "absent",
                        State::Unknown(_) => "unknown",
                    },
                    value: value(&row.fact, environment),
                    reason: match &row.fact.state {
                        State::Unknown(reason) => Some(&reason.0),
                        _ => None,
                    },
                    open: open_list(&row.fact),
                    provenance: history(&row.fact).map(|step| step_json(step, environment, sources)).collect(),
                })
                .collect(),
        })
        .collect();
    super::safe_json::write_json(
        out,
        &EffectiveJson {
            version: 1,
            servers,
            problems: problems.iter().map(|problem| problem_json(problem, sources)).collect(),
        },
    )
}

/// Why a list may hold more than its value shows, or other than it shows: an element that is `null` there is not known.
fn open_list(fact: &Fact) -> Option<&str> {
    let list = fact.list()?;
    let unknown = list.items.iter().find_map(|item| match &item.state {
        State::Unknown(reason) => Some(reason),
        _ => None,
    });
    list.open.as_ref().or(unknown).map(|reason| &*reason.0)
}

/// The history of a value; of a list that is put together, that of its elements.
fn history(fact: &Fact) -> impl Iterator<Item = &Step> {
    let elements = fact.list().filter(|_| fact.provenance.steps().is_empty()).map_or(&[][..], |list| &list.items);
    fact.provenance.steps().iter().chain(elements.iter().flat_map(|item| item.provenance.steps()))
}

fn value(fact: &Fact, environment: &Environment) -> Json {
    match fact.datum() {
        None => Json::Null,
        Some(Datum::Bool(value)) => Json::Bool(*value),
        Some(Datum::Int(value)) => Json::from(*value),
        Some(Datum::Text(text)) => Json::from(text.to_string()),
        Some(Datum::List(list)) => Json::Array(list.items.iter().map(|item| value(item, environment)).collect()),
        Some(Datum::Object(_)) => Json::from(shown(fact, environment)),
    }
}
