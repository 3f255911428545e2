//! What a governing Configuration Settings document hides (failures.md F-19): the fields that matter to SMTP in which it
//! differs from the document it outranks, and those in which it is less restrictive.

use super::fact::{Fact, State};
use super::field::field_fact;
use crate::directory::vocabulary::FieldSpec;
use crate::directory::{Document, Kind};

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

/// The differences between a document in force and one that it hides, as texts for people.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// Fields in which the document in force restricts less.
    pub less_restrictive: Vec<String>,
    /// Other fields in which they differ.
    pub other: Vec<String>,
}

/// Compares the fields that matter to SMTP. Fields that are unknown on either side are left out.
#[must_use]
pub(super) fn differences(applied: &Document, hidden: &Document) -> Differences {
    let mut found = Differences::default();
    for (path, rank) in CRITICAL {
        let Some(spec) = Kind::Configuration.spec().field(path) else { continue };
        let (here, there) = (field_fact(Some(applied.into()), spec), field_fact(Some(hidden.into()), spec));
        if known(&here) && known(&there) && !equal(&here, &there) {
            let text = describe(spec, &here, &there);
            if restricts_less(*rank, &here, &there) {
                found.less_restrictive.push(text);
            } else {
                found.other.push(text);
            }
        }
    }
    found
}

fn known(fact: &Fact) -> bool {
    match &fact.state {
        State::Known(_) | State::Absent(Some(_)) => {
            fact.list().is_none_or(|list| !list.items.iter().any(Fact::is_unknown))
        }
        State::Absent(None) | State::Unknown(_) => false,
    }
}

fn entries(fact: &Fact) -> Vec<String> {
    let mut entries: Vec<String> = fact
        .list()
        .map(|list| list.items.iter().map(|item| item.to_string().to_lowercase()).collect())
        .unwrap_or_default();
    entries.sort();
    entries
}

fn equal(a: &Fact, b: &Fact) -> bool {
    if a.list().is_some() { entries(a) == entries(b) } else { a.to_string() == b.to_string() }
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

fn describe(spec: &FieldSpec, here: &Fact, there: &Fact) -> String {
    let shown = |fact: &Fact| {
        let text = match fact.bool() {
            Some(true) => "enabled".to_owned(),
            Some(false) => "disabled".to_owned(),
            None => fact.to_string(),
        };
        if text.is_empty() { "blank".to_owned() } else { format!("`{text}`") }
    };
    format!("\"{}\" ({}): {} here, {} there", spec.title, spec.path, shown(here), shown(there))
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
