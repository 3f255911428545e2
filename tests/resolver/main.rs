//! The resolver: what a server really does, worked out from several documents, with the place that decides and the places
//! that are not used. Every table holds inputs as text and, for a server and a path of the model, what must be known of it.
//!
//! Marks such as ① at the end of a line name that line; they are taken out before the text is read. An expectation is
//!
//! ```text
//! SERVER PATH = VALUE @① with ② hides ③      known: decided in ①, computed with ②, not using ③
//! SERVER PATH default VALUE                   not set: the documented default stands in
//! SERVER PATH unset                           not set, and nothing stands in
//! SERVER PATH nothing                         there is no such key
//! SERVER PATH ? …words of the reason…         unknown
//! problem SEVERITY CODE @①                    said while reading
//! ```
//!
//! `…` stands for any text, `@-` for no place at all. A list is shown element by element, each with its place, and
//! `; ? reason` at its end if there may be more. Warnings and errors that a table does not name fail it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot set up fails; so does one whose table is broken"
)]

mod authentication;
mod binding;
mod choice;
mod directories;
mod domains;
mod hidden;
mod misspelt;
mod names;
mod notes_ini;
mod one_touch;
mod one_touch_updates;
mod order;
mod overrides;
mod sites;
mod table;
