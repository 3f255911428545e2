//! Which values must never be printed.
//!
//! Recognised in the text itself, by the name in front of a value, so that also a file that does not parse keeps its
//! secrets.

use std::ops::Range;

/// Whether a value under that name is a secret. Names that speak *about* passwords (their length, their hints) hold
/// numbers, switches or prose; those are masked all the same: nothing in a report needs them.
#[must_use]
pub fn is_secret_key(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    ["password", "passwd", "passphrase", "passsword", "secret", "credential"].iter().any(|word| name.contains(word))
        || name.ends_with("_pwd")
        || name == "pwd"
}

/// The byte ranges of values in `text` whose names say that they are secret: quoted values after `"name":`, `name =` and
/// `name:`, and what follows `NAME=` to the end of the line. A value that begins before `text` cannot be seen: callers
/// pass text from some way before the part they show.
#[must_use]
pub fn secret_values(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let lower = text.to_ascii_lowercase();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut words: Vec<usize> = ["password", "passwd", "passphrase", "passsword", "secret", "credential", "pwd"]
        .iter()
        .flat_map(|word| lower.match_indices(word).map(|(at, _)| at).collect::<Vec<_>>())
        .collect();
    words.sort_unstable();
    for at in words {
        if ranges.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$' | b'.' | b'@');
        let start =
            at - bytes.get(..at).map_or(0, |before| before.iter().rev().take_while(|byte| is_name(byte)).count());
        let end = at + bytes.get(at..).map_or(0, |after| after.iter().take_while(|byte| is_name(byte)).count());
        let Some(name) = text.get(start..end) else { continue };
        if !is_secret_key(name) {
            continue;
        }
        if let Some(range) = value_after(bytes, end) {
            ranges.push(range);
        }
    }
    ranges
}

/// The value behind a name that ends at `end`: after an optional closing quote, blanks, and `:` or `=`.
fn value_after(bytes: &[u8], end: usize) -> Option<Range<usize>> {
    let skip = |from: usize, set: &[u8]| {
        from + bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|byte| set.contains(byte)).count())
    };
    let mut at = end;
    if matches!(bytes.get(at), Some(b'"' | b'\'')) {
        at += 1;
    }
    at = skip(at, b" \t\r\n");
    if !matches!(bytes.get(at), Some(b':' | b'=')) {
        return None;
    }
    let colon = bytes.get(at) == Some(&b':');
    at = skip(at + 1, b" \t");
    // JSON's words are no secrets; after `=` anything is.
    if colon
        && [&b"null"[..], b"true", b"false"]
            .iter()
            .any(|word| bytes.get(at..).is_some_and(|rest| rest.starts_with(word)))
    {
        return None;
    }
    // In JSON the value may stand on the next line; in notes.ini an empty value ends its line.
    if matches!(bytes.get(at), Some(b'\r' | b'\n')) {
        let next = skip(at, b" \t\r\n");
        if !matches!(bytes.get(next), Some(b'"' | b'\'')) {
            return None;
        }
        at = next;
    }
    match bytes.get(at) {
        Some(quote @ (b'"' | b'\'')) => {
            let triple = bytes.get(at..at + 3).is_some_and(|run| run.iter().all(|byte| byte == quote));
            let open = if triple { 3 } else { 1 };
            let start = at + open;
            let mut close = start;
            loop {
                match bytes.get(close) {
                    None => break,
                    Some(b'\\') => close += 2,
                    Some(byte) if byte == quote => {
                        let run = bytes.get(close..close + open);
                        if run.is_some_and(|run| run.iter().all(|byte| byte == quote)) {
                            break;
                        }
                        close += 1;
                    }
                    // A quoted value that does not close on its line is a broken file: the rest of the line is masked.
                    Some(b'\n') if !triple => break,
                    Some(_) => close += 1,
                }
            }
            let close = close.min(bytes.len());
            (close > start).then_some(start..close)
        }
        Some(b'{' | b'[' | b',' | b'}') | None => None,
        Some(_) => {
            let stop =
                bytes.get(at..).map_or(0, |rest| rest.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count());
            (stop > 0).then_some(at..at + stop)
        }
    }
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
    }

    #[test]
    fn a_broken_file_keeps_its_secret() {
        assert_eq!(masked("{\"password\": \"abc\n \"next\": 1"), ["abc"]);
        assert_eq!(masked("\"password\": \"abc"), ["abc"]);
    }

    #[test]
    fn words_that_are_not_names_mask_nothing() {
        assert!(masked("\"helpText\": \"See Roy for a password reset. Good luck!\"").is_empty());
        assert!(masked("\"passwordReset\": { \"a\": 1 }").is_empty());
        assert!(masked("Password=\nNext=1").is_empty());
        assert!(masked("\"password\": null, \"setInternetPassword\": true").is_empty());
        assert_eq!(masked("password=null"), ["null"]);
    }
}
