//! What stands in a document before its items, read without the parser: the exporter writes it in one way. Whatever is
//! written in another way, the parser reads.

use std::ops::Range;

/// Elements are nested no deeper there.
const MAX_DEPTH: usize = 8;

/// What is told before the items.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The universal ID.
    pub unid: Option<u128>,
    /// There is something of the document's history.
    pub history: bool,
}

/// Reads a text of elements. `None`: it holds something else, or is not well-formed.
pub(super) fn head(text: &str) -> Option<Head> {
    let mut head = Head::default();
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    let mut open: Vec<&[u8]> = Vec::with_capacity(MAX_DEPTH);
    loop {
        // Between tags stands what needs no decoding.
        let start = scanner.at;
        let end = start + memchr::memchr(b'<', scanner.rest()).unwrap_or(scanner.rest().len());
        if memchr::memchr2(b'&', b'>', scanner.bytes.get(start..end)?).is_some() {
            return None;
        }
        scanner.at = end;
        if scanner.rest().is_empty() {
            return open.is_empty().then_some(head);
        }
        scanner.at += 1;
        if scanner.passes(b'/') {
            let name = scanner.word()?;
            scanner.blanks();
            if open.pop() != Some(name) || !scanner.passes(b'>') {
                return None;
            }
            continue;
        }
        let name = scanner.word()?;
        let mut unid = None;
        let empty = scanner.attributes(|attribute, value| {
            if attribute == b"unid" {
                unid = text.get(value);
            }
        })?;
        if open.is_empty() {
            match name {
                b"noteinfo" => head.unid = unid.and_then(|unid| u128::from_str_radix(unid.trim(), 16).ok()),
                b"updatedby" | b"revisions" => head.history = true,
                b"item" => return None,
                _ => {}
            }
        }
        if !empty {
            if open.len() == MAX_DEPTH {
                return None;
            }
            open.push(name);
        }
    }
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    fn passes(&mut self, byte: u8) -> bool {
        let found = self.rest().first() == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// Goes on behind blanks; whether there were any.
    fn blanks(&mut self) -> bool {
        let count = self.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
        self.at += count;
        count > 0
    }

    /// A name of letters and digits.
    fn word(&mut self) -> Option<&'t [u8]> {
        let rest = self.rest();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        self.at += length;
        rest.get(..length).filter(|word| word.first().is_some_and(u8::is_ascii_alphabetic))
    }

    /// The rest of a start tag: whether its element is empty.
    fn attributes(&mut self, mut found: impl FnMut(&[u8], Range<usize>)) -> Option<bool> {
        let mut known: Vec<&[u8]> = Vec::new();
        loop {
            let apart = self.blanks();
            if self.passes(b'>') {
                return Some(false);
            }
            if self.passes(b'/') {
                return self.passes(b'>').then_some(true);
            }
            let name = self.word()?;
            if !apart || known.contains(&name) || !self.passes(b'=') {
                return None;
            }
            known.push(name);
            let quote = *self.rest().first().filter(|byte| matches!(byte, b'\'' | b'"'))?;
            self.at += 1;
            let value = self.at..self.at + memchr::memchr(quote, self.rest())?;
            if memchr::memchr2(b'<', b'&', self.bytes.get(value.clone())?).is_some() {
                return None;
            }
            self.at = value.end + 1;
            found(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_exporter_writes() {
        let text = "\n<noteinfo noteid='8fa' unid='57360A417A5EC1F1002586D600299459' sequence='8'>\n<created><datetime\n dst='true'>2</datetime\n></created></noteinfo>\n<updatedby><name>CN=A</name></updatedby><x/>";
        let unid = Some(0x5736_0A41_7A5E_C1F1_0025_86D6_0029_9459);
        assert_eq!(head(text), Some(Head { unid, history: true }));
        assert_eq!(head(""), Some(Head::default()));
        assert_eq!(head("<a><noteinfo unid='1'/></a>"), Some(Head::default()));
    }

    #[test]
    fn anything_else_is_left_to_the_parser() {
        for text in [
            "<a>&amp;</a>",
            "<a>]]></a>",
            "<a></b>",
            "<a>",
            "</a>",
            "<a b='1' b='2'/>",
            "<a b='1'c='2'/>",
            "<a b='&lt;'/>",
            "<a b='<'/>",
            "<a b=1/>",
            "<a b/>",
            "<1/>",
            "<d:a/>",
            "<a / >",
            "<!-- -->",
            "<?a?>",
            "<a",
            "<item name='Form'/>",
        ] {
            assert_eq!(head(text), None, "{text}");
        }
    }
}
