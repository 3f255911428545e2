//! The JSON of `check`, as `schemas/report.schema.json` describes it.

use serde::Serialize;

use super::safe_json::write_json;
use super::{Report, Summary};
use crate::directory::{Environment, Location};
use crate::effective::{Role, Step};
use crate::rules::{Confidence, Finding, NotEvaluated};
use crate::source::{Position, Problem, Severity, Sources, Span};

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    summary: Summary,
    findings: Vec<FindingJson<'r>>,
    not_evaluated: Vec<NotEvaluatedJson<'r>>,
    problems: Vec<ProblemJson<'r>>,
    suppressed: [(); 0],
}

#[derive(Serialize)]
struct FindingJson<'r> {
    rule: &'r str,
    severity: Severity,
    confidence: Confidence,
    message: &'r str,
    help: &'r str,
    fix: &'r str,
    url: Option<&'r str>,
    subject: SubjectJson<'r>,
    expected: Option<&'r str>,
    actual: Option<&'r str>,
    fingerprint: &'r str,
    primary: Option<PlaceJson<'r>>,
    related: Vec<PlaceJson<'r>>,
    provenance: Vec<StepJson<'r>>,
    witness: Option<()>,
    category: &'r str,
    consequence: Option<&'r str>,
    notes: &'r [String],
}

#[derive(Serialize)]
struct SubjectJson<'r> {
    kind: &'r str,
    name: &'r str,
}

/// A place in an input.
#[derive(Serialize)]
pub(super) struct PlaceJson<'r> {
    path: &'r str,
    document: Option<String>,
    field: Option<&'r str>,
    item: Option<String>,
    start: Position,
    end: Position,
    text: &'r str,
}

/// One link of a provenance chain.
#[derive(Serialize)]
pub(super) struct StepJson<'r> {
    role: &'static str,
    text: &'r str,
    place: Option<PlaceJson<'r>>,
}

#[derive(Serialize)]
struct NotEvaluatedJson<'r> {
    rule: &'r str,
    subject: SubjectJson<'r>,
    reason: &'r str,
}

/// Something in an input that was not understood.
#[derive(Serialize)]
pub(super) struct ProblemJson<'r> {
    code: &'r str,
    severity: Severity,
    message: &'r str,
    help: Option<&'r str>,
    path: Option<&'r str>,
    start: Option<Position>,
    end: Option<Position>,
    text: &'r str,
    related: Vec<PlaceJson<'r>>,
}

/// Writes a report as JSON.
///
/// # Errors
/// What the writer says.
pub fn report(out: &mut dyn std::io::Write, report: &Report<'_>) -> std::io::Result<()> {
    let document = Document {
        version: 1,
        summary: report.summary(),
        findings: report.findings.iter().map(|finding| finding_json(finding, report)).collect(),
        not_evaluated: report.not_evaluated.iter().map(not_evaluated_json).collect(),
        problems: report.problems.iter().map(|problem| problem_json(problem, report.sources)).collect(),
        suppressed: [],
    };
    write_json(out, &document)
}

fn finding_json<'r>(finding: &'r Finding, report: &Report<'r>) -> FindingJson<'r> {
    FindingJson {
        rule: &finding.rule,
        severity: finding.severity,
        confidence: finding.confidence,
        message: &finding.message,
        help: &finding.help,
        fix: &finding.fix,
        url: None,
        subject: SubjectJson { kind: &finding.subject.kind, name: &finding.subject.name },
        expected: finding.expected.as_deref(),
        actual: finding.actual.as_deref(),
        fingerprint: &finding.fingerprint,
        primary: finding
            .primary
            .as_ref()
            .and_then(|label| place_json(&label.at, &label.text, report.environment, report.sources)),
        related: finding
            .related
            .iter()
            .filter_map(|label| place_json(&label.at, &label.text, report.environment, report.sources))
            .collect(),
        provenance: finding.provenance.iter().map(|step| step_json(step, report.environment, report.sources)).collect(),
        witness: None,
        category: &finding.category,
        consequence: finding.consequence.as_deref(),
        notes: &finding.notes,
    }
}

/// A symbolic place with its bytes.
pub(super) fn place_json<'r>(
    at: &'r Location,
    text: &'r str,
    environment: &'r Environment,
    sources: &'r Sources,
) -> Option<PlaceJson<'r>> {
    let place = environment.place(at)?;
    let source = sources.get(place.span.file)?;
    let document = environment.document(at.document)?;
    Some(PlaceJson {
        path: &source.path,
        document: Some(format!("{} {}", document.kind.title(), document.name)),
        field: (!at.field.is_empty()).then_some(&*at.field),
        item: place.item.map(|item| item.to_string()),
        start: source.position(place.span.start),
        end: source.position(place.span.end),
        text,
    })
}

/// A link of a provenance chain with its bytes.
pub(super) fn step_json<'r>(step: &'r Step, environment: &'r Environment, sources: &'r Sources) -> StepJson<'r> {
    StepJson {
        role: role_word(step.role),
        text: &step.text,
        place: step.at.as_ref().and_then(|at| place_json(at, "", environment, sources)),
    }
}

/// The word for what a place did to a value.
pub(super) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Set => "set",
        Role::Default => "default",
        Role::Hidden => "hidden",
        Role::From => "from",
        Role::Missing => "missing",
    }
}

fn not_evaluated_json(open: &NotEvaluated) -> NotEvaluatedJson<'_> {
    NotEvaluatedJson {
        rule: &open.rule,
        subject: SubjectJson { kind: &open.subject.kind, name: &open.subject.name },
        reason: &open.reason,
    }
}

/// A problem with its places.
pub(super) fn problem_json<'r>(problem: &'r Problem, sources: &'r Sources) -> ProblemJson<'r> {
    let position =
        |span: &Span| sources.get(span.file).map(|source| (source.position(span.start), source.position(span.end)));
    let first = problem.labels.first();
    let place = first.and_then(|(span, _)| position(span));
    ProblemJson {
        code: problem.code,
        severity: problem.severity,
        message: &problem.message,
        help: problem.help.as_deref(),
        path: first
            .and_then(|(span, _)| sources.get(span.file))
            .map(|source| &*source.path)
            .or(problem.path.as_deref()),
        start: place.map(|(start, _)| start),
        end: place.map(|(_, end)| end),
        text: first.map_or("", |(_, text)| text),
        related: problem
            .labels
            .iter()
            .skip(1)
            .filter_map(|(span, text)| {
                let source = sources.get(span.file)?;
                let (start, end) = position(span)?;
                Some(PlaceJson { path: &source.path, document: None, field: None, item: None, start, end, text })
            })
            .collect(),
    }
}
