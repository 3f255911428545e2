//! `maillint init`.

use std::fs;

use crate::finding_it::BAD;
use crate::folder::{CLEAN, FINDINGS, Folder, USAGE};

#[test]
fn a_file_is_written_that_checks_what_is_there() {
    let folder = Folder::new("init")
        .with("live/mx.toml", BAD)
        .with("live/deep/notes.ini", "[Notes]\nServerName=mx1/Acme\n")
        .with("test \"2\"/mx.toml", BAD)
        .with("other.toml", "[tool]\nx = 1\n")
        .with("docs/readme.txt", "nothing");
    folder.run(&["init"]).says(CLEAN, &["maillint.toml: 2 environments"]);
    let run = folder.check(&[]);
    run.says(FINDINGS, &["environment live", "environment test \"2\"", "failed"]);
    // Every line that is commented out is right as well.
    let text = fs::read_to_string(folder.0.join("maillint.toml")).expect("read");
    let settings = [
        "profile",
        "rule_paths",
        "[",
        "debug-left-on",
        "syntax",
        "recipients",
        "files",
        "rule ",
        "document",
        "field",
        "reason",
        "expires",
        "owner",
    ];
    let all: Vec<String> = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if settings.iter().any(|start| rest.starts_with(start))
                    && (rest.contains('=') || rest.starts_with('[')) =>
            {
                rest.to_owned()
            }
            _ => line.to_owned(),
        })
        .collect();
    fs::create_dir_all(folder.0.join("rules")).expect("made");
    fs::write(folder.0.join("rules/mx-named-mx1.toml"), include_str!("mx-named-mx1.toml")).expect("written");
    fs::write(folder.0.join("maillint.toml"), all.join("\n")).expect("written");
    folder.check(&["--format", "concise"]).says(FINDINGS, &["suppression-unused"]);
    assert!(folder.0.join("maillint.sarif").exists());
}

#[test]
fn nothing_is_written_over() {
    let folder = Folder::new("init-again").with("maillint.toml", "fail_on = 'never'\n").with("mx.toml", BAD);
    folder.run(&["init"]).says(USAGE, &["`./maillint.toml` is there already", "--print"]);
    let printed = folder.run(&["init", "--print"]);
    assert!(printed.out.contains("inputs = [\"mx.toml\"]") && printed.out.starts_with("#:schema "), "{}", printed.out);
    assert_eq!(fs::read_to_string(folder.0.join("maillint.toml")).expect("read"), "fail_on = 'never'\n");
    folder.run(&["init", "missing"]).says(USAGE, &["`missing` is no folder"]);
}

#[test]
fn an_empty_folder_gets_a_file_to_fill_in() {
    let folder = Folder::new("init-empty");
    folder.run(&["init"]).says(CLEAN, &["no exports found; name them in it"]);
    assert!(fs::read_to_string(folder.0.join("maillint.toml")).expect("read").contains("# [[environment]]"));
}
