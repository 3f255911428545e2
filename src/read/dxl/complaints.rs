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
            self.add(problem);
        }
    }

    /// Passes them on.
    pub(super) fn finish(self, problems: &mut Vec<Problem>) {
        for mut problem in self.problems {
            let last = self.counts.get_key_value(problem.code).filter(|(_, count)| **count > SHOWN);
            let shown = problems.iter().filter(|other| other.code == problem.code).count() + 1;
            if let (Some((_, count)), true) = (last, shown == SHOWN) {
                let more = format!("{} more like this in the file are not shown", count - SHOWN);
                problem.help = Some(problem.help.map_or_else(|| more.clone(), |help| format!("{help}; {more}")));
            }
            problems.push(problem);
        }
    }
}
