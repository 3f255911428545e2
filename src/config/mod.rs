//! maillint.toml: how a repository wants to be checked. A source like any other, so that a mistake in it has its place.

pub mod baseline;
mod load;

use std::sync::Arc;

pub use load::{load, load_suppressions};

use crate::source::Span;

/// The name by which the file is found.
pub const FILE_NAME: &str = "maillint.toml";

/// The schema of maillint.toml.
pub const CONFIG_SCHEMA: &str = include_str!("../../schemas/config.schema.json");

/// A value with its place in maillint.toml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A name or a text with its place.
pub type Word = Located<Arc<str>>;

/// What maillint.toml says. Paths are as written, relative to the folder of the file.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Which rules run.
    pub profile: Profile,
    /// The threshold of the exit code: a severity, or `never`.
    pub fail_on: Option<Word>,
    /// Files and folders with further rules.
    pub rule_paths: Vec<Word>,
    /// The file of known findings.
    pub baseline: Option<Word>,
    /// Files with further suppressions.
    pub suppression_files: Vec<Word>,
    /// Levels of single rules, of rules with a tag, of the rules of a category.
    pub levels: Levels,
    /// Item names that the vocabulary does not know.
    pub aliases: Vec<Alias>,
    /// What to check when no path is given.
    pub environments: Vec<EnvironmentConfig>,
    /// Accepted findings.
    pub suppressions: Vec<Suppression>,
    /// How to report.
    pub output: Output,
}

/// Which rules run, before levels are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Those that every environment should pass.
    #[default]
    Default,
    /// Also those with the tag `strict`.
    Strict,
    /// Every rule.
    All,
}

/// Whether a rule runs, and how bad its findings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It does not run.
    Off,
    /// It runs with its own severity.
    On,
    /// It runs with this severity.
    Severity(crate::source::Severity),
}

/// Levels by name.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    /// Of rules.
    pub rules: Vec<(Word, Level)>,
    /// Of tags.
    pub tags: Vec<(Word, Level)>,
    /// Of categories.
    pub categories: Vec<(Word, Level)>,
}

/// The item that holds a field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The path in the vocabulary, as written; whether there is such a field is for `directory` to say.
    pub path: Word,
    /// The name of the item.
    pub item: Word,
    /// Stored codes and what they stand for, both as text (`"1"`, `"enabled"`, `"true"`).
    pub codes: Vec<(Word, Word)>,
}

/// An environment to check.
#[derive(Debug, Clone)]
pub struct EnvironmentConfig {
    /// Its name.
    pub name: Word,
    /// Its files and folders.
    pub inputs: Vec<Word>,
    /// A native description with further facts.
    pub facts: Option<Word>,
    /// Servers and their notes.ini: name, path.
    pub notes_ini: Vec<(Word, Word)>,
    /// Files with values of placeholders.
    pub env_files: Vec<Word>,
    /// Its own threshold.
    pub fail_on: Option<Word>,
}

/// A finding that is accepted.
#[derive(Debug, Clone)]
pub struct Suppression {
    /// The place that stands for it.
    pub span: Span,
    /// The rule.
    pub rule: Word,
    /// The document: its name, or kind and name; `environment` for findings about the whole.
    pub document: Word,
    /// The vocabulary path of the field; all fields without it.
    pub field: Option<Word>,
    /// The list element; all elements without it.
    pub element: Option<Word>,
    /// The environment; all without it.
    pub environment: Option<Word>,
    /// Why.
    pub reason: Arc<str>,
    /// The last day on which it holds: `YYYY-MM-DD`, which sorts as it reads.
    pub expires: Option<Word>,
    /// Who answers for it.
    pub owner: Option<Arc<str>>,
}

/// How to report.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// The format on standard output.
    pub format: Option<Word>,
    /// More findings are only counted.
    pub max_findings: Option<usize>,
    /// Further reports: format, path.
    pub files: Vec<(Word, Word)>,
}
