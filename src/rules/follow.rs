//! One cause, one finding (failures.md 7.3): what a rule finds only because of what another rule found already is told with
//! that finding.

use std::sync::Arc;

use super::finding::Finding;
use super::merge::directory;
use super::rule::Rule;
use crate::directory::Environment;
use crate::source::Severity;

/// More consequences than these nobody reads.
const MAX_TOLD: usize = 3;

/// Moves findings of rules that follow others to the notes of their cause, where the cause was found in the same directory.
/// A cause becomes as severe as the worst of its consequences.
pub(super) fn attach(findings: Vec<Finding>, rules: &[&Rule], documents: &Environment) -> Vec<Finding> {
    let causes_of = |name: &str| -> &[Arc<str>] {
        rules.iter().find(|rule| *rule.name == *name).map_or(&[], |rule| rule.follows.as_slice())
    };
    if findings.iter().all(|finding| causes_of(&finding.rule).is_empty()) {
        return findings;
    }
    let (followers, mut rest): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| !causes_of(&finding.rule).is_empty());
    let home = |finding: &Finding| finding.primary.as_ref().map(|label| directory(documents, &label.at).to_owned());
    let mut told: Vec<(usize, usize)> = Vec::new();
    for follower in followers {
        let causes = causes_of(&follower.rule);
        let is_cause = |cause: &Finding| causes.contains(&cause.rule) && home(cause) == home(&follower);
        let same_document = |cause: &Finding| {
            let document = |finding: &Finding| finding.primary.as_ref().map(|label| label.at.document);
            document(cause) == document(&follower)
        };
        let index = rest
            .iter()
            .position(|cause| is_cause(cause) && same_document(cause))
            .or_else(|| rest.iter().position(is_cause));
        let Some((index, cause)) = index.and_then(|index| Some((index, rest.get_mut(index)?))) else {
            rest.push(follower);
            continue;
        };
        match told.iter_mut().find(|(known, _)| *known == index) {
            Some((_, count)) => *count += 1,
            None => told.push((index, 1)),
        }
        let count = told.iter().find(|(known, _)| *known == index).map_or(0, |(_, count)| *count);
        if count <= MAX_TOLD {
            cause.notes.push(format!("with it goes {}: {}", follower.rule, follower.message));
        }
        if follower.severity > cause.severity {
            cause.severity = follower.severity;
            let word = if cause.severity == Severity::Error { "an error" } else { "a warning" };
            cause.notes.push(format!("{word} here, because of {}", follower.rule));
        }
    }
    for (index, count) in told {
        if let Some(cause) = rest.get_mut(index).filter(|_| count > MAX_TOLD) {
            cause.notes.push(format!("{} more findings go with it", count - MAX_TOLD));
        }
    }
    rest.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    rest
}
