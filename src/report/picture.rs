//! What a server really does, arranged for people: sections of settings in force.

use std::sync::Arc;

use crate::directory::{Document, DocumentId, Kind, name_key};
use crate::effective::{Datum, Fact, Model, Object, State, at_path};

/// The settings in force for one server.
#[derive(Debug)]
pub struct Picture {
    /// The server's name.
    pub server: Arc<str>,
    /// The sections, in the order of a message's way through the server.
    pub sections: Vec<Section>,
}

/// Settings that belong together.
#[derive(Debug)]
pub struct Section {
    /// What they are about.
    pub title: &'static str,
    /// What follows from them, in a sentence.
    pub remark: Option<String>,
    /// The settings.
    pub rows: Vec<Row>,
}

/// One setting in force.
#[derive(Debug)]
pub struct Row {
    /// The path in rules: `configuration.relay.deny_hosts`.
    pub path: String,
    /// The label that an administrator sees.
    pub label: String,
    /// The value and where it came from.
    pub fact: Fact,
}

/// Section title, paths below the server.
const SECTIONS: &[(&str, &[&str])] = &[
    ("Who it is", &["hostname", "domain", "release", "local_domains"]),
    (
        "SMTP listener",
        &[
            "listener",
            "smtp_inbound.port",
            "smtp_inbound.status",
            "smtp_inbound.tls_port",
            "smtp_inbound.tls_status",
            "smtp_inbound.enforce_server_access",
            "bind_port",
            "bind_address",
        ],
    ),
    (
        "Internet Sites and authentication",
        &[
            "internet_sites",
            "smtp_sites",
            "authentication.anonymous",
            "authentication.name_and_password",
            "authentication.tls_anonymous",
            "authentication.tls_name_and_password",
        ],
    ),
    ("Configuration Settings", &["configuration"]),
    (
        "Connections",
        &[
            "configuration.connections",
            "configuration.private_whitelist",
            "configuration.private_blacklist",
            "configuration.dns_whitelist",
            "configuration.dns_blacklist",
            "configuration.extensions.starttls",
        ],
    ),
    ("Senders", &["configuration.senders"]),
    ("Recipients", &["configuration.recipients", "configuration.smtp.address_lookup", "configuration.smtp.smart_host"]),
    ("Relay", &["configuration.relay_enforcement", "configuration.relay", "relay_precedence"]),
    (
        "Sending",
        &[
            "configuration.smtp.outside_local_domain",
            "configuration.smtp.inside_local_domain",
            "configuration.smtp.relay_host",
            "smtp_outbound.port",
            "smtp_outbound.status",
        ],
    ),
];

/// Labels of facts that are no fields.
const FACTS: &[(&str, &str)] = &[
    ("listener", "SMTP listener starts"),
    ("bind_port", "Notes port of the listener"),
    ("bind_address", "Address of the listener"),
    ("local_domains", "Local Internet domains"),
    ("smtp_sites", "SMTP Inbound sites hosted"),
    ("authentication.anonymous", "Anonymous (TCP/IP port)"),
    ("authentication.name_and_password", "Name & password (TCP/IP port)"),
    ("authentication.tls_anonymous", "Anonymous (TLS port)"),
    ("authentication.tls_name_and_password", "Name & password (TLS port)"),
    ("configuration", "Governing document"),
    ("relay_precedence", "Between Allow and Deny"),
];

/// The picture of every server, or of the one of that name; with `fields`, only those paths.
#[must_use]
pub fn pictures(model: &Model, server: Option<&str>, fields: &[String]) -> Vec<Picture> {
    let wanted = |document: &Document| server.is_none_or(|wanted| name_key(wanted) == name_key(&document.name));
    model.servers().iter().filter_map(|(id, fact)| picture(model, *id, fact, &wanted, fields)).collect()
}

/// The pictures of the first servers.
#[must_use]
pub fn first(model: &Model, count: usize) -> Vec<Picture> {
    model.servers().iter().take(count).filter_map(|(id, fact)| picture(model, *id, fact, &|_| true, &[])).collect()
}

fn picture(
    model: &Model,
    id: DocumentId,
    fact: &Fact,
    wanted: &dyn Fn(&Document) -> bool,
    fields: &[String],
) -> Option<Picture> {
    let document = model.environment().document(id).filter(|document| wanted(document))?;
    let object = fact.object()?;
    let sections = if fields.is_empty() {
        SECTIONS
            .iter()
            .map(|(title, paths)| section(object.as_ref(), title, paths))
            .chain(ini_section(object.as_ref()))
            .collect()
    } else {
        let mut rows = Vec::new();
        for path in fields {
            add(object.as_ref(), path, &mut rows);
        }
        vec![Section { title: "Fields", remark: None, rows }]
    };
    Some(Picture { server: Arc::clone(&document.name), sections })
}

/// Whether a path leads to something for servers of this model.
#[must_use]
pub fn has_path(model: &Model, path: &str) -> bool {
    model.servers().iter().any(|(_, fact)| {
        fact.object()
            .is_some_and(|object| at_path(object.as_ref(), path).is_some() || unreachable_below(object.as_ref(), path))
    })
}

/// Whether a path is right but cannot be followed here, because something on its way is unknown or not there.
fn unreachable_below(object: &dyn Object, path: &str) -> bool {
    path.match_indices('.').any(|(dot, _)| {
        path.get(..dot).and_then(|head| at_path(object, head)).is_some_and(|fact| fact.object().is_none())
    }) && path
        .strip_prefix("configuration.")
        .is_some_and(|rest| Kind::Configuration.spec().fields.iter().any(|field| field.path.starts_with(rest)))
}

fn section(object: &dyn Object, title: &'static str, paths: &[&str]) -> Section {
    let mut rows = Vec::new();
    for path in paths {
        if *path == "configuration" {
            rows.extend(at_path(object, path).map(|fact| Row { path: (*path).to_owned(), label: label(path), fact }));
        } else {
            add(object, path, &mut rows);
        }
    }
    Section { title, remark: remark(object, title), rows }
}

/// Adds the rows of a path: one for a setting, several for a group of settings.
fn add(object: &dyn Object, path: &str, rows: &mut Vec<Row>) {
    let Some(fact) = at_path(object, path) else { return };
    let group = match fact.datum() {
        Some(Datum::Object(group)) => Some(Arc::clone(group)),
        _ => None,
    };
    match group {
        Some(group) => {
            for (name, inner) in group.entries() {
                let path = format!("{path}.{name}");
                if inner.object().is_some() {
                    add(object, &path, rows);
                } else {
                    rows.push(Row { label: label(&path), path, fact: inner });
                }
            }
        }
        None => rows.push(Row { path: path.to_owned(), label: label(path), fact }),
    }
}

fn label(path: &str) -> String {
    if let Some((_, label)) = FACTS.iter().find(|(known, _)| *known == path) {
        return (*label).to_owned();
    }
    let (kind, field) = match path.strip_prefix("configuration.") {
        Some(field) => (Kind::Configuration, field),
        None => (Kind::Server, path),
    };
    match kind.spec().field(field) {
        Some(spec) if kind == Kind::Server && field.contains(".tls_") && !spec.title.contains("TLS") => {
            format!("TLS: {}", spec.title)
        }
        Some(spec) => spec.title.clone(),
        None => path.rsplit('.').next().unwrap_or(path).to_owned(),
    }
}

/// What follows from a section, in a sentence that answers the question people ask.
fn remark(object: &dyn Object, title: &str) -> Option<String> {
    let text = |path: &str| at_path(object, path).and_then(|fact| fact.text().cloned());
    match title {
        "Internet Sites and authentication" => {
            let switch = at_path(object, "internet_sites")?;
            Some(match switch.bool() {
                Some(true) => "Internet Sites are on: authentication options come from the SMTP Inbound site, which must exist; port numbers and their status still come from the Server document".to_owned(),
                Some(false) => "Internet Sites are off: authentication options come from the Server document, like the ports; no SMTP Inbound site is needed, and none is read".to_owned(),
                None => "whether Internet Sites are on is not known, so it is not known where authentication options come from".to_owned(),
            })
        }
        "Who it is" => {
            let from = text("local_domains_from")?;
            Some(match &*from {
                "global_domain" => {
                    "local domains come from the Global Domain documents alone; the host name adds none".to_owned()
                }
                _ => "there is no Global Domain document, so the host name and its parent domain are local".to_owned(),
            })
        }
        "Configuration Settings" => {
            let choice = at_path(object, "configuration_choice")?;
            Some(match (&choice.state, choice.text().map(|word| &**word)) {
                (State::Unknown(reason), _) => format!("which document governs is not known: {reason}"),
                (_, Some("own")) => "the document that names this server governs; one document applies as a whole, nothing is merged".to_owned(),
                (_, Some("group")) => "the document for a group of this server governs; one document applies as a whole, nothing is merged".to_owned(),
                (_, Some("default")) => "the default document governs; one document applies as a whole, nothing is merged".to_owned(),
                (_, Some("ambiguous")) => "several documents of the same rank apply, which is undefined; only what they agree on is known".to_owned(),
                _ => "no document applies".to_owned(),
            })
        }
        "Relay" => Some(match text("relay_precedence").as_deref() {
            Some("deny_wins") => {
                "where Allow and Deny both match, Deny wins (notes.ini SMTPRelayHostsandDomains=1)".to_owned()
            }
            Some(_) => "where Allow and Deny both match, Allow wins".to_owned(),
            None => return None,
        }),
        _ => None,
    }
}

/// The notes.ini parameters that matter to mail.
fn ini_section(object: &dyn Object) -> Option<Section> {
    let ini = at_path(object, "ini")?;
    let rows: Vec<Row> = ini
        .object()?
        .entries()
        .into_iter()
        .filter(|(name, _)| {
            let name = name.to_ascii_lowercase();
            ["smtp", "router", "debug_mail", "mailtimeout", "ports", "servertasks"]
                .iter()
                .any(|family| name.starts_with(family))
                || name.ends_with("_tcpipaddress")
        })
        .map(|(name, fact)| Row { path: format!("ini.{name}"), label: name.to_string(), fact })
        .collect();
    (!rows.is_empty()).then_some(Section { title: "notes.ini", remark: None, rows })
}
