//! What is wrong with a file, without saying the same a thousand times.

use std::collections::BTreeMap;

use crate::source::Problem;

/// So many problems of one kind are shown of a file.
const SHOWN: usize = 20;

/// The problems of one file.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    problems: Vec<Problem>,
    counts: BTreeMap<&'static str, usize>,
}

impl Complaints {
    pub(super) fn add(&mut self, problem: Problem) {
        let count = self.counts.entry(problem.code).or_default();
        *count += 1;
        if *count <= SHOWN {
            self.problems.push(problem);
        }
    }

    /// Adds those of a part of the file.
    pub(super) fn add_all(&mut self, other: Self) {
        for problem in other.problems {
            if self.problems.iter().filter(|known| known.code == problem.code).count() < SHOWN {
                self.problems.push(problem);
            }
        }
        for (code, count) in other.counts {
            *self.counts.entry(code).or_default() += count;
        }
    }

    /// Passes them on.
    pub(super) fn finish(self, problems: &mut Vec<Problem>) {
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        for mut problem in self.problems {
            let count = self.counts.get(problem.code).copied().unwrap_or_default();
            let shown = shown.entry(problem.code).or_default();
            *shown += 1;
            if *shown == SHOWN && count > SHOWN {
                let more = format!("{} more like this in the file are not shown", count - SHOWN);
                problem.help = Some(problem.help.map_or_else(|| more.clone(), |help| format!("{help}; {more}")));
            }
            problems.push(problem);
        }
    }
}
