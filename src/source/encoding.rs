//! From bytes to text.

use encoding_rs::{Encoding as Charset, UTF_16BE, UTF_16LE, WINDOWS_1252};

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
}

/// Decodes a file. Never fails: bytes that are not UTF-8 are read as Windows-1252, and the encoding says so.
pub(super) fn decode(bytes: Vec<u8>) -> (String, Encoding) {
    if let Some(charset) = utf16(&bytes) {
        let (text, _, damaged) = charset.decode(&bytes);
        return (text.into_owned(), Encoding::Utf16 { damaged });
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

fn utf16(bytes: &[u8]) -> Option<&'static Charset> {
    match bytes {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        // Text formats start with ASCII, so a zero beside the first byte means two bytes per character.
        [first, 0, _, 0, ..] if *first != 0 => Some(UTF_16LE),
        [0, first, 0, _, ..] if *first != 0 => Some(UTF_16BE),
        _ => None,
    }
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
}
