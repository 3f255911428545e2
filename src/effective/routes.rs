//! The ways that mail takes out of a server (failures.md 2.6): what shows that it sends, how it can, and where relay hosts
//! and smart hosts lead in a circle.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fact::{Fact, List, Provenance, Role};
use super::neighbours::bare;
use super::view::{RecordView, at_path};
use crate::directory::{AtHand, DirectoryId, Document, DocumentId, Environment, Kind, Location, name_key};

/// What is known of sending before it is known of one server.
#[derive(Debug, Default)]
pub(super) struct Routes<'e> {
    /// People with their mail file on a server: the first one and how many.
    people: BTreeMap<String, (AtHand<'e>, i64)>,
    /// SMTP Connection documents by their source server.
    sources: BTreeMap<String, &'e Document>,
    /// A Foreign SMTP Domain document of each directory.
    foreign: BTreeMap<DirectoryId, &'e Document>,
    /// Servers of each directory that send by SMTP: those whose configuration says so, by name.
    senders: BTreeMap<DirectoryId, Vec<(DocumentId, Arc<str>)>>,
    /// Whether the input shows everything.
    complete: bool,
}

impl<'e> Routes<'e> {
    /// Collects people, connections and domains; `sends` are the servers that send by SMTP.
    pub(super) fn new(environment: &'e Environment, sends: &[&'e Document], complete: bool) -> Self {
        let mut all = Self { complete, ..Self::default() };
        for person in environment.each(Kind::Person) {
            if let Some(server) = person.text("mail_server").filter(|name| !name.is_empty()) {
                let has_file = person.text("mail_file").is_some_and(|file| !file.is_empty());
                if has_file {
                    all.people.entry(name_key(server)).and_modify(|known| known.1 += 1).or_insert((person, 1));
                }
            }
        }
        for connection in environment.of_kind(Kind::Connection) {
            if connection.text("type").is_some_and(|kind| &**kind == "smtp")
                && let Some(source) = connection.text("source")
            {
                all.sources.entry(name_key(source)).or_insert(connection);
            }
        }
        for foreign in environment.of_kind(Kind::ForeignSmtpDomain) {
            all.foreign.entry(foreign.directory).or_insert(foreign);
        }
        for server in sends {
            all.senders.entry(server.directory).or_default().push((server.id, Arc::clone(&server.name)));
        }
        all
    }

    /// What shows that people or programs expect the server to send to the Internet.
    pub(super) fn evidence(&self, server: &Document, role: &Fact) -> Vec<Fact> {
        let mut found = Vec::new();
        let mut add = |at: Location, text: String| {
            found.push(Fact::known(text.as_str(), Provenance::step(Role::From, Some(at), text.as_str())));
        };
        if let Some((person, count)) = self.people.get(&name_key(&server.name)) {
            let more = if *count == 1 { String::new() } else { format!(" and {} more", count - 1) };
            add(
                Location::field(person.id(), "mail_server"),
                format!("the mail file of `{}`{more} is here", person.name()),
            );
        }
        if let Some(connection) = self.sources.get(&name_key(&server.name)) {
            add(
                Location::field(connection.id, "source"),
                format!("it is the source of the SMTP Connection document `{}`", connection.name),
            );
        }
        if role.text().is_some_and(|role| &**role == "outbound")
            && let Some(at) = role.provenance.place()
        {
            add(at.clone(), "the facts give it the role outbound".to_owned());
        }
        found
    }

    /// How Internet mail leaves the server, as a word.
    pub(super) fn outbound(&self, server: &Document, configuration: &Fact) -> Fact {
        let switch = configuration.object().and_then(|object| at_path(object.as_ref(), "smtp.outside_local_domain"));
        let (sends, provenance) = match &switch {
            Some(fact) if fact.is_unknown() => return fact.clone(),
            Some(fact) => (fact.bool(), fact.provenance.clone()),
            None if configuration.is_unknown() => return configuration.clone(),
            None => (Some(false), configuration.provenance.clone()),
        };
        if sends == Some(true) {
            return Fact::known("smtp", provenance);
        }
        if let Some(foreign) = self.foreign.get(&server.directory) {
            let at = Some(Location::field(foreign.id, "internet_domain"));
            return Fact::known("foreign_smtp_domain", Provenance::step(Role::From, at, "takes Internet mail"));
        }
        if let Some((id, name)) =
            self.senders.get(&server.directory).into_iter().flatten().find(|(id, _)| *id != server.id)
        {
            let told = format!("`{name}` sends by SMTP");
            let at = Some(Location::field(*id, "name"));
            return Fact::known("other_server", provenance.then(Role::From, at, told));
        }
        if self.complete {
            Fact::known("none", provenance)
        } else {
            Fact::unknown("the input may not show all documents that lead Internet mail out", provenance)
        }
    }
}

/// Relay hosts and smart hosts that lead back to where they started; one entry for each circle.
pub(super) fn mail_loops(environment: &Environment, servers: &[(DocumentId, Fact)]) -> Fact {
    let mut items = Vec::new();
    for kind in ["relay_host", "smart_host"] {
        loops(environment, servers, kind, &mut items);
    }
    Fact::known(List::complete(items), Provenance::default())
}

fn loops(environment: &Environment, servers: &[(DocumentId, Fact)], kind: &str, items: &mut Vec<Fact>) {
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, (id, _)) in servers.iter().enumerate() {
        let Some(server) = environment.document(*id) else { continue };
        for name in super::evidence::own_names(server) {
            by_name.entry(bare(&name)).or_default().push(index);
        }
    }
    // Where each server's field leads: the server that has the name, preferably itself.
    let steps: Vec<Option<(Fact, usize)>> = servers
        .iter()
        .enumerate()
        .map(|(index, (_, server))| {
            let object = server.object()?;
            let field = at_path(object.as_ref(), &format!("configuration.smtp.{kind}"))?;
            let sends = kind != "relay_host"
                || at_path(object.as_ref(), "configuration.smtp.outside_local_domain")?.bool() == Some(true);
            let host = bare(field.text()?).trim_end_matches('.').to_owned();
            let targets = by_name.get(&host)?;
            // Servers of other directories may have other local domains, and a smart host takes mail for those only.
            let reachable = |target: &&usize| {
                let directory = |index: usize| Some(environment.document(servers.get(index)?.0)?.directory);
                kind == "relay_host" || directory(**target) == directory(index)
            };
            let target = if targets.contains(&index) { index } else { *targets.iter().find(reachable)? };
            sends.then_some((field, target))
        })
        .collect();
    let mut done = vec![false; servers.len()];
    for start in 0..servers.len() {
        let mut path: Vec<usize> = Vec::new();
        let mut at = start;
        while let Some(Some((_, next))) = steps.get(at) {
            if done.get(at).copied().unwrap_or(true) {
                break;
            }
            if let Some(first) = path.iter().position(|seen| *seen == at) {
                let circle = path.get(first..).unwrap_or_default();
                items.extend(circle_fact(environment, servers, &steps, circle, kind));
                break;
            }
            path.push(at);
            at = *next;
        }
        for index in path {
            if let Some(done) = done.get_mut(index) {
                *done = true;
            }
        }
    }
}

fn circle_fact(
    environment: &Environment,
    servers: &[(DocumentId, Fact)],
    steps: &[Option<(Fact, usize)>],
    circle: &[usize],
    kind: &str,
) -> Option<Fact> {
    let name = |index: &usize| {
        let (id, _) = servers.get(*index)?;
        Some(Arc::clone(&environment.document(*id)?.name))
    };
    let field = |index: &usize| steps.get(*index)?.as_ref().map(|(field, _)| field.clone());
    let (first, host) = (name(circle.first()?)?, field(circle.first()?)?);
    let mut provenance = host.provenance.clone();
    for (index, fact) in circle.iter().zip(circle.iter().map(field)).skip(1) {
        let told = format!("`{}` hands on to `{}`", name(index)?, fact.as_ref().map(ToString::to_string)?);
        provenance = provenance.then(Role::From, fact.and_then(|fact| fact.provenance.place().cloned()), told);
    }
    let servers: Vec<Fact> =
        circle.iter().filter_map(name).map(|name| Fact::known(&*name, Provenance::default())).collect();
    let parts = BTreeMap::from([
        (Arc::from("kind"), Fact::known(kind, Provenance::default())),
        (Arc::from("server"), Fact::known(&*first, Provenance::default())),
        (Arc::from("host"), host),
        (Arc::from("itself"), Fact::known(circle.len() == 1, Provenance::default())),
        (Arc::from("servers"), Fact::known(List::complete(servers), Provenance::default())),
    ]);
    Some(RecordView::fact(format!("{kind} circle from {}", name_key(&first)), parts, provenance))
}
