//! Macros over lists, and `in`: everything that looks at elements one by one and knows which of them decided.

use std::ops::Range;
use std::sync::Arc;

use super::elements::{Elements, Gaps, Items};
use super::eval::Evaluator;
use super::outcome::Unknown;
use super::places::Found;
use super::plan::{Loop, LoopKind, Plan};
use super::value::{Held, Track, Value, keys, mismatch, with_history};
use crate::effective::{Datum, List, State};

/// What was read of so many elements tells why a list has or lacks something. Of a list of everybody the rest would fill the
/// memory and help nobody.
const TELLING: usize = 1000;

impl<'a> Evaluator<'a, '_> {
    pub(super) fn looped(&mut self, plan: &'a Plan, inner: &'a Loop) -> Result<Value<'a>, Unknown> {
        if !matches!(inner.kind, LoopKind::Filter | LoopKind::Map) {
            return self.quantify(inner);
        }
        let start = self.reads.len();
        let elements = self.elements(plan)?;
        self.charge(elements.len())?;
        let items = (0..elements.placed).map(|index| elements.held(index).into_fact()).collect();
        self.reads.extend(elements.base);
        self.reads.extend(elements.trail);
        if self.reads.len() == start {
            self.reads.extend(elements.itself);
        }
        Ok(Value::Plain(Datum::List(List { items, open: elements.open })))
    }

    fn quantify(&mut self, inner: &'a Loop) -> Result<Value<'a>, Unknown> {
        let start = self.reads.len();
        let elements = self.elements(&inner.range)?;
        let decisive = match inner.kind {
            LoopKind::All => Some(false),
            LoopKind::Exists => Some(true),
            _ => None,
        };
        let mut gaps = Gaps::default();
        let mut count = 0_usize;
        for index in 0..elements.len() {
            self.charge(1)?;
            let mark = self.reads.len();
            match self.with(elements.held(index), &inner.body).and_then(|value| value.bool()) {
                Ok(found) if Some(found) == decisive => {
                    let own = self.since(mark);
                    self.reads.truncate(start);
                    let why = elements.why(index).to_vec();
                    self.decided(start, elements.base, why, own, elements.itself);
                    return Ok(Value::Plain(Datum::Bool(found)));
                }
                Ok(found) => {
                    count += usize::from(found);
                    if index >= TELLING {
                        self.reads.truncate(mark);
                    }
                }
                Err(reasons) => {
                    let own = self.since(mark);
                    if index < TELLING || gaps.reads.is_empty() {
                        gaps.reads.extend(elements.why(index).iter().cloned());
                        gaps.reads.extend(own);
                    }
                    gaps.add(reasons);
                }
            }
        }
        gaps.add_open(&elements);
        let own = self.since(start);
        if let Some(unknown) = gaps.unknown {
            self.reads.extend(gaps.reads);
            return Err(unknown);
        }
        self.decided(start, elements.base, elements.trail, own, elements.itself);
        Ok(Value::Plain(Datum::Bool(match inner.kind {
            LoopKind::ExistsOne => count == 1,
            _ => decisive == Some(false),
        })))
    }

    /// Notes the reads of a decision: the list itself only where no element was read.
    fn decided(
        &mut self,
        start: usize,
        base: Vec<Track<'a>>,
        why: Vec<Track<'a>>,
        own: Vec<Track<'a>>,
        itself: Vec<Track<'a>>,
    ) {
        self.reads.extend(base);
        self.reads.extend(why);
        self.reads.extend(own);
        if self.reads.len() == start {
            self.reads.extend(itself);
        }
    }

    fn with(&mut self, element: Held<'a>, body: &'a Plan) -> Result<Value<'a>, Unknown> {
        self.locals.push(element);
        let value = self.value(body);
        self.locals.pop();
        value
    }

    /// The elements of a range. Their reads are inside; when there is no range, its reads are noted as usual.
    fn elements(&mut self, plan: &'a Plan) -> Result<Elements<'a>, Unknown> {
        match plan {
            Plan::Loop(inner) if inner.kind == LoopKind::Filter => self.filter(inner),
            Plan::Loop(inner) if inner.kind == LoopKind::Map => self.map(inner),
            Plan::Concat(sides) => self.joined(sides),
            Plan::List(plans) => {
                let mut trail = Vec::new();
                let mut chosen = Vec::with_capacity(plans.len());
                for (value, reads) in self.each(plans)? {
                    let from = trail.len();
                    let held = with_history(value, &reads)?;
                    trail.extend(reads);
                    chosen.push((held, from..trail.len()));
                }
                let placed = chosen.len();
                let items = Items::Chosen(chosen);
                Ok(Elements { items, open: None, placed, base: Vec::new(), trail, itself: Vec::new() })
            }
            _ => {
                let mark = self.reads.len();
                let value = self.value(plan)?;
                let (items, open) = match value.datum() {
                    Some(Datum::List(list)) => (list.items.clone(), list.open.clone()),
                    Some(Datum::Object(map)) => {
                        let keys = keys(map.as_ref());
                        self.charge(keys.len())?;
                        (keys.into(), None)
                    }
                    other => return Err(mismatch(other, "a list or a map")),
                };
                let mut base = self.since(mark);
                let named = matches!(plan, Plan::Place(place) if place.path.is_some());
                let itself = if named { base.pop().into_iter().collect() } else { Vec::new() };
                let placed = items.len();
                Ok(Elements { items: Items::Whole(items), open, placed, base, trail: Vec::new(), itself })
            }
        }
    }

    fn filter(&mut self, inner: &'a Loop) -> Result<Elements<'a>, Unknown> {
        let mut elements = self.elements(&inner.range)?;
        let mut chosen = Vec::new();
        let mut gaps = Gaps::default();
        let mut placed = 0;
        for index in 0..elements.len() {
            self.charge(1)?;
            let mark = self.reads.len();
            let kept = self.with(elements.held(index), &inner.body).and_then(|value| value.bool());
            let own = self.since(mark);
            let why = elements.why(index).to_vec();
            match kept {
                Ok(kept) => {
                    let from = elements.trail.len();
                    if kept || index < TELLING {
                        elements.trail.extend(why);
                        elements.trail.extend(own);
                    }
                    if kept {
                        placed += usize::from(index < elements.placed);
                        chosen.push((elements.held(index), from..elements.trail.len()));
                    }
                }
                Err(reasons) => {
                    gaps.add(reasons);
                    if index < TELLING {
                        gaps.reads.extend(why);
                        gaps.reads.extend(own);
                    }
                }
            }
        }
        elements.placed = placed;
        self.chosen(elements, chosen, gaps)
    }

    fn map(&mut self, inner: &'a Loop) -> Result<Elements<'a>, Unknown> {
        let mut elements = self.elements(&inner.range)?;
        let mut chosen = Vec::new();
        let mut gaps = Gaps::default();
        for index in 0..elements.len() {
            self.charge(1)?;
            let mark = self.reads.len();
            let mapped = self.mapped(elements.held(index), &inner.body);
            let own = self.since(mark);
            let why = elements.why(index).to_vec();
            match mapped {
                Ok((held, path)) => {
                    let from = elements.trail.len();
                    elements.trail.extend(why);
                    elements.trail.extend(own);
                    let to = elements.trail.len();
                    // Whoever looks at the element reads it under this path, so it is not among its reasons.
                    elements.trail.extend(path.map(|path| Track { path, fact: held.clone() }));
                    chosen.push((held, from..to));
                }
                Err(reasons) => {
                    gaps.add(reasons);
                    gaps.reads.extend(why);
                    gaps.reads.extend(own);
                }
            }
        }
        self.chosen(elements, chosen, gaps)
    }

    /// One element of the result of `map`. A path gives the fact it names, even an unknown one: the list has that
    /// many elements all the same.
    fn mapped(&mut self, element: Held<'a>, body: &'a Plan) -> Result<(Held<'a>, Option<&'a Arc<str>>), Unknown> {
        let Plan::Place(place) = body else {
            let mark = self.reads.len();
            let value = self.with(element, body)?;
            let held = with_history(value, self.reads.get(mark..).unwrap_or_default())?;
            return Ok((held, None));
        };
        self.locals.push(element);
        let found = self.find(place, true);
        self.locals.pop();
        match found? {
            Found::At(held) => Ok((held, place.path.as_ref())),
            Found::Missing { lack, .. } => Err(lack.unknown()),
            stopped @ Found::Stopped { .. } => Ok((Held::new(stopped.into_fact()), place.path.as_ref())),
        }
    }

    fn chosen(
        &mut self,
        elements: Elements<'a>,
        chosen: Vec<(Held<'a>, Range<usize>)>,
        gaps: Gaps<'a>,
    ) -> Result<Elements<'a>, Unknown> {
        match gaps.unknown {
            Some(unknown) => {
                self.reads.extend(gaps.reads);
                Err(unknown)
            }
            None => Ok(Elements { items: Items::Chosen(chosen), ..elements }),
        }
    }

    /// The elements of both lists, each read under the path of the list that it stands in.
    fn joined(&mut self, sides: &'a [Plan; 2]) -> Result<Elements<'a>, Unknown> {
        let [left, right] = sides;
        let (first, second) = match (self.elements(left), self.elements(right)) {
            (Ok(first), Ok(second)) => (first, second),
            (Err(first), Err(second)) => return Err(first.and(second)),
            (Err(unknown), Ok(_)) | (Ok(_), Err(unknown)) => return Err(unknown),
        };
        let mut trail = Vec::new();
        let mut chosen = Vec::with_capacity(first.len() + second.len());
        for (elements, path) in [(&first, left.source()), (&second, right.source())] {
            for index in 0..elements.len() {
                self.charge(1)?;
                let from = trail.len();
                let held = elements.held(index);
                trail.extend(elements.why(index).iter().cloned());
                trail.extend(path.map(|path| Track { path, fact: held.clone() }));
                chosen.push((held, from..trail.len()));
            }
            if elements.len() == 0 {
                trail.extend(elements.trail.iter().chain(&elements.itself).cloned());
            }
        }
        let placed = if first.open.is_some() { first.placed } else { first.len() + second.placed };
        let base = first.base.into_iter().chain(second.base).collect();
        let itself = first.itself.into_iter().chain(second.itself).collect();
        let open = first.open.or(second.open);
        Ok(Elements { items: Items::Chosen(chosen), open, placed, base, trail, itself })
    }

    pub(super) fn element_in(&mut self, sides: &'a [Plan; 2]) -> Result<Value<'a>, Unknown> {
        let [left, right] = sides;
        let start = self.reads.len();
        let wanted = self.value(left);
        let middle = self.reads.len();
        let (wanted, elements) = match (wanted, self.elements(right)) {
            (Ok(wanted), Ok(elements)) => (wanted, elements),
            (Err(wanted), Err(elements)) => return Err(wanted.and(elements)),
            (Err(wanted), Ok(_)) => return Err(wanted),
            (Ok(_), Err(elements)) => {
                self.reads.drain(start..middle);
                return Err(elements);
            }
        };
        let Some(wanted) = wanted.datum() else { return Err(mismatch(None, "a value")) };
        let track = |index| right.source().map(|path| Track { path, fact: elements.held(index) });
        let mut gaps = Gaps::default();
        for index in 0..elements.len() {
            self.charge(1)?;
            let held = elements.held(index);
            let fact = held.fact();
            let same = match (fact.datum(), &fact.state) {
                (Some(datum), _) => self.equal(wanted, datum),
                (None, State::Unknown(reason)) => Err(Unknown::from(reason)),
                (None, _) => Err(Unknown::because("an element is not set")),
            };
            match same {
                Ok(false) => {}
                Ok(true) => {
                    self.reads.extend(elements.base.iter().chain(elements.why(index)).cloned());
                    self.reads.extend(track(index));
                    return Ok(Value::Plain(Datum::Bool(true)));
                }
                Err(reasons) => {
                    gaps.reads.extend(elements.why(index).iter().cloned());
                    gaps.reads.extend(track(index));
                    gaps.add(reasons);
                }
            }
        }
        gaps.add_open(&elements);
        if let Some(unknown) = gaps.unknown {
            self.reads.truncate(start);
            self.reads.extend(gaps.reads);
            return Err(unknown);
        }
        self.reads.extend(elements.base);
        self.reads.extend(if elements.trail.is_empty() { elements.itself } else { elements.trail });
        Ok(Value::Plain(Datum::Bool(false)))
    }

    pub(super) fn key_in(&mut self, sides: &'a [Plan; 2]) -> Result<Value<'a>, Unknown> {
        let (key, map) = self.both(sides)?;
        let Some(fact) = map.object()?.get(key.text()?) else { return Ok(Value::Plain(Datum::Bool(false))) };
        let found = match &fact.state {
            State::Known(_) => Ok(true),
            State::Absent(_) => Ok(false),
            State::Unknown(reason) => Err(Unknown::from(reason)),
        };
        // The entry says more than the map, which was read last.
        let [_, right] = sides;
        if right.source().is_some()
            && let Some(read) = self.reads.last_mut()
        {
            read.fact = Held::new(fact);
        }
        found.map(|found| Value::Plain(Datum::Bool(found)))
    }
}
