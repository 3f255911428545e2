//! Who evaluates what when: documents in slices, on all processors.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// From so many documents on, starting threads pays.
const LARGE: usize = 500;

/// So many documents of each kind are taken at a time: all rules look at them while they are at hand, since fetching them
/// from memory again for every rule takes longer than the rules do.
const SLICE: usize = 32;

/// No more slices than these, so that what is put together at the end stays small beside the work.
const MOST: usize = 1024;

/// A part of the work of every rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    All,
    /// What rules say of the environment as a whole.
    Whole,
    /// What rules say of some of the documents of each kind, by their positions.
    Documents(Range<usize>),
}

impl Part {
    /// Whether the environment as a whole belongs to the part.
    pub(super) fn whole(&self) -> bool {
        matches!(self, Self::All | Self::Whole)
    }

    /// The positions of the documents that belong to the part.
    pub(super) fn documents(&self) -> Range<usize> {
        match self {
            Self::All => 0..usize::MAX,
            Self::Whole => 0..0,
            Self::Documents(positions) => positions.clone(),
        }
    }
}

/// The parts that the work on an environment falls into: `all` documents, at most `longest` of one kind.
pub(super) fn parts(all: usize, longest: usize) -> Vec<Part> {
    if all < LARGE {
        return vec![Part::All];
    }
    let size = SLICE.max(longest.div_ceil(MOST));
    let slices = (0..longest).step_by(size).map(|first| Part::Documents(first..first + size));
    // What concerns the whole takes longest, so it goes first.
    std::iter::once(Part::Whole).chain(slices).collect()
}

/// Does the parts on all processors; what they give comes in their order.
pub(super) fn side_by_side<T: Send>(parts: &[Part], work: impl Fn(&Part) -> T + Sync) -> Vec<T> {
    if let [only] = parts {
        return vec![work(only)];
    }
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let take = || {
            let mut done = Vec::new();
            while let Some((index, part)) = {
                let index = next.fetch_add(1, Ordering::Relaxed);
                parts.get(index).map(|part| (index, part))
            } {
                done.push((index, work(part)));
            }
            done
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(take)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    use super::{MOST, Part, parts, side_by_side};

    #[test]
    fn a_small_environment_is_one_part() {
        assert_eq!(parts(499, 499), [Part::All]);
    }

    #[test]
    fn every_document_is_in_one_slice() {
        for longest in [0, 1, 31, 32, 33, 5_000, 400_000] {
            let parts = parts(500.max(longest), longest);
            assert!(parts.len() <= MOST + 1, "{}", parts.len());
            assert_eq!(parts.iter().filter(|part| part.whole()).count(), 1);
            let mut next = 0;
            for part in parts.iter().filter(|part| !part.whole()) {
                assert_eq!(part.documents().start, next);
                next = part.documents().end;
            }
            assert!(next >= longest);
        }
    }

    #[test]
    fn results_come_in_the_order_of_the_parts() {
        let parts = parts(5_000, 5_000);
        assert_eq!(side_by_side(&parts, Part::clone), parts);
    }
}
