//! `simulate --cases`: a table of dialogues with what is expected of them.

use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::Arc;

use serde::Serialize;

use super::args::{Format, Simulate};
use super::checked::has_errors;
use super::input::Loaded;
use super::simulate::{Asked, Nobody, assumption, hold, only, ptr};
use super::{Exit, Terminal, broken_rules};
use crate::read::validate::Schema;
use crate::read::{Content, Node, parse_toml};
use crate::report;
use crate::smtp::{MailAddress, Outcome, Peer, Session, Verdict};
use crate::source::{Problem, Severity, Sources, Span};

/// The schema of a table of dialogues.
pub(super) const SCHEMA: &str = include_str!("../../schemas/cases.schema.json");

/// One dialogue with what is expected.
struct Case {
    name: String,
    server: Option<String>,
    asked: Asked,
    expect: Outcome,
    stage: Option<String>,
    relay: Option<bool>,
}

/// One dialogue with what came of it.
#[derive(Serialize)]
struct CaseJson {
    name: String,
    passed: bool,
    expected: String,
    outcome: Option<&'static str>,
    stage: Option<&'static str>,
    relay: Option<bool>,
    why: Option<String>,
}

#[derive(Serialize)]
struct CasesJson {
    version: u32,
    passed: usize,
    failed: usize,
    cases: Vec<CaseJson>,
}

/// Holds the dialogues of the tables.
pub(super) fn run(options: &Simulate, loaded: &Loaded, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let mut cases = Vec::new();
    for path in &options.cases {
        match sources.load(path) {
            Ok(file) => {
                let Some(source) = sources.get(file) else { continue };
                match parse_toml(&source.view()) {
                    Ok(root) => cases.extend(read(&root, Span::at(file, 0), &mut problems)),
                    Err(found) => problems.extend(found),
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return broken_rules(&problems, &sources, terminal);
    }
    let mut results = Vec::new();
    for case in &cases {
        let wanted = case.server.as_deref().or(options.server.as_deref());
        results.push(match only(loaded, wanted) {
            Ok(exposed) => compare(case, &hold(loaded, &exposed, &case.asked).verdict),
            Err(Nobody::NoServer) => failed(case, "the input holds no Server document".to_owned()),
            Err(Nobody::Usage(message)) => failed(case, message),
        });
    }
    let passed = results.iter().filter(|result| result.passed).count();
    let failed = results.len() - passed;
    match options.format {
        Format::Json => report::write_json(out, &CasesJson { version: 1, passed, failed, cases: results })?,
        Format::Human => {
            let style = terminal.style();
            for result in results.iter().filter(|result| !result.passed) {
                let got = match (result.outcome, result.stage) {
                    (Some(outcome), Some(stage)) => match result.relay {
                        Some(true) => format!("{outcome} at {stage}, as a relay"),
                        Some(false) => format!("{outcome} at {stage}, not as a relay"),
                        None => format!("{outcome} at {stage}"),
                    },
                    _ => "nothing".to_owned(),
                };
                let why = result.why.as_deref().map_or_else(String::new, |why| format!(" ({why})"));
                let text = format!("{}: expected {}, got {got}{why}", result.name, result.expected);
                writeln!(out, "{} {}", style.paint(Severity::Error, "FAILED"), report::printable(&text))?;
            }
            writeln!(out, "{passed} passed, {failed} failed")?;
        }
    }
    Ok(match (has_errors(&loaded.problems), failed) {
        (true, _) => Exit::Input,
        (false, 0) => Exit::Clean,
        _ => Exit::Findings,
    })
}

fn expected(case: &Case) -> String {
    let mut text = case.expect.word().to_owned();
    if let Some(stage) = &case.stage {
        text.push_str(&format!(" at {stage}"));
    }
    if let Some(relay) = case.relay {
        text.push_str(if relay { " as a relay" } else { ", not as a relay" });
    }
    text
}

fn failed(case: &Case, why: String) -> CaseJson {
    CaseJson {
        name: case.name.clone(),
        passed: false,
        expected: expected(case),
        outcome: None,
        stage: None,
        relay: None,
        why: Some(why),
    }
}

fn compare(case: &Case, verdict: &Verdict) -> CaseJson {
    let relay = verdict.local.map(|local| !local);
    let passed = verdict.outcome == case.expect
        && case.stage.as_deref().is_none_or(|stage| stage == verdict.stage.word())
        && case.relay.is_none_or(|expected| relay == Some(expected));
    let decided = verdict
        .steps
        .iter()
        .rev()
        .find(|step| !matches!(step.effect, crate::smtp::Effect::Pass | crate::smtp::Effect::Note));
    CaseJson {
        name: case.name.clone(),
        passed,
        expected: expected(case),
        outcome: Some(verdict.outcome.word()),
        stage: Some(verdict.stage.word()),
        relay,
        why: decided.map(|step| step.text.clone()).or_else(|| verdict.why.clone()),
    }
}

/// The cases of a file; those that are wrong become problems.
fn read(root: &Node, start: Span, problems: &mut Vec<Problem>) -> Vec<Case> {
    match Schema::compile(SCHEMA, &|_| None) {
        Ok(schema) => {
            let found = schema.problems(root, start);
            if !found.is_empty() {
                problems.extend(found);
                return Vec::new();
            }
        }
        Err(why) => {
            problems.push(Problem::error("cases-schema", format!("the schema of cases is broken: {why}")));
            return Vec::new();
        }
    }
    let mut cases = Vec::new();
    for (node, number) in root.get("case").map_or(&[][..], Node::elements).iter().zip(1..) {
        match case(node, number) {
            Ok(case) => cases.push(case),
            Err((span, why)) => problems.push(Problem::error("cases-invalid", why).at(span, "")),
        }
    }
    cases
}

fn case(node: &Node, number: usize) -> Result<Case, (Span, String)> {
    let text = |key: &str| node.get(key).and_then(Node::text).map(ToString::to_string);
    let at = |key: &str| node.get(key).map_or(node.span, |value| value.span);
    let wrong = |key: &str| {
        let span = at(key);
        move |why: String| (span, why)
    };
    let flag = |key: &str| match node.get(key).map(|value| &value.content) {
        Some(Content::Bool(value)) => Some(*value),
        _ => None,
    };
    let number_of = |key: &str| match node.get(key).map(|value| &value.content) {
        Some(Content::Number(text)) => {
            text.parse::<u64>().map(Some).map_err(|_| (at(key), format!("`{text}` is no whole number")))
        }
        _ => Ok(None),
    };
    let ip = |key: &str| match text(key) {
        Some(text) => text.parse::<IpAddr>().map(Some).map_err(|_| (at(key), format!("`{text}` is no IP address"))),
        None => Ok(None),
    };
    let address = |key: &str| {
        let text = text(key).unwrap_or_default();
        MailAddress::parse(&text).map_err(wrong(key))
    };
    let missing = |key: &str| (node.span, format!("`{key}` is missing"));
    let port = number_of("port")?
        .map_or(Ok(25), u16::try_from)
        .map_err(|_| (at("port"), "a port is a number up to 65535".to_owned()))?;
    let mut asked = Asked {
        session: Session {
            peer: Peer {
                address: ip("from")?.ok_or_else(|| missing("from"))?.to_canonical(),
                ptr: ptr(text("ptr").as_deref()).map_err(wrong("ptr"))?,
            },
            port,
            to: ip("to")?,
            helo: text("helo").map(Arc::from),
            user: text("auth").map(Arc::from),
            tls: flag("tls").unwrap_or(false),
            sender: address("mail_from")?,
            recipient: address("rcpt")?,
            size_kb: number_of("size_kb")?,
            errors: number_of("errors")?,
            in_dns_whitelist: None,
            in_dns_blacklist: None,
            sender_in_dns: None,
            sender_is_own: false,
            recipient_elsewhere: false,
        },
    };
    for word in node.get("assume").map_or(&[][..], Node::elements) {
        if let Some(text) = word.text() {
            asked.assume(assumption(text).map_err(|why| (word.span, why))?);
        }
    }
    let expect = match text("expect").as_deref() {
        Some("accepted") => Outcome::Accepted,
        Some("rejected") => Outcome::Rejected,
        Some("refused") => Outcome::Refused,
        Some("unknown") => Outcome::Unknown,
        _ => return Err(missing("expect")),
    };
    Ok(Case {
        name: text("name").unwrap_or_else(|| format!("case {number}")),
        server: text("server"),
        asked,
        expect,
        stage: text("stage"),
        relay: flag("relay"),
    })
}
