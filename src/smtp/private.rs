//! Addresses that mean nothing on the Internet.

use std::net::IpAddr;

/// Whether an address is private, shared, loopback or link-local (RFC 1918, RFC 6598, RFC 4193, RFC 3927, RFC 4291).
#[must_use]
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || (first == 100 && (64..128).contains(&second))
        }
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_public() {
        for text in
            ["10.1.2.3", "172.31.0.1", "192.168.0.1", "100.64.0.1", "127.0.0.1", "169.254.1.1", "fd00::1", "fe80::1"]
        {
            assert!(text.parse().is_ok_and(is_private), "{text}");
        }
        for text in ["192.0.2.1", "172.32.0.1", "100.128.0.1", "2001:db8::1"] {
            assert!(!text.parse().is_ok_and(is_private), "{text}");
        }
    }
}
