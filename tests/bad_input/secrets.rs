//! Passwords: whatever is broken near them, they appear nowhere.

use std::fmt::Write as _;
use std::fs;

use crate::inputs::{SERVER, config_map, setup_items};
use crate::running::Folder;

const SECRET: &str = "hunter2";

/// Files with a password, each with something to underline nearby.
fn files_with_secrets() -> Vec<(&'static str, &'static str, String)> {
    let mut files = Vec::new();
    // One-touch setup, well-formed. `AT` is the spot of the password.
    let whole = setup_items(r#""Router_PortStatus": "9""#);
    let org = "\"orgName\": \"Acme\" }";
    let with = |member: &str| whole.replace(org, &format!("\"orgName\": \"Acme\",\n{member} }}"));
    files.push(("setup, next line", "a.json", with("\"certifierPassword\": \"hunter2\",\n\"orgNam\": 1")));
    files.push(("setup, line before", "a.json", with("\"orgNam\": 1,\n\"certifierPassword\": \"hunter2\"")));
    files.push(("setup, same line", "a.json", with("\"orgNam\": 1, \"certifierPassword\": \"hunter2\"")));
    files.push(("setup, on the password", "a.json", with("\"certifierPassword\": \"hunter2{{ REST }}\"")));
    files.push((
        "setup, a password twice",
        "a.json",
        with("\"certifierPassword\": \"hunter2\", \"certifierPassword\": \"hunter2b\""),
    ));
    files.push((
        "setup, the value on the next line",
        "a.json",
        with("\"certifierPassword\":\n\n\"hunter2\", \"orgNam\": 1"),
    ));
    files.push((
        "setup, with an escaped quote",
        "a.json",
        with("\"certifierPassword\": \"x\\\"hunter2\", \"orgNam\": 1"),
    ));
    files.push(("setup, an escaped name", "a.json", with("\"certifierPassw\\u006frd\": \"hunter2\", \"orgNam\": 1")));
    files.push((
        "setup, a password as a list",
        "a.json",
        with("\"certifierPassword\": [ \"hunter2\" ], \"orgNam\": 1"),
    ));
    files.push((
        "setup, all on one line",
        "a.json",
        with("\"certifierPassword\": \"hunter2\", \"orgNam\": 1").replace('\n', " "),
    ));
    for (name, item) in [
        ("setup, an item", "\"HTTPPassword\": \"hunter2\", \"SMTP_Portt\": 1"),
        ("setup, a typed item", "\"HTTPPassword\": { \"type\": \"text\", \"value\": \"hunter2\" }, \"SMTP_Portt\": 1"),
        (
            "setup, a typed item over lines",
            "\"HTTPPassword\": {\n\"type\": \"text\",\n\"value\": \"hunter2\" },\n\"SMTP_Portt\": 1",
        ),
    ] {
        files.push((name, "a.json", setup_items(&format!("{item}, \"Router_PortStatus\": \"9\""))));
    }
    files.push((
        "setup, notesINI",
        "a.json",
        whole.replace("\"org\":", "\"notesINI\": { \"LDAP_Password\": \"hunter2\", \"SMTPDebug\": \"1\" },\n\"org\":"),
    ));
    files.push((
        "setup, users",
        "a.json",
        whole.replace(
            "\"org\":",
            "\"registerUsers\": { \"users\": [ { \"lastName\": \"Doe\", \"passwort\": 1,\n\"password\": \"hunter2\", \"shortNam\": 1 } ] },\n\"org\":",
        ),
    ));
    // One-touch setup, broken near the password.
    for (name, member) in [
        ("broken setup, a comma is missing behind it", "\"certifierPassword\": \"hunter2\"\n\"x\": 1"),
        ("broken setup, a comma is missing before it", "\"x\": 1\n\"certifierPassword\": \"hunter2\""),
        ("broken setup, a colon is missing", "\"certifierPassword\" \"hunter2\""),
        ("broken setup, an equals sign", "\"certifierPassword\" = \"hunter2\""),
        ("broken setup, not quoted", "\"certifierPassword\": hunter2, \"x\": 1"),
        ("broken setup, not closed", "\"certifierPassword\": \"hunter2,\n\"x\": 1"),
        ("broken setup, not opened", "\"certifierPassword\": hunter2\",\n\"x\": 1"),
        ("broken setup, single quotes", "'certifierPassword': 'hunter2',\n\"x\": 1"),
        ("broken setup, typographic quotes", "“certifierPassword”: “hunter2”,\n\"x\": 1"),
        ("broken setup, typographic quotes around the value", "\"certifierPassword\": “hunter2”,\n\"x\": 1"),
        ("broken setup, a comment", "\"x\": 1, // certifierPassword: hunter2\n\"y\": 1"),
        ("broken setup, a tab in it", "\"certifierPassword\": \"a\thunter2\""),
        ("broken setup, a line break in it", "\"certifierPassword\": \"a\nhunter2\""),
        ("broken setup, a comma too many", "\"certifierPassword\": \"hunter2\","),
    ] {
        files.push((name, "a.json", with(member)));
    }
    files.push(("a ConfigMap", "a.yaml", config_map("|", &with("\"certifierPassword\": \"hunter2\", \"orgNam\": 1"))));
    files.push((
        "a broken ConfigMap",
        "a.yaml",
        config_map("|", &with("\"certifierPassword\": \"hunter2\" \"orgNam\": 1")),
    ));
    files.push((
        "a broken YAML",
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nstringData:\n  password: hunter2\n  a: [1,\nb: 2\n".to_owned(),
    ));
    // The native description.
    for (name, lines) in [
        ("TOML, the name is unknown", "password = \"hunter2\"\n"),
        ("TOML, same line", "smtp_inbound = { prot = 1, password = \"hunter2\" }\n"),
        ("TOML, next line", "hostnam = 1\nsmtp_password = 'hunter2'\n"),
        ("TOML, three quotes", "hostnam = 1\npassword = \"\"\"\nhunter2\"\"\"\n"),
        ("TOML, three quotes over many lines", "password = '''\na\nb\nc\nhunter2\n'''\nhostnam = 1\n"),
        ("TOML, a list", "password = [\"hunter2\"]\nhostnam = 1\n"),
        ("TOML, a quoted name", "\"relay password\" = \"hunter2\"\nhostnam = 1\n"),
        ("TOML, a dotted name", "password.value = \"hunter2\"\nhostnam = 1\n"),
        ("TOML, a table", "[server.password]\nvalue = \"hunter2\"\n"),
        ("broken TOML, not quoted", "password = hunter2\n"),
        ("broken TOML, not closed", "password = \"hunter2\nhostname = 1\n"),
        ("broken TOML, no equals sign", "password \"hunter2\"\n"),
        ("broken TOML, a colon", "password: \"hunter2\"\n"),
        ("broken TOML, twice", "password = \"a\"\npassword = \"hunter2\"\n"),
    ] {
        files.push((name, "a.toml", format!("{SERVER}{lines}")));
    }
    // notes.ini.
    let ini = |lines: &str| format!("[Notes]\nKitType=2\nServerName=CN=mx1/O=Acme\n{lines}\nLast=1\n");
    for (name, lines) in [
        ("notes.ini, next line", "SMTPDebug=1\nLDAPPassword=hunter2"),
        ("notes.ini, line before", "LDAPPassword=hunter2\nSMTPDebug=1"),
        ("notes.ini, a blank", "LDAPPassword = hunter2"),
        ("notes.ini, too long", "LDAPPassword=hunter2LONG"),
        ("notes.ini, twice", "LDAPPassword=a\nLDAPPassword=hunter2\nSMTPDebug=1\nSMTPDebug=2"),
        ("notes.ini, a semicolon", ";LDAPPassword=hunter2"),
        ("notes.ini, no equals sign", "LDAPPassword hunter2"),
        ("notes.ini, no name", "=1 LDAPPassword=hunter2"),
    ] {
        files.push((name, "notes.ini", ini(lines).replace("LONG", &"x".repeat(300))));
    }
    files
}

#[test]
fn passwords_appear_nowhere() {
    let folder = Folder::new("secrets");
    let mut failures = String::new();
    for (name, file, text) in files_with_secrets() {
        assert!(text.contains(SECRET), "{name}");
        fs::write(folder.0.join(file), &text).expect("written");
        for arguments in [
            &["check", "-v", file][..],
            &["check", "-v", "--format", "json", file],
            &["effective", file],
            &["effective", "--format", "json", file],
            &["effective", file, "notes_ini"],
            &["exposure", file],
            &["simulate", file, "--from", "192.0.2.1", "--mail-from", "a@b.example", "--rcpt", "c@d.example"],
        ] {
            let run = folder.run(arguments);
            for (stream, shown) in [("output", &run.out), ("error", &run.err)] {
                let lines: Vec<&str> = shown.lines().filter(|line| line.contains(SECRET)).collect();
                if !lines.is_empty() {
                    let _ = writeln!(failures, "{name}: {arguments:?}, standard {stream}:\n{}", lines.join("\n"));
                }
            }
        }
        let shown = folder.check(&[file]);
        if !shown.out.contains(&format!("[{file}:")) {
            let _ = writeln!(failures, "{name}: nothing is underlined, so nothing is tried\n{}", shown.out);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn passwords_from_outside_appear_nowhere() {
    let text = setup_items("\"Router_PortStatus\": \"9\"").replace(
        "\"orgName\": \"Acme\"",
        "\"orgName\": \"Acme\", \"certifierPassword\": \"{{ CERT_PASSWORD }}\", \"orgNam\": 1",
    );
    let folder = Folder::new("secrets_outside")
        .with("setup.json", text)
        .with("quoted.env", "CERT_PASSWORD=\"hunter2\"\n")
        .with("broken.env", "CERT_PASSWORD: hunter2\nA\n")
        .with("plain.env", "CERT_PASSWORD=hunter2\nA\n");
    let values = [
        ["--var", "CERT_PASSWORD=hunter2"],
        ["--var", "CERT_PASSWORD:hunter2"],
        ["--env-file", "quoted.env"],
        ["--env-file", "plain.env"],
        ["--env-file", "broken.env"],
    ];
    let mut failures = String::new();
    for value in values {
        for command in [
            &["check", "-v", "setup.json"][..],
            &["check", "--format", "json", "setup.json"],
            &["effective", "setup.json"],
            &["effective", "--format", "json", "setup.json"],
        ] {
            let run = folder.run(&[command, &value].concat());
            if run.out.contains(SECRET) || run.err.contains(SECRET) {
                let _ = writeln!(failures, "{command:?} {value:?}\n{}{}", run.out, run.err);
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// What people see of a secret is the mask.
#[test]
fn a_password_in_an_excerpt_is_masked() {
    let folder = Folder::new("mask")
        .with("a.json", setup_items("\"HTTPPassword\": \"hunter2\",\n\"HTTPPassword\": \"hunter2{{ X }}\""));
    let human = folder.check(&["a.json"]);
    assert!(human.out.contains("\"HTTPPassword\": \"********\""), "{}", human.out);
}

#[test]
fn a_secret_from_outside_is_not_read_wherever_it_is_put() {
    let text = setup_items("\"SMTPFullHostDomain\": \"x\"").replace(
        "\"org\":",
        "\"notesINI\": { \"SMTPDebug\": \"{{ ADMIN_PASSWORD }}\", \"SMTPDebugIO\": \"1\" },\n\"org\":",
    );
    assert!(text.contains("ADMIN_PASSWORD"));
    let folder =
        Folder::new("secrets_put").with("setup.json", text).with("v.env", "ADMIN_PASSWORD=hunter2\nrest of hunter2\n");
    for arguments in [
        &["check", "--verbose", "--env-file", "v.env", "setup.json"][..],
        &["check", "--format", "json", "--var", "ADMIN_PASSWORD=hunter2", "setup.json"],
        &["effective", "--format", "json", "--var", "ADMIN_PASSWORD=hunter2", "setup.json"],
        &["effective", "--env-file", "v.env", "setup.json"],
    ] {
        let run = folder.run(arguments);
        assert!(!run.out.contains(SECRET) && !run.err.contains(SECRET), "{arguments:?}\n{}{}", run.out, run.err);
        assert!(run.out.contains("SMTPDebugIO"), "{arguments:?}\n{}{}", run.out, run.err);
    }
}
