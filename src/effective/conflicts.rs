//! Documents that are replication or save conflicts, beside the documents that they arose with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fact::{Fact, List, Provenance, Role};
use super::view::RecordView;
use crate::directory::{DirectoryId, Document, Environment, Kind, Location, name_key};

/// The conflicts of an environment, each with the document that is used in its place.
#[must_use]
pub(super) fn conflict_documents(environment: &Environment) -> Fact {
    let mut used: BTreeMap<(DirectoryId, Kind, String), &Document> = BTreeMap::new();
    if !environment.conflicts().is_empty() {
        for document in environment.held() {
            used.entry((document.directory, document.kind, name_key(&document.name))).or_insert(document);
        }
    }
    let items = environment
        .conflicts()
        .iter()
        .map(|conflict| {
            let naming = |document: &Document| {
                let field = document.kind.spec().names.first().map_or("", |path| path);
                Location::field(document.id, field)
            };
            let at = naming(conflict);
            let twin = used.get(&(conflict.directory, conflict.kind, name_key(&conflict.name)));
            let mut provenance = Provenance::set(at.clone());
            if let Some(twin) = twin {
                provenance = provenance.then(Role::From, Some(naming(twin)), "this one is used here");
            }
            let unid = conflict.origin.unid.map_or_else(String::new, |unid| format!("{unid:032X}"));
            let parts = BTreeMap::from([
                (Arc::from("name"), Fact::known(&*conflict.name, provenance.clone())),
                (Arc::from("form"), Fact::known(conflict.kind.title(), Provenance::default())),
                (Arc::from("has_twin"), Fact::known(twin.is_some(), Provenance::default())),
                (Arc::from("unid"), Fact::known(unid.as_str(), Provenance::default())),
            ]);
            let identity = format!("conflict of {} {} {unid}", conflict.kind.title(), name_key(&conflict.name));
            RecordView::fact(identity, parts, provenance)
        })
        .collect();
    Fact::known(List::complete(items), Provenance::default())
}
