//! Problems and findings in one list, for formats that make no difference between them.

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

use super::{Report, Run};
use crate::rules::Finding;
use crate::source::{Position, Problem, Severity, Sources, Span};

/// A problem or a finding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'r> {
    /// How bad it is.
    pub severity: Severity,
    /// The rule, or the code of the problem.
    pub code: &'r str,
    /// One sentence.
    pub message: &'r str,
    /// What to do.
    pub help: Option<&'r str>,
    /// The main place.
    pub place: Option<Place<'r>>,
    /// The file, also where there is no place in it.
    pub path: Option<&'r str>,
    /// The environment.
    pub environment: Option<&'r str>,
    /// The finding, if it is one.
    pub finding: Option<&'r Finding>,
}

/// A range of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'r> {
    /// The file.
    pub path: &'r str,
    /// Where it starts.
    pub start: Position,
    /// Behind its last character.
    pub end: Position,
}

/// Everything to report: problems, the worst first, then findings, the worst first.
pub(super) fn entries<'r>(run: &'r Run<'_>) -> Vec<Entry<'r>> {
    let mut all = Vec::new();
    if let Some(sources) = run.sources {
        all.extend(run.problems.iter().map(|problem| of_problem(problem, sources, None)));
    }
    for report in &run.reports {
        all.extend(report.problems.iter().map(|problem| of_problem(problem, report.sources, report.name)));
    }
    all.sort_by_key(|entry| std::cmp::Reverse(entry.severity));
    let problems = all.len();
    for report in &run.reports {
        all.extend(report.shown_findings().iter().map(|finding| of_finding(finding, report)));
    }
    if let Some(findings) = all.get_mut(problems..) {
        findings.sort_by_key(|entry| std::cmp::Reverse(entry.severity));
    }
    all
}

/// A problem as an entry.
pub(super) fn of_problem<'r>(problem: &'r Problem, sources: &'r Sources, environment: Option<&'r str>) -> Entry<'r> {
    let place = problem.labels.first().and_then(|(span, _)| place(*span, sources));
    Entry {
        severity: problem.severity,
        code: problem.code,
        message: &problem.message,
        help: problem.help.as_deref(),
        place,
        path: place.map(|place| place.path).or(problem.path.as_deref()),
        environment,
        finding: None,
    }
}

/// A finding as an entry.
pub(super) fn of_finding<'r>(finding: &'r Finding, report: &'r Report<'_>) -> Entry<'r> {
    let at = finding.primary.as_ref().and_then(|label| report.environment.place(&label.at));
    let place = at.and_then(|at| place(at.span, report.sources));
    Entry {
        severity: finding.severity,
        code: &finding.rule,
        message: &finding.message,
        help: Some(&finding.help),
        place,
        path: place.map(|place| place.path),
        environment: report.name,
        finding: Some(finding),
    }
}

fn place(span: Span, sources: &Sources) -> Option<Place<'_>> {
    let source = sources.get(span.file)?;
    Some(Place { path: &source.path, start: source.position(span.start), end: source.position(span.end) })
}

impl Entry<'_> {
    /// What stays the same while the problem does; different in each environment.
    pub(super) fn fingerprint(&self) -> String {
        match (self.finding, self.environment) {
            (Some(finding), None) => finding.fingerprint.clone(),
            (Some(finding), Some(name)) => hash(&[name, &finding.fingerprint]),
            (None, name) => {
                let line = self.place.map(|place| place.start.line.to_string());
                hash(&[
                    name.unwrap_or(""),
                    self.code,
                    self.path.unwrap_or(""),
                    line.as_deref().unwrap_or(""),
                    self.message,
                ])
            }
        }
    }

    /// The message, with the environment where there are several.
    pub(super) fn told(&self) -> String {
        match self.environment {
            Some(name) => format!("{} (environment {name})", self.message),
            None => self.message.to_owned(),
        }
    }
}

fn hash(parts: &[&str]) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(parts.join("\u{1f}").as_bytes());
    format!("{:032x}", hasher.finish128().as_u128())
}
