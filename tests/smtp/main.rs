//! The decision procedure: test vectors with their sources, sets of addresses and names against brute force, exposure against
//! sessions drawn at random, hostile entries.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test that cannot set up fails; numbers are drawn to fit"
)]

mod exposure;
mod hostile;
mod rights;
mod sets;
mod vectors;

use std::sync::Arc;

use maillint::directory::Environment;
use maillint::effective::{Exposed, Model};
use maillint::read::{Options, read};
use maillint::smtp::{MailAddress, Peer, Ptr, Session};
use maillint::source::{Severity, Sources};

/// The servers of a native description; a mistake in it fails the test.
fn servers(text: &str) -> Vec<Arc<Exposed>> {
    let mut sources = Sources::default();
    let file = sources.add("input.toml", text.as_bytes().to_vec());
    let mut problems = Vec::new();
    let export = read(sources.get(file).expect("added"), &Options::default(), &mut problems);
    let environment = Environment::build(vec![export], &mut problems);
    let wrong: Vec<&str> = problems
        .iter()
        .filter(|problem| problem.severity == Severity::Error)
        .map(|problem| problem.message.as_str())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?} in\n{text}");
    Model::new(environment).exposed().to_vec()
}

/// A session from a stranger to a stranger, in which nothing is left open that the other side can choose.
fn stranger() -> Session {
    Session {
        peer: Peer { address: "203.0.113.9".parse().expect("an address"), ptr: Ptr::None },
        port: 25,
        to: None,
        helo: None,
        user: None,
        tls: false,
        sender: address("someone@ext.example"),
        recipient: address("u@ext.org"),
        size_kb: None,
        errors: None,
        in_dns_whitelist: None,
        in_dns_blacklist: None,
        sender_in_dns: None,
        sender_is_own: false,
        recipient_elsewhere: false,
    }
}

fn address(text: &str) -> MailAddress {
    MailAddress::parse(text).expect("an address")
}
