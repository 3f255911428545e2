//! One entry of a host list (semantics.md 3.3): `[192.0.2.1]`, `[192.0.2.*]`, `[192.0.2.1-9]`, `[192.0.2.0/24]`,
//! `.acme.example`, `*`, a group.

use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostEntry {
    /// `*`: every host.
    All,
    /// One address in brackets.
    Address(IpAddr),
    /// IPv4 octets in brackets, each a number, a range or `*`.
    Octets([Octet; 4]),
    /// An address and the length of a prefix, in brackets.
    Prefix(IpNet),
    /// A host name, matched as the end of the peer's name.
    Name(String),
    /// The name of a group.
    Group(String),
    /// An address, range or prefix without the brackets it needs; it matches nothing.
    Bare(String),
    /// An entry that cannot match; why, and how to write it.
    Invalid(String),
}

/// The numbers an octet of an address may have, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Octet {
    /// The smallest.
    pub low: u8,
    /// The largest.
    pub high: u8,
}

impl HostEntry {
    /// Reads an entry. Every text is some entry, if only an invalid one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text == "*" {
            return Self::All;
        }
        if text.is_empty() {
            return Self::Invalid("the entry is blank".to_owned());
        }
        if let Some(rest) = text.strip_prefix('[') {
            return match rest.strip_suffix(']') {
                Some(inside) => Self::bracketed(inside.trim()),
                None => Self::Invalid("the closing bracket `]` is missing".to_owned()),
            };
        }
        if text.ends_with(']') {
            return Self::Invalid("the opening bracket `[` is missing".to_owned());
        }
        if looks_like_address(text) {
            return match Self::bracketed(text) {
                Self::Invalid(why) => Self::Invalid(format!("it is no IP address in square brackets, and {why}")),
                _ => Self::Bare(text.to_owned()),
            };
        }
        if text.contains('.') { Self::Name(text.to_owned()) } else { Self::Group(text.to_owned()) }
    }

    fn bracketed(inside: &str) -> Self {
        if inside.is_empty() {
            return Self::Invalid("there is no address between the brackets".to_owned());
        }
        if inside == "*" {
            return Self::Octets([Octet::ANY; 4]);
        }
        if let Some((address, length)) = inside.split_once('/') {
            return prefix(address.trim(), length.trim());
        }
        if inside.contains(':') {
            return match inside.parse() {
                Ok(address) => Self::Address(IpAddr::V6(address)),
                Err(_) if inside.split_once(':').is_some_and(|(host, _)| octets(host).is_ok()) => {
                    Self::Invalid("an entry has no port, only an address".to_owned())
                }
                Err(_) => Self::Invalid(format!("`{inside}` is not an IPv6 address")),
            };
        }
        match octets(inside) {
            Ok(octets) => match octets.map(|octet| (octet.low == octet.high).then_some(octet.low)) {
                [Some(a), Some(b), Some(c), Some(d)] => Self::Address(IpAddr::V4(Ipv4Addr::new(a, b, c, d))),
                _ => Self::Octets(octets),
            },
            Err(why) => Self::Invalid(why),
        }
    }

    /// The word for the entry in rules.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Address(_) => "address",
            Self::Octets(_) => "range",
            Self::Prefix(_) => "prefix",
            Self::Name(_) => "name",
            Self::Group(_) => "group",
            Self::Bare(_) => "bare_address",
            Self::Invalid(_) => "invalid",
        }
    }

    /// What is wrong with the entry and how to write it; empty if nothing is.
    #[must_use]
    pub fn problem(&self) -> String {
        match self {
            Self::Bare(text) => format!("an IP address must stand in square brackets: `[{text}]`"),
            Self::Invalid(why) => why.clone(),
            _ => String::new(),
        }
    }

    /// Whether every host matches, whatever its address and name.
    #[must_use]
    pub fn covers_everything(&self) -> bool {
        match self {
            Self::All => true,
            Self::Octets(octets) => octets.iter().all(|octet| *octet == Octet::ANY),
            Self::Prefix(prefix) => prefix.prefix_len() == 0,
            _ => false,
        }
    }
}

impl Octet {
    /// `*`.
    pub const ANY: Self = Self { low: 0, high: 255 };
}

fn prefix(address: &str, length: &str) -> HostEntry {
    if address.contains(':') {
        return match IpNet::from_str(&format!("{address}/{length}")) {
            Ok(prefix) => HostEntry::Prefix(prefix),
            Err(_) => HostEntry::Invalid(format!("`{address}/{length}` is not an IPv6 prefix")),
        };
    }
    if address.contains(['*', '-']) {
        let mix = if address.contains('*') { "a wildcard" } else { "a range" };
        return HostEntry::Invalid(format!(
            "{mix} and a prefix length cannot be combined; write either `[192.0.2.*]` or `[192.0.2.0/24]`"
        ));
    }
    let Ok(length) = length.parse::<u8>() else {
        return HostEntry::Invalid(format!("`/{length}` is not a prefix length"));
    };
    if length > 32 {
        return HostEntry::Invalid(format!("the prefix length /{length} is larger than 32"));
    }
    match octets(address) {
        Ok([a, b, c, d]) => match Ipv4Net::new(Ipv4Addr::new(a.low, b.low, c.low, d.low), length) {
            Ok(prefix) => HostEntry::Prefix(IpNet::V4(prefix)),
            Err(_) => HostEntry::Invalid(format!("the prefix length /{length} is larger than 32")),
        },
        Err(why) => HostEntry::Invalid(why),
    }
}

fn octets(text: &str) -> Result<[Octet; 4], String> {
    let parts = text.split('.').map(octet).collect::<Result<Vec<_>, _>>()?;
    <[Octet; 4]>::try_from(parts)
        .map_err(|parts| format!("an IPv4 address has four numbers, `{text}` has {}", parts.len()))
}

fn octet(text: &str) -> Result<Octet, String> {
    let text = text.trim();
    if text == "*" {
        return Ok(Octet::ANY);
    }
    let number = |text: &str| -> Result<u8, String> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("`{text}` is not a number from 0 to 255, a range such as `1-9`, or `*`"));
        }
        text.parse().map_err(|_| format!("{text} is larger than 255"))
    };
    match text.split_once('-') {
        Some((low, high)) => {
            let (low, high) = (number(low.trim())?, number(high.trim())?);
            if low > high { Err(format!("the range {low}-{high} runs backwards")) } else { Ok(Octet { low, high }) }
        }
        None => number(text).map(|value| Octet { low: value, high: value }),
    }
}

/// Whether somebody meant an address: an IPv6 address, or nothing but digits and what addresses, ranges and prefixes are
/// made of. No host name is: its last part is not a number (RFC 1123 2.1).
fn looks_like_address(text: &str) -> bool {
    let address = text.split('/').next().unwrap_or(text);
    address.parse::<IpAddr>().is_ok()
        || (text.contains('.')
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'*' | b'-' | b'/' | b':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_and_what_they_are() {
        for (text, kind) in [
            ("*", "all"),
            ("[192.168.10.17]", "address"),
            ("[1.2.3.*]", "range"),
            ("[1.2.3.1-3]", "range"),
            ("[192.168.1-10.*]", "range"),
            ("[1.2.3.0/27]", "prefix"),
            ("[2001:db8::1]", "address"),
            ("[2001:db8::/32]", "prefix"),
            ("abc.com", "name"),
            (".brandlehner.at", "name"),
            ("PartnerHosts", "group"),
            ("10.20.0.5", "bare_address"),
            ("10.20.0.*", "bare_address"),
            ("10.0.0.0/8", "bare_address"),
            ("2001:db8::1", "bare_address"),
            ("[192.168.*.0/24]", "invalid"),
            ("[192.168.1-10.0/8]", "invalid"),
            ("[]", "invalid"),
            ("[1.2.3.4/33]", "invalid"),
            ("[256.1.1.1]", "invalid"),
            ("[1.2.3]", "invalid"),
            ("[1.2.3.9-1]", "invalid"),
            ("[1.2.3.4", "invalid"),
            ("1.2.3.4]", "invalid"),
            ("[host.example]", "invalid"),
            ("192.168.*.0/24", "invalid"),
            ("10.0.0.300", "invalid"),
            ("192.168.*", "invalid"),
            ("10.0.0.1:25", "invalid"),
            ("10.0.0.1-10.0.0.9", "invalid"),
            ("4you.example", "name"),
            ("", "invalid"),
        ] {
            assert_eq!(HostEntry::parse(text).kind(), kind, "{text}");
            let entry = HostEntry::parse(text);
            assert_eq!(entry.problem().is_empty(), !matches!(kind, "bare_address" | "invalid"), "{text}");
        }
    }

    #[test]
    fn what_covers_everything() {
        for text in ["*", "[*]", "[*.*.*.*]", "[0-255.*.0-255.*]", "[0.0.0.0/0]", "[10.1.2.3/0]"] {
            assert!(HostEntry::parse(text).covers_everything(), "{text}");
        }
        for text in ["[10.0.0.0/8]", "com", ".", "[0.0.0.0/1]", "0.0.0.0/0", "[*.*.*.1]"] {
            assert!(!HostEntry::parse(text).covers_everything(), "{text}");
        }
    }
}
