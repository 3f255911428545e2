//! Characters that steer a terminal: shown to people, never sent as they are.

use std::fmt::Write as _;

use crate::inputs::{bare, setup_items};
use crate::running::{Folder, Run};

/// Characters that move a cursor, turn text round or hide it.
const NASTY: [char; 10] =
    ['\u{1b}', '\u{7}', '\r', '\u{8}', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}'];

/// The characters of an output that must not be sent to a terminal as they are.
fn raw_characters(text: &str) -> String {
    let bad =
        |character: &char| NASTY.contains(character) || character.is_control() && !matches!(character, '\n' | '\t');
    let mut raw: Vec<char> = text.chars().filter(bad).collect();
    raw.sort_unstable();
    raw.dedup();
    raw.into_iter().map(|character| format!(" U+{:04X}", u32::from(character))).collect::<Vec<_>>().concat()
}

#[track_caller]
pub(crate) fn assert_harmless(text: &str, what: &str) {
    assert_eq!(raw_characters(text), "", "{what}\n{text:?}");
}

/// What is wrong with the output of a run on input that tries to forge some.
fn forgery(run: &Run, what: &str) -> String {
    let mut wrong = String::new();
    for (stream, text) in [("output", &run.out), ("error", &run.err)] {
        let raw = raw_characters(text);
        if !raw.is_empty() {
            let _ = writeln!(wrong, "{what}: raw{raw} in standard {stream}");
        }
        if text.contains("\n  \u{d7} forged") {
            let _ = writeln!(wrong, "{what}: a line is forged in standard {stream}");
        }
    }
    wrong
}

#[test]
fn control_characters_are_shown_and_not_sent() {
    let nasty: String = NASTY.iter().collect::<String>() + "\n\n  \u{d7} forged finding";
    let escaped = serde_json::to_string(&nasty).expect("a text").trim_matches('"').to_owned();
    let native = format!(
        "{{ \"server\": [ {{ \"name\": \"mx1{escaped}/Acme\", \"hostname\": \"h{escaped}\", \"title\": \"t{escaped}\", \"hostnam{escaped}\": 1 }} ],\n  \"configuration\": [ {{ \"applies_to\": \"*\", \"connections\": {{ \"allow\": [\"10.0.0.1{escaped}\", \"[10.0.0.9-1{escaped}]\"] }} }} ],\n  \"ser{escaped}ver\": [] }}"
    );
    let one_touch = setup_items(&format!(
        "\"Router_PortStatus\": \"9{escaped}\", \"a {escaped} \": 1, \"SMTPFullHostDomain\": \"{{{{ X{escaped} }}}}\", \"TRANSLOG{escaped}\": 1, \"TRANSLOG{escaped}\": 2"
    ));
    let ini_text = nasty.replace(['\n', '\r'], "");
    let ini = format!(
        "[Notes]\nKitType=2\nServerName=CN=mx1{ini_text}/O=Acme\nSMTPDebug=1{ini_text}\nno equals {ini_text}\n;c{ini_text}=1\nSMTPDebug=2{ini_text}\n"
    );
    let toml = format!("[[server]]\nname = \"x{ini_text}\"\n");
    let folder = Folder::new("nasty")
        .with("native.json", native)
        .with("setup.json", one_touch)
        .with("notes.ini", ini)
        .with("broken.toml", toml);
    let mut failures = String::new();
    for file in ["native.json", "setup.json", "notes.ini", "broken.toml"] {
        for arguments in [
            &["check", "-v", file][..],
            &["check", "--format", "json", file],
            &["effective", file],
            &["effective", "--format", "json", file],
            &["effective", file, "--server", "nobody/at/all"],
        ] {
            failures += &forgery(&folder.run(arguments), &format!("{arguments:?}"));
        }
        if !folder.check(&["-v", file]).out.contains('␛') {
            let _ = writeln!(failures, "{file}: the character is not shown");
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    // Programs get the value itself.
    let report = folder.json(&["native.json"]);
    let text = format!("{report}");
    assert!(text.contains("\\u001b") && text.contains('\u{202e}'), "{text}");
}

#[test]
#[cfg(unix)]
fn a_file_name_cannot_forge_output() {
    let name = "a\u{1b}[2K\u{202e}\n  \u{d7} forged.toml";
    let folder = Folder::new("forged").with(&format!("env/{name}"), bare().0);
    let mut failures = String::new();
    for arguments in [
        &["check", "env"][..],
        &["check", "env", "nowhere\u{1b}[2K"],
        &["check", "nowhere\u{1b}[2K"],
        &["effective", "env"],
        &["check", "--format", "json", "env"],
        &["check", "--rules", "env", "env"],
    ] {
        failures += &forgery(&folder.run(arguments), &format!("{arguments:?}"));
    }
    let run = folder.run_with(&["check", "-", "--stdin-filename", name], b"");
    failures += &forgery(&run, "--stdin-filename");
    assert!(failures.is_empty(), "\n{failures}");
}
