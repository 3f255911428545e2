//! The same document in two exports is one document: equal values merge, differing ones are told with both places.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::document::{DirectoryId, Document, Entry, Field, FieldContent};
use super::name::name_key;
use super::packed::Packed;
use super::vocabulary::{FieldKind, Kind, Scalar};
use super::{AtHand, Environment};
use crate::read::Completeness;
use crate::source::{FileId, Problem};

/// Merges the documents of several exports. `added` says what each export added: the documents from a number on, and
/// packed ones, of which those are taken out that may stand in another export too.
pub(super) fn merge_all(
    added: &mut [(usize, Vec<Packed>)],
    environment: &mut Environment,
    problems: &mut Vec<Problem>,
) {
    let repeated = repeated(added, environment);
    let mut rest = std::mem::take(&mut environment.documents);
    let mut exports: Vec<Vec<Document>> = Vec::new();
    for (first, packed) in added.iter_mut().rev() {
        let mut documents = rest.split_off(*first);
        for packed in packed {
            documents.extend(packed.take(|document| {
                keys(AtHand::Packed(document)).into_iter().flatten().any(|key| repeated.contains(&key))
            }));
        }
        exports.push(documents);
    }
    let mut known = Known::default();
    for documents in exports.into_iter().rev() {
        known.take_in(documents, environment, problems);
    }
}

/// Keys that more than one document has. Two keys may be one by chance: the documents are compared all the same.
fn repeated(added: &[(usize, Vec<Packed>)], environment: &Environment) -> BTreeSet<u64> {
    let packed = added.iter().flat_map(|(_, packed)| packed).flat_map(Packed::documents).map(AtHand::Packed);
    let all = environment.documents.iter().map(AtHand::Whole).chain(packed);
    let mut all: Vec<u64> = all.flat_map(keys).flatten().collect();
    all.sort_unstable();
    all.windows(2).filter_map(|pair| pair.first().filter(|first| Some(*first) == pair.last())).copied().collect()
}

/// Numbers that are the same for the same document: one from its universal ID, one from its name.
fn keys(document: AtHand<'_>) -> [Option<u64>; 2] {
    let hash = |key: &dyn Fn(&mut DefaultHasher)| {
        let mut hasher = DefaultHasher::new();
        key(&mut hasher);
        hasher.finish()
    };
    let unid = document.unid().map(|unid| hash(&|hasher| unid.hash(hasher)));
    [unid, key(document).map(|name| hash(&|hasher| name.hash(hasher)))]
}

/// Which documents there are, to find the same one in another export.
#[derive(Debug, Default)]
struct Known {
    by_unid: BTreeMap<u128, usize>,
    /// `None`: several documents of one export have the name.
    by_name: BTreeMap<(DirectoryId, Kind, String), Option<usize>>,
    /// The last export that a document was merged with.
    merged: BTreeMap<usize, FileId>,
    /// Fields in which two exports differ: what a third one says settles nothing.
    contested: BTreeMap<usize, BTreeSet<Arc<str>>>,
}

impl Known {
    /// Takes in the documents of one export: what is there already is merged with it.
    fn take_in(&mut self, added: Vec<Document>, environment: &mut Environment, problems: &mut Vec<Problem>) {
        for document in added {
            let twin = self.twin(&document, environment);
            if let Some(index) = twin
                && let Some(known) = environment.documents.get_mut(index)
            {
                self.merged.insert(index, document.file);
                merge(known, document, self.contested.entry(index).or_default(), problems);
                continue;
            }
            let index = environment.documents.len();
            if let Some(unid) = document.origin.unid {
                self.by_unid.insert(unid, index);
            }
            if let Some(name) = key(AtHand::Whole(&document)) {
                self.by_name.entry(name).and_modify(|known| *known = None).or_insert(Some(index));
            }
            environment.hold(document);
        }
    }

    /// The document of an earlier export that is the same one.
    fn twin(&self, document: &Document, environment: &Environment) -> Option<usize> {
        if matches!(document.kind, Kind::NotesIni | Kind::Facts) {
            return None;
        }
        let same = |index: &usize| {
            let known = environment.documents.get(*index)?;
            let free = known.file != document.file && self.merged.get(index) != Some(&document.file);
            // Two setup files that create a document create two.
            (known.kind == document.kind && free && (known.exists || document.exists)).then_some((*index, known))
        };
        if let Some((index, _)) = document.origin.unid.and_then(|unid| self.by_unid.get(&unid)).and_then(same) {
            return Some(index);
        }
        let index = key(AtHand::Whole(document)).and_then(|name| self.by_name.get(&name).copied()).flatten()?;
        let (index, known) = same(&index)?;
        // Two universal IDs are two documents.
        (known.origin.unid.is_none() || document.origin.unid.is_none()).then_some(index)
    }
}

/// What names a document: form and canonical name.
fn key(document: AtHand<'_>) -> Option<(DirectoryId, Kind, String)> {
    let named = document.kind().spec().names.iter().any(|path| document.knows(path));
    named.then(|| (document.directory(), document.kind(), name_key(document.name())))
}

fn merge(known: &mut Document, other: Document, contested: &mut BTreeSet<Arc<str>>, problems: &mut Vec<Problem>) {
    // What a person wrote beside an export completes it; how much the export shows, the export says.
    let (completeness, whole) = match (known.from_items, other.from_items) {
        (true, false) => (known.completeness, known.whole_directory),
        (false, true) => (other.completeness, other.whole_directory),
        _ => (together(known.completeness, other.completeness), known.whole_directory || other.whole_directory),
    };
    let both_say_all = known.from_items
        && other.from_items
        && known.completeness == Completeness::Full
        && other.completeness == Completeness::Full;
    if both_say_all {
        for (path, field) in known.fields.iter().filter(|(path, _)| !other.fields.contains_key(*path)) {
            if !is_blank(&field.content) {
                problems.push(unset(known, path, field).at(other.span, "not set here"));
            }
        }
    }
    for (path, field) in other.fields {
        let Some(first) = known.fields.get(&path) else {
            if both_say_all && !is_blank(&field.content) {
                problems.push(unset(known, &path, &field).at(known.span, "not set here"));
                let why = Arc::from(format!("two exports differ in \"{}\" ({path})", field.spec.title));
                contested.insert(Arc::clone(&path));
                known.fields.insert(path, Field { content: FieldContent::Unknown(why), ..field });
            } else {
                known.fields.insert(path, field);
            }
            continue;
        };
        if contested.contains(&path) || first.content.says_same(&field.content, &first.spec.kind) {
            continue;
        }
        // LDIF leaves out a name that another attribute has already, and further short names.
        let names = known.kind == Kind::Person && matches!(&*path, "name" | "short_names");
        let part = |completeness: Completeness, less: &Field, more: &Field| {
            names && completeness == Completeness::Restricted && less.content.is_part_of(&more.content)
        };
        match (first.content.is_open(), field.content.is_open()) {
            (_, true) => {}
            (true, false) => {
                known.fields.insert(path, field);
            }
            _ if part(other.completeness, &field, first) => {}
            _ if part(known.completeness, first, &field) => {
                known.fields.insert(path, field);
            }
            _ => {
                problems.push(
                    Problem::warning(
                        "export-inconsistent",
                        format!(
                            "two exports of {} `{}` differ in \"{}\"",
                            known.kind.title(),
                            known.name,
                            field.spec.title
                        ),
                    )
                    .at(field.span, "this value")
                    .at(first.span, "and this one; treated as unknown")
                    .help("they were made at different times or on servers that do not replicate; keep the newer one"),
                );
                let why = Arc::from(format!("two exports differ in \"{}\" ({path})", field.spec.title));
                let open = Field { content: FieldContent::Unknown(why), ..first.clone() };
                contested.insert(Arc::clone(&path));
                known.fields.insert(path, open);
            }
        }
    }
    if known.not_understood.len() < other.not_understood.len() {
        known.not_understood = other.not_understood;
    }
    known.completeness = completeness;
    known.whole_directory = whole;
    known.from_items |= other.from_items;
    known.exists |= other.exists;
    known.origin.unid = known.origin.unid.or(other.origin.unid);
}

fn unset(known: &Document, path: &str, field: &Field) -> Problem {
    Problem::warning(
        "export-inconsistent",
        format!("two exports of {} `{}` differ in \"{}\" ({path})", known.kind.title(), known.name, field.spec.title),
    )
    .at(field.span, "set here")
    .help("they were made at different times or on servers that do not replicate; keep the newer one")
}

/// How much two exports of a document show together.
fn together(a: Completeness, b: Completeness) -> Completeness {
    let rank = |completeness: &Completeness| match completeness {
        Completeness::Full => 3,
        Completeness::Patch => 2,
        Completeness::Restricted => 1,
        Completeness::Columns => 0,
    };
    if rank(&a) >= rank(&b) { a } else { b }
}

fn is_blank(content: &FieldContent) -> bool {
    match content {
        FieldContent::One(entry) => matches!(&entry.value, Ok(Scalar::Text(text)) if text.is_empty()),
        FieldContent::Many(entries) => entries.is_empty(),
        FieldContent::Table(entries) => entries.is_empty(),
        FieldContent::Records(records) => records.is_empty(),
        FieldContent::Unknown(_) => true,
    }
}

impl FieldContent {
    /// Whether the export shows that something stands in the field, and not what: an encrypted item, a value that is made of
    /// other fields.
    fn is_open(&self) -> bool {
        match self {
            Self::One(entry) => entry.value.is_err(),
            Self::Many(entries) => entries.iter().any(|entry| entry.value.is_err()),
            Self::Unknown(_) => true,
            Self::Table(_) | Self::Records(_) => false,
        }
    }

    /// Whether all names of a field stand in another.
    fn is_part_of(&self, other: &Self) -> bool {
        let names = |content: &Self| -> BTreeSet<String> {
            let entries = match content {
                Self::One(entry) => std::slice::from_ref(entry),
                Self::Many(entries) => entries,
                _ => &[],
            };
            let texts = entries.iter().filter_map(|entry| match &entry.value {
                Ok(Scalar::Text(text)) => Some(name_key(text)),
                _ => None,
            });
            texts.collect()
        };
        names(self).is_subset(&names(other))
    }

    /// Whether two exports say the same of a field. The order of a list does not count, nor how a name is spelt.
    fn says_same(&self, other: &Self, kind: &FieldKind) -> bool {
        let names = matches!(kind, FieldKind::Name | FieldKind::List { names: true });
        let plain = |entry: &Entry| match &entry.value {
            Ok(Scalar::Text(text)) if names => Some(name_key(text)),
            Ok(Scalar::Text(text)) => Some(text.to_string()),
            Ok(value) => Some(format!("{value:?}")),
            Err(_) => None,
        };
        let all = |entries: &[Entry]| -> Option<Vec<String>> {
            let mut values: Vec<String> = entries.iter().map(plain).collect::<Option<_>>()?;
            values.sort();
            Some(values)
        };
        match (self, other) {
            (Self::One(a), Self::One(b)) => plain(a).is_some() && plain(a) == plain(b),
            (Self::Many(a), Self::Many(b)) => all(a).is_some() && all(a) == all(b),
            (Self::Table(a), Self::Table(b)) => {
                let pairs = |entries: &[super::NamedEntry]| -> BTreeMap<String, Option<String>> {
                    entries.iter().map(|entry| (entry.name.to_lowercase(), plain(&entry.entry))).collect()
                };
                pairs(a) == pairs(b)
            }
            (Self::Records(a), Self::Records(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| {
                        a.fields.len() == b.fields.len()
                            && a.fields.iter().all(|(path, field)| {
                                b.fields
                                    .get(path)
                                    .is_some_and(|other| field.content.says_same(&other.content, &field.spec.kind))
                            })
                    })
            }
            (Self::Unknown(a), Self::Unknown(b)) => a == b,
            _ => false,
        }
    }
}
