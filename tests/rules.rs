//! Every rule file of the catalogue: it loads without a problem, has examples of both kinds, and they do what they say.

#![allow(
    clippy::expect_used,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test that cannot set up fails"
)]

use maillint::rules::catalog::{FILES, built_in, load};
use maillint::rules::examples::{ExampleKind, examples, run};
use maillint::source::Sources;

#[test]
fn every_rule_loads_and_its_examples_hold() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (category, name, text) in FILES {
        let mut sources = Sources::default();
        let file = sources.add(&format!("rules/{category}/{name}.toml"), text.as_bytes().to_vec());
        let source = sources.get(file).expect("just added");
        let (rule, root) = match load(source) {
            Ok(loaded) => loaded,
            Err(problems) => {
                for problem in problems {
                    let line = problem.labels.first().map(|(span, _)| source.position(span.start).line);
                    failures.push(format!(
                        "{name}:{}: {} {}",
                        line.unwrap_or(0),
                        problem.message,
                        problem.help.unwrap_or_default()
                    ));
                }
                continue;
            }
        };
        let examples = examples(&root);
        for kind in [ExampleKind::Bad, ExampleKind::Good] {
            assert!(examples.iter().any(|example| example.kind == kind), "{name} has no {kind:?} example");
        }
        for example in &examples {
            count += 1;
            if let Err(why) = run(&rule, example) {
                failures.push(format!("{name}: {:?} \"{}\": {why}", example.kind, example.name));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} failed:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_packed_rules_are_the_rule_files() {
    let packed = built_in().expect("the built-in rules compile");
    let names: Vec<&str> = packed.iter().map(|rule| &*rule.name).collect();
    let files: Vec<&str> = FILES.iter().map(|(_, name, _)| *name).collect();
    assert_eq!(names, files);
}
