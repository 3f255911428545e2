//! The fields of one note: native ones by path, Domino items by name.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::aliases::Aliases;
use super::decode;
pub(super) use super::decode::Dialect;
use super::document::{Field, FieldContent, NamedEntry};
use super::vocabulary::{FieldKind, FieldSpec, Kind, Scalar};
use crate::read::validate::Schema;
use crate::read::{Content, Item, Member, Node, Note};
use crate::source::{Problem, Span};
use crate::suggest::closest;

/// Checks a native document against the schema of its kind.
pub(super) fn validate(kind: Kind, note: &Note, problems: &mut Vec<Problem>) {
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
pub(super) struct Fields {
    pub(super) known: BTreeMap<Arc<str>, Field>,
    pub(super) not_understood: Vec<(Arc<str>, Span)>,
}

/// Reads the fields of a note.
pub(super) fn fields(
    kind: Kind,
    note: &Note,
    dialect: Dialect,
    aliases: &Aliases,
    problems: &mut Vec<Problem>,
) -> Fields {
    let mut fields = Fields { known: BTreeMap::new(), not_understood: Vec::new() };
    let mut misspelt = Vec::new();
    match dialect {
        Dialect::Native => {
            for item in &note.items {
                native(kind, "", item, &mut fields.known, &mut misspelt, problems);
            }
        }
        _ => domino(kind, note, dialect, aliases, &mut fields, &mut misspelt, problems),
    }
    // What is meant for a field must not make it look empty.
    for field in misspelt {
        fields.known.entry(Arc::clone(&field.spec.path)).or_insert(field);
    }
    fields
}

fn native(
    kind: Kind,
    prefix: &str,
    item: &Item,
    known: &mut BTreeMap<Arc<str>, Field>,
    misspelt: &mut Vec<Field>,
    problems: &mut Vec<Problem>,
) {
    let path = if prefix.is_empty() { item.name.to_string() } else { format!("{prefix}.{}", item.name) };
    let document = kind.spec();
    if let Some(spec) = document.field(&path) {
        if let Some(field) = decode::field(spec.into(), item, Dialect::Native, problems) {
            set_once(spec, field, known);
        }
    } else if document.tabs().any(|group| *group.path == *path) {
        for member in item.node.members() {
            let item = Item { name: Arc::clone(&member.key), name_span: member.key_span, node: member.node.clone() };
            native(kind, &path, &item, known, misspelt, problems);
        }
    } else if let Some(near) = closest(&path, document.fields.iter().map(|spec| &*spec.path)) {
        misspelt.extend(document.field(near).map(|spec| meant(spec, item)));
    } else if let Some(group) = closest(&path, document.tabs().map(|group| &*group.path)) {
        let inside = |spec: &&FieldSpec| spec.path.strip_prefix(group).is_some_and(|rest| rest.starts_with('.'));
        misspelt.extend(document.fields.iter().filter(inside).map(|spec| meant(spec, item)));
    }
}

/// The field that a misspelt name seems to mean: what it says is not known.
fn meant(spec: &'static FieldSpec, item: &Item) -> Field {
    let why = format!("\"{}\" ({}) is not known: `{}` may be meant for it", spec.title, spec.path, item.name.trim());
    Field { spec, item: Arc::clone(&item.name), span: item.node.span, content: FieldContent::Unknown(why.into()) }
}

fn domino(
    kind: Kind,
    note: &Note,
    dialect: Dialect,
    aliases: &Aliases,
    fields: &mut Fields,
    misspelt: &mut Vec<Field>,
    problems: &mut Vec<Problem>,
) {
    let specs = &kind.spec().fields;
    let known_items: Vec<&str> = specs.iter().flat_map(|spec| &spec.items).map(String::as_str).collect();
    let table = specs.iter().find(|spec| matches!(spec.kind, FieldKind::Table(_)));
    let mut parameters: Vec<NamedEntry> = Vec::new();
    for item in &note.items {
        // What says which kind of document it is has been understood before.
        let of_form = |name: &str| item.name.eq_ignore_ascii_case(name);
        let conditions = kind.spec().forms.iter().flat_map(|form| &form.conditions);
        if of_form("Form") || of_form("Type") || conditions.into_iter().any(|(name, _)| of_form(name)) {
            continue;
        }
        if let Some(held) = aliases.held(kind, &item.name) {
            if let Some(field) = decode::field(held, item, dialect, problems) {
                set_once(held.spec, field, &mut fields.known);
            }
            continue;
        }
        // The NOTES.INI Settings tab keeps each parameter in an item of its own (from memory, fields.md 5).
        let parameter = table.and_then(|spec| match &spec.kind {
            FieldKind::Table(known) => known.keys().find(|known| known.eq_ignore_ascii_case(&item.name)),
            _ => None,
        });
        if parameter.is_some() {
            parameters.push(decode::named(&item.name, item.name_span, &item.node));
            continue;
        }
        if let Some(near) = decode::near_miss(item, &known_items) {
            problems.push(
                Problem::warning("unknown-item", format!("the item `{}` is not known", item.name.trim()))
                    .at(item.name_span, "not understood, and so without effect here")
                    .help(format!("did you mean `{near}`?")),
            );
            let spec = specs.iter().find(|spec| spec.items.iter().any(|name| name == near));
            misspelt.extend(spec.map(|spec| meant(spec, item)));
        }
        fields.not_understood.push((Arc::clone(&item.name), item.name_span));
    }
    if let (Some(spec), Some(first)) = (table, parameters.first()) {
        let field = Field {
            spec,
            item: Arc::clone(&first.name),
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
pub(super) fn plain(content: &FieldContent) -> Vec<Result<Scalar, Arc<str>>> {
    match content {
        FieldContent::One(entry) => vec![entry.value.clone()],
        FieldContent::Many(entries) => entries.iter().map(|entry| entry.value.clone()).collect(),
        FieldContent::Unknown(why) => vec![Err(Arc::clone(why))],
        FieldContent::Table(_) | FieldContent::Records(_) => Vec::new(),
    }
}
