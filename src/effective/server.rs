//! One server as a record of the model: which documents it uses, and what follows from them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::configuration::{By, Choice, Configurations, Inventory};
use super::contrast::Contrast;
use super::domains;
use super::evidence::{self, Evidence};
use super::fact::{Datum, Fact, List, Object, Provenance, Reason, Role};
use super::ini::{IniFiles, IniView, is_written};
use super::items::Items;
use super::listener;
use super::neighbours::{self, Neighbours};
use super::overrides::{conflicts, overrides};
use super::reach::Reach;
use super::routes::Routes;
use super::shadow;
use super::sites::{self, Sites};
use super::view::{DocumentView, OneOfView, RecordView};
use crate::directory::{Document, DocumentId, Environment, Kind, Location};

/// What is collected once for all servers.
pub(super) struct Known<'e> {
    pub(super) configurations: Configurations<'e>,
    pub(super) evidence: Evidence<'e>,
    pub(super) sites: Sites<'e>,
    pub(super) inis: IniFiles<'e>,
    pub(super) neighbours: Neighbours<'e>,
    pub(super) reach: Reach,
    pub(super) inventory: Inventory,
    pub(super) only_server: bool,
}

/// What is known of a server before it is known what all the others use.
pub(super) struct Survey<'e> {
    server: &'e Document,
    choice: Choice<'e>,
    sites: Vec<&'e Document>,
    sites_open: Option<Reason>,
    ini: IniView,
    listener: Fact,
}

impl<'e> Survey<'e> {
    /// Chooses the documents of a server.
    pub(super) fn new(environment: &'e Arc<Environment>, known: &Known<'e>, server: &'e Document) -> Self {
        let choice = known.configurations.choose(environment, server, known.inventory);
        let governing = match choice.documents.as_slice() {
            [only] if choice.open.is_none() => Some(DocumentView::new(environment, only)),
            _ => None,
        };
        let ini = IniView::new(environment, &known.inis, server, governing.as_ref());
        let listener = listener::listener(&DocumentView::new(environment, server), &ini);
        let (sites, sites_open) = known.sites.of(environment, server, known.inventory);
        Self { server, choice, sites, sites_open, ini, listener }
    }

    /// The number of the Server document.
    pub(super) fn id(&self) -> DocumentId {
        self.server.id
    }

    /// The Server document, if its configuration says that it sends by SMTP.
    pub(super) fn sender(&self) -> Option<&'e Document> {
        let sends =
            self.choice.documents.iter().any(|document| document.flag("smtp.outside_local_domain") == Some(true));
        sends.then_some(self.server)
    }

    /// The server as a record of the model, but for what it exposes.
    pub(super) fn into_view(
        self,
        environment: &Arc<Environment>,
        known: &Known<'_>,
        uses: &Uses,
        routes: &Routes<'_>,
    ) -> DocumentView {
        let Self { server, choice, sites, sites_open, ini, listener } = self;
        let view = DocumentView::new(environment, server);
        let mut facts = BTreeMap::new();
        let configuration = configuration_fact(environment, &choice, &ini, uses);
        facts.insert(Arc::from("configuration_choice"), choice_fact(&choice, configuration.provenance.clone()));
        let candidates =
            if choice.by == By::Ambiguous { uses.facts(environment, &choice.documents) } else { Vec::new() };
        let contrast = Contrast::of(if choice.by == By::Ambiguous { &choice.documents } else { &[] });
        facts.insert(Arc::from("candidates_same"), contrast.same());
        facts.insert(Arc::from("candidate_differences"), contrast.list());
        let candidates = List { items: candidates.into(), open: choice.open.clone().map(Reason) };
        facts.insert(Arc::from("configuration_candidates"), Fact::known(candidates, Provenance::default()));
        facts.insert(Arc::from("shadowed_configurations"), shadowed(environment, &choice, uses));
        let conflicts = match choice.documents.as_slice() {
            [only] if choice.open.is_none() => conflicts(&ini, &DocumentView::new(environment, only)),
            _ => Vec::new(),
        };
        facts.insert(Arc::from("ini_conflicts"), Fact::known(List::complete(conflicts), Provenance::default()));
        let role = evidence::role(environment, server);
        let behind = known.reach.behind_gateway(&configuration);
        let facing = known.reach.internet_facing(server, &listener, &role, &configuration, &behind);
        let shown = facing.bool() == Some(true);
        facts.insert(Arc::from("internet_shown"), Fact::known(shown, facing.provenance.clone()));
        facts.insert(Arc::from("internet_facing"), facing);
        facts.insert(Arc::from("behind_gateway"), behind);
        facts.insert(Arc::from("outbound_route"), routes.outbound(server, &configuration));
        let sends = routes.evidence(server, &role);
        let steps = sends.iter().flat_map(|fact| fact.provenance.steps()).cloned().collect();
        facts.insert(Arc::from("should_send"), Fact::known(!sends.is_empty(), steps));
        facts.insert(Arc::from("send_evidence"), Fact::known(List::complete(sends), Provenance::default()));
        facts.insert(Arc::from("configuration"), configuration);
        facts.insert(Arc::from("ip_addresses"), neighbours::ip_addresses_fact(server));
        facts.insert(Arc::from("host_mates"), known.neighbours.host_mates(server));
        facts.insert(Arc::from("hostname_taken_by"), known.neighbours.hostname_taken_by(server));
        facts.insert(Arc::from("sites_cover_address"), sites::cover_address(server, &sites, sites_open.as_ref()));

        let hosted = List { items: uses.facts(environment, &sites).into(), open: sites_open };
        facts.insert(Arc::from("authentication"), sites::authentication(server, &sites, &view, &hosted));
        facts.insert(Arc::from("smtp_sites"), Fact::known(hosted, Provenance::default()));

        facts.insert(Arc::from("listener"), listener);
        facts.insert(Arc::from("role"), role);
        let mut evidence = known.evidence.of(server);
        if known.only_server {
            // Its own relay host is no other server's.
            let own = |fact: &Fact| {
                fact.provenance
                    .place()
                    .is_some_and(|at| choice.documents.iter().any(|document| document.id == at.document))
            };
            evidence.retain(|fact| !own(fact));
        }
        let steps = evidence.iter().flat_map(|fact| fact.provenance.steps()).cloned().collect();
        facts.insert(Arc::from("should_listen"), Fact::known(!evidence.is_empty(), steps));
        facts.insert(Arc::from("listen_evidence"), Fact::known(List::complete(evidence), Provenance::default()));
        let binding = listener::binding(&ini);
        facts.insert(Arc::from("bind_port"), binding.port);
        facts.insert(Arc::from("bind_address"), binding.address);

        let local = domains::local_domains(environment, server, known.inventory.complete);
        let from = match (&local.domains.open, local.from) {
            (Some(reason), "host_name") => Fact::unknown(Arc::clone(&reason.0), Provenance::default()),
            (_, from) => Fact::known(from, Provenance::default()),
        };
        facts.insert(Arc::from("local_domains_from"), from);
        let domains = match &local.domains.open {
            // If there is a Global Domain document after all, the host name adds nothing.
            Some(reason) if local.from == "host_name" => Fact::unknown(Arc::clone(&reason.0), Provenance::default()),
            _ => Fact::known(local.domains, Provenance::default()),
        };
        facts.insert(Arc::from("local_domains"), domains);
        facts.insert(Arc::from("host_name_domain"), host_name_domain(server, &view));

        facts.insert(Arc::from("relay_precedence"), relay_precedence(&ini, server));
        let ini: Arc<dyn Object> = Arc::new(ini);
        facts.insert(Arc::from("ini"), Fact::known(ini, Provenance::default()));
        view.with_facts(Arc::new(facts))
    }
}

/// Which documents the servers use, as facts beside the fields of those documents.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// One view of each document for all servers, since it remembers what was read of it.
    views: BTreeMap<DocumentId, DocumentView>,
    /// Why a configuration that governs nobody may govern somebody all the same.
    open: Option<Arc<str>>,
    /// The same for sites.
    open_sites: Option<Arc<str>>,
}

impl Uses {
    /// Turns the surveys of all servers round.
    pub(super) fn new(environment: &Arc<Environment>, surveys: &[Survey<'_>], complete: bool) -> Self {
        let mut used: BTreeMap<DocumentId, Vec<(&Survey<'_>, &'static str)>> = BTreeMap::new();
        let mut open: Option<Arc<str>> = (!complete).then(|| Arc::from("the input may not show all servers"));
        let mut open_sites = open.clone();
        for survey in surveys {
            open = open.or_else(|| survey.choice.open.clone());
            open_sites = open_sites.or_else(|| survey.sites_open.as_ref().map(|reason| Arc::clone(&reason.0)));
            let governing = survey.choice.documents.iter().map(|document| (document, "governs"));
            let hosted = survey.sites.iter().map(|document| (document, "hosts"));
            for (document, how) in governing.chain(hosted) {
                used.entry(document.id).or_default().push((survey, how));
            }
        }
        let view = |(id, surveys): (DocumentId, Vec<_>)| {
            let view = DocumentView::new(environment, environment.document(id)?);
            Some((id, view.with_facts(Arc::new(use_facts(&surveys)))))
        };
        Self { views: used.into_iter().filter_map(view).collect(), open, open_sites }
    }

    /// A document with the facts about its use.
    pub(super) fn view(&self, environment: &Arc<Environment>, document: &Document) -> DocumentView {
        let view = DocumentView::new(environment, document);
        match self.views.get(&document.id) {
            Some(view) => view.clone(),
            None => {
                let open = if document.kind == Kind::Site { &self.open_sites } else { &self.open };
                let listens = match open {
                    Some(why) => Fact::unknown(Arc::clone(why), Provenance::default()),
                    None => Fact::known(false, Provenance::default()),
                };
                let names = List { items: Items::default(), open: open.clone().map(Reason) };
                let names = Fact::known(names, Provenance::default());
                view.with_facts(Arc::new(BTreeMap::from([
                    (Arc::from("used_by"), names),
                    (Arc::from("used_by_listener"), listens),
                ])))
            }
        }
    }

    fn facts(&self, environment: &Arc<Environment>, documents: &[&Document]) -> Vec<Fact> {
        documents.iter().map(|document| self.view(environment, document).into_fact()).collect()
    }
}

fn use_facts(surveys: &[(&Survey<'_>, &'static str)]) -> BTreeMap<Arc<str>, Fact> {
    let mut listens = Fact::known(false, Provenance::default());
    let mut names = Vec::new();
    for (survey, how) in surveys {
        let name = Provenance::set(Location::field(survey.server.id, "name"));
        names.push(Fact::known(&*survey.server.name, name));
        if listens.bool() == Some(true) {
            continue;
        }
        // A site is read only while Internet Sites are on.
        let reads = match survey.server.fields.get("internet_sites") {
            _ if *how == "governs" => Some(true),
            Some(_) => survey.server.flag("internet_sites"),
            None => Some(false),
        };
        let at = Provenance::set(Location::field(survey.server.id, "internet_sites"));
        match (reads, survey.listener.bool()) {
            (Some(false), _) | (_, Some(false)) => {}
            (Some(true), _) => listens = survey.listener.clone(),
            (None, _) => listens = Fact::unknown("whether Internet Sites are on is not known", at),
        }
    }
    BTreeMap::from([
        (Arc::from("used_by"), Fact::known(List::complete(names), Provenance::default())),
        (Arc::from("used_by_listener"), listens),
    ])
}

fn choice_fact(choice: &Choice<'_>, provenance: Provenance) -> Fact {
    match &choice.open {
        Some(why) => Fact::unknown(Arc::clone(why), provenance),
        None => Fact::known(choice.by.word(), provenance),
    }
}

/// The governing configuration as in force: with what notes.ini decides and, where nothing decides between several
/// documents, only what they agree on.
fn configuration_fact(environment: &Arc<Environment>, choice: &Choice<'_>, ini: &IniView, uses: &Uses) -> Fact {
    let place = |document: &Document| Some(Location::field(document.id, "applies_to"));
    let mut provenance = Provenance::default();
    for document in &choice.documents {
        let role = if choice.documents.len() > 1 { Role::From } else { Role::Set };
        provenance = provenance.then(role, place(document), "");
    }
    for document in &choice.hidden {
        provenance = provenance.then(
            Role::Hidden,
            place(document),
            format!("Configuration Settings `{}` is not used", document.name),
        );
    }
    if let Some(why) = &choice.open {
        return Fact::unknown(Arc::clone(why), provenance);
    }
    let in_force = |document: &Document| {
        let view = uses.view(environment, document);
        let decided = overrides(ini, &view);
        view.with_overrides(decided)
    };
    match choice.documents.as_slice() {
        [] => Fact::absent(None, Provenance::step(Role::Missing, None, "no Configuration Settings document applies")),
        [only] => Fact { provenance, ..in_force(only).into_fact() },
        several => {
            let candidates = several.iter().map(|document| Arc::new(in_force(document)) as Arc<dyn Object>).collect();
            let names = several.iter().map(|document| format!("`{}`", document.name)).collect::<Vec<_>>().join(" and ");
            let object: Arc<dyn Object> = Arc::new(OneOfView::new(
                candidates,
                format!(
                    "depends on which of the Configuration Settings documents {names} the server takes, which is undefined"
                ),
            ));
            Fact::known(object, provenance)
        }
    }
}

fn shadowed(environment: &Arc<Environment>, choice: &Choice<'_>, uses: &Uses) -> Fact {
    let [applied] = choice.documents.as_slice() else { return Fact::known(List::default(), Provenance::default()) };
    if let Some(why) = &choice.open {
        return Fact::known(
            List { items: Items::default(), open: Some(Reason(Arc::clone(why))) },
            Provenance::default(),
        );
    }
    let items = choice.hidden.iter().enumerate().map(|(index, hidden)| {
        let (less, other): (Vec<_>, Vec<_>) = shadow::differences(applied, hidden, "in the hidden document")
            .into_iter()
            .partition(|difference| difference.less_restrictive);
        let list = |differences: Vec<shadow::Difference>| {
            let texts = differences.into_iter().map(|difference| difference.text).collect();
            Fact::known(List::complete(texts), Provenance::default())
        };
        let parts = BTreeMap::from([
            (Arc::from("configuration"), uses.view(environment, hidden).into_fact()),
            (Arc::from("applied"), uses.view(environment, applied).into_fact()),
            (Arc::from("next_in_line"), Fact::known(index == 0, Provenance::default())),
            (Arc::from("less_restrictive"), list(less)),
            (Arc::from("differing"), list(other)),
        ]);
        let provenance = Provenance::set(Location::field(applied.id, "applies_to")).then(
            Role::Hidden,
            Some(Location::field(hidden.id, "applies_to")),
            "this one is not used",
        );
        RecordView::fact(format!("{} over {}", applied.name, hidden.name), parts, provenance)
    });
    Fact::known(List::complete(items.collect()), Provenance::default())
}

fn host_name_domain(server: &Document, view: &DocumentView) -> Fact {
    let Some(host) = view.get("hostname") else { return Fact::absent(None, Provenance::default()) };
    if host.is_unknown() {
        return host;
    }
    let at = Some(Location::field(server.id, "hostname"));
    match host.text().and_then(|name| domains::parent(name)) {
        Some(parent) => Fact::known(parent, Provenance::step(Role::From, at, "the host name without its first label")),
        None => Fact::absent(None, Provenance::step(Role::Missing, at, "the host name has no domain")),
    }
}

/// Whether Allow or Deny wins between the relay lists (semantics.md 5.5). The documented default stands in where no
/// notes.ini is at hand, and the provenance says so.
fn relay_precedence(ini: &IniView, server: &Document) -> Fact {
    const PARAMETER: &str = "SMTPRelayHostsandDomains";
    let default =
        |text: &str| Fact::absent(Some(Datum::from("allow_wins")), Provenance::step(Role::Default, None, text));
    // "5.0.12" or "Release 5.0.12".
    let release = server.text("release").map(|release| release.trim().trim_start_matches("Release").trim().to_owned());
    if release.is_some_and(|release| release.starts_with("5.")) {
        let at = Some(Location::field(server.id, "release"));
        return Fact::known("deny_wins", Provenance::step(Role::From, at, "in release 5 Deny wins"));
    }
    match ini.get(PARAMETER) {
        None => default("default since release 6 (documented); notes.ini does not set SMTPRelayHostsandDomains"),
        Some(fact) if !is_written(&fact) => {
            default("default since release 6 (documented); the whole notes.ini is not in the input")
        }
        Some(fact) if fact.is_unknown() => fact,
        Some(fact) => match super::ini::switch(&fact, PARAMETER) {
            Ok(deny) => Fact::known(if deny { "deny_wins" } else { "allow_wins" }, fact.provenance),
            Err(why) => Fact::unknown(why, fact.provenance),
        },
    }
}
