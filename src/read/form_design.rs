//! The design of a form or subform in DXL, as Designer exports it: the fields, with the text that stands beside each, where
//! it stands, and the keywords it offers. Designs are small; documents in the same file are passed over.

use std::ops::Range;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::form_layout::{Layout, Piece};
use crate::source::{Problem, Span, View};

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 512;

/// Elements whose text is not what people see beside a field.
const MUTE: [&str; 17] = [
    "code",
    "formula",
    "lotusscript",
    "javascript",
    "compositedata",
    "popuptext",
    "picture",
    "gif",
    "jpeg",
    "item",
    "noteinfo",
    "updatedby",
    "wassignedby",
    "fieldhint",
    "htmlattributes",
    "globals",
    "actionbar",
];

/// A form or subform.
#[derive(Debug)]
pub struct Design {
    /// Its name; of several names the one that documents hold in their item `Form`.
    pub name: Arc<str>,
    /// Whether it is a part that other forms include.
    pub subform: bool,
    /// Its fields, in the order of the design.
    pub fields: Vec<DesignField>,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct DesignField {
    /// The name of the item it fills.
    pub name: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// The text beside it; none where there is none.
    pub label: Option<Arc<str>>,
    /// Where it stands in the form, the nearest heading first: headings, column titles, sections, tabs.
    pub context: Vec<Arc<str>>,
    /// The keywords it offers: what is shown, what is stored.
    pub keywords: Vec<(Arc<str>, Arc<str>)>,
    /// Its keywords are computed, so the design does not show them.
    pub computed_keywords: bool,
}

/// Reads the forms and subforms of a DXL file.
///
/// # Errors
/// The place where the text is not well-formed.
pub fn designs(view: &View<'_>) -> Result<Vec<Design>, Box<Problem>> {
    let mut reader = Reader::from_str(view.text());
    let mut state =
        State { view, designs: Vec::new(), current: None, path: Vec::new(), mute: 0, field: None, text: String::new() };
    loop {
        let before = offset(reader.buffer_position());
        let failed = |what: String, at: usize| {
            let mut at = at.min(view.text().len());
            while !view.text().is_char_boundary(at) {
                at -= 1;
            }
            Box::new(Problem::error("xml-syntax", format!("not well-formed XML: {what}")).at(view.span(at..at), "here"))
        };
        match reader.read_event() {
            Err(error) => return Err(failed(error.to_string(), offset(reader.error_position()))),
            Ok(Event::Eof) if !state.path.is_empty() => {
                return Err(failed("the file ends too early".to_owned(), view.text().len()));
            }
            Ok(Event::Eof) => return Ok(state.designs),
            Ok(event) => {
                if state.path.len() > MAX_DEPTH {
                    return Err(failed(format!("elements nest deeper than {MAX_DEPTH} levels"), before));
                }
                state.event(&event, before..offset(reader.buffer_position()));
            }
        }
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

struct State<'r, 'v> {
    view: &'r View<'v>,
    designs: Vec<Design>,
    current: Option<(Design, Layout)>,
    /// The names of the open elements.
    path: Vec<String>,
    /// How many of them are mute.
    mute: usize,
    field: Option<DesignField>,
    /// The text of the keyword or title that is open.
    text: String,
}

impl State<'_, '_> {
    fn event(&mut self, event: &Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                self.open(&name, start, range);
                self.mute += usize::from(MUTE.contains(&name.as_str()));
                self.path.push(name);
            }
            Event::Empty(start) => {
                let name = start.local_name().as_ref().to_owned();
                self.open(&name, start, range);
                self.close(&name);
            }
            Event::End(_) => {
                if let Some(name) = self.path.pop() {
                    self.mute -= usize::from(MUTE.contains(&name.as_str()));
                    self.close(&name);
                }
            }
            Event::Text(text) => self.push_text(text),
            Event::CData(text) => self.push_text(text),
            Event::GeneralRef(name) => {
                let text = match name.resolve_char_ref() {
                    Ok(Some(character)) => character.to_string(),
                    _ => quick_xml::escape::resolve_predefined_entity(name).unwrap_or("").to_owned(),
                };
                self.push_text(&text);
            }
            _ => {}
        }
    }

    fn open(&mut self, name: &str, start: &BytesStart<'_>, range: Range<usize>) {
        let attribute = |wanted: &str| attribute(start, wanted);
        match name {
            "form" | "subform" if self.current.is_none() => {
                // Documents name their form by its last alias.
                let names = attribute("alias").or_else(|| attribute("name")).unwrap_or_default();
                let last = names.rsplit('|').next().unwrap_or("").trim();
                let design = Design { name: Arc::from(last), subform: name == "subform", fields: Vec::new() };
                self.current = Some((design, Layout::default()));
            }
            "field" if self.mute == 0 => {
                self.field = Some(DesignField {
                    name: Arc::from(attribute("name").unwrap_or_default()),
                    span: self.view.span(range),
                    label: None,
                    context: Vec::new(),
                    keywords: Vec::new(),
                    computed_keywords: false,
                });
            }
            "formula" if self.path.last().is_some_and(|last| last == "keywords") => {
                if let Some(field) = &mut self.field {
                    field.computed_keywords = true;
                }
            }
            "text" | "sectiontitle" => self.text.clear(),
            _ if self.mute > 0 || self.field.is_some() => {}
            _ => {
                let Some((_, layout)) = &mut self.current else { return };
                match name {
                    "table" => layout.begin_table(),
                    "tablerow" => layout.begin_row(attribute("tablabel").as_deref()),
                    "tablecell" => layout.begin_cell(attribute("columnspan").and_then(|span| span.parse().ok())),
                    "section" => layout.begin_section(),
                    "break" => layout.text(" "),
                    _ => {}
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "form" | "subform" => {
                if let Some((mut design, layout)) = self.current.take() {
                    design.fields = layout.finish();
                    self.designs.push(design);
                }
            }
            "field" if self.mute == 0 => {
                if let (Some(field), Some((_, layout))) = (self.field.take(), &mut self.current) {
                    layout.push(Piece::Field(Box::new(field)));
                }
            }
            "text" if self.path.iter().any(|above| above == "keywords") => {
                if let (Some(field), 0) = (&mut self.field, self.mute) {
                    let (shown, stored) = self.text.rsplit_once('|').unwrap_or((&self.text, &self.text));
                    field.keywords.push((Arc::from(shown.trim()), Arc::from(stored.trim())));
                }
            }
            _ if self.mute > 0 || self.field.is_some() => {}
            _ => {
                let Some((_, layout)) = &mut self.current else { return };
                match name {
                    "table" => layout.end_table(),
                    "tablerow" => layout.end_row(),
                    "tablecell" => layout.end_cell(),
                    "par" => layout.push(Piece::Break),
                    "sectiontitle" => layout.section_title(&self.text),
                    "section" => layout.end_section(),
                    _ => {}
                }
            }
        }
    }

    fn push_text(&mut self, text: &str) {
        let in_element = |name: &str| self.path.iter().any(|above| above == name);
        if self.mute > 0 {
            return;
        }
        if self.field.is_some() || in_element("sectiontitle") {
            self.text.push_str(text);
        } else if in_element("par")
            && let Some((_, layout)) = &mut self.current
        {
            layout.text(text);
        }
    }
}

/// The value of an attribute.
fn attribute(start: &BytesStart<'_>, wanted: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == wanted)?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}
