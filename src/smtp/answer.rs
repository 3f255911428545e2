//! What is known of a setting, and how sure an answer is. Unknown goes through every decision as in design.md "The value".

use std::sync::Arc;

/// The number of a place that whoever built the policy keeps. This layer only hands it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source(pub u32);

/// How sure an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Sources say little or disagree, and this is the better reading.
    Uncertain,
    /// It follows from what is documented, or a default that the input does not show takes part.
    Likely,
    /// Documented.
    Sure,
}

impl Confidence {
    /// The word for it in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Uncertain => "uncertain",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}

/// Why something is not known, in one clause.
pub type Why = Arc<str>;

/// A setting in force: its value or why that is not known.
#[derive(Debug, Clone)]
pub struct Setting<T> {
    /// The value.
    pub value: Result<T, Why>,
    /// The place that it comes from.
    pub source: Source,
    /// Sure for a value that the input states, less for a default that stands in.
    pub confidence: Confidence,
}

impl<T> Setting<T> {
    /// The value, if it is known.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        self.value.as_ref().ok()
    }

    /// Why the value is not known.
    #[must_use]
    pub fn why(&self) -> Option<&Why> {
        self.value.as_ref().err()
    }
}

/// Yes, no, or why that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Truth {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not known, and why.
    Unknown(Why),
}

/// An answer with the place that decided it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What it is.
    pub truth: Truth,
    /// The places that decided, the most telling first.
    pub by: Vec<Source>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Answer {
    /// Yes, because of a place.
    #[must_use]
    pub fn yes(by: Source, confidence: Confidence) -> Self {
        Self { truth: Truth::Yes, by: vec![by], confidence }
    }

    /// No, because of a place.
    #[must_use]
    pub fn no(by: Source, confidence: Confidence) -> Self {
        Self { truth: Truth::No, by: vec![by], confidence }
    }

    /// Not known.
    #[must_use]
    pub fn unknown(by: Source, why: Why) -> Self {
        Self { truth: Truth::Unknown(why), by: vec![by], confidence: Confidence::Uncertain }
    }

    /// Whether it is yes.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        self.truth == Truth::Yes
    }

    /// Whether it is no.
    #[must_use]
    pub fn is_no(&self) -> bool {
        self.truth == Truth::No
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Self {
        let truth = match self.truth {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            unknown @ Truth::Unknown(_) => unknown,
        };
        Self { truth, ..self }
    }

    /// Yes if either is: the first yes decides, then the first unknown; no needs both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (&self.truth, &other.truth) {
            (Truth::Yes, _) => self,
            (_, Truth::Yes) => other,
            (Truth::Unknown(_), _) => self,
            (_, Truth::Unknown(_)) => other,
            (Truth::No, Truth::No) => {
                let mut by = self.by;
                by.extend(other.by.into_iter().filter(|source| !by.contains(source)).collect::<Vec<_>>());
                Self { truth: Truth::No, by, confidence: self.confidence.min(other.confidence) }
            }
        }
    }

    /// Yes if both are: the first no decides, then the first unknown.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.negate().or(other.negate()).negate()
    }
}

/// Whether a list has no entry, from the place of its first one and from why there may be more than the input shows.
pub(super) fn blank(first: Option<Source>, open: Option<&Why>, list: Source, confidence: Confidence) -> Answer {
    match (first, open) {
        (Some(entry), _) => Answer::no(entry, confidence),
        (None, Some(why)) => Answer::unknown(list, Arc::clone(why)),
        (None, None) => Answer::yes(list, confidence),
    }
}
