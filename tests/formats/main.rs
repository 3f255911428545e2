//! Exports beside the native description, one-touch setup and notes.ini: what of them is known, what is left open, where it
//! stands, and what is said about broken ones.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/folder.rs"]
mod folder;

mod ldif;
mod rest;
mod structured_text;
mod view_entries;
mod yaml;

use serde_json::Value as Json;

/// `line:column` at which something in a report begins.
fn start(json: &Json) -> String {
    format!("{}:{}", json["start"]["line"], json["start"]["column"])
}

/// The finding of a rule.
#[track_caller]
fn finding<'r>(report: &'r Json, rule: &str) -> &'r Json {
    common::list(report, "findings")
        .iter()
        .find(|finding| finding["rule"] == rule)
        .unwrap_or_else(|| panic!("no finding {rule} in {report:#}"))
}

/// Why a rule was not evaluated: the reasons for all its subjects.
#[track_caller]
fn open(report: &Json, rule: &str) -> String {
    let all = common::list(report, "not_evaluated").iter().filter(|open| open["rule"] == rule);
    let reasons: Vec<&str> = all.filter_map(|open| open["reason"].as_str()).collect();
    assert!(!reasons.is_empty(), "{rule} is decided in {report:#}");
    reasons.join("; ")
}
