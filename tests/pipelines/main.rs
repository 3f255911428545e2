//! What the files for CI systems promise, run as those systems would run it; and shells that complete.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/folder.rs"]
mod folder;
#[path = "../common/tools.rs"]
mod tools;

mod jobs;
mod repository;
mod shells;
