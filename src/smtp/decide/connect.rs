//! Up to the greeting: listener, port, binding, Internet Site, connection controls, filters (semantics.md 1 to 3).

use std::sync::Arc;

use super::flow::{Flow, Judgement};
use super::relay;
use crate::smtp::answer::{Answer, Confidence, Setting, Truth, Why};
use crate::smtp::host_list::Ptr;
use crate::smtp::policy::{Action, Binding, Filter, Port};
use crate::smtp::verdict::{Effect, Stage};

/// What the server says when Internet Sites are on and none serves (HCL Domino 12.0.2 help, "Changing SMTP port settings").
const NO_SITE: &str = "This site is not enabled on the server.";

/// Which port the session is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PortKind {
    Tcp,
    Tls,
}

/// A setting as an answer.
pub(super) fn answer(setting: &Setting<bool>) -> Answer {
    match &setting.value {
        Ok(true) => Answer::yes(setting.source, setting.confidence),
        Ok(false) => Answer::no(setting.source, setting.confidence),
        Err(why) => Answer::unknown(setting.source, Arc::clone(why)),
    }
}

/// Whether there is a connection, and on which port.
pub(super) fn connect(flow: &mut Flow<'_>) -> PortKind {
    let policy = flow.policy;
    let listener = answer(&policy.listener);
    let found = match listener.truth {
        Truth::Yes => {
            Judgement::pass(listener.by, listener.confidence, flow.say(|| "the SMTP listener runs".to_owned()))
        }
        Truth::No => Judgement::refuse(
            listener.by,
            listener.confidence,
            flow.say(|| {
                "\"SMTP listener task\" is off: nothing listens for SMTP, and the connection is refused".to_owned()
            }),
        ),
        Truth::Unknown(why) => Judgement::may_refuse(listener.by, why),
    };
    flow.put(Stage::Connect, found);
    let port = listening(flow);
    bound(flow);
    site(flow);
    port
}

fn on_port(port: &Port, called: u16) -> Answer {
    let number = match &port.number.value {
        Ok(number) if *number == i64::from(called) => Answer::yes(port.number.source, port.number.confidence),
        Ok(_) => Answer::no(port.number.source, port.number.confidence),
        Err(why) => Answer::unknown(port.number.source, Arc::clone(why)),
    };
    number.and(answer(&port.enabled))
}

fn listening(flow: &mut Flow<'_>) -> PortKind {
    let (policy, called) = (flow.policy, flow.session.port);
    let (tcp, tls) = (on_port(&policy.tcp, called), on_port(&policy.tls, called));
    let number = |port: &Port| port.number.known().is_some_and(|number| *number == i64::from(called));
    let kind = if tcp.is_yes() {
        PortKind::Tcp
    } else if tls.is_yes() || (!number(&policy.tcp) && number(&policy.tls)) {
        PortKind::Tls
    } else {
        PortKind::Tcp
    };
    let both = tcp.or(tls);
    let found = match both.truth {
        Truth::Yes => {
            let what = if kind == PortKind::Tls { "TLS port" } else { "TCP/IP port" };
            Judgement::pass(
                both.by,
                both.confidence,
                flow.say(|| format!("port {called} is the enabled {what} of Mail (SMTP Inbound)")),
            )
        }
        Truth::No => Judgement::refuse(both.by, both.confidence, flow.say(|| no_port(policy, called))),
        Truth::Unknown(why) => Judgement::may_refuse(both.by, why),
    };
    flow.put(Stage::Connect, found);
    kind
}

fn no_port(policy: &crate::smtp::policy::Policy, called: u16) -> String {
    let state = |what: &str, port: &Port| {
        let number = port.number.known().map_or_else(|| "?".to_owned(), ToString::to_string);
        let status = match port.enabled.known() {
            Some(true) => "enabled",
            Some(false) => "disabled",
            None => "in a state that is not known",
        };
        format!("the {what} is {number}, {status}")
    };
    format!(
        "no enabled port has the number {called}: {}; {}. The connection is refused",
        state("TCP/IP port", &policy.tcp),
        state("TLS port", &policy.tls)
    )
}

fn bound(flow: &mut Flow<'_>) {
    let binding = &flow.policy.binding;
    let by = vec![binding.source];
    let found = match (&binding.value, flow.session.to) {
        (Ok(Binding::Any), _) => Judgement::pass(
            by,
            binding.confidence,
            flow.say(|| "the listener binds to all addresses of the machine".to_owned()),
        ),
        (Ok(Binding::Addresses(addresses)), Some(to)) if addresses.contains(&to) => {
            Judgement::pass(by, binding.confidence, flow.say(|| format!("the listener binds to {to}")))
        }
        (Ok(Binding::Addresses(addresses)), Some(to)) => Judgement::refuse(
            by,
            // Which address the listener takes is a report from the field.
            binding.confidence.min(Confidence::Likely),
            flow.say(|| format!("the listener binds to {}, not to {to}; the connection is refused", join(addresses))),
        ),
        (Ok(Binding::Addresses(addresses)), None)
            if addresses.iter().all(std::net::IpAddr::is_loopback) && !flow.session.peer.address.is_loopback() =>
        {
            Judgement::refuse(
                by,
                binding.confidence.min(Confidence::Likely),
                flow.say(|| {
                    format!(
                        "the listener binds to {} only, which no other machine can call; the connection is refused",
                        join(addresses)
                    )
                }),
            )
        }
        (Ok(Binding::Addresses(addresses)), None) => Judgement::note(
            by,
            binding.confidence,
            flow.say(|| {
                format!(
                    "the listener binds to {} only; that address is taken as the one that is called",
                    join(addresses)
                )
            }),
        ),
        (Err(why), Some(_)) => Judgement::may_refuse(by, Arc::clone(why)),
        (Err(why), None) => Judgement::note(
            by,
            Confidence::Uncertain,
            flow.say(|| {
                format!(
                    "to which address the listener binds is not known ({why}); the one that is called is taken to be it"
                )
            }),
        ),
    };
    flow.put(Stage::Connect, found);
}

fn join(addresses: &[std::net::IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

/// With Internet Sites on, a site must serve (semantics.md 2.2). Pages disagree whether the peer hears of it when it connects
/// or when it authenticates.
fn site(flow: &mut Flow<'_>) {
    let policy = flow.policy;
    let sites = answer(&policy.internet_sites);
    if sites.is_no() {
        return;
    }
    let options =
        [&policy.tcp.anonymous, &policy.tcp.name_and_password, &policy.tls.anonymous, &policy.tls.name_and_password];
    let any_option = options.into_iter().map(answer).reduce(Answer::or);
    let serves = answer(&policy.has_site);
    let serves = match any_option {
        Some(any) if serves.is_yes() => serves.and(any),
        _ => serves,
    };
    let mut missing = sites.and(serves.negate());
    missing.confidence = missing.confidence.min(Confidence::Likely);
    flow.reject_if(
        Stage::Connect,
        missing,
        Some(NO_SITE),
        || format!("Internet Sites are on, and no SMTP Inbound site with an authentication option serves this server: the peer gets \"{NO_SITE}\"; whether when it connects or when it authenticates, pages disagree"),
        || "Internet Sites are on, and an SMTP Inbound site serves this server".to_owned(),
    );
}

/// Connection controls and filters; what they refuse is heard at MAIL FROM (semantics.md 3).
pub(super) fn filters(flow: &mut Flow<'_>) {
    let (policy, peer) = (flow.policy, &flow.session.peer);
    let mut denied = policy.deny_connections.contains(peer);
    denied.confidence = denied.confidence.min(Confidence::Likely);
    let address = peer.address;
    flow.reject_if(
        Stage::Mail,
        denied,
        None,
        || format!("{address} is under \"Deny connections from the following SMTP internet hostnames/IP addresses\"; the server greets and then answers MAIL FROM with an error whose text is not documented"),
        || "no entry denies the connection".to_owned(),
    );
    let blank = policy.allow_connections.is_blank();
    if !blank.is_yes() {
        let listed = policy.allow_connections.contains(peer);
        let unlisted_by = policy.allow_connections.source();
        let mut shut = blank.negate().and(listed.negate());
        shut.confidence = shut.confidence.min(Confidence::Likely);
        if shut.is_yes() {
            shut.by = vec![unlisted_by];
        }
        flow.reject_if(
            Stage::Mail,
            shut,
            None,
            || format!("{address} is not under \"Allow connections only from the following SMTP internet hostnames/IP addresses\", which is not blank; the server greets and then answers MAIL FROM with an error whose text is not documented"),
            || format!("{address} is under \"Allow connections only from the following SMTP internet hostnames/IP addresses\""),
        );
    }
    host_name(flow);
    if !flow.ended() {
        lists(flow);
    }
}

fn host_name(flow: &mut Flow<'_>) {
    let verify = answer(&flow.policy.verify_host_name);
    if verify.is_no() {
        return;
    }
    let peer = &flow.session.peer;
    let source = flow.policy.verify_host_name.source;
    let nameless = match &peer.ptr {
        Ptr::None => Answer::yes(source, Confidence::Sure),
        Ptr::Name(_) => Answer::no(source, Confidence::Sure),
        Ptr::Unknown => {
            let why = format!(
                "\"Verify connecting hostname in DNS\" is on, and whether {} has a name in reverse DNS is not known",
                peer.address
            );
            Answer::unknown(source, why.into())
        }
    };
    let address = peer.address;
    flow.reject_if(
        Stage::Mail,
        verify.and(nameless),
        None,
        || format!("\"Verify connecting hostname in DNS\" is on and {address} has no name in reverse DNS: the server answers MAIL FROM with an error"),
        || format!("{address} has a name in reverse DNS"),
    );
}

/// Private whitelist, private blacklist, DNS whitelist, DNS blacklist, in this order; only for hosts that are subject to
/// relay enforcement (semantics.md 3.4).
fn lists(flow: &mut Flow<'_>) {
    let (policy, session) = (flow.policy, flow.session);
    let rejects = |filter: &Setting<bool>, action: &Setting<Action>| {
        let rejecting = match &action.value {
            Ok(Action::Reject) => Answer::yes(action.source, action.confidence),
            Ok(_) => Answer::no(action.source, action.confidence),
            Err(why) => Answer::unknown(action.source, Arc::clone(why)),
        };
        answer(filter).and(rejecting)
    };
    let private = rejects(&policy.private_blacklist.enabled, &policy.private_blacklist.action);
    let dns = rejects(&policy.dns_blacklist.enabled, &policy.dns_blacklist.action);
    if private.is_no() && dns.is_no() {
        return;
    }
    let subject = relay::subject(flow.policy, &flow.session.peer);
    let trusted = member(&policy.private_whitelist, |hosts| hosts.contains(&session.peer));
    let watched = subject.and(trusted.negate());
    if watched.is_no() {
        flow.put(
            Stage::Mail,
            Judgement::note(
                watched.by,
                watched.confidence,
                flow.say(|| "the host is not subject to relay enforcement or is on the private whitelist, so no blacklist is looked at".to_owned()),
            ),
        );
        return;
    }
    let listed = member(&policy.private_blacklist, |hosts| hosts.contains(&session.peer));
    let response = policy.private_blacklist.response.clone();
    blacklisted(flow, watched.clone().and(private).and(listed), response, "the private blacklist");
    let asked = |known: Option<bool>, filter: &Filter<()>, what: &str| {
        let source = filter.enabled.source;
        member(filter, |()| match known {
            Some(true) => Answer::yes(source, Confidence::Sure),
            Some(false) => Answer::no(source, Confidence::Sure),
            None => Answer::unknown(
                source,
                Why::from(format!("the server asks a {what} over DNS, and what that answers is not known here")),
            ),
        })
    };
    let cleared = asked(session.in_dns_whitelist, &policy.dns_whitelist, "whitelist");
    let listed = asked(session.in_dns_blacklist, &policy.dns_blacklist, "blacklist");
    let listed = if session.peer.address.is_ipv6() && listed.is_yes() {
        let why = "release 6 does not look up IPv6 hosts in DNS blacklists; whether later ones do is not established";
        Answer::unknown(policy.dns_blacklist.enabled.source, Why::from(why))
    } else {
        listed
    };
    let response = policy.dns_blacklist.response.clone();
    blacklisted(flow, watched.and(dns).and(listed).and(cleared.negate()), response, "a DNS blacklist");
}

fn member<H>(filter: &Filter<H>, inside: impl FnOnce(&H) -> Answer) -> Answer {
    let enabled = answer(&filter.enabled);
    if enabled.is_no() { enabled } else { enabled.and(inside(&filter.hosts)) }
}

fn blacklisted(flow: &mut Flow<'_>, hit: Answer, response: Option<Arc<str>>, what: &str) {
    let mut hit = hit;
    hit.confidence = hit.confidence.min(Confidence::Likely);
    let found = match hit.truth {
        Truth::Yes => Judgement {
            effect: Effect::Reject,
            by: hit.by,
            confidence: hit.confidence,
            text: flow.say(|| format!("the host is on {what}, whose action is to reject; the text of the refusal is the custom response if one is set, and pages disagree on the default")),
            reply: response,
            why: None,
        },
        Truth::No => Judgement::pass(hit.by, hit.confidence, flow.say(|| format!("{what} does not reject the host"))),
        Truth::Unknown(why) => Judgement::may_reject(hit.by, why),
    };
    flow.put(Stage::Mail, found);
}
