//! From paths on the command line to a resolved environment.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::request::{Request, absolute};
use crate::config::{EnvironmentConfig, FILE_NAME};
use crate::directory::{self, Environment};
use crate::effective::Model;
use crate::read::Node;
use crate::read::comments::Comment;
use crate::read::{self, Export, Format, OWN_FILE, Options, SECTIONS, Variables};
use crate::rules::Rule;
use crate::rules::catalog;
use crate::source::{FileId, Problem, Severity, Sources, display_path, shorten};

/// Files with these endings are looked at when a folder is given.
const ENDINGS: [&str; 10] = ["toml", "json", "yaml", "yml", "ini", "jsonl", "dxl", "xml", "txt", "ldif"];
/// Folders nested deeper are not entered.
const MAX_FOLDER_DEPTH: usize = 32;

/// Everything that was read.
#[derive(Debug)]
pub(super) struct Loaded {
    /// The files.
    pub sources: Sources,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
    /// The resolved environment.
    pub model: Model,
    /// Comments in the files that speak to maillint.
    pub comments: Vec<Comment>,
    /// The files that were understood: path and format.
    pub inputs: Vec<(String, String)>,
}

/// Reads everything; people and mail-in databases of large exports only if `recipients` are wanted. Never fails as a whole:
/// what cannot be read is a problem, and the rest is there.
#[must_use]
pub(super) fn load(request: &Request, recipients: bool) -> Loaded {
    let (aliases, _) = request.settings.aliases();
    let mut sources = request.settings.sources.fork();
    let mut problems = Vec::new();
    let mut options = Options { demand: directory::demand(recipients, &aliases), ..request.options.clone() };
    for path in &request.env_files {
        match sources.load(path) {
            Ok(file) => {
                if let Some(source) = sources.get(file) {
                    // `--var` wins over a file.
                    let mut from_file = Variables::default();
                    from_file.read_env_file(source, &mut problems);
                    options.variables.fill_from(from_file);
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    let mut files: Vec<(FileId, bool)> = Vec::new();
    let here = [PathBuf::from(".")];
    let paths = if request.paths.is_empty() { &here[..] } else { &request.paths };
    // A file that is named twice, or named and found, is one file.
    let mut seen = BTreeSet::new();
    let mut first_time = |path: &Path| std::fs::canonicalize(path).map_or(true, |path| seen.insert(path));
    let no_inputs = request.no_inputs();
    // The editor's text counts, not what is on disk.
    let mut buffer = request.buffer.clone();
    let mut open = |sources: &mut Sources, path: &Path| {
        if buffer.is_some() && absolute(path) == buffer {
            buffer = None;
            return sources.load_from(&request.stdin_name, io::stdin().lock());
        }
        sources.load(path)
    };
    for path in paths {
        let before = problems.len();
        if path.as_os_str() == "-" {
            push(sources.load_from(&request.stdin_name, io::stdin().lock()), true, &mut files, &mut problems);
        } else if path.is_dir() {
            let mut found = Vec::new();
            walk(path, &ENDINGS, 0, &mut found, &mut problems);
            found.retain(|file| !is_configuration(file, &no_inputs));
            if found.is_empty() {
                problems.push(
                    Problem::error("nothing-to-check", format!("nothing to check in `{}`", display_path(path)))
                        .in_file(&display_path(path))
                        .help(format!("looked for files ending in .{}", ENDINGS.join(", ."))),
                );
            }
            for file in found.iter().filter(|file| first_time(file)) {
                push(open(&mut sources, file), false, &mut files, &mut problems);
            }
        } else if first_time(path) {
            push(open(&mut sources, path), true, &mut files, &mut problems);
        }
        if let Some(span) = request.named_at.get(path) {
            for problem in problems.iter_mut().skip(before).filter(|problem| problem.labels.is_empty()) {
                problem.labels.push((*span, "named here".to_owned()));
            }
        }
    }
    // A file that is not saved yet.
    if buffer.is_some() {
        push(sources.load_from(&request.stdin_name, io::stdin().lock()), true, &mut files, &mut problems);
    }
    problems.extend(environments_as_one(request));
    let mut exports: Vec<Export> = Vec::new();
    let mut inputs = Vec::new();
    let mut comments = Vec::new();
    let mut passed_over = Vec::new();
    for (file, named) in files {
        let Some(source) = sources.get(file) else { continue };
        let mut found = Vec::new();
        let export = read::read(source, &options, &mut found);
        // What maillint itself reads or writes lies beside the inputs.
        if !named && found.iter().any(|problem| problem.code == OWN_FILE) {
            continue;
        }
        if !named && export.format.is_none() && !looks_meant(source.head()) {
            passed_over.push(source.path.to_string());
            continue;
        }
        problems.extend(found);
        if let Some(format) = export.format {
            comments.extend(read::comments::comments(source, format));
            inputs.push((source.path.to_string(), format.to_string()));
        }
        exports.push(export);
    }
    problems.extend(passed_over_problem(&passed_over));
    for path in request.options.servers.keys().filter(|_| request.name.is_none()) {
        if !inputs.iter().any(|(input, format)| input == path && *format == Format::NotesIni.to_string()) {
            problems.push(
                Problem::error(
                    "server-of-nothing",
                    format!("`{path}` was not read as a notes.ini, so it belongs to no server"),
                )
                .in_file(path)
                .help("name the file as it is named among the inputs"),
            );
        }
    }
    let understood = exports.iter().any(|export| export.format.is_some());
    let forms: BTreeSet<Arc<str>> = exports.iter().flat_map(|export| export.forms.iter().cloned()).collect();
    let environment = Environment::build_with(exports, aliases, &mut problems);
    if environment.is_empty() && !problems.iter().any(|problem| problem.severity == Severity::Error) {
        problems.push(nothing_to_check(understood, &forms));
    }
    let problems = shorten(problems, Problem::is_of_syntax);
    Loaded { sources, problems, model: Model::new(environment), comments, inputs }
}

/// Says what is there instead of documents that have to do with mail.
fn nothing_to_check(understood: bool, forms: &BTreeSet<Arc<str>>) -> Problem {
    const NAMED: usize = 8;
    if !understood {
        return Problem::error("nothing-to-check", "nothing to check: no input was understood");
    }
    let names: Vec<String> = forms.iter().take(NAMED).map(|form| format!("`{form}`")).collect();
    let found = match names.as_slice() {
        [] => String::new(),
        [only] => format!("; it has documents of the form {only}"),
        several => {
            let more = if forms.len() > NAMED { ", and others" } else { "" };
            format!("; it has documents of the forms {}{more}", several.join(", "))
        }
    };
    Problem::error(
        "nothing-to-check",
        format!("nothing to check: the input holds no document that has to do with mail{found}"),
    )
    .help("export the Server, Configuration Settings, Internet Site, Domain and Connection documents of the Domino Directory (names.nsf)")
}

/// A folder that is named is one environment, also where maillint.toml says that there are several in it.
fn environments_as_one(request: &Request) -> Option<Problem> {
    let config = &request.settings.config;
    if request.name.is_some() || config.environments.is_empty() {
        return None;
    }
    let folders: Vec<PathBuf> =
        request.paths.iter().filter(|path| path.is_dir()).filter_map(|path| absolute(path)).collect();
    let inside = |environment: &&EnvironmentConfig| {
        let mut inputs = environment.inputs.iter().filter_map(|input| absolute(&request.settings.at(input)));
        inputs.any(|input| folders.iter().any(|folder| input.starts_with(folder)))
    };
    let of_it: Vec<&EnvironmentConfig> = config.environments.iter().filter(inside).collect();
    let [first, _, ..] = of_it.as_slice() else { return None };
    let names: Vec<String> = of_it.iter().map(|environment| format!("`{}`", environment.name.value)).collect();
    Some(
        Problem::info(
            "environments-as-one",
            format!(
                "these paths are checked as one environment, but maillint.toml describes several in them: {}",
                names.join(", ")
            ),
        )
        .at(first.name.span, "the first of them")
        .help("leave the paths out to check each by itself, or choose one with --environment NAME"),
    )
}

/// Whether a file that lies in a folder belongs to the configuration: maillint.toml, or what it names.
fn is_configuration(file: &Path, no_inputs: &BTreeSet<PathBuf>) -> bool {
    file.file_name().is_some_and(|name| name == FILE_NAME)
        || std::fs::canonicalize(file).is_ok_and(|file| no_inputs.iter().any(|other| file.starts_with(other)))
}

fn push(loaded: Result<FileId, Problem>, named: bool, files: &mut Vec<(FileId, bool)>, problems: &mut Vec<Problem>) {
    match loaded {
        Ok(file) => files.push((file, named)),
        Err(problem) => problems.push(problem),
    }
}

/// Whether a file that lies in a folder and was not understood was meant for us: it has a name of ours where such names
/// stand, in JSON before a colon, in TOML as the header of a table.
fn looks_meant(text: &str) -> bool {
    let key = |name: &str| {
        let quoted = format!("\"{name}\"");
        text.match_indices(&quoted)
            .any(|(at, _)| text.get(at + quoted.len()..).is_some_and(|rest| rest.trim_start().starts_with(':')))
    };
    let header = |line: &str| {
        let inside = line.trim_start().trim_start_matches('[');
        inside.len() < line.trim_start().len()
            && SECTIONS.iter().any(|name| inside.strip_prefix(name).is_some_and(|rest| rest.starts_with([']', '.'])))
    };
    ["serverSetup", "appConfiguration"].into_iter().chain(SECTIONS.iter().copied()).any(key) || text.lines().any(header)
}

/// Files that merely lie in a folder are passed over, and said to be.
fn passed_over_problem(paths: &[String]) -> Option<Problem> {
    const NAMED: usize = 8;
    let names: Vec<String> = paths.iter().take(NAMED).map(|path| format!("`{path}`")).collect();
    let more = paths.len() - names.len();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let what = if paths.len() == 1 { "a file that is no export" } else { "files that are no exports" };
    let problem = Problem::info("input-passed-over", format!("passed over {what}: {}{more}", names.join(", ")));
    (!paths.is_empty()).then(|| problem.help("name a file on the command line to see why it is not understood"))
}

fn walk(folder: &Path, endings: &[&str], depth: usize, found: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    let shown = display_path(folder);
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) if depth < MAX_FOLDER_DEPTH => entries,
        Ok(_) => {
            problems.push(
                Problem::warning("folder-too-deep", format!("`{shown}` is nested too deeply and was not entered"))
                    .in_file(&shown),
            );
            return;
        }
        Err(error) => {
            problems.push(
                Problem::error("input-unreadable", format!("cannot read the folder `{shown}`: {error}"))
                    .in_file(&shown),
            );
            return;
        }
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        // Hidden folders and those of package managers and compilers hold nobody's configuration.
        let passed = |name: &str| name.starts_with('.') || matches!(name, "node_modules" | "target");
        if path.file_name().is_some_and(|name| passed(&name.to_string_lossy())) {
            continue;
        }
        if path.is_dir() {
            // A linked folder may lead back here; who wants its files names it.
            if !path.is_symlink() {
                walk(&path, endings, depth + 1, found, problems);
            }
        } else if !path.is_file() && path.exists() {
            // A pipe or a device that lies in a folder is nobody's configuration, and reading it may never end.
        } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending.eq_ignore_ascii_case(known)))
        {
            found.push(path);
        }
    }
}

/// Rules loaded from files.
#[derive(Debug, Default)]
pub(super) struct RuleFiles {
    /// The files.
    pub sources: Sources,
    /// The rules, each with the tree of its file.
    pub rules: Vec<(Rule, Node)>,
    /// What is wrong with the others.
    pub problems: Vec<Problem>,
}

/// Loads rule files and folders of rule files.
#[must_use]
pub(super) fn rule_files(paths: &[PathBuf]) -> RuleFiles {
    let mut files = RuleFiles::default();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = found.len();
            walk(path, &["toml"], 0, &mut found, &mut files.problems);
            if found.len() == before {
                files.problems.push(
                    Problem::error("rule-missing", format!("no rule files in `{}`", display_path(path)))
                        .in_file(&display_path(path)),
                );
            }
        } else {
            found.push(path.clone());
        }
    }
    for path in found {
        match files.sources.load(&path) {
            Ok(file) => {
                if let Some(source) = files.sources.get(file) {
                    match catalog::load(source) {
                        Ok(loaded) => files.rules.push(loaded),
                        Err(problems) => files.problems.extend(problems),
                    }
                }
            }
            Err(problem) => files.problems.push(problem),
        }
    }
    files
}

/// The built-in rule files.
#[must_use]
pub(super) fn built_in_files() -> RuleFiles {
    let mut files = RuleFiles::default();
    for (category, name, text) in catalog::FILES {
        let file = files.sources.add(&format!("rules/{category}/{name}.toml"), text.as_bytes().to_vec());
        if let Some(source) = files.sources.get(file) {
            match catalog::load(source) {
                Ok(loaded) => files.rules.push(loaded),
                Err(problems) => files.problems.extend(problems),
            }
        }
    }
    files
}
