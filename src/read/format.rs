//! The formats that can be read, and what they are called.

use std::fmt;
use std::str::FromStr;

use crate::suggest::closest;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The native description in TOML.
    NativeToml,
    /// The native description in JSON.
    NativeJson,
    /// One-touch Domino setup JSON.
    OneTouchSetup,
    /// A Kubernetes ConfigMap with one-touch setup JSON in it.
    ConfigMap,
    /// A server's notes.ini.
    NotesIni,
    /// Documents as XML.
    Dxl,
    /// The native description in YAML.
    NativeYaml,
    /// Documents that the Domino REST API answered.
    DominoRest,
    /// Documents that Domino Access Services answered.
    AccessServices,
    /// Structured text, as a Notes client exports it.
    StructuredText,
    /// Entries of an LDAP directory.
    Ldif,
    /// The rows of a view, as `?ReadViewEntries` answers them.
    ViewEntries,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 12] = [
        Self::NativeToml,
        Self::NativeJson,
        Self::NativeYaml,
        Self::OneTouchSetup,
        Self::ConfigMap,
        Self::NotesIni,
        Self::Dxl,
        Self::DominoRest,
        Self::AccessServices,
        Self::StructuredText,
        Self::Ldif,
        Self::ViewEntries,
    ];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NativeToml => "toml",
            Self::NativeJson => "json",
            Self::OneTouchSetup => "one-touch-setup",
            Self::ConfigMap => "config-map",
            Self::NotesIni => "notes-ini",
            Self::Dxl => "dxl",
            Self::NativeYaml => "yaml",
            Self::DominoRest => "domino-rest",
            Self::AccessServices => "access-services",
            Self::StructuredText => "structured-text",
            Self::Ldif => "ldif",
            Self::ViewEntries => "view-entries",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NativeToml => "native description (TOML)",
            Self::NativeJson => "native description (JSON)",
            Self::OneTouchSetup => "one-touch setup",
            Self::ConfigMap => "one-touch setup in a ConfigMap",
            Self::NotesIni => "notes.ini",
            Self::Dxl => "DXL",
            Self::NativeYaml => "native description (YAML)",
            Self::DominoRest => "Domino REST API",
            Self::AccessServices => "Domino Access Services",
            Self::StructuredText => "structured text",
            Self::Ldif => "LDIF",
            Self::ViewEntries => "view entries",
        })
    }
}

/// The name is not that of a format.
#[derive(Debug)]
pub struct ParseFormatError(String);

impl fmt::Display for ParseFormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        write!(f, "`{}` is not an input format", self.0)?;
        match closest(&self.0, names.iter().copied()) {
            Some(name) => write!(f, ", did you mean `{name}`?"),
            None => write!(f, "; there are {}", names.join(", ")),
        }
    }
}

impl std::error::Error for ParseFormatError {}

impl FromStr for Format {
    type Err = ParseFormatError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| ParseFormatError(name.to_owned()))
    }
}
