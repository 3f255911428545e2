//! The finitely many classes of hosts and domains that no entry of a policy can tell apart, one representative of each.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use crate::smtp::address_map::{AddressMap, AddressSet, Range};
use crate::smtp::domain_list::DomainList;
use crate::smtp::host_list::{HostList, Peer, Ptr};
use crate::smtp::name_map::{BEGIN, NameMap};
use crate::smtp::octet_map::{Block, block_first, block_size};
use crate::smtp::policy::Policy;

/// More combinations of addresses, names and destinations than these are not asked for.
const MOST: usize = 100_000;

/// Bits of what is true of a name or an address. Those of the host lists come first, one for each list.
const LISTS: u32 = 7;
/// A name lies in a local domain.
const INTERNAL: u32 = 1 << 7;
/// An entry of at least two labels matches, so not just anybody has such a name.
const NARROW: u32 = 1 << 8;
/// The address is not one that hosts on the Internet have.
const PRIVATE: u32 = 1 << 9;
/// By so many bits the bits of entries that may count are shifted.
const UNSURE: u32 = 16;

/// A name that nobody has listed.
pub(super) const STRANGER: &str = "mail.stranger.example";
/// A domain that nobody has listed.
pub(super) const ELSEWHERE: &str = "elsewhere.example";

/// A class of addresses.
#[derive(Debug, Clone)]
pub(super) struct AddressClass {
    /// What is true of its addresses.
    pub(super) value: u32,
    /// One of them.
    pub(super) address: IpAddr,
    /// How many IPv4 addresses it has.
    pub(super) size_v4: u64,
    /// How many IPv6 addresses it has.
    pub(super) size_v6: u128,
}

impl AddressClass {
    /// Whether hosts on the Internet have such addresses.
    pub(super) fn public(&self) -> bool {
        self.value & PRIVATE == 0
    }
}

/// A class of names, of hosts or of destinations.
#[derive(Debug, Clone)]
pub(super) struct NamedClass {
    /// What is true of its names.
    pub(super) value: u32,
    /// One of them; none for hosts without a name.
    pub(super) name: Option<Arc<str>>,
    /// Anybody can have such a name.
    pub(super) anybody: bool,
}

/// The classes of one policy.
#[derive(Debug)]
pub(super) struct Classes {
    addresses: AddressMap<u32>,
    names: NameMap<u32>,
    domains: NameMap<u32>,
    pub(super) address_classes: Vec<AddressClass>,
    pub(super) host_classes: Vec<NamedClass>,
    pub(super) domain_classes: Vec<NamedClass>,
}

fn or(a: u32, b: u32) -> u32 {
    a | b
}

impl Classes {
    /// Cuts the space of hosts and destinations.
    pub(super) fn of(policy: &Policy) -> Self {
        let lists = host_lists(policy);
        let mut ranges: Vec<(Range, u32)> = Vec::new();
        let mut names = NameMap::new(0);
        for (list, bit) in lists.into_iter().zip(0..LISTS) {
            ranges.extend(list.ranges().into_iter().map(|range| (range, 1 << bit)));
            list.for_each_ending(&mut |ending, sure| {
                let bit = if sure { 1 << bit } else { 1 << (bit + UNSURE) };
                names.add(ending, bit | narrow(ending), &or);
            });
        }
        policy.local_domains.for_each_ending(&mut |ending, sure| {
            let bit = (if sure { INTERNAL } else { INTERNAL << UNSURE }) | narrow(ending);
            names.add(ending, bit, &or);
            if let Some(domain) = ending.strip_prefix(BEGIN) {
                names.add(&format!(".{domain}"), bit, &or);
            }
        });
        let outside = AddressMap::build(0, &ranges, &or);
        let addresses = outside.zip(&not_public(), &|lists, private| lists | if private { PRIVATE } else { 0 });
        let domains = destinations(policy);
        let address_classes = address_classes(&addresses);
        let mut host_classes = vec![NamedClass { value: NO_NAME, name: None, anybody: true }];
        host_classes.extend(named(&names, STRANGER));
        let domain_classes = named(&domains, ELSEWHERE);
        Self { addresses, names, domains, address_classes, host_classes, domain_classes }
    }

    /// Whether there are more combinations than can be asked for in reasonable time. Nobody writes lists that cross each other
    /// so often.
    pub(super) fn too_many(&self) -> bool {
        let peers = self.address_classes.len().saturating_mul(self.host_classes.len());
        peers.saturating_mul(self.domain_classes.len()) > MOST
    }

    /// What is true of an address.
    pub(super) fn address_value(&self, address: IpAddr) -> u32 {
        self.addresses.get(address)
    }

    /// What is true of a host's name. A name that nobody knows is in no class.
    pub(super) fn host_value(&self, ptr: &Ptr) -> Option<u32> {
        match ptr {
            Ptr::Name(name) => Some(self.names.get(name, &or)),
            Ptr::None => Some(NO_NAME),
            Ptr::Unknown => None,
        }
    }

    /// What is true of a destination.
    pub(super) fn domain_value(&self, domain: &str) -> u32 {
        self.domains.get(domain, &or)
    }

    /// A host of two classes.
    pub(super) fn peer(address: &AddressClass, host: &NamedClass) -> Peer {
        Peer { address: address.address, ptr: host.name.clone().map_or(Ptr::None, Ptr::Name) }
    }
}

/// The value of hosts without a name: no entry gives it.
const NO_NAME: u32 = u32::MAX;

fn host_lists(policy: &Policy) -> [&HostList; LISTS as usize] {
    [
        &policy.allow_connections,
        &policy.deny_connections,
        &policy.relay.exempt_hosts,
        &policy.relay.allow_hosts,
        &policy.relay.deny_hosts,
        &policy.private_whitelist.hosts,
        &policy.private_blacklist.hosts,
    ]
}

fn narrow(ending: &str) -> u32 {
    let labels = ending.trim_matches(['.', BEGIN]);
    if labels.contains('.') { NARROW } else { 0 }
}

fn not_public() -> AddressMap<bool> {
    AddressSet::not_on_the_internet().into_map()
}

fn destinations(policy: &Policy) -> NameMap<u32> {
    let mut domains = NameMap::new(0);
    let mut add = |list: &DomainList, bit: u32, allows: bool| {
        list.for_each_ending(&mut |ending, sure| {
            let narrow = if allows { narrow(ending) } else { 0 };
            domains.add(ending, narrow | if sure { 1 << bit } else { 1 << (bit + UNSURE) }, &or);
        });
    };
    add(&policy.relay.allow_destinations, 0, true);
    add(&policy.relay.deny_destinations, 1, false);
    if let Some(clear) = &policy.relay.clear_destinations {
        add(clear, 2, true);
    }
    add(&policy.local_domains, 3, false);
    domains
}

/// One class for each value, in the order in which a reader would want them: the telling ones first.
fn named(map: &NameMap<u32>, stranger: &str) -> Vec<NamedClass> {
    map.classes(stranger, &or)
        .into_iter()
        .map(|class| NamedClass {
            value: class.value,
            anybody: class.value & NARROW == 0,
            name: Some(Arc::from(class.name)),
        })
        .collect()
}

fn address_classes(map: &AddressMap<u32>) -> Vec<AddressClass> {
    /// The address with which examples begin (RFC 5737).
    const STRANGE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 9);
    let mut found: BTreeMap<u32, AddressClass> = BTreeMap::new();
    map.for_each_v4(&mut |block, value| {
        let class = found.entry(value).or_insert_with(|| AddressClass {
            value,
            address: IpAddr::V4(host_in(block)),
            size_v4: 0,
            size_v6: 0,
        });
        class.size_v4 = class.size_v4.saturating_add(block_size(block));
    });
    for (first, last, value) in map.v6() {
        let class = found.entry(value).or_insert_with(|| AddressClass {
            value,
            address: IpAddr::V6(Ipv6Addr::from_bits(if first == last { first } else { first.saturating_add(1) })),
            size_v4: 0,
            size_v6: 0,
        });
        class.size_v6 = class.size_v6.saturating_add((last - first).saturating_add(1));
    }
    if let Some(class) = found.get_mut(&map.get(IpAddr::V4(STRANGE))) {
        class.address = IpAddr::V4(STRANGE);
    }
    found.into_values().collect()
}

/// An address of a block that looks like a host's.
fn host_in(block: Block) -> Ipv4Addr {
    let [a, b, c, d] = block_first(block).octets();
    match block {
        [_, _, _, last] if d == 0 && last.high > 0 => Ipv4Addr::new(a, b, c, 1),
        _ => Ipv4Addr::new(a, b, c, d),
    }
}
