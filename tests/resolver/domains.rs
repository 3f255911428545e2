//! Which Internet domains are local (semantics.md 5.1): those of all Global Domain documents; without any, the server's
//! host name and the domain above it.

use crate::table::check;

fn server(hostname: &str) -> String {
    format!("[[server]]\nname = \"mx1/Acme\"\ndomain = \"Acme\"\nhostname = \"{hostname}\" ①\n")
}

#[test]
fn without_a_document_the_host_name_and_its_parent() {
    check(
        &[("acme.toml", &server("server1.renovations.example"))],
        "
        mx1/Acme local_domains = [server1.renovations.example @①, renovations.example @①]
        mx1/Acme local_domains_from = host_name @-
        mx1/Acme host_name_domain = renovations.example @①
        ",
    );
}

#[test]
fn without_a_document_nothing_above_a_name_of_one_label() {
    check(
        &[("acme.toml", &server("server1"))],
        "
        mx1/Acme local_domains = [server1 @①]
        mx1/Acme host_name_domain unset
        ",
    );
}

#[test]
fn an_address_as_host_name_has_no_parent() {
    for address in ["192.0.2.7", "[192.0.2.7]", "2001:db8::1"] {
        check(
            &[("acme.toml", &server(address))],
            &format!(
                "
                mx1/Acme local_domains = [{address} @①]
                mx1/Acme host_name_domain unset
                "
            ),
        );
    }
}

#[test]
fn without_document_and_host_name_no_domain_is_local() {
    check(&[("acme.toml", "[[server]]\nname = \"mx1/Acme\"\n")], "mx1/Acme local_domains = []");
}

#[test]
fn one_document_replaces_the_host_name() {
    check(
        &[
            ("acme.toml", &server("mx1.renovations.example")),
            (
                "global.toml",
                r#"
[[global_domain]]
name = "Acme"
primary_internet_domain = "acme.example" ②
internet_domain_aliases = [
  "acme.test", ③
  "*.acme.example", ④
]
"#,
            ),
        ],
        "
        mx1/Acme local_domains = [acme.example @②, acme.test @③, *.acme.example @④]
        mx1/Acme local_domains_from = global_domain @-
        ",
    );
}

#[test]
fn several_documents_are_all_in_force() {
    check(
        &[
            ("acme.toml", &server("mx1.acme.example")),
            (
                "global.toml",
                r#"
[[global_domain]]
name = "Acme"
default = true
primary_internet_domain = "acme.example" ②

[[global_domain]]
name = "Bought"
internet_domain_aliases = ["bought.example"] ③

[[global_domain]]
name = "Blank"
primary_internet_domain = ""
internet_domain_aliases = []
"#,
            ),
        ],
        "mx1/Acme local_domains = [acme.example @②, bought.example @③]",
    );
}

#[test]
fn a_document_without_domains_still_replaces_the_host_name() {
    check(
        &[("acme.toml", &server("mx1.acme.example")), ("global.toml", "[[global_domain]]\nname = \"Acme\"\n")],
        "
        mx1/Acme local_domains = []
        mx1/Acme local_domains_from = global_domain @-
        ",
    );
}

fn setup(items: &str) -> String {
    format!(
        r#"{{
"serverSetup": {{
  "server": {{ "type": "first", "name": "mx1", "domainName": "Acme" }},
  "org": {{ "orgName": "Acme" }},
  "network": {{ "hostName": "mx1.acme.example" }}
}},
"appConfiguration": {{ "databases": [ {{ "filePath": "names.nsf", "documents": [
  {{ "action": "create", "items": {{ "Form": "Domain", "DomainType": "GlobalDomain", "DomainName": "Acme",
    {items}
  }} }}
] }} ] }}
}}"#
    )
}

#[test]
fn several_primary_domains_in_one_document_are_not_chosen_from() {
    check(
        &[("setup.json", &setup(r#""LocalPrimaryInternetDomain": ["acme.example", "acme.test"] ①"#))],
        "
        mx1/Acme local_domains = [? …several values… @①]
        mx1/Acme local_domains_from = global_domain @-
        problem warning several-values @①
        ",
    );
}

#[test]
fn a_placeholder_among_the_aliases_is_an_unknown_alias() {
    check(
        &[(
            "setup.json",
            &setup(
                "\"LocalPrimaryInternetDomain\": \"acme.example\", ①\n\"LocalInternetDomainAliases\": [\n\"acme.test\", ②\n\"{{ MORE }}\" ③\n]",
            ),
        )],
        "mx1/Acme local_domains = [acme.example @①, acme.test @②, ? …placeholder `MORE`… @③]",
    );
}

const PARTIAL: &str = "[facts]\ncomplete_export = false\n";

#[test]
fn a_partial_export_without_a_document_decides_nothing() {
    check(
        &[("acme.toml", &server("mx1.acme.example")), ("facts.toml", PARTIAL)],
        "
        mx1/Acme local_domains ? …may not show all Global Domain documents @-
        mx1/Acme local_domains_from ? …may not show all Global Domain documents @-
        ",
    );
}

#[test]
fn a_partial_export_with_a_document_may_have_more() {
    check(
        &[
            ("acme.toml", &server("mx1.acme.example")),
            ("global.toml", "[[global_domain]]\nname = \"Acme\"\nprimary_internet_domain = \"acme.example\" ②\n"),
            ("facts.toml", PARTIAL),
        ],
        "
        mx1/Acme local_domains = [acme.example @②; ? …may not show all Global Domain documents]
        mx1/Acme local_domains_from = global_domain @-
        ",
    );
}

#[test]
fn a_domain_document_that_does_not_say_what_it_is_leaves_the_domains_open() {
    let without =
        setup(r#""LocalPrimaryInternetDomain": "acme.example""#).replace("\"DomainType\": \"GlobalDomain\", ", "");
    let world = crate::table::World::new(&[("setup.json", &without)]);
    assert!(world.at("mx1/Acme", "local_domains").starts_with('?'), "{}", world.at("mx1/Acme", "local_domains"));
    assert!(world.at("mx1/Acme", "local_domains_from").starts_with('?'));
}

#[test]
fn addresses_are_undeclared_only_where_no_listening_server_takes_them() {
    let people = r#"
[[person]]
name = ["A/Acme"]
internet_address = "a@acme.example"
mail_server = "mail/Acme"

[[person]]
name = ["B/Acme"]
internet_address = "b@other.example" ②
mail_server = "mail/Acme"

[[person]]
name = ["C/Acme"]
internet_address = "c@elsewhere.example"
forwarding_address = "c@example.org"
mail_server = "mail/Acme"

[[person]]
name = ["D/Acme"]
internet_address = "d@unseen.example"
mail_server = "old/Acme"
"#;
    let servers = r#"
[[server]]
name = "mx1/Acme"
hostname = "mx1.acme.example"
smtp_listener = true

[[server]]
name = "mail/Acme"
hostname = "mail.intranet.example"
smtp_listener = false
"#;
    check(&[("servers.toml", servers), ("people.toml", people)], "environment undeclared_domains = [{} @②]");
}
