//! Text for a terminal: control characters shown, never sent.

use std::fmt::Write as _;

/// What to print for a character that must not be sent to a terminal as it is; `None` if it may.
#[must_use]
pub(super) fn replacement(character: char, ascii: bool) -> Option<String> {
    let code = u32::from(character);
    match character {
        '\t' => None,
        '\u{0}'..='\u{1f}' if ascii => Some(format!("^{}", char::from(u8::try_from(code).unwrap_or(0) + b'@'))),
        // The control pictures of Unicode.
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + code).map(String::from),
        '\u{7f}' => Some(if ascii { "^?".to_owned() } else { "\u{2421}".to_owned() }),
        // C1 controls, zero-width and bidirectional marks, line and paragraph separators, byte-order marks, tags.
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Some(format!("<U+{code:04X}>")),
        _ if ascii && !character.is_ascii() => Some(format!("<U+{code:04X}>")),
        _ => None,
    }
}

/// A text that can be printed on one or more lines. Line breaks stay.
#[must_use]
pub(super) fn printable(text: &str, ascii: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\n' {
            shown.push(character);
        } else {
            push(&mut shown, character, ascii);
        }
    }
    shown
}

/// A text on one line, cut where it is very long.
#[must_use]
pub(super) fn one_line(text: &str, ascii: bool, limit: usize) -> String {
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == limit {
            let _ =
                write!(shown, "{} ({} more characters)", if ascii { "..." } else { "…" }, text.chars().count() - limit);
            break;
        }
        push(&mut shown, character, ascii);
    }
    shown
}

fn push(shown: &mut String, character: char, ascii: bool) {
    match replacement(character, ascii) {
        Some(text) => shown.push_str(&text),
        None => shown.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_cursor_gets_through() {
        assert_eq!(printable("a\u{1b}[31mb\u{202e}c\u{9b}d", false), "a␛[31mb<U+202E>c<U+009B>d");
        assert_eq!(printable("a\u{1b}\u{7f}é", true), "a^[^?<U+00E9>");
        assert_eq!(one_line("a\nb", false, 10), "a␊b");
        assert_eq!(one_line("abcdef", false, 3), "abc… (3 more characters)");
    }
}
