//! What several test binaries need: the binary in an environment that changes nothing, and the parts of its reports.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

/// The binary, ready to run in a folder; what it prints depends on neither the terminal nor the language of the user.
pub(crate) fn maillint(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maillint"));
    command.args(arguments).current_dir(folder).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
    command.env_remove("COLUMNS").env_remove("CLICOLOR_FORCE").stdin(Stdio::null());
    command
}

pub(crate) fn list<'j>(report: &'j Json, name: &str) -> &'j Vec<Json> {
    report[name].as_array().unwrap_or_else(|| panic!("no list `{name}`"))
}

/// The problems of a report as `severity code`.
pub(crate) fn problems(report: &Json) -> Vec<String> {
    let word = |problem: &Json, key: &str| problem[key].as_str().unwrap_or("").to_owned();
    list(report, "problems")
        .iter()
        .map(|problem| format!("{} {}", word(problem, "severity"), word(problem, "code")))
        .collect()
}
