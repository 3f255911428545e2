//! What options let one choose from.

use clap::ValueEnum;

use crate::config::Profile;
use crate::source::Severity;

/// Which rules run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ProfileName {
    /// Those that every environment should pass.
    Default,
    /// Also those that ask for more than working mail.
    Strict,
    /// Every rule.
    All,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::Default => Self::Default,
            ProfileName::Strict => Self::Strict,
            ProfileName::All => Self::All,
        }
    }
}

/// How to print results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// How to print pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PageFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For documents.
    Markdown,
}

/// What a dialogue takes for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Assume {
    /// The sender's domain has an MX or address record.
    SenderInDns,
    /// It has none.
    SenderNotInDns,
    /// A blacklist that the server asks over DNS has the host.
    Blacklisted,
    /// None has.
    NotBlacklisted,
    /// A whitelist that the server asks over DNS has the host.
    Whitelisted,
    /// None has.
    NotWhitelisted,
    /// The sender is the user's own Internet address.
    SenderIsOwn,
    /// The recipient's domain is not local, even where the input may not show all local domains.
    RecipientElsewhere,
}

/// What the other side reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Observed {
    /// "Connection refused", "actively refused".
    Refused,
}

/// How a dialogue should end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Expect {
    /// The message is taken.
    Accepted,
    /// The server says no.
    Rejected,
    /// There is no connection.
    Refused,
    /// The input does not settle it.
    Unknown,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On terminals.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// From which severity on findings make the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Errors only.
    Error,
    /// Warnings and errors.
    Warning,
    /// Anything.
    Info,
    /// Findings never do.
    Never,
}

impl FailOn {
    /// The least severity that fails; `None` if nothing does.
    #[must_use]
    pub(super) fn least(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}
