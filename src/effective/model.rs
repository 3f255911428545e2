//! The model that rules and `effective` see: what each server really does, and what the environment as a whole shows.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::configuration::{By, Choice, Configurations};
use super::domains::{self, LocalDomains};
use super::evidence::{self, Evidence};
use super::fact::{Datum, Fact, List, Object, Provenance, Reason, Role};
use super::ini::IniView;
use super::listener;
use super::overrides::overrides;
use super::shadow;
use super::sites::{self, Sites};
use super::view::{DocumentView, OneOfView, RecordView};
use crate::directory::{Document, DocumentId, Environment, Kind, Location, name_key};

/// Everything that is known of an environment.
#[derive(Debug)]
pub struct Model {
    environment: Arc<Environment>,
    servers: Vec<(DocumentId, Fact)>,
    summary: OnceLock<Fact>,
    complete: bool,
}

impl Model {
    /// Resolves an environment.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        let environment = Arc::new(environment);
        let complete = is_complete(&environment);
        let known = Known {
            configurations: Configurations::new(&environment),
            evidence: Evidence::new(&environment),
            sites: Sites::new(&environment),
            complete,
        };
        let servers = servers(&environment)
            .into_iter()
            .map(|server| (server.id, server_fact(&environment, &known, server)))
            .collect();
        Self { environment: Arc::clone(&environment), servers, summary: OnceLock::new(), complete }
    }

    /// The documents behind the model.
    #[must_use]
    pub fn environment(&self) -> &Arc<Environment> {
        &self.environment
    }

    /// Whether the input shows all documents of its directories, as far as it says.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The servers, each as a record of the model.
    #[must_use]
    pub fn servers(&self) -> &[(DocumentId, Fact)] {
        &self.servers
    }

    /// The documents of a kind, each as a record of the model.
    #[must_use]
    pub fn documents(&self, kind: Kind) -> Vec<Fact> {
        match kind {
            Kind::Server => self.servers.iter().map(|(_, fact)| fact.clone()).collect(),
            Kind::NotesIni => self.environment.of_kind(kind).map(|document| self.notes_ini(document)).collect(),
            _ => self
                .environment
                .of_kind(kind)
                .map(|document| DocumentView::new(&self.environment, document).into_fact())
                .collect(),
        }
    }

    /// The facts that people gave beside the export.
    #[must_use]
    pub fn facts(&self) -> Fact {
        match self.environment.of_kind(Kind::Facts).next() {
            Some(document) => DocumentView::new(&self.environment, document).into_fact(),
            None => DocumentView::missing(&self.environment, Kind::Facts).into_fact(),
        }
    }

    /// What the environment as a whole shows.
    #[must_use]
    pub fn summary(&self) -> &Fact {
        self.summary
            .get_or_init(|| RecordView::fact("environment".to_owned(), self.summary_parts(), Provenance::default()))
    }

    fn notes_ini(&self, document: &Document) -> Fact {
        let view = DocumentView::new(&self.environment, document);
        let entries =
            view.get("settings").and_then(|fact| fact.object().map(|object| object.entries())).unwrap_or_default();
        let mut duplicates = Vec::new();
        let mut seen: BTreeMap<String, &(Arc<str>, Fact)> = BTreeMap::new();
        for entry in &entries {
            let Some(first) = seen.get(&entry.0.to_lowercase()) else {
                seen.insert(entry.0.to_lowercase(), entry);
                continue;
            };
            let (first_at, other_at) = (first.1.provenance.clone(), entry.1.provenance.clone());
            let parts = BTreeMap::from([
                (Arc::from("name"), Fact::known(&*entry.0, other_at.clone())),
                (Arc::from("value"), entry.1.clone()),
                (Arc::from("other_name"), Fact::known(&*first.0, first_at.clone())),
                (Arc::from("other_value"), first.1.clone()),
            ]);
            duplicates.push(RecordView::fact(format!("{} twice", entry.0), parts, other_at));
        }
        let extra = BTreeMap::from([(
            Arc::from("duplicate_settings"),
            Fact::known(List::complete(duplicates), Provenance::default()),
        )]);
        view.with_facts(extra).into_fact()
    }

    fn summary_parts(&self) -> BTreeMap<Arc<str>, Fact> {
        let open = (!self.complete).then(|| Reason(Arc::from("the input may not show all documents")));
        let list =
            |items: Vec<Fact>| Fact::known(List { items: items.into(), open: open.clone() }, Provenance::default());
        let mut parts = BTreeMap::new();
        for (name, kind) in [
            ("sites", Kind::Site),
            ("configurations", Kind::Configuration),
            ("global_domains", Kind::GlobalDomain),
            ("foreign_smtp_domains", Kind::ForeignSmtpDomain),
            ("connections", Kind::Connection),
            ("mail_ins", Kind::MailIn),
            ("persons", Kind::Person),
            ("groups", Kind::Group),
            ("notes_inis", Kind::NotesIni),
            ("servers", Kind::Server),
        ] {
            parts.insert(Arc::from(name), list(self.documents(kind)));
        }
        parts.insert(Arc::from("listening_servers"), self.listening_servers(open.clone()));
        parts.insert(Arc::from("duplicate_configurations"), self.duplicate_configurations());
        let uncovered = domains::uncovered_domino_domains(&self.environment);
        parts.insert(Arc::from("uncovered_domino_domains"), Fact::known(uncovered, Provenance::default()));
        let undeclared = domains::undeclared_domains(&self.environment, &|server| self.local_domains(server));
        parts.insert(Arc::from("undeclared_domains"), Fact::known(undeclared, Provenance::default()));
        parts.insert(Arc::from("address_lookups"), self.address_lookups());
        parts
    }

    fn local_domains(&self, server: &Document) -> LocalDomains {
        domains::local_domains(&self.environment, server, self.complete)
    }

    fn listening_servers(&self, open: Option<Reason>) -> Fact {
        let mut open = open;
        let mut items = Vec::new();
        for (_, server) in &self.servers {
            let listener = part(server, "listener");
            match listener.as_ref().and_then(Fact::bool) {
                Some(true) => items.push(server.clone()),
                Some(false) => {}
                None => open = Some(Reason(Arc::from("whether every server listens is not known"))),
            }
        }
        Fact::known(List { items: items.into(), open }, Provenance::default())
    }

    fn address_lookups(&self) -> Fact {
        let mut items: Vec<Fact> = Vec::new();
        let mut open = None;
        for (_, server) in &self.servers {
            if part(server, "listener").and_then(|fact| fact.bool()) == Some(false) {
                continue;
            }
            let lookup = part(server, "configuration")
                .and_then(|fact| super::view::at_path(fact.object()?.as_ref(), "smtp.address_lookup"));
            match lookup {
                Some(fact) if fact.text().is_some() => {
                    if !items.iter().any(|known| known.text() == fact.text()) {
                        items.push(fact);
                    }
                }
                _ => {
                    open = Some(Reason(Arc::from(
                        "\"Address lookup\" (smtp.address_lookup) is not known for every listening server",
                    )));
                }
            }
        }
        Fact::known(List { items: items.into(), open }, Provenance::default())
    }

    fn duplicate_configurations(&self) -> Fact {
        let configurations = Configurations::new(&self.environment);
        let items = configurations
            .twins()
            .map(|(first, second, defaults)| {
                let at = Location::field(second.id, "applies_to");
                let parts = BTreeMap::from([
                    (Arc::from("applies_to"), Fact::known(&*second.name, Provenance::set(at.clone()))),
                    (Arc::from("first"), DocumentView::new(&self.environment, first).into_fact()),
                    (Arc::from("second"), DocumentView::new(&self.environment, second).into_fact()),
                    (Arc::from("defaults"), Fact::known(defaults, Provenance::default())),
                ]);
                let provenance =
                    Provenance::set(at).then(Role::From, Some(Location::field(first.id, "applies_to")), "and this one");
                RecordView::fact(format!("two configurations for {}", second.name), parts, provenance)
            })
            .collect();
        Fact::known(List::complete(items), Provenance::default())
    }
}

/// The fact of that name in a record.
fn part(record: &Fact, name: &str) -> Option<Fact> {
    record.object()?.get(name)
}

/// The Server documents, without a second one of the same name (a problem says so).
fn servers(environment: &Environment) -> Vec<&Document> {
    let mut seen = std::collections::BTreeSet::new();
    environment
        .of_kind(Kind::Server)
        .filter(|server| {
            seen.insert((
                server.directory,
                name_key(&server.name),
                (!server.fields.contains_key("name")).then_some(server.id),
            ))
        })
        .collect()
}

/// Whether every file with directory documents shows its whole directory, and nobody says otherwise.
fn is_complete(environment: &Environment) -> bool {
    let declared = environment.of_kind(Kind::Facts).find_map(|facts| facts.flag("complete_export"));
    let mut directory = environment
        .documents()
        .iter()
        .filter(|document| !matches!(document.kind, Kind::NotesIni | Kind::Facts))
        .peekable();
    let shown = directory.peek().is_some() && directory.all(|document| document.whole_directory);
    declared.unwrap_or(shown)
}

/// What is collected once for all servers.
struct Known<'e> {
    configurations: Configurations<'e>,
    evidence: Evidence<'e>,
    sites: Sites<'e>,
    complete: bool,
}

fn server_fact(environment: &Arc<Environment>, known: &Known<'_>, server: &Document) -> Fact {
    let complete = known.complete;
    let view = DocumentView::new(environment, server);
    let choice = known.configurations.choose(environment, server, complete);
    let own_view = match choice.documents.as_slice() {
        [only] if choice.open.is_none() => Some(DocumentView::new(environment, only)),
        _ => None,
    };
    let ini = IniView::new(environment, server, own_view.as_ref());
    let mut facts = BTreeMap::new();
    let configuration = configuration_fact(environment, &choice, &ini);
    facts.insert(Arc::from("configuration_choice"), choice_fact(&choice, configuration.provenance.clone()));
    let candidates =
        if choice.by == By::Ambiguous { documents_fact(environment, &choice.documents) } else { Vec::new() };
    let candidates = match &choice.open {
        Some(why) => List { items: candidates.into(), open: Some(Reason(Arc::clone(why))) },
        None => List::complete(candidates),
    };
    facts.insert(Arc::from("configuration_candidates"), Fact::known(candidates, Provenance::default()));
    facts.insert(Arc::from("shadowed_configurations"), shadowed(environment, &choice));
    facts.insert(Arc::from("configuration"), configuration);

    let (hosted, open) = known.sites.of(environment, server, complete);
    let hosted = List { items: documents_fact(environment, &hosted).into(), open };
    facts.insert(Arc::from("authentication"), sites::authentication(server, &view, &hosted));
    facts.insert(Arc::from("smtp_sites"), Fact::known(hosted, Provenance::default()));

    facts.insert(Arc::from("listener"), listener::listener(&view, &ini));
    facts.insert(Arc::from("role"), evidence::role(environment, server));
    let evidence = known.evidence.of(server);
    let steps = evidence.iter().flat_map(|fact| fact.provenance.0.clone()).collect();
    facts.insert(Arc::from("should_listen"), Fact::known(!evidence.is_empty(), Provenance(steps)));
    facts.insert(Arc::from("listen_evidence"), Fact::known(List::complete(evidence), Provenance::default()));
    let binding = listener::binding(&ini);
    facts.insert(Arc::from("bind_port"), binding.port);
    facts.insert(Arc::from("bind_address"), binding.address);

    let local = domains::local_domains(environment, server, complete);
    let from = match (&local.domains.open, local.from) {
        (Some(reason), "host_name") => Fact::unknown(Arc::clone(&reason.0), Provenance::default()),
        (_, from) => Fact::known(from, Provenance::default()),
    };
    facts.insert(Arc::from("local_domains_from"), from);
    facts.insert(Arc::from("local_domains"), Fact::known(local.domains, Provenance::default()));
    facts.insert(Arc::from("host_name_domain"), host_name_domain(server, &view));

    facts.insert(Arc::from("relay_precedence"), relay_precedence(&ini));
    let ini: Arc<dyn Object> = Arc::new(ini);
    facts.insert(Arc::from("ini"), Fact::known(ini, Provenance::default()));
    view.with_facts(facts).into_fact()
}

fn documents_fact(environment: &Arc<Environment>, documents: &[&Document]) -> Vec<Fact> {
    documents.iter().map(|document| DocumentView::new(environment, document).into_fact()).collect()
}

fn choice_fact(choice: &Choice<'_>, provenance: Provenance) -> Fact {
    match &choice.open {
        Some(why) => Fact::unknown(Arc::clone(why), provenance),
        None => Fact::known(choice.by.word(), provenance),
    }
}

/// The governing configuration as in force: with what notes.ini decides and, where nothing decides between several
/// documents, only what they agree on.
fn configuration_fact(environment: &Arc<Environment>, choice: &Choice<'_>, ini: &IniView) -> Fact {
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
        let view = DocumentView::new(environment, document);
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

fn shadowed(environment: &Arc<Environment>, choice: &Choice<'_>) -> Fact {
    let [applied] = choice.documents.as_slice() else { return Fact::known(List::default(), Provenance::default()) };
    if let Some(why) = &choice.open {
        return Fact::known(List { items: Arc::default(), open: Some(Reason(Arc::clone(why))) }, Provenance::default());
    }
    let texts = |texts: Vec<String>| {
        Fact::known(
            List::complete(texts.into_iter().map(|text| Fact::known(text, Provenance::default())).collect()),
            Provenance::default(),
        )
    };
    let items = choice
        .hidden
        .iter()
        .map(|hidden| {
            let differences = shadow::differences(applied, hidden);
            let parts = BTreeMap::from([
                (Arc::from("configuration"), DocumentView::new(environment, hidden).into_fact()),
                (Arc::from("applied"), DocumentView::new(environment, applied).into_fact()),
                (Arc::from("less_restrictive"), texts(differences.less_restrictive)),
                (Arc::from("differing"), texts(differences.other)),
            ]);
            let provenance = Provenance::set(Location::field(applied.id, "applies_to")).then(
                Role::Hidden,
                Some(Location::field(hidden.id, "applies_to")),
                "this one is not used",
            );
            RecordView::fact(format!("{} over {}", applied.name, hidden.name), parts, provenance)
        })
        .collect();
    Fact::known(List::complete(items), Provenance::default())
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
fn relay_precedence(ini: &IniView) -> Fact {
    const PARAMETER: &str = "SMTPRelayHostsandDomains";
    let default =
        |text: &str| Fact::absent(Some(Datum::from("allow_wins")), Provenance::step(Role::Default, None, text));
    match ini.get(PARAMETER) {
        None => default("default since release 6 (documented); notes.ini does not set SMTPRelayHostsandDomains"),
        Some(fact) if fact.is_unknown() => {
            default("default since release 6 (documented); the whole notes.ini is not in the input")
        }
        Some(fact) => match super::ini::switch(&fact, PARAMETER) {
            Ok(deny) => Fact::known(if deny { "deny_wins" } else { "allow_wins" }, fact.provenance),
            Err(why) => Fact::unknown(why, fact.provenance),
        },
    }
}
