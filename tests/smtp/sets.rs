//! Sets of addresses against brute force, and the laws that sets obey.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use maillint::smtp::{AddressSet, HostEntry, NameMap};
use proptest::prelude::*;

/// An octet as an entry has it: few numbers, so that entries meet.
fn octet() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => (0_u8..4).prop_map(|number| number.to_string()),
        1 => Just("255".to_owned()),
        1 => Just("*".to_owned()),
        1 => (0_u8..3, 0_u8..3).prop_map(|(low, more)| format!("{low}-{}", low + more)),
    ]
}

fn entry() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => [octet(), octet(), octet(), octet()].prop_map(|octets| format!("[{}]", octets.join("."))),
        2 => (0_u8..4, 0_u8..4, 0_u8..4, 0_u8..4, 0_u8..=32)
            .prop_map(|(a, b, c, d, length)| format!("[{a}.{b}.{c}.{d}/{length}]")),
        1 => (0_u16..4, 0_u16..4, 0_u8..=128).prop_map(|(a, b, length)| format!("[200{a}:{b}::/{length}]")),
        1 => (0_u16..4, 0_u16..4).prop_map(|(a, b)| format!("[200{a}::{b}]")),
        1 => Just("*".to_owned()),
        1 => Just("mail.example".to_owned()),
    ]
}

fn address() -> impl Strategy<Value = IpAddr> {
    let small = prop_oneof![4 => 0_u8..5, 1 => Just(255_u8)];
    prop_oneof![
        4 => [small.clone(), small.clone(), small.clone(), small].prop_map(|octets| IpAddr::V4(Ipv4Addr::from(octets))),
        1 => (0_u16..5, 0_u16..5, 0_u16..5)
            .prop_map(|(a, b, c)| IpAddr::V6(Ipv6Addr::new(0x2000 + a, b, 0, 0, 0, 0, 0, c))),
    ]
}

/// Whether an entry covers an address, worked out from its text alone.
fn covers(entry: &str, address: IpAddr) -> bool {
    if entry == "*" {
        return true;
    }
    let Some(inside) = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return false };
    if let Some((base, length)) = inside.split_once('/') {
        let length: u32 = length.parse().expect("a length");
        return match (base.parse().expect("an address"), address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                length == 0 || (base.to_bits() ^ address.to_bits()) >> (32 - length) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                length == 0 || (base.to_bits() ^ address.to_bits()) >> (128 - length) == 0
            }
            _ => false,
        };
    }
    match address {
        IpAddr::V6(address) => inside.parse().is_ok_and(|known: Ipv6Addr| known == address),
        IpAddr::V4(address) => {
            !inside.contains(':')
                && inside.split('.').zip(address.octets()).all(|(part, octet)| match part.split_once('-') {
                    _ if part == "*" => true,
                    Some((low, high)) => {
                        (low.parse().expect("a number")..=high.parse().expect("a number")).contains(&octet)
                    }
                    None => part.parse() == Ok(octet),
                })
        }
    }
}

fn set(entries: &[String]) -> AddressSet {
    let parsed: Vec<HostEntry> = entries.iter().map(|entry| HostEntry::parse(entry)).collect();
    AddressSet::from_entries(&parsed)
}

fn entries() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(entry(), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_set_has_the_addresses_that_its_entries_cover(
        entries in entries(),
        addresses in prop::collection::vec(address(), 1..40),
    ) {
        let set = set(&entries);
        for address in addresses {
            let expected = entries.iter().any(|entry| covers(entry, address));
            prop_assert_eq!(set.contains(address), expected, "{:?} and {}", &entries, address);
        }
        if let Some(member) = set.member() {
            prop_assert!(set.contains(member));
        }
        prop_assert_eq!(set.member().is_none(), set.is_empty());
        prop_assert_eq!(set.is_empty(), set.size_v4() == 0 && set.size_v6() == 0);
    }

    #[test]
    fn operations_are_those_of_sets(
        a in entries(),
        b in entries(),
        c in entries(),
        addresses in prop::collection::vec(address(), 1..20),
    ) {
        let (a, b, c) = (set(&a), set(&b), set(&c));
        let (union, both, without) = (a.union(&b), a.intersection(&b), a.difference(&b));
        for address in addresses {
            let (in_a, in_b) = (a.contains(address), b.contains(address));
            prop_assert_eq!(union.contains(address), in_a || in_b);
            prop_assert_eq!(both.contains(address), in_a && in_b);
            prop_assert_eq!(without.contains(address), in_a && !in_b);
            prop_assert_eq!(a.complement().contains(address), !in_a);
        }
        prop_assert!(a.union(&b).same(&b.union(&a)));
        prop_assert!(a.intersection(&b).same(&b.intersection(&a)));
        prop_assert!(a.union(&b.union(&c)).same(&a.union(&b).union(&c)));
        prop_assert!(a.intersection(&b.union(&c)).same(&a.intersection(&b).union(&a.intersection(&c))));
        prop_assert!(a.complement().complement().same(&a));
        prop_assert!(a.union(&b).complement().same(&a.complement().intersection(&b.complement())));
        prop_assert!(a.difference(&b).union(&a.intersection(&b)).same(&a));
        prop_assert!(both.is_subset(&a) && a.is_subset(&union) && without.intersection(&b).is_empty());
        prop_assert_eq!(union.size_v4() + both.size_v4(), a.size_v4() + b.size_v4());
        let (prefixes, more) = a.prefixes(10_000);
        if !more {
            let back: Vec<String> = prefixes.iter().map(|prefix| format!("[{prefix}]")).collect();
            prop_assert!(set(&back).same(&a), "{:?}", back);
        }
    }

    #[test]
    fn the_classes_of_names_hold_every_name(
        endings in prop::collection::vec("(\\^|\\.)?[ab]{1,2}(\\.[ab]{1,2}){0,2}", 0..10),
        names in prop::collection::vec("[ab]{1,3}(\\.[ab]{1,3}){0,3}", 1..20),
    ) {
        let join = |a: u32, b: u32| a | b;
        let mut map = NameMap::new(0);
        for (ending, index) in endings.iter().zip(0_u32..) {
            map.add(ending, 1 << index, &join);
        }
        let classes = map.classes("mail.stranger.example", &join);
        for class in &classes {
            prop_assert_eq!(map.get(&class.name, &join), class.value);
        }
        for name in names {
            let value = map.get(&name, &join);
            let expected = endings.iter().zip(0_u32..).fold(0, |all, (ending, index)| {
                let ends = format!("^{name}").ends_with(ending.as_str());
                if ends { all | 1 << index } else { all }
            });
            prop_assert_eq!(value, expected, "{}", name);
            prop_assert!(classes.iter().any(|class| class.value == value), "{} of {:?}", name, &endings);
        }
    }
}

#[test]
fn what_a_set_says_of_itself() {
    for (entries, shown, size) in [
        (vec![], "no address", 0_u64),
        (vec!["*"], "every address", 1 << 32),
        (vec!["[10.0.8.0/24]", "[10.0.9.0/24]"], "10.0.8.0/23", 512),
        (vec!["[192.0.2.1]", "[2001:db8::1]"], "192.0.2.1, 2001:db8::1", 1),
        (vec!["[*.*.*.1]"], "0.0.0.1, 0.0.1.1, 0.0.2.1, 0.0.3.1 and more", 1 << 24),
        (vec!["[10.0.0.5/8]"], "10.0.0.0/8", 1 << 24),
    ] {
        let entries: Vec<String> = entries.into_iter().map(str::to_owned).collect();
        let set = set(&entries);
        assert_eq!((set.to_string().as_str(), set.size_v4()), (shown, size), "{entries:?}");
    }
    let private = AddressSet::private();
    assert_eq!(private.complement().member(), Some("1.0.0.0".parse().expect("an address")));
    assert!(set(&["[10.0.0.0/8]".to_owned(), "[8.8.8.8]".to_owned()]).member() == "8.8.8.8".parse().ok());
}
