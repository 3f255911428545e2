//! maillint works out what each mail server of an exported environment will really do with SMTP mail, checks that against
//! declarative rules, and says what is wrong, where, and how to mend it.
//!
//! # The layers
//!
//! Data flows one way: `source → read → directory → effective → rules → report`, with `smtp` beside `effective`. No layer
//! reaches back; `tests/layers.rs` holds each to its line.
//!
//! | layer | knows | must never know |
//! |---|---|---|
//! | [`source`] | files, bytes, encodings, lines, spans | formats |
//! | [`read`] | one module per export format; yields notes and problems | what an item means |
//! | [`config`] | what maillint.toml says, with the place of each word | what it is for |
//! | [`directory`] | the vocabulary, and item names that are learned; notes become typed documents; names, groups | precedence between documents |
//! | [`effective`] | which documents govern a server, what overrides what, with provenance | rules |
//! | [`smtp`] | what Domino takes an entry of an SMTP setting for | files, documents |
//! | [`rules`] | loading, checking and evaluating rules; findings with symbolic places | output formats |
//! | [`report`] | one renderer per output format; symbolic places become spans | commands, terminals, precedence |
//! | [`cli`] | commands, exit codes, terminals, where files are | everything else only through the library |
//!
//! Beside them stands [`suggest`], which only compares words. Only `source` and `cli` touch the file system. Reading never
//! fails as a whole: what is not understood is a [`source::Problem`] with its place, and the rest is there.
//!
//! # From a text to a value in force
//!
//! ```
//! use maillint::directory::Environment;
//! use maillint::effective::{Model, at_path};
//! use maillint::read::{Options, read};
//! use maillint::source::Sources;
//!
//! let text = "[[server]]\nname = 'mx1/Acme'\n[[configuration]]\napplies_to = '*'\nconnections.error_limit = 5\n";
//! let mut sources = Sources::default();
//! let file = sources.add("acme.toml", text.as_bytes().to_vec());
//! let mut problems = Vec::new();
//! let export = read(sources.get(file).expect("just added"), &Options::default(), &mut problems);
//! let environment = Environment::build(vec![export], &mut problems);
//! let model = Model::new(environment);
//!
//! let (_, server) = &model.servers()[0];
//! let limit = at_path(server.object().expect("a record").as_ref(), "configuration.connections.error_limit");
//! let limit = limit.expect("a field of the vocabulary");
//! assert_eq!(limit.to_string(), "5");
//! let place = limit.provenance.place().and_then(|at| model.environment().place(at)).expect("a place");
//! assert_eq!(sources.get(file).expect("there").position(place.span.start).line, 5);
//! ```

pub mod cli;
pub mod config;
pub mod directory;
pub mod effective;
pub mod read;
pub mod report;
pub mod rules;
pub mod smtp;
pub mod source;
pub mod suggest;
