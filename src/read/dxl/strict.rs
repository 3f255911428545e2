//! What the XML parser lets pass although it is not well-formed: names, attributes, references, characters.

use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, Event};

/// What is not well-formed about an event, in a few words.
pub(super) fn fault(event: &Event<'_>) -> Option<&'static str> {
    match event {
        Event::Start(tag) | Event::Empty(tag) => {
            if !is_name(tag.name().as_ref()) {
                return Some("this is no name of an element");
            }
            attributes(tag.attributes())
        }
        Event::End(tag) => {
            let name = tag.name();
            let rest = tag.get(name.as_ref().len()..).unwrap_or("");
            (!rest.trim_ascii().is_empty()).then_some("an end tag has nothing but a name")
        }
        Event::Text(text) => {
            let text: &str = text;
            if text.contains("]]>") {
                return Some("`]]>` ends a CDATA section, and there is none");
            }
            // Such characters in values are told where the value is read.
            None
        }
        Event::GeneralRef(reference) => (!is_reference(reference)).then_some("this is no reference"),
        Event::PI(instruction) => {
            let target = instruction.target();
            (!is_name(target) || target.eq_ignore_ascii_case("xml")).then_some("this is no instruction")
        }
        Event::Decl(declaration) => (!is_declaration(declaration)).then_some("this is no XML declaration"),
        _ => None,
    }
}

/// Whether a text has a character that XML cannot hold.
pub(super) fn has_control(text: &str) -> bool {
    let illegal = |character: char| {
        character < ' ' && !matches!(character, '\t' | '\n' | '\r') || matches!(character, '\u{fffe}' | '\u{ffff}')
    };
    text.contains(illegal)
}

/// `xml version='1.0' encoding='…' standalone='…'`, the last two if wanted, in this order.
fn is_declaration(text: &str) -> bool {
    let Some(mut rest) = text.strip_prefix("xml") else { return false };
    let mut names = ["version", "encoding", "standalone"].into_iter().peekable();
    let mut first = true;
    while !rest.trim().is_empty() {
        let inside = rest.trim_start();
        if inside.len() == rest.len() {
            return false;
        }
        let Some((name, value)) = inside.split_once('=') else { return false };
        let value = value.trim_start();
        let Some(quote) = value.chars().next().filter(|quote| matches!(quote, '\'' | '"')) else { return false };
        let Some((value, after)) = value.get(1..).and_then(|value| value.split_once(quote)) else { return false };
        let (name, fine) = (name.trim_end(), |known: fn(char) -> bool| !value.is_empty() && value.chars().all(known));
        let right = match name {
            "version" => {
                value.strip_prefix("1.").is_some_and(|minor| minor.chars().all(|digit| digit.is_ascii_digit()))
            }
            "encoding" => fine(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')),
            "standalone" => matches!(value, "yes" | "no"),
            _ => false,
        };
        if !right || (first && name != "version") || !names.by_ref().any(|known| known == name) {
            return false;
        }
        first = false;
        rest = after;
    }
    !first
}

fn attributes(attributes: Attributes<'_>) -> Option<&'static str> {
    for attribute in attributes {
        let Ok(attribute) = attribute else { return Some("the attributes are not written right") };
        if !is_name(attribute.key.as_ref()) {
            return Some("this is no name of an attribute");
        }
        if attribute.value.contains('<') {
            return Some("an attribute holds `<`");
        }
        for rest in attribute.value.split('&').skip(1) {
            let reference = rest.split_once(';').map(|(name, _)| name);
            if !reference.is_some_and(|name| is_reference(&BytesRef::new(name))) {
                return Some("an attribute holds `&` without a reference");
            }
        }
    }
    None
}

fn is_reference(reference: &BytesRef<'_>) -> bool {
    if reference.is_char_ref() {
        return super::item::legal(reference).is_some();
    }
    is_name(reference)
}

/// Whether a text is a name as XML 1.0 has it since its fifth edition.
fn is_name(text: &str) -> bool {
    if text.is_ascii() {
        let mut bytes = text.bytes();
        return bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':'))
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.'));
    }
    let starts = |character: char| {
        matches!(character,
            'A'..='Z' | 'a'..='z' | '_' | ':' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
            | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
            | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
            | '\u{10000}'..='\u{effff}')
    };
    let goes_on = |character: char| {
        starts(character)
            || matches!(character, '0'..='9' | '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
    };
    let mut characters = text.chars();
    characters.next().is_some_and(starts) && characters.all(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations() {
        for text in
            ["xml version='1.0'", "xml version=\"1.0\" encoding = 'UTF-8' ", "xml version='1.0' standalone='no'"]
        {
            assert!(is_declaration(text), "{text}");
        }
        for text in [
            "xml",
            "xml encoding='utf-8'",
            "xml version='1.0'encoding='utf-8'",
            "xml version='1.0' standalone='yes' encoding='utf-8'",
            "xml version='1.0' encoding='a b'",
            "xml version='2.0'",
            "xml version='1.0' a='b'",
            "xml version='1.0' version='1.0'",
        ] {
            assert!(!is_declaration(text), "{text}");
        }
    }

    #[test]
    fn names() {
        for name in ["a", "_a-1.b", "d:document", "größe", "a\u{b7}"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "-a", "a b", "a\u{d7}", "\u{b7}a", "a'"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
