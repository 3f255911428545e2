//! Operators, methods and functions that need all their operands.

use std::sync::Arc;

use super::calls::pattern;
use super::eval::Evaluator;
use super::outcome::Unknown;
use super::plan::{Matches, Plan, Strict};
use super::types::Function;
use super::value::{Track, Value, keys, not_set, with_history};
use crate::effective::{Datum, Fact, List, State};

// Long texts cost more than one step.
const BYTES_PER_STEP: usize = 64;

// Compiling a pattern takes about as long as this many steps.
const PATTERN_STEPS: usize = 200;

fn yes_or_no<'a>(value: bool) -> Value<'a> {
    Value::Plain(Datum::Bool(value))
}

impl<'a> Evaluator<'a, '_> {
    /// Both values. When one is unknown, only its reads remain.
    pub(super) fn both(&mut self, sides: &'a [Plan; 2]) -> Result<(Value<'a>, Value<'a>), Unknown> {
        let [left, right] = sides;
        let start = self.reads.len();
        let left = self.value(left);
        let middle = self.reads.len();
        let right = self.value(right);
        match (left, right) {
            (Ok(left), Ok(right)) => Ok((left, right)),
            (Err(left), Err(right)) => Err(left.and(right)),
            (Err(left), Ok(_)) => {
                self.reads.truncate(middle);
                Err(left)
            }
            (Ok(_), Err(right)) => {
                self.reads.drain(start..middle);
                Err(right)
            }
        }
    }

    /// All values with what was read for each. When some are unknown, only their reads remain.
    pub(super) fn each(&mut self, plans: &'a [Plan]) -> Result<Vec<(Value<'a>, Vec<Track<'a>>)>, Unknown> {
        let mut values = Vec::with_capacity(plans.len());
        let mut unknown: Option<Unknown> = None;
        for plan in plans {
            let mark = self.reads.len();
            match self.value(plan) {
                Ok(value) => values.push((value, self.since(mark))),
                Err(reasons) => unknown = Some(Unknown::join(unknown, reasons)),
            }
        }
        unknown.map_or(Ok(values), Err)
    }

    pub(super) fn list(&mut self, plans: &'a [Plan]) -> Result<Value<'a>, Unknown> {
        let mut items = Vec::with_capacity(plans.len());
        for (value, reads) in self.each(plans)? {
            items.push(with_history(value, &reads)?.into_fact());
            self.reads.extend(reads);
        }
        Ok(Value::Plain(Datum::List(List::complete(items))))
    }

    pub(super) fn concat(&mut self, sides: &'a [Plan; 2]) -> Result<Value<'a>, Unknown> {
        let (left, right) = self.both(sides)?;
        let (left, right) = (left.list()?, right.list()?);
        self.charge(left.items.len().saturating_add(right.items.len()))?;
        // After elements that nobody has seen, no element has a certain position.
        let rest = if left.open.is_some() { &[] } else { &*right.items };
        let items = left.items.iter().chain(rest).cloned().collect();
        let open = left.open.clone().or_else(|| right.open.clone());
        Ok(Value::Plain(Datum::List(List { items, open })))
    }

    pub(super) fn negate(&mut self, plan: &'a Plan) -> Result<Value<'a>, Unknown> {
        let value = self.value(plan)?.int()?;
        value.checked_neg().map(|value| Value::Plain(Datum::Int(value))).ok_or_else(|| overflow("-"))
    }

    pub(super) fn strict(&mut self, strict: Strict, sides: &'a [Plan; 2]) -> Result<Value<'a>, Unknown> {
        let (left, right) = self.both(sides)?;
        match strict {
            Strict::Equal | Strict::Unequal => match (left.datum(), right.datum()) {
                (Some(left), Some(right)) => Ok(yes_or_no(self.equal(left, right)? == (strict == Strict::Equal))),
                _ => Err(not_set(None)),
            },
            Strict::Less | Strict::AtMost | Strict::More | Strict::AtLeast => {
                let order = match (left.datum(), right.datum()) {
                    (Some(Datum::Int(left)), _) => left.cmp(&right.int()?),
                    // Bytes of UTF-8 are ordered as the code points they stand for.
                    _ => left.text()?.cmp(right.text()?),
                };
                Ok(yes_or_no(match strict {
                    Strict::Less => order.is_lt(),
                    Strict::AtMost => order.is_le(),
                    Strict::More => order.is_gt(),
                    _ => order.is_ge(),
                }))
            }
            Strict::Plus => number(left.int()?.checked_add(right.int()?), "+"),
            Strict::Minus => number(left.int()?.checked_sub(right.int()?), "-"),
            Strict::Times => number(left.int()?.checked_mul(right.int()?), "*"),
            Strict::Divide | Strict::Remainder if right.int()? == 0 => Err(Unknown::because("division by zero")),
            Strict::Divide => number(left.int()?.checked_div(right.int()?), "/"),
            Strict::Remainder => number(left.int()?.checked_rem(right.int()?), "%"),
            Strict::Join => {
                let (left, right) = (left.text()?, right.text()?);
                self.charge((left.len() + right.len()) / BYTES_PER_STEP)?;
                Ok(Value::Plain(Datum::Text(Arc::from([left, right].concat()))))
            }
            Strict::StartsWith => Ok(yes_or_no(left.text()?.starts_with(right.text()?))),
            Strict::EndsWith => Ok(yes_or_no(left.text()?.ends_with(right.text()?))),
            Strict::Contains => {
                let (left, right) = (left.text()?, right.text()?);
                self.charge(left.len() / BYTES_PER_STEP)?;
                Ok(yes_or_no(left.contains(right)))
            }
        }
    }

    pub(super) fn equal(&mut self, left: &Datum, right: &Datum) -> Result<bool, Unknown> {
        match (left, right) {
            (Datum::Bool(left), Datum::Bool(right)) => Ok(left == right),
            (Datum::Int(left), Datum::Int(right)) => Ok(left == right),
            (Datum::Text(left), Datum::Text(right)) => Ok(left == right),
            (Datum::Object(left), Datum::Object(right)) => Ok(left.identity() == right.identity()),
            (Datum::List(left), Datum::List(right)) => self.equal_lists(left, right),
            _ => Ok(false),
        }
    }

    fn equal_lists(&mut self, left: &List, right: &List) -> Result<bool, Unknown> {
        if let Some(open) = left.open.as_ref().or(right.open.as_ref()) {
            return Err(Unknown::from(open));
        }
        if left.items.len() != right.items.len() {
            return Ok(false);
        }
        let mut unknown: Option<Unknown> = None;
        for (left, right) in left.items.iter().zip(right.items.iter()) {
            self.charge(1)?;
            let same = match (left.datum(), right.datum()) {
                (Some(left), Some(right)) => self.equal(left, right),
                (None, _) => Err(element_gap(left)),
                (_, None) => Err(element_gap(right)),
            };
            match same {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(reasons) => unknown = Some(Unknown::join(unknown, reasons)),
            }
        }
        unknown.map_or(Ok(true), Err)
    }

    pub(super) fn size(&mut self, plan: &'a Plan) -> Result<Value<'a>, Unknown> {
        let value = self.value(plan)?;
        let size = match value.datum() {
            Some(Datum::List(List { open: Some(open), .. })) => return Err(Unknown::from(open)),
            Some(Datum::List(list)) => list.items.len(),
            Some(Datum::Object(map)) => {
                let keys = keys(map.as_ref());
                self.charge(keys.len())?;
                match keys.iter().find(|key| key.is_unknown()) {
                    Some(key) => return Err(element_gap(key)),
                    None => keys.len(),
                }
            }
            _ => {
                let text = value.text()?;
                self.charge(text.len() / BYTES_PER_STEP)?;
                text.chars().count()
            }
        };
        number(i64::try_from(size).ok(), "size")
    }

    pub(super) fn matches(&mut self, matches: &'a Matches) -> Result<Value<'a>, Unknown> {
        match matches {
            Matches::Fixed(text, regex) => {
                let text = self.value(text)?;
                let text = text.text()?;
                self.charge(text.len() / BYTES_PER_STEP)?;
                Ok(yes_or_no(regex.is_match(text)))
            }
            Matches::Computed(sides) => {
                let (text, computed) = self.both(sides)?;
                let (text, computed) = (text.text()?, computed.text()?);
                self.charge(PATTERN_STEPS + computed.len() + text.len() / BYTES_PER_STEP)?;
                Ok(yes_or_no(pattern(computed).map_err(Unknown::because)?.is_match(text)))
            }
        }
    }

    pub(super) fn call(&mut self, function: &Function, arguments: &'a [Plan]) -> Result<Value<'a>, Unknown> {
        let mut values = Vec::with_capacity(arguments.len());
        for (value, reads) in self.each(arguments)? {
            self.reads.extend(reads);
            let datum = value.into_datum()?;
            if let Datum::List(list) = &datum {
                self.charge(list.items.len())?;
                complete(list)?;
            }
            values.push(datum);
        }
        (function.call)(&values)
            .map(Value::Plain)
            .map_err(|reason| Unknown::because(format!("{}: {reason}", function.name)))
    }
}

fn number<'a>(result: Option<i64>, sign: &str) -> Result<Value<'a>, Unknown> {
    result.map(|value| Value::Plain(Datum::Int(value))).ok_or_else(|| overflow(sign))
}

fn overflow(sign: &str) -> Unknown {
    Unknown::because(format!("the result of `{sign}` does not fit into 64 bits"))
}

fn element_gap(fact: &Fact) -> Unknown {
    match &fact.state {
        State::Unknown(reason) => Unknown::from(reason),
        _ => Unknown::because("an element is not set"),
    }
}

/// A function sees only lists that are known to the last element.
fn complete(list: &List) -> Result<(), Unknown> {
    if let Some(open) = &list.open {
        return Err(Unknown::from(open));
    }
    match list.items.iter().find(|item| item.datum().is_none()) {
        Some(item) => Err(element_gap(item)),
        None => Ok(()),
    }
}
