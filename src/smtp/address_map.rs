//! A value for every IP address, of both families, and sets of addresses with exact operations on them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, OnceLock};

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};

use super::host_entry::{HostEntry, Octet};
use super::octet_map::{Block, OctetMap, block_first, block_size};

/// A value for every IPv4 and IPv6 address.
#[derive(Debug, Clone)]
pub struct AddressMap<V> {
    v4: OctetMap<V>,
    /// The last address of each run of IPv6 addresses with its value; the runs cover all addresses in order.
    v6: Arc<[(u128, V)]>,
}

/// The addresses that one entry of a host list covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// IPv4, octet by octet.
    V4(Block),
    /// IPv6, from the first to the last.
    V6(u128, u128),
}

impl Range {
    /// What an entry covers by address: nothing for names and groups, everything of both families for `*`.
    #[must_use]
    pub fn of(entry: &HostEntry) -> Vec<Self> {
        match entry {
            HostEntry::All => vec![Self::V4([Octet::ANY; 4]), Self::V6(0, u128::MAX)],
            HostEntry::Address(address) => vec![Self::one(*address)],
            HostEntry::Octets(octets) => vec![Self::V4(*octets)],
            HostEntry::Prefix(prefix) => vec![Self::prefix(*prefix)],
            HostEntry::Name(_) | HostEntry::Group(_) | HostEntry::Bare(_) | HostEntry::Invalid(_) => Vec::new(),
        }
    }

    /// The first address of the range.
    #[must_use]
    pub fn first(&self) -> IpAddr {
        match self {
            Self::V4(block) => IpAddr::V4(block_first(*block)),
            Self::V6(low, _) => IpAddr::V6(Ipv6Addr::from_bits(*low)),
        }
    }

    /// One address.
    #[must_use]
    pub fn one(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::V4(address.octets().map(|octet| Octet { low: octet, high: octet })),
            IpAddr::V6(address) => Self::V6(address.to_bits(), address.to_bits()),
        }
    }

    /// The addresses of a prefix.
    #[must_use]
    pub fn prefix(prefix: IpNet) -> Self {
        match prefix {
            IpNet::V4(prefix) => {
                let (first, last) = (prefix.network().octets(), prefix.broadcast().octets());
                let mut block = [Octet::ANY; 4];
                for (octet, (low, high)) in block.iter_mut().zip(first.into_iter().zip(last)) {
                    *octet = Octet { low, high };
                }
                Self::V4(block)
            }
            IpNet::V6(prefix) => Self::V6(prefix.network().to_bits(), prefix.broadcast().to_bits()),
        }
    }
}

impl<V: Copy + PartialEq + Default> AddressMap<V> {
    /// `none` for every address, then the values of the ranges that contain it, put together by `join` in their order.
    /// `join` must not care how often a value is put in.
    #[must_use]
    pub fn build(none: V, ranges: &[(Range, V)], join: &impl Fn(V, V) -> V) -> Self {
        let mut blocks = Vec::new();
        let mut spans = Vec::new();
        for (range, value) in ranges {
            match range {
                Range::V4(block) => blocks.push((*block, *value)),
                Range::V6(low, high) => spans.push((*low, *high, *value)),
            }
        }
        Self { v4: OctetMap::build(none, &blocks, join), v6: runs(none, &spans, join).into() }
    }

    /// The value of an address. An IPv4 address inside an IPv6 one counts as the IPv4 address.
    #[must_use]
    pub fn get(&self, address: IpAddr) -> V {
        match address.to_canonical() {
            IpAddr::V4(address) => self.v4.get(address),
            IpAddr::V6(address) => {
                let at = self.v6.partition_point(|(last, _)| *last < address.to_bits());
                self.v6.get(at).map_or_else(V::default, |(_, value)| *value)
            }
        }
    }

    /// A value for every address from the values of two maps.
    #[must_use]
    pub fn zip<W, X>(&self, other: &AddressMap<W>, both: &impl Fn(V, W) -> X) -> AddressMap<X>
    where
        W: Copy + PartialEq + Default,
        X: Copy + PartialEq + Default,
    {
        let mut v6: Vec<(u128, X)> = Vec::with_capacity(self.v6.len() + other.v6.len());
        let (mut left, mut right) = (self.v6.iter().peekable(), other.v6.iter().peekable());
        while let (Some((a_end, a)), Some((b_end, b))) = (left.peek().copied(), right.peek().copied()) {
            push_run(&mut v6, *a_end.min(b_end), both(*a, *b));
            if a_end <= b_end {
                left.next();
            }
            if b_end <= a_end {
                right.next();
            }
        }
        AddressMap { v4: self.v4.zip(&other.v4, both), v6: v6.into() }
    }

    /// Whether two maps give every address the same value.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.v4.same(&other.v4) && self.v6 == other.v6
    }

    /// Calls `seen` for every IPv4 block with its value.
    pub fn for_each_v4(&self, seen: &mut impl FnMut(Block, V)) {
        self.v4.for_each(seen);
    }

    /// The runs of IPv6 addresses: first, last, value.
    pub fn v6(&self) -> impl Iterator<Item = (u128, u128, V)> + '_ {
        let mut first = 0_u128;
        self.v6.iter().map(move |(last, value)| {
            let run = (first, *last, *value);
            first = last.saturating_add(1);
            run
        })
    }
}

fn push_run<V: PartialEq>(runs: &mut Vec<(u128, V)>, last: u128, value: V) {
    match runs.last_mut() {
        Some((end, before)) if *before == value => *end = last,
        _ => runs.push((last, value)),
    }
}

/// The runs between the ends of spans, each with the joined values of the spans that contain it.
fn runs<V: Copy + PartialEq>(none: V, spans: &[(u128, u128, V)], join: &impl Fn(V, V) -> V) -> Vec<(u128, V)> {
    let mut order: Vec<&(u128, u128, V)> = spans.iter().collect();
    order.sort_by_key(|(low, high, _)| (*low, *high));
    let mut ends: Vec<u128> =
        spans.iter().flat_map(|(low, high, _)| [low.checked_sub(1), Some(*high)]).flatten().collect();
    ends.push(u128::MAX);
    ends.sort_unstable();
    ends.dedup();
    let mut found = Vec::new();
    let mut coming = order.into_iter().peekable();
    // Values of spans that go on, without those that add nothing while a longer one goes on.
    let mut open: Vec<(u128, V)> = Vec::new();
    let mut first = 0_u128;
    for last in ends {
        open.retain(|(high, _)| *high >= first);
        while let Some((_, high, value)) = coming.next_if(|(low, _, _)| *low <= first) {
            if !open.iter().any(|(other, known)| other >= high && join(*known, *value) == *known) {
                open.retain(|(other, known)| other > high || join(*value, *known) != *value);
                open.push((*high, *value));
            }
        }
        push_run(&mut found, last, open.iter().fold(none, |all, (_, value)| join(all, *value)));
        first = last.saturating_add(1);
    }
    found
}

/// A set of IP addresses of both families. All operations are exact.
#[derive(Debug, Clone)]
pub struct AddressSet(AddressMap<bool>);

impl AddressSet {
    /// No address.
    #[must_use]
    pub fn empty() -> Self {
        Self(AddressMap::build(false, &[], &|a, b| a || b))
    }

    /// Every address.
    #[must_use]
    pub fn all() -> Self {
        Self(AddressMap::build(true, &[], &|a, b| a || b))
    }

    /// The addresses in any of the ranges.
    #[must_use]
    pub fn from_ranges(ranges: impl IntoIterator<Item = Range>) -> Self {
        let ranges: Vec<(Range, bool)> = ranges.into_iter().map(|range| (range, true)).collect();
        Self(AddressMap::build(false, &ranges, &|a, b| a || b))
    }

    /// The addresses that the entries of a host list cover, groups and names apart.
    #[must_use]
    pub fn from_entries<'e>(entries: impl IntoIterator<Item = &'e HostEntry>) -> Self {
        Self::from_ranges(entries.into_iter().flat_map(Range::of))
    }

    /// The addresses of private networks, of the machine itself and of the link (RFC 1918, RFC 6598, RFC 1122, RFC 3927,
    /// RFC 4193, RFC 4291): no host on the Internet has one.
    #[must_use]
    pub fn private() -> Self {
        const PRIVATE: [&str; 10] = [
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "fc00::/7",
            "fe80::/10",
            "::/127",
        ];
        static SET: OnceLock<AddressSet> = OnceLock::new();
        let set = || Self::from_ranges(PRIVATE.iter().filter_map(|text| text.parse().ok()).map(Range::prefix));
        SET.get_or_init(set).clone()
    }

    /// The addresses from which nobody sends mail over the Internet: private ones, and those for several receivers or for
    /// future use (RFC 1112, RFC 4291 2.7).
    #[must_use]
    pub fn not_on_the_internet() -> Self {
        static SET: OnceLock<AddressSet> = OnceLock::new();
        let set = || {
            let other = ["224.0.0.0/3", "ff00::/8"];
            let other = other.iter().filter_map(|text| text.parse().ok()).map(Range::prefix);
            Self::private().union(&Self::from_ranges(other))
        };
        SET.get_or_init(set).clone()
    }

    /// Whether an address is in the set.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.get(address)
    }

    /// The addresses in either set.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.zip(&other.0, &|a, b| a || b))
    }

    /// The addresses in both sets.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.zip(&other.0, &|a, b| a && b))
    }

    /// The addresses of this set that are not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self(self.0.zip(&other.0, &|a, b| a && !b))
    }

    /// The addresses that are not in the set.
    #[must_use]
    pub fn complement(&self) -> Self {
        Self::all().difference(self)
    }

    /// Whether there is no address in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.same(&Self::empty())
    }

    /// Whether two sets have the same addresses.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.0.same(&other.0)
    }

    /// Whether every address of the set is in the other.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.difference(other).is_empty()
    }

    /// How many IPv4 addresses the set has, from 0 to 2³².
    #[must_use]
    pub fn size_v4(&self) -> u64 {
        let mut size = 0;
        self.0.for_each_v4(&mut |block, inside| size += if inside { block_size(block) } else { 0 });
        size
    }

    /// How many IPv6 addresses the set has; all of them are one more than fits and count as [`u128::MAX`].
    #[must_use]
    pub fn size_v6(&self) -> u128 {
        self.0
            .v6()
            .filter(|(_, _, inside)| *inside)
            .fold(0_u128, |size, (first, last, _)| size.saturating_add((last - first).saturating_add(1)))
    }

    /// An address of the set, if it has one: rather an IPv4 one, and rather one that hosts on the Internet have.
    #[must_use]
    pub fn member(&self) -> Option<IpAddr> {
        let telling = self.difference(&Self::not_on_the_internet());
        telling.first().or_else(|| self.first())
    }

    /// The set as a map of truth values.
    #[must_use]
    pub fn into_map(self) -> AddressMap<bool> {
        self.0
    }

    fn first(&self) -> Option<IpAddr> {
        let mut found = None;
        self.0.for_each_v4(&mut |block, inside| {
            if inside && found.is_none() {
                found = Some(IpAddr::V4(block_first(block)));
            }
        });
        found.or_else(|| {
            self.0.v6().find(|(_, _, inside)| *inside).map(|(first, _, _)| IpAddr::V6(Ipv6Addr::from_bits(first)))
        })
    }

    /// The set as prefixes, in order, at most `limit` of them; and whether there are more.
    #[must_use]
    pub fn prefixes(&self, limit: usize) -> (Vec<IpNet>, bool) {
        let mut ranges: Vec<(Ipv4Addr, Ipv4Addr)> = Vec::new();
        let mut more = false;
        self.0.for_each_v4(&mut |block, inside| {
            if inside && !more {
                more = !contiguous(block, &mut ranges, limit.saturating_add(1));
            }
        });
        let v4 = ranges.into_iter().flat_map(|(first, last)| Ipv4Subnets::new(first, last, 0)).map(IpNet::V4);
        let v6 = self
            .0
            .v6()
            .filter(|(_, _, inside)| *inside)
            .flat_map(|(first, last, _)| Ipv6Subnets::new(Ipv6Addr::from_bits(first), Ipv6Addr::from_bits(last), 0))
            .map(IpNet::V6);
        let mut prefixes: Vec<IpNet> = v4.chain(v6).take(limit.saturating_add(1)).collect();
        more |= prefixes.len() > limit;
        prefixes.truncate(limit);
        (prefixes, more)
    }
}

/// Adds the runs of neighbouring addresses of a block; false if there would be more than `limit` runs.
fn contiguous(block: Block, ranges: &mut Vec<(Ipv4Addr, Ipv4Addr)>, limit: usize) -> bool {
    // Octets that are whole at the end make runs longer, all others multiply them.
    let tail = block.iter().rev().take_while(|octet| **octet == Octet::ANY).count();
    let Some(run) = block.len().checked_sub(tail + 1) else {
        push_range(ranges, Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST);
        return true;
    };
    let mut heads: Vec<[u8; 4]> = vec![[0; 4]];
    let mut whole = true;
    for (level, octet) in block.iter().enumerate().take(run) {
        let with = |head: &[u8; 4], value: u8| {
            let mut head = *head;
            if let Some(slot) = head.get_mut(level) {
                *slot = value;
            }
            head
        };
        let mut next: Vec<[u8; 4]> = Vec::new();
        for head in &heads {
            let room = limit.saturating_add(1).saturating_sub(next.len());
            whole &= usize::from(octet.high - octet.low) < room;
            next.extend((octet.low..=octet.high).take(room).map(|value| with(head, value)));
        }
        heads = next;
    }
    let Some(octet) = block.get(run) else { return true };
    for head in heads {
        if ranges.len() > limit {
            return false;
        }
        let (mut first, mut last) = (head, head);
        for level in run..block.len() {
            let (low, high) = if level == run { (octet.low, octet.high) } else { (0, u8::MAX) };
            if let (Some(first), Some(last)) = (first.get_mut(level), last.get_mut(level)) {
                (*first, *last) = (low, high);
            }
        }
        push_range(ranges, Ipv4Addr::from(first), Ipv4Addr::from(last));
    }
    whole
}

fn push_range(ranges: &mut Vec<(Ipv4Addr, Ipv4Addr)>, first: Ipv4Addr, last: Ipv4Addr) {
    match ranges.last_mut() {
        Some((_, end)) if end.to_bits().checked_add(1) == Some(first.to_bits()) => *end = last,
        _ => ranges.push((first, last)),
    }
}

impl fmt::Display for AddressSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 4;
        if self.same(&Self::all()) {
            return f.write_str("every address");
        }
        let (prefixes, more) = self.prefixes(SHOWN);
        if prefixes.is_empty() && !more {
            return f.write_str("no address");
        }
        for (index, prefix) in prefixes.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            match prefix {
                IpNet::V4(net) if net.prefix_len() == 32 => write!(f, "{comma}{}", net.addr())?,
                IpNet::V6(net) if net.prefix_len() == 128 => write!(f, "{comma}{}", net.addr())?,
                net => write!(f, "{comma}{net}")?,
            }
        }
        if more { f.write_str(" and more") } else { Ok(()) }
    }
}

impl From<Ipv4Net> for Range {
    fn from(prefix: Ipv4Net) -> Self {
        Self::prefix(IpNet::V4(prefix))
    }
}

impl From<Ipv6Net> for Range {
    fn from(prefix: Ipv6Net) -> Self {
        Self::prefix(IpNet::V6(prefix))
    }
}
