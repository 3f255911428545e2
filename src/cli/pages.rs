//! `explain` and `rules`: what the binary knows of rules, printed.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::json;

use super::args::{Explain, PageFormat, Rules};
use super::config::Settings;
use super::input::{RuleFiles, rule_files};
use super::{Exit, Terminal, broken_rules, usage};
use crate::read::{Node, parse_toml};
use crate::report::{self, page};
use crate::rules::catalog;
use crate::rules::examples::ExampleKind;
use crate::rules::page::Page;
use crate::source::{FileId, Severity, View};
use crate::suggest::closest;

pub(super) fn explain(options: &Explain, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let extra = further_rules(&options.rules);
    if !extra.problems.is_empty() {
        return broken_rules(&extra.problems, &extra.sources, terminal);
    }
    let Some(page) = built_in_page(&options.rule).or_else(|| extra_page(&extra, &options.rule)) else {
        let names =
            catalog::FILES.iter().map(|(_, name, _)| *name).chain(extra.rules.iter().map(|(rule, _)| &*rule.name));
        return usage(&match closest(&options.rule, names) {
            Some(name) => format!("there is no rule `{}`, did you mean `{name}`?", options.rule),
            None => format!("there is no rule `{}`; `maillint rules` lists them", options.rule),
        });
    };
    match options.format {
        PageFormat::Human => write!(out, "{}", page::terminal(&page, terminal.style()))?,
        PageFormat::Markdown => write!(out, "{}", report::printable_lines(&page::markdown(&page)))?,
        PageFormat::Json => report::write_json(out, &page::json(&page))?,
    }
    Ok(Exit::Clean)
}

/// The rules of the command line and of the maillint.toml that counts for the current folder.
fn further_rules(paths: &[PathBuf]) -> RuleFiles {
    let settings = Settings::here();
    let own = settings.config.rule_paths.iter().map(|path| settings.at(path));
    rule_files(&paths.iter().cloned().chain(own).collect::<Vec<_>>())
}

fn built_in_page(wanted: &str) -> Option<Page> {
    let (category, name, text) = catalog::FILES.iter().find(|(_, name, _)| *name == wanted)?;
    Some(Page::read(name, category, &tree(text)?))
}

fn extra_page(extra: &RuleFiles, wanted: &str) -> Option<Page> {
    let (rule, root) = extra.rules.iter().find(|(rule, _)| &*rule.name == wanted)?;
    Some(Page::read(&rule.name, &rule.category, root))
}

fn tree(text: &str) -> Option<Node> {
    parse_toml(&View::from_offset(FileId(u32::MAX), text, 0)).ok()
}

pub(super) fn rules(options: &Rules, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let extra = further_rules(&options.rules);
    if !extra.problems.is_empty() {
        return broken_rules(&extra.problems, &extra.sources, terminal);
    }
    if !options.coverage.is_empty() {
        return super::coverage::coverage(options, &extra, terminal, out);
    }
    let mut pages: Vec<Page> = catalog::FILES
        .iter()
        .filter_map(|(category, name, text)| Some(Page::read(name, category, &tree(text)?)))
        .collect();
    pages.extend(extra.rules.iter().map(|(rule, root)| Page::read(&rule.name, &rule.category, root)));
    pages.sort_by(|a, b| (&a.category, &a.name).cmp(&(&b.category, &b.name)));
    match options.format {
        PageFormat::Json => {
            let list: Vec<_> = pages
                .iter()
                .map(|page| {
                    json!({
                        "name": page.name, "category": page.category, "severity": page.text("severity"),
                        "confidence": page.text("confidence"), "summary": page.text("summary"),
                        "subject": page.subjects, "tags": page.tags, "since": page.text("since"),
                        "examples": {
                            "bad": page.count(ExampleKind::Bad),
                            "good": page.count(ExampleKind::Good),
                            "unknown": page.count(ExampleKind::Unknown),
                        },
                    })
                })
                .collect();
            report::write_json(out, &json!({ "version": 1, "rules": list }))?;
        }
        PageFormat::Markdown => write!(out, "{}", report::printable_lines(&index(&pages)))?,
        PageFormat::Human => {
            let style = terminal.style();
            let width = pages.iter().map(|page| page.name.len()).max().unwrap_or(0);
            let mut category = "";
            for page in &pages {
                if page.category != category {
                    category = &page.category;
                    writeln!(out, "{}", style.bold(&report::printable(category)))?;
                }
                let severity = match page.text("severity") {
                    "error" => Severity::Error,
                    "warning" => Severity::Warning,
                    _ => Severity::Info,
                };
                let padding = " ".repeat(8_usize.saturating_sub(page.text("severity").len()));
                let word = style.paint(severity, page.text("severity"));
                let (name, summary) = (report::printable(&page.name), report::printable(page.text("summary")));
                writeln!(out, "  {name:width$}  {word}{padding}{summary}")?;
            }
            writeln!(out, "\n{} rules; `maillint explain RULE` shows one", pages.len())?;
        }
    }
    Ok(Exit::Clean)
}

const HEAD: &str = "| rule | severity | examples | what is wrong |\n|---|---|---|---|\n";

/// The index of all rules as Markdown: `docs/rules.md`.
fn index(pages: &[Page]) -> String {
    let mut text = String::from("# Rules\n\nMade by `maillint rules --format markdown` from the files in `rules/`.\n");
    let mut category = "";
    for page in pages {
        if page.category != category {
            category = &page.category;
            text.push_str(&format!("\n## {category}\n\n{HEAD}"));
        }
        text.push_str(&format!(
            "| [{0}](rules/{0}.md) | {1} | {2} | {3} |\n",
            page.name,
            page.text("severity"),
            page.examples.len(),
            page.text("summary")
        ));
    }
    let examples: usize = pages.iter().map(|page| page.examples.len()).sum();
    text.push_str(&format!("\n{} rules with {examples} examples, which are their tests.\n", pages.len()));
    text
}
