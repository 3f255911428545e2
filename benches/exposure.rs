//! What a proof costs: `exposure` of one server with relay lists of growing length, and of many servers in one environment.
//! `cargo bench --bench exposure`. Every line of the first part is the least and the median of several runs in one process; reading the
//! input is not in it, building the policy (parsing the entries, their index) is shown beside the proof.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may stop"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use maillint::directory::Environment;
use maillint::effective::Model;
use maillint::read::{Options, read};
use maillint::smtp::{Peer, Ptr, expose};
use maillint::source::Sources;

/// A list of hosts: addresses, ranges, prefixes and names, none twice, drawn with a fixed seed.
fn entries(count: u32, seed: u64) -> String {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(state >> 33).expect("31 bits")
    };
    let mut text = String::new();
    for number in 0..count {
        let [a, b, c, d] = next().to_be_bytes();
        let _ = match number % 10 {
            0 => write!(text, "\"host{number}.customer{}.example\",", number / 7),
            1 => write!(text, "\"[{a}.{b}.{c}.*]\","),
            2 => write!(text, "\"[{a}.{b}.{c}.{}-{}]\",", d / 2, d / 2 + 100),
            3 => write!(text, "\"[{a}.{b}.{c}.{}/28]\",", d / 16 * 16),
            _ => write!(text, "\"[{a}.{b}.{c}.{d}]\","),
        };
    }
    text
}

fn server(name: &str, lists: [&str; 3]) -> String {
    let [exempt, allow, deny] = lists;
    format!(
        "[[server]]\nname = '{name}'\nsmtp_listener = true\nsmtp_inbound = {{ status = 'enabled', tls_status = 'disabled', anonymous = true, name_and_password = false }}\n\
         [[configuration]]\napplies_to = '{name}'\n\
         relay = {{ allow_destinations = ['@partner.example'], deny_destinations = ['*'], allow_hosts = [{allow}], deny_hosts = ['*'] }}\n\
         relay_enforcement = {{ connecting_hosts = 'external', exempt_hosts = [{exempt}] }}\n\
         connections = {{ allow = [], deny = [{deny}] }}\n"
    )
}

fn model(text: &str) -> Model {
    let mut sources = Sources::default();
    let file = sources.add("input.toml", text.as_bytes().to_vec());
    let mut problems = Vec::new();
    let export = read(sources.get(file).expect("added"), &Options::default(), &mut problems);
    Model::new(Environment::build(vec![export], &mut problems))
}

const HEAD: &str = "[[global_domain]]\nname = 'Acme'\nprimary_internet_domain = 'acme.example'\n";

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn main() {
    // `cargo test` runs benches to see that they start; small numbers are enough for that.
    let real = std::env::args().any(|argument| argument == "--bench");
    let (sizes, rounds, servers): (&[u32], usize, u32) =
        if real { (&[10, 1_000, 100_000], 5, 5_000) } else { (&[10], 1, 10) };
    println!("entries in each of three lists; milliseconds: policy, proof, and one dialogue in microseconds");
    let mut before: Option<(f64, f64)> = None;
    for size in sizes {
        let lists = [1, 2, 3].map(|seed| entries(*size, seed));
        let text = format!("{HEAD}{}", server("mx/Acme", [&lists[0], &lists[1], &lists[2]]));
        let (mut policy, mut proof, mut dialogue) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rounds {
            let model = model(&text);
            let start = Instant::now();
            let resolved = model.exposed()[0].resolved();
            policy.push(milliseconds(start.elapsed()));
            let start = Instant::now();
            let exposure = expose(&resolved.policy);
            proof.push(milliseconds(start.elapsed()));
            assert_eq!(exposure.open_relay, Some(false));
            let witness = exposure.relay.first().expect("the partner's domain is open").example.clone();
            let start = Instant::now();
            for number in 0..1000_u32 {
                let mut session = witness.clone();
                session.peer =
                    Peer { address: std::net::Ipv4Addr::from_bits(number * 4_194_301).into(), ptr: Ptr::None };
                std::hint::black_box(maillint::smtp::decide(&resolved.policy, &session));
            }
            dialogue.push(milliseconds(start.elapsed()));
        }
        for times in [&mut policy, &mut proof, &mut dialogue] {
            times.sort_by(f64::total_cmp);
        }
        let middle = |times: &[f64]| times[times.len() / 2];
        let growth = before.map_or(String::new(), |(policy_before, proof_before)| {
            format!(
                "   growth: policy x{:.0}, proof x{:.0}",
                middle(&policy) / policy_before,
                middle(&proof) / proof_before
            )
        });
        println!(
            "{size:>8}: policy {:>9.2} ({:.2})  proof {:>9.2} ({:.2})  dialogue {:>6.2}{growth}",
            middle(&policy),
            policy[0],
            middle(&proof),
            proof[0],
            middle(&dialogue)
        );
        before = Some((middle(&policy), middle(&proof)));
    }
    let mut text = HEAD.to_owned();
    for number in 0..servers {
        let lists = [1, 2, 3].map(|seed| entries(17, u64::from(number) * 3 + seed));
        text.push_str(&server(&format!("mx{number}/Acme"), [&lists[0], &lists[1], &lists[2]]));
    }
    let start = Instant::now();
    let model = model(&text);
    let resolved = milliseconds(start.elapsed());
    let start = Instant::now();
    let open = model.exposed().iter().filter(|server| server.exposure().open_relay != Some(false)).count();
    println!(
        "{servers} servers with 51 entries each ({} MB): read and resolved in {resolved:.0} ms, all proofs in {:.0} ms, {open} not closed",
        text.len() / 1_000_000,
        milliseconds(start.elapsed())
    );
}
