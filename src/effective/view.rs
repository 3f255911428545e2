//! Documents as objects of the model: every field of the vocabulary becomes a fact.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::fact::{Fact, Object, Provenance, Role};
use super::field::{entry_fact, field_fact};
use crate::directory::vocabulary::{KindSpec, Part};
use crate::directory::{AtHand, Document, DocumentId, Environment, Kind, Location, NamedEntry};
use crate::read::Completeness;
use crate::source::is_secret_key;

/// A document, or a group of its fields, with what others add to it.
#[derive(Debug, Clone)]
pub struct DocumentView {
    shared: Arc<Shared>,
    /// The group of fields that this view shows, by its number in the vocabulary.
    group: usize,
}

/// What the groups of one document have in common.
#[derive(Debug, Clone)]
struct Shared {
    environment: Arc<Environment>,
    kind: Kind,
    /// `None`: there is no such document, and so nothing is set (facts that nobody gave).
    document: Option<DocumentId>,
    /// Where the document is.
    provenance: Provenance,
    /// Values that something outside the document decides, by path.
    overrides: BTreeMap<Arc<str>, Fact>,
    /// Facts of the model beside the fields, by name.
    extra: Arc<BTreeMap<Arc<str>, Fact>>,
    /// The fields that somebody has asked for, by their number in the vocabulary: many rules ask for the same.
    fields: Arc<OnceLock<Vec<OnceLock<Fact>>>>,
}

impl DocumentView {
    /// A document as it stands.
    #[must_use]
    pub fn new(environment: &Arc<Environment>, document: &Document) -> Self {
        Self::of(environment, document.into())
    }

    /// A document that is held or packed, as it stands.
    #[must_use]
    pub fn of(environment: &Arc<Environment>, document: AtHand<'_>) -> Self {
        Self::with(environment, document.kind(), Some(document.id()))
    }

    /// A document that is not there.
    #[must_use]
    pub fn missing(environment: &Arc<Environment>, kind: Kind) -> Self {
        Self::with(environment, kind, None)
    }

    fn with(environment: &Arc<Environment>, kind: Kind, document: Option<DocumentId>) -> Self {
        let shared = Shared {
            environment: Arc::clone(environment),
            kind,
            document,
            provenance: document.map_or(Provenance::NONE, |id| Provenance::set(Location::document(id))),
            overrides: BTreeMap::new(),
            extra: Arc::default(),
            fields: Arc::default(),
        };
        Self { shared: Arc::new(shared), group: 0 }
    }

    /// The document with values that something else decides.
    #[must_use]
    pub fn with_overrides(self, overrides: BTreeMap<Arc<str>, Fact>) -> Self {
        if overrides.is_empty() {
            return self;
        }
        let shared = Shared { overrides, fields: Arc::default(), ..Arc::unwrap_or_clone(self.shared) };
        Self { shared: Arc::new(shared), group: self.group }
    }

    /// The document with facts beside its fields.
    #[must_use]
    pub fn with_facts(self, extra: Arc<BTreeMap<Arc<str>, Fact>>) -> Self {
        let shared = Shared { extra, ..Arc::unwrap_or_clone(self.shared) };
        Self { shared: Arc::new(shared), group: self.group }
    }

    /// The document with one more fact beside its fields.
    #[must_use]
    pub fn and_fact(self, name: &str, fact: Fact) -> Self {
        let mut extra = (*self.shared.extra).clone();
        extra.insert(Arc::from(name), fact);
        self.with_facts(Arc::new(extra))
    }

    /// The view as a fact of the model.
    #[must_use]
    pub fn into_fact(self) -> Fact {
        let provenance = self.shared.provenance.clone();
        let object: Arc<dyn Object> = Arc::new(self);
        Fact::known(object, provenance)
    }

    /// The fact at a dotted path below this view.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<Fact> {
        at_path(self, path)
    }

    fn spec(&self) -> &'static KindSpec {
        self.shared.kind.spec()
    }

    /// The path of the group that the view shows.
    fn prefix(&self) -> &'static str {
        self.spec().groups.get(self.group).map_or("", |group| &group.path)
    }

    fn document(&self) -> Option<AtHand<'_>> {
        self.shared.environment.at_hand(self.shared.document?)
    }

    /// The directory that the document belongs to: its Domino domain or, where that is not known, a number.
    fn directory(&self) -> Option<Fact> {
        let directory = self.document()?.directory();
        let name = match self.shared.environment.directory_name(directory) {
            Some(name) => name.to_owned(),
            None => format!("#{}", directory.0),
        };
        Some(Fact::known(name, Provenance::NONE))
    }

    fn field(&self, index: usize) -> Option<Fact> {
        let fields = self.shared.fields.get_or_init(|| vec![OnceLock::new(); self.spec().fields.len()]);
        let spec = self.spec().fields.get(index)?;
        let read = || match self.shared.overrides.get(&spec.path) {
            Some(fact) => fact.clone(),
            None => field_fact(self.document(), spec),
        };
        Some(fields.get(index)?.get_or_init(read).clone())
    }
}

/// The fact at a dotted path below an object.
#[must_use]
pub fn at_path(object: &dyn Object, path: &str) -> Option<Fact> {
    match path.split_once('.') {
        None => object.get(path),
        Some((first, rest)) => at_path(object.get(first)?.object()?.as_ref(), rest),
    }
}

/// The fact at a dotted path below a fact that is an object.
#[must_use]
pub(super) fn at_path_of(fact: &Fact, path: &str) -> Option<Fact> {
    at_path(fact.object()?.as_ref(), path)
}

impl Object for DocumentView {
    fn get(&self, name: &str) -> Option<Fact> {
        if self.group == 0 {
            if let Some(fact) = self.shared.extra.get(name) {
                return Some(fact.clone());
            }
            if name == "directory" {
                return self.directory();
            }
        }
        match self.spec().groups.get(self.group)?.part(name)? {
            Part::Field(index) => self.field(index),
            Part::Group(group) => Some(Self { shared: Arc::clone(&self.shared), group }.into_fact()),
        }
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        let prefix = self.prefix();
        let mut names: Vec<Arc<str>> = Vec::new();
        for field in &self.spec().fields {
            let below = if prefix.is_empty() {
                Some(&*field.path)
            } else {
                field.path.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'))
            };
            let Some(name) = below.and_then(|below| below.split('.').next()) else { continue };
            if names.last().is_none_or(|last| &**last != name) {
                names.push(Arc::from(name));
            }
        }
        if self.group == 0 {
            names.extend(self.shared.extra.keys().cloned());
        }
        names.into_iter().filter_map(|name| self.get(&name).map(|fact| (name, fact))).collect()
    }

    fn identity(&self) -> String {
        let name = self.document().map_or(self.shared.kind.name(), AtHand::name);
        let number = self.shared.document.map_or(String::new(), |id| format!(" #{}", id.0));
        let prefix = if self.group == 0 { String::new() } else { format!(" {}", self.prefix()) };
        format!("{} {name}{prefix}{number}", self.shared.kind.title())
    }
}

/// A record that the model computes.
#[derive(Debug)]
pub struct RecordView {
    identity: String,
    parts: BTreeMap<Arc<str>, Fact>,
}

impl RecordView {
    /// A record as a fact of the model.
    #[must_use]
    pub fn fact(identity: String, parts: BTreeMap<Arc<str>, Fact>, provenance: Provenance) -> Fact {
        let object: Arc<dyn Object> = Arc::new(Self { identity, parts });
        Fact::known(object, provenance)
    }
}

impl Object for RecordView {
    fn get(&self, name: &str) -> Option<Fact> {
        self.parts.get(name).cloned()
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        self.parts.iter().map(|(name, fact)| (Arc::clone(name), fact.clone())).collect()
    }

    fn identity(&self) -> String {
        self.identity.clone()
    }
}

/// A table of named texts, such as the lines of a notes.ini. Names are compared without regard to case.
#[derive(Debug)]
pub(super) struct TableView {
    identity: String,
    entries: Vec<(Arc<str>, Fact)>,
    complete: bool,
}

impl TableView {
    pub(super) fn new(document: AtHand<'_>, path: &str, entries: &[NamedEntry]) -> Self {
        let entries = entries
            .iter()
            .zip(0_u32..)
            .map(|(entry, index)| {
                let at = Location::element(document.id(), path, index);
                // No rule needs a password, and no report may show one.
                let fact = if is_secret_key(&entry.name) && entry.entry.value.is_ok() {
                    Fact::known("********", Provenance::set(at))
                } else {
                    entry_fact(&entry.entry, at)
                };
                (Arc::clone(&entry.name), fact)
            })
            .collect();
        let identity = format!("{path} of {} {} #{}", document.kind().name(), document.name(), document.id().0);
        Self { identity, entries, complete: document.completeness() == Completeness::Full }
    }
}

impl Object for TableView {
    fn get(&self, name: &str) -> Option<Fact> {
        let mut found = self.entries.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, fact)| fact);
        let Some(first) = found.next() else {
            let why = format!("whether `{name}` is set is not in the input");
            return (!self.complete).then(|| Fact::unknown(why, Provenance::default()));
        };
        let value = |fact: &Fact| fact.text().cloned();
        match found.find(|other| value(other) != value(first)) {
            None => Some(first.clone()),
            Some(other) => {
                let at = other.provenance.place().cloned();
                let why = format!("`{name}` is set twice, to different values; which one counts is not documented");
                Some(Fact::unknown(why, first.provenance.clone().then(Role::Hidden, at, "set again here")))
            }
        }
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        self.entries.clone()
    }

    fn identity(&self) -> String {
        self.identity.clone()
    }
}

/// Several documents of which exactly one is in force, nobody knows which: what they agree on is known.
#[derive(Debug)]
pub(super) struct OneOfView {
    candidates: Vec<Arc<dyn Object>>,
    reason: Arc<str>,
}

impl OneOfView {
    /// The common view of at least two objects of one type.
    #[must_use]
    pub(super) fn new(candidates: Vec<Arc<dyn Object>>, reason: impl Into<Arc<str>>) -> Self {
        Self { candidates, reason: reason.into() }
    }
}

impl Object for OneOfView {
    fn get(&self, name: &str) -> Option<Fact> {
        let facts: Vec<Fact> = self.candidates.iter().filter_map(|candidate| candidate.get(name)).collect();
        let first = facts.first()?;
        if facts.iter().all(|fact| fact.object().is_some()) {
            let parts = facts.iter().filter_map(|fact| fact.object().cloned()).collect();
            let object: Arc<dyn Object> = Arc::new(Self::new(parts, Arc::clone(&self.reason)));
            return Some(Fact::known(object, first.provenance.clone()));
        }
        let agree = facts.iter().all(|fact| match (fact.datum(), first.datum()) {
            (Some(a), Some(b)) => a.to_string() == b.to_string(),
            (None, None) => !fact.is_unknown() && !first.is_unknown(),
            _ => false,
        });
        if agree {
            return Some(first.clone());
        }
        let mut provenance = first.provenance.clone();
        for fact in facts.iter().skip(1) {
            provenance = provenance.then(Role::From, fact.provenance.place().cloned(), format!("`{fact}` here"));
        }
        Some(Fact::unknown(Arc::clone(&self.reason), provenance))
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        let names = self.candidates.first().map(|candidate| candidate.entries()).unwrap_or_default();
        names.into_iter().filter_map(|(name, _)| self.get(&name).map(|fact| (name, fact))).collect()
    }

    fn identity(&self) -> String {
        let names: Vec<String> = self.candidates.iter().map(|candidate| candidate.identity()).collect();
        format!("one of {}", names.join(", "))
    }
}
