//! `{{ NAME }}` in one-touch setup files: replaced by a start script or a tool before Domino sees the file
//! (formats.md 2.5), here from `--env-file` and `--var`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Content, Member, Node};
use crate::source::{Problem, Source, Span, is_secret_key};

/// So many placeholders without a value are underlined; the message names them all.
const LABELLED: usize = 3;

/// Values for placeholders. Names are compared exactly first and without regard to case second, since the two programs
/// in use differ in that.
#[derive(Debug, Default, Clone)]
pub struct Variables {
    values: BTreeMap<String, String>,
}

impl Variables {
    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: &str) {
        self.values.insert(name.to_owned(), value.to_owned());
    }

    /// Takes over the values of others, except for names that have one.
    pub fn fill_from(&mut self, others: Self) {
        for (name, value) in others.values {
            self.values.entry(name).or_insert(value);
        }
    }

    /// Reads `NAME=value` lines; lines that begin with `#` are comments.
    pub fn read_env_file(&mut self, source: &Source, problems: &mut Vec<Problem>) {
        let view = source.view();
        let mut offset = 0;
        for line in view.text().split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            if line.trim().is_empty() || line.trim_start().starts_with('#') {
                continue;
            }
            let Some((name, value)) = line.split_once('=') else {
                // It may be the rest of a secret.
                source.mark_secret(view.span(start..start + line.len()));
                problems.push(
                    Problem::warning("env-file-line", "a line without `=` in the env file")
                        .at(view.span(start..start + line.len()), "sets nothing"),
                );
                continue;
            };
            let name = name.trim();
            let name = name.strip_prefix("export ").unwrap_or(name).trim();
            if value.len() > 1 && ["\"", "'"].iter().any(|quote| value.starts_with(quote) && value.ends_with(quote)) {
                problems.push(
                    Problem::info("env-file-quotes", format!("the quotes around `{name}` become part of its value"))
                        .at(view.span(start..start + name.len()), "value in quotes")
                        .help("container env files are not shell scripts: write the value without quotes"),
                );
            }
            self.set(name, value);
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .or_else(|| self.values.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
            .map(String::as_str)
    }
}

/// Replaces the placeholders in all texts of a tree. A text with one that has no value becomes unresolved, and so do the
/// sentinels by which setup itself asks for a value.
pub(super) fn resolve(node: &mut Node, variables: &Variables, problems: &mut Vec<Problem>) {
    let mut missing: Vec<(Arc<str>, Span)> = Vec::new();
    walk(node, variables, &mut missing);
    let Some((first, _)) = missing.first() else { return };
    let names: Vec<String> = missing.iter().map(|(name, _)| format!("`{name}`")).collect();
    let message = match names.as_slice() {
        [only] => format!("no value for the placeholder {only}"),
        several => format!("no value for {} placeholders: {}", several.len(), several.join(", ")),
    };
    let help = format!(
        "give values with `--var {first}=…` or `--env-file FILE`; on the server a placeholder without a value becomes empty"
    );
    let problem = Problem::info("placeholder-unresolved", message).help(help);
    problems.push(
        missing.iter().take(LABELLED).fold(problem, |problem, (_, span)| problem.at(*span, "treated as unknown")),
    );
}

fn walk(node: &mut Node, variables: &Variables, missing: &mut Vec<(Arc<str>, Span)>) {
    match &mut node.content {
        Content::Text(text) => {
            if let Some(content) = replace(text, node.span, variables, missing) {
                node.content = content;
            }
        }
        Content::List(elements) => elements.iter_mut().for_each(|element| walk(element, variables, missing)),
        Content::Table(members) => {
            for Member { key, node, .. } in members {
                // No check reads a secret, so nobody need give its value.
                let missing = if is_secret_key(key) { &mut Vec::new() } else { &mut *missing };
                walk(node, variables, missing);
            }
        }
        _ => {}
    }
}

fn replace(text: &Arc<str>, span: Span, variables: &Variables, missing: &mut Vec<(Arc<str>, Span)>) -> Option<Content> {
    for (sentinel, meaning) in
        [("@Prompt:", "setup asks for it"), ("@File:", "setup reads it from a file"), ("@Base64:", "it is encoded")]
    {
        if text.starts_with(sentinel) {
            return Some(Content::Unresolved {
                raw: Arc::clone(text),
                why: format!("`{sentinel}` stands for a value: {meaning}").into(),
            });
        }
    }
    if !text.contains("{{") {
        return None;
    }
    let mut resolved = String::with_capacity(text.len());
    let mut open: Vec<Arc<str>> = Vec::new();
    let mut secret: Option<&str> = None;
    let mut rest: &str = text;
    while let Some((before, after)) = rest.split_once("{{") {
        resolved.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else {
            // Nothing closes it, nor anything behind it.
            resolved.push_str("{{");
            rest = after;
            break;
        };
        let name = name.trim();
        match variables.get(name) {
            // What a secret is put into cannot be told from other texts, and must not be printed.
            Some(_) if is_secret_key(name) => secret = Some(name),
            Some(value) => resolved.push_str(value),
            None => open.push(Arc::from(name)),
        }
        rest = behind;
    }
    resolved.push_str(rest);
    if let (Some(name), true) = (secret, open.is_empty()) {
        return Some(Content::Unresolved {
            raw: Arc::clone(text),
            why: format!("the value of `{name}` is a secret and is not read").into(),
        });
    }
    if open.is_empty() {
        return Some(Content::Text(resolved.into()));
    }
    for name in &open {
        if !missing.iter().any(|(known, _)| known == name) {
            missing.push((Arc::clone(name), span));
        }
    }
    let names = open.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    Some(Content::Unresolved {
        raw: Arc::clone(text),
        why: format!("the placeholder {names} has no value (give it with --var or --env-file)").into(),
    })
}
