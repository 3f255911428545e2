//! Group membership: nested, cyclic, and honest about groups that the input does not show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::document::{DirectoryId, FieldContent};
use super::name::name_key;
use super::vocabulary::{Kind, Scalar};
use super::{AtHand, DocumentId, Environment};
use crate::read::Completeness;

/// Whether somebody is in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Membership {
    /// Yes; the chain of groups from the outermost to the one that names the member.
    Member(Vec<DocumentId>),
    /// No.
    NotMember,
    /// The input does not settle it; why.
    Unknown(Arc<str>),
}

/// The groups of an environment.
#[derive(Debug, Default)]
pub struct Groups {
    groups: BTreeMap<(DirectoryId, String), Group>,
}

/// A group by its name.
#[derive(Debug)]
struct Group {
    document: DocumentId,
    /// There is another one of this name.
    doubled: bool,
    /// Known once somebody asks.
    members: OnceLock<Members>,
}

#[derive(Debug, Default)]
struct Members {
    names: BTreeSet<String>,
    /// Those that stand for many, such as `*/Acme`.
    wildcards: Vec<String>,
    /// Why there may be members that are not in the set.
    open: Option<Arc<str>>,
}

impl Members {
    fn of(group: AtHand<'_>) -> Self {
        let mut members = Self::default();
        let field = group.field("members");
        match field.as_deref().map(|field| &field.content) {
            Some(FieldContent::Many(entries)) => {
                for entry in entries {
                    match &entry.value {
                        Ok(Scalar::Text(name)) if name.starts_with("*/") => members.wildcards.push(name_key(name)),
                        Ok(Scalar::Text(name)) => {
                            members.names.insert(name_key(name));
                        }
                        Ok(_) => {}
                        Err(why) => members.open = Some(Arc::clone(why)),
                    }
                }
            }
            Some(FieldContent::Unknown(why)) => members.open = Some(Arc::clone(why)),
            None if group.completeness() != Completeness::Full => {
                let why = format!("the members of the group `{}` are not in the input", group.name());
                members.open = Some(Arc::from(why));
            }
            Some(_) | None => {}
        }
        members
    }
}

impl Groups {
    pub(super) fn new(environment: &Environment) -> Self {
        let mut groups = BTreeMap::new();
        for group in environment.each(Kind::Group) {
            groups
                .entry((group.directory(), name_key(group.name())))
                .and_modify(|first: &mut Group| first.doubled = true)
                .or_insert(Group { document: group.id(), doubled: false, members: OnceLock::new() });
        }
        Self { groups }
    }

    /// Whether the directory has a group of that name.
    #[must_use]
    pub fn has(&self, directory: DirectoryId, group: &str) -> bool {
        self.groups.contains_key(&(directory, name_key(group)))
    }

    /// See [`Environment::membership`].
    pub(super) fn membership(
        &self,
        environment: &Environment,
        directory: DirectoryId,
        group: &str,
        member: &str,
        whole: bool,
    ) -> Membership {
        let member = name_key(member);
        let mut unknown = None;
        let mut seen = BTreeSet::new();
        // Only members that are groups, or may be, need a look; the rest are people and servers.
        let may_be_group =
            |name: &&String| !name.contains('/') || self.groups.contains_key(&(directory, (*name).clone()));
        let mut open: Vec<(String, Vec<DocumentId>)> = vec![(name_key(group), Vec::new())];
        while let Some((name, chain)) = open.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            let Some(found) = self.groups.get(&(directory, name.clone())) else {
                // Hierarchical names are people's and servers'.
                if !whole && !name.contains('/') && !chain.is_empty() {
                    unknown = Some(Arc::from(format!("the group `{name}` is not in the input")));
                }
                continue;
            };
            let document = environment.at_hand(found.document);
            let members = found.members.get_or_init(|| document.map(Members::of).unwrap_or_default());
            let mut chain = chain;
            chain.push(found.document);
            if members.names.contains(&member) {
                return Membership::Member(chain);
            }
            if members.wildcards.iter().any(|wildcard| member.ends_with(wildcard.trim_start_matches('*'))) {
                unknown =
                    Some(Arc::from("whether a group entry such as `*/Organization` counts here is not established"));
            }
            if found.doubled {
                let name = document.map_or("", AtHand::name);
                unknown = Some(Arc::from(format!("there are two groups named `{name}`")));
            } else if let Some(why) = &members.open {
                unknown = Some(Arc::clone(why));
            }
            open.extend(members.names.iter().filter(may_be_group).map(|name| (name.clone(), chain.clone())));
        }
        unknown.map_or(Membership::NotMember, Membership::Unknown)
    }
}
