//! Entries and groups that somebody wrote wrong, or to hurt: a verdict in every case.

use std::fmt::Write as _;

use maillint::smtp::{Outcome, decide};

use crate::{address, servers, stranger};

/// A server and the beginning of its configuration.
const HEAD: &str = r#"
[[global_domain]]
name = "Acme"
primary_internet_domain = "acme.com"
[[server]]
name = "mx/Acme"
smtp_listener = true
smtp_inbound = { status = "enabled", tls_status = "disabled", anonymous = true }
[[configuration]]
applies_to = "*"
"#;

/// A server with a list of hosts in every place that takes one.
fn with_hosts(entries: &str, more: &str) -> String {
    format!(
        r#"
{HEAD}relay = {{ allow_destinations = [{entries}], deny_destinations = [{entries}], allow_hosts = [{entries}], deny_hosts = [{entries}] }}
relay_enforcement = {{ connecting_hosts = "external", exempt_hosts = [{entries}] }}
connections = {{ allow = [{entries}], deny = [{entries}] }}
senders = {{ allow = [{entries}], deny = [{entries}] }}
recipients = {{ verify_local = true, allow = [{entries}], deny = [{entries}] }}
private_whitelist = {{ enabled = true, hosts = [{entries}], action = "log" }}
private_blacklist = {{ enabled = true, hosts = [{entries}], action = "reject" }}
{more}
"#
    )
}

#[test]
fn every_odd_entry_has_a_verdict() {
    let long = "a".repeat(10_000);
    let dots = "a.".repeat(5_000);
    for entry in [
        "[]",
        "[*]",
        "[0.0.0.0/0]",
        "[1.2.3.4/33]",
        "[256.1.1.1]",
        ".",
        "@",
        "%",
        "",
        " ",
        "[",
        "]",
        "[[1.2.3.4]]",
        "[::/0]",
        "[::/129]",
        "[1.2.3.4",
        "*.*.*.*",
        "**",
        "@@",
        "@.",
        "%%",
        "..",
        "-",
        "a@b@c",
        "<a@b>",
        "x\\u0007y",
        "\\u0000",
        "\\u202e.org",
        "[2001:db8::1%eth0]",
        "[::ffff:203.0.113.9]",
        "^acme.com",
        long.as_str(),
        dots.as_str(),
    ] {
        let text = with_hosts(&format!("\"{entry}\""), "");
        for server in servers(&text) {
            let policy = &server.resolved().policy;
            let _ = server.exposure();
            for recipient in ["u@acme.com", "u@ext.org", "u@[203.0.113.9]", "u", "a%b@acme.com", "@x:u@acme.com"] {
                let mut session = stranger();
                session.recipient = address(recipient);
                let verdict = decide(policy, &session);
                assert_ne!(verdict.outcome, Outcome::Refused, "{entry}");
            }
        }
    }
}

#[test]
fn a_group_that_contains_itself_ends() {
    let groups = r#"
[[group]]
name = "Loop"
type = "mail"
members = ["Loop", "Other", "[10.0.0.1]"]
[[group]]
name = "Other"
type = "mail"
members = ["Loop", "[203.0.113.9]"]
"#;
    for server in servers(&with_hosts("\"Loop\"", groups)) {
        let mut session = stranger();
        session.recipient = address("u@acme.com");
        let verdict = decide(&server.resolved().policy, &session);
        // The host is in the list of denied connections through both groups.
        assert_eq!(verdict.outcome, Outcome::Rejected);
    }
}

/// 100,000 entries in each of a dozen lists: what is not near linear does not end here.
#[test]
fn long_lists_are_searched_not_multiplied() {
    let mut entries = String::new();
    for number in 0..100_000_u32 {
        let [_, b, c, d] = number.to_be_bytes();
        let _ = match number % 4 {
            0 => write!(entries, "\"[10.{b}.{c}.{d}]\","),
            1 => write!(entries, "\"[11.{b}.{c}.0/24]\","),
            2 => write!(entries, "\"host{number}.example\","),
            _ => write!(entries, "\"[2001:db8:{c:x}:{d:x}::/64]\","),
        };
    }
    let lists = format!(
        r#"
{HEAD}relay = {{ allow_destinations = [], deny_destinations = ["*"], allow_hosts = [], deny_hosts = [] }}
relay_enforcement = {{ connecting_hosts = "external", exempt_hosts = [{entries}] }}
connections = {{ allow = [], deny = [{entries}] }}
"#
    );
    let all = servers(&lists);
    let server = all.first().expect("one server");
    assert_eq!(server.exposure().open_relay, Some(false));
    let mut session = stranger();
    session.peer.address = "10.1.134.156".parse().expect("an address");
    assert_eq!(decide(&server.resolved().policy, &session).outcome, Outcome::Rejected);
}
