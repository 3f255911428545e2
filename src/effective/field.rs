//! One field of a document as a fact: its value, its default, or why neither is known.

use std::sync::Arc;

use super::fact::{Datum, Fact, List, Object, Provenance, Role};
use super::view::{RecordView, TableView};
use crate::directory::vocabulary::{DefaultValue, FieldKind, FieldSpec, Scalar};
use crate::directory::{AtHand, DocumentId, Entry, FieldContent, ItemName, Kind, Location};
use crate::read::Completeness;

/// What a document says about one field.
#[must_use]
pub(super) fn field_fact(document: Option<AtHand<'_>>, spec: &'static FieldSpec) -> Fact {
    let Some(document) = document else { return Fact::absent(None, Provenance::default()) };
    let id = document.id();
    let at = Location::field(id, Arc::clone(&spec.path));
    let Some(field) = document.field(&spec.path) else { return unset_fact(document, spec) };
    match &field.content {
        FieldContent::One(entry) => entry_fact(entry, at),
        FieldContent::Many(entries) => {
            let items = entries
                .iter()
                .zip(0_u32..)
                .map(|(entry, index)| entry_fact(entry, Location::element(id, Arc::clone(&spec.path), index)))
                .collect();
            Fact::known(List::complete(items), Provenance::set(at))
        }
        FieldContent::Table(entries) => {
            let view: Arc<dyn Object> = Arc::new(TableView::new(document, &spec.path, entries));
            Fact::known(view, Provenance::set(at))
        }
        FieldContent::Records(records) => {
            let items =
                records.iter().zip(0_u32..).map(|(record, index)| record_fact(id, spec, record, index)).collect();
            Fact::known(List::complete(items), Provenance::set(at))
        }
        FieldContent::Unknown(why) => Fact::unknown(Arc::clone(why), Provenance::set(at)),
    }
}

/// A field that the export does not set.
fn unset_fact(document: AtHand<'_>, spec: &'static FieldSpec) -> Fact {
    let at = Some(Location::field(document.id(), Arc::clone(&spec.path)));
    let named = |what: &str| format!("\"{}\" ({}) {what}", spec.title, spec.path);
    let missing = |text: &str| Provenance::step(Role::Missing, at.clone(), text);
    let default = spec.default.as_ref().filter(|default| default.reliable);
    let value = default.map(|default| default_datum(&default.value));
    if matches!(spec.kind, FieldKind::Table(_)) && !document.completeness().is_partial() {
        // Nobody fills in parameters but the one who writes the document.
        return Fact::absent(None, missing(&named("is not set")));
    }
    if document.completeness() != Completeness::Patch
        && let Some(why) = unnamed(document, spec)
    {
        return Fact::unknown(why.as_str(), missing(&why));
    }
    match (document.completeness(), value) {
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
fn unnamed(document: AtHand<'_>, spec: &FieldSpec) -> Option<String> {
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

pub(super) fn entry_fact(entry: &Entry, at: Location) -> Fact {
    match &entry.value {
        Ok(scalar) => Fact::known(datum(scalar), Provenance::set(at)),
        Err(why) => Fact::unknown(Arc::clone(why), Provenance::set(at)),
    }
}

fn record_fact(document: DocumentId, spec: &'static FieldSpec, record: &crate::directory::Record, index: u32) -> Fact {
    let FieldKind::Records(fields) = &spec.kind else { return Fact::unknown("not a record", Provenance::default()) };
    let parts = fields
        .iter()
        .map(|field| {
            let path = format!("{}.{}", spec.path, field.path);
            let at = Location::element(document, path, index);
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
    let at = Location::element(document, Arc::clone(&spec.path), index);
    RecordView::fact(format!("{} {} #{index} of #{}", spec.title, spec.path, document.0), parts, Provenance::set(at))
}
