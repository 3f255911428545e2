//! Exposure against brute force: configurations and sessions drawn at random.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use maillint::effective::Exposed;
use maillint::smtp::{Outcome, Ptr, Session, decide, trace};
use proptest::prelude::*;

use crate::{address, servers, stranger};

/// Entries of lists of hosts: few, so that lists meet; some that are open.
fn host() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "[10.0.0.1]",
        "[10.0.0.0/24]",
        "[10.0.*.*]",
        "[10.0.0-1.*]",
        "[203.0.113.9]",
        "[203.0.113.0/24]",
        "[0.0.0.0/1]",
        "[128.0.0.0/1]",
        "[0.0.0.0/0]",
        "*",
        "partner.org",
        ".partner.org",
        "mail.partner.org",
        "r.org",
        ".org",
        "org",
        "10.0.0.1",
        "[10.0.*.0/8]",
        "Hosts",
        "Nowhere",
        "[2001:db8::/32]",
        "*.partner.org",
        ".acme.com",
    ])
}

fn domain() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "*",
        "@partner.org",
        "partner.org",
        ".partner.org",
        "r.org",
        ".org",
        "org",
        "%Acme",
        "@acme.com",
        "Domains",
        "Nowhere",
        "[10.0.0.1]",
        "*.org",
    ])
}

fn list(of: impl Strategy<Value = &'static str>) -> impl Strategy<Value = String> {
    prop::collection::vec(of, 0..4).prop_map(|entries| {
        let quoted: Vec<String> = entries.iter().map(|entry| format!("\"{entry}\"")).collect();
        format!("[{}]", quoted.join(", "))
    })
}

/// A list that is mostly blank.
fn seldom(of: impl Strategy<Value = &'static str>) -> impl Strategy<Value = String> {
    prop_oneof![3 => Just("[]".to_owned()), 1 => list(of)]
}

fn world() -> impl Strategy<Value = String> {
    let words = |words: &[&str]| prop::sample::select(words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    let flag = || prop::sample::select(vec!["true", "false", "false"]);
    let relay = (list(domain()), list(domain()), seldom(host()), seldom(host()), seldom(host()));
    let gates = (seldom(host()), seldom(host()), flag(), flag(), flag(), flag());
    let other = (
        words(&["none", "external", "external", "all"]),
        words(&["allow", "check"]),
        words(&["disabled", "enabled", "required"]),
        words(&["0", "0", "1"]),
        prop::sample::select(vec!["[]", "[]", "[\"spam.org\"]", "[\"*\"]"]),
        prop::sample::select(vec!["[]", "[]", "[\"partner.org\"]"]),
        seldom(host()),
        flag(),
        prop::sample::select(vec![
            r#"["*.sub.acme.com"]"#,
            r#"["*.sub.acme.com"]"#,
            r#"["larch.*"]"#,
            r#"["*"]"#,
            r#"["*.org", "mail*.de"]"#,
            r#"["org"]"#,
        ]),
    );
    (relay, gates, other).prop_map(|(relay, gates, other)| {
        let (allow_destinations, deny_destinations, allow_hosts, deny_hosts, exempt) = relay;
        let (allow, deny, verify, anonymous, password, tls) = gates;
        let (hosts, users, starttls, precedence, deny_senders, allow_senders, blacklist, blacklisted, aliases) = other;
        let anonymous = if anonymous == "false" { "true" } else { "false" };
        let tls = if tls == "true" { "enabled" } else { "disabled" };
        format!(
            r#"
[facts]
complete_export = true
[[global_domain]]
name = "Acme"
primary_internet_domain = "acme.com"
internet_domain_aliases = {aliases}
[[group]]
name = "Hosts"
type = "mail"
members = ["[10.0.0.7]", "group.org"]
[[group]]
name = "Domains"
type = "mail"
members = ["@group.org"]
[[server]]
name = "mx/Acme"
smtp_listener = true
smtp_inbound = {{ status = "enabled", tls_status = "{tls}", anonymous = {anonymous}, name_and_password = {password}, tls_anonymous = {anonymous}, tls_name_and_password = {password}, enforce_server_access = false }}
[[notes_ini]]
server = "mx/Acme"
settings = {{ Ports = "TCPIP", SMTPRelayHostsandDomains = "{precedence}" }}
[[configuration]]
applies_to = "*"
relay = {{ allow_destinations = {allow_destinations}, deny_destinations = {deny_destinations}, allow_hosts = {allow_hosts}, deny_hosts = {deny_hosts} }}
relay_enforcement = {{ connecting_hosts = "{hosts}", exempt_hosts = {exempt}, authenticated_users = "{users}" }}
connections = {{ allow = {allow}, deny = {deny}, verify_host_name = {verify} }}
senders = {{ allow = {allow_senders}, deny = {deny_senders} }}
private_blacklist = {{ enabled = {blacklisted}, hosts = {blacklist}, action = "reject" }}
extensions = {{ starttls = "{starttls}" }}
"#
        )
    })
}

fn session() -> impl Strategy<Value = Session> {
    let octet = || prop_oneof![Just(0_u8), Just(1), Just(7), Just(9), any::<u8>()];
    let from = prop_oneof![
        (octet(), octet()).prop_map(|(c, d)| IpAddr::V4(Ipv4Addr::new(10, 0, c, d))),
        octet().prop_map(|d| IpAddr::V4(Ipv4Addr::new(203, 0, 113, d))),
        any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        any::<u16>().prop_map(|low| format!("2001:db8::{low:x}").parse().expect("an address")),
        any::<u16>().prop_map(|low| format!("2600::{low:x}").parse().expect("an address")),
    ];
    let name = prop_oneof![
        2 => Just(None),
        4 => prop::sample::select(vec![
            "mail.partner.org", "partner.org", "xpartner.org", "a.mail.partner.org", "r.org", "br.org", "x.example",
            "pc.acme.com", "acme.com", "evilacme.com", "x.sub.acme.com", "h.group.org", "a.de", "org",
        ])
        .prop_map(Some),
    ];
    let domain = prop::sample::select(vec![
        "partner.org",
        "mail.partner.org",
        "xpartner.org",
        "r.org",
        "other.org",
        "x.example",
        "group.org",
        "acme.com",
        "x.sub.acme.com",
        "sub.acme.com",
        "a.de",
    ]);
    let sender = prop::sample::select(vec!["a@ext.example", "a@spam.org", "a@partner.org", "<>"]);
    (from, name, domain, sender, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(from, name, domain, sender, user, tls, tls_port)| {
            let mut session = stranger();
            session.peer.address = from;
            session.peer.ptr = name.map_or(Ptr::None, |name| Ptr::Name(Arc::from(name)));
            session.recipient = address(&format!("u@{domain}"));
            session.sender = address(sender);
            session.user = user.then(|| Arc::from("user"));
            session.tls = tls || tls_port;
            session.port = if tls_port { 465 } else { 25 };
            session.in_dns_blacklist = Some(false);
            session.sender_in_dns = Some(true);
            session.recipient_elsewhere = true;
            session
        },
    )
}

fn only(text: &str) -> Arc<Exposed> {
    servers(text).into_iter().next().expect("one server")
}

/// The ways in which the other side can vary a session without becoming somebody else.
fn variants(session: &Session) -> Vec<Session> {
    let mut all = Vec::new();
    for port in [25, 465] {
        for tls in [false, true] {
            for sender in ["a@ext.example", "a@partner.org", "anybody@stranger.example"] {
                let tls = tls || port == 465;
                all.push(Session { port, tls, sender: address(sender), ..session.clone() });
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, max_shrink_iters: 400, ..ProptestConfig::default() })]

    /// What the procedure accepts, exposure calls accepted; what exposure calls accepted, the procedure accepts in one of the
    /// ways that the other side can choose; and what exposure rules out, the procedure never accepts.
    #[test]
    fn exposure_and_the_procedure_agree(world in world(), sessions in prop::collection::vec(session(), 30)) {
        let server = only(&world);
        let (policy, exposure) = (&server.resolved().policy, server.exposure());
        for session in sessions {
            let domain = session.recipient.domain.clone().expect("a domain");
            if !policy.local_domains.contains(&domain).is_no() {
                continue;
            }
            let authenticated = session.user.is_some();
            let possible = exposure.may_relay(&session.peer, authenticated, &domain);
            let verdict = decide(policy, &session);
            if verdict.accepted == Some(true) {
                prop_assert_eq!(possible, Some(true), "{:?}\n{}", &session, &world);
            }
            if possible == Some(true) {
                let ways = variants(&session).into_iter().any(|session| decide(policy, &session).accepted == Some(true));
                prop_assert!(ways, "{:?}\n{}", &session, &world);
            }
            if possible == Some(false) {
                for session in variants(&session) {
                    prop_assert_eq!(decide(policy, &session).accepted, Some(false), "{:?}\n{}", &session, &world);
                }
            }
        }
    }

    /// A witness is a dialogue that the procedure accepts; where there is proof of none, no stranger gets through.
    #[test]
    fn a_witness_is_accepted_and_a_proof_holds(world in world(), sessions in prop::collection::vec(session(), 20)) {
        let server = only(&world);
        let (policy, exposure) = (&server.resolved().policy, server.exposure());
        prop_assert_eq!(exposure.open_relay == Some(true), exposure.witness.is_some());
        if let Some(witness) = &exposure.witness {
            let verdict = decide(policy, &witness.session);
            prop_assert_eq!(verdict.outcome, Outcome::Accepted, "{}", &world);
            prop_assert_eq!(verdict.local, Some(false));
            prop_assert!(exposure.controls_open == Some(true));
        }
        if exposure.open_relay == Some(false) {
            for session in sessions {
                let mut session = session;
                session.user = None;
                session.peer.ptr = Ptr::None;
                session.recipient = address("u@elsewhere.example");
                // Not one host, and not one network, but everybody: the same question for hosts all over the address space.
                let spread = (0..=255_u8).map(|first| IpAddr::V4(Ipv4Addr::new(first, 77, 3, 4)));
                let taken = spread
                    .filter(|from| {
                        session.peer.address = *from;
                        decide(policy, &session).accepted == Some(true)
                    })
                    .count();
                prop_assert!(taken < 2, "{taken} of 256 networks relay\n{}", &world);
            }
        }
    }

    /// The procedure is total, and the steps say what the verdict says.
    #[test]
    fn the_steps_lead_to_the_verdict(world in world(), session in session()) {
        let server = only(&world);
        let policy = &server.resolved().policy;
        let (short, long) = (decide(policy, &session), trace(policy, &session));
        prop_assert_eq!((short.outcome, short.stage, short.accepted, short.local, short.confidence, short.reply),
            (long.outcome, long.stage, long.accepted, long.local, long.confidence, long.reply));
        prop_assert!(short.steps.is_empty() && !long.steps.is_empty());
        prop_assert!(long.steps.iter().all(|step| !step.text.is_empty()));
    }
}
