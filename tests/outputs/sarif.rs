//! SARIF against the schema of OASIS, and what services rely on.

#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::folder::Folder;
use crate::{check, printed};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The official schema, which lies beside the repository.
fn schema() -> Option<jsonschema::Validator> {
    let path = root().join("../shared/schemas/sarif-schema-2.1.0.json");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    };
    let schema = serde_json::from_str(&text).expect("the schema is JSON");
    Some(jsonschema::draft4::options().offline().build(&schema).expect("the schema compiles"))
}

fn sarif(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn it_conforms_to_the_official_schema() {
    let Some(schema) = schema() else { return };
    let mut logs = vec![
        ("the repository".to_owned(), printed(&["--format", "sarif"])),
        ("without suppressions".to_owned(), printed(&["--format", "sarif", "--no-suppressions"])),
    ];
    for entry in fs::read_dir(root().join("examples")).expect("examples") {
        let path = entry.expect("an entry").path();
        let folder = path.to_string_lossy().into_owned();
        if path.is_dir() {
            let output = check(&["--no-config", "--format", "sarif", &folder]);
            logs.push((folder, String::from_utf8(output.stdout).expect("UTF-8")));
        }
    }
    let broken = Folder::new("sarif-broken").with("a b%.json", "{").with("x.toml", "[[server]]\nname = \n");
    let output = broken.run(&["check", "--format", "sarif", ".", "missing"]);
    logs.push(("broken files".to_owned(), output.out));
    assert!(logs.len() > 6);
    for (name, text) in &logs {
        let log = sarif(text);
        let errors: Vec<String> =
            schema.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
    }
}

#[test]
fn the_schema_notices_a_mistake() {
    let Some(schema) = schema() else { return };
    let mut log = sarif(&printed(&["--format", "sarif"]));
    log["runs"][0]["results"][0]["level"] = "bad".into();
    assert!(!schema.is_valid(&log));
}

#[test]
fn results_lead_to_their_rules_and_places() {
    let log = sarif(&printed(&["--format", "sarif"]));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let of = |rule: &str| results.iter().filter(|result| result["ruleId"] == rule).collect::<Vec<_>>();
    let found = of("hostname-is-mx");
    assert_eq!(found.len(), 3);
    let region = &found[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        (&region["startLine"], &region["startColumn"], &region["endColumn"]),
        (&3.into(), &12.into(), &16.into())
    );
    assert_eq!((&region["byteOffset"], &region["byteLength"]), (&40.into(), &4.into()));
    assert_eq!(found[0]["relatedLocations"][0]["message"]["text"], "its title");
    assert_eq!(found[0].get("suppressions"), None);
    let accepted = found.iter().find(|result| result.get("suppressions").is_some()).expect("one is accepted");
    assert_eq!(accepted["suppressions"][0]["kind"], "inSource");
    assert_eq!(accepted["suppressions"][0]["justification"], "everybody knows it by this name");
    // The same finding in two environments is two alerts.
    let prints: std::collections::BTreeSet<String> =
        results.iter().map(|result| result["partialFingerprints"]["maillint/v1"].to_string()).collect();
    assert_eq!(prints.len(), results.len());
    assert_eq!(of("suppression-expired").len(), 1);
    assert_eq!(of("suppression-unused").len(), 1);
}

#[test]
fn paths_are_uris() {
    let folder = Folder::new("sarif-paths").with("a b/ä#%.toml", "[[server]]\nname = 'x'\nnmae = 'y'\n");
    let log = folder.run(&["check", "--format", "sarif", "a b"]).json();
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(location["uri"], "a%20b/%C3%A4%23%25.toml");
    assert_eq!(location["uriBaseId"], "%SRCROOT%");
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
}
