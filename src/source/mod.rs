//! Files, bytes, encodings, lines and spans. Knows nothing of formats.

mod encoding;
mod lines;
mod pieces;
mod problem;
mod secrets;
mod view;

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

pub use encoding::Encoding;
pub use lines::Position;
pub use problem::{Problem, Severity, shorten};
pub use secrets::{is_secret_key, secret_values};
pub use view::View;

use lines::LineIndex;
use pieces::{PieceStream, Pieces};

/// More than this is not held in memory.
const MAX_FILE_BYTES: u64 = 2 << 30;

/// Larger files stay on disk, and are read in pieces by the readers that can.
const LARGE_FILE_BYTES: u64 = 16 << 20;

/// How much of a file in pieces is looked at around a place.
const AROUND: u64 = 8 << 10;

/// The number of a file within one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A byte range of a file, in the UTF-8 text that the file decodes to.
///
/// For UTF-8 files, a byte-order mark included, offsets are those of the bytes on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u64,
    /// Offset after the last byte.
    pub end: u64,
}

impl Span {
    /// An empty range at an offset.
    #[must_use]
    pub fn at(file: FileId, offset: u64) -> Self {
        Self { file, start: offset, end: offset }
    }

    /// The smallest range that contains both; of another file: this one.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file == other.file {
            Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
        } else {
            self
        }
    }
}

/// One input file, decoded.
#[derive(Debug)]
pub struct Source {
    /// Its number.
    pub id: FileId,
    /// The path as given on the command line, with forward slashes.
    pub path: Arc<str>,
    /// How the bytes were decoded; of a file in pieces, what its beginning tells.
    pub encoding: Encoding,
    /// A large file stays on disk.
    pieces: Option<Arc<Pieces>>,
    /// The decoded text, a byte-order mark included; of a file in pieces once somebody wants it all.
    whole: OnceLock<Arc<String>>,
    size: u64,
    lines: OnceLock<LineIndex>,
    marked: Mutex<Vec<Range<usize>>>,
    secrets: OnceLock<Vec<Range<usize>>>,
}

/// A part of a file's text.
#[derive(Debug, Clone)]
pub struct Piece<'s> {
    /// The text.
    pub text: Cow<'s, str>,
    /// The offset at which it begins.
    pub base: u64,
}

impl Source {
    /// The decoded text without a byte-order mark, ready for a parser.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        let skip = if self.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        View::from_offset(self.id, self.text(), skip)
    }

    /// The whole decoded text. A large file is read into memory for this; it is empty if that fails.
    #[must_use]
    pub fn text(&self) -> &str {
        self.whole.get_or_init(|| {
            let mut text = String::new();
            if let (Some(pieces), true) = (&self.pieces, self.size <= MAX_FILE_BYTES) {
                let read = pieces.stream().and_then(|mut stream| stream.read_to_string(&mut text));
                if read.is_err() {
                    text.clear();
                }
            }
            Arc::new(text)
        })
    }

    /// The beginning of the text, enough to tell what it is; a small file's whole text.
    #[must_use]
    pub fn head(&self) -> &str {
        self.pieces.as_ref().map_or_else(|| self.text(), |pieces| pieces.head())
    }

    /// Whether the file stays on disk.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.pieces.is_some()
    }

    /// The size in bytes: on disk for a large file, of the text for others.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The whole text as a stream of UTF-8, a byte-order mark included. A large file is never in memory as a whole.
    ///
    /// # Errors
    /// The file cannot be opened again, or has changed.
    pub fn stream(&self) -> io::Result<Stream<'_>> {
        Ok(Stream(match &self.pieces {
            Some(pieces) => Flow::Pieces(Box::new(pieces.stream()?)),
            None => Flow::Whole(self.text().as_bytes()),
        }))
    }

    /// The offset of the first character whose byte is not in the file's encoding, as far as the file has been read.
    #[must_use]
    pub fn bad_byte(&self) -> Option<u64> {
        match (&self.pieces, self.encoding) {
            (Some(pieces), _) => pieces.bad(),
            (None, Encoding::Windows1252 { at }) => Some(at),
            (None, Encoding::Utf16 { damaged: true }) => self.text().find('\u{fffd}').map(|at| at as u64),
            _ => None,
        }
    }

    /// The text around a span: all of a small file, a few thousand bytes to either side in a large one.
    #[must_use]
    pub fn around(&self, span: Span) -> Piece<'_> {
        match &self.pieces {
            None => Piece { text: Cow::Borrowed(self.text()), base: 0 },
            Some(pieces) => {
                let end = span.end.clamp(span.start, span.start + AROUND) + AROUND;
                let (text, base) = pieces.text(span.start.saturating_sub(AROUND), end);
                Piece { text: Cow::Owned(text), base }
            }
        }
    }

    /// The text of a span of this file; empty if the span does not lie in it.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let range = usize::try_from(span.start).unwrap_or(usize::MAX)..usize::try_from(span.end).unwrap_or(usize::MAX);
        if span.file == self.id { self.text().get(range).unwrap_or("") } else { "" }
    }

    /// Line, column and offset of a byte of this file.
    #[must_use]
    pub fn position(&self, offset: u64) -> Position {
        match &self.pieces {
            Some(pieces) => pieces.position(offset).0,
            None => self.lines().position(self.text(), offset),
        }
    }

    /// The offset at which the line of that byte starts.
    #[must_use]
    pub fn line_start(&self, offset: u64) -> u64 {
        match &self.pieces {
            Some(pieces) => pieces.position(offset).1,
            None => self.lines().line_start(offset),
        }
    }

    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(self.text()))
    }

    /// Marks a value that must never be printed. Readers call this for what they understand; the text is searched besides.
    pub fn mark_secret(&self, span: Span) {
        let range = usize::try_from(span.start).unwrap_or(usize::MAX)..usize::try_from(span.end).unwrap_or(usize::MAX);
        if let Ok(mut marked) = self.marked.lock() {
            marked.push(range);
        }
    }

    /// The byte ranges in a part of the text that must never be printed, counted from where the part begins, in order and
    /// apart from each other.
    #[must_use]
    pub fn secrets(&self, piece: &Piece<'_>) -> Cow<'_, [Range<usize>]> {
        let find = || {
            let mut all = secret_values(&piece.text);
            let base = usize::try_from(piece.base).unwrap_or(usize::MAX);
            if let Ok(marked) = self.marked.lock() {
                let end = base.saturating_add(piece.text.len());
                let inside = marked.iter().filter(|range| range.end > base && range.start < end);
                all.extend(inside.map(|range| range.start.saturating_sub(base)..range.end - base));
            }
            apart(all)
        };
        match self.pieces {
            None => Cow::Borrowed(self.secrets.get_or_init(find)),
            Some(_) => Cow::Owned(find()),
        }
    }
}

/// Ranges in order, those that touch put together.
fn apart(mut all: Vec<Range<usize>>) -> Vec<Range<usize>> {
    all.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(all.len());
    for range in all {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

/// The text of a file as a stream of UTF-8.
#[derive(Debug)]
pub struct Stream<'s>(Flow<'s>);

#[derive(Debug)]
enum Flow<'s> {
    Whole(&'s [u8]),
    Pieces(Box<PieceStream<'s>>),
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Flow::Whole(text) => text.read(buffer),
            Flow::Pieces(stream) => stream.read(buffer),
        }
    }
}

/// All files of one run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Reads and decodes a file.
    ///
    /// # Errors
    /// A problem that says why the file cannot be read: it is missing, a folder, not readable, or too large.
    pub fn load(&mut self, path: &Path) -> Result<FileId, Problem> {
        let shown = display_path(path);
        let failed = |what: &str| {
            Problem::new("input-unreadable", Severity::Error, format!("cannot read `{shown}`: {what}")).in_file(&shown)
        };
        let metadata = fs::metadata(path).map_err(|error| failed(&reason(&error)))?;
        if metadata.is_dir() {
            return Err(failed("it is a folder"));
        }
        if metadata.is_file() && metadata.len() > LARGE_FILE_BYTES {
            let opened = Pieces::open(path, &metadata).map_err(|error| failed(&reason(&error)))?;
            if let Some(pieces) = opened {
                return Ok(self.push(&shown, pieces.charset().encoding(pieces.head()), metadata.len(), Ok(pieces)));
            }
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(failed("it is larger than 2 GiB").help("split the export, or export fewer documents"));
        }
        // A pipe has no length to trust, and a file may grow.
        let file = fs::File::open(path).map_err(|error| failed(&reason(&error)))?;
        self.load_from(&shown, file)
    }

    /// Reads and decodes what a reader yields, under a name for people.
    ///
    /// # Errors
    /// A problem if the reader fails or yields too much.
    pub fn load_from(&mut self, name: &str, reader: impl Read) -> Result<FileId, Problem> {
        let mut bytes = Vec::new();
        let failed = |what: &str| {
            Problem::new("input-unreadable", Severity::Error, format!("cannot read `{name}`: {what}")).in_file(name)
        };
        reader.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| failed(&reason(&error)))?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(failed("it is larger than 2 GiB").help("split the export, or export fewer documents"));
        }
        Ok(self.add(name, bytes))
    }

    /// Adds a file whose bytes are at hand.
    pub fn add(&mut self, path: &str, bytes: Vec<u8>) -> FileId {
        let (text, encoding) = encoding::decode(bytes);
        self.push(path, encoding, text.len() as u64, Err(text))
    }

    fn push(&mut self, path: &str, encoding: Encoding, size: u64, content: Result<Pieces, String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let whole = OnceLock::new();
        let pieces = match content {
            Ok(pieces) => Some(Arc::new(pieces)),
            Err(text) => {
                let _ = whole.set(Arc::new(text));
                None
            }
        };
        self.files.push(Source {
            id,
            path: Arc::from(path),
            encoding,
            pieces,
            whole,
            size,
            lines: OnceLock::new(),
            marked: Mutex::default(),
            secrets: OnceLock::new(),
        });
        id
    }

    /// The same files once more, to read further ones beside them: their numbers, and so the spans in them, stay right.
    #[must_use]
    pub fn fork(&self) -> Self {
        let copy = |source: &Source| Source {
            id: source.id,
            path: Arc::clone(&source.path),
            encoding: source.encoding,
            pieces: source.pieces.clone(),
            whole: source.whole.clone(),
            size: source.size,
            lines: OnceLock::new(),
            marked: Mutex::default(),
            secrets: OnceLock::new(),
        };
        Self { files: self.files.iter().map(copy).collect() }
    }

    /// The file of that number.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// All files, in the order they were added.
    #[must_use]
    pub fn files(&self) -> &[Source] {
        &self.files
    }

    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |source| source.slice(span))
    }
}

/// A path as shown to people and written to reports.
#[must_use]
pub fn display_path(path: &Path) -> String {
    let text = path.to_string_lossy().into_owned();
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
