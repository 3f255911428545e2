//! What a server does with a dialogue, step by step.

use std::sync::Arc;

use super::answer::{Confidence, Source};

/// A part of the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Up to the greeting.
    Connect,
    /// EHLO, STARTTLS, AUTH.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
}

impl Stage {
    /// The word for it in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
        }
    }
}

/// How a dialogue ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The message is in MAIL.BOX.
    Accepted,
    /// The server answers, and says no.
    Rejected,
    /// There is no connection.
    Refused,
    /// Not known.
    Unknown,
}

impl Outcome {
    /// The word for it in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// What one step does to the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It goes on.
    Pass,
    /// It goes on; the step only says something.
    Note,
    /// It ends with a reply.
    Reject,
    /// There is no connection.
    Refuse,
    /// Either goes on or ends with a reply.
    MayReject,
    /// Either goes on or there is no connection.
    MayRefuse,
}

impl Effect {
    /// The word for it in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Note => "note",
            Self::Reject => "reject",
            Self::Refuse => "refuse",
            Self::MayReject | Self::MayRefuse => "unknown",
        }
    }
}

/// One step of the decision.
#[derive(Debug, Clone)]
pub struct Step {
    /// The part of the dialogue that it belongs to.
    pub stage: Stage,
    /// What it does.
    pub effect: Effect,
    /// What is decided, for people; lower case, no full stop.
    pub text: String,
    /// The places that decide.
    pub by: Vec<Source>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// Why a server takes a message for somebody outside its domains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// Relay enforcement is off.
    EnforcementNone,
    /// The host counts as internal because of its name.
    InternalName,
    /// The host is exempt from the checks.
    ExemptHost,
    /// The user is authenticated.
    Authenticated,
    /// An entry allows the host.
    AllowedHost,
    /// An entry allows the domain.
    AllowedDestination,
    /// No entry denies it.
    NothingDenies,
}

impl Grant {
    /// The word for it in output and rules.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::EnforcementNone => "enforcement_none",
            Self::InternalName => "internal_name",
            Self::ExemptHost => "exempt_host",
            Self::Authenticated => "authenticated",
            Self::AllowedHost => "allowed_host",
            Self::AllowedDestination => "allowed_destination",
            Self::NothingDenies => "nothing_denies",
        }
    }
}

/// What a server does with a dialogue.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// How it ends.
    pub outcome: Outcome,
    /// Where it ends; for an unknown outcome, the first part that leaves it open.
    pub stage: Stage,
    /// The first part that the input leaves open, also where a later part decides.
    pub open_stage: Option<Stage>,
    /// The part at which the dialogue ends at the latest, if it surely ends before the message is taken.
    pub ended: Option<Stage>,
    /// Whether the message can get in: known also where it is open how it is kept out.
    pub accepted: Option<bool>,
    /// Whether the recipient's domain is local.
    pub local: Option<bool>,
    /// For a recipient outside, what lets the message through.
    pub grant: Option<Grant>,
    /// The places that decide the grant.
    pub grant_by: Vec<Source>,
    /// How sure the outcome is.
    pub confidence: Confidence,
    /// The reply, as far as a source shows it.
    pub reply: Option<Arc<str>>,
    /// Why the outcome is not known.
    pub why: Option<String>,
    /// The places that decide the outcome.
    pub decided_by: Vec<Source>,
    /// The steps, if they were asked for.
    pub steps: Vec<Step>,
}
