//! Expressions as trees, and the text of a tree for each of its readers.

use std::fmt;

use crate::vocabulary::{FIELDS, Kind, Map, Site, Text, Texts, VARIABLES};

/// An expression of the subset.
#[derive(Clone, PartialEq)]
pub(crate) struct Expr {
    pub(crate) kind: Kind,
    pub(crate) head: Head,
    pub(crate) parts: Vec<Expr>,
}

/// What an expression does with its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Head {
    True,
    False,
    Int {
        value: i64,
        hexadecimal: bool,
    },
    Text {
        value: &'static str,
        style: usize,
    },
    /// One of the names in scope that have the kind, the innermost first.
    Name(usize),
    List,
    Not,
    Negate,
    Binary(&'static str),
    Choice,
    Field(&'static str),
    Index,
    Has(&'static str),
    Blank(&'static str),
    Call(&'static str),
    Method(&'static str),
    Macro(&'static str),
}

/// Who reads the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Everything that the subset has.
    Full,
    /// The subset, without the shapes that CEL gives another meaning.
    Shared,
    /// CEL, with our additions spelled out.
    Reference,
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Dialect::Full))
    }
}

impl Expr {
    pub(crate) fn text(&self, dialect: Dialect) -> String {
        Printer { dialect, locals: Vec::new() }.print(self, 0)
    }

    /// How tightly the expression holds together.
    fn level(&self, dialect: Dialect) -> u8 {
        match self.head {
            Head::Choice => 0,
            Head::Binary("||") => 1,
            Head::Blank(_) if dialect == Dialect::Reference => 1,
            Head::Binary("&&") => 2,
            Head::Has(_) if dialect == Dialect::Reference => 2,
            Head::Binary("+" | "-") => 4,
            Head::Binary("*" | "/" | "%") => 5,
            Head::Binary(_) => 3,
            Head::Not | Head::Negate => 6,
            Head::Int { value, .. } if value < 0 => 6,
            _ => 7,
        }
    }

    /// Whether a path goes through an element or a key.
    fn is_indexed(&self) -> bool {
        match self.head {
            Head::Index => true,
            Head::Field(_) => self.parts[0].kind == Map || self.parts[0].is_indexed(),
            _ => false,
        }
    }

    /// Whether this is a `map` whose elements are paths through an element or a key.
    pub(crate) fn maps_indexed(&self) -> bool {
        self.head == Head::Macro("map") && self.parts[1].is_indexed()
    }

    /// Whether something holds for the expression or a part of it.
    pub(crate) fn any(&self, holds: &dyn Fn(&Self) -> bool) -> bool {
        holds(self) || self.parts.iter().any(|part| part.any(holds))
    }

    /// Whether a path can end at something that is not set.
    fn is_loose(&self) -> bool {
        match self.head {
            Head::Index => self.parts[0].is_loose(),
            Head::Field(field) => {
                FIELDS.iter().any(|(name, _, optional)| *name == field && *optional) || self.parts[0].is_loose()
            }
            _ => false,
        }
    }
}

struct Printer {
    dialect: Dialect,
    locals: Vec<(String, Kind)>,
}

impl Printer {
    /// The text, in parentheses if it is looser than what stands around it allows.
    fn print(&mut self, expr: &Expr, least: u8) -> String {
        let text = self.bare(expr);
        if expr.level(self.dialect) < least { format!("({text})") } else { text }
    }

    fn bare(&mut self, expr: &Expr) -> String {
        let parts = &expr.parts;
        match expr.head {
            Head::True => "true".to_string(),
            Head::False => "false".to_string(),
            Head::Int { value, hexadecimal: true } if value < 0 => format!("-{:#x}", value.unsigned_abs()),
            Head::Int { value, hexadecimal: true } => format!("{value:#x}"),
            Head::Int { value, .. } => value.to_string(),
            Head::Text { value, style } => quoted(value, style),
            Head::Name(choice) => self.name(expr.kind, choice),
            Head::List => format!("[{}]", self.listed(parts)),
            Head::Not => format!("!{}", self.print(&parts[0], 6)),
            // `--x` is not the negation of a negation: the reference, like others, drops signs in pairs, even where
            // `-x` does not fit into 64 bits. And `-5` is a number, not the negation of one.
            Head::Negate => match parts[0].head {
                Head::Int { .. } => format!("-({})", self.bare(&parts[0])),
                _ => format!("-{}", self.print(&parts[0], 7)),
            },
            Head::Binary(sign) => {
                let level = expr.level(self.dialect);
                format!("{} {sign} {}", self.print(&parts[0], level), self.print(&parts[1], level + 1))
            }
            Head::Choice => {
                let (condition, yes) = (self.print(&parts[0], 1), self.print(&parts[1], 1));
                format!("{condition} ? {yes} : {}", self.print(&parts[2], 0))
            }
            Head::Field(field) => format!("{}.{field}", self.print(&parts[0], 7)),
            Head::Index => format!("{}[{}]", self.print(&parts[0], 7), self.print(&parts[1], 0)),
            Head::Has(field) | Head::Blank(field) => self.presence(expr, field),
            Head::Call(name) => format!("{name}({})", self.listed(parts)),
            Head::Method(name) => format!("{}.{name}({})", self.print(&parts[0], 7), self.listed(&parts[1..])),
            Head::Macro(name) => {
                let range = self.print(&parts[0], 7);
                let local = format!("v{}", self.locals.len());
                self.locals.push((local.clone(), parts[0].kind.element()));
                let mut body = self.print(&parts[1], 0);
                self.locals.pop();
                // `map` keeps the facts that a path names, also where nothing is set, so that a list has as many
                // elements as the list it was made of. For CEL that is an error.
                if name == "map" && self.dialect != Dialect::Full && parts[1].is_loose() {
                    body = format!("[{body}][0]");
                }
                format!("{range}.{name}({local}, {body})")
            }
        }
    }

    fn listed(&mut self, parts: &[Expr]) -> String {
        parts.iter().map(|part| self.print(part, 0)).collect::<Vec<_>>().join(", ")
    }

    fn name(&self, kind: Kind, choice: usize) -> String {
        let locals = self.locals.iter().rev().map(|(name, kind)| (&**name, *kind));
        let fitting: Vec<&str> = locals.chain(VARIABLES).filter(|known| known.1 == kind).map(|known| known.0).collect();
        fitting[choice % fitting.len()].to_string()
    }

    fn presence(&mut self, expr: &Expr, field: &str) -> String {
        let mut of = self.print(&expr.parts[0], 7);
        // `has(list[9].name)` is false and `blank(list[9].name)` true: what has nothing has no parts. For CEL both are
        // errors, and here too once the record is no longer a path.
        let indexed = expr.parts[0].is_indexed();
        if indexed && self.dialect != Dialect::Full {
            of = format!("[{of}][0]");
        }
        let blank = matches!(expr.head, Head::Blank(_));
        if self.dialect != Dialect::Reference {
            return format!("{}({of}.{field})", if blank { "blank" } else { "has" });
        }
        // `has(a.b.c)` is false when `a.b` is not set; CEL asks for `has(a.b) && has(a.b.c)`.
        let mut tests = vec![format!("has({of}.{field})")];
        let mut on_the_way = &expr.parts[0];
        while let (Head::Field(_), false) = (on_the_way.head, indexed) {
            tests.push(format!("has({})", self.bare(on_the_way)));
            on_the_way = &on_the_way.parts[0];
        }
        tests.reverse();
        let has = tests.join(" && ");
        match FIELDS.iter().find(|(name, ..)| *name == field && expr.parts[0].kind == Site).map_or(Text, |it| it.1) {
            _ if !blank => has,
            Text => format!("!({has}) || {of}.{field} == ''"),
            Texts => format!("!({has}) || {of}.{field} == []"),
            _ => format!("!({has}) || false"),
        }
    }
}

/// A text literal in one of the ways to write it.
fn quoted(text: &str, style: usize) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\"");
    match style {
        1 => format!("\"{}\"", escaped.replace('\n', "\\n")),
        2 if !text.contains(['\'', '\n']) => format!("r'{text}'"),
        3 => format!("'''{escaped}'''"),
        4 => format!("\"\"\"{escaped}\"\"\""),
        5 => format!("'{}'", text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect::<Vec<_>>().concat()),
        _ => format!("'{}'", escaped.replace('\n', "\\n")),
    }
}
