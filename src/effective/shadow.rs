//! What a governing Configuration Settings document hides (failures.md F-19): the fields that matter to SMTP in which it
//! differs from the document it outranks, and those in which it is less restrictive.

use super::contrast::{entries, equal, is_known_list, shown};
use super::fact::{Fact, Provenance, State};
use super::field::field_fact;
use crate::directory::{Document, Kind, Location};

/// How the values of a field rank.
#[derive(Debug, Clone, Copy)]
enum Rank {
    /// `true` restricts more.
    TrueStricter,
    /// Words from the least to the most restrictive.
    Words(&'static [&'static str]),
    /// A list whose entries deny: an entry that is missing restricts less.
    Denies,
    /// A list whose entries open: an entry more restricts less.
    Opens,
    /// A list that, when not blank, admits nobody else: blank restricts least.
    OnlyThese,
}

const CRITICAL: &[(&str, Rank)] = &[
    ("relay.deny_destinations", Rank::Denies),
    ("relay.deny_hosts", Rank::Denies),
    ("relay.allow_destinations", Rank::Opens),
    ("relay.allow_hosts", Rank::Opens),
    ("relay_enforcement.connecting_hosts", Rank::Words(&["none", "external", "all"])),
    ("relay_enforcement.exempt_hosts", Rank::Opens),
    ("relay_enforcement.authenticated_users", Rank::Words(&["allow", "check"])),
    ("connections.verify_host_name", Rank::TrueStricter),
    ("connections.allow", Rank::OnlyThese),
    ("connections.deny", Rank::Denies),
    ("senders.verify_domain", Rank::TrueStricter),
    ("senders.allow", Rank::OnlyThese),
    ("senders.deny", Rank::Denies),
    ("recipients.verify_local", Rank::TrueStricter),
    ("recipients.reject_ambiguous", Rank::TrueStricter),
    ("recipients.deny_groups", Rank::TrueStricter),
    ("recipients.allow", Rank::OnlyThese),
    ("recipients.deny", Rank::Denies),
    ("dns_blacklist.enabled", Rank::TrueStricter),
    ("private_blacklist.enabled", Rank::TrueStricter),
    ("extensions.starttls", Rank::Words(&["disabled", "enabled", "required"])),
    ("internet_lockout", Rank::TrueStricter),
];

/// The fields that matter to SMTP.
pub(super) fn critical_fields() -> impl Iterator<Item = &'static str> {
    CRITICAL.iter().map(|(path, _)| *path)
}

/// Whether a value can be compared: it is known, or there is a documented default.
pub(super) fn known(fact: &Fact) -> bool {
    matches!(fact.state, State::Known(_) | State::Absent(Some(_))) && is_known_list(fact)
}

/// A field in which a document in force differs from one that it hides.
#[derive(Debug)]
pub(super) struct Difference {
    /// The field and both values, for people; the place is the field's in the document in force.
    pub text: Fact,
    /// Whether the document in force lets more through.
    pub less_restrictive: bool,
}

/// Compares the fields that matter to SMTP; those that let more through come first. Fields that are unknown on either side
/// are left out. `there` says in a text where the other document is.
#[must_use]
pub(super) fn differences(applied: &Document, hidden: &Document, there: &str) -> Vec<Difference> {
    let mut found = Vec::new();
    for (path, rank) in CRITICAL {
        let Some(spec) = Kind::Configuration.spec().field(path) else { continue };
        let (here, other) = (field_fact(Some(applied.into()), spec), field_fact(Some(hidden.into()), spec));
        if known(&here) && known(&other) && !equal(&here, &other) {
            let text = format!("\"{}\": {} here, {} {there}", spec.title, shown(&here), shown(&other));
            let at = Location::field(applied.id, *path);
            found.push(Difference {
                text: Fact::known(text, Provenance::set(at)),
                less_restrictive: restricts_less(*rank, &here, &other),
            });
        }
    }
    found.sort_by_key(|difference| !difference.less_restrictive);
    found
}

fn restricts_less(rank: Rank, here: &Fact, there: &Fact) -> bool {
    match rank {
        Rank::TrueStricter => here.bool() == Some(false),
        Rank::Words(words) => {
            let place = |fact: &Fact| fact.text().and_then(|text| words.iter().position(|word| **word == **text));
            place(here) < place(there)
        }
        Rank::Denies => {
            let here = entries(here);
            !here.contains(&"*".to_owned()) && entries(there).iter().any(|entry| !here.contains(entry))
        }
        Rank::Opens => {
            let there = entries(there);
            entries(here).iter().any(|entry| !there.contains(entry))
        }
        Rank::OnlyThese => {
            let (here, there) = (entries(here), entries(there));
            here.is_empty() || (!there.is_empty() && here.iter().any(|entry| !there.contains(entry)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_compared_field_is_in_the_vocabulary() {
        for (path, _) in CRITICAL {
            assert!(Kind::Configuration.spec().field(path).is_some(), "{path}");
        }
    }
}
