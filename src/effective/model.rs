//! The model that rules and `effective` see: what each server really does, and what the environment as a whole shows.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::addressees::{self, Addressees};
use super::clusters;
use super::configuration::{Configurations, Inventory};
use super::conflicts;
use super::contrast::Contrast;
use super::domains::{self, Receiver};
use super::evidence::Evidence;
use super::exposure::{Exposed, exposure_fact};
use super::fact::{Fact, List, Object, Provenance, Reason, Role};
use super::fallback;
use super::group_entries::GroupIndex;
use super::ini::IniFiles;
use super::items::Items;
use super::linked;
use super::names;
use super::neighbours::{self, Neighbours};
use super::policy::Surroundings;
use super::reach::Reach;
use super::recipients::Directory;
use super::routes::{self, Routes};
use super::server::{Known, Survey, Uses};
use super::sites::{self, Sites};
use super::view::{DocumentView, RecordView};
use crate::directory::{DirectoryId, Document, DocumentId, Environment, Kind, Location, name_key};

/// Everything that is known of an environment.
#[derive(Debug)]
pub struct Model {
    environment: Arc<Environment>,
    servers: Vec<(DocumentId, Fact)>,
    exposed: Vec<Arc<Exposed>>,
    uses: Uses,
    summary: OnceLock<Fact>,
    sites: OnceLock<Vec<Fact>>,
    today: Option<Arc<str>>,
    complete: bool,
}

impl Model {
    /// Resolves an environment.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        let environment = Arc::new(environment);
        let declared = environment.of_kind(Kind::Facts).find_map(|facts| facts.flag("complete_export"));
        let complete = declared.unwrap_or_else(|| environment.seems_complete());
        let declared = declared == Some(true);
        let known = Known {
            configurations: Configurations::new(&environment),
            evidence: Evidence::new(&environment),
            sites: Sites::new(&environment),
            inis: IniFiles::new(&environment),
            neighbours: Neighbours::new(&environment),
            reach: Reach::new(&environment),
            inventory: Inventory { complete, declared },
            only_server: environment.count(Kind::Server) == 1,
        };
        let surveys: Vec<Survey<'_>> =
            servers(&environment).into_iter().map(|server| Survey::new(&environment, &known, server)).collect();
        let uses = Uses::new(&environment, &surveys, complete);
        let senders: Vec<&Document> = surveys.iter().filter_map(Survey::sender).collect();
        let routes = Routes::new(&environment, &senders, complete);
        let around = Arc::new(Surroundings {
            groups: GroupIndex::new(&environment),
            directories: (0_u32..)
                .take(environment.directory_count())
                .map(|id| Arc::new(Directory::new(&environment, DirectoryId(id))))
                .collect(),
            facts: facts(&environment),
            senders: OnceLock::new(),
            environment: Arc::clone(&environment),
            complete,
            declared,
        });
        let mut exposed = Vec::new();
        let mut servers = Vec::new();
        for survey in surveys {
            let id = survey.id();
            let view = survey.into_view(&environment, &known, &uses, &routes);
            let server = Arc::new(Exposed::new(&around, id, view.clone().into_fact()));
            servers.push((id, view.and_fact("exposure", exposure_fact(&server)).into_fact()));
            exposed.push(server);
        }
        Self {
            environment: Arc::clone(&environment),
            servers,
            exposed,
            uses,
            summary: OnceLock::new(),
            sites: OnceLock::new(),
            today: None,
            complete,
        }
    }

    /// The servers, each with what it exposes.
    #[must_use]
    pub fn exposed(&self) -> &[Arc<Exposed>] {
        &self.exposed
    }

    /// The same model, looked at on a date (year-month-day): what the facts do not date is dated by it.
    #[must_use]
    pub fn on(mut self, date: &str) -> Self {
        self.today = Some(Arc::from(date));
        self
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
    pub fn documents(&self, kind: Kind) -> Items {
        match kind {
            // There may be very many of these.
            Kind::Person | Kind::MailIn | Kind::Group => {
                let environment = Arc::clone(&self.environment);
                let make = move |index| document(&environment, kind, index);
                Items::made(self.environment.count(kind), make)
            }
            _ => self.documents_at(kind, 0..usize::MAX).into(),
        }
    }

    /// The documents of a kind at some positions in the order of the input, each as a record of the model.
    #[must_use]
    pub fn documents_at(&self, kind: Kind, positions: Range<usize>) -> Vec<Fact> {
        let environment = &self.environment;
        let documents = || environment.of_kind_at(kind, positions.clone());
        let some = |facts: &[Fact]| facts.iter().skip(positions.start).take(positions.len()).cloned().collect();
        match kind {
            Kind::Server => {
                let servers = self.servers.iter().skip(positions.start).take(positions.len());
                servers.map(|(_, fact)| fact.clone()).collect()
            }
            Kind::Site => some(self.sites()),
            Kind::NotesIni => documents().map(|document| self.notes_ini(document)).collect(),
            Kind::Configuration => {
                documents().map(|document| self.uses.view(environment, document).into_fact()).collect()
            }
            _ => {
                let end = positions.end.min(environment.count(kind));
                (positions.start..end).filter_map(|index| document(environment, kind, index)).collect()
            }
        }
    }

    /// The facts that people gave beside the export.
    #[must_use]
    pub fn facts(&self) -> Fact {
        facts(&self.environment)
    }

    /// What the environment as a whole shows.
    #[must_use]
    pub fn summary(&self) -> &Fact {
        self.summary
            .get_or_init(|| RecordView::fact("environment".to_owned(), self.summary_parts(), Provenance::default()))
    }

    fn sites(&self) -> &[Fact] {
        self.sites.get_or_init(|| {
            let neighbours = Neighbours::new(&self.environment);
            let mut shared = sites::shared_addresses(&self.environment);
            self.environment
                .of_kind(Kind::Site)
                .map(|site| {
                    let orphans = Fact::known(neighbours.orphans(site, self.complete), Provenance::default());
                    let claims = List::complete(shared.remove(&site.id).unwrap_or_default());
                    let view = self.uses.view(&self.environment, site).and_fact("orphan_addresses", orphans);
                    view.and_fact("shared_addresses", Fact::known(claims, Provenance::default())).into_fact()
                })
                .collect()
        })
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
        view.with_facts(Arc::new(extra)).into_fact()
    }

    fn summary_parts(&self) -> BTreeMap<Arc<str>, Fact> {
        let open = (!self.complete).then(|| Reason(Arc::from("the input may not show all documents")));
        let list = |items: Items| Fact::known(List { items, open: open.clone() }, Provenance::default());
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
        let receivers: Vec<Receiver<'_>> = self
            .servers
            .iter()
            .filter_map(|(id, fact)| {
                let listens = part(fact, "listener").and_then(|fact| fact.bool());
                Some(Receiver { server: self.environment.document(*id)?, listens })
            })
            .collect();
        let undeclared = domains::undeclared_domains(&self.environment, &receivers, self.complete);
        parts.insert(Arc::from("undeclared_domains"), Fact::known(undeclared, Provenance::default()));
        parts.insert(Arc::from("address_lookups"), self.address_lookups());
        let environment = &self.environment;
        for (name, table) in names::tables(environment, self.complete) {
            parts.insert(Arc::from(name), table);
        }
        parts.insert(Arc::from("port_collisions"), neighbours::port_collisions(environment, &self.servers));
        parts.insert(Arc::from("mail_loops"), routes::mail_loops(environment, &self.servers));
        let addressees = Addressees::new(environment);
        parts.insert(Arc::from("duplicate_addresses"), addressees.duplicates());
        parts.insert(Arc::from("shared_local_parts"), addressees.local_parts());
        parts.insert(Arc::from("shared_mail_files"), addressees::shared_mail_files(environment));
        parts.insert(Arc::from("alias_fallbacks"), fallback::alias_fallbacks(environment, &addressees));
        let unshared = linked::unshared_domains(environment, &self.servers, self.complete);
        parts.insert(Arc::from("unshared_domains"), unshared);
        let twice = linked::addresses_in_two_directories(environment, &addressees);
        parts.insert(Arc::from("addresses_in_two_directories"), twice);
        let clusters = clusters::cluster_differences(environment, &self.servers);
        parts.insert(Arc::from("cluster_differences"), clusters);
        parts.insert(Arc::from("conflict_documents"), conflicts::conflict_documents(environment));
        parts.insert(Arc::from("forwarding_loops"), addressees.forwarding());
        parts.insert(Arc::from("postmaster"), addressees.postmaster());
        let [takes, denies] = self.group_mail();
        parts.insert(Arc::from("servers_taking_group_mail"), takes);
        parts.insert(Arc::from("servers_denying_group_mail"), denies);
        let declared = environment.of_kind(Kind::Facts).find_map(|facts| {
            Some(Fact::known(&**facts.text("as_of")?, Provenance::set(Location::field(facts.id, "as_of"))))
        });
        let today = self.today.as_ref().map(|date| Fact::known(&**date, Provenance::default()));
        let absent = Fact::absent(Some(super::fact::Datum::from("")), Provenance::default());
        parts.insert(Arc::from("as_of"), declared.or(today).unwrap_or(absent));
        parts
    }

    /// The names of listening servers that take mail for groups, and of those that refuse it.
    fn group_mail(&self) -> [Fact; 2] {
        let (mut takes, mut denies, mut open) = (Vec::new(), Vec::new(), None);
        for (id, server) in &self.servers {
            let Some(document) = self.environment.document(*id) else { continue };
            match part(server, "listener").and_then(|fact| fact.bool()) {
                Some(false) => continue,
                Some(true) => {}
                None => open = Some(Reason(Arc::from("whether every server listens is not known"))),
            }
            let field = |name: &str| {
                let path = format!("configuration.recipients.{name}");
                server.object().and_then(|object| super::view::at_path(object.as_ref(), &path))
            };
            let (verify, deny) = (field("verify_local"), field("deny_groups"));
            // Groups are refused only while recipients are verified.
            let refuses = match (verify.as_ref().and_then(Fact::bool), deny.as_ref().and_then(Fact::bool)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            let at = deny.map(|fact| fact.provenance).unwrap_or_default();
            match refuses {
                Some(true) => denies.push(Fact::known(&*document.name, at)),
                Some(false) => takes.push(Fact::known(&*document.name, at)),
                None => {
                    open = Some(Reason(Arc::from(format!(
                        "whether `{}` refuses mail to groups is not known",
                        document.name
                    ))));
                }
            }
        }
        let list =
            |items: Vec<Fact>| Fact::known(List { items: items.into(), open: open.clone() }, Provenance::default());
        [list(takes), list(denies)]
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
        let apart = |first: &Document, second: &Document| {
            self.environment.directory_count() > 1
                && self.environment.directory_name(first.directory).is_none()
                && first.span.file != second.span.file
        };
        let open = configurations.twins().any(|(first, second, _)| apart(first, second)).then(|| {
            Reason(Arc::from("which Domino directory some Configuration Settings documents belong to is not known"))
        });
        let items = configurations
            .twins()
            .filter(|(first, second, _)| !apart(first, second))
            .map(|(first, second, defaults)| {
                let at = Location::field(second.id, "applies_to");
                let contrast = Contrast::of(&[first, second]);
                let parts = BTreeMap::from([
                    (Arc::from("applies_to"), Fact::known(&*second.name, Provenance::set(at.clone()))),
                    (Arc::from("first"), self.uses.view(&self.environment, first).into_fact()),
                    (Arc::from("second"), self.uses.view(&self.environment, second).into_fact()),
                    (Arc::from("defaults"), Fact::known(defaults, Provenance::default())),
                    (Arc::from("same"), contrast.same()),
                    (Arc::from("differences"), contrast.list()),
                ]);
                let provenance =
                    Provenance::set(at).then(Role::From, Some(Location::field(first.id, "applies_to")), "and this one");
                RecordView::fact(format!("two configurations for {}", name_key(&second.name)), parts, provenance)
            })
            .collect();
        Fact::known(List { items, open }, Provenance::default())
    }
}

/// A document of a kind by its position, as it stands.
fn document(environment: &Arc<Environment>, kind: Kind, index: usize) -> Option<Fact> {
    let document = environment.at_hand(environment.nth(kind, index)?)?;
    Some(DocumentView::of(environment, document).into_fact())
}

/// The facts that people gave beside the export.
fn facts(environment: &Arc<Environment>) -> Fact {
    match environment.of_kind(Kind::Facts).next() {
        Some(document) => DocumentView::new(environment, document).into_fact(),
        None => DocumentView::missing(environment, Kind::Facts).into_fact(),
    }
}

/// The fact of that name in a record.
fn part(record: &Fact, name: &str) -> Option<Fact> {
    record.object()?.get(name)
}

/// The Server documents, without a second one of the same name (a problem says so).
pub(super) fn servers(environment: &Environment) -> Vec<&Document> {
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
