//! SARIF 2.1.0, the format of code scanning services.

use std::io;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};

use super::entry::{Entry, entries, of_finding};
use super::page;
use super::safe_json::write_json;
use super::{Report, Run};
use crate::directory::Location;
use crate::rules::accepted::{Acceptance, Accepted, Kind};
use crate::rules::page::Page;
use crate::source::{Encoding, Severity, Source, Sources, Span};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What stays as it is in a path that becomes a URI.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes the log: one run, whatever the number of environments, because services keep one run of a tool.
///
/// # Errors
/// What the writer says.
pub(super) fn write(out: &mut dyn io::Write, run: &Run<'_>) -> io::Result<()> {
    let mut codes: Vec<String> = Vec::new();
    let mut results = Vec::new();
    for entry in entries(run).iter().filter(|entry| entry.finding.is_none() && entry.place.is_some()) {
        results.push(problem(entry, &mut codes));
    }
    for report in &run.reports {
        for finding in report.shown_findings() {
            results.push(result(&of_finding(finding, report), report, None, run.baseline, &mut codes));
        }
        for Accepted { finding, by } in report.accepted {
            results.push(result(&of_finding(finding, report), report, Some(by), run.baseline, &mut codes));
        }
    }
    // What has no place cannot be a result that services show; it must not be lost.
    let notifications: Vec<Json> = entries(run)
        .iter()
        .filter(|entry| entry.finding.is_none())
        .map(|entry| {
            let mut notification = json!({
                "descriptor": { "id": entry.code },
                "level": level(entry.severity),
                "message": { "text": entry.told() },
            });
            if let Some(path) = entry.path {
                insert(
                    &mut notification,
                    "locations",
                    json!([{ "physicalLocation": { "artifactLocation": artifact(path) } }]),
                );
            }
            notification
        })
        .collect();
    let unread = |problem: &crate::source::Problem| problem.severity == Severity::Error;
    let successful = !run.problems.iter().chain(run.reports.iter().flat_map(|report| report.problems)).any(unread);
    let rules: Vec<Json> = codes.iter().map(|code| rule(code, run)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "maillint",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": successful, "toolExecutionNotifications": notifications }],
            "results": results,
        }],
    });
    write_json(out, &log)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What a rule is, in the words of its page; problems have no pages.
fn rule(code: &str, run: &Run<'_>) -> Json {
    let Some(page) = run.pages.iter().find(|page| page.name == code) else {
        return json!({ "id": code, "shortDescription": { "text": code.replace('-', " ") } });
    };
    let severity = match page.text("severity") {
        "error" => Severity::Error,
        "warning" => Severity::Warning,
        _ => Severity::Info,
    };
    // The words of GitHub for how often a finding is right.
    let precision = match page.text("confidence") {
        "sure" => "very-high",
        "likely" => "high",
        _ => "medium",
    };
    json!({
        "id": code,
        "shortDescription": { "text": page.text("summary") },
        "fullDescription": { "text": page.text("why") },
        "help": { "text": help(page), "markdown": page::markdown(page) },
        "defaultConfiguration": { "level": level(severity) },
        "properties": { "tags": page.tags, "precision": precision, "category": page.category },
    })
}

fn help(page: &Page) -> String {
    format!("{}\n\nWhere: {}", page.text("help"), page.text("fix"))
}

/// The number of a rule among the rules of the run.
fn index(code: &str, codes: &mut Vec<String>) -> usize {
    codes.iter().position(|known| known == code).unwrap_or_else(|| {
        codes.push(code.to_owned());
        codes.len() - 1
    })
}

fn problem(entry: &Entry<'_>, codes: &mut Vec<String>) -> Json {
    let mut result = json!({
        "ruleId": entry.code,
        "ruleIndex": index(entry.code, codes),
        "level": level(entry.severity),
        "message": { "text": told(entry) },
        "partialFingerprints": { "maillint/v1": entry.fingerprint() },
    });
    if let Some(place) = entry.place {
        let region = json!({
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        });
        let physical = json!({ "artifactLocation": artifact(place.path), "region": region });
        insert(&mut result, "locations", json!([{ "physicalLocation": physical }]));
    }
    result
}

fn result(
    entry: &Entry<'_>,
    report: &Report<'_>,
    by: Option<&Acceptance>,
    baseline: bool,
    codes: &mut Vec<String>,
) -> Json {
    let mut result = json!({
        "ruleId": entry.code,
        "ruleIndex": index(entry.code, codes),
        "level": level(entry.severity),
        "message": { "text": told(entry) },
        "partialFingerprints": { "maillint/v1": entry.fingerprint() },
    });
    let Some(finding) = entry.finding else { return result };
    if let Some(location) = finding.primary.as_ref().and_then(|label| location(&label.at, &label.text, report)) {
        insert(&mut result, "locations", json!([location]));
    }
    let related: Vec<Json> = finding
        .related
        .iter()
        .filter_map(|label| location(&label.at, &label.text, report))
        .enumerate()
        .map(|(number, mut location)| {
            insert(&mut location, "id", json!(number));
            location
        })
        .collect();
    if !related.is_empty() {
        insert(&mut result, "relatedLocations", json!(related));
    }
    let known = by.is_some_and(|by| by.kind == Kind::Baseline);
    if baseline {
        insert(&mut result, "baselineState", json!(if known { "unchanged" } else { "new" }));
    }
    if let Some(by) = by.filter(|_| !known) {
        insert(&mut result, "suppressions", json!([suppression(by, report.sources)]));
    }
    let properties = json!({
        "environment": report.name,
        "confidence": finding.confidence,
        "subject": { "kind": &*finding.subject.kind, "name": &*finding.subject.name },
        "expected": finding.expected,
        "actual": finding.actual,
        "notes": finding.notes,
        "witness": finding.witness.as_ref().map(|witness| json!({
            "from": &*witness.from,
            "ptr": witness.ptr.as_deref(),
            "mail_from": &*witness.mail_from,
            "rcpt": &*witness.rcpt,
        })),
    });
    insert(&mut result, "properties", properties);
    result
}

fn told(entry: &Entry<'_>) -> String {
    match entry.help {
        Some(help) => format!("{}. {help}", entry.told()),
        None => entry.told(),
    }
}

fn suppression(by: &Acceptance, sources: &Sources) -> Json {
    let kind = if by.kind == Kind::Comment { "inSource" } else { "external" };
    let mut suppression = json!({ "kind": kind, "status": "accepted" });
    if let Some(reason) = &by.reason {
        insert(&mut suppression, "justification", json!(&**reason));
    }
    if let Some(physical) = by.span.and_then(|span| physical(span, sources)) {
        insert(&mut suppression, "location", json!({ "physicalLocation": physical }));
    }
    let properties = json!({ "owner": by.owner.as_deref(), "expires": by.expires.as_deref() });
    insert(&mut suppression, "properties", properties);
    suppression
}

/// A place in a document.
fn location(at: &Location, text: &str, report: &Report<'_>) -> Option<Json> {
    let place = report.environment.place(at)?;
    let document = report.environment.document(at.document)?;
    let mut location = json!({ "physicalLocation": physical(place.span, report.sources)? });
    let name = format!("{} {}", document.kind.title(), document.name);
    let field = if at.field.is_empty() { name.clone() } else { format!("{name}: {}", at.field) };
    insert(&mut location, "logicalLocations", json!([{ "name": name, "fullyQualifiedName": field, "kind": "object" }]));
    if !text.is_empty() {
        insert(&mut location, "message", json!({ "text": text }));
    }
    Some(location)
}

fn physical(span: Span, sources: &Sources) -> Option<Json> {
    let source = sources.get(span.file)?;
    Some(json!({ "artifactLocation": artifact(&source.path), "region": region(source, span) }))
}

fn region(source: &Source, span: Span) -> Json {
    let (start, end) = (source.position(span.start), source.position(span.end));
    let mut region = json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    });
    // In other encodings our offsets are not those of the file.
    if matches!(source.encoding, Encoding::Utf8 | Encoding::Utf8WithMark) {
        insert(&mut region, "byteOffset", json!(start.offset));
        insert(&mut region, "byteLength", json!(end.offset - start.offset));
    }
    region
}

/// A path as a URI: relative ones to the root of the sources.
fn artifact(path: &str) -> Json {
    let encoded = utf8_percent_encode(path.trim_start_matches("./"), KEPT).to_string();
    if path.starts_with('/') {
        json!({ "uri": format!("file://{encoded}") })
    } else {
        json!({ "uri": encoded, "uriBaseId": "%SRCROOT%" })
    }
}

fn insert(json: &mut Json, key: &str, value: Json) {
    if let Some(object) = json.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}
