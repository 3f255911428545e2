//! Text literals: quotes, escapes, raw and triple-quoted texts, as in CEL.

use std::sync::Arc;

use super::lexer::{Cursor, TokenKind};
use super::types::Error;

/// Reads the literal whose opening quote is next. `start` is where the token begins, before a prefix like `r`.
pub(super) fn read<'t>(cursor: &mut Cursor<'t>, start: usize, raw: bool, errors: &mut Vec<Error>) -> TokenKind<'t> {
    let single = if cursor.peek() == Some('\'') { "'" } else { "\"" };
    let triple = if single == "'" { "'''" } else { "\"\"\"" };
    let (quote, long) = if cursor.eat(triple) {
        (triple, true)
    } else {
        cursor.eat(single);
        (single, false)
    };
    let mut value = String::new();
    loop {
        if cursor.eat(quote) {
            return TokenKind::Text(Arc::from(value));
        }
        let at = cursor.at();
        match cursor.peek() {
            None => break,
            Some('\n' | '\r') if !long => break,
            Some('\\') if !raw => {
                cursor.next();
                match escape(cursor) {
                    Ok(decoded) => value.push(decoded),
                    Err(message) => errors.push(Error::new(at..cursor.at(), message)),
                }
            }
            Some(plain) => {
                cursor.next();
                value.push(plain);
            }
        }
    }
    errors.push(Error::new(start..cursor.at(), format!("the text is not closed with `{quote}`")));
    TokenKind::Text(Arc::from(value))
}

/// The character of an escape whose backslash was read.
fn escape(cursor: &mut Cursor<'_>) -> Result<char, &'static str> {
    let Some(letter) = cursor.next() else { return Err("a backslash at the end of the text") };
    match letter {
        '\\' | '"' | '\'' | '`' | '?' => Ok(letter),
        'a' => Ok('\u{7}'),
        'b' => Ok('\u{8}'),
        'f' => Ok('\u{c}'),
        'n' => Ok('\n'),
        'r' => Ok('\r'),
        't' => Ok('\t'),
        'v' => Ok('\u{b}'),
        'x' | 'X' => digits(cursor, 0, 16, 2).ok_or("`\\x` needs two hexadecimal digits"),
        'u' => digits(cursor, 0, 16, 4).ok_or("`\\u` needs the four hexadecimal digits of a character"),
        'U' => digits(cursor, 0, 16, 8).ok_or("`\\U` needs the eight hexadecimal digits of a character"),
        '0'..='3' => digits(cursor, letter.to_digit(8).unwrap_or(0), 8, 2).ok_or("an octal escape needs three digits"),
        _ => Err("unknown escape; a backslash itself is written `\\\\`"),
    }
}

fn digits(cursor: &mut Cursor<'_>, first: u32, radix: u32, count: usize) -> Option<char> {
    let mut code = first;
    for _ in 0..count {
        let digit = cursor.peek()?.to_digit(radix)?;
        cursor.next();
        code = code.checked_mul(radix)?.checked_add(digit)?;
    }
    char::from_u32(code)
}
