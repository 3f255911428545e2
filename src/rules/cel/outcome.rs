//! What an evaluation gives.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::effective::{Datum, Fact, Reason};

/// The result of an evaluation and what decided it.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The value, or why there is none.
    pub value: Result<Datum, Unknown>,
    /// The facts that decided, in order of evaluation, each once.
    pub reads: Vec<Read>,
}

/// A fact that took part in a decision.
#[derive(Debug, Clone)]
pub struct Read {
    /// The path as written, such as `server.hostname`; for an element the path of its list.
    pub path: Arc<str>,
    /// The fact.
    pub fact: Fact,
}

/// Why there is no value, in order of evaluation, each reason once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unknown {
    /// The reasons.
    pub reasons: Vec<Reason>,
}

/// The steps that evaluations may still take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget(pub u64);

impl Outcome {
    /// The truth value, if the outcome is one.
    #[must_use]
    pub fn bool(&self) -> Option<bool> {
        match self.value {
            Ok(Datum::Bool(value)) => Some(value),
            _ => None,
        }
    }
}

impl Unknown {
    pub(super) fn because(reason: impl Into<Arc<str>>) -> Self {
        Self { reasons: vec![Reason(reason.into())] }
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.reasons.extend(other.reasons);
        self
    }

    /// Both, where either may be missing.
    pub(super) fn join(first: Option<Self>, second: Self) -> Self {
        match first {
            Some(first) => first.and(second),
            None => second,
        }
    }

    pub(super) fn distinct(mut self) -> Self {
        if self.reasons.len() > 1 {
            let mut seen = HashSet::new();
            self.reasons.retain(|reason| seen.insert(reason.clone()));
        }
        self
    }
}

impl From<&Reason> for Unknown {
    fn from(reason: &Reason) -> Self {
        Self { reasons: vec![reason.clone()] }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, reason) in self.reasons.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{reason}")?;
        }
        Ok(())
    }
}
