//! Which documents a governing Configuration Settings document hides, and in what they differ.

use maillint::directory::Kind;
use maillint::rules::{Rule, catalog, run};

use crate::table::{World, check};

const ALL: &str = r#"
[[server]]
name = "mx1/Acme"

[[group]]
name = "Relays"
members = ["mx1/Acme"]

[[configuration]]
applies_to = "mx1/Acme" ①
relay.deny_hosts = []
recipients.verify_local = true

[[configuration]]
applies_to = "Relays" ②
relay.deny_hosts = ["*"]
recipients.verify_local = true

[[configuration]]
applies_to = "*" ③
relay.deny_hosts = []
recipients.verify_local = false
"#;

#[test]
fn group_and_default_are_both_hidden_by_the_own_document() {
    check(
        &[("acme.toml", ALL)],
        "
        mx1/Acme configuration = {} @① hides ② ③
        mx1/Acme shadowed_configurations = [{} @① hides ②, {} @① hides ③]
        ",
    );
}

#[test]
fn what_would_come_next_is_the_finding() {
    let listening = ALL.replace("name = \"mx1/Acme\"", "name = \"mx1/Acme\"\nsmtp_listener = true");
    let world = World::new(&[("acme.toml", &listening)]);
    let built_in = catalog::built_in().expect("the built-in rules compile");
    let rules: Vec<&Rule> = built_in.iter().collect();
    let results = run(&rules, &world.model);
    let found: Vec<_> = results.findings.iter().filter(|finding| &*finding.rule == "configuration-shadowed").collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].message.contains("the one for `Relays`"), "{found:#?}");
}

#[test]
fn what_nobody_outranks_hides_nothing() {
    let text = ALL.replace("applies_to = \"mx1/Acme\"", "applies_to = \"mx2/Acme\"");
    check(&[("acme.toml", &text)], "mx1/Acme shadowed_configurations = [{} @② hides ③]");
}

#[test]
fn documents_tell_whom_they_govern() {
    let world = World::new(&[("acme.toml", ALL)]);
    let all = world.model.documents(Kind::Configuration);
    let used: Vec<String> = all
        .iter()
        .filter_map(|fact| fact.object()?.get("used_by"))
        .map(|fact| fact.list().map_or(String::new(), |list| list.items.iter().map(ToString::to_string).collect()))
        .collect();
    assert_eq!(used, ["mx1/Acme", "", ""]);
}
