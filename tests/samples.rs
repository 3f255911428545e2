//! Files that were found in public: each is read, and says what there is to say about it.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

mod common;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use common::list;

/// The folder of the samples; without it the tests are skipped, visibly.
fn samples() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    if folder.is_dir() {
        return Some(folder);
    }
    // What `println!` says is shown for failed tests only.
    writeln!(std::io::stderr(), "skipped: there is no folder ../shared/samples").expect("standard error");
    None
}

/// Passwords that stand in the samples.
const SECRETS: [&str; 8] = [
    "domino4ever",
    "default-super-secret-user-password",
    "secure certifier password",
    "secure admin password",
    "secure user password",
    "secure idvault password",
    "SERVERSETUP_ORG_CERTIFIERPASSWORD }}\"",
    "SERVERSETUP_ADMIN_PASSWORD }}\"",
];

struct Run {
    code: i32,
    out: String,
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    let output = common::maillint(folder, arguments).output().expect("the binary runs");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    let err = String::from_utf8(output.stderr).expect("UTF-8");
    for secret in SECRETS {
        assert!(!out.contains(secret) && !err.contains(secret), "{arguments:?} prints `{secret}`\n{out}{err}");
    }
    Run { code: output.status.code().unwrap_or(-1), out }
}

/// A sample, checked for people and for programs; no password appears in either, nor in its effective settings.
struct Checked {
    code: i32,
    human: String,
    report: Json,
    effective: Run,
}

fn check(folder: &Path, arguments: &[&str]) -> Checked {
    let human = run(folder, &[&["check", "-v"], arguments].concat());
    let machine = run(folder, &[&["check", "--format", "json"], arguments].concat());
    let effective = run(folder, &[&["effective"], arguments].concat());
    run(folder, &[&["effective", "--format", "json"], arguments].concat());
    assert_eq!(human.code, machine.code, "{arguments:?}");
    Checked { code: human.code, human: human.out, report: serde_json::from_str(&machine.out).expect("JSON"), effective }
}

impl Checked {
    fn list(&self, name: &str) -> &[Json] {
        list(&self.report, name)
    }

    fn finding(&self, rule: &str) -> Option<&Json> {
        self.list("findings").iter().find(|finding| finding["rule"] == rule)
    }

    fn rules(&self) -> Vec<&str> {
        self.list("findings").iter().filter_map(|finding| finding["rule"].as_str()).collect()
    }

    fn problems(&self) -> Vec<String> {
        common::problems(&self.report)
    }

    fn problem(&self, code: &str) -> &Json {
        self.list("problems")
            .iter()
            .find(|problem| problem["code"] == code)
            .unwrap_or_else(|| panic!("no {code} in {:#}", self.report))
    }

    /// The reason why a rule was not evaluated.
    fn open(&self, rule: &str) -> Option<&str> {
        self.list("not_evaluated").iter().find(|open| open["rule"] == rule).map(|open| text(open, "reason"))
    }

    /// The names of the placeholders that have no value, in the order in which they are told.
    fn placeholders(&self) -> Vec<String> {
        let open = self.list("problems").iter().filter(|problem| problem["code"] == "placeholder-unresolved");
        open.flat_map(|problem| text(problem, "message").split('`').skip(1).step_by(2).map(str::to_owned)).collect()
    }
}

fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json[key].as_str().unwrap_or("")
}

fn start(json: &Json) -> String {
    format!("{}:{}", json["start"]["line"], json["start"]["column"])
}

fn span(json: &Json) -> String {
    format!("{}:{}-{}:{}", json["start"]["line"], json["start"]["column"], json["end"]["line"], json["end"]["column"])
}

#[test]
fn every_sample_is_read_or_refused_and_none_is_forgotten() {
    let Some(folder) = samples() else { return };
    let known = [
        ("ots/autocfg_env.txt", 3),
        ("ots/autocfg_ots_template.json", 0),
        ("ots/container_lab_domino12_config_map.yml", 0),
        ("ots/genesis_test.json", 3),
        ("ots/hcl_dominolab_ots_first.json", 0),
        ("ots/hcl_server_inetsites_idvault.json", 1),
        ("ots/startscript_first_server.json", 0),
        ("notesini/dominovagrant_notes.ini", 3),
        ("rest/drapi_admin_server_smtp_schema.json", 3),
        ("rest/drapi_openapi_examples_excerpt.json", 3),
        ("console/nashcom_filter-test.log", 3),
        ("exchange/scubagear_exo_mailflow_excerpt.json", 3),
        ("ndr/sisimai_lhost-domino-01.eml", 3),
        ("ndr/sisimai_lhost-domino-03.eml", 3),
        ("ndr/sisimai_lhost-office365-08.eml", 3),
    ];
    let mut files: Vec<String> = Vec::new();
    for part in ["ots", "notesini", "rest", "console", "exchange", "ndr"] {
        for entry in std::fs::read_dir(folder.join(part)).expect("a folder") {
            files.push(format!("{part}/{}", entry.expect("an entry").file_name().to_string_lossy()));
        }
    }
    for file in &files {
        let known = known.iter().find(|(name, _)| name == file);
        let (_, code) = known.unwrap_or_else(|| panic!("{file} is in no table"));
        let checked = check(&folder, &[file]);
        assert_eq!(checked.code, *code, "{file}\n{}", checked.human);
        // What is no export is told in one error.
        assert!(*code != 3 || checked.human.matches("error[").count() == 1, "{file}\n{}", checked.human);
    }
}

#[test]
fn internet_sites_and_a_global_domain() {
    let Some(folder) = samples() else { return };
    let checked = check(&folder, &["ots/hcl_server_inetsites_idvault.json"]);
    assert_eq!(checked.code, 1);

    assert_eq!(checked.problems(), ["info item-name-blank"]);
    assert_eq!(span(checked.problem("item-name-blank")), "223:15-223:35");

    // That logins are possible on port 25 of a lab server, and that its host name ends in `.lab`, is no more than a note:
    // nothing in the file shows that hosts on the Internet reach it.
    assert_eq!(checked.rules(), ["global-domain-notes-domain-missing", "fqdn-internal-suffix", "smtp-auth-on-port-25"]);
    for rule in ["fqdn-internal-suffix", "smtp-auth-on-port-25"] {
        assert_eq!(checked.finding(rule).expect("the finding")["severity"], "info", "{rule}");
    }
    let finding = checked.finding("global-domain-notes-domain-missing").expect("the finding");
    assert_eq!(span(&finding["primary"]), "324:37-324:47");
    assert_eq!(finding["primary"]["item"], "NotesDomainList");
    assert_eq!(finding["expected"], "AutoTestLab");
    assert!(text(finding, "message").contains("NotesLab"), "{finding:#}");
    let related: Vec<String> = finding["related"].as_array().expect("a list").iter().map(span).collect();
    assert_eq!(related, ["6:21-6:34"]);
    assert!(checked.human.contains("[ots/hcl_server_inetsites_idvault.json:324:37]"), "{}", checked.human);
    assert!(checked.human.contains("╰── Domino domains and aliases"), "{}", checked.human);

    let reason = checked.open("open-relay").expect("open-relay is not evaluated");
    assert!(reason.contains("template"), "{reason}");
    // The listener comes from SMTPListenerEnabled: nothing is to be said about the server tasks.
    for output in [checked.report.to_string(), checked.human] {
        assert!(!output.to_lowercase().contains("servertasks"), "{output}");
    }
    let shown = &checked.effective;
    assert_eq!(shown.code, 0);
    for expected in ["domino-lab-admin-srv/AutoTestLab", "Server, line 153", "Server, line 154", "Site, line 247"] {
        assert!(shown.out.contains(expected), "`{expected}` is not in\n{}", shown.out);
    }
}

#[test]
fn a_start_script_with_a_name_twice_and_placeholders() {
    let Some(folder) = samples() else { return };
    let file = "ots/startscript_first_server.json";
    let checked = check(&folder, &[file]);
    assert_eq!((checked.code, checked.rules().len()), (0, 0), "{}", checked.human);
    let twice = checked.problem("duplicate-key");
    assert!(text(twice, "message").contains("TRANSLOG_AutoFixup"), "{twice:#}");
    assert_eq!((span(twice), span(&twice["related"][0])), ("124:8-124:28".to_owned(), "117:15-117:35".to_owned()));
    let expected = [
        "SERVERSETUP_SERVER_NAME",
        "SERVERSETUP_SERVER_DOMAINNAME",
        "SERVERSETUP_SERVER_TITLE",
        "SERVERSETUP_NETWORK_HOSTNAME",
        "SERVERSETUP_ORG_ORGNAME",
        "SERVERSETUP_ADMIN_FIRSTNAME",
        "SERVERSETUP_ADMIN_LASTNAME",
        "SERVERSETUP_ADMIN_IDFILEPATH",
    ];
    assert_eq!(checked.placeholders(), expected);
    // One remark for all of them, at the first places.
    assert_eq!(checked.problems(), ["info duplicate-key", "info placeholder-unresolved"]);
    let open = checked.problem("placeholder-unresolved");
    let places = [start(open), start(&open["related"][0]), start(&open["related"][1])];
    assert_eq!(places, ["5:15", "6:21", "7:16"]);

    // A value settles the name, also when its case differs.
    let checked =
        check(&folder, &[file, "--var", "serversetup_server_name=hub1", "--var", "SERVERSETUP_ORG_ORGNAME=Acme"]);
    assert_eq!(checked.placeholders().len(), expected.len() - 2);
    assert!(checked.effective.out.contains("hub1/Acme"), "{}", checked.effective.out);
}

#[test]
fn a_lab_server_without_inbound_mail() {
    let Some(folder) = samples() else { return };
    let file = "ots/hcl_dominolab_ots_first.json";
    let checked = check(&folder, &[file]);
    // No inbound mail by design: neither the task list nor the missing listener is a fault.
    assert_eq!((checked.code, checked.rules()), (0, vec![]), "{}", checked.human);
    // Nobody need give the passwords.
    assert_eq!(checked.placeholders(), ["SERVERSETUP_INTERNET_DOMAIN", "SERVERSETUP_ACME_ACCOUNT"]);
    let checked = check(&folder, &[file, "--var", "SERVERSETUP_INTERNET_DOMAIN=notes.lab"]);
    assert_eq!(checked.placeholders(), ["SERVERSETUP_ACME_ACCOUNT"]);
    let shown = checked.effective.out;
    for expected in ["darwin/DominoLab", "darwin.notes.lab"] {
        assert!(shown.contains(expected), "`{expected}` is not in\n{shown}");
    }
}

#[test]
fn a_template_with_and_without_its_env_file() {
    let Some(folder) = samples() else { return };
    let file = "ots/autocfg_ots_template.json";
    let checked = check(&folder, &[file]);
    assert_eq!((checked.code, checked.rules()), (0, vec![]), "{}", checked.human);
    let open = checked.placeholders();
    assert_eq!(open.len(), 12, "{open:?}");

    let checked = check(&folder, &[file, "--env-file", "ots/autocfg_env.txt"]);
    assert_eq!((checked.code, checked.rules()), (0, vec![]), "{}", checked.human);
    assert_eq!(checked.placeholders(), ["SERVERSETUP_SERVER_NAME", "SERVERSETUP_SERVER_DOMAINNAME"]);
    assert!(checked.effective.out.contains("domino.notes.lab"), "{}", checked.effective.out);

    let named = ["--var", "SERVERSETUP_SERVER_NAME=hub1", "--var", "SERVERSETUP_SERVER_DOMAINNAME=AcmeDomain"];
    let checked = check(&folder, &[&[file, "--env-file", "ots/autocfg_env.txt"][..], &named].concat());
    // The first user has an Internet address, and nothing in the file starts a listener: a note.
    assert_eq!((checked.code, checked.rules()), (0, vec!["no-inbound-listener"]), "{}", checked.human);
    assert_eq!(checked.placeholders(), Vec::<String>::new());
    for expected in ["hub1/Acme", "AcmeDomain", "domino.notes.lab"] {
        assert!(checked.effective.out.contains(expected), "`{expected}` is not in\n{}", checked.effective.out);
    }
}

#[test]
fn two_runs_print_the_same() {
    let Some(folder) = samples() else { return };
    let file = "ots/autocfg_ots_template.json";
    let first = run(&folder, &["check", "-v", file]).out;
    for _ in 0..8 {
        assert!(run(&folder, &["check", "-v", file]).out == first, "the order of the messages changes from run to run");
    }
}

#[test]
fn a_config_map_has_the_lines_of_its_yaml() {
    let Some(folder) = samples() else { return };
    let file = "ots/container_lab_domino12_config_map.yml";
    let checked = check(&folder, &[file]);
    assert_eq!((checked.code, checked.rules(), checked.problems()), (0, vec![], vec![]), "{}", checked.human);
    assert!(checked.open("open-relay").is_none_or(|reason| reason.contains("template")));
    let shown = run(&folder, &["effective", file, "hostname"]);
    assert!(shown.out.contains("main.domino.lab/DominoLab") && shown.out.contains("line 23"), "{}", shown.out);
    let machine = run(&folder, &["effective", "--format", "json", file, "hostname"]).out;
    let machine: Json = serde_json::from_str(&machine).expect("JSON");
    assert!(has_place(&machine, 23, 23), "{machine:#}");
}

/// Whether some place in a report starts there.
fn has_place(json: &Json, line: u64, column: u64) -> bool {
    let here = json["start"]["line"] == line && json["start"]["column"] == column;
    here || match json {
        Json::Array(elements) => elements.iter().any(|element| has_place(element, line, column)),
        Json::Object(members) => members.values().any(|member| has_place(member, line, column)),
        _ => false,
    }
}

#[test]
fn documents_of_a_rest_service_that_have_nothing_to_do_with_mail() {
    let Some(folder) = samples() else { return };
    let checked = check(&folder, &["rest/drapi_openapi_examples_excerpt.json"]);
    // The documents are read (a form Customer); the rows of a list and statistics are none.
    assert_eq!(checked.problems(), ["warning document-without-form", "error nothing-to-check"]);
    let message = text(checked.problem("nothing-to-check"), "message");
    assert!(message.contains("no document that has to do with mail"), "{message}");
    assert!(checked.human.contains("as Domino REST API"), "{}", checked.human);
    let checked = check(&folder, &["rest/drapi_admin_server_smtp_schema.json"]);
    assert_eq!(checked.problems(), ["error input-not-understood"]);
    assert!(text(checked.problem("input-not-understood"), "message").contains("describes a REST service"));
}

#[test]
fn one_clear_message_about_what_cannot_be_checked() {
    let Some(folder) = samples() else { return };
    for (file, problem, place, words) in [
        ("ots/genesis_test.json", "error input-not-understood", "2:2-2:9", &["Genesis", "one-touch setup"][..]),
        ("notesini/dominovagrant_notes.ini", "error notes-ini-of-a-client", "20:9-20:10", &["client", "server"]),
    ] {
        let checked = check(&folder, &[file]);
        assert_eq!((checked.code, checked.problems()), (3, vec![problem.to_owned()]), "{file}\n{}", checked.human);
        let found = &checked.list("problems")[0];
        assert_eq!(span(found), place, "{file}");
        for word in words {
            assert!(text(found, "message").contains(word), "{file}: {found:#}");
        }
        assert!(checked.rules().is_empty(), "{file}");
        assert_eq!(checked.list("not_evaluated").len(), 0, "{file}: one message, and no more");
        assert!(!checked.human.contains("nothing found"), "{file}\n{}", checked.human);
    }
}

/// DXL of other databases: read to its end, and said to have nothing to do with mail; a design is no document.
#[test]
fn exports_of_other_databases() {
    let Some(folder) = samples() else { return };
    for (file, expected) in [
        ("certmgr_acme_diag_challenge.dxl", &["error nothing-to-check"][..]),
        ("certmgr_cloudflare.dxl", &["error nothing-to-check"]),
        ("certmgr_lab_certstore.dxl", &["error nothing-to-check"]),
        ("jnx_document_badattr.xml", &["error nothing-to-check", "warning dxl-attribute"]),
        ("jnx_invaliddoc.xml", &["error nothing-to-check"]),
        ("jnx_person_form.xml", &["error input-not-understood"]),
    ] {
        let checked = check(&folder, &[&format!("dxl/{file}")]);
        let mut found = checked.problems();
        found.sort();
        assert_eq!(
            (checked.code, found.as_slice()),
            (3, expected.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice()),
            "{file}"
        );
    }
}
