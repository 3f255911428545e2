//! Alias domains that are no aliases (failures.md F-60): an address that nobody has there goes to whoever has it in the
//! primary domain, although the two domains have owners of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::addressees::{Addressees, delivery, lives_here, shown};
use super::fact::{Fact, List, Provenance, Role};
use super::view::RecordView;
use crate::directory::{DirectoryId, Document, Environment, Kind, Location};

type Owners<'a, 'e> = BTreeMap<&'a str, (&'e Document, &'a Location)>;

/// Alias domains from which mail crosses over to owners in the primary domain, one entry for each. That the domains are not
/// meant to be the same shows in a part before the @ that different mailboxes have in them.
pub(super) fn alias_fallbacks(environment: &Environment, addressees: &Addressees<'_>) -> Fact {
    let mut wanted: BTreeSet<(DirectoryId, String)> = BTreeSet::new();
    let mut primaries: BTreeMap<(DirectoryId, String), usize> = BTreeMap::new();
    for document in environment.of_kind(Kind::GlobalDomain) {
        let aliases = document.texts("internet_domain_aliases");
        let primary = document.text("primary_internet_domain");
        if let Some(primary) = primary {
            *primaries.entry((document.directory, plain(primary))).or_insert(0) += 1;
        }
        wanted.extend(aliases.chain(primary).map(|domain| (document.directory, plain(domain))));
    }
    let mut by_domain: BTreeMap<(DirectoryId, &str), Owners<'_, '_>> = BTreeMap::new();
    for (directory, address, document, at) in addressees.first_owners() {
        let Some((local, domain)) = address.rsplit_once('@') else { continue };
        if lives_here(document) && wanted.contains(&(directory, domain.to_owned())) {
            by_domain.entry((directory, domain)).or_default().insert(local, (document, at));
        }
    }
    let mut items = Vec::new();
    for document in environment.of_kind(Kind::GlobalDomain) {
        let Some(primary) = document.text("primary_internet_domain").map(|domain| plain(domain)) else { continue };
        let Some(ours) = by_domain.get(&(document.directory, primary.as_str())) else { continue };
        for (alias, index) in document.texts("internet_domain_aliases").zip(0_u32..) {
            let alias = plain(alias);
            // Which of two documents counts for a domain that is an alias here and primary there is not documented.
            if alias == primary || primaries.contains_key(&(document.directory, alias.clone())) {
                continue;
            }
            let Some(theirs) = by_domain.get(&(document.directory, alias.as_str())) else { continue };
            let at = Location::element(document.id, "internet_domain_aliases", index);
            items.extend(crossing(&alias, &primary, theirs, ours, at));
        }
    }
    Fact::known(List::complete(items), Provenance::default())
}

fn crossing(alias: &str, primary: &str, theirs: &Owners<'_, '_>, ours: &Owners<'_, '_>, at: Location) -> Option<Fact> {
    let differs = |one: &Document, other: &Document| {
        one.id != other.id && (delivery(one).is_none() || delivery(one) != delivery(other))
    };
    let (same, (other, other_at)) =
        theirs.iter().find(|(local, (owner, _))| ours.get(*local).is_some_and(|(ours, _)| differs(owner, ours)))?;
    let mut crossing = ours.iter().filter(|(local, _)| !theirs.contains_key(*local));
    let (local, (owner, owner_at)) = crossing.next()?;
    let count = i64::try_from(crossing.count() + 1).unwrap_or(i64::MAX);
    let told = format!("`{same}@{alias}` has an owner of its own");
    let provenance = Provenance::set(at.clone()).then(Role::From, Some((*other_at).clone()), told);
    let own = |text: String| Fact::known(text, Provenance::default());
    let parts = BTreeMap::from([
        (Arc::from("alias"), Fact::known(alias, Provenance::set(at))),
        (Arc::from("primary"), own(primary.to_owned())),
        (Arc::from("address"), own(format!("{local}@{alias}"))),
        (Arc::from("owner"), Fact::known(shown(owner), Provenance::set((*owner_at).clone()))),
        (Arc::from("count"), Fact::known(count, Provenance::default())),
        (Arc::from("shared_local_part"), own((*same).to_owned())),
        (Arc::from("other_owner"), own(shown(other))),
    ]);
    Some(RecordView::fact(format!("alias domain {alias} of {primary}"), parts, provenance))
}

fn plain(domain: &str) -> String {
    domain.trim().to_lowercase()
}
