//! Paths: the fact that one names, the paths that a condition mentions, and scopes.

use super::world::{compiled, server, table};
use crate::effective::{Fact, Provenance, State};
use crate::rules::cel::{Budget, Scope};

fn named(text: &str) -> String {
    let mut scope = Scope::new();
    scope.bind("s", server());
    let expression = compiled(text).expect("compiles");
    let Some(fact) = expression.fact(&scope, &mut Budget(1_000)) else { return "nothing".to_string() };
    let history = fact.provenance.steps().first().map_or("?", |step| &*step.text);
    match &fact.state {
        State::Known(_) => format!("known by {history}"),
        State::Absent(Some(default)) => format!("default {default} by {history}"),
        State::Absent(None) => format!("not set by {history}"),
        State::Unknown(reason) => format!("unknown by {history}: {reason}"),
    }
}

#[test]
fn facts_of_paths() {
    table(
        &[
            ("s.port", "known by port"),
            ("(s.port)", "known by port"),
            ("s.hosts", "known by hosts"),
            ("s.hosts[1]", "known by hosts 1"),
            ("s.sites[0].hosts[1]", "known by north.hosts 1"),
            ("s.sites.filter(x, x.name == 'south')[0].name", "known by south.name"),
            ("s.timeout", "default 10 by timeout"),
            ("s.backlog", "not set by backlog"),
            ("s.limit", "unknown by limit: limit is not exported"),
            ("s.relay.name", "not set by relay"),
            ("s.lost.name", "unknown by lost: lost is not exported"),
            ("s.ini.Trace", "not set by ini"),
            ("s.hosts[7]", "not set by hosts"),
            ("s.port == 25", "nothing"),
            ("s.hosts[s.limit]", "nothing"),
            ("n", "nothing"),
        ],
        named,
    );
}

#[test]
fn mentioned_paths() {
    let mentioned =
        |text: &str| compiled(text).map(|expression| expression.reads_statically().join(", ")).unwrap_or_default();
    table(
        &[
            ("s.yes || s.port == 25 && s.yes", "s.yes, s.port"),
            ("has(s.relay.name) ? blank(s.banner) : s.ports[n] == 1", "s.relay.name, s.banner, n, s.ports"),
            ("s.ini['odd key'] == s.ini.Debug", "s.ini['odd key'], s.ini.Debug"),
            ("s.sites.exists(x, x.name == 'a' && x.hosts.exists(h, h == ''))", "s.sites, s.sites.name, s.sites.hosts"),
            ("s.hosts.filter(h, isLocal(h)).exists(k, k == s.name)", "s.hosts, s.name"),
            ("(s.hosts + s.seen).exists(h, h == 'x')", "s.hosts, s.seen"),
            ("1 == 1", ""),
        ],
        mentioned,
    );
}

#[test]
fn scopes() {
    let expression = compiled("s.port + n").expect("compiles");
    let value = |scope: &Scope<'_>| {
        expression.evaluate(scope, &mut Budget(100)).value.map_or_else(|unknown| unknown.to_string(), |v| v.to_string())
    };
    let mut outer = Scope::new();
    outer.bind("s", server());
    assert_eq!(value(&outer), "`n` has no value here");
    let mut inner = Scope::within(&outer);
    inner.bind("n", Fact::known(1, Provenance::default()));
    assert_eq!(value(&inner), "26");
    inner.bind("n", Fact::known(2, Provenance::default()));
    assert_eq!(value(&inner), "27");
    assert_eq!(expression.text(), "s.port + n");
}

#[test]
fn a_model_that_breaks_its_vocabulary_breaks_nothing() {
    let expression = compiled("s.port == 25 && n < 3").expect("compiles");
    let mut scope = Scope::new();
    scope.bind("s", Fact::known("not a record", Provenance::default()));
    scope.bind("n", Fact::known(true, Provenance::default()));
    let outcome = expression.evaluate(&scope, &mut Budget(100));
    assert_eq!(
        outcome.value.err().map(|unknown| unknown.to_string()).as_deref(),
        Some("a value is text where a record or a map was expected; a value is true or false where text was expected")
    );
}
