//! Which rules run, and how bad their findings are: the profile and the levels of maillint.toml.
//!
//! A level for the rule itself wins over one for a tag, a tag over the category, the category over a level for `*`, and any
//! of them over the profile. Of several tags of one rule the one that stands last in the file wins.

use super::Rule;
use super::finding::Finding;
use crate::config::{Config, Level, Levels, Profile, Word};
use crate::source::{Problem, Severity};
use crate::suggest::closest;

/// A rule with this tag runs only where the profile is at least `strict`.
const STRICT: &str = "strict";
/// A rule with this tag runs only where the profile is `all`.
const OPTIONAL: &str = "optional";
/// Stands for every rule.
const EVERY: &str = "*";

/// What maillint.toml and the command line say about rules.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'c> {
    profile: Profile,
    levels: &'c Levels,
}

impl<'c> Selection<'c> {
    /// The selection of a configuration; a profile of the command line wins.
    #[must_use]
    pub fn new(config: &'c Config, profile: Option<Profile>) -> Self {
        Self { profile: profile.unwrap_or(config.profile), levels: &config.levels }
    }

    /// Names of rules, tags and categories that there are not.
    #[must_use]
    pub fn problems(&self, rules: &[&Rule]) -> Vec<Problem> {
        let names: Vec<&str> = rules.iter().map(|rule| &*rule.name).collect();
        let tags: Vec<&str> = rules.iter().flat_map(|rule| &rule.tags).map(|tag| &**tag).collect();
        let categories: Vec<&str> = rules.iter().map(|rule| &*rule.category).collect();
        let mut problems = Vec::new();
        for (known, levels, what, list) in [
            (&names, &self.levels.rules, "rule", "`maillint rules` lists them"),
            (&tags, &self.levels.tags, "tag", "`maillint rules --format json` shows the tags"),
            (&categories, &self.levels.categories, "category", "`maillint rules` shows the categories"),
        ] {
            let is_known = |name: &str| known.contains(&name) || (what == "rule" && name == EVERY);
            let unknown = levels.iter().map(|(name, _)| name).filter(|name| !is_known(&name.value));
            problems.extend(unknown.map(|name| unknown_name(name, what, known, list)));
        }
        problems
    }

    /// The level of a rule, if one is set.
    fn level(&self, rule: &Rule) -> Option<Level> {
        let last = |levels: &[(Word, Level)], applies: &dyn Fn(&str) -> bool| {
            levels.iter().rev().find(|(name, _)| applies(&name.value)).map(|(_, level)| *level)
        };
        last(&self.levels.rules, &|name| *name == *rule.name)
            .or_else(|| last(&self.levels.tags, &|name| rule.tags.iter().any(|tag| **tag == *name)))
            .or_else(|| last(&self.levels.categories, &|name| *name == *rule.category))
            .or_else(|| last(&self.levels.rules, &|name| *name == *EVERY))
    }

    /// Whether a rule runs.
    #[must_use]
    pub fn runs(&self, rule: &Rule) -> bool {
        match self.level(rule) {
            Some(level) => level != Level::Off,
            None => {
                let tagged = |wanted: &str| rule.tags.iter().any(|tag| **tag == *wanted);
                match self.profile {
                    Profile::Default => !tagged(STRICT) && !tagged(OPTIONAL),
                    Profile::Strict => !tagged(OPTIONAL),
                    Profile::All => true,
                }
            }
        }
    }

    /// Gives findings the severity that was asked for, whatever the rule says under which conditions; the worst come first.
    pub fn judge(&self, rules: &[&Rule], findings: &mut [Finding]) {
        let severity = |finding: &Finding| -> Option<Severity> {
            match self.level(rules.iter().find(|rule| rule.name == finding.rule)?)? {
                Level::Severity(severity) => Some(severity),
                Level::Off | Level::On => None,
            }
        };
        for finding in findings.iter_mut() {
            if let Some(severity) = severity(finding) {
                finding.severity = severity;
            }
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
}

/// A name that nothing has.
fn unknown_name(name: &Word, what: &str, known: &[&str], list: &str) -> Problem {
    let problem =
        Problem::error("unknown-name", format!("there is no {what} `{}`", name.value)).at(name.span, "not known");
    match closest(&name.value, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(list.to_owned()),
    }
}
