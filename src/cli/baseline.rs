//! `baseline`: what is found today becomes what later checks do not report.

use std::io::{self, Write};
use std::sync::Arc;

use super::args::Baseline as Options;
use super::check::today;
use super::checked::{Judge, check_all, has_errors};
use super::config::Settings;
use super::request::Request;
use super::ruleset::Ruleset;
use super::{Exit, Terminal, broken_rules, output, refuse};
use crate::config::baseline::{Baseline, Entry, FILE_NAME};
use crate::report::{self, Diagnostic};
use crate::source::{Severity, display_path};

pub(super) fn baseline(options: &Options, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let requests = match Request::all(options.paths.clone(), &options.input) {
        Ok(requests) => requests,
        Err(refused) => return refuse(&refused, terminal),
    };
    let settings = requests.first().map(|request| Arc::clone(&request.settings)).unwrap_or_default();
    let rules = match Ruleset::load(&options.judging, &settings, terminal)? {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let (selected, selection) = match rules.select(&settings) {
        Ok(selected) => selected,
        Err(problems) => return broken_rules(&problems, &settings.sources, terminal),
    };
    if let Some(exit) = rules.broken {
        return Ok(exit);
    }
    let path = match (&options.file, &settings.config.baseline) {
        (Some(path), _) => path.clone(),
        (None, Some(path)) => settings.at(path),
        (None, None) => settings.folder.join(FILE_NAME),
    };
    let mut files = Settings { sources: settings.sources.fork(), ..Settings::default() };
    let old = if path.exists() || options.prune {
        match files.read_baseline(&path, None) {
            Ok(old) => old,
            Err(problems) => return broken_rules(&problems, &files.sources, terminal),
        }
    } else {
        Baseline::default()
    };
    let today = today(&options.judging);
    let judge = Judge {
        rules: &selected,
        selection,
        suppressions: !options.judging.no_suppressions,
        baseline: Some(&old),
        today: &today,
    };
    let all = check_all(&requests, judge);
    // Half of an input would make a baseline that is wrong without showing it.
    for checked in all.iter().filter(|checked| has_errors(&checked.loaded.problems)) {
        let errors = checked.loaded.problems.iter().filter(|problem| problem.severity == Severity::Error);
        for problem in errors {
            let style = terminal.style_for(io::IsTerminal::is_terminal(&io::stderr()));
            let diagnostic = Diagnostic::from_problem(problem);
            writeln!(io::stderr(), "{}", report::human::diagnostic_text(&diagnostic, &checked.loaded.sources, style))?;
        }
    }
    if all.iter().any(|checked| has_errors(&checked.loaded.problems)) {
        writeln!(io::stderr(), "maillint: no baseline is written, because not everything could be read")?;
        return Ok(Exit::Input);
    }
    let named: Vec<Option<&str>> = requests.iter().map(|request| request.name.as_deref()).collect();
    let kept = |index: usize, entry: &Entry| {
        let found = all.iter().any(|checked| checked.known.contains(&index));
        // What was not looked at today may still be there.
        found
            || !named.contains(&entry.environment.as_deref())
            || all.iter().any(|checked| checked.undecided.rules.contains(&entry.rule))
    };
    let mut entries: Vec<Entry> = old
        .entries
        .iter()
        .enumerate()
        .filter(|(index, entry)| kept(*index, entry))
        .map(|(_, entry)| entry.clone())
        .collect();
    let gone = old.entries.len() - entries.len();
    let mut new = 0;
    for (request, checked) in requests.iter().zip(&all).filter(|_| !options.prune) {
        let found = || checked.findings.iter().chain(&checked.consequences);
        new += found().count();
        entries.extend(found().map(|finding| {
            report::baseline::entry(finding, request.name.as_deref(), checked.loaded.model.environment())
        }));
    }
    let mut text = Vec::new();
    report::baseline::write(&mut text, &entries)?;
    output::write_file(&path, &text)?;
    let count = |count: usize| if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
    let shown = report::printable(&display_path(&path));
    writeln!(out, "{shown}: {}; {new} added, {gone} removed", count(entries.len()))?;
    Ok(Exit::Clean)
}
