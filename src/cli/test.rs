//! `test`: the examples inside rule files.

use std::io::{self, Write};

use super::args::Test;
use super::{Exit, Terminal, broken_rules, input};
use crate::read::Node;
use crate::report;
use crate::rules::{Rule, catalog, examples};
use crate::source::Severity;
use crate::suggest::closest;

pub(super) fn test(options: &Test, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let files = if options.paths.is_empty() { input::built_in_files() } else { input::rule_files(&options.paths) };
    if !files.problems.is_empty() {
        return broken_rules(&files.problems, &files.sources, terminal);
    }
    let style = terminal.style();
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for (rule, root) in &files.rules {
        let all = examples::examples(root);
        for slip in slips(rule, root, &files, options.paths.is_empty()) {
            failed += 1;
            let name = style.paint(Severity::Error, &report::printable(&rule.name));
            writeln!(out, "{name}: {}", report::printable(&slip))?;
        }
        for kind in [examples::ExampleKind::Bad, examples::ExampleKind::Good] {
            if !all.iter().any(|example| example.kind == kind) {
                failed += 1;
                let word = if kind == examples::ExampleKind::Bad { "bad" } else { "good" };
                let name = style.paint(Severity::Error, &report::printable(&rule.name));
                writeln!(out, "{name}: no `[[{word}]]` example")?;
            }
        }
        for example in &all {
            match examples::run(rule, example) {
                Ok(()) => passed += 1,
                Err(why) => {
                    failed += 1;
                    let name = style.paint(Severity::Error, &report::printable(&rule.name));
                    writeln!(out, "{name}: {}", report::printable(&format!("\"{}\": {why}", example.name)))?;
                }
            }
        }
    }
    let rules = if files.rules.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", files.rules.len()) };
    let examples = if passed == 1 { "example" } else { "examples" };
    writeln!(out, "{rules}: {passed} {examples} passed, {failed} failed")?;
    Ok(if failed == 0 { Exit::Clean } else { Exit::Findings })
}

/// What an author would not want to have overlooked, beside examples that fail.
fn slips(rule: &Rule, root: &Node, files: &input::RuleFiles, built_in: bool) -> Vec<String> {
    let mut slips = Vec::new();
    let text = |key: &str| root.get(key).and_then(Node::text).map_or("", |text| text);
    if !text("message").replace("{{", "").contains('{') {
        slips.push("the message names no value; `{expressions}` show what was found".to_owned());
    }
    let given = || files.rules.iter().map(|(rule, _)| &*rule.name);
    for cause in &rule.follows {
        let known = catalog::FILES.iter().any(|(_, name, _)| *name == &**cause) || given().any(|name| *name == **cause);
        if !known {
            let names = catalog::FILES.iter().map(|(_, name, _)| *name).chain(given());
            let near = closest(cause, names).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
            slips.push(format!("`follows` names the rule `{cause}`, which there is not{near}"));
        }
        if *cause == rule.name {
            slips.push("`follows` names the rule itself".to_owned());
        }
    }
    if root
        .get("references")
        .is_none_or(|list| list.elements().iter().all(|node| node.text().is_none_or(|text| text.trim().is_empty())))
    {
        slips.push("`references` says nothing of where the rule can be looked up".to_owned());
    }
    // The file of a built-in rule itself may be tested, too.
    let taken = |(category, name, _): &(&str, &str, &str)| *name == &*rule.name && *category != &*rule.category;
    if !built_in && catalog::FILES.iter().any(taken) {
        slips.push("a built-in rule has this name; a rule is named after its file".to_owned());
    }
    if given().filter(|name| **name == *rule.name).count() > 1 {
        slips.push("two rule files have this name".to_owned());
    }
    slips
}
