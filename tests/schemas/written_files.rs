//! Files that people write: what an editor says of them.

use std::collections::BTreeMap;

use maillint::read::{Format, Options, read};
use maillint::source::Sources;
use serde_json::{Map, Value as Json};

use crate::helpers::{assert_none, errors, files, registry, text, validator};

pub(crate) fn toml_as_json(text: &str) -> Result<Json, toml::de::Error> {
    text.parse::<toml::Table>().map(|table| as_json(&toml::Value::Table(table)))
}

/// Dates become texts, as in an editor.
fn as_json(value: &toml::Value) -> Json {
    match value {
        toml::Value::String(text) => Json::from(text.as_str()),
        toml::Value::Integer(number) => Json::from(*number),
        toml::Value::Float(number) => Json::from(*number),
        toml::Value::Boolean(value) => Json::from(*value),
        toml::Value::Datetime(date) => Json::from(date.to_string()),
        toml::Value::Array(elements) => elements.iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            Json::Object(table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect::<Map<_, _>>())
        }
    }
}

#[test]
fn rule_files_conform() {
    let registry = registry();
    let rule = validator("rule", &registry);
    let mut failures = Vec::new();
    for path in files("rules", &[".toml"]) {
        match toml_as_json(&text(&path)) {
            Ok(value) => failures.extend(errors(&path, &rule, &value)),
            Err(error) => failures.push(format!("{path}: {error}")),
        }
    }
    assert_none(&failures);
}

#[test]
fn native_examples_conform() {
    let registry = registry();
    let environment = validator("environment", &registry);
    let others = ["cases", "config", "baseline", "rule"].map(|name| (name, validator(name, &registry)));
    let mut failures = Vec::new();
    let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
    for path in files("examples", &[".toml", ".json"]) {
        let text = text(&path);
        // A repository has more than descriptions.
        let own = match path.rsplit('/').next() {
            Some("maillint.toml") => Some(("config", toml_as_json(&text).ok())),
            Some("maillint-baseline.json") => Some(("baseline", serde_json::from_str(&text).ok())),
            Some("cases.toml") => Some(("cases", toml_as_json(&text).ok())),
            _ if path.contains("/rules/") => Some(("rule", toml_as_json(&text).ok())),
            _ => None,
        };
        if let Some((name, value)) = own {
            let (_, schema) = others.iter().find(|(known, _)| *known == name).expect("a schema");
            failures.extend(errors(&path, schema, &value.expect("it can be read")));
            *formats.entry(name).or_default() += 1;
            continue;
        }
        let mut sources = Sources::default();
        let file = sources.add(&path, text.clone().into_bytes());
        let export = read(sources.get(file).expect("just added"), &Options::default(), &mut Vec::new());
        *formats.entry(export.format.map_or("unknown", Format::name)).or_default() += 1;
        let value = match export.format {
            Some(Format::NativeToml) => toml_as_json(&text).map_err(|error| error.to_string()),
            Some(Format::NativeJson) => serde_json::from_str(&text).map_err(|error| error.to_string()),
            Some(_) => continue,
            None => Err("not understood".to_owned()),
        };
        match value {
            Ok(value) => failures.extend(errors(&path, &environment, &value)),
            Err(error) => failures.push(format!("{path}: {error}")),
        }
    }
    assert_none(&failures);
    let shown = ["toml", "json", "config", "baseline", "rule"];
    assert!(shown.iter().all(|name| formats.contains_key(name)), "all are shown: {formats:?}");
}
