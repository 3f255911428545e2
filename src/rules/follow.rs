//! One cause, one finding (failures.md 7.3): what a rule finds only because of what another rule found already is told with
//! that finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::finding::{Cause, Finding};
use super::merge::directory;
use super::rule::Rule;
use super::told::severity_note;
use crate::directory::{DocumentId, Environment, Location};

/// More consequences than these nobody reads.
const MAX_TOLD: usize = 3;

/// Causes of causes are followed so far; rules that follow each other in a circle end here.
const MAX_STEPS: usize = 8;

/// Marks the findings of rules that follow others as consequences of their cause and tells of them in its notes, where the
/// cause was found in the same directory. A cause becomes as severe as the worst of its consequences.
pub(super) fn attach(mut findings: Vec<Finding>, rules: &[&Rule], documents: &Environment) -> Vec<Finding> {
    let causes: BTreeMap<&str, &[Arc<str>]> =
        rules.iter().filter(|rule| !rule.follows.is_empty()).map(|rule| (&*rule.name, &*rule.follows)).collect();
    if findings.iter().all(|finding| !causes.contains_key(&*finding.rule)) {
        return findings;
    }
    let cause_of = Causes::new(&findings, &causes, documents);
    let direct: Vec<Option<Near>> = findings
        .iter()
        .enumerate()
        .map(|(index, finding)| cause_of.find(finding, causes.get(&*finding.rule)?, documents, index))
        .collect();
    let mut told: BTreeMap<usize, usize> = BTreeMap::new();
    for index in 0..findings.len() {
        let Some(Near { index: root, covers }) = root(&direct, index) else { continue };
        let Some(cause) = findings.get(root) else { continue };
        let (cause, most) = (Cause { fingerprint: cause.fingerprint.clone(), covers }, cause.severity);
        let Some(follower) = findings.get_mut(index) else { continue };
        follower.follows = Some(cause);
        if covers {
            // The rule that names the places knows how bad they are.
            follower.severity = follower.severity.min(most);
        }
        let note = format!("with it goes {}: {}", follower.rule, follower.message);
        let (severity, rule) = (follower.severity, Arc::clone(&follower.rule));
        let Some(cause) = findings.get_mut(root) else { continue };
        let count = told.entry(root).or_insert(0);
        *count += 1;
        if *count <= MAX_TOLD {
            cause.notes.push(note);
        }
        if severity > cause.severity {
            cause.severity = severity;
            cause.notes.push(severity_note(severity, severity, &format!("{rule} is one")));
        }
    }
    for (index, count) in told {
        if let Some(cause) = findings.get_mut(index).filter(|_| count > MAX_TOLD) {
            cause.notes.push(format!("{} more findings go with it", count - MAX_TOLD));
        }
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// A finding that another one comes of.
#[derive(Debug, Clone, Copy)]
struct Near {
    index: usize,
    /// Its rule names the place of the other one.
    covers: bool,
}

/// The findings that can be causes, by rule and place.
struct Causes<'f> {
    by_place: BTreeMap<(&'f str, &'f Location), usize>,
    by_document: BTreeMap<(&'f str, DocumentId), usize>,
    by_directory: BTreeMap<(&'f str, &'f str), usize>,
    /// Findings without a place are about the whole.
    anywhere: BTreeMap<&'f str, usize>,
}

impl<'f> Causes<'f> {
    fn new(findings: &'f [Finding], causes: &BTreeMap<&str, &[Arc<str>]>, documents: &'f Environment) -> Self {
        let wanted: BTreeSet<&str> = causes.values().flat_map(|rules| rules.iter().map(|rule| &**rule)).collect();
        let mut all = Self {
            by_place: BTreeMap::new(),
            by_document: BTreeMap::new(),
            by_directory: BTreeMap::new(),
            anywhere: BTreeMap::new(),
        };
        for (index, finding) in findings.iter().enumerate().filter(|(_, finding)| wanted.contains(&*finding.rule)) {
            let rule = &*finding.rule;
            match (&finding.covers, &finding.primary) {
                (Some(covers), _) => {
                    for at in covers {
                        all.by_place.entry((rule, at)).or_insert(index);
                    }
                }
                (None, Some(label)) => {
                    all.by_document.entry((rule, label.at.document)).or_insert(index);
                    all.by_directory.entry((rule, directory(documents, &label.at))).or_insert(index);
                }
                (None, None) => {
                    all.anywhere.entry(rule).or_insert(index);
                }
            }
        }
        all
    }

    /// The finding that one comes of: the nearest of those that its rule follows.
    fn find(&self, finding: &Finding, rules: &[Arc<str>], documents: &Environment, own: usize) -> Option<Near> {
        let near = |rule: &str| -> Option<Near> {
            let at = &finding.primary.as_ref()?.at;
            let covering = self.by_place.get(&(rule, at)).map(|index| Near { index: *index, covers: true });
            let beside =
                || self.by_document.get(&(rule, at.document)).map(|index| Near { index: *index, covers: false });
            covering.or_else(beside)
        };
        let far = |rule: &str| -> Option<Near> {
            let found = match &finding.primary {
                Some(label) => self.by_directory.get(&(rule, directory(documents, &label.at))),
                None => self.anywhere.get(rule),
            };
            found.map(|index| Near { index: *index, covers: false })
        };
        let rules = || rules.iter().map(|rule| &**rule);
        rules().find_map(near).or_else(|| rules().find_map(far)).filter(|cause| cause.index != own)
    }
}

/// The cause at the end of a chain of causes.
fn root(direct: &[Option<Near>], index: usize) -> Option<Near> {
    let next = |index: usize| direct.get(index).copied().flatten();
    let mut root = next(index)?;
    for _ in 0..MAX_STEPS {
        match next(root.index) {
            Some(cause) => root = Near { index: cause.index, covers: root.covers || cause.covers },
            None => return Some(root),
        }
    }
    None
}
