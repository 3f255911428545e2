//! The vocabulary: what documents and fields there are, read from `schemas/`. Everything that must know a field asks here.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};

use serde_json::Value as Json;

/// A document kind of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the schema of each kind says what it is")]
pub enum Kind {
    Server,
    Site,
    Configuration,
    GlobalDomain,
    ForeignSmtpDomain,
    Connection,
    MailIn,
    Person,
    Group,
    NotesIni,
    Facts,
}

impl Kind {
    /// All kinds, in the order people expect them.
    pub const ALL: [Self; 11] = [
        Self::Server,
        Self::Site,
        Self::Configuration,
        Self::GlobalDomain,
        Self::ForeignSmtpDomain,
        Self::Connection,
        Self::MailIn,
        Self::Person,
        Self::Group,
        Self::NotesIni,
        Self::Facts,
    ];

    /// The name in the native description, in rules and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Site => "site",
            Self::Configuration => "configuration",
            Self::GlobalDomain => "global_domain",
            Self::ForeignSmtpDomain => "foreign_smtp_domain",
            Self::Connection => "connection",
            Self::MailIn => "mail_in",
            Self::Person => "person",
            Self::Group => "group",
            Self::NotesIni => "notes_ini",
            Self::Facts => "facts",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What an administrator calls such a document.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Server => "Server document",
            Self::Site => "Internet Site document",
            Self::Configuration => "Configuration Settings document",
            Self::GlobalDomain => "Global Domain document",
            Self::ForeignSmtpDomain => "Foreign SMTP Domain document",
            Self::Connection => "Connection document",
            Self::MailIn => "mail-in database document",
            Self::Person => "Person document",
            Self::Group => "Group document",
            Self::NotesIni => "notes.ini",
            Self::Facts => "facts",
        }
    }

    /// A word for the document in tables.
    #[must_use]
    pub fn short_title(self) -> &'static str {
        match self {
            Self::Server => "Server",
            Self::Site => "Site",
            Self::Configuration => "Configuration",
            Self::GlobalDomain => "Global Domain",
            Self::ForeignSmtpDomain => "Foreign SMTP Domain",
            Self::Connection => "Connection",
            Self::MailIn => "mail-in database",
            Self::Person => "Person",
            Self::Group => "Group",
            Self::NotesIni => "notes.ini",
            Self::Facts => "facts",
        }
    }

    /// The JSON Schema of the kind, as text.
    #[must_use]
    pub fn schema(self) -> &'static str {
        match self {
            Self::Server => include_str!("../../schemas/server.schema.json"),
            Self::Site => include_str!("../../schemas/site.schema.json"),
            Self::Configuration => include_str!("../../schemas/configuration.schema.json"),
            Self::GlobalDomain => include_str!("../../schemas/global_domain.schema.json"),
            Self::ForeignSmtpDomain => include_str!("../../schemas/foreign_smtp_domain.schema.json"),
            Self::Connection => include_str!("../../schemas/connection.schema.json"),
            Self::MailIn => include_str!("../../schemas/mail_in.schema.json"),
            Self::Person => include_str!("../../schemas/person.schema.json"),
            Self::Group => include_str!("../../schemas/group.schema.json"),
            Self::NotesIni => include_str!("../../schemas/notes_ini.schema.json"),
            Self::Facts => include_str!("../../schemas/facts.schema.json"),
        }
    }

    /// What the vocabulary says of the kind.
    #[must_use]
    pub fn spec(self) -> &'static KindSpec {
        static SPECS: OnceLock<BTreeMap<Kind, KindSpec>> = OnceLock::new();
        static NONE: OnceLock<KindSpec> = OnceLock::new();
        SPECS
            .get_or_init(|| Self::ALL.into_iter().map(|kind| (kind, KindSpec::read(kind.schema()))).collect())
            .get(&self)
            .unwrap_or_else(|| NONE.get_or_init(KindSpec::default))
    }
}

/// What the vocabulary says of a document kind.
#[derive(Debug, Default)]
pub struct KindSpec {
    /// One or two sentences for people.
    pub description: String,
    /// The Domino forms that hold such a document.
    pub forms: Vec<FormSpec>,
    /// The fields that name a document.
    pub names: Vec<Arc<str>>,
    /// The fields by path, in the order of the schema.
    pub fields: Vec<FieldSpec>,
    /// The groups of fields, the document as a whole first.
    pub groups: Vec<Group>,
}

/// Fields that a document or a tab of it has together.
#[derive(Debug)]
pub struct Group {
    /// The path: `smtp_inbound`; blank for the document as a whole.
    pub path: Arc<str>,
    /// What people call it.
    pub title: String,
    parts: HashMap<String, Part>,
}

/// What a name in a group stands for, by its number in the [`KindSpec`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A field.
    Field(usize),
    /// A group of fields.
    Group(usize),
}

impl Group {
    /// What a name stands for.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<Part> {
        self.parts.get(name).copied()
    }
}

/// A Domino form that holds documents of a kind.
#[derive(Debug)]
pub struct FormSpec {
    /// The form's name.
    pub form: String,
    /// Items that must have these values for the document to be of the kind.
    pub conditions: Vec<(String, String)>,
    /// Fields whose values follow from the form.
    pub implied: Vec<(String, String)>,
}

/// What the vocabulary says of a field.
#[derive(Debug, Clone)]
pub struct FieldSpec {
    /// The path in the native description: `smtp_inbound.port`.
    pub path: Arc<str>,
    /// The label that an administrator sees.
    pub title: String,
    /// What the field does, for people.
    pub description: String,
    /// The click path below the document.
    pub tab: String,
    /// What values it takes.
    pub kind: FieldKind,
    /// The numbers it can be.
    pub range: RangeInclusive<i64>,
    /// The value that stands in where a complete document does not set it.
    pub default: Option<Default>,
    /// The names of the Domino item; none where no public source shows it.
    pub items: Vec<String>,
    /// Domino's codes and what they mean.
    pub codes: Vec<(String, Scalar)>,
    /// How well the item name is established: `seen`, `seen-name`, `inferred`, `memory`, `unknown`.
    pub confidence: String,
}

/// A default and how sure it is.
#[derive(Debug, Clone)]
pub struct Default {
    /// The value.
    pub value: DefaultValue,
    /// Whether it may be relied on: documented or inferred from a working system. Doubtful defaults are shown to people
    /// and never decide anything.
    pub reliable: bool,
    /// `documented`, `inferred` or `doubtful`.
    pub confidence: String,
}

/// The value of a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultValue {
    /// A single value.
    Scalar(Scalar),
    /// A list of texts; mostly blank.
    List(Vec<Arc<str>>),
}

/// A single value of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Scalar {
    Bool(bool),
    Int(i64),
    Text(Arc<str>),
}

/// What values a field takes.
#[derive(Debug, Clone)]
pub enum FieldKind {
    /// Yes or no, enabled or disabled.
    Bool,
    /// One of these words.
    Enum(Vec<Arc<str>>),
    /// A whole number.
    Int,
    /// A text.
    Text,
    /// A Domino name; canonical and abbreviated forms are the same.
    Name,
    /// A date.
    Date,
    /// Several texts.
    List {
        /// The texts are Domino names.
        names: bool,
    },
    /// Named texts; the names that are documented, with what they do.
    Table(BTreeMap<Arc<str>, String>),
    /// Several records with fields of their own; their paths are relative to the record.
    Records(Vec<FieldSpec>),
}

impl KindSpec {
    /// The field of that path.
    #[must_use]
    pub fn field(&self, path: &str) -> Option<&FieldSpec> {
        let mut group = self.groups.first()?;
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            match group.part(name)? {
                Part::Field(index) => return self.fields.get(index).filter(|_| names.peek().is_none()),
                Part::Group(index) => group = self.groups.get(index)?,
            }
        }
        None
    }

    /// The groups of fields without the document as a whole.
    pub fn tabs(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().skip(1)
    }

    fn read(schema: &str) -> Self {
        // That the schemas parse is checked by tests; a broken one would leave its kind without fields.
        let schema: Json = serde_json::from_str(schema).unwrap_or_default();
        let domino = schema.get("x-domino");
        let names = match domino.and_then(|domino| domino.get("name")) {
            Some(Json::String(name)) => vec![Arc::from(name.as_str())],
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).map(Arc::from).collect(),
            _ => Vec::new(),
        };
        let pairs = |json: Option<&Json>| {
            json.and_then(Json::as_object)
                .map(|object| {
                    object.iter().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
                })
                .unwrap_or_default()
        };
        let forms = domino
            .and_then(|domino| domino.get("forms"))
            .and_then(Json::as_array)
            .map(|forms| {
                forms
                    .iter()
                    .map(|form| FormSpec {
                        form: text(form, "form"),
                        conditions: pairs(form.get("where")),
                        implied: pairs(form.get("set")),
                    })
                    .collect()
            })
            .unwrap_or_default();
        let mut titles = BTreeMap::new();
        let fields = read_fields(&schema, "", &mut titles);
        let groups = groups(titles, &fields);
        Self { description: text(&schema, "description"), forms, names, fields, groups }
    }
}

/// The groups by path, each with the names that it has.
fn groups(titles: BTreeMap<Arc<str>, String>, fields: &[FieldSpec]) -> Vec<Group> {
    let whole = (Arc::from(""), String::new());
    let group = |(path, title)| Group { path, title, parts: HashMap::new() };
    let mut groups: Vec<Group> = std::iter::once(whole).chain(titles).map(group).collect();
    let numbers: HashMap<Arc<str>, usize> =
        groups.iter().enumerate().map(|(index, group)| (Arc::clone(&group.path), index)).collect();
    let paths = fields.iter().enumerate().map(|(index, field)| (&field.path, Part::Field(index)));
    let inner = numbers.iter().filter(|(path, _)| !path.is_empty()).map(|(path, index)| (path, Part::Group(*index)));
    for (path, part) in paths.chain(inner) {
        let (outer, name) = path.rsplit_once('.').unwrap_or(("", path));
        if let Some(group) = numbers.get(outer).and_then(|index| groups.get_mut(*index)) {
            group.parts.insert(name.to_owned(), part);
        }
    }
    groups
}

fn text(json: &Json, key: &str) -> String {
    json.get(key).and_then(Json::as_str).unwrap_or("").to_owned()
}

fn read_fields(schema: &Json, prefix: &str, groups: &mut BTreeMap<Arc<str>, String>) -> Vec<FieldSpec> {
    let mut fields = Vec::new();
    for (name, property) in schema.get("properties").and_then(Json::as_object).into_iter().flatten() {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let domino = property.get("x-domino");
        let records = property.get("items").filter(|items| items.get("properties").is_some());
        if domino.is_none() && records.is_none() {
            groups.insert(Arc::from(path.as_str()), text(property, "title"));
            fields.extend(read_fields(property, &path, groups));
            continue;
        }
        let kind = match records {
            Some(items) => FieldKind::Records(read_fields(items, "", &mut BTreeMap::new())),
            None => read_kind(property, domino),
        };
        let domino_text = |key| domino.map(|domino| text(domino, key)).unwrap_or_default();
        let also = domino.and_then(|domino| domino.get("also")).and_then(Json::as_array).into_iter().flatten();
        let items = domino
            .and_then(|domino| domino.get("item"))
            .into_iter()
            .chain(also)
            .filter_map(Json::as_str)
            .map(str::to_owned)
            .collect();
        let codes = domino
            .and_then(|domino| domino.get("codes"))
            .and_then(Json::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(code, value)| Some((code.clone(), scalar(value)?)))
            .collect();
        let confidence = domino_text("default_confidence");
        let default = property.get("default").and_then(|value| match value {
            Json::Array(entries) => {
                Some(DefaultValue::List(entries.iter().filter_map(Json::as_str).map(Arc::from).collect()))
            }
            value => scalar(value).map(DefaultValue::Scalar),
        });
        let default = default.map(|value| Default { value, reliable: confidence != "doubtful", confidence });
        fields.push(FieldSpec {
            path: Arc::from(path.as_str()),
            title: text(property, "title"),
            description: text(property, "description"),
            tab: domino_text("tab"),
            kind,
            range: limit(property, "minimum").unwrap_or(i64::MIN)..=limit(property, "maximum").unwrap_or(i64::MAX),
            default,
            items,
            codes,
            confidence: domino_text("confidence"),
        });
    }
    fields
}

fn limit(property: &Json, key: &str) -> Option<i64> {
    property.get(key).and_then(Json::as_i64)
}

fn read_kind(property: &Json, domino: Option<&Json>) -> FieldKind {
    match domino.map(|domino| text(domino, "kind")).as_deref() {
        Some("bool") => FieldKind::Bool,
        Some("enum") => FieldKind::Enum(
            property
                .get("enum")
                .and_then(Json::as_array)
                .into_iter()
                .flatten()
                .filter_map(Json::as_str)
                .map(Arc::from)
                .collect(),
        ),
        Some("int") => FieldKind::Int,
        Some("name") => FieldKind::Name,
        Some("date") => FieldKind::Date,
        Some("names") => FieldKind::List { names: true },
        Some("texts" | "host_list" | "domain_list" | "address_list") => FieldKind::List { names: false },
        Some("table") => FieldKind::Table(parameters()),
        _ => FieldKind::Text,
    }
}

/// The documented notes.ini parameters, which all tables hold.
fn parameters() -> BTreeMap<Arc<str>, String> {
    let schema: Json = serde_json::from_str(Kind::NotesIni.schema()).unwrap_or_default();
    let known = schema.pointer("/$defs/parameters/properties").and_then(Json::as_object).into_iter().flatten();
    known.map(|(name, parameter)| (Arc::from(name.as_str()), text(parameter, "description"))).collect()
}

fn scalar(value: &Json) -> Option<Scalar> {
    match value {
        Json::Bool(value) => Some(Scalar::Bool(*value)),
        Json::Number(number) => number.as_i64().map(Scalar::Int),
        Json::String(text) => Some(Scalar::Text(Arc::from(text.as_str()))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_give_fields_of_every_shape() {
        let server = Kind::Server.spec();
        let port = server.field("smtp_inbound.port").expect("port");
        assert!(matches!(port.kind, FieldKind::Int));
        assert_eq!(port.items, ["SMTP_Port"]);
        assert!(
            port.default
                .as_ref()
                .is_some_and(|default| default.reliable && default.value == DefaultValue::Scalar(Scalar::Int(25)))
        );
        assert!(matches!(server.field("notes_ports").expect("ports").kind, FieldKind::Records(_)));
        assert_eq!(
            server.tabs().find(|group| &*group.path == "smtp_inbound").map(|group| &*group.title),
            Some("Mail (SMTP Inbound)")
        );
        let configuration = Kind::Configuration.spec();
        assert!(configuration.field("relay.deny_hosts").is_some_and(|field| field.items.is_empty()));
        assert!(
            matches!(&configuration.field("notes_ini").expect("ini").kind, FieldKind::Table(known) if known.contains_key("SMTPDebug"))
        );
        assert_eq!(Kind::GlobalDomain.spec().forms.len(), 1);
        assert!(Kind::ALL.iter().all(|kind| !kind.spec().fields.is_empty()));
    }

    #[test]
    fn the_native_reader_knows_the_same_kinds() {
        assert_eq!(crate::read::SECTIONS, Kind::ALL.map(Kind::name));
    }
}
