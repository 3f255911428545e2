//! Who can reach a listener, as far as the input tells (failures.md 7.2): the whole Internet, or only gateways and the
//! inside.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use super::fact::{Fact, Provenance, Role, State};
use super::neighbours::{bare, ip_addresses};
use super::view::at_path;
use crate::directory::{Document, Environment, FieldContent, Kind, Location, Record, name_key};
use crate::smtp::{HostEntry, Octet, is_private};

/// What the facts say of the way to the servers.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Addresses and names of gateways.
    gateways: BTreeSet<String>,
    /// Where a gateway is declared.
    gateway_at: Option<Location>,
    /// Hosts that MX records name, each with its place.
    mx: Vec<(String, Location)>,
    /// Servers with public addresses, by name key.
    public: Vec<(String, Location)>,
}

impl Reach {
    /// Collects the facts.
    pub(super) fn new(environment: &Environment) -> Self {
        let mut all = Self::default();
        for facts in environment.of_kind(Kind::Facts) {
            for (record, index) in records(facts, "gateways") {
                let at = Location::element(facts.id, "gateways.address", index);
                all.gateways.extend(record.text("address").map(|address| bare(address)));
                all.gateway_at.get_or_insert(at);
            }
            for (record, index) in records(facts, "mx") {
                let at = Location::element(facts.id, "mx.targets", index);
                let targets = record.texts("targets").map(|host| bare(host).trim_end_matches('.').to_owned());
                all.mx.extend(targets.map(|host| (host, at.clone())));
            }
            for (record, index) in records(facts, "servers") {
                let at = Location::element(facts.id, "servers.public_addresses", index);
                if let Some(name) = record.text("name")
                    && record.texts("public_addresses").next().is_some()
                {
                    all.public.push((name_key(name), at));
                }
            }
        }
        all
    }

    /// Whether only gateways and hosts of the inside may connect.
    pub(super) fn behind_gateway(&self, configuration: &Fact) -> Fact {
        let Some(allow) = allow_list(configuration) else {
            return match &configuration.state {
                State::Unknown(reason) => Fact::unknown(Arc::clone(&reason.0), configuration.provenance.clone()),
                _ => Fact::known(false, configuration.provenance.clone()),
            };
        };
        let Some(list) = allow.list() else {
            return match &allow.state {
                State::Unknown(reason) => Fact::unknown(Arc::clone(&reason.0), allow.provenance.clone()),
                _ => Fact::known(false, allow.provenance.clone()),
            };
        };
        if list.items.is_empty() && list.open.is_none() {
            return Fact::known(false, allow.provenance);
        }
        let mut open = list.open.as_ref().map(|reason| Arc::clone(&reason.0));
        for item in list.items.iter() {
            match item.text().map(|text| self.inside(text)) {
                Some(Some(true)) => {}
                Some(Some(false)) => return Fact::known(false, item.provenance.clone()),
                _ => open = Some(Arc::from(format!("who `{item}` in the Allow list of connections is, is not known"))),
            }
        }
        match open {
            Some(why) => Fact::unknown(why, allow.provenance),
            None => Fact::known(true, allow.provenance),
        }
    }

    /// Whether an entry of an Allow list stands for a gateway or the inside only.
    fn inside(&self, text: &str) -> Option<bool> {
        if self.gateways.contains(&bare(text)) {
            return Some(true);
        }
        match HostEntry::parse(text) {
            HostEntry::Address(address) => Some(is_private(address) || self.gateways.contains(&address.to_string())),
            HostEntry::Prefix(prefix) => Some(is_private(prefix.network()) && is_private(prefix.broadcast())),
            HostEntry::Octets([a, b, _, _]) => Some(private_octets(a, b)),
            HostEntry::Group(_) => None,
            HostEntry::Name(_) | HostEntry::All => Some(false),
            // What matches nobody lets nobody in.
            HostEntry::Bare(_) | HostEntry::Invalid(_) => Some(true),
        }
    }

    /// Whether hosts on the Internet reach the listener.
    pub(super) fn internet_facing(
        &self,
        server: &Document,
        listener: &Fact,
        role: &Fact,
        configuration: &Fact,
        behind: &Fact,
    ) -> Fact {
        if listener.bool() == Some(false) {
            return Fact::known(false, listener.provenance.clone());
        }
        let own = super::evidence::own_names(server);
        let named = self.mx.iter().find(|(host, _)| own.contains(host)).map(|(_, at)| (at, "an MX record names it"));
        let key = name_key(&server.name);
        let public = self.public.iter().find(|(name, _)| *name == key).map(|(_, at)| (at, "it has a public address"));
        if let Some((at, told)) = named.or(public) {
            return Fact::known(true, Provenance::step(Role::From, Some(at.clone()), told));
        }
        match role.text().map(|role| &**role) {
            Some("inbound") => return Fact::known(true, role.provenance.clone()),
            Some(_) => return Fact::known(false, role.provenance.clone()),
            None => {}
        }
        if behind.bool() == Some(true) {
            return Fact::known(false, behind.provenance.clone());
        }
        if listener.is_unknown() {
            return listener.clone();
        }
        let open_to_all = allow_list(configuration)
            .is_none_or(|allow| allow.list().is_some_and(|list| list.items.is_empty() && list.open.is_none()));
        let public = ip_addresses(server)
            .into_iter()
            .find(|(address, _)| address.parse::<IpAddr>().is_ok_and(|address| !is_private(address)));
        match public {
            Some((_, at)) if open_to_all && self.gateway_at.is_none() => {
                let told = "a public address, and every host may connect";
                Fact::known(true, Provenance::step(Role::From, Some(at), told))
            }
            _ => Fact::unknown(
                "whether hosts on the Internet reach this server is not in the input",
                Provenance::default(),
            ),
        }
    }
}

fn allow_list(configuration: &Fact) -> Option<Fact> {
    at_path(configuration.object()?.as_ref(), "connections.allow")
}

fn records<'d>(document: &'d Document, field: &str) -> impl Iterator<Item = (&'d Record, u32)> {
    let records = match document.fields.get(field).map(|field| &field.content) {
        Some(FieldContent::Records(records)) => records.as_slice(),
        _ => &[],
    };
    records.iter().zip(0..)
}

fn private_octets(first: Octet, second: Octet) -> bool {
    let one = |octet: Octet, value: u8| octet.low == value && octet.high == value;
    one(first, 10)
        || one(first, 127)
        || (one(first, 192) && one(second, 168))
        || (one(first, 172) && second.low >= 16 && second.high <= 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_and_outside() {
        let reach = Reach { gateways: BTreeSet::from(["192.0.2.10".to_owned()]), ..Reach::default() };
        for text in ["[10.1.2.3]", "[192.168.*.*]", "[172.16.0.0/12]", "[10.0.8.0/24]", "[192.0.2.10]", "10.0.0.1"] {
            assert_eq!(reach.inside(text), Some(true), "{text}");
        }
        for text in ["[203.0.113.9]", "*", ".provider.example", "[0.0.0.0/0]", "[10.0.0.0/7]", "[172.1-20.0.0]"] {
            assert_eq!(reach.inside(text), Some(false), "{text}");
        }
        assert_eq!(reach.inside("Gateways"), None);
    }
}
