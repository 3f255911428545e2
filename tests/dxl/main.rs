//! DXL: every content of an item with its place, whatever the file's encoding, size and order; documents that are
//! conflicts, cut off or not wanted; and the same document in two exports.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test that cannot set up fails"
)]

mod both_ways;
mod documents;
mod encodings;
mod items;
mod large;
mod merging;
mod packed;
mod reading;
mod well_formed;
