//! `maillint baseline` and `check --baseline`.

use std::fs;

use crate::common::{list, problems};
use crate::finding_it::BAD;
use crate::folder::{CLEAN, FINDINGS, Folder, INPUT, USAGE};

fn entries(folder: &Folder, file: &str) -> usize {
    let text = fs::read_to_string(folder.0.join(file)).expect("the baseline");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../schemas/baseline.schema.json")).expect("JSON");
    assert!(jsonschema::draft202012::is_valid(&schema, &json), "{text}");
    list(&json, "findings").len()
}

#[test]
fn only_what_is_new_is_reported() {
    let folder = Folder::new("baseline").with("mx.toml", BAD);
    let before = list(&folder.json(&["mx.toml"]), "findings").len();
    folder.run(&["baseline", "mx.toml"]).says(CLEAN, &["maillint-baseline.json", "added, 0 removed"]);
    assert_eq!(entries(&folder, "maillint-baseline.json"), before);
    let known = ["check", "mx.toml", "--baseline", "maillint-baseline.json"];
    assert_eq!(folder.run(&known).code, CLEAN);
    // Lines move, and the finding is the same; another server is another finding.
    let folder = folder.with("mx.toml", format!("# moved\n\n{BAD}\n{}", BAD.replace("mx1/Acme", "mx2/Acme")));
    let report = folder.run(&[&known[..], &["--format", "json"]].concat()).json();
    let found: Vec<&str> =
        list(&report, "findings").iter().filter_map(|finding| finding["subject"]["name"].as_str()).collect();
    assert!(!found.is_empty() && found.iter().all(|name| *name == "mx2/Acme"), "{found:?}");
    assert_eq!(list(&report, "suppressed").len(), before);
    assert_eq!(list(&report, "suppressed")[0]["kind"], "baseline");
}

#[test]
fn what_is_gone_is_stale_and_can_be_pruned() {
    let folder = Folder::new("stale").with("mx.toml", format!("{BAD}{}", BAD.replace("mx1", "mx2")));
    folder.run(&["baseline", "mx.toml"]);
    let both = entries(&folder, "maillint-baseline.json");
    let folder = folder.with("mx.toml", BAD);
    let report = folder.json(&["mx.toml", "--baseline", "maillint-baseline.json"]);
    assert!(problems(&report).contains(&"info baseline-stale".to_owned()), "{report}");
    // A new mistake is not taken into it by pruning.
    let folder = folder.with("mx.toml", format!("{BAD}{}", BAD.replace("mx1", "mx3")));
    folder.run(&["baseline", "mx.toml", "--prune"]).says(CLEAN, &["0 added"]);
    let left = entries(&folder, "maillint-baseline.json");
    assert!(left < both, "{left} of {both}");
    let report = folder.json(&["mx.toml", "--baseline", "maillint-baseline.json"]);
    assert!(!list(&report, "findings").is_empty() && problems(&report).is_empty(), "{report}");
}

#[test]
fn maillint_toml_may_name_it() {
    let folder = Folder::new("named")
        .with("maillint.toml", "baseline = 'known.json'\n[[environment]]\nname = 'a'\ninputs = ['a']\n[[environment]]\nname = 'b'\ninputs = ['b']\n")
        .with("a/mx.toml", BAD)
        .with("b/mx.toml", BAD);
    folder.check(&[]).says(USAGE, &["cannot read `known.json`", "maillint.toml:1:12", "`maillint baseline` writes it"]);
    assert_eq!(folder.run(&["baseline"]).code, CLEAN);
    assert_eq!(folder.check(&[]).code, CLEAN);
    assert_eq!(folder.check(&["--no-baseline"]).code, FINDINGS);
    // The same finding in another environment is another one.
    let text = fs::read_to_string(folder.0.join("known.json"))
        .expect("read")
        .replace("\"environment\": \"b\"", "\"environment\": \"c\"");
    fs::write(folder.0.join("known.json"), text).expect("written");
    let report = folder.json(&[]);
    assert!(list(&report, "findings").iter().all(|finding| finding["environment"] == "b"));
    assert!(!list(&report, "findings").is_empty());
}

#[test]
fn a_broken_one_is_shown_in_its_place() {
    for (text, words) in [
        ("{", ["not valid JSON", "known.json:1:"]),
        ("{\"version\":2,\"findings\":[]}", ["`version`", "known.json:1:12"]),
        ("{\"version\":1,\"findings\":[{\"rule\":\"x\"}]}", ["`fingerprint` is missing", "known.json:1:"]),
    ] {
        let folder = Folder::new("broken-baseline").with("mx.toml", BAD).with("known.json", text);
        folder.check(&["mx.toml", "--baseline", "known.json"]).says(USAGE, &words);
        folder.run(&["baseline", "mx.toml", "--file", "known.json"]).says(USAGE, &words);
        assert_eq!(fs::read_to_string(folder.0.join("known.json")).expect("read"), text, "it is not written over");
    }
}

#[test]
fn half_an_input_makes_no_baseline() {
    let folder = Folder::new("half").with("mx.toml", BAD).with("cut.json", "{ \"server\": [");
    folder.run(&["baseline", "mx.toml", "cut.json"]).says(INPUT, &["no baseline is written", "cut.json"]);
    assert!(!folder.0.join("maillint-baseline.json").exists());
}
