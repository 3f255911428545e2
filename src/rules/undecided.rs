//! What could not be decided, told in few words: a rule that lacks a fact of one person lacks it of many.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::finding::NotEvaluated;
use crate::directory::Kind;

/// So many people are named for whom a rule lacks the same.
const NAMED: usize = 20;

/// Leaves a few for each rule and reason, and counts the others with the last of them, where there may be very many
/// documents of the kind.
pub(super) fn shorten(all: &mut Vec<NotEvaluated>) {
    let many = |open: &NotEvaluated| {
        matches!(Kind::from_name(&open.subject.kind), Some(Kind::Person | Kind::MailIn | Kind::Group))
    };
    // By rule, kind and reason.
    let mut counts: BTreeMap<[Arc<str>; 3], (usize, usize)> = BTreeMap::new();
    let mut kept: Vec<NotEvaluated> = Vec::with_capacity(all.len().min(NAMED));
    for open in all.drain(..) {
        if !many(&open) {
            kept.push(open);
            continue;
        }
        let key = [Arc::clone(&open.rule), Arc::clone(&open.subject.kind), Arc::from(open.reason.as_str())];
        let (count, last) = counts.entry(key).or_default();
        *count += 1;
        if *count <= NAMED {
            *last = kept.len();
            kept.push(open);
        } else if let Some(last) = kept.get_mut(*last) {
            last.more += 1 + open.more;
        }
    }
    *all = kept;
}

/// How many there are, those that are not listed included.
#[must_use]
pub fn count(all: &[NotEvaluated]) -> usize {
    all.iter().map(|open| 1 + open.more).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::SubjectName;

    fn open(kind: &str, name: usize, reason: &str) -> NotEvaluated {
        let subject = SubjectName { kind: Arc::from(kind), name: Arc::from(name.to_string()) };
        NotEvaluated { rule: Arc::from("r"), subject, reason: reason.to_owned(), at: Vec::new(), more: 0 }
    }

    #[test]
    fn many_people_are_counted() {
        let mut all: Vec<NotEvaluated> = (0..1000).map(|name| open("person", name, "a")).collect();
        all.extend((0..5).map(|name| open("person", name, "b")));
        all.extend((0..100).map(|name| open("server", name, "a")));
        // In two steps, as for the slices of an environment.
        let mut rest = all.split_off(500);
        shorten(&mut all);
        shorten(&mut rest);
        all.extend(rest);
        shorten(&mut all);
        assert_eq!(count(&all), 1105);
        let of = |kind: &str, reason: &str| {
            all.iter().filter(|open| &*open.subject.kind == kind && open.reason == reason).count()
        };
        assert_eq!((of("person", "a"), of("person", "b"), of("server", "a")), (NAMED, 5, 100));
        assert_eq!(all.first().map(|open| &*open.subject.name), Some("0"));
    }
}
