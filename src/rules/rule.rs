//! A rule and how it is read from its file.

use std::ops::Range;
use std::sync::Arc;

use super::cel::{Error, Expression, Type};
use super::condition;
use super::template::Template;
use super::types::Records;
use crate::read::{Content, Member, Node};
use crate::source::{Problem, Severity, Source, Span};
use serde::{Deserialize, Serialize};

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// From memory or experience only.
    Uncertain,
    /// Follows from documentation or several field reports.
    Likely,
    /// Documented.
    Sure,
}

/// A rule, compiled.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which never changes.
    pub name: Arc<str>,
    /// Its category: the folder it lies in.
    pub category: Arc<str>,
    /// What it is about, to select by.
    pub tags: Vec<Arc<str>>,
    /// Rules whose findings cause the findings of this one; it is told with them.
    pub follows: Vec<Arc<str>>,
    /// What is wrong, in one line.
    pub summary: String,
    /// How bad it is, unless an adjustment says otherwise.
    pub severity: Severity,
    /// How sure it is, unless an adjustment says otherwise.
    pub confidence: Confidence,
    /// What it is evaluated for; a condition is compiled once for each subject, since their variables differ.
    pub subjects: Vec<Subject>,
    /// What to do.
    pub help: String,
    /// Where to click.
    pub fix: String,
    /// What the fix changes for people.
    pub consequence: Option<String>,
    /// Whether it looks at people or mail-in databases, of which a directory may have very many.
    pub reads_recipients: bool,
}

/// A rule as it applies to one kind of subject.
#[derive(Debug)]
pub struct Subject {
    /// `server`, or a list path such as `configuration.connections.allow`.
    pub path: Arc<str>,
    /// Where the rule applies.
    pub when: Option<Expression>,
    /// What is wrong.
    pub violation: Expression,
    /// One sentence about it.
    pub message: Template,
    /// The field to look at; without it the first field that decided.
    pub at: Option<Expression>,
    /// A dialogue that shows the problem.
    pub witness: Option<Expression>,
    /// What would be right.
    pub expected: Option<Template>,
    /// What else to say: lists of texts, each of which becomes a note.
    pub notes: Vec<Expression>,
    /// The places where findings of rules that follow this one come of its findings; without it the document or, failing
    /// that, the directory tells.
    pub covers: Option<Expression>,
    /// Further places with texts.
    pub related: Vec<(Expression, Template)>,
    /// Other severities, confidences and click paths under conditions.
    pub adjustments: Vec<Adjustment>,
    /// The dated tables that its findings rest on.
    pub tables: Vec<Arc<str>>,
}

/// Another severity, confidence or click path under a condition.
#[derive(Debug)]
pub struct Adjustment {
    /// When it applies.
    pub when: Expression,
    /// The severity instead.
    pub severity: Option<Severity>,
    /// The confidence instead.
    pub confidence: Option<Confidence>,
    /// What to do instead.
    pub help: Option<String>,
    /// Where to click instead.
    pub fix: Option<String>,
    /// Why, for people.
    pub because: Option<String>,
}

/// The file that a rule is read from, to find places of mistakes in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'s> {
    /// The file; `None` for built-in rules, whose mistakes the rule tests find.
    pub source: Option<&'s Source>,
}

/// Reads a rule from its tree.
///
/// # Errors
/// Every mistake that can be told apart, each at its place in the rule file.
pub(super) fn compile(name: &str, category: &str, root: &Node, origin: Origin<'_>) -> Result<Rule, Vec<Problem>> {
    let mut reader = Reader { origin, problems: Vec::new(), root };
    let severity = reader.word(root, "severity", severity).unwrap_or(Severity::Warning);
    let confidence = reader.word(root, "confidence", confidence).unwrap_or(Confidence::Sure);
    let summary = reader.text("summary").unwrap_or_default();
    let help = reader.text("help").unwrap_or_default();
    let fix = reader.text("fix").unwrap_or_default();
    let consequence = reader.optional_text("consequence");
    let tags = elements(root, "tags").filter_map(Node::text).cloned().collect();
    let follows = elements(root, "follows").filter_map(Node::text).cloned().collect();
    let subjects = reader.subjects();
    if !reader.problems.is_empty() {
        reader.problems.sort_by_key(|problem| problem.labels.first().map(|(span, _)| *span));
        reader.problems.dedup();
        return Err(reader.problems);
    }
    Ok(Rule {
        name: Arc::from(name),
        category: Arc::from(category),
        tags,
        follows,
        summary,
        severity,
        confidence,
        subjects,
        help,
        fix,
        consequence,
        reads_recipients: CONDITIONS.iter().filter_map(|key| root.get(key)).any(names_recipients),
    })
}

/// The keys of a rule file whose texts are evaluated.
const CONDITIONS: [&str; 11] =
    ["subject", "when", "violation", "message", "at", "witness", "expected", "notes", "covers", "related", "adjust"];

/// The names under which the model has recipients, and what it computes from them. `tests/recipients.rs` compares a model
/// with recipients to one without, so that none is forgotten.
pub const RECIPIENTS: [&str; 14] = [
    "person",
    "mail_in",
    "undeclared_domains",
    "duplicate_addresses",
    "shared_local_parts",
    "forwarding_loops",
    "postmaster",
    "should_send",
    "send_evidence",
    "excluded_recipients",
    "shared_mail_files",
    "alias_fallbacks",
    "unshared_domains",
    "addresses_in_two_directories",
];

/// Whether a text in the tree has one of the names: rather once too often than once too seldom.
fn names_recipients(node: &Node) -> bool {
    let named = |text: &Arc<str>| RECIPIENTS.iter().any(|name| text.contains(name));
    node.text().is_some_and(named)
        || node.elements().iter().any(names_recipients)
        || node.members().iter().any(|member| names_recipients(&member.node))
}

/// The severity of that name.
#[must_use]
pub(super) fn severity(word: &str) -> Option<Severity> {
    match word {
        "error" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        "info" => Some(Severity::Info),
        _ => None,
    }
}

fn confidence(word: &str) -> Option<Confidence> {
    match word {
        "sure" => Some(Confidence::Sure),
        "likely" => Some(Confidence::Likely),
        "uncertain" => Some(Confidence::Uncertain),
        _ => None,
    }
}

struct Reader<'r> {
    origin: Origin<'r>,
    problems: Vec<Problem>,
    root: &'r Node,
}

impl Reader<'_> {
    fn word<T>(&mut self, node: &Node, key: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        let member = node.member(key)?;
        let value = member.node.text().and_then(|text| read(text));
        if value.is_none() {
            self.wrong(member, "not one of the words it can be");
        }
        value
    }

    fn text(&mut self, key: &str) -> Option<String> {
        let found = self.optional_text(key);
        if found.is_none() {
            self.problems.push(
                Problem::error("rule-incomplete", format!("the rule has no `{key}`"))
                    .at(self.root.span, format!("needs `{key}`")),
            );
        }
        found
    }

    fn optional_text(&mut self, key: &str) -> Option<String> {
        let member = self.root.member(key)?;
        match member.node.text() {
            Some(text) => Some(text.trim().to_string()),
            None => {
                self.wrong(member, "must be a text");
                None
            }
        }
    }

    fn wrong(&mut self, member: &Member, what: &str) {
        self.problems
            .push(Problem::error("rule-invalid", format!("`{}` is {what}", member.key)).at(member.node.span, what));
    }

    fn subjects(&mut self) -> Vec<Subject> {
        let Some(member) = self.root.member("subject") else {
            self.problems.push(
                Problem::error("rule-incomplete", "the rule has no `subject`").at(self.root.span, "needs `subject`"),
            );
            return Vec::new();
        };
        let nodes: Vec<&Node> = match &member.node.content {
            Content::List(elements) => elements.iter().collect(),
            _ => vec![&member.node],
        };
        let mut subjects = Vec::new();
        for node in nodes {
            let Some(path) = node.text() else {
                self.wrong(member, "must be a text or a list of texts");
                continue;
            };
            match Records::get().variables(path) {
                Ok(variables) => {
                    let variables: Vec<(&str, Type)> =
                        variables.iter().map(|(name, of)| (name.as_str(), of.clone())).collect();
                    subjects.extend(self.subject(path, &variables));
                }
                Err(why) => self.problems.push(Problem::error("rule-invalid", why).at(node.span, "not a subject")),
            }
        }
        subjects
    }

    fn subject(&mut self, path: &Arc<str>, variables: &[(&str, Type)]) -> Option<Subject> {
        let root = self.root;
        let when = self.condition(root, "when", variables);
        let violation = self.condition(root, "violation", variables);
        if root.member("violation").is_none() {
            self.problems.push(
                Problem::error("rule-incomplete", "the rule has no `violation`").at(root.span, "needs `violation`"),
            );
        }
        let message = self.template(root, "message", variables);
        if root.member("message").is_none() {
            self.problems
                .push(Problem::error("rule-incomplete", "the rule has no `message`").at(root.span, "needs `message`"));
        }
        let at = self.expression(root, "at", variables);
        let witness = self.expression(root, "witness", variables);
        let expected = self.template(root, "expected", variables);
        let notes = elements(root, "notes").filter_map(|node| self.compiled("notes", node, variables)).collect();
        let covers = self.expression(root, "covers", variables);
        let related = elements(root, "related")
            .filter_map(|node| {
                Some((self.expression(node, "field", variables)?, self.template(node, "text", variables)?))
            })
            .collect();
        let adjustments = elements(root, "adjust")
            .filter_map(|node| {
                Some(Adjustment {
                    when: self.condition(node, "when", variables)?,
                    severity: self.word(node, "severity", severity),
                    confidence: self.word(node, "confidence", confidence),
                    help: node.get("help").and_then(Node::text).map(ToString::to_string),
                    fix: node.get("fix").and_then(Node::text).map(ToString::to_string),
                    because: node.get("because").and_then(Node::text).map(ToString::to_string),
                })
            })
            .collect();
        let violation = violation?;
        Some(Subject {
            path: Arc::clone(path),
            tables: condition::tables(when.iter().chain([&violation])),
            when,
            violation,
            message: message?,
            at,
            witness,
            expected,
            notes,
            covers,
            related,
            adjustments,
        })
    }

    /// A condition: an expression that is true or false.
    fn condition(&mut self, node: &Node, key: &str, variables: &[(&str, Type)]) -> Option<Expression> {
        let expression = self.expression(node, key, variables)?;
        if *expression.result_type() == Type::Bool {
            return Some(expression);
        }
        let member = node.member(key)?;
        let message = format!("`{key}` must be true or false, but this is {}", expression.result_type());
        self.problems.push(
            Problem::error("rule-type", message).at(member.node.span, format!("is {}", expression.result_type())),
        );
        None
    }

    fn expression(&mut self, node: &Node, key: &str, variables: &[(&str, Type)]) -> Option<Expression> {
        let member = node.member(key)?;
        if member.node.text().is_none() {
            self.wrong(member, "must be a text");
        }
        self.compiled(key, &member.node, variables)
    }

    fn compiled(&mut self, key: &str, node: &Node, variables: &[(&str, Type)]) -> Option<Expression> {
        match condition::compile(node.text()?, variables) {
            Ok(expression) => Some(expression),
            Err(errors) => {
                self.mistakes(key, node, errors);
                None
            }
        }
    }

    fn template(&mut self, node: &Node, key: &str, variables: &[(&str, Type)]) -> Option<Template> {
        let member = node.member(key)?;
        let Some(text) = member.node.text() else {
            self.wrong(member, "must be a text");
            return None;
        };
        match Template::compile(text, variables) {
            Ok(template) => Some(template),
            Err(errors) => {
                self.mistakes(&member.key, &member.node, errors);
                None
            }
        }
    }

    fn mistakes(&mut self, key: &str, node: &Node, errors: Vec<Error>) {
        for error in errors {
            let span = self.place(node, error.range.clone());
            let problem = Problem::error("rule-type", format!("in `{key}`: {}", error.message)).at(span, "here");
            self.problems.push(match error.help {
                Some(help) => problem.help(help),
                None => problem,
            });
        }
    }

    /// The place in the file of a range of a text. A text with escapes has no simple relation to its bytes; then the whole
    /// text is the place.
    fn place(&self, node: &Node, range: Range<usize>) -> Span {
        let Some(source) = self.origin.source else { return node.span };
        let written = source.slice(node.span);
        let (quotes, literal) = match written {
            text if text.starts_with("'''") => (3, true),
            text if text.starts_with("\"\"\"") => (3, false),
            text if text.starts_with('\'') => (1, true),
            _ => (1, false),
        };
        let body = written.get(quotes..).unwrap_or("");
        if !literal && body.contains('\\') {
            return node.span;
        }
        // A line break right behind three quotes does not belong to the text.
        let skipped = if quotes == 3 {
            if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) }
        } else {
            0
        };
        let start = node.span.start + (quotes + skipped + range.start) as u64;
        let end = (node.span.start + (quotes + skipped + range.end) as u64).min(node.span.end);
        Span { file: node.span.file, start: start.min(end), end }
    }
}

fn elements<'n>(node: &'n Node, key: &str) -> impl Iterator<Item = &'n Node> {
    node.get(key).map_or(&[][..], Node::elements).iter()
}
