//! A stream seen through its blocks: for the XML parser token by token, and beside it document by document.

use std::io::{self, BufRead, Read};

use memchr::{memchr2_iter, memmem};

use super::ahead::{Block, Blocks, HEADROOM};

/// A tag or text that is longer is refused, so that one of them cannot fill the memory.
pub(super) const MAX_TOKEN: usize = 16 << 20;

/// More bytes than the sign that a document ends or that a comment begins.
const LOOKAHEAD: usize = HEADROOM;

/// The stream and where it is.
#[derive(Debug)]
pub(super) struct Window<B> {
    blocks: B,
    block: Block,
    start: usize,
    offset: u64,
    ended: bool,
    /// What the current token may still take.
    left: usize,
}

/// What a text is inside of where tags are no tags: up to which sign.
const SPECIALS: [(&[u8], &[u8]); 3] = [(b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>")];

impl<B: Blocks> Window<B> {
    pub(super) fn new(blocks: B) -> Self {
        Self { blocks, block: Block::new(), start: 0, offset: 0, ended: false, left: MAX_TOKEN }
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
        self.block.get(self.start..).unwrap_or(&[])
    }

    fn advance(&mut self, count: usize) {
        self.start = (self.start + count).min(self.block.len());
        self.offset += count as u64;
    }

    /// Fetches more, so that at least `wanted` bytes are ready, no more than [`LOOKAHEAD`], unless the stream ends before.
    fn fetch(&mut self, wanted: usize) -> io::Result<()> {
        while self.block.len() - self.start < wanted && !self.ended {
            let mut rest = [0; HEADROOM];
            let (count, at) = (self.block.len() - self.start, self.start);
            if let (Some(rest), Some(ready)) = (rest.get_mut(..count), self.block.get(at..)) {
                rest.copy_from_slice(ready);
            }
            let used = std::mem::take(&mut self.block);
            self.start = 0;
            let Some(next) = self.blocks.next(used)? else {
                self.ended = true;
                self.block = rest.get(..count).unwrap_or(&[]).to_vec();
                return Ok(());
            };
            self.block = next;
            self.start = HEADROOM - count;
            if let (Some(front), Some(rest)) = (self.block.get_mut(self.start..HEADROOM), rest.get(..count)) {
                front.copy_from_slice(rest);
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

impl<B: Blocks> Read for Window<B> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl<B: Blocks> BufRead for Window<B> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.fetch(1)?;
        if self.left == 0 {
            return Err(io::Error::other(TooLong));
        }
        let ready = self.ready();
        Ok(ready.get(..self.left).unwrap_or(ready))
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
    /// Where those begin that are passed now.
    pub from: usize,
    /// How many are kept at most.
    limit: usize,
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
        self.go_on(limit);
    }

    /// Begins behind what has been kept.
    pub(super) fn go_on(&mut self, limit: usize) {
        self.from = self.bytes.len();
        self.limit = limit;
        self.overflowed = false;
    }

    fn add(&mut self, bytes: &[u8]) {
        let kept = self.bytes.len() - self.from;
        if bytes.len() <= self.limit - kept.min(self.limit) {
            self.bytes.extend_from_slice(bytes);
        } else {
            self.overflowed = true;
        }
    }

    /// Forgets what does not fit.
    pub(super) fn forget(&mut self) {
        self.bytes.truncate(self.from);
    }
}

#[cfg(test)]
mod tests {
    use super::super::ahead::AsWanted;
    use super::*;

    /// A few bytes at a time.
    struct Few<'a>(&'a [u8], usize);

    impl Blocks for Few<'_> {
        fn next(&mut self, _: Block) -> io::Result<Option<Block>> {
            let (now, later) = self.0.split_at(self.1.min(self.0.len()));
            self.0 = later;
            Ok((!now.is_empty()).then(|| [&[0; HEADROOM][..], now].concat()))
        }
    }

    fn passed(text: &str, drops: usize) -> (String, bool, u64) {
        let mut window = Window::new(Few(text.as_bytes(), drops));
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
        let mut window = Window::new(AsWanted::new(io::repeat(b'x')));
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
