//! JSON Lines: one JSON text per line. A broken line does not keep the others from being read.

use serde::de::IgnoredAny;

use super::{Node, json};
use crate::source::{Problem, View};

/// The lines of a text, each as a view of the file, if they look like JSON texts of their own: there are several, the most
/// begin like an object, and one is whole.
#[must_use]
pub(super) fn lines<'v>(view: &'v View<'_>) -> Option<Vec<View<'v>>> {
    let text = view.text();
    let mut lines = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim();
        if !trimmed.is_empty() {
            let start = start + (line.len() - line.trim_start().len());
            lines.push((start, trimmed));
        }
    }
    let begin = lines.iter().filter(|(_, line)| line.starts_with('{')).count();
    let whole = lines.iter().filter(|(_, line)| line.starts_with('{') && line.len() > 2 && is_json(line)).count();
    if lines.len() < 2 || begin * 2 <= lines.len() || whole == 0 {
        return None;
    }
    let part = |(start, line): (usize, &'v str)| {
        View::from_pieces(view.file(), std::iter::once((view.span(start..start).start, line)))
    };
    Some(lines.into_iter().map(part).collect())
}

fn is_json(line: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(line).is_ok()
}

/// The trees of the lines that are JSON; the others are added to `problems`.
pub(super) fn parse(lines: &[View<'_>], problems: &mut Vec<Problem>) -> Vec<Node> {
    let mut roots = Vec::new();
    for line in lines {
        match json::parse(line, problems) {
            Ok(root) => roots.push(root),
            Err(mut problem) => {
                problem.message = problem
                    .message
                    .replace("the file", "the line")
                    .replace("not valid JSON", "a line is not valid JSON");
                for (_, label) in &mut problem.labels {
                    *label = label.replace("the file", "the line");
                }
                problems.push(*problem);
            }
        }
    }
    roots
}
