//! Files of maillint's own that are no input: they often lie beside the inputs.

use super::{Content, Node};
use crate::source::Problem;

/// The code of the problem that such a file is named as an input.
pub const OWN_FILE: &str = "input-is-own-file";

fn problem(root: &Node, what: &str, help: &str) -> Problem {
    let at = root.members().first().map_or(root.span, |member| member.key_span);
    Problem::error(OWN_FILE, format!("this is {what}, not an input")).at(at, "begins like this").help(help)
}

/// A problem if a tree is of a TOML or YAML file of ours.
pub(super) fn toml(root: &Node) -> Option<Problem> {
    let has = |name: &str| root.get(name).is_some();
    if root.get("case").is_some_and(|case| case.elements().iter().any(|case| case.get("expect").is_some())) {
        return Some(problem(
            root,
            "a table of dialogues",
            "`maillint simulate --cases FILE` holds them with the servers of the inputs",
        ));
    }
    if has("violation") && has("subject") {
        return Some(problem(
            root,
            "a rule",
            "`--rules FILE` adds it to the check, `maillint test FILE` runs its examples",
        ));
    }
    let lists = ["environment", "suppression"];
    let words = ["rule_paths", "suppression_files", "fail_on", "profile"];
    let is_list = |name: &str| root.get(name).is_some_and(|node| matches!(node.content, Content::List(_)));
    (lists.into_iter().any(is_list) || words.into_iter().any(has)).then(|| {
        problem(
            root,
            "a configuration of maillint",
            "`--config FILE` uses it; under the name maillint.toml it is found by itself",
        )
    })
}

/// A problem if a tree is of a JSON file that maillint wrote.
pub(super) fn json(root: &Node) -> Option<Problem> {
    let is_list = |name: &str| root.get(name).is_some_and(|node| matches!(node.content, Content::List(_)));
    let numbered = root.get("version").is_some_and(|version| matches!(version.content, Content::Number(_)));
    let with_problems = || is_list("problems") && ["findings", "servers", "forms", "items"].into_iter().any(is_list);
    if !numbered {
        return None;
    }
    if with_problems() {
        return Some(problem(root, "a report that maillint wrote", "give what the report is about"));
    }
    (is_list("findings")
        && root.members().iter().all(|member| matches!(&*member.key, "$schema" | "version" | "findings")))
    .then(|| problem(root, "a baseline", "`--baseline FILE` compares the findings with it"))
}
