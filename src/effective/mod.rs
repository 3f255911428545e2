//! What each server really does: which documents govern it, what overrides what, which site, which domains are local;
//! every value with its provenance. Knows nothing of rules.

mod addressees;
pub mod configuration;
pub mod domains;
mod evidence;
mod fact;
mod ini;
mod listener;
mod model;
mod names;
mod neighbours;
mod overrides;
mod reach;
mod routes;
mod server;
mod shadow;
mod sites;
mod view;

pub use fact::{Datum, Fact, List, Object, Provenance, Reason, Role, State, Step};
pub use model::Model;
pub use view::{DocumentView, LEARN_ITEM_NAMES, RecordView, at_path};
