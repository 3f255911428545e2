//! Completions in the shells, and manual pages.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::folder::{CLEAN, Folder, USAGE};
use crate::tools::tool;

fn completions(shell: &str) -> Folder {
    let folder = Folder::new(&format!("complete-{shell}"));
    let text = folder.run(&["completions", shell]).out;
    folder.with("completions", text)
}

fn run(folder: &Folder, program: &str, arguments: &[&str]) -> String {
    let binaries = Path::new(env!("CARGO_BIN_EXE_maillint")).parent().expect("a folder").display().to_string();
    let path = format!("{binaries}:{}", std::env::var("PATH").unwrap_or_default());
    // A shell that waits for its terminal must not keep the tests waiting.
    let mut command = Command::new("timeout");
    command
        .arg("60")
        .arg(program)
        .args(arguments)
        .current_dir(&folder.0)
        .env("PATH", path)
        .env("TERM", "dumb")
        .stdin(Stdio::null());
    command.env("HOME", &folder.0).env_remove("ZDOTDIR");
    String::from_utf8_lossy(&command.output().expect("the shell runs").stdout).into_owned()
}

#[test]
fn bash_completes() {
    let Some(bash) = tool(&["bash"]) else { return };
    let folder = completions("bash");
    // What bash does at the tab key.
    let complete = |words: &[&str]| {
        let last = words.len() - 1;
        let (word, before, words) = (words[last], words[last - 1], words.join(" "));
        let script = format!(
            "source ./completions; COMP_WORDS=({words}); COMP_CWORD={last}\n\
             _maillint maillint '{word}' '{before}'; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        run(&folder, &bash, &["-c", &script])
    };
    assert_eq!(complete(&["maillint", "ch"]), "check\n");
    assert_eq!(complete(&["maillint", "check", "--max"]), "--max-findings\n");
    assert_eq!(complete(&["maillint", "check", "--format", "sa"]), "sarif\n");
}

#[test]
fn fish_completes() {
    let Some(fish) = tool(&["fish"]) else { return };
    let folder = completions("fish");
    let complete = |line: &str| {
        run(&folder, &fish, &["--no-config", "-c", &format!("source ./completions; complete -C '{line}'")])
    };
    assert!(complete("maillint che").starts_with("check\tCheck files and folders"), "{}", complete("maillint che"));
    assert!(complete("maillint check --format sa").starts_with("sarif"));
}

#[test]
fn zsh_completes() {
    let Some(zsh) = tool(&["zsh"]) else { return };
    let folder = completions("zsh");
    fs::rename(folder.0.join("completions"), folder.0.join("_maillint")).expect("renamed");
    // A terminal of its own, in which the shell is asked as people ask it: with the tab key.
    let script = r#"
zmodload zsh/zpty
zpty -b shell zsh -f -i
ask() {
  answer=
  zpty -n -w shell "$1"
  repeat 200; do
    while zpty -r -t shell part 2>/dev/null; do answer+=$part; done
    [[ $answer == *$2* ]] && break
    sleep 0.1
  done
  print -r -- "$answer"
}
ask $'PS1= PROMPT_SP= fpath=($PWD $fpath); autoload -Uz compinit && compinit -u -D && print re""ady\n' ready
ask $'maillint basel\t' baseline
ask $'--pru\t' --prune
zpty -d shell
"#;
    let answer = run(&folder, &zsh, &["-f", "-c", script]);
    assert!(answer.contains("baseline") && answer.contains("--prune"), "{answer}");
}

#[test]
fn manual_pages_are_sound() {
    let folder = Folder::new("man");
    assert_eq!(folder.run(&["man", "."]).code, CLEAN);
    folder.run(&["man", "missing"]).says(USAGE, &["`missing` is no folder"]);
    let help = folder.run(&["--help"]).out;
    let commands = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
    let commands = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<&str> =
        commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(names.len() > 8);
    for name in &names {
        assert!(folder.0.join(format!("maillint-{name}.1")).exists(), "{name}");
    }
    let page = fs::read_to_string(folder.0.join("maillint.1")).expect("the page");
    assert!(page.contains("maillint") && page.contains("Exit codes"), "{page}");
    let Some(mandoc) = tool(&["mandoc"]) else { return };
    for entry in fs::read_dir(&folder.0).expect("the folder") {
        let path = entry.expect("an entry").path();
        let mut command = Command::new(&mandoc);
        let output = command.args(["-T", "lint", "-W", "error"]).arg(&path).output().expect("mandoc runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
