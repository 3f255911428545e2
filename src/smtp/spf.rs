//! What an SPF record says of an address, as far as the record itself tells (RFC 7208): names in it are not looked up.

use std::net::IpAddr;

use ipnet::IpNet;

/// Whether a record lets an address send: its first mechanism that matches passes, or takes no side.
///
/// # Errors
/// The text is no SPF record, or the answer depends on a mechanism that needs DNS; why.
pub fn spf_permits(record: &str, address: IpAddr) -> Result<bool, String> {
    let mut terms = record.split_whitespace();
    if !terms.next().is_some_and(|version| version.eq_ignore_ascii_case("v=spf1")) {
        return Err("the text does not begin with `v=spf1`, so it is no SPF record".to_owned());
    }
    // A mechanism that only DNS can answer decides unless what stands behind it says the same.
    let mut open: Vec<(bool, &str)> = Vec::new();
    let settle = |answer: bool, open: &[(bool, &str)]| match open.iter().find(|(other, _)| *other != answer) {
        Some((_, term)) => Err(format!("`{term}` of the SPF record is not looked up")),
        None => Ok(answer),
    };
    for term in terms {
        let (permits, mechanism) = match term.as_bytes().first() {
            Some(b'+' | b'?') => (true, term.get(1..).unwrap_or("")),
            Some(b'-' | b'~') => (false, term.get(1..).unwrap_or("")),
            _ => (true, term),
        };
        let lower = mechanism.to_lowercase();
        match lower.split_once(':') {
            Some(("ip4" | "ip6", network)) => {
                let network =
                    network.parse::<IpNet>().ok().or_else(|| Some(IpNet::from(network.parse::<IpAddr>().ok()?)));
                if network.is_some_and(|network| network.contains(&address)) {
                    return settle(permits, &open);
                }
            }
            _ if lower == "all" => return settle(permits, &open),
            // The owner of another record decides what a redirection gives.
            _ if lower.starts_with("redirect=") => open.extend([(true, term), (false, term)]),
            _ if lower.contains('=') => {}
            _ => open.push((permits, term)),
        }
    }
    // Without a match the answer is neutral.
    settle(true, &open)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(record: &str) -> Option<bool> {
        spf_permits(record, "192.0.2.25".parse().expect("an address")).ok()
    }

    #[test]
    fn the_first_mechanism_that_matches_decides() {
        assert_eq!(permits("v=spf1 ip4:192.0.2.0/24 -all"), Some(true));
        assert_eq!(permits("v=spf1 ip4:192.0.2.25 -all"), Some(true));
        assert_eq!(permits("V=SPF1 IP4:198.51.100.0/24 ip6:2001:db8::/32 -ALL"), Some(false));
        assert_eq!(permits("v=spf1 -ip4:192.0.2.25 ip4:192.0.2.0/24 -all"), Some(false));
        assert_eq!(permits("v=spf1 ip4:198.51.100.1 ~all"), Some(false));
        assert_eq!(permits("v=spf1 ip4:198.51.100.1 ?all"), Some(true));
        assert_eq!(permits("v=spf1 ip4:198.51.100.1"), Some(true));
        assert_eq!(permits("v=spf1 exp=explain.acme.example -all"), Some(false));
    }

    #[test]
    fn what_needs_dns_is_not_guessed() {
        assert_eq!(permits("v=spf1 include:spf.provider.example -all"), None);
        assert_eq!(permits("v=spf1 mx a -all"), None);
        assert_eq!(permits("v=spf1 redirect=_spf.acme.example"), None);
        assert_eq!(permits("spf2.0/pra -all"), None);
        // Whatever the included record says, this address may send.
        assert_eq!(permits("v=spf1 include:spf.provider.example ip4:192.0.2.25 -all"), Some(true));
        // Whatever it says, this one may not.
        assert_eq!(permits("v=spf1 -exists:%{i}.bad.example ip4:198.51.100.1 -all"), Some(false));
    }
}
