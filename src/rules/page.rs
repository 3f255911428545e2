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
    /// The examples.
    pub examples: Vec<Example>,
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
        let adjustments = root.get("adjust").map_or(&[][..], Node::elements).iter();
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
                .filter_map(|node| {
                    let text = |key: &str| node.get(key).and_then(Node::text).map(ToString::to_string);
                    Some((text("severity").or_else(|| text("confidence"))?, text("because")?))
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
