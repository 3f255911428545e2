//! A few items of a document, without looking at the others: most of a large export is items of persons that nobody asks
//! for. It works on documents without comments, CDATA sections and instructions, so that a tag is a tag wherever it stands;
//! all others take the careful way. Of a well-formed document both give the same. Items that are passed over are not looked
//! into, so what is not well-formed in them is not noticed here.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use quick_xml::events::Event;

use super::Region;
use super::complaints::Complaints;
use super::document::{ALWAYS_READ, Body, Names, element, is_always_read, push};
use super::item::Events;
use super::{head, simple};
use crate::read::Want;
use crate::source::{Source, Span};

static ITEM: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"<item"));
static ITEM_END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"</item"));

/// What is told of a document beside its items. The exporter writes it before them.
static ABOUT: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| ["<noteinfo", "<updatedby", "<revisions"].map(Finder::new));

/// Reads the wanted items. `None`: the document must be read the careful way.
pub(super) fn read(
    region: Region<'_>,
    want: Want<'_>,
    names: &mut Names,
    source: &Source,
    complaints: &mut Complaints,
) -> Option<Body> {
    let mut found = Complaints::default();
    let body = items(region, want, names, source, &mut found)?;
    complaints.add_all(found);
    Some(body)
}

fn items(
    region: Region<'_>,
    want: Want<'_>,
    names: &mut Names,
    source: &Source,
    complaints: &mut Complaints,
) -> Option<Body> {
    let Want::Items(wanted) = want else { return None };
    let bytes = region.text.as_bytes();
    if memchr::memchr2_iter(b'!', b'?', bytes).any(|at| at.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'<')) {
        return None;
    }
    let sieve = wanted.iter().map(String::as_str).chain(ALWAYS_READ).fold(0, |all, name| all | hole(name.as_bytes()));
    let mut body = Body::default();
    let first = ITEM.find(bytes).unwrap_or(bytes.len());
    let behind = bytes.get(first..)?;
    if ABOUT.iter().any(|tag| tag.find(behind).is_some()) {
        return None;
    }
    match head::head(region.text.get(..first)?) {
        Some(head) => {
            body.origin.unid = head.unid;
            body.history = head.history;
        }
        // What stands before the items is short.
        None => piece(region, 0, first, want, &mut body, names, source, complaints)?,
    }
    let mut at = first;
    while at < bytes.len() {
        let rest = bytes.get(at..)?;
        let name = match named(rest) {
            Name::Other => {
                at += next(rest, 1);
                continue;
            }
            Name::Of(name) => name,
            Name::Odd => return None,
        };
        // Most names fall through at once.
        let name = if sieve & hole(name) == 0 { None } else { std::str::from_utf8(name).ok() };
        let Some(name) = name.filter(|name| want.item(name) || is_always_read(name)) else {
            at += next(rest, 1);
            continue;
        };
        let tag = tag_end(rest)?;
        if let Some((node, end)) = simple::item(region, at + NAME + name.len() + 1, names.is_secret(name)) {
            let start = region.base + (at + NAME) as u64;
            let span = Span { file: region.file, start, end: start + name.len() as u64 };
            push(name, span, node, &mut body, names, complaints);
            at = end;
        } else {
            let end = if rest.get(tag.checked_sub(2)?) == Some(&b'/') {
                tag
            } else {
                let close = tag + ITEM_END.find(rest.get(tag..)?)?;
                close + memchr::memchr(b'>', rest.get(close..)?)? + 1
            };
            piece(region, at, at + end, want, &mut body, names, source, complaints)?;
            at += end;
        }
        at += next(bytes.get(at..)?, 0);
    }
    Some(body)
}

/// Where the name begins in an item as the exporter writes it: `<item name='`.
const NAME: usize = 12;

/// One of 64 holes of a sieve, by the length of a name and its first letter.
fn hole(name: &[u8]) -> u64 {
    let first = name.first().map_or(0, |letter| usize::from(letter.to_ascii_lowercase()));
    1 << ((name.len() * 7 + first) % 64)
}

/// How far the next item is.
fn next(rest: &[u8], from: usize) -> usize {
    rest.get(from..).and_then(|rest| ITEM.find(rest)).map_or(rest.len(), |found| from + found)
}

/// What `<item` begins.
enum Name<'a> {
    /// An item of this name.
    Of(&'a [u8]),
    /// Another element.
    Other,
    /// An item that is written in another way than the exporter writes it.
    Odd,
}

fn named(rest: &[u8]) -> Name<'_> {
    match rest.get(5) {
        Some(byte) if byte.is_ascii_whitespace() => {}
        Some(b'>' | b'/') => return Name::Odd,
        _ => return Name::Other,
    }
    let value = rest.get(6..).and_then(|rest| rest.strip_prefix(b"name="));
    let Some((quote @ (b'\'' | b'"'), value)) = value.and_then(<[u8]>::split_first) else { return Name::Odd };
    let Some(end) = memchr::memchr(*quote, value) else { return Name::Odd };
    match value.get(..end) {
        // An entity in a name.
        Some(name) if !name.contains(&b'&') && !name.contains(&b'<') => Name::Of(name),
        _ => Name::Odd,
    }
}

/// The length of a tag, with its `>`, which may also stand in a quoted value.
fn tag_end(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + memchr::memchr3(b'>', b'\'', b'"', rest.get(at..)?)?;
        match rest.get(found)? {
            b'>' => return Some(found + 1),
            quote => at = found + 1 + memchr::memchr(*quote, rest.get(found + 1..)?)? + 1,
        }
    }
}

/// Reads a part of the document with the parser.
fn piece(
    region: Region<'_>,
    start: usize,
    end: usize,
    want: Want<'_>,
    body: &mut Body,
    names: &mut Names,
    source: &Source,
    complaints: &mut Complaints,
) -> Option<()> {
    let part = Region { text: region.text.get(start..end)?, base: region.base + start as u64, file: region.file };
    let mut events = Events::new(part);
    loop {
        let event = events.next().ok()?;
        match &event {
            Event::Start(tag) => element(&mut events, tag, false, want, body, names, source, complaints).ok()?,
            Event::Empty(tag) => element(&mut events, tag, true, want, body, names, source, complaints).ok()?,
            Event::Eof => return Some(()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_names() {
        assert_eq!(tag_end(b"<item name='a>b' x=\"'>\">c"), Some(24));
        assert_eq!(tag_end(b"<item name='a"), None);
        assert!(matches!(named(b"<item name='Full&amp;Name'>"), Name::Odd));
        assert!(matches!(named(b"<item\nname=\"FullName\">"), Name::Of(b"FullName")));
        assert!(matches!(named(b"<items name='a'>"), Name::Other));
        assert!(matches!(named(b"<item summary='true' name='a'>"), Name::Odd));
    }
}
