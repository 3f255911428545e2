//! The syntax tree of a condition.

use std::ops::Range;
use std::sync::Arc;

/// The deepest nesting of a condition. CEL asks for at least 32.
pub const NESTING_LIMIT: usize = 100;

/// The longest condition, in bytes.
pub const TEXT_LIMIT: usize = 20_000;

/// One expression and the bytes it stands on, parentheses included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What stands there.
    pub kind: NodeKind,
    /// The bytes of the text.
    pub range: Range<usize>,
    /// The levels of the tree from here down; 1 for a leaf.
    pub height: usize,
}

/// A name and the bytes it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The name.
    pub text: Arc<str>,
    /// The bytes of the text.
    pub range: Range<usize>,
}

/// The kinds of expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeKind {
    /// Something outside the subset, reported by the parser; read on to find further errors.
    Invalid,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(Arc<str>),
    /// `[a, b]`
    List(Vec<Node>),
    /// `a`
    Name(Arc<str>),
    /// `a.b`
    Select(Box<Node>, Word),
    /// `a[b]`
    Index(Box<Node>, Box<Node>),
    /// `f(x)`
    Call(Word, Vec<Node>),
    /// `a.f(x)`
    Method(Box<Node>, Word, Vec<Node>),
    /// `!a`
    Not(Box<Node>),
    /// `-a`
    Negate(Box<Node>),
    /// `a && b && c`. A chain is one node, so that its length does not count as depth.
    And(Vec<Node>),
    /// `a || b || c`
    Or(Vec<Node>),
    /// The other operators of two sides.
    Binary(Operator, Box<Node>, Box<Node>),
    /// `a ? b : c`
    Choice(Box<Node>, Box<Node>, Box<Node>),
}

/// The operators of two sides that need both of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `in`
    In,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Operator {
    /// The spelling.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::In => "in",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

impl Node {
    pub(super) fn new(kind: NodeKind, range: Range<usize>) -> Self {
        let tallest = |nodes: &[Self]| nodes.iter().map(|node| node.height).max().unwrap_or(0);
        let below = match &kind {
            NodeKind::Invalid | NodeKind::Bool(_) | NodeKind::Int(_) | NodeKind::Text(_) | NodeKind::Name(_) => 0,
            NodeKind::List(nodes) | NodeKind::Call(_, nodes) | NodeKind::And(nodes) | NodeKind::Or(nodes) => {
                tallest(nodes)
            }
            NodeKind::Select(node, _) | NodeKind::Not(node) | NodeKind::Negate(node) => node.height,
            NodeKind::Method(node, _, arguments) => node.height.max(tallest(arguments)),
            NodeKind::Index(left, right) | NodeKind::Binary(_, left, right) => left.height.max(right.height),
            NodeKind::Choice(condition, yes, no) => condition.height.max(yes.height).max(no.height),
        };
        Self { kind, range, height: below + 1 }
    }
}
