//! Servers that stand in for each other (failures.md F-22): those of one cluster, and what they do differently with SMTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fact::{Fact, List, Provenance, Role};
use super::shadow;
use super::view::{RecordView, at_path_of};
use crate::directory::{DirectoryId, Document, DocumentId, Environment, Location};

/// More differences than these nobody reads in one sentence.
const MAX_TOLD: usize = 4;

/// Servers of a cluster that differ from its first one: in whether they listen, and in the fields of their Configuration
/// Settings that matter to SMTP. One entry for each of them; what is not known on either side is left out.
pub(super) fn cluster_differences(environment: &Environment, servers: &[(DocumentId, Fact)]) -> Fact {
    let mut first: BTreeMap<(DirectoryId, String), &(DocumentId, Fact)> = BTreeMap::new();
    let mut items = Vec::new();
    for entry in servers {
        let Some(server) = environment.document(entry.0) else { continue };
        let Some(cluster) = server.text("cluster").map(|name| name.trim()).filter(|name| !name.is_empty()) else {
            continue;
        };
        let key = (server.directory, cluster.to_lowercase());
        let Some(mate) = first.get(&key) else {
            first.insert(key, entry);
            continue;
        };
        let Some(other) = environment.document(mate.0) else { continue };
        items.extend(difference(environment, cluster, (other, &mate.1), (server, &entry.1)));
    }
    Fact::known(List::complete(items), Provenance::default())
}

fn difference(
    environment: &Environment,
    cluster: &str,
    (first, first_fact): (&Document, &Fact),
    (second, second_fact): (&Document, &Fact),
) -> Option<Fact> {
    let listens = |fact: &Fact| at_path_of(fact, "listener").and_then(|fact| fact.bool());
    let mut told = Vec::new();
    let mut provenance = Provenance::set(Location::field(second.id, "cluster"));
    if let (Some(here), Some(there)) = (listens(second_fact), listens(first_fact))
        && here != there
    {
        told.push(if here { "only this one has an SMTP listener" } else { "this one has no SMTP listener" }.to_owned());
        let at = Location::field(first.id, "smtp_listener");
        provenance = provenance.then(Role::From, Some(at), "compared with this server");
    }
    let (here, there) = (governing(environment, second_fact), governing(environment, first_fact));
    if let (Some(here), Some(there)) = (here, there)
        && here.id != there.id
    {
        let differences = shadow::differences(here, there, "there");
        told.extend(differences.iter().map(|difference| difference.text.to_string()));
        for document in [here, there] {
            let at = Location::field(document.id, "applies_to");
            provenance = provenance.then(Role::From, Some(at), "the settings of one of the two");
        }
    }
    let count = i64::try_from(told.len()).unwrap_or(i64::MAX);
    if told.len() > MAX_TOLD {
        let more = told.len() - MAX_TOLD;
        told.truncate(MAX_TOLD);
        told.push(format!("{more} more"));
    }
    let text = |text: &str| Fact::known(text, Provenance::default());
    let texts = told.iter().map(|told| text(told)).collect();
    let parts = BTreeMap::from([
        (Arc::from("cluster"), Fact::known(cluster, Provenance::set(Location::field(second.id, "cluster")))),
        (Arc::from("first"), text(&first.name)),
        (Arc::from("second"), text(&second.name)),
        (Arc::from("differences"), Fact::known(List::complete(texts), Provenance::default())),
        (Arc::from("count"), Fact::known(count, Provenance::default())),
    ]);
    (count > 0).then(|| RecordView::fact(format!("{} beside {}", second.name, first.name), parts, provenance))
}

/// The Configuration Settings document that governs a server, where that is one.
fn governing<'e>(environment: &'e Environment, server: &Fact) -> Option<&'e Document> {
    let configuration = at_path_of(server, "configuration")?;
    configuration.object()?;
    let mut set = configuration.provenance.steps().iter().filter(|step| step.role == Role::Set);
    let only = set.next().filter(|_| set.next().is_none())?;
    environment.document(only.at.as_ref()?.document)
}
