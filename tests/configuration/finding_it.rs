//! Which maillint.toml counts.

use std::fs;

use crate::common::list;
use crate::folder::{CLEAN, FINDINGS, Folder, INPUT, USAGE};

/// A server without a Configuration Settings document: one finding at least.
pub(crate) const BAD: &str = "[[server]]\nname = 'mx1/Acme'\nhostname = 'mx1'\nsmtp_listener = true\n";

fn with_environments(name: &str) -> Folder {
    Folder::new(name)
        .with("maillint.toml", "[[environment]]\nname = 'test'\ninputs = ['test']\n\n[[environment]]\nname = 'live'\ninputs = ['./live/mx.toml']\n")
        .with("test/mx.toml", BAD)
        .with("live/mx.toml", BAD)
        .with(".git/HEAD", "")
}

#[test]
fn it_is_found_upwards_from_the_input() {
    let folder = Folder::new("upwards")
        .with("maillint.toml", "rule_path = []\n")
        .with("a/b/mx.toml", BAD)
        .with("c/.git/HEAD", "")
        .with("c/mx.toml", BAD);
    for path in ["a/b/mx.toml", "a/b", "a"] {
        folder.check(&[path]).says(USAGE, &["maillint.toml:1:1", "`rule_path` is not a known name", "`rule_paths`"]);
    }
    folder.run_with(&["check", "-", "--stdin-filename", "a/b/buffer.toml"], BAD.as_bytes()).says(USAGE, &["rule_path"]);
    assert_eq!(folder.check(&["--no-config", "a"]).code, FINDINGS);
    // A repository is not looked out of.
    assert_eq!(folder.check(&["c"]).code, FINDINGS);
}

#[test]
fn it_can_be_named() {
    let folder = Folder::new("named").with("else/where.toml", "fail_on = 'never'\n").with("mx.toml", BAD);
    assert_eq!(folder.check(&["mx.toml"]).code, FINDINGS);
    assert_eq!(folder.check(&["--config", "else/where.toml", "mx.toml"]).code, CLEAN);
    folder.check(&["--config", "missing.toml", "mx.toml"]).says(USAGE, &["cannot read `missing.toml`"]);
    folder.check(&["--config", "else/where.toml", "--no-config"]).says(USAGE, &["cannot be used with"]);
}

#[test]
fn an_environment_is_read_as_it_says() {
    let folder = with_environments("environments");
    let shown = folder.run(&["effective", "--environment", "live"]);
    shown.says(CLEAN, &["mx1/Acme"]);
    folder.run(&["effective"]).says(USAGE, &["several environments", "test, live"]);
    folder.run(&["effective", "--environment", "life"]).says(USAGE, &["did you mean `live`?"]);
    folder.run(&["effective", "--environment", "live", "test"]).says(USAGE, &["leave the paths out"]);
    let report = folder.json(&["--environment", "live"]);
    assert_eq!(list(&report, "findings")[0]["primary"]["path"], "live/mx.toml");
}

#[test]
fn an_input_that_is_not_there_is_shown_where_it_is_named() {
    let folder = Folder::new("not-there").with("maillint.toml", "[[environment]]\nname = 'live'\ninputs = ['live']\n");
    folder.check(&[]).says(INPUT, &["maillint.toml:3:11", "named here", "cannot read `live`"]);
}

#[test]
fn what_belongs_to_the_configuration_is_no_input() {
    let folder = Folder::new("no-input")
        .with(
            "maillint.toml",
            "rule_paths = ['rules']\nsuppression_files = ['accepted.toml']\nrules.mx-named-mx1 = 'on'\n",
        )
        .with("accepted.toml", "")
        .with("rules/mx-named-mx1.toml", include_str!("mx-named-mx1.toml"))
        .with("mx.toml", BAD);
    let report = folder.json(&["."]);
    assert_eq!(report["summary"]["files"], 1);
    assert_eq!(crate::common::problems(&report), Vec::<String>::new());
    assert!(list(&report, "findings").iter().any(|finding| finding["rule"] == "mx-named-mx1"));
}

#[test]
fn paths_are_relative_to_the_file() {
    let folder = with_environments("relative");
    fs::create_dir_all(folder.0.join("deep/down")).expect("made");
    let mut command = folder.command(&["check", "--format", "json", "--environment", "test"]);
    let output = command.current_dir(folder.0.join("deep/down")).output().expect("runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let path = list(&report, "findings")[0]["primary"]["path"].as_str().expect("a path").to_owned();
    assert!(path.ends_with("/relative/test/mx.toml"), "{path}");
}

#[test]
fn a_notes_ini_that_tells_no_server_is_given_to_one() {
    let config = |owner: &str| {
        format!("[[environment]]\nname = 'live'\ninputs = ['mx.toml']\nnotes_ini = {{ {owner} = 'some.ini' }}\n")
    };
    let two = format!("{BAD}{}", BAD.replace("mx1/Acme", "mx2/Acme"));
    for (number, (owner, other)) in [("mx1/Acme", "mx2/Acme"), ("mx2/Acme", "mx1/Acme")].into_iter().enumerate() {
        let folder = Folder::new(&format!("owner-{number}"))
            .with("maillint.toml", config(&format!("'{owner}'")))
            .with("mx.toml", &two)
            .with("some.ini", "[Notes]\nSMTPDebug=3\n");
        let debug = |server: &str| folder.run(&["effective", "--server", server]).out.contains("SMTPDebug");
        assert_eq!((debug(owner), debug(other)), (true, false));
    }
}

#[test]
fn rules_of_the_repository_are_explained_in_it() {
    let folder = Folder::new("explained")
        .with("maillint.toml", "rule_paths = ['rules']\n")
        .with("rules/mx-named-mx1.toml", include_str!("mx-named-mx1.toml"));
    folder.run(&["explain", "mx-named-mx1"]).says(CLEAN, &["a server is called mx1"]);
    folder.run(&["rules"]).says(CLEAN, &["mx-named-mx1"]);
}
