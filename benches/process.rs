//! Whole-process times: `maillint check` on small inputs beside `true` and other commands, interleaved in one run so that
//! the machine's mood hits all alike. `cargo bench --bench process`.
//!
//! `MAILLINT_COMPARE="ruff check empty.py;other command"` adds commands to compare with; `MAILLINT_INPUT=PATH` an input.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may stop"
)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 200;

fn main() {
    // `cargo test` runs benches to see that they start; one round is enough for that.
    let rounds = if std::env::args().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    let maillint = env!("CARGO_BIN_EXE_maillint");
    let mut commands: Vec<Vec<String>> = vec![
        vec!["true".to_owned()],
        vec![maillint.to_owned(), "--version".to_owned()],
        vec![maillint.to_owned(), "check".to_owned(), "examples/02-refused".to_owned()],
        vec![maillint.to_owned(), "check".to_owned(), "examples/05-one-touch-setup/setup.json".to_owned()],
    ];
    if let Ok(input) = std::env::var("MAILLINT_INPUT") {
        commands.push(vec![maillint.to_owned(), "check".to_owned(), input]);
    }
    for other in
        std::env::var("MAILLINT_COMPARE").unwrap_or_default().split(';').filter(|other| !other.trim().is_empty())
    {
        commands.push(other.split_whitespace().map(str::to_owned).collect());
    }
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); commands.len()];
    for _ in 0..rounds {
        for (command, times) in commands.iter().zip(&mut times) {
            let (program, arguments) = command.split_first().expect("a command has a name");
            let start = Instant::now();
            let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
            let took = start.elapsed();
            assert!(status.is_ok(), "cannot run {program}");
            times.push(took);
        }
    }
    println!("{:>9} {:>9} {:>9}  command ({rounds} rounds, milliseconds)", "least", "median", "90 %");
    for (command, times) in commands.iter().zip(&mut times) {
        times.sort();
        let at =
            |part: usize| times.get((times.len() - 1) * part / 100).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
        let shown: Vec<&str> = command.iter().map(|word| word.rsplit('/').next().unwrap_or(word)).collect();
        println!("{:9.2} {:9.2} {:9.2}  {}", at(0), at(50), at(90), shown.join(" "));
    }
}
