//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

pub(super) use super::choices::{Assume, Color, Expect, FailOn, Format, Observed, PageFormat, ProfileName};
use crate::read::Format as InputFormat;
use crate::report::Format as ReportFormat;
use crate::suggest::closest;

/// Finds what is wrong with the mail routing of an exported Domino environment.
#[derive(Debug, Parser)]
#[command(name = "maillint", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit codes:\n  0  nothing at or above the threshold\n  1  findings\n  2  wrong usage, a broken rule or configuration file, or a report that could not be written\n  3  an input could not be read or understood, or there was nothing to check"
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
    /// Check files and folders as one environment, or every environment of maillint.toml.
    Check(Check),
    /// Write the findings of today to a file, so that later checks report only new ones.
    Baseline(Baseline),
    /// Show what each server really does: every setting in force and where it comes from.
    Effective(Effective),
    /// Hold one dialogue with a server, step by step: what it answers, which field decides, what would change it.
    Simulate(Simulate),
    /// Show who can connect to each server, which domains are local and who may relay; prove or disprove an open relay.
    Exposure(Exposure),
    /// Show a rule's page: what it finds, why that is wrong, what to do, examples.
    Explain(Explain),
    /// List the rules.
    Rules(Rules),
    /// Run the examples inside rule files.
    Test(Test),
    /// Find out which items of an export hold which settings.
    #[command(subcommand)]
    Vocabulary(Vocabulary),
    /// Write a commented maillint.toml for the exports found here.
    Init(Init),
    /// Print the completions of a shell.
    Completions(Completions),
    /// Write the manual pages to a folder.
    #[command(hide = true)]
    Man(Man),
    /// Print a JSON Schema: a document kind, `environment`, `model`, `rule`, `report`, `effective`, `simulate`,
    /// `exposure`, `cases`, `config`, `baseline`, `learned`, `unknown`.
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
    /// Read this environment of maillint.toml; may be repeated for several.
    #[arg(long, value_name = "NAME")]
    pub environment: Vec<String>,
    /// Use no maillint.toml.
    #[arg(long)]
    pub no_config: bool,
    /// The name to show for standard input.
    #[arg(long, value_name = "NAME", default_value = "standard input")]
    pub stdin_filename: String,
}

/// Which rules judge, and what was accepted beforehand.
#[derive(Debug, Args)]
pub(super) struct Judging {
    /// Load further rules from a file or folder.
    #[arg(long = "rules", value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Which rules run: `strict` adds those that ask for more than working mail, `all` adds every other.
    #[arg(long, value_enum)]
    pub profile: Option<ProfileName>,
    /// Report what suppressions in maillint.toml and in comments accept, too.
    #[arg(long)]
    pub no_suppressions: bool,
    /// Take this for today where suppressions expire: YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<jiff::civil::Date>,
}

/// Options of `check`.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct Check {
    /// Files or folders; `-` reads standard input. Without any, the environments of maillint.toml, or the current folder.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub input: Input,
    /// The server that a notes.ini belongs to, where the file does not tell; may be repeated.
    #[arg(long, value_name = "FILE=NAME")]
    pub server: Vec<String>,
    #[command(flatten)]
    pub judging: Judging,
    /// How to print; `human` unless maillint.toml says otherwise.
    #[arg(long, value_parser = report_format(), value_name = "FORMAT")]
    pub format: Option<ReportFormat>,
    /// Write a further report to a file, such as `sarif=maillint.sarif`; may be repeated.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    pub output: Vec<(ReportFormat, PathBuf)>,
    /// Report only findings that are not in this baseline.
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub baseline: Option<PathBuf>,
    /// Use no baseline, although maillint.toml names one.
    #[arg(long)]
    pub no_baseline: bool,
    /// Exit with 1 if there is a finding at least this bad; `warning` unless maillint.toml says otherwise.
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Show this many findings, the worst; the others are counted.
    #[arg(long, value_name = "N")]
    pub max_findings: Option<usize>,
    /// Print findings and errors only: no remarks, nothing undecided, no counts.
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show everything that could not be decided.
    #[arg(long, short)]
    pub verbose: bool,
    /// Print how often each rule found something instead of the findings (human).
    #[arg(long)]
    pub statistics: bool,
    /// Print to standard error how long each rule took.
    #[arg(long)]
    pub timings: bool,
}

/// Options of `baseline`.
#[derive(Debug, Args)]
pub(super) struct Baseline {
    /// Files or folders; without any, the environments of maillint.toml, or the current folder.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub judging: Judging,
    /// The file to write; that of maillint.toml, or maillint-baseline.json beside it.
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Only remove what is no longer found; add nothing.
    #[arg(long)]
    pub prune: bool,
}

fn day(text: &str) -> Result<jiff::civil::Date, String> {
    jiff::civil::Date::strptime("%Y-%m-%d", text).map_err(|_| "write a day as YYYY-MM-DD".to_owned())
}

/// The formats of reports, for help and completion.
fn report_format() -> impl TypedValueParser<Value = ReportFormat> {
    PossibleValuesParser::new(ReportFormat::ALL.map(ReportFormat::name))
        .try_map(|name| ReportFormat::from_name(&name).ok_or("unknown"))
}

fn output(text: &str) -> Result<(ReportFormat, PathBuf), String> {
    let names = || ReportFormat::ALL.map(ReportFormat::name).join(", ");
    let (name, file) = text.split_once('=').ok_or("write FORMAT=FILE, such as sarif=maillint.sarif")?;
    let format = ReportFormat::from_name(name).ok_or_else(|| {
        match closest(name, ReportFormat::ALL.map(ReportFormat::name)) {
            Some(near) => format!("there is no format `{name}`, did you mean `{near}`?"),
            None => format!("there is no format `{name}`; there are {}", names()),
        }
    })?;
    if file.is_empty() { Err("the name of the file is missing".to_owned()) } else { Ok((format, file.into())) }
}

/// Options of `effective`.
#[derive(Debug, Args)]
pub(super) struct Effective {
    /// Files or folders, then fields to show (`smtp_inbound.port`, `configuration.relay`); without fields, the whole picture.
    #[arg(value_name = "PATH|FIELD")]
    pub arguments: Vec<String>,
    /// Only the server of this name; or with FILE=NAME, whose a notes.ini is. May be repeated.
    #[arg(long, value_name = "NAME|FILE=NAME")]
    pub server: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    #[command(flatten)]
    pub input: Input,
}

/// Options of `simulate`.
#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// Files or folders; `-` reads standard input. Without any, the current folder.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The server that is called; not needed if there is only one.
    #[arg(long, value_name = "NAME")]
    pub server: Option<String>,
    /// The address of the host that calls.
    #[arg(long, value_name = "IP", required_unless_present = "cases")]
    pub from: Option<IpAddr>,
    /// The name that reverse DNS gives the address, or `none`; without this it is not known, unless the facts say it.
    #[arg(long, value_name = "HOST|none")]
    pub ptr: Option<String>,
    /// The port that is called.
    #[arg(long, value_name = "NUMBER", default_value_t = 25)]
    pub port: u16,
    /// The address that is called, where the server has several.
    #[arg(long, value_name = "IP")]
    pub to: Option<IpAddr>,
    /// What the host says behind EHLO; nothing depends on it.
    #[arg(long, value_name = "NAME")]
    pub helo: Option<String>,
    /// The user as whom the host authenticates, with the right password.
    #[arg(long, value_name = "USER")]
    pub auth: Option<String>,
    /// The host uses TLS.
    #[arg(long)]
    pub tls: bool,
    /// The sender in MAIL FROM; `<>` for none.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "cases")]
    pub mail_from: Option<String>,
    /// The recipient in RCPT TO.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "cases")]
    pub rcpt: Option<String>,
    /// The size that the host declares, in kilobytes.
    #[arg(long, value_name = "KB")]
    pub size: Option<u64>,
    /// Errors that the host has made before in this connection.
    #[arg(long, value_name = "NUMBER")]
    pub errors: Option<u64>,
    /// Take for granted what an export cannot tell.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub assume: Vec<Assume>,
    /// What the other side reports: what explains it, what does not, and what to try.
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with = "cases")]
    pub observed: Option<Observed>,
    /// Exit with 1 unless the dialogue ends so.
    #[arg(long, value_enum, value_name = "OUTCOME", conflicts_with = "cases")]
    pub expect: Option<Expect>,
    /// Hold the dialogues of a TOML file (`maillint schema cases`) and compare how they end with what it expects.
    #[arg(long, value_name = "FILE")]
    pub cases: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    #[command(flatten)]
    pub input: Input,
}

/// Options of `exposure`.
#[derive(Debug, Args)]
pub(super) struct Exposure {
    /// Files or folders; `-` reads standard input. Without any, the current folder.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
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
    /// Say which rules could be decided on this input, which could not and what they lack.
    #[arg(long, value_name = "PATH")]
    pub coverage: Vec<PathBuf>,
    #[command(flatten)]
    pub input: Input,
}

/// Options of `test`.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// Rule files or folders; without any, the built-in rules.
    #[arg(value_name = "RULES")]
    pub paths: Vec<PathBuf>,
}

/// The commands about item names.
#[derive(Debug, Subcommand)]
pub(super) enum Vocabulary {
    /// Read item names off the design of a form, and print them for maillint.toml.
    Learn(Learn),
    /// List the items of documents that nobody explains.
    Unknown(UnknownItems),
}

/// Options of `vocabulary learn`.
#[derive(Debug, Args)]
pub(super) struct Learn {
    /// DXL with the design of forms or subforms; `-` reads standard input.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// The files are exports of documents instead, in which each list field holds its own label.
    #[arg(long)]
    pub marker: bool,
    /// How to print; for people it is a part of maillint.toml.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Options of `vocabulary unknown`.
#[derive(Debug, Args)]
pub(super) struct UnknownItems {
    /// Files or folders; `-` reads standard input. Without any, the current folder.
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub input: Input,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder of the repository.
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
    /// Print the file instead of writing it.
    #[arg(long)]
    pub print: bool,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
pub(super) struct Man {
    /// The folder to write to.
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// Options of `schema`.
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// The name of the schema.
    pub name: String,
}
