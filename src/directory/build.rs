//! From the notes of all exports to the documents of one environment.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::decode::{self, Dialect};
use super::document::{DirectoryId, Document, Entry, Field, FieldContent, NamedEntry};
use super::name::name_key;
use super::vocabulary::{FieldKind, FieldSpec, FormSpec, Kind, Scalar};
use super::{DocumentId, Environment, consistency};
use crate::read::validate::Schema;
use crate::read::{Action, Completeness, Content, Export, Find, Form, Format, Item, Member, Node, Note};
use crate::source::{Problem, Span};

/// Builds the environment that several exports describe together.
pub(super) fn build(exports: &[Export], problems: &mut Vec<Problem>) -> Environment {
    let mut environment = Environment::default();
    for export in exports {
        let directory = directory_of(export, &mut environment);
        let first = environment.documents.len();
        for note in &export.notes {
            add(note, export, directory, first, &mut environment, problems);
        }
    }
    consistency::report(&environment, problems);
    environment
}

/// The directory of an export: that of the Domino domain it is about. A native description that names exactly one Domino
/// domain is about that one; what names none belongs to the directory of the others.
fn directory_of(export: &Export, environment: &mut Environment) -> DirectoryId {
    let mut domains: Vec<String> = export.domain.iter().map(|domain| domain.to_lowercase()).collect();
    if domains.is_empty() {
        let servers = export.notes.iter().filter(|note| note.form == Form::Native(Arc::from("server")));
        domains = servers.filter_map(|note| note.text("domain")).map(|domain| domain.to_lowercase()).collect();
        domains.sort();
        domains.dedup();
    }
    let name = if domains.len() == 1 { domains.pop() } else { None };
    let known = match &name {
        Some(name) => environment.directories.iter().position(|known| known.as_ref() == Some(name)),
        None => (!environment.directories.is_empty()).then_some(0),
    };
    let index = known.unwrap_or_else(|| {
        // A directory that nobody has named yet takes the first name.
        if let ([slot @ None], Some(_)) = (environment.directories.as_mut_slice(), &name) {
            slot.clone_from(&name);
            return 0;
        }
        environment.directories.push(name);
        environment.directories.len() - 1
    });
    DirectoryId(u32::try_from(index).unwrap_or(u32::MAX))
}

fn add(
    note: &Note,
    export: &Export,
    directory: DirectoryId,
    first: usize,
    environment: &mut Environment,
    problems: &mut Vec<Problem>,
) {
    let (kind, form, dialect) = match &note.form {
        Form::Native(name) => match Kind::from_name(name) {
            Some(kind) => (kind, None, Dialect::Native),
            // The reader has said so.
            None => return,
        },
        Form::Domino(form) => match kind_of(form, note) {
            Some((kind, form)) => (kind, Some(form), Dialect::Domino),
            None => return,
        },
    };
    if matches!(export.format, Some(Format::NativeJson | Format::NativeToml)) {
        // Fields that do not conform decode to unknown; the rest is still checked.
        validate(kind, note, problems);
    }
    let fields = fields(kind, note, dialect, problems);
    if let Action::Update(find) = &note.action {
        match target(kind, note, find, first, environment) {
            Target::Found(index) => {
                if let Some(document) = environment.documents.get_mut(index) {
                    document.fields.extend(fields.known);
                    document.not_understood.extend(fields.not_understood);
                }
                return;
            }
            Target::Never(other) => {
                problems.push(never_found(note, find, other, environment));
                return;
            }
            Target::Elsewhere => {}
        }
    }
    let mut known = fields.known;
    for (path, value) in form.iter().flat_map(|form| &form.implied) {
        if let Some(spec) = kind.spec().field(path) {
            let entry = Entry { span: note.span, value: Ok(Scalar::Text(Arc::from(value.as_str()))) };
            let field = Field {
                spec,
                item: Arc::from("Form"),
                key_span: note.span,
                span: note.span,
                content: FieldContent::One(entry),
            };
            known.insert(Arc::clone(&spec.path), field);
        }
    }
    let id = DocumentId(u32::try_from(environment.documents.len()).unwrap_or(u32::MAX));
    let mut document = Document {
        id,
        kind,
        name: Arc::from(""),
        file: export.file,
        span: note.span,
        completeness: note.completeness,
        directory,
        whole_directory: export.whole_directory,
        fields: known,
        not_understood: fields.not_understood,
    };
    document.name = display_name(&document, note);
    if kind == Kind::Facts
        && let Some(other) = environment.documents.iter().find(|other| other.kind == Kind::Facts)
    {
        problems.push(
            Problem::error("facts-twice", "the facts are given twice")
                .at(note.span, "not used")
                .at(other.span, "these are used")
                .help("write them in one place"),
        );
        return;
    }
    environment.documents.push(document);
}

/// The kind of document that a Domino form holds. Forms that have nothing to do with mail routing have none.
fn kind_of(form: &str, note: &Note) -> Option<(Kind, &'static FormSpec)> {
    let holds = |item: &str, wanted: &str| {
        let found = match &note.action {
            Action::Update(Find::Items(conditions)) => {
                conditions.iter().find(|(name, _)| name.eq_ignore_ascii_case(item)).and_then(|(_, node)| node.text())
            }
            _ => None,
        };
        note.text(item).or(found).is_some_and(|text| text.eq_ignore_ascii_case(wanted))
    };
    Kind::ALL.into_iter().find_map(|kind| {
        kind.spec()
            .forms
            .iter()
            .find(|known| {
                known.form.eq_ignore_ascii_case(form)
                    && known.conditions.iter().all(|(item, wanted)| holds(item, wanted))
            })
            .map(|form| (kind, form))
    })
}

/// Checks a native document against the schema of its kind.
fn validate(kind: Kind, note: &Note, problems: &mut Vec<Problem>) {
    static SCHEMAS: OnceLock<BTreeMap<Kind, OnceLock<Option<Schema>>>> = OnceLock::new();
    let schemas = SCHEMAS.get_or_init(|| Kind::ALL.into_iter().map(|kind| (kind, OnceLock::new())).collect());
    let resolve = |file: &str| (file == "notes_ini.schema.json").then(|| Kind::NotesIni.schema());
    let compile = || Schema::compile(kind.schema(), &resolve).ok();
    let Some(schema) = schemas.get(&kind).and_then(|cell| cell.get_or_init(compile).as_ref()) else { return };
    let members = note
        .items
        .iter()
        .map(|item| Member { key: Arc::clone(&item.name), key_span: item.name_span, node: item.node.clone() })
        .collect();
    problems.extend(schema.problems(&Node { span: note.span, content: Content::Table(members) }, note.span));
}

/// The fields of a note, and the items that are none.
struct Fields {
    known: BTreeMap<Arc<str>, Field>,
    not_understood: Vec<(Arc<str>, Span)>,
}

fn fields(kind: Kind, note: &Note, dialect: Dialect, problems: &mut Vec<Problem>) -> Fields {
    let mut fields = Fields { known: BTreeMap::new(), not_understood: Vec::new() };
    match dialect {
        Dialect::Native => {
            for item in &note.items {
                native(kind, "", item, &mut fields.known, problems);
            }
        }
        Dialect::Domino => domino(kind, note, &mut fields, problems),
    }
    fields
}

fn native(kind: Kind, prefix: &str, item: &Item, known: &mut BTreeMap<Arc<str>, Field>, problems: &mut Vec<Problem>) {
    let path = if prefix.is_empty() { item.name.to_string() } else { format!("{prefix}.{}", item.name) };
    if let Some(spec) = kind.spec().field(&path) {
        if let Some(field) = decode::field(spec, item, Dialect::Native, problems) {
            set_once(spec, field, known);
        }
    } else if kind.spec().groups.contains_key(path.as_str()) {
        for member in item.node.members() {
            let item = Item { name: Arc::clone(&member.key), name_span: member.key_span, node: member.node.clone() };
            native(kind, &path, &item, known, problems);
        }
    }
}

fn domino(kind: Kind, note: &Note, fields: &mut Fields, problems: &mut Vec<Problem>) {
    let specs = &kind.spec().fields;
    let known_items: Vec<&str> = specs.iter().flat_map(|spec| &spec.items).map(String::as_str).collect();
    let table = specs.iter().find(|spec| matches!(spec.kind, FieldKind::Table(_)));
    let mut parameters: Vec<NamedEntry> = Vec::new();
    for item in &note.items {
        if ["Form", "Type"].iter().any(|name| item.name.eq_ignore_ascii_case(name)) {
            continue;
        }
        let spec = specs.iter().find(|spec| spec.items.iter().any(|name| name.eq_ignore_ascii_case(&item.name)));
        if let Some(spec) = spec {
            if let Some(field) = decode::field(spec, item, Dialect::Domino, problems) {
                set_once(spec, field, &mut fields.known);
            }
            continue;
        }
        // The NOTES.INI Settings tab keeps each parameter in an item of its own (from memory, fields.md 5).
        let parameter = table.and_then(|spec| match &spec.kind {
            FieldKind::Table(known) => known.keys().find(|known| known.eq_ignore_ascii_case(&item.name)),
            _ => None,
        });
        if let (Some(_), Some(text)) = (parameter, item.node.text()) {
            let entry = Entry { span: item.node.span, value: Ok(Scalar::Text(Arc::clone(text))) };
            parameters.push(NamedEntry { name: Arc::clone(&item.name), name_span: item.name_span, entry });
            continue;
        }
        problems.extend(decode::near_miss(item, &known_items));
        fields.not_understood.push((Arc::clone(&item.name), item.name_span));
    }
    if let (Some(spec), Some(first)) = (table, parameters.first()) {
        let field = Field {
            spec,
            item: Arc::clone(&first.name),
            key_span: first.name_span,
            span: first.entry.span,
            content: FieldContent::Table(parameters),
        };
        fields.known.insert(Arc::clone(&spec.path), field);
    }
}

/// Sets a field. An item that occurs twice with different values leaves the field open: which one counts is not known.
fn set_once(spec: &'static FieldSpec, field: Field, known: &mut BTreeMap<Arc<str>, Field>) {
    let differs = known.get(&spec.path).is_some_and(|other| plain(&other.content) != plain(&field.content));
    let field = if differs {
        let why = Arc::from(format!("`{}` is set twice, to different values", field.item));
        Field { content: FieldContent::Unknown(why), ..field }
    } else {
        field
    };
    known.insert(Arc::clone(&spec.path), field);
}

/// The values of a field without their places.
fn plain(content: &FieldContent) -> Vec<Result<Scalar, Arc<str>>> {
    match content {
        FieldContent::One(entry) => vec![entry.value.clone()],
        FieldContent::Many(entries) => entries.iter().map(|entry| entry.value.clone()).collect(),
        FieldContent::Unknown(why) => vec![Err(Arc::clone(why))],
        FieldContent::Table(_) | FieldContent::Records(_) => Vec::new(),
    }
}

enum Target {
    /// The document at this index.
    Found(usize),
    /// No document can match; the one of that kind that comes closest.
    Never(usize),
    /// A document that the file does not show.
    Elsewhere,
}

/// The document that an update changes, among those that the same export creates.
fn target(kind: Kind, note: &Note, find: &Find, first: usize, environment: &Environment) -> Target {
    let Find::Items(conditions) = find else { return Target::Elsewhere };
    let spec = kind.spec();
    let wanted = conditions.iter().find_map(|(item, node)| {
        let names_it = spec
            .names
            .iter()
            .filter_map(|path| spec.field(path))
            .any(|field| field.items.iter().any(|known| known.eq_ignore_ascii_case(item)));
        names_it.then_some(node)
    });
    let candidates: Vec<usize> = (first..environment.documents.len())
        .filter(|index| environment.documents.get(*index).is_some_and(|document| document.kind == kind))
        .collect();
    let by_setup = kind == Kind::Server && note.completeness == Completeness::Patch;
    match wanted.map(|node| &node.content) {
        Some(Content::Text(name)) => {
            let found = candidates.iter().find(|index| {
                environment.documents.get(**index).is_some_and(|document| name_key(&document.name) == name_key(name))
            });
            match (found, candidates.first()) {
                (Some(index), _) => Target::Found(*index),
                // Setup of a first server creates one Server document; one of another name is not there to be found.
                (None, Some(other))
                    if by_setup
                        && environment.documents.get(*other).is_some_and(|document| document.whole_directory) =>
                {
                    let unresolved =
                        environment.documents.get(*other).is_some_and(|document| document.text("name").is_none());
                    if unresolved { Target::Found(*other) } else { Target::Never(*other) }
                }
                _ => Target::Elsewhere,
            }
        }
        // Without a name, or with one that is open, the only candidate is meant.
        _ => match candidates.as_slice() {
            [only] if by_setup => Target::Found(*only),
            _ => Target::Elsewhere,
        },
    }
}

fn never_found(note: &Note, find: &Find, other: usize, environment: &Environment) -> Problem {
    let other = environment.documents.get(other);
    let name = other.map_or("", |document| &*document.name);
    let place = match find {
        Find::Items(conditions) => conditions.iter().map(|(_, node)| node.span).next_back().unwrap_or(note.span),
        Find::Unknown(span) => *span,
    };
    let problem =
        Problem::warning("find-document-no-match", "this condition finds no document, so the change is never made")
            .at(place, "no document has this value")
            .help(format!("setup creates the Server document `{name}`; compare the names"));
    match other.and_then(|document| document.fields.get("name")) {
        Some(field) => problem.at(field.span, format!("becomes `{name}`")),
        None => problem,
    }
}

fn display_name(document: &Document, note: &Note) -> Arc<str> {
    let parts: Vec<&Arc<str>> = document
        .kind
        .spec()
        .names
        .iter()
        .filter_map(|path| document.text(path).or_else(|| document.texts(path).next()))
        .collect();
    if let [only] = parts.as_slice() {
        return Arc::clone(only);
    }
    if !parts.is_empty() {
        return Arc::from(parts.iter().map(|part| &***part).collect::<Vec<_>>().join(" -> "));
    }
    let raw = |item: &str| match note.item(item).map(|item| &item.node.content) {
        Some(Content::Unresolved { raw, .. }) => Some(super::name::abbreviate(raw)),
        _ => None,
    };
    let spec = document.kind.spec();
    let unresolved = spec
        .names
        .iter()
        .filter_map(|path| spec.field(path))
        .find_map(|field| raw(&field.path).or_else(|| field.items.iter().find_map(|item| raw(item))));
    match (unresolved, document.kind) {
        (Some(raw), _) => Arc::from(raw),
        (None, Kind::NotesIni) => Arc::from("notes.ini"),
        (None, Kind::Facts) => Arc::from("facts"),
        (None, Kind::Configuration) if document.flag("default") == Some(true) => Arc::from("*"),
        (None, kind) => Arc::from(format!("({} without a name)", kind.title())),
    }
}
