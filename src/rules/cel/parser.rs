//! From tokens to the syntax tree, by the grammar of the CEL specification.

use std::ops::Range;
use std::sync::Arc;

use super::lexer::{Token, TokenKind, tokens};
use super::syntax::{NESTING_LIMIT, Node, NodeKind, Operator, TEXT_LIMIT, Word};
use super::types::Error;

const KEYWORDS: [&str; 4] = ["true", "false", "null", "in"];

// Not usable as names, so that CEL can be embedded in other languages.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

// Tighter operators have higher levels.
const OPERATORS: [(&str, u8, Sign); 14] = [
    ("||", 0, Sign::Or),
    ("&&", 1, Sign::And),
    ("==", 2, Sign::Strict(Operator::Equal)),
    ("!=", 2, Sign::Strict(Operator::Unequal)),
    ("<", 2, Sign::Strict(Operator::Less)),
    ("<=", 2, Sign::Strict(Operator::AtMost)),
    (">", 2, Sign::Strict(Operator::More)),
    (">=", 2, Sign::Strict(Operator::AtLeast)),
    ("in", 2, Sign::Strict(Operator::In)),
    ("+", 3, Sign::Strict(Operator::Plus)),
    ("-", 3, Sign::Strict(Operator::Minus)),
    ("*", 4, Sign::Strict(Operator::Times)),
    ("/", 4, Sign::Strict(Operator::Divide)),
    ("%", 4, Sign::Strict(Operator::Remainder)),
];

#[derive(Clone, Copy)]
enum Sign {
    Or,
    And,
    Strict(Operator),
}

/// Parses a whole condition.
pub(super) fn parse(text: &str) -> Result<Node, Vec<Error>> {
    if text.len() > TEXT_LIMIT {
        let mut start = TEXT_LIMIT;
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let message = format!("the condition is longer than {TEXT_LIMIT} bytes");
        return Err(vec![Error::new(start..text.len(), message)]);
    }
    let tokens = tokens(text)?;
    let end = Token { kind: TokenKind::End, range: text.len()..text.len() };
    let mut parser = Parser { tokens: &tokens, end: &end, at: 0, depth: 0, errors: Vec::new() };
    let parsed = parser.expression().and_then(|node| parser.finish(node));
    match parsed {
        Ok(node) if parser.errors.is_empty() => Ok(*node),
        _ => Err(parser.errors),
    }
}

struct Parser<'t> {
    tokens: &'t [Token<'t>],
    end: &'t Token<'t>,
    at: usize,
    depth: usize,
    /// What the subset lacks does not end the reading, so there can be several.
    errors: Vec<Error>,
}

/// The text cannot be read on; the error is noted.
struct Stop;

/// Boxed, and without the error inside, because the depth of nesting is paid for in stack frames.
type Parsed = Result<Box<Node>, Stop>;

impl<'t> Parser<'t> {
    fn token(&self) -> &'t Token<'t> {
        self.tokens.get(self.at).unwrap_or(self.end)
    }

    fn sees(&self, symbol: &str) -> bool {
        matches!(self.token().kind, TokenKind::Symbol(found) if found == symbol)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.sees(symbol);
        self.at += usize::from(found);
        found
    }

    /// Steps over the symbol; gives its end.
    fn expect(&mut self, symbol: &str) -> Result<usize, Stop> {
        let end = self.token().range.end;
        if self.eat(symbol) { Ok(end) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn stop(&mut self, range: Range<usize>, message: String) -> Stop {
        self.errors.push(Error::new(range, message));
        Stop
    }

    fn too_deep(&mut self, range: Range<usize>) -> Stop {
        self.stop(range, format!("the condition is nested more than {NESTING_LIMIT} levels deep"))
    }

    fn not_in_subset(&mut self, range: Range<usize>, what: &str) -> Stop {
        self.stop(range, format!("{what} is not part of the subset"))
    }

    fn unexpected(&mut self, wanted: &str) -> Stop {
        let token = self.token();
        let found = match &token.kind {
            TokenKind::End => "the end".to_string(),
            TokenKind::Word(word) => format!("`{word}`"),
            TokenKind::Symbol(symbol) => format!("`{symbol}`"),
            TokenKind::Int(_) => "a number".to_string(),
            TokenKind::Text(_) => "a text".to_string(),
            TokenKind::Outside(what) => (*what).to_string(),
        };
        let help = match token.kind {
            TokenKind::Word("and") => Some("write `&&` for \"and\""),
            TokenKind::Word("or") => Some("write `||` for \"or\""),
            TokenKind::Word("not") => Some("write `!` for \"not\""),
            TokenKind::Symbol("?") => Some("put the inner `… ? … : …` in parentheses"),
            _ => None,
        };
        let error = Error::new(token.range.clone(), format!("expected {wanted}, found {found}"));
        self.errors.push(error.help_maybe(help.map(String::from)));
        Stop
    }

    fn finish(&mut self, node: Box<Node>) -> Parsed {
        if self.token().kind == TokenKind::End { Ok(node) } else { Err(self.unexpected("an operator or the end")) }
    }

    fn node(&mut self, kind: NodeKind, range: Range<usize>) -> Parsed {
        let node = Box::new(Node::new(kind, range));
        if node.height > NESTING_LIMIT { Err(self.too_deep(node.range)) } else { Ok(node) }
    }

    fn expression(&mut self) -> Parsed {
        if self.depth >= NESTING_LIMIT {
            return Err(self.too_deep(self.token().range.clone()));
        }
        self.depth += 1;
        let condition = self.binary(0)?;
        let node = if self.eat("?") { self.choice(condition)? } else { condition };
        self.depth -= 1;
        Ok(node)
    }

    fn choice(&mut self, condition: Box<Node>) -> Parsed {
        let yes = self.binary(0)?;
        self.expect(":")?;
        let no = self.expression()?;
        let range = condition.range.start..no.range.end;
        self.node(NodeKind::Choice(condition, yes, no), range)
    }

    /// Operators of that level and tighter ones.
    fn binary(&mut self, level: u8) -> Parsed {
        let mut left = self.unary()?;
        while let Some((found, sign)) = self.operator(level) {
            self.at += 1;
            let right = self.binary(found + 1)?;
            left = self.combined(left, sign, right)?;
        }
        Ok(left)
    }

    fn operator(&self, level: u8) -> Option<(u8, Sign)> {
        let (TokenKind::Symbol(text) | TokenKind::Word(text)) = &self.token().kind else { return None };
        let known = OPERATORS.iter().find(|(known, found, _)| known == text && *found >= level);
        known.map(|(_, found, sign)| (*found, *sign))
    }

    fn combined(&mut self, mut left: Box<Node>, sign: Sign, right: Box<Node>) -> Parsed {
        let range = left.range.start..right.range.end;
        match (sign, &mut left.kind) {
            (Sign::And, NodeKind::And(parts)) | (Sign::Or, NodeKind::Or(parts)) => {
                left.height = left.height.max(right.height + 1);
                left.range = range.clone();
                parts.push(*right);
                if left.height > NESTING_LIMIT { Err(self.too_deep(range)) } else { Ok(left) }
            }
            (Sign::And, _) => self.node(NodeKind::And(vec![*left, *right]), range),
            (Sign::Or, _) => self.node(NodeKind::Or(vec![*left, *right]), range),
            (Sign::Strict(operator), _) => self.node(NodeKind::Binary(operator, left, right), range),
        }
    }

    fn unary(&mut self) -> Parsed {
        let first = self.at;
        while self.sees("!") || self.sees("-") {
            self.at += 1;
        }
        // The smallest number has no positive counterpart, so a sign directly before a number belongs to it.
        let is_number = matches!(self.token().kind, TokenKind::Int(_));
        let negative = is_number && self.at > first && self.sign(self.at - 1).0 == "-";
        let signs = first..self.at - usize::from(negative);
        let start = if negative { self.number(signs.end)? } else { self.primary()? };
        let mut operand = self.member(start)?;
        for at in signs.rev() {
            operand = self.signed(at, operand)?;
        }
        Ok(operand)
    }

    fn sign(&self, at: usize) -> (&'static str, usize) {
        match self.tokens.get(at) {
            Some(Token { kind: TokenKind::Symbol(sign), range }) => (sign, range.start),
            _ => ("", self.end.range.start),
        }
    }

    fn signed(&mut self, at: usize, operand: Box<Node>) -> Parsed {
        let (sign, start) = self.sign(at);
        let range = start..operand.range.end;
        self.node(if sign == "!" { NodeKind::Not(operand) } else { NodeKind::Negate(operand) }, range)
    }

    /// A number whose sign, if it has one, is the token `first`.
    fn number(&mut self, first: usize) -> Parsed {
        let token = self.token();
        let TokenKind::Int(magnitude) = token.kind else { return Err(self.unexpected("a number")) };
        let negative = first < self.at;
        let start = if negative { self.sign(first).1 } else { token.range.start };
        let range = start..token.range.end;
        self.at += 1;
        let value = if negative { 0_i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
        match value {
            Some(value) => self.node(NodeKind::Int(value), range),
            None => Err(self.stop(range, "the number does not fit into 64 bits".to_string())),
        }
    }

    fn member(&mut self, first: Box<Node>) -> Parsed {
        let mut member = first;
        loop {
            member = match self.token().kind {
                TokenKind::Symbol(".") => self.selection(member)?,
                TokenKind::Symbol("[") => self.index(member)?,
                TokenKind::Symbol("{") => self.braces(member.range.start, "a message literal")?,
                _ => return Ok(member),
            }
        }
    }

    fn selection(&mut self, of: Box<Node>) -> Parsed {
        self.at += 1;
        let token = self.token();
        let word = match token.kind {
            TokenKind::Word(word) if !KEYWORDS.contains(&word) => word,
            TokenKind::Symbol("?") => return Err(self.not_in_subset(token.range.clone(), "optional selection")),
            _ => return Err(self.unexpected("a field name")),
        };
        self.at += 1;
        let start = of.range.start;
        let word = Word { text: Arc::from(word), range: token.range.clone() };
        if self.eat("(") {
            let (arguments, end) = self.items(")")?;
            return self.node(NodeKind::Method(of, word, arguments), start..end);
        }
        let end = word.range.end;
        self.node(NodeKind::Select(of, word), start..end)
    }

    fn index(&mut self, of: Box<Node>) -> Parsed {
        self.at += 1;
        if self.sees("?") {
            return Err(self.not_in_subset(self.token().range.clone(), "optional selection"));
        }
        let key = self.expression()?;
        let range = of.range.start..self.expect("]")?;
        self.node(NodeKind::Index(of, key), range)
    }

    fn items(&mut self, close: &'static str) -> Result<(Vec<Node>, usize), Stop> {
        let mut items = Vec::new();
        while !self.sees(close) {
            items.push(*self.expression()?);
            // CEL allows a comma after the last element of a list, not after the last argument of a call.
            if self.eat(",") {
                if close == ")" && self.sees(close) {
                    return Err(self.unexpected("an argument"));
                }
            } else if !self.sees(close) {
                return Err(self.unexpected(&format!("`,` or `{close}`")));
            }
        }
        Ok((items, self.expect(close)?))
    }

    fn primary(&mut self) -> Parsed {
        let token = self.token();
        match &token.kind {
            TokenKind::Int(_) => self.number(self.at),
            TokenKind::Word(word) => self.named(word, token.range.clone()),
            TokenKind::Symbol("(") => self.parentheses(),
            TokenKind::Symbol("[") => {
                self.at += 1;
                let (items, end) = self.items("]")?;
                self.node(NodeKind::List(items), token.range.start..end)
            }
            TokenKind::Symbol("{") => self.braces(token.range.start, "a map literal"),
            TokenKind::Text(value) => {
                self.at += 1;
                self.node(NodeKind::Text(value.clone()), token.range.clone())
            }
            TokenKind::Outside(what) => {
                self.at += 1;
                self.not_in_subset(token.range.clone(), what);
                self.node(NodeKind::Invalid, token.range.clone())
            }
            TokenKind::Symbol(".") => Err(self.not_in_subset(token.range.clone(), "a name with a leading dot")),
            TokenKind::Symbol(_) | TokenKind::End => Err(self.unexpected("a value")),
        }
    }

    fn parentheses(&mut self) -> Parsed {
        let start = self.token().range.start;
        self.at += 1;
        let mut inner = self.expression()?;
        inner.range = start..self.expect(")")?;
        Ok(inner)
    }

    fn named(&mut self, word: &'t str, range: Range<usize>) -> Parsed {
        let next = self.tokens.get(self.at + 1).map(|token| &token.kind);
        match word {
            "in" => return Err(self.unexpected("a value")),
            "not" if matches!(next, Some(TokenKind::Word(_) | TokenKind::Text(_))) => {
                return Err(self.unexpected("a value"));
            }
            _ if RESERVED.contains(&word) => {
                return Err(self.stop(range, format!("`{word}` is a reserved word and cannot be a name")));
            }
            _ => self.at += 1,
        }
        match word {
            "true" | "false" => self.node(NodeKind::Bool(word == "true"), range),
            "null" => {
                let error = Error::new(range.clone(), "`null` is not part of the subset");
                self.errors.push(error.help("`has(…)` tells whether a field is set"));
                self.node(NodeKind::Invalid, range)
            }
            _ if self.eat("(") => {
                let (arguments, end) = self.items(")")?;
                let start = range.start;
                self.node(NodeKind::Call(Word { text: Arc::from(word), range }, arguments), start..end)
            }
            _ => self.node(NodeKind::Name(Arc::from(word)), range),
        }
    }

    /// Steps over a literal in braces and reads on.
    fn braces(&mut self, start: usize, what: &str) -> Parsed {
        let mut open = 0_usize;
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::Symbol("{") => open += 1,
                TokenKind::Symbol("}") => open -= 1,
                TokenKind::End => return Err(self.unexpected("`}`")),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                let range = start..token.range.end;
                self.not_in_subset(range.clone(), what);
                return self.node(NodeKind::Invalid, range);
            }
        }
    }
}
