//! The files in `schemas/`: they are valid and complete, the library reads all of them, rules and examples conform to
//! them, and so does what the binary prints.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

mod helpers;
mod output;
mod schema_files;
mod vocabulary;
mod written_files;
