//! The files in `schemas/`: they are valid and complete, the library reads all of them, rules and examples conform to
//! them, and so does what the binary prints.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test that cannot set up fails"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use jsonschema::{Registry, Validator};
use maillint::directory::Kind;
use maillint::directory::vocabulary::{FieldKind, FieldSpec};
use maillint::read::{Format, Options, read};
use maillint::source::Sources;
use serde_json::{Map, Value as Json};

const BASE: &str = "https://maillint.example/schemas/";
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Fields that are no item of a document, so that there is no item name to be sure of.
const WITHOUT_ITEM: [&str; 3] = ["site.protocol", "notes_ini.server", "notes_ini.settings"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder with one of these endings, sorted, as paths from the root.
fn files(folder: &str, endings: &[&str]) -> Vec<String> {
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

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a file")
}

fn schema(name: &str) -> Json {
    serde_json::from_str(&text(&format!("schemas/{name}.schema.json"))).expect("a schema")
}

fn string<'s>(schema: &'s Json, key: &str) -> &'s str {
    schema.get(key).and_then(Json::as_str).unwrap_or("")
}

fn registry() -> Registry<'static> {
    let mut registry = Registry::new();
    for path in files("schemas", &[".schema.json"]) {
        let schema: Json = serde_json::from_str(&text(&path)).expect("a schema");
        registry = registry.add(string(&schema, "$id").to_owned(), schema).expect("a schema with an address");
    }
    registry.prepare().expect("schemas that refer to each other")
}

fn validator(name: &str, registry: &Registry<'static>) -> Validator {
    let schema = schema(name);
    let validator = jsonschema::draft202012::options().offline().with_registry(registry).build(&schema);
    validator.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What is wrong with a value, each line starting with a name for people.
fn errors(name: &str, validator: &Validator, value: &Json) -> Vec<String> {
    validator.iter_errors(value).map(|error| format!("{name}: {}: {error}", error.instance_path())).collect()
}

fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

// ---------------------------------------------------------------------------------------------------------------------
// The files themselves

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

fn untitled(schema: &Json) -> impl Iterator<Item = &'static str> {
    ["title", "description"].into_iter().filter(|key| string(schema, key).trim().is_empty())
}

/// Programs rely on the output: every key is described, always there, and there are no others.
#[test]
fn the_schemas_of_the_output_leave_nothing_open() {
    let mut failures = Vec::new();
    for name in ["report", "effective"] {
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
                schema["required"].as_array().expect("keys").iter().flat_map(Json::as_str).collect();
            if required != properties.keys().collect::<Vec<_>>() || schema["additionalProperties"] != false {
                failures.push(format!("{at}: keys may be left out or added"));
            }
        }
    }
    assert_none(&failures);
}

// ---------------------------------------------------------------------------------------------------------------------
// The vocabulary

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
        assert_eq!(of(true), spec.groups.keys().map(ToString::to_string).collect(), "groups of {name}");
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

// ---------------------------------------------------------------------------------------------------------------------
// What the binary prints

fn maillint(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_maillint")).args(arguments).current_dir(root()).output().expect("the binary runs")
}

fn json(arguments: &[&str]) -> (Json, Option<i32>) {
    let output = maillint(arguments);
    let value = serde_json::from_slice(&output.stdout);
    let value = value.unwrap_or_else(|error| {
        panic!("{arguments:?}: {error}\n{}", String::from_utf8_lossy(&output.stderr));
    });
    (value, output.status.code())
}

/// A folder for inputs that a test writes.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemas").join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("a file");
        path.to_string_lossy().into_owned()
    }
}

fn example_folders() -> BTreeSet<String> {
    let all = files("examples", &["README.md"]);
    all.iter()
        .filter_map(|path| path.strip_suffix("/README.md"))
        .filter(|path| *path != "examples")
        .map(str::to_owned)
        .collect()
}

#[test]
fn schema_prints_the_files_as_they_are() {
    for path in files("schemas", &[".schema.json"]) {
        let name = path.trim_start_matches("schemas/").trim_end_matches(".schema.json");
        let output = maillint(&["schema", name]);
        assert!(output.status.success(), "{name}");
        assert!(output.stdout == text(&path).as_bytes(), "`maillint schema {name}` prints something else than {path}");
    }
}

#[test]
fn reports_and_settings_in_force_of_the_examples_conform() {
    let registry = registry();
    let (report, effective) = (validator("report", &registry), validator("effective", &registry));
    let mut failures = Vec::new();
    for folder in &example_folders() {
        let (checked, _) = json(&["check", "--format", "json", folder]);
        failures.extend(errors(folder, &report, &checked));
        failures.extend(misplaced(&checked));
        let (pictures, _) = json(&["effective", "--format", "json", folder]);
        failures.extend(errors(folder, &effective, &pictures));
        failures.extend(misplaced(&pictures));
    }
    assert_none(&failures);
}

#[test]
fn reports_on_broken_files_conform() {
    let registry = registry();
    let report = validator("report", &registry);
    let scratch = Scratch::new("broken");
    let twice = "[[server]]\nname = \"mx1/Häuser\"\n\n[[server]]\nname = \"mx1/Häuser\"\n";
    let broken = [
        scratch.write("syntax.toml", "[[server]\nname = \"ä\" \"ö\"\n"),
        scratch.write("syntax.json", "{\"server\": [{\"name\": \"ä\", }"),
        scratch.write("latin.toml", b"[[server]]\nname = \"H\xe4user\"\n"),
        scratch.write("empty.toml", ""),
        scratch.write("unknown.toml", "[[server]]\nnmae = \"mx1/Acme\"\nsmtp_listener = \"yes\"\n"),
        scratch.write("twice.toml", twice),
        scratch.0.join("missing.toml").to_string_lossy().into_owned(),
        scratch.0.join("missing").to_string_lossy().into_owned(),
    ];
    let all: Vec<&str> = broken.iter().map(String::as_str).collect();
    let mut failures = Vec::new();
    for paths in all.chunks(1).chain([all.as_slice()]) {
        let (checked, exit) = json(&[&["check", "--format", "json"], paths].concat());
        let problems = checked["problems"].as_array().map_or(0, Vec::len);
        if exit != Some(3) || problems == 0 {
            failures.push(format!("{paths:?}: {problems} problems, exit code {exit:?}"));
        }
        failures.extend(errors(&paths.concat(), &report, &checked));
        failures.extend(misplaced(&checked));
    }
    assert_none(&failures);
}

#[test]
fn reports_and_settings_in_force_with_findings_conform() {
    let registry = registry();
    let (report, effective) = (validator("report", &registry), validator("effective", &registry));
    let scratch = Scratch::new("findings");
    let documents = "server = [{ name = \"mx1/Häuser\", title = \"ÄÖÜ\", smtp_listener = true, hostname = \"mx1\" }]\n\
        configuration = [{ applies_to = \"mx1/Häuser\", relay_enforcement = { connecting_hosts = \"none\" }, \
        relay = { deny_hosts = [\"Größe\", \"192.0.2.1\"] } }]\n";
    let marked = format!("\u{feff}{documents}").replace('\n', "\r\n");
    let inputs = [
        vec![scratch.write("documents.toml", documents)],
        vec![scratch.write("marked.toml", marked)],
        vec![
            scratch.write("with-ini.toml", documents),
            scratch.write("notes.ini", "[Notes]\nServerName=mx1/Häuser\nSMTPDebug=3\nsmtpdebug=1\n"),
        ],
    ];
    let mut failures = Vec::new();
    for paths in &inputs {
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let (checked, exit) = json(&[&["check", "--format", "json"], &*paths].concat());
        let findings = checked["findings"].as_array().map_or(0, Vec::len);
        if exit != Some(1) || findings == 0 {
            failures.push(format!("{paths:?}: {findings} findings, exit code {exit:?}: {}", checked["problems"]));
        }
        failures.extend(errors(&paths.concat(), &report, &checked));
        failures.extend(misplaced(&checked));
        let (pictures, _) = json(&[&["effective", "--format", "json"], &*paths].concat());
        failures.extend(errors(&paths.concat(), &effective, &pictures));
        failures.extend(misplaced(&pictures));
    }
    assert_none(&failures);
}

#[test]
fn reports_on_the_examples_of_the_rules_conform() {
    let registry = registry();
    let (report, environment) = (validator("report", &registry), validator("environment", &registry));
    let scratch = Scratch::new("rules");
    let mut failures = Vec::new();
    for path in files("rules", &[".toml"]) {
        let rule = toml_as_json(&text(&path)).expect("a rule");
        let inputs = rule["bad"].as_array().into_iter().flatten().map(|example| string(example, "input"));
        for (index, input) in inputs.enumerate() {
            let name = format!("{}-{index}.toml", path.trim_end_matches(".toml").replace('/', "-"));
            failures.extend(errors(&name, &environment, &toml_as_json(input).expect("an example")));
            let (checked, _) = json(&["check", "--format", "json", &scratch.write(&name, input)]);
            failures.extend(errors(&name, &report, &checked));
            failures.extend(misplaced(&checked));
        }
    }
    assert_none(&failures);
}

/// Positions in an output whose line and column are not those of their offset. The files are UTF-8.
fn misplaced(value: &Json) -> Vec<String> {
    let mut failures = Vec::new();
    if let (Some(path), Some(start)) = (value.get("path").and_then(Json::as_str), value.get("start")) {
        let bytes = fs::read(root().join(path)).unwrap_or_default();
        for position in [start, &value["end"]].into_iter().filter(|position| position.is_object()) {
            let offset = position["offset"].as_u64().expect("an offset");
            let before = bytes.get(..usize::try_from(offset).expect("a small file")).unwrap_or_default();
            let before = String::from_utf8_lossy(before);
            let line = before.rsplit('\n').next().unwrap_or("");
            let column = line.trim_start_matches('\u{feff}').chars().count() + 1;
            let wanted = (before.matches('\n').count() + 1, column);
            if (position["line"].as_u64(), position["column"].as_u64())
                != (Some(wanted.0 as u64), Some(wanted.1 as u64))
            {
                failures.push(format!("{path}: offset {offset} is at {wanted:?}, not at {position}"));
            }
        }
    }
    let inner: Vec<&Json> = match value {
        Json::Object(object) => object.values().collect(),
        Json::Array(elements) => elements.iter().collect(),
        _ => Vec::new(),
    };
    failures.extend(inner.into_iter().flat_map(misplaced));
    failures
}

// ---------------------------------------------------------------------------------------------------------------------
// Files that people write: what an editor says of them

fn toml_as_json(text: &str) -> Result<Json, toml::de::Error> {
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
    let mut failures = Vec::new();
    let mut formats: BTreeMap<&str, usize> = BTreeMap::new();
    for path in files("examples", &[".toml", ".json"]) {
        let text = text(&path);
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
    assert!(formats.contains_key("toml") && formats.contains_key("json"), "both are shown: {formats:?}");
}
