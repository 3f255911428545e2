//! Numbers and texts in few bytes, for what there is very much of.

/// Writes at the end of some bytes.
pub(crate) trait Pack {
    /// Seven bits to a byte, so that small numbers take one.
    fn number(&mut self, number: u64);
    /// A number that may be negative; small ones of both signs take one byte.
    fn difference(&mut self, number: i64);
    /// A text with its length.
    fn text(&mut self, text: &str);
}

impl Pack for Vec<u8> {
    fn number(&mut self, number: u64) {
        let mut rest = number;
        while rest >= 0x80 {
            self.push(rest.to_le_bytes().first().copied().unwrap_or(0) | 0x80);
            rest >>= 7;
        }
        self.push(rest.to_le_bytes().first().copied().unwrap_or(0));
    }

    fn difference(&mut self, number: i64) {
        self.number((number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.extend_from_slice(text.as_bytes());
    }
}

/// Reads what was written, in the same order. `None`: the bytes end before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unpack<'p> {
    rest: &'p [u8],
}

impl<'p> Unpack<'p> {
    pub(crate) fn new(bytes: &'p [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*bytes)
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn index(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    pub(crate) fn difference(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    pub(crate) fn text(&mut self) -> Option<&'p str> {
        let length = self.index()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }

    pub(crate) fn skip_text(&mut self) -> Option<()> {
        let length = self.index()?;
        self.rest = self.rest.get(length..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut bytes = Vec::new();
        let numbers = [0, 1, 127, 128, 300, 1 << 40, u64::MAX];
        let differences = [0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN];
        for number in numbers {
            bytes.number(number);
        }
        for number in differences {
            bytes.difference(number);
        }
        bytes.text("");
        bytes.text("Björn");
        let mut unpack = Unpack::new(&bytes);
        assert_eq!(numbers.map(|_| unpack.number()), numbers.map(Some));
        assert_eq!(differences.map(|_| unpack.difference()), differences.map(Some));
        assert_eq!([unpack.text(), unpack.text(), unpack.text()], [Some(""), Some("Björn"), None]);
        let mut small = Vec::new();
        small.difference(-64);
        assert_eq!(small.len(), 1);
    }
}
