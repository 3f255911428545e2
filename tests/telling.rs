//! What findings tell: one cause once, what differs, what applies here; and nothing that says no more than a field's name.

#![allow(clippy::expect_used, reason = "a test that cannot set up fails")]

use maillint::directory::Environment;
use maillint::effective::Model;
use maillint::read::{Options, read};
use maillint::report::{Diagnostic, Style, Theme, human::diagnostic_text};
use maillint::rules::{Finding, Results, Rule, catalog, run};
use maillint::source::{Severity, Sources};

/// What a check of some files gives, and the findings as people see them.
struct Told {
    results: Results,
    drawn: Vec<(String, String)>,
}

fn told(files: &[(&str, &str)]) -> Told {
    let rules = catalog::built_in().expect("the built-in rules compile");
    let rules: Vec<&Rule> = rules.iter().collect();
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let mut exports = Vec::new();
    for (name, text) in files {
        let file = sources.add(name, text.as_bytes().to_vec());
        exports.push(read(sources.get(file).expect("added"), &Options::default(), &mut problems));
    }
    let environment = Environment::build(exports, &mut problems);
    assert!(problems.iter().all(|problem| problem.severity != Severity::Error), "{problems:?}");
    let model = Model::new(environment);
    let results = run(&rules, &model);
    let style = Style { theme: Theme::Unicode, color: false, width: 200 };
    let drawn = results
        .findings
        .iter()
        .map(|finding| {
            let diagnostic = Diagnostic::from_finding(finding, model.environment());
            (finding.rule.to_string(), diagnostic_text(&diagnostic, &sources, style))
        })
        .collect();
    Told { results, drawn }
}

impl Told {
    fn all(&self, rule: &str) -> Vec<&Finding> {
        self.results.findings.iter().filter(|finding| *finding.rule == *rule).collect()
    }

    fn one(&self, rule: &str) -> &Finding {
        let found = self.all(rule);
        assert_eq!(found.len(), 1, "{rule}: {found:#?}");
        found.first().expect("one")
    }

    fn drawn(&self, rule: &str) -> &str {
        self.drawn.iter().find(|(name, _)| *name == *rule).map_or("", |(_, text)| text)
    }
}

/// The fingerprint of the finding that one goes with.
fn cause(finding: &Finding) -> Option<&str> {
    finding.follows.as_ref().map(|cause| cause.fingerprint.as_str())
}

const HUB: &str = "
[[server]]
name = 'hub2/Acme'
hostname = 'hub2.acme.example'
smtp_listener = true
internet_sites = false
smtp_inbound = { status = 'enabled', anonymous = true, name_and_password = false, tls_status = 'disabled' }

[[group]]
name = 'Hubs'
type = 'servers'
members = ['hub2/Acme']

[[configuration]]
applies_to = '*'
default = true
recipients.verify_local = true
extensions.starttls = 'enabled'

[[configuration]]
applies_to = 'Hubs'
recipients.verify_local = true
extensions.starttls = 'enabled'

[[configuration]]
applies_to = 'hub2/Acme'
recipients.verify_local = false
extensions.starttls = 'disabled'
smtp.smart_host = ''
";

#[test]
fn a_hidden_document_is_one_finding_with_what_comes_of_it() {
    let told = told(&[("hub.toml", HUB)]);
    let hidden = told.one("configuration-shadowed");
    assert!(
        hidden.message.contains("hides the one for `Hubs`") && hidden.message.contains("in 2 settings"),
        "{hidden:#?}"
    );
    let differing: Vec<&String> = hidden.notes.iter().filter(|note| note.starts_with("less restrictive: ")).collect();
    assert_eq!(differing.len(), 2, "{:#?}", hidden.notes);
    assert!(differing[0].ends_with(": `disabled` here, `enabled` in the hidden document"), "{differing:#?}");
    for rule in ["verify-recipients-off", "starttls-not-offered"] {
        assert_eq!(cause(told.one(rule)), Some(hidden.fingerprint.as_str()), "{rule}");
        assert!(hidden.notes.iter().any(|note| note.starts_with(&format!("with it goes {rule}: "))), "{rule}");
    }
}

#[test]
fn a_finding_in_a_field_that_the_hidden_document_has_no_better_stands_alone() {
    let same = HUB.replace("recipients.verify_local = true\nextensions", "recipients.verify_local = false\nextensions");
    let told = told(&[("hub.toml", &same)]);
    assert_eq!(told.one("verify-recipients-off").follows, None);
    let hidden = told.one("configuration-shadowed").fingerprint.as_str();
    assert_eq!(cause(told.one("starttls-not-offered")), Some(hidden));
}

const RELAY: &str = "
[[server]]
name = 'mx1/Acme'
hostname = 'mx1.acme.example'
smtp_listener = true
internet_sites = false
smtp_inbound = { status = 'enabled', anonymous = true, name_and_password = false, tls_status = 'disabled' }

[[configuration]]
applies_to = 'mx1/Acme'
connections.allow = []
relay = { allow_destinations = [], deny_destinations = ['*'], allow_hosts = [], deny_hosts = ['*'] }
relay_enforcement = { connecting_hosts = 'external', exempt_hosts = [], authenticated_users = 'check' }
";

#[test]
fn an_open_relay_names_what_opens_it_and_asks_for_that() {
    let deny = "deny_destinations = ['*'], allow_hosts = [], deny_hosts = ['*']";
    let blank = "deny_destinations = [], allow_hosts = [], deny_hosts = []";
    let everybody = ("exempt_hosts = []", "exempt_hosts = ['*']");
    let none = ("connecting_hosts = 'external'", "connecting_hosts = 'none'");
    let allowed = (deny, "deny_destinations = ['*'], allow_hosts = ['*'], deny_hosts = ['*']");
    for (change, message, place, expected) in [
        ((deny, blank), "both Deny fields of \"Inbound Relay Controls\" are blank", "Inbound Relay Controls", "`*`"),
        (everybody, "`*` under \"Exclude these connecting hosts from anti-relay checks\"", "anti-relay checks", "only"),
        (
            none,
            "\"Perform Anti-Relay enforcement for these connecting hosts\" is `None`",
            "these connecting hosts",
            "`External",
        ),
        (
            allowed,
            "`*` under \"Allow messages only from the following internet hosts",
            "external internet domains",
            "only",
        ),
    ] {
        let told = told(&[("mx1.toml", &RELAY.replace(change.0, change.1))]);
        let finding = told.one("open-relay");
        assert!(finding.message.contains(message), "{}", finding.message);
        assert!(finding.fix.ends_with(place), "{message}: {}", finding.fix);
        assert!(finding.expected.as_ref().is_some_and(|text| text.starts_with(expected)), "{finding:#?}");
    }
    let both = RELAY.replace(deny, blank).replace(none.0, none.1);
    let told = told(&[("mx1.toml", &both)]);
    let finding = told.one("open-relay");
    assert!(finding.notes.iter().any(|note| note.contains("the blank Deny fields")), "{:#?}", finding.notes);
    // One cause, one finding.
    assert_eq!(cause(told.one("relay-enforcement-none")), Some(finding.fingerprint.as_str()));
}

#[test]
fn a_consequence_is_no_worse_than_a_cause_that_names_its_place() {
    let closed = RELAY.replace("'external'", "'none'").replace("status = 'enabled'", "status = 'disabled'");
    let told = told(&[("mx1.toml", &closed)]);
    assert_eq!(told.one("open-relay").severity, Severity::Warning);
    assert_eq!(told.one("relay-enforcement-none").severity, Severity::Warning);
}

const INI: &str = "[[server]]
name = 'mx1/Acme'
";
const LINES: &str = "ServerName=mx1/Acme
KitType=2
SMTPDebug=3
SMTPDebugIO=4
RouterDisableMailToGroups=1
smtpdebug=0
";

#[test]
fn lines_of_a_notes_ini_are_told_once_with_their_server() {
    let told = told(&[("mx1.toml", INI), ("notes.ini", LINES)]);
    for finding in &told.results.findings {
        assert!(!finding.notes.iter().any(|note| note.starts_with("the same holds for")), "{finding:#?}");
        // The name and the value of a line are one place, which needs no label on the whole file as well.
        assert!(
            !finding.related.iter().any(|label| &*label.at.field == "settings" && label.at.element.is_none()),
            "{finding:#?}"
        );
    }
    for rule in ["ini-disables-group-mail", "debug-captures-content"] {
        assert!(told.one(rule).message.contains("`mx1/Acme`"), "{rule}");
    }
    let follows: Vec<bool> = told.all("debug-left-on").iter().map(|finding| finding.follows.is_some()).collect();
    assert_eq!(follows, [false, true], "the trace goes with the content on its own line only");
    // Of the two lines for SMTPDebug one is reported.
    assert!(
        told.results.not_evaluated.iter().all(|open| *open.rule != *"debug-left-on"),
        "{:?}",
        told.results.not_evaluated
    );
}

#[test]
fn duplicates_say_what_differs() {
    let document = |limit: u32| format!("[[configuration]]\napplies_to = '*'\nlimits.max_message_size_kb = {limit}\n");
    let differing = told(&[("a.toml", &format!("{INI}{}{}", document(100), document(200)))]);
    let finding = differing.one("configuration-duplicate");
    assert_eq!(finding.severity, Severity::Error);
    assert!(
        finding.notes.contains(&"\"Maximum message size\": `100` in the first, `200` in the second".to_owned()),
        "{finding:#?}"
    );
    let same = told(&[("a.toml", &format!("{INI}{}{}", document(100), document(100)))]);
    let finding = same.one("configuration-duplicate");
    assert_eq!(finding.severity, Severity::Warning);
    assert!(finding.notes.iter().any(|note| note.starts_with("only a warning, because ")), "{finding:#?}");
}

#[test]
fn the_click_path_is_the_one_that_applies_here() {
    let site = "[[site]]\nname = 'Mail'\nprotocol = 'smtp_inbound'\nservers = ['mx1/Acme']\nanonymous = false\nname_and_password = true\n";
    let off =
        RELAY.replace("anonymous = true, name_and_password = false", "anonymous = false, name_and_password = true");
    let on = off.replace("internet_sites = false", "internet_sites = true") + site;
    for rule in ["smtp-anonymous-disabled", "smtp-auth-on-port-25"] {
        assert!(told(&[("mx1.toml", &off)]).one(rule).fix.starts_with("Server document > "), "{rule}");
        assert!(told(&[("mx1.toml", &on)]).one(rule).fix.starts_with("SMTP Inbound site document > "), "{rule}");
    }
}

#[test]
fn a_frame_has_something_to_say() {
    // That Internet Sites are off decides, too; the line of that field is far from the one to change.
    let off =
        RELAY.replace("anonymous = true, name_and_password = false", "anonymous = false, name_and_password = true");
    let off = off
        .replace("internet_sites = false\n", "")
        .replace("hostname", "internet_sites = false\nrelease = '14.0'\nhostname");
    let told_off = told(&[("mx1.toml", &off)]);
    let drawn = told_off.drawn("smtp-anonymous-disabled");
    assert_eq!(drawn.matches("╭─[").count(), 1, "{drawn}");
    assert!(!told_off.one("smtp-anonymous-disabled").related.is_empty(), "programs still get what decided");
    // A list has one label, however many of its entries were looked at.
    let list = RELAY.replace("connections.allow = []", "connections.allow = ['10.0.0.5', '[10.0.0.6]', '[10.0.0.7]']");
    let list = told(&[("mx1.toml", &format!("{list}[facts]\npeers = ['10.0.0.5']\n"))]);
    let drawn = list.drawn("connection-allow-misses-peer");
    assert_eq!(
        drawn.matches("Allow connections only from the following SMTP").count(),
        3,
        "message, label, click path\n{drawn}"
    );
}

#[test]
fn a_second_file_is_a_second_frame() {
    let moved = RELAY.replace("hostname", "addresses = ['192.0.2.25']\nhostname");
    let ini = "[Notes]\nServerName=mx1/Acme\nKitType=2\nPorts=TCPIP\nTCPIP=TCP,0,15,0\nTCPIP_TcpIpAddress=0,198.51.100.25:1352\n";
    let told = told(&[("mx1.toml", &moved), ("notes.ini", ini)]);
    let drawn = told.drawn("address-drift");
    assert!(!drawn.contains("Advice"), "{drawn}");
    let places: Vec<usize> =
        ["╭─[notes.ini:6:", "╭─[mx1.toml:4:", "help: "].iter().filter_map(|part| drawn.find(part)).collect();
    assert!(places.len() == 3 && places.is_sorted(), "{drawn}");
}

#[test]
fn a_second_frame_shows_the_other_document() {
    let copied =
        format!("{RELAY}\n[[server]]\nname = 'mx2/Acme'\nhostname = 'mx1.acme.example'\nsmtp_listener = true\n");
    let drawn = told(&[("a.toml", &copied)]);
    assert!(
        drawn.drawn("fqdn-duplicate").contains("`mx1/Acme` has the same host name"),
        "{}",
        drawn.drawn("fqdn-duplicate")
    );
    let connection = "[[foreign_smtp_domain]]\ninternet_domain = '*.*'\nnext_domain = 'Internetz'\n
[[connection]]\ntype = 'smtp'\nsource = 'mx1/Acme'\ndestination_domain = 'Internet'\n";
    let drawn = told(&[("a.toml", &format!("{RELAY}{connection}"))]);
    let text = drawn.drawn("foreign-smtp-no-connection");
    assert!(text.contains("this Connection document leads to another name"), "{text}");
}

#[test]
fn consequences_are_told_in_the_words_of_those_who_see_them() {
    let site = RELAY.replace("internet_sites = false", "internet_sites = true");
    let without = told(&[("a.toml", &site)]);
    assert!(without.one("sites-enabled-no-smtp-site").message.contains("`This site is not enabled on the server.`"));
    let domain = "[[global_domain]]\nname = 'Acme'\nprimary_internet_domain = 'acme.example'\ninternet_domain_aliases = ['acme.test']\n
[[person]]\nname = ['Anna Berg/Acme']\ninternet_address = 'anna@brand.example'\nmail_server = 'mx1/Acme'\nmail_file = 'mail/a.nsf'\n";
    let brand = told(&[("a.toml", &format!("{RELAY}{domain}"))]);
    let message = &brand.one("address-domain-not-local").message;
    assert!(message.contains("(local: `acme.example`, `acme.test`)"), "{message}");
}

#[test]
fn nothing_is_to_be_deleted_on_the_word_of_a_partial_export() {
    let lost = "[[configuration]]\napplies_to = 'gone/Acme'\n";
    let partial = told(&[("a.toml", &format!("{RELAY}{lost}"))]);
    assert!(!partial.one("configuration-target-unknown").help.contains("delete"));
    let whole = told(&[("a.toml", &format!("[facts]\ncomplete_export = true\n{RELAY}{lost}"))]);
    assert!(whole.one("configuration-target-unknown").help.contains("delete"));
}

#[test]
fn what_is_told_does_not_depend_on_how_many_documents_stand_beside() {
    use std::fmt::Write as _;
    let environment = |others: usize| {
        let mut text = String::from("[[configuration]]\napplies_to = '*'\ndefault = true\n");
        let _ = (0..40).try_for_each(|i| writeln!(text, "[[server]]\nname = 'mx{i}/Acme'\nsmtp_listener = true\n"));
        // The notes.ini of the first server comes last, in another slice than its server.
        let _ = (0..40).rev().try_for_each(|i| {
            writeln!(
                text,
                "[[notes_ini]]\nserver = 'mx{i}/Acme'\nsettings = {{ SMTPDebug = '3', SMTPDebugIO = '4' }}\n"
            )
        });
        let _ = (0..others).try_for_each(|i| writeln!(text, "[[person]]\nname = ['Pad {i}/Other']\n"));
        let told = told(&[("a.toml", &text)]);
        let whole = |finding: &Finding| (finding.rule.clone(), finding.subject.clone(), finding.message.clone());
        told.results.findings.iter().map(whole).collect::<Vec<_>>()
    };
    let small = environment(10);
    assert!(small.iter().any(|(_, subject, _)| &*subject.kind == "notes_ini"), "{small:?}");
    assert_eq!(small, environment(600));
}
