//! What a rule file tells its readers.

use super::examples::{Example, ExampleKind, examples};
use crate::read::Node;

/// The page of a rule.
#[derive(Debug)]
pub struct Page {
    /// The rule's name.
    pub name: String,
    /// Its category.
    pub category: String,
    /// Texts of the file by key: `summary`, `severity`, `why` and so on.
    texts: Vec<(String, String)>,
    /// What it is evaluated for.
    pub subjects: Vec<String>,
    /// Where more is written.
    pub references: Vec<String>,
    /// What it is about.
    pub tags: Vec<String>,
    /// Other severities under conditions: severity and reason.
    pub adjustments: Vec<(String, String)>,
    /// Other things to do and click paths under conditions, with the reason.
    pub remedies: Vec<Remedy>,
    /// The examples.
    pub examples: Vec<Example>,
}

/// What to do and where to click under a condition.
#[derive(Debug)]
pub struct Remedy {
    /// The condition in words.
    pub because: String,
    /// What to do; none: as otherwise.
    pub help: Option<String>,
    /// Where to click; none: as otherwise.
    pub fix: Option<String>,
}

impl Page {
    /// Reads the page from a rule file's tree.
    #[must_use]
    pub fn read(name: &str, category: &str, root: &Node) -> Self {
        let list = |key: &str| match root.get(key) {
            Some(node) if !node.elements().is_empty() => {
                node.elements().iter().filter_map(Node::text).map(ToString::to_string).collect()
            }
            Some(node) => node.text().map(ToString::to_string).into_iter().collect(),
            None => Vec::new(),
        };
        let adjustments = root.get("adjust").map_or(&[][..], Node::elements);
        let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).map(ToString::to_string);
        Self {
            name: name.to_owned(),
            category: category.to_owned(),
            texts: root
                .members()
                .iter()
                .filter_map(|member| Some((member.key.to_string(), member.node.text()?.trim().to_owned())))
                .collect(),
            subjects: list("subject"),
            references: list("references"),
            tags: list("tags"),
            adjustments: adjustments
                .iter()
                .filter_map(|node| {
                    Some((text(node, "severity").or_else(|| text(node, "confidence"))?, text(node, "because")?))
                })
                .collect(),
            remedies: adjustments
                .iter()
                .filter_map(|node| {
                    let (help, fix) = (text(node, "help"), text(node, "fix"));
                    let because = text(node, "because").filter(|_| help.is_some() || fix.is_some())?;
                    Some(Remedy { because, help, fix })
                })
                .collect(),
            examples: examples(root),
        }
    }

    /// How many examples of a kind there are.
    #[must_use]
    pub fn count(&self, kind: ExampleKind) -> usize {
        self.examples.iter().filter(|example| example.kind == kind).count()
    }

    /// The text under a key of the file; empty if there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.texts.iter().find(|(known, _)| known == key).map_or("", |(_, text)| text)
    }
}
