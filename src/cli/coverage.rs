//! `rules --coverage`: which rules an input lets decide, which it does not, and what each of those lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::json;

use super::args::{PageFormat, Rules};
use super::input::{self, RuleFiles};
use super::request::Request;
use super::{Exit, Terminal, refuse, usage};
use crate::report;
use crate::rules::{Results, Rule, catalog};

pub(super) fn coverage(
    options: &Rules,
    extra: &RuleFiles,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<Exit> {
    let requests = match Request::all(options.coverage.clone(), &options.input) {
        Ok(requests) => requests,
        Err(refused) => return refuse(&refused, terminal),
    };
    let [request] = requests.as_slice() else {
        return usage("several environments are meant; name one with --environment");
    };
    let Ok(built_in) = catalog::built_in() else { return usage("the built-in rules cannot be loaded") };
    let rules: Vec<&Rule> = built_in.iter().chain(extra.rules.iter().map(|(rule, _)| rule)).collect();
    let loaded = input::load(request, true);
    if super::checked::has_errors(&loaded.problems) {
        usage("the input has errors; `maillint check` shows them")?;
        return Ok(Exit::Input);
    }
    let results = crate::rules::run(&rules, &loaded.model);
    match options.format {
        PageFormat::Json => report::write_json(out, &as_json(&results))?,
        PageFormat::Human | PageFormat::Markdown => human(out, &results, terminal)?,
    }
    Ok(Exit::Clean)
}

/// Why a rule is not decided, each reason once.
fn reasons(results: &Results) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut reasons: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for open in &results.not_evaluated {
        reasons.entry(&open.rule).or_default().insert(&open.reason);
    }
    reasons
}

fn state(decided: usize, undecided: usize) -> &'static str {
    match (decided, undecided) {
        (0, 0) => "nothing_to_check",
        (_, 0) => "decided",
        (0, _) => "undecided",
        _ => "partly_decided",
    }
}

fn as_json(results: &Results) -> serde_json::Value {
    let reasons = reasons(results);
    let rules: Vec<_> = results
        .tallies
        .iter()
        .map(|tally| {
            json!({
                "name": &*tally.rule,
                "state": state(tally.decided, tally.undecided),
                "decided": tally.decided,
                "undecided": tally.undecided,
                "lacks": reasons.get(&*tally.rule).into_iter().flatten().collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "version": 1, "rules": rules })
}

fn human(out: &mut dyn Write, results: &Results, terminal: Terminal) -> io::Result<()> {
    let style = terminal.style();
    let options = textwrap::Options::new(style.width.max(40))
        .initial_indent("  ")
        .subsequent_indent("  ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    for (wanted, title) in [
        ("decided", "decided"),
        ("nothing_to_check", "decided without looking further: the input holds nothing that they are about"),
    ] {
        let names: Vec<String> = results
            .tallies
            .iter()
            .filter(|tally| state(tally.decided, tally.undecided) == wanted)
            .map(|tally| report::printable(&tally.rule))
            .collect();
        if !names.is_empty() {
            writeln!(out, "{}", style.bold(&format!("{} rules {title}", names.len())))?;
            writeln!(out, "{}\n", textwrap::fill(&names.join(", "), &options))?;
        }
    }
    let open = results.tallies.iter().filter(|tally| tally.undecided > 0).count();
    if open > 0 {
        writeln!(out, "{}", style.bold(&format!("{open} rules not decided, or not for everything")))?;
    }
    for (rule, reasons) in reasons(results) {
        let tally = results.tallies.iter().find(|tally| *tally.rule == *rule);
        let count = tally.map_or(String::new(), |tally| match tally.decided {
            0 => String::new(),
            decided => format!(" ({decided} of {} decided)", decided + tally.undecided),
        });
        let mut shown: Vec<&str> = reasons.iter().take(3).copied().collect();
        let more = format!("{} more reasons", reasons.len().saturating_sub(shown.len()));
        if reasons.len() > shown.len() {
            shown.push(&more);
        }
        let text = report::printable(&format!("{rule}{count}: {}", shown.join("; ")));
        writeln!(out, "{}", textwrap::fill(&text, options.clone().subsequent_indent("      ")))?;
    }
    Ok(())
}
