//! An address as it stands in MAIL FROM or RCPT TO.

use std::sync::Arc;

use super::domain_name::is_ip;

/// Longer addresses are refused by this tool: RFC 5321 4.5.3.1 allows 64 characters before the `@` and 255 behind it.
const MAX_LENGTH: usize = 20_000;

/// An address in the dialogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress {
    /// What was written, with or without angle brackets.
    pub text: Arc<str>,
    /// What stands before the last `@`.
    pub local_part: Arc<str>,
    /// What stands behind it, if there is one.
    pub domain: Option<Arc<str>>,
    /// It was written with a display name, or something else that RFC 821 does not know.
    pub decorated: bool,
}

/// What is unusual about an address, so that no source says what a server does with it (semantics.md 5.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// There is no domain.
    NoDomain,
    /// The domain is an IP address in brackets.
    Literal,
    /// The domain is an IP address without brackets.
    BareAddress,
    /// `%` before the `@`: a Domino domain, or a way to relay.
    Percent,
    /// `!` before the `@`: a bang path.
    Bang,
    /// A source route, or an `@` before the last one.
    Route,
    /// A quoted local part.
    Quoted,
    /// The domain ends in a dot.
    TrailingDot,
}

impl MailAddress {
    /// Reads what somebody writes behind MAIL FROM or RCPT TO: `a@b`, `<a@b>`, `"Name" <a@b>`, `<>`.
    ///
    /// # Errors
    /// Why it is no address at all.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() > MAX_LENGTH {
            return Err(format!("an address of {} characters is longer than {MAX_LENGTH}", text.len()));
        }
        if let Some(odd) = text.chars().find(|letter| letter.is_control()) {
            return Err(format!("the address holds the control character U+{:04X}", u32::from(odd)));
        }
        let (inside, decorated) = match (text.rsplit_once('<'), text.ends_with('>')) {
            (Some((before, rest)), true) => (rest.trim_end_matches('>'), !before.trim().is_empty()),
            (None, false) => (text, false),
            _ => return Err(format!("`{text}` has one angle bracket and not the other")),
        };
        if inside.is_empty() && !text.starts_with('<') {
            return Err("the address is blank; the empty sender is written `<>`".to_owned());
        }
        let bare = inside.trim();
        let quoted = bare.starts_with('"');
        if !quoted && bare.contains(char::is_whitespace) {
            return Err(format!("`{bare}` contains a blank"));
        }
        let (local_part, domain) = match bare.rsplit_once('@') {
            Some((_, "")) => return Err(format!("`{bare}` has nothing behind the `@`")),
            Some((local_part, domain)) => (local_part, Some(Arc::from(domain.to_lowercase()))),
            None => (bare, None),
        };
        if local_part.is_empty() && domain.is_some() {
            return Err(format!("`{bare}` has nothing before the `@`"));
        }
        Ok(Self { text: Arc::from(bare), local_part: Arc::from(local_part), domain, decorated })
    }

    /// Whether it is the empty sender `<>` of notifications.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.text.is_empty()
    }

    /// What is unusual about the address.
    #[must_use]
    pub fn oddity(&self) -> Option<Oddity> {
        let Some(domain) = &self.domain else { return (!self.is_null()).then_some(Oddity::NoDomain) };
        if domain.starts_with('[') {
            return Some(Oddity::Literal);
        }
        if domain.ends_with('.') {
            return Some(Oddity::TrailingDot);
        }
        if self.local_part.starts_with('"') {
            return Some(Oddity::Quoted);
        }
        if self.local_part.contains('@') || self.local_part.contains(':') {
            return Some(Oddity::Route);
        }
        if self.local_part.contains('%') {
            return Some(Oddity::Percent);
        }
        if self.local_part.contains('!') {
            return Some(Oddity::Bang);
        }
        is_ip(domain).then_some(Oddity::BareAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_their_parts() {
        for (text, local_part, domain, oddity) in [
            ("a@b.example", "a", Some("b.example"), None),
            ("<a@B.example>", "a", Some("b.example"), None),
            ("a", "a", None, Some(Oddity::NoDomain)),
            ("a@[192.0.2.1]", "a", Some("[192.0.2.1]"), Some(Oddity::Literal)),
            ("a@192.0.2.1", "a", Some("192.0.2.1"), Some(Oddity::BareAddress)),
            ("a%ext.org@b.example", "a%ext.org", Some("b.example"), Some(Oddity::Percent)),
            ("x!a@b.example", "x!a", Some("b.example"), Some(Oddity::Bang)),
            ("@x,@y:a@b.example", "@x,@y:a", Some("b.example"), Some(Oddity::Route)),
            ("\"a b\"@b.example", "\"a b\"", Some("b.example"), Some(Oddity::Quoted)),
        ] {
            let address = MailAddress::parse(text).expect("an address");
            assert_eq!(
                (&*address.local_part, address.domain.as_deref(), address.oddity()),
                (local_part, domain, oddity)
            );
            assert!(!address.decorated);
        }
        assert!(MailAddress::parse("<>").expect("the empty sender").is_null());
        assert!(MailAddress::parse("\"Michelle\" <m@ie.example>").expect("an address").decorated);
    }

    #[test]
    fn what_is_no_address() {
        for text in ["", " ", "<a@b", "a@b>", "a@", "@b", "a b@c", "a\u{7}@b", &"a".repeat(30_000)] {
            assert!(MailAddress::parse(text).is_err(), "{text}");
        }
        assert!(MailAddress::parse(&format!("{}@b.example", "a".repeat(10_000))).is_ok());
    }
}
