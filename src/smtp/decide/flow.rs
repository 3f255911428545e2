//! The way of one dialogue: steps are put down in order, the first that ends it counts, and what is open stays open.

use std::sync::Arc;

use crate::smtp::answer::{Answer, Confidence, Source, Truth, Why};
use crate::smtp::policy::Policy;
use crate::smtp::session::Session;
use crate::smtp::verdict::{Effect, Grant, Outcome, Stage, Step, Verdict};

/// A dialogue on its way.
pub(super) struct Flow<'p> {
    pub(super) policy: &'p Policy,
    pub(super) session: &'p Session,
    traced: bool,
    steps: Vec<Step>,
    end: Option<End>,
    open: Option<Open>,
    confidence: Confidence,
    pub(super) local: Option<bool>,
    pub(super) grant: Option<(Grant, Vec<Source>)>,
    decided_by: Vec<Source>,
}

/// The step that ended the dialogue.
struct End {
    outcome: Outcome,
    stage: Stage,
    by: Vec<Source>,
    confidence: Confidence,
    reply: Option<Arc<str>>,
}

/// The first step that may have ended it.
struct Open {
    stage: Stage,
    refuse: bool,
    by: Vec<Source>,
    why: Why,
}

/// One thing that a step found.
pub(super) struct Judgement {
    pub(super) effect: Effect,
    pub(super) by: Vec<Source>,
    pub(super) confidence: Confidence,
    pub(super) text: String,
    /// The reply of a rejection, as far as a source shows it.
    pub(super) reply: Option<Arc<str>>,
    /// For what may happen, why that is not known.
    pub(super) why: Option<Why>,
}

impl Judgement {
    /// The dialogue goes on.
    pub(super) fn pass(by: Vec<Source>, confidence: Confidence, text: String) -> Self {
        Self { effect: Effect::Pass, by, confidence, text, reply: None, why: None }
    }

    /// The dialogue goes on; something is worth saying.
    pub(super) fn note(by: Vec<Source>, confidence: Confidence, text: String) -> Self {
        Self { effect: Effect::Note, by, confidence, text, reply: None, why: None }
    }

    /// The server says no.
    pub(super) fn reject(by: Vec<Source>, confidence: Confidence, text: String, reply: Option<&str>) -> Self {
        Self { effect: Effect::Reject, by, confidence, text, reply: reply.map(Arc::from), why: None }
    }

    /// There is no connection.
    pub(super) fn refuse(by: Vec<Source>, confidence: Confidence, text: String) -> Self {
        Self { effect: Effect::Refuse, by, confidence, text, reply: None, why: None }
    }

    /// The server may say no.
    pub(super) fn may_reject(by: Vec<Source>, why: Why) -> Self {
        let text = why.to_string();
        Self { effect: Effect::MayReject, by, confidence: Confidence::Uncertain, text, reply: None, why: Some(why) }
    }

    /// There may be no connection.
    pub(super) fn may_refuse(by: Vec<Source>, why: Why) -> Self {
        Self { effect: Effect::MayRefuse, ..Self::may_reject(by, why) }
    }

    /// Whether the message can get past this.
    pub(super) fn passes(&self) -> Option<bool> {
        match self.effect {
            Effect::Pass | Effect::Note => Some(true),
            Effect::Reject | Effect::Refuse => Some(false),
            Effect::MayReject | Effect::MayRefuse => None,
        }
    }
}

impl<'p> Flow<'p> {
    pub(super) fn new(policy: &'p Policy, session: &'p Session, traced: bool) -> Self {
        Self {
            policy,
            session,
            traced,
            steps: Vec::new(),
            end: None,
            open: None,
            confidence: Confidence::Sure,
            local: None,
            grant: None,
            decided_by: Vec::new(),
        }
    }

    /// The text of a step, made only when somebody reads it.
    pub(super) fn say(&self, text: impl FnOnce() -> String) -> String {
        if self.traced { text() } else { String::new() }
    }

    /// Whether a step has surely ended the dialogue.
    pub(super) fn ended(&self) -> bool {
        self.end.is_some()
    }

    /// Puts down what a step found.
    pub(super) fn put(&mut self, stage: Stage, found: Judgement) {
        if self.ended() {
            return;
        }
        match found.effect {
            Effect::Pass => self.confidence = self.confidence.min(found.confidence),
            Effect::Note => {}
            Effect::Reject | Effect::Refuse => {
                let outcome = if found.effect == Effect::Refuse { Outcome::Refused } else { Outcome::Rejected };
                self.end = Some(End {
                    outcome,
                    stage,
                    by: found.by.clone(),
                    confidence: found.confidence,
                    reply: found.reply,
                });
            }
            Effect::MayReject | Effect::MayRefuse => {
                if self.open.is_none() {
                    self.open = Some(Open {
                        stage,
                        refuse: found.effect == Effect::MayRefuse,
                        by: found.by.clone(),
                        why: found.why.clone().unwrap_or_else(|| Arc::from("it is not known")),
                    });
                }
            }
        }
        if self.traced {
            self.steps.push(Step {
                stage,
                effect: found.effect,
                text: found.text,
                by: found.by,
                confidence: found.confidence,
            });
        }
    }

    /// Puts down a rejection if the answer is yes.
    pub(super) fn reject_if(
        &mut self,
        stage: Stage,
        answer: Answer,
        reply: Option<&str>,
        yes: impl FnOnce() -> String,
        no: impl FnOnce() -> String,
    ) {
        let found = match answer.truth {
            Truth::Yes => Judgement::reject(answer.by, answer.confidence, self.say(yes), reply),
            Truth::No => Judgement::pass(answer.by, answer.confidence, self.say(no)),
            Truth::Unknown(why) => Judgement::may_reject(answer.by, why),
        };
        self.put(stage, found);
    }

    /// Names what decides that the message gets in, beside the steps.
    pub(super) fn decided(&mut self, by: &[Source]) {
        self.decided_by.extend_from_slice(by);
    }

    /// The verdict.
    pub(super) fn verdict(self) -> Verdict {
        let (grant, grant_by) = self.grant.map_or((None, Vec::new()), |(grant, by)| (Some(grant), by));
        let mut verdict = Verdict {
            outcome: Outcome::Accepted,
            stage: Stage::Data,
            open_stage: self.open.as_ref().map(|open| open.stage),
            ended: self.end.as_ref().map(|end| end.stage),
            accepted: Some(true),
            local: self.local,
            grant,
            grant_by,
            confidence: self.confidence,
            reply: None,
            why: None,
            decided_by: self.decided_by,
            steps: self.steps,
        };
        match (self.end, self.open) {
            (None, None) => {}
            (None, Some(open)) => {
                verdict.outcome = Outcome::Unknown;
                verdict.stage = open.stage;
                verdict.accepted = None;
                verdict.confidence = Confidence::Uncertain;
                verdict.why = Some(open.why.to_string());
                verdict.decided_by = open.by;
            }
            (Some(end), open) => {
                verdict.accepted = Some(false);
                verdict.grant = None;
                verdict.grant_by = Vec::new();
                verdict.stage = end.stage;
                verdict.outcome = end.outcome;
                verdict.confidence = end.confidence;
                verdict.reply = end.reply;
                verdict.decided_by = end.by;
                match open {
                    // Whether there is a connection at all is open, and that the message stays out is not.
                    Some(open) if open.refuse && end.outcome != Outcome::Refused => {
                        verdict.outcome = Outcome::Unknown;
                        verdict.stage = open.stage;
                        verdict.reply = None;
                        verdict.confidence = Confidence::Uncertain;
                        verdict.why = Some(format!("{}; in any case the message is not taken", open.why));
                    }
                    // It may already end before; then the reply is another one.
                    Some(open) if open.stage < end.stage => {
                        verdict.confidence = verdict.confidence.min(Confidence::Likely);
                        verdict.why = Some(format!("it may already be rejected before: {}", open.why));
                    }
                    _ => {}
                }
            }
        }
        verdict
    }
}
