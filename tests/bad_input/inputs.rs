//! Inputs that several modules break in their own ways.

use std::ops::Range;

use crate::running::marked;

pub(crate) const SERVER: &str = "[[server]]\nname = \"mx1/Acme\"\n";

/// A one-touch setup file that creates a server and makes these changes in its directory; quiet by itself.
pub(crate) fn setup(documents: &str) -> String {
    format!(
        r#"{{
  "serverSetup": {{
    "server": {{ "type": "first", "name": "mx1", "domainName": "Acme" }},
    "network": {{ "hostName": "mx1.acme.example" }},
    "org": {{ "orgName": "Acme" }}
  }},
  "appConfiguration": {{
    "databases": [
      {{ "filePath": "names.nsf", "action": "update", "documents": [
{documents}
      ] }}
    ]
  }}
}}
"#
    )
}

/// A setup file that sets items of the Server document, and has the Configuration Settings document a server needs.
pub(crate) fn setup_items(items: &str) -> String {
    setup(&format!(
        r#"        {{ "action": "update", "findDocument": {{ "Type": "Server", "ServerName": "CN=mx1/O=Acme" }},
          "items": {{ "SMTPListenerEnabled": "1", {items} }} }},
        {{ "action": "create", "computeWithForm": true,
          "items": {{ "Form": "ServerConfig", "ServerName": "*", "UseAsDefault": "1" }} }}"#
    ))
}

/// A ConfigMap whose value is a block with this header and text.
pub(crate) fn config_map(header: &str, text: &str) -> String {
    let indented = text.lines().map(|line| format!("    {line}\n")).collect::<Vec<_>>().concat();
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: domino-cfg\ndata:\n  auto_config.json: {header}\n{indented}"
    )
}

/// A configuration with one wrong entry, an error that shows that a file was read.
pub(crate) const BARE: &str =
    "[[server]]\nname = \"mx1/Acme\"\n\n[[configuration]]\napplies_to = \"*\"\nconnections.allow = [«\"192.0.2.7\"»]\n";
pub(crate) const BARE_RULE: &str = "host-entry-ip-without-brackets";

pub(crate) fn bare() -> (String, Range<usize>) {
    let (text, ranges) = marked(BARE);
    (text, ranges[0].clone())
}
