//! The few lines of a file that a diagnostic shows: cut to a window around its labels, control characters shown, secrets
//! masked. A renderer gets this, never the file.

use crate::source::{Piece as Text, Source, Span};

use super::sanitize::{one_line, replacement};

/// Lines shown above and below a label.
const CONTEXT_LINES: u64 = 1;
/// Characters shown to either side of a label on a line that is too long.
const WINDOW: usize = 60;
/// A line longer than this many bytes is cut.
const LONG_LINE: usize = 240;
/// A label that runs over more lines than this is shown by its first line.
const MAX_LABEL_LINES: usize = 6;
const PATH_LIMIT: usize = 400;
const MASK: &str = "********";

/// A part of a file around some labels.
#[derive(Debug, Clone)]
pub(super) struct Excerpt {
    /// The path of the file.
    pub path: String,
    /// Runs of lines, in the order of the file.
    pub pieces: Vec<Piece>,
    /// For each label given, in that order: the piece and the byte range in its text.
    pub labels: Vec<Placed>,
}

/// A run of lines.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// The text to show, with line breaks.
    pub text: String,
    /// The number of its first line, from 1.
    pub first_line: u64,
}

/// Where a label lies.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// The index of the piece.
    pub piece: usize,
    /// Start in the piece's text.
    pub start: usize,
    /// End in the piece's text.
    pub end: usize,
    /// The real line, from 1.
    pub line: u64,
    /// The real column, from 1.
    pub column: u64,
}

/// Cuts the excerpt of a file for labels in it.
#[must_use]
pub(super) fn cut(source: &Source, spans: &[Span], ascii: bool) -> Excerpt {
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by_key(|index| spans.get(*index).map(|span| (span.start, span.end)));
    let mut windows: Vec<(Window, Vec<usize>)> = Vec::new();
    for index in order {
        let Some(span) = spans.get(index) else { continue };
        let window = Window::around(source, *span);
        match windows.last_mut() {
            Some((last, members)) if last.touches(&window) => {
                last.extend(&window);
                members.push(index);
            }
            _ => windows.push((window, vec![index])),
        }
    }
    let mut excerpt =
        Excerpt { path: one_line(&source.path, ascii, PATH_LIMIT), pieces: Vec::new(), labels: Vec::new() };
    let mut placed: Vec<(usize, Placed)> = Vec::new();
    for (piece, (window, members)) in windows.iter().enumerate() {
        let text = source.around(Span { file: source.id, start: window.start, end: window.end });
        let rendered = Rendered::new(source, &text, window, ascii);
        for index in members {
            let Some(span) = spans.get(*index) else { continue };
            let position = source.position(span.start);
            let (start, end) = (rendered.at(span.start), rendered.at(span.end.min(window.label_end(&text, *span))));
            placed.push((
                *index,
                Placed { piece, start, end: end.max(start), line: position.line, column: position.column },
            ));
        }
        excerpt.pieces.push(Piece { text: rendered.text, first_line: source.position(window.start).line });
    }
    placed.sort_by_key(|(index, _)| *index);
    excerpt.labels = placed.into_iter().map(|(_, placed)| placed).collect();
    excerpt
}

/// Whether a place lies in or right beside the lines that are shown for others.
#[must_use]
pub(super) fn is_beside(source: &Source, span: Span, others: &[Span]) -> bool {
    let window = Window::around(source, span);
    let touches = |other: &Span| {
        let other = Window::around(source, *other);
        if other.start <= window.start { other.touches(&window) } else { window.touches(&other) }
    };
    others.iter().any(touches)
}

/// A byte range of a file to show.
#[derive(Debug, Clone)]
struct Window {
    start: u64,
    end: u64,
    /// The line is too long to be shown whole: text is left out before and behind.
    cut: bool,
}

impl Window {
    fn around(source: &Source, span: Span) -> Self {
        let piece = source.around(span);
        let text = &*piece.text;
        let local = |offset: u64| index(offset.saturating_sub(piece.base));
        let start = boundary(text, local(span.start));
        let end = boundary(text, local(span.end)).max(start);
        let end = first_lines(text, start, end);
        // A line that begins before the piece is long enough to be cut.
        let line = local(source.line_start(piece.base + start as u64));
        let line_end = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| end + at);
        let window = |from: usize, to: usize, cut| Self {
            start: piece.base + from as u64,
            end: piece.base + to.max(from) as u64,
            cut,
        };
        if line_end - line > LONG_LINE {
            let from = back(text, start, WINDOW).max(line);
            let to = forward(text, end.min(start + LONG_LINE), WINDOW).min(line_end);
            return window(from, to, true);
        }
        let mut from = line;
        for _ in 0..CONTEXT_LINES {
            let Some(before) = from.checked_sub(1).and_then(|end| text.get(..end)) else { break };
            let previous = before.rfind('\n').map_or(0, |at| at + 1);
            if from - previous > LONG_LINE {
                break;
            }
            from = previous;
        }
        let mut to = line_end;
        for _ in 0..CONTEXT_LINES {
            let Some(after) = text.get(to + 1..).filter(|after| !after.is_empty()) else { break };
            let next = after.find('\n').map_or(text.len(), |at| to + 1 + at);
            if next - to > LONG_LINE {
                break;
            }
            to = next;
        }
        window(from, to, false)
    }

    fn touches(&self, next: &Self) -> bool {
        self.cut == next.cut && next.start <= self.end + u64::from(!self.cut)
    }

    fn extend(&mut self, next: &Self) {
        self.end = self.end.max(next.end);
    }

    /// A label that runs out of the window ends with it.
    fn label_end(&self, text: &Text<'_>, span: Span) -> u64 {
        let local = |offset: u64| index(offset.saturating_sub(text.base));
        let end = first_lines(&text.text, local(span.start), local(span.end).min(text.text.len()));
        (text.base + end as u64).min(self.end)
    }
}

/// The end of the first lines of a range.
fn first_lines(text: &str, start: usize, end: usize) -> usize {
    text.get(start..end)
        .and_then(|inside| inside.match_indices('\n').nth(MAX_LABEL_LINES - 1))
        .map_or(end, |_| text.get(start..end).and_then(|inside| inside.find('\n')).map_or(end, |at| start + at))
}

/// The start of the character at an offset.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn back(text: &str, from: usize, characters: usize) -> usize {
    text.get(..from).and_then(|before| before.char_indices().rev().nth(characters - 1)).map_or(0, |(at, _)| at)
}

fn forward(text: &str, from: usize, characters: usize) -> usize {
    let mut from = from;
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..).and_then(|after| after.char_indices().nth(characters)).map_or(text.len(), |(at, _)| from + at)
}

/// The text to show, with the way from offsets in the file to offsets in it.
struct Rendered {
    text: String,
    map: Vec<(u64, usize)>,
}

impl Rendered {
    fn new(source: &Source, piece: &Text<'_>, window: &Window, ascii: bool) -> Self {
        let whole = &*piece.text;
        let local = |offset: u64| index(offset.saturating_sub(piece.base)).min(whole.len());
        let (start, end) = (local(window.start), local(window.end));
        let raw = whole.get(start..end).unwrap_or("");
        let mut text = String::new();
        let mut map = Vec::new();
        let ellipsis = if ascii { "..." } else { "…" };
        if window.cut && source.line_start(window.start) < window.start {
            text.push_str(ellipsis);
        }
        let secrets = source.secrets(piece);
        let mut next = secrets.partition_point(|secret| secret.end <= start);
        let mut masked_to = 0;
        for (at, character) in raw.char_indices() {
            let offset = start + at;
            map.push((piece.base + offset as u64, text.len()));
            while secrets.get(next).is_some_and(|secret| secret.end <= offset) {
                next += 1;
            }
            if let Some(secret) = secrets.get(next).filter(|secret| secret.start <= offset) {
                if masked_to != secret.end {
                    masked_to = secret.end;
                    text.push_str(MASK);
                }
                if character == '\n' {
                    text.push(character);
                }
                continue;
            }
            if character == '\n' {
                text.push(character);
            } else if character != '\r' || !whole.get(offset + 1..).is_some_and(|rest| rest.starts_with('\n')) {
                match replacement(character, ascii) {
                    Some(shown) => text.push_str(&shown),
                    None => text.push(character),
                }
            }
        }
        map.push((window.end, text.len()));
        if window.cut && whole.get(end..).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['\n', '\r'])) {
            text.push_str(ellipsis);
        }
        Self { text, map }
    }

    fn at(&self, offset: u64) -> usize {
        let index = self.map.partition_point(|(source, _)| *source < offset);
        self.map.get(index).or(self.map.last()).map_or(0, |(_, shown)| *shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn excerpt(text: &str, mark: &str) -> (Excerpt, String) {
        let mut sources = Sources::default();
        let file = sources.add("file", text.as_bytes().to_vec());
        let source = sources.get(file).expect("added");
        let start = text.find(mark).expect("mark") as u64;
        let excerpt = cut(source, &[Span { file, start, end: start + mark.len() as u64 }], false);
        let placed = &excerpt.labels[0];
        let shown = excerpt.pieces[placed.piece].text.get(placed.start..placed.end).expect("in the piece").to_owned();
        (excerpt, shown)
    }

    #[test]
    fn a_label_far_to_the_right_is_shown_in_a_window() {
        let text = format!("{}MARK{}", "é".repeat(70_000), "x".repeat(70_000));
        let (excerpt, shown) = excerpt(&text, "MARK");
        assert_eq!(shown, "MARK");
        assert_eq!((excerpt.labels[0].line, excerpt.labels[0].column), (1, 70_001));
        let piece = &excerpt.pieces[0].text;
        assert!(piece.starts_with('…') && piece.ends_with('…') && piece.chars().count() < 200, "{piece}");
    }

    #[test]
    fn context_secrets_and_control_characters() {
        let text = "a = 1\npassword = \"hunter2\"\nMARK\u{1b}[31m\nb\nc\n";
        let (excerpt, shown) = excerpt(text, "MARK");
        assert_eq!(shown, "MARK");
        assert_eq!(excerpt.pieces[0].text, "password = \"********\"\nMARK␛[31m\nb");
        assert_eq!(excerpt.pieces[0].first_line, 2);
    }

    #[test]
    fn line_breaks_of_windows_are_not_shown() {
        let (excerpt, _) = excerpt("a=1\r\nMARK\r\nb=2\r\nc=3\r\n", "MARK");
        assert_eq!(excerpt.pieces[0].text.trim_end(), "a=1\nMARK\nb=2");
    }

    #[test]
    fn a_label_on_a_secret_shows_the_mask() {
        let (excerpt, shown) = excerpt("{\"password\": \"hunter2\"}", "\"hunter2\"");
        assert_eq!(shown, "\"********\"");
        assert!(!excerpt.pieces[0].text.contains("hunter2"));
    }

    #[test]
    fn a_label_over_many_lines_is_shown_by_its_first() {
        let text = format!("[\n{}]", "1,\n".repeat(100));
        let (excerpt, _) = excerpt(&text, &text);
        assert!(excerpt.pieces[0].text.lines().count() < 10);
    }
}
