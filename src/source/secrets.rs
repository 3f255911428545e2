//! Which values must never be printed.
//!
//! Readers mark the secrets of what they understand ([`super::Source::mark_secret`]). What they do not understand is
//! searched as text, by the names in front of values, so that also a file that does not parse keeps its secrets. Masking a
//! word too many harms nobody; so doubt masks.

use std::ops::Range;

/// Words that make a name that of a secret wherever they stand in it. `passsword` is a slip found in the wild.
const WORDS: [&str; 10] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passsword",
    "passwort",
    "secret",
    "credential",
    "apikey",
    "api_key",
];

/// Short words that do so only as a word of their own: `LDAP_BIND_PW`, `keyPass`, `APIToken`.
const SHORT_WORDS: [&str; 6] = ["pass", "pw", "pwd", "pin", "phrase", "token"];

/// Options of these names say whether passwords are asked for: "Name & password" of a port.
const OPTIONS: [&str; 3] = ["name_and_password", "nameandpassword", "nameandpwd"];

/// How far a secret reaches at least that does not end where it should.
const MAX_SECRET: usize = 4096;

/// Whether a value under that name is a secret. Names that speak *about* passwords (their length, their hints) are taken
/// for secrets too: nothing in a report needs their values.
#[must_use]
pub fn is_secret_key(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if OPTIONS.iter().any(|option| lower.ends_with(option)) {
        return false;
    }
    // `BINDPW` in capitals shows no border between its words.
    let runs_on =
        |word: &str| word.len() > 3 && word.ends_with("PW") && !word.contains(|c: char| c.is_ascii_lowercase());
    WORDS.iter().any(|word| lower.contains(word))
        || words(name).any(|word| SHORT_WORDS.contains(&word.to_ascii_lowercase().as_str()) || runs_on(word))
}

/// The words of a name: parted by signs, and by capitals that follow small letters.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut cuts = vec![0];
    let bytes = name.as_bytes();
    for (at, pair) in bytes.windows(2).enumerate() {
        let [left, right] = pair else { continue };
        let capital = right.is_ascii_uppercase() && left.is_ascii_lowercase();
        if capital || left.is_ascii_alphanumeric() != right.is_ascii_alphanumeric() {
            cuts.push(at + 1);
        }
    }
    // `APIToken`: the last capital of a run begins the next word.
    for (at, run) in bytes.windows(3).enumerate() {
        if let [first, second, third] = run
            && first.is_ascii_uppercase()
            && second.is_ascii_uppercase()
            && third.is_ascii_lowercase()
        {
            cuts.push(at + 1);
        }
    }
    cuts.push(name.len());
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts.clone().into_iter().skip(1);
    cuts.into_iter().zip(ends).filter_map(|(start, end)| name.get(start..end))
}

/// The byte ranges of `text` behind names that say that a value is secret: texts, lists and objects after `"name":`,
/// `name =` and the like, everything in a table of that name, and the rest of the line where the sign between name and
/// value is missing. Also the password in `https://user:password@host`.
#[must_use]
pub fn secret_values(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let lower = text.to_ascii_lowercase();
    let mut matches: Vec<usize> =
        WORDS.iter().chain(&SHORT_WORDS).flat_map(|word| lower.match_indices(word).map(|(at, _)| at)).collect();
    matches.sort_unstable();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut done = 0;
    for at in matches {
        if at < done {
            continue;
        }
        let before = bytes
            .get(..at)
            .map_or(0, |before| before.iter().rev().take(128).take_while(|byte| is_name(**byte)).count());
        let end = at + length(bytes, at, is_name);
        done = end;
        if !text.get(at - before..end).is_some_and(is_secret_key) {
            continue;
        }
        let element = element_after(bytes, at - before, end);
        if let Some(range) = element.or_else(|| value_after(text, end)).filter(|range| !range.is_empty()) {
            done = range.end;
            ranges.push(range);
        }
    }
    ranges.extend(text.match_indices("://").filter_map(|(at, _)| userinfo(bytes, at + 3)));
    ranges
}

/// The content of an XML element whose attribute has the name in `start..end` as its value: `<item name='HTTPPassword'>…`.
/// It may run over several lines and hold elements, so it ends where the element of an item does.
fn element_after(bytes: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let quote = bytes.get(start.checked_sub(1)?)?;
    let is_attribute = matches!(quote, b'"' | b'\'') && bytes.get(start.checked_sub(2)?) == Some(&b'=');
    if !is_attribute || bytes.get(end) != Some(quote) {
        return None;
    }
    let rest = bytes.get(end..)?;
    let close = rest.iter().take(MAX_SECRET).position(|byte| matches!(byte, b'>' | b'<'))?;
    let inside = rest.get(close..).filter(|inside| inside.starts_with(b">"))?.get(1..)?;
    if rest.get(close.checked_sub(1)?) == Some(&b'/') {
        return Some(end..end);
    }
    // What does not end is cut off, and secret as far as it goes.
    let length = memchr::memmem::find(inside, b"</item").unwrap_or(inside.len());
    Some(end + close + 1..end + close + 1 + length)
}

/// The password in `user:password@` behind `://`.
fn userinfo(bytes: &[u8], start: usize) -> Option<Range<usize>> {
    let authority =
        length(bytes, start, |byte| !matches!(byte, b'/' | b'"' | b'\'' | b'?' | b'#') && !byte.is_ascii_whitespace());
    let authority = bytes.get(start..start + authority.min(MAX_SECRET))?;
    let at = authority.iter().rposition(|byte| *byte == b'@')?;
    let colon = authority.iter().position(|byte| *byte == b':').filter(|colon| *colon < at)?;
    Some(start + colon + 1..start + at)
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
        // A block of YAML: the lines that are indented below.
        b'|' | b'>' if mark == b':' => Some(indented(text, line_end(bytes, at))),
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
    start..line_end(bytes, end.min(bytes.len()))
}

/// The end of a list or object; brackets in texts do not count.
fn nested(bytes: &[u8], at: usize, open: u8) -> usize {
    let close = if open == b'[' { b']' } else { b'}' };
    let mut depth = 0_usize;
    let mut quote = None;
    let mut offset = at;
    while offset < bytes.len() && offset - at < MAX_SECRET {
        match (quote, bytes.get(offset).copied().unwrap_or(0)) {
            (Some(_), b'\\') => offset += 1,
            (Some(mark), byte) if byte == mark => quote = None,
            (None, byte @ (b'"' | b'\'')) => quote = Some(byte),
            (None, byte) if byte == open => depth += 1,
            (None, byte) if byte == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return offset;
                }
            }
            // Anything else, in a text or out of it.
            _ => {}
        }
        offset += 1;
    }
    line_end(bytes, offset.min(bytes.len()))
}

/// The lines after `start` that are indented, or blank.
fn indented(text: &str, start: usize) -> Range<usize> {
    let body = text.get(start..).unwrap_or("");
    let end: usize = body
        .split_inclusive('\n')
        .take_while(|line| line.trim().is_empty() || line.starts_with([' ', '\t']))
        .map(str::len)
        .sum();
    start..start + end
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
    fn an_item_of_a_document_is_secret_up_to_its_end() {
        assert_eq!(
            masked("<item name='HTTPPassword'><text\n>(355E\n)</text></item>\n<item name='a'><text>b</text></item>"),
            ["<text\n>(355E\n)</text>"]
        );
        assert_eq!(masked("<item name=\"Password\" summary=\"false\"><text>x</text>"), ["<text>x</text>"]);
        assert!(masked("<item name='Password'/><item name='a'><text>b</text></item>").is_empty());
        assert!(masked("<item name='TCPNameAndPwd'><text>1</text></item>").is_empty());
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
    fn short_words_count_as_words_only() {
        for name in [
            "LDAP_BIND_PW",
            "keyPass",
            "KEYFILE_PASS",
            "APIToken",
            "Debug_Pass",
            "pwd",
            "LDAP_BINDPW",
            "recoveryPhrase",
            "PIN",
        ] {
            assert!(is_secret_key(name), "{name}");
        }
        for name in [
            "PTAccess",
            "bypass",
            "passthru",
            "compass_x",
            "Tokenizer",
            "opinion",
            "smtp_inbound.tls_name_and_password",
            "TCPNameAndPwd",
        ] {
            assert!(!is_secret_key(name), "{name}");
        }
        assert_eq!(masked("\"httpTunnelProxy\": \"http://u:hunter2@proxy:8080\""), ["hunter2"]);
        assert_eq!(masked("password: |\n  hunter2\n  more\nnext: 1\n"), ["\n  hunter2\n  more\n"]);
        assert_eq!(masked("password = [\"a]b\", \"c\"]"), ["\"a]b\", \"c\""]);
    }

    #[test]
    fn a_long_run_of_names_takes_no_long_time() {
        assert!(masked(&"password".repeat(50_000)).is_empty());
    }

    #[test]
    fn what_holds_no_value_masks_nothing() {
        assert!(masked("Password=\nNext=1").is_empty());
        assert!(masked("\"password\": null, \"setInternetPassword\": true").is_empty());
        assert!(masked("# the password.\n").is_empty());
        assert!(masked("smtp_inbound = { name_and_password = true, tls_status = 'enabled' }").is_empty());
    }
}
