//! Running the binary in a fresh folder.

#![allow(dead_code, reason = "no test binary needs everything")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::common;

pub(crate) const CLEAN: i32 = 0;
pub(crate) const FINDINGS: i32 = 1;
pub(crate) const USAGE: i32 = 2;
pub(crate) const INPUT: i32 = 3;

/// A fresh folder in which the binary runs, so that paths in its output are short and stable.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME")).join(name);
        if path.exists() {
            fs::remove_dir_all(&path).expect("an old folder can be removed");
        }
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    pub(crate) fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
        self
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        common::maillint(&self.0, arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, b"")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input).ok());
        let output = child.wait_with_output().expect("the binary ends");
        writer.join().expect("the input is written");
        let run = Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        };
        assert!((0..=3).contains(&run.code), "{arguments:?} ended with {}\n{}", run.code, run.err);
        assert!(!run.err.contains("panicked"), "{arguments:?}\n{}", run.err);
        run
    }

    pub(crate) fn check(&self, arguments: &[&str]) -> Run {
        self.run(&[&["check"], arguments].concat())
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Json {
        self.check(&[&["--format", "json"], arguments].concat()).json()
    }
}

pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out, self.err))
    }

    /// What people read, without the drawing and with single blanks, so that wrapped sentences can be found.
    pub(crate) fn prose(&self) -> String {
        let text = format!("{} {}", self.out, self.err);
        let words = text.split_whitespace().filter(|word| !matches!(*word, "│" | "·"));
        words.collect::<Vec<_>>().join(" ").to_lowercase()
    }

    #[track_caller]
    pub(crate) fn says(&self, code: i32, words: &[&str]) {
        let prose = self.prose();
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        for word in words {
            assert!(prose.contains(&word.to_lowercase()), "`{word}` is not in\n{}{}", self.out, self.err);
        }
    }
}
