//! Several Domino domains in one call: documents belong to the directory of their file, and never govern in another one.

use crate::table::check;

const ACME: &str = r#"
[[server]]
name = "mx1/Acme"
domain = "Acme"
hostname = "mx1.acme.example" ①
internet_sites = true

[[configuration]]
applies_to = "*" ②
"#;

const BRAVO: &str = r#"{
"serverSetup": {
  "server": { "type": "first", "name": "hub", "domainName": "Bravo" },
  "org": { "orgName": "Bravo" },
  "network": { "hostName": "hub.bravo.example" } ⑤
},
"appConfiguration": { "databases": [ { "filePath": "names.nsf", "documents": [
  { "action": "create", "items": { "Form": "ServerConfig", "ServerName": "CN=mx1/O=Acme" } },
  { "action": "create", "items": { "Form": "Domain", "DomainType": "GlobalDomain", "DomainName": "Bravo",
    "LocalPrimaryInternetDomain": "bravo.example" } }, ⑥
  { "action": "create", "items": { "Form": "SMTPInboundSite", "ISiteName": "In", "WSHostingSrvrs": "*" } }
] } ] }
}"#;

#[test]
fn documents_of_one_domain_do_not_govern_in_the_other() {
    check(
        &[("acme.toml", ACME), ("bravo.json", BRAVO)],
        "
        mx1/Acme configuration_choice = default @②
        mx1/Acme local_domains = [mx1.acme.example @①, acme.example @①]
        mx1/Acme smtp_sites = []
        hub/Bravo configuration_choice = none @-
        hub/Bravo local_domains = [bravo.example @⑥]
        hub/Bravo smtp_sites = [{} @bravo.json:11]
        environment duplicate_configurations = []
        ",
    );
}

#[test]
fn groups_of_one_domain_do_not_count_in_the_other() {
    let group = "\n[[group]]\nname = \"Relays\"\nmembers = [\"mx1/Acme\"]\n";
    let bravo = format!("[[server]]\nname = \"hub/Bravo\"\ndomain = \"Bravo\"\n{group}");
    let acme = ACME.to_owned() + "\n[[configuration]]\napplies_to = \"Relays\" ③\n";
    check(
        &[("acme.toml", &acme), ("bravo.toml", &bravo)],
        "mx1/Acme configuration_choice ? …group `Relays`…not in the input @②",
    );
    check(
        &[("acme.toml", &(acme.clone() + group)), ("bravo.toml", &bravo)],
        "mx1/Acme configuration_choice = group @③ hides ②",
    );
}

#[test]
fn files_of_one_domain_are_one_directory() {
    for name in ["Acme", "ACME"] {
        let more = format!(
            "[[server]]\nname = \"mx2/Acme\"\ndomain = \"{name}\"\n[[configuration]]\napplies_to = \"mx1/Acme\" ③\n"
        );
        check(
            &[("acme.toml", ACME), ("more.toml", &more)],
            "
            mx1/Acme configuration_choice = own @③ hides ②
            mx2/Acme configuration_choice = default @②
            ",
        );
    }
}

#[test]
fn a_file_without_a_domain_belongs_to_the_only_one() {
    check(
        &[("acme.toml", ACME), ("more.toml", "[[configuration]]\napplies_to = \"mx1/Acme\" ③\n")],
        "mx1/Acme configuration_choice = own @③ hides ②",
    );
}

const BRAVO_ALONE: &str =
    "[[server]]\nname = \"hub/Bravo\"\ndomain = \"Bravo\"\nhostname = \"hub.bravo.example\"\ninternet_sites = true\n";

#[test]
fn a_file_that_belongs_to_nobody_knows_which_domain_leaves_open_what_it_may_hold() {
    let stray = r#"
[[configuration]] ④
applies_to = "*"

[[global_domain]]
name = "Someone"
primary_internet_domain = "someone.example"

[[site]]
protocol = "smtp_inbound"
servers = ["*"]
"#;
    check(
        &[("acme.toml", ACME), ("bravo.toml", BRAVO_ALONE), ("stray.toml", stray)],
        "
        hub/Bravo configuration_choice ? …
        hub/Bravo local_domains ? …
        hub/Bravo smtp_sites = [; ? …]
        hub/Bravo authentication.anonymous ? …
        mx1/Acme local_domains ? …
        problem warning directory-unknown @④
        ",
    );
}

#[test]
fn a_stray_document_that_names_the_server_may_be_its_own() {
    check(
        &[
            ("acme.toml", ACME),
            ("bravo.toml", BRAVO_ALONE),
            ("stray.toml", "[[configuration]] ④\napplies_to = \"mx1/Acme\"\n"),
        ],
        "
        mx1/Acme configuration_choice ? …
        problem warning directory-unknown @④
        ",
    );
}

#[test]
fn notes_ini_and_facts_belong_to_no_directory() {
    check(
        &[
            ("acme.toml", ACME),
            ("bravo.toml", BRAVO_ALONE),
            ("notes.ini", "[Notes]\nServerName=CN=mx1/O=Acme\nSMTPDebug=3 ③\n"),
            ("facts.toml", "[facts]\ncomplete_export = true\n"),
        ],
        "
        mx1/Acme ini.SMTPDebug = 3 @③
        mx1/Acme configuration_choice = default @②
        hub/Bravo configuration_choice = none @-
        ",
    );
}

#[test]
fn what_setup_files_with_open_names_create_is_no_pair() {
    let setup = r#"{
"serverSetup": { "server": ⑧
  { "type": "first", "name": "{{ HOST }}", "domainName": "{{ DOMAIN }}" }, "org": { "orgName": "Acme" } },
"appConfiguration": { "databases": [ { "filePath": "names.nsf", "documents": [
  { "action": "create", "items": { "Form": "ServerConfig", "ServerName": "*", "UseAsDefault": "1" } }
] } ] }
}"#;
    let bravo = "[[server]]\nname = \"hub/Bravo\"\ndomain = \"Bravo\"\n";
    check(
        &[("acme.toml", ACME), ("bravo.toml", bravo), ("one.json", setup), ("other.json", &setup.replace('⑧', "⑨"))],
        "
        environment duplicate_configurations = [; ? …which Domino directory…]
        problem warning directory-unknown @⑧
        problem warning directory-unknown @⑨
        ",
    );
}
