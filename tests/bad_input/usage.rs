//! Command lines that are wrong.

use std::fmt::Write as _;

use crate::inputs::{SERVER, setup, setup_items};
use crate::running::{FINDINGS, Folder, INPUT, USAGE};

#[test]
fn wrong_usage_ends_with_2_and_says_what_to_write() {
    let folder =
        Folder::new("usage").with("env.toml", SERVER).with("norules/readme.md", "x").with("setup.json", setup(""));
    let cases: [(&[&str], &[&str]); 13] = [
        (&["check", "--var", "MAIL_HOST", "setup.json"], &["--var MAIL_HOST", "--var NAME=value"]),
        (&["effective", "--var", "MAIL_HOST", "setup.json"], &["--var MAIL_HOST", "--var NAME=value"]),
        (&["check", "--input-format", "tolm", "env.toml"], &["`tolm`", "did you mean `toml`"]),
        (&["check", "--input-format", "nsf", "env.toml"], &["`nsf`", "one-touch-setup", "notes-ini"]),
        (&["check", "--rules", "norules", "env.toml"], &["no rule files in `norules`"]),
        (&["check", "--rules", "missing.toml", "env.toml"], &["missing.toml", "no such file"]),
        (&["explain", "open-rely"], &["`open-rely`", "did you mean `open-relay`"]),
        (&["explain", "zzzzzz"], &["`zzzzzz`", "maillint rules"]),
        (&["schema", "servr"], &["`servr`", "did you mean `server`"]),
        (&["schema", "zzzzzz"], &["`zzzzzz`", "global_domain", "report"]),
        (&["chekc", "env.toml"], &["chekc", "check"]),
        (&["effective", "env.toml", "--server", "mx2/Acme"], &["`mx2/Acme`", "did you mean `mx1/Acme`"]),
        (&["effective", "env.toml", "smtp_inbound.prot"], &["`smtp_inbound.prot`", "did you mean `smtp_inbound.port`"]),
    ];
    let mut failures = String::new();
    for (arguments, words) in cases {
        let run = folder.run(arguments);
        let prose = run.prose();
        // What a rule file that is not there does not concern is checked all the same.
        let checked = arguments.contains(&"--rules") && run.out.contains("rules ran");
        if run.code != USAGE || (!run.out.is_empty() && !checked) {
            let _ = writeln!(failures, "{arguments:?}: exit {}, standard output `{}`", run.code, run.out);
        }
        for word in words.iter().filter(|word| !prose.contains(&word.to_lowercase())) {
            let _ = writeln!(failures, "{arguments:?}: `{word}` is not in\n{}", run.err);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn a_missing_env_file_is_an_input_that_could_not_be_read() {
    let folder = Folder::new("env_file")
        .with("setup.json", setup_items(r#""Router_PortStatus": "9""#))
        .with("bad.env", "MAIL_HOST\nA=1\n");
    let run = folder.check(&["--env-file", "missing.env", "setup.json"]);
    run.says(INPUT, &["error[input-unreadable]", "missing.env", "no such file", "warning[unknown-code]"]);
    folder
        .check(&["--env-file", "bad.env", "setup.json"])
        .says(FINDINGS, &["warning[env-file-line]", "bad.env:1:1", "without `=`"]);
}
