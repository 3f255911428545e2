//! Editors: an editor's buffer judged from standard input, and the recipes of docs/editors.md in the editors themselves.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/folder.rs"]
mod folder;
#[path = "../common/tools.rs"]
mod tools;

mod buffers;
mod recipes;
