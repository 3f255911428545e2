//! A text that a parser reads, and the way back from its offsets to bytes of the file.

use std::borrow::Cow;
use std::ops::Range;

use super::{FileId, Span};

/// Text for a parser: a whole file, or a part cut out of one (a JSON text inside a YAML file, say).
#[derive(Debug, Clone)]
pub struct View<'a> {
    file: FileId,
    text: Cow<'a, str>,
    /// `(offset in the text, offset in the file)`, ascending: from there on both run in parallel.
    segments: Vec<(usize, u64)>,
}

impl<'a> View<'a> {
    /// The text from a byte offset on.
    #[must_use]
    pub fn from_offset(file: FileId, text: &'a str, skip: usize) -> Self {
        Self { file, text: Cow::Borrowed(text.get(skip..).unwrap_or("")), segments: vec![(0, skip as u64)] }
    }

    /// A text put together from pieces of the file, each with the file offset where it starts.
    #[must_use]
    pub fn from_pieces<'p>(file: FileId, pieces: impl Iterator<Item = (u64, &'p str)>) -> Self {
        let mut text = String::new();
        let mut segments = Vec::new();
        for (offset, piece) in pieces {
            segments.push((text.len(), offset));
            text.push_str(piece);
        }
        Self { file, text: Cow::Owned(text), segments }
    }

    /// The file it belongs to.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The text to parse.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The place in the file of a range of the text.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = self.offset(range.start);
        // The end is found from the last byte inside, so that it does not run into the next segment's gap.
        let end = if range.end > range.start { self.offset(range.end - 1) + 1 } else { start };
        Span { file: self.file, start, end: end.max(start) }
    }

    fn offset(&self, at: usize) -> u64 {
        let index = self.segments.partition_point(|(text, _)| *text <= at).saturating_sub(1);
        self.segments.get(index).map_or(at as u64, |(text, file)| file + (at - text) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(text: &str, span: Span) -> Option<&str> {
        text.get(usize::try_from(span.start).ok()?..usize::try_from(span.end).ok()?)
    }

    #[test]
    fn a_cut_out_text_points_back_to_its_lines() {
        let file = "a: |\n  {\n    1\n  }\n";
        let lines = [(7_u64, "{\n"), (11, "  1\n"), (17, "}\n")];
        let view = View::from_pieces(FileId(0), lines.into_iter());
        assert_eq!(view.text(), "{\n  1\n}\n");
        let span = view.span(4..5);
        assert_eq!(inside(file, span), Some("1"));
        let whole = view.span(0..7);
        assert_eq!(inside(file, whole), Some("{\n    1\n  }"));
    }
}
