//! Packs the rule files into the binary: once whole, for pages and self-tests, and once as one JSON text with only what a
//! check needs, so that the examples are not parsed at every start.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What `check` does not need of a rule.
const FOR_READERS: [&str; 7] = ["bad", "good", "unknown", "why", "references", "since", "tags"];

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    let mut files = Vec::new();
    collect(&root.join("rules"), &mut files);
    files.sort();
    let mut list = String::from("&[\n");
    let mut lean = serde_json::Map::new();
    for path in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a rule's file name is UTF-8");
        let category =
            path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).expect("a rule is in a category");
        writeln!(list, "    ({category:?}, {name:?}, include_str!({:?})),", path.to_str().expect("UTF-8"))
            .expect("text");
        let text = fs::read_to_string(path).expect("a rule file can be read");
        // A rule that is not TOML is reported by the rule tests with its place; here it is only left out.
        let Ok(mut table) = toml::from_str::<toml::Table>(&text) else { continue };
        table.retain(|key, _| !FOR_READERS.contains(&key));
        let mut value = serde_json::to_value(table).expect("rules hold texts and lists");
        value["category"] = category.into();
        lean.insert(name.to_owned(), value);
    }
    list.push(']');
    fs::write(out.join("rules.rs"), list).expect("OUT_DIR can be written");
    fs::write(out.join("rules.json"), serde_json::to_string(&lean).expect("JSON")).expect("OUT_DIR can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the rules folder can be read") {
        let path = entry.expect("the rules folder can be read").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
}
