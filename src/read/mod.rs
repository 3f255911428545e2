//! One module per export format. Readers yield notes, that is a form and items with lists of values, each with its span,
//! and problems. They know the shape of a format, never what an item means.

pub mod comments;
mod config_map;
mod crowd;
mod demand;
mod detect;
mod dxl;
mod foreign;
pub mod form_design;
mod form_layout;
mod format;
mod formula;
mod json;
mod json_lines;
mod ldif;
mod native;
mod node;
mod note;
mod notes_ini;
mod one_touch;
mod one_touch_keys;
mod own;
pub(crate) mod pack;
mod placeholder;
mod rest;
mod structured_text;
mod toml;
pub mod validate;
mod view_entries;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use crowd::Crowd;
pub(crate) use crowd::Part as CrowdPart;
pub use demand::{Demand, Want};
pub use format::{Format, ParseFormatError};
pub use json::parse as parse_json;
pub use native::SECTIONS;
pub use node::{Content, Member, Node};
pub use note::{Action, Completeness, Find, Form, Item, Note, Origin};
pub use own::OWN_FILE;
pub use placeholder::Variables;
pub use toml::parse as parse_toml;
pub use view_entries::ViewRow;

use crate::source::{Encoding, FileId, Problem, Source, Span, is_secret_key};
use detect::Detected;

/// Larger texts of nested values are refused: they are read into memory, at some thirty times their size.
const MAX_TREE_BYTES: usize = 256 << 20;

/// How to read a file.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Read every file as this format instead of recognising it by its content.
    pub format: Option<Format>,
    /// Values for placeholders.
    pub variables: Variables,
    /// The documents that are wanted of an export of many.
    pub demand: Demand,
    /// Which server a notes.ini belongs to, by the path of the file.
    pub servers: BTreeMap<String, Arc<str>>,
}

/// What a file holds.
#[derive(Debug)]
pub struct Export {
    /// The file.
    pub file: FileId,
    /// Its format; `None` if it was not understood.
    pub format: Option<Format>,
    /// The documents in it.
    pub notes: Vec<Note>,
    /// The Domino domain whose directory the documents belong to, where the format tells.
    pub domain: Option<Arc<str>>,
    /// Whether the file shows all documents of its directory, as far as it can know.
    pub whole_directory: bool,
    /// Documents that exist, as a view lists them.
    pub listed: Vec<ViewRow>,
    /// Further documents, of which there are very many.
    pub crowd: Crowd,
    /// Documents of the file were passed over, because nobody wants them.
    pub skipped: bool,
    /// Forms of the documents in it, passed over or not, in the words of the export; the first few of a large file.
    pub forms: BTreeSet<Arc<str>>,
}

/// Reads a file: its documents, and what was not understood. Never fails as a whole.
#[must_use]
pub fn read(source: &Source, options: &Options, problems: &mut Vec<Problem>) -> Export {
    let mut export = Export {
        file: source.id,
        format: None,
        notes: Vec::new(),
        domain: None,
        whole_directory: true,
        listed: Vec::new(),
        crowd: Crowd::new(source.id),
        skipped: false,
        forms: BTreeSet::new(),
    };
    let detected = match options.format {
        Some(format) => Ok(Detected::of(format)),
        None => detect::detect(source),
    };
    let detected = match detected {
        Ok(detected) => detected,
        Err(problem) => {
            problems.push(*problem);
            return export;
        }
    };
    if detected == Detected::Dxl {
        read_dxl(source, options, &mut export, problems);
        return export;
    }
    if source.size() > MAX_TREE_BYTES as u64 && !detected.is_read_in_lines() {
        problems.push(
            Problem::error("input-too-large", format!("the file has more than {} MiB", MAX_TREE_BYTES >> 20))
                .at(Span::at(source.id, 0), "not read")
                .help("split the description into several files; they are read together"),
        );
        return export;
    }
    if let (Encoding::Windows1252 { at }, false) = (source.encoding, detected.has_any_encoding()) {
        problems.push(
            Problem::error("encoding-invalid", "the file is not UTF-8")
                .at(first_character(source, at), "the first byte that is not")
                .help("save it as UTF-8"),
        );
        return export;
    }
    if let Encoding::Utf16 { damaged } = source.encoding {
        problems.push(
            Problem::info("encoding-utf16", "the file is UTF-16")
                .at(Span::at(source.id, 0), "read all the same; byte offsets refer to its UTF-8 form")
                .help("Domino and most tools want UTF-8"),
        );
        if damaged {
            let at = source.text().find('\u{fffd}').unwrap_or(0) as u64;
            problems.push(
                Problem::warning("encoding-damaged", "the file is not valid UTF-16")
                    .at(first_character(source, at), "the first character that cannot be read"),
            );
        }
    }
    match detected {
        // Read above, whatever its size.
        Detected::Dxl => {}
        Detected::NotesIni => read_notes_ini(source, options, &mut export, problems),
        Detected::Toml => read_toml(source, options.format.is_some(), &mut export, problems),
        Detected::Json(wanted) => read_json(source, wanted, options, &mut export, problems),
        Detected::ConfigMap => read_config_map(source, options, &mut export, problems),
        Detected::Yaml => read_yaml(source, &mut export, problems),
        Detected::StructuredText | Detected::Ldif => read_lines(source, detected, options, &mut export, problems),
        Detected::ViewEntries => {
            export.whole_directory = false;
            match view_entries::xml(&source.view(), problems) {
                Ok(rows) => {
                    export.format = Some(Format::ViewEntries);
                    export.listed = rows;
                }
                Err(problem) => problems.push(*problem),
            }
        }
    }
    export
}

/// The character that a byte which is not UTF-8 was read as.
fn first_character(source: &Source, at: u64) -> Span {
    let rest = usize::try_from(at).ok().and_then(|at| source.text().get(at..));
    let width = rest.and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span { file: source.id, start: at, end: at + width as u64 }
}

/// Reads the documents that are wanted from a DXL file of any size.
fn read_dxl(source: &Source, options: &Options, export: &mut Export, problems: &mut Vec<Problem>) {
    let contents = dxl::read(source, &options.demand, problems);
    export.format = contents.understood.then_some(Format::Dxl);
    export.notes = contents.notes;
    export.crowd = contents.crowd;
    export.skipped = contents.skipped;
    export.forms = contents.forms;
    export.whole_directory = contents.whole;
    if let Some(at) = source.bad_byte() {
        let what = match source.encoding {
            Encoding::Utf16 { .. } => "UTF-16",
            _ => "UTF-8",
        };
        let problem = Problem::error("encoding-invalid", format!("the file is not {what}"))
            .at(Span::at(source.id, at), "the first byte that is not");
        problems.push(if what == "UTF-8" {
            problem.help("what follows is read as Windows-1252; export again, or write the encoding into the XML declaration: `<?xml version='1.0' encoding='…'?>`")
        } else {
            problem.help("export again")
        });
    }
}

fn read_notes_ini(source: &Source, options: &Options, export: &mut Export, problems: &mut Vec<Problem>) {
    if let Encoding::Windows1252 { at } = source.encoding {
        problems.push(
            Problem::warning("encoding-guessed", "the file is not UTF-8; it is read as Windows-1252")
                .at(first_character(source, at), "the first byte that is not")
                .help(
                    "characters outside ASCII may be shown wrongly; Domino writes notes.ini in its own character set",
                ),
        );
    }
    export.notes.extend(notes_ini::note(source, options.servers.get(&*source.path), problems));
    // A client's file says nothing of a server.
    export.format = (!export.notes.is_empty()).then_some(Format::NotesIni);
    // A notes.ini says nothing about which documents there are.
    export.whole_directory = false;
}

fn read_toml(source: &Source, wanted: bool, export: &mut Export, problems: &mut Vec<Problem>) {
    match toml::parse(&source.view()) {
        Ok(root) => {
            mark_secrets(source, &root);
            match detect::native(&root) {
                Ok(()) => {
                    export.format = Some(Format::NativeToml);
                    export.notes = native::notes(&root, problems);
                }
                Err(problem) => problems.push(*problem),
            }
        }
        Err(errors) => match detect::not_toml(source, &errors).filter(|_| !wanted) {
            Some(problem) => problems.push(problem),
            None => problems.extend(errors),
        },
    }
}

fn read_json(
    source: &Source,
    wanted: Option<Format>,
    options: &Options,
    export: &mut Export,
    problems: &mut Vec<Problem>,
) {
    let view = source.view();
    let mut root = match json::parse(&view, problems) {
        Ok(root) => root,
        Err(problem) => {
            match json_lines::lines(&view) {
                Some(lines) => read_json_lines(source, &lines, wanted, options, export, problems),
                None => problems.push(detect::template(source).unwrap_or(*problem)),
            }
            return;
        }
    };
    mark_secrets(source, &root);
    let format = match wanted.map_or_else(|| detect::json_format(&root), Ok) {
        Ok(format) => format,
        Err(problem) => {
            problems.push(*problem);
            return;
        }
    };
    export.format = Some(format);
    match format {
        Format::OneTouchSetup => read_setup(source, &mut root, options, export, problems),
        Format::DominoRest | Format::AccessServices => read_answer(&root, options, export, problems),
        Format::ViewEntries => {
            export.whole_directory = false;
            export.listed = view_entries::json(&root, problems);
        }
        _ => export.notes = native::notes(&root, problems),
    }
}

/// The forms of notes.
fn forms(notes: &[Note]) -> impl Iterator<Item = Arc<str>> {
    notes.iter().filter_map(|note| match &note.form {
        Form::Domino(form) if !form.is_empty() => Some(Arc::clone(form)),
        Form::Domino(_) | Form::Native(_) => None,
    })
}

/// What REST services answered: it shows what was asked for, and of that what the service was set up to show.
fn read_answer(root: &Node, options: &Options, export: &mut Export, problems: &mut Vec<Problem>) {
    let answer = rest::answer(root, problems);
    let service = if answer.access_services { Format::AccessServices } else { Format::DominoRest };
    let several = !export.notes.is_empty() && export.format == Some(Format::DominoRest);
    export.format = Some(if several { Format::DominoRest } else { service });
    export.forms.extend(forms(&answer.notes));
    export.notes.extend(answer.notes.into_iter().filter_map(|note| options.demand.cut(note)));
    export.whole_directory = false;
}

fn read_json_lines(
    source: &Source,
    lines: &[crate::source::View<'_>],
    wanted: Option<Format>,
    options: &Options,
    export: &mut Export,
    problems: &mut Vec<Problem>,
) {
    for root in json_lines::parse(lines, problems) {
        mark_secrets(source, &root);
        match wanted.map_or_else(|| detect::json_format(&root), Ok) {
            Ok(Format::DominoRest | Format::AccessServices) => read_answer(&root, options, export, problems),
            Ok(_) => problems.push(
                Problem::error("input-not-understood", "several JSON texts in one file")
                    .at(root.span, "one of them")
                    .help("only answers of REST services are read one per line; write one file each"),
            ),
            Err(problem) => problems.push(*problem),
        }
    }
}

fn read_yaml(source: &Source, export: &mut Export, problems: &mut Vec<Problem>) {
    let documents = match yaml::parse(&source.view(), problems) {
        Ok(documents) => documents,
        Err(problem) => {
            problems.push(detect::template(source).unwrap_or(*problem));
            return;
        }
    };
    for root in documents {
        mark_secrets(source, &root);
        match detect::native(&root) {
            Ok(()) => {
                export.format = Some(Format::NativeYaml);
                export.notes.extend(native::notes(&root, problems));
            }
            Err(problem) => problems.push(*problem),
        }
    }
}

/// Formats of lines, whose files are as large as the directory.
fn read_lines(
    source: &Source,
    detected: Detected,
    options: &Options,
    export: &mut Export,
    problems: &mut Vec<Problem>,
) {
    if let Encoding::Windows1252 { at } = source.encoding {
        problems.push(
            Problem::warning("encoding-guessed", "the file is not UTF-8; it is read as Windows-1252")
                .at(first_character(source, at), "the first byte that is not")
                .help("characters outside ASCII may be shown wrongly; export with the character set UTF-8"),
        );
    }
    // Such exports hold what somebody selected or may see.
    export.whole_directory = false;
    if detected == Detected::Ldif {
        export.format = Some(Format::Ldif);
        ldif::notes(source, &options.demand, problems, |note| match &note.form {
            Form::Domino(form) if options.demand.has_many(form) => export.crowd.push(&note),
            _ => export.notes.push(note),
        });
    } else {
        export.format = Some(Format::StructuredText);
        let notes = structured_text::notes(source, problems);
        export.forms.extend(forms(&notes));
        export.notes.extend(notes.into_iter().filter_map(|note| options.demand.cut(note)));
    }
}

fn read_config_map(source: &Source, options: &Options, export: &mut Export, problems: &mut Vec<Problem>) {
    let views = match config_map::json_texts(source, problems) {
        Ok(views) => views,
        Err(problem) => {
            problems.push(detect::template(source).unwrap_or(*problem));
            return;
        }
    };
    if views.is_empty() && !problems.iter().any(|problem| problem.code == "config-map-not-literal") {
        problems.push(
            Problem::error("config-map-without-setup", "this ConfigMap carries no one-touch setup JSON")
                .at(Span::at(source.id, 0), "looked through all its values")
                .help("expected is a block `name.json: |` whose text has `serverSetup` or `appConfiguration`"),
        );
        return;
    }
    for view in views {
        match json::parse(&view, problems) {
            Ok(mut root) => {
                mark_secrets(source, &root);
                export.format = Some(Format::ConfigMap);
                read_setup(source, &mut root, options, export, problems);
            }
            Err(problem) => problems.push(detect::template(source).unwrap_or(*problem)),
        }
    }
}

fn read_setup(source: &Source, root: &mut Node, options: &Options, export: &mut Export, problems: &mut Vec<Problem>) {
    if let Some(problem) = detect::template(source) {
        problems.push(problem);
        export.format = None;
        return;
    }
    placeholder::resolve(root, &options.variables, problems);
    let setup = one_touch::setup(source, root, problems);
    export.forms.extend(forms(&setup.notes));
    export.notes.extend(setup.notes);
    export.domain = export.domain.take().or(setup.domain);
    // Setup of a first server creates the directory, so there is nothing in it that the file does not show.
    export.whole_directory &= setup.first;
}

/// Marks the values under names that say that they are secret.
fn mark_secrets(source: &Source, node: &Node) {
    for member in node.members() {
        let span = member.node.span;
        if !is_secret_key(&member.key) {
            mark_secrets(source, &member.node);
        } else if member.node.text().is_some() {
            // The quotes stay, so that what people see is still a text.
            let written = source.slice(span);
            let quotes =
                ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| written.starts_with(quotes)).map_or(0, str::len)
                    as u64;
            source.mark_secret(Span { start: span.start + quotes, end: span.end.saturating_sub(quotes), ..span });
        } else if matches!(member.node.content, Content::List(_) | Content::Table(_)) {
            source.mark_secret(span);
        }
    }
    for element in node.elements() {
        mark_secrets(source, element);
    }
}
