//! Item names learned from the design of a form, or from a document whose fields hold their own labels. Most items behind
//! SMTP Inbound Controls have no published name; whoever has the Domino Directory template can read them off.

use std::sync::Arc;

use super::keywords;
pub use super::keywords::Codes;
pub use super::labels::Confidence;
use super::labels::{Place, compare, place, variants, words};
use super::vocabulary::{FieldKind, FieldSpec, Kind};
use crate::read::form_design::{Design, DesignField};
use crate::read::{Content, Form, Node, Note};
use crate::source::Span;

/// What one form, or one document, teaches.
#[derive(Debug)]
pub struct Lesson {
    /// The name of the form.
    pub form: Arc<str>,
    /// The document kinds that its fields were compared with.
    pub kinds: Vec<Kind>,
    /// Fields of the vocabulary whose item was found.
    pub learned: Vec<Learned>,
    /// Items without a counterpart, with their labels.
    pub unmatched: Vec<Unmatched>,
    /// Fields of the vocabulary whose item is not known, and was not found here.
    pub missing: Vec<(Kind, &'static FieldSpec)>,
}

impl Lesson {
    /// Whether something of it has to do with mail: a setting was found in it with some confidence.
    #[must_use]
    pub fn concerns_mail(&self) -> bool {
        self.learned.iter().any(|found| found.confidence > Confidence::Uncertain)
    }
}

/// A field of the vocabulary and the item that holds it.
#[derive(Debug)]
pub struct Learned {
    /// The document kind.
    pub kind: Kind,
    /// The field.
    pub spec: &'static FieldSpec,
    /// The item.
    pub item: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// The label beside it.
    pub label: Arc<str>,
    /// How sure it is.
    pub confidence: Confidence,
    /// What its codes stand for.
    pub codes: Codes,
    /// What the vocabulary says of its item.
    pub known: Known,
}

/// What the vocabulary says of an item that was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Nothing: it is news.
    No,
    /// The same.
    Same,
    /// Another name.
    Other,
}

/// An item that was matched with nothing.
#[derive(Debug)]
pub struct Unmatched {
    /// Its name.
    pub item: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// The label beside it, if there is one.
    pub label: Option<Arc<str>>,
    /// Why, where it is not that nothing is alike.
    pub why: Option<String>,
}

/// An item with a label, from wherever.
struct Labelled {
    item: Arc<str>,
    span: Span,
    label: Option<Arc<str>>,
    context: Vec<Arc<str>>,
    keywords: Vec<(Arc<str>, Arc<str>)>,
}

/// Learns from the design of a form. A subform does not say which form it is a part of: it belongs to the kind whose
/// labels it has the most of.
#[must_use]
pub fn from_design(design: &Design) -> Lesson {
    let fields: Vec<Labelled> = design.fields.iter().map(labelled).collect();
    let kinds = kinds_of(&design.name);
    if !kinds.is_empty() {
        return lesson(&design.name, &kinds, &fields);
    }
    let candidates = [
        Kind::Configuration,
        Kind::Server,
        Kind::Site,
        Kind::GlobalDomain,
        Kind::ForeignSmtpDomain,
        Kind::Connection,
        Kind::MailIn,
        Kind::Person,
        Kind::Group,
    ];
    let lessons = candidates.into_iter().map(|kind| lesson(&design.name, &[kind], &fields));
    let count =
        |lesson: &Lesson| lesson.learned.iter().filter(|found| found.confidence > Confidence::Uncertain).count();
    // Of several with as many, the first.
    let best = lessons.fold(None, |best: Option<Lesson>, lesson| match best {
        Some(best) if count(&best) >= count(&lesson) => Some(best),
        _ => Some(lesson),
    });
    best.unwrap_or_else(|| lesson(&design.name, &[Kind::Configuration], &fields))
}

/// Learns from a document whose list fields hold their own labels. `None` for a form that has nothing to do with mail.
#[must_use]
pub fn from_marker(note: &Note) -> Option<Lesson> {
    let Form::Domino(form) = &note.form else { return None };
    let kinds = kinds_of(form);
    let marked = |label: &str| {
        kinds.iter().any(|kind| kind.spec().fields.iter().any(|spec| compare(label, &spec.title).is_some()))
    };
    let fields: Vec<Labelled> = note
        .items
        .iter()
        .filter_map(|item| {
            let label = text(&item.node)?;
            // The other items of the document hold what documents hold.
            marked(&label).then(|| Labelled {
                item: Arc::clone(&item.name),
                span: item.node.span,
                label: Some(Arc::from(label)),
                context: Vec::new(),
                keywords: Vec::new(),
            })
        })
        .collect();
    (!kinds.is_empty()).then(|| lesson(form, &kinds, &fields))
}

/// A value as one text: a label with a comma in it may have been taken for a list.
fn text(node: &Node) -> Option<String> {
    match &node.content {
        Content::Text(text) => Some(text.to_string()),
        Content::List(elements) => {
            let texts: Vec<&str> = elements.iter().filter_map(Node::text).map(|text| &**text).collect();
            (texts.len() == elements.len()).then(|| texts.join(", "))
        }
        _ => None,
    }
}

fn labelled(field: &DesignField) -> Labelled {
    // A check box may say beside itself what it is.
    let own = match field.keywords.as_slice() {
        [(shown, _)] => Some(Arc::clone(shown)),
        _ => None,
    };
    Labelled {
        item: Arc::clone(&field.name),
        span: field.span,
        label: field.label.clone().or(own),
        context: field.context.clone(),
        keywords: field.keywords.clone(),
    }
}

/// The document kinds that a form holds.
fn kinds_of(form: &str) -> Vec<Kind> {
    let holds = |kind: &Kind| kind.spec().forms.iter().any(|known| known.form.eq_ignore_ascii_case(form));
    Kind::ALL.into_iter().filter(holds).collect()
}

/// A pair that may belong together.
#[derive(Clone, Copy)]
struct Pair {
    field: usize,
    spec: usize,
    confidence: Confidence,
    place: Place,
}

fn lesson(form: &Arc<str>, kinds: &[Kind], fields: &[Labelled]) -> Lesson {
    let specs: Vec<(Kind, &'static FieldSpec)> = kinds
        .iter()
        .flat_map(|kind| kind.spec().fields.iter().map(|spec| (*kind, spec)))
        .filter(|(_, spec)| !matches!(spec.kind, FieldKind::Table(_) | FieldKind::Records(_)))
        .collect();
    let mut pairs: Vec<Pair> = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        pairs.extend((0..specs.len()).filter_map(|spec| pair(at, field, spec, &specs)));
    }
    let mut lesson = Lesson {
        form: Arc::clone(form),
        kinds: kinds.to_vec(),
        learned: Vec::new(),
        unmatched: Vec::new(),
        missing: Vec::new(),
    };
    for (at, field) in fields.iter().enumerate() {
        match chosen(at, &pairs) {
            Ok(Some(pair)) => {
                let Some((kind, spec)) = specs.get(pair.spec) else { continue };
                let known = match spec.items.as_slice() {
                    [] => Known::No,
                    items if items.iter().any(|item| item.eq_ignore_ascii_case(&field.item)) => Known::Same,
                    _ => Known::Other,
                };
                lesson.learned.push(Learned {
                    kind: *kind,
                    spec,
                    item: Arc::clone(&field.item),
                    span: field.span,
                    label: field.label.clone().unwrap_or_else(|| Arc::from("")),
                    confidence: pair.confidence,
                    codes: keywords::codes(spec, &field.keywords),
                    known,
                });
            }
            Ok(None) => lesson.unmatched.push(unmatched(field, None)),
            Err(rivals) => {
                let paths: Vec<String> = rivals
                    .iter()
                    .filter_map(|spec| specs.get(*spec))
                    .map(|(_, spec)| format!("`{}`", spec.path))
                    .collect();
                let why = format!("several items have a label like that of {}", paths.join(" and "));
                lesson.unmatched.push(unmatched(field, Some(why)));
            }
        }
    }
    let found = |kind: Kind, spec: &FieldSpec| {
        lesson
            .learned
            .iter()
            .any(|found| found.kind == kind && found.spec.path == spec.path && found.confidence > Confidence::Uncertain)
    };
    lesson.missing =
        specs.iter().filter(|(kind, spec)| spec.items.is_empty() && !found(*kind, spec)).copied().collect();
    lesson
}

fn unmatched(field: &Labelled, why: Option<String>) -> Unmatched {
    Unmatched { item: Arc::clone(&field.item), span: field.span, label: field.label.clone(), why }
}

/// Whether a field of a form may be a field of the vocabulary.
fn pair(field: usize, labelled: &Labelled, spec: usize, specs: &[(Kind, &'static FieldSpec)]) -> Option<Pair> {
    let label = labelled.label.as_deref()?;
    let (_, wanted) = specs.get(spec)?;
    let under = |heading: &str| {
        let heading = words(heading);
        labelled.context.iter().any(|above| {
            let above = words(above);
            heading.iter().all(|word| above.contains(word))
        })
    };
    let mut best: Option<Confidence> = None;
    for (title, heading) in variants(wanted) {
        if heading.is_none_or(under) {
            best = best.max(compare(label, title));
        }
    }
    let mut confidence = best?;
    let place = place(&labelled.context, &wanted.tab);
    if place == Place::Elsewhere {
        return None;
    }
    // A short label, or one that the vocabulary has twice, says little by itself.
    let twins = specs.iter().filter(|(_, other)| other.title == wanted.title).count();
    let deep = wanted.tab.contains(" > ");
    if place == Place::Silent && !labelled.context.is_empty() && deep && (twins > 1 || words(label).len() <= 3) {
        confidence = confidence.min(Confidence::Uncertain);
    } else if place == Place::Silent && (twins > 1 || deep && words(label).len() <= 2) {
        confidence = confidence.min(Confidence::Likely);
    }
    Some(Pair { field, spec, confidence, place })
}

/// The field of the vocabulary that a field of a form is: each is the best for the other, and the only one so. Else the
/// fields of the vocabulary between which it cannot be told.
fn chosen(field: usize, pairs: &[Pair]) -> Result<Option<Pair>, Vec<usize>> {
    let rank = |pair: &Pair| (pair.confidence, pair.place);
    let mine: Vec<&Pair> = pairs.iter().filter(|pair| pair.field == field).collect();
    let Some(best) = mine.iter().map(|pair| rank(pair)).max() else { return Ok(None) };
    let tops: Vec<&&Pair> = mine.iter().filter(|pair| rank(pair) == best).collect();
    let [only] = tops.as_slice() else { return Err(tops.iter().map(|pair| pair.spec).collect()) };
    let rivals: Vec<&Pair> = pairs.iter().filter(|pair| pair.spec == only.spec && pair.field != field).collect();
    match rivals.iter().map(|pair| rank(pair)).max() {
        Some(other) if other > best => Ok(None),
        Some(other) if other == best => Err(vec![only.spec]),
        _ => Ok(Some(***only)),
    }
}
