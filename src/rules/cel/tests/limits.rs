//! Hostile conditions end in an error or an unknown outcome, not in an overflowing stack or a long wait.

use super::world::{compiled, outcome, server};
use crate::rules::cel::syntax::TEXT_LIMIT;
use crate::rules::cel::{Budget, Expression, Scope, parse};

fn first_mistake(text: &str) -> String {
    parse(text).err().and_then(|errors| errors.first().map(|error| error.message.clone())).unwrap_or_default()
}

#[test]
fn depth() {
    let deep = "the condition is nested more than 100 levels deep";
    let attacks = [
        "(".repeat(10_000),
        "[".repeat(10_000),
        "a||b&&c==d+e*(".repeat(1_000),
        "a||b&&c==d+-e*f[".repeat(1_000),
        format!("{}true", "!".repeat(10_000)),
        format!("{}n", "-".repeat(10_000)),
        "!(".repeat(5_000),
        format!("a{}", ".b".repeat(9_000)),
        format!("a{}", "[0]".repeat(6_000)),
        format!("1{}", "+1".repeat(5_000)),
        format!("1{}", "==1".repeat(5_000)),
        "a?b:".repeat(3_000),
        "size(".repeat(3_000),
        "a[".repeat(5_000),
        format!("{}1", "l.map(x,".repeat(2_000)),
    ];
    for attack in attacks {
        assert_eq!(first_mistake(&attack), deep, "{}", attack.get(..20).unwrap_or_default());
    }
}

#[test]
fn a_chain_of_parentheses_and_sums_cannot_add_up() {
    // Each level is a sum of 50 terms whose first term is the next level.
    let mut text = "1".to_string();
    for _ in 0..90 {
        text = format!("({text}{})", "+1".repeat(50));
    }
    assert_eq!(first_mistake(&text), "the condition is nested more than 100 levels deep");
}

#[test]
fn what_is_allowed_is_evaluated() {
    let nested = format!("{}true{}", "(".repeat(99), ")".repeat(99));
    assert_eq!(outcome(&nested, 1_000).bool(), Some(true));
    let negated = format!("{}true", "!".repeat(98));
    assert_eq!(outcome(&negated, 1_000).bool(), Some(true));
    let mut loops = "true".to_string();
    for level in 0..90 {
        loops = format!("[1].all(v{level}, {loops})");
    }
    assert_eq!(outcome(&loops, 10_000).bool(), Some(true));
}

#[test]
fn chains_of_and_and_or_are_not_depth() {
    let text = vec!["s.yes"; 2_000].join(" && ");
    assert_eq!(outcome(&text, 100_000).bool(), Some(true));
    let text = vec!["s.no"; 2_000].join("||");
    assert_eq!(outcome(&text, 100_000).bool(), Some(false));
}

#[test]
fn length() {
    let text = format!("true{}ä", " ".repeat(TEXT_LIMIT - 5));
    assert_eq!(first_mistake(&text), "the condition is longer than 20000 bytes");
    let ranges: Vec<_> = parse(&text).err().into_iter().flatten().map(|error| text.get(error.range)).collect();
    assert_eq!(ranges, [Some("ä")]);
    assert!(parse(&format!("true{}", " ".repeat(TEXT_LIMIT - 4))).is_ok());
}

#[test]
fn budget() {
    let endless = "s.ports.all(a, s.ports.all(b, s.ports.all(c, s.ports.all(d, a + b + c + d > 0))))";
    let short = outcome(endless, 100);
    let reason = short.value.as_ref().err().map(ToString::to_string);
    assert_eq!(reason.as_deref(), Some("the condition needs more than 100 steps"));
    assert!(short.reads.is_empty());
    assert_eq!(outcome(endless, 10_000).bool(), Some(true));
    // A decision that was made before the budget ran out stands.
    assert_eq!(outcome(&format!("s.no && {endless}"), 100).bool(), Some(false));
    // An undecided one does not, even if the rest would decide.
    assert_eq!(outcome(&format!("{endless} || true"), 100).bool(), None);
}

#[test]
fn budget_is_shared() {
    let expression = compiled("s.port == 25").expect("compiles");
    let mut scope = Scope::new();
    scope.bind("s", server());
    let mut budget = Budget(10);
    assert_eq!(expression.evaluate(&scope, &mut budget).bool(), Some(true));
    assert_eq!(budget, Budget(5));
    assert_eq!(expression.evaluate(&scope, &mut budget).bool(), Some(true));
    assert_eq!(expression.evaluate(&scope, &mut budget).bool(), None);
    assert_eq!(budget, Budget(0));
}

#[test]
fn doubling_texts_costs_steps() {
    let mut text = "['xxxxxxxxxxxxxxxx']".to_string();
    for level in 0..40 {
        text = format!("{text}.map(v{level}, v{level} + v{level})");
    }
    assert_eq!(outcome(&format!("size({text}[0])"), 100_000).value.err().map(|unknown| unknown.reasons.len()), Some(1));
}

#[test]
fn expressions_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Expression>();
}
