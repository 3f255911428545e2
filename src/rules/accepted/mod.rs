//! Findings that were accepted beforehand: by maillint.toml, by a comment beside the setting, by the baseline.
//!
//! An acceptance that has expired accepts nothing, and one that matches nothing is reported: both are findings about the file
//! they stand in. Nothing is called unused as long as its rule could not be decided everywhere, or an input could not be read.

mod comment;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::finding::{Finding, NotEvaluated};
use crate::config::baseline::{Baseline, Entry};
use crate::config::{Suppression, Word};
use crate::directory::{Environment, name_key};
use crate::read::comments::Comment;
use crate::source::{Problem, Span};

/// An accepted finding.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The finding.
    pub finding: Finding,
    /// Who accepted it and why.
    pub by: Acceptance,
}

/// Why a finding is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// Where that is said.
    pub kind: Kind,
    /// The reason; none in a baseline.
    pub reason: Option<Arc<str>>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
    /// The last day on which it holds.
    pub expires: Option<Arc<str>>,
    /// The place.
    pub span: Option<Span>,
}

/// Where a finding is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// In maillint.toml or a file that it names.
    Configuration,
    /// In a comment beside the setting.
    Comment,
    /// In the baseline.
    Baseline,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Comment => "comment",
            Self::Baseline => "baseline",
        }
    }
}

/// Everything that may accept findings in one environment.
#[derive(Debug, Clone, Copy)]
pub struct Acceptor<'a> {
    /// The environment's name in maillint.toml.
    pub name: Option<&'a str>,
    /// Its documents.
    pub environment: &'a Environment,
    /// Suppressions of the configuration.
    pub suppressions: &'a [Suppression],
    /// Comments in its files.
    pub comments: &'a [Comment],
    /// Known findings.
    pub baseline: Option<&'a Baseline>,
    /// The day: `YYYY-MM-DD`.
    pub today: &'a str,
}

/// What is left, and what did its work.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Findings that nobody accepted.
    pub findings: Vec<Finding>,
    /// The others.
    pub accepted: Vec<Accepted>,
    /// The suppressions that matched something, by position, expired ones too.
    pub used: BTreeSet<usize>,
    /// The entries of the baseline that matched something, by position.
    pub known: BTreeSet<usize>,
    /// What is wrong with comments.
    pub problems: Vec<Problem>,
}

impl Acceptor<'_> {
    /// Sorts the findings of the environment.
    #[must_use]
    pub fn sort(&self, findings: Vec<Finding>, undecided: &Undecided, rules: &[&str]) -> Sorted {
        let mut sorted = Sorted::default();
        let mut comments = comment::Comments::read(self.comments, rules, self.today);
        for finding in findings {
            let by = comments
                .accept(&finding, self.environment)
                .or_else(|| self.by_configuration(&finding, &mut sorted.used))
                .or_else(|| self.by_baseline(&finding, &mut sorted.known));
            match by {
                Some(by) => sorted.accepted.push(Accepted { finding, by }),
                None => sorted.findings.push(finding),
            }
        }
        sorted.problems = comments.problems(undecided);
        sorted
    }

    fn by_configuration(&self, finding: &Finding, used: &mut BTreeSet<usize>) -> Option<Acceptance> {
        let mut by = None;
        for (index, suppression) in self.suppressions.iter().enumerate() {
            if !self.matches(suppression, finding) {
                continue;
            }
            used.insert(index);
            if by.is_none() && !expired(suppression, self.today) {
                by = Some(Acceptance {
                    kind: Kind::Configuration,
                    reason: Some(Arc::clone(&suppression.reason)),
                    owner: suppression.owner.clone(),
                    expires: suppression.expires.as_ref().map(|expires| Arc::clone(&expires.value)),
                    span: Some(suppression.span),
                });
            }
        }
        by
    }

    fn matches(&self, suppression: &Suppression, finding: &Finding) -> bool {
        let same =
            |word: &Option<Word>, value: Option<&str>| word.as_ref().is_none_or(|word| Some(&*word.value) == value);
        let at = finding.primary.as_ref().map(|label| &label.at);
        *suppression.rule.value == *finding.rule
            && same(&suppression.environment, self.name)
            && self.is_about(&suppression.document.value, finding)
            && same(&suppression.field, at.map(|at| &*at.field))
            && same(&suppression.element, finding.element.as_deref())
    }

    /// Whether a finding is about a document of that name, or of that kind and name as reports show it.
    fn is_about(&self, wanted: &str, finding: &Finding) -> bool {
        let wanted = name_key(wanted);
        let at = finding.primary.as_ref().and_then(|label| self.environment.document(label.at.document));
        if finding.subject.name.is_empty() && wanted == "environment" {
            return true;
        }
        let named = at.is_some_and(|document| {
            let kinds = [document.kind.title(), document.kind.short_title(), document.kind.name()];
            name_key(&document.name) == wanted
                || kinds.iter().any(|kind| name_key(&format!("{kind} {}", document.name)) == wanted)
        });
        named || (!finding.subject.name.is_empty() && name_key(&finding.subject.name) == wanted)
    }

    fn by_baseline(&self, finding: &Finding, known: &mut BTreeSet<usize>) -> Option<Acceptance> {
        let same =
            |entry: &Entry| *entry.fingerprint == *finding.fingerprint && entry.environment.as_deref() == self.name;
        let (index, entry) = self.baseline?.entries.iter().enumerate().find(|(_, entry)| same(entry))?;
        known.insert(index);
        Some(Acceptance { kind: Kind::Baseline, reason: None, owner: None, expires: None, span: entry.span })
    }
}

fn expired(suppression: &Suppression, today: &str) -> bool {
    suppression.expires.as_ref().is_some_and(|expires| *expires.value < *today)
}

/// Rules of which nobody can say that they find nothing.
#[derive(Debug, Clone, Default)]
pub struct Undecided {
    /// An input could not be read: any rule might find something in it.
    pub all: bool,
    /// Rules that could not be decided somewhere.
    pub rules: BTreeSet<Arc<str>>,
}

impl Undecided {
    /// The rules that a run left undecided.
    #[must_use]
    pub fn of(not_evaluated: &[NotEvaluated], input_missing: bool) -> Self {
        Self { all: input_missing, rules: not_evaluated.iter().map(|open| Arc::clone(&open.rule)).collect() }
    }

    /// Adds what another environment leaves undecided.
    pub fn extend(&mut self, other: &Self) {
        self.all |= other.all;
        self.rules.extend(other.rules.iter().cloned());
    }

    fn has(&self, rule: &str) -> bool {
        self.all || self.rules.contains(rule)
    }
}

/// What is to be said about the suppressions of the configuration after all environments were checked.
#[must_use]
pub fn suppression_problems(
    suppressions: &[Suppression],
    used: &BTreeSet<usize>,
    undecided: &Undecided,
    rules: &[&str],
    today: &str,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, suppression) in suppressions.iter().enumerate() {
        let rule = &suppression.rule;
        let matched = used.contains(&index);
        if !rules.contains(&&*rule.value) {
            let near = crate::suggest::closest(&rule.value, rules.iter().copied());
            let problem = Problem::warning("suppression-unused", format!("no rule `{}` runs", rule.value))
                .at(rule.span, "accepts nothing");
            problems.push(match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            });
        } else if let Some(expires) = suppression.expires.as_ref().filter(|_| expired(suppression, today)) {
            let owner = suppression.owner.as_ref().map(|owner| format!("; its owner is {owner}")).unwrap_or_default();
            let help = if matched {
                format!("mend the setting, or agree on a new date{owner}")
            } else {
                format!("nothing matches it any more: remove it{owner}")
            };
            let message = format!("the suppression of `{}` expired on {}", rule.value, expires.value);
            problems.push(
                Problem::warning("suppression-expired", message)
                    .at(expires.span, format!("the reason was: {}", suppression.reason))
                    .help(help),
            );
        } else if !matched && !undecided.has(&rule.value) {
            let about = &suppression.document.value;
            problems.push(
                Problem::warning("suppression-unused", format!("nothing is found that this suppression accepts: `{}` in `{about}`", rule.value))
                    .at(rule.span, "accepts nothing")
                    .help("remove it, or correct document, field and element; `maillint check --format json --no-suppressions` shows them"),
            );
        }
    }
    problems
}

/// What is to be said about the baseline after all environments were checked.
#[must_use]
pub fn baseline_problem(baseline: &Baseline, known: &BTreeSet<usize>, undecided: &Undecided) -> Option<Problem> {
    let stale: Vec<&Entry> = baseline
        .entries
        .iter()
        .enumerate()
        .filter(|(index, entry)| !known.contains(index) && !undecided.has(&entry.rule))
        .map(|(_, entry)| entry)
        .collect();
    let first = stale.first()?;
    let message = match stale.len() {
        1 => format!("a finding of the baseline is no longer found: `{}`", first.rule),
        count => format!("{count} findings of the baseline are no longer found, such as `{}`", first.rule),
    };
    let problem = Problem::info("baseline-stale", message).help("`maillint baseline --prune` removes them");
    Some(match first.span {
        Some(span) => problem.at(span, "no longer found"),
        None => problem,
    })
}
