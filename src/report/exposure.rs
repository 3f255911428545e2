//! Who can do what with each server, in words and for people.

use std::io::{self, Write};

use super::human::Style;
use super::sanitize::one_line;
use super::table;
use crate::directory::{Environment, Location};
use crate::effective::Exposed;
use crate::smtp::{Access, Confidence, Grant, Outcome, Ptr, RelayRow, Session, Source, Stage, Witness};
use crate::source::{Severity, Sources};

const LIMIT: usize = 600;

/// What a server exposes, with the way back to the input.
#[derive(Debug)]
pub struct Shown<'s> {
    /// The server.
    pub exposed: &'s Exposed,
    /// The documents.
    pub environment: &'s Environment,
    /// The files.
    pub sources: &'s Sources,
}

impl Shown<'_> {
    pub(super) fn places(&self, by: &[Source]) -> Vec<Location> {
        let resolved = self.exposed.resolved();
        let mut places = Vec::new();
        for source in by {
            if let Some(at) = resolved.provenance(*source).place()
                && !places.contains(at)
            {
                places.push(at.clone());
            }
        }
        places
    }

    /// `"Label" (file:line)`, or of an element its value.
    pub(super) fn named(&self, at: &Location) -> String {
        // What stands in brackets behind a label explains it to those who fill it in.
        let label = self.environment.label(at).unwrap_or("the document");
        let label = label.split(" (*").next().unwrap_or(label);
        let Some(place) = self.environment.place(at) else { return format!("\"{label}\"") };
        let Some(source) = self.sources.get(place.span.file) else { return format!("\"{label}\"") };
        let line = source.position(place.span.start).line;
        let value = at.element.map(|_| source.around(place.span)).and_then(|piece| {
            let start = usize::try_from(place.span.start.saturating_sub(piece.base)).ok()?;
            let end = usize::try_from(place.span.end.saturating_sub(piece.base)).ok()?;
            Some(piece.text.get(start..end)?.trim_matches(['"', '\'']).to_owned())
        });
        let file = source.path.rsplit('/').next().unwrap_or(&source.path);
        match value {
            Some(value) => format!("`{value}` under \"{label}\" ({file}:{line})"),
            None => format!("\"{label}\" ({file}:{line})"),
        }
    }

    fn because(&self, by: &[Source], places: usize) -> String {
        const SHOWN: usize = 3;
        let named: Vec<String> = self.places(by).iter().take(SHOWN).map(|at| self.named(at)).collect();
        let more = places.saturating_sub(named.len());
        let more = if more == 0 || named.is_empty() { String::new() } else { format!(" and {more} more") };
        format!("{}{more}", named.join(", "))
    }
}

/// Who the hosts of a relay right are.
fn who(row: &RelayRow) -> String {
    let who = match (row.grant, row.authenticated) {
        (Some(Grant::Authenticated), _) => "users who authenticate",
        (Some(Grant::EnforcementNone | Grant::AllowedDestination), _) => "every host",
        (Some(Grant::InternalName), _) => "hosts whose reverse DNS name is in a local domain",
        (Some(Grant::ExemptHost), _) => "hosts that are exempt",
        (Some(Grant::AllowedHost), _) => "hosts that are allowed",
        (Some(Grant::NothingDenies), _) => "hosts that nothing denies",
        (None, _) => {
            let with = if row.authenticated { " with a password" } else { "" };
            return format!("perhaps hosts such as {}{with}", row.example.peer.address);
        }
    };
    let with = if row.authenticated && row.grant != Some(Grant::Authenticated) { ", with a password too" } else { "" };
    let sure = sureness(row.confidence);
    format!("{who}{with}{sure}")
}

/// A word behind a statement that is not sure.
fn sureness(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Sure => "",
        Confidence::Likely => " (likely)",
        Confidence::Uncertain => " (uncertain)",
    }
}

fn to(row: &RelayRow) -> String {
    let listed = row.destinations.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match (row.everywhere, row.destinations.is_empty()) {
        (true, _) => match row.grant {
            Some(Grant::NothingDenies | Grant::AllowedDestination) | None => {
                "any domain that no entry denies".to_owned()
            }
            Some(_) => "any domain".to_owned(),
        },
        (false, false) => format!("domains such as {listed}"),
        (false, true) => "listed domains".to_owned(),
    }
}

/// One sentence about the relay.
fn verdict(exposed: &Exposed) -> (Severity, String) {
    let exposure = exposed.exposure();
    match exposure.open_relay {
        Some(true) => {
            let sure = exposure.witness.as_ref().map_or("", |witness| sureness(witness.confidence));
            (Severity::Error, format!("open relay: YES. Any host can send to anybody through this server{sure}"))
        }
        None => {
            let why = exposure.why.as_deref().unwrap_or("the input does not say");
            (Severity::Warning, format!("open relay: not known. {why}"))
        }
        Some(false) if exposure.controls_open == Some(true) => (
            Severity::Warning,
            "open relay: no, but only because strangers cannot send at all; the relay controls would let anybody relay"
                .to_owned(),
        ),
        Some(false) => {
            let by_name = |row: &RelayRow| row.grant == Some(Grant::InternalName) && !row.authenticated;
            if exposure.relay.iter().any(by_name) {
                let text = "open relay: no. But a host may relay if its name lies in a local domain, and whoever controls the reverse DNS of an address can give it such a name";
                return (Severity::Warning, text.to_owned());
            }
            let rest = match exposure.relay.as_slice() {
                [] => "nobody may relay",
                rows if rows.iter().all(|row| row.allowed.is_none()) => {
                    "whether some of the listed hosts may relay is not known"
                }
                _ => "who may relay is listed below; everybody else is refused",
            };
            (Severity::Info, format!("open relay: no. Every class of hosts and domains was tried: {rest}"))
        }
    }
}

/// What a server exposes, in words.
pub(super) struct Telling<'s> {
    /// The server.
    pub server: &'s str,
    /// Whether it is an open relay: how bad that is, and the sentence.
    pub verdict: (Severity, String),
    /// A dialogue that shows it, and the command that repeats it.
    pub witness: Option<(String, String)>,
    /// What the server takes hosts of the Internet for, if the facts say so.
    pub seen_as: Option<String>,
    /// Its local domains.
    pub domains: String,
    /// Who can send to them: hosts, how far they get, why.
    pub access: Vec<[String; 3]>,
    /// Who may relay: hosts, where to, why.
    pub relay: Vec<[String; 3]>,
}

/// Puts the exposure of a server into words.
pub(super) fn tell<'s>(shown: &Shown<'s>) -> Telling<'s> {
    let exposed = shown.exposed;
    let exposure = exposed.exposure();
    let policy = &exposed.resolved().policy;
    let seen = policy.internet_appears_as.iter().map(|peer| peer.address.to_string()).collect::<Vec<_>>();
    let domains: Vec<&str> = policy.local_domains.items().iter().map(|item| &*item.text).collect();
    let mut domains = if domains.is_empty() { "none known".to_owned() } else { domains.join(", ") };
    if let Some(why) = policy.local_domains.open() {
        domains.push_str(&format!(" ({why})"));
    }
    Telling {
        server: &policy.server,
        verdict: verdict(exposed),
        witness: exposed
            .witness()
            .map(|witness| (witness_text(shown, witness), command(&policy.server, &witness.session))),
        seen_as: (!seen.is_empty())
            .then(|| format!("the facts say that the server sees every host of the Internet as {}", seen.join(" or "))),
        domains,
        access: exposure.access.iter().map(|access| access_texts(shown, access).into()).collect(),
        relay: exposure
            .relay
            .iter()
            .map(|row| {
                let because = match (&row.why, row.allowed) {
                    (Some(why), None) => why.to_string(),
                    _ => shown.because(&row.by, row.places),
                };
                [who(row), to(row), because]
            })
            .collect(),
    }
}

/// Writes the exposure of servers for people.
///
/// # Errors
/// What the writer says.
pub fn human(out: &mut dyn Write, servers: &[Shown<'_>], style: Style) -> io::Result<()> {
    let ascii = style.ascii();
    let width = style.width.clamp(60, 140);
    let columns = [width * 3 / 10, width * 3 / 10, width * 3 / 10];
    let row = |cells: &[String; 3]| {
        let cells = cells.each_ref().map(|text| one_line(text, ascii, LIMIT));
        let cells: Vec<(&str, usize)> = cells.iter().map(String::as_str).zip(columns).collect();
        table::row(&cells, 4)
    };
    for shown in servers {
        let told = tell(shown);
        writeln!(out, "{}", style.bold(&one_line(told.server, ascii, LIMIT)))?;
        let (severity, text) = told.verdict;
        let text = fill(&one_line(&text, ascii, LIMIT), width, 2);
        writeln!(out, "{}", style.paint(severity, &text))?;
        if let Some((witness, command)) = told.witness {
            writeln!(out, "{}", fill(&one_line(&witness, ascii, LIMIT), width, 4))?;
            writeln!(out, "{}", fill(&one_line(&format!("repeat it: {command}"), ascii, LIMIT * 10), width, 4))?;
        }
        if let Some(seen) = told.seen_as {
            writeln!(out, "{}", fill(&one_line(&seen, ascii, LIMIT), width, 2))?;
        }
        writeln!(out, "\n  {}", style.bold("Local Internet domains"))?;
        writeln!(out, "{}", fill(&one_line(&told.domains, ascii, LIMIT), width, 4))?;
        writeln!(out, "\n  {}", style.bold("Who can send to them, as far as RCPT TO"))?;
        if told.access.is_empty() {
            writeln!(out, "    not known, since no local domain is")?;
        }
        for cells in &told.access {
            write!(out, "{}", row(cells))?;
        }
        writeln!(out, "\n  {}", style.bold("Who may relay"))?;
        if told.relay.is_empty() {
            writeln!(out, "    nobody")?;
        }
        for cells in &told.relay {
            write!(out, "{}", row(cells))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn fill(text: &str, width: usize, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let options = textwrap::Options::new(width)
        .initial_indent(&pad)
        .subsequent_indent(&pad)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}

fn witness_text(shown: &Shown<'_>, witness: &Witness) -> String {
    let session = &witness.session;
    let name = match &session.peer.ptr {
        Ptr::Name(name) => format!(" ({name})"),
        Ptr::None => " (no name in reverse DNS)".to_owned(),
        Ptr::Unknown => String::new(),
    };
    let because = shown.because(&witness.by, witness.by.len());
    format!(
        "witness: {}{name} sends from <{}> to <{}>; what lets it: {because}",
        session.peer.address, session.sender.text, session.recipient.text
    )
}

/// The command line that repeats a dialogue.
#[must_use]
pub fn command(server: &str, session: &Session) -> String {
    let mut words = format!("maillint simulate PATH --server {} --from {}", quoted(server), session.peer.address);
    match &session.peer.ptr {
        Ptr::Name(name) => words.push_str(&format!(" --ptr {}", quoted(name))),
        Ptr::None => words.push_str(" --ptr none"),
        Ptr::Unknown => {}
    }
    if session.port != 25 {
        words.push_str(&format!(" --port {}", session.port));
    }
    if session.tls {
        words.push_str(" --tls");
    }
    if let Some(user) = &session.user {
        words.push_str(&format!(" --auth {}", quoted(user)));
    }
    let sender = if session.sender.is_null() { "<>" } else { &session.sender.text };
    words.push_str(&format!(" --mail-from {} --rcpt {}", quoted(sender), quoted(&session.recipient.text)));
    for assumption in assumptions(session) {
        words.push_str(&format!(" --assume {assumption}"));
    }
    words
}

/// A word as a shell takes it literally: an export may hold anything.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | '@' | ':' | '/');
    if !word.is_empty() && !word.starts_with('-') && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// What a dialogue takes for granted that an export cannot tell.
pub(super) fn assumptions(session: &Session) -> Vec<&'static str> {
    let known = [
        (session.sender_in_dns == Some(true), "sender-in-dns"),
        (session.in_dns_blacklist == Some(false), "not-blacklisted"),
        (session.sender_is_own, "sender-is-own"),
        (session.recipient_elsewhere, "recipient-elsewhere"),
    ];
    known.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word).collect()
}

fn access_texts(shown: &Shown<'_>, access: &Access) -> (String, String, String) {
    let hosts = if access.anybody {
        "every host of the Internet that no entry names".to_owned()
    } else {
        let example = &access.example.peer;
        let name = match &example.ptr {
            Ptr::Name(name) => format!(" ({name})"),
            _ => String::new(),
        };
        format!("hosts such as {}{name}", example.address)
    };
    let end = match (access.outcome, access.stage) {
        (Outcome::Accepted, _) if access.example.port != 25 => {
            format!("get to RCPT TO on port {}", access.example.port)
        }
        (Outcome::Accepted, _) => "get to RCPT TO".to_owned(),
        (Outcome::Refused, _) => "get no connection".to_owned(),
        (Outcome::Rejected, Stage::Connect) => "are turned away at the connection".to_owned(),
        (Outcome::Rejected, _) => "are rejected at MAIL FROM".to_owned(),
        (Outcome::Unknown, _) => "not known".to_owned(),
    };
    let because = match &access.why {
        Some(why) if access.outcome == Outcome::Unknown => why.clone(),
        _ => shown.because(&access.by, access.by.len()),
    };
    (hosts, end, because)
}
