//! A stream seen through a buffer: for the XML parser token by token, and beside it document by document.

use std::io::{self, BufRead, Read};

use memchr::{memchr2_iter, memmem};

/// Bytes fetched at once.
const CHUNK: usize = 1 << 20;

/// A tag or text that is longer is refused, so that one of them cannot fill the memory.
pub(super) const MAX_TOKEN: usize = 16 << 20;

/// More bytes than the sign that a document ends or that a comment begins.
const LOOKAHEAD: usize = 256;

/// The stream and where it is.
#[derive(Debug)]
pub(super) struct Window<R> {
    inner: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    ended: bool,
    /// What the current token may still take.
    left: usize,
}

/// What a text is inside of where tags are no tags: up to which sign.
const SPECIALS: [(&[u8], &[u8]); 3] = [(b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>")];

impl<R: Read> Window<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, buffer: vec![0; CHUNK], start: 0, end: 0, offset: 0, ended: false, left: MAX_TOKEN }
    }

    /// The offset of the next byte.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// A new token begins.
    pub(super) fn begin_token(&mut self) {
        self.left = MAX_TOKEN;
    }

    fn ready(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or(&[])
    }

    fn advance(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
        self.offset += count as u64;
    }

    /// Fetches more, so that at least `wanted` bytes are ready, unless the stream ends before.
    fn fetch(&mut self, wanted: usize) -> io::Result<()> {
        while self.end - self.start < wanted && !self.ended {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            match self.inner.read(self.buffer.get_mut(self.end..).unwrap_or(&mut [])) {
                Ok(0) => self.ended = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Passes everything before the end tag that `end` (`</document`) begins, and keeps it if there is a place for it.
    /// What stands in comments and the like is no end tag. `false` if the stream ends before.
    pub(super) fn pass(&mut self, end: &memmem::Finder<'_>, kept: &mut Kept) -> io::Result<bool> {
        let mut until: Option<&[u8]> = None;
        loop {
            self.fetch(LOOKAHEAD)?;
            let data = self.ready();
            if data.is_empty() {
                return Ok(false);
            }
            // What may be the beginning of a sign stays for the next round.
            let safe = if self.ended { data.len() } else { data.len().saturating_sub(LOOKAHEAD / 2) };
            let (step, found) = if let Some(close) = until {
                match memmem::find(data, close) {
                    Some(at) => {
                        until = None;
                        (at + close.len(), false)
                    }
                    None => (safe, false),
                }
            } else {
                let stop = find_end(data, end).filter(|at| self.ended || *at < safe);
                let before = data.get(..stop.unwrap_or(safe)).unwrap_or(data);
                match special(data, before.len()) {
                    Some((at, open, close)) => {
                        until = Some(close);
                        (at + open, false)
                    }
                    None => (stop.unwrap_or(safe), stop.is_some()),
                }
            };
            kept.add(data.get(..step).unwrap_or(&[]));
            self.advance(step);
            if found {
                return Ok(true);
            }
        }
    }
}

/// Where the end tag begins.
fn find_end(data: &[u8], end: &memmem::Finder<'_>) -> Option<usize> {
    let after = |at: usize| data.get(at + end.needle().len());
    end.find_iter(data).find(|at| after(*at).is_none_or(|byte| *byte == b'>' || byte.is_ascii_whitespace()))
}

/// The first comment, CDATA section or instruction that begins before `before`: where, the length of its opening, its
/// closing.
fn special(data: &[u8], before: usize) -> Option<(usize, usize, &'static [u8])> {
    // Their second byte is rarer than `<`.
    memchr2_iter(b'!', b'?', data.get(1..=before.min(data.len().saturating_sub(1))).unwrap_or(&[])).find_map(|at| {
        let rest = data.get(at..).unwrap_or(&[]);
        SPECIALS
            .iter()
            .find(|(open, _)| rest.starts_with(open) && at < before)
            .map(|(open, close)| (at, open.len(), *close))
    })
}

impl<R: Read> Read for Window<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Window<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.fetch(1)?;
        if self.left == 0 {
            return Err(io::Error::other(TooLong));
        }
        let end = self.end.min(self.start + self.left);
        Ok(self.buffer.get(self.start..end).unwrap_or(&[]))
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
        self.advance(count);
    }
}

/// A token is longer than [`MAX_TOKEN`].
#[derive(Debug)]
pub(super) struct TooLong;

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a tag or a text has more than {} MiB", MAX_TOKEN >> 20)
    }
}

impl std::error::Error for TooLong {}

/// What is kept of what is passed.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How many are kept at most.
    pub limit: usize,
    /// There were more.
    pub overflowed: bool,
}

impl Kept {
    /// Begins anew.
    pub(super) fn begin(&mut self, limit: usize) {
        self.bytes.clear();
        // One huge document must not hold its memory to the end.
        if self.bytes.capacity() > 4 << 20 {
            self.bytes = Vec::new();
        }
        self.limit = limit;
        self.overflowed = false;
    }

    fn add(&mut self, bytes: &[u8]) {
        if bytes.len() <= self.limit - self.bytes.len().min(self.limit) {
            self.bytes.extend_from_slice(bytes);
        } else {
            self.overflowed = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that yields a few bytes at a time.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    fn passed(text: &str, drops: usize) -> (String, bool, u64) {
        let mut window = Window::new(Drops(text.as_bytes(), drops));
        let mut kept = Kept::default();
        kept.begin(1 << 20);
        let found = window.pass(&memmem::Finder::new("</document"), &mut kept).expect("no error");
        (String::from_utf8(kept.bytes).expect("UTF-8"), found, window.offset())
    }

    #[test]
    fn a_document_ends_at_its_tag_and_not_at_what_looks_like_it() {
        for content in [
            "plain",
            "<a>1</a>",
            "<!-- </document> -->x",
            "<![CDATA[</document>]]>x",
            "<?x </document> ?>x",
            "</documents>x",
            "<!----></a>",
            "<!-- a ]]> <!-- </document>--> b ! ? <b!",
            "",
        ] {
            let filler = "y".repeat(700);
            for text in [content.to_owned(), format!("{filler}{content}"), format!("{content}{filler}")] {
                for drops in [1, 2, 7, 300, 100_000] {
                    let (kept, found, offset) = passed(&format!("{text}</document\n>rest"), drops);
                    assert_eq!((kept.as_str(), found), (text.as_str(), true), "{drops}");
                    assert_eq!(offset, text.len() as u64);
                }
            }
        }
    }

    #[test]
    fn what_does_not_end_is_kept_whole() {
        assert_eq!(passed("abc <!-- </document>", 3).0, "abc <!-- </document>");
        assert!(!passed("abc </documen", 1).1);
    }

    #[test]
    fn a_token_has_its_limit() {
        let mut window = Window::new(io::repeat(b'x'));
        let mut taken = 0;
        let error = loop {
            match window.fill_buf() {
                Ok(bytes) => {
                    let count = bytes.len();
                    taken += count;
                    window.consume(count);
                }
                Err(error) => break error,
            }
        };
        assert_eq!(taken, MAX_TOKEN);
        assert!(error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<TooLong>));
    }
}
