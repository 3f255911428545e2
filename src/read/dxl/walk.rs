//! From one document to the next.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use memchr::memmem::Finder;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, BytesText, Event};

use super::ahead::{AsWanted, Blocks, ahead};
use super::builder::{Batch, Builder, Cut, form_of};
use super::complaints::Complaints;
use super::document::Header;
use super::window::{Kept, Window};
use super::workshop::Workshop;
use super::{Fault, local, not_well_formed, strict};
use crate::read::{Crowd, Demand, Note, Want};
use crate::source::{FileId, Problem, Source, Span};

/// A document that is longer is not read.
const MAX_DOCUMENT: usize = 64 << 20;

/// No export nests elements deeper.
const MAX_DEPTH: usize = 1000;

/// An export that was not made of selected documents holds as many forms at least: every directory has servers, groups,
/// persons, certifiers.
const FORMS_OF_A_DIRECTORY: usize = 3;

/// Documents of a crowd are handed on when their texts have so many bytes.
const BATCH: usize = 1 << 19;

/// What a file holds.
#[derive(Debug)]
pub(in crate::read) struct Contents {
    /// The documents that were wanted.
    pub notes: Vec<Note>,
    /// Those of which there are very many.
    pub crowd: Crowd,
    /// Whether the file was read to its end, and is an export of several documents.
    pub whole: bool,
    /// It is DXL.
    pub understood: bool,
    /// Some documents were not wanted.
    pub skipped: bool,
    /// The forms that were seen, the first few at least.
    pub forms: BTreeSet<Arc<str>>,
}

impl Contents {
    fn nothing(file: FileId) -> Self {
        Self {
            notes: Vec::new(),
            crowd: Crowd::new(file),
            whole: false,
            understood: false,
            skipped: false,
            forms: BTreeSet::new(),
        }
    }
}

/// Reads the documents that are wanted. In a large file one thread fetches, one cuts, and others build the notes of people.
pub(in crate::read) fn read(source: &Source, demand: &Demand, problems: &mut Vec<Problem>) -> Contents {
    let stream = match source.stream() {
        Ok(stream) => stream,
        Err(error) => {
            problems.push(
                Problem::error("input-unreadable", format!("cannot read the file again: {error}"))
                    .in_file(&source.path),
            );
            return Contents::nothing(source.id);
        }
    };
    if source.is_large() {
        thread::scope(|scope| {
            let workshop = Workshop::there(scope, source, demand);
            walk(source, demand, ahead(scope, stream), workshop, problems)
        })
    } else {
        walk(source, demand, AsWanted::new(stream), Workshop::here(source, demand), problems)
    }
}

fn walk<'s>(
    source: &'s Source,
    demand: &'s Demand,
    blocks: impl Blocks,
    workshop: Workshop<'s>,
    problems: &mut Vec<Problem>,
) -> Contents {
    let mut reader = Reader::from_reader(Window::new(blocks));
    reader.config_mut().check_comments = true;
    let mut walk = Walk {
        file: source.id,
        demand,
        reader,
        kept: Kept::default(),
        builder: Builder::new(source, demand),
        workshop,
        batch: Batch::default(),
        contents: Contents::nothing(source.id),
        complaints: Complaints::default(),
        forms: BTreeSet::new(),
        open: Vec::new(),
        depth: 0,
        roots: 0,
    };
    let ended = walk.run();
    walk.hand_on(0);
    let Walk { mut contents, mut complaints, builder, forms, workshop, .. } = walk;
    contents.whole &= ended && forms.len() >= FORMS_OF_A_DIRECTORY;
    contents.forms = forms;
    complaints.add_all(builder.complaints);
    complaints.finish(problems);
    let (crowd, complaints) = workshop.finish();
    complaints.finish(problems);
    contents.crowd = crowd;
    contents
}

struct Walk<'s, B> {
    file: FileId,
    demand: &'s Demand,
    reader: Reader<Window<B>>,
    kept: Kept,
    builder: Builder<'s>,
    workshop: Workshop<'s>,
    batch: Batch,
    complaints: Complaints,
    contents: Contents,
    /// The forms that were seen, some of them at least.
    forms: BTreeSet<Arc<str>>,
    /// The elements that contain documents.
    open: Vec<Box<str>>,
    depth: usize,
    roots: usize,
}

impl<B: Blocks> Walk<'_, B> {
    /// Walks through the file; `false` if it could not be read to its end.
    fn run(&mut self) -> bool {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            self.reader.get_mut().begin_token();
            let at = self.reader.get_mut().offset();
            let event = match self.reader.read_event_into(&mut buffer) {
                Ok(event) => event,
                Err(error) => {
                    let cut_off = matches!(error, quick_xml::Error::Syntax(_)) && self.at_end();
                    self.complaints.add(if cut_off && self.depth > 0 {
                        self.cut_off(at)
                    } else {
                        not_well_formed(&Fault::Parser(error), Span::at(self.file, at))
                    });
                    return false;
                }
            };
            let misplaced = match &event {
                Event::Decl(_) if at > 3 => Some("an XML declaration stands at the beginning of the file"),
                Event::DocType(_) if self.roots > 0 => Some("a document type stands before the root element"),
                Event::CData(_) | Event::GeneralRef(_) if self.depth == 0 => Some("text outside of the root element"),
                _ => None,
            };
            let text: &str = match &event {
                Event::Text(text) | Event::Comment(text) => text,
                Event::CData(text) => text,
                _ => "",
            };
            if strict::has_control(text) {
                self.complaints.add(
                    Problem::warning("xml-control-character", "a control character between documents")
                        .at(Span::at(self.file, at), "XML cannot hold it"),
                );
            }
            if let Some(what) = misplaced.or_else(|| strict::fault(&event)) {
                self.complaints.add(not_well_formed(&Fault::Rule(what), Span::at(self.file, at)));
                return false;
            }
            let span = Span { file: self.file, start: at, end: self.reader.get_mut().offset() };
            let fine = match event {
                Event::Start(start) => {
                    let start = start.into_owned();
                    self.start(&start, span, false)
                }
                Event::Empty(start) => {
                    let start = start.into_owned();
                    self.start(&start, span, true)
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    self.open.truncate(self.depth);
                    true
                }
                Event::Eof => {
                    if self.depth > 0 || self.roots == 0 {
                        let problem = self.cut_off(at);
                        self.complaints.add(problem);
                    }
                    return self.depth == 0;
                }
                Event::DocType(text) => {
                    let problem = declarations(&text, span);
                    self.complaints_extend(problem);
                    true
                }
                Event::Text(text)
                    if self.depth == 0 && !text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() =>
                {
                    self.complaints.add(
                        Problem::error("xml-syntax", "not well-formed XML: text outside of the root element")
                            .at(span, "the file is read up to here only"),
                    );
                    return false;
                }
                _ => true,
            };
            if !fine {
                return false;
            }
        }
    }

    fn complaints_extend(&mut self, problem: Option<Problem>) {
        if let Some(problem) = problem {
            self.complaints.add(problem);
        }
    }

    fn at_end(&mut self) -> bool {
        use std::io::BufRead;
        self.reader.get_mut().begin_token();
        self.reader.get_mut().fill_buf().is_ok_and(<[u8]>::is_empty)
    }

    fn cut_off(&self, at: u64) -> Problem {
        let missing = self.open.last().map_or(String::new(), |name| format!(": `</{name}>` is missing"));
        Problem::error("export-cut-off", format!("the file ends before its end{missing}"))
            .at(Span::at(self.file, at), "nothing follows")
            .help("the export stopped half-way or the copy did; what is there was read, make a new export for the rest")
    }

    /// An element begins; `false` if the file cannot be read any further.
    fn start(&mut self, start: &BytesStart<'_>, span: Span, empty: bool) -> bool {
        let full = start.name();
        let name = local(full.as_ref());
        if self.depth == 0 {
            self.roots += 1;
            if self.roots > 1 {
                self.complaints.add(
                    Problem::error("xml-syntax", "not well-formed XML: a second root element")
                        .at(span, "the file is read up to here only")
                        .help("several exports in one file? give them as files of their own"),
                );
                return false;
            }
            self.root(name, span);
        }
        // Documents stand below the root or are it.
        if matches!(name, "document" | "note") && self.depth <= 1 && self.contents.understood {
            return self.document(start, span, empty);
        }
        if !empty {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                self.complaints.add(
                    Problem::error("xml-too-deep", format!("elements are nested more than {MAX_DEPTH} deep"))
                        .at(span, "the file is read up to here only"),
                );
                return false;
            }
            if self.open.len() + 1 == self.depth && self.depth <= 2 {
                self.open.push(Box::from(full.as_ref()));
            }
        }
        true
    }

    fn root(&mut self, name: &str, span: Span) {
        match name {
            "database" => {
                self.contents.understood = true;
                self.contents.whole = true;
            }
            "document" | "note" => self.contents.understood = true,
            other => {
                let problem = Problem::error(
                    "input-not-understood",
                    format!("this is DXL of a design element (`{other}`), not of documents"),
                )
                .at(span, "the root element");
                self.complaints.add(match other {
                    "form" | "subform" => problem.help("`maillint vocabulary learn FILE` reads item names off it; to check servers, export the documents of the Domino Directory"),
                    _ => problem.help("export the documents of the Domino Directory: its Server, Configuration Settings and other documents"),
                });
            }
        }
    }

    fn document(&mut self, start: &BytesStart<'_>, span: Span, empty: bool) -> bool {
        let header = Header::read(start, span, &mut self.complaints);
        let demand = self.demand;
        let want = match (&header.form, header.is_document) {
            (_, false) => Want::Nothing,
            (Some(form), true) => {
                self.saw(form);
                demand.of(form)
            }
            // The form is an item, so everything is read until it is known.
            (None, true) => Want::All,
        };
        let base = self.reader.get_mut().offset();
        let mut ended = true;
        let many = header.form.as_ref().is_some_and(|form| demand.has_many(form)) && header.is_document;
        let kept = if many { &mut self.batch.text } else { &mut self.kept };
        let limit = if want == Want::Nothing { 0 } else { MAX_DOCUMENT };
        if many {
            kept.go_on(limit);
        } else {
            kept.begin(limit);
        }
        if !empty {
            let mut end = b"</".to_vec();
            end.extend_from_slice(start.name().as_ref().as_bytes());
            match self.reader.get_mut().pass(&Finder::new(&end), kept) {
                Ok(found) => ended = found,
                Err(error) => {
                    let error = Fault::Parser(quick_xml::Error::Io(Arc::new(error)));
                    let at = self.reader.get_mut().offset();
                    self.complaints.add(not_well_formed(&error, Span::at(self.file, at)));
                    return false;
                }
            }
            self.depth += 1;
            self.open.push(Box::from(start.name().as_ref()));
        }
        self.contents.skipped |= want == Want::Nothing && header.is_document;
        if want != Want::Nothing {
            if kept.overflowed {
                kept.forget();
                self.complaints.add(
                    Problem::error("dxl-too-long", format!("a document has more than {} MiB", MAX_DOCUMENT >> 20))
                        .at(span, "this document is not read")
                        .help("export without attachments (`OmitRichTextAttachments`, `OmitMiscFileObjects`)"),
                );
            } else {
                self.keep(Cut { header, base, span, ended }, want, many);
            }
        }
        true
    }

    fn saw(&mut self, form: &Arc<str>) {
        if self.forms.len() < FORMS_OF_A_DIRECTORY && !self.forms.contains(form) {
            self.forms.insert(Arc::clone(form));
        }
    }

    /// Builds the note of the document that has been kept, or hands it on to where the crowd is built.
    fn keep(&mut self, cut: Cut, want: Want<'_>, many: bool) {
        if many {
            let text = &self.batch.text;
            self.batch.documents.push((text.from..text.bytes.len(), cut));
            self.hand_on(BATCH);
            return;
        }
        let Some(note) = self.builder.note(&self.kept.bytes, &cut, want) else {
            self.contents.skipped = true;
            return;
        };
        let form = Arc::clone(form_of(&note));
        self.saw(&form);
        self.contents.notes.push(note);
    }

    /// Hands the documents on that wait, if their texts have so many bytes.
    fn hand_on(&mut self, least: usize) {
        if self.batch.text.bytes.len() >= least && !self.batch.documents.is_empty() {
            self.workshop.take(std::mem::take(&mut self.batch));
        }
    }
}

/// What a document type declares is never fetched nor used.
fn declarations(text: &BytesText<'_>, span: Span) -> Option<Problem> {
    (text.contains('[') || text.contains("<!")).then(|| {
        Problem::warning("xml-declarations", "the document type declares entities or elements of its own")
            .at(span, "not used")
            .help("Domino's exports have no such declarations, so the file was made or changed by something else")
    })
}
