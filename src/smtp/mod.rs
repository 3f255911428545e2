//! Host entries and domain names of SMTP settings: what Domino takes them for. Knows no files.

mod domain_name;
mod host_entry;

pub use domain_name::{domain_of, domain_problem, is_ip};
pub use host_entry::{HostEntry, Octet};
