//! Paths that lead to nothing, broken files beside good ones, standard input, and readers who go away.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::common::{list, problems};
use crate::inputs::{BARE_RULE, SERVER, bare};
use crate::large::many_findings;
use crate::running::{CLEAN, FINDINGS, Folder, INPUT, findings};

#[test]
fn paths_that_lead_to_nothing() {
    let folder =
        Folder::new("paths").with("good.toml", SERVER).with("empty/notes.md", "x").with("empty/.hidden.toml", SERVER);
    folder.check(&["missing.toml"]).says(INPUT, &["error[input-unreadable]", "missing.toml", "no such file"]);
    folder.check(&["empty"]).says(INPUT, &["error[nothing-to-check]", "nothing to check in `empty`", ".toml", ".ini"]);
    let report = folder.json(&["missing.toml", "good.toml"]);
    assert_eq!(problems(&report), ["error input-unreadable"]);
    assert_eq!(
        (&list(&report, "problems")[0]["path"], &report["summary"]["servers"]),
        (&"missing.toml".into(), &1.into())
    );
    assert_eq!(folder.check(&["missing.toml", "good.toml"]).code, INPUT);
    assert_eq!(folder.check(&["good.toml", "empty"]).code, INPUT);
    assert_eq!(folder.check(&["good.toml"]).code, CLEAN);
    folder.run(&["effective", "missing.toml"]).says(INPUT, &["missing.toml", "no such file"]);
}

#[test]
fn when_nothing_could_be_read_nobody_is_told_that_nothing_was_found() {
    let folder = Folder::new("nothing_read").with("cut.json", "{ \"server\": [");
    for file in ["cut.json", "missing.json"] {
        let report = folder.json(&[file]);
        let open = list(&report, "not_evaluated").len();
        let human = folder.check(&[file]);
        human.says(INPUT, &["error["]);
        let misleading = human.prose().contains("nothing found");
        assert_eq!((open, misleading), (0, false), "{file}: no rule has anything to say about nothing\n{}", human.out);
    }
}

#[test]
#[cfg(unix)]
fn a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("permission").with("locked.toml", SERVER);
    let path = folder.0.join("locked.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions can be set");
    if fs::read(&path).is_ok() {
        println!("skipped: this user reads every file");
        return;
    }
    folder.check(&["locked.toml"]).says(INPUT, &["error[input-unreadable]", "locked.toml", "permission denied"]);
}

#[test]
fn the_same_file_twice_is_one_file() {
    let folder = Folder::new("same").with("sub/env.toml", bare().0);
    let once = folder.json(&["sub"]);
    for paths in [&["sub", "sub/env.toml"][..], &["sub/env.toml", "./sub/env.toml"], &["sub", "sub"]] {
        let report = folder.json(paths);
        assert_eq!(problems(&report), Vec::<String>::new(), "{paths:?}");
        assert_eq!(report["summary"]["servers"], once["summary"]["servers"], "{paths:?}");
        assert_eq!(findings(&report, BARE_RULE).len(), 1, "{paths:?}");
    }
}

#[test]
fn a_path_with_blanks_and_umlauts() {
    let name = "Öffentliche Server/mail konfig – ü.toml";
    let folder = Folder::new("umlauts").with(name, bare().0);
    for path in [name, "Öffentliche Server"] {
        let report = folder.json(&[path]);
        assert_eq!(findings(&report, BARE_RULE)[0]["primary"]["path"], name);
        let human = folder.check(&[path]);
        human.says(FINDINGS, &[BARE_RULE]);
        assert!(human.out.contains(&format!("[{name}:6:22]")), "{}", human.out);
    }
    assert_eq!(folder.run(&["effective", name, "--server", "mx1/Acme"]).code, CLEAN);
}

/// Three inputs that were meant and are broken.
const BROKEN: [(&str, &str); 3] = [
    ("env/b_cut.json", "{ \"serverSetup\": { \"server\": { \"name\": \"mx3\""),
    ("env/c_open.toml", "[[server]]\nname = \n"),
    ("env/d_map.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: |\n    { \"serverSetup\": { \"a\" 1 } }\n"),
];

fn folder_with_broken_files(name: &str) -> Folder {
    BROKEN.iter().fold(Folder::new(name), |folder, (file, text)| folder.with(file, text))
}

#[test]
fn a_good_file_beside_broken_ones_is_checked() {
    let folder = folder_with_broken_files("beside").with("env/good.toml", bare().0);
    let report = folder.json(&["env"]);
    assert_eq!(problems(&report), ["error json-syntax", "error toml-syntax", "error json-syntax"]);
    let paths: Vec<&str> = list(&report, "problems").iter().filter_map(|problem| problem["path"].as_str()).collect();
    assert_eq!(paths, BROKEN.map(|(file, _)| file));
    assert_eq!(findings(&report, BARE_RULE)[0]["primary"]["path"], "env/good.toml");
    let human = folder.check(&["env"]);
    human.says(INPUT, &[BARE_RULE, "env/good.toml:6:22", "env/b_cut.json:1", "env/c_open.toml:2", "env/d_map.yaml:5"]);
    let shown = folder.run(&["effective", "env"]);
    shown.says(INPUT, &["mx1/Acme", "env/b_cut.json:1", "env/c_open.toml:2", "env/d_map.yaml:5"]);
    assert!(shown.out.contains("mx1/Acme"), "{}", shown.out);
}

#[test]
fn standard_input_is_an_input_like_any_other() {
    let folder = folder_with_broken_files("stdin").with("good.toml", bare().0);
    let run = folder.run_with(&["check", "env", "-", "--stdin-filename", "from pipe.toml"], bare().0.as_bytes());
    run.says(INPUT, &[BARE_RULE, "[from pipe.toml:6:22]", "env/b_cut.json:1", "env/c_open.toml:2", "env/d_map.yaml:5"]);
    for (file, broken) in BROKEN {
        let run = folder.run_with(&["check", "good.toml", "-", "--stdin-filename", file], broken.as_bytes());
        run.says(INPUT, &[BARE_RULE, "[good.toml:6:22]", &format!("[{file}:")]);
        let run = folder.run_with(&["check", "--format", "json", "good.toml", "-"], broken.as_bytes());
        let report = run.json();
        assert_eq!((run.code, problems(&report).len(), findings(&report, BARE_RULE).len()), (INPUT, 1, 1), "{file}");
        assert_eq!(list(&report, "problems")[0]["path"], "standard input");
    }
    folder.run_with(&["check", "-"], b"").says(INPUT, &["error[input-empty]", "standard input", "empty"]);
    let run = folder.run_with(&["effective", "-"], bare().0.as_bytes());
    run.says(CLEAN, &["mx1/Acme", "192.0.2.7"]);
}

#[test]
fn a_reader_who_goes_away_gets_no_complaint() {
    let folder = Folder::new("pipe").with("many.json", many_findings(2_000, 0));
    for arguments in
        [&["check", "many.json"][..], &["check", "--format", "json", "many.json"], &["rules", "--format", "json"]]
    {
        let mut child =
            folder.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        let mut line = String::new();
        let mut reader = BufReader::with_capacity(64, child.stdout.take().expect("a pipe"));
        reader.read_line(&mut line).expect("a line");
        drop(reader);
        let mut complaint = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut complaint).expect("standard error");
        let code = child.wait().expect("ends").code();
        assert!(!line.is_empty() && complaint.is_empty(), "{arguments:?}: {complaint}");
        // `check … | head -1` under `set -o pipefail` must not pass for clean.
        let expected = if arguments[0] == "check" { FINDINGS } else { CLEAN };
        assert_eq!(code, Some(expected), "{arguments:?}");
    }
}
