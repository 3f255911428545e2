//! Which maillint.toml counts for an input, and where its paths lead.

use std::path::{Path, PathBuf};

use super::args::Input;
use crate::config::baseline::{self, Baseline};
use crate::config::{self, Config, FILE_NAME, Word};
use crate::directory::Aliases;
use crate::source::{Problem, Sources, Span, display_path};

/// maillint.toml, read; or what stands for it where there is none.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// What it says.
    pub config: Config,
    /// The folder that its paths are relative to; empty for the current one.
    pub folder: PathBuf,
    /// The file, if there is one.
    pub path: Option<PathBuf>,
    /// The files of the configuration: every environment is read beside them, so that spans in them stay right.
    pub sources: Sources,
    /// What is wrong with it. Then nothing of it counts.
    pub problems: Vec<Problem>,
}

impl Settings {
    /// The settings for an input: those of `--config`, or of the maillint.toml nearest above the first path.
    #[must_use]
    pub(super) fn for_input(input: &Input, paths: &[PathBuf]) -> Self {
        if input.no_config {
            return Self::default();
        }
        let path = match &input.config {
            Some(path) => Some(path.clone()),
            None => find(&start(input, paths)),
        };
        path.map_or_else(Self::default, |path| Self::read(&path))
    }

    /// The settings for the current folder. What is wrong with them is for `check` to say; then nothing of them counts.
    #[must_use]
    pub(super) fn here() -> Self {
        match find(Path::new("")).map(|path| Self::read(&path)) {
            Some(settings) if settings.problems.is_empty() => settings,
            _ => Self::default(),
        }
    }

    /// The settings in a file.
    #[must_use]
    pub(super) fn read(path: &Path) -> Self {
        let mut settings = Self {
            folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            path: Some(path.to_path_buf()),
            ..Self::default()
        };
        let loaded = settings.sources.load(path).map_err(|problem| vec![problem]);
        let read = loaded.and_then(|file| match settings.sources.get(file) {
            Some(source) => config::load(source),
            None => Ok(Config::default()),
        });
        match read {
            Ok(config) => settings.config = config,
            Err(problems) => settings.problems = problems,
        }
        settings.read_suppressions();
        settings.problems.extend(settings.aliases().1);
        settings
    }

    /// The item names it gives, and what is wrong with some of them.
    #[must_use]
    pub(super) fn aliases(&self) -> (Aliases, Vec<Problem>) {
        let mut aliases = Aliases::default();
        let mut problems = Vec::new();
        for alias in &self.config.aliases {
            let codes = alias.codes.iter().map(|(code, word)| (&*code.value, &*word.value));
            if let Err(why) = aliases.add(&alias.path.value, &alias.item.value, codes) {
                problems.push(Problem::error("alias-wrong", why).at(alias.path.span, "this alias"));
            }
        }
        (aliases, problems)
    }

    fn read_suppressions(&mut self) {
        for file in self.config.suppression_files.clone() {
            let read = self.sources.load(&self.at(&file)).map_err(|mut problem| {
                problem.code = "config-file-unreadable";
                vec![problem.at(file.span, "named here")]
            });
            let read = read.and_then(|id| match self.sources.get(id) {
                Some(source) => config::load_suppressions(source),
                None => Ok(Vec::new()),
            });
            match read {
                Ok(suppressions) => self.config.suppressions.extend(suppressions),
                Err(problems) => self.problems.extend(problems),
            }
        }
    }

    /// Reads a baseline beside maillint.toml; `named` is where that names it.
    ///
    /// # Errors
    /// Why it cannot be read, or everything that is wrong with it.
    pub(super) fn read_baseline(&mut self, path: &Path, named: Option<Span>) -> Result<Baseline, Vec<Problem>> {
        let id = self.sources.load(path).map_err(|mut problem| {
            problem.code = "config-file-unreadable";
            let problem = problem.help("`maillint baseline` writes it");
            vec![match named {
                Some(span) => problem.at(span, "named here"),
                None => problem,
            }]
        })?;
        self.sources.get(id).map_or_else(|| Ok(Baseline::default()), baseline::load)
    }

    /// Where a path of maillint.toml leads.
    #[must_use]
    pub(super) fn at(&self, path: &Word) -> PathBuf {
        let path = Path::new(&*path.value);
        // A leading `.` would show in every report.
        let path = path.strip_prefix(".").unwrap_or(path);
        if self.folder.as_os_str().is_empty() { path.to_path_buf() } else { self.folder.join(path) }
    }
}

/// Where to begin to look for maillint.toml.
fn start(input: &Input, paths: &[PathBuf]) -> PathBuf {
    match paths.first() {
        Some(path) if path.as_os_str() == "-" => {
            Path::new(&input.stdin_filename).parent().map(Path::to_path_buf).unwrap_or_default()
        }
        Some(path) if path.is_dir() => path.clone(),
        Some(path) => path.parent().map(Path::to_path_buf).unwrap_or_default(),
        None => PathBuf::new(),
    }
}

/// The nearest maillint.toml in a folder or above it. A repository is not looked out of. The path is relative to the current
/// folder where the file lies in it, as reports show it.
fn find(folder: &Path) -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let folder = if folder.as_os_str().is_empty() { here.clone()? } else { std::path::absolute(folder).ok()? };
    // `..` is resolved, so that what lies above is above.
    let folder = std::fs::canonicalize(&folder).unwrap_or(folder);
    let here = here.and_then(|here| std::fs::canonicalize(here).ok());
    for above in folder.ancestors() {
        let candidate = above.join(FILE_NAME);
        if candidate.is_file() {
            return Some(match here.as_ref().and_then(|here| candidate.strip_prefix(here).ok()) {
                Some(relative) => relative.to_path_buf(),
                None => candidate,
            });
        }
        if above.join(".git").exists() {
            return None;
        }
    }
    None
}

/// What a file of the configuration is called in messages.
#[must_use]
pub(super) fn shown(path: &Path) -> String {
    display_path(path)
}
