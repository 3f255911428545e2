//! Canonical, abbreviated and upper-case names are the same server; a name that is not known names nobody.

use crate::table::check;

#[test]
fn names_are_the_same_in_every_spelling() {
    for server in ["mx1/Mail/Acme", "CN=mx1/OU=Mail/O=Acme", "MX1/MAIL/ACME", "cn=Mx1/ou=Mail/o=acme"] {
        for named in ["mx1/Mail/Acme", "CN=mx1/OU=Mail/O=Acme", "MX1/MAIL/ACME", "cn=mx1/OU=mail/O=Acme"] {
            let text = format!(
                r#"
[[server]]
name = "{server}"
internet_sites = true

[[configuration]]
applies_to = "{named}" ①

[[site]]
protocol = "smtp_inbound"
name = "In" ②
servers = ["{named}"]

[[notes_ini]]
server = "{named}"
settings.SMTPDebug = "3" ③
"#
            );
            check(
                &[("acme.toml", &text)],
                "
                mx1/Mail/Acme configuration_choice = own @①
                mx1/Mail/Acme smtp_sites = [{} @②]
                mx1/Mail/Acme ini.SMTPDebug = 3 @③
                ",
            );
        }
    }
}

#[test]
fn group_names_and_members_are_the_same_in_every_spelling() {
    for (group, member) in [("RELAYS", "CN=mx1/O=Acme"), ("relays", "MX1/ACME"), ("Relays", "mx1/Acme")] {
        let text = format!(
            r#"
[[server]]
name = "mx1/Acme"

[[group]]
name = "{group}"
members = ["{member}"]

[[configuration]]
applies_to = "Relays" ①
"#
        );
        check(&[("acme.toml", &text)], "mx1/Acme configuration_choice = group @①");
    }
}

#[test]
fn the_common_name_alone_is_another_name() {
    check(
        &[(
            "acme.toml",
            r#"
[[server]]
name = "mx1/Acme"

[[configuration]]
applies_to = "mx1/Other"

[[configuration]]
applies_to = "*" ①
"#,
        )],
        "mx1/Acme configuration_choice = default @①",
    );
}

const UNRESOLVED: &str = r#"{
"serverSetup": {
  "server": { "type": "first", "name": "{{HOST}}", "domainName": "Acme" },
  "org": { "orgName": "Acme" },
  "network": { "hostName": "mx1.acme.example" } ①
},
"appConfiguration": { "databases": [ { "filePath": "names.nsf", "documents": [
  { "action": "create", "items": { "Form": "ServerConfig", "ServerName": "*", ②
    "UseAsDefault": "1" } }CONFIGURATION
] } ] }
}"#;

#[test]
fn a_server_without_a_known_name_may_have_its_own_document() {
    let own = r#",
  { "action": "create", "items": { "Form": "ServerConfig", "ServerName": "CN=mx7/O=Acme" } }"#;
    check(
        &[("setup.json", &UNRESOLVED.replace("CONFIGURATION", own))],
        "
        {{HOST}}/Acme configuration_choice ? …name of the server is not known…
        ",
    );
}

#[test]
fn a_default_alone_governs_also_a_server_without_a_known_name() {
    check(
        &[("setup.json", &UNRESOLVED.replace("CONFIGURATION", ""))],
        "
        {{HOST}}/Acme configuration_choice = default @②
        {{HOST}}/Acme hostname = mx1.acme.example @①
        ",
    );
}

#[test]
fn a_server_without_a_known_name_may_host_a_site_that_names_servers() {
    for (servers, expected) in [("CN=mx7/O=Acme", "[; ? …]"), ("*", "[{} @③]")] {
        let site = format!(
            r#",
  {{ "action": "create", "items": {{ "Form": "SMTPInboundSite", "ISiteName": "In", ③
    "WSHostingSrvrs": "{servers}" }} }}"#
        );
        check(
            &[("setup.json", &UNRESOLVED.replace("CONFIGURATION", &site))],
            &format!("{{{{HOST}}}}/Acme smtp_sites = {expected}"),
        );
    }
}
