//! Where the authentication options of the SMTP ports come from: the Server document while Internet Sites are off, the SMTP
//! Inbound site alone while they are on (semantics.md 2.1 to 2.4).

use crate::table::check;

const OFF: &str = "internet_sites = false ①";
const ON: &str = "internet_sites = true ①";

fn server(switch: &str) -> String {
    format!(
        r#"
[[server]]
name = "mx1/Acme"
hostname = "mx1.acme.example"
addresses = ["192.0.2.1"]
{switch}
smtp_inbound.anonymous = true ②
smtp_inbound.tls_anonymous = false ③
"#
    )
}

const SITE: &str = r#"
[[site]]
protocol = "smtp_inbound"
name = "In" ④
servers = ["mx1/Acme"]
anonymous = false ⑤
name_and_password = true ⑥
"#;

fn options(switch: &str, sites: &str, expected: &str) {
    check(&[("server.toml", &server(switch)), ("site.toml", sites)], expected);
}

#[test]
fn with_sites_off_the_server_document_decides() {
    options(
        OFF,
        SITE,
        "
        mx1/Acme authentication.source = server @①
        mx1/Acme authentication.anonymous = true @② hides ⑤
        mx1/Acme authentication.name_and_password unset hides ⑥
        mx1/Acme authentication.tls_anonymous = false @③
        ",
    );
}

#[test]
fn sites_are_off_unless_they_are_switched_on() {
    options(
        "",
        SITE,
        "
        mx1/Acme internet_sites default false
        mx1/Acme authentication.source = server …
        mx1/Acme authentication.anonymous = true @② hides ⑤
        ",
    );
}

#[test]
fn with_sites_on_the_site_decides() {
    options(
        ON,
        SITE,
        "
        mx1/Acme authentication.source = site @①
        mx1/Acme authentication.anonymous = false @⑤ hides ②
        mx1/Acme authentication.name_and_password = true @⑥
        mx1/Acme authentication.tls_anonymous unset hides ③
        ",
    );
}

#[test]
fn with_sites_on_port_and_status_stay_with_the_server() {
    options(
        &format!("{ON}\nsmtp_inbound.port = 2525 ⑦\nsmtp_inbound.status = \"disabled\" ⑧"),
        SITE,
        "
        mx1/Acme smtp_inbound.port = 2525 @⑦
        mx1/Acme smtp_inbound.status = disabled @⑧
        ",
    );
}

#[test]
fn with_sites_on_and_none_there_nothing_is_invented() {
    let elsewhere = SITE.replace("mx1/Acme", "mx2/Acme");
    options(
        ON,
        &elsewhere,
        "
        mx1/Acme smtp_sites = []
        mx1/Acme authentication.source = site @①
        mx1/Acme authentication.anonymous ? …no SMTP Inbound site…
        ",
    );
}

#[test]
fn a_site_of_a_group_that_is_not_in_the_input_leaves_the_options_open() {
    options(
        ON,
        &SITE.replace("mx1/Acme", "Relays"),
        "mx1/Acme authentication.anonymous ? …`Relays`…not in the input @- hides ②",
    );
}

#[test]
fn two_sites_are_known_in_what_they_agree_on() {
    let two = SITE.to_owned()
        + r#"
[[site]]
protocol = "smtp_inbound"
name = "Other"
servers = ["*"]
anonymous = true ⑦
name_and_password = true
"#;
    options(
        ON,
        &two,
        "
        mx1/Acme authentication.anonymous ? …several SMTP Inbound sites… @⑤ with ⑦ hides ②
        mx1/Acme authentication.name_and_password = true @⑥
        ",
    );
}

#[test]
fn a_second_site_that_may_be_hosted_leaves_the_options_open() {
    let two = SITE.to_owned()
        + r#"
[[site]]
protocol = "smtp_inbound"
name = "Other"
servers = ["Relays"]
anonymous = true
"#;
    options(ON, &two, "mx1/Acme authentication.anonymous ? …");
}

#[test]
fn the_switch_and_who_hosts_the_site_decide_together() {
    let relays = "[[group]]\nname = \"Relays\"\nmembers = [\"mx1/Acme\"]\n";
    let others = "[[group]]\nname = \"Relays\"\nmembers = [\"mx2/Acme\"]\n";
    for (servers, group, on) in [
        (r#"["MX1/Acme"]"#, "", "= false @⑤ hides ②"),
        (r#"["*"]"#, "", "= false @⑤ hides ②"),
        (r#"["Relays"]"#, relays, "= false @⑤ hides ②"),
        (r#"["Relays"]"#, others, "? …no SMTP Inbound site…"),
        (r#"["Relays"]"#, "", "? …not in the input…"),
        (r#"["*/Acme"]"#, "", "? …not established…"),
        (r#"["mx2/Acme"]"#, "", "? …no SMTP Inbound site…"),
        ("[]", "", "? …no SMTP Inbound site…"),
    ] {
        let site = SITE.replace(r#"["mx1/Acme"]"#, servers) + group;
        options(ON, &site, &format!("mx1/Acme authentication.anonymous {on}"));
        for off in [OFF, ""] {
            options(off, &site, "mx1/Acme authentication.anonymous = true @②…");
        }
    }
}

#[test]
fn a_site_mapped_to_addresses_of_the_server_is_used() {
    for address in ["192.0.2.1", "[192.0.2.1]", "MX1.acme.example", "127.0.0.1", "localhost"] {
        let mapped = format!("{SITE}addresses = [\"{address}\"]\n");
        options(ON, &mapped, "mx1/Acme authentication.anonymous = false @⑤ hides ②");
    }
    options(ON, &format!("{SITE}addresses = []\n"), "mx1/Acme authentication.anonymous = false @⑤ hides ②");
}

#[test]
fn a_site_mapped_to_other_addresses_may_not_be_used() {
    options(
        ON,
        &format!("{SITE}addresses = [\"198.51.100.7\"] ⑦\n"),
        "mx1/Acme authentication.anonymous ? …mapped to other addresses… @⑦ hides ②",
    );
}

#[test]
fn a_switch_in_an_unknown_code_leaves_the_options_open() {
    check(
        &[(
            "setup.json",
            r#"{
"serverSetup": { "server": { "type": "first", "name": "mx1", "domainName": "Acme" }, "org": { "orgName": "Acme" } },
"appConfiguration": { "databases": [ { "filePath": "names.nsf", "documents": [
  { "action": "update", "findDocument": { "Form": "Server" }, "items": {
    "LdISite": "x", ①
    "SMTP_AllowAnonymous": "1" } },
  { "action": "create", "items": { "Form": "SMTPInboundSite", "ISiteName": "In",
    "WSHostingSrvrs": "*", "TCPAnonymous": "0" } }
] } ] }
}"#,
        )],
        "
        mx1/Acme authentication.source ? …code `x`… @①
        mx1/Acme authentication.anonymous ? …code `x`… @①
        problem warning unknown-code @①
        ",
    );
}
