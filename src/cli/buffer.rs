//! An editor's buffer that is no input: maillint.toml itself, a file of suppressions, a rule.

use std::io;
use std::path::Path;

use super::Terminal;
use super::args::Check;
use super::config::Settings;
use super::request::absolute;
use super::ruleset::Ruleset;
use crate::config::{self, FILE_NAME, Word};
use crate::rules::catalog;
use crate::source::Problem;

/// What is wrong with such a buffer, with its text in the settings; `None` where standard input is an input.
///
/// # Errors
/// Standard error cannot be written.
pub(super) fn problems(options: &Check, terminal: Terminal) -> io::Result<Option<(Settings, Vec<Problem>)>> {
    let [only] = options.paths.as_slice() else { return Ok(None) };
    let name = Path::new(&options.input.stdin_filename);
    if only.as_os_str() != "-" {
        return Ok(None);
    }
    let own = name.file_name().is_some_and(|name| name == FILE_NAME);
    let mut settings = if own { Settings::default() } else { Settings::for_input(&options.input, &options.paths) };
    let is_one_of = |paths: &[Word], settings: &Settings| {
        let buffer = absolute(name);
        paths
            .iter()
            .filter_map(|path| absolute(&settings.at(path)))
            .any(|path| buffer.as_ref().is_some_and(|buffer| buffer.starts_with(path)))
    };
    let accepted = is_one_of(&settings.config.suppression_files, &settings);
    let rule = is_one_of(&settings.config.rule_paths, &settings);
    if !own && !accepted && !rule {
        return Ok(None);
    }
    let shown = options.input.stdin_filename.as_str();
    let file = match settings.sources.load_from(shown, io::stdin().lock()) {
        Ok(file) => file,
        Err(problem) => return Ok(Some((settings, vec![problem]))),
    };
    let Some(source) = settings.sources.get(file) else { return Ok(None) };
    let mut problems = Vec::new();
    if own {
        match config::load(source) {
            Ok(config) => settings.config = config,
            Err(found) => problems = found,
        }
        settings.folder = name.parent().map(Path::to_path_buf).unwrap_or_default();
        // Whether a name is known depends on the rules that the file brings.
        if problems.is_empty()
            && let Ok(rules) = Ruleset::load(&options.judging, &settings, terminal)?
            && let Err(found) = rules.select(&settings)
        {
            problems = found;
        }
    } else if accepted {
        problems = config::load_suppressions(source).err().unwrap_or_default();
    } else {
        problems = catalog::load(source).err().unwrap_or_default();
    }
    Ok(Some((settings, problems)))
}
