//! `# maillint: allow(RULE, until 2027-01-31) why`.

use std::sync::Arc;

use super::{Acceptance, Kind, Undecided};
use crate::directory::Environment;
use crate::read::comments::Comment;
use crate::rules::finding::Finding;
use crate::source::{Problem, Span};
use crate::suggest::closest;

const FORM: &str = "write `# maillint: allow(RULE) why`, or `allow(RULE, until 2027-01-31) why`";

/// The comments of an environment that accept findings.
pub(super) struct Comments<'t> {
    allowed: Vec<Allowed>,
    problems: Vec<Problem>,
    today: &'t str,
}

struct Allowed {
    rule: Arc<str>,
    reason: Arc<str>,
    until: Option<Arc<str>>,
    span: Span,
    covers: Span,
    used: bool,
}

impl<'t> Comments<'t> {
    pub(super) fn read(comments: &[Comment], rules: &[&str], today: &'t str) -> Self {
        let mut read = Self { allowed: Vec::new(), problems: Vec::new(), today };
        for comment in comments {
            read.comment(comment, rules);
        }
        read
    }

    fn comment(&mut self, comment: &Comment, rules: &[&str]) {
        let parsed = comment.text.strip_prefix("allow").map(str::trim_start).and_then(|rest| {
            let (inside, reason) = rest.strip_prefix('(')?.split_once(')')?;
            Some((inside, reason.trim_start_matches([':', '-', ' ']).trim()))
        });
        let Some((inside, reason)) = parsed else {
            self.problems.push(
                Problem::warning("comment-not-understood", "a comment speaks to maillint but is not understood")
                    .at(comment.span, "accepts nothing")
                    .help(FORM),
            );
            return;
        };
        if reason.is_empty() {
            self.problems.push(
                Problem::warning("suppression-without-reason", "a comment accepts a finding without saying why")
                    .at(comment.span, "accepts nothing without a reason")
                    .help(FORM),
            );
            return;
        }
        let (dates, names): (Vec<&str>, Vec<&str>) = inside
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .partition(|part| part.starts_with("until"));
        let until = dates.first().map(|date| date.trim_start_matches("until").trim());
        if let Some(date) = until.filter(|date| jiff::civil::Date::strptime("%Y-%m-%d", date).is_err()) {
            self.problems.push(
                Problem::warning("comment-not-understood", format!("`{date}` is no day of the calendar"))
                    .at(comment.span, "accepts nothing")
                    .help(FORM),
            );
            return;
        }
        for name in names {
            if !rules.contains(&name) {
                let problem = Problem::warning("suppression-unused", format!("no rule `{name}` runs"))
                    .at(comment.span, "accepts nothing");
                self.problems.push(match closest(name, rules.iter().copied()) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                });
                continue;
            }
            self.allowed.push(Allowed {
                rule: Arc::from(name),
                reason: Arc::from(reason),
                until: until.map(Arc::from),
                span: comment.span,
                covers: comment.covers,
                used: false,
            });
        }
    }

    pub(super) fn accept(&mut self, finding: &Finding, environment: &Environment) -> Option<Acceptance> {
        let label = finding.primary.as_ref()?;
        let place = environment.place(&label.at)?;
        let document = environment.document(label.at.document)?;
        let inside = |span: Span, at: Span| {
            span.file == at.file && span.start <= at.start && at.start < span.end.max(span.start + 1)
        };
        let mut by = None;
        for allowed in self.allowed.iter_mut().filter(|allowed| *allowed.rule == *finding.rule) {
            // A comment above a document is about what is not set in it, too.
            let about =
                inside(allowed.covers, place.span) || (place.item.is_none() && inside(allowed.covers, document.span));
            if !about {
                continue;
            }
            allowed.used = true;
            if by.is_none() && allowed.until.as_ref().is_none_or(|until| **until >= *self.today) {
                by = Some(Acceptance {
                    kind: Kind::Comment,
                    reason: Some(Arc::clone(&allowed.reason)),
                    owner: None,
                    expires: allowed.until.clone(),
                    span: Some(allowed.span),
                });
            }
        }
        by
    }

    /// What is to be said about the comments after all findings were seen.
    pub(super) fn problems(self, undecided: &Undecided) -> Vec<Problem> {
        let mut problems = self.problems;
        for allowed in self.allowed {
            let rule = &allowed.rule;
            match allowed.until.filter(|until| **until < *self.today) {
                Some(until) => problems.push(
                    Problem::warning("suppression-expired", format!("the suppression of `{rule}` expired on {until}"))
                        .at(allowed.span, format!("the reason was: {}", allowed.reason))
                        .help(if allowed.used {
                            "mend the setting, or agree on a new date"
                        } else {
                            "nothing matches it any more: remove it"
                        }),
                ),
                None if !allowed.used && !undecided.has(rule) => problems.push(
                    Problem::warning(
                        "suppression-unused",
                        format!("nothing is found here that this comment accepts: `{rule}`"),
                    )
                    .at(allowed.span, "accepts nothing")
                    .help("remove it, or put it on the line of the setting or alone above it"),
                ),
                None => {}
            }
        }
        problems
    }
}
