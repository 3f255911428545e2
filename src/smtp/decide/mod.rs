//! The decision procedure (semantics.md 11): one dialogue in, one verdict out. The only place that knows how Domino's
//! inbound settings work together.

mod connect;
mod flow;
mod mail;
mod rcpt;
pub(super) mod relay;

use flow::Flow;

use super::policy::Policy;
use super::session::Session;
use super::verdict::Verdict;

/// What the server does with the dialogue, without the steps. Total: every policy and every session has a verdict.
#[must_use]
pub fn decide(policy: &Policy, session: &Session) -> Verdict {
    run(policy, session, false)
}

/// What the server does with the dialogue, with every step.
#[must_use]
pub fn trace(policy: &Policy, session: &Session) -> Verdict {
    run(policy, session, true)
}

fn run(policy: &Policy, session: &Session, traced: bool) -> Verdict {
    let mut flow = Flow::new(policy, session, traced);
    let port = connect::connect(&mut flow);
    if !flow.ended() {
        connect::filters(&mut flow);
    }
    if !flow.ended() {
        mail::authenticate(&mut flow, port);
    }
    if !flow.ended() {
        mail::mail_from(&mut flow);
    }
    if flow.ended() {
        rcpt::note_local(&mut flow);
    } else {
        rcpt::rcpt_to(&mut flow);
    }
    flow.verdict()
}
