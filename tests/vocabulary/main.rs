//! Item names that nobody has published: learned from the design of a form or from a marked document, given in
//! maillint.toml, and said to be missing where a rule needs them.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot set up fails")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/folder.rs"]
mod folder;

mod aliases;
mod learn;
mod unknown;

/// The design of the form ServerConfig as an exporter writes it, with made-up item names.
const FORM: &str = include_str!("serverconfig_form.dxl");

/// A Server document as structured text.
const SERVER: &str = "Form:  Server\nServerName:  CN=mx1/O=Acme\nSMTPFullHostDomain:  mx1.acme.example\nSMTPListenerEnabled:  1\nSMTP_Port:  25\nSMTP_PortStatus:  1\nLdISite:  0\nSMTP_AllowAnonymous:  1\n\u{c}";

/// A Configuration Settings document as structured text.
fn configuration(items: &str) -> String {
    format!("Form:  ServerConfig\nServerName:  *\nUseAsDefault:  1\n{items}")
}
