//! Commands, exit codes, terminals. Everything else happens below.

mod args;
mod baseline;
mod buffer;
mod cases;
mod check;
mod checked;
mod choices;
mod completions;
mod config;
mod coverage;
mod effective;
mod exposure;
mod init;
mod input;
mod output;
mod pages;
mod progress;
mod request;
mod ruleset;
mod schema;
mod simulate;
mod test;
mod vocabulary;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Color, Command};
use request::Refused;

use crate::report::{self, Diagnostic, Style, Theme};
use crate::source::{Problem, Sources};

/// How a command ended (style.md "exit codes").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    Clean,
    Findings,
    Usage,
    Input,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Input => 3,
        })
    }
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // What panics is caught below, or by the renderer that can do without one drawing; the default message would come
    // before ours and confuse.
    std::panic::set_hook(Box::new(|_| {}));
    let terminal = Terminal { color: cli.color };
    let mut out = BufWriter::new(UntilClosed { inner: io::stdout().lock(), closed: false });
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&cli.command, terminal, &mut out)));
    let message = match ended {
        Ok(result) => match result.and_then(|exit| out.flush().map(|()| exit)) {
            Ok(exit) => return exit.into(),
            Err(error) => format!("cannot write the output: {error}"),
        },
        Err(panic) => {
            let what = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            format!("internal error, please report it: {}", what.unwrap_or("unknown"))
        }
    };
    let _ = writeln!(io::stderr(), "maillint: {}", report::printable(&message));
    Exit::Usage.into()
}

/// A writer for which a reader who has seen enough is no error: the command goes on to its exit code.
struct UntilClosed<W> {
    inner: W,
    closed: bool,
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.closed {
            return Ok(bytes.len());
        }
        match self.inner.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(bytes.len())
            }
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.inner.flush() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}

fn run(command: &Command, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    match command {
        Command::Check(options) => check::check(options, terminal, out),
        Command::Baseline(options) => baseline::baseline(options, terminal, out),
        Command::Init(options) => init::init(options, out),
        Command::Completions(options) => completions::completions(options, out),
        Command::Man(options) => completions::manual(options),
        Command::Effective(options) => effective::effective(options, terminal, out),
        Command::Simulate(options) => simulate::simulate(options, terminal, out),
        Command::Exposure(options) => exposure::exposure(options, terminal, out),
        Command::Explain(options) => pages::explain(options, terminal, out),
        Command::Rules(options) => pages::rules(options, terminal, out),
        Command::Test(options) => test::test(options, terminal, out),
        Command::Vocabulary(command) => vocabulary::run(command, terminal, out),
        Command::Schema(options) => schema::schema(options, out),
    }
}

/// What is known of the terminal.
#[derive(Debug, Clone, Copy)]
struct Terminal {
    color: Color,
}

impl Terminal {
    /// How to print to a file: the same everywhere.
    fn for_file() -> Style {
        Style { theme: Theme::Unicode, color: false, width: 100 }
    }

    /// How to print on standard output.
    fn style(self) -> Style {
        self.style_for(io::stdout().is_terminal())
    }

    fn style_for(self, terminal: bool) -> Style {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0");
        let color = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !set("NO_COLOR") && (forced || terminal),
        };
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let measured =
            if terminal { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
        let width = columns.or(measured).unwrap_or(100).clamp(40, 400);
        Style { theme: if speaks_utf8() { Theme::Unicode } else { Theme::Ascii }, color, width }
    }
}

/// Whether the locale says that the reader understands UTF-8. Without any locale the C locale counts, which does not.
fn speaks_utf8() -> bool {
    if cfg!(windows) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// A mistake on the command line. The message may repeat what came from there or from an input.
fn usage(message: &str) -> io::Result<Exit> {
    writeln!(io::stderr(), "maillint: {}", report::printable(message))?;
    Ok(Exit::Usage)
}

/// Says why a command cannot start.
fn refuse(refused: &Refused, terminal: Terminal) -> io::Result<Exit> {
    match refused {
        Refused::Usage(message) => usage(message),
        Refused::Configuration(settings) => broken_rules(&settings.problems, &settings.sources, terminal),
    }
}

fn broken_rules(problems: &[Problem], sources: &Sources, terminal: Terminal) -> io::Result<Exit> {
    let style = terminal.style_for(io::stderr().is_terminal());
    for problem in &crate::source::shorten(problems.to_vec(), |_| true) {
        let text = report::human::diagnostic_text(&Diagnostic::from_problem(problem), sources, style);
        writeln!(io::stderr(), "{text}")?;
    }
    Ok(Exit::Usage)
}
