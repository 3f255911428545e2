//! Whether a listener starts, where it binds (semantics.md 1), and what shows that one is wanted (failures.md 7.1).

use std::sync::Arc;

use super::fact::{Fact, Object, Provenance, Role};
use super::ini::IniView;
use super::view::DocumentView;
use crate::directory::vocabulary::Scalar;
use crate::directory::{Document, Environment, FieldContent, Kind, Location, name_key};

/// Whether an SMTP listener starts with the server: the field "SMTP listener task" decides. That `smtp` in ServerTasks
/// starts one too is known from memory only, so it makes "off" unknown, never "on".
#[must_use]
pub(super) fn listener(view: &DocumentView, ini: &IniView) -> Fact {
    let task = view.get("smtp_listener").unwrap_or_else(|| Fact::unknown("not known", Provenance::default()));
    if task.bool() != Some(false) {
        return task;
    }
    let tasks = ini.get("ServerTasks").filter(|fact| !fact.is_unknown());
    let named = tasks.filter(|fact| {
        fact.text().is_some_and(|text| {
            text.split(',')
                .any(|task| task.split_whitespace().next().is_some_and(|name| name.eq_ignore_ascii_case("smtp")))
        })
    });
    match named {
        Some(fact) => Fact::unknown(
            "the SMTP listener task is disabled, but ServerTasks in notes.ini names smtp; whether that starts the listener is not established",
            task.provenance.then(Role::From, fact.provenance.place().cloned(), "ServerTasks names smtp"),
        ),
        None => task,
    }
}

/// Where the listener binds.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    /// The Notes port.
    pub port: Fact,
    /// The address of that port, `any` for all addresses of the machine.
    pub address: Fact,
}

/// The Notes port that SMTP uses: `SMTPNotesPort`, else the first of `Ports`, and the address that
/// `<Port>_TcpIpAddress` gives it.
#[must_use]
pub(super) fn binding(ini: &IniView) -> Binding {
    let ports = ini.get("Ports");
    let chosen = ini.get("SMTPNotesPort");
    let known_ports: Option<Vec<String>> = ports
        .as_ref()
        .and_then(Fact::text)
        .map(|text| text.split(',').map(|port| port.trim().to_owned()).filter(|port| !port.is_empty()).collect());
    let port = match (&chosen, &ports) {
        (Some(fact), _) if !fact.is_unknown() => {
            let name = fact.to_string();
            match &known_ports {
                Some(known)
                    if !name.split(',').all(|name| known.iter().any(|port| port.eq_ignore_ascii_case(name.trim()))) =>
                {
                    Fact::unknown(
                        format!("SMTPNotesPort names `{name}`, which is not among the Ports of notes.ini"),
                        fact.provenance.clone(),
                    )
                }
                _ => Fact::known(name, fact.provenance.clone()),
            }
        }
        (Some(open), _) => open.clone(),
        (None, Some(fact)) => match known_ports.as_ref().and_then(|known| known.first()) {
            Some(first) => {
                let place = fact.provenance.place().cloned();
                Fact::known(first.as_str(), Provenance::step(Role::From, place, "the first port of Ports in notes.ini"))
            }
            None => fact.clone(),
        },
        (None, None) => Fact::unknown("notes.ini names no Ports", Provenance::default()),
    };
    let address = match port.text() {
        Some(name) => {
            let parameter = format!("{name}_TcpIpAddress");
            match ini.get(&parameter) {
                Some(fact) => match fact.text().and_then(|text| bound_address(text)) {
                    Some(address) => Fact::known(address, fact.provenance.clone()),
                    None if fact.is_unknown() => fact,
                    None => Fact::unknown(format!("`{parameter}={fact}` is not understood"), fact.provenance.clone()),
                },
                None => {
                    let place = port.provenance.place().cloned();
                    Fact::known("any", Provenance::step(Role::From, place, format!("notes.ini has no {parameter}")))
                }
            }
        }
        None => Fact { state: port.state.clone(), provenance: port.provenance.clone() },
    };
    Binding { port, address }
}

/// The address in `0,192.0.2.1:1352` or `0,[2001:db8::1]:1352`.
fn bound_address(text: &str) -> Option<String> {
    let (_, rest) = text.split_once(',')?;
    let rest = rest.trim();
    if let Some(inside) = rest.strip_prefix('[') {
        return inside.split_once(']').map(|(address, _)| address.to_owned());
    }
    let address = rest.split(':').next().unwrap_or(rest).trim();
    (!address.is_empty()).then(|| address.to_owned())
}

/// What shows that a server is meant to take mail over SMTP: each piece of evidence as a text with its place.
#[must_use]
pub(super) fn evidence(environment: &Environment, server: &Document) -> Vec<Fact> {
    let mut found = Vec::new();
    let mine = own_names(server);
    let is_mine = |text: &str| {
        let text = text.trim().trim_start_matches('[').trim_end_matches([']', '.']).to_lowercase();
        !text.is_empty() && mine.contains(&text)
    };
    let mut add = |document: &Document, field: &str, element: Option<usize>, text: String| {
        let at = Location {
            element: element.and_then(|index| u32::try_from(index).ok()),
            ..Location::field(document.id, field)
        };
        found.push(Fact::known(text.as_str(), Provenance::step(Role::From, Some(at), text.clone())));
    };
    let sites_on = server.flag("internet_sites") == Some(true);
    for site in environment.of_kind(Kind::Site).filter(|site| sites_on && site.directory == server.directory) {
        if site.text("protocol").is_none_or(|protocol| &**protocol != "smtp_inbound") {
            continue;
        }
        if let Some((index, _)) =
            site.texts("servers").enumerate().find(|(_, name)| name_key(name) == name_key(&server.name))
        {
            add(site, "servers", Some(index), format!("the SMTP Inbound site `{}` names the server", site.name));
        } else if let Some((index, _)) = site.texts("addresses").enumerate().find(|(_, address)| is_mine(address)) {
            add(
                site,
                "addresses",
                Some(index),
                format!("the SMTP Inbound site `{}` is mapped to the server's address", site.name),
            );
        }
    }
    for configuration in environment.of_kind(Kind::Configuration) {
        if configuration.text("applies_to").is_some_and(|name| name_key(name) == name_key(&server.name)) {
            continue;
        }
        for (field, what) in [("smtp.relay_host", "relay host"), ("smtp.smart_host", "smart host")] {
            if configuration.text(field).is_some_and(|host| is_mine(host)) {
                add(
                    configuration,
                    field,
                    None,
                    format!("the Configuration Settings document `{}` names the server as {what}", configuration.name),
                );
            }
        }
    }
    for connection in environment.of_kind(Kind::Connection) {
        if connection.text("relay_host").is_some_and(|host| is_mine(host)) {
            add(
                connection,
                "relay_host",
                None,
                format!("the Connection document `{}` names the server as relay host", connection.name),
            );
        }
    }
    for foreign in environment.of_kind(Kind::ForeignSmtpDomain) {
        if foreign.text("internet_host").is_some_and(|host| is_mine(host)) {
            add(
                foreign,
                "internet_host",
                None,
                format!("the Foreign SMTP Domain document `{}` routes to the server", foreign.name),
            );
        }
    }
    for facts in environment.of_kind(Kind::Facts) {
        for (index, record) in records(facts, "servers") {
            let named = text(record, "name").is_some_and(|name| name_key(name) == name_key(&server.name));
            if named && text(record, "role").is_some_and(|role| &**role == "inbound") {
                add(facts, "servers.role", Some(index), "the facts give it the role inbound".to_owned());
            }
        }
        for (index, record) in records(facts, "mx") {
            if texts(record, "targets").any(|target| is_mine(target)) {
                let domain = text(record, "domain").map_or("", |domain| domain);
                add(facts, "mx.targets", Some(index), format!("an MX record of `{domain}` points to the server"));
            }
        }
        for (index, record) in records(facts, "connectors") {
            // A connector's direction is the other system's: what goes out there comes in here.
            if text(record, "direction").is_none_or(|direction| &**direction == "outbound")
                && texts(record, "targets").any(|target| is_mine(target))
            {
                let name = text(record, "name").map_or("", |name| name);
                add(facts, "connectors.targets", Some(index), format!("the connector `{name}` delivers to the server"));
            }
        }
    }
    found
}

/// The names and addresses by which others may mean the server, in lower case.
fn own_names(server: &Document) -> Vec<String> {
    let mut names: Vec<String> = server.text("hostname").into_iter().map(|name| name.to_lowercase()).collect();
    names.extend(
        server.texts("addresses").map(|address| address.trim_start_matches('[').trim_end_matches(']').to_lowercase()),
    );
    names.retain(|name| !matches!(name.as_str(), "" | "localhost" | "127.0.0.1" | "::1"));
    names
}

fn records<'d>(document: &'d Document, field: &str) -> impl Iterator<Item = (usize, &'d crate::directory::Record)> {
    let records = match document.fields.get(field).map(|field| &field.content) {
        Some(FieldContent::Records(records)) => records.as_slice(),
        _ => &[],
    };
    records.iter().enumerate()
}

fn text<'r>(record: &'r crate::directory::Record, field: &str) -> Option<&'r Arc<str>> {
    match &record.fields.get(field)?.content {
        FieldContent::One(entry) => match &entry.value {
            Ok(Scalar::Text(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn texts<'r>(record: &'r crate::directory::Record, field: &str) -> impl Iterator<Item = &'r Arc<str>> {
    let entries = match record.fields.get(field).map(|field| &field.content) {
        Some(FieldContent::Many(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().filter_map(|entry| match &entry.value {
        Ok(Scalar::Text(text)) => Some(text),
        _ => None,
    })
}

/// The role that the facts give a server.
#[must_use]
pub(super) fn role(environment: &Environment, server: &Document) -> Fact {
    for facts in environment.of_kind(Kind::Facts) {
        for (index, record) in records(facts, "servers") {
            if text(record, "name").is_some_and(|name| name_key(name) == name_key(&server.name))
                && let Some(role) = text(record, "role")
            {
                let element = u32::try_from(index).unwrap_or(u32::MAX);
                return Fact::known(&**role, Provenance::set(Location::element(facts.id, "servers.role", element)));
            }
        }
    }
    Fact::absent(None, Provenance::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_address_is_read() {
        assert_eq!(bound_address("0,192.0.2.1:1352").as_deref(), Some("192.0.2.1"));
        assert_eq!(bound_address("0,[2001:db8::1]:1352").as_deref(), Some("2001:db8::1"));
        assert_eq!(bound_address("0,:1352"), None);
        assert_eq!(bound_address("1352"), None);
    }
}
