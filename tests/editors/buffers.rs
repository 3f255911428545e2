//! `check --stdin-filename FILE -`.

use serde_json::Value as Json;

use crate::common::{list, problems};
use crate::folder::{CLEAN, Folder, Run, USAGE};

const SERVER: &str = "[[server]]\nname = 'mx1/Acme'\nsmtp_listener = true\nhostname = 'mx1.acme.example'\n";
const DOCUMENT: &str = "[[configuration]]\napplies_to = 'mx1/Acme'\n";

fn ask(folder: &Folder, name: &str, text: &str) -> Run {
    folder.run_with(&["check", "--format", "json", "--stdin-filename", name, "-"], text.as_bytes())
}

fn rules(report: &Json) -> Vec<&str> {
    list(report, "findings").iter().filter_map(|finding| finding["rule"].as_str()).collect()
}

fn repository(name: &str) -> Folder {
    Folder::new(name)
        .with("maillint.toml", "rule_paths = ['rules']\nsuppression_files = ['accepted.toml']\n[[environment]]\nname = 'live'\ninputs = ['live']\n")
        .with("accepted.toml", "")
        .with("live/servers.toml", SERVER)
        .with("live/configuration.toml", DOCUMENT)
}

#[test]
fn a_buffer_is_judged_with_its_environment() {
    let folder = repository("neighbours");
    // Alone, the server has no Configuration Settings document.
    let alone = folder.run_with(&["check", "--no-config", "--format", "json", "-"], SERVER.as_bytes()).json();
    assert!(rules(&alone).contains(&"configuration-missing"), "{alone}");
    let report = ask(&folder, "live/servers.toml", SERVER).json();
    assert!(!rules(&report).contains(&"configuration-missing"), "{report}");
    assert_eq!((&report["summary"]["files"], &report["summary"]["servers"]), (&2.into(), &1.into()));
}

#[test]
fn the_buffer_counts_and_not_what_is_saved() {
    let folder = repository("unsaved");
    let report = ask(&folder, "live/servers.toml", &SERVER.replace("hostname", "hostnmae")).json();
    assert_eq!(problems(&report), ["error unknown-key"]);
    assert_eq!(list(&report, "problems")[0]["path"], "live/servers.toml");
    // A file that was never saved belongs to the folder it will lie in.
    let report = ask(&folder, "live/new.toml", &SERVER.replace("mx1", "mx2")).json();
    assert_eq!(report["summary"]["servers"], 2);
    // An absolute name is what editors give.
    let name = folder.0.join("live/servers.toml").to_string_lossy().into_owned();
    let report = ask(&folder, &name, &SERVER.replace("hostname", "hostnmae")).json();
    assert_eq!(list(&report, "problems")[0]["path"], name.as_str());
}

#[test]
fn maillint_toml_and_rules_are_judged_too() {
    let folder = repository("own-files").with("rules/x.toml", "");
    let ended = ask(&folder, "maillint.toml", "[rules]\nopen-rely = 'off'\n");
    let report = ended.json();
    assert_eq!((ended.code, problems(&report)), (USAGE, vec!["error unknown-name".to_owned()]));
    assert_eq!(list(&report, "problems")[0]["help"], "did you mean `open-relay`?");
    assert_eq!(ask(&folder, "maillint.toml", "[rules]\nopen-relay = 'off'\n").code, CLEAN);
    let report = ask(&folder, "accepted.toml", "[[suppression]]\nrule = 'x'\n").json();
    assert_eq!(problems(&report), ["error missing-key", "error missing-key"]);
    let report = ask(&folder, "rules/x.toml", "summary = 's'\nviolation = 'server.hostnam == 1'\n").json();
    assert!(!problems(&report).is_empty());
    assert!(list(&report, "problems").iter().all(|problem| problem["path"] == "rules/x.toml"));
}

#[test]
fn places_are_told_in_three_units() {
    let folder = Folder::new("units");
    let text = "[[server]]\nname = 'mx1/Acme'\nsmtp_inbound = { '📨ä' = 1, z = 1 }\n";
    let report = ask(&folder, "x.toml", text).json();
    let z = list(&report, "problems")
        .iter()
        .find(|problem| problem["message"].as_str().is_some_and(|text| text.contains("`z`")))
        .expect("z");
    let at = &z["start"];
    assert_eq!((&at["column"], &at["column_utf8"], &at["column_utf16"]), (&28.into(), &32.into(), &29.into()));
    assert_eq!(at["offset"], text.find("z =").expect("there"));
}
