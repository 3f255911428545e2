//! A large file stays on disk: it is read once as a stream of UTF-8, and again around the places that are shown.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};
use std::time::SystemTime;

use super::Position;
use super::encoding::{Block, Charset, Decoder};
use super::lines::{count_characters, count_pairs};

/// The size of a block that is decoded at once.
const STRIDE: usize = 64 << 10;

/// Bytes between two places whose line is remembered; so many are read again at most to show a place.
const BETWEEN_MARKS: u64 = 256 << 10;

/// A place of the file up to which everything has been counted.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// Offset on disk.
    raw: u64,
    /// Offset in the UTF-8 text.
    offset: u64,
    /// Line breaks before it.
    breaks: u64,
    /// Where its line starts.
    line_start: u64,
    /// Characters of its line before it.
    column: u64,
    /// Those of them that take two UTF-16 units.
    pairs: u64,
    /// How it goes on from here.
    decoder: Decoder,
}

impl Mark {
    /// Counts a piece of text that begins here.
    fn pass(&mut self, text: &[u8], raw: u64) {
        let mut line = text;
        if let Some(last) = memchr::memrchr(b'\n', text) {
            self.breaks += memchr::memchr_iter(b'\n', text).count() as u64;
            self.line_start = self.offset + last as u64 + 1;
            (self.column, self.pairs) = (0, 0);
            line = text.get(last + 1..).unwrap_or(&[]);
        }
        self.column += count_characters(line);
        self.pairs += count_pairs(line);
        self.offset += text.len() as u64;
        self.raw += raw;
    }
}

/// A file on disk, and what is remembered of it.
#[derive(Debug)]
pub(super) struct Pieces {
    path: PathBuf,
    stamp: Option<(u64, SystemTime)>,
    first: Mark,
    head: String,
    /// Every so many bytes, in order; grows as the file is read.
    marks: Mutex<Vec<Mark>>,
    bad: OnceLock<u64>,
}

impl Pieces {
    /// A file that can be read in pieces; `None` where its encoding cannot be taken up in the middle.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn open(path: &Path, metadata: &Metadata) -> io::Result<Option<Self>> {
        let mut raw = Vec::new();
        File::open(path)?.take(STRIDE as u64).read_to_end(&mut raw)?;
        let Some(charset) = Charset::of(&raw) else { return Ok(None) };
        let decoder = Decoder::new(charset);
        let skipped = charset.mark_length(&raw);
        let first = Mark { raw: skipped as u64, decoder, ..Mark::default() };
        let mut text = Vec::new();
        let mut starting = decoder;
        starting.decode(raw.get(skipped..).unwrap_or(&[]), false, &mut text);
        let head = String::from_utf8_lossy(&text).into_owned();
        let stamp = metadata.modified().ok().map(|time| (metadata.len(), time));
        Ok(Some(Self {
            path: path.to_path_buf(),
            stamp,
            first,
            head,
            marks: Mutex::new(vec![first]),
            bad: OnceLock::new(),
        }))
    }

    pub(super) fn charset(&self) -> Charset {
        self.first.decoder.charset()
    }

    /// The beginning of the text.
    pub(super) fn head(&self) -> &str {
        &self.head
    }

    /// Where the first byte lies that is not in the file's encoding, as far as the file has been read.
    pub(super) fn bad(&self) -> Option<u64> {
        self.bad.get().copied()
    }

    /// The whole text as a stream.
    pub(super) fn stream(&self) -> io::Result<PieceStream<'_>> {
        self.stream_from(self.first)
    }

    fn stream_from(&self, at: Mark) -> io::Result<PieceStream<'_>> {
        let mut file = File::open(&self.path)?;
        let metadata = file.metadata()?;
        if metadata.modified().ok().map(|time| (metadata.len(), time)) != self.stamp {
            return Err(io::Error::other("the file has changed while it was read"));
        }
        file.seek(SeekFrom::Start(at.raw))?;
        Ok(PieceStream { pieces: self, file, raw: Vec::new(), ended: false, out: Vec::new(), out_at: 0, at, left: 0 })
    }

    /// The last remembered place at or before an offset. Reads on where the file has not been read so far.
    fn mark(&self, offset: u64) -> Mark {
        let nearest = |marks: &[Mark]| {
            let index = marks.partition_point(|mark| mark.offset <= offset).saturating_sub(1);
            (marks.get(index).copied().unwrap_or(self.first), index + 1 == marks.len())
        };
        let (mut mark, last) = self.marks.lock().map_or((self.first, false), |marks| nearest(&marks));
        if last && offset > mark.offset + BETWEEN_MARKS + STRIDE as u64 {
            let mut block = vec![0; STRIDE];
            if let Ok(mut stream) = self.stream_from(mark) {
                while stream.at.offset <= offset && stream.read(&mut block).is_ok_and(|count| count > 0) {}
            }
            mark = self.marks.lock().map_or(mark, |marks| nearest(&marks).0);
        }
        mark
    }

    /// The text from `start` to `end` at characters, and where it begins. Empty where the file cannot be read again.
    pub(super) fn text(&self, start: u64, end: u64) -> (String, u64) {
        let mark = self.mark(start);
        let mut bytes = Vec::new();
        if let Ok(stream) = self.stream_from(mark) {
            // What cannot be read is not shown.
            let _ = stream.take(end.saturating_sub(mark.offset)).read_to_end(&mut bytes);
        }
        let mut from = usize::try_from(start.saturating_sub(mark.offset)).unwrap_or(usize::MAX).min(bytes.len());
        while bytes.get(from).is_some_and(|byte| byte & 0xc0 == 0x80) {
            from += 1;
        }
        let rest = bytes.get(from..).unwrap_or(&[]);
        let whole = match std::str::from_utf8(rest) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(rest.get(..error.valid_up_to()).unwrap_or(&[])).unwrap_or(""),
        };
        (whole.to_owned(), mark.offset + from as u64)
    }

    /// Line, column and offset of a byte of the text, and where its line starts.
    pub(super) fn position(&self, offset: u64) -> (Position, u64) {
        let mut mark = self.mark(offset);
        let (text, base) = self.text(mark.offset, offset);
        // A mark between the bytes of a character counts it as before.
        mark.offset = base;
        mark.pass(text.as_bytes(), 0);
        let mut column = mark.column;
        let mut bytes = offset.saturating_sub(mark.line_start);
        if mark.line_start == 0 && self.head.starts_with('\u{feff}') {
            column = column.saturating_sub(1);
            bytes = bytes.saturating_sub('\u{feff}'.len_utf8() as u64);
        }
        let position = Position {
            line: mark.breaks + 1,
            column: column + 1,
            column_utf8: bytes + 1,
            column_utf16: column + mark.pairs + 1,
            offset,
        };
        (position, mark.line_start)
    }
}

/// The text of a file in pieces, as UTF-8.
#[derive(Debug)]
pub(super) struct PieceStream<'s> {
    pieces: &'s Pieces,
    file: File,
    /// Bytes read from disk and not decoded yet.
    raw: Vec<u8>,
    ended: bool,
    /// Decoded bytes that nobody has fetched yet, and how many of them are gone.
    out: Vec<u8>,
    out_at: usize,
    /// The place behind everything that was decoded.
    at: Mark,
    /// Bytes since the last remembered place.
    left: u64,
}

impl PieceStream<'_> {
    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.out_at = 0;
        while self.out.is_empty() {
            let wanted = STRIDE.saturating_sub(self.raw.len()) as u64;
            if !self.ended && wanted > 0 {
                self.ended = (&mut self.file).take(wanted).read_to_end(&mut self.raw)? == 0;
            }
            if self.raw.is_empty() && self.ended {
                return Ok(());
            }
            let Block { consumed, bad } = self.at.decoder.decode(&self.raw, self.ended, &mut self.out);
            if let Some(bad) = bad {
                let _ = self.pieces.bad.set(self.at.offset + bad as u64);
            }
            if consumed == 0 && self.ended {
                self.raw.clear();
            }
            self.raw.drain(..consumed);
            self.at.pass(&self.out, consumed as u64);
            self.remember(self.out.len() as u64);
        }
        Ok(())
    }

    fn remember(&mut self, passed: u64) {
        self.left += passed;
        if self.left >= BETWEEN_MARKS {
            self.left = 0;
            if let Ok(mut marks) = self.pieces.marks.lock()
                && marks.last().is_none_or(|last| last.offset < self.at.offset)
            {
                marks.push(self.at);
            }
        }
    }

    /// Text that needs no decoding goes straight to the reader's buffer.
    fn pass_through(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let limit = buffer.len().min(STRIDE);
        let carried = self.raw.len();
        let Some((front, free)) = buffer.get_mut(..limit).and_then(|target| target.split_at_mut_checked(carried))
        else {
            return self.fetch(buffer);
        };
        front.copy_from_slice(&self.raw);
        let count = self.file.read(free)?;
        let read = buffer.get(..carried + count).unwrap_or(&[]);
        let valid = match self.at.decoder.charset() {
            _ if count == 0 => None,
            Charset::Utf8 => match simdutf8::compat::from_utf8(read) {
                Ok(_) => Some(read.len()),
                // The end of a block may lie within a character.
                Err(error) if error.error_len().is_none() => Some(error.valid_up_to()),
                Err(_) => None,
            },
            _ => read.is_ascii().then_some(read.len()),
        };
        let (ready, rest) = read.split_at_checked(valid.unwrap_or(0)).unwrap_or((&[], read));
        self.ended = count == 0;
        self.raw.clear();
        self.raw.extend_from_slice(rest);
        if ready.is_empty() {
            return self.fetch(buffer);
        }
        let passed = ready.len() as u64;
        self.at.pass(ready, passed);
        self.remember(passed);
        Ok(ready.len())
    }

    fn fetch(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.out_at >= self.out.len() {
            self.refill()?;
        }
        let ready = self.out.get(self.out_at..).unwrap_or(&[]);
        let count = ready.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), ready.get(..count)) {
            to.copy_from_slice(from);
        }
        self.out_at += count;
        Ok(count)
    }
}

impl Read for PieceStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let nothing_waits = self.raw.len() < 4 && self.out_at >= self.out.len() && !self.ended;
        if nothing_waits && buffer.len() >= 64 && self.at.decoder.charset().is_ascii_compatible() {
            return self.pass_through(buffer);
        }
        self.fetch(buffer)
    }
}
