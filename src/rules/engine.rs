//! Evaluates rules over a model.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Instant;

use super::cel::{Budget, Expression, Outcome, Read, Scope, Type};
use super::dated::date;
use super::finding::{Finding, Identity, Label, NotEvaluated, SubjectName, Witness, fingerprint};
use super::follow::attach;
use super::merge::{directory, merge};
use super::rule::{Confidence, Rule, Subject};
use super::schedule::{Part, parts, side_by_side};
use super::tally::Tally;
use super::told::{assumed, chain, defaults, facts_as_of, places, primary_text, read_labels, severity_note};
use super::types::Records;
use super::undecided::shorten;
use super::unheard::Unheard;
use crate::directory::{AtHand, Kind, Location};
use crate::effective::{Datum, Fact, Model, Provenance, RecordView, Role, State};

/// Steps that the conditions of one rule may take for one subject.
const BUDGET: u64 = 1_000_000;

/// In a large environment so many for each document: a condition may look at everybody, but not at all pairs.
const STEPS_PER_DOCUMENT: u64 = 50;

/// More places than these help nobody to understand a finding.
const MAX_RELATED: usize = 8;

/// What a run of rules gives.
#[derive(Debug, Default)]
pub struct Results {
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// What could not be decided.
    pub not_evaluated: Vec<NotEvaluated>,
    /// What became of each rule.
    pub tallies: Vec<Tally>,
}

impl Results {
    fn decided(&mut self) {
        if let Some(tally) = self.tallies.last_mut() {
            tally.decided += 1;
        }
    }
}

/// Evaluates all rules.
#[must_use]
pub fn run(rules: &[&Rule], model: &Model) -> Results {
    let has_directory = model.environment().has_directory();
    let mut scope = Scope::new();
    scope.bind("environment", model.summary().clone());
    scope.bind("facts", model.facts());
    let budget = Budget(BUDGET.max(STEPS_PER_DOCUMENT.saturating_mul(model.environment().len() as u64)));
    let run = Run { model, scope, budget, unheard: OnceLock::new() };
    let one = |rule: &Rule, subject: &Subject, share: &Share<'_>| {
        let started = Instant::now();
        let mut results = Results { tallies: vec![Tally::new(&rule.name)], ..Results::default() };
        // Without any document of a directory there is nothing to say about the whole.
        if has_directory || !["environment", "facts"].iter().any(|whole| subject.path.starts_with(whole)) {
            run.subject(rule, subject, share, &mut results);
        }
        let undecided = results.not_evaluated.len();
        if let Some(tally) = results.tallies.last_mut() {
            tally.time = started.elapsed();
            tally.undecided = undecided;
        }
        // The same is said once for each document.
        results.not_evaluated.dedup();
        shorten(&mut results.not_evaluated);
        results
    };
    let tallies: Mutex<Vec<Tally>> = Mutex::new(rules.iter().map(|rule| Tally::new(&rule.name)).collect());
    // Most rules find nothing in most slices, so that only what is found is kept of them.
    let all = |part: &Part| {
        let share = Share::new(model, part.clone());
        let (mut found, mut own) = (Vec::new(), Vec::with_capacity(rules.len()));
        for (index, rule) in rules.iter().enumerate() {
            let mut tally = Tally::new(&rule.name);
            for (number, subject) in rule.subjects.iter().enumerate() {
                let results = one(rule, subject, &share);
                results.tallies.iter().for_each(|of_subject| tally.add(of_subject));
                if !results.findings.is_empty() || !results.not_evaluated.is_empty() {
                    found.push(((index, number), results.findings, results.not_evaluated));
                }
            }
            own.push(tally);
        }
        if let Ok(mut tallies) = tallies.lock() {
            tallies.iter_mut().zip(&own).for_each(|(tally, of_part)| tally.add(of_part));
        }
        found
    };
    let longest = Kind::ALL.iter().map(|kind| model.environment().count(*kind)).max().unwrap_or(0);
    let parts = parts(model.environment().len(), longest);
    let mut results = Results::default();
    let mut found: Vec<_> = side_by_side(&parts, all).into_iter().flatten().collect();
    // Those of one subject stay in the order of the documents, however these were divided.
    found.sort_by_key(|(subject, _, _)| *subject);
    for (_, findings, not_evaluated) in found {
        results.findings.extend(findings);
        results.not_evaluated.extend(not_evaluated);
    }
    results.tallies = tallies.into_inner().unwrap_or_default();
    results.findings = merge(std::mem::take(&mut results.findings), model.environment());
    leave_out_reported(&mut results);
    results.findings = attach(std::mem::take(&mut results.findings), rules, model.environment());
    let weight = |name: &str| {
        let rule = rules.iter().find(|rule| *rule.name == *name);
        let list = rule.is_some_and(|rule| rule.subjects.iter().any(|subject| subject.path.contains('.')));
        (list, std::cmp::Reverse(rule.map(|rule| rule.severity)))
    };
    results.not_evaluated.sort_by_cached_key(|open| (weight(&open.rule), open.clone()));
    results.not_evaluated.dedup();
    shorten(&mut results.not_evaluated);
    results
}

/// A line that a rule has reported is not undecided for it as well, as it is where two lines set one parameter.
fn leave_out_reported(results: &mut Results) {
    let findings = &results.findings;
    let reported = |open: &NotEvaluated| {
        let here = |finding: &Finding| finding.primary.as_ref().is_some_and(|label| open.at.contains(&label.at));
        !open.at.is_empty() && findings.iter().any(|finding| finding.rule == open.rule && here(finding))
    };
    results.not_evaluated.retain(|open| !reported(open));
    for open in &mut results.not_evaluated {
        open.at = Vec::new();
    }
}

struct Run<'m> {
    model: &'m Model,
    /// The variables that every rule sees.
    scope: Scope<'static>,
    budget: Budget,
    /// Found out when a rule is undecided.
    unheard: OnceLock<Unheard>,
}

/// A part of the work, with the documents that belong to it.
struct Share<'m> {
    model: &'m Model,
    part: Part,
    documents: RefCell<BTreeMap<Kind, Rc<[Fact]>>>,
}

impl<'m> Share<'m> {
    fn new(model: &'m Model, part: Part) -> Self {
        Self { model, part, documents: RefCell::default() }
    }

    /// The documents of a kind: one record for all rules, since it remembers the fields that they read.
    fn documents(&self, kind: Kind) -> Rc<[Fact]> {
        let mut documents = self.documents.borrow_mut();
        let of_kind =
            documents.entry(kind).or_insert_with(|| self.model.documents_at(kind, self.part.documents()).into());
        Rc::clone(of_kind)
    }
}

/// The variables of one evaluation.
struct Bindings<'b> {
    /// The kind of the document that the subject starts from, or `environment`.
    record: &'b str,
    /// The document.
    owner: Option<&'b Fact>,
    /// The element, for a list subject.
    element: Option<Fact>,
}

impl Run<'_> {
    fn subject(&self, rule: &Rule, subject: &Subject, share: &Share<'_>, results: &mut Results) {
        let (record, path) =
            subject.path.split_once('.').map_or((&*subject.path, None), |(record, path)| (record, Some(path)));
        let documents = Kind::from_name(record).filter(|kind| *kind != Kind::Facts).map(|kind| share.documents(kind));
        let owners: Vec<Option<&Fact>> = match &documents {
            Some(documents) => documents.iter().map(Some).collect(),
            None if share.part.whole() => vec![None],
            None => Vec::new(),
        };
        for owner in owners {
            let mut bindings = Bindings { record, owner, element: None };
            let Some(path) = path else {
                self.evaluate(rule, subject, &bindings, results);
                continue;
            };
            let root = owner.or_else(|| self.scope.get(record));
            let Some(fact) =
                root.and_then(Fact::object).and_then(|object| crate::effective::at_path(object.as_ref(), path))
            else {
                continue;
            };
            let list = matches!(Records::get().at(record, path), Some(Type::List(_)));
            let (elements, open) = match elements(&fact, list, || self.name(&bindings).name) {
                Ok(found) => found,
                Err(reason) => (Vec::new(), Some(reason)),
            };
            if let Some(reason) = open {
                self.undecided_if_applicable(rule, subject, &bindings, reason, results);
            }
            for element in elements {
                bindings.element = Some(element);
                self.evaluate(rule, subject, &bindings, results);
            }
        }
    }

    /// Whether nobody need be asked, because no server that the document is for takes mail.
    fn is_unheard(&self, rule: &Rule, subject: &Subject, owner: Option<&Fact>) -> bool {
        let unheard = || Unheard::of(self.model);
        Unheard::may_cover(rule, subject) && self.unheard.get_or_init(unheard).covers(owner)
    }

    /// A list that is unknown or open leaves a rule undecided, unless its `when` is false whatever the elements are.
    fn undecided_if_applicable(
        &self,
        rule: &Rule,
        subject: &Subject,
        bindings: &Bindings<'_>,
        reason: String,
        results: &mut Results,
    ) {
        let mut scope = self.scope(bindings);
        scope.bind("element", Fact::unknown(reason.as_str(), Provenance::default()));
        let mut budget = self.budget;
        let silent = subject.when.as_ref().is_some_and(|when| when.evaluate(&scope, &mut budget).bool() == Some(false));
        // Nobody asks what a host list holds that no server looks at.
        if !silent && !self.is_unheard(rule, subject, bindings.owner) {
            let (rule, subject) = (Arc::clone(&rule.name), self.name(bindings));
            results.not_evaluated.push(NotEvaluated { rule, subject, reason, at: Vec::new(), more: 0 });
        }
    }

    fn scope(&self, bindings: &Bindings<'_>) -> Scope<'_> {
        let mut scope = Scope::within(&self.scope);
        if let Some(fact) = bindings.owner {
            scope.bind(bindings.record, fact.clone());
        }
        scope
    }

    fn name(&self, bindings: &Bindings<'_>) -> SubjectName {
        let document = bindings
            .owner
            .and_then(|fact| fact.provenance.place())
            .and_then(|at| self.model.environment().at_hand(at.document));
        // An entry of the facts belongs to the environment as a whole.
        let kind = if bindings.record == "facts" { "environment" } else { bindings.record };
        SubjectName { kind: Arc::from(kind), name: Arc::from(document.map_or("", AtHand::name)) }
    }

    fn evaluate(&self, rule: &Rule, subject: &Subject, bindings: &Bindings<'_>, results: &mut Results) {
        let mut scope = self.scope(bindings);
        if let Some(element) = &bindings.element {
            scope.bind("element", element.clone());
        }
        let mut budget = self.budget;
        let undecided = |outcome: &Outcome, results: &mut Results| {
            if self.is_unheard(rule, subject, bindings.owner) {
                return;
            }
            let reason = match &outcome.value {
                Err(unknown) => unknown.to_string(),
                Ok(_) => "the condition is neither true nor false".to_owned(),
            };
            let (rule, subject) = (Arc::clone(&rule.name), self.name(bindings));
            let at =
                bindings.element.as_ref().and_then(entry_value).map_or_else(Vec::new, |value| places(Some(&value)));
            results.not_evaluated.push(NotEvaluated { rule, subject, reason, at, more: 0 });
        };
        let applies = subject.when.as_ref().map(|when| when.evaluate(&scope, &mut budget));
        if applies.as_ref().is_some_and(|outcome| outcome.bool() == Some(false)) {
            return;
        }
        let violated = subject.violation.evaluate(&scope, &mut budget);
        match violated.bool() {
            Some(false) => {
                results.decided();
                return;
            }
            Some(true) => {}
            None => return undecided(&violated, results),
        }
        if let Some(outcome) = applies.filter(|outcome| outcome.bool().is_none()) {
            return undecided(&outcome, results);
        }
        let mut finding = self.finding(rule, subject, bindings, &scope, &violated.reads, &mut budget);
        date(&mut finding, &subject.tables, self.scope.get("environment"));
        results.findings.push(finding);
        results.decided();
    }

    fn finding(
        &self,
        rule: &Rule,
        subject: &Subject,
        bindings: &Bindings<'_>,
        scope: &Scope<'_>,
        reads: &[Read],
        budget: &mut Budget,
    ) -> Finding {
        let documents = self.model.environment();
        let fact = match &subject.at {
            Some(at) => at.fact(scope, budget),
            None => reads.iter().map(|read| &read.fact).find(|fact| fact.provenance.place().is_some()).cloned(),
        };
        let fact = fact.or_else(|| bindings.element.clone());
        let place = fact.as_ref().and_then(|fact| fact.provenance.place()).cloned();
        let primary =
            place.clone().map(|at| Label { text: primary_text(documents, &at, fact.as_ref()), at, name_only: false });
        let mut notes: Vec<String> = subject.notes.iter().flat_map(|notes| texts(notes, scope, budget)).collect();
        let (mut severity, mut confidence, mut help, mut fix) = (None, None, None, None);
        for adjustment in &subject.adjustments {
            let wanted = (severity.is_none() && adjustment.severity.is_some())
                || (confidence.is_none() && adjustment.confidence.is_some())
                || (help.is_none() && adjustment.help.is_some())
                || (fix.is_none() && adjustment.fix.is_some());
            if !wanted || adjustment.when.evaluate(scope, budget).bool() != Some(true) {
                continue;
            }
            severity = severity.or(adjustment.severity);
            confidence = confidence.or(adjustment.confidence);
            help = help.or(adjustment.help.as_ref());
            fix = fix.or(adjustment.fix.as_ref());
            if let Some(because) = &adjustment.because {
                match (adjustment.severity, adjustment.confidence) {
                    (Some(severity), _) => notes.push(severity_note(severity, rule.severity, because)),
                    (None, Some(Confidence::Likely)) => notes.push(format!("likely, not certain: {because}")),
                    (None, Some(confidence)) => {
                        notes.push(format!("{}: {because}", format!("{confidence:?}").to_lowercase()));
                    }
                    // What to do and where to click need no reason.
                    (None, None) => {}
                }
            }
        }
        let mut confidence = confidence.unwrap_or(rule.confidence);
        notes.extend(defaults(documents, reads));
        notes.extend(facts_as_of(reads, scope.get("facts")));
        if reads.iter().any(|read| assumed(&read.fact)) {
            confidence = confidence.min(Confidence::Likely);
        }
        let mut related: Vec<Label> = subject
            .related
            .iter()
            .filter_map(|(field, text)| {
                let fact = field.fact(scope, budget)?;
                let at = fact.provenance.place()?.clone();
                Some(Label { at, text: text.fill(scope, budget), name_only: false })
            })
            .collect();
        related.extend(fact.iter().flat_map(|fact| chain(&fact.provenance)));
        related.extend(reads.iter().flat_map(|read| chain(&read.fact.provenance)));
        let labelled: Vec<&Location> = place.iter().chain(related.iter().map(|label| &label.at)).collect();
        let named = read_labels(documents, reads, &labelled);
        related.extend(named);
        let mut seen: BTreeSet<Location> = place.iter().cloned().collect();
        related.retain(|label| seen.insert(label.at.clone()));
        related.truncate(MAX_RELATED);
        let element = match &bindings.element {
            Some(element) => Some(element.object().map_or_else(|| element.to_string(), |object| object.identity())),
            None => place.as_ref().filter(|at| at.element.is_some()).and(fact.as_ref()).map(ToString::to_string),
        };
        let identity = Identity {
            rule: &rule.name,
            directory: place.as_ref().map_or("", |at| directory(documents, at)),
            // A finding about the whole stays the same whichever document shows it first.
            document: place
                .as_ref()
                .filter(|_| bindings.owner.is_some())
                .and_then(|at| documents.document(at.document)),
            field: match (&place, bindings.owner) {
                (Some(at), Some(_)) => &at.field,
                _ => &subject.path,
            },
            element: element.as_deref().unwrap_or(""),
            ordinal: 0,
        };
        let fingerprint = fingerprint(&identity);
        Finding {
            rule: Arc::clone(&rule.name),
            category: Arc::clone(&rule.category),
            severity: severity.unwrap_or(rule.severity),
            confidence,
            message: subject.message.fill(scope, budget),
            help: help.unwrap_or(&rule.help).clone(),
            fix: fix.unwrap_or(&rule.fix).clone(),
            consequence: rule.consequence.clone(),
            expected: subject.expected.as_ref().map(|expected| expected.fill(scope, budget)),
            actual: fact
                .as_ref()
                .filter(|fact| fact.object().is_none())
                .and_then(|fact| fact.datum().map(ToString::to_string)),
            subject: self.name(bindings),
            covers: subject.covers.as_ref().map(|covers| places(covers.fact(scope, budget).as_ref())),
            follows: None,
            element,
            fingerprint,
            primary,
            related,
            provenance: fact.map(|fact| fact.provenance.steps().to_vec()).unwrap_or_default(),
            notes,
            witness: subject.witness.as_ref().and_then(|shown| shown.fact(scope, budget)).as_ref().and_then(witness),
        }
    }
}

/// The texts of a list.
fn texts(list: &Expression, scope: &Scope<'_>, budget: &mut Budget) -> Vec<String> {
    match list.evaluate(scope, budget).value {
        Ok(Datum::List(list)) => list.items.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// A dialogue from its record.
fn witness(fact: &Fact) -> Option<Witness> {
    let record = fact.object()?;
    let part = |name: &str| record.get(name).and_then(|part| part.text().map(ToString::to_string));
    Some(Witness {
        from: part("from")?,
        ptr: part("ptr").filter(|name| name != "none"),
        mail_from: part("mail_from")?,
        rcpt: part("rcpt")?,
    })
}

/// The elements of a list subject, and why there may be more. A single value is its own element; one that is not set has
/// none. A list that is not set and has no established default may hold anything.
fn elements(fact: &Fact, list: bool, holder: impl Fn() -> Arc<str>) -> Result<(Vec<Fact>, Option<String>), String> {
    match &fact.state {
        State::Known(Datum::List(list)) | State::Absent(Some(Datum::List(list))) => {
            Ok((list.items.to_vec(), list.open.as_ref().map(ToString::to_string)))
        }
        State::Known(Datum::Object(object)) => {
            Ok((object.entries().into_iter().map(|(name, value)| setting(&name, value, &holder())).collect(), None))
        }
        State::Known(_) => Ok((vec![fact.clone()], None)),
        State::Absent(None) if list => {
            let told = fact
                .provenance
                .steps()
                .iter()
                .find(|step| step.role == Role::Missing)
                .map(|step| step.text.to_string());
            Err(told
                .unwrap_or_else(|| "the list is not set, and what it holds by default is not established".to_owned()))
        }
        State::Absent(_) => Ok((Vec::new(), None)),
        State::Unknown(reason) => Err(reason.to_string()),
    }
}

/// The value of an entry of a table.
fn entry_value(element: &Fact) -> Option<Fact> {
    element.object()?.get("value")
}

/// A named value of a table as a record.
fn setting(name: &str, value: Fact, holder: &str) -> Fact {
    let provenance = value.provenance.clone();
    let parts = BTreeMap::from([
        (Arc::from("name"), Fact::known(name, provenance.clone())),
        (Arc::from("value"), value),
        (Arc::from("holder"), Fact::known(holder, Provenance::default())),
    ]);
    RecordView::fact(name.to_owned(), parts, provenance)
}
