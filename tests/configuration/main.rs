//! maillint.toml: how it is found, what it does, and what is said of mistakes in it.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/folder.rs"]
mod folder;

mod accepted;
mod baseline;
mod finding_it;
mod levels;
mod mistakes;
mod starting;
