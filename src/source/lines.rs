//! Byte offset to line and column, fast also on a file that is one long line.

use serde::Serialize;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters (Unicode scalar values), from 1; a tab counts as one.
    pub column: u64,
    /// Byte offset into the UTF-8 text, from 0.
    pub offset: u64,
}

/// Every so many bytes the number of characters before is kept, so that a column costs one short count.
const STRIDE: usize = 4096;

#[derive(Debug)]
pub(super) struct LineIndex {
    starts: Vec<u64>,
    /// Characters before each multiple of `STRIDE`; empty for ASCII text, where bytes are characters.
    characters: Vec<u64>,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(index, _)| index as u64 + 1));
        let mut characters = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for chunk in text.as_bytes().chunks(STRIDE) {
                characters.push(count);
                count += count_characters(chunk);
            }
            characters.push(count);
        }
        Self { starts, characters }
    }

    pub(super) fn position(&self, text: &str, offset: u64) -> Position {
        let offset = offset.min(text.len() as u64);
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.line_start(offset);
        let mut column = self.characters_before(text, offset) - self.characters_before(text, start);
        if start == 0 && text.starts_with('\u{feff}') {
            column = column.saturating_sub(1);
        }
        Position { line: line as u64, column: column + 1, offset }
    }

    pub(super) fn line_start(&self, offset: u64) -> u64 {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        self.starts.get(line - 1).copied().unwrap_or(0)
    }

    fn characters_before(&self, text: &str, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let Some(before) = self.characters.get(offset / STRIDE) else { return offset as u64 };
        let from = offset / STRIDE * STRIDE;
        before + text.as_bytes().get(from..offset).map_or(0, count_characters)
    }
}

/// Counts the bytes that start a character.
pub(super) fn count_characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: u64) -> (u64, u64) {
        let position = LineIndex::new(text).position(text, offset);
        (position.line, position.column)
    }

    #[test]
    fn columns_count_characters() {
        let text = "a\n\u{e4}\u{e4}b\r\n\tc";
        assert_eq!(at(text, 0), (1, 1));
        assert_eq!(at(text, 6), (2, 3));
        assert_eq!(at(text, 10), (3, 2));
        assert_eq!(at(text, 99), (3, 3));
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        assert_eq!(at("\u{feff}ab", 3), (1, 1));
    }

    #[test]
    fn a_long_line_is_counted_right_across_strides() {
        let text = "é".repeat(10_000);
        assert_eq!(at(&text, 2 * 9_000), (1, 9_001));
        let ascii = "x".repeat(70_000);
        assert_eq!(at(&ascii, 69_999), (1, 70_000));
    }
}
