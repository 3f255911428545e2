//! Diagnostics for people. The only module that names miette: it gets a small excerpt of clean text, never a file.

use std::fmt;

use miette::{
    Diagnostic as Shown, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};

use super::diagnostic::Diagnostic;
use super::excerpt::{self, Excerpt, Piece, Placed};
use super::sanitize::one_line;
use crate::source::{Severity, Sources};

/// Longer messages are cut: a value in them may be of any length.
pub(super) const MESSAGE_LIMIT: usize = 1000;
pub(super) const LABEL_LIMIT: usize = 200;

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Box-drawing characters.
    Unicode,
    /// Nothing outside ASCII.
    Ascii,
}

/// How to print for people.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Characters to draw with.
    pub theme: Theme,
    /// Whether to use colours.
    pub color: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Style {
    pub(super) fn ascii(self) -> bool {
        self.theme == Theme::Ascii
    }

    fn handler(self) -> GraphicalReportHandler {
        let theme = match (self.theme, self.color) {
            (Theme::Unicode, true) => GraphicalTheme::unicode(),
            (Theme::Unicode, false) => GraphicalTheme::unicode_nocolor(),
            (Theme::Ascii, color) => {
                let mut theme = GraphicalTheme::ascii();
                if !color {
                    theme.styles = GraphicalTheme::unicode_nocolor().styles;
                }
                theme
            }
        };
        GraphicalReportHandler::new_themed(theme)
            .with_width(self.width)
            .with_links(false)
            .with_context_lines(1)
            .with_word_separator(textwrap::WordSeparator::AsciiSpace)
            .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
    }

    /// Paints a word in the colour of a severity.
    #[must_use]
    pub fn paint(self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Error => "31;1",
            Severity::Warning => "33;1",
            Severity::Info => "36;1",
        };
        self.escape(code, text)
    }

    /// Makes a word bold.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.escape("1", text)
    }

    /// Makes a word faint.
    #[must_use]
    pub fn faint(self, text: &str) -> String {
        self.escape("2", text)
    }

    fn escape(self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A diagnostic as text.
#[must_use]
pub fn diagnostic_text(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let parts = parts(diagnostic, sources, style);
    let mut text = String::new();
    // A renderer that panics must not take the other findings with it.
    let drawn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut drawn = String::new();
        style.handler().render_report(&mut drawn, &parts).map(|()| drawn)
    }));
    match drawn {
        Ok(Ok(drawn)) => text.push_str(drawn.trim_start_matches('\n')),
        _ => {
            text.push_str(&format!("{}[{}]: {}\n", diagnostic.severity, diagnostic.code, parts.message));
        }
    }
    text
}

/// One diagnostic with the excerpts of its files.
struct Part {
    code: Option<String>,
    severity: miette::Severity,
    message: String,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    source: Option<Window>,
}

fn parts(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> Part {
    let severity = match diagnostic.severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
        Severity::Info => miette::Severity::Advice,
    };
    let mut excerpts = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    for (file, marks) in diagnostic.by_file(sources) {
        let Some(source) = sources.get(file) else { continue };
        let spans: Vec<_> = marks.iter().map(|mark| mark.span).collect();
        excerpts.push(excerpt::cut(source, &spans, style.ascii()));
        texts.extend(marks.iter().map(|mark| mark.text.as_str()));
    }
    let source = (!excerpts.is_empty()).then(|| Window::new(excerpts));
    let labels = source.iter().flat_map(|window| {
        texts.iter().enumerate().map(|(index, text)| {
            let text = (!text.is_empty()).then(|| one_line(text, style.ascii(), LABEL_LIMIT));
            let span = window.span(index);
            if index == 0 {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        })
    });
    let labels = labels.collect();
    let in_file =
        diagnostic.path.as_ref().filter(|path| source.is_none() && !diagnostic.message.contains(path.as_str()));
    let message = match in_file {
        Some(path) => format!("{path}: {}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let footer: Vec<String> = diagnostic
        .footer
        .iter()
        .map(|(key, text)| {
            let text = one_line(text, style.ascii(), MESSAGE_LIMIT);
            if *key == "help" { text } else { format!("{key}: {text}") }
        })
        .collect();
    Part {
        code: Some(format!("{}[{}]", diagnostic.severity, diagnostic.code)),
        severity,
        message: one_line(&message, style.ascii(), MESSAGE_LIMIT),
        help: (!footer.is_empty()).then(|| footer.join("\n")),
        labels,
        source,
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Part {}

impl Shown for Part {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }
}

/// Excerpts as miette's source: their pieces lie far apart in one range of offsets, so that each is drawn by itself.
struct Window {
    /// The pieces with the paths of their files.
    pieces: Vec<(String, Piece)>,
    /// The labels, with the indices of their pieces.
    labels: Vec<Placed>,
    starts: Vec<usize>,
}

impl Window {
    fn new(excerpts: Vec<Excerpt>) -> Self {
        let (mut pieces, mut labels) = (Vec::new(), Vec::new());
        for excerpt in excerpts {
            let before = pieces.len();
            labels.extend(excerpt.labels.into_iter().map(|label| Placed { piece: before + label.piece, ..label }));
            pieces.extend(excerpt.pieces.into_iter().map(|piece| (excerpt.path.clone(), piece)));
        }
        // The piece with the main label comes first, so that the heading names its line.
        let main = labels.first().map_or(0, |label| label.piece);
        let order = std::iter::once(main).chain((0..pieces.len()).filter(|piece| *piece != main));
        let mut starts = vec![0; pieces.len()];
        let mut start = 0;
        for piece in order {
            if let (Some(slot), Some((_, piece))) = (starts.get_mut(piece), pieces.get(piece)) {
                *slot = start;
                start += piece.text.len() + 2;
            }
        }
        Self { pieces, labels, starts }
    }

    /// The range of a label in the window's offsets.
    fn span(&self, label: usize) -> SourceSpan {
        let Some(placed) = self.labels.get(label) else { return SourceSpan::from((0, 0)) };
        let start = self.starts.get(placed.piece).copied().unwrap_or(0);
        SourceSpan::from((start + placed.start, placed.end - placed.start))
    }
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inside = |start: &usize| *start <= span.offset();
        let index = (0..self.starts.len())
            .filter(|index| self.starts.get(*index).is_some_and(inside))
            .max_by_key(|index| self.starts.get(*index))
            .unwrap_or(0);
        let ((path, piece), start) =
            self.pieces.get(index).zip(self.starts.get(index)).ok_or(MietteError::OutOfBounds)?;
        if span.offset() + span.len() > start + piece.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let name = path.clone();
        if before == 0 && after == 0 {
            // miette asks so for the heading: there the real line and column count.
            let at = self.labels.iter().find(|label| label.piece == index && start + label.start == span.offset());
            let (line, column) = at.map_or((piece.first_line, 1), |label| (label.line, label.column));
            let from = span.offset() - start;
            let data = piece.text.as_bytes().get(from..from + span.len()).unwrap_or(&[]);
            return Ok(Box::new(MietteSpanContents::new_named(
                name,
                data,
                *span,
                zero_based(line),
                zero_based(column),
                1,
            )));
        }
        let lines = piece.text.lines().count().max(1);
        let whole = SourceSpan::from((*start, piece.text.len()));
        Ok(Box::new(MietteSpanContents::new_named(
            name,
            piece.text.as_bytes(),
            whole,
            zero_based(piece.first_line),
            0,
            lines,
        )))
    }
}

fn zero_based(number: u64) -> usize {
    usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX)
}
