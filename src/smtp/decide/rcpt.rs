//! RCPT TO: local recipients and relays (semantics.md 5).

use super::connect::answer;
use super::flow::{Flow, Judgement};
use super::relay;
use crate::smtp::address::Oddity;
use crate::smtp::answer::{Answer, Confidence, Truth, Why};
use crate::smtp::policy::Found;
use crate::smtp::verdict::{Effect, Stage};

/// Seen in client programs for a refused relay, without attribution (semantics.md 10.2); only the code goes into the reply.
const RELAY_REPLY: &str = "554";

/// Whether the recipient's domain is local.
fn local(flow: &Flow<'_>) -> Option<Answer> {
    let domain = flow.session.recipient.domain.as_deref()?;
    let mut answer = flow.policy.local_domains.contains(domain);
    if flow.session.recipient_elsewhere && matches!(answer.truth, Truth::Unknown(_)) {
        answer = Answer::no(flow.policy.local_domains.source(), Confidence::Likely);
    }
    if crate::smtp::is_ip(domain) {
        answer.confidence = Confidence::Uncertain;
    }
    Some(answer)
}

/// Says whether the recipient is local where the dialogue has ended before.
pub(super) fn note_local(flow: &mut Flow<'_>) {
    flow.local = local(flow).and_then(|answer| settled(&answer));
}

fn settled(answer: &Answer) -> Option<bool> {
    match answer.truth {
        Truth::Yes => Some(true),
        Truth::No => Some(false),
        Truth::Unknown(_) => None,
    }
}

/// What the server says to RCPT TO, and with it to the message.
pub(super) fn rcpt_to(flow: &mut Flow<'_>) {
    let recipient = &flow.session.recipient;
    if recipient.decorated {
        flow.reject_if(
            Stage::Rcpt,
            answer(&flow.policy.strict_addresses),
            Some("501"),
            || {
                "notes.ini has SMTPStrict821AddressSyntax=1, and the address is not written as RFC 821 wants it"
                    .to_owned()
            },
            || "an address with a display name is taken unless notes.ini has SMTPStrict821AddressSyntax=1".to_owned(),
        );
    }
    let source = flow.policy.local_domains.source();
    let Some(is_local) = local(flow) else {
        let why = "the recipient has no domain, and what the server does then is not documented";
        flow.put(Stage::Rcpt, Judgement::may_reject(vec![source], Why::from(why)));
        return;
    };
    let domain = recipient.domain.clone().unwrap_or_default();
    flow.local = settled(&is_local);
    if recipient.oddity() == Some(Oddity::TrailingDot) {
        flow.local = None;
        let why = format!(
            "`{domain}` ends in a dot, and whether the server takes it for the name without one is not established"
        );
        flow.put(Stage::Rcpt, Judgement::may_reject(vec![source], why.into()));
        return;
    }
    if recipient.oddity() == Some(Oddity::Literal) && !is_local.is_yes() {
        let why = format!("`{domain}` is an address literal, and what the server does with one is not documented");
        flow.put(Stage::Rcpt, Judgement::may_reject(vec![source], why.into()));
        return;
    }
    match &is_local.truth {
        Truth::Yes => {
            let text = flow.say(|| format!("`{domain}` is a local Internet domain"));
            flow.put(Stage::Rcpt, Judgement::pass(is_local.by.clone(), is_local.confidence, text));
            for found in local_checks(flow) {
                flow.put(Stage::Rcpt, found);
            }
        }
        Truth::No => {
            let text = flow.say(|| {
                let items = flow.policy.local_domains.items();
                let mut known: Vec<&str> = items.iter().take(3).map(|item| &*item.text).collect();
                if items.len() > known.len() {
                    known.push("…");
                }
                let known = if known.is_empty() { String::new() } else { format!(" ({})", known.join(", ")) };
                format!("`{domain}` is no local Internet domain of the server{known}, so this is a relay")
            });
            flow.put(Stage::Rcpt, Judgement::note(is_local.by.clone(), is_local.confidence, text));
            let mut found = relay_check(flow, &domain);
            found.confidence = found.confidence.min(is_local.confidence);
            flow.put(Stage::Rcpt, found);
        }
        Truth::Unknown(why) => {
            let found = either_way(flow, &domain, why, &is_local);
            flow.put(Stage::Rcpt, found);
        }
    }
}

/// Where it is not known whether the domain is local, what is the same in both cases.
fn either_way(flow: &mut Flow<'_>, domain: &str, why: &Why, is_local: &Answer) -> Judgement {
    let checks = local_checks(flow);
    let passed: Vec<Option<bool>> = checks.iter().map(Judgement::passes).collect();
    let inside = if passed.contains(&Some(false)) { Some(false) } else { (!passed.contains(&None)).then_some(true) };
    let outside = relay_check(flow, domain);
    match (inside, outside.passes()) {
        (Some(true), Some(true)) => {
            let text = flow
                .say(|| format!("whether `{domain}` is local is not known; the server takes the message either way"));
            Judgement::pass(outside.by, Confidence::Likely.min(outside.confidence), text)
        }
        (Some(false), Some(false)) => {
            flow.grant = None;
            let text = flow.say(|| {
                format!("whether `{domain}` is local is not known; the server rejects the recipient either way")
            });
            Judgement::reject(outside.by, Confidence::Likely.min(outside.confidence), text, None)
        }
        _ => {
            flow.grant = None;
            let why = format!("whether `{domain}` is local is not known: {why}");
            Judgement::may_reject(is_local.by.clone(), why.into())
        }
    }
}

fn relay_check(flow: &mut Flow<'_>, domain: &str) -> Judgement {
    let session = flow.session;
    let ruling = relay::ruling(flow.policy, &session.peer, session.user.is_some(), domain);
    let answer = ruling.allowed;
    match answer.truth {
        Truth::Yes => {
            let text = flow.say(|| {
                let why = match ruling.grant {
                    Some(crate::smtp::Grant::EnforcementNone) => "\"Perform Anti-Relay enforcement for these connecting hosts\" is None",
                    Some(crate::smtp::Grant::InternalName) => "the name of the host lies in a local Internet domain, so it counts as internal",
                    Some(crate::smtp::Grant::ExemptHost) => "the host is under \"Exclude these connecting hosts from anti-relay checks\"",
                    Some(crate::smtp::Grant::Authenticated) => "\"Exceptions for authenticated users\" lets authenticated users relay",
                    Some(crate::smtp::Grant::AllowedHost) => "the host is under \"Allow messages only from the following internet hosts to be sent to external internet domains\"",
                    Some(crate::smtp::Grant::AllowedDestination) => "the domain is under \"Allow messages to be sent only to the following external internet domains\", which opens it to every host",
                    Some(crate::smtp::Grant::NothingDenies) | None => "no entry of the Inbound Relay Controls denies it",
                };
                format!("the relay to `{domain}` is allowed: {why}")
            });
            if let Some(grant) = ruling.grant {
                flow.grant = Some((grant, answer.by.clone()));
            }
            flow.decided(&answer.by);
            Judgement::pass(answer.by, answer.confidence, text)
        }
        Truth::No => {
            let text = flow.say(|| format!("the relay to `{domain}` is denied by the Inbound Relay Controls"));
            Judgement::reject(answer.by, answer.confidence, text, Some(RELAY_REPLY))
        }
        Truth::Unknown(why) => Judgement::may_reject(answer.by, why),
    }
}

/// The checks for a recipient of a local domain.
fn local_checks(flow: &mut Flow<'_>) -> Vec<Judgement> {
    let (policy, recipient) = (flow.policy, &flow.session.recipient);
    let mut found = Vec::new();
    if let Some(oddity @ (Oddity::Percent | Oddity::Bang | Oddity::Route | Oddity::Quoted)) = recipient.oddity() {
        let what = match oddity {
            Oddity::Percent => "`%` before the `@` names a Domino domain or, on old servers, a way to relay",
            Oddity::Bang => "`!` before the `@` is a bang path",
            Oddity::Route => "the address holds a source route",
            _ => "the local part is quoted",
        };
        let why = format!("{what}; what the server does with such a recipient is not established");
        // It may be routed elsewhere, so what the directory says of the address as it stands settles nothing.
        found.push(Judgement::may_reject(vec![policy.local_domains.source()], why.into()));
        return found;
    }
    let mut denied = policy.deny_recipients.contains(recipient);
    denied.confidence = denied.confidence.min(Confidence::Likely);
    let rejected = "\"Deny messages intended for the following internet addresses\"";
    match denied.truth {
        Truth::Yes => {
            let text = flow.say(|| format!("`{}` is under {rejected}", recipient.text));
            found.push(Judgement::reject(denied.by, denied.confidence, text, None));
            return found;
        }
        Truth::Unknown(why) => found.push(Judgement::may_reject(denied.by, why)),
        Truth::No => {}
    }
    let blank = policy.allow_recipients.is_blank();
    if !blank.is_yes() {
        let label = "\"Allow messages intended only for the following internet addresses\"";
        let unlisted = blank.negate().and(policy.allow_recipients.contains(recipient).negate());
        match unlisted.truth {
            Truth::Yes => {
                let by = vec![policy.allow_recipients.source()];
                let text = flow.say(|| format!("`{}` is not under {label}, which is not blank", recipient.text));
                found.push(Judgement::reject(by, unlisted.confidence, text, None));
                return found;
            }
            Truth::Unknown(why) => found.push(Judgement::may_reject(unlisted.by, why)),
            Truth::No => {
                let text = flow.say(|| format!("`{}` is under {label}", recipient.text));
                found.push(Judgement::pass(unlisted.by, unlisted.confidence, text));
            }
        }
    }
    found.extend(lookup(flow));
    found
}

/// The look into the directories, if the server looks (semantics.md 5.2).
fn lookup(flow: &Flow<'_>) -> Vec<Judgement> {
    let (policy, recipient) = (flow.policy, &flow.session.recipient);
    let verify = answer(&policy.verify_recipients);
    let label = "\"Verify that local domain recipients exist in the Domino Directory\"";
    if verify.is_no() {
        let text = flow.say(|| format!("{label} is off: the server takes any name before the `@`, and mail for one that nobody has bounces later"));
        return vec![Judgement::pass(verify.by, verify.confidence, text)];
    }
    let result = policy.recipients.find(recipient);
    let outcome = match result {
        Found::One { name, source } => {
            let text = flow.say(|| format!("`{}` belongs to {name}", recipient.text));
            Judgement::pass(vec![source], Confidence::Likely, text)
        }
        Found::Nobody => {
            let text = flow.say(|| format!("{label} is on, and nobody in the directories has `{}`", recipient.text));
            Judgement::reject(verify.by.clone(), verify.confidence.min(Confidence::Likely), text, Some("550"))
        }
        Found::Group { name, source } => {
            let denied = answer(&policy.deny_groups);
            match denied.truth {
                Truth::Yes => {
                    let text = flow.say(|| format!("`{}` is the group {name}, and \"Deny mail to groups\" is on: a permanent failure, \"rejected for policy reasons\"", recipient.text));
                    let mut by = denied.by;
                    by.push(source);
                    Judgement::reject(by, denied.confidence, text, None)
                }
                Truth::No => {
                    let text =
                        flow.say(|| format!("`{}` is the group {name}, and groups can be mailed", recipient.text));
                    Judgement::pass(vec![source], denied.confidence, text)
                }
                Truth::Unknown(why) => Judgement::may_reject(denied.by, why),
            }
        }
        Found::Several { names, source } => {
            let denied = answer(&policy.reject_ambiguous);
            match denied.truth {
                Truth::Yes => {
                    let text = flow.say(|| {
                        format!("`{}` belongs to {names}, and \"Reject ambiguous names\" is on", recipient.text)
                    });
                    let mut by = denied.by;
                    by.push(source);
                    Judgement::reject(by, denied.confidence, text, None)
                }
                Truth::No => {
                    let text = flow.say(|| {
                        format!(
                            "`{}` belongs to {names}; the server takes the message, and it may fail later as ambiguous",
                            recipient.text
                        )
                    });
                    Judgement::pass(vec![source], denied.confidence, text)
                }
                Truth::Unknown(why) => Judgement::may_reject(denied.by, why),
            }
        }
        Found::Unknown(why) => Judgement::may_reject(verify.by.clone(), why),
    };
    match (&verify.truth, outcome.effect) {
        (Truth::Unknown(why), Effect::Reject | Effect::MayReject) => {
            vec![Judgement::may_reject(verify.by, Why::clone(why))]
        }
        _ => vec![outcome],
    }
}
