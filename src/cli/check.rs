//! `check`: the main job.

use std::io::{self, Write};

use super::args::{Check, FailOn, Format};
use super::input;
use super::request::Request;
use super::{Exit, Terminal, broken_rules, has_errors, refuse};
use crate::report::{self, Report};
use crate::rules::{Rule, catalog};
use crate::source::{Problem, Sources};

pub(super) fn check(options: &Check, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let request = match Request::new(options.paths.clone(), &options.input) {
        Ok(request) => request,
        Err(refused) => return refuse(&refused, terminal),
    };
    let config = &request.settings.config;
    let own = config.rule_paths.iter().map(|path| request.settings.at(path));
    let extra = input::rule_files(&options.rules.iter().cloned().chain(own).collect::<Vec<_>>());
    let mut rule_problems = extra.problems;
    rule_problems.extend(taken_names(&extra.rules));
    // A broken rule does not keep the others from being checked; the exit code tells of it.
    let broken =
        if rule_problems.is_empty() { None } else { Some(broken_rules(&rule_problems, &extra.sources, terminal)?) };
    let built_in = match catalog::built_in() {
        Ok(rules) => rules,
        Err(problems) => return broken_rules(&problems, &Sources::default(), terminal),
    };
    let loaded = input::load(&request);
    let taken = |rule: &Rule| catalog::FILES.iter().any(|(_, name, _)| *name == &*rule.name);
    let own = extra.rules.iter().map(|(rule, _)| rule).filter(|rule| !taken(rule));
    let rules: Vec<&Rule> = built_in.iter().chain(own).collect();
    let results = crate::rules::run(&rules, &loaded.model);
    let report = Report {
        sources: &loaded.sources,
        environment: loaded.model.environment(),
        findings: &results.findings,
        not_evaluated: &results.not_evaluated,
        problems: &loaded.problems,
        rules: rules.len(),
        inputs: loaded.inputs.clone(),
    };
    let threshold = options.fail_on.or(request.fail_on).unwrap_or(FailOn::Warning);
    let worst = |severity| threshold.includes(severity);
    let found = report.findings.iter().any(|finding| worst(finding.severity))
        || report.problems.iter().any(|problem| worst(problem.severity));
    let exit = match (has_errors(&loaded.problems), found) {
        (true, _) => Exit::Input,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Clean,
    };
    match options.format {
        Format::Human => report::human::report(out, &report, terminal.style(), options.verbose)?,
        Format::Json => report::json::report(out, &report)?,
    }
    Ok(broken.unwrap_or(exit))
}

/// Rules whose names the built-in ones have, or each other's.
fn taken_names(rules: &[(Rule, crate::read::Node)]) -> Vec<Problem> {
    let mut seen: Vec<&str> = catalog::FILES.iter().map(|(_, name, _)| *name).collect();
    let mut problems = Vec::new();
    for (rule, root) in rules {
        if seen.contains(&&*rule.name) {
            problems.push(
                Problem::error("rule-name-taken", format!("there is another rule named `{}`", rule.name))
                    .at(crate::source::Span { end: root.span.start, ..root.span }, "this file")
                    .help("a rule is named after its file; rename the file"),
            );
        }
        seen.push(&rule.name);
    }
    problems
}
