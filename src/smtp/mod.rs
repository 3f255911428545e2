//! Host entries and domain names of SMTP settings: what Domino takes them for. Knows no files.

mod domain_name;
mod host_entry;
mod mail_address;
mod private;

pub use domain_name::{domain_of, domain_problem, is_ip};
pub use host_entry::{HostEntry, Octet};
pub use mail_address::{address_problem, relay_host_problem};
pub use private::is_private;
