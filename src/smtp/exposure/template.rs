//! The dialogues that classes are asked with: everything that the other side can choose speaks for it.

use std::net::IpAddr;
use std::sync::Arc;

use crate::smtp::address::MailAddress;
use crate::smtp::answer::Truth;
use crate::smtp::host_list::{Peer, Ptr};
use crate::smtp::policy::{Policy, Port, StartTls};
use crate::smtp::session::Session;

/// A dialogue in which everything that the other side can choose speaks for it.
pub(super) fn template(policy: &Policy) -> Session {
    let local = |text: &str| MailAddress {
        text: Arc::from(text),
        local_part: Arc::from(text.split('@').next().unwrap_or("")),
        domain: text.split_once('@').map(|(_, domain)| Arc::from(domain)),
        decorated: false,
    };
    Session {
        peer: Peer { address: IpAddr::from([203, 0, 113, 9]), ptr: Ptr::None },
        port: port(&policy.tcp, 25),
        to: None,
        helo: None,
        user: None,
        tls: policy.starttls.known() == Some(&StartTls::Required),
        sender: sender(policy).unwrap_or_else(|| local("anybody@stranger.example")),
        recipient: local("victim@elsewhere.example"),
        size_kb: None,
        errors: None,
        in_dns_whitelist: None,
        in_dns_blacklist: (policy.dns_blacklist.enabled.known() != Some(&false)).then_some(false),
        sender_in_dns: (policy.verify_sender.known() != Some(&false)).then_some(true),
        recipient_elsewhere: policy.local_domains.may_hold_others(),
        sender_is_own: policy.verify_authenticated_sender.known() != Some(&false),
    }
}

pub(super) fn port(port: &Port, usual: u16) -> u16 {
    port.number.known().and_then(|number| u16::try_from(*number).ok()).unwrap_or(usual)
}

/// The sender with the best prospects: anybody can write any address behind MAIL FROM.
pub(super) fn sender(policy: &Policy) -> Option<MailAddress> {
    let strangers = (0..=policy.deny_senders.items().len().min(64)).map(|number| match number {
        0 => "anybody@stranger.example".to_owned(),
        _ => format!("anybody{number}@stranger{number}.example"),
    });
    let mut candidates: Vec<MailAddress> =
        strangers.chain(policy.allow_senders.members()).filter_map(|text| MailAddress::parse(&text).ok()).collect();
    let prospects = |sender: &MailAddress| {
        let listed = policy.allow_senders.is_blank().or(policy.allow_senders.contains(sender));
        match listed.and(policy.deny_senders.contains(sender).negate()).truth {
            Truth::Yes => 0,
            Truth::Unknown(_) => 1,
            Truth::No => 2,
        }
    };
    candidates.sort_by_key(prospects);
    candidates.into_iter().next()
}

pub(super) fn recipient(domain: &str) -> MailAddress {
    MailAddress {
        text: Arc::from(format!("victim@{domain}")),
        local_part: Arc::from("victim"),
        domain: Some(Arc::from(domain)),
        decorated: false,
    }
}

/// Without a user, and with one if AUTH may work on some port.
pub(super) fn users(policy: &Policy) -> Vec<bool> {
    let offered = [&policy.tcp, &policy.tls]
        .into_iter()
        .any(|port| port.enabled.known() != Some(&false) && port.name_and_password.known() != Some(&false));
    if offered { vec![false, true] } else { vec![false] }
}

/// The template on each port that may be enabled.
pub(super) fn sessions(policy: &Policy, template: &Session, authenticated: bool) -> Vec<Session> {
    let user = authenticated.then(|| Arc::from("user"));
    let tcp = Session { user: user.clone(), ..template.clone() };
    let tls = Session { user, port: port(&policy.tls, 465), tls: true, ..template.clone() };
    let mut sessions = Vec::new();
    if policy.tcp.enabled.known() != Some(&false) || policy.tls.enabled.known() == Some(&false) {
        sessions.push(tcp);
    }
    if policy.tls.enabled.known() != Some(&false) {
        sessions.push(tls);
    }
    sessions
}
