//! One dialogue of a host with a server.

use std::net::IpAddr;
use std::sync::Arc;

use super::address::MailAddress;
use super::host_list::Peer;

/// What a host says, and what is known about it. A question that nobody can answer from an export is left open.
#[derive(Debug, Clone)]
pub struct Session {
    /// The host, as the server sees it.
    pub peer: Peer,
    /// The port that it calls.
    pub port: u16,
    /// The address that it calls; without one, an address on which the server listens.
    pub to: Option<IpAddr>,
    /// What it says behind HELO or EHLO.
    pub helo: Option<Arc<str>>,
    /// The user as whom it authenticates, with the right password.
    pub user: Option<Arc<str>>,
    /// It uses TLS: from the start on the TLS port, STARTTLS on the other.
    pub tls: bool,
    /// MAIL FROM.
    pub sender: MailAddress,
    /// RCPT TO.
    pub recipient: MailAddress,
    /// The size that it declares, in kilobytes.
    pub size_kb: Option<u64>,
    /// Errors that it made before in this connection.
    pub errors: Option<u64>,
    /// A whitelist that the server asks over DNS has the host.
    pub in_dns_whitelist: Option<bool>,
    /// A blacklist that the server asks over DNS has the host.
    pub in_dns_blacklist: Option<bool>,
    /// The domain of the sender has an MX or address record.
    pub sender_in_dns: Option<bool>,
    /// The sender is the user's own Internet address.
    pub sender_is_own: bool,
    /// Nobody has made the recipient's domain local, even where the input may not show all local domains.
    pub recipient_elsewhere: bool,
}
