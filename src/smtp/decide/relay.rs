//! Relay enforcement and the four relay lists (semantics.md 5.3 to 5.5).

use std::sync::Arc;

use super::connect::answer;
use crate::smtp::answer::{Answer, Confidence, Source, Truth, Why};
use crate::smtp::host_list::{Peer, Ptr};
use crate::smtp::policy::{Enforcement, Policy, Precedence, Relay};
use crate::smtp::verdict::Grant;

/// What the relay controls say.
pub(in crate::smtp) struct Ruling {
    /// Whether the host may relay to the domain.
    pub(in crate::smtp) allowed: Answer,
    /// What lets it.
    pub(in crate::smtp) grant: Option<Grant>,
}

/// Whether the host counts as internal: its name lies inside a local Internet domain.
fn internal(policy: &Policy, peer: &Peer) -> Answer {
    let source = policy.relay.enforcement.source;
    match &peer.ptr {
        Ptr::Name(name) => policy.local_domains.holds_host(name),
        Ptr::None => Answer::no(source, Confidence::Sure),
        Ptr::Unknown => {
            let why = format!(
                "enforcement covers external hosts, and whether the name that reverse DNS gives {} lies in a local domain is not known",
                peer.address
            );
            Answer::unknown(source, Why::from(why))
        }
    }
}

/// The ways by which a host is not subject to relay enforcement, in the documented order.
fn exemptions(policy: &Policy, peer: &Peer) -> [(Grant, Answer); 3] {
    let enforcement = &policy.relay.enforcement;
    let (source, sure) = (enforcement.source, enforcement.confidence);
    let (off, named) = match &enforcement.value {
        Ok(Enforcement::None) => (Answer::yes(source, sure), Answer::no(source, sure)),
        Ok(Enforcement::All) => (Answer::no(source, sure), Answer::no(source, sure)),
        Ok(Enforcement::External) => {
            let external = Answer::yes(source, sure);
            (Answer::no(source, sure), external.and(internal(policy, peer)))
        }
        Err(why) => (Answer::unknown(source, Arc::clone(why)), Answer::unknown(source, Arc::clone(why))),
    };
    [
        (Grant::EnforcementNone, off),
        (Grant::InternalName, named),
        (Grant::ExemptHost, policy.relay.exempt_hosts.contains(peer)),
    ]
}

/// Whether the host is subject to relay enforcement, and so to blacklists.
pub(super) fn subject(policy: &Policy, peer: &Peer) -> Answer {
    let [(_, off), (_, named), (_, exempt)] = exemptions(policy, peer);
    off.or(named).or(exempt).negate()
}

/// Whether a host may send to a domain that is not local.
pub(in crate::smtp) fn ruling(policy: &Policy, peer: &Peer, authenticated: bool, domain: &str) -> Ruling {
    let mut open: Option<Answer> = None;
    let mut ways: Vec<(Grant, Answer)> = exemptions(policy, peer).into();
    if authenticated {
        ways.push((Grant::Authenticated, answer(&policy.relay.authenticated_may_relay)));
    }
    for (grant, way) in ways {
        match way.truth {
            Truth::Yes => return Ruling { allowed: way, grant: Some(grant) },
            Truth::Unknown(_) => open = open.or(Some(way)),
            Truth::No => {}
        }
    }
    let lists = lists(&policy.relay, peer, domain);
    match open {
        Some(open) if !lists.allowed.is_yes() => Ruling { allowed: open, grant: None },
        _ => lists,
    }
}

/// Whether a host that does not authenticate may send to a domain that is not local, by the relay controls alone.
#[must_use]
pub fn may_relay(policy: &Policy, peer: &Peer, domain: &str) -> Answer {
    ruling(policy, peer, false, domain).allowed
}

/// Whether two answers come to the same.
fn agree(a: &Answer, b: &Answer) -> bool {
    (a.is_yes() && b.is_yes()) || (a.is_no() && b.is_no())
}

fn lists(relay: &Relay, peer: &Peer, domain: &str) -> Ruling {
    match &relay.precedence.value {
        Ok(Precedence::AllowWins) => allow_wins(relay, peer, domain),
        Ok(Precedence::DenyWins) => deny_wins(relay, peer, domain),
        Err(why) => {
            let (new, old) = (allow_wins(relay, peer, domain), deny_wins(relay, peer, domain));
            if agree(&new.allowed, &old.allowed) {
                new
            } else {
                Ruling { allowed: Answer::unknown(relay.precedence.source, Arc::clone(why)), grant: None }
            }
        }
    }
}

/// What decides that a list which allows only some things leaves this one out.
fn left_out(blank: Answer, list: Source, confidence: Confidence) -> Answer {
    let mut closed = blank.negate();
    closed.confidence = closed.confidence.min(confidence);
    if closed.is_yes() {
        closed.by = vec![list];
    }
    closed
}

/// Nothing that is listed denies it: an inference from what is said of the single lists.
fn nothing_denies(denied: &Answer, closed: &Answer) -> Answer {
    let mut rest = denied.clone().negate().and(closed.clone().negate());
    rest.confidence = rest.confidence.min(Confidence::Likely);
    rest
}

/// Since release 6: what is allowed may relay, whatever else is denied.
fn allow_wins(relay: &Relay, peer: &Peer, domain: &str) -> Ruling {
    let (host, destination) = (relay.allow_hosts.contains(peer), relay.allow_destinations.contains(domain));
    let (no_host, no_destination) = (relay.deny_hosts.contains(peer), relay.deny_destinations.contains(domain));
    let clear_destination =
        relay.clear_destinations.as_ref().map_or_else(|| destination.clone(), |clear| clear.contains(domain));
    let denied = no_destination.or(no_host);
    for (clear, grant) in [(host.clone(), Grant::AllowedHost), (clear_destination, Grant::AllowedDestination)] {
        if clear.is_yes() {
            let mut allowed = clear;
            if denied.is_yes() {
                // An Allow entry inside a wider Deny entry: the general rule decides, no example shows it.
                allowed.confidence = allowed.confidence.min(Confidence::Likely);
            }
            return Ruling { allowed, grant: Some(grant) };
        }
    }
    let closed = left_out(relay.allow_destinations.is_blank(), relay.allow_destinations.source(), Confidence::Sure)
        .or(left_out(relay.allow_hosts.is_blank(), relay.allow_hosts.source(), Confidence::Likely));
    let rest = nothing_denies(&denied, &closed);
    let listed = host.or(destination);
    if rest.is_yes() && !listed.is_yes() {
        return Ruling { allowed: rest, grant: Some(Grant::NothingDenies) };
    }
    match listed.truth {
        Truth::No => {
            let by = if denied.is_yes() { denied } else { rest.negate() };
            Ruling { allowed: by.negate(), grant: None }
        }
        Truth::Unknown(_) => Ruling { allowed: listed, grant: None },
        Truth::Yes => {
            let why = "the same entry stands under Allow and under Deny; the help says that Allow wins, a Redbook that Deny wins for the same entry";
            Ruling {
                allowed: Answer::unknown(listed.by.first().copied().unwrap_or(relay.precedence.source), Why::from(why)),
                grant: None,
            }
        }
    }
}

/// Release 5 and `SMTPRelayHostsandDomains=1`: what is denied may not relay, and of the rest only what is allowed.
fn deny_wins(relay: &Relay, peer: &Peer, domain: &str) -> Ruling {
    let denied = relay.deny_destinations.contains(domain).or(relay.deny_hosts.contains(peer));
    let shut_out = |blank: Answer, listed: &Answer, list: Source| {
        let mut out = blank.negate().and(listed.clone().negate());
        if out.is_yes() {
            out.by = vec![list];
        }
        out
    };
    let (host, destination) = (relay.allow_hosts.contains(peer), relay.allow_destinations.contains(domain));
    let no_destination = shut_out(relay.allow_destinations.is_blank(), &destination, relay.allow_destinations.source());
    let no_host = shut_out(relay.allow_hosts.is_blank(), &host, relay.allow_hosts.source());
    let refused = denied.or(no_destination).or(no_host);
    let grant = refused.is_no().then(|| match (host.is_yes(), destination.is_yes()) {
        (true, _) => Grant::AllowedHost,
        (_, true) => Grant::AllowedDestination,
        _ => Grant::NothingDenies,
    });
    let mut allowed = refused.negate();
    match grant {
        Some(Grant::AllowedHost) => allowed.by = host.by,
        Some(Grant::AllowedDestination) => allowed.by = destination.by,
        Some(_) => allowed.confidence = allowed.confidence.min(Confidence::Likely),
        None => {}
    }
    Ruling { allowed, grant }
}
