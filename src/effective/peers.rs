//! Hosts that are known to have to do with a server, and recipients that are known to be there: what its lists do to them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::evidence::own_names;
use super::fact::{Fact, List, Provenance, Reason, Role};
use super::items::Items;
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

/// A host that has to do with the server.
struct Known {
    /// Its address or its name.
    text: Arc<str>,
    kind: &'static str,
    /// What shows that it has to do with the server.
    because: String,
    /// It must be able to send to the Internet through the server.
    sends_out: bool,
    at: Provenance,
}

/// What the lists do to every host that must reach the server: those that the facts name, and other servers that send to it.
pub(super) fn peers(resolved: &Resolved, around: &Surroundings, id: DocumentId) -> Fact {
    let mut known = Vec::new();
    for (name, kind, because) in [
        ("peers", "peer", "the facts name it as a peer"),
        ("submitters", "submitter", "the facts name it as a host that sends to the Internet through the server"),
    ] {
        known.extend(facts_list(around, name).into_iter().filter_map(|fact| {
            let sends_out = kind == "submitter";
            let text = Arc::clone(fact.text()?);
            Some(Known { text, kind, because: because.to_owned(), sends_out, at: fact.provenance })
        }));
    }
    known.extend(facts_list(around, "gateways").iter().filter_map(|gateway| {
        let fact = gateway.object()?.get("address")?;
        let because = "the facts name it as a mail gateway in front".to_owned();
        Some(Known { text: Arc::clone(fact.text()?), kind: "gateway", because, sends_out: false, at: fact.provenance })
    }));
    known.extend(servers(around, id));
    let more: BTreeSet<&str> = known.iter().filter(|host| host.kind != "peer").map(|host| &*host.text).collect();
    let gateways: Vec<(&str, Option<Answer>)> = known
        .iter()
        .filter(|host| host.kind == "gateway")
        .map(|host| (&*host.text, resolved.host(&host.text).map(|peer| in_allow(resolved, &peer))))
        .collect();
    let items = known
        .iter()
        .map(|host| {
            let again = host.kind == "peer" && more.contains(&*host.text);
            let other = if host.kind == "gateway" { other_gateway(&gateways, &host.text) } else { plain(false) };
            peer(resolved, host, again, other)
        })
        .collect();
    Fact::known(List::complete(items), Provenance::default())
}

/// Whether a gateway at another address than this one may connect.
fn other_gateway(gateways: &[(&str, Option<Answer>)], own: &str) -> Fact {
    let mut open = false;
    for (_, answer) in gateways.iter().filter(|(text, _)| *text != own) {
        match answer {
            Some(answer) if answer.is_yes() => return plain(true),
            Some(answer) if answer.is_no() => {}
            _ => open = true,
        }
    }
    if open {
        return Fact::unknown("whether another gateway may connect is not known", Provenance::default());
    }
    plain(false)
}

fn in_allow(resolved: &Resolved, host: &Peer) -> Answer {
    resolved.policy.allow_connections.is_blank().or(resolved.policy.allow_connections.contains(host))
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
fn servers(around: &Surroundings, id: DocumentId) -> Vec<Known> {
    let environment = &around.environment;
    let Some(own) = environment.document(id) else { return Vec::new() };
    let named = own_names(own).into_iter().filter_map(|name| around.senders().0.get(&name)).flatten();
    let mut named: Vec<&Sender> = named.filter(|sender| sender.server != id).collect();
    named.sort_by_key(|sender| (sender.configuration, sender.field));
    named.dedup_by_key(|sender| (sender.configuration, sender.field));
    let mut found = Vec::new();
    for Sender { server, configuration, field } in named {
        let Some(sender) = environment.document(*server) else { continue };
        let because = format!(
            "`{}` sends to it: its Configuration Settings name the server as {}",
            sender.name,
            if *field == "smtp.relay_host" { "relay host" } else { "smart host" }
        );
        let at = Provenance::set(Location::field(*configuration, *field));
        found.extend(sender.texts("addresses").filter(|text| address(text).is_some()).map(|text| Known {
            text: Arc::clone(text),
            kind: "server",
            because: because.clone(),
            sends_out: **field == *"smtp.relay_host",
            at: at.clone(),
        }));
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

fn peer(resolved: &Resolved, host: &Known, again: bool, other_gateway: Fact) -> Fact {
    let Known { text, kind, because, sends_out, at } = host;
    let policy = &resolved.policy;
    let answers = match resolved.host(text) {
        Some(peer) => [
            truth(in_allow(resolved, &peer), resolved),
            truth(policy.deny_connections.contains(&peer), resolved),
            truth(policy.private_blacklist.hosts.contains(&peer), resolved),
            truth(may_relay(policy, &peer, ELSEWHERE), resolved),
        ],
        None => {
            std::array::from_fn(|_| Fact::unknown(format!("the address of `{text}` is not in the input"), at.clone()))
        }
    };
    let [in_allow, in_deny, in_private_blacklist, may_relay] = answers;
    let parts = [
        ("address", Fact::known(&**text, at.clone())),
        ("kind", plain(*kind)),
        ("because", plain(because.as_str())),
        ("sends_out", plain(*sends_out)),
        ("named_again", plain(again)),
        ("other_gateway_allowed", other_gateway),
        ("in_allow", in_allow),
        ("in_deny", in_deny),
        ("in_private_blacklist", in_private_blacklist),
        ("may_relay", may_relay),
    ];
    record(format!("{kind} {text}"), parts, at.clone().then(Role::From, None, because.as_str()))
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
        let list = List { items: Items::default(), open: Some(Reason(why)) };
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
        for document in around.environment.each(kind).filter(|document| document.directory() == server.directory) {
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
                    let at = Provenance::set(Location::field(document.id(), "internet_address"));
                    let list_at = resolved.provenance(allow.source());
                    let provenance = list_at.clone().then(Role::From, at.place().cloned(), "this address exists here");
                    let parts = [
                        ("address", Fact::known(text, at)),
                        ("kind", plain(kind.name())),
                        ("owner", plain(document.name())),
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
        around.environment.each(kind).find_map(|document| {
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
    /// A host as the server sees it, from its address or its name; none if its address is not in the input.
    fn host(&self, text: &str) -> Option<Peer> {
        let address = address(text).or_else(|| self.address_of(text))?;
        Some(Peer { address, ptr: self.ptr(address) })
    }

    /// The address that the facts give a name in reverse DNS.
    fn address_of(&self, name: &str) -> Option<IpAddr> {
        let name = name.trim_end_matches('.').to_lowercase();
        self.names().find(|(_, known)| known.trim_end_matches('.').to_lowercase() == name).map(|(address, _)| address)
    }
}
