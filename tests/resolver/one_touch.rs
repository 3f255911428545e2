//! What the documents and items of a one-touch setup file say (formats.md 2.4).

use crate::table::check;

/// A setup file with these documents in that database.
fn setup_in(database: &str, documents: &str) -> String {
    format!(
        r#"{{
"serverSetup": {{
  "server": {{ "type": "first", "name": "mx1", "domainName": "Acme" }}, "org": {{ "orgName": "Acme" }}
}},
"appConfiguration": {{ "databases": [ {{ "filePath": "{database}", "documents": [
{documents}
] }} ] }}
}}"#
    )
}

fn setup(documents: &str) -> String {
    setup_in("names.nsf", documents)
}

/// A change of the server with these items.
fn server(items: &str, expected: &str) {
    let documents = format!(
        "{{ \"action\": \"update\", \"findDocument\": {{ \"Form\": \"Server\" }}, \"items\": {{\n{items}\n}} }}"
    );
    check(&[("setup.json", &setup(&documents))], expected);
}

#[test]
fn values_come_as_texts_numbers_lists_and_typed_items() {
    for value in [
        r#""1""#,
        "1",
        r#"["1"]"#,
        "[1]",
        r#"{ "type": "text", "value": "1" }"#,
        r#"{ "type": "number", "value": 1 }"#,
        r#"{ "type": "text", "value": ["1"], "nonSummary": true }"#,
    ] {
        server(&format!("\"SMTPListenerEnabled\": {value} ①"), "mx1/Acme smtp_listener = true @①");
    }
    for value in [r#""2525""#, "2525", "[2525]", r#"{ "type": "number", "value": 2525 }"#] {
        server(&format!("\"SMTP_Port\": {value} ①"), "mx1/Acme smtp_inbound.port = 2525 @①");
    }
}

#[test]
fn lists_come_as_arrays_single_texts_and_typed_items() {
    for value in [
        r#"["mx1.acme.example", "192.0.2.1"]"#,
        r#"{ "type": "text", "value": ["mx1.acme.example", "192.0.2.1"] }"#,
        r#"["mx1.acme.example", "", "192.0.2.1", null]"#,
    ] {
        server(&format!("\"NetAddresses\": {value} ①"), "mx1/Acme addresses = [mx1.acme.example @①, 192.0.2.1 @①]");
    }
    server("\"NetAddresses\": \"192.0.2.1\" ①", "mx1/Acme addresses = [192.0.2.1 @①]");
}

#[test]
fn item_names_have_no_case() {
    server("\"smtplistenerENABLED\": \"1\" ①", "mx1/Acme smtp_listener = true @①");
}

#[test]
fn null_is_not_set() {
    server("\"SMTPListenerEnabled\": null", "mx1/Acme smtp_listener default false");
    server("\"SMTP_Port\": null", "mx1/Acme smtp_inbound.port default 25");
}

#[test]
fn several_values_where_one_is_expected_are_not_chosen_from() {
    server(
        "\"SMTP_Port\": [25, 2525] ①",
        "
        mx1/Acme smtp_inbound.port ? …several values… @①
        problem warning several-values @①
        ",
    );
}

#[test]
fn an_item_written_twice_is_not_chosen_from() {
    server(
        "\"SMTPListenerEnabled\": \"0\",\n\"SMTPListenerEnabled\": \"1\" ①",
        "
        mx1/Acme smtp_listener ? …set twice, to different values @①
        problem warning duplicate-key @①
        ",
    );
    server("\"SMTPListenerEnabled\": \"1\",\n\"smtplistenerenabled\": \"1\" ①", "mx1/Acme smtp_listener = true @①");
}

#[test]
fn a_code_that_is_not_known_is_not_guessed() {
    for value in ["\"7\"", "7", "true"] {
        server(
            &format!("\"SMTPListenerEnabled\": {value} ①"),
            "
            mx1/Acme smtp_listener ? …not established @①
            problem warning unknown-code @①
            ",
        );
    }
    server(
        "\"SMTP_Port\": \"smtp\" ①",
        "
        mx1/Acme smtp_inbound.port ? …not a whole number… @①
        problem warning not-a-number @①
        ",
    );
}

#[test]
fn a_placeholder_without_a_value_is_unknown_not_blank() {
    server("\"SMTPListenerEnabled\": \"{{ ON }}\" ①", "mx1/Acme smtp_listener ? …placeholder `ON`… @①");
    server("\"SMTP_Port\": \"{{ A }}{{ B }}\" ①", "mx1/Acme smtp_inbound.port ? …`A` and `B`… @①");
    server("\"SMTPFullHostDomain\": \"@Prompt:host\" ①", "mx1/Acme hostname ? …setup asks for it @①");
}

#[test]
fn an_item_whose_name_ends_in_a_blank_is_another_item() {
    server(
        "\"SMTPListenerEnabled \": \"1\" ①",
        "
        mx1/Acme smtp_listener default false
        problem warning item-name-blank @①
        ",
    );
}

/// A site that names no option, created with or without the form's defaults.
fn site(compute: &str, expected: &str) {
    let documents = format!(
        r#"{{ "action": "update", "findDocument": {{ "Form": "Server" }}, "items": {{ "LdISite": "1" }} }},
{{ "action": "create"{compute}, "items": {{ "Form": "SMTPInboundSite", "Type": "SMTPInboundSite", "ISiteName": "In",
  "WSHostingSrvrs": "*", "TCPAnonymous": "1" }} }} ①"#
    );
    check(&[("setup.json", &setup(&documents))], expected);
}

#[test]
fn without_compute_with_form_an_item_left_out_stays_out() {
    for compute in ["", ", \"computeWithForm\": false"] {
        site(
            compute,
            "
            mx1/Acme authentication.anonymous = true @①
            mx1/Acme authentication.name_and_password unset
            ",
        );
    }
}

#[test]
fn with_compute_with_form_an_item_left_out_gets_the_templates_default() {
    site(
        ", \"computeWithForm\": true",
        "
        mx1/Acme authentication.anonymous = true @①
        mx1/Acme authentication.name_and_password ? …template's default is not established…
        ",
    );
}

#[test]
fn documented_defaults_stand_in_either_way() {
    for compute in ["", ", \"computeWithForm\": true"] {
        let documents = format!(
            "{{ \"action\": \"create\"{compute}, \"items\": {{ \"Form\": \"ServerConfig\", \"ServerName\": \"*\" ①\n}} }}"
        );
        check(
            &[("setup.json", &setup(&documents))],
            "
            mx1/Acme configuration_choice = default @①
            mx1/Acme configuration.smtp.outside_local_domain default false
            mx1/Acme configuration.relay_enforcement.connecting_hosts default external
            ",
        );
    }
}

#[test]
fn only_the_directory_counts() {
    let documents = "{ \"action\": \"create\", \"items\": { \"Form\": \"ServerConfig\", \"ServerName\": \"*\" ①\n} }";
    check(&[("setup.json", &setup_in("NAMES.nsf", documents))], "mx1/Acme configuration_choice = default @①");
    check(&[("setup.json", &setup_in("other.nsf", documents))], "mx1/Acme configuration_choice = none @-");
}

#[test]
fn the_type_alone_tells_the_form() {
    let documents = "{ \"action\": \"create\", \"items\": { \"Type\": \"ServerConfig\", \"ServerName\": \"*\" ①\n} }";
    check(&[("setup.json", &setup(documents))], "mx1/Acme configuration_choice = default @①");
}

#[test]
fn an_action_that_setup_does_not_have_does_nothing() {
    let documents = "{\n\"action\": \"replace\", ①\n\"items\": { \"Form\": \"ServerConfig\", \"ServerName\": \"*\" } }";
    check(
        &[("setup.json", &setup(documents))],
        "
        mx1/Acme configuration_choice = none @-
        problem warning one-touch-action @①
        ",
    );
}

#[test]
fn organizational_units_are_part_of_the_name() {
    let text = r#"{ "serverSetup": {
"server": { "type": "first", "name": "mx1", "domainName": "Acme" }, ①
"org": { "orgName": "Acme", "orgUnitName": "Mail" } } }"#;
    check(&[("setup.json", text)], "mx1/Mail/Acme name = mx1/Mail/Acme @①");
}
