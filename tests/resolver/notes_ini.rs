//! Copies of notes.ini: whose they are, and what several of them say together.

use crate::table::check;

const SERVER: &str = "[[server]]\nname = \"mx1/Acme\"\n";
const CONFIGURATION: &str = r#"
[[configuration]]
applies_to = "*"
connections.error_limit = 5 ④
relay_enforcement.connecting_hosts = "all" ⑤
"#;

#[test]
fn an_override_names_its_line_and_the_line_it_hides() {
    check(
        &[
            ("acme.toml", SERVER),
            ("configuration.toml", CONFIGURATION),
            ("notes.ini", "[Notes]\nServerName=mx1/Acme\nSMTPErrorLimit=9 ①\n"),
        ],
        "
        mx1/Acme configuration.connections.error_limit = 9 @① hides ④
        mx1/Acme ini.SMTPErrorLimit = 9 @①
        mx1/Acme ini.smtperrorlimit = 9 @①
        ",
    );
}

#[test]
fn an_override_of_a_field_that_is_not_set_hides_nothing() {
    check(
        &[
            ("acme.toml", SERVER),
            ("configuration.toml", "[[configuration]]\napplies_to = \"*\"\n"),
            ("notes.ini", "[Notes]\nServerName=mx1/Acme\nSMTPErrorLimit=9 ①\n"),
        ],
        "mx1/Acme configuration.connections.error_limit = 9 @①",
    );
}

#[test]
fn a_parameter_on_the_tab_overrides_too() {
    let tab = format!("{CONFIGURATION}\n[configuration.notes_ini]\nSMTPErrorLimit = \"9\" ①\n");
    check(
        &[("acme.toml", SERVER), ("configuration.toml", &tab)],
        "mx1/Acme configuration.connections.error_limit = 9 @① hides ④",
    );
}

#[test]
fn a_tab_of_a_document_that_does_not_govern_counts_for_nobody() {
    let tab = r#"
[[configuration]]
applies_to = "*"

[configuration.notes_ini]
SMTPErrorLimit = "9"

[[configuration]]
applies_to = "mx1/Acme"
connections.error_limit = 5 ①
"#;
    check(
        &[("acme.toml", SERVER), ("configuration.toml", tab)],
        "mx1/Acme configuration.connections.error_limit = 5 @①",
    );
}

#[test]
fn all_hosts_external_agrees_with_a_document_that_says_all() {
    check(
        &[
            ("acme.toml", SERVER),
            ("configuration.toml", CONFIGURATION),
            ("notes.ini", "[Notes]\nServerName=mx1/Acme\nSMTPAllHostsExternal=1\n"),
        ],
        "mx1/Acme configuration.relay_enforcement.connecting_hosts = all @⑤",
    );
}

#[test]
fn a_switch_that_is_neither_0_nor_1_is_not_guessed() {
    check(
        &[
            ("acme.toml", SERVER),
            ("configuration.toml", CONFIGURATION),
            (
                "notes.ini",
                "[Notes]\nServerName=mx1/Acme\nSMTPDenyMailToGroups=yes ①\nSMTPErrorLimit=many ②\nSMTPRelayHostsandDomains=*.example.com ③\n",
            ),
        ],
        "
        mx1/Acme configuration.recipients.deny_groups ? …neither 0 nor 1…
        mx1/Acme configuration.connections.error_limit ? …not a number @② hides ④
        mx1/Acme relay_precedence ? …neither 0 nor 1… @③
        ",
    );
}

#[test]
fn a_file_without_server_name_is_that_of_the_only_server() {
    check(&[("acme.toml", SERVER), ("notes.ini", "[Notes]\nSMTPDebug=3 ①\n")], "mx1/Acme ini.SMTPDebug = 3 @①");
}

#[test]
fn a_file_without_server_name_is_nobodys_among_several() {
    let two = SERVER.to_owned() + "[[server]]\nname = \"mx2/Acme\"\n";
    check(
        &[("acme.toml", &two), ("notes.ini", "[Notes] ①\nSMTPDebug=3\n")],
        "
        mx1/Acme ini.SMTPDebug ? …no notes.ini of mx1/Acme is in the input @-
        problem warning notes-ini-of-nobody @①
        ",
    );
}

#[test]
fn the_file_of_another_server_is_not_used() {
    check(
        &[("acme.toml", SERVER), ("notes.ini", "[Notes]\nServerName=mx2/Acme ①\nSMTPDebug=3\n")],
        "
        mx1/Acme ini.SMTPDebug ? …no notes.ini of mx1/Acme is in the input @-
        problem warning notes-ini-of-nobody @①
        ",
    );
}

#[test]
fn two_copies_are_known_in_what_they_agree_on() {
    check(
        &[
            ("acme.toml", SERVER),
            ("old.ini", "[Notes] ①\nServerName=mx1/Acme\nSMTPDebug=3 ②\nSMTPErrorLimit=9 ③\nOnlyOld=1 ④\n"),
            ("new.ini", "[Notes] ⑤\nServerName=CN=mx1/O=Acme\nSMTPDebug=3 ⑥\nSMTPErrorLimit=10 ⑦\n"),
        ],
        "
        mx1/Acme ini.SMTPDebug = 3 @②
        mx1/Acme ini.SMTPErrorLimit ? …two copies of notes.ini differ… @③…
        mx1/Acme ini.OnlyOld ? …two copies of notes.ini differ… @④
        mx1/Acme ini.Neither nothing
        problem warning duplicate-document @⑤
        ",
    );
}

#[test]
fn a_copy_that_sets_a_parameter_twice_agrees_with_none_that_does_not_set_it() {
    let twice = ("twice.ini", "[Notes]\nServerName=mx1/Acme\nSMTPErrorLimit=9\nSMTPErrorLimit=10\n");
    let without = ("without.ini", "[Notes]\nServerName=mx1/Acme\nSMTPDebug=0\n");
    for copies in [[twice, without], [without, twice]] {
        let place = copies[1].0;
        check(
            &[("acme.toml", SERVER), copies[0], copies[1]],
            &format!("mx1/Acme ini.SMTPErrorLimit ? …\nproblem warning duplicate-document @{place}:1"),
        );
    }
}

const SETUP: &str = r#"{
"serverSetup": {
  "server": { "type": "first", "name": "mx1", "domainName": "Acme" },
  "org": { "orgName": "Acme" },
  "notesINI": { "SMTPDebug": "3", ①
    "SMTPErrorLimit": "9" } ②
}
}"#;

#[test]
fn what_setup_writes_is_known_and_the_rest_is_not() {
    check(
        &[("setup.json", SETUP)],
        "
        mx1/Acme ini.SMTPDebug = 3 @①
        mx1/Acme ini.SMTPDebugIO ? …not in the input…
        ",
    );
}

#[test]
fn a_whole_copy_beats_what_setup_wrote() {
    let files = [("setup.json", SETUP), ("notes.ini", "[Notes]\nServerName=CN=mx1/O=Acme\nSMTPErrorLimit=10 ③\n")];
    let table = "
        mx1/Acme ini.SMTPErrorLimit = 10 @③
        mx1/Acme ini.SMTPDebug nothing
        mx1/Acme ini.SMTPDebugIO nothing
        ";
    check(&files, table);
    check(&[files[1], files[0]], table);
}

#[test]
fn an_answer_of_the_console_shows_only_a_part() {
    check(
        &[
            ("acme.toml", SERVER),
            ("console.txt", "[1664:0002-15FC] ServerName=CN=mx1/O=Acme\n[1664:0002-15FC] SMTPDebug=3 ①\n"),
        ],
        "
        mx1/Acme ini.SMTPDebug = 3 @①
        mx1/Acme ini.SMTPErrorLimit ? …not in the input…
        ",
    );
}

#[test]
fn relay_precedence_is_that_of_the_release() {
    for release in ["5.0.12", "Release 5.0.12"] {
        let old = format!("{SERVER}release = \"{release}\" ①\n");
        check(
            &[("acme.toml", &old), ("notes.ini", "[Notes]\nServerName=mx1/Acme\nSMTPRelayHostsandDomains=0\n")],
            "mx1/Acme relay_precedence = deny_wins @①",
        );
    }
    for release in ["6.5", "12.0.2", "Release 14.5", "50.0"] {
        let new = format!("{SERVER}release = \"{release}\"\n");
        check(&[("acme.toml", &new)], "mx1/Acme relay_precedence default allow_wins");
    }
}
