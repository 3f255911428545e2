//! Internet addresses and host names as administrators write them into fields: what is wrong with one.

use super::domain_name::{domain_problem, is_ip};

/// Why a text cannot be the Internet address of a mailbox (RFC 5321 4.1.2, without quoted local parts, which no directory
/// needs); empty if it can.
#[must_use]
pub fn address_problem(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return "it is blank".to_owned();
    }
    if text.contains(['<', '>', '"']) {
        return "it holds a display name or angle brackets beside the address".to_owned();
    }
    if text.contains([',', ';']) {
        return "it holds several addresses in one text".to_owned();
    }
    if text.contains(char::is_whitespace) {
        return "it contains a blank".to_owned();
    }
    let Some((local, domain)) = text.rsplit_once('@') else {
        return "it has no `@`, so no domain".to_owned();
    };
    if local.contains('@') {
        return "it contains `@` twice".to_owned();
    }
    if local.is_empty() {
        return "nothing stands before the `@`".to_owned();
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return "dots in the part before the `@` stand at its beginning or end, or follow each other".to_owned();
    }
    if local.len() > 64 {
        return "the part before the `@` is longer than 64 characters".to_owned();
    }
    // An IP address instead of a domain is a mistake of its own.
    if is_ip(domain) {
        return String::new();
    }
    match domain_problem(domain) {
        problem if problem.is_empty() => problem,
        problem => format!("the domain `{domain}` is not valid: {problem}"),
    }
}

/// Why a text cannot be the relay host or smart host of a server: one host name or IP address (HCL Domino 12.0.0 help,
/// "Configuring Domino to send mail to a relay host or firewall"); empty if it can. Brackets around an address are accepted,
/// since no source settles whether they are needed.
#[must_use]
pub fn relay_host_problem(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || is_ip(text) {
        return String::new();
    }
    if text.contains("://") {
        return "it is a URL, not the name or address of a host".to_owned();
    }
    if text.contains('@') {
        return "it is an Internet address, not the name or address of a host".to_owned();
    }
    if text.contains([',', ';']) {
        return "it names several hosts".to_owned();
    }
    if text.contains(char::is_whitespace) {
        return "it contains a blank".to_owned();
    }
    if let Some((_, port)) = text.rsplit_once(':')
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return "it carries a port number; the port is set in the Server document, for all hosts".to_owned();
    }
    if text.contains(['*', '/']) {
        return "it is a pattern, not the name or address of one host".to_owned();
    }
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    if bare != text {
        return "what stands in square brackets is not an IP address".to_owned();
    }
    if bare.contains('.') && bare.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return "it is meant as an IP address, but is none".to_owned();
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_what_is_wrong_with_them() {
        for text in ["anna.berg@acme.example", "o'neil+x@mail.acme.example", "a@192.0.2.7", "a%b@acme.example"] {
            assert_eq!(address_problem(text), "", "{text}");
        }
        for (text, part) in [
            ("", "blank"),
            ("Anna Berg <anna@acme.example>", "display name"),
            ("a@acme.example; b@acme.example", "several"),
            ("anna berg@acme.example", "a blank"),
            ("anna", "no `@`"),
            ("anna@acme@example", "twice"),
            ("@acme.example", "before the `@`"),
            ("anna.@acme.example", "dots"),
            ("anna@acme.example.", "ends in a dot"),
            ("anna@acme", "no dot"),
            ("anna@", "blank"),
        ] {
            assert!(address_problem(text).contains(part), "{text}: {}", address_problem(text));
        }
        assert!(address_problem(&format!("{}@acme.example", "a".repeat(65))).contains("64"));
    }

    #[test]
    fn relay_hosts_and_what_is_wrong_with_them() {
        for text in ["", "smtp.provider.example", "gateway", "192.0.2.9", "[192.0.2.9]", "2001:db8::9"] {
            assert_eq!(relay_host_problem(text), "", "{text}");
        }
        for (text, part) in [
            ("smtp://relay.example", "URL"),
            ("relay.example:587", "port number"),
            ("192.0.2.9:25", "port number"),
            ("a.example, b.example", "several"),
            ("relay example", "a blank"),
            ("mail@relay.example", "Internet address"),
            ("*.relay.example", "pattern"),
            ("[relay.example]", "brackets"),
            ("192.0.2", "is none"),
            ("192.0.2.300", "is none"),
        ] {
            assert!(relay_host_problem(text).contains(part), "{text}: {}", relay_host_problem(text));
        }
    }
}
