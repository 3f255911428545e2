//! What does not fit together between the documents of an environment, before anything is resolved.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::document::{DirectoryId, Document};
use super::name::name_key;
use super::vocabulary::Kind;
use super::{AtHand, Environment};
use crate::read::Completeness;
use crate::source::Problem;
use crate::suggest::closest;

/// Adds a problem for every document that cannot be used, or whose owner cannot be told.
pub(super) fn report(environment: &Environment, problems: &mut Vec<Problem>) {
    report_twins(environment, problems);
    report_doubles(environment, problems);
    report_strays(environment, problems);
}

/// Two Server documents of one name: nobody knows which one the server reads.
fn report_twins(environment: &Environment, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<(DirectoryId, String), &Document> = BTreeMap::new();
    for document in environment.documents.iter().filter(|document| document.kind == Kind::Server) {
        // A name that a placeholder leaves open may be another one.
        let (Some(field), Some(_)) = (document.fields.get("name"), document.text("name")) else { continue };
        if let Some(first) = seen.get(&(document.directory, name_key(&document.name))) {
            let place = first.fields.get("name").map_or(first.span, |field| field.span);
            problems.push(
                Problem::error("duplicate-document", format!("two Server documents are named `{}`", document.name))
                    .at(field.span, "this one is not used")
                    .at(place, "this one is used")
                    .help("remove one of them; if they come from a replication conflict, keep the right one in the directory"),
            );
        } else {
            seen.insert((document.directory, name_key(&document.name)), document);
        }
    }
}

/// Two whole notes.ini of one server, two groups of one name: which one counts is not known.
fn report_doubles(environment: &Environment, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<(Kind, DirectoryId, String), AtHand<'_>> = BTreeMap::new();
    let whole = |document: &AtHand<'_>| {
        document.completeness() == Completeness::Full && document.text("server").is_some_and(|name| !name.is_empty())
    };
    for document in environment.each(Kind::NotesIni).filter(whole).chain(environment.each(Kind::Group)) {
        let kind = document.kind();
        let name = name_key(document.text("server").unwrap_or(document.name()));
        // The copy of a server's notes.ini belongs to no directory.
        let directory = if kind == Kind::Group { document.directory() } else { DirectoryId(0) };
        let first = match seen.entry((kind, directory, name)) {
            Entry::Vacant(place) => {
                place.insert(document);
                continue;
            }
            Entry::Occupied(first) => *first.get(),
        };
        let what = match kind {
            Kind::NotesIni => format!("two notes.ini belong to `{}`", document.name()),
            _ => format!("two groups are named `{}`", document.name()),
        };
        problems.push(
            Problem::warning("duplicate-document", what)
                .at(document.span(), "and this one")
                .at(first.span(), "this one")
                .help("which of them counts is not known; remove one"),
        );
    }
}

/// A notes.ini that belongs to no server of the input has no effect here, which nobody would guess.
fn report_strays(environment: &Environment, problems: &mut Vec<Problem>) {
    let servers: BTreeSet<String> = environment.of_kind(Kind::Server).map(|server| name_key(&server.name)).collect();
    if servers.is_empty() {
        return;
    }
    for document in environment.of_kind(Kind::NotesIni) {
        match document.fields.get("server").map(|field| (field, document.text("server"))) {
            Some((_, Some(name))) if servers.contains(&name_key(name)) => {}
            Some((field, Some(name))) if !name.is_empty() => {
                let known: Vec<&str> = environment.of_kind(Kind::Server).map(|server| &*server.name).collect();
                let problem = Problem::warning(
                    "notes-ini-of-nobody",
                    format!("no Server document in the input is named `{name}`"),
                )
                .at(field.span, "so these settings belong to nobody here");
                problems.push(match closest(name, known.iter().copied()) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                });
            }
            // A name that a placeholder leaves open says so by itself.
            Some((_, None)) => {}
            _ if servers.len() > 1 => problems.push(
                Problem::warning(
                    "notes-ini-of-nobody",
                    format!("which of the {} servers this notes.ini belongs to is not known", servers.len()),
                )
                .at(document.span, "these settings are not used")
                .help("add the line `ServerName=…` to the copy, or `server = \"…\"` in a native description"),
            ),
            _ => {}
        }
    }
}
