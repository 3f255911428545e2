//! Ranges from which mail services send for all their customers alike: `data/shared-senders.toml`.

use std::sync::OnceLock;

use ipnet::IpNet;
use serde::Deserialize;

use super::address_map::{AddressSet, Range};

const TABLE: &str = include_str!("../../data/shared-senders.toml");

/// A mail service with the addresses that it sends from.
#[derive(Debug)]
pub struct SharedSender {
    /// Its name.
    pub name: String,
    /// As of when the ranges are known, as year-month-day, if anybody says.
    pub as_of: Option<String>,
    /// Where they come from.
    pub source: String,
    /// Its addresses.
    pub addresses: AddressSet,
}

#[derive(Deserialize)]
struct Table {
    service: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    name: String,
    as_of: Option<String>,
    source: String,
    ranges: Vec<IpNet>,
}

/// The services of the table. A test holds that it can be read.
#[must_use]
pub fn shared_senders() -> &'static [SharedSender] {
    static SENDERS: OnceLock<Vec<SharedSender>> = OnceLock::new();
    SENDERS.get_or_init(|| {
        let table: Result<Table, _> = toml::from_str(TABLE);
        let service = |service: Service| SharedSender {
            addresses: AddressSet::from_ranges(service.ranges.into_iter().map(Range::prefix)),
            name: service.name,
            as_of: service.as_of,
            source: service.source,
        };
        table.map(|table| table.service.into_iter().map(service).collect()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_says_where_it_comes_from() {
        let table: Table = toml::from_str(TABLE).expect("the table");
        assert!(table.service.iter().all(|service| !service.source.is_empty() && !service.ranges.is_empty()));
        let senders = shared_senders();
        assert_eq!(senders.len(), table.service.len());
        // 40.92.0.0/15, 40.107.0.0/16, 52.100.0.0/14 and 104.47.0.0/17.
        assert_eq!(senders[0].addresses.size_v4(), 131_072 + 65_536 + 262_144 + 32_768);
        assert!(senders.iter().all(|sender| sender.addresses.is_subset(&AddressSet::private().complement())));
    }
}
