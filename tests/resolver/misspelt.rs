//! A name or a value that is written wrong must not look like one that is not there: what it seems to mean is unknown.

use crate::table::check;

const SERVER: &str = r#"
[[server]]
name = "mx1/Acme"
domain = "Acme"
hostname = "mx1.acme.example" ①
internet_sites = true
"#;

#[test]
fn a_key_that_is_nearly_a_field() {
    check(
        &[("acme.toml", &format!("{SERVER}smtp_listner = true ②\nsmtp_inbond = {{ port = 26 }} ③\n"))],
        "
        mx1/Acme smtp_listener ? …`smtp_listner` may be meant…
        mx1/Acme smtp_inbound.port ? …`smtp_inbond` may be meant…
        mx1/Acme hostname = mx1.acme.example @①
        problem error unknown-key @②
        problem error unknown-key @③
        ",
    );
}

#[test]
fn the_field_itself_counts_where_it_is_set_too() {
    for lines in [["hostnme = \"a.example\" ②", "title = \"x\""], ["title = \"x\"", "hostnme = \"a.example\" ②"]] {
        check(
            &[("acme.toml", &format!("{SERVER}{}\n", lines.join("\n")))],
            "
            mx1/Acme hostname = mx1.acme.example @①
            problem error unknown-key @②
            ",
        );
    }
}

#[test]
fn an_item_that_is_nearly_one_of_the_vocabulary() {
    let setup = r#"{
"serverSetup": { "server": { "type": "first", "name": "mx1", "domainName": "Acme" }, "org": { "orgName": "Acme" } },
"appConfiguration": { "databases": [ { "filePath": "names.nsf", "documents": [
  { "action": "create", "items": { "Form": "Domain", "DomainType": "GlobalDomain", "DomainName": "Acme",
    "LocalPrimaryInternetDomian": "acme.example" } } ②
] } ] }
}"#;
    check(
        &[("setup.json", setup)],
        "
        mx1/Acme local_domains = [? …`LocalPrimaryInternetDomian` may be meant…
        problem warning unknown-item @②
        ",
    );
}

#[test]
fn a_site_of_a_protocol_that_is_not_known() {
    check(
        &[("acme.toml", &format!("{SERVER}[[site]]\nprotocol = \"smtp\" ②\nname = \"In\"\nservers = [\"*\"]\n"))],
        "
        mx1/Acme smtp_sites = [; ? the protocol of the site `In` is not known]
        mx1/Acme authentication.anonymous ? …
        problem error unknown-value @②
        ",
    );
}

#[test]
fn a_second_document_of_a_server_has_no_say() {
    let twice = format!(
        "{SERVER}[[global_domain]]\nname = \"Acme\"\ndomino_domains = [\"Acme\"]\nprimary_internet_domain = \"acme.example\"\n\
         [[server]]\nname = \"MX1/ACME\" ②\nhostname = \"other.acme.example\"\n"
    );
    check(
        &[("acme.toml", &twice)],
        "
        mx1/Acme hostname = mx1.acme.example @①
        environment uncovered_domino_domains = []
        problem error duplicate-document @②
        ",
    );
}

#[test]
fn settings_with_blanks_are_no_toml() {
    check(
        &[("acme.toml", SERVER), ("loose.ini", "ServerName = mx1/Acme\nSMTPDebug = 3 ②\n")],
        "mx1/Acme ini.SMTPDebug = 3 @②",
    );
}
