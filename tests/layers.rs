//! No layer reaches back: which layers each may name is written here, and every `use` is held to it.

#![allow(clippy::expect_used, reason = "a test that cannot set up fails")]

use std::fs;
use std::path::{Path, PathBuf};

/// A layer and those below it that it may use.
const LAYERS: [(&str, &[&str]); 9] = [
    ("suggest", &[]),
    ("source", &[]),
    ("read", &["source", "suggest"]),
    ("config", &["read", "source", "suggest"]),
    ("smtp", &[]),
    ("directory", &["read", "source", "suggest"]),
    ("effective", &["directory", "read", "source", "smtp"]),
    ("rules", &["config", "directory", "effective", "read", "smtp", "source", "suggest"]),
    ("report", &["config", "directory", "effective", "rules", "smtp", "source"]),
];

/// Layers that may touch the file system.
const WITH_FILES: [&str; 2] = ["source", "cli"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The layers that a file names as `crate::LAYER`.
fn used(text: &str) -> Vec<&str> {
    text.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or(""))
        .collect()
}

#[test]
fn no_layer_reaches_back() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = Vec::new();
    files(&sources, &mut all);
    assert!(all.len() > 60, "the sources are there");
    let mut wrong = Vec::new();
    for path in all {
        let name = path.strip_prefix(&sources).expect("below").to_string_lossy().replace('\\', "/");
        let layer = name.split(['/', '.']).next().unwrap_or("");
        let text = fs::read_to_string(&path).expect("a source file");
        if let Some((_, allowed)) = LAYERS.iter().find(|(known, _)| *known == layer) {
            let reaches = used(&text).into_iter().filter(|other| *other != layer && !allowed.contains(other));
            wrong.extend(reaches.map(|other| format!("{name} names {other}")));
        } else {
            assert!(matches!(layer, "cli" | "lib" | "main"), "{name} is in no layer");
        }
        if !WITH_FILES.contains(&layer) && (text.contains("std::fs") || text.contains("File::open")) {
            wrong.push(format!("{name} touches the file system"));
        }
        if text.contains("miette") && name != "report/human.rs" {
            wrong.push(format!("{name} names miette"));
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
