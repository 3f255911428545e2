//! From the text of maillint.toml to what it says.

use std::sync::Arc;

use super::{
    Alias, CONFIG_SCHEMA, Config, EnvironmentConfig, Level, Levels, Located, Output, Profile, Suppression, Word,
};
use crate::read::validate::Schema;
use crate::read::{Content, Member, Node, parse_toml};
use crate::source::{Problem, Severity, Source, Span};

/// Reads maillint.toml.
///
/// # Errors
/// Everything that is wrong with it, each at its place.
pub fn load(source: &Source) -> Result<Config, Vec<Problem>> {
    let root = parse_toml(&source.view())?;
    let mut problems = schema_problems(&root, source, CONFIG_SCHEMA);
    let config = read(&root, &mut problems);
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

/// Reads a file of `[[suppression]]` tables.
///
/// # Errors
/// Everything that is wrong with it, each at its place.
pub fn load_suppressions(source: &Source) -> Result<Vec<Suppression>, Vec<Problem>> {
    let root = parse_toml(&source.view())?;
    let mut problems = schema_problems(&root, source, CONFIG_SCHEMA);
    for member in root.members().iter().filter(|member| !matches!(&*member.key, "suppression" | "$schema")) {
        problems.push(
            Problem::error("unknown-key", format!("`{}` does not belong into a file of suppressions", member.key))
                .at(member.key_span, "not here")
                .help("such a file has `[[suppression]]` tables and nothing else"),
        );
    }
    let suppressions = suppressions(&root, &mut problems);
    if problems.is_empty() { Ok(suppressions) } else { Err(problems) }
}

fn schema_problems(root: &Node, source: &Source, schema: &'static str) -> Vec<Problem> {
    let own = |file: &str| file.is_empty().then_some(schema);
    match Schema::compile(schema, &own) {
        Ok(schema) => schema.problems(root, Span::at(source.id, 0)),
        Err(why) => vec![Problem::error("config-schema", format!("the schema of maillint.toml is broken: {why}"))],
    }
}

/// Takes what is right; what is wrong is known to the schema.
fn read(root: &Node, problems: &mut Vec<Problem>) -> Config {
    let output = root.get("output");
    let config = Config {
        profile: match root.get("profile").and_then(Node::text).map(|text| &**text) {
            Some("strict") => Profile::Strict,
            Some("all") => Profile::All,
            _ => Profile::Default,
        },
        fail_on: text(root, "fail_on"),
        rule_paths: texts(root, "rule_paths"),
        baseline: text(root, "baseline"),
        suppression_files: texts(root, "suppression_files"),
        levels: Levels {
            rules: levels(root, "rules"),
            tags: levels(root, "tags"),
            categories: levels(root, "categories"),
        },
        aliases: aliases(members(root, "aliases"), ""),
        environments: elements(root, "environment").iter().filter_map(environment).collect(),
        suppressions: suppressions(root, problems),
        output: Output {
            format: output.and_then(|output| text(output, "format")),
            max_findings: output.and_then(|output| output.get("max_findings")).and_then(number),
            files: output.map(|output| pairs(output, "files")).unwrap_or_default(),
        },
    };
    for (index, environment) in config.environments.iter().enumerate() {
        let earlier = config.environments.iter().take(index).find(|other| other.name.value == environment.name.value);
        if let Some(earlier) = earlier {
            problems.push(
                Problem::error("duplicate-name", format!("two environments are named `{}`", environment.name.value))
                    .at(environment.name.span, "this one")
                    .at(earlier.name.span, "and this one"),
            );
        }
    }
    config
}

fn suppressions(root: &Node, problems: &mut Vec<Problem>) -> Vec<Suppression> {
    let mut found = Vec::new();
    for node in elements(root, "suppression") {
        let (Some(rule), Some(document)) = (text(node, "rule"), text(node, "document")) else { continue };
        let Some(reason) = text(node, "reason") else { continue };
        let expires = node.member("expires").and_then(|member| match &member.node.content {
            Content::Date(date) | Content::Text(date) => {
                Some(Located { value: Arc::clone(date), span: member.node.span })
            }
            _ => None,
        });
        if let Some(expires) = &expires
            && jiff::civil::Date::strptime("%Y-%m-%d", &*expires.value).is_err()
        {
            problems.push(
                Problem::error("date-invalid", format!("`{}` is no day of the calendar", expires.value))
                    .at(expires.span, "write the last day on which it holds, such as 2027-01-31"),
            );
        }
        found.push(Suppression {
            span: rule.span,
            rule,
            document,
            field: text(node, "field"),
            element: text(node, "element"),
            environment: text(node, "environment"),
            reason: reason.value,
            expires,
            owner: text(node, "owner").map(|owner| owner.value),
        });
    }
    found
}

fn environment(node: &Node) -> Option<EnvironmentConfig> {
    Some(EnvironmentConfig {
        name: text(node, "name")?,
        inputs: texts(node, "inputs"),
        facts: text(node, "facts"),
        notes_ini: pairs(node, "notes_ini"),
        env_files: texts(node, "env_files"),
        fail_on: text(node, "fail_on"),
    })
}

/// `relay.deny_hosts = "Item"` is the same as `"relay.deny_hosts" = "Item"`: TOML makes tables of the first.
fn aliases(members: &[Member], above: &str) -> Vec<Alias> {
    let mut found = Vec::new();
    for member in members {
        let path = if above.is_empty() { member.key.to_string() } else { format!("{above}.{}", member.key) };
        let (item, codes) = match &member.node.content {
            Content::Text(_) => (located(&member.node), Vec::new()),
            _ if member.node.get("item").is_some() => (text(&member.node, "item"), codes(&member.node)),
            _ => {
                found.extend(aliases(member.node.members(), &path));
                continue;
            }
        };
        if let Some(item) = item {
            found.push(Alias { path: Located { value: Arc::from(path), span: member.key_span }, item, codes });
        }
    }
    found
}

fn codes(node: &Node) -> Vec<(Word, Word)> {
    let stands_for = |code: &Member| {
        let value = match &code.node.content {
            Content::Text(text) | Content::Number(text) => Arc::clone(text),
            Content::Bool(value) => Arc::from(value.to_string()),
            _ => return None,
        };
        Some((key(code), Located { value, span: code.node.span }))
    };
    members(node, "codes").iter().filter_map(stands_for).collect()
}

fn levels(root: &Node, name: &str) -> Vec<(Word, Level)> {
    members(root, name)
        .iter()
        .filter_map(|member| {
            let level = match &**member.node.text()? {
                "off" => Level::Off,
                "on" => Level::On,
                "info" => Level::Severity(Severity::Info),
                "warning" => Level::Severity(Severity::Warning),
                "error" => Level::Severity(Severity::Error),
                _ => return None,
            };
            Some((key(member), level))
        })
        .collect()
}

fn members<'n>(node: &'n Node, name: &str) -> &'n [Member] {
    node.get(name).map_or(&[], Node::members)
}

fn elements<'n>(node: &'n Node, name: &str) -> &'n [Node] {
    node.get(name).map_or(&[], Node::elements)
}

fn key(member: &Member) -> Word {
    Located { value: Arc::clone(&member.key), span: member.key_span }
}

fn located(node: &Node) -> Option<Word> {
    node.text().map(|text| Located { value: Arc::clone(text), span: node.span })
}

fn text(node: &Node, name: &str) -> Option<Word> {
    node.get(name).and_then(located)
}

fn texts(node: &Node, name: &str) -> Vec<Word> {
    elements(node, name).iter().filter_map(located).collect()
}

fn pairs(node: &Node, name: &str) -> Vec<(Word, Word)> {
    members(node, name).iter().filter_map(|member| Some((key(member), located(&member.node)?))).collect()
}

fn number(node: &Node) -> Option<usize> {
    match &node.content {
        Content::Number(text) => text.parse().ok(),
        _ => None,
    }
}
