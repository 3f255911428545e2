//! Servers that stand in for each other (failures.md F-22): those of one cluster, and what they do differently with SMTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::contrast::{equal, shown};
use super::fact::{Fact, List, Provenance, Role};
use super::field::field_fact;
use super::shadow::{critical_fields, known};
use super::view::{RecordView, at_path_of};
use crate::directory::{DirectoryId, Document, DocumentId, Environment, Kind, Location};

/// More differences than these nobody reads in one sentence.
const MAX_TOLD: usize = 4;

/// A server of a cluster.
struct Mate<'e> {
    server: &'e Document,
    listens: Option<bool>,
    /// The Configuration Settings document that governs it, where that is one.
    settings: Option<&'e Document>,
}

/// Servers with one value of something, beside the text for it.
struct Camp<'a, 'e> {
    value: String,
    mates: Vec<&'a Mate<'e>>,
}

/// Clusters whose servers differ: in whether they listen, and in the fields of their Configuration Settings that matter to
/// SMTP, as far as they may listen. One entry for each; what is not known is left out.
pub(super) fn cluster_differences(environment: &Environment, servers: &[(DocumentId, Fact)]) -> Fact {
    let mut clusters: BTreeMap<(DirectoryId, String), Vec<Mate<'_>>> = BTreeMap::new();
    for (id, fact) in servers {
        let Some(server) = environment.document(*id) else { continue };
        let Some(cluster) = cluster_of(server) else { continue };
        let listens = at_path_of(fact, "listener").and_then(|fact| fact.bool());
        let mate = Mate { server, listens, settings: governing(environment, fact) };
        clusters.entry((server.directory, cluster.to_lowercase())).or_default().push(mate);
    }
    let items = clusters.values().filter_map(|mates| difference(mates)).collect();
    Fact::known(List::complete(items), Provenance::default())
}

fn cluster_of(server: &Document) -> Option<&str> {
    server.text("cluster").map(|name| name.trim()).filter(|name| !name.is_empty())
}

fn difference(mates: &[Mate<'_>]) -> Option<Fact> {
    let mut told = Vec::new();
    let mut odd: BTreeMap<DocumentId, usize> = BTreeMap::new();
    let mut places = Vec::new();
    let mut tell = |camps: &[Camp<'_, '_>], text: String| {
        told.push(text);
        for mate in camps.split_last().map_or(&[] as &[_], |(_, smaller)| smaller).iter().flat_map(|camp| &camp.mates) {
            *odd.entry(mate.server.id).or_default() += 1;
        }
    };
    let listening = camps(mates.iter().filter_map(|mate| {
        let value = if mate.listens? { "an SMTP listener" } else { "no SMTP listener" };
        Some((mate, Fact::known(value, Provenance::default())))
    }));
    if listening.len() > 1 {
        let parts: Vec<String> = listening
            .iter()
            .enumerate()
            .map(|(index, camp)| {
                let verb = if camp.mates.len() == 1 { "has" } else { "have" };
                let what = camp.value.trim_matches('`');
                let what = if index > 0 { what.replace("an SMTP listener", "one") } else { what.to_owned() };
                format!("{} {verb} {what}", names(camp))
            })
            .collect();
        tell(&listening, parts.join(", "));
        let at = |camp: &Camp<'_, '_>| camp.mates.first().map(|mate| Location::field(mate.server.id, "smtp_listener"));
        places.extend(listening.iter().filter_map(at));
    }
    for path in critical_fields() {
        let Some(spec) = Kind::Configuration.spec().field(path) else { continue };
        // Nobody notices the inbound settings of a server without a listener.
        let compared = mates.iter().filter(|mate| mate.listens != Some(false)).filter_map(|mate| {
            let fact = field_fact(Some(mate.settings?.into()), spec);
            known(&fact).then_some((mate, fact))
        });
        let camps = camps(compared);
        if camps.len() > 1 {
            let parts: Vec<String> = camps.iter().map(|camp| format!("{} on {}", camp.value, names(camp))).collect();
            tell(&camps, format!("\"{}\": {}", spec.title, parts.join(", ")));
            let settings = camps.iter().filter_map(|camp| camp.mates.first()?.settings);
            places.extend(settings.map(|document| Location::field(document.id, "applies_to")));
        }
    }
    // The first of those that differ most often; `max_by_key` gives the last one.
    let at = mates.iter().rev().max_by_key(|mate| odd.get(&mate.server.id).copied().unwrap_or_default())?.server;
    let place = Provenance::set(Location::field(at.id, "cluster"));
    let mut provenance = place.clone();
    places.dedup();
    for place in places {
        provenance = provenance.then(Role::From, Some(place), "one of the servers that were compared");
    }
    let count = i64::try_from(told.len()).unwrap_or(i64::MAX);
    if told.len() > MAX_TOLD {
        let more = told.len() - MAX_TOLD;
        told.truncate(MAX_TOLD);
        told.push(format!("{more} more"));
    }
    let cluster = cluster_of(at)?;
    let texts = |texts: &mut dyn Iterator<Item = &str>| {
        let items = texts.map(|text| Fact::known(text, Provenance::default())).collect();
        Fact::known(List::complete(items), Provenance::default())
    };
    let parts = BTreeMap::from([
        (Arc::from("cluster"), Fact::known(cluster, place)),
        (Arc::from("servers"), texts(&mut mates.iter().map(|mate| &*mate.server.name))),
        (Arc::from("differences"), texts(&mut told.iter().map(String::as_str))),
        (Arc::from("count"), Fact::known(count, Provenance::default())),
    ]);
    (count > 0).then(|| RecordView::fact(format!("cluster {}", cluster.to_lowercase()), parts, provenance))
}

/// Servers by value, the fewest first; of two that are as many, those that come later.
fn camps<'a, 'e>(values: impl Iterator<Item = (&'a Mate<'e>, Fact)>) -> Vec<Camp<'a, 'e>> {
    let mut camps: Vec<(Fact, Camp<'a, 'e>)> = Vec::new();
    for (mate, fact) in values {
        match camps.iter_mut().find(|(known, _)| equal(known, &fact)) {
            Some((_, camp)) => camp.mates.push(mate),
            None => {
                let camp = Camp { value: shown(&fact), mates: vec![mate] };
                camps.push((fact, camp));
            }
        }
    }
    let mut camps: Vec<Camp<'a, 'e>> = camps.into_iter().map(|(_, camp)| camp).collect();
    camps.reverse();
    camps.sort_by_key(|camp| camp.mates.len());
    camps
}

/// The names of servers, for people: at most three.
fn names(camp: &Camp<'_, '_>) -> String {
    let mut names: Vec<String> = camp.mates.iter().map(|mate| format!("`{}`", mate.server.name)).collect();
    if names.len() > 3 {
        let more = names.len() - 2;
        names.truncate(2);
        names.push(format!("{more} others"));
    }
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// The Configuration Settings document that governs a server, where that is one.
fn governing<'e>(environment: &'e Environment, server: &Fact) -> Option<&'e Document> {
    let configuration = at_path_of(server, "configuration")?;
    configuration.object()?;
    let mut set = configuration.provenance.steps().iter().filter(|step| step.role == Role::Set);
    let only = set.next().filter(|_| set.next().is_none())?;
    environment.document(only.at.as_ref()?.document)
}
