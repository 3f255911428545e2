//! Two promises about conditions, tried on generated expressions and worlds:
//!
//! 1. Where everything is known, a condition has the value that CEL gives it; what is an error in CEL is unknown here.
//!    The reference is the `cel` crate.
//! 2. A value that is found although something is unknown is the value in every world that the unknown leaves possible.
//!
//! Expressions are generated as trees with types, printed, and read back as text, so that the parsers are compared too:
//! parentheses stand only where precedence asks for them.

#![allow(
    clippy::indexing_slicing,
    clippy::unreachable,
    reason = "a generator that breaks its own promise fails the test"
)]

mod comparison;
mod expressions;
mod generation;
mod shrinking;
mod vocabulary;
mod worlds;

use proptest::prelude::*;

use crate::comparison::{covers, evaluate, reference, same, told};
use crate::expressions::{Dialect, Expr, Head};
use crate::generation::expression;
use crate::worlds::{Part, WORLDS, world};

fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(2_000), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn known_values_are_those_of_the_reference(expression in expression(false), world in world(false)) {
        let text = expression.text(Dialect::Shared);
        let ours = evaluate(&text, &world, None)?.value;
        let theirs = reference(&expression.text(Dialect::Reference), &world)?;
        let agree = match (&ours, &theirs) {
            (Ok(ours), Ok(theirs)) => same(ours, theirs),
            (Err(_), Err(_)) => true,
            _ => false,
        };
        prop_assert!(agree, "{text}\n  here:      {}\n  reference: {theirs:?}", told(&ours));
    }

    #[test]
    fn unknowns_never_hide_another_value(expression in expression(true), world in world(true)) {
        let text = expression.text(Dialect::Full);
        match evaluate(&text, &world, None)?.value {
            Err(unknown) => prop_assert!(!unknown.reasons.is_empty(), "{text}\n  is unknown without a reason"),
            Ok(vague) => {
                for possible in 0..WORLDS {
                    let clear = evaluate(&text, &world, Some(possible))?.value;
                    let agree = match &clear {
                        Ok(clear) => covers(&vague, clear),
                        // Two ways in which a list that was found can turn out not to be there. While `site` is unknown,
                        // `sites.map(v, site.ini['a'])` has as many elements as `sites`, each of them unknown; then the
                        // key is missing. And `hosts.filter(v, …)` of an open list goes by the hosts that were seen; then
                        // the condition has no value for another one.
                        Err(_) => {
                            let makes_lists = expression.any(&|expr| matches!(expr.head, Head::Macro("map" | "filter")));
                            expression.any(&Expr::maps_indexed) || makes_lists && world.0.iter().any(Part::is_open)
                        }
                    };
                    prop_assert!(
                        agree,
                        "{text}\n  before knowing: {vague}\n  in world {possible}:     {}",
                        told(&clear)
                    );
                }
            }
        }
    }
}
