//! From the notes of all exports to the documents of one environment.

use std::sync::Arc;

use super::aliases::Aliases;
use super::document::{DirectoryId, Document, Entry, Field, FieldContent};
use super::fields::{Dialect, Fields, fields, validate};
use super::inventory::Listing;
use super::packed::Packed;
use super::update::{self, Target};
use super::vocabulary::{FormSpec, Kind, Scalar};
use super::{DocumentId, Environment, FIRST_CONFLICT, consistency, crowd, inventory, merge, unread};
use crate::read::{Action, Completeness, Content, Export, Find, Form, Format, Note};
use crate::source::{FileId, Problem, Span};

/// Builds the environment that several exports describe together.
pub(super) fn build(exports: Vec<Export>, aliases: &Arc<Aliases>, problems: &mut Vec<Problem>) -> Environment {
    let mut environment = Environment::default();
    let directories = directories(&exports, &mut environment, problems);
    let several =
        exports.iter().filter(|export| !export.crowd.is_empty() || export.notes.iter().any(of_a_directory)).count() > 1;
    let mut listings = Vec::new();
    // What each export adds: documents from a number on, and packed ones.
    let mut added: Vec<(usize, Vec<Packed>)> = Vec::new();
    for (export, directory) in exports.into_iter().zip(directories) {
        let first = environment.documents.len();
        let origin = Origin::of(&export, directory, aliases);
        for note in &export.notes {
            add(note, &origin, first, &mut environment, problems);
        }
        added.push((first, crowd::pack(export.crowd, &origin, &mut environment, problems)));
        listings.push(Listing { rows: export.listed, skipped: export.skipped });
    }
    // A single export holds no document twice.
    if several {
        merge::merge_all(&mut added, &mut environment, problems);
    }
    environment.number(added.into_iter().flat_map(|(_, packed)| packed));
    consistency::report(&environment, problems);
    inventory::report(&listings, &mut environment, problems);
    unread::lower(&environment, problems);
    environment
}

/// Where documents come from.
pub(super) struct Origin<'a> {
    pub(super) file: FileId,
    pub(super) format: Option<Format>,
    pub(super) directory: DirectoryId,
    pub(super) whole_directory: bool,
    pub(super) aliases: &'a Arc<Aliases>,
}

impl<'a> Origin<'a> {
    fn of(export: &Export, directory: DirectoryId, aliases: &'a Arc<Aliases>) -> Self {
        let Export { file, format, whole_directory, .. } = *export;
        Self { file, format, directory, whole_directory, aliases }
    }
}

/// The directory of each export: that of the Domino domain it is about. A native description that names exactly one
/// Domino domain is about that one. What names none belongs to the only directory there is; among several, nobody knows.
fn directories(exports: &[Export], environment: &mut Environment, problems: &mut Vec<Problem>) -> Vec<DirectoryId> {
    let names: Vec<Option<String>> = exports.iter().map(domain_of).collect();
    let mut known: Vec<Option<String>> = names.iter().flatten().map(|name| Some(name.clone())).collect();
    known.sort();
    known.dedup();
    let several = known.len() > 1;
    let common = if several { None } else { known.first().cloned().flatten() };
    environment.directories = known;
    let mut ids = Vec::new();
    for (export, name) in exports.iter().zip(names) {
        let name = name.or_else(|| common.clone());
        let index = environment.directories.iter().position(|known| *known == name).unwrap_or_else(|| {
            environment.directories.push(name.clone());
            environment.directories.len() - 1
        });
        ids.push(DirectoryId(u32::try_from(index).unwrap_or(u32::MAX)));
        if let (true, None, Some(first)) = (several, &name, first_of_a_directory(export)) {
            problems.push(
                Problem::warning("directory-unknown", "which Domino directory these documents belong to is not known")
                    .at(first, "the first of them")
                    .help("the input describes several Domino domains; check them one by one, or write the documents into the file of their domain"),
            );
            environment.gaps.push(Arc::from("which directory some documents of the input belong to is not known"));
        }
    }
    ids
}

/// A document of a directory, not a server's notes.ini nor what people say beside it.
fn of_a_directory(note: &Note) -> bool {
    !matches!(&note.form, Form::Native(kind) if matches!(&**kind, "notes_ini" | "facts"))
}

/// Where the first document of a directory stands in an export.
fn first_of_a_directory(export: &Export) -> Option<Span> {
    let crowd = export.crowd.notes().next().map(|note| note.span);
    let notes = export.notes.iter().find(|note| of_a_directory(note)).map(|note| note.span);
    notes.into_iter().chain(crowd).min_by_key(|span| span.start)
}

/// The Domino domain that an export is about.
fn domain_of(export: &Export) -> Option<String> {
    if let Some(domain) = &export.domain {
        return Some(domain.to_lowercase());
    }
    // A setup file names its domain; other exports hold the directory's own Server documents.
    let domain = |note: &Note| match &note.form {
        Form::Native(kind) if &**kind == "server" => note.text("domain").cloned(),
        Form::Domino(form) if form.eq_ignore_ascii_case("Server") && matches!(note.action, Action::Exists) => {
            note.text("Domain").cloned()
        }
        _ => None,
    };
    let mut domains: Vec<String> = export.notes.iter().filter_map(domain).map(|domain| domain.to_lowercase()).collect();
    domains.sort();
    domains.dedup();
    if domains.len() == 1 { domains.pop() } else { None }
}

fn add(note: &Note, origin: &Origin<'_>, first: usize, environment: &mut Environment, problems: &mut Vec<Problem>) {
    let (kind, form, dialect) = match recognise(note, origin.format) {
        KindOf::Known(kind, form, dialect) => (kind, form, dialect),
        KindOf::Undecided(kind) => {
            let (problem, gap) = undecided(kind, note);
            problems.push(problem);
            environment.gaps.push(gap);
            return;
        }
        KindOf::Other => {
            if matches!(&note.form, Form::Domino(form) if form.is_empty()) {
                update::open_all(note, first, environment);
            }
            return;
        }
    };
    let mut unheard = Vec::new();
    let problems = if note.origin.conflict {
        problems.push(conflict(kind, note));
        if matches!(kind, Kind::Person | Kind::Group | Kind::MailIn) {
            return;
        }
        // What else is wrong with it matters to nobody.
        &mut unheard
    } else {
        problems
    };
    if matches!(origin.format, Some(Format::NativeJson | Format::NativeToml | Format::NativeYaml)) {
        // Fields that do not conform decode to unknown; the rest is still checked.
        validate(kind, note, problems);
    }
    let mut fields = fields(kind, note, dialect, origin.aliases, problems);
    if let Action::Update(find) = &note.action {
        match update::target(kind, find, first, environment, problems) {
            Target::Found(index) => {
                if let Some(document) = environment.documents.get_mut(index) {
                    document.fields.extend(fields.known);
                    document.not_understood.extend(fields.not_understood);
                }
                return;
            }
            Target::Never(problem) => {
                problems.push(*problem);
                return;
            }
            Target::Any => {
                update::open(kind, &fields.known, first, environment);
                if environment.documents.iter().skip(first).any(|document| document.kind == kind) {
                    return;
                }
            }
            // What identifies the document is what it holds.
            Target::Elsewhere => {
                for (path, field) in update::identity(kind, find) {
                    fields.known.entry(path).or_insert(field);
                }
            }
        }
    }
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
    let mut document = document(note, kind, form, dialect, fields, origin);
    if note.origin.conflict {
        let index = u32::try_from(environment.conflicts.len()).unwrap_or(u32::MAX);
        document.id = DocumentId(FIRST_CONFLICT.saturating_add(index));
        environment.conflicts.push(document);
        return;
    }
    environment.hold(document);
}

/// The document that a note describes, without a number of its own.
pub(super) fn document(
    note: &Note,
    kind: Kind,
    form: Option<&'static FormSpec>,
    dialect: Dialect,
    fields: Fields,
    origin: &Origin<'_>,
) -> Document {
    let mut known = fields.known;
    for (path, value) in form.iter().flat_map(|form| &form.implied) {
        if let Some(spec) = kind.spec().field(path) {
            let entry = Entry { span: note.span, value: Ok(Scalar::Text(Arc::from(value.as_str()))) };
            let field = Field { spec, item: Arc::from("Form"), span: note.span, content: FieldContent::One(entry) };
            known.insert(Arc::clone(&spec.path), field);
        }
    }
    let mut document = Document {
        id: DocumentId(u32::MAX),
        kind,
        name: Arc::from(""),
        file: origin.file,
        span: note.span,
        completeness: note.completeness,
        from_items: dialect != Dialect::Native,
        exists: matches!(note.action, Action::Exists),
        origin: note.origin,
        directory: origin.directory,
        whole_directory: origin.whole_directory,
        fields: known,
        not_understood: fields.not_understood,
        aliases: Arc::clone(origin.aliases),
    };
    document.name = display_name(&document, note);
    document
}

/// In whose words the items of a Domino document are.
fn dialect_of(format: Option<Format>, note: &Note) -> Dialect {
    match format {
        Some(Format::StructuredText) => Dialect::Text,
        Some(Format::DominoRest) => Dialect::Rest { firsts: note.completeness != Completeness::Full },
        _ => Dialect::Domino,
    }
}

/// What a form and the items say about the kind of a document.
pub(super) enum KindOf {
    Known(Kind, Option<&'static FormSpec>, Dialect),
    /// The form fits, but an item that would decide is not there.
    Undecided(Kind),
    /// Nothing to do with mail routing; of a native one the reader has said so.
    Other,
}

pub(super) fn recognise(note: &Note, format: Option<Format>) -> KindOf {
    match &note.form {
        Form::Native(name) => match Kind::from_name(name) {
            Some(kind) => KindOf::Known(kind, None, Dialect::Native),
            None => KindOf::Other,
        },
        Form::Domino(form) => kind_of(form, note, dialect_of(format, note)),
    }
}

fn kind_of(form: &str, note: &Note, dialect: Dialect) -> KindOf {
    let found = |item: &str| {
        let condition = match &note.action {
            Action::Update(Find::Items(conditions)) => {
                conditions.iter().find(|(name, _)| name.eq_ignore_ascii_case(item)).and_then(|(_, node)| node.text())
            }
            _ => None,
        };
        note.text(item).or(condition).cloned()
    };
    let mut undecided = None;
    for kind in Kind::ALL {
        for known in kind.spec().forms.iter().filter(|known| known.form.eq_ignore_ascii_case(form)) {
            let verdicts: Vec<Option<bool>> = known
                .conditions
                .iter()
                .map(|(item, wanted)| found(item).map(|text| text.eq_ignore_ascii_case(wanted)))
                .collect();
            if verdicts.iter().all(|verdict| *verdict == Some(true)) {
                return KindOf::Known(kind, Some(known), dialect);
            }
            if !verdicts.contains(&Some(false)) {
                undecided = Some(kind);
            }
        }
    }
    undecided.map_or(KindOf::Other, KindOf::Undecided)
}

/// A document that may or may not be of a kind leaves open what there is of that kind.
pub(super) fn undecided(kind: Kind, note: &Note) -> (Problem, Arc<str>) {
    let items: Vec<&str> =
        kind.spec().forms.iter().flat_map(|form| &form.conditions).map(|(item, _)| item.as_str()).collect();
    let item = items.join(" and ");
    let problem = Problem::warning(
        "document-not-recognised",
        format!("whether this is a {} is not known: it has no item {item}", kind.title()),
    )
    .at(note.span, "not used")
    .help(format!("write the item {item}"));
    (problem, Arc::from(format!("a document that may be a {} has no item {item}", kind.title())))
}

/// Two documents arose from one when both were changed at the same time. Which one a server uses is not established.
pub(super) fn conflict(kind: Kind, note: &Note) -> Problem {
    let names = kind.spec().names.iter().filter_map(|path| kind.spec().field(path)).flat_map(|field| &field.items);
    let name = names.into_iter().find_map(|item| note.item(item)).and_then(|item| match &item.node.content {
        Content::Text(text) => Some(super::name::abbreviate(text)),
        Content::List(elements) => {
            elements.first().and_then(|node| node.text()).map(|text| super::name::abbreviate(text))
        }
        _ => None,
    });
    let name = name.map_or_else(String::new, |name| format!(" `{name}`"));
    let severe = !matches!(kind, Kind::Person | Kind::Group | Kind::MailIn);
    let what = format!("the {}{name} is a replication or save conflict", kind.title());
    let problem = if severe {
        Problem::warning("document-is-conflict", what)
    } else {
        Problem::info("document-is-conflict", what)
    };
    problem
        .at(note.span, "not used; which of the two a server uses is not established")
        .help("compare it with the document of the same name in the directory, take over what is right, and delete the conflict")
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
        Some(Content::Unresolved { raw, .. }) if !raw.trim().is_empty() => Some(super::name::abbreviate(raw)),
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
