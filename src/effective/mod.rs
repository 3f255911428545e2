//! What each server really does: which documents govern it, what overrides what, which site, which domains are local;
//! every value with its provenance. Knows nothing of rules.

mod addressees;
mod clusters;
pub mod configuration;
mod conflicts;
pub mod domains;
mod evidence;
mod exposure;
mod fact;
mod fallback;
mod field;
mod group_entries;
mod ini;
mod linked;
mod listener;
mod lists;
mod model;
mod names;
mod neighbours;
mod overrides;
mod peers;
mod policy;
mod policy_lists;
mod reach;
mod recipients;
mod routes;
mod server;
mod shadow;
mod sites;
mod view;

pub use exposure::Exposed;
pub use fact::{Datum, Fact, List, Object, Provenance, Reason, Role, State, Step};
pub use field::LEARN_ITEM_NAMES;
pub use model::Model;
pub use policy::Resolved;
pub use view::{DocumentView, RecordView, at_path};
