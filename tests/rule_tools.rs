//! What authors of rules have at hand: coverage, timings, the self-test, and consequences told with their cause.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value as Json;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rule-tools").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    common::maillint(folder, arguments).output().expect("the binary runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// The states of the rules for an input.
fn coverage(arguments: &[&str]) -> Json {
    let output = run(root(), &[&["rules", "--format", "json", "--coverage"], arguments].concat());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn rule<'j>(report: &'j Json, name: &str) -> &'j Json {
    let rules = report["rules"].as_array().expect("a list");
    rules.iter().find(|rule| rule["name"] == name).unwrap_or_else(|| panic!("{name} is missing"))
}

#[test]
fn coverage_says_what_is_decided_and_what_is_missing() {
    let clean = coverage(&["examples/01-clean"]);
    assert_eq!(rule(&clean, "open-relay")["state"], "decided");
    assert_eq!(rule(&clean, "relay-host-is-self")["state"], "nothing_to_check");
    assert!(clean["rules"].as_array().expect("a list").iter().all(|rule| rule["undecided"] == 0));

    let setup = coverage(&["examples/05-one-touch-setup"]);
    let open = rule(&setup, "open-relay");
    assert_eq!(open["state"], "undecided");
    assert!(open["lacks"][0].as_str().is_some_and(|why| why.contains("relay.deny_destinations")), "{open}");
    assert_eq!(rule(&setup, "sites-enabled-no-smtp-site")["state"], "decided");

    let shown = out(&run(root(), &["rules", "--coverage", "examples/05-one-touch-setup"]));
    assert!(shown.contains(" rules decided\n") && shown.contains("not decided"), "{shown}");
    assert!(shown.lines().any(|line| line.starts_with("  open-relay: ")), "{shown}");
}

#[test]
fn every_rule_is_in_the_coverage_once() {
    let clean = coverage(&["examples/01-clean"]);
    let names: Vec<&str> =
        clean["rules"].as_array().expect("a list").iter().filter_map(|rule| rule["name"].as_str()).collect();
    let known: Vec<&str> = maillint::rules::catalog::FILES.iter().map(|(_, name, _)| *name).collect();
    assert_eq!(names, known);
}

#[test]
fn coverage_of_what_cannot_be_read_is_refused() {
    let output = run(root(), &["rules", "--coverage", "examples/nowhere"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn timings_name_every_rule_and_leave_the_report_alone() {
    let arguments = ["check", "--profile", "all", "examples/04-open-relay"];
    let plain = run(root(), &arguments);
    let clocked = run(root(), &[&arguments[..], &["--timings"]].concat());
    assert_eq!(plain.stdout, clocked.stdout);
    let times = String::from_utf8(clocked.stderr).expect("UTF-8");
    for (_, name, _) in maillint::rules::catalog::FILES {
        assert!(times.lines().any(|line| line.ends_with(&format!(" ms  {name}"))), "{name}");
    }
    assert!(times.trim_end().ends_with("all rules"), "{times}");
}

const RULE: &str = "summary = 's'\nseverity = 'warning'\nconfidence = 'sure'\nsubject = 'server'\n\
    violation = 'server.listener'\nmessage = 'the server `{server.name}` listens'\nat = 'server.name'\nhelp = 'h'\nfix = 'f'\nwhy = 'w'\n\
    references = ['a book']\nsince = '0.1.0'\n";
const EXAMPLES: &str = "[[bad]]\nname = 'b'\ninput = \"[[server]]\\nname = 'mx/Acme'\\nsmtp_listener = true\\n\"\n\
    finds = [{ document = 'mx/Acme', field = 'name' }]\n\
    [[good]]\nname = 'g'\ninput = \"[[server]]\\nname = 'mx/Acme'\\nsmtp_listener = false\\n\"\n";

/// What `test` says of a rule file.
fn tested(name: &str, text: &str) -> (Option<i32>, String) {
    let folder = scratch(name);
    fs::write(folder.join(format!("{name}.toml")), text).expect("a file");
    let output = run(&folder, &["test", "."]);
    (output.status.code(), out(&output))
}

#[test]
fn a_proper_rule_passes_its_test() {
    let (code, shown) = tested("proper", &format!("{RULE}{EXAMPLES}"));
    assert_eq!((code, shown.as_str()), (Some(0), "1 rule: 2 examples passed, 0 failed\n"));
}

#[test]
fn the_slips_of_an_author_are_named() {
    for (name, from, to, told) in [
        ("mute", "the server `{server.name}` listens", "the server listens", "the message names no value"),
        ("braces", "the server `{server.name}` listens", "the server {{listens}}", "the message names no value"),
        ("unsourced", "['a book']", "['  ']", "`references` says nothing"),
        (
            "orphan",
            "since =",
            "follows = ['open-realy']\nsince =",
            "`open-realy`, which there is not, did you mean `open-relay`?",
        ),
        ("circle", "since =", "follows = ['circle']\nsince =", "`follows` names the rule itself"),
        ("open-relay", "since =", "since =", "a built-in rule has this name"),
    ] {
        let text = format!("{RULE}{EXAMPLES}").replacen(from, to, 1);
        let (code, shown) = tested(name, &text);
        assert_eq!(code, Some(1), "{name}: {shown}");
        assert!(shown.contains(told), "{name}: {shown}");
    }
}

#[test]
fn a_table_and_a_column_that_there_is_not_are_mistakes_of_the_rule_file() {
    for (name, condition, told) in [
        ("no-table", "in_table('dns-blacklist', server.name)", "did you mean `dns-blacklists`?"),
        (
            "no-column",
            "table('dns-blacklists', server.name, 'behavior') != ''",
            "has no column `behavior`, did you mean `behaviour`?",
        ),
    ] {
        let folder = scratch(name);
        let text = format!("{RULE}{EXAMPLES}").replacen("'server.listener'", &format!("\"{condition}\""), 1);
        fs::write(folder.join(format!("{name}.toml")), text).expect("a file");
        let output = run(&folder, &["test", "."]);
        assert_eq!(output.status.code(), Some(2), "{name}: {output:?}");
        let shown = String::from_utf8(output.stderr).expect("UTF-8");
        let shown = shown.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert!(shown.contains(told), "{name}: {shown}");
    }
}

#[test]
fn an_example_may_have_several_files_and_another_format() {
    let rule = RULE.replace("'server.listener'", "'size(environment.servers) > 1 && server.directory == \"acme\"'");
    let other = "more = [\"[[server]]\\nname = 'b/Other'\\ndomain = 'Other'\\n\"]\n";
    let several = format!(
        "{rule}[[bad]]\nname = 'b'\ninput = \"[[server]]\\nname = 'a/Acme'\\ndomain = 'Acme'\\n\"\n{other}\
         finds = [{{ document = 'a/Acme', field = 'name' }}]\n\
         [[good]]\nname = 'g'\nformat = 'json'\ninput = '{{\"server\":[{{\"name\":\"a/Acme\",\"domain\":\"Acme\"}}]}}'\n"
    );
    let (code, shown) = tested("several-files", &several);
    assert_eq!((code, shown.as_str()), (Some(0), "1 rule: 2 examples passed, 0 failed\n"));
    let (code, _) = tested("no-such-format", &several.replace("'json'", "'jsn'"));
    assert_eq!(code, Some(2));
}

#[test]
fn a_consequence_is_told_with_its_cause_and_makes_it_as_bad() {
    let folder = scratch("consequence");
    let input = "[[server]]\nname = 'mx/Acme'\nsmtp_listener = true\n";
    fs::write(folder.join("input.toml"), input).expect("a file");
    let cause = format!("{RULE}{EXAMPLES}");
    let worse =
        cause.replace("severity = 'warning'", "severity = 'error'").replace("since =", "follows = ['cause']\nsince =");
    fs::create_dir(folder.join("rules")).expect("a folder");
    fs::write(folder.join("rules/cause.toml"), &cause).expect("a file");
    fs::write(folder.join("rules/effect.toml"), &worse).expect("a file");
    let report = |paths: &[&str]| -> Json {
        let mut arguments = vec!["check", "--no-config", "--format", "json", "input.toml"];
        arguments.extend(paths);
        serde_json::from_slice(&run(&folder, &arguments).stdout).expect("JSON")
    };
    let found = |report: &Json| -> Vec<(String, String, String)> {
        common::list(report, "findings")
            .iter()
            .filter(|finding| finding["rule"] == "cause" || finding["rule"] == "effect")
            .map(|finding| (finding["rule"].to_string(), finding["severity"].to_string(), finding["notes"].to_string()))
            .collect()
    };
    let both = found(&report(&["--rules", "rules"]));
    assert_eq!(both.len(), 1, "{both:?}");
    assert_eq!((both[0].0.as_str(), both[0].1.as_str()), ("\"cause\"", "\"error\""));
    assert!(both[0].2.contains("with it goes effect: "), "{both:?}");

    // A place that the cause covers is a problem of its own: it is in the list, says with which finding it goes, and counts
    // with that one only.
    fs::write(folder.join("rules/cause.toml"), cause.replace("since =", "covers = 'server.name'\nsince ="))
        .expect("a file");
    fs::write(folder.join("rules/effect.toml"), &worse).expect("a file");
    let whole = report(&["--rules", "rules"]);
    let of =
        |rule: &str| common::list(&whole, "findings").iter().find(|finding| finding["rule"] == rule).expect("found");
    assert_eq!(of("effect")["follows"], of("cause")["fingerprint"], "{whole:#}");
    assert_eq!(of("effect")["severity"], "warning", "no worse than its cause");
    let counted = ["errors", "warnings", "infos"].iter().filter_map(|key| whole["summary"][key].as_u64()).sum::<u64>();
    assert_eq!(counted + 1, common::list(&whole, "findings").len() as u64);

    let alone = found(&report(&["--rules", "rules/effect.toml"]));
    assert_eq!(alone.len(), 1, "{alone:?}");
    assert_eq!(alone[0].0, "\"effect\"");
}

#[test]
fn a_finding_shows_the_date_of_its_table_and_weighs_less_when_that_is_old() {
    let folder = scratch("stale");
    let input = "[[server]]\nname = 'mx/Acme'\nrelease = 'Release 8.5.3'\nsmtp_listener = true\n\n\
        [[configuration]]\napplies_to = 'mx/Acme'\n\
        dns_blacklist = { enabled = true, sites = ['relays.ordb.org', 'zen.spamhaus.org'], action = 'reject' }\n\
        relay = { deny_destinations = ['*'], deny_hosts = ['*'] }\n\
        relay_enforcement = { connecting_hosts = 'external', exempt_hosts = ['[40.92.0.0/15]'] }\n\n\
        [[global_domain]]\nname = 'G'\nprimary_internet_domain = 'gmail.com'\n\n\
        [[notes_ini]]\nserver = 'mx/Acme'\nsettings = { SMTPMTA_X = '1', SMTPRelayAllowHostsandDomains = '1' }\n";
    fs::write(folder.join("input.toml"), input).expect("a file");
    let found = |date: &str| -> Json {
        let output = run(&folder, &["check", "--format", "json", "--profile", "all", "--as-of", date, "input.toml"]);
        let report: Json = serde_json::from_slice(&output.stdout).expect("JSON");
        assert!(common::problems(&report).is_empty(), "{date}");
        report
    };
    let (fresh, stale) = (found("2026-12-01"), found("2041-01-01"));
    let of = |report: &Json, rule: &str| -> (String, String, String) {
        let finding = common::list(report, "findings").iter().find(|finding| finding["rule"] == rule).cloned();
        let finding = finding.unwrap_or_else(|| panic!("{rule} is missing"));
        let word = |key: &str| finding[key].as_str().unwrap_or("").to_owned();
        (word("severity"), word("message"), finding["notes"].to_string())
    };
    for (rule, table, now, then) in [
        ("dnsbl-dead-zone", "DNS blacklists", "error", "warning"),
        ("dnsbl-public-resolver", "DNS blacklists", "info", "info"),
        ("tls-release-too-old", "Domino releases", "warning", "info"),
        ("relay-exempt-shared-cloud", "sending ranges of mail services", "error", "warning"),
        ("domain-public-provider", "public mail providers", "warning", "info"),
        ("ini-obsolete-key", "notes.ini parameters", "info", "info"),
        ("ini-misnamed-key", "notes.ini parameters", "warning", "info"),
    ] {
        let (severity, message, notes) = of(&fresh, rule);
        assert_eq!(severity, now, "{rule}");
        assert!(message.ends_with(&format!(" (table \"{table}\" of 2026-11-24)")), "{message}");
        assert!(!notes.contains("nobody has looked"), "{notes}");
        let (severity, old_message, notes) = of(&stale, rule);
        assert_eq!((severity.as_str(), &old_message), (then, &message), "{rule}");
        assert!(notes.contains("nobody has looked at the table"), "{notes}");
    }
}

#[test]
fn a_finding_that_rests_on_facts_shows_their_date() {
    let folder = scratch("facts-date");
    let input = "[[server]]\nname = 'mx/Acme'\nhostname = 'mail.acme.example'\naddresses = ['192.0.2.25']\n\n\
        [[configuration]]\napplies_to = 'mx/Acme'\nsmtp.outside_local_domain = true\n\n\
        [[facts.ptr]]\naddress = '192.0.2.25'\nname = ''\n\n[facts]\nas_of = 2026-10-01\n";
    fs::write(folder.join("input.toml"), input).expect("a file");
    let output = run(&folder, &["check", "--format", "json", "input.toml"]);
    let report: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let finding = common::list(&report, "findings").iter().find(|finding| finding["rule"] == "ptr-missing");
    let notes = finding.expect("the finding")["notes"].to_string();
    assert!(notes.contains("this rests on the facts as of 2026-10-01"), "{notes}");
}

#[test]
fn many_documents_are_judged_as_few_are() {
    let folder = scratch("many");
    let mut text = String::new();
    for number in 0..600 {
        text.push_str(&format!(
            "[[server]]\nname = 'mx{number}/Acme'\nhostname = 'mx{number}'\nsmtp_listener = true\n\n"
        ));
    }
    fs::write(folder.join("input.toml"), text).expect("a file");
    let output = run(&folder, &["check", "--format", "json", "input.toml"]);
    let report: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = common::list(&report, "findings");
    let count = findings.iter().filter(|finding| finding["rule"] == "fqdn-unqualified").count();
    assert_eq!(count, 600);
    let again = run(&folder, &["check", "--format", "json", "input.toml"]);
    assert_eq!(output.stdout, again.stdout, "the order does not depend on threads");
}
