//! One server's settings in force as the decision procedure wants them. Every place becomes a number that leads back to its
//! provenance.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use super::fact::{Datum, Fact, Provenance, Role, State};
use super::field::default_of;
use super::group_entries::GroupIndex;
use super::peers::Senders;
use super::recipients::{Directory, Lookup};
use super::view::at_path;
use crate::directory::{DirectoryId, DocumentId, Environment, Kind};
use crate::smtp::{
    Action, Binding, Confidence, DomainItem, Enforcement, Filter, HostList, Peer, Policy, Port, Precedence, Ptr, Relay,
    Setting, Source, StartTls, Why,
};

/// A policy with the way back from its places.
#[derive(Debug)]
pub struct Resolved {
    /// What decides.
    pub policy: Policy,
    places: Vec<Provenance>,
    recipients: Arc<Lookup>,
    /// Names in reverse DNS by address; none for an address that has none.
    ptr: BTreeMap<IpAddr, Option<Arc<str>>>,
}

impl Resolved {
    /// Where a setting, an entry or a recipient came from.
    #[must_use]
    pub fn provenance(&self, source: Source) -> Provenance {
        match (self.recipients.place(source), self.places.get(source.0 as usize)) {
            (Some(at), _) => Provenance::set(at),
            (None, known) => known.cloned().unwrap_or_default(),
        }
    }

    /// The addresses of the facts that have a name in reverse DNS.
    pub(super) fn names(&self) -> impl Iterator<Item = (IpAddr, &Arc<str>)> {
        self.ptr.iter().filter_map(|(address, name)| Some((*address, name.as_ref()?)))
    }

    /// The name that the facts give an address in reverse DNS.
    #[must_use]
    pub fn ptr(&self, address: IpAddr) -> Ptr {
        ptr(&self.ptr, address)
    }
}

fn ptr(names: &BTreeMap<IpAddr, Option<Arc<str>>>, address: IpAddr) -> Ptr {
    match names.get(&address) {
        Some(Some(name)) => Ptr::Name(Arc::clone(name)),
        Some(None) => Ptr::None,
        None => Ptr::Unknown,
    }
}

/// What is the same for all servers of an environment.
#[derive(Debug)]
pub(super) struct Surroundings {
    pub(super) environment: Arc<Environment>,
    pub(super) groups: GroupIndex,
    pub(super) directories: Vec<Arc<Directory>>,
    /// The facts that people gave.
    pub(super) facts: Fact,
    /// Who sends to whom.
    pub(super) senders: OnceLock<Senders>,
    /// The input shows all documents of its directories, as far as it says.
    pub(super) complete: bool,
    /// Somebody declares that it does; otherwise a name that leads nowhere proves that it does not.
    pub(super) declared: bool,
}

impl Surroundings {
    /// The servers that send to a relay host or a smart host.
    pub(super) fn senders(&self) -> &Senders {
        self.senders.get_or_init(|| Senders::new(&self.environment))
    }
}

/// Reads the policy of a server from its record.
pub(super) fn resolve(around: &Surroundings, id: DocumentId, server: &Fact) -> Resolved {
    let document = around.environment.document(id);
    let mut build = Build {
        around,
        directory: document.map_or(DirectoryId(0), |document| document.directory),
        name: document.map_or_else(|| Arc::from(""), |document| Arc::clone(&document.name)),
        release: document.and_then(|document| document.text("release")).cloned(),
        server,
        places: Vec::new(),
    };
    let ptr = build.names();
    let recipients = build.recipients();
    let policy = build.policy(&ptr, Arc::clone(&recipients));
    Resolved { policy, places: build.places, recipients, ptr }
}

/// A policy while it is read.
pub(super) struct Build<'b> {
    pub(super) around: &'b Surroundings,
    pub(super) directory: DirectoryId,
    name: Arc<str>,
    pub(super) release: Option<Arc<str>>,
    server: &'b Fact,
    places: Vec<Provenance>,
}

impl Build<'_> {
    pub(super) fn source(&mut self, provenance: &Provenance) -> Source {
        self.places.push(provenance.clone());
        Source(u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX))
    }

    /// The fact at a path below the server. Where no configuration applies, the documented default stands in, unsure.
    pub(super) fn fact(&self, path: &str) -> Fact {
        if let Some(object) = self.server.object()
            && let Some(fact) = at_path(object.as_ref(), path)
        {
            return fact;
        }
        let configuration = self.server.object().and_then(|object| object.get("configuration"));
        let history = configuration.as_ref().map(|fact| fact.provenance.clone()).unwrap_or_default();
        match configuration.map(|fact| fact.state) {
            Some(State::Unknown(reason)) => Fact::unknown(reason.0, history),
            _ => {
                let none = "no Configuration Settings document applies";
                let default =
                    path.strip_prefix("configuration.").and_then(|field| default_of(Kind::Configuration, field));
                match default {
                    Some(default) => {
                        let told = format!("{none}; this is the default of a document");
                        Fact::absent(Some(default), Provenance::step(Role::Default, None, told))
                    }
                    None => {
                        Fact::unknown(format!("{none}, and what the server does without one is not stated"), history)
                    }
                }
            }
        }
    }

    fn setting<T>(&mut self, path: &str, read: impl Fn(&Datum) -> Option<T>) -> Setting<T> {
        let fact = self.fact(path);
        self.setting_of(&fact, path, read)
    }

    fn setting_of<T>(&mut self, fact: &Fact, path: &str, read: impl Fn(&Datum) -> Option<T>) -> Setting<T> {
        let source = self.source(&fact.provenance);
        let value = match &fact.state {
            State::Known(datum) | State::Absent(Some(datum)) => {
                read(datum).ok_or_else(|| Why::from(format!("`{datum}` is not understood as a value of {path}")))
            }
            State::Absent(None) => Err(unset(fact, path)),
            State::Unknown(reason) => Err(Arc::clone(&reason.0)),
        };
        Setting { value, source, confidence: confidence(fact) }
    }

    fn flag(&mut self, path: &str) -> Setting<bool> {
        self.setting(path, flag)
    }

    fn word<T: Copy>(&mut self, path: &str, words: &[(&str, T)]) -> Setting<T> {
        self.setting(path, |datum| match datum {
            Datum::Text(text) => words.iter().find(|(word, _)| *word == &**text).map(|(_, value)| *value),
            _ => None,
        })
    }

    fn port(&mut self, number: &str, status: &str, anonymous: &str, name_and_password: &str) -> Port {
        let listener_port = self.server.object().and_then(|object| at_path(object.as_ref(), "ini.SMTPListenerPort"));
        let mut port = self.setting(number, int);
        // A parameter that one third-party site knows; nobody says which of the two wins.
        if number == "smtp_inbound.port"
            && let Some(parameter) = listener_port.filter(super::ini::is_written)
            && parameter.text().and_then(|text| text.trim().parse().ok()) != port.known().copied()
        {
            let why = "notes.ini has SMTPListenerPort; that it beats the port of the Server document is not documented";
            port = Setting { value: Err(why.into()), source: self.source(&parameter.provenance), ..port };
        }
        Port {
            number: port,
            enabled: self.word(status, &[("enabled", true), ("disabled", false)]),
            anonymous: self.flag(anonymous),
            name_and_password: self.flag(name_and_password),
        }
    }

    fn filter(&mut self, name: &str) -> Filter<HostList> {
        let hosts = self.hosts(&format!("configuration.{name}.hosts"));
        let around = self.dns_filter(name);
        Filter { enabled: around.enabled, hosts, action: around.action, response: around.response }
    }

    fn dns_filter(&mut self, name: &str) -> Filter<()> {
        let actions = [("log", Action::Log), ("tag", Action::Tag), ("reject", Action::Reject)];
        let response = self.fact(&format!("configuration.{name}.response"));
        Filter {
            enabled: self.flag(&format!("configuration.{name}.enabled")),
            hosts: (),
            action: self.word(&format!("configuration.{name}.action"), &actions),
            response: response.text().filter(|text| !text.is_empty()).cloned(),
        }
    }

    fn binding(&mut self) -> Setting<Binding> {
        self.setting("bind_address", |datum| match datum {
            Datum::Text(text) if &**text == "any" => Some(Binding::Any),
            Datum::Text(text) => text
                .split(',')
                .map(|part| IpAddr::from_str(part.trim()).ok())
                .collect::<Option<_>>()
                .map(Binding::Addresses),
            _ => None,
        })
    }

    fn has_site(&mut self) -> Setting<bool> {
        let fact = self.fact("smtp_sites");
        let place = fact.list().and_then(|list| list.items.first()).map_or(&fact.provenance, |site| &site.provenance);
        let source = self.source(&place.clone());
        let value = match fact.list() {
            Some(list) if !list.items.is_empty() => Ok(true),
            Some(list) => list.open.as_ref().map_or(Ok(false), |reason| Err(Arc::clone(&reason.0))),
            None => Err(Why::from("which SMTP Inbound sites the server has is not known")),
        };
        Setting { value, source, confidence: Confidence::Sure }
    }

    fn starttls(&mut self) -> Setting<StartTls> {
        let words =
            [("disabled", StartTls::Disabled), ("enabled", StartTls::Enabled), ("required", StartTls::Required)];
        let fact = self.fact("configuration.extensions.starttls");
        let mut setting = self.word("configuration.extensions.starttls", &words);
        let configuration = self.server.object().and_then(|object| object.get("configuration"));
        let none = configuration.is_some_and(|fact| matches!(fact.state, State::Absent(_)));
        // Whatever the default is, nobody says that it is Required, and a field that is not set is not.
        if none || matches!(fact.state, State::Absent(None)) {
            (setting.value, setting.confidence) = (Ok(StartTls::Disabled), Confidence::Likely);
        }
        setting
    }

    fn limit(&mut self, path: &str) -> Setting<Option<i64>> {
        let fact = self.fact(path);
        let mut setting = self.setting_of(&fact, path, |datum| int(datum).map(Some));
        if matches!(fact.state, State::Absent(None)) {
            setting.value = Ok(None);
        }
        setting
    }

    fn ini_switch(&mut self, parameter: &str) -> Setting<bool> {
        let fact = self.server.object().and_then(|object| at_path(object.as_ref(), &format!("ini.{parameter}")));
        let fact = fact.filter(super::ini::is_written);
        let Some(fact) = fact else {
            let source = self.source(&Provenance::step(Role::Default, None, "not set in notes.ini"));
            return Setting { value: Ok(false), source, confidence: Confidence::Likely };
        };
        let source = self.source(&fact.provenance);
        let value = match fact.unknown_reason() {
            Some(reason) => Err(Arc::clone(&reason.0)),
            None => super::ini::switch(&fact, parameter).map_err(Why::from),
        };
        Setting { value, source, confidence: Confidence::Sure }
    }

    /// Whether notes.ini holds users to their own address. The parameter has several values; all but 0 check something.
    fn verify_authenticated_sender(&mut self) -> Setting<bool> {
        let fact =
            self.server.object().and_then(|object| at_path(object.as_ref(), "ini.SMTPVerifyAuthenticatedSender"));
        let written = fact.filter(super::ini::is_written);
        let history = written.as_ref().map(|fact| fact.provenance.clone());
        let history = history
            .unwrap_or_else(|| Provenance::step(Role::Default, None, "not set in notes.ini; default (documented): 0"));
        let source = self.source(&history);
        let value = match written.as_ref().map(|fact| (fact.text(), fact.unknown_reason())) {
            None => Ok(false),
            Some((Some(text), _)) => Ok(text.trim() != "0"),
            Some((None, why)) => Err(why.map_or_else(
                || Why::from("SMTPVerifyAuthenticatedSender is not understood"),
                |why| Arc::clone(&why.0),
            )),
        };
        Setting { value, source, confidence: Confidence::Sure }
    }

    fn relay(&mut self) -> Relay {
        fn texts(items: &[DomainItem]) -> BTreeSet<String> {
            let of = |item: &DomainItem| match &item.members {
                Some(Ok(members)) => texts(members),
                _ => BTreeSet::from([item.text.trim().to_lowercase()]),
            };
            items.iter().flat_map(of).collect()
        }
        let none = BTreeSet::new();
        let allow_destinations = self.domains("configuration.relay.allow_destinations", &none);
        let deny_destinations = self.domains("configuration.relay.deny_destinations", &none);
        let contested: BTreeSet<String> =
            texts(allow_destinations.items()).intersection(&texts(deny_destinations.items())).cloned().collect();
        // For hosts the help is plain: an allowed host may relay anywhere, also to denied domains (semantics.md 5.5). The
        // Redbook's exception for the same entry is told of domains.
        let clear = !contested.is_empty();
        Relay {
            enforcement: self.word(
                "configuration.relay_enforcement.connecting_hosts",
                &[("none", Enforcement::None), ("external", Enforcement::External), ("all", Enforcement::All)],
            ),
            exempt_hosts: self.hosts("configuration.relay_enforcement.exempt_hosts"),
            authenticated_may_relay: self
                .word("configuration.relay_enforcement.authenticated_users", &[("allow", true), ("check", false)]),
            allow_hosts: self.hosts("configuration.relay.allow_hosts"),
            deny_hosts: self.hosts("configuration.relay.deny_hosts"),
            precedence: self.word(
                "relay_precedence",
                &[("allow_wins", Precedence::AllowWins), ("deny_wins", Precedence::DenyWins)],
            ),
            clear_destinations: clear.then(|| self.domains("configuration.relay.allow_destinations", &contested)),
            allow_destinations,
            deny_destinations,
        }
    }

    /// The names that the facts give addresses in reverse DNS.
    fn names(&self) -> BTreeMap<IpAddr, Option<Arc<str>>> {
        let records = self.around.facts.object().and_then(|facts| facts.get("ptr"));
        let records = records.as_ref().and_then(Fact::list).map_or(&[][..], |list| &list.items);
        let entry = |record: &Fact| {
            let object = record.object()?;
            let address = address(object.get("address")?.text()?)?;
            let name = object.get("name")?.text().cloned()?;
            // A blank name says that reverse DNS has none.
            Some((address, (!name.trim().is_empty()).then_some(name)))
        };
        records.iter().filter_map(entry).collect()
    }

    fn internet_appears_as(&self, names: &BTreeMap<IpAddr, Option<Arc<str>>>) -> Vec<Peer> {
        let listed = self.around.facts.object().and_then(|facts| facts.get("internet_connections_appear_as"));
        let texts = listed.as_ref().and_then(Fact::list).map_or(&[][..], |list| &list.items);
        let addresses = texts.iter().filter_map(Fact::text).filter_map(|text| address(text));
        addresses.map(|address| Peer { address, ptr: ptr(names, address) }).collect()
    }

    fn recipients(&self) -> Arc<Lookup> {
        let mode = self.fact("configuration.smtp.address_lookup").text().cloned();
        let assistance = self.fact("directory_assistance").text().is_some_and(|text| !text.is_empty());
        let directory = self.around.directories.get(self.directory.0 as usize).cloned();
        let directory = directory.unwrap_or_else(|| Arc::new(Directory::new(&self.around.environment, self.directory)));
        // Who writes down servers alone does not say that nobody has mail.
        let shown = self.around.declared || (self.around.complete && !directory.is_empty());
        let mut open = (!shown).then(|| Why::from("the input may not show everybody who has mail"));
        if assistance {
            open = Some(Why::from("the server also looks into other directories, which are not in the input"));
        }
        Arc::new(Lookup::new(directory, mode, open))
    }

    fn policy(&mut self, names: &BTreeMap<IpAddr, Option<Arc<str>>>, recipients: Arc<Lookup>) -> Policy {
        Policy {
            server: Arc::clone(&self.name),
            listener: self.flag("listener"),
            tcp: self.port(
                "smtp_inbound.port",
                "smtp_inbound.status",
                "authentication.anonymous",
                "authentication.name_and_password",
            ),
            tls: self.port(
                "smtp_inbound.tls_port",
                "smtp_inbound.tls_status",
                "authentication.tls_anonymous",
                "authentication.tls_name_and_password",
            ),
            binding: self.binding(),
            internet_sites: self.flag("internet_sites"),
            has_site: self.has_site(),
            starttls: self.starttls(),
            enforce_server_access: self.flag("smtp_inbound.enforce_server_access"),
            allow_connections: self.hosts("configuration.connections.allow"),
            deny_connections: self.hosts("configuration.connections.deny"),
            verify_host_name: self.flag("configuration.connections.verify_host_name"),
            error_limit: self.limit("configuration.connections.error_limit"),
            private_whitelist: self.filter("private_whitelist"),
            private_blacklist: self.filter("private_blacklist"),
            dns_whitelist: self.dns_filter("dns_whitelist"),
            dns_blacklist: self.dns_filter("dns_blacklist"),
            verify_sender: self.flag("configuration.senders.verify_domain"),
            allow_senders: self.addresses("configuration.senders.allow"),
            deny_senders: self.addresses("configuration.senders.deny"),
            strict_addresses: self.ini_switch("SMTPStrict821AddressSyntax"),
            verify_authenticated_sender: self.verify_authenticated_sender(),
            local_domains: self.local_domains(),
            verify_recipients: self.flag("configuration.recipients.verify_local"),
            reject_ambiguous: self.flag("configuration.recipients.reject_ambiguous"),
            deny_groups: self.flag("configuration.recipients.deny_groups"),
            allow_recipients: self.addresses("configuration.recipients.allow"),
            deny_recipients: self.addresses("configuration.recipients.deny"),
            recipients,
            relay: self.relay(),
            max_size_kb: self.limit("configuration.limits.max_message_size_kb"),
            size_extension: self.flag("configuration.extensions.size"),
            internet_appears_as: self.internet_appears_as(names),
        }
    }
}

/// An address as people write it in facts, with or without brackets.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.trim().trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn flag(datum: &Datum) -> Option<bool> {
    match datum {
        Datum::Bool(value) => Some(*value),
        _ => None,
    }
}

fn int(datum: &Datum) -> Option<i64> {
    match datum {
        Datum::Int(value) => Some(*value),
        Datum::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A default that stands in is sure where HCL documents it and the document is shown whole.
pub(super) fn confidence(fact: &Fact) -> Confidence {
    match &fact.state {
        State::Known(_) => Confidence::Sure,
        State::Absent(_) => {
            let documented = |step: &super::fact::Step| {
                step.role == Role::Default && step.at.is_some() && &*step.text == "default (documented)"
            };
            if fact.provenance.steps().iter().any(documented) { Confidence::Sure } else { Confidence::Likely }
        }
        State::Unknown(_) => Confidence::Uncertain,
    }
}

pub(super) fn unset(fact: &Fact, path: &str) -> Why {
    let told = fact.provenance.steps().iter().find(|step| step.role == Role::Missing && !step.text.is_empty());
    told.map_or_else(
        || Why::from(format!("{path} is not set, and its default is not established")),
        |step| Arc::clone(&step.text),
    )
}
