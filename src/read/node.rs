//! The tree that JSON and TOML texts reduce to: every key and value with its span.

use std::sync::Arc;

use crate::source::Span;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where the value stands, quotes and brackets included.
    pub span: Span,
    /// What it is.
    pub content: Content,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// JSON's `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Arc<str>),
    /// A text.
    Text(Arc<str>),
    /// A date or time of TOML, as written.
    Date(Arc<str>),
    /// A list.
    List(Vec<Node>),
    /// Named values in the order of the file; a name may occur twice.
    Table(Vec<Member>),
    /// A value that the file leaves open.
    Unresolved {
        /// The text as it stands in the file.
        raw: Arc<str>,
        /// Why it is open and what would settle it.
        why: Arc<str>,
    },
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name, decoded.
    pub key: Arc<str>,
    /// Where the name stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

impl Node {
    /// The members of a table; none for anything else.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.content {
            Content::Table(members) => members,
            _ => &[],
        }
    }

    /// The member of that name; of several, the last one.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().rev().find(|member| &*member.key == key)
    }

    /// The value under that name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.node)
    }

    /// The value under a chain of names.
    #[must_use]
    pub fn path(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The elements of a list; none for anything else.
    #[must_use]
    pub fn elements(&self) -> &[Node] {
        match &self.content {
            Content::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&Arc<str>> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.content == Content::Null
    }

    /// What the value is, in a word for people.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.content {
            Content::Null => "null",
            Content::Bool(_) => "true or false",
            Content::Number(_) => "a number",
            Content::Text(_) | Content::Unresolved { .. } => "a text",
            Content::Date(_) => "a date",
            Content::List(_) => "a list",
            Content::Table(_) => "a table",
        }
    }

    /// A text node.
    #[must_use]
    pub fn new_text(span: Span, text: impl Into<Arc<str>>) -> Self {
        Self { span, content: Content::Text(text.into()) }
    }
}
