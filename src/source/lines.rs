//! Byte offset to line and column, fast also on a file that is one long line.

use serde::Serialize;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters (Unicode scalar values), from 1; a tab counts as one.
    pub column: u64,
    /// Column in bytes of UTF-8, from 1, as Vim counts.
    pub column_utf8: u64,
    /// Column in UTF-16 code units, from 1, as the Language Server Protocol counts from 0.
    pub column_utf16: u64,
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
    /// Characters that take two UTF-16 units, counted alike; empty where there is none.
    pairs: Vec<u64>,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(index, _)| index as u64 + 1));
        let characters = if text.is_ascii() { Vec::new() } else { counts(text, count_characters) };
        let pairs = if text.bytes().any(takes_a_pair) { counts(text, count_pairs) } else { Vec::new() };
        Self { starts, characters, pairs }
    }

    pub(super) fn position(&self, text: &str, offset: u64) -> Position {
        let offset = offset.min(text.len() as u64);
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let mut start = self.line_start(offset);
        if start == 0 && text.starts_with('\u{feff}') {
            start = ('\u{feff}'.len_utf8() as u64).min(offset);
        }
        let between = |sums: &[u64], count: fn(&[u8]) -> u64| {
            Some(before(sums, text, offset, count)? - before(sums, text, start, count)?)
        };
        let bytes = offset - start;
        let column = between(&self.characters, count_characters).unwrap_or(bytes);
        let pairs = between(&self.pairs, count_pairs).unwrap_or(0);
        Position {
            line: line as u64,
            column: column + 1,
            column_utf8: bytes + 1,
            column_utf16: column + pairs + 1,
            offset,
        }
    }

    pub(super) fn line_start(&self, offset: u64) -> u64 {
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        self.starts.get(line - 1).copied().unwrap_or(0)
    }
}

/// Sums at each multiple of `STRIDE`, and at the end.
fn counts(text: &str, count: fn(&[u8]) -> u64) -> Vec<u64> {
    let mut sums = Vec::new();
    let mut sum = 0;
    for chunk in text.as_bytes().chunks(STRIDE) {
        sums.push(sum);
        sum += count(chunk);
    }
    sums.push(sum);
    sums
}

/// The sum before an offset; `None` where nothing was counted.
fn before(sums: &[u64], text: &str, offset: u64, count: fn(&[u8]) -> u64) -> Option<u64> {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let from = offset / STRIDE * STRIDE;
    Some(sums.get(offset / STRIDE)? + text.as_bytes().get(from..offset).map_or(0, count))
}

/// Counts the bytes that start a character.
pub(super) fn count_characters(bytes: &[u8]) -> u64 {
    // Sums that fit into a byte are added up many at a time.
    let starts = |part: &[u8]| part.iter().map(|byte| u8::from(byte & 0xc0 != 0x80)).sum::<u8>();
    bytes.chunks(128).map(|part| u64::from(starts(part))).sum()
}

/// Whether a byte starts a character outside of the Basic Multilingual Plane.
fn takes_a_pair(byte: u8) -> bool {
    byte >= 0xf0
}

/// Counts the bytes that start a character of two UTF-16 units.
pub(super) fn count_pairs(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| takes_a_pair(**byte)).count() as u64
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
    fn columns_in_bytes_and_in_utf16_units() {
        let text = format!("\u{feff}a\u{1f4e8}\u{e4}b\n{}c", "\u{1f4e8}".repeat(3_000));
        let columns = |mark: char| {
            let position = LineIndex::new(&text).position(&text, text.find(mark).expect("there") as u64);
            (position.line, position.column, position.column_utf8, position.column_utf16)
        };
        assert_eq!(columns('\u{feff}'), (1, 1, 1, 1));
        assert_eq!(columns('a'), (1, 1, 1, 1));
        assert_eq!(columns('b'), (1, 4, 8, 5));
        assert_eq!(columns('c'), (2, 3_001, 12_001, 6_001));
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
