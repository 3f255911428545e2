//! The rules of a run: the built-in ones, those of maillint.toml, those of the command line.

use std::io;
use std::sync::Arc;

use super::args::Judging;
use super::config::Settings;
use super::input::{self, RuleFiles};
use super::{Exit, Terminal, broken_rules};
use crate::config::Profile;
use crate::read::{Node, parse_toml};
use crate::rules::accepted::Undecided;
use crate::rules::page::Page;
use crate::rules::{Rule, Selection, catalog};
use crate::source::{FileId, Problem, Sources, View};

/// The rules of a run.
#[derive(Debug)]
pub(super) struct Ruleset {
    built_in: Vec<Rule>,
    extra: RuleFiles,
    /// How the run ends because rules are broken. The others are checked all the same.
    pub broken: Option<Exit>,
    profile: Option<Profile>,
}

impl Ruleset {
    /// Loads the rules; what is wrong with them goes to standard error.
    ///
    /// # Errors
    /// Standard error cannot be written.
    pub(super) fn load(judging: &Judging, settings: &Settings, terminal: Terminal) -> io::Result<Result<Self, Exit>> {
        let own = settings.config.rule_paths.iter().map(|path| settings.at(path));
        let paths: Vec<_> = judging.rules.iter().cloned().chain(own).collect();
        let mut extra = input::rule_files(&paths);
        let mut problems = std::mem::take(&mut extra.problems);
        problems.extend(taken_names(&extra.rules));
        let broken = if problems.is_empty() { None } else { Some(broken_rules(&problems, &extra.sources, terminal)?) };
        Ok(match catalog::built_in() {
            Ok(built_in) => Ok(Self { built_in, extra, broken, profile: judging.profile.map(Profile::from) }),
            Err(problems) => Err(broken_rules(&problems, &Sources::default(), terminal)?),
        })
    }

    /// All rules whose names are their own.
    fn all(&self) -> Vec<&Rule> {
        let taken = |rule: &Rule| self.built_in.iter().any(|known| known.name == rule.name);
        self.built_in.iter().chain(self.extra.rules.iter().map(|(rule, _)| rule).filter(|rule| !taken(rule))).collect()
    }

    /// The rules that run, and how bad what they find is.
    ///
    /// # Errors
    /// Names in maillint.toml that there are not.
    pub(super) fn select<'s>(&'s self, settings: &'s Settings) -> Result<(Vec<&'s Rule>, Selection<'s>), Vec<Problem>> {
        let selection = Selection::new(&settings.config, self.profile);
        let all = self.all();
        let problems = selection.problems(&all);
        if problems.is_empty() {
            Ok((all.into_iter().filter(|rule| selection.runs(rule)).collect(), selection))
        } else {
            Err(problems)
        }
    }

    /// The pages of some rules.
    pub(super) fn pages(&self, wanted: &[Arc<str>]) -> Vec<Page> {
        let built_in = catalog::FILES.iter().filter(|(_, name, _)| wanted.iter().any(|wanted| **wanted == **name));
        let built_in = built_in.filter_map(|(category, name, text)| {
            let tree = parse_toml(&View::from_offset(FileId(u32::MAX), text, 0)).ok()?;
            Some(Page::read(name, category, &tree))
        });
        let extra = self.extra.rules.iter().filter(|(rule, _)| wanted.contains(&rule.name));
        built_in.chain(extra.map(|(rule, root)| Page::read(&rule.name, &rule.category, root))).collect()
    }
}

/// Rules whose names the built-in ones have, or each other's.
fn taken_names(rules: &[(Rule, Node)]) -> Vec<Problem> {
    let mut seen: Vec<&str> = catalog::FILES.iter().map(|(_, name, _)| *name).collect();
    let mut problems = Vec::new();
    for (rule, root) in rules {
        if seen.contains(&&*rule.name) {
            problems.push(
                Problem::error("rule-name-taken", format!("there is another rule named `{}`", rule.name))
                    .at(crate::source::Span { end: root.span.start, ..root.span }, "this file")
                    .help("a rule is named after its file; rename the file"),
            );
        }
        seen.push(&rule.name);
    }
    problems
}

/// What several environments leave undecided together.
#[must_use]
pub(super) fn undecided_everywhere<'u>(all: impl IntoIterator<Item = &'u Undecided>) -> Undecided {
    let mut together = Undecided::default();
    for undecided in all {
        together.extend(undecided);
    }
    together
}
