//! `check`: the main job.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::args::{Check, FailOn, Judging};
use super::checked::{Checked, Judge, check_all, has_errors};
use super::config::Settings;
use super::request::{Refused, Request};
use super::ruleset::{Ruleset, undecided_everywhere};
use super::{Exit, Terminal, broken_rules, buffer, output, refuse, usage};
use crate::config::baseline::Baseline;
use crate::report::{Detail, Format, Report, Run};
use crate::rules::Rule;
use crate::rules::accepted::{baseline_problem, suppression_problems};
use crate::source::{Problem, Severity};

pub(super) fn check(options: &Check, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    if let Some((settings, problems)) = buffer::problems(options, terminal)? {
        let run = Run { problems: &problems, sources: Some(&settings.sources), ..Run::default() };
        publish(options, &Settings::default(), run, None, terminal, out)?;
        return Ok(if problems.is_empty() { Exit::Clean } else { Exit::Usage });
    }
    let mut requests = match Request::all(options.paths.clone(), &options.input) {
        Ok(requests) => requests,
        Err(Refused::Configuration(settings)) => {
            return broken_configuration(options, &settings, &settings.problems, terminal, out);
        }
        Err(refused) => return refuse(&refused, terminal),
    };
    for request in &mut requests {
        if let Some(name) = request.owners(&options.server).first() {
            return usage(&format!("`--server {name}` says of no file whose it is; write `--server FILE=NAME`"));
        }
    }
    let mut settings = requests.first().map(|request| std::sync::Arc::clone(&request.settings)).unwrap_or_default();
    let rules = match Ruleset::load(&options.judging, &settings, terminal)? {
        Ok(rules) => rules,
        Err(exit) => return Ok(exit),
    };
    let baseline = match known_findings(options, &mut requests, &mut settings) {
        Ok(baseline) => baseline,
        Err(problems) => return broken_configuration(options, &settings, &problems, terminal, out),
    };
    let (selected, selection) = match rules.select(&settings) {
        Ok(selected) => selected,
        Err(problems) => return broken_configuration(options, &settings, &problems, terminal, out),
    };
    let today = today(&options.judging);
    let judge = Judge {
        rules: &selected,
        selection,
        suppressions: !options.judging.no_suppressions,
        baseline: baseline.as_ref(),
        today: &today,
    };
    let all = check_all(&requests, judge);
    if options.timings {
        timings(&all)?;
    }
    let problems = leftovers(&all, &requests, judge, &settings);
    let mut run = Run {
        reports: reports(options, &requests, &all, &selected),
        problems: &problems,
        sources: Some(&settings.sources),
        baseline: baseline.is_some(),
        detail: Detail { verbose: options.verbose, quiet: options.quiet, statistics: options.statistics },
        ..Run::default()
    };
    let most = options.max_findings.or(settings.config.output.max_findings);
    limit(&mut run, most);
    let threshold = options.fail_on.or(super::request::threshold(settings.config.fail_on.as_ref()));
    let bad = |severity: Severity| threshold.unwrap_or(FailOn::Warning).least().is_some_and(|least| severity >= least);
    let failed = run.reports.iter().any(|report| report.failed) || problems.iter().any(|problem| bad(problem.severity));
    let exit = match (all.iter().any(|checked| has_errors(&checked.loaded.problems)), failed) {
        (true, _) => Exit::Input,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Clean,
    };
    publish(options, &settings, run, Some(&rules), terminal, out)?;
    let exit = rules.broken.unwrap_or(exit);
    // The process ends here, and giving back a large environment piece by piece takes as long as a tenth of the check.
    std::mem::forget(all);
    Ok(exit)
}

/// How long each rule took, the longest first.
fn timings(all: &[Checked]) -> io::Result<()> {
    let mut times: BTreeMap<&str, Duration> = BTreeMap::new();
    for tally in all.iter().flat_map(|checked| &checked.tallies) {
        *times.entry(&tally.rule).or_default() += tally.time;
    }
    let total: Duration = times.values().sum();
    let mut times: Vec<(&str, Duration)> = times.into_iter().collect();
    times.sort_by_key(|(name, time)| (std::cmp::Reverse(*time), *name));
    let mut out = io::stderr().lock();
    for (rule, time) in times {
        writeln!(out, "{:>10.3} ms  {}", time.as_secs_f64() * 1000.0, crate::report::printable(rule))?;
    }
    writeln!(out, "{:>10.3} ms  all rules", total.as_secs_f64() * 1000.0)
}

/// Today, or the day that was asked for.
pub(super) fn today(judging: &Judging) -> String {
    let day = judging.as_of.unwrap_or_else(|| jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date());
    day.strftime("%Y-%m-%d").to_string()
}

/// The baseline of the command line or of maillint.toml. Its file is read beside maillint.toml, so that places in it are
/// right in every report.
fn known_findings(
    options: &Check,
    requests: &mut [Request],
    settings: &mut std::sync::Arc<Settings>,
) -> Result<Option<Baseline>, Vec<Problem>> {
    let configured = settings.config.baseline.as_ref().filter(|_| !options.no_baseline);
    let (path, named) = match (&options.baseline, configured) {
        (Some(path), _) => (path.clone(), None),
        (None, Some(path)) => (settings.at(path), Some(path.span)),
        (None, None) => return Ok(None),
    };
    let mut with = Settings {
        config: settings.config.clone(),
        folder: settings.folder.clone(),
        path: settings.path.clone(),
        sources: settings.sources.fork(),
        problems: Vec::new(),
    };
    let read = with.read_baseline(&path, named);
    *settings = std::sync::Arc::new(with);
    for request in requests {
        request.settings = std::sync::Arc::clone(settings);
    }
    read.map(Some)
}

/// What is to be said about suppressions and the baseline after everything was seen. A part of what maillint.toml describes
/// says nothing about the rest.
fn leftovers(all: &[Checked], requests: &[Request], judge: Judge<'_>, settings: &Settings) -> Vec<Problem> {
    let environments = settings.config.environments.len();
    let everything =
        environments == 0 || (environments == requests.len() && requests.iter().all(|one| one.name.is_some()));
    let mut undecided = undecided_everywhere(all.iter().map(|checked| &checked.undecided));
    undecided.all |= !everything;
    let mut problems = Vec::new();
    if judge.suppressions {
        let used = all.iter().flat_map(|checked| checked.used.iter().copied()).collect();
        let names: Vec<&str> = judge.rules.iter().map(|rule| &*rule.name).collect();
        problems.extend(suppression_problems(&settings.config.suppressions, &used, &undecided, &names, judge.today));
    }
    if let Some(baseline) = judge.baseline {
        let known = all.iter().flat_map(|checked| checked.known.iter().copied()).collect();
        problems.extend(baseline_problem(baseline, &known, &undecided));
    }
    problems
}

fn reports<'r>(options: &Check, requests: &'r [Request], all: &'r [Checked], rules: &'r [&'r Rule]) -> Vec<Report<'r>> {
    let judged = requests.iter().zip(all).map(|(request, checked)| {
        let threshold = options.fail_on.or(request.fail_on).unwrap_or(FailOn::Warning).least();
        let problems = &checked.loaded.problems;
        let severities = checked
            .findings
            .iter()
            .map(|finding| finding.severity)
            .chain(problems.iter().map(|problem| problem.severity));
        let failed = has_errors(problems) || threshold.is_some_and(|least| severities.max() >= Some(least));
        Report {
            name: request.name.as_deref(),
            sources: &checked.loaded.sources,
            environment: checked.loaded.model.environment(),
            model: &checked.loaded.model,
            findings: &checked.findings,
            shown: checked.findings.len(),
            consequences: &checked.consequences,
            accepted: &checked.accepted,
            not_evaluated: &checked.not_evaluated,
            problems,
            rules,
            threshold,
            inputs: &checked.loaded.inputs,
            failed,
        }
    });
    judged.collect()
}

/// Leaves the worst findings to be shown, whichever environment they belong to.
fn limit(run: &mut Run<'_>, most: Option<usize>) {
    let Some(mut left) = most else { return };
    for report in &mut run.reports {
        report.shown = 0;
    }
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        for report in &mut run.reports {
            let of = report.findings.iter().filter(|finding| finding.severity == severity).count().min(left);
            report.shown += of;
            left -= of;
        }
    }
}

/// Prints the report and writes the files.
fn publish(
    options: &Check,
    settings: &Settings,
    mut run: Run<'_>,
    rules: Option<&Ruleset>,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let named = settings.config.output.format.as_ref().and_then(|format| Format::from_name(&format.value));
    let format = options.format.or(named).unwrap_or(Format::Human);
    let mut files: Vec<(Format, PathBuf)> = options.output.clone();
    for (format, path) in &settings.config.output.files {
        // The schema knows no other formats.
        files.extend(Format::from_name(&format.value).map(|format| (format, settings.at(path))));
    }
    if let Some(rules) = rules.filter(|_| format.wants_pages() || files.iter().any(|(format, _)| format.wants_pages()))
    {
        let findings = run
            .reports
            .iter()
            .flat_map(|report| report.findings.iter().chain(report.accepted.iter().map(|accepted| &accepted.finding)));
        let mut wanted: Vec<_> = findings.map(|finding| finding.rule.clone()).collect();
        wanted.sort();
        wanted.dedup();
        run.pages = rules.pages(&wanted);
    }
    for (format, path) in &files {
        output::write_report(Path::new(path), *format, &run)?;
    }
    output::print(out, format, &run, terminal.style())
}

/// A mistake in maillint.toml, or in a file that it names, in the format that was asked for.
fn broken_configuration(
    options: &Check,
    settings: &Settings,
    problems: &[Problem],
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<Exit> {
    if options.format.unwrap_or(Format::Human) == Format::Human {
        return broken_rules(problems, &settings.sources, terminal);
    }
    let run = Run { problems, sources: Some(&settings.sources), ..Run::default() };
    publish(options, &Settings::default(), run, None, terminal, out)?;
    Ok(Exit::Usage)
}
