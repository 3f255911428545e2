//! Which SMTP Inbound sites a server hosts (semantics.md 2.3).

use crate::table::check;

const SERVER: &str = r#"
[[server]]
name = "mx1/Acme"
internet_sites = true
addresses = ["192.0.2.1"]
"#;

/// One site with that list of servers, and perhaps more documents.
fn hosted(servers: &str, more: &str, expected: &str) {
    let site = format!("[[site]]\nprotocol = \"smtp_inbound\"\nname = \"In\" ①\nservers = {servers}\n{more}");
    check(&[("server.toml", SERVER), ("site.toml", &site)], &format!("mx1/Acme smtp_sites = {expected}"));
}

const RELAYS: &str = "[[group]]\nname = \"Relays\"\nmembers = [\"CN=mx1/O=Acme\"]\n";
const COMPLETE: &str = "[facts]\ncomplete_export = true\n";

#[test]
fn by_name() {
    hosted(r#"["mx1/Acme"]"#, "", "[{} @①]");
    hosted(r#"["mx2/Acme", "CN=MX1/O=Acme"]"#, "", "[{} @①]");
    hosted(r#"["mx2/Acme"]"#, "", "[]");
    hosted("[]", "", "[]");
}

#[test]
fn by_star() {
    hosted(r#"["*"]"#, "", "[{} @①]");
    hosted(r#"["mx2/Acme", "*"]"#, "", "[{} @①]");
}

#[test]
fn by_group() {
    hosted(r#"["Relays"]"#, RELAYS, "[{} @①]");
    hosted(r#"["mx2/Acme", "RELAYS"]"#, RELAYS, "[{} @①]");
    hosted(r#"["Relays"]"#, &RELAYS.replace("mx1", "mx2"), "[]");
}

#[test]
fn by_a_group_in_a_group() {
    let nested = RELAYS.to_owned() + "[[group]]\nname = \"Mail\"\nmembers = [\"Relays\"]\n";
    hosted(r#"["Mail"]"#, &nested, "[{} @①]");
    hosted(
        r#"["Mail"]"#,
        "[[group]]\nname = \"Mail\"\nmembers = [\"Relays\"]\n",
        "[; ? …`relays` is not in the input]",
    );
}

#[test]
fn by_a_group_that_is_not_in_the_input() {
    hosted(r#"["Relays"]"#, "", "[; ? …`Relays`…not in the input]");
    hosted(r#"["mx2/Acme", "Relays"]"#, "", "[; ? …`Relays`…not in the input]");
    hosted(r#"["Relays", "mx1/Acme"]"#, "", "[{} @①]");
    hosted(r#"["Relays"]"#, COMPLETE, "[]");
}

#[test]
fn by_an_organization() {
    hosted(r#"["*/Acme"]"#, "", "[; ? …`*/Acme`…not established]");
    hosted(r#"["*/Acme", "mx1/Acme"]"#, "", "[{} @①]");
}

#[test]
fn by_nobody_says_whom() {
    let site = "[[site]]\nprotocol = \"smtp_inbound\"\nname = \"In\"\n";
    check(
        &[("server.toml", SERVER), ("site.toml", site)],
        "mx1/Acme smtp_sites = [; ? …does not say which servers host it…]",
    );
}

#[test]
fn sites_of_other_protocols_do_not_count() {
    let site = "[[site]]\nprotocol = \"web\"\nname = \"Web\"\nservers = [\"*\"]\n";
    check(&[("server.toml", SERVER), ("site.toml", site)], "mx1/Acme smtp_sites = []");
}

#[test]
fn several_are_all_listed() {
    let sites = r#"
[[site]]
protocol = "smtp_inbound"
name = "A" ①
servers = ["*"]

[[site]]
protocol = "smtp_inbound"
name = "B" ②
servers = ["mx1/Acme"]

[[site]]
protocol = "smtp_inbound"
name = "C"
servers = ["mx2/Acme"]
"#;
    check(&[("server.toml", SERVER), ("site.toml", sites)], "mx1/Acme smtp_sites = [{} @①, {} @②]");
}

#[test]
fn a_partial_export_may_have_more() {
    let partial = "[facts]\ncomplete_export = false\n";
    hosted(r#"["*"]"#, partial, "[{} @①; ? …may not show all…]");
    hosted(r#"["mx2/Acme"]"#, partial, "[; ? …may not show all…]");
}
