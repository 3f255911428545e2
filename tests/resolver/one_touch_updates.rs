//! Which document an `update` of a one-touch setup file changes, and what is open where that cannot be told (formats.md 2.4).

use crate::table::check;

/// A setup file of a first or additional server with these documents.
fn setup(kind: &str, documents: &str) -> String {
    format!(
        r#"{{
"serverSetup": {{
  "server": {{ "type": "{kind}", "name": "mx1", "domainName": "Acme", "title": "Mail" }},
  "org": {{ "orgName": "Acme" }},
  "network": {{ "hostName": "mx1.acme.example" }}
}},
"appConfiguration": {{ "databases": [ {{ "filePath": "names.nsf", "documents": [
{documents}
] }} ] }}
}}"#
    )
}

/// A change of the listener task with this `findDocument`.
fn update(find: &str, more: &str) -> String {
    format!(
        "{{ \"action\": \"update\", \"findDocument\": {find},\n\"items\": {{ {more} \"SMTPListenerEnabled\": \"1\" ①\n}} }}"
    )
}

#[test]
fn an_object_finds_the_server() {
    for find in [
        r#"{ "Form": "Server" }"#,
        r#"{ "Type": "Server" }"#,
        r#"{ "form": "SERVER" }"#,
        r#"{ "Form": "Server", "ServerName": "CN=mx1/O=Acme" }"#,
        r#"{ "ServerName": "CN=mx1/O=Acme", "Type": "Server" }"#,
        r#"{ "Type": "Server", "Domain": "Acme", "ServerTitle": "Mail" }"#,
        r#"{ "Type": "Server", "SMTPFullHostDomain": "mx1.acme.example" }"#,
    ] {
        check(&[("setup.json", &setup("first", &update(find, "")))], "mx1/Acme smtp_listener = true @①");
    }
}

#[test]
fn a_formula_finds_the_server() {
    for find in [
        "Form = {Server}",
        "SELECT Form = {Server}",
        "select Form={Server}",
        "(Form = {Server})",
        "Form = {Server} & ServerName = @Username",
        "ServerName = @UserName & Form = {Server}",
        "{Server} = Form & @UserName = ServerName",
        "SELECT (Form = {Server}) & (ServerName = @UserName)",
        r#"Form = \"Server\" & ServerName = \"CN=mx1/O=Acme\""#,
        r#"SELECT Type = \"Server\" & ServerName = {CN=mx1/O=Acme}"#,
    ] {
        let find = format!("\"{find}\"");
        check(&[("setup.json", &setup("first", &update(&find, "")))], "mx1/Acme smtp_listener = true @①");
    }
}

#[test]
fn any_other_formula_opens_what_it_may_change_and_nothing_else() {
    for find in [
        "Form = {Server} | Form = {Person}",
        "Form != {Person}",
        "@Contains(ServerName; {mx1})",
        "@All",
        "Form = {Server} & !@IsResponseDoc",
    ] {
        for form in ["", "\"Form\": \"Server\","] {
            let find = format!("\"{find}\"");
            check(
                &[("setup.json", &setup("first", &update(&find, form)))],
                "
                mx1/Acme smtp_listener ? …findDocument is not understood @①
                mx1/Acme title = Mail @setup.json:3
                mx1/Acme internet_sites default false
                ",
            );
        }
    }
}

#[test]
fn an_update_without_find_document_opens_what_it_may_change() {
    let documents = "{ \"action\": \"update\", \"items\": { \"Form\": \"Server\", \"SMTPListenerEnabled\": \"1\" } }";
    check(&[("setup.json", &setup("first", documents))], "mx1/Acme smtp_listener ? …");
}

#[test]
fn one_wrong_condition_is_enough_to_find_nothing() {
    for find in [
        "{ \"Form\": \"Server\",\n\"ServerName\": \"CN=mx9/O=Acme\" ②\n}",
        "{ \"Form\": \"Server\", \"ServerName\": \"CN=mx1/O=Acme\",\n\"Domain\": \"Other\" ②\n}",
        "{\n\"SMTPFullHostDomain\": \"mx9.acme.example\", ②\n\"Form\": \"Server\", \"ServerName\": \"CN=mx1/O=Acme\" }",
        "{ \"Type\": \"Server\",\n\"ServerTitle\": \"Another\" ②\n}",
    ] {
        check(
            &[("setup.json", &setup("first", &update(find, "")))],
            "
            mx1/Acme smtp_listener default false
            problem warning find-document-no-match @②
            ",
        );
    }
}

#[test]
fn one_wrong_equality_of_a_formula_is_enough_too() {
    check(
        &[(
            "setup.json",
            &setup(
                "first",
                "{ \"action\": \"update\",\n\"findDocument\": \"Form = {Server} & Domain = {Other}\", ②\n\"items\": { \"SMTPListenerEnabled\": \"1\" } }",
            ),
        )],
        "
        mx1/Acme smtp_listener default false
        problem warning find-document-no-match @②
        ",
    );
}

#[test]
fn a_condition_that_is_open_means_the_server_that_setup_creates() {
    check(
        &[("setup.json", &setup("first", &update("{ \"Type\": \"Server\", \"ServerName\": \"{{ NAME }}\" }", "")))],
        "mx1/Acme smtp_listener = true @①",
    );
}

#[test]
fn an_abbreviated_name_is_the_same_server_and_worth_a_warning() {
    check(
        &[("setup.json", &setup("first", &update("{ \"Form\": \"Server\",\n\"ServerName\": \"mx1/Acme\" ②\n}", "")))],
        "
        mx1/Acme smtp_listener = true @①
        problem warning find-document-abbreviated @②
        ",
    );
}

#[test]
fn later_changes_win() {
    let documents = r#"
{ "action": "update", "findDocument": { "Form": "Server" }, "items": { "SMTPListenerEnabled": "0" } },
{ "action": "update", "findDocument": { "Form": "Server" }, "items": { "SMTPListenerEnabled": "1" } } ①"#;
    check(&[("setup.json", &setup("first", documents))], "mx1/Acme smtp_listener = true @①");
}

#[test]
fn an_additional_server_may_change_another_one() {
    check(
        &[("setup.json", &setup("additional", &update(r#"{ "Form": "Server", "ServerName": "CN=mx9/O=Acme" }"#, "")))],
        "
        mx9/Acme smtp_listener = true @①
        mx9/Acme internet_sites default false
        mx1/Acme smtp_listener default false
        ",
    );
}

#[test]
fn an_additional_server_does_not_show_the_directory() {
    check(
        &[("setup.json", &setup("additional", ""))],
        "
        mx1/Acme configuration_choice ? …may not show all…
        mx1/Acme local_domains ? …may not show all…
        mx1/Acme smtp_sites = [; ? …may not show all…]
        ",
    );
}

#[test]
fn an_update_of_a_configuration_that_the_file_creates() {
    let documents = r#"
{ "action": "create", "items": { "Form": "ServerConfig", "ServerName": "*", "UseAsDefault": "1", ③
  "MailExternalSMTP": "0",
  "Mail_Number_Of_MailBoxes": "2" } }, ①
{ "action": "update", "findDocument": { "Form": "ServerConfig", "ServerName": "*" },
  "items": { "MailExternalSMTP": "1" } } ②"#;
    check(
        &[("setup.json", &setup("first", documents))],
        "
        mx1/Acme configuration_choice = default @③
        mx1/Acme configuration.smtp.outside_local_domain = true @②
        mx1/Acme configuration.smtp.mailboxes = 2 @①
        environment duplicate_configurations = []
        ",
    );
}

#[test]
fn an_update_of_a_configuration_that_the_file_does_not_create() {
    let documents = r#"
{ "action": "update", "findDocument": { "Form": "ServerConfig", "ServerName": "*" }, ①
  "items": { "SMTP_NegotiatedSSL": "1" } } ②"#;
    check(
        &[("setup.json", &setup("first", documents))],
        "
        mx1/Acme configuration_choice = default @①
        mx1/Acme configuration.extensions.starttls = enabled @②
        mx1/Acme configuration.smtp.outside_local_domain default false
        mx1/Acme configuration.recipients.deny_groups ? …template's default is not established…
        ",
    );
}

#[test]
fn an_update_of_a_configuration_for_nobody_knows_whom_leaves_the_choice_open() {
    let documents = r#"
{ "action": "create", "items": { "Form": "ServerConfig", "ServerName": "*" } },
{ "action": "update", "findDocument": "@Contains(ServerName; {mx})",
  "items": { "Form": "ServerConfig", "SMTP_NegotiatedSSL": "1" } } ①"#;
    check(
        &[("setup.json", &setup("first", documents))],
        "mx1/Acme configuration.extensions.starttls ? …findDocument is not understood @①",
    );
}

#[test]
fn an_update_of_a_group_that_the_file_does_not_create() {
    let documents = r#"
{ "action": "update", "findDocument": { "Form": "Group", "ListName": "LocalDomainServers" },
  "items": { "Members": [ "CN=mx1/O=Acme", "CN=mx2/O=Acme" ] } },
{ "action": "create", "items": { "Form": "ServerConfig", "ServerName": "LocalDomainServers" } } ①"#;
    check(&[("setup.json", &setup("first", documents))], "mx1/Acme configuration_choice = group @①");
}

#[test]
fn an_update_of_a_group_that_does_not_tell_its_members() {
    let documents = r#"
{ "action": "update", "findDocument": { "Form": "Group", "ListName": "LocalDomainServers" },
  "items": { "InternetAddress": "servers@acme.example" } },
{ "action": "create", "items": { "Form": "ServerConfig", "ServerName": "LocalDomainServers" } }"#;
    check(
        &[("setup.json", &setup("first", documents))],
        "mx1/Acme configuration_choice ? the members of the group `LocalDomainServers` are not in the input @-",
    );
}

#[test]
fn an_update_of_a_group_that_the_file_creates() {
    let documents = r#"
{ "action": "create", "items": { "Form": "Group", "ListName": "Relays", "Members": [] } },
{ "action": "update", "findDocument": { "Form": "Group", "ListName": "relays" }, "items": { "Members": "CN=mx1/O=Acme" } },
{ "action": "create", "items": { "Form": "ServerConfig", "ServerName": "Relays" } } ①"#;
    check(&[("setup.json", &setup("first", documents))], "mx1/Acme configuration_choice = group @①");
}
