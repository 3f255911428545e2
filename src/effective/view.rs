//! Documents as objects of the model: every field of the vocabulary becomes a fact.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fact::{Datum, Fact, List, Object, Provenance, Role};
use crate::directory::vocabulary::{DefaultValue, FieldKind, FieldSpec, KindSpec, Scalar};
use crate::directory::{Document, DocumentId, Entry, Environment, FieldContent, ItemName, Kind, Location, NamedEntry};
use crate::read::Completeness;
use crate::source::is_secret_key;

/// A document, or a group of its fields, with what others add to it.
#[derive(Debug, Clone)]
pub struct DocumentView {
    environment: Arc<Environment>,
    kind: Kind,
    /// `None`: there is no such document, and so nothing is set (facts that nobody gave).
    document: Option<DocumentId>,
    /// The group of fields that this view shows: ``, `smtp_inbound`.
    prefix: Arc<str>,
    /// Values that something outside the document decides, by path.
    overrides: Arc<BTreeMap<Arc<str>, Fact>>,
    /// Facts of the model beside the fields, by name.
    extra: Arc<BTreeMap<Arc<str>, Fact>>,
}

impl DocumentView {
    /// A document as it stands.
    #[must_use]
    pub fn new(environment: &Arc<Environment>, document: &Document) -> Self {
        Self {
            environment: Arc::clone(environment),
            kind: document.kind,
            document: Some(document.id),
            prefix: Arc::from(""),
            overrides: Arc::default(),
            extra: Arc::default(),
        }
    }

    /// A document that is not there.
    #[must_use]
    pub fn missing(environment: &Arc<Environment>, kind: Kind) -> Self {
        Self {
            environment: Arc::clone(environment),
            kind,
            document: None,
            prefix: Arc::from(""),
            overrides: Arc::default(),
            extra: Arc::default(),
        }
    }

    /// The document with values that something else decides.
    #[must_use]
    pub fn with_overrides(mut self, overrides: BTreeMap<Arc<str>, Fact>) -> Self {
        self.overrides = Arc::new(overrides);
        self
    }

    /// The document with facts beside its fields.
    #[must_use]
    pub fn with_facts(mut self, extra: Arc<BTreeMap<Arc<str>, Fact>>) -> Self {
        self.extra = extra;
        self
    }

    /// The document with one more fact beside its fields.
    #[must_use]
    pub fn and_fact(mut self, name: &str, fact: Fact) -> Self {
        let mut extra = (*self.extra).clone();
        extra.insert(Arc::from(name), fact);
        self.extra = Arc::new(extra);
        self
    }

    /// The view as a fact of the model.
    #[must_use]
    pub fn into_fact(self) -> Fact {
        let provenance = self.document.map_or_else(Provenance::default, |id| Provenance::set(Location::document(id)));
        let object: Arc<dyn Object> = Arc::new(self);
        Fact::known(object, provenance)
    }

    /// The fact at a dotted path below this view.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<Fact> {
        at_path(self, path)
    }

    /// The directory that the document belongs to: its Domino domain or, where that is not known, a number.
    fn directory(&self) -> Option<Fact> {
        let document = self.environment.document(self.document?)?;
        let name = match self.environment.directory_name(document.directory) {
            Some(name) => name.to_owned(),
            None => format!("#{}", document.directory.0),
        };
        Some(Fact::known(name, Provenance::default()))
    }

    fn spec(&self) -> &'static KindSpec {
        self.kind.spec()
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

impl Object for DocumentView {
    fn get(&self, name: &str) -> Option<Fact> {
        if self.prefix.is_empty()
            && let Some(fact) = self.extra.get(name)
        {
            return Some(fact.clone());
        }
        if self.prefix.is_empty() && name == "directory" {
            return self.directory();
        }
        let path = if self.prefix.is_empty() { name.to_owned() } else { format!("{}.{name}", self.prefix) };
        if let Some(fact) = self.overrides.get(path.as_str()) {
            return Some(fact.clone());
        }
        if let Some(spec) = self.spec().field(&path) {
            let document = self.document.and_then(|id| self.environment.document(id));
            return Some(field_fact(document, spec));
        }
        self.spec()
            .groups
            .contains_key(path.as_str())
            .then(|| Self { prefix: Arc::from(path), ..self.clone() }.into_fact())
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        let mut names: Vec<Arc<str>> = Vec::new();
        for field in &self.spec().fields {
            let below = if self.prefix.is_empty() {
                Some(&*field.path)
            } else {
                field.path.strip_prefix(&*self.prefix).and_then(|rest| rest.strip_prefix('.'))
            };
            let Some(name) = below.and_then(|below| below.split('.').next()) else { continue };
            if names.last().is_none_or(|last| &**last != name) {
                names.push(Arc::from(name));
            }
        }
        if self.prefix.is_empty() {
            names.extend(self.extra.keys().cloned());
        }
        names.into_iter().filter_map(|name| self.get(&name).map(|fact| (name, fact))).collect()
    }

    fn identity(&self) -> String {
        let document = self.document.and_then(|id| self.environment.document(id));
        let name = document.map_or(self.kind.name(), |document| &document.name);
        let number = self.document.map_or(String::new(), |id| format!(" #{}", id.0));
        let prefix = if self.prefix.is_empty() { String::new() } else { format!(" {}", self.prefix) };
        format!("{} {name}{prefix}{number}", self.kind.title())
    }
}

/// What a document says about one field.
#[must_use]
pub(super) fn field_fact(document: Option<&Document>, spec: &'static FieldSpec) -> Fact {
    let Some(document) = document else { return Fact::absent(None, Provenance::default()) };
    let at = Location::field(document.id, &spec.path);
    let Some(field) = document.fields.get(&spec.path) else { return unset_fact(document, spec) };
    match &field.content {
        FieldContent::One(entry) => entry_fact(entry, at),
        FieldContent::Many(entries) => {
            let items = entries
                .iter()
                .zip(0_u32..)
                .map(|(entry, index)| entry_fact(entry, Location::element(document.id, &spec.path, index)))
                .collect();
            Fact::known(List::complete(items), Provenance::set(at))
        }
        FieldContent::Table(entries) => {
            let view: Arc<dyn Object> = Arc::new(TableView::new(document, &spec.path, entries));
            Fact::known(view, Provenance::set(at))
        }
        FieldContent::Records(records) => {
            let items =
                records.iter().zip(0_u32..).map(|(record, index)| record_fact(document, spec, record, index)).collect();
            Fact::known(List::complete(items), Provenance::set(at))
        }
        FieldContent::Unknown(why) => Fact::unknown(Arc::clone(why), Provenance::set(at)),
    }
}

/// A field that the export does not set.
fn unset_fact(document: &Document, spec: &'static FieldSpec) -> Fact {
    let at = Some(Location::field(document.id, &spec.path));
    let named = |what: &str| format!("\"{}\" ({}) {what}", spec.title, spec.path);
    let missing = |text: &str| Provenance::step(Role::Missing, at.clone(), text);
    let default = spec.default.as_ref().filter(|default| default.reliable);
    let value = default.map(|default| default_datum(&default.value));
    if matches!(spec.kind, FieldKind::Table(_)) && !document.completeness.is_partial() {
        // Nobody fills in parameters but the one who writes the document.
        return Fact::absent(None, missing(&named("is not set")));
    }
    if document.completeness != Completeness::Patch
        && let Some(why) = unnamed(document, spec)
    {
        return Fact::unknown(why.as_str(), missing(&why));
    }
    match (document.completeness, value) {
        (Completeness::Full, Some(value)) => {
            Fact::absent(Some(value), Provenance::step(Role::Default, at, default_text(spec)))
        }
        (Completeness::Full, None) => {
            let what =
                if spec.default.is_some() { "is not set, and its default is not established" } else { "is not set" };
            Fact::absent(None, missing(&named(what)))
        }
        (Completeness::Patch, Some(value)) => {
            let text = format!("template {}", default_text(spec));
            Fact::absent(Some(value), Provenance::step(Role::Default, at, text))
        }
        (Completeness::Patch, None) => {
            let why = named("is not set in this file, and the template's default is not established");
            Fact::unknown(why.as_str(), missing(&why))
        }
        (Completeness::Restricted | Completeness::Columns, _) => {
            let why = named("is not in this export, which shows only a part");
            Fact::unknown(why.as_str(), missing(&why))
        }
    }
}

/// What a reason ends with that would be settled by an item name.
pub const LEARN_ITEM_NAMES: &str = " (see `maillint vocabulary learn`)";

/// Why a document in Domino's item names cannot show a field: that it is not there says nothing.
fn unnamed(document: &Document, spec: &FieldSpec) -> Option<String> {
    let named = format!("\"{}\" ({})", spec.title, spec.path);
    match document.item_name(spec) {
        ItemName::Established => None,
        ItemName::Unpublished => Some(format!("the item name of {named} is not published{LEARN_ITEM_NAMES}")),
        ItemName::Inferred => {
            let items = spec.items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(" or ");
            Some(format!("{named} is not in this export as {items}, a name that is only inferred{LEARN_ITEM_NAMES}"))
        }
        ItemName::NotRead => Some(format!("{named} is not read from this export")),
    }
}

/// The documented default of a field.
pub(super) fn default_of(kind: Kind, path: &str) -> Option<Datum> {
    let default = kind.spec().field(path)?.default.as_ref()?;
    default.reliable.then(|| default_datum(&default.value))
}

fn default_text(spec: &FieldSpec) -> String {
    let how = spec.default.as_ref().map_or("", |default| &default.confidence);
    match how {
        "inferred" => "default (inferred)".to_owned(),
        _ => "default (documented)".to_owned(),
    }
}

fn default_datum(value: &DefaultValue) -> Datum {
    match value {
        DefaultValue::List(entries) => {
            let fact = |entry: &Arc<str>| Fact::known(&**entry, Provenance::default());
            Datum::List(List::complete(entries.iter().map(fact).collect()))
        }
        DefaultValue::Scalar(scalar) => datum(scalar),
    }
}

pub(super) fn datum(scalar: &Scalar) -> Datum {
    match scalar {
        Scalar::Bool(value) => Datum::Bool(*value),
        Scalar::Int(value) => Datum::Int(*value),
        Scalar::Text(text) => Datum::Text(Arc::clone(text)),
    }
}

fn entry_fact(entry: &Entry, at: Location) -> Fact {
    match &entry.value {
        Ok(scalar) => Fact::known(datum(scalar), Provenance::set(at)),
        Err(why) => Fact::unknown(Arc::clone(why), Provenance::set(at)),
    }
}

fn record_fact(document: &Document, spec: &'static FieldSpec, record: &crate::directory::Record, index: u32) -> Fact {
    let FieldKind::Records(fields) = &spec.kind else { return Fact::unknown("not a record", Provenance::default()) };
    let parts = fields
        .iter()
        .map(|field| {
            let path = format!("{}.{}", spec.path, field.path);
            let at = Location::element(document.id, &path, index);
            let fact = match record.fields.get(&field.path).map(|field| &field.content) {
                None => Fact::absent(None, Provenance::step(Role::Missing, Some(at), "not set")),
                Some(FieldContent::One(entry)) => entry_fact(entry, at),
                Some(FieldContent::Many(entries)) => {
                    let items = entries.iter().map(|entry| entry_fact(entry, at.clone())).collect();
                    Fact::known(List::complete(items), Provenance::set(at))
                }
                Some(_) => Fact::unknown("not understood", Provenance::set(at)),
            };
            (Arc::clone(&field.path), fact)
        })
        .collect();
    let at = Location::element(document.id, &spec.path, index);
    RecordView::fact(format!("{} {} #{index} of #{}", spec.title, spec.path, document.id.0), parts, Provenance::set(at))
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
    fn new(document: &Document, path: &str, entries: &[NamedEntry]) -> Self {
        let entries = entries
            .iter()
            .zip(0_u32..)
            .map(|(entry, index)| {
                let at = Location::element(document.id, path, index);
                // No rule needs a password, and no report may show one.
                let fact = if is_secret_key(&entry.name) && entry.entry.value.is_ok() {
                    Fact::known("********", Provenance::set(at))
                } else {
                    entry_fact(&entry.entry, at)
                };
                (Arc::clone(&entry.name), fact)
            })
            .collect();
        let identity = format!("{path} of {} {} #{}", document.kind.name(), document.name, document.id.0);
        Self { identity, entries, complete: document.completeness == Completeness::Full }
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
