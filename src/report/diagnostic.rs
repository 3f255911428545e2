//! A finding or a problem with concrete places: the one place where symbolic locations become spans.

use crate::directory::Environment;
use crate::effective::Role;
use crate::rules::Finding;
use crate::source::{Problem, Severity, Span};

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
}

impl Diagnostic {
    /// A problem.
    #[must_use]
    pub fn from_problem(problem: &Problem) -> Self {
        Self {
            severity: problem.severity,
            code: problem.code.to_owned(),
            message: problem.message.clone(),
            marks: problem.labels.iter().map(|(span, text)| Mark { span: *span, text: text.clone() }).collect(),
            footer: problem.help.iter().map(|help| ("help", help.clone())).collect(),
            path: problem.path.as_ref().map(ToString::to_string),
        }
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
                None => marks.push(Mark { span: place.span, text: label.text.clone() }),
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
