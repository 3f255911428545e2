//! Literate scenarios: Markdown files with prose, inputs and what must be found. Every finding of warning or error that is
//! in neither `must` nor `may` fails, and so does a note that no block names. What is told with its cause need not be named.

#![allow(
    clippy::expect_used,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test that cannot set up fails"
)]

use std::fs;
use std::path::Path;

use maillint::directory::Environment;
use maillint::effective::Model;
use maillint::read::{Options, Variables, read};
use maillint::rules::examples::field_name;
use maillint::rules::{Finding, Rule, catalog, run};
use maillint::source::{Severity, Sources};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

struct Scenario {
    inputs: Vec<(String, String)>,
    must: Vec<String>,
    may: Vec<String>,
    must_not: Vec<String>,
    unknown: Vec<String>,
    has_must: bool,
}

fn scenario(text: &str) -> Scenario {
    let mut scenario = Scenario {
        inputs: Vec::new(),
        must: Vec::new(),
        may: Vec::new(),
        must_not: Vec::new(),
        unknown: Vec::new(),
        has_must: false,
    };
    let mut info = None;
    let mut block = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(words))) => {
                info = Some(words.to_string());
                block.clear();
            }
            Event::Text(text) if info.is_some() => block.push_str(&text),
            Event::End(TagEnd::CodeBlock) => {
                let info = info.take().unwrap_or_default();
                let lines = || {
                    block.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
                };
                match info.split_whitespace().next().unwrap_or("") {
                    "must" => {
                        scenario.has_must = true;
                        scenario.must.extend(lines());
                    }
                    "may" => scenario.may.extend(lines()),
                    "must-not" => scenario.must_not.extend(lines()),
                    "unknown" => scenario.unknown.extend(lines()),
                    _ => {
                        if let Some(file) = info.split_whitespace().find_map(|word| word.strip_prefix("file=")) {
                            scenario.inputs.push((file.to_owned(), block.clone()));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    scenario
}

fn line(finding: &Finding, model: &Model) -> String {
    let Some(label) = &finding.primary else { return format!("{} {}", finding.severity, finding.rule) };
    let document = model.environment().document(label.at.document).map_or("", |document| &document.name);
    let field = field_name(&label.at, model);
    if field.is_empty() {
        format!("{} {} {document}", finding.severity, finding.rule)
    } else {
        format!("{} {} {document}: {field}", finding.severity, finding.rule)
    }
}

fn check(path: &Path, rules: &[&Rule]) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a scenario can be read");
    let scenario = scenario(&text);
    let mut wrong = Vec::new();
    if !scenario.has_must || scenario.inputs.is_empty() {
        wrong.push("a scenario needs inputs and a must block".to_owned());
    }
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let mut exports = Vec::new();
    let mut options = Options::default();
    for (name, text) in &scenario.inputs {
        if name.ends_with(".env") {
            let file = sources.add(name, text.clone().into_bytes());
            let mut variables = Variables::default();
            variables.read_env_file(sources.get(file).expect("added"), &mut problems);
            options.variables = variables;
        }
    }
    for (name, text) in scenario.inputs.iter().filter(|(name, _)| !name.ends_with(".env")) {
        let file = sources.add(name, text.clone().into_bytes());
        exports.push(read(sources.get(file).expect("added"), &options, &mut problems));
    }
    let environment = Environment::build(exports, &mut problems);
    wrong.extend(
        problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| format!("problem: {}", problem.message)),
    );
    let model = Model::new(environment);
    let results = run(rules, &model);
    let found: Vec<String> = results.findings.iter().map(|finding| line(finding, &model)).collect();
    for expected in &scenario.must {
        if !found.contains(expected) {
            let open: Vec<&str> = results
                .not_evaluated
                .iter()
                .filter(|open| expected.contains(&*open.rule))
                .map(|open| open.reason.as_str())
                .collect();
            wrong.push(format!("missing: {expected} {open:?}"));
        }
    }
    // What comes of another finding is told with that one.
    let told = results.findings.iter().zip(&found).filter(|(finding, _)| finding.follows.is_none());
    for (_, line) in told {
        if !scenario.must.contains(line) && !scenario.may.contains(line) {
            wrong.push(format!("unexpected: {line}"));
        }
    }
    for rule in &scenario.must_not {
        if results.findings.iter().any(|finding| *finding.rule == **rule && finding.follows.is_none()) {
            wrong.push(format!("must not: {rule}"));
        }
    }
    for expected in &scenario.unknown {
        let (rule, document) = expected.split_once(' ').unwrap_or((expected, ""));
        if !results.not_evaluated.iter().any(|open| *open.rule == *rule && *open.subject.name == *document) {
            wrong.push(format!("was decided: {expected}"));
        }
    }
    wrong
}

#[test]
fn every_scenario_ends_as_it_says() {
    let built_in = catalog::built_in().expect("the built-in rules compile");
    let rules: Vec<&Rule> = built_in.iter().collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("scenarios").map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    let mut failures = Vec::new();
    for path in &paths {
        for wrong in check(path, &rules) {
            failures.push(format!("{}: {wrong}", path.file_name().expect("name").to_string_lossy()));
        }
    }
    assert!(paths.len() > 20, "the scenarios are there");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
