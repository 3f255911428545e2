//! Which values must never be printed.
//!
//! Readers mark the secrets of what they understand ([`super::Source::mark_secret`]). What they do not understand is
//! searched as text, by the names in front of values, so that also a file that does not parse keeps its secrets. Masking a
//! word too many harms nobody; so doubt masks.

use std::ops::Range;

/// Words that make a name that of a secret. `passsword` is a slip found in the wild.
const WORDS: [&str; 8] = ["password", "passwd", "passphrase", "passsword", "passwort", "secret", "credential", "pwd"];

/// How far a secret reaches that does not end where it should.
const MAX_SECRET: usize = 4096;

/// Whether a value under that name is a secret. Names that speak *about* passwords (their length, their hints) are taken
/// for secrets too: nothing in a report needs their values.
#[must_use]
pub fn is_secret_key(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// The byte ranges of `text` behind names that say that a value is secret: texts, lists and objects after `"name":`,
/// `name =` and the like, everything in a table of that name, and the rest of the line where the sign between name and
/// value is missing.
#[must_use]
pub fn secret_values(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let lower = text.to_ascii_lowercase();
    let mut ends: Vec<usize> = WORDS
        .iter()
        .flat_map(|word| lower.match_indices(word).map(|(at, _)| at))
        .map(|at| at + length(bytes, at, is_name))
        .collect();
    ends.sort_unstable();
    ends.dedup();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for end in ends {
        if ranges.last().is_some_and(|last| end < last.end) {
            continue;
        }
        ranges.extend(value_after(text, end).filter(|range| !range.is_empty()));
    }
    ranges
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$' | b'.' | b'@')
}

/// How many bytes from `from` on are of a kind.
fn length(bytes: &[u8], from: usize, is: fn(u8) -> bool) -> usize {
    bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|byte| is(**byte)).count())
}

/// The value behind a name that ends at `end`.
fn value_after(text: &str, end: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let blank = |byte: u8| matches!(byte, b' ' | b'\t');
    let space = |byte: u8| byte.is_ascii_whitespace();
    let mut at = end;
    let closing = ['"', '\'', '\u{201d}', '\u{2019}', '\u{201c}'].into_iter().find(|quote| starts(text, at, *quote));
    at += closing.map_or(0, char::len_utf8);
    if bytes.get(at) == Some(&b']') {
        return Some(table(text, at));
    }
    let sign = at + length(bytes, at, space);
    let Some(mark @ (b':' | b'=')) = bytes.get(sign).copied() else {
        // The sign is missing: whatever stands on the line may be the value.
        let from = at + length(bytes, at, blank);
        let ends = matches!(bytes.get(from), None | Some(b',' | b'}' | b')' | b'.' | b';'));
        return (!ends).then(|| from..line_end(bytes, from));
    };
    at = sign + 1;
    at += length(bytes, at, blank);
    // JSON's words are no secrets; after `=` anything is.
    let word = |word: &str| text.get(at..).is_some_and(|rest| rest.starts_with(word));
    if mark == b':' && (word("null") || word("true") || word("false")) {
        return None;
    }
    if matches!(bytes.get(at), Some(b'\r' | b'\n')) {
        // In JSON the value may stand on the next line; in notes.ini an empty value ends its line.
        let next = at + length(bytes, at, space);
        if !matches!(bytes.get(next), Some(b'"' | b'\'' | b'[' | b'{')) {
            return None;
        }
        at = next;
    }
    match bytes.get(at).copied()? {
        quote @ (b'"' | b'\'') => Some(quoted(bytes, at, quote)),
        open @ (b'[' | b'{') => Some(at + 1..nested(bytes, at, open)),
        b',' | b'}' => None,
        _ => Some(at..line_end(bytes, at)),
    }
}

fn starts(text: &str, at: usize, character: char) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with(character))
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    from + length(bytes, from, |byte| !matches!(byte, b'\r' | b'\n'))
}

/// What stands between quotes. A text that does not close runs on for a while: its rest may be on the next line.
fn quoted(bytes: &[u8], at: usize, quote: u8) -> Range<usize> {
    let same = |from: usize, count: usize| {
        bytes.get(from..from + count).is_some_and(|run| run.iter().all(|byte| *byte == quote))
    };
    let marks = if same(at, 3) { 3 } else { 1 };
    let start = at + marks;
    let mut end = start;
    while end < bytes.len() && end - start < MAX_SECRET {
        match bytes.get(end) {
            Some(b'\\') => end += 2,
            Some(byte) if *byte == quote && same(end, marks) => return start..end,
            _ => end += 1,
        }
    }
    start..end.min(bytes.len())
}

/// The end of a list or object.
fn nested(bytes: &[u8], at: usize, open: u8) -> usize {
    let close = if open == b'[' { b']' } else { b'}' };
    let mut depth = 0_usize;
    for (offset, byte) in bytes.iter().enumerate().skip(at).take(MAX_SECRET) {
        if *byte == open {
            depth += 1;
        } else if *byte == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return offset;
            }
        }
    }
    (at + MAX_SECRET).min(bytes.len())
}

/// The lines of a TOML table, up to the next header.
fn table(text: &str, header: usize) -> Range<usize> {
    let start = line_end(text.as_bytes(), header);
    let body = text.get(start..).unwrap_or("");
    let next = body
        .match_indices('\n')
        .find(|(at, _)| body.get(at + 1..).is_some_and(|rest| rest.trim_start().starts_with('[')));
    let end = start + next.map_or(body.len(), |(at, _)| at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> Vec<&str> {
        secret_values(text).into_iter().filter_map(|range| text.get(range)).collect()
    }

    #[test]
    fn values_are_found_by_the_name_before_them() {
        assert_eq!(masked(r#"{"certifierPassword": "domino4ever", "name": "x"}"#), ["domino4ever"]);
        assert_eq!(masked("{\"password\"\n :\n  \"a\\\"b\"}"), ["a\\\"b"]);
        assert_eq!(masked("relay_password = 'x y'\n"), ["x y"]);
        assert_eq!(masked("p = 1\nHTTPPassword=abc, def\r\nNext=1"), ["abc, def"]);
        assert_eq!(masked("IDPassword: hunter2"), ["hunter2"]);
        assert_eq!(masked("password = '''a\nb'''"), ["a\nb"]);
        assert_eq!(masked("password=null"), ["null"]);
    }

    #[test]
    fn lists_objects_and_tables_are_secret_as_a_whole() {
        assert_eq!(
            masked(r#""HTTPPassword": {"type": "text", "value": "hunter2"}, "a": 1"#),
            [r#""type": "text", "value": "hunter2""#]
        );
        assert_eq!(masked("password = [\n\"hunter2\" ]\n"), ["\n\"hunter2\" "]);
        assert_eq!(masked("[server.password]\nvalue = \"hunter2\"\n[next]\n"), ["\nvalue = \"hunter2\""]);
    }

    #[test]
    fn a_broken_file_keeps_its_secret() {
        assert_eq!(masked("{\"password\": \"abc\n \"next\": 1"), ["abc\n "]);
        assert_eq!(masked("\"password\": \"abc"), ["abc"]);
        assert_eq!(masked("\"certifierPassword\" \"hunter2\""), ["\"hunter2\""]);
        assert_eq!(masked("\u{201c}IDPassword\u{201d}: \u{201c}hunter2\u{201d}"), ["\u{201c}hunter2\u{201d}"]);
        assert_eq!(masked("LDAPPassword hunter2\nNext=1"), ["hunter2"]);
        assert_eq!(masked("\"password\": \"one\ntwo\", \"next\": 1"), ["one\ntwo"]);
    }

    #[test]
    fn what_holds_no_value_masks_nothing() {
        assert!(masked("Password=\nNext=1").is_empty());
        assert!(masked("\"password\": null, \"setInternetPassword\": true").is_empty());
        assert!(masked("# the password.\n").is_empty());
    }
}
