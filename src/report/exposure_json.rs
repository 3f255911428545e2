//! Who can do what with each server, as JSON (`schemas/exposure.schema.json`).

use std::io::{self, Write};

use serde::Serialize;

use super::exposure::{Shown, assumptions};
use super::json::{ProblemJson, problem_json};
use crate::directory::Location;
use crate::smtp::{Grant, Ptr, Session, Source};
use crate::source::{Problem, Sources};

#[derive(Serialize)]
struct ExposureJson<'s> {
    version: u32,
    servers: Vec<ServerJson>,
    problems: Vec<ProblemJson<'s>>,
}

#[derive(Serialize)]
struct ServerJson {
    name: String,
    open_relay: Option<bool>,
    why: Option<String>,
    witness: Option<WitnessJson>,
    relay_controls_open: Option<bool>,
    internet_appears_as: Vec<String>,
    connect: Vec<AccessJson>,
    relay: Vec<RelayJson>,
    local_domains: Vec<String>,
    local_domains_open: Option<String>,
}

/// A dialogue that shows something, in the words of the command line of `simulate`.
#[derive(Debug, Serialize)]
pub struct WitnessJson {
    from: String,
    ptr: Option<String>,
    port: u16,
    tls: bool,
    auth: Option<String>,
    mail_from: String,
    rcpt: String,
    assume: Vec<&'static str>,
}

/// A dialogue as the command line has it.
#[must_use]
pub fn witness_json(session: &Session) -> WitnessJson {
    WitnessJson {
        from: session.peer.address.to_string(),
        ptr: match &session.peer.ptr {
            Ptr::Name(name) => Some(name.to_string()),
            Ptr::None => Some("none".to_owned()),
            Ptr::Unknown => None,
        },
        port: session.port,
        tls: session.tls,
        auth: session.user.as_deref().map(str::to_owned),
        mail_from: session.sender.text.to_string(),
        rcpt: session.recipient.text.to_string(),
        assume: assumptions(session),
    }
}

#[derive(Serialize)]
struct AccessJson {
    anybody: bool,
    outcome: &'static str,
    stage: &'static str,
    ipv4_addresses: u64,
    because: Vec<PlaceName>,
    why: Option<String>,
    example: WitnessJson,
}

#[derive(Serialize)]
struct RelayJson {
    grant: Option<&'static str>,
    authenticated: bool,
    allowed: Option<bool>,
    why: Option<String>,
    any_domain: bool,
    domains: Vec<String>,
    confidence: &'static str,
    because: Vec<PlaceName>,
    places: usize,
    example: WitnessJson,
}

#[derive(Serialize)]
struct PlaceName {
    document: Option<String>,
    field: String,
    path: Option<String>,
    line: Option<u64>,
    text: String,
}

fn place_names(shown: &Shown<'_>, by: &[Source]) -> Vec<PlaceName> {
    let name = |at: &Location| {
        let document = shown.environment.document(at.document);
        let place = shown.environment.place(at);
        let source = place.as_ref().and_then(|place| shown.sources.get(place.span.file));
        PlaceName {
            document: document.map(|document| format!("{} {}", document.kind.title(), document.name)),
            field: at.field.to_string(),
            path: source.map(|source| source.path.to_string()),
            line: source.zip(place.as_ref()).map(|(source, place)| source.position(place.span.start).line),
            text: shown.named(at),
        }
    };
    shown.places(by).iter().map(name).collect()
}

/// Writes the exposure of servers as JSON.
///
/// # Errors
/// What the writer says.
pub fn json(out: &mut dyn Write, servers: &[Shown<'_>], problems: &[Problem], sources: &Sources) -> io::Result<()> {
    let server = |shown: &Shown<'_>| {
        let exposure = shown.exposed.exposure();
        let policy = &shown.exposed.resolved().policy;
        ServerJson {
            name: policy.server.to_string(),
            open_relay: exposure.open_relay,
            why: exposure.why.as_deref().map(str::to_owned),
            witness: exposure.witness.as_ref().map(|witness| witness_json(&witness.session)),
            relay_controls_open: exposure.controls_open,
            internet_appears_as: policy.internet_appears_as.iter().map(|peer| peer.address.to_string()).collect(),
            connect: exposure
                .access
                .iter()
                .map(|access| AccessJson {
                    anybody: access.anybody,
                    outcome: access.outcome.word(),
                    stage: access.stage.word(),
                    ipv4_addresses: access.addresses_v4,
                    because: place_names(shown, &access.by),
                    why: access.why.clone(),
                    example: witness_json(&access.example),
                })
                .collect(),
            relay: exposure
                .relay
                .iter()
                .map(|row| RelayJson {
                    grant: row.grant.map(Grant::word),
                    authenticated: row.authenticated,
                    allowed: row.allowed,
                    why: row.why.as_deref().map(str::to_owned),
                    any_domain: row.everywhere,
                    domains: row.destinations.iter().map(ToString::to_string).collect(),
                    confidence: row.confidence.word(),
                    because: place_names(shown, &row.by),
                    places: row.places,
                    example: witness_json(&row.example),
                })
                .collect(),
            local_domains: policy.local_domains.items().iter().map(|item| item.text.to_string()).collect(),
            local_domains_open: policy.local_domains.open().map(ToString::to_string),
        }
    };
    let whole = ExposureJson {
        version: 1,
        servers: servers.iter().map(server).collect(),
        problems: problems.iter().map(|problem| problem_json(problem, sources)).collect(),
    };
    super::safe_json::write_json(out, &whole)
}
