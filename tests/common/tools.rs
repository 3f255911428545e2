//! Programs of other people that tests call where they are installed.

#![allow(dead_code, reason = "no test binary needs everything")]
#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use std::process::{Command, Stdio};

/// The first of these programs that there is. Without any a test is skipped, and says so; in CI it fails instead.
pub(crate) fn tool(names: &[&str]) -> Option<String> {
    let there = |name: &&&str| {
        let mut command = Command::new(name);
        command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok()
    };
    let found = names.iter().find(there).map(|name| (*name).to_owned());
    if found.is_none() {
        let wanted = names.join(" or ");
        assert!(std::env::var_os("CI").is_none(), "{wanted} is not installed");
        eprintln!("skipped: {wanted} is not installed");
    }
    found
}
