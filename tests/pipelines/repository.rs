//! examples/10-repository, run as its pipeline would: what a change makes of the exit code.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use crate::common::{list, problems};
use crate::folder::{CLEAN, FINDINGS, Folder, INPUT, USAGE};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("the folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).expect("copied");
        }
    }
}

fn repository(name: &str) -> Folder {
    let folder = Folder::new(name);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/10-repository"), &folder.0);
    folder
}

/// Replaces a text in a file of the repository.
fn change(folder: &Folder, file: &str, from: &str, to: &str) {
    let path = folder.0.join(file);
    let text = fs::read_to_string(&path).expect("the file");
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).expect("written");
}

fn check(folder: &Folder, day: &str) -> (i32, Json) {
    let run = folder.check(&["--as-of", day, "--format", "json"]);
    (run.code, run.json())
}

fn rules(report: &Json) -> Vec<&str> {
    list(report, "findings").iter().filter_map(|finding| finding["rule"].as_str()).collect()
}

#[test]
fn it_passes_until_something_changes() {
    let folder = repository("passes");
    let (code, report) = check(&folder, "2027-01-31");
    assert_eq!((code, rules(&report), problems(&report)), (CLEAN, vec!["title-names-owner"], vec![]));
    let kinds: Vec<&str> =
        list(&report, "suppressed").iter().filter_map(|accepted| accepted["kind"].as_str()).collect();
    assert_eq!(kinds, ["baseline", "configuration"]);
    // Without the baseline the old mistake is back.
    assert_eq!(folder.check(&["--as-of", "2027-01-31", "--no-baseline"]).code, FINDINGS);
}

#[test]
fn an_expired_suppression_fails() {
    let (code, report) = check(&repository("expired"), "2027-02-01");
    assert_eq!((code, problems(&report)), (FINDINGS, vec!["warning suppression-expired".to_owned()]));
    assert!(rules(&report).contains(&"debug-left-on"));
}

#[test]
fn a_new_mistake_fails_and_the_old_one_does_not() {
    let folder = repository("new-mistake");
    change(&folder, "live/nordwind.toml", "deny = [\"203.0.113.9\"]", "deny = [\"203.0.113.9\", \"203.0.113.10\"]");
    let (code, report) = check(&folder, "2027-01-15");
    assert_eq!(code, FINDINGS);
    let new: Vec<&Json> = list(&report, "findings").iter().filter(|finding| finding["environment"] == "live").collect();
    assert_eq!((new.len(), &new[0]["actual"]), (1, &"203.0.113.10".into()), "{report}");
}

#[test]
fn a_mended_mistake_makes_the_baseline_stale() {
    let folder = repository("mended");
    change(&folder, "live/nordwind.toml", "deny = [\"203.0.113.9\"]", "deny = [\"[203.0.113.9]\"]");
    let (code, report) = check(&folder, "2027-01-15");
    assert_eq!((code, problems(&report)), (CLEAN, vec!["info baseline-stale".to_owned()]));
    folder.run(&["baseline", "--prune"]).says(CLEAN, &["0 findings; 0 added, 1 removed"]);
    assert_eq!(problems(&check(&folder, "2027-01-15").1), Vec::<String>::new());
}

#[test]
fn a_mended_setting_makes_its_suppression_unused() {
    let folder = repository("unused");
    change(&folder, "live/mx1.ini", "SMTPDebug=3", "SMTPDebug=0");
    let (code, report) = check(&folder, "2027-01-15");
    assert_eq!((code, problems(&report)), (FINDINGS, vec!["warning suppression-unused".to_owned()]));
}

#[test]
fn mistakes_of_the_repository_have_codes_of_their_own() {
    let folder = repository("mistakes");
    change(&folder, "maillint.toml", "fail_on = \"error\"", "fail_on = \"errors\"");
    folder.check(&[]).says(USAGE, &["maillint.toml:13:11", "did you mean `error`"]);
    let folder = repository("broken-rule");
    change(&folder, "rules/title-names-owner.toml", "server.title.contains", "server.titel.contains");
    folder.check(&["--as-of", "2027-01-15"]).says(USAGE, &["rules/title-names-owner.toml", "title"]);
    let folder = repository("broken-input");
    change(&folder, "test/nordwind.toml", "[[server]]", "[[server]");
    let (code, report) = check(&folder, "2027-01-15");
    assert_eq!((code, problems(&report)), (INPUT, vec!["error toml-syntax".to_owned()]));
    let failed: Vec<&Json> = list(&report, "environments").iter().map(|environment| &environment["failed"]).collect();
    assert_eq!(failed, [true, false], "the other environment is checked all the same");
}
