//! What a Domino server does with an SMTP dialogue: host and domain sets, the decision procedure, and who can do what.
//!
//! Knows no files and no documents. A place is a number ([`Source`]) that whoever fills in the [`Policy`] can read.

mod address;
mod address_list;
mod address_map;
mod answer;
mod decide;
mod domain_list;
mod domain_name;
mod exposure;
mod host_entry;
mod host_list;
mod mail_address;
mod name_map;
mod octet_map;
mod policy;
mod private;
mod session;
mod shared_senders;
mod spf;
mod verdict;

pub use address::{MailAddress, Oddity};
pub use address_list::{AddressItem, AddressList};
pub use address_map::{AddressMap, AddressSet, Range};
pub use answer::{Answer, Confidence, Setting, Source, Truth, Why};
pub use decide::relay::may_relay;
pub use decide::{decide, trace};
pub use domain_list::{DomainItem, DomainList, Meaning};
pub use domain_name::{domain_of, domain_problem, is_ip};
pub use exposure::{Access, Exposure, RelayRow, Witness, expose};
pub use host_entry::{HostEntry, Octet};
pub use host_list::{HostItem, HostList, Peer, Ptr};
pub use mail_address::{address_problem, relay_host_problem};
pub use name_map::{NameClass, NameMap, is_host_name};
pub use octet_map::{Block, OctetMap, block_first, block_size};
pub use policy::{Action, Binding, Enforcement, Filter, Found, Policy, Port, Precedence, Recipients, Relay, StartTls};
pub use private::is_private;
pub use session::Session;
pub use shared_senders::{SharedSender, shared_senders};
pub use spf::spf_permits;
pub use verdict::{Effect, Grant, Outcome, Stage, Step, Verdict};
