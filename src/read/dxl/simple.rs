//! Values that need no decoding, read without the parser: a text or a list of texts as the exporter writes nearly all of
//! them. Whatever is written in another way, the parser reads.

use std::sync::Arc;

use super::Region;
use crate::read::{Content, Node};
use crate::source::Span;

/// The value of an item whose name ends at `at`, and where the item ends.
pub(super) fn item(region: Region<'_>, at: usize, secret: bool) -> Option<(Node, usize)> {
    if secret {
        return None;
    }
    let mut text = Text { region, at };
    ["", " names='true'", " summary='false'"].iter().find_map(|attributes| text.passes(attributes, ">"))?;
    text.blanks();
    let node = match text.value() {
        Some(node) => node,
        None => text.list()?,
    };
    text.blanks();
    text.end_tag("</item")?;
    Some((node, text.at))
}

/// A text and how far it has been read.
#[derive(Clone, Copy)]
struct Text<'r> {
    region: Region<'r>,
    at: usize,
}

impl<'r> Text<'r> {
    fn rest(&self) -> &'r str {
        self.region.text.get(self.at..).unwrap_or("")
    }

    /// Goes on behind two signs, if they stand here.
    fn passes(&mut self, one: &str, other: &str) -> Option<()> {
        self.rest().strip_prefix(one)?.strip_prefix(other)?;
        self.at += one.len() + other.len();
        Some(())
    }

    fn blanks(&mut self) {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\t' | b'\r');
        self.at += self.rest().as_bytes().iter().take_while(blank).count();
    }

    /// A tag without attributes; the exporter breaks lines before its end.
    fn tag(&mut self, start: &str, end: &str) -> Option<()> {
        let mut ahead = *self;
        ahead.passes(start, "")?;
        ahead.blanks();
        ahead.passes(end, "")?;
        *self = ahead;
        Some(())
    }

    fn end_tag(&mut self, start: &str) -> Option<()> {
        self.tag(start, ">")
    }

    fn span(&self, start: usize) -> Span {
        let offset = |at: usize| self.region.base + at as u64;
        Span { file: self.region.file, start: offset(start), end: offset(self.at) }
    }

    /// One text.
    fn value(&mut self) -> Option<Node> {
        let start = self.at;
        if self.tag("<text", "/>").is_some() {
            return Some(Node { span: self.span(start), content: Content::Text(Arc::from("")) });
        }
        let mut ahead = *self;
        ahead.tag("<text", ">")?;
        let start = ahead.at;
        let end = memchr::memchr(b'<', ahead.rest().as_bytes())?;
        let value = ahead.rest().get(..end)?;
        // References, line ends of another system, signs that XML cannot hold, the end of what has not begun.
        let plain = |byte: u8| byte >= b' ' && byte != b'&' || byte == b'\n' || byte == b'\t';
        if !value.bytes().all(plain) || value.contains("]]>") {
            return None;
        }
        ahead.at += end;
        let span = ahead.span(start);
        ahead.end_tag("</text")?;
        *self = ahead;
        Some(Node { span, content: Content::Text(Arc::from(value)) })
    }

    /// Several texts.
    fn list(&mut self) -> Option<Node> {
        self.tag("<textlist", ">")?;
        let mut elements: Vec<Node> = Vec::new();
        loop {
            self.blanks();
            match self.value() {
                Some(node) => elements.push(node),
                None => break,
            }
        }
        self.end_tag("</textlist")?;
        let span = elements.first()?.span.to(elements.last()?.span);
        Some(Node { span, content: Content::List(elements) })
    }
}
