//! The schemas themselves: valid, and complete where programs rely on them.

use serde_json::Value as Json;

use crate::helpers::{assert_none, files, registry, schema, string, text, untitled, validator};

const BASE: &str = "https://maillint.example/schemas/";
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

#[test]
fn every_schema_is_valid_and_says_what_it_is() {
    let registry = registry();
    let mut failures = Vec::new();
    for path in files("schemas", &[".schema.json"]) {
        let schema: Json = serde_json::from_str(&text(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let file = path.trim_start_matches("schemas/");
        for (key, wanted) in [("$schema", DRAFT), ("$id", &format!("{BASE}{file}"))] {
            if string(&schema, key) != wanted {
                failures.push(format!("{file}: `{key}` is not {wanted}"));
            }
        }
        failures.extend(untitled(&schema).map(|key| format!("{file}: no {key}")));
        if let Err(error) = jsonschema::draft202012::meta::validate(&schema) {
            failures.push(format!("{file}: {}: {error}", error.instance_path()));
        }
        validator(file.trim_end_matches(".schema.json"), &registry);
    }
    assert_none(&failures);
}

/// Programs rely on the output: every key is described, always there, and there are no others.
#[test]
fn the_schemas_of_the_output_leave_nothing_open() {
    let mut failures = Vec::new();
    for name in ["report", "effective", "learned", "unknown"] {
        let schema = schema(name);
        let parts = schema["$defs"].as_object().expect("parts").iter().map(|(part, schema)| (part.as_str(), schema));
        for (part, schema) in parts.chain([("", &schema)]) {
            let at = format!("{name} {part}");
            failures.extend(untitled(schema).map(|key| format!("{at}: no {key}")));
            let Some(properties) = schema.get("properties").and_then(Json::as_object) else { continue };
            for (key, property) in properties {
                failures.extend(untitled(property).map(|missing| format!("{at}.{key}: no {missing}")));
            }
            let required: Vec<&str> =
                schema["required"].as_array().expect("keys").iter().filter_map(Json::as_str).collect();
            if required != properties.keys().collect::<Vec<_>>() || schema["additionalProperties"] != false {
                failures.push(format!("{at}: keys may be left out or added"));
            }
        }
    }
    assert_none(&failures);
}
