//! The fields that the schemas describe are those that the library reads.

use std::collections::BTreeSet;

use maillint::directory::Kind;
use maillint::directory::vocabulary::{FieldKind, FieldSpec};
use serde_json::Value as Json;

use crate::helpers::{assert_none, errors, schema, string, untitled};

/// Fields that are no item of a document, so that there is no item name to be sure of.
const WITHOUT_ITEM: [&str; 3] = ["site.protocol", "notes_ini.server", "notes_ini.settings"];

/// A property of a document kind. A path goes through groups with `.`, through lists of records with `[].`.
struct Node<'s> {
    path: String,
    shape: Shape,
    schema: &'s Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Group,
    Records,
    Leaf,
}

fn nodes<'s>(schema: &'s Json, prefix: &str, found: &mut Vec<Node<'s>>) {
    for (name, property) in schema.get("properties").and_then(Json::as_object).into_iter().flatten() {
        let path = format!("{prefix}{name}");
        let records = property.get("items").filter(|items| items.get("properties").is_some());
        let shape = match records {
            Some(_) => Shape::Records,
            None if property.get("properties").is_some() => Shape::Group,
            None => Shape::Leaf,
        };
        found.push(Node { path: path.clone(), shape, schema: property });
        match records {
            Some(items) => nodes(items, &format!("{path}[]."), found),
            None => nodes(property, &format!("{path}."), found),
        }
    }
}

#[test]
fn every_field_of_the_vocabulary_is_described() {
    let mut failures = Vec::new();
    for kind in Kind::ALL {
        let schema = schema(kind.name());
        let mut found = Vec::new();
        nodes(&schema, "", &mut found);
        assert!(found.iter().any(|node| node.shape == Shape::Leaf), "{} has no fields", kind.name());
        if string(&schema["x-domino"], "kind") != kind.name() {
            failures.push(format!("{}: x-domino has another kind", kind.name()));
        }
        for node in &found {
            let path = format!("{}.{}", kind.name(), node.path);
            let mut wrong: Vec<String> = untitled(node.schema).map(|key| format!("no {key}")).collect();
            if node.shape == Shape::Leaf {
                leaf(&path, kind, node.schema, &mut wrong);
            }
            failures.extend(wrong.into_iter().map(|what| format!("{path}: {what}")));
        }
    }
    assert_none(&failures);
}

fn leaf(path: &str, kind: Kind, schema: &Json, wrong: &mut Vec<String>) {
    let domino = &schema["x-domino"];
    let field_kind = string(domino, "kind");
    match type_of(field_kind) {
        None => wrong.push(format!("`{field_kind}` is no kind of field")),
        Some(name) if string(schema, "type") != name => wrong.push(format!("a {field_kind} is of type {name}")),
        Some("array") if string(&schema["items"], "type") != "string" => wrong.push("a list holds texts".to_owned()),
        Some(_) => {}
    }
    if (field_kind == "enum") != schema["enum"].is_array() {
        wrong.push("kind and list of words do not go together".to_owned());
    }
    if kind == Kind::Facts {
        if !domino["item"].is_null() || schema.get("default").is_some() {
            wrong.push("a fact has neither item nor default".to_owned());
        }
        return;
    }
    if string(domino, "tab").is_empty() {
        wrong.push("no tab".to_owned());
    }
    let confidence = string(domino, "confidence");
    if WITHOUT_ITEM.contains(&path) {
        if !domino["item"].is_null() || !confidence.is_empty() {
            wrong.push("there is no item to be sure of".to_owned());
        }
    } else if !["seen", "seen-name", "inferred", "memory", "unknown"].contains(&confidence) {
        wrong.push(format!("`{confidence}` is no confidence"));
    }
    codes(field_kind, schema, wrong);
    default(schema, wrong);
}

fn type_of(field_kind: &str) -> Option<&'static str> {
    Some(match field_kind {
        "bool" => "boolean",
        "int" => "integer",
        "enum" | "text" | "name" | "date" => "string",
        "names" | "texts" | "host_list" | "domain_list" | "address_list" => "array",
        "table" => "object",
        _ => return None,
    })
}

fn codes(field_kind: &str, schema: &Json, wrong: &mut Vec<String>) {
    for (code, value) in schema["x-domino"]["codes"].as_object().into_iter().flatten() {
        let fits = match field_kind {
            "bool" => value.is_boolean(),
            "enum" => schema["enum"].as_array().is_some_and(|words| words.contains(value)),
            _ => false,
        };
        if !fits {
            wrong.push(format!("code `{code}` stands for {value}, which is no value of the field"));
        }
    }
}

fn default(schema: &Json, wrong: &mut Vec<String>) {
    let confidence = string(&schema["x-domino"], "default_confidence");
    match schema.get("default") {
        None if confidence.is_empty() => {}
        None => wrong.push("there is no default to be sure of".to_owned()),
        Some(default) => {
            if !["documented", "inferred", "doubtful"].contains(&confidence) {
                wrong.push(format!("`{confidence}` is no confidence of a default"));
            }
            let validator = jsonschema::draft202012::options().offline().build(schema).expect("a schema");
            wrong.extend(errors("default", &validator, default));
        }
    }
}

#[test]
fn the_library_has_exactly_the_fields_of_the_schemas() {
    for kind in Kind::ALL {
        let (name, spec) = (kind.name(), kind.spec());
        let schema = schema(name);
        let mut found = Vec::new();
        nodes(&schema, "", &mut found);
        let of = |group: bool| {
            let wanted = found.iter().filter(move |node| (node.shape == Shape::Group) == group);
            wanted.map(|node| node.path.clone()).collect::<BTreeSet<_>>()
        };
        let mut fields = BTreeSet::new();
        field_paths(&spec.fields, "", &mut fields);
        assert_eq!(of(false), fields, "fields of {name}");
        assert_eq!(of(true), spec.tabs().map(|group| group.path.to_string()).collect(), "groups of {name}");
        for path in of(false).iter().filter(|path| !path.contains("[]")) {
            let field = spec.field(path).unwrap_or_else(|| panic!("{name}.{path} is not found"));
            assert_eq!(&*field.path, path);
        }
        for name in &spec.names {
            assert!(spec.field(name).is_some(), "documents are named by `{name}`, which is no field");
        }
    }
}

fn field_paths(fields: &[FieldSpec], prefix: &str, found: &mut BTreeSet<String>) {
    for field in fields {
        let path = format!("{prefix}{}", field.path);
        if let FieldKind::Records(inner) = &field.kind {
            field_paths(inner, &format!("{path}[]."), found);
        }
        assert!(found.insert(path), "{prefix}{} is there twice", field.path);
    }
}

#[test]
fn the_library_has_exactly_the_parameters_of_the_schemas() {
    let schema = schema("notes_ini");
    let described = schema["$defs"]["parameters"]["properties"].as_object().expect("parameters");
    let mut failures = Vec::new();
    for (name, parameter) in described {
        failures.extend(untitled(parameter).map(|key| format!("{name}: no {key}")));
        if string(parameter, "type") != "string" {
            failures.push(format!("{name}: values are always text"));
        }
    }
    assert_none(&failures);
    let described: BTreeSet<&str> = described.keys().map(String::as_str).collect();
    let mut tables = 0;
    for kind in Kind::ALL {
        for field in &kind.spec().fields {
            if let FieldKind::Table(known) = &field.kind {
                tables += 1;
                assert_eq!(known.keys().map(|name| &**name).collect::<BTreeSet<_>>(), described, "{}", field.path);
            }
        }
    }
    assert!(tables > 1, "notes.ini files and Configuration Settings documents have parameters");
}
