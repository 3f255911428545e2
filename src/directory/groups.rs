//! Group membership: nested, cyclic, and honest about groups that the input does not show.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::document::{DirectoryId, FieldContent};
use super::name::name_key;
use super::vocabulary::{Kind, Scalar};
use super::{DocumentId, Environment};

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

#[derive(Debug)]
struct Group {
    document: DocumentId,
    members: BTreeSet<String>,
    /// A member that stands for many, such as `*/Acme`.
    wildcards: Vec<String>,
    /// Why there may be members that are not in the set.
    open: Option<Arc<str>>,
}

impl Groups {
    pub(super) fn new(environment: &Environment) -> Self {
        let mut groups = BTreeMap::new();
        for document in environment.of_kind(Kind::Group) {
            let mut group =
                Group { document: document.id, members: BTreeSet::new(), wildcards: Vec::new(), open: None };
            match document.fields.get("members").map(|field| &field.content) {
                Some(FieldContent::Many(entries)) => {
                    for entry in entries {
                        match &entry.value {
                            Ok(Scalar::Text(name)) if name.starts_with("*/") => group.wildcards.push(name_key(name)),
                            Ok(Scalar::Text(name)) => {
                                group.members.insert(name_key(name));
                            }
                            Ok(_) => {}
                            Err(why) => group.open = Some(Arc::clone(why)),
                        }
                    }
                }
                Some(FieldContent::Unknown(why)) => group.open = Some(Arc::clone(why)),
                None if document.completeness != crate::read::Completeness::Full => {
                    group.open =
                        Some(Arc::from(format!("the members of the group `{}` are not in the input", document.name)));
                }
                Some(_) | None => {}
            }
            groups
                .entry((document.directory, name_key(&document.name)))
                .and_modify(|first: &mut Group| {
                    first.open = Some(Arc::from(format!("there are two groups named `{}`", document.name)));
                })
                .or_insert(group);
        }
        Self { groups }
    }

    /// Whether the directory has a group of that name.
    #[must_use]
    pub fn has(&self, directory: DirectoryId, group: &str) -> bool {
        self.groups.contains_key(&(directory, name_key(group)))
    }

    /// Whether `member` is in `group`, directly or through groups in it. A group that contains itself is no obstacle. A
    /// member that may be a group which the input does not show leaves the answer open, unless the input is `whole`.
    #[must_use]
    pub fn membership(&self, directory: DirectoryId, group: &str, member: &str, whole: bool) -> Membership {
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
            let mut chain = chain;
            chain.push(found.document);
            if found.members.contains(&member) {
                return Membership::Member(chain);
            }
            if found.wildcards.iter().any(|wildcard| member.ends_with(wildcard.trim_start_matches('*'))) {
                unknown =
                    Some(Arc::from("whether a group entry such as `*/Organization` counts here is not established"));
            }
            if let Some(why) = &found.open {
                unknown = Some(Arc::clone(why));
            }
            open.extend(found.members.iter().filter(may_be_group).map(|name| (name.clone(), chain.clone())));
        }
        unknown.map_or(Membership::NotMember, Membership::Unknown)
    }
}
