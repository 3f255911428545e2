//! What people hand over by mistake: the binary says in one clear message what is wrong, where, and what to do. It never
//! panics, never prints a secret or a control character, and still checks the other inputs of the same call.
//!
//! In the tables below «…» marks what must be underlined; a second pair marks the related place. The marks are taken out
//! before the file is written, and lines and columns are counted here once more.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test that cannot set up fails"
)]
#![allow(clippy::type_complexity, reason = "the rows of a table are read with its head, not by the names of types")]

mod cases;
#[path = "../common/mod.rs"]
mod common;
mod dxl;
mod encodings;
mod files_and_pipes;
#[path = "../common/folder.rs"]
mod folder;
mod hostile_folder;
mod inputs;
mod json_syntax;
mod large;
mod long_values;
mod native;
mod not_an_input;
mod notes_ini;
mod one_touch;
mod other_texts;
mod rule_files;
mod running;
mod secrets;
mod terminals;
mod toml_syntax;
mod usage;
