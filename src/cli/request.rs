//! What a command reads: paths from the command line, or the environments of maillint.toml.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;

use super::args::{FailOn, Input};
use super::config::Settings;
use crate::config::{EnvironmentConfig, Word};
use crate::read::{Options, Variables};
use crate::source::{Span, display_path};
use crate::suggest::closest;

/// What to read and how.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// The environment's name in maillint.toml; none for paths from the command line.
    pub name: Option<Arc<str>>,
    /// Files, folders, `-`.
    pub paths: Vec<PathBuf>,
    /// Where maillint.toml names them.
    pub named_at: BTreeMap<PathBuf, Span>,
    /// How to read them.
    pub options: Options,
    /// Files with values for placeholders.
    pub env_files: Vec<PathBuf>,
    /// The name of standard input.
    pub stdin_name: String,
    /// The file that standard input stands for: read from there, wherever the inputs name it.
    pub buffer: Option<PathBuf>,
    /// The threshold that maillint.toml names for it.
    pub fail_on: Option<FailOn>,
    /// maillint.toml.
    pub settings: Arc<Settings>,
}

/// Why a command cannot start.
#[derive(Debug)]
pub(super) enum Refused {
    /// A mistake on the command line.
    Usage(String),
    /// maillint.toml has mistakes.
    Configuration(Arc<Settings>),
}

impl Request {
    /// What a command for one environment reads.
    ///
    /// # Errors
    /// A mistake on the command line or in maillint.toml, or several environments to choose from.
    pub(super) fn new(paths: Vec<PathBuf>, input: &Input) -> Result<Self, Refused> {
        let mut requests = Self::all(paths, input)?;
        if requests.len() > 1 {
            let names: Vec<&str> = requests.iter().filter_map(|request| request.name.as_deref()).collect();
            return Err(Refused::Usage(format!(
                "maillint.toml describes several environments; choose one with --environment: {}",
                names.join(", ")
            )));
        }
        requests.pop().ok_or_else(|| Refused::Usage("nothing to read".to_owned()))
    }

    /// What a command for every environment reads.
    ///
    /// # Errors
    /// A mistake on the command line or in maillint.toml.
    pub(super) fn all(paths: Vec<PathBuf>, input: &Input) -> Result<Vec<Self>, Refused> {
        let settings = Arc::new(Settings::for_input(input, &paths));
        if !settings.problems.is_empty() {
            return Err(Refused::Configuration(settings));
        }
        let plain = Self {
            name: None,
            paths,
            named_at: BTreeMap::new(),
            options: Options {
                format: input.input_format,
                variables: variables(&input.variables).map_err(Refused::Usage)?,
                ..Options::default()
            },
            env_files: input.env_file.clone(),
            stdin_name: input.stdin_filename.clone(),
            buffer: None,
            fail_on: threshold(settings.config.fail_on.as_ref()),
            settings: Arc::clone(&settings),
        };
        let environments = &settings.config.environments;
        let wanted = input.environment.as_slice();
        for name in wanted {
            if !environments.iter().any(|environment| *environment.name.value == **name) {
                let names: Vec<&str> = environments.iter().map(|environment| &*environment.name.value).collect();
                return Err(Refused::Usage(no_environment(name, &names, settings.path.as_deref())));
            }
        }
        if !plain.paths.is_empty() {
            if !wanted.is_empty() {
                return Err(Refused::Usage(
                    "--environment reads what maillint.toml names; leave the paths out".to_owned(),
                ));
            }
            return Ok(vec![plain.with_neighbours()]);
        }
        if environments.is_empty() {
            return Ok(vec![plain]);
        }
        let chosen = |environment: &&EnvironmentConfig| {
            wanted.is_empty() || wanted.iter().any(|name| **name == *environment.name.value)
        };
        Ok(environments.iter().filter(chosen).map(|environment| plain.of(environment)).collect())
    }

    /// An editor's buffer is judged with the rest of its environment, if exactly one has it: alone it would look as if
    /// everything else were missing.
    fn with_neighbours(self) -> Self {
        let [only] = self.paths.as_slice() else { return self };
        if only.as_os_str() != "-" {
            return self;
        }
        let Some(buffer) = absolute(Path::new(&self.stdin_name)) else { return self };
        let has = |environment: &&EnvironmentConfig| {
            let named = environment.inputs.iter().chain(&environment.facts);
            named
                .chain(environment.notes_ini.iter().map(|(_, file)| file))
                .any(|input| absolute(&self.settings.at(input)).is_some_and(|input| buffer.starts_with(input)))
        };
        let mut of_it = self.settings.config.environments.iter().filter(has);
        match (of_it.next(), of_it.next()) {
            (Some(environment), None) => Self { buffer: Some(buffer), ..self.of(environment) },
            _ => self,
        }
    }

    /// The same for an environment of maillint.toml.
    fn of(&self, environment: &EnvironmentConfig) -> Self {
        let mut request = Self {
            name: Some(Arc::clone(&environment.name.value)),
            options: self.options.clone(),
            env_files: self.env_files.clone(),
            stdin_name: self.stdin_name.clone(),
            fail_on: threshold(environment.fail_on.as_ref()).or(self.fail_on),
            settings: Arc::clone(&self.settings),
            ..Self::default()
        };
        for input in environment.inputs.iter().chain(&environment.facts) {
            let path = self.settings.at(input);
            request.named_at.insert(path.clone(), input.span);
            request.paths.push(path);
        }
        for (server, file) in &environment.notes_ini {
            let path = self.settings.at(file);
            request.options.servers.insert(display_path(&path), Arc::clone(&server.value));
            request.named_at.insert(path.clone(), file.span);
            request.paths.push(path);
        }
        request.env_files.extend(environment.env_files.iter().map(|file| self.settings.at(file)));
        request
    }

    /// Takes the values of `--server` that say whose a notes.ini is, `FILE=NAME`; the others are returned.
    pub(super) fn owners<'s>(&mut self, values: &'s [String]) -> Vec<&'s str> {
        let mut names = Vec::new();
        for value in values {
            match value.split_once('=').filter(|(file, _)| !is_name_part(file)) {
                Some((file, name)) => {
                    let path = display_path(Path::new(file.trim()));
                    self.options.servers.insert(path, Arc::from(name.trim()));
                }
                None => names.push(value.as_str()),
            }
        }
        names
    }

    /// Files that lie in folders and are no inputs: those of the configuration, in canonical form.
    #[must_use]
    pub(super) fn no_inputs(&self) -> BTreeSet<PathBuf> {
        let config = &self.settings.config;
        let named = config.suppression_files.iter().chain(&config.rule_paths).chain(&config.baseline);
        let paths = named.map(|path| self.settings.at(path)).chain(self.settings.path.clone());
        paths.filter_map(|path| std::fs::canonicalize(path).ok()).collect()
    }
}

/// Whether what stands before `=` is a part of a Domino name: `CN=mx1/O=Acme` names no file.
fn is_name_part(text: &str) -> bool {
    ["CN", "OU", "O", "C"].iter().any(|part| part.eq_ignore_ascii_case(text.trim()))
}

/// The threshold of that name; the schema knows no others.
pub(super) fn threshold(word: Option<&Word>) -> Option<FailOn> {
    FailOn::from_str(&word?.value, false).ok()
}

/// A path without links and dots, also of a file that is not saved yet.
pub(super) fn absolute(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    if let Ok(path) = std::fs::canonicalize(&path) {
        return Some(path);
    }
    let folder = std::fs::canonicalize(path.parent()?).ok()?;
    Some(folder.join(path.file_name()?))
}

fn no_environment(name: &str, known: &[&str], path: Option<&Path>) -> String {
    match (closest(name, known.iter().copied()), path) {
        (Some(near), _) => format!("there is no environment `{name}`, did you mean `{near}`?"),
        (None, Some(path)) if known.is_empty() => {
            format!("`{}` describes no environments", super::config::shown(path))
        }
        (None, Some(_)) => format!("there is no environment `{name}`; there are {}", known.join(", ")),
        (None, None) => format!("there is no environment `{name}`, because there is no maillint.toml"),
    }
}

/// `NAME=value` pairs of `--var`.
///
/// # Errors
/// The pair that is none.
fn variables(pairs: &[String]) -> Result<Variables, String> {
    let mut variables = Variables::default();
    for pair in pairs {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            // What follows the name may be a secret.
            let name: String =
                pair.chars().take_while(|character| character.is_alphanumeric() || *character == '_').collect();
            format!("`--var {name}…` has no `=`; write `--var NAME=value`")
        })?;
        variables.set(name.trim(), value);
    }
    Ok(variables)
}
