//! `maillint check` on generated Domino Directories in DXL: time and peak memory for growing numbers of persons, beside
//! `grep -c '<document'` and a pass of quick-xml over the same file in the same run. `cargo bench --bench directory`.
//!
//! It is run twice: with all rules, and with those switched off (in a maillint.toml) that look at people or mail-in
//! databases, so that these documents are passed over. The aims: without people no more than half as long again as grep;
//! with them less than the pass of quick-xml; and memory that grows by some 300 bytes with each person.
//!
//! `MAILLINT_PERSONS="10000 100000 400000"` chooses the sizes, `MAILLINT_FOLDER` where the files are written (some 10 KB per
//! person), `MAILLINT_KEEP=1` keeps them, `MAILLINT_ROUNDS` how often each command runs.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a benchmark prints and may stop"
)]

mod generator;

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use generator::Directory;

fn main() {
    // `cargo test` runs benches to see that they start.
    let bench = std::env::args().any(|argument| argument == "--bench");
    let sizes = std::env::var("MAILLINT_PERSONS").unwrap_or_else(|_| "10000 100000 400000".to_owned());
    let sizes: Vec<u64> = if bench {
        sizes.split_whitespace().map(|size| size.parse().expect("a number of persons")).collect()
    } else {
        vec![10]
    };
    let rounds = std::env::var("MAILLINT_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(3);
    let rounds = if bench { rounds } else { 1 };
    let folder = std::env::var_os("MAILLINT_FOLDER")
        .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).to_path_buf(), PathBuf::from);
    let configuration = configuration(&folder);
    let configuration = configuration.to_str().expect("UTF-8");
    let mut before: Option<(u64, u64, u64)> = None;
    for persons in sizes {
        let path = folder.join(format!("directory-{persons}.dxl"));
        if !path.exists() {
            let directory = Directory { seed: 7, servers: 20, configurations: 30, persons };
            directory.write(&path).expect("a directory is written");
        }
        let bytes = fs::metadata(&path).expect("the file").len();
        println!("\n{persons} persons, {:.2} GB", bytes as f64 / 1e9);
        println!("{:>9} {:>9} {:>11}  command ({rounds} rounds)", "least s", "median s", "peak MB");
        let file = path.to_str().expect("UTF-8");
        let maillint = env!("CARGO_BIN_EXE_maillint");
        // The first reading fills the page cache, and is not counted.
        run(&["grep", "-c", "<document", file]);
        let mut rows: Vec<Row> = [
            ("grep -c '<document'", Work::Run(vec!["grep", "-c", "<document", file])),
            ("quick-xml, all events", Work::Bare),
            (
                "maillint check, no rule about people",
                Work::Run(vec![maillint, "check", "--config", configuration, file]),
            ),
            ("maillint check", Work::Run(vec![maillint, "check", "--no-config", file])),
        ]
        .into_iter()
        .map(|(name, work)| Row { name, work, times: Vec::new(), peak: 0 })
        .collect();
        for _ in 0..rounds {
            for row in &mut rows {
                let (time, peak) = match &row.work {
                    Work::Run(command) => run(command),
                    Work::Bare => (bare(&path), 0),
                };
                row.times.push(time);
                row.peak = row.peak.max(peak);
            }
        }
        for row in &mut rows {
            row.times.sort();
            let at = |index: usize| row.times.get(index).map_or(0.0, Duration::as_secs_f64);
            let peak = if row.peak == 0 { "-".to_owned() } else { format!("{:.1}", row.peak as f64 / 1e6) };
            println!("{:9.3} {:9.3} {peak:>11}  {}", at(0), at(row.times.len() / 2), row.name);
        }
        let least =
            |index: usize| rows.get(index).and_then(|row| row.times.first()).map_or(f64::NAN, Duration::as_secs_f64);
        println!("without people: {:.2} times grep", least(2) / least(0));
        println!("with people: {:.2} times the pass of quick-xml", least(3) / least(1));
        let peak = |index: usize| rows.get(index).map_or(0, |row| row.peak);
        let (without, with) = (peak(2), peak(3));
        if let Some((fewer, less_without, less_with)) = before {
            let growth = |now: u64, before: u64| (now as f64 - before as f64) / (persons - fewer) as f64;
            println!(
                "growth: {:.0} bytes per person without people, {:.0} with them",
                growth(without, less_without),
                growth(with, less_with)
            );
        }
        before = Some((persons, without, with));
        if std::env::var_os("MAILLINT_KEEP").is_none() {
            fs::remove_file(&path).expect("the file is removed");
        }
    }
}

/// A maillint.toml that switches the rules off which look at people or mail-in databases.
fn configuration(folder: &Path) -> PathBuf {
    let rules = maillint::rules::catalog::built_in().expect("the built-in rules");
    let off = rules.iter().filter(|rule| rule.reads_recipients).map(|rule| format!("{} = \"off\"\n", rule.name));
    let path = folder.join("without-people.toml");
    fs::write(&path, format!("[rules]\n{}", off.collect::<String>())).expect("a configuration is written");
    path
}

struct Row<'a> {
    name: &'a str,
    work: Work<'a>,
    times: Vec<Duration>,
    peak: u64,
}

enum Work<'a> {
    Run(Vec<&'a str>),
    Bare,
}

/// Runs a command; its time and the peak of its resident memory in bytes.
fn run(command: &[&str]) -> (Duration, u64) {
    let (program, arguments) = command.split_first().expect("a command has a name");
    let start = Instant::now();
    // grep stops at the first line that it finds when nobody reads what it writes.
    let output = output_file();
    let mut child =
        Command::new(program).args(arguments).stdout(output).stderr(Stdio::null()).spawn().expect("the command starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Ok(text) = fs::read_to_string(&status) {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
            peak = peak.max(kilobytes.unwrap_or(0) * 1024);
        }
        if child.try_wait().expect("the command can be waited for").is_some() {
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A file for output that nobody looks at.
fn output_file() -> File {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("output");
    File::create(path).expect("a file")
}

/// Every event of the file, and nothing done with it.
fn bare(path: &Path) -> Duration {
    let start = Instant::now();
    let file = BufReader::with_capacity(1 << 20, File::open(path).expect("the file"));
    let mut reader = quick_xml::Reader::from_reader(file);
    let mut buffer = Vec::new();
    let mut events = 0_u64;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).expect("well-formed XML") {
            quick_xml::events::Event::Eof => break,
            _ => events += 1,
        }
    }
    assert!(std::hint::black_box(events) > 10);
    start.elapsed()
}
