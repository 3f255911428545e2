//! `test`: the examples inside rule files.

use std::io::{self, Write};

use super::args::Test;
use super::{Exit, Terminal, broken_rules, input};
use crate::report;
use crate::rules::examples;
use crate::source::Severity;

pub(super) fn test(options: &Test, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let files = if options.paths.is_empty() { input::built_in_files() } else { input::rule_files(&options.paths) };
    if !files.problems.is_empty() {
        return broken_rules(&files.problems, &files.sources, terminal);
    }
    let style = terminal.style();
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for (rule, root) in &files.rules {
        let all = examples::examples(root);
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
