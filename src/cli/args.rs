//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::read::Format as InputFormat;
use crate::source::Severity;

/// Finds what is wrong with the mail routing of an exported Domino environment.
#[derive(Debug, Parser)]
#[command(name = "maillint", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 nothing at or above the threshold, 1 findings, 2 wrong usage or a broken rule file,\n3 an input could not be read or understood, or there was nothing to check."
)]
pub(super) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Use colours: `auto` for terminals only, minding NO_COLOR and CLICOLOR_FORCE.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check files and folders; together they describe one environment.
    Check(Check),
    /// Show what each server really does: every setting in force and where it comes from.
    Effective(Effective),
    /// Show a rule's page: what it finds, why that is wrong, what to do, examples.
    Explain(Explain),
    /// List the rules.
    Rules(Rules),
    /// Run the examples inside rule files.
    Test(Test),
    /// Print a JSON Schema: a document kind, `environment`, `model`, `rule`, `report`, `effective`, `config`.
    Schema(Schema),
}

/// How every reading command reads.
#[derive(Debug, Args)]
pub(super) struct Input {
    /// Read every file as this format instead of recognising it by its content: toml, json, yaml,
    /// one-touch-setup, config-map, notes-ini, dxl, domino-rest, access-services, structured-text, ldif, view-entries.
    #[arg(long, value_name = "FORMAT")]
    pub input_format: Option<InputFormat>,
    /// Take values for `{{ PLACEHOLDERS }}` from a file of NAME=value lines.
    #[arg(long, value_name = "FILE")]
    pub env_file: Vec<PathBuf>,
    /// Set the value of a `{{ PLACEHOLDER }}`.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub variables: Vec<String>,
    /// Use this maillint.toml instead of the one found upwards from the input.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read this environment of maillint.toml.
    #[arg(long, value_name = "NAME")]
    pub environment: Vec<String>,
    /// Use no maillint.toml.
    #[arg(long)]
    pub no_config: bool,
    /// The name to show for standard input.
    #[arg(long, value_name = "NAME", default_value = "standard input")]
    pub stdin_filename: String,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Files or folders; `-` reads standard input. Without any, the current folder.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub input: Input,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Load further rules from a file or folder.
    #[arg(long = "rules", value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Exit with 1 if there is a finding at least this bad; `warning` unless maillint.toml says otherwise.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Show everything that could not be decided.
    #[arg(long, short)]
    pub verbose: bool,
}

/// Options of `effective`, `config`.
#[derive(Debug, Args)]
pub(super) struct Effective {
    /// Files or folders, then fields to show (`smtp_inbound.port`, `configuration.relay`); without fields, the whole picture.
    #[arg(value_name = "PATH|FIELD")]
    pub arguments: Vec<String>,
    /// Only this server.
    #[arg(long, value_name = "NAME")]
    pub server: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    #[command(flatten)]
    pub input: Input,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The rule's name.
    pub rule: String,
    /// How to print.
    #[arg(long, value_enum, default_value_t = PageFormat::Human)]
    pub format: PageFormat,
    /// Also look in further rules.
    #[arg(long = "rules", value_name = "PATH")]
    pub rules: Vec<PathBuf>,
}

/// Options of `rules`.
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// How to print.
    #[arg(long, value_enum, default_value_t = PageFormat::Human)]
    pub format: PageFormat,
    /// Also list further rules.
    #[arg(long = "rules", value_name = "PATH")]
    pub rules: Vec<PathBuf>,
}

/// Options of `test`.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Rule files or folders; without any, the built-in rules.
    #[arg(value_name = "RULES")]
    pub paths: Vec<PathBuf>,
}

/// Options of `schema`.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// The name of the schema.
    pub name: String,
}

/// How to print results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// How to print pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PageFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For documents.
    Markdown,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On terminals.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// From which severity on findings make the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Errors only.
    Error,
    /// Warnings and errors.
    Warning,
    /// Anything.
    Info,
    /// Findings never do.
    Never,
}

impl FailOn {
    /// Whether a severity is at or above the threshold.
    #[must_use]
    pub(super) fn includes(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity == Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}
