//! Environments, each read and judged; several at the same time.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::input::{self, Loaded};
use super::progress::Progress;
use super::request::Request;
use crate::config::baseline::Baseline;
use crate::rules::accepted::{Accepted, Acceptor, Undecided};
use crate::rules::{Finding, NotEvaluated, Rule, Selection, Tally};
use crate::source::{Problem, Severity};

/// How environments are judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'j> {
    /// The rules that run.
    pub rules: &'j [&'j Rule],
    /// How bad what they find is.
    pub selection: Selection<'j>,
    /// Whether suppressions and comments count.
    pub suppressions: bool,
    /// Known findings.
    pub baseline: Option<&'j Baseline>,
    /// The day: `YYYY-MM-DD`.
    pub today: &'j str,
}

/// An environment, judged.
#[derive(Debug)]
pub(super) struct Checked {
    /// What was read.
    pub loaded: Loaded,
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// Problems of their own that come of these and are told with them.
    pub consequences: Vec<Finding>,
    /// What was accepted beforehand.
    pub accepted: Vec<Accepted>,
    /// What could not be decided.
    pub not_evaluated: Vec<NotEvaluated>,
    /// Suppressions that matched something.
    pub used: BTreeSet<usize>,
    /// Entries of the baseline that matched something.
    pub known: BTreeSet<usize>,
    /// What became of each rule.
    pub tallies: Vec<Tally>,
    /// Rules of which nobody can say that they find nothing.
    pub undecided: Undecided,
}

/// Whether an input could not be read or understood.
#[must_use]
pub(super) fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// Judges all environments, as many at a time as there are processors.
#[must_use]
pub(super) fn check_all(requests: &[Request], judge: Judge<'_>) -> Vec<Checked> {
    let progress = Progress::start(requests.len());
    if let [request] = requests {
        return vec![check(request, judge)];
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(requests.len());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((index, request)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    requests.get(index).map(|request| (index, request))
                } {
                    let checked = check(request, judge);
                    progress.step();
                    if let Ok(mut done) = done.lock() {
                        done.push((index, checked));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, checked)| checked).collect()
}

fn check(request: &Request, judge: Judge<'_>) -> Checked {
    let recipients = judge.rules.iter().any(|rule| rule.reads_recipients);
    let mut loaded = input::load(request, recipients);
    loaded.model = loaded.model.on(judge.today);
    // The rule of that name says it, where it can be explained, selected and accepted.
    loaded.problems.retain(|problem| problem.code != "document-is-conflict" || problem.severity < Severity::Warning);
    let results = crate::rules::run(judge.rules, &loaded.model);
    let mut findings = results.findings;
    judge.selection.judge(judge.rules, &mut findings);
    let undecided = Undecided::of(&results.not_evaluated, has_errors(&loaded.problems));
    let names: Vec<&str> = judge.rules.iter().map(|rule| &*rule.name).collect();
    let (suppressions, comments) = if judge.suppressions {
        (request.settings.config.suppressions.as_slice(), loaded.comments.as_slice())
    } else {
        (&[][..], &[][..])
    };
    let acceptor = Acceptor {
        name: request.name.as_deref(),
        environment: loaded.model.environment(),
        suppressions,
        comments,
        baseline: judge.baseline,
        today: judge.today,
    };
    let sorted = acceptor.sort(findings, &undecided, &names);
    loaded.problems.extend(sorted.problems);
    let (findings, consequences) = apart(sorted.findings);
    Checked {
        loaded,
        findings,
        consequences,
        accepted: sorted.accepted,
        not_evaluated: results.not_evaluated,
        tallies: results.tallies,
        used: sorted.used,
        known: sorted.known,
        undecided,
    }
}

/// Findings, and the problems of their own that come of one of them; mere consequences are told with their cause only.
/// Where the cause was accepted, what comes of it is a finding.
fn apart(all: Vec<Finding>) -> (Vec<Finding>, Vec<Finding>) {
    let causes: BTreeSet<String> = all.iter().map(|finding| finding.fingerprint.clone()).collect();
    let told = |finding: &Finding| finding.follows.as_ref().is_some_and(|cause| causes.contains(&cause.fingerprint));
    let (mut consequences, findings): (Vec<Finding>, Vec<Finding>) = all.into_iter().partition(told);
    consequences.retain(|finding| finding.follows.as_ref().is_some_and(|cause| cause.covers));
    (findings, consequences)
}
