//! From bytes to text.

use encoding_rs::{CoderResult, Encoding as Label, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How the bytes of a file became text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a byte-order mark.
    Utf8,
    /// UTF-8 with a byte-order mark.
    Utf8WithMark,
    /// UTF-16, recognised by its byte-order mark or its zero bytes; offsets refer to the UTF-8 text.
    Utf16 {
        /// Some of it is no text: half of a surrogate pair, or half of a unit.
        damaged: bool,
    },
    /// Not UTF-8: from the first bad byte on read as Windows-1252, which gives every byte a character.
    Windows1252 {
        /// Offset of the first character whose byte was not UTF-8.
        at: u64,
    },
    /// The encoding that an XML declaration at the beginning names; offsets refer to the UTF-8 text.
    Declared(&'static str),
}

/// Decodes a file. Never fails: bytes that are not UTF-8 are read as Windows-1252, and the encoding says so.
pub(super) fn decode(bytes: Vec<u8>) -> (String, Encoding) {
    if let Some(label) = utf16(&bytes) {
        let (text, _, damaged) = label.decode(&bytes);
        return (text.into_owned(), Encoding::Utf16 { damaged });
    }
    if let Some(label) = declared(&bytes) {
        return (label.decode_without_bom_handling(&bytes).0.into_owned(), Encoding::Declared(label.name()));
    }
    match String::from_utf8(bytes) {
        Ok(text) if text.starts_with('\u{feff}') => (text, Encoding::Utf8WithMark),
        Ok(text) => (text, Encoding::Utf8),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let (before, rest) = bytes.split_at(valid.min(bytes.len()));
            let mut text = String::from_utf8_lossy(before).into_owned();
            let at = text.len() as u64;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(rest).0);
            (text, Encoding::Windows1252 { at })
        }
    }
}

fn utf16(bytes: &[u8]) -> Option<&'static Label> {
    match bytes {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        // Text formats start with ASCII, so a zero beside the first byte means two bytes per character.
        [first, 0, _, 0, ..] if *first != 0 => Some(UTF_16LE),
        [0, first, 0, _, ..] if *first != 0 => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding that an XML declaration names, if it is another one than UTF-8 and can be right: the declaration itself
/// was read as ASCII, so the file is not UTF-16.
fn declared(bytes: &[u8]) -> Option<&'static Label> {
    let name = declared_name(bytes.get(..bytes.len().min(1024))?)?;
    Label::for_label(name).filter(|label| *label != UTF_8 && label.is_ascii_compatible())
}

fn declared_name(head: &[u8]) -> Option<&[u8]> {
    let rest = head.strip_prefix(b"<?xml")?;
    let end = memchr::memmem::find(rest, b"?>")?;
    let inside = rest.get(..end)?;
    let name = inside.get(memchr::memmem::find(inside, b"encoding")? + b"encoding".len()..)?;
    let name = name.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, name) = name.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
    name.get(..memchr::memchr(*quote, name)?)
}

/// An encoding that can be taken up in the middle of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    Utf8,
    Utf16(&'static Label),
    SingleByte(&'static Label),
}

impl Charset {
    /// The encoding of a file that begins like this; `None` for one that must be decoded from its beginning.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if let Some(label) = utf16(head) {
            return Some(Self::Utf16(label));
        }
        match declared(head) {
            Some(label) if label.is_single_byte() => Some(Self::SingleByte(label)),
            Some(_) => None,
            None => Some(Self::Utf8),
        }
    }

    /// The bytes of a byte-order mark that is no part of the text. UTF-8's stays, so that offsets are those on disk.
    pub(super) fn mark_length(self, head: &[u8]) -> usize {
        match self {
            Self::Utf16(_) if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) => 2,
            _ => 0,
        }
    }

    /// What is known of the file's encoding before all of it is read.
    pub(super) fn encoding(self, head: &str) -> Encoding {
        match self {
            Self::Utf8 if head.starts_with('\u{feff}') => Encoding::Utf8WithMark,
            Self::Utf8 => Encoding::Utf8,
            Self::Utf16(_) => Encoding::Utf16 { damaged: false },
            Self::SingleByte(label) => Encoding::Declared(label.name()),
        }
    }

    pub(super) fn is_ascii_compatible(self) -> bool {
        !matches!(self, Self::Utf16(_))
    }
}

/// Decodes a file block by block. Between two blocks it holds no bytes, so it can be taken up at any of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decoder {
    charset: Charset,
}

/// What became of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// Bytes that were decoded; the others begin a character that the next block ends.
    pub consumed: usize,
    /// Offset in the decoded text of the first byte that is not in the encoding.
    pub bad: Option<usize>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(Charset::Utf8)
    }
}

impl Decoder {
    pub(super) fn new(charset: Charset) -> Self {
        Self { charset }
    }

    pub(super) fn charset(self) -> Charset {
        self.charset
    }

    /// Decodes a block; `last` says that nothing follows.
    pub(super) fn decode(&mut self, raw: &[u8], last: bool, out: &mut Vec<u8>) -> Block {
        match self.charset {
            Charset::Utf8 => self.utf8(raw, last, out),
            Charset::Utf16(label) => utf16_block(label, raw, last, out),
            Charset::SingleByte(label) => {
                out.extend_from_slice(label.decode_without_bom_handling(raw).0.as_bytes());
                Block { consumed: raw.len(), bad: None }
            }
        }
    }

    /// From the first byte on that is not UTF-8, the file is read as Windows-1252.
    fn utf8(&mut self, raw: &[u8], last: bool, out: &mut Vec<u8>) -> Block {
        let (valid, open) = match std::str::from_utf8(raw) {
            Ok(_) => (raw.len(), false),
            Err(error) => (error.valid_up_to(), error.error_len().is_none() && !last),
        };
        let (before, rest) = raw.split_at_checked(valid).unwrap_or((raw, &[]));
        out.extend_from_slice(before);
        if rest.is_empty() || open {
            return Block { consumed: before.len(), bad: None };
        }
        let bad = Some(out.len());
        self.charset = Charset::SingleByte(WINDOWS_1252);
        out.extend_from_slice(WINDOWS_1252.decode_without_bom_handling(rest).0.as_bytes());
        Block { consumed: raw.len(), bad }
    }
}

fn utf16_block(label: &'static Label, raw: &[u8], last: bool, out: &mut Vec<u8>) -> Block {
    let mut consumed = raw.len();
    if !last {
        consumed -= consumed % 2;
        // Half of a surrogate pair waits for its other half.
        let high = match raw.get(consumed.saturating_sub(2)..consumed) {
            Some([low, high]) if label == UTF_16LE => u16::from_le_bytes([*low, *high]),
            Some([high, low]) => u16::from_be_bytes([*high, *low]),
            _ => 0,
        };
        if (0xd800..0xdc00).contains(&high) {
            consumed -= 2;
        }
    }
    let mut decoder = label.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(consumed * 2 + 16);
    let (result, _, damaged) = decoder.decode_to_string(raw.get(..consumed).unwrap_or(&[]), &mut text, last);
    debug_assert_eq!(result, CoderResult::InputEmpty);
    let bad = damaged.then(|| out.len() + text.find('\u{fffd}').unwrap_or(0));
    out.extend_from_slice(text.as_bytes());
    Block { consumed, bad }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_recognised_with_and_without_a_mark() {
        for bytes in [&b"\xff\xfe{\0}\0"[..], b"\xfe\xff\0{\0}", b"{\0}\0", b"\0{\0}"] {
            assert_eq!(decode(bytes.to_vec()), ("{}".to_owned(), Encoding::Utf16 { damaged: false }));
        }
    }

    #[test]
    fn half_a_character_is_noticed() {
        assert_eq!(decode(b"\xff\xfe{\0\x00\xd8}\0".to_vec()).1, Encoding::Utf16 { damaged: true });
    }

    #[test]
    fn the_first_byte_that_is_not_utf8_is_told() {
        let (text, encoding) = decode(b"A=caf\xe9".to_vec());
        assert_eq!(text, "A=café");
        assert_eq!(encoding, Encoding::Windows1252 { at: 5 });
    }

    #[test]
    fn an_xml_declaration_names_the_encoding() {
        let (text, encoding) = decode(b"<?xml version='1.0' encoding = \"ISO-8859-1\"?><a>\xc3\xa9</a>".to_vec());
        assert!(text.ends_with("<a>\u{c3}\u{a9}</a>"), "{text}");
        assert_eq!(encoding, Encoding::Declared("windows-1252"));
        // What is plainly readable as ASCII is not UTF-16, whatever it says.
        assert_eq!(decode(b"<?xml version='1.0' encoding='utf-16'?><a/>".to_vec()).1, Encoding::Utf8);
        assert_eq!(decode(b"<?xml version='1.0' encoding='no-such'?><a/>".to_vec()).1, Encoding::Utf8);
    }

    /// Whatever the size of the blocks, the text is that of the whole.
    #[test]
    fn blocks_give_the_same_text_as_the_whole() {
        let utf16: Vec<u8> = "a\u{1f600}é\u{20ac}z".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16 = [&[0xff, 0xfe][..], &utf16].concat();
        let texts: [&[u8]; 4] =
            [&utf16, "aé\u{20ac}\u{1f600}z".as_bytes(), b"ok \xe9 \xc3\xa9", b"<?xml encoding='windows-1250'?>\xb9"];
        for bytes in texts {
            let whole = decode(bytes.to_vec()).0;
            for size in 1..bytes.len() {
                let charset = Charset::of(bytes).expect("can be taken up");
                let mut decoder = Decoder::new(charset);
                let (mut raw, mut out) = (Vec::new(), Vec::new());
                let rest = bytes.get(charset.mark_length(bytes)..).expect("longer than its mark");
                let mut blocks = rest.chunks(size).peekable();
                while let Some(block) = blocks.next() {
                    raw.extend_from_slice(block);
                    let done = decoder.decode(&raw, blocks.peek().is_none(), &mut out);
                    raw.drain(..done.consumed);
                }
                assert_eq!(String::from_utf8(out).expect("UTF-8"), whole, "{size}");
            }
        }
    }
}
