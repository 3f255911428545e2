//! Rule files that are broken.

use std::fmt::Write as _;
use std::fs;

use crate::inputs::SERVER;
use crate::running::{CLEAN, Folder, USAGE, marked, position_in};

const RULE: &str = r#"summary = "the port is not 25"
severity = "warning"
confidence = "sure"
subject = "server"
violation = "server.smtp_inbound.port != 25"
message = "the port is {server.smtp_inbound.port}"
help = "Set it to 25."
fix = "Server document > Ports"
why = "Others deliver to 25."
references = ["none"]
since = "0.1.0"

[[bad]]
name = "another port"
input = '''
[[server]]
name = "mx1/Acme"
smtp_inbound.port = 26
'''
finds = [{ document = "mx1/Acme", field = "smtp_inbound.port" }]

[[good]]
name = "25"
input = '''
[[server]]
name = "mx1/Acme"
smtp_inbound.port = 25
'''
"#;

#[test]
fn broken_rule_files_are_underlined_where_they_are_broken() {
    let cases: [(&str, &str, &str, &[&str]); 13] = [
        (
            "a type error",
            "server.smtp_inbound.port != 25\"",
            "«server.smtp_inbound.port != 'a'»\"",
            &["rule-type", "`violation`", "number", "text"],
        ),
        ("an unknown field", "inbound.port != 25", "inbound.«prot» != 25", &["rule-type", "did you mean `port`"]),
        (
            "an unknown field in a text",
            "{server.smtp_inbound.port}",
            "{server.smtp_inbound.«prt»}",
            &["rule-type", "`message`", "did you mean `port`"],
        ),
        (
            "a condition that is a number",
            "\"server.smtp_inbound.port != 25\"",
            "«\"server.smtp_inbound.port\"»",
            &["rule-type", "true or false"],
        ),
        ("a condition that ends too early", "port != 25\"", "port !=\"", &["`violation`"]),
        ("an unknown function", "server.smtp_inbound.port != 25", "«blnk»(server.hostname)", &["did you mean `blank`"]),
        ("an unknown name", "severity =", "«serverity» =", &["rule-invalid", "did you mean `severity`"]),
        ("an unknown severity", "\"warning\"", "«\"warn\"»", &["rule-invalid", "`warn`", "warning"]),
        (
            "an error that is uncertain",
            "\"warning\"\nconfidence = \"sure\"",
            "«\"error\"»\nconfidence = \"uncertain\"",
            &["rule-invalid", "do not go together"],
        ),
        (
            "an unknown subject",
            "\"server\"\nviolation",
            "«\"sever\"»\nviolation",
            &["rule-invalid", "did you mean `server`"],
        ),
        ("no violation", "violation = \"server.smtp_inbound.port != 25\"\n", "", &["`violation`", "missing"]),
        ("no TOML", "help = \"Set it to 25.\"", "help «Set» it to 25", &["toml-syntax", "not valid TOML"]),
        (
            "a name twice",
            "help = \"Set it to 25.\"",
            "help = \"Set it to 25.\"\n«help» = \"x\"",
            &["duplicate-key", "duplicate"],
        ),
    ];
    let folder = Folder::new("rules").with("env.toml", SERVER).with("rules/port.toml", RULE);
    assert_eq!(folder.check(&["--rules", "rules", "env.toml"]).code, CLEAN);
    let mut failures = String::new();
    for (name, from, to, words) in cases {
        assert_eq!(RULE.matches(from).count(), 1, "{name}");
        let (text, ranges) = marked(&RULE.replace(from, to));
        fs::write(folder.0.join("rules/port.toml"), &text).expect("written");
        for arguments in [
            &["check", "--rules", "rules", "env.toml"][..],
            &["check", "--format", "json", "--rules", "rules/port.toml", "env.toml"],
            &["test", "rules"],
        ] {
            let run = folder.run(arguments);
            let prose = run.prose();
            let mut wrong = Vec::new();
            // A broken rule does not keep the others from being checked.
            let checked = arguments.first() == Some(&"check");
            let whole = if checked {
                run.out.contains("no findings") || run.out.contains("\"findings\": []")
            } else {
                run.out.is_empty()
            };
            if run.code != USAGE || !whole {
                wrong.push(format!("exit {}, standard output `{}`", run.code, run.out));
            }
            wrong.extend(
                words
                    .iter()
                    .filter(|word| !prose.contains(&word.to_lowercase()))
                    .map(|word| format!("`{word}` is not in\n{}", run.err)),
            );
            if let Some(range) = ranges.first() {
                let position = position_in(&text, range.start);
                let heading = format!("[rules/port.toml:{}]", position.rsplit_once(':').expect("an offset").0);
                if !run.err.contains(&heading) {
                    wrong.push(format!("`{heading}` is not in\n{}", run.err));
                }
            } else if !run.err.contains("[rules/port.toml:") {
                wrong.push(format!("no place is named in\n{}", run.err));
            }
            for wrong in wrong {
                let _ = writeln!(failures, "{name}, {arguments:?}: {wrong}");
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
