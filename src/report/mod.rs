//! One renderer per output format over one report. Knows nothing of Domino.

pub mod baseline;
mod checkstyle;
mod closing;
mod concise;
mod diagnostic;
pub mod dialogue;
pub mod effective;
mod entry;
mod excerpt;
pub mod exposure;
pub mod exposure_json;
mod format;
mod github;
mod gitlab;
mod html;
pub mod human;
mod json;
mod junit;
mod markdown;
pub mod page;
pub mod picture;
pub mod probes;
mod safe_json;
mod sanitize;
mod sarif;
mod table;
mod terminal;
mod undecided;
mod underline;
pub mod vocabulary;
mod xml;

pub use diagnostic::{Diagnostic, Mark};
pub use format::{Format, write};
pub use human::{Style, Theme};
pub use safe_json::write_json;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::directory::{Environment, looks_like_smtp};
use crate::effective::Model;
use crate::rules::accepted::Accepted;
use crate::rules::page::Page;
use crate::rules::{Finding, NotEvaluated, Rule, count_undecided};
use crate::source::{Problem, Severity, Sources};

/// A text that may be sent to a terminal, on one line.
#[must_use]
pub fn printable(text: &str) -> String {
    sanitize::one_line(text, false, 2000)
}

/// A text that may be sent to a terminal, line breaks and all.
#[must_use]
pub fn printable_lines(text: &str) -> String {
    sanitize::printable(text, false)
}

/// Everything that a run of `check` gives.
#[derive(Debug, Default)]
pub struct Run<'r> {
    /// The environments, in the order of maillint.toml.
    pub reports: Vec<Report<'r>>,
    /// What is wrong with the configuration: no environment's own.
    pub problems: &'r [Problem],
    /// The files of the configuration.
    pub sources: Option<&'r Sources>,
    /// The pages of the rules that found something.
    pub pages: Vec<Page>,
    /// Whether findings were compared with a baseline.
    pub baseline: bool,
    /// How much to say.
    pub detail: Detail,
}

/// How much to say to people.
#[derive(Debug, Clone, Copy, Default)]
pub struct Detail {
    /// Everything that could not be decided.
    pub verbose: bool,
    /// Findings and errors only.
    pub quiet: bool,
    /// How often each rule found something, instead of each finding.
    pub statistics: bool,
}

/// What a check of one environment gives.
#[derive(Debug)]
pub struct Report<'r> {
    /// The environment's name in maillint.toml.
    pub name: Option<&'r str>,
    /// The files.
    pub sources: &'r Sources,
    /// The documents, to find places.
    pub environment: &'r Environment,
    /// What each server does, for pictures of it.
    pub model: &'r Model,
    /// What is wrong, the worst first.
    pub findings: &'r [Finding],
    /// How many of these to show.
    pub shown: usize,
    /// Problems of their own that come of the findings and are told with them.
    pub consequences: &'r [Finding],
    /// What was accepted beforehand.
    pub accepted: &'r [Accepted],
    /// What could not be decided.
    pub not_evaluated: &'r [NotEvaluated],
    /// What could not be read or understood.
    pub problems: &'r [Problem],
    /// The rules that ran.
    pub rules: &'r [&'r Rule],
    /// The least severity that makes the check fail; none: no finding does.
    pub threshold: Option<Severity>,
    /// The files that were understood: path and format.
    pub inputs: &'r [(String, String)],
    /// Whether it failed: findings at or above the threshold, or inputs that could not be read.
    pub failed: bool,
}

/// The counts of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Pairs of rule and subject that could not be decided.
    pub not_evaluated: usize,
    /// Findings that were accepted beforehand.
    pub suppressed: usize,
    /// Findings that were counted but not shown, because more were not asked for.
    pub not_shown: usize,
    /// Problems with inputs, of any severity.
    pub problems: usize,
    /// Items of the documents below that the vocabulary does not explain; most have nothing to do with mail.
    pub items_not_understood: usize,
    /// Those of them whose names are like those of SMTP settings.
    pub items_like_smtp: usize,
    /// Files that were understood.
    pub files: usize,
    /// Documents in them.
    pub documents: usize,
    /// Servers among those.
    pub servers: usize,
    /// Rules that ran.
    pub rules: usize,
}

impl Report<'_> {
    /// Counts.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let of = |severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        let not_understood = || self.environment.held().iter().flat_map(|document| &document.not_understood);
        Summary {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            infos: of(Severity::Info),
            not_evaluated: count_undecided(self.not_evaluated),
            suppressed: self.accepted.len(),
            not_shown: self.findings.len() - self.shown_findings().len(),
            problems: self.problems.len(),
            items_not_understood: not_understood().count(),
            items_like_smtp: not_understood().filter(|(item, _)| looks_like_smtp(item)).count(),
            files: self.inputs.len(),
            documents: self.environment.len(),
            servers: self.environment.count(crate::directory::Kind::Server),
            rules: self.rules.len(),
        }
    }

    /// The findings to show.
    #[must_use]
    pub fn shown_findings(&self) -> &[Finding] {
        self.findings.get(..self.shown).unwrap_or(self.findings)
    }

    /// Problems of their own that come of the findings to show, for programs: people read of them in the notes of their
    /// cause.
    pub fn shown_consequences(&self) -> impl Iterator<Item = &Finding> {
        let shown = self.shown_findings();
        let known: BTreeSet<&str> = match self.consequences {
            [] => BTreeSet::new(),
            _ => shown.iter().map(|finding| finding.fingerprint.as_str()).collect(),
        };
        self.consequences.iter().filter(move |finding| {
            finding.follows.as_ref().is_some_and(|cause| known.contains(cause.fingerprint.as_str()))
        })
    }
}

impl Run<'_> {
    /// The counts of all environments together; rules are counted once.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut sum = Summary { problems: self.problems.len(), ..Summary::default() };
        for summary in self.reports.iter().map(Report::summary) {
            sum.errors += summary.errors;
            sum.warnings += summary.warnings;
            sum.infos += summary.infos;
            sum.not_evaluated += summary.not_evaluated;
            sum.suppressed += summary.suppressed;
            sum.not_shown += summary.not_shown;
            sum.problems += summary.problems;
            sum.items_not_understood += summary.items_not_understood;
            sum.items_like_smtp += summary.items_like_smtp;
            sum.files += summary.files;
            sum.documents += summary.documents;
            sum.servers += summary.servers;
            sum.rules = sum.rules.max(summary.rules);
        }
        sum
    }
}
