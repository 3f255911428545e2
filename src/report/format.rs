//! The formats of a report, by name.

use std::io;

use super::human::Style;
use super::{Run, checkstyle, concise, github, gitlab, html, json, junit, markdown, sarif, terminal};

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For people, with excerpts.
    Human,
    /// For people and editors: one line each.
    Concise,
    /// For programs: `schemas/report.schema.json`.
    Json,
    /// For programs: one object a line, the summary last.
    Jsonl,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// GitLab Code Quality.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// Checkstyle XML.
    Checkstyle,
    /// Markdown, for the summary of a job.
    Markdown,
    /// A page for people, complete in itself.
    Html,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 11] = [
        Self::Human,
        Self::Concise,
        Self::Json,
        Self::Jsonl,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Checkstyle,
        Self::Markdown,
        Self::Html,
    ];

    /// Its name on the command line and in maillint.toml.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Checkstyle => "checkstyle",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether it tells what a rule's page tells.
    #[must_use]
    pub fn wants_pages(self) -> bool {
        self == Self::Sarif
    }
}

/// Writes a report.
///
/// # Errors
/// What the writer says.
pub fn write(out: &mut dyn io::Write, format: Format, run: &Run<'_>, style: Style) -> io::Result<()> {
    match format {
        Format::Human => terminal::write(out, run, style),
        Format::Concise => concise::write(out, run),
        Format::Json => json::report(out, run),
        Format::Jsonl => json::lines(out, run),
        Format::Sarif => sarif::write(out, run),
        Format::Github => github::write(out, run),
        Format::Gitlab => gitlab::write(out, run),
        Format::Junit => junit::write(out, run),
        Format::Checkstyle => checkstyle::write(out, run),
        Format::Markdown => markdown::write(out, run),
        Format::Html => html::write(out, run),
    }
}
