//! Which Configuration Settings document governs a server: its own, else that of a group it is in, else the default; as a
//! whole (semantics.md 2.5).

use crate::table::check;

#[test]
fn the_servers_own_document_beats_group_and_default() {
    check(
        &[(
            "acme.toml",
            r#"
[[server]]
name = "mx1/Acme"

[[group]]
name = "Relays"
members = ["mx1/Acme"]

[[configuration]]
applies_to = "*" ①
default = true
limits.max_message_size_kb = 1

[[configuration]]
applies_to = "Relays" ②
limits.max_message_size_kb = 2
smtp.relay_host = "relay.acme.example"

[[configuration]]
applies_to = "mx1/Acme" ③
limits.max_message_size_kb = 3 ④
"#,
        )],
        "
        mx1/Acme configuration_choice = own @③ hides ② ①
        mx1/Acme configuration = {} @③ hides ② ①
        mx1/Acme configuration.limits.max_message_size_kb = 3 @④
        mx1/Acme configuration.smtp.relay_host default…
        mx1/Acme configuration_candidates = []
        ",
    );
}

#[test]
fn a_group_beats_the_default() {
    check(
        &[(
            "acme.toml",
            r#"
[[server]]
name = "mx1/Acme"

[[server]]
name = "mx2/Acme"

[[group]]
name = "Relays"
members = ["mx1/Acme"]

[[configuration]]
applies_to = "*" ①

[[configuration]]
applies_to = "Relays" ②
"#,
        )],
        "
        mx1/Acme configuration_choice = group @② hides ①
        mx2/Acme configuration_choice = default @①
        ",
    );
}

#[test]
fn a_group_in_a_group_counts() {
    check(
        &[(
            "acme.toml",
            r#"
[[server]]
name = "mx1/Acme"

[[group]]
name = "All Servers"
members = ["Edge"]

[[group]]
name = "Edge"
members = ["Berlin Edge"]

[[group]]
name = "Berlin Edge"
members = ["mx1/Acme"]

[[configuration]]
applies_to = "All Servers" ①
"#,
        )],
        "mx1/Acme configuration_choice = group @①",
    );
}

#[test]
fn groups_that_contain_each_other_end() {
    check(
        &[(
            "acme.toml",
            r#"
[[server]]
name = "mx1/Acme"

[[server]]
name = "mx2/Acme"

[[group]]
name = "A"
members = ["B", "A"]

[[group]]
name = "B"
members = ["A", "mx1/Acme"]

[[configuration]]
applies_to = "A" ①

[[configuration]]
applies_to = "*" ②
"#,
        )],
        "
        mx1/Acme configuration_choice = group @① hides ②
        mx2/Acme configuration_choice = default @②
        ",
    );
}

#[test]
fn a_default_is_named_by_a_star_a_flag_or_both() {
    for document in [
        "applies_to = \"*\" ①",
        "applies_to = \"Elsewhere/Acme\" ①\ndefault = true",
        "default = true\napplies_to = \"*\" ①",
    ] {
        let text = format!("[[server]]\nname = \"mx1/Acme\"\n[[configuration]]\n{document}\n");
        check(&[("acme.toml", &text)], "mx1/Acme configuration_choice = default @①");
    }
}

#[test]
fn no_document_at_all() {
    check(
        &[(
            "acme.toml",
            r#"
[[server]]
name = "mx1/Acme"

[[configuration]]
applies_to = "mx2/Acme"
"#,
        )],
        "
        mx1/Acme configuration_choice = none @-
        mx1/Acme configuration unset
        ",
    );
}

#[test]
fn a_partial_export_does_not_prove_that_there_is_none() {
    check(
        &[("acme.toml", "[[server]]\nname = \"mx1/Acme\"\n[facts]\ncomplete_export = false\n")],
        "
        mx1/Acme configuration_choice ? …may not show all…
        mx1/Acme configuration ? …may not show all…
        ",
    );
}

const TWO: &str = r#"
[[server]]
name = "mx1/Acme"

[[group]]
name = "Berlin"
members = ["mx1/Acme"]

[[group]]
name = "Relays"
members = ["mx1/Acme"]
"#;

#[test]
fn two_documents_of_the_server_are_undecided_but_for_what_they_agree_on() {
    check(
        &[
            ("servers.toml", TWO),
            (
                "configurations.toml",
                r#"
[[configuration]]
applies_to = "mx1/Acme" ①
limits.max_message_size_kb = 10 ②
recipients.verify_local = true ③

[[configuration]]
applies_to = "CN=mx1/O=Acme" ④
limits.max_message_size_kb = 20 ⑤
recipients.verify_local = true

[[configuration]]
applies_to = "*" ⑥
"#,
            ),
        ],
        "
        mx1/Acme configuration_choice = ambiguous @① with ④ hides ⑥
        mx1/Acme configuration.limits.max_message_size_kb ? …undefined @② with ⑤
        mx1/Acme configuration.recipients.verify_local = true @③
        mx1/Acme configuration.recipients.deny_groups unset
        mx1/Acme configuration_candidates = [{} @①, {} @④]
        ",
    );
}

#[test]
fn two_groups_with_a_document_each_are_undecided() {
    check(
        &[
            ("servers.toml", TWO),
            (
                "configurations.toml",
                r#"
[[configuration]]
applies_to = "Berlin" ①
smtp.smart_host = "a.acme.example" ②

[[configuration]]
applies_to = "Relays" ③

[[configuration]]
applies_to = "*" ④
"#,
            ),
        ],
        "
        mx1/Acme configuration_choice = ambiguous @① with ③ hides ④
        mx1/Acme configuration.smtp.smart_host ? …undefined @②…
        mx1/Acme configuration_candidates = [{} @①, {} @③]
        mx1/Acme shadowed_configurations = []
        ",
    );
}

#[test]
fn a_group_document_marked_as_default_still_counts_for_its_group() {
    check(
        &[
            ("servers.toml", TWO),
            (
                "configurations.toml",
                r#"
[[server]]
name = "mx2/Acme"

[[configuration]]
applies_to = "Berlin" ①
default = true

[[configuration]]
applies_to = "Relays" ②
"#,
            ),
        ],
        "
        mx1/Acme configuration_choice = ambiguous @① with ②
        mx2/Acme configuration_choice = default @①
        ",
    );
}

#[test]
fn an_own_document_marked_as_default_hides_only_others() {
    check(
        &[(
            "acme.toml",
            r#"
[[server]]
name = "mx1/Acme"

[[configuration]]
applies_to = "mx1/Acme" ①
default = true
"#,
        )],
        "mx1/Acme configuration_choice = own @①",
    );
}

#[test]
fn two_defaults_are_undecided() {
    check(
        &[(
            "acme.toml",
            r#"
[[server]]
name = "mx1/Acme"

[[configuration]]
applies_to = "*" ①

[[configuration]]
applies_to = "mx9/Acme" ②
default = true
"#,
        )],
        "mx1/Acme configuration_choice = ambiguous @① with ②",
    );
}

const DANGLING: &str = r#"
[[server]]
name = "mx1/Acme"

[[configuration]]
applies_to = "Relays" ①

[[configuration]]
applies_to = "*" ②
"#;

#[test]
fn a_group_that_is_not_in_the_input_leaves_the_choice_open() {
    check(
        &[("acme.toml", DANGLING)],
        "
        mx1/Acme configuration_choice ? …group `Relays`…not in the input @②
        mx1/Acme configuration ? …group `Relays`…not in the input @②
        mx1/Acme shadowed_configurations = [; ? …not in the input]
        ",
    );
}

#[test]
fn a_group_inside_a_group_that_is_not_in_the_input_leaves_the_choice_open() {
    check(
        &[("acme.toml", DANGLING), ("groups.toml", "[[group]]\nname = \"Relays\"\nmembers = [\"Edge\"]\n")],
        "mx1/Acme configuration_choice ? …group `edge` is not in the input @②",
    );
}

#[test]
fn who_declares_the_export_complete_says_that_there_is_no_such_group() {
    check(
        &[("acme.toml", DANGLING), ("facts.toml", "[facts]\ncomplete_export = true\n")],
        "mx1/Acme configuration_choice = default @②",
    );
}

#[test]
fn nothing_outranks_the_servers_own_document() {
    check(
        &[
            ("acme.toml", DANGLING),
            ("own.toml", "[[configuration]]\napplies_to = \"mx1/Acme\" ③\n"),
            ("facts.toml", "[facts]\ncomplete_export = false\n"),
        ],
        "mx1/Acme configuration_choice = own @③ hides ②",
    );
}

#[test]
fn a_default_flag_in_an_unknown_code_leaves_the_choice_open() {
    check(
        &[(
            "setup.json",
            r#"{
"serverSetup": {
  "server": { "type": "first", "name": "mx1", "domainName": "Acme" },
  "org": { "orgName": "Acme" }
},
"appConfiguration": { "databases": [ { "filePath": "names.nsf", "documents": [
  { "action": "create", "items": { "Form": "ServerConfig",
    "ServerName": "CN=mx9/O=Acme",
    "UseAsDefault": "maybe" ①
  } }
] } ] }
}"#,
        )],
        "
        mx1/Acme configuration_choice ? …default is not known…
        problem warning unknown-code @①
        ",
    );
}
