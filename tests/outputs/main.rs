//! The formats of reports: what each prints for one small repository, and what the programs that read them say of it.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/folder.rs"]
mod folder;
#[path = "../common/tools.rs"]
mod tools;

mod escaping;
mod files;
mod golden;
mod html;
mod sarif;
mod undecided;
mod xml;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// A folder beside this file.
fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outputs").join(name)
}

/// Runs `check` on the repository of these tests.
fn check(arguments: &[&str]) -> Output {
    let fixed = ["check", "--as-of", "2030-07-01"];
    common::maillint(&here("repository"), &[&fixed, arguments].concat()).output().expect("the binary runs")
}

fn printed(arguments: &[&str]) -> String {
    let output = check(arguments);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), errors.as_str()), (Some(1), ""), "{arguments:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The formats, from the schema of maillint.toml.
fn formats() -> Vec<String> {
    let schema = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/config.schema.json"));
    let schema: serde_json::Value = serde_json::from_str(&schema.expect("the schema")).expect("JSON");
    let names = schema["$defs"]["format"]["enum"].as_array().expect("names");
    names.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
}
