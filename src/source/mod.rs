//! Files, bytes, encodings, lines and spans. Knows nothing of formats.

mod encoding;
mod lines;
mod problem;
mod secrets;
mod view;

use std::fs;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

pub use encoding::Encoding;
pub use lines::Position;
pub use problem::{Problem, Severity};
pub use secrets::{is_secret_key, secret_values};
pub use view::View;

use lines::LineIndex;

/// Larger files are refused: an export of this size is read in one piece.
const MAX_FILE_BYTES: u64 = 2 << 30;

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
    /// The decoded text, a byte-order mark included.
    text: Arc<str>,
    /// How the bytes were decoded.
    pub encoding: Encoding,
    lines: OnceLock<LineIndex>,
    marked: Mutex<Vec<Range<usize>>>,
    secrets: OnceLock<Vec<Range<usize>>>,
}

impl Source {
    /// The decoded text without a byte-order mark, ready for a parser.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        let skip = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        View::from_offset(self.id, &self.text, skip)
    }

    /// The whole decoded text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span of this file; empty if the span does not lie in it.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        let range = usize::try_from(span.start).unwrap_or(usize::MAX)..usize::try_from(span.end).unwrap_or(usize::MAX);
        if span.file == self.id { self.text.get(range).unwrap_or("") } else { "" }
    }

    /// Line, column and offset of a byte of this file.
    #[must_use]
    pub fn position(&self, offset: u64) -> Position {
        self.lines.get_or_init(|| LineIndex::new(&self.text)).position(&self.text, offset)
    }

    /// Marks a value that must never be printed. Readers call this for what they understand; the text is searched besides.
    pub fn mark_secret(&self, span: Span) {
        let range = usize::try_from(span.start).unwrap_or(usize::MAX)..usize::try_from(span.end).unwrap_or(usize::MAX);
        if let Ok(mut marked) = self.marked.lock() {
            marked.push(range);
        }
    }

    /// The byte ranges that must never be printed, in order and apart from each other.
    #[must_use]
    pub fn secrets(&self) -> &[Range<usize>] {
        self.secrets.get_or_init(|| {
            let mut all = secret_values(&self.text);
            if let Ok(marked) = self.marked.lock() {
                all.extend(marked.iter().cloned());
            }
            all.sort_by_key(|range| range.start);
            let mut apart: Vec<Range<usize>> = Vec::with_capacity(all.len());
            for range in all {
                match apart.last_mut() {
                    Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                    _ => apart.push(range),
                }
            }
            apart
        })
    }

    /// The offset at which the line of that byte starts.
    #[must_use]
    pub fn line_start(&self, offset: u64) -> u64 {
        self.lines.get_or_init(|| LineIndex::new(&self.text)).line_start(offset)
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
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let (text, encoding) = encoding::decode(bytes);
        self.files.push(Source {
            id,
            path: Arc::from(path),
            text: text.into(),
            encoding,
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
            text: Arc::clone(&source.text),
            encoding: source.encoding,
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

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
