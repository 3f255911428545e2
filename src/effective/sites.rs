//! Internet Sites: which SMTP Inbound site a server uses, and where its authentication options come from
//! (semantics.md 2.1 to 2.4).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::configuration::Inventory;
use super::fact::{Fact, List, Object, Provenance, Reason, Role};
use super::view::{DocumentView, OneOfView, RecordView};
use crate::directory::{
    DirectoryId, Document, DocumentId, Environment, FieldContent, Kind, Location, Membership, name_key,
};

/// Authentication option, its field in a site, its field in the Server document.
const OPTIONS: [(&str, &str, &str); 4] = [
    ("anonymous", "anonymous", "smtp_inbound.anonymous"),
    ("name_and_password", "name_and_password", "smtp_inbound.name_and_password"),
    ("tls_anonymous", "tls_anonymous", "smtp_inbound.tls_anonymous"),
    ("tls_name_and_password", "tls_name_and_password", "smtp_inbound.tls_name_and_password"),
];

/// The SMTP Inbound sites of an environment, ready to be found by server.
#[derive(Debug, Default)]
pub(super) struct Sites<'e> {
    /// Sites that name their servers one by one, by name key.
    by_server: BTreeMap<(DirectoryId, String), Vec<&'e Document>>,
    /// Sites hosted by `*`, by groups, or by nobody knows whom.
    general: Vec<&'e Document>,
    /// A site of each directory whose protocol is not known.
    unreadable: BTreeMap<DirectoryId, &'e Document>,
}

impl<'e> Sites<'e> {
    /// Sorts the sites of an environment.
    pub(super) fn new(environment: &'e Environment) -> Self {
        let mut all = Self::default();
        for site in environment.of_kind(Kind::Site) {
            match (site.fields.contains_key("protocol"), site.text("protocol")) {
                (_, Some(protocol)) if &**protocol == "smtp_inbound" => {}
                (true, None) => {
                    all.unreadable.entry(site.directory).or_insert(site);
                    continue;
                }
                _ => continue,
            }
            let entries = match site.fields.get("servers").map(|field| &field.content) {
                Some(FieldContent::Many(entries)) => entries.as_slice(),
                _ => &[],
            };
            let names: Vec<&Arc<str>> = site.texts("servers").collect();
            let plain = |name: &Arc<str>| {
                !name.starts_with('*') && name.contains('/') && !environment.groups().has(site.directory, name)
            };
            if !names.is_empty() && names.len() == entries.len() && names.iter().all(|name| plain(name)) {
                for name in names {
                    all.by_server.entry((site.directory, name_key(name))).or_default().push(site);
                }
            } else {
                all.general.push(site);
            }
        }
        all
    }

    /// The sites that a server hosts, and why there may be more.
    pub(super) fn of(
        &self,
        environment: &Environment,
        server: &Document,
        inventory: Inventory,
    ) -> (Vec<&'e Document>, Option<Reason>) {
        let mut open =
            (!inventory.complete).then(|| Reason(Arc::from("the input may not show all Internet Site documents")));
        let named = self.by_server.get(&(server.directory, name_key(&server.name)));
        let mut sites: Vec<&Document> = named.cloned().unwrap_or_default();
        for site in self.general.iter().filter(|site| site.directory == server.directory) {
            match hosts(environment, site, server, inventory.declared) {
                Ok(true) => sites.push(site),
                Ok(false) => {}
                Err(why) => open = Some(Reason(why)),
            }
        }
        let named = |(directory, _): &&(DirectoryId, String)| *directory == server.directory;
        if server.text("name").is_none() && self.by_server.keys().any(|key| named(&key)) {
            open = Some(Reason(Arc::from("the name of the server is not known, so neither is which sites name it")));
        }
        if let Some(site) = self.unreadable.get(&server.directory) {
            open = Some(Reason(Arc::from(format!("the protocol of the site `{}` is not known", site.name))));
        }
        sites.sort_by_key(|site| site.id);
        (sites, open)
    }
}

/// Whether "Domino servers that host this site" names the server.
fn hosts(environment: &Environment, site: &Document, server: &Document, whole: bool) -> Result<bool, Arc<str>> {
    let Some(field) = site.fields.get("servers") else {
        return Err(Arc::from(format!(
            "the site `{}` does not say which servers host it; the default is not established",
            site.name
        )));
    };
    let FieldContent::Many(entries) = &field.content else {
        return Err(Arc::from("which servers host the site is not known"));
    };
    let mut open = None;
    for entry in entries {
        match &entry.value {
            Ok(crate::directory::vocabulary::Scalar::Text(name)) => {
                if &**name == "*" || name_key(name) == name_key(&server.name) {
                    return Ok(true);
                }
                if environment.groups().has(site.directory, name) {
                    match environment.membership(site.directory, name, &server.name, whole) {
                        Membership::Member(_) => return Ok(true),
                        Membership::NotMember => {}
                        Membership::Unknown(why) => open = Some(why),
                    }
                } else if name.starts_with("*/") {
                    open = Some(Arc::from(format!(
                        "whether `{name}` counts as a server that hosts the site is not established"
                    )));
                } else if !name.contains('/') && !whole {
                    open = Some(Arc::from(format!(
                        "`{name}` hosts the site; whether that is a group with this server is not in the input"
                    )));
                }
            }
            Ok(_) => {}
            Err(why) => open = Some(Arc::clone(why)),
        }
    }
    open.map_or(Ok(false), Err)
}

/// Addresses of SMTP Inbound sites that an earlier site of the directory has too, for servers that host both; by site.
pub(super) fn shared_addresses(environment: &Environment) -> BTreeMap<DocumentId, Vec<Fact>> {
    let mut first: BTreeMap<(DirectoryId, String), Vec<&Document>> = BTreeMap::new();
    let mut shared: BTreeMap<DocumentId, Vec<Fact>> = BTreeMap::new();
    let is_smtp = |site: &&Document| site.text("protocol").is_some_and(|protocol| &**protocol == "smtp_inbound");
    for site in environment.of_kind(Kind::Site).filter(is_smtp) {
        for (index, address) in site.numbered_texts("addresses") {
            let claims = first.entry((site.directory, super::neighbours::bare(address))).or_default();
            if let Some(other) = claims.iter().find(|other| other.id != site.id && hosted_together(other, site)) {
                let at = Provenance::set(Location::element(site.id, "addresses", index)).then(
                    Role::From,
                    Some(Location::field(other.id, "addresses")),
                    format!("the site `{}` has it too", other.name),
                );
                let parts = BTreeMap::from([
                    (Arc::from("address"), Fact::known(&**address, at.clone())),
                    (Arc::from("other"), Fact::known(&*other.name, Provenance::set(Location::field(other.id, "name")))),
                ]);
                let fact = RecordView::fact(format!("{address} of {} and {}", other.name, site.name), parts, at);
                shared.entry(site.id).or_default().push(fact);
            }
            claims.push(site);
        }
    }
    shared
}

/// Whether one server may host both sites: they name it, or all servers. Sites of two organisations are kept apart.
fn hosted_together(one: &Document, other: &Document) -> bool {
    let organization = |site: &Document| site.text("organization").map(|name| name.to_lowercase()).unwrap_or_default();
    let (mine, theirs) = (organization(one), organization(other));
    if !mine.is_empty() && !theirs.is_empty() && mine != theirs {
        return false;
    }
    let all = |site: &Document| site.texts("servers").any(|name| &**name == "*");
    let names = |name: &Arc<str>| other.texts("servers").any(|known| name_key(known) == name_key(name));
    all(one) || all(other) || one.texts("servers").any(names)
}

/// Why a site may not be used although the server hosts it: it is mapped to other addresses (semantics.md 2.3; what
/// happens then is not documented).
fn mapped_elsewhere(site: &Document, server: &Document) -> bool {
    let mine: Vec<String> = super::evidence::own_names(server);
    let mapped: Vec<String> =
        site.texts("addresses").map(|address| address.trim_matches(['[', ']']).to_lowercase()).collect();
    let local = |address: &String| matches!(address.as_str(), "127.0.0.1" | "::1" | "localhost");
    let known_entries = matches!(site.fields.get("addresses").map(|field| &field.content), Some(FieldContent::Many(entries)) if entries.len() == mapped.len());
    known_entries
        && !mapped.is_empty()
        && !mine.is_empty()
        && !mapped.iter().any(|address| mine.contains(address) || local(address))
}

/// Whether one of the SMTP Inbound sites of a server is mapped to an address that the server shows. A site without addresses
/// leaves it open, and so does a server that shows no IP address.
#[must_use]
pub(super) fn cover_address(server: &Document, sites: &[&Document], open: Option<&Reason>) -> Fact {
    let own = super::evidence::own_names(server);
    let mut why = open.map(|reason| Arc::clone(&reason.0));
    let mut provenance = Provenance::default();
    for site in sites {
        let known = match site.fields.get("addresses").map(|field| &field.content) {
            Some(FieldContent::Many(entries)) => {
                entries.len() == site.texts("addresses").count() && !entries.is_empty()
            }
            _ => false,
        };
        if !known {
            why = Some(Arc::from(format!(
                "the site `{}` shows no addresses; what that means is not established",
                site.name
            )));
        }
        for (index, address) in site.numbered_texts("addresses") {
            let at = Location::element(site.id, "addresses", index);
            let plain = super::neighbours::bare(address);
            if own.contains(&plain) || matches!(plain.as_str(), "127.0.0.1" | "::1" | "localhost" | "*" | "0.0.0.0") {
                return Fact::known(true, Provenance::set(at));
            }
        }
        provenance = provenance.then(Role::From, Some(Location::field(site.id, "addresses")), "other addresses here");
    }
    if super::neighbours::ip_addresses(server).is_empty() {
        let name = &server.name;
        why.get_or_insert_with(|| Arc::from(format!("the Server document of `{name}` shows no IP address")));
    }
    match why {
        Some(why) => Fact::unknown(why, provenance),
        None => Fact::known(false, provenance),
    }
}

/// The authentication options in force on the SMTP ports.
#[must_use]
pub(super) fn authentication(server: &Document, documents: &[&Document], view: &DocumentView, sites: &List) -> Fact {
    let switch = view.get("internet_sites").unwrap_or_else(|| Fact::unknown("not known", Provenance::default()));
    let switch_at = switch.provenance.clone();
    let mut parts = BTreeMap::new();
    let site_objects: Vec<Arc<dyn Object>> = sites.items.iter().filter_map(|site| site.object().cloned()).collect();
    let source = match switch.bool() {
        Some(on) => Fact::known(if on { "site" } else { "server" }, switch_at),
        None => Fact::unknown(reason(&switch), switch_at),
    };
    for (name, in_site, in_server) in OPTIONS {
        let from_server = view.at(in_server);
        let from_site = match documents.iter().find(|site| mapped_elsewhere(site, server)) {
            Some(site) => {
                let at = Location::field(site.id, "addresses");
                let why = format!(
                    "the SMTP Inbound site `{}` is mapped to other addresses than the server's; whether it is used then is not established",
                    site.name
                );
                Some(Fact::unknown(why, Provenance::set(at)))
            }
            None => site_option(&site_objects, in_site, sites.open.as_ref()),
        };
        let fact = match switch.bool() {
            Some(true) => from_site.map_or_else(
                || {
                    let why = "Internet Sites are on and no SMTP Inbound site of this server is in the input";
                    Fact::unknown(why, switch.provenance.clone())
                },
                |fact| hide(fact, from_server.as_ref(), "not read while Internet Sites are on"),
            ),
            Some(false) => {
                let fact = from_server.unwrap_or_else(|| Fact::unknown("not known", Provenance::default()));
                hide(fact, from_site.as_ref(), "not read while Internet Sites are off")
            }
            None => Fact::unknown(reason(&switch), switch.provenance.clone()),
        };
        parts.insert(Arc::from(name), fact);
    }
    parts.insert(Arc::from("source"), source);
    RecordView::fact(format!("authentication of {} #{}", server.name, server.id.0), parts, switch.provenance)
}

fn reason(fact: &Fact) -> Arc<str> {
    match &fact.state {
        super::fact::State::Unknown(reason) => Arc::clone(&reason.0),
        _ => Arc::from("whether Internet Sites are on is not known"),
    }
}

fn site_option(sites: &[Arc<dyn Object>], option: &str, open: Option<&Reason>) -> Option<Fact> {
    let found = match sites {
        [] => None,
        [only] => only.get(option),
        several => OneOfView::new(
            several.to_vec(),
            "several SMTP Inbound sites are hosted here; the first one found decides, and which that is cannot be seen",
        )
        .get(option),
    };
    match open {
        Some(reason) => {
            let history = found.map(|fact| fact.provenance).unwrap_or_default();
            Some(Fact::unknown(Arc::clone(&reason.0), history))
        }
        None => found,
    }
}

fn hide(fact: Fact, other: Option<&Fact>, text: &str) -> Fact {
    let set = other.filter(|other| matches!(other.state, super::fact::State::Known(_)));
    let Some(place) = set.and_then(|other| other.provenance.place()) else { return fact };
    let shown = set.map(|other| format!("`{other}` here is {text}")).unwrap_or_default();
    Fact { provenance: fact.provenance.then(Role::Hidden, Some(place.clone()), shown), ..fact }
}
