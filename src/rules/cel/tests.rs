//! The condition language, shown by example. `world` is the model that the examples speak of.

mod checking;
mod limits;
mod paths;
mod reads;
mod syntax;
mod unknowns;
mod values;
mod world;
