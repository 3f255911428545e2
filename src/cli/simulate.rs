//! `simulate`: one dialogue with a server.

use std::io::{self, Write};
use std::sync::Arc;

use clap::ValueEnum;

use super::args::{Assume, Expect, Format, Observed, Simulate};
use super::checked::has_errors;
use super::exposure::{chosen, show_problems};
use super::input::{self, Loaded};
use super::request::Request;
use super::{Exit, Terminal, cases, refuse, usage};
use crate::directory::Kind;
use crate::effective::Exposed;
use crate::report::dialogue::{self, Dialogue};
use crate::report::probes::{Probe, Probes, READING};
use crate::smtp::{
    AddressSet, Binding, MailAddress, Outcome, Peer, Policy, Ptr, Session, Setting, Verdict, is_host_name, trace,
};

pub(super) fn simulate(options: &Simulate, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let request = match Request::new(options.paths.clone(), &options.input) {
        Ok(request) => request,
        Err(refused) => return refuse(&refused, terminal),
    };
    let asked = match Asked::new(options) {
        Ok(asked) => asked,
        Err(message) => return usage(&message),
    };
    let loaded = input::load(&request, true);
    if options.format == Format::Human {
        show_problems(&loaded, terminal)?;
    }
    if !options.cases.is_empty() {
        return cases::run(options, &loaded, terminal, out);
    }
    let Some(asked) = asked else { return usage("nothing to simulate") };
    let exposed = match only(&loaded, options.server.as_deref()) {
        Ok(exposed) => exposed,
        Err(Nobody::NoServer) => {
            writeln!(io::stderr(), "maillint: the input holds no Server document")?;
            return Ok(Exit::Input);
        }
        Err(Nobody::Usage(message)) => return usage(&message),
    };
    let held = hold(&loaded, &exposed, &asked);
    let dialogue = Dialogue {
        server: &exposed.resolved().policy.server,
        session: &held.session,
        verdict: &held.verdict,
        resolved: exposed.resolved(),
        environment: loaded.model.environment(),
        sources: &loaded.sources,
        remarks: held.remarks,
        probes: options.observed.map(|observed| probes(observed, &loaded, &exposed, &held.session, &held.verdict)),
    };
    match options.format {
        Format::Human => dialogue::human(out, &dialogue, terminal.style())?,
        Format::Json => crate::report::write_json(out, &dialogue::json(&dialogue))?,
    }
    if has_errors(&loaded.problems) {
        return Ok(Exit::Input);
    }
    if let Some(expected) = options.expect.filter(|expected| word(*expected) != held.verdict.outcome) {
        let expected = word(expected).word();
        writeln!(io::stderr(), "maillint: expected `{expected}`, got `{}`", held.verdict.outcome.word())?;
        return Ok(Exit::Findings);
    }
    Ok(Exit::Clean)
}

fn word(expected: Expect) -> Outcome {
    match expected {
        Expect::Accepted => Outcome::Accepted,
        Expect::Rejected => Outcome::Rejected,
        Expect::Refused => Outcome::Refused,
        Expect::Unknown => Outcome::Unknown,
    }
}

/// Why there is no server to call.
pub(super) enum Nobody {
    /// The input has none.
    NoServer,
    /// The command line names none, or one that is not there.
    Usage(String),
}

/// The server that is meant.
///
/// # Errors
/// There is none, or there are several.
pub(super) fn only(loaded: &Loaded, wanted: Option<&str>) -> Result<Arc<Exposed>, Nobody> {
    let servers = chosen(loaded, wanted).map_err(Nobody::Usage)?;
    match servers.as_slice() {
        [] => Err(Nobody::NoServer),
        [only] => Ok(Arc::clone(only)),
        several if wanted.is_some() => {
            let count = several.len();
            Err(Nobody::Usage(format!("there are {count} servers of that name, in several directories")))
        }
        several => {
            let environment = loaded.model.environment();
            let names = several.iter().take(10).filter_map(|exposed| environment.document(exposed.id()));
            let names: Vec<&str> = names.map(|server| &*server.name).collect();
            let more = if several.len() > names.len() { ", …" } else { "" };
            Err(Nobody::Usage(format!(
                "there are several servers; choose one with --server: {}{more}",
                names.join(", ")
            )))
        }
    }
}

/// A dialogue as it was asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The dialogue; the peer is as the caller sees it.
    pub(super) session: Session,
}

impl Asked {
    /// Reads the command line; nothing if it names no dialogue.
    ///
    /// # Errors
    /// What is wrong with it.
    fn new(options: &Simulate) -> Result<Option<Self>, String> {
        let (Some(from), Some(sender), Some(recipient)) = (options.from, &options.mail_from, &options.rcpt) else {
            return Ok(None);
        };
        let address = |option: &str, text: &str| {
            MailAddress::parse(text).map_err(|why| format!("`--{option}` is no address: {why}"))
        };
        let mut asked = Self {
            session: Session {
                peer: Peer { address: from.to_canonical(), ptr: ptr(options.ptr.as_deref())? },
                port: options.port,
                to: options.to,
                helo: options.helo.as_deref().map(Arc::from),
                user: options.auth.as_deref().map(Arc::from),
                tls: options.tls,
                sender: address("mail-from", sender)?,
                recipient: address("rcpt", recipient)?,
                size_kb: options.size,
                errors: options.errors,
                in_dns_whitelist: None,
                in_dns_blacklist: None,
                sender_in_dns: None,
                sender_is_own: false,
                recipient_elsewhere: false,
            },
        };
        for assume in &options.assume {
            asked.assume(*assume);
        }
        Ok(Some(asked))
    }

    /// Takes something for granted.
    pub(super) fn assume(&mut self, assume: Assume) {
        let session = &mut self.session;
        match assume {
            Assume::SenderInDns => session.sender_in_dns = Some(true),
            Assume::SenderNotInDns => session.sender_in_dns = Some(false),
            Assume::Blacklisted => session.in_dns_blacklist = Some(true),
            Assume::NotBlacklisted => session.in_dns_blacklist = Some(false),
            Assume::Whitelisted => session.in_dns_whitelist = Some(true),
            Assume::NotWhitelisted => session.in_dns_whitelist = Some(false),
            Assume::SenderIsOwn => session.sender_is_own = true,
            Assume::RecipientElsewhere => session.recipient_elsewhere = true,
        }
    }
}

/// The assumption of that name.
///
/// # Errors
/// There is none of that name.
pub(super) fn assumption(word: &str) -> Result<Assume, String> {
    Assume::from_str(word, false)
}

/// What `--ptr` says.
///
/// # Errors
/// It is no host name.
pub(super) fn ptr(text: Option<&str>) -> Result<Ptr, String> {
    match text.map(|text| text.trim_end_matches('.')) {
        None => Ok(Ptr::Unknown),
        Some("none") => Ok(Ptr::None),
        Some(name) if is_host_name(name) => Ok(Ptr::Name(Arc::from(name.to_lowercase()))),
        Some(name) => Err(format!("`{name}` is no host name; write one, or `none` for an address without a name")),
    }
}

/// A dialogue that was held.
pub(super) struct Held {
    /// As the server sees it.
    pub(super) session: Session,
    /// What came of it.
    pub(super) verdict: Verdict,
    /// What the facts changed.
    pub(super) remarks: Vec<String>,
}

/// Holds a dialogue, as the server sees it after source NAT (facts.internet_connections_appear_as).
pub(super) fn hold(loaded: &Loaded, exposed: &Exposed, asked: &Asked) -> Held {
    let resolved = exposed.resolved();
    let policy = &resolved.policy;
    let mut session = asked.session.clone();
    let mut remarks = Vec::new();
    let known = |session: &mut Session| {
        if session.peer.ptr == Ptr::Unknown {
            session.peer.ptr = resolved.ptr(session.peer.address);
        }
    };
    let from = session.peer.address;
    let internet = !AddressSet::not_on_the_internet().contains(from);
    let seen = &policy.internet_appears_as;
    if internet && !seen.is_empty() && !seen.iter().any(|peer| peer.address == from) {
        let names: Vec<String> = seen.iter().map(|peer| peer.address.to_string()).collect();
        remarks.push(format!(
            "the facts say that every connection from the Internet appears to come from {}; the server sees that address in place of {from}",
            names.join(" or ")
        ));
        let mut held: Vec<(Session, Verdict)> = seen
            .iter()
            .map(|peer| {
                let session = Session { peer: peer.clone(), ..session.clone() };
                let verdict = trace(policy, &session);
                (session, verdict)
            })
            .collect();
        let differ =
            held.iter().any(|(_, verdict)| held.first().is_some_and(|(_, first)| first.outcome != verdict.outcome));
        if !held.is_empty() {
            let (session, mut verdict) = held.swap_remove(0);
            if differ {
                remarks.push(format!("the steps are those for {}", session.peer.address));
                verdict.outcome = Outcome::Unknown;
                verdict.accepted = None;
                verdict.reply = None;
                verdict.decided_by = Vec::new();
                verdict.grant = None;
                verdict.confidence = crate::smtp::Confidence::Uncertain;
                verdict.why = Some("the answer depends on which of these addresses the server sees".to_owned());
            }
            return Held { session, verdict, remarks };
        }
    }
    known(&mut session);
    let gateways = loaded.model.facts().object().and_then(|facts| facts.get("gateways"));
    let gateways = gateways.as_ref().and_then(crate::effective::Fact::list).map_or(&[][..], |list| &list.items);
    let named = gateways.iter().filter_map(|gateway| gateway.object()?.get("address")?.text().cloned());
    let named: Vec<String> = named.map(|name| name.to_string()).collect();
    if internet && !named.is_empty() && !named.iter().any(|name| *name == from.to_string()) {
        remarks.push(format!(
            "the facts name a mail gateway in front ({}): mail that comes through it is seen from its address; this dialogue is one with the server itself",
            named.join(", ")
        ));
    }
    let verdict = trace(policy, &session);
    Held { session, verdict, remarks }
}

fn probes(observed: Observed, loaded: &Loaded, exposed: &Exposed, called: &Session, verdict: &Verdict) -> Probes {
    let Observed::Refused = observed;
    let policy = &exposed.resolved().policy;
    let environment = loaded.model.environment();
    let server = environment.document(exposed.id());
    let port = i64::from(called.port);
    let tls = policy.tls.number.known() == Some(&port) && policy.tcp.number.known() != Some(&port);
    let refused = verdict.outcome == Outcome::Refused;
    let inside = server.and_then(|server| {
        let mut addresses = server.texts("addresses").filter(|address| !address.trim().is_empty());
        addresses.next().or_else(|| server.text("hostname")).map(|address| address.trim_matches(['[', ']']).to_owned())
    });
    let inside = inside.unwrap_or_else(|| "ADDRESS-OF-THE-SERVER".to_owned());
    let outside = public_address(loaded, exposed)
        .or_else(|| server.and_then(|server| server.text("hostname")).map(ToString::to_string))
        .unwrap_or_else(|| "PUBLIC-ADDRESS".to_owned());
    let probe = |from, host: &str| Probe {
        from,
        command: if tls {
            format!("openssl s_client -crlf -connect {host}:{port}")
        } else {
            format!("telnet {host} {port}")
        },
        netcat: format!("nc -v {host} {port}"),
    };
    let recipient = exposed.known_recipient().unwrap_or_else(|| {
        let domain = policy.local_domains.items().iter().map(|item| &*item.text).find(|text| is_host_name(text));
        domain.map_or_else(|| "RECIPIENT@YOUR-DOMAIN".to_owned(), |domain| format!("postmaster@{domain}"))
    });
    Probes {
        observed: "refused",
        explained_by: refused
            .then(|| verdict.steps.iter().find(|step| step.effect == crate::smtp::Effect::Refuse))
            .flatten()
            .map(|step| step.text.clone()),
        conclusion: conclusion(verdict),
        ruled_out: if refused { Vec::new() } else { ruled_out(policy, port) },
        look_at: look_at(policy, loaded, exposed, port),
        probes: vec![
            probe("on the server itself", "127.0.0.1"),
            probe("from a machine in the same subnet", &inside),
            probe("from outside", &outside),
        ],
        lines: vec![
            "EHLO test.example".to_owned(),
            "MAIL FROM:<postmaster@test.example>".to_owned(),
            format!("RCPT TO:<{recipient}>"),
            "QUIT".to_owned(),
        ],
        reading: READING.to_vec(),
    }
}

/// What the settings say of a refused connection that none of them explains for certain.
fn conclusion(verdict: &Verdict) -> String {
    use crate::smtp::{Effect, Stage};
    let open = verdict.steps.iter().find(|step| step.stage == Stage::Connect && step.effect == Effect::MayRefuse);
    match open {
        Some(step) => format!("not settled: {}. If that refuses nothing, no documented setting of Domino does", step.text),
        None => "not explained: the listener is on, its port enabled, and no documented setting of Domino refuses a TCP connection to an address on which it listens; every control answers with an SMTP reply instead".to_owned(),
    }
}

fn public_address(loaded: &Loaded, exposed: &Exposed) -> Option<String> {
    let facts = loaded.model.facts();
    let servers = facts.object()?.get("servers")?;
    let own = loaded.model.environment().document(exposed.id())?;
    servers.list()?.items.iter().find_map(|record| {
        let record = record.object()?;
        let name = record.get("name")?;
        let same = name.text().is_some_and(|name| crate::directory::same_name(name, &own.name));
        if !same {
            return None;
        }
        record.get("public_addresses")?.list()?.items.first()?.text().map(ToString::to_string)
    })
}

/// What a refused connection cannot come from, each with the value that was found.
fn ruled_out(policy: &Policy, port: i64) -> Vec<String> {
    let mut lines = Vec::new();
    if policy.listener.known() == Some(&true) {
        lines.push("\"SMTP listener task\" is on".to_owned());
    }
    if policy.tcp.enabled.known() == Some(&true) && policy.tcp.number.known().is_some() {
        lines.push(format!("the TCP/IP port of Mail (SMTP Inbound) is {port} and enabled"));
    }
    lines.push(match policy.internet_sites.known() {
        Some(false) => "Internet Sites are off: no SMTP Inbound site is needed, and none is read".to_owned(),
        _ => "an SMTP Inbound site that is missing gives the reply \"This site is not enabled on the server.\", not a refused connection".to_owned(),
    });
    lines.push(
        "connection controls, blacklists, relay controls, sender and recipient controls: all of them answer with an SMTP reply after the connection stands"
            .to_owned(),
    );
    lines.push("Global Domain documents and recipients: they are looked at behind RCPT TO".to_owned());
    lines
}

fn look_at(policy: &Policy, loaded: &Loaded, exposed: &Exposed, port: i64) -> Vec<String> {
    let mut lines = Vec::new();
    match &policy.binding {
        Setting { value: Ok(Binding::Any), .. } => {}
        Setting { value: Ok(Binding::Addresses(addresses)), .. } => {
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            lines.push(format!("binding: notes.ini binds the listener to {} only; is that the address that is called?", addresses.join(" and ")));
        }
        Setting { value: Err(_), .. } => lines.push(
            "binding: which Notes port the listener uses (SMTPNotesPort, else the first of Ports) and the address of that port (<Port>_TcpIpAddress) stand in notes.ini, which does not settle it here".to_owned(),
        ),
    }
    let owner = port_owner(loaded, exposed);
    lines.push(match owner {
        Some(owner) => format!("another process: the facts say that `{owner}` owns port 25 of the machine"),
        None => {
            format!("another process that holds port {port}, such as sendmail or Postfix on UNIX; only one gets it")
        }
    });
    lines.push(
        "the firewall of the machine itself: a rule that rejects answers like a port on which nothing listens"
            .to_owned(),
    );
    lines.push("NAT or port forwarding: to which inside address and port does the public one lead, and does Domino listen there?".to_owned());
    lines.push("the address that was dialled: does the name, or the MX record, lead to this server?".to_owned());
    lines
}

fn port_owner(loaded: &Loaded, exposed: &Exposed) -> Option<String> {
    let facts = loaded.model.environment().of_kind(Kind::Facts).next()?;
    let own = loaded.model.environment().document(exposed.id())?;
    let crate::directory::FieldContent::Records(records) = &facts.fields.get("servers")?.content else { return None };
    let record = records
        .iter()
        .find(|record| record.text("name").is_some_and(|name| crate::directory::same_name(name, &own.name)))?;
    record.text("port_25_owner").map(ToString::to_string)
}
