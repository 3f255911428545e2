//! `init`: a maillint.toml for what is here, with a word on everything in it.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Init;
use super::config::Settings;
use super::output::write_file;
use super::request::Request;
use super::{Exit, input, usage};
use crate::config::FILE_NAME;
use crate::report::printable;
use crate::source::display_path;

pub(super) fn init(options: &Init, out: &mut dyn Write) -> io::Result<Exit> {
    if !options.folder.is_dir() {
        return usage(&format!("`{}` is no folder", display_path(&options.folder)));
    }
    let target = options.folder.join(FILE_NAME);
    if !options.print && target.exists() {
        return usage(&format!("`{}` is there already; --print shows what would be written", display_path(&target)));
    }
    let environments = found(&options.folder);
    let text = file(&environments);
    if options.print {
        write!(out, "{text}")?;
        return Ok(Exit::Clean);
    }
    write_file(&target, text.as_bytes())?;
    let count = environments.len();
    let what = match count {
        0 => "no exports found; name them in it".to_owned(),
        1 => "1 environment; `maillint check` checks it".to_owned(),
        _ => format!("{count} environments; `maillint check` checks them"),
    };
    writeln!(out, "{}: {what}", printable(&display_path(&target)))?;
    Ok(Exit::Clean)
}

/// Environments: each folder with exports in it, or the exports that lie here.
fn found(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let request =
        Request { paths: vec![folder.to_path_buf()], settings: Arc::new(Settings::default()), ..Request::default() };
    let loaded = input::load(&request, false);
    let mut environments: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, _) in &loaded.inputs {
        let path = PathBuf::from(path);
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let inside = display_path(inside.strip_prefix(".").unwrap_or(inside));
        match inside.split_once('/') {
            Some((first, _)) => {
                let inputs = environments.entry(first.to_owned()).or_default();
                if inputs.is_empty() {
                    inputs.push(first.to_owned());
                }
            }
            None => environments.entry("main".to_owned()).or_default().push(inside),
        }
    }
    environments
}

/// The text of the file.
fn file(environments: &BTreeMap<String, Vec<String>>) -> String {
    let mut text = String::from(HEAD);
    for (name, inputs) in environments {
        let inputs: Vec<String> = inputs.iter().map(|input| toml_text(input)).collect();
        text.push_str(&format!("\n[[environment]]\nname = {}\ninputs = [{}]\n", toml_text(name), inputs.join(", ")));
    }
    if environments.is_empty() {
        text.push_str("\n# [[environment]]\n# name = \"live\"\n# inputs = [\"live\"]\n");
    }
    text.push_str(TAIL);
    text
}

/// A text as TOML writes it: as JSON does, but for one character that TOML wants escaped.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

const HEAD: &str = r#"#:schema https://maillint.example/schemas/config.schema.json
# How maillint checks this repository. Paths are relative to this file.

# The exit code is 1 from this severity on: error, warning, info or never.
fail_on = "warning"

# default: what every environment should pass. strict: more than working mail. all: every rule.
# profile = "strict"

# Rules of your own.
# rule_paths = ["rules"]

# Findings that were there before; `maillint baseline` writes the file.
# baseline = "maillint-baseline.json"

# off, on, info, warning or error for single rules, for all with a tag, for a category. `maillint rules` lists them.
# [rules]
# debug-left-on = "error"
# [tags]
# syntax = "error"
# [categories]
# recipients = "info"

# Reports beside the one on standard output.
# [output]
# files = { sarif = "maillint.sarif" }

# What `maillint check` reads without a path: each environment by itself. Beside `inputs` there may be `facts`, a native
# description with what the exports do not say, and `notes_ini`, the notes.ini of servers by name.
"#;

const TAIL: &str = r#"
# A finding that is accepted, with the reason; without `field` all of the document.
# [[suppression]]
# rule = "open-relay"
# document = "Configuration Settings document hub2/Acme"
# field = "relay.deny_hosts"
# reason = "an appliance in front of it refuses strangers"
# expires = 2027-06-30
# owner = "mail team"
"#;
