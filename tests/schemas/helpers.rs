//! The schemas, validators of them, and what is wrong with a value.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::{Registry, Validator};
use serde_json::Value as Json;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder with one of these endings, sorted, as paths from the root.
pub(crate) fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("a folder") {
            let path = folder.join(entry.expect("an entry").file_name());
            if root().join(&path).is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no files in {folder}");
    found
}

pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a file")
}

pub(crate) fn schema(name: &str) -> Json {
    serde_json::from_str(&text(&format!("schemas/{name}.schema.json"))).expect("a schema")
}

pub(crate) fn string<'s>(schema: &'s Json, key: &str) -> &'s str {
    schema.get(key).and_then(Json::as_str).unwrap_or("")
}

pub(crate) fn registry() -> Registry<'static> {
    let mut registry = Registry::new();
    for path in files("schemas", &[".schema.json"]) {
        let schema: Json = serde_json::from_str(&text(&path)).expect("a schema");
        let address = string(&schema, "$id").to_owned();
        registry = registry.add(&address, schema).expect("a schema with an address");
    }
    registry.prepare().expect("schemas that refer to each other")
}

pub(crate) fn validator(name: &str, registry: &Registry<'static>) -> Validator {
    let schema = schema(name);
    let validator = jsonschema::draft202012::options().offline().with_registry(registry).build(&schema);
    validator.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What is wrong with a value, each line starting with a name for people.
pub(crate) fn errors(name: &str, validator: &Validator, value: &Json) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{name}: {}: {error}", error.instance_path())).collect()
}

pub(crate) fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

pub(crate) fn untitled(schema: &Json) -> impl Iterator<Item = &'static str> {
    ["title", "description"].into_iter().filter(|key| string(schema, key).trim().is_empty())
}
