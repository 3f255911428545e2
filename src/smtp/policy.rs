//! Everything about one server that the decision procedure looks at: settings in force, each known or not, each with its
//! place. Whoever knows the documents fills it in.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::address::MailAddress;
use super::address_list::AddressList;
use super::answer::{Setting, Source, Why};
use super::domain_list::DomainList;
use super::host_list::{HostList, Peer};

/// A port that the listener may have: TCP/IP (25) or TLS (465).
#[derive(Debug, Clone)]
pub struct Port {
    /// The number.
    pub number: Setting<i64>,
    /// Whether the port is enabled.
    pub enabled: Setting<bool>,
    /// Hosts may send without a password.
    pub anonymous: Setting<bool>,
    /// AUTH with name and password is offered.
    pub name_and_password: Setting<bool>,
}

/// Where the listener binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Binding {
    /// To all addresses of the machine.
    Any,
    /// To these.
    Addresses(Vec<IpAddr>),
}

/// Which hosts are subject to relay enforcement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enforcement {
    /// None: everybody may relay.
    None,
    /// Hosts whose name is not in a local Internet domain.
    External,
    /// All.
    All,
}

/// What a filter does with a host that it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Writes it down.
    Log,
    /// Marks the message.
    Tag,
    /// Refuses the message.
    Reject,
}

/// A private list of hosts, or lists of others that are asked over DNS.
#[derive(Debug)]
pub struct Filter<H> {
    /// Whether it is used.
    pub enabled: Setting<bool>,
    /// Whom it finds.
    pub hosts: H,
    /// What happens to hosts that it finds.
    pub action: Setting<Action>,
    /// The text of the refusal, if one is set.
    pub response: Option<Arc<str>>,
}

/// Whether Allow or Deny wins where both match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precedence {
    /// Since release 6.
    AllowWins,
    /// Release 5, and `SMTPRelayHostsandDomains=1`.
    DenyWins,
}

/// The relay controls.
#[derive(Debug)]
pub struct Relay {
    /// Perform Anti-Relay enforcement for these connecting hosts.
    pub enforcement: Setting<Enforcement>,
    /// Exclude these connecting hosts from anti-relay checks.
    pub exempt_hosts: HostList,
    /// Exceptions for authenticated users: true if all of them may relay.
    pub authenticated_may_relay: Setting<bool>,
    /// Allow messages to be sent only to these domains.
    pub allow_destinations: DomainList,
    /// Deny messages to these domains.
    pub deny_destinations: DomainList,
    /// Allow messages only from these hosts.
    pub allow_hosts: HostList,
    /// Deny messages from these hosts.
    pub deny_hosts: HostList,
    /// Which of them wins.
    pub precedence: Setting<Precedence>,
    /// The allowed destinations without those that also stand under Deny as they are; `None` if there are none of these.
    pub clear_destinations: Option<DomainList>,
}

/// What a look into the directories for a recipient gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nobody has the address, and all directories were looked at.
    Nobody,
    /// One person, mail-in database or resource.
    One {
        /// How to name it to people.
        name: Arc<str>,
        /// Its place.
        source: Source,
    },
    /// A group.
    Group {
        /// Its name.
        name: Arc<str>,
        /// Its place.
        source: Source,
    },
    /// Several with different mail files.
    Several {
        /// How to name them to people.
        names: Arc<str>,
        /// The place of one.
        source: Source,
    },
    /// The input does not settle it.
    Unknown(Why),
}

/// The directories that a server looks into.
pub trait Recipients: fmt::Debug + Send + Sync {
    /// Looks for an address of a local domain.
    fn find(&self, address: &MailAddress) -> Found;
}

/// Everything about one server that decides.
#[derive(Debug)]
pub struct Policy {
    /// The server's name, for people.
    pub server: Arc<str>,
    /// Whether the listener runs.
    pub listener: Setting<bool>,
    /// The port for plain TCP/IP.
    pub tcp: Port,
    /// The port for TLS from the start.
    pub tls: Port,
    /// Where it binds.
    pub binding: Setting<Binding>,
    /// Internet Sites are on.
    pub internet_sites: Setting<bool>,
    /// There is an SMTP Inbound site for the server; asked only while Internet Sites are on.
    pub has_site: Setting<bool>,
    /// STARTTLS: not offered, offered, demanded.
    pub starttls: Setting<StartTls>,
    /// The Server document decides which authenticated users may use the server.
    pub enforce_server_access: Setting<bool>,
    /// Allow connections only from these hosts.
    pub allow_connections: HostList,
    /// Deny connections from these hosts.
    pub deny_connections: HostList,
    /// Verify connecting hostname in DNS.
    pub verify_host_name: Setting<bool>,
    /// Errors after which the connection ends; 0 and less is no limit.
    pub error_limit: Setting<Option<i64>>,
    /// Private whitelist.
    pub private_whitelist: Filter<HostList>,
    /// Private blacklist.
    pub private_blacklist: Filter<HostList>,
    /// Whitelists asked over DNS.
    pub dns_whitelist: Filter<()>,
    /// Blacklists asked over DNS.
    pub dns_blacklist: Filter<()>,
    /// Verify sender's domain in DNS.
    pub verify_sender: Setting<bool>,
    /// Allow messages only from these senders.
    pub allow_senders: AddressList,
    /// Deny messages from these senders.
    pub deny_senders: AddressList,
    /// notes.ini `SMTPStrict821AddressSyntax=1`.
    pub strict_addresses: Setting<bool>,
    /// notes.ini `SMTPVerifyAuthenticatedSender`: a user may send under his own Internet address only.
    pub verify_authenticated_sender: Setting<bool>,
    /// The local Internet domains.
    pub local_domains: DomainList,
    /// Verify that local domain recipients exist in the Domino Directory.
    pub verify_recipients: Setting<bool>,
    /// Reject ambiguous names.
    pub reject_ambiguous: Setting<bool>,
    /// Deny mail to groups.
    pub deny_groups: Setting<bool>,
    /// Allow messages intended only for these addresses.
    pub allow_recipients: AddressList,
    /// Deny messages intended for these addresses.
    pub deny_recipients: AddressList,
    /// The directories.
    pub recipients: Arc<dyn Recipients>,
    /// The relay controls.
    pub relay: Relay,
    /// Maximum message size in kilobytes, if there is one.
    pub max_size_kb: Setting<Option<i64>>,
    /// The SIZE extension is offered.
    pub size_extension: Setting<bool>,
    /// As whom the server sees every host of the Internet, behind source NAT or a proxy; blank if it sees them as they are,
    /// as far as anybody says.
    pub internet_appears_as: Vec<Peer>,
}

/// STARTTLS on the TCP/IP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartTls {
    /// Not offered.
    Disabled,
    /// Offered.
    Enabled,
    /// Demanded.
    Required,
}
