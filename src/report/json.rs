//! The JSON of `check`, as `schemas/report.schema.json` describes it.

use serde::Serialize;

use super::safe_json::{write_json, write_line};
use super::{Report, Run, Summary};
use crate::directory::{Environment, Location};
use crate::effective::{Role, Step};
use crate::rules::accepted::Accepted;
use crate::rules::{Confidence, Finding, NotEvaluated};
use crate::source::{Position, Problem, Severity, Sources, Span};

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    summary: Summary,
    environments: Vec<EnvironmentJson<'r>>,
    findings: Vec<FindingJson<'r>>,
    not_evaluated: Vec<NotEvaluatedJson<'r>>,
    problems: Vec<ProblemJson<'r>>,
    suppressed: Vec<SuppressedJson<'r>>,
}

#[derive(Serialize)]
struct EnvironmentJson<'r> {
    name: Option<&'r str>,
    failed: bool,
    summary: Summary,
}

#[derive(Serialize)]
struct SuppressedJson<'r> {
    kind: &'static str,
    reason: Option<&'r str>,
    owner: Option<&'r str>,
    expires: Option<&'r str>,
    place: Option<PlaceJson<'r>>,
    finding: FindingJson<'r>,
}

#[derive(Serialize)]
struct FindingJson<'r> {
    environment: Option<&'r str>,
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
    witness: Option<WitnessJson<'r>>,
    category: &'r str,
    consequence: Option<&'r str>,
    follows: Option<&'r str>,
    notes: &'r [String],
}

#[derive(Serialize)]
struct WitnessJson<'r> {
    from: &'r str,
    ptr: Option<&'r str>,
    mail_from: &'r str,
    rcpt: &'r str,
}

#[derive(Serialize)]
struct SubjectJson<'r> {
    kind: &'r str,
    name: &'r str,
}

/// A place in an input.
#[derive(Serialize)]
pub(super) struct PlaceJson<'r> {
    pub(super) path: &'r str,
    pub(super) document: Option<String>,
    pub(super) field: Option<&'r str>,
    pub(super) item: Option<String>,
    pub(super) start: Position,
    pub(super) end: Position,
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
    environment: Option<&'r str>,
    rule: &'r str,
    subject: SubjectJson<'r>,
    reason: &'r str,
}

/// Something in an input that was not understood.
#[derive(Serialize)]
pub(super) struct ProblemJson<'r> {
    environment: Option<&'r str>,
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
pub(super) fn report(out: &mut dyn std::io::Write, run: &Run<'_>) -> std::io::Result<()> {
    let reports = &run.reports;
    let document = Document {
        version: 1,
        summary: run.summary(),
        environments: reports
            .iter()
            .map(|report| EnvironmentJson { name: report.name, failed: report.failed, summary: report.summary() })
            .collect(),
        findings: reports
            .iter()
            .flat_map(|report| all_findings(report).map(|finding| finding_json(finding, report)))
            .collect(),
        not_evaluated: reports
            .iter()
            .flat_map(|report| report.not_evaluated.iter().map(|open| not_evaluated_json(open, report.name)))
            .collect(),
        problems: problems(run).collect(),
        suppressed: reports
            .iter()
            .flat_map(|report| report.accepted.iter().map(|accepted| suppressed_json(accepted, report)))
            .collect(),
    };
    write_json(out, &document)
}

/// Writes a report as JSON Lines: one object per finding and problem, and the summary last, so that a report that was cut
/// off shows that it was.
///
/// # Errors
/// What the writer says.
pub(super) fn lines(out: &mut dyn std::io::Write, run: &Run<'_>) -> std::io::Result<()> {
    for problem in problems(run) {
        write_line(out, &Tagged { r#type: "problem", value: problem })?;
    }
    for report in &run.reports {
        for finding in all_findings(report) {
            write_line(out, &Tagged { r#type: "finding", value: finding_json(finding, report) })?;
        }
        for accepted in report.accepted {
            write_line(out, &Tagged { r#type: "suppressed", value: suppressed_json(accepted, report) })?;
        }
        for open in report.not_evaluated {
            write_line(out, &Tagged { r#type: "not_evaluated", value: not_evaluated_json(open, report.name) })?;
        }
    }
    write_line(out, &Tagged { r#type: "summary", value: run.summary() })
}

/// The findings to show, and behind them what comes of them.
fn all_findings<'r>(report: &'r Report<'_>) -> impl Iterator<Item = &'r Finding> {
    report.shown_findings().iter().chain(report.shown_consequences())
}

#[derive(Serialize)]
struct Tagged<T> {
    r#type: &'static str,
    #[serde(flatten)]
    value: T,
}

fn problems<'r>(run: &'r Run<'_>) -> impl Iterator<Item = ProblemJson<'r>> {
    let own = run.sources.into_iter();
    let own = own.flat_map(|sources| run.problems.iter().map(move |problem| problem_json(problem, sources)));
    own.chain(run.reports.iter().flat_map(|report| {
        report
            .problems
            .iter()
            .map(|problem| ProblemJson { environment: report.name, ..problem_json(problem, report.sources) })
    }))
}

fn suppressed_json<'r>(accepted: &'r Accepted, report: &'r Report<'_>) -> SuppressedJson<'r> {
    let by = &accepted.by;
    SuppressedJson {
        kind: by.kind.name(),
        reason: by.reason.as_deref(),
        owner: by.owner.as_deref(),
        expires: by.expires.as_deref(),
        place: by.span.and_then(|span| span_json(span, "", report.sources)),
        finding: finding_json(&accepted.finding, report),
    }
}

/// A place that lies in no document.
fn span_json<'r>(span: Span, text: &'r str, sources: &'r Sources) -> Option<PlaceJson<'r>> {
    let source = sources.get(span.file)?;
    let (start, end) = (source.position(span.start), source.position(span.end));
    Some(PlaceJson { path: &source.path, document: None, field: None, item: None, start, end, text })
}

fn finding_json<'r>(finding: &'r Finding, report: &Report<'r>) -> FindingJson<'r> {
    FindingJson {
        environment: report.name,
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
        witness: finding.witness.as_ref().map(|witness| WitnessJson {
            from: &witness.from,
            ptr: witness.ptr.as_deref(),
            mail_from: &witness.mail_from,
            rcpt: &witness.rcpt,
        }),
        category: &finding.category,
        consequence: finding.consequence.as_deref(),
        follows: finding.follows.as_ref().map(|cause| cause.fingerprint.as_str()),
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

fn not_evaluated_json<'r>(open: &'r NotEvaluated, environment: Option<&'r str>) -> NotEvaluatedJson<'r> {
    NotEvaluatedJson {
        environment,
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
        environment: None,
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
        related: problem.labels.iter().skip(1).filter_map(|(span, text)| span_json(*span, text, sources)).collect(),
    }
}
