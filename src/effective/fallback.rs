//! Alias domains that are no aliases (failures.md F-60): an address that nobody has there goes to whoever has it in the
//! primary domain, although the two domains have owners of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::addressees::{Addressees, Owner, delivery, shown};
use super::fact::{Fact, List, Provenance, Role};
use super::view::RecordView;
use crate::directory::{DirectoryId, Environment, Kind, Location};

/// Alias domains from which mail crosses over to owners in the primary domain, one entry for each. That the domains are not
/// meant to be the same shows in a part before the @ that different mailboxes have in them.
pub(super) fn alias_fallbacks(environment: &Environment, addressees: &Addressees<'_>) -> Fact {
    let primaries: BTreeSet<(DirectoryId, String)> = environment
        .of_kind(Kind::GlobalDomain)
        .filter_map(|document| Some((document.directory, plain(document.text("primary_internet_domain")?))))
        .collect();
    let used = with_mailboxes(environment, addressees);
    let mut items = Vec::new();
    for document in environment.of_kind(Kind::GlobalDomain) {
        let Some(primary) = document.text("primary_internet_domain").map(|domain| plain(domain)) else { continue };
        for (index, alias) in document.numbered_texts("internet_domain_aliases") {
            let alias = plain(alias);
            // Which of two documents counts for a domain that is an alias here and primary there is not documented.
            if alias == primary
                || !used.contains(&(document.directory, alias.clone()))
                || primaries.contains(&(document.directory, alias.clone()))
            {
                continue;
            }
            let at = Location::element(document.id, "internet_domain_aliases", index);
            let domains = Domains { addressees, directory: document.directory, alias: &alias, primary: &primary };
            items.extend(domains.crossing(at));
        }
    }
    Fact::known(List::complete(items), Provenance::default())
}

/// The alias domains that addresses are in. Most directories have few or none, and the others need not be gone through for
/// each of them.
fn with_mailboxes(environment: &Environment, addressees: &Addressees<'_>) -> BTreeSet<(DirectoryId, String)> {
    let aliases: BTreeSet<(DirectoryId, String)> = environment
        .of_kind(Kind::GlobalDomain)
        .flat_map(|document| {
            let aliases = document.texts("internet_domain_aliases");
            aliases.map(|alias| (document.directory, plain(alias)))
        })
        .collect();
    let mut used = BTreeSet::new();
    if !aliases.is_empty() {
        for (address, owner) in addressees.all() {
            let domain = address.rsplit_once('@').map(|(_, domain)| (owner.document.directory(), domain.to_owned()));
            used.extend(domain.filter(|domain| aliases.contains(domain)));
        }
    }
    used
}

/// An alias domain and the primary domain that it stands for.
struct Domains<'a, 'e> {
    addressees: &'a Addressees<'e>,
    directory: DirectoryId,
    alias: &'a str,
    primary: &'a str,
}

impl<'e> Domains<'_, 'e> {
    /// The parts before the @ that mailboxes have in a domain; one may come twice.
    fn local_parts(&self, domain: &str) -> impl Iterator<Item = String> {
        let in_domain = move |(address, owner): (String, Owner<'e>)| {
            let (local, of) = address.rsplit_once('@')?;
            (of == domain && owner.document.directory() == self.directory).then(|| local.to_owned())
        };
        self.addressees.all().filter_map(in_domain)
    }

    fn mailbox(&self, local: &str, domain: &str) -> Option<Owner<'e>> {
        self.addressees.mailbox(self.directory, &format!("{local}@{domain}"))
    }

    fn crossing(&self, at: Location) -> Option<Fact> {
        let Self { alias, primary, .. } = self;
        let differs = |local: &String| {
            let ours = self.mailbox(local, primary)?.document;
            let theirs = self.mailbox(local, alias)?.document;
            let differs =
                theirs.id() != ours.id() && (delivery(theirs).is_none() || delivery(theirs) != delivery(ours));
            differs.then_some(theirs)
        };
        let shared: BTreeSet<String> = self.local_parts(alias).filter(|local| differs(local).is_some()).collect();
        let same = shared.first()?.clone();
        let other = differs(&same)?;
        // One office may well answer for all domains in these.
        let common = |local: &str| matches!(local, "postmaster" | "abuse");
        let crosses = |local: &String| {
            !common(local) && self.mailbox(local, primary).is_some() && self.mailbox(local, alias).is_none()
        };
        let crossing: BTreeSet<String> = self.local_parts(primary).filter(crosses).collect();
        let local = crossing.first()?;
        let owner = self.mailbox(local, primary)?;
        let number = |set: &BTreeSet<String>| i64::try_from(set.len()).unwrap_or(i64::MAX);
        let other_at = self.mailbox(&same, alias)?.at();
        let told = format!("`{same}@{alias}` has an owner of its own");
        let provenance = Provenance::set(at.clone()).then(Role::From, Some(other_at), told);
        let own = |text: String| Fact::known(text, Provenance::default());
        let parts = BTreeMap::from([
            (Arc::from("alias"), Fact::known(*alias, Provenance::set(at))),
            (Arc::from("primary"), own((*primary).to_owned())),
            (Arc::from("address"), own(format!("{local}@{alias}"))),
            (Arc::from("owner"), Fact::known(shown(owner.document), Provenance::set(owner.at()))),
            (Arc::from("count"), Fact::known(number(&crossing), Provenance::default())),
            (Arc::from("shared_local_part"), own(same)),
            (Arc::from("shared_local_parts"), Fact::known(number(&shared), Provenance::default())),
            (Arc::from("other_owner"), own(shown(other))),
        ]);
        Some(RecordView::fact(format!("alias domain {alias} of {primary}"), parts, provenance))
    }
}

fn plain(domain: &str) -> String {
    domain.trim().to_lowercase()
}
