//! The entries of groups that lists of hosts, domains and addresses name (semantics.md 3.3).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fact::Provenance;
use super::policy::Build;
use crate::directory::vocabulary::Scalar;
use crate::directory::{DirectoryId, DocumentId, Environment, FieldContent, Kind, Location, name_key};
use crate::smtp::{Source, Why};

/// An entry as it is written, with its place.
pub(super) type Placed = (Arc<str>, Source);

/// The groups of an environment by directory and name, for lists that name them.
#[derive(Debug, Default)]
pub(super) struct GroupIndex {
    by_name: BTreeMap<(DirectoryId, String), Vec<u32>>,
}

impl GroupIndex {
    pub(super) fn new(environment: &Environment) -> Self {
        let mut index = Self::default();
        for group in environment.each(Kind::Group) {
            index.by_name.entry((group.directory(), name_key(group.name()))).or_default().push(group.id().0);
        }
        index
    }
}

impl Build<'_> {
    /// The entries of a group and of the groups in it; `None` if the directory has no group of that name.
    pub(super) fn group(&mut self, name: &str) -> Option<Result<Vec<Placed>, Why>> {
        let environment = Arc::clone(&self.around.environment);
        let mut wanted = vec![Arc::<str>::from(name)];
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        while let Some(name) = wanted.pop() {
            if !seen.insert(name_key(&name)) {
                continue;
            }
            let key = (self.directory, name_key(&name));
            let groups = self.around.groups.by_name.get(&key).map_or(&[][..], Vec::as_slice);
            let [id] = groups else {
                if groups.is_empty() && seen.len() == 1 && self.around.declared {
                    return None;
                }
                let what = if groups.is_empty() { "is not in the input" } else { "stands in the directory twice" };
                return Some(Err(format!("the group `{name}` {what}").into()));
            };
            let group = environment.at_hand(DocumentId(*id))?;
            if let Some(kind) = group.text("type").filter(|kind| !matches!(*kind, "mail" | "multi_purpose")) {
                let why = format!(
                    "the group `{name}` is of the type {kind}; SMTP controls take Mail only and Multi-purpose groups, and what the server does with another is not documented"
                );
                return Some(Err(why.into()));
            }
            match group.field("members").as_deref().map(|field| &field.content) {
                Some(FieldContent::Many(members)) => {
                    for (member, index) in members.iter().zip(0_u32..) {
                        match &member.value {
                            Ok(Scalar::Text(text)) if text.trim().is_empty() => {}
                            Ok(Scalar::Text(text)) => {
                                let inner = (self.directory, name_key(text));
                                if self.around.groups.by_name.contains_key(&inner) {
                                    wanted.push(Arc::clone(text));
                                    continue;
                                }
                                let at = Location::element(group.id(), "members", index);
                                let source = self.source(&Provenance::set(at));
                                entries.push((Arc::clone(text), source));
                            }
                            Ok(_) => {}
                            Err(why) => return Some(Err(Arc::clone(why))),
                        }
                    }
                }
                Some(FieldContent::Unknown(why)) => return Some(Err(Arc::clone(why))),
                None if group.completeness() != crate::read::Completeness::Full => {
                    return Some(Err(format!("the members of the group `{name}` are not in the input").into()));
                }
                _ => {}
            }
        }
        Some(Ok(entries))
    }
}
