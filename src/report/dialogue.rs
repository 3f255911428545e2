//! One dialogue with a server, as an administrator knows it, and as JSON (`schemas/simulate.schema.json`).

use std::io::{self, Write};

use serde::Serialize;

use super::human::Style;
use super::json::{PlaceJson, place_json};
use super::probes::Probes;
use super::sanitize::one_line;
use super::underline::underline;
use crate::directory::{Environment, Location};
use crate::effective::Resolved;
use crate::smtp::{Effect, Outcome, Ptr, Session, Source, Stage, Step, Verdict};
use crate::source::{Severity, Sources};

const LIMIT: usize = 1000;

/// A dialogue with what came of it.
#[derive(Debug)]
pub struct Dialogue<'d> {
    /// The server's name.
    pub server: &'d str,
    /// What was said.
    pub session: &'d Session,
    /// What came of it.
    pub verdict: &'d Verdict,
    /// The way back to the places.
    pub resolved: &'d Resolved,
    /// The documents.
    pub environment: &'d Environment,
    /// The files.
    pub sources: &'d Sources,
    /// What else to know beforehand: as whom the server sees the host.
    pub remarks: Vec<String>,
    /// What to try when the other side reports something else.
    pub probes: Option<Probes>,
}

impl Dialogue<'_> {
    fn place(&self, source: Source) -> Option<Location> {
        self.resolved.provenance(source).place().cloned()
    }

    /// The field and document of a place, as an administrator knows them.
    fn named(&self, at: &Location) -> Option<String> {
        let document = self.environment.document(at.document)?;
        let of = format!("{} `{}`", document.kind.title(), document.name);
        Some(self.environment.label(at).map_or_else(|| format!("the {of}"), |label| format!("\"{label}\" in the {of}")))
    }

    /// One sentence: how it ends, and what would change it.
    #[must_use]
    pub fn sentence(&self) -> String {
        let verdict = self.verdict;
        let sure = match verdict.confidence {
            crate::smtp::Confidence::Sure => "",
            crate::smtp::Confidence::Likely => " (likely)",
            crate::smtp::Confidence::Uncertain => " (uncertain)",
        };
        let places: Vec<String> =
            verdict.decided_by.iter().filter_map(|source| self.place(*source)).filter_map(|at| self.named(&at)).fold(
                Vec::new(),
                |mut seen, name| {
                    if !seen.contains(&name) {
                        seen.push(name);
                    }
                    seen
                },
            );
        let places = places.join(" and ");
        let at = match verdict.stage {
            Stage::Connect => "when the host connects",
            Stage::Auth => "at AUTH",
            Stage::Mail => "at MAIL FROM",
            Stage::Rcpt => "at RCPT TO",
            Stage::Data => "after DATA",
        };
        let change = |what: &str| if places.is_empty() { String::new() } else { format!("; {what} {places}") };
        match verdict.outcome {
            Outcome::Accepted if verdict.grant == Some(crate::smtp::Grant::NothingDenies) => {
                let document = verdict.decided_by.iter().filter_map(|source| self.place(*source)).find_map(|at| {
                    let document = self.environment.document(at.document)?;
                    Some(format!(" in the {} `{}`", document.kind.title(), document.name))
                });
                let document = document.unwrap_or_default();
                format!(
                    "accepted as a relay{sure}: no entry of the four lists under Inbound Relay Controls{document} denies it; what would change it is `*` under both Deny fields"
                )
            }
            Outcome::Accepted if verdict.local == Some(false) => {
                format!("accepted as a relay{sure}{}", change("what lets it through is"))
            }
            Outcome::Accepted => format!(
                "accepted{sure}: the message is put into MAIL.BOX; what the Router does with it afterwards is another question"
            ),
            Outcome::Rejected if verdict.stage == Stage::Rcpt && verdict.local == Some(false) => format!(
                "rejected {at}{sure}{}; to let one host relay, name it under \"Exclude these connecting hosts from anti-relay checks\"",
                change("what decides is")
            ),
            // Only a missing site ends a dialogue here; switching the sites off would change the other protocols too.
            Outcome::Rejected if verdict.stage == Stage::Connect => format!(
                "rejected {at}{sure}; what would change it is an SMTP Inbound site for this server in which \"Anonymous\" is allowed{}",
                if places.is_empty() { String::new() } else { format!(", or else {places}") }
            ),
            Outcome::Rejected => format!("rejected {at}{sure}{}", change("what would change it is")),
            Outcome::Refused => format!("refused{sure}: there is no connection{}", change("what would change it is")),
            Outcome::Unknown => {
                let why = verdict.why.as_deref().unwrap_or("the input does not say");
                format!("unknown, open {at}: {why}{}", change("what would settle it is"))
            }
        }
    }
}

/// Writes the dialogue for people.
///
/// # Errors
/// What the writer says.
pub fn human(out: &mut dyn Write, dialogue: &Dialogue<'_>, style: Style) -> io::Result<()> {
    let ascii = style.ascii();
    let session = dialogue.session;
    let line = |text: &str| one_line(text, ascii, LIMIT);
    let name = match &session.peer.ptr {
        Ptr::Name(name) => format!("{name} in reverse DNS"),
        Ptr::None => "no name in reverse DNS".to_owned(),
        Ptr::Unknown => "its name in reverse DNS is not known".to_owned(),
    };
    let to = session.to.map_or_else(String::new, |to| format!(" at {to}"));
    let heading =
        format!("{}{to}, port {}, called by {} ({name})", dialogue.server, session.port, session.peer.address);
    writeln!(out, "{}", style.bold(&line(&heading)))?;
    for remark in &dialogue.remarks {
        writeln!(out, "{}", wrapped(&line(remark), style, 2))?;
    }
    let steps = |out: &mut dyn Write, stage: Stage| -> io::Result<()> {
        for step in dialogue.verdict.steps.iter().filter(|step| step.stage == stage) {
            write_step(out, dialogue, step, style)?;
        }
        Ok(())
    };
    writeln!(out)?;
    steps(out, Stage::Connect)?;
    let reached = |stage: Stage| reaches(dialogue.verdict, stage);
    if !reached(Stage::Auth) {
        return closing(out, dialogue, style);
    }
    writeln!(out, "S: 220")?;
    let helo = session.helo.as_deref().unwrap_or("…");
    writeln!(out, "C: EHLO {}", line(helo))?;
    if session.tls {
        writeln!(out, "C: {}", if session.port == 465 { "(TLS from the start)" } else { "STARTTLS" })?;
    }
    if let Some(user) = &session.user {
        writeln!(out, "C: AUTH as {}", line(user))?;
    }
    steps(out, Stage::Auth)?;
    if !reached(Stage::Mail) {
        return closing(out, dialogue, style);
    }
    writeln!(out, "C: MAIL FROM:<{}>", line(&session.sender.text))?;
    steps(out, Stage::Mail)?;
    if !reached(Stage::Rcpt) {
        return closing(out, dialogue, style);
    }
    writeln!(out, "S: 250 {}... Sender OK", line(&session.sender.text))?;
    writeln!(out, "C: RCPT TO:<{}>", line(&session.recipient.text))?;
    steps(out, Stage::Rcpt)?;
    if dialogue.verdict.outcome == Outcome::Accepted {
        writeln!(out, "S: 250 {}... Recipient OK", line(&session.recipient.text))?;
        writeln!(out, "C: DATA …")?;
        writeln!(out, "S: 250 Message accepted for delivery")?;
    }
    closing(out, dialogue, style)
}

/// Whether the dialogue gets to a part, as far as is known.
fn reaches(verdict: &Verdict, stage: Stage) -> bool {
    let ended = verdict.steps.iter().find(|step| matches!(step.effect, Effect::Reject | Effect::Refuse));
    ended.is_none_or(|step| step.stage >= stage)
}

fn write_step(out: &mut dyn Write, dialogue: &Dialogue<'_>, step: &Step, style: Style) -> io::Result<()> {
    let (mark, severity) = match step.effect {
        Effect::Pass => (if style.ascii() { "ok" } else { "✓" }, None),
        Effect::Note => (if style.ascii() { "--" } else { "·" }, None),
        Effect::Reject | Effect::Refuse => (if style.ascii() { "NO" } else { "✗" }, Some(Severity::Error)),
        Effect::MayReject | Effect::MayRefuse => ("?", Some(Severity::Warning)),
    };
    let mark = severity.map_or_else(|| mark.to_owned(), |severity| style.paint(severity, mark));
    let sure = match (step.effect, step.confidence) {
        (Effect::MayReject | Effect::MayRefuse | Effect::Note, _) | (_, crate::smtp::Confidence::Sure) => "",
        (_, crate::smtp::Confidence::Likely) => " (likely)",
        (_, crate::smtp::Confidence::Uncertain) => " (uncertain)",
    };
    let text = format!("{}{sure}", one_line(&step.text, style.ascii(), LIMIT));
    let body = wrapped(&text, style, 6);
    writeln!(out, "    {mark} {}", body.trim_start())?;
    let mut shown: Vec<Location> = Vec::new();
    for source in &step.by {
        if let Some(at) = dialogue.resolved.provenance(*source).place().cloned()
            && shown.len() < 2
            && !shown.contains(&at)
        {
            if let Some(lines) = underline(&at, dialogue.environment, dialogue.sources, style, 8) {
                write!(out, "{lines}")?;
            }
            shown.push(at);
        }
    }
    Ok(())
}

fn wrapped(text: &str, style: Style, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let options = textwrap::Options::new(style.width.clamp(60, 140))
        .initial_indent(&pad)
        .subsequent_indent(&pad)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}

fn closing(out: &mut dyn Write, dialogue: &Dialogue<'_>, style: Style) -> io::Result<()> {
    let verdict = dialogue.verdict;
    if verdict.outcome == Outcome::Rejected {
        match &verdict.reply {
            Some(reply) => writeln!(out, "S: {}", one_line(reply, style.ascii(), LIMIT))?,
            None => writeln!(out, "S: an error; no source shows the code and text of this reply")?,
        }
    }
    writeln!(out)?;
    let severity = match verdict.outcome {
        Outcome::Accepted => Severity::Info,
        Outcome::Rejected | Outcome::Refused => Severity::Error,
        Outcome::Unknown => Severity::Warning,
    };
    let sentence = one_line(&dialogue.sentence(), style.ascii(), LIMIT * 2);
    let (word, rest) = sentence.split_at(sentence.find([' ', ':', ',']).unwrap_or(sentence.len()));
    let text = wrapped(&format!("{word}{rest}"), style, 0);
    writeln!(out, "{}", text.replacen(word, &style.paint(severity, word), 1))?;
    if let (Some(why), Outcome::Rejected) = (&verdict.why, verdict.outcome) {
        writeln!(out, "{}", wrapped(&format!("note: {}", one_line(why, style.ascii(), LIMIT)), style, 0))?;
    }
    match &dialogue.probes {
        Some(probes) => probes.write(out, style)?,
        None if verdict.outcome != Outcome::Refused => {
            let hint =
                "If the other side reports a refused connection all the same, ask again with `--observed refused`.";
            writeln!(out, "{}", style.faint(&wrapped(hint, style, 0)))?;
        }
        None => {}
    }
    Ok(())
}

/// A dialogue as JSON.
#[derive(Debug, Serialize)]
pub struct DialogueJson<'d> {
    version: u32,
    server: &'d str,
    outcome: &'static str,
    stage: &'static str,
    relay: Option<bool>,
    local: Option<bool>,
    accepted: Option<bool>,
    grant: Option<&'static str>,
    confidence: &'static str,
    reply: Option<&'d str>,
    why: Option<&'d str>,
    sentence: String,
    seen_as: String,
    decided_by: Vec<Decision>,
    steps: Vec<StepJson<'d>>,
    remarks: &'d [String],
    probes: Option<&'d Probes>,
}

/// A place that decides, flat, as design.md has it.
#[derive(Debug, Serialize)]
struct Decision {
    document: Option<String>,
    field: Option<String>,
    item: Option<String>,
    path: Option<String>,
    start: Option<crate::source::Position>,
    end: Option<crate::source::Position>,
    text: String,
}

#[derive(Debug, Serialize)]
struct StepJson<'d> {
    stage: &'static str,
    effect: &'static str,
    text: &'d str,
    confidence: &'static str,
    by: Vec<Decision>,
}

/// The dialogue as JSON.
#[must_use]
pub fn json<'d>(dialogue: &'d Dialogue<'d>) -> DialogueJson<'d> {
    let verdict = dialogue.verdict;
    DialogueJson {
        version: 1,
        server: dialogue.server,
        outcome: verdict.outcome.word(),
        stage: verdict.stage.word(),
        relay: verdict.local.map(|local| !local),
        local: verdict.local,
        accepted: verdict.accepted,
        grant: verdict.grant.map(crate::smtp::Grant::word),
        confidence: verdict.confidence.word(),
        reply: verdict.reply.as_deref(),
        why: verdict.why.as_deref(),
        sentence: dialogue.sentence(),
        seen_as: dialogue.session.peer.address.to_string(),
        decided_by: decisions(dialogue, &verdict.decided_by),
        steps: verdict
            .steps
            .iter()
            .map(|step| StepJson {
                stage: step.stage.word(),
                effect: step.effect.word(),
                text: &step.text,
                confidence: step.confidence.word(),
                by: decisions(dialogue, &step.by),
            })
            .collect(),
        remarks: &dialogue.remarks,
        probes: dialogue.probes.as_ref(),
    }
}

fn decisions(dialogue: &Dialogue<'_>, by: &[Source]) -> Vec<Decision> {
    by.iter().map(|source| decision(dialogue.resolved, *source, dialogue.environment, dialogue.sources)).collect()
}

fn decision(resolved: &Resolved, source: Source, environment: &Environment, sources: &Sources) -> Decision {
    let provenance = resolved.provenance(source);
    let text = provenance.steps().first().map(|step| step.text.to_string()).unwrap_or_default();
    let place: Option<PlaceJson<'_>> = provenance.place().and_then(|at| place_json(at, "", environment, sources));
    match place {
        Some(place) => Decision {
            document: place.document,
            field: place.field.map(str::to_owned),
            item: place.item,
            path: Some(place.path.to_owned()),
            start: Some(place.start),
            end: Some(place.end),
            text,
        },
        None => Decision { document: None, field: None, item: None, path: None, start: None, end: None, text },
    }
}
