//! `simulate` and `exposure` as people use them: mistakes on the command line and in tables, exit codes, witnesses that hold.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot set up fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

const OPEN: &str = "examples/04-open-relay";

fn maillint(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_maillint"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("COLUMNS", "120")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .expect("maillint runs")
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn scratch(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("simulate");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    path
}

#[test]
fn mistakes_on_the_command_line_are_told() {
    let asked = ["--from", "203.0.113.9", "--mail-from", "a@b.example", "--rcpt", "c@d.example"];
    for (arguments, told) in [
        (&["--server", "hub3/Kestrel"][..], "did you mean"),
        (&[], "there are several servers; choose one with --server: hub1/Kestrel, hub2/Kestrel"),
        (&["--server", "hub1/Kestrel", "--ptr", "no host"], "is no host name"),
        (&["--server", "hub1/Kestrel", "--assume", "nothing"], "invalid value 'nothing'"),
        (&["--server", "hub1/Kestrel", "--port", "70000"], "70000"),
        (&["--server", "hub1/Kestrel", "--expect", "maybe"], "invalid value 'maybe'"),
    ] {
        let (code, _, error) = said(&maillint(&[&["simulate", OPEN], &asked[..], arguments].concat()));
        assert!(code == Some(2) && error.contains(told), "{arguments:?}: {code:?} {error}");
    }
    for (from, sender, recipient, told) in [
        ("not-an-ip", "a@b.example", "c@d.example", "invalid value 'not-an-ip'"),
        ("203.0.113.9", "a@", "c@d.example", "`--mail-from` is no address: `a@` has nothing behind the `@`"),
        ("203.0.113.9", "a@b.example", "", "`--rcpt` is no address: the address is blank"),
        ("203.0.113.9", "a@b.example", "c\u{1b}[31m@d.example", "control character U+001B"),
    ] {
        let arguments =
            ["simulate", OPEN, "--server", "hub1/Kestrel", "--from", from, "--mail-from", sender, "--rcpt", recipient];
        let (code, _, error) = said(&maillint(&arguments));
        assert!(
            code == Some(2) && error.contains(told) && !error.contains('\u{1b}'),
            "{arguments:?}: {code:?} {error}"
        );
    }
    let (code, _, error) = said(&maillint(&["simulate", OPEN]));
    assert!(code == Some(2) && error.contains("--from"), "{error}");
    let (code, _, _) = said(&maillint(&["exposure", "no-such-folder"]));
    assert_eq!(code, Some(3));
    let ini = scratch("notes.ini", "[Notes]\nServerName=mx1/Acme\nPorts=TCPIP\n");
    for command in
        [&["exposure"][..], &["simulate", "--from", "192.0.2.1", "--mail-from", "<>", "--rcpt", "a@b.example"]]
    {
        let (code, _, error) = said(&maillint(&[command, &[ini.to_str().expect("UTF-8")]].concat()));
        assert!(code == Some(3) && error.contains("no Server document"), "{command:?}: {code:?} {error}");
    }
}

#[test]
fn the_exit_code_is_that_of_the_expectation() {
    let asked = ["simulate", OPEN, "--server", "hub1/Kestrel", "--from", "203.0.113.9", "--ptr", "none"];
    let asked = [&asked[..], &["--mail-from", "a@b.example", "--rcpt", "c@d.example"]].concat();
    for (expect, code) in [("rejected", 0), ("accepted", 1), ("refused", 1), ("unknown", 1)] {
        let (found, _, error) = said(&maillint(&[&asked[..], &["--expect", expect]].concat()));
        assert_eq!(found, Some(code), "{expect}: {error}");
    }
    assert_eq!(said(&maillint(&asked)).0, Some(0));
}

#[test]
fn mistakes_in_a_table_are_shown_in_it() {
    let input = "examples/07-mail-policy/larch.toml";
    for (name, text, told) in [
        (
            "key.toml",
            "[[case]]\nfrom = '192.0.2.1'\nmail_from = 'a@b'\nrcpt = 'c@d'\nexpect = 'accepted'\nstag = 'rcpt'\n",
            "did you mean `stage`",
        ),
        (
            "word.toml",
            "[[case]]\nfrom = '192.0.2.1'\nmail_from = 'a@b'\nrcpt = 'c@d'\nexpect = 'taken'\n",
            "word.toml:5:10",
        ),
        (
            "ip.toml",
            "[[case]]\nfrom = '192.0.2.300'\nmail_from = 'a@b'\nrcpt = 'c@d'\nexpect = 'accepted'\n",
            "`192.0.2.300` is no IP address",
        ),
        (
            "address.toml",
            "[[case]]\nfrom = '192.0.2.1'\nmail_from = 'a@b'\nrcpt = 'c d@e'\nexpect = 'accepted'\n",
            "contains a blank",
        ),
        ("syntax.toml", "[[case]\n", "syntax.toml:1"),
        ("empty.toml", "", "empty.toml"),
    ] {
        let path = scratch(name, text);
        let (code, _, error) = said(&maillint(&["simulate", input, "--cases", path.to_str().expect("UTF-8")]));
        assert!(code == Some(2) && error.contains(told), "{name}: {code:?} {error}");
    }
    let (code, _, error) = said(&maillint(&["simulate", input, "--cases", "no-such-file.toml"]));
    assert!(code == Some(2) && error.contains("no-such-file.toml"), "{error}");
}

#[test]
fn a_case_that_ends_otherwise_is_told() {
    let path = scratch(
        "otherwise.toml",
        "[[case]]\nname = 'strangers relay'\nfrom = '203.0.113.9'\nptr = 'none'\nmail_from = 'a@b.example'\nrcpt = 'c@d.example'\nexpect = 'accepted'\n\
         [[case]]\nname = 'nobody here'\nserver = 'gate2/Larch'\nfrom = '203.0.113.9'\nmail_from = 'a@b.example'\nrcpt = 'c@d.example'\nexpect = 'accepted'\n",
    );
    let arguments = ["simulate", "examples/07-mail-policy/larch.toml", "--cases", path.to_str().expect("UTF-8")];
    let (code, out, _) = said(&maillint(&arguments));
    assert_eq!(code, Some(1));
    for part in [
        "FAILED strangers relay: expected accepted, got rejected at rcpt, as a relay (the relay to `d.example` is denied",
        "FAILED nobody here: expected accepted, got nothing (there is no server `gate2/Larch`",
        "0 passed, 2 failed",
    ] {
        assert!(out.contains(part), "{out}");
    }
}

/// `exposure` says how to repeat its witness; `simulate` accepts it.
#[test]
fn a_witness_holds() {
    let (_, out, _) = said(&maillint(&["exposure", "--format", "json", OPEN]));
    let exposed: Json = serde_json::from_str(&out).expect("JSON");
    let servers = exposed["servers"].as_array().expect("servers");
    assert_eq!(servers[0]["open_relay"], Json::from(false));
    assert_eq!(servers[1]["open_relay"], Json::from(true));
    let witness = &servers[1]["witness"];
    let text = |key: &str| witness[key].as_str().expect("a text").to_owned();
    let arguments = [
        "simulate",
        "--format",
        "json",
        OPEN,
        "--server",
        "hub2/Kestrel",
        "--from",
        &text("from"),
        "--ptr",
        &text("ptr"),
        "--mail-from",
        &text("mail_from"),
        "--rcpt",
        &text("rcpt"),
        "--expect",
        "accepted",
    ];
    let (code, out, error) = said(&maillint(&arguments));
    assert_eq!(code, Some(0), "{error}");
    let dialogue: Json = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&dialogue["relay"], &dialogue["grant"]), (&Json::from(true), &Json::from("nothing_denies")));
    assert_eq!(dialogue["decided_by"][0]["field"], Json::from("relay.deny_destinations"));

    let (_, out, _) = said(&maillint(&["check", "--format", "json", OPEN]));
    let report: Json = serde_json::from_str(&out).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let open = findings.iter().find(|finding| finding["rule"] == "open-relay").expect("the finding");
    for key in ["from", "mail_from", "rcpt"] {
        assert_eq!(open["witness"][key], witness[key]);
    }
}

/// What the settings explain of a refused connection, and what they rule out.
#[test]
fn a_refused_connection_is_told_apart() {
    let asked =
        ["--from", "203.0.113.9", "--mail-from", "a@b.example", "--rcpt", "c@d.example", "--observed", "refused"];
    let ask = |path: &str| said(&maillint(&[&["simulate", path], &asked[..]].concat()));
    let (code, out, _) = ask("examples/02-refused");
    for part in [
        "not explained: the listener is on, its port enabled, and no documented setting",
        "Internet Sites are off: no SMTP Inbound site is needed",
        "telnet 127.0.0.1 25",
        "RCPT TO:<",
    ] {
        assert!(code == Some(0) && out.contains(part), "{part}: {out}");
    }
    let off = scratch("off.toml", "[[server]]\nname = 'mx1/Acme'\nsmtp_listener = false\n");
    let (_, out, _) = ask(off.to_str().expect("UTF-8"));
    assert!(out.contains("explained: \"SMTP listener task\" is off") && !out.contains("not explained"), "{out}");
    assert!(out.contains("refused: there is no connection"), "{out}");
}

#[test]
fn source_nat_changes_whom_the_server_sees() {
    let text = "[facts]\ninternet_connections_appear_as = ['10.0.0.1']\n\
        [[global_domain]]\nname = 'A'\nprimary_internet_domain = 'acme.example'\n\
        [[server]]\nname = 'mx1/Acme'\nsmtp_listener = true\nsmtp_inbound = { status = 'enabled', anonymous = true, tls_status = 'disabled' }\n\
        [[configuration]]\napplies_to = '*'\nrelay = { deny_destinations = ['*'], deny_hosts = ['*'] }\n\
        relay_enforcement = { connecting_hosts = 'all', exempt_hosts = ['[10.0.0.1]'] }\n";
    let path = scratch("nat.toml", text);
    let path = path.to_str().expect("UTF-8");
    let asked = ["simulate", path, "--mail-from", "a@b.example", "--rcpt", "c@d.example", "--from"];
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, out, _) = said(&maillint(&[&asked[..], &["203.0.113.9"]].concat()));
    let out = words(&out);
    assert!(out.contains("the server sees that address in place of 203.0.113.9"), "{out}");
    assert!(out.contains("accepted as a relay"), "{out}");
    let (_, out, _) = said(&maillint(&[&asked[..], &["10.0.0.2"]].concat()));
    assert!(out.contains("rejected at RCPT TO"), "{out}");
    let (_, out, _) = said(&maillint(&["exposure", path]));
    let out = words(&out);
    assert!(out.contains("open relay: YES") && out.contains("sees every host of the Internet as 10.0.0.1"), "{out}");
}
