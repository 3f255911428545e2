//! A finding or a problem with concrete places: the one place where symbolic locations become spans.

use super::excerpt::is_beside;
use crate::directory::Environment;
use crate::effective::Role;
use crate::rules::Finding;
use crate::source::{FileId, Problem, Severity, Sources, Span};

/// Something to show.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The rule or the code of the problem.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// The places; the first is the main one.
    pub marks: Vec<Mark>,
    /// What else to say, as pairs of a key and a text.
    pub footer: Vec<(&'static str, String)>,
    /// The file, for a problem without a place.
    pub path: Option<String>,
}

/// A labelled place.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The bytes to underline.
    pub span: Span,
    /// What to write under them.
    pub text: String,
    /// The text is no more than a field's name: worth showing on lines that are shown anyway.
    pub name_only: bool,
}

impl Diagnostic {
    /// A problem.
    #[must_use]
    pub fn from_problem(problem: &Problem) -> Self {
        Self {
            severity: problem.severity,
            code: problem.code.to_owned(),
            message: problem.message.clone(),
            marks: problem
                .labels
                .iter()
                .map(|(span, text)| Mark { span: *span, text: text.clone(), name_only: false })
                .collect(),
            footer: problem.help.iter().map(|help| ("help", help.clone())).collect(),
            path: problem.path.as_ref().map(ToString::to_string),
        }
    }

    /// The marks to draw by their files, the main one's first: none that says no more than a field's name and would need
    /// lines of its own.
    #[must_use]
    pub fn by_file(&self, sources: &Sources) -> Vec<(FileId, Vec<&Mark>)> {
        let telling: Vec<Span> = self.marks.iter().filter(|mark| !mark.name_only).map(|mark| mark.span).collect();
        let drawn = |mark: &&Mark| {
            let others: Vec<Span> = telling.iter().copied().filter(|span| span.file == mark.span.file).collect();
            let beside = || sources.get(mark.span.file).is_some_and(|source| is_beside(source, mark.span, &others));
            !mark.name_only || telling.is_empty() || beside()
        };
        let mut files: Vec<(FileId, Vec<&Mark>)> = Vec::new();
        for mark in self.marks.iter().filter(drawn) {
            match files.iter_mut().find(|(file, _)| *file == mark.span.file) {
                Some((_, marks)) => marks.push(mark),
                None => files.push((mark.span.file, vec![mark])),
            }
        }
        files
    }

    /// A finding.
    #[must_use]
    pub fn from_finding(finding: &Finding, environment: &Environment) -> Self {
        let mut marks: Vec<Mark> = Vec::new();
        for label in finding.primary.iter().chain(&finding.related) {
            let Some(place) = environment.place(&label.at) else { continue };
            match marks.iter_mut().find(|mark| mark.span == place.span) {
                // Several unset fields share the place of their document.
                Some(mark) if mark.text.is_empty() => mark.text.clone_from(&label.text),
                Some(_) => {}
                None => {
                    marks.push(Mark { span: place.span, text: label.text.clone(), name_only: label.name_only });
                }
            }
        }
        let mut footer = Vec::new();
        footer.push(("help", finding.help.clone()));
        if let Some(expected) = &finding.expected {
            footer.push(("expected", expected.clone()));
        }
        footer.push(("where", finding.fix.clone()));
        if let Some(consequence) = &finding.consequence {
            footer.push(("effect", consequence.clone()));
        }
        if let Some(witness) = &finding.witness {
            let name = witness.ptr.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
            footer.push((
                "witness",
                format!("{}{name} may send from <{}> to <{}>", witness.from, witness.mail_from, witness.rcpt),
            ));
        }
        footer.extend(finding.notes.iter().map(|note| ("note", note.clone())));
        let hidden = finding
            .provenance
            .iter()
            .filter(|step| step.role == Role::Hidden && step.at.is_none() && !step.text.is_empty());
        footer.extend(hidden.map(|step| ("hidden", step.text.to_string())));
        Self {
            severity: finding.severity,
            code: finding.rule.to_string(),
            message: finding.message.clone(),
            marks,
            footer,
            path: None,
        }
    }
}
