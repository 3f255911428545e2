//! STARTTLS, AUTH and MAIL FROM (semantics.md 2.4 and 4).

use std::sync::Arc;

use super::connect::{PortKind, answer};
use super::flow::{Flow, Judgement};
use crate::smtp::answer::{Answer, Confidence, Truth, Why};
use crate::smtp::policy::StartTls;
use crate::smtp::verdict::Stage;

/// TLS and the user.
pub(super) fn authenticate(flow: &mut Flow<'_>, kind: PortKind) {
    let (policy, session) = (flow.policy, flow.session);
    if kind == PortKind::Tcp {
        starttls(flow);
    }
    let port = if kind == PortKind::Tls { &policy.tls } else { &policy.tcp };
    match &session.user {
        Some(user) => {
            let mut missing = answer(&port.name_and_password).negate();
            missing.confidence = missing.confidence.min(Confidence::Likely);
            flow.reject_if(
                Stage::Auth,
                missing,
                None,
                || "\"Name & password\" is not allowed on this port, so AUTH cannot succeed; the reply is not documented".to_owned(),
                || format!("\"Name & password\" is allowed on this port; `{user}` is taken to give the right password"),
            );
            let access = answer(&policy.enforce_server_access);
            if !access.is_no() {
                let why =
                    "\"Enforce server access settings\" may keep the user out; the access lists are not looked into";
                flow.put(Stage::Auth, Judgement::may_reject(access.by, Why::from(why)));
            }
        }
        None => {
            let mut shut = answer(&port.anonymous).negate();
            shut.confidence = shut.confidence.min(Confidence::Likely);
            flow.reject_if(
                Stage::Mail,
                shut,
                None,
                || "\"Anonymous\" is not allowed on this port, so a host that does not authenticate cannot send; the reply is not documented".to_owned(),
                || "\"Anonymous\" is allowed on this port".to_owned(),
            );
        }
    }
}

fn starttls(flow: &mut Flow<'_>) {
    let (setting, uses) = (&flow.policy.starttls, flow.session.tls);
    let by = vec![setting.source];
    let found = match &setting.value {
        Ok(StartTls::Required) if !uses => Judgement::reject(
            by,
            setting.confidence,
            flow.say(|| "\"TLS negotiated over TCP/IP port\" is Required, and the peer does not use TLS; the reply is not documented".to_owned()),
            None,
        ),
        Ok(StartTls::Disabled) if uses => Judgement::note(
            by,
            setting.confidence,
            flow.say(|| "STARTTLS is not offered; the peer is taken to go on without TLS".to_owned()),
        ),
        Ok(_) if uses => Judgement::pass(by, setting.confidence, flow.say(|| "STARTTLS is offered".to_owned())),
        Ok(_) => return,
        Err(_) if uses => return,
        Err(why) => Judgement::may_reject(by, Arc::clone(why)),
    };
    flow.put(Stage::Mail, found);
}

/// What the server says to MAIL FROM.
pub(super) fn mail_from(flow: &mut Flow<'_>) {
    error_limit(flow);
    let (policy, sender) = (flow.policy, &flow.session.sender);
    if sender.decorated {
        flow.reject_if(
            Stage::Mail,
            answer(&policy.strict_addresses),
            Some("501"),
            || {
                "notes.ini has SMTPStrict821AddressSyntax=1, and the address is not written as RFC 821 wants it"
                    .to_owned()
            },
            || "an address with a display name is taken unless notes.ini has SMTPStrict821AddressSyntax=1".to_owned(),
        );
    }
    size(flow);
    sender_domain(flow);
    own_address(flow);
    let reply = format!("554 Mail from {} rejected for policy reasons.", sender.text);
    let blank = policy.allow_senders.is_blank();
    let mut unlisted = blank.clone().negate().and(policy.allow_senders.contains(sender).negate());
    let mut denied = policy.deny_senders.contains(sender);
    // That Deny wins here as in the other pairs is an inference.
    if denied.is_yes() && policy.allow_senders.contains(sender).is_yes() {
        denied.confidence = denied.confidence.min(Confidence::Likely);
    }
    let domain = sender.domain.as_deref().unwrap_or("");
    if unlisted.is_yes() && !policy.local_domains.contains(domain).is_no() {
        let why = "only listed external senders are allowed; whether that keeps out a sender of a local domain is not established";
        unlisted = Answer::unknown(policy.allow_senders.source(), Why::from(why));
    }
    flow.reject_if(
        Stage::Mail,
        denied,
        Some(&reply),
        || {
            format!(
                "`{}` is under \"Deny messages from the following external internet addresses/domains\"",
                sender.text
            )
        },
        || "no entry denies the sender".to_owned(),
    );
    if !blank.is_yes() {
        flow.reject_if(
            Stage::Mail,
            unlisted,
            Some(&reply),
            || format!("`{}` is not under \"Allow messages only from the following external internet addresses/domains\", which is not blank", sender.text),
            || format!("`{}` is under \"Allow messages only from the following external internet addresses/domains\"", sender.text),
        );
    }
}

/// In an authenticated session the sender must be the user's own address, if notes.ini says so (semantics.md 7).
fn own_address(flow: &mut Flow<'_>) {
    let verify = answer(&flow.policy.verify_authenticated_sender);
    if verify.is_no() || flow.session.user.is_none() || flow.session.sender_is_own {
        return;
    }
    let why = "notes.ini has SMTPVerifyAuthenticatedSender, and whether the sender is the user's own Internet address is not known here";
    flow.put(Stage::Mail, Judgement::may_reject(verify.by, Why::from(why)));
}

fn error_limit(flow: &mut Flow<'_>) {
    let (setting, Some(errors)) = (&flow.policy.error_limit, flow.session.errors) else { return };
    let by = vec![setting.source];
    let found = match &setting.value {
        Ok(Some(limit)) if *limit > 0 => {
            let limit = limit.unsigned_abs();
            match errors.cmp(&limit) {
                std::cmp::Ordering::Greater => Judgement::reject(
                    by,
                    setting.confidence,
                    flow.say(|| {
                        format!("{errors} errors are more than the limit of {limit}: the server ends the connection")
                    }),
                    Some("421 SMTP service not available, closing transmission channel."),
                ),
                std::cmp::Ordering::Equal => Judgement::may_reject(
                    by,
                    Why::from(format!(
                        "{errors} errors are exactly the limit; whether the connection ends with this one or the next is not established"
                    )),
                ),
                std::cmp::Ordering::Less => Judgement::pass(
                    by,
                    setting.confidence,
                    flow.say(|| format!("{errors} errors are fewer than the limit of {limit}")),
                ),
            }
        }
        Err(why) if errors > 0 => Judgement::may_reject(by, Arc::clone(why)),
        Ok(_) | Err(_) => return,
    };
    flow.put(Stage::Mail, found);
}

fn size(flow: &mut Flow<'_>) {
    let (setting, Some(size)) = (&flow.policy.max_size_kb, flow.session.size_kb) else { return };
    let by = vec![setting.source];
    let found = match &setting.value {
        Ok(Some(limit)) if *limit > 0 && size > limit.unsigned_abs() => {
            let offered = answer(&flow.policy.size_extension);
            match offered.truth {
                Truth::Yes => Judgement::reject(
                    by,
                    setting.confidence.min(Confidence::Likely),
                    flow.say(|| format!("{size} KB are more than the maximum message size of {limit} KB, and SIZE is offered, so the server refuses the declared size; the reply is not documented")),
                    None,
                ),
                Truth::No => Judgement::note(
                    by,
                    setting.confidence,
                    flow.say(|| format!("{size} KB are more than the maximum message size of {limit} KB; SIZE is not offered, so the message is taken and then returned as undeliverable")),
                ),
                Truth::Unknown(why) => Judgement::may_reject(offered.by, why),
            }
        }
        Ok(_) => return,
        Err(why) => Judgement::may_reject(by, Arc::clone(why)),
    };
    flow.put(Stage::Mail, found);
}

fn sender_domain(flow: &mut Flow<'_>) {
    let verify = answer(&flow.policy.verify_sender);
    if verify.is_no() {
        return;
    }
    let source = flow.policy.verify_sender.source;
    let sender = &flow.session.sender;
    let unknown = |why: &str| Answer::unknown(source, Why::from(why));
    let missing = if sender.is_null() {
        unknown("\"Verify sender's domain in DNS\" is on; what it does with the empty sender is not established")
    } else {
        match flow.session.sender_in_dns {
            Some(true) => Answer::no(source, Confidence::Sure),
            Some(false) => Answer::yes(source, Confidence::Sure),
            None => unknown(
                "\"Verify sender's domain in DNS\" is on, and whether the sender's domain has an MX or address record is not known here",
            ),
        }
    };
    flow.reject_if(
        Stage::Mail,
        verify.and(missing),
        None,
        || format!("\"Verify sender's domain in DNS\" is on, and the domain of `{}` has neither an MX nor an address record", sender.text),
        || "the sender's domain is in DNS".to_owned(),
    );
}
