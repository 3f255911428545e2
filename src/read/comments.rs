//! Comments that speak to maillint, in the formats that have comments: `# maillint: allow(RULE) why`.

use std::ops::Range;

use granit_parser::{Event, Parser};
use toml_parser::Source as Toml;
use toml_parser::lexer::TokenKind;

use super::Format;
use crate::source::{Source, Span};

/// What such a comment begins with.
const MARK: &str = "maillint:";

/// A comment that speaks to maillint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands.
    pub span: Span,
    /// What it says, behind `maillint:`.
    pub text: String,
    /// What it is about: the entry on its line, or below it where it stands alone.
    pub covers: Span,
}

/// The comments of a file.
#[must_use]
pub fn comments(source: &Source, format: Format) -> Vec<Comment> {
    let find = match format {
        Format::NativeToml => toml_comments,
        Format::ConfigMap | Format::NativeYaml => yaml_comments,
        // Other files are not written by people, and may be too large to be looked at as a whole.
        _ => return Vec::new(),
    };
    let view = source.view();
    let text = view.text();
    if !text.contains(MARK) {
        return Vec::new();
    }
    let found = find(text);
    let spoken = found.into_iter().filter_map(|(range, covers)| {
        let said = text.get(range.clone())?.trim_start_matches('#').trim_start().strip_prefix(MARK)?.trim();
        Some(Comment { span: view.span(range), text: said.to_owned(), covers: view.span(covers) })
    });
    spoken.collect()
}

/// Comments of a TOML text, each with the lines it is about.
fn toml_comments(text: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let tokens = Toml::new(text).lex().into_vec();
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind() == TokenKind::Comment) {
        let before = tokens.get(..index).unwrap_or(&[]);
        let line = before.iter().rposition(|token| token.kind() == TokenKind::Newline).map_or(0, |at| at + 1);
        let alone =
            tokens.get(line..index).is_some_and(|line| line.iter().all(|token| token.kind() == TokenKind::Whitespace));
        let blank = |kind| matches!(kind, TokenKind::Newline | TokenKind::Comment | TokenKind::Whitespace);
        let first = if alone {
            tokens.iter().skip(index).position(|token| !blank(token.kind())).map_or(tokens.len(), |at| index + at)
        } else {
            line
        };
        let Some(start) = tokens.get(first).map(|token| token.span().start()) else { continue };
        let mut depth = 0_usize;
        let mut end = start;
        for token in tokens.iter().skip(first) {
            match token.kind() {
                TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
                TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = depth.saturating_sub(1),
                TokenKind::Newline | TokenKind::Eof if depth == 0 => break,
                _ => {}
            }
            end = token.span().end();
        }
        found.push((token.span().start()..token.span().end(), start..end));
    }
    found
}

/// Comments of a YAML text, each with the lines it is about: the entry and what is indented below it.
fn yaml_comments(text: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let mut scalars = Vec::new();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { return Vec::new() };
        if let (Event::Scalar(..), Some(range)) = (event, span.byte_range()) {
            scalars.push(range);
        }
    }
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lines.push((start, line));
        start += line.len();
    }
    let mut found = Vec::new();
    for (number, (start, line)) in lines.iter().enumerate() {
        let inside = |at: usize| {
            let before = scalars.partition_point(|range| range.start <= at);
            before.checked_sub(1).and_then(|last| scalars.get(last)).is_some_and(|range| at < range.end)
        };
        let mut hashes = line.match_indices('#').map(|(at, _)| at).filter(|at| {
            (*at == 0 || line.get(..*at).is_some_and(|before| before.ends_with([' ', '\t']))) && !inside(start + at)
        });
        let Some(at) = hashes.next() else { continue };
        let alone = line.get(..at).is_some_and(|before| before.trim().is_empty());
        let content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let first = if alone {
            lines.iter().skip(number).position(|(_, line)| content(line)).map(|at| number + at)
        } else {
            Some(number)
        };
        let Some((from, head)) = first.and_then(|first| lines.get(first)) else { continue };
        let indent = head.len() - head.trim_start_matches(' ').len();
        let deeper = |line: &str| line.trim().is_empty() || line.len() - line.trim_start_matches(' ').len() > indent;
        let below = lines.iter().skip(first.unwrap_or(number) + 1).take_while(|(_, line)| deeper(line));
        let end = from + head.len() + below.map(|(_, line)| line.len()).sum::<usize>();
        found.push((start + at..start + line.trim_end().len(), *from..end));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    /// What each comment says and covers.
    fn found(text: &str, format: Format) -> Vec<(String, String)> {
        let mut sources = Sources::default();
        let file = sources.add("file", text.as_bytes().to_vec());
        let source = sources.get(file).expect("added");
        comments(source, format)
            .into_iter()
            .map(|comment| (comment.text.clone(), source.slice(comment.covers).trim_end().to_owned()))
            .collect()
    }

    #[test]
    fn toml() {
        let text = "a = '# maillint: no'\n# maillint: one\n\n# other\nb = [ # maillint: two\n  1, # maillint: three\n]\n# maillint: four\n[[c]]\nd = 1\n# maillint: last\n";
        let wanted = [
            ("one", "b = [ # maillint: two\n  1, # maillint: three\n]"),
            ("two", "b = [ # maillint: two\n  1, # maillint: three\n]"),
            ("three", "1, # maillint: three"),
            ("four", "[[c]]"),
        ];
        let found = found(text, Format::NativeToml);
        let found: Vec<(&str, &str)> =
            found.iter().map(|(said, covers)| (said.as_str(), covers.trim_start())).take(4).collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn yaml() {
        let text = "data:\n  # maillint: one\n  a.json: |\n    { \"a\": \"# maillint: no\" }\n    # maillint: no\n  b: 'x # maillint: no' # maillint: two\n";
        let wanted = [
            ("one", "a.json: |\n    { \"a\": \"# maillint: no\" }\n    # maillint: no"),
            ("two", "b: 'x # maillint: no' # maillint: two"),
        ];
        let found = found(text, Format::ConfigMap);
        let found: Vec<(&str, &str)> =
            found.iter().map(|(said, covers)| (said.as_str(), covers.trim_start())).collect();
        assert_eq!(found, wanted);
    }
}
