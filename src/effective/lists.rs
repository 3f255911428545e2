//! What the host lists of one server do together: whom they trust, where they contradict each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fact::{Datum, Fact, List, Provenance, Reason, Role};
use super::items::Items;
use super::policy::Resolved;
use super::view::RecordView;
use crate::smtp::{
    AddressMap, AddressSet, DomainItem, DomainList, HostEntry, HostItem, HostList, NameMap, Precedence, Range, Setting,
    Source, shared_senders,
};

/// More contradictions of one list than these help nobody.
const MAX_CONFLICTS: usize = 50;

/// A record of named parts as a fact.
pub(super) fn record<const N: usize>(identity: String, parts: [(&str, Fact); N], provenance: Provenance) -> Fact {
    let parts: BTreeMap<Arc<str>, Fact> = parts.into_iter().map(|(name, fact)| (Arc::from(name), fact)).collect();
    RecordView::fact(identity, parts, provenance)
}

/// A part of a record without a history of its own.
pub(super) fn plain(datum: impl Into<Datum>) -> Fact {
    Fact::known(datum, Provenance::default())
}

/// A complete list as a fact.
pub(super) fn list(items: Vec<Fact>) -> Fact {
    Fact::known(List::complete(items), Provenance::default())
}

/// The hosts that may relay because an entry names them: one record for each entry that covers addresses.
pub(super) fn trusted_hosts(resolved: &Resolved) -> Fact {
    let relay = &resolved.policy.relay;
    let mut items = Vec::new();
    let mut open = None;
    for (list, field) in
        [(&relay.exempt_hosts, "relay_enforcement.exempt_hosts"), (&relay.allow_hosts, "relay.allow_hosts")]
    {
        for item in flat(list.items()) {
            items.extend(trusted(resolved, item, field));
        }
        open = open.or_else(|| list.open().map(|why| Reason(Arc::clone(why))));
    }
    Fact::known(List { items: items.into(), open }, Provenance::default())
}

/// The entries of a list, those of groups in place of the groups.
fn flat(items: &[HostItem]) -> Vec<&HostItem> {
    items
        .iter()
        .flat_map(|item| match &item.members {
            Some(Ok(members)) => flat(members),
            _ => vec![item],
        })
        .collect()
}

fn trusted(resolved: &Resolved, item: &HostItem, field: &str) -> Option<Fact> {
    let provenance = resolved.provenance(item.source);
    let appears_as = &resolved.policy.internet_appears_as;
    let (private, public, shared, nat) = match item.entry {
        // Long lists are mostly of single addresses, and those need no sets.
        HostEntry::Address(address) => {
            let inside = |set: &AddressSet| i64::from(address.is_ipv4() && set.contains(address));
            let public = i64::from(address.is_ipv4()) - inside(&AddressSet::not_on_the_internet());
            let shared = shared_senders().iter().find(|sender| sender.addresses.contains(address));
            let nat = appears_as.iter().find(|peer| peer.address.to_canonical() == address.to_canonical());
            (inside(&AddressSet::private()), public, shared, nat)
        }
        _ => {
            let addresses = AddressSet::from_ranges(Range::of(&item.entry));
            if addresses.is_empty() {
                return None;
            }
            let count = |set: &AddressSet| i64::try_from(set.size_v4()).unwrap_or(i64::MAX);
            let shared = shared_senders().iter().find(|sender| !sender.addresses.intersection(&addresses).is_empty());
            let public = addresses.difference(&AddressSet::not_on_the_internet());
            let nat = appears_as.iter().find(|peer| addresses.contains(peer.address));
            (count(&addresses.intersection(&AddressSet::private())), count(&public), shared, nat)
        }
    };
    let text = |text: Option<&str>| match text {
        Some(text) => plain(text),
        None => Fact::absent(None, Provenance::default()),
    };
    let nat = nat.map(|peer| peer.address.to_string());
    let parts = [
        ("entry", Fact::known(&*item.text, provenance.clone())),
        ("field", plain(field)),
        ("covers_everything", plain(item.entry.covers_everything())),
        ("public_addresses", plain(public)),
        ("private_addresses", plain(private)),
        ("public_ipv6_prefix", ipv6_prefix(&item.entry)),
        ("shared_with", text(shared.map(|sender| sender.name.as_str()))),
        ("shared_as_of", text(shared.and_then(|sender| sender.as_of.as_deref()))),
        ("internet_appears_as", text(nat.as_deref())),
    ];
    Some(record(format!("{field} {}", item.text), parts, provenance))
}

/// The length of an IPv6 prefix outside private networks.
fn ipv6_prefix(entry: &HostEntry) -> Fact {
    match entry {
        HostEntry::Prefix(ipnet::IpNet::V6(prefix))
            if !AddressSet::private().contains(std::net::IpAddr::V6(prefix.network())) =>
        {
            plain(i64::from(prefix.prefix_len()))
        }
        _ => Fact::absent(None, Provenance::default()),
    }
}

/// Pairs of entries of Allow and Deny of which one never has an effect, because the other covers it and wins; an exception
/// from a wider entry is what the two lists are for (failures.md F-28).
pub(super) fn relay_conflicts(resolved: &Resolved) -> Fact {
    let relay = &resolved.policy.relay;
    let mut items = Vec::new();
    let deny_wins = match &relay.precedence {
        Setting { value: Ok(precedence), .. } => *precedence == Precedence::DenyWins,
        Setting { value: Err(why), source, .. } => {
            let open = List { items: Items::default(), open: Some(Reason(Arc::clone(why))) };
            return Fact::known(open, resolved.provenance(*source));
        }
    };
    let mut add = |what: &str, allow: (&Arc<str>, Source), deny: (&Arc<str>, Source), same: bool| {
        if items.len() >= MAX_CONFLICTS {
            return;
        }
        // The same entry in both lists of destinations: sources disagree (semantics.md 5.5).
        let winner = match (deny_wins, same && what == "destinations") {
            (false, true) => "disputed",
            (false, false) => "allow",
            (true, _) => "deny",
        };
        items.push(conflict(resolved, what, allow, deny, winner, same));
    };
    for (allow, deny, same) in covered_hosts(&relay.allow_hosts, &relay.deny_hosts, deny_wins) {
        add("hosts", (&allow.text, allow.source), (&deny.text, deny.source), same);
    }
    for (allow, deny, same) in covered_domains(&relay.allow_destinations, &relay.deny_destinations, deny_wins) {
        add("destinations", (&allow.text, allow.source), (&deny.text, deny.source), same);
    }
    list(items)
}

/// Entries under "Allow connections" that an entry under "Deny connections" covers: Deny wins (semantics.md 3.2).
pub(super) fn connection_conflicts(resolved: &Resolved) -> Fact {
    let policy = &resolved.policy;
    let found = covered_hosts(&policy.allow_connections, &policy.deny_connections, true);
    let items = found.into_iter().take(MAX_CONFLICTS).map(|(allow, deny, same)| {
        conflict(resolved, "connections", (&allow.text, allow.source), (&deny.text, deny.source), "deny", same)
    });
    list(items.collect())
}

fn conflict(
    resolved: &Resolved,
    what: &str,
    allow: (&Arc<str>, Source),
    deny: (&Arc<str>, Source),
    winner: &str,
    same: bool,
) -> Fact {
    let (allow_at, deny_at) = (resolved.provenance(allow.1), resolved.provenance(deny.1));
    let (first, second) =
        if winner == "allow" { (deny_at.clone(), allow_at.clone()) } else { (allow_at.clone(), deny_at.clone()) };
    let other = second.place().cloned();
    let provenance = first.then(Role::From, other, "and this entry");
    let parts = [
        ("what", plain(what)),
        ("allow", Fact::known(&**allow.0, allow_at)),
        ("deny", Fact::known(&**deny.0, deny_at)),
        ("winner", plain(winner)),
        ("same", plain(same)),
    ];
    record(format!("{what} {} {}", allow.0, deny.0), parts, provenance)
}

/// Pairs in which the entry of the list that wins covers the other; `*` against anything is no pair unless both are.
fn covered_hosts<'l>(
    allow: &'l HostList,
    deny: &'l HostList,
    deny_wins: bool,
) -> Vec<(&'l HostItem, &'l HostItem, bool)> {
    let (allow, deny) = (flat(allow.items()), flat(deny.items()));
    let (mut winners, losers) = if deny_wins { (deny, allow) } else { (allow, deny) };
    if winners.is_empty() || losers.is_empty() {
        return Vec::new();
    }
    // `*` makes a pair with `*` only, and mostly one of the lists is nothing else.
    let star = |item: &&HostItem| item.entry.covers_everything();
    let (winning, losing) = (winners.iter().any(star), losers.iter().any(star));
    if (losers.iter().all(star) && !winning) || (winners.iter().all(star) && !losing) {
        return Vec::new();
    }
    // The widest first: where entries lie one inside another, it covers what any of them covers.
    winners.sort_by_cached_key(|item| match &item.entry {
        HostEntry::Name(ending) => (0, ending.len()),
        entry => (1, usize::MAX - size(entry)),
    });
    let index = Winners::new(winners.iter().map(|item| (&*item.text, &item.entry)));
    let pair = |loser: &'l HostItem| {
        let (at, same) = index.over(&loser.text, &loser.entry)?;
        let winner = *winners.get(at)?;
        let covered = match &loser.entry {
            HostEntry::Name(_) => true,
            entry => {
                AddressSet::from_ranges(Range::of(entry)).is_subset(&AddressSet::from_ranges(Range::of(&winner.entry)))
            }
        };
        let idle = same || (covered && !winner.entry.covers_everything() && !loser.entry.covers_everything());
        idle.then_some(if deny_wins { (loser, winner, same) } else { (winner, loser, same) })
    };
    losers.into_iter().filter_map(pair).collect()
}

fn size(entry: &HostEntry) -> usize {
    usize::try_from(AddressSet::from_ranges(Range::of(entry)).size_v4()).unwrap_or(usize::MAX)
}

/// The entries of the list that wins, ready to be asked which of them lies over an entry of the other.
struct Winners {
    texts: BTreeMap<String, usize>,
    addresses: AddressMap<u32>,
    names: NameMap<u32>,
}

const NOBODY: u32 = u32::MAX;

fn least(a: u32, b: u32) -> u32 {
    a.min(b)
}

impl Winners {
    fn new<'e>(entries: impl Iterator<Item = (&'e str, &'e HostEntry)>) -> Self {
        let mut texts = BTreeMap::new();
        let mut names = NameMap::new(NOBODY);
        let mut ranges = Vec::new();
        for ((text, entry), index) in entries.zip(0_u32..) {
            texts.entry(text.trim().to_lowercase()).or_insert(index as usize);
            if let HostEntry::Name(ending) = entry {
                names.add(ending, index, &least);
            }
            ranges.extend(Range::of(entry).into_iter().map(|range| (range, index)));
        }
        Self { texts, addresses: AddressMap::build(NOBODY, &ranges, &least), names }
    }

    /// The number of the entry that is the same, or else of the widest at the place of this one; and whether it is the same.
    fn over(&self, text: &str, entry: &HostEntry) -> Option<(usize, bool)> {
        if let Some(index) = self.texts.get(&text.trim().to_lowercase()) {
            return Some((*index, true));
        }
        let index = match entry {
            HostEntry::Name(name) => self.names.get(name, &least),
            entry => self.addresses.get(Range::of(entry).first()?.first()),
        };
        (index != NOBODY).then_some((index as usize, false))
    }
}

fn covered_domains<'l>(
    allow: &'l DomainList,
    deny: &'l DomainList,
    deny_wins: bool,
) -> Vec<(&'l DomainItem, &'l DomainItem, bool)> {
    let (winners, losers) = if deny_wins { (deny.items(), allow.items()) } else { (allow.items(), deny.items()) };
    let star = |item: &DomainItem| item.text.trim() == "*";
    let (winning, losing) = (winners.iter().any(star), losers.iter().any(star));
    if (losers.iter().all(star) && !winning) || (winners.iter().all(star) && !losing) {
        return Vec::new();
    }
    let mut winners: Vec<&DomainItem> = winners.iter().collect();
    winners.sort_by_key(|item| item.text.len());
    let entries: Vec<HostEntry> = winners.iter().map(|item| HostEntry::parse(&item.text)).collect();
    // `@name` is the one domain and covers nothing but itself.
    let covering = winners.iter().zip(&entries).map(|(item, entry)| {
        let whole = item.text.starts_with(['@', '%']);
        (&*item.text, if whole { &HostEntry::All } else { entry })
    });
    let index = Winners { addresses: AddressMap::build(NOBODY, &[], &least), ..Winners::new(covering) };
    let pair = |loser: &'l DomainItem| {
        let name = loser.text.trim().trim_start_matches('@');
        let (at, same) = index.over(&loser.text, &HostEntry::Name(name.to_owned()))?;
        let winner = *winners.get(at)?;
        Some(if deny_wins { (loser, winner, same) } else { (winner, loser, same) })
    };
    losers.iter().filter_map(pair).collect()
}

/// Whether "Deny connections" covers every address of the Internet.
pub(super) fn denies_everybody(resolved: &Resolved) -> Fact {
    let deny = &resolved.policy.deny_connections;
    let internet = AddressSet::from_ranges([Range::V4([crate::smtp::Octet::ANY; 4])])
        .difference(&AddressSet::not_on_the_internet());
    let covered = internet.is_subset(&deny.addresses());
    let widest = flat(deny.items()).into_iter().find(|item| item.entry.covers_everything());
    let at = widest.map_or_else(|| deny.source(), |item| item.source);
    match deny.open() {
        Some(why) if !covered => Fact::unknown(Arc::clone(why), resolved.provenance(deny.source())),
        _ => Fact::known(covered, resolved.provenance(at)),
    }
}
