//! action.yml, ci/gitlab.yml, .pre-commit-hooks.yaml and the Dockerfile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use granit_parser::{Event, Parser};

use crate::common::list;
use crate::folder::{CLEAN, FINDINGS, Folder, USAGE};
use crate::tools::tool;

const BAD: &str = "[[server]]\nname = 'mx1/Acme'\nhostname = 'mx1'\nsmtp_listener = true\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).expect("the file")
}

/// The scalars of a YAML file, keys and values, in their order.
fn scalars(file: &str) -> Vec<String> {
    Parser::new_from_str(&text(file))
        .map(|event| event.unwrap_or_else(|error| panic!("{file}: {error}")).0)
        .filter_map(|event| match event {
            Event::Scalar(value, ..) => Some(value.into_owned()),
            _ => None,
        })
        .collect()
}

/// The values behind a key.
fn values(file: &str, key: &str) -> Vec<String> {
    let all = scalars(file);
    all.iter().zip(all.iter().skip(1)).filter(|(name, _)| *name == key).map(|(_, value)| value.clone()).collect()
}

/// A folder of programs with `maillint` in it, before the others.
fn path() -> String {
    let binaries = Path::new(env!("CARGO_BIN_EXE_maillint")).parent().expect("a folder").to_path_buf();
    let others = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(binaries).chain(std::env::split_paths(&others)).collect::<Vec<PathBuf>>();
    std::env::join_paths(all).expect("paths").to_string_lossy().into_owned()
}

fn bash(folder: &Folder, script: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", script]).current_dir(&folder.0).env("PATH", path());
    for name in ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied()).output().expect("bash runs")
}

/// The last step of action.yml.
fn step(folder: &Folder, variables: &[(&str, &str)]) -> Output {
    let scripts = values("action.yml", "run");
    let action = root().to_string_lossy().into_owned();
    let own = [
        ("GITHUB_ACTION_PATH", action.as_str()),
        ("GITHUB_STEP_SUMMARY", "summary.md"),
        ("GITHUB_OUTPUT", "outputs.txt"),
        ("MAILLINT", env!("CARGO_BIN_EXE_maillint")),
    ];
    bash(folder, scripts.last().expect("a step"), &[&own, variables].concat())
}

#[test]
fn the_action_annotates_and_summarises() {
    let folder =
        Folder::new("action").with("maillint.toml", "").with("live/a b.toml", BAD).with("summary.md", "before\n");
    let ended = step(&folder, &[("MAILLINT_PATHS", "live/a b.toml\n"), ("MAILLINT_SARIF", "out.sarif")]);
    let log = String::from_utf8(ended.stdout).expect("UTF-8");
    assert_eq!(ended.status.code(), Some(FINDINGS), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(
        log.contains("::error file=live/a b.toml,line=") || log.contains("::warning file=live/a b.toml,line="),
        "{log}"
    );
    let summary = fs::read_to_string(folder.0.join("summary.md")).expect("the summary");
    assert!(
        summary.starts_with("before\n## maillint: findings") && summary.contains("live/a b.toml")
            || summary.contains("a b.toml:"),
        "{summary}"
    );
    assert_eq!(fs::read_to_string(folder.0.join("outputs.txt")).expect("outputs"), "exit-code=1\n");
    let sarif = fs::read(folder.0.join("out.sarif")).expect("SARIF");
    let sarif: serde_json::Value = serde_json::from_slice(&sarif).expect("JSON");
    assert!(!list(&sarif["runs"][0], "results").is_empty());
    let ended = step(&folder, &[("MAILLINT_ARGUMENTS", "--fail-on=never\n--max-findings=1")]);
    assert_eq!(ended.status.code(), Some(CLEAN));
    let ended = step(&folder, &[("MAILLINT_ARGUMENTS", "--no-such-option")]);
    assert_eq!(ended.status.code(), Some(USAGE));
}

#[test]
fn inputs_of_the_action_are_no_script() {
    let folder = Folder::new("injection").with("mx.toml", BAD);
    step(
        &folder,
        &[
            ("MAILLINT_PATHS", "mx.toml\n$(touch hacked)\n`touch hacked`\n; touch hacked"),
            ("MAILLINT_SARIF", "$(touch hacked)"),
        ],
    );
    assert!(!folder.0.join("hacked").exists());
    // In the text of a script an expression would become a part of it.
    for script in values("action.yml", "run") {
        assert!(!script.contains("${{"), "{script}");
    }
}

#[test]
fn the_job_of_gitlab_writes_what_it_promises() {
    let folder = Folder::new("gitlab").with("maillint.toml", "[[environment]]\nname = 'live'\ninputs = ['live']\n");
    let folder = folder.with("live/mx.toml", BAD);
    let script =
        scalars("ci/gitlab.yml").into_iter().find(|text| text.starts_with("maillint check")).expect("the script");
    assert_eq!(bash(&folder, &script, &[]).status.code(), Some(FINDINGS));
    for key in ["codequality", "junit"] {
        let reports = values("ci/gitlab.yml", key);
        assert!(reports.iter().all(|report| folder.0.join(report).exists()) && !reports.is_empty(), "{key}");
    }
}

#[test]
fn the_hooks_run_as_they_say() {
    let folder = Folder::new("hooks").with("maillint.toml", "[[environment]]\nname = 'live'\ninputs = ['live']\n");
    let folder = folder.with("live/mx.toml", BAD);
    let entries = values(".pre-commit-hooks.yaml", "entry");
    assert_eq!(values(".pre-commit-hooks.yaml", "id"), ["maillint", "maillint-system"]);
    for entry in entries {
        let ended = bash(&folder, &entry, &[]);
        assert_eq!(ended.status.code(), Some(FINDINGS));
        assert!(String::from_utf8_lossy(&ended.stdout).contains("live/mx.toml:"));
    }
}

#[test]
fn the_image_runs_without_rights_and_from_locked_sources() {
    let text = text("Dockerfile");
    let last = text.rsplit("\nFROM ").next().expect("a stage");
    assert!(last.starts_with("scratch") && last.contains("USER 65532:65532") && text.contains("--locked"));
    let ignored = fs::read_to_string(root().join(".dockerignore")).expect("the file");
    assert!(ignored.lines().any(|line| line == ".git") && ignored.lines().any(|line| line == "target"));
}

#[test]
fn the_scripts_are_sound() {
    let Some(shellcheck) = tool(&["shellcheck"]) else { return };
    let output = Command::new(shellcheck).args(["ci/github-action.sh", ".ci/run"]).current_dir(root()).output();
    let output = output.expect("shellcheck runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
