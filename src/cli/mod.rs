//! Commands, exit codes, terminals. Everything else happens below.

mod args;
mod input;
mod pages;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Check, Cli, Color, Command, Effective, Format, Test};
use input::{Loaded, Request};

use crate::directory::Kind;
use crate::report::{self, Diagnostic, Report, Style, Theme, picture};
use crate::rules::{Rule, catalog, examples};
use crate::source::{Problem, Severity, Sources};
use crate::suggest::closest;

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
        Command::Check(options) => check(options, terminal, out),
        Command::Effective(options) => effective(options, terminal, out),
        Command::Explain(options) => pages::explain(options, terminal, out),
        Command::Rules(options) => pages::rules(options, terminal, out),
        Command::Test(options) => test(options, terminal, out),
        Command::Schema(options) => pages::schema(options, out),
    }
}

/// What is known of the terminal.
#[derive(Debug, Clone, Copy)]
struct Terminal {
    color: Color,
}

impl Terminal {
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

fn check(options: &Check, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let request = match Request::new(options.paths.clone(), &options.input) {
        Ok(request) => request,
        Err(message) => return usage(&message),
    };
    let extra = input::rule_files(&options.rules);
    let mut rule_problems = extra.problems;
    rule_problems.extend(taken_names(&extra.rules));
    // A broken rule does not keep the others from being checked; the exit code tells of it.
    let broken =
        if rule_problems.is_empty() { None } else { Some(broken_rules(&rule_problems, &extra.sources, terminal)?) };
    let built_in = match catalog::built_in() {
        Ok(rules) => rules,
        Err(problems) => return broken_rules(&problems, &Sources::default(), terminal),
    };
    let loaded = input::load(&request);
    let taken = |rule: &Rule| catalog::FILES.iter().any(|(_, name, _)| *name == &*rule.name);
    let own = extra.rules.iter().map(|(rule, _)| rule).filter(|rule| !taken(rule));
    let rules: Vec<&Rule> = built_in.iter().chain(own).collect();
    let results = crate::rules::run(&rules, &loaded.model);
    let report = Report {
        sources: &loaded.sources,
        environment: loaded.model.environment(),
        findings: &results.findings,
        not_evaluated: &results.not_evaluated,
        problems: &loaded.problems,
        rules: rules.len(),
        inputs: loaded.inputs.clone(),
    };
    let worst = |severity| options.fail_on.includes(severity);
    let found = report.findings.iter().any(|finding| worst(finding.severity))
        || report.problems.iter().any(|problem| worst(problem.severity));
    let exit = match (has_errors(&loaded.problems), found) {
        (true, _) => Exit::Input,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Clean,
    };
    match options.format {
        Format::Human => report::human::report(out, &report, terminal.style(), options.verbose)?,
        Format::Json => report::json::report(out, &report)?,
    }
    Ok(broken.unwrap_or(exit))
}

/// Rules whose names the built-in ones have, or each other's.
fn taken_names(rules: &[(Rule, crate::read::Node)]) -> Vec<Problem> {
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

fn effective(options: &Effective, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    // What exists as a file, or looks like one, is a path; the rest are fields.
    let (paths, fields): (Vec<&String>, Vec<&String>) =
        options.arguments.iter().partition(|argument| is_path(argument));
    let request = match Request::new(paths.into_iter().map(Into::into).collect(), &options.input) {
        Ok(request) => request,
        Err(message) => return usage(&message),
    };
    let loaded = input::load(&request);
    let style = terminal.style_for(io::stderr().is_terminal());
    if options.format == Format::Human {
        for problem in &loaded.problems {
            let text = report::human::diagnostic_text(&Diagnostic::from_problem(problem), &loaded.sources, style);
            writeln!(io::stderr(), "{text}")?;
        }
    }
    if let Some(message) = wrong_names(options, &fields, &loaded) {
        return usage(&message);
    }
    let fields: Vec<String> = fields.into_iter().cloned().collect();
    let pictures = picture::pictures(&loaded.model, options.server.as_deref(), &fields);
    let environment = loaded.model.environment();
    match options.format {
        Format::Human => report::effective::human(out, &pictures, environment, &loaded.sources, terminal.style())?,
        Format::Json => report::effective::json(out, &pictures, environment, &loaded.sources, &loaded.problems)?,
    }
    if has_errors(&loaded.problems) {
        return Ok(Exit::Input);
    }
    if pictures.is_empty() {
        writeln!(io::stderr(), "maillint: the input holds no Server document")?;
        return Ok(Exit::Input);
    }
    Ok(Exit::Clean)
}

fn is_path(argument: &str) -> bool {
    argument == "-" || argument.contains(['/', '\\']) || std::path::Path::new(argument).exists() || {
        let ending = argument.rsplit('.').next().unwrap_or("");
        ["toml", "json", "yaml", "yml", "ini"].contains(&ending)
    }
}

/// A server or a field that is not there.
fn wrong_names(options: &Effective, fields: &[&String], loaded: &Loaded) -> Option<String> {
    let environment = loaded.model.environment();
    let names: Vec<&str> = environment.of_kind(Kind::Server).map(|server| &*server.name).collect();
    if let Some(wanted) = &options.server
        && !names.is_empty()
        && !names.iter().any(|name| crate::directory::same_name(name, wanted))
    {
        return Some(match closest(wanted, names.iter().copied()) {
            Some(name) => format!("there is no server `{wanted}` in the input, did you mean `{name}`?"),
            None => format!("there is no server `{wanted}` in the input; there are {}", names.join(", ")),
        });
    }
    if names.is_empty() {
        return None;
    }
    let field = fields.iter().find(|field| !picture::has_path(&loaded.model, field))?;
    let known: Vec<String> = Kind::Server
        .spec()
        .fields
        .iter()
        .map(|spec| spec.path.to_string())
        .chain(Kind::Configuration.spec().fields.iter().map(|spec| format!("configuration.{}", spec.path)))
        .collect();
    Some(match closest(field, known.iter().map(String::as_str)) {
        Some(name) => format!("`{field}` is neither a file nor a field of a server, did you mean `{name}`?"),
        None => format!("`{field}` is neither a file nor a field of a server"),
    })
}

fn test(options: &Test, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let files = if options.paths.is_empty() { input::built_in_files() } else { input::rule_files(&options.paths) };
    if !files.problems.is_empty() {
        return broken_rules(&files.problems, &files.sources, terminal);
    }
    let style = terminal.style();
    let (mut passed, mut failed) = (0_usize, 0_usize);
    for (rule, root) in &files.rules {
        let all = examples::examples(root);
        for kind in [examples::ExampleKind::Bad, examples::ExampleKind::Good] {
            if !all.iter().any(|example| example.kind == kind) {
                failed += 1;
                let word = if kind == examples::ExampleKind::Bad { "bad" } else { "good" };
                let name = style.paint(Severity::Error, &report::printable(&rule.name));
                writeln!(out, "{name}: no `[[{word}]]` example")?;
            }
        }
        for example in &all {
            match examples::run(rule, example) {
                Ok(()) => passed += 1,
                Err(why) => {
                    failed += 1;
                    let name = style.paint(Severity::Error, &report::printable(&rule.name));
                    writeln!(out, "{name}: {}", report::printable(&format!("\"{}\": {why}", example.name)))?;
                }
            }
        }
    }
    let rules = if files.rules.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", files.rules.len()) };
    let examples = if passed == 1 { "example" } else { "examples" };
    writeln!(out, "{rules}: {passed} {examples} passed, {failed} failed")?;
    Ok(if failed == 0 { Exit::Clean } else { Exit::Findings })
}

fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// A mistake on the command line. The message may repeat what came from there or from an input.
fn usage(message: &str) -> io::Result<Exit> {
    writeln!(io::stderr(), "maillint: {}", report::printable(message))?;
    Ok(Exit::Usage)
}

fn broken_rules(problems: &[Problem], sources: &Sources, terminal: Terminal) -> io::Result<Exit> {
    let style = terminal.style_for(io::stderr().is_terminal());
    for problem in problems {
        let text = report::human::diagnostic_text(&Diagnostic::from_problem(problem), sources, style);
        writeln!(io::stderr(), "{text}")?;
    }
    Ok(Exit::Usage)
}
