//! Loading, checking and evaluating rules; findings with symbolic places. Knows no output formats.

pub mod accepted;
pub mod catalog;
pub mod cel;
mod condition;
mod dated;
mod engine;
pub mod examples;
mod finding;
mod follow;
pub mod functions;
mod merge;
pub mod page;
mod release;
mod rule;
mod schedule;
mod selection;
mod tables;
mod tally;
mod template;
mod told;
pub mod types;
mod undecided;
mod unheard;

pub use engine::{Results, run};
pub use finding::{Finding, Label, NotEvaluated, SubjectName, Witness};
pub use rule::{Confidence, RECIPIENTS, Rule};
pub use selection::Selection;
pub use tally::Tally;
pub use undecided::count as count_undecided;
