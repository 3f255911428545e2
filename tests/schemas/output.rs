//! What the binary prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

use crate::helpers::{assert_none, errors, files, registry, root, string, text, validator};
use crate::written_files::toml_as_json;

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
fn schema_prints_the_files_each_complete_in_itself() {
    let registry = registry();
    for path in files("schemas", &[".schema.json"]) {
        let name = path.trim_start_matches("schemas/").trim_end_matches(".schema.json");
        let output = maillint(&["schema", name]);
        assert!(output.status.success(), "{name}");
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        if !text(&path).contains("\"$ref\": \"")
            || !text(&path).split("\"$ref\": \"").skip(1).any(|to| !to.starts_with('#'))
        {
            assert_eq!(printed, text(&path), "`maillint schema {name}` prints something else than {path}");
            continue;
        }
        // Nothing is fetched: a reference that led out of the text would fail here.
        let schema: Json = serde_json::from_str(&printed).expect("JSON");
        let alone = jsonschema::draft202012::options().offline().build(&schema).expect("complete in itself");
        if name != "environment" {
            continue;
        }
        let together = validator(name, &registry);
        let mut verdicts = BTreeSet::new();
        for path in files("examples", &[".toml"]) {
            let value = toml_as_json(&text(&path)).expect("TOML");
            let mistaken = toml_as_json(&text(&path).replace("hostname", "hostnmae")).expect("TOML");
            for value in [value, mistaken] {
                assert_eq!(alone.is_valid(&value), together.is_valid(&value), "{path}");
                verdicts.insert(alone.is_valid(&value));
            }
        }
        assert_eq!(verdicts.len(), 2, "some are right and some are wrong");
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
fn what_the_vocabulary_commands_print_conforms() {
    let registry = registry();
    let (learned, unknown) = (validator("learned", &registry), validator("unknown", &registry));
    let scratch = Scratch::new("vocabulary");
    let export = scratch.write("export.txt", "Form:  Server\nServerName:  CN=mx1/O=Acme\nSMTPZZ:  1\n");
    let broken = scratch.write("broken.txt", "nothing");
    let form = "tests/vocabulary/serverconfig_form.dxl";
    let mut failures = Vec::new();
    for (arguments, schema, part) in [
        (["vocabulary", "learn", "--format", "json", form], &learned, "forms"),
        (["vocabulary", "learn", "--format", "json", &broken], &learned, "problems"),
        (["vocabulary", "unknown", "--format", "json", &export], &unknown, "items"),
        (["vocabulary", "unknown", "--format", "json", &broken], &unknown, "problems"),
    ] {
        let (printed, _) = json(&arguments);
        assert!(printed[part].as_array().is_some_and(|part| !part.is_empty()), "{arguments:?}: {printed}");
        failures.extend(errors(arguments[4], schema, &printed));
        failures.extend(misplaced(&printed));
    }
    assert_none(&failures);
}

#[test]
fn dialogues_and_exposure_conform() {
    let registry = registry();
    let (simulate, exposure) = (validator("simulate", &registry), validator("exposure", &registry));
    let mut failures = Vec::new();
    for folder in example_folders() {
        let (exposed, _) = json(&["exposure", "--format", "json", &folder]);
        failures.extend(errors(&folder, &exposure, &exposed));
        for server in exposed["servers"].as_array().expect("servers") {
            let name = server["name"].as_str().expect("a name");
            for from in ["203.0.113.9", "10.0.8.7", "2001:db8::1"] {
                for (rcpt, observed) in
                    [("b@elsewhere.example", &["--observed", "refused"][..]), ("x@[192.0.2.1]", &[])]
                {
                    let said = ["simulate", "--format", "json", &folder, "--server", name, "--from", from];
                    let said = [&said[..], &["--mail-from", "<>", "--rcpt", rcpt], observed].concat();
                    let (dialogue, exit) = json(&said);
                    assert_eq!(exit, Some(0), "{said:?}");
                    failures.extend(errors(&folder, &simulate, &dialogue));
                    failures.extend(misplaced(&dialogue));
                }
            }
        }
    }
    let cases = "examples/07-mail-policy/cases.toml";
    let (table, exit) = json(&["simulate", "--format", "json", "examples/07-mail-policy/larch.toml", "--cases", cases]);
    assert_eq!((exit, &table["failed"]), (Some(0), &Json::from(0)));
    failures.extend(errors(cases, &simulate, &table));
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
        for (index, example) in rule["bad"].as_array().into_iter().flatten().enumerate() {
            let format = example["format"].as_str().unwrap_or("toml");
            let more = example["more"].as_array().into_iter().flatten().filter_map(Json::as_str);
            let mut paths = Vec::new();
            for (part, input) in std::iter::once(string(example, "input")).chain(more).enumerate() {
                let name = format!("{}-{index}-{part}.{format}", path.trim_end_matches(".toml").replace('/', "-"));
                if format == "toml" {
                    failures.extend(errors(&name, &environment, &toml_as_json(input).expect("an example")));
                }
                paths.push(scratch.write(&name, input));
            }
            let name = format!("{path}-{index}");
            let files = paths.iter().map(String::as_str);
            let arguments = ["check", "--format", "json", "--input-format", format].into_iter().chain(files);
            let (checked, _) = json(&arguments.collect::<Vec<_>>());
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
        // Offsets are those of the text that a file decodes to; of what is not UTF-8 every byte becomes a character.
        let bytes = match String::from_utf8(fs::read(root().join(path)).unwrap_or_default()) {
            Ok(text) => text.into_bytes(),
            Err(error) => error.into_bytes().into_iter().map(char::from).collect::<String>().into_bytes(),
        };
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
