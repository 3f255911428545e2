//! The types that conditions are checked against: documents from the vocabulary, facts from `schemas/model.schema.json`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

use super::cel::{Schema, Type};
use crate::directory::Kind;
use crate::directory::vocabulary::{FieldKind, FieldSpec};

/// The schema of the model's facts.
pub const MODEL_SCHEMA: &str = include_str!("../../schemas/model.schema.json");

/// The records that conditions can see.
#[derive(Debug, Default)]
pub struct Records {
    records: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Part>>,
}

#[derive(Debug)]
struct Part {
    of: Type,
    members: Option<Vec<Arc<str>>>,
    keys: Option<Vec<Arc<str>>>,
    table: Option<Arc<str>>,
}

impl Records {
    /// The records of the model.
    #[must_use]
    pub fn get() -> &'static Self {
        static RECORDS: OnceLock<Records> = OnceLock::new();
        RECORDS.get_or_init(Self::read)
    }

    fn read() -> Self {
        let mut records = Self::default();
        for kind in Kind::ALL {
            for field in &kind.spec().fields {
                records.add_field(kind.name(), field);
            }
        }
        // That the schema parses is checked by tests.
        let schema: Json = serde_json::from_str(MODEL_SCHEMA).unwrap_or_default();
        for (record, definition) in schema.get("$defs").and_then(Json::as_object).into_iter().flatten() {
            for (name, property) in definition.get("properties").and_then(Json::as_object).into_iter().flatten() {
                let Some(of) = fact_type(property) else { continue };
                let members = property.get("enum").or_else(|| property.pointer("/items/enum")).and_then(Json::as_array);
                let members = members.map(|members| members.iter().filter_map(Json::as_str).map(Arc::from).collect());
                let table = property.get("x-table").and_then(Json::as_str).map(Arc::from);
                records.add(record, name, Part { of, members, keys: None, table });
            }
        }
        records
    }

    fn add(&mut self, record: &str, field: &str, part: Part) {
        self.records.entry(Arc::from(record)).or_default().insert(Arc::from(field), part);
    }

    /// Adds a field of the vocabulary; a group of fields is a record of its own.
    fn add_field(&mut self, record: &str, field: &FieldSpec) {
        let mut record = record.to_owned();
        let mut names = field.path.split('.').peekable();
        while let Some(name) = names.next() {
            if names.peek().is_some() {
                let group = format!("{record}.{name}");
                self.add(&record, name, Part { of: Type::record(&group), members: None, keys: None, table: None });
                record = group;
                continue;
            }
            let of = match &field.kind {
                FieldKind::Bool => Type::Bool,
                FieldKind::Int => Type::Int,
                FieldKind::Enum(_) | FieldKind::Text | FieldKind::Name | FieldKind::Date => Type::Text,
                FieldKind::List { .. } => Type::list(Type::Text),
                FieldKind::Table(_) => Type::map(Type::Text),
                FieldKind::Records(fields) => {
                    let element = format!("{record}.{name}");
                    for field in fields {
                        self.add_field(&element, field);
                    }
                    Type::list(Type::record(&element))
                }
            };
            let members = match &field.kind {
                FieldKind::Enum(members) => Some(members.clone()),
                _ => None,
            };
            let keys = match &field.kind {
                FieldKind::Table(known) => Some(known.keys().cloned().collect()),
                _ => None,
            };
            self.add(&record, name, Part { of, members, keys, table: None });
        }
    }

    fn part(&self, record: &str, field: &str) -> Option<&Part> {
        self.records.get(record)?.get(field)
    }

    /// The type at a dotted path below a record.
    #[must_use]
    pub fn at(&self, record: &str, path: &str) -> Option<Type> {
        match path.split_once('.') {
            None => self.part(record, path).map(|part| part.of.clone()),
            Some((first, rest)) => match &self.part(record, first)?.of {
                Type::Record(inner) => self.at(inner, rest),
                _ => None,
            },
        }
    }

    /// The variables that conditions about `subject` can use, and the type of the list elements if it is a list path.
    ///
    /// # Errors
    /// What is wrong with the subject.
    pub fn variables(&self, subject: &str) -> Result<Vec<(String, Type)>, String> {
        let (record, path) = subject.split_once('.').map_or((subject, None), |(record, path)| (record, Some(path)));
        let known = record == "environment" || Kind::from_name(record).is_some_and(|kind| kind != Kind::Facts);
        // The facts are no document of their own, but each entry of a list in them can be asked about.
        if !known && (record != "facts" || path.is_none()) {
            let all = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Facts).map(Kind::name).chain(["environment"]);
            return Err(match crate::suggest::closest(record, all) {
                Some(name) => format!("`{record}` is not a subject, did you mean `{name}`?"),
                None => format!("`{record}` is not a subject"),
            });
        }
        let mut variables =
            vec![("environment".to_owned(), Type::record("environment")), ("facts".to_owned(), Type::record("facts"))];
        if record != "environment" && record != "facts" {
            variables.push((record.to_owned(), Type::record(record)));
        }
        if let Some(path) = path {
            let element = match self.at(record, path) {
                Some(Type::List(element)) => *element,
                Some(Type::Map(_)) => Type::record("setting"),
                Some(Type::Record(_)) => return Err(format!("`{subject}` is a group of fields, not a field")),
                Some(single) => single,
                None => return Err(format!("`{subject}` is not in the model")),
            };
            variables.push(("element".to_owned(), element));
        }
        Ok(variables)
    }
}

impl Schema for Records {
    fn field(&self, record: &str, field: &str) -> Option<Type> {
        self.part(record, field).map(|part| part.of.clone())
    }

    fn fields(&self, record: &str) -> Vec<Arc<str>> {
        self.records.get(record).map(|parts| parts.keys().cloned().collect()).unwrap_or_default()
    }

    fn keys(&self, record: &str, field: &str) -> Option<Vec<Arc<str>>> {
        self.part(record, field)?.keys.clone()
    }

    fn members(&self, record: &str, field: &str) -> Option<Vec<Arc<str>>> {
        self.part(record, field)?.members.clone()
    }

    fn table(&self, record: &str, field: &str) -> Option<Arc<str>> {
        self.part(record, field)?.table.clone()
    }
}

/// The type of a fact in the model's schema.
fn fact_type(property: &Json) -> Option<Type> {
    if let Some(reference) = property.get("$ref").and_then(Json::as_str) {
        return reference.strip_prefix("#/$defs/").map(Type::record);
    }
    match property.get("type").and_then(Json::as_str)? {
        "boolean" => Some(Type::Bool),
        "integer" => Some(Type::Int),
        "string" => Some(Type::Text),
        "array" => fact_type(property.get("items")?).map(Type::list),
        "object" => Some(Type::map(Type::Text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_facts_have_types() {
        let records = Records::get();
        assert_eq!(records.at("server", "smtp_inbound.port"), Some(Type::Int));
        assert_eq!(records.at("server", "configuration.relay.deny_hosts"), Some(Type::list(Type::Text)));
        assert_eq!(records.at("server", "listener"), Some(Type::Bool));
        assert_eq!(records.at("notes_ini", "settings"), Some(Type::map(Type::Text)));
        assert_eq!(records.at("facts", "gateways"), Some(Type::list(Type::record("facts.gateways"))));
        assert!(records.variables("server.smtp_inbound").is_err());
        assert!(records.variables("sever").is_err_and(|why| why.contains("did you mean `server`")));
    }

    #[test]
    fn the_model_schema_is_valid() {
        let schema: Json = serde_json::from_str(MODEL_SCHEMA).expect("JSON");
        assert!(jsonschema::meta::is_valid(&schema));
    }
}
