//! Words, numbers, texts and symbols of a condition.

use std::ops::Range;
use std::sync::Arc;

use super::quoted;
use super::types::Error;

/// One token and the bytes it stands on.
#[derive(Debug, Clone)]
pub(super) struct Token<'t> {
    pub kind: TokenKind<'t>,
    pub range: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind<'t> {
    /// A number without its sign: `-9223372036854775808` fits only together with the sign.
    Int(u64),
    Text(Arc<str>),
    Word(&'t str),
    Symbol(&'static str),
    /// A literal that CEL has and the subset does not; the text names it.
    Outside(&'static str),
    End,
}

// Longer symbols stand before their beginnings.
const SYMBOLS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]",
    "{", "}",
];

/// A place in the text that only moves forward.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    pub(super) fn eat(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    pub(super) fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or("")
    }
}

/// All tokens, the last of them `End`.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Vec<Error>> {
    let mut cursor = Cursor { text, at: 0 };
    let mut tokens = Vec::new();
    let mut errors = Vec::new();
    loop {
        skip_blank(&mut cursor);
        let start = cursor.at();
        let Some(first) = cursor.peek() else { break };
        let kind = match first {
            '0'..='9' => number(&mut cursor, &mut errors),
            '.' if cursor.rest().chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => number(&mut cursor, &mut errors),
            '"' | '\'' => Some(quoted::read(&mut cursor, start, false, &mut errors)),
            'a'..='z' | 'A'..='Z' | '_' => Some(word(&mut cursor, &mut errors)),
            _ => symbol(&mut cursor, &mut errors),
        };
        if let Some(kind) = kind {
            tokens.push(Token { kind, range: start..cursor.at() });
        }
    }
    tokens.push(Token { kind: TokenKind::End, range: text.len()..text.len() });
    if errors.is_empty() { Ok(tokens) } else { Err(errors) }
}

fn skip_blank(cursor: &mut Cursor<'_>) {
    loop {
        cursor.take_while(|c| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}'));
        if !cursor.eat("//") {
            return;
        }
        cursor.take_while(|c| c != '\n');
    }
}

fn word<'t>(cursor: &mut Cursor<'t>, errors: &mut Vec<Error>) -> TokenKind<'t> {
    let start = cursor.at();
    let word = cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
    if !matches!(cursor.peek(), Some('"' | '\'')) {
        return TokenKind::Word(word);
    }
    match word {
        "r" | "R" => quoted::read(cursor, start, true, errors),
        "b" | "B" => {
            quoted::read(cursor, start, false, errors);
            TokenKind::Outside("a bytes literal")
        }
        "br" | "bR" | "Br" | "BR" | "rb" | "rB" | "Rb" | "RB" => {
            quoted::read(cursor, start, true, errors);
            TokenKind::Outside("a bytes literal")
        }
        _ => TokenKind::Word(word),
    }
}

fn number<'t>(cursor: &mut Cursor<'t>, errors: &mut Vec<Error>) -> Option<TokenKind<'t>> {
    let start = cursor.at();
    let hexadecimal = cursor.eat("0x");
    let digits = cursor.take_while(|c| if hexadecimal { c.is_ascii_hexdigit() } else { c.is_ascii_digit() });
    let mut fraction = false;
    if !hexadecimal {
        let after = cursor.rest().strip_prefix('.');
        if after.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit())) {
            cursor.next();
            cursor.take_while(|c| c.is_ascii_digit());
            fraction = true;
        }
        fraction |= exponent(cursor);
    }
    let suffix = cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
    let range = start..cursor.at();
    match suffix {
        "" if fraction => Some(TokenKind::Outside("a number with a fraction or an exponent")),
        "" => {
            let value = u64::from_str_radix(digits, if hexadecimal { 16 } else { 10 });
            if digits.is_empty() {
                errors.push(Error::new(range, "a number needs digits after `0x`"));
            } else if value.is_err() {
                errors.push(Error::new(range, "the number does not fit into 64 bits"));
            }
            value.ok().map(TokenKind::Int)
        }
        "u" | "U" if !fraction => Some(TokenKind::Outside("an unsigned number")),
        _ => {
            errors.push(Error::new(range, "a number is followed directly by letters"));
            None
        }
    }
}

fn exponent(cursor: &mut Cursor<'_>) -> bool {
    let digits = cursor.rest().strip_prefix(['e', 'E']).map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
    if !digits.is_some_and(|digits| digits.starts_with(|c: char| c.is_ascii_digit())) {
        return false;
    }
    cursor.take_while(|c| matches!(c, 'e' | 'E' | '+' | '-'));
    cursor.take_while(|c| c.is_ascii_digit());
    true
}

fn symbol<'t>(cursor: &mut Cursor<'t>, errors: &mut Vec<Error>) -> Option<TokenKind<'t>> {
    let start = cursor.at();
    if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| cursor.eat(symbol)) {
        return Some(TokenKind::Symbol(symbol));
    }
    let found = cursor.next()?;
    if found == '`' {
        cursor.take_while(|c| c != '`' && c != '\n');
        cursor.eat("`");
        errors.push(
            Error::new(start..cursor.at(), "a name in backticks is not part of the subset")
                .help("write `['…']` for a key that is not a plain name"),
        );
        return None;
    }
    let help = match found {
        '=' => Some("write `==` to compare"),
        '&' => Some("write `&&` for \"and\""),
        '|' => Some("write `||` for \"or\""),
        '“' | '”' | '„' | '‘' | '’' => Some("write texts in straight quotes"),
        _ => None,
    };
    errors.push(
        Error::new(start..cursor.at(), format!("unexpected character `{}`", found.escape_debug()))
            .help_maybe(help.map(String::from)),
    );
    None
}
