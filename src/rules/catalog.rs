//! The built-in rules, and how further ones are loaded.

use super::rule::{Origin, Rule, compile};
use crate::read::validate::Schema;
use crate::read::{self, Node};
use crate::source::{FileId, Problem, Source, View};

/// Every rule file of the catalogue: category, name, text.
pub const FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// What a check needs of the rule files, packed by the build script.
const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.json"));

/// The schema of a rule file.
pub const RULE_SCHEMA: &str = include_str!("../../schemas/rule.schema.json");

/// Compiles the built-in rules.
///
/// # Errors
/// Mistakes in them; the rule tests keep this from happening in a release.
pub fn built_in() -> Result<Vec<Rule>, Vec<Problem>> {
    let view = View::from_offset(FileId(u32::MAX), PACKED, 0);
    let mut problems = Vec::new();
    let root = read::parse_json(&view, &mut problems).map_err(|problem| vec![*problem])?;
    let mut rules = Vec::new();
    for member in root.members() {
        let category = member.node.get("category").and_then(Node::text).map_or("", |text| text);
        match compile(&member.key, category, &member.node, Origin { source: None }) {
            Ok(rule) => rules.push(rule),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() { Ok(rules) } else { Err(problems) }
}

/// Reads a rule file of a user: its rule and its tree.
///
/// # Errors
/// Everything that is wrong with the file, at its place.
pub fn load(source: &Source) -> Result<(Rule, Node), Vec<Problem>> {
    let root = read::parse_toml(&source.view())?;
    let mut parts = source.path.rsplit('/');
    let name = parts.next().unwrap_or("").trim_end_matches(".toml").to_owned();
    let category = parts.next().unwrap_or("").to_owned();
    let schema = Schema::compile(RULE_SCHEMA, &|_| None)
        .map_err(|why| vec![Problem::error("rule-schema", format!("the schema of rules is broken: {why}"))])?;
    let start = crate::source::Span::at(source.id, 0);
    let mut problems = schema.problems(&root, start);
    match compile(&name, &category, &root, Origin { source: Some(source) }) {
        Ok(rule) if problems.is_empty() => Ok((rule, root)),
        Ok(_) => {
            for problem in &mut problems {
                problem.code = "rule-invalid";
            }
            Err(problems)
        }
        Err(found) => {
            // Both may see the same mistake. Where the schema has only general words, the compiler says more about it.
            let at = |problem: &Problem| problem.labels.first().map(|(span, _)| *span);
            problems.retain(|known| known.code != "schema" || !found.iter().any(|problem| at(problem) == at(known)));
            let further = found.into_iter().filter(|problem| !problems.iter().any(|known| at(problem) == at(known)));
            let further: Vec<Problem> = further.collect();
            problems.extend(further);
            problems.sort_by_key(at);
            for problem in &mut problems {
                if problem.code != "rule-type" {
                    problem.code = "rule-invalid";
                }
            }
            Err(problems)
        }
    }
}
