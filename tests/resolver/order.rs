//! The order in which files are given changes nothing: no fact, no place, no finding, no fingerprint.

use std::collections::BTreeSet;

use maillint::effective::{Datum, Fact, State};
use maillint::rules::{Rule, catalog, run};

use crate::table::{Files, World};

/// Every fact below a record, as `path: fact`. The order of lists is that of the input and says nothing.
fn flatten(world: &World, path: &str, fact: &Fact, depth: usize, into: &mut BTreeSet<String>) {
    match &fact.state {
        State::Known(Datum::List(list)) => {
            into.insert(format!("{path}: {} elements, open: {:?}", list.items.len(), list.open));
            for item in list.items.iter() {
                flatten(world, &format!("{path}[]"), item, depth, into);
            }
        }
        State::Known(Datum::Object(object)) if depth > 0 => {
            into.insert(format!("{path}: {}", world.show(fact)));
            for (name, part) in object.entries() {
                flatten(world, &format!("{path}.{name}"), &part, depth - 1, into);
            }
        }
        _ => {
            into.insert(format!("{path}: {}", world.show(fact)));
        }
    }
}

/// What is compared of a place.
#[derive(Clone, Copy, PartialEq)]
enum Places {
    /// Every line.
    Lines,
    /// Nothing: of two equals it is the order that tells which one is named first.
    Left,
}

/// All that is said of an environment.
fn all(files: Files<'_>, rules: &[&Rule], places: Places) -> BTreeSet<String> {
    let world = World::new(files);
    let mut said: BTreeSet<String> = world.problems.iter().cloned().collect();
    for (id, server) in world.model.servers() {
        let name = world.model.environment().document(*id).map_or("", |server| &server.name);
        flatten(&world, name, server, 4, &mut said);
    }
    flatten(&world, "environment", world.model.summary(), 3, &mut said);
    let results = run(rules, &world.model);
    for finding in &results.findings {
        let place = finding.primary.as_ref().map_or(String::new(), |label| world.place(&label.at));
        said.insert(format!(
            "{} {} {}: {} @{place} {}",
            finding.severity,
            finding.rule,
            finding.fingerprint,
            finding.message,
            finding.actual.as_deref().unwrap_or("")
        ));
    }
    said.extend(results.not_evaluated.iter().map(|open| format!("{open:?}")));
    if places == Places::Left {
        let lines = ["@", " with ", " hides "];
        let cut = |text: &String| {
            lines.iter().filter_map(|word| text.find(word)).min().map_or(text.clone(), |at| text[..at].to_owned())
        };
        return said.iter().map(cut).collect();
    }
    said
}

fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for index in 0..items.len() {
        let mut rest = items.to_vec();
        let first = rest.remove(index);
        for mut tail in permutations(&rest) {
            tail.insert(0, first.clone());
            all.push(tail);
        }
    }
    all
}

#[track_caller]
fn same_in_every_order(files: Files<'_>, places: Places) {
    let built_in = catalog::built_in().expect("the built-in rules compile");
    let rules: Vec<&Rule> = built_in.iter().collect();
    let reference = all(files, &rules, places);
    assert!(reference.len() > 100, "there is something to compare");
    for order in permutations(files) {
        let other = all(&order, &rules, places);
        let names: Vec<&str> = order.iter().map(|(name, _)| *name).collect();
        let lost: Vec<&String> = reference.difference(&other).collect();
        let new: Vec<&String> = other.difference(&reference).collect();
        assert!(
            lost.is_empty() && new.is_empty(),
            "{names:?}\nonly in the first order: {lost:#?}\nonly here: {new:#?}"
        );
    }
}

const SERVERS: &str = r#"
[[server]]
name = "mx1/Acme"
domain = "Acme"
hostname = "mx1.acme.example"
smtp_listener = true
internet_sites = true

[[server]]
name = "mail/Acme"
domain = "Acme"
hostname = "mail.acme.example"
"#;

const GROUPS: &str = r#"
[[group]]
name = "Relays"
members = ["Edge"]

[[group]]
name = "Edge"
members = ["mx1/Acme"]
"#;

const DIRECTORY: &str = r#"
[[configuration]]
applies_to = "Relays"
relay.deny_destinations = []
relay.deny_hosts = []
recipients.verify_local = true
smtp.smart_host = "10.0.0.9"

[[configuration]]
applies_to = "*"
relay.deny_hosts = ["*"]
connections.deny = ["10.0.0.1"]

[[global_domain]]
name = "Acme"
primary_internet_domain = "192.0.2.1"
"#;

const SITES_AND_PEOPLE: &str = r#"
[[site]]
protocol = "smtp_inbound"
name = "In"
servers = ["Relays"]
anonymous = false
name_and_password = false

[[person]]
name = ["A/Acme"]
internet_address = "a@acme.example"
mail_server = "mail/Acme"
"#;

const INI: &str = "[Notes]\nServerName=CN=mx1/O=Acme\nSMTPDebug=3\nSMTPErrorLimit=3\nSMTPErrorLimit=4\n";

#[test]
fn documents_of_one_directory_in_several_files() {
    same_in_every_order(
        &[
            ("servers.toml", SERVERS),
            ("groups.toml", GROUPS),
            ("directory.toml", DIRECTORY),
            ("sites.toml", SITES_AND_PEOPLE),
            ("notes.ini", INI),
        ],
        Places::Lines,
    );
}

#[test]
fn what_is_undecided_stays_so() {
    same_in_every_order(
        &[
            ("servers.toml", SERVERS),
            ("facts.toml", "[facts]\ncomplete_export = true\n"),
            (
                "relays.toml",
                "[[group]]\nname = \"R\"\nmembers = [\"mx1/Acme\"]\n[[configuration]]\napplies_to = \"R\"\nsmtp.smart_host = \"a\"\n",
            ),
            (
                "edge.toml",
                "[[group]]\nname = \"E\"\nmembers = [\"mx1/Acme\"]\n[[configuration]]\napplies_to = \"E\"\nsmtp.smart_host = \"b\"\n",
            ),
        ],
        Places::Lines,
    );
}

#[test]
fn two_defaults_in_two_files() {
    same_in_every_order(
        &[
            ("servers.toml", SERVERS),
            ("one.toml", "[[configuration]]\napplies_to = \"*\"\nconnections.error_limit = 1\n"),
            ("two.toml", "[[configuration]]\napplies_to = \"*\"\nconnections.error_limit = 2\n"),
        ],
        Places::Left,
    );
}

#[test]
fn two_copies_of_notes_ini() {
    same_in_every_order(
        &[
            ("servers.toml", SERVERS),
            ("old.ini", INI),
            ("new.ini", "[Notes]\nServerName=mx1/Acme\nSMTPDebug=0\nPorts=TCPIP\n"),
            ("part.txt", "ServerName=mx1/Acme\nSMTPDenyMailToGroups=1\n"),
        ],
        Places::Left,
    );
}

#[test]
fn two_domains_and_a_file_that_names_none() {
    same_in_every_order(
        &[
            ("acme.toml", SERVERS),
            ("directory.toml", DIRECTORY),
            ("bravo.toml", "[[server]]\nname = \"hub/Bravo\"\ndomain = \"Bravo\"\nhostname = \"hub.bravo.example\"\n"),
            ("groups.toml", GROUPS),
        ],
        Places::Lines,
    );
}

#[test]
fn a_setup_file_and_a_copy_of_notes_ini() {
    let setup = r#"{ "serverSetup": { "server": { "type": "first", "name": "mx1", "domainName": "Acme" },
"org": { "orgName": "Acme" }, "notesINI": { "SMTPDebug": "1" } } }"#;
    same_in_every_order(&[("setup.json", setup), ("notes.ini", INI), ("directory.toml", DIRECTORY)], Places::Lines);
}
