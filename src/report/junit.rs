//! JUnit XML: a suite for each environment. A rule that found nothing is a test that passed, a finding is one that failed, a
//! rule that could not be decided was skipped, and an input that could not be read is an error.

use std::collections::BTreeMap;
use std::io;

use super::concise::line;
use super::entry::{Entry, of_finding, of_problem};
use super::xml::Xml;
use super::{Report, Run};
use crate::source::{Problem, Severity, Sources};

/// Writes the document.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    let mut suites: Vec<(String, Vec<Case>)> = Vec::new();
    for report in &run.reports {
        suites.push((report.name.unwrap_or("maillint").to_owned(), cases(report)));
    }
    if let Some(sources) = run.sources.filter(|_| !run.problems.is_empty()) {
        let cases = run.problems.iter().map(|problem| of_input(problem, sources)).collect();
        suites.push(("maillint.toml".to_owned(), cases));
    }
    let total =
        |state: fn(&State) -> bool| suites.iter().map(|(_, cases)| count(cases, state)).sum::<usize>().to_string();
    let mut xml = Xml::new(out)?;
    xml.open(
        "testsuites",
        &[
            ("name", "maillint"),
            ("tests", &total(|_| true)),
            ("failures", &total(|state| matches!(state, State::Failed(..)))),
            ("errors", &total(|state| matches!(state, State::Error(..)))),
        ],
    )?;
    for (name, cases) in &suites {
        let of = |state: fn(&State) -> bool| count(cases, state).to_string();
        xml.open(
            "testsuite",
            &[
                ("name", name),
                ("tests", &of(|_| true)),
                ("failures", &of(|state| matches!(state, State::Failed(..)))),
                ("errors", &of(|state| matches!(state, State::Error(..)))),
                ("skipped", &of(|state| matches!(state, State::Skipped(..)))),
            ],
        )?;
        for case in cases {
            case.write(&mut xml)?;
        }
        xml.close("testsuite")?;
    }
    xml.close("testsuites")?;
    xml.finish()
}

fn count(cases: &[Case], state: fn(&State) -> bool) -> usize {
    cases.iter().filter(|case| state(&case.state)).count()
}

/// A test.
struct Case {
    class: String,
    name: String,
    state: State,
}

/// How a test ended.
enum State {
    Passed,
    /// A finding below the threshold.
    Noted(String),
    /// Severity, message, text.
    Failed(String, String, String),
    Error(String, String, String),
    Skipped(String),
}

impl Case {
    fn write(&self, xml: &mut Xml<'_>) -> io::Result<()> {
        let attributes = [("classname", self.class.as_str()), ("name", self.name.as_str())];
        if matches!(self.state, State::Passed) {
            return xml.empty("testcase", &attributes);
        }
        xml.open("testcase", &attributes)?;
        match &self.state {
            State::Passed => {}
            State::Noted(text) => xml.text("system-out", &[], text)?,
            State::Failed(kind, message, text) => xml.text("failure", &[("type", kind), ("message", message)], text)?,
            State::Error(kind, message, text) => xml.text("error", &[("type", kind), ("message", message)], text)?,
            State::Skipped(why) => xml.text("skipped", &[], why)?,
        }
        xml.close("testcase")
    }
}

fn cases(report: &Report<'_>) -> Vec<Case> {
    let mut cases: Vec<Case> = report.problems.iter().map(|problem| of_input(problem, report.sources)).collect();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for finding in report.shown_findings() {
        let entry = of_finding(finding, report);
        let about = if finding.subject.name.is_empty() { "environment" } else { &finding.subject.name };
        let name = format!("{}: {about}", finding.rule);
        // Readers take tests of one name for one test.
        let number = names.entry(name.clone()).or_default();
        *number += 1;
        let name = if *number == 1 { name } else { format!("{name} ({number})") };
        let text = text(&entry);
        let state = if report.threshold.is_some_and(|least| finding.severity >= least) {
            State::Failed(finding.severity.to_string(), finding.message.clone(), text)
        } else {
            State::Noted(text)
        };
        cases.push(Case { class: format!("maillint.{}", finding.category), name, state });
    }
    for rule in report.rules {
        if report.findings.iter().any(|finding| finding.rule == rule.name) {
            continue;
        }
        let open = report.not_evaluated.iter().find(|open| open.rule == rule.name);
        let state = open.map_or(State::Passed, |open| State::Skipped(open.reason.clone()));
        cases.push(Case { class: format!("maillint.{}", rule.category), name: rule.name.to_string(), state });
    }
    cases
}

fn of_input(problem: &Problem, sources: &Sources) -> Case {
    let entry = of_problem(problem, sources, None);
    let text = text(&entry);
    Case {
        class: "maillint.input".to_owned(),
        name: format!("{}: {}", problem.code, entry.path.unwrap_or("input")),
        state: match problem.severity {
            Severity::Error => State::Error("error".to_owned(), problem.message.clone(), text),
            Severity::Warning => State::Failed("warning".to_owned(), problem.message.clone(), text),
            Severity::Info => State::Noted(text),
        },
    }
}

fn text(entry: &Entry<'_>) -> String {
    let mut text = line(entry);
    if let Some(help) = entry.help {
        text.push_str(&format!("\nhelp: {help}"));
    }
    if let Some(finding) = entry.finding {
        text.push_str(&format!("\nwhere: {}", finding.fix));
    }
    text
}
