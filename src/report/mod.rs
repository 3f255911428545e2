//! One renderer per output format over one report. Knows nothing of Domino.

mod closing;
mod diagnostic;
pub mod effective;
mod excerpt;
pub mod human;
pub mod json;
pub mod page;
pub mod picture;
mod safe_json;
mod sanitize;
mod table;

pub use diagnostic::{Diagnostic, Mark};
pub use human::{Style, Theme};
pub use safe_json::write_json;

use serde::Serialize;

use crate::directory::Environment;
use crate::rules::{Finding, NotEvaluated};
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

/// Everything that a check gives.
#[derive(Debug)]
pub struct Report<'r> {
    /// The files.
    pub sources: &'r Sources,
    /// The documents, to find places.
    pub environment: &'r Environment,
    /// What is wrong, the worst first.
    pub findings: &'r [Finding],
    /// What could not be decided.
    pub not_evaluated: &'r [NotEvaluated],
    /// What could not be read or understood.
    pub problems: &'r [Problem],
    /// The rules that ran.
    pub rules: usize,
    /// The files that were understood: path and format.
    pub inputs: Vec<(String, String)>,
}

/// The counts of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Pairs of rule and subject that could not be decided.
    pub not_evaluated: usize,
    /// Findings that were accepted beforehand; always 0 in this release.
    pub suppressed: usize,
    /// Problems with inputs, of any severity.
    pub problems: usize,
    /// Items of the documents below that the vocabulary does not explain; most have nothing to do with mail.
    pub items_not_understood: usize,
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
        Summary {
            errors: of(Severity::Error),
            warnings: of(Severity::Warning),
            infos: of(Severity::Info),
            not_evaluated: self.not_evaluated.len(),
            suppressed: 0,
            problems: self.problems.len(),
            items_not_understood: self
                .environment
                .documents()
                .iter()
                .map(|document| document.not_understood.len())
                .sum(),
            files: self.inputs.len(),
            documents: self.environment.documents().len(),
            servers: self.environment.of_kind(crate::directory::Kind::Server).count(),
            rules: self.rules,
        }
    }
}
