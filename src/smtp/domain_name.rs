//! Internet domain names as administrators write them: what is wrong with one, and which are no names at all.

use std::net::IpAddr;

/// Whether a text is an IP address, with or without square brackets.
#[must_use]
pub fn is_ip(text: &str) -> bool {
    let text = text.trim();
    let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let inside = inside.strip_prefix("IPv6:").unwrap_or(inside);
    inside.parse::<IpAddr>().is_ok()
}

/// The domain of an address: what follows the last `@`, or the whole text.
#[must_use]
pub fn domain_of(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(_, domain)| domain).trim()
}

/// Why a text cannot be the name of an Internet domain (RFC 1035 2.3.1, RFC 1123 2.1); empty if it can.
#[must_use]
pub fn domain_problem(text: &str) -> String {
    if text.is_empty() {
        return "it is blank".to_owned();
    }
    if is_ip(text) {
        return "it is an IP address".to_owned();
    }
    if text.contains(char::is_whitespace) {
        return "it contains a blank".to_owned();
    }
    for (mark, what) in [
        ('@', "it contains `@`"),
        (',', "it holds several names in one text"),
        (';', "it holds several names in one text"),
        ('/', "it contains `/`"),
        (':', "it contains `:`"),
    ] {
        if text.contains(mark) {
            return what.to_owned();
        }
    }
    if !text.is_ascii() {
        return "it contains letters outside ASCII; write the `xn--` form".to_owned();
    }
    if text.ends_with('.') {
        return "it ends in a dot".to_owned();
    }
    if text.len() > 253 {
        return "it is longer than 253 characters".to_owned();
    }
    let mut last = "";
    for label in text.split('.') {
        last = label;
        if label.is_empty() {
            return "two dots follow each other, or it begins with one".to_owned();
        }
        if label.len() > 63 {
            return format!("the part `{}…` is longer than 63 characters", label.get(..16).unwrap_or(label));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return format!("the part `{label}` begins or ends with `-`");
        }
        if let Some(odd) = label.chars().find(|character| !character.is_ascii_alphanumeric() && *character != '-') {
            return format!("the part `{label}` contains `{odd}`");
        }
    }
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("its last part `{last}` is a number");
    }
    if !text.contains('.') {
        return "it has no dot".to_owned();
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_no_domains() {
        for text in ["160.69.33.237", "[160.69.33.237]", "2001:db8::1", "[IPv6:2001:db8::1]"] {
            assert!(is_ip(text), "{text}");
            assert_eq!(domain_problem(text), "it is an IP address");
        }
        assert!(!is_ip("160.69.33"));
        assert_eq!(domain_of("rav-dev@160.69.33.237"), "160.69.33.237");
        assert_eq!(domain_of("acme.example"), "acme.example");
    }

    #[test]
    fn each_mistake_is_named() {
        for (text, part) in [
            ("", "blank"),
            ("acme example", "a blank"),
            ("@acme.example", "`@`"),
            ("a.example,b.example", "several"),
            ("http://acme.example", "`/`"),
            ("acme.example.", "ends in a dot"),
            ("acme..example", "two dots"),
            ("-a.example", "begins or ends"),
            ("a_b.example", "contains `_`"),
            ("acme.123", "number"),
            ("acme", "no dot"),
            ("größe.example", "ASCII"),
        ] {
            assert!(domain_problem(text).contains(part), "{text}: {}", domain_problem(text));
        }
        assert_eq!(
            domain_problem(&format!("{}.example", "a".repeat(64))),
            "the part `aaaaaaaaaaaaaaaa…` is longer than 63 characters"
        );
        assert_eq!(domain_problem("mail.acme.example"), "");
        assert_eq!(domain_problem("xn--gre-6ka8i.example"), "");
    }
}
