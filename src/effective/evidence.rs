//! What shows that a server is meant to take mail over SMTP (failures.md 7.1), and the role that people declare.

use std::collections::BTreeMap;

use super::fact::{Fact, Provenance, Role};
use crate::directory::{Document, Environment, FieldContent, Kind, Location, Record, name_key};

/// Every place of an environment that sends mail to somebody, by whom it means.
#[derive(Debug, Default)]
pub(super) struct Evidence<'e> {
    /// By host name or address, in lower case and without brackets.
    by_host: BTreeMap<String, Vec<Mention<'e>>>,
    /// By name key of the server.
    by_server: BTreeMap<String, Vec<Mention<'e>>>,
}

/// A place that means a server.
#[derive(Debug, Clone)]
struct Mention<'e> {
    document: &'e Document,
    at: Location,
    text: String,
    /// Counts only while the server has Internet Sites switched on.
    by_site: bool,
}

impl<'e> Evidence<'e> {
    /// Collects the mentions of an environment.
    #[must_use]
    pub(super) fn new(environment: &'e Environment) -> Self {
        let mut all = Self::default();
        for site in environment.of_kind(Kind::Site) {
            if site.text("protocol").is_none_or(|protocol| &**protocol != "smtp_inbound") {
                continue;
            }
            for (index, name) in site.numbered_texts("servers").filter(|(_, name)| &***name != "*") {
                let at = Location::element(site.id, "servers", index);
                all.server(name, site, at, format!("the SMTP Inbound site `{}` names the server", site.name), true);
            }
            for (index, address) in site.numbered_texts("addresses") {
                let at = Location::element(site.id, "addresses", index);
                all.host(
                    address,
                    site,
                    at,
                    format!("the SMTP Inbound site `{}` is mapped to the server's address", site.name),
                    true,
                );
            }
        }
        for (kind, field, what) in [
            (Kind::Configuration, "smtp.relay_host", "names the server as relay host"),
            (Kind::Configuration, "smtp.smart_host", "names the server as smart host"),
            (Kind::Connection, "relay_host", "names the server as relay host"),
            (Kind::ForeignSmtpDomain, "internet_host", "routes to the server"),
        ] {
            for document in environment.of_kind(kind) {
                if let Some(host) = document.text(field) {
                    let text = format!("the {} `{}` {what}", kind.title(), document.name);
                    all.host(host, document, Location::field(document.id, field), text, false);
                }
            }
        }
        for facts in environment.of_kind(Kind::Facts) {
            all.declared(facts);
        }
        all
    }

    fn declared(&mut self, facts: &'e Document) {
        for (record, index) in records(facts, "servers") {
            if let (Some(name), Some("inbound")) = (record.text("name"), record.text("role").map(|role| &**role)) {
                let at = Location::element(facts.id, "servers.role", index);
                self.server(name, facts, at, "the facts give it the role inbound".to_owned(), false);
            }
        }
        for (record, index) in records(facts, "mx") {
            let domain = record.text("domain").map_or("", |domain| domain);
            for target in record.texts("targets") {
                let at = Location::element(facts.id, "mx.targets", index);
                self.host(target, facts, at, format!("an MX record of `{domain}` points to the server"), false);
            }
        }
        for (record, index) in records(facts, "connectors") {
            // A connector's direction is the other system's: what goes out there comes in here.
            if record.text("direction").is_some_and(|direction| &**direction != "outbound") {
                continue;
            }
            let name = record.text("name").map_or("", |name| name);
            for target in record.texts("targets") {
                let at = Location::element(facts.id, "connectors.targets", index);
                self.host(target, facts, at, format!("the connector `{name}` delivers to the server"), false);
            }
        }
    }

    fn host(&mut self, host: &str, document: &'e Document, at: Location, text: String, by_site: bool) {
        let host = host.trim().trim_start_matches('[').trim_end_matches([']', '.']).to_lowercase();
        if !host.is_empty() {
            self.by_host.entry(host).or_default().push(Mention { document, at, text, by_site });
        }
    }

    fn server(&mut self, name: &str, document: &'e Document, at: Location, text: String, by_site: bool) {
        self.by_server.entry(name_key(name)).or_default().push(Mention { document, at, text, by_site });
    }

    /// The evidence for one server: each piece as a text with its place, one piece per document.
    #[must_use]
    pub(super) fn of(&self, server: &Document) -> Vec<Fact> {
        let sites_on = server.flag("internet_sites") == Some(true);
        let own = name_key(&server.name);
        let by_host = own_names(server).into_iter().filter_map(|name| self.by_host.get(&name)).flatten();
        let mut mentions: Vec<&Mention<'_>> = self.by_server.get(&own).into_iter().flatten().chain(by_host).collect();
        mentions.retain(|mention| {
            let same_directory = mention.document.directory == server.directory;
            // A document about the server itself does not send it mail.
            let about_itself = mention.document.text("applies_to").is_some_and(|name| name_key(name) == own);
            !about_itself && (!mention.by_site || (sites_on && same_directory))
        });
        mentions.sort_by_key(|mention| (mention.at.document, mention.at.element));
        mentions.dedup_by_key(|mention| (mention.at.document, mention.text.clone()));
        mentions
            .into_iter()
            .map(|mention| {
                let provenance = Provenance::step(Role::From, Some(mention.at.clone()), mention.text.as_str());
                Fact::known(mention.text.as_str(), provenance)
            })
            .collect()
    }
}

/// The names and addresses by which others may mean the server, in lower case.
pub(super) fn own_names(server: &Document) -> Vec<String> {
    let mut names: Vec<String> = server.text("hostname").into_iter().map(|name| name.to_lowercase()).collect();
    names.extend(
        server.texts("addresses").map(|address| address.trim_start_matches('[').trim_end_matches(']').to_lowercase()),
    );
    names.extend(super::neighbours::ip_addresses(server).into_iter().map(|(address, _)| address));
    names.retain(|name| !matches!(name.as_str(), "" | "localhost" | "127.0.0.1" | "::1"));
    names
}

fn records<'d>(document: &'d Document, field: &str) -> impl Iterator<Item = (&'d Record, u32)> {
    let records = match document.fields.get(field).map(|field| &field.content) {
        Some(FieldContent::Records(records)) => records.as_slice(),
        _ => &[],
    };
    records.iter().zip(0..)
}

/// The role that the facts give a server.
#[must_use]
pub(super) fn role(environment: &Environment, server: &Document) -> Fact {
    for facts in environment.of_kind(Kind::Facts) {
        for (record, index) in records(facts, "servers") {
            if record.text("name").is_some_and(|name| name_key(name) == name_key(&server.name))
                && let Some(role) = record.text("role")
            {
                return Fact::known(&**role, Provenance::set(Location::element(facts.id, "servers.role", index)));
            }
        }
    }
    Fact::absent(None, Provenance::default())
}
