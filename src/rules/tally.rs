//! What a run did with each rule: how often it was decided and how long it took.

use std::sync::Arc;
use std::time::Duration;

/// What became of one rule.
#[derive(Debug, Clone)]
pub struct Tally {
    /// The rule.
    pub rule: Arc<str>,
    /// For how many documents or elements it was decided, whether it found something or not.
    pub decided: usize,
    /// For how many it could not be decided.
    pub undecided: usize,
    /// How long it took, all subjects together.
    pub time: Duration,
}

impl Tally {
    /// A rule that has not run.
    #[must_use]
    pub(super) fn new(rule: &Arc<str>) -> Self {
        Self { rule: Arc::clone(rule), decided: 0, undecided: 0, time: Duration::ZERO }
    }

    /// Adds what became of the rule for other documents.
    pub(super) fn add(&mut self, other: &Self) {
        self.decided += other.decided;
        self.undecided += other.undecided;
        self.time += other.time;
    }
}
