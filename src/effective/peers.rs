//! Hosts that are known to have to do with a server, and recipients that are known to be there: what its lists do to them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::evidence::own_names;
use super::fact::{Fact, List, Provenance, Reason, Role};
use super::lists::{plain, record};
use super::policy::{Resolved, Surroundings, address};
use crate::directory::{DocumentId, Environment, Kind, Location, name_key};
use crate::smtp::{Answer, MailAddress, Peer, Truth, may_relay};

/// A domain that no list names.
const ELSEWHERE: &str = "elsewhere.example";

fn facts_list(around: &Surroundings, name: &str) -> Vec<Fact> {
    let fact = around.facts.object().and_then(|facts| facts.get(name));
    fact.as_ref().and_then(Fact::list).map_or_else(Vec::new, |list| list.items.to_vec())
}

/// What the lists do to every host that must reach the server: those that the facts name, and other servers that send to it.
pub(super) fn peers(resolved: &Resolved, around: &Surroundings, id: DocumentId) -> Fact {
    let mut items = Vec::new();
    for (name, kind, why) in [
        ("peers", "peer", "the facts name it as a peer"),
        ("submitters", "submitter", "the facts name it as a host that sends to the Internet through the server"),
    ] {
        for fact in facts_list(around, name) {
            if let Some(text) = fact.text() {
                items.push(peer(resolved, text, kind, why, &fact.provenance));
            }
        }
    }
    for gateway in facts_list(around, "gateways") {
        let Some(text) = gateway.object().and_then(|gateway| gateway.get("address")) else { continue };
        if let Some(name) = text.text() {
            items.push(peer(
                resolved,
                name,
                "gateway",
                "the facts name it as a mail gateway in front",
                &text.provenance,
            ));
        }
    }
    items.extend(servers(resolved, around, id));
    Fact::known(List::complete(items), Provenance::default())
}

/// The servers whose Configuration Settings name a relay host or a smart host, by that host.
#[derive(Debug)]
pub(super) struct Senders(BTreeMap<String, Vec<Sender>>);

#[derive(Debug)]
struct Sender {
    server: DocumentId,
    configuration: DocumentId,
    field: &'static str,
}

impl Senders {
    pub(super) fn new(environment: &Environment) -> Self {
        let mut servers = BTreeMap::new();
        for server in environment.of_kind(Kind::Server) {
            servers.entry((server.directory, name_key(&server.name))).or_insert(server.id);
        }
        let mut senders: BTreeMap<String, Vec<Sender>> = BTreeMap::new();
        for configuration in environment.of_kind(Kind::Configuration) {
            // Only a document that names one server says for certain who sends.
            let Some(applies_to) = configuration.text("applies_to") else { continue };
            let named = servers.get(&(configuration.directory, name_key(applies_to)));
            for field in ["smtp.relay_host", "smtp.smart_host"] {
                let Some(host) = configuration.text(field) else { continue };
                let host = host.trim().trim_start_matches('[').trim_end_matches(']').to_lowercase();
                let sender = named.map(|server| Sender { server: *server, configuration: configuration.id, field });
                senders.entry(host).or_default().extend(sender);
            }
        }
        Self(senders)
    }
}

/// Other servers whose relay host or smart host this server is.
fn servers(resolved: &Resolved, around: &Surroundings, id: DocumentId) -> Vec<Fact> {
    let environment = &around.environment;
    let Some(own) = environment.document(id) else { return Vec::new() };
    let named = own_names(own).into_iter().filter_map(|name| around.senders().0.get(&name)).flatten();
    let mut named: Vec<&Sender> = named.filter(|sender| sender.server != id).collect();
    named.sort_by_key(|sender| (sender.configuration, sender.field));
    named.dedup_by_key(|sender| (sender.configuration, sender.field));
    let mut found = Vec::new();
    for Sender { server, configuration, field } in named {
        let Some(sender) = environment.document(*server) else { continue };
        let told = format!(
            "`{}` sends to it: its Configuration Settings name the server as {}",
            sender.name,
            if *field == "smtp.relay_host" { "relay host" } else { "smart host" }
        );
        let provenance = Provenance::set(Location::field(*configuration, *field));
        for text in sender.texts("addresses").filter(|text| address(text).is_some()) {
            found.push(peer(resolved, text, "server", &told, &provenance));
        }
    }
    found
}

fn truth(answer: Answer, resolved: &Resolved) -> Fact {
    let provenance = answer.by.first().map_or_else(Provenance::default, |source| resolved.provenance(*source));
    match answer.truth {
        Truth::Yes => Fact::known(true, provenance),
        Truth::No => Fact::known(false, provenance),
        Truth::Unknown(why) => Fact::unknown(why, provenance),
    }
}

fn peer(resolved: &Resolved, text: &str, kind: &str, why: &str, at: &Provenance) -> Fact {
    let policy = &resolved.policy;
    let Some(ip) = address(text).or_else(|| resolved.address_of(text)) else {
        let unknown = || Fact::unknown(format!("the address of `{text}` is not in the input"), at.clone());
        let parts = [
            ("address", Fact::known(text, at.clone())),
            ("kind", plain(kind)),
            ("because", plain(why)),
            ("in_allow", unknown()),
            ("in_deny", unknown()),
            ("in_private_blacklist", unknown()),
            ("may_relay", unknown()),
        ];
        return record(format!("{kind} {text}"), parts, at.clone());
    };
    let host = Peer { address: ip, ptr: resolved.ptr(ip) };
    let allow = policy.allow_connections.is_blank().or(policy.allow_connections.contains(&host));
    let parts = [
        ("address", Fact::known(text, at.clone())),
        ("kind", plain(kind)),
        ("because", plain(why)),
        ("in_allow", truth(allow, resolved)),
        ("in_deny", truth(policy.deny_connections.contains(&host), resolved)),
        ("in_private_blacklist", truth(policy.private_blacklist.hosts.contains(&host), resolved)),
        ("may_relay", truth(may_relay(policy, &host, ELSEWHERE), resolved)),
    ];
    let provenance = at.clone().then(Role::From, None, why);
    record(format!("{kind} {text}"), parts, provenance)
}

/// Addresses that exist here, in a local domain, and that "Allow messages intended only for" leaves out.
pub(super) fn excluded_recipients(resolved: &Resolved, around: &Surroundings, id: DocumentId) -> Fact {
    /// More of them help nobody.
    const SHOWN: usize = 20;
    let policy = &resolved.policy;
    let allow = &policy.allow_recipients;
    let blank = allow.is_blank();
    if blank.is_yes() {
        return Fact::known(List::default(), Provenance::default());
    }
    if let Truth::Unknown(why) = blank.truth {
        let list = List { items: Arc::default(), open: Some(Reason(why)) };
        return Fact::known(list, resolved.provenance(allow.source()));
    }
    let Some(server) = around.environment.document(id) else {
        return Fact::known(List::default(), Provenance::default());
    };
    let own = name_key(&server.name);
    let mut items = Vec::new();
    let mut open = None;
    let mut seen = BTreeSet::new();
    for (kind, field) in [(Kind::MailIn, "server"), (Kind::Person, "mail_server")] {
        for document in around.environment.of_kind(kind).filter(|document| document.directory == server.directory) {
            let here = document.text(field).is_some_and(|name| name_key(name) == own);
            let Some(text) = document.text("internet_address").filter(|_| here) else { continue };
            let Ok(recipient) = MailAddress::parse(text) else { continue };
            let local =
                recipient.domain.as_deref().is_some_and(|domain| policy.local_domains.contains(domain).is_yes());
            if !local || !seen.insert(text.to_lowercase()) {
                continue;
            }
            match allow.contains(&recipient).truth {
                Truth::Unknown(why) => open = open.or(Some(Reason(why))),
                Truth::No if items.len() < SHOWN => {
                    let at = Provenance::set(Location::field(document.id, "internet_address"));
                    let list_at = resolved.provenance(allow.source());
                    let provenance = list_at.clone().then(Role::From, at.place().cloned(), "this address exists here");
                    let parts = [
                        ("address", Fact::known(&**text, at)),
                        ("kind", plain(kind.name())),
                        ("owner", plain(&*document.name)),
                        ("list", Fact::known(plain_list(allow), list_at)),
                    ];
                    items.push(record(format!("excluded {text}"), parts, provenance));
                }
                Truth::Yes | Truth::No => {}
            }
        }
    }
    Fact::known(List { items: items.into(), open }, Provenance::default())
}

/// An address of a local domain that somebody on the server has: a mail-in database before people.
pub(super) fn known_recipient(resolved: &Resolved, around: &Surroundings, id: DocumentId) -> Option<String> {
    let server = around.environment.document(id)?;
    let own = name_key(&server.name);
    [(Kind::MailIn, "server"), (Kind::Person, "mail_server")].into_iter().find_map(|(kind, field)| {
        around.environment.of_kind(kind).find_map(|document| {
            let here = document.text(field).is_some_and(|name| name_key(name) == own);
            let address = document.text("internet_address").filter(|_| here)?;
            let domain = MailAddress::parse(address).ok()?.domain?;
            resolved.policy.local_domains.contains(&domain).is_yes().then(|| address.to_string())
        })
    })
}

fn plain_list(list: &crate::smtp::AddressList) -> String {
    list.items().iter().map(|item| &*item.text).collect::<Vec<_>>().join(", ")
}

impl Resolved {
    /// The address that the facts give a name in reverse DNS.
    fn address_of(&self, name: &str) -> Option<IpAddr> {
        let name = name.trim_end_matches('.').to_lowercase();
        self.names().find(|(_, known)| known.trim_end_matches('.').to_lowercase() == name).map(|(address, _)| address)
    }
}
