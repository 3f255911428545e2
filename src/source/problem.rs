//! What could not be read or understood, as data.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{FileId, Span};

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Likely wrong, or risky.
    Warning,
    /// Mail is lost, refused, open to abuse or undefined; or an input cannot be understood.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// Something in an input that was not understood, or not as it should be. A problem of severity error means that a part
/// of the input could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable name, like a rule's.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence, lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The file, where there is no span in it.
    pub path: Option<Arc<str>>,
    /// The place and what to write under it; the first is the main one.
    pub labels: Vec<(Span, String)>,
}

impl Problem {
    /// A problem without a place yet.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), help: None, path: None, labels: Vec::new() }
    }

    /// An error.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// A note.
    #[must_use]
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Info, message)
    }

    /// Adds a labelled place.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.labels.push((span, label.into()));
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Names the file, for a problem without a place in it.
    #[must_use]
    pub fn in_file(mut self, path: &str) -> Self {
        self.path = Some(Arc::from(path));
        self
    }
}

/// Problems of one kind in one file beyond these are counted, not told one by one.
const ALIKE: usize = 10;

impl Problem {
    /// Whether it says that a text is not of its format: one such slip often brings hundreds of others with it.
    #[must_use]
    pub fn is_of_syntax(&self) -> bool {
        const OTHERS: [&str; 5] =
            ["ldif-base64", "notes-ini-line", "structured-text-line", "dxl-item", "input-not-understood"];
        self.code.ends_with("-syntax") || OTHERS.contains(&self.code)
    }
}

/// Leaves the first few problems of each kind in each file, and counts the others, among those that may be `counted`: a
/// file that is broken as a whole is told in a screen, and hides nothing that is said of others.
#[must_use]
pub fn shorten(problems: Vec<Problem>, counted: impl Fn(&Problem) -> bool) -> Vec<Problem> {
    type Kind = (&'static str, Severity, Option<FileId>, Option<Arc<str>>);
    let kind = |problem: &Problem| -> Kind {
        let file = problem.labels.first().map(|(span, _)| span.file);
        (problem.code, problem.severity, file, problem.path.clone())
    };
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for problem in problems.iter().filter(|problem| counted(problem)) {
        *counts.entry(kind(problem)).or_default() += 1;
    }
    let mut seen: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut kept = Vec::new();
    for problem in problems {
        if !counted(&problem) {
            kept.push(problem);
            continue;
        }
        let kind = kind(&problem);
        let all = counts.get(&kind).copied().unwrap_or(0);
        let number = seen.entry(kind).or_default();
        *number += 1;
        if all <= ALIKE + 1 || *number <= ALIKE {
            kept.push(problem);
        } else if *number == ALIKE + 1 {
            let mut rest = Problem::new(
                problem.code,
                problem.severity,
                format!("and {} more of this kind in this file", all - ALIKE),
            );
            rest.path = problem.path;
            rest.labels.extend(problem.labels.first().map(|(span, _)| (*span, "the next of them".to_owned())));
            kept.push(rest);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_alike_are_counted_by_file_and_kind() {
        let at = |code, file| Problem::error(code, "x").at(Span::at(FileId(file), 0), "here");
        let mut all: Vec<Problem> = (0..30).map(|_| at("a", 0)).collect();
        all.extend((0..=ALIKE).map(|_| at("b", 0)));
        all.extend((0..3).map(|_| at("a", 1)));
        let kept = shorten(all, |_| true);
        assert_eq!(kept.len(), (ALIKE + 1) + (ALIKE + 1) + 3);
        assert_eq!(kept.iter().filter(|problem| problem.message == "and 20 more of this kind in this file").count(), 1);
    }
}
