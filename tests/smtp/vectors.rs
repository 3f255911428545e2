//! The table of test vectors in `vectors.toml`.

use std::sync::Arc;

use maillint::smtp::{Ptr, trace};
use serde::Deserialize;

use crate::{address, servers, stranger};

#[derive(Deserialize)]
struct Table {
    base: String,
    vector: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    source: String,
    base: Option<String>,
    input: String,
    from: Option<String>,
    ptr: Option<String>,
    port: Option<u16>,
    to: Option<String>,
    auth: Option<String>,
    tls: Option<bool>,
    mail_from: Option<String>,
    rcpt: Option<String>,
    size_kb: Option<u64>,
    errors: Option<u64>,
    #[serde(default)]
    assume: Vec<String>,
    expect: String,
    stage: Option<String>,
    relay: Option<bool>,
    reply: Option<String>,
    confidence: Option<String>,
    open_relay: Option<toml::Value>,
}

#[test]
fn every_vector_ends_as_its_source_says() {
    let table: Table = toml::from_str(include_str!("vectors.toml")).expect("the table");
    assert!(table.vector.len() > 80);
    let mut wrong = Vec::new();
    for vector in &table.vector {
        assert!(!vector.source.is_empty(), "{} names no source", vector.name);
        let all = servers(&format!("{}\n{}", vector.base.as_ref().unwrap_or(&table.base), vector.input));
        let [server] = all.as_slice() else { panic!("{}: not one server", vector.name) };
        let mut session = stranger();
        if let Some(from) = &vector.from {
            session.peer.address = from.parse().expect("an address");
        }
        session.peer.ptr = match vector.ptr.as_deref() {
            None => Ptr::None,
            Some("?") => Ptr::Unknown,
            Some(name) => Ptr::Name(Arc::from(name)),
        };
        session.port = vector.port.unwrap_or(25);
        session.to = vector.to.as_ref().map(|to| to.parse().expect("an address"));
        session.user = vector.auth.as_deref().map(Arc::from);
        session.tls = vector.tls.unwrap_or(false);
        if let Some(sender) = &vector.mail_from {
            session.sender = address(sender);
        }
        if let Some(recipient) = &vector.rcpt {
            session.recipient = address(recipient);
        }
        (session.size_kb, session.errors) = (vector.size_kb, vector.errors);
        for assume in &vector.assume {
            match assume.as_str() {
                "whitelisted" => session.in_dns_whitelist = Some(true),
                "blacklisted" => session.in_dns_blacklist = Some(true),
                other => panic!("{other}"),
            }
        }
        let verdict = trace(&server.resolved().policy, &session);
        let mut expect = |what: &str, expected: Option<&String>, found: String| {
            if expected.is_some_and(|expected| *expected != found) {
                let steps: Vec<&str> = verdict.steps.iter().map(|step| step.text.as_str()).collect();
                wrong.push(format!(
                    "{}: {what} is {found}, not {}\n    {}",
                    vector.name,
                    expected.map_or("", |text| text),
                    steps.join("\n    ")
                ));
            }
        };
        expect("the outcome", Some(&vector.expect), verdict.outcome.word().to_owned());
        expect("the stage", vector.stage.as_ref(), verdict.stage.word().to_owned());
        expect("the reply", vector.reply.as_ref(), verdict.reply.as_deref().unwrap_or("none").to_owned());
        expect("the confidence", vector.confidence.as_ref(), verdict.confidence.word().to_owned());
        let relay = verdict.local.map_or("unknown".to_owned(), |local| (!local).to_string());
        expect("whether it is a relay", vector.relay.map(|relay| relay.to_string()).as_ref(), relay);
        let open = server.exposure().open_relay.map_or("unknown".to_owned(), |open| open.to_string());
        let expected = vector.open_relay.as_ref().map(|open| match open {
            toml::Value::Boolean(open) => open.to_string(),
            other => other.as_str().expect("a word").to_owned(),
        });
        expect("open_relay", expected.as_ref(), open);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
