//! What could not be decided, for people: by the fact that is missing, the one first that is easiest given and matters most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::Report;
use super::closing::{paragraph, plural};
use super::human::{MESSAGE_LIMIT, Style};
use super::sanitize::one_line;
use crate::effective::LEARN_ITEM_NAMES;
use crate::source::Severity;

/// Lines shown without `--verbose`.
const SHOWN: usize = 8;
/// Rules named in a line without `--verbose`.
const RULES_SHOWN: usize = 8;
/// Facts named in a line without `--verbose`.
const FACTS_SHOWN: usize = 2;

/// How a fact that is missing may be given, the easiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Somebody who looks at the document can write it down.
    Stated,
    /// The item name must be learned first.
    ItemName,
    /// What it takes is said by the reason itself.
    Other,
}

/// What a one-touch setup file leaves open is the same for each of its fields, so it is said once.
const OF_TEMPLATE: &str = ", and the template's default is not established";

fn way(reason: &str) -> Way {
    if reason.ends_with(LEARN_ITEM_NAMES) {
        Way::ItemName
    } else if reason.contains(") is not set")
        || reason.contains(") is not in this export")
        || reason.starts_with("the placeholder ")
    {
        Way::Stated
    } else {
        Way::Other
    }
}

/// Rules that lack the same facts.
#[derive(Debug)]
struct Line<'r> {
    facts: Vec<&'r str>,
    rules: BTreeSet<&'r str>,
    worst: Severity,
    way: Way,
    /// Where the first of them stands in the list, which begins with rules about a server or a document as a whole.
    first: usize,
}

/// Writes a paragraph for each fact that is missing, and how to give what is missing.
pub(super) fn write(out: &mut dyn io::Write, report: &Report<'_>, style: Style, verbose: bool) -> io::Result<()> {
    if report.not_evaluated.is_empty() {
        return Ok(());
    }
    let all = lines(report);
    writeln!(out, "{}", style.bold("not decided, for want of facts:"))?;
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut shown: Vec<&Line<'_>> = Vec::new();
    for line in &all {
        // A rule that several facts leave open is told with the first of them.
        if !verbose && (shown.len() == SHOWN || line.rules.iter().all(|rule| told.contains(rule))) {
            continue;
        }
        let new: Vec<&str> = line.rules.iter().copied().filter(|rule| verbose || !told.contains(rule)).collect();
        writeln!(out, "{}", paragraph(&one_line(&text(line, &new, verbose), style.ascii(), MESSAGE_LIMIT), style))?;
        told.extend(new);
        shown.push(line);
    }
    let rules: BTreeSet<&str> = all.iter().flat_map(|line| line.rules.iter().copied()).collect();
    match (all.len() - shown.len(), rules.len() - told.len()) {
        (0, _) => {}
        (facts, 0) => writeln!(out, "  and {}; --verbose shows them all", plural(facts, "more reason"))?,
        (facts, rules) => writeln!(
            out,
            "  and {}, with {}; --verbose shows them all",
            plural(facts, "more reason"),
            plural(rules, "more rule")
        )?,
    }
    for advice in advice(report, &all) {
        writeln!(out, "{}", style.faint(&paragraph(advice, style)))?;
    }
    writeln!(out)
}

fn lines<'r>(report: &Report<'r>) -> Vec<Line<'r>> {
    let severities: BTreeMap<&str, Severity> = report.rules.iter().map(|rule| (&*rule.name, rule.severity)).collect();
    let mut by_facts: BTreeMap<Vec<&str>, Line<'_>> = BTreeMap::new();
    for (first, open) in report.not_evaluated.iter().enumerate() {
        let mut facts: Vec<&str> = open.reason.split("; ").collect();
        facts.sort_unstable();
        facts.dedup();
        let severity = severities.get(&*open.rule).copied().unwrap_or(Severity::Info);
        let line = by_facts.entry(facts).or_insert_with_key(|facts| Line {
            facts: facts.clone(),
            rules: BTreeSet::new(),
            worst: severity,
            way: facts.iter().map(|fact| way(fact)).max().unwrap_or(Way::Other),
            first,
        });
        line.rules.insert(&open.rule);
        line.worst = line.worst.max(severity);
    }
    let mut lines: Vec<Line<'_>> = by_facts.into_values().collect();
    lines.sort_by_key(|line| (line.facts.len() > 1, line.way, Reverse(line.worst), line.first));
    lines
}

fn text(line: &Line<'_>, rules: &[&str], verbose: bool) -> String {
    let (facts_shown, rules_shown) = if verbose { (usize::MAX, usize::MAX) } else { (FACTS_SHOWN, RULES_SHOWN) };
    let some = |all: &[&str], most: usize, between: &str| {
        let mut text = all.iter().take(most).copied().collect::<Vec<_>>().join(between);
        if all.len() > most {
            text.push_str(&format!("{between}and {} more", all.len() - most));
        }
        text
    };
    let facts: Vec<&str> = line
        .facts
        .iter()
        .map(|fact| fact.strip_suffix(LEARN_ITEM_NAMES).or_else(|| fact.strip_suffix(OF_TEMPLATE)).unwrap_or(fact))
        .collect();
    format!("{}: needed for {}", some(&facts, facts_shown, "; "), some(rules, rules_shown, ", "))
}

/// How to give what is missing, by what is missing and by what was read.
fn advice(report: &Report<'_>, lines: &[Line<'_>]) -> Vec<&'static str> {
    let facts = || lines.iter().flat_map(|line| line.facts.iter().copied());
    let mut advice = Vec::new();
    let exported = report.environment.is_exported();
    if facts().any(|fact| fact.ends_with(OF_TEMPLATE)) {
        advice.push("what a new server has where the setup file sets nothing is not established: state such fields in a native description beside the file");
    } else if facts().any(|fact| way(fact) == Way::Stated && !fact.starts_with("the placeholder ")) {
        advice.push(if exported {
            "state such fields in a native description beside the export, blank ones as \"\" or []"
        } else {
            "write such fields into the description as they stand in the document, blank ones as \"\" or []"
        });
    }
    if facts().any(|fact| fact.ends_with(LEARN_ITEM_NAMES)) {
        advice.push("`maillint vocabulary learn` reads item names off the form, for [aliases] in maillint.toml");
    }
    advice
}
