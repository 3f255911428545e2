//! What could not be read or understood, as data.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Span;

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
