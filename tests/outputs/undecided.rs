//! The section "not decided" for people: facts in the order of their use, and what to do about them.

use crate::folder::Folder;

const SERVER: &str = "[[server]]\nname = \"mx1/Acme\"\nhostname = \"mx1.acme.example\"\ninternet_sites = false\n";
const CONFIGURATION: &str = "\n[[configuration]]\napplies_to = \"*\"\ndefault = true\n";

fn section(text: &str) -> &str {
    text.split_once("not decided, for want of facts:\n")
        .map_or("", |(_, rest)| rest.split("\n\n").next().unwrap_or(rest))
}

fn at(text: &str, what: &str) -> usize {
    text.find(what).unwrap_or_else(|| panic!("`{what}` is not in\n{text}"))
}

#[test]
fn a_fact_is_told_once_with_all_rules_that_lack_it_and_errors_first() {
    let listening = format!("{SERVER}smtp_listener = true\n{CONFIGURATION}");
    let folder = Folder::new("undecided").with("a.toml", listening);
    let human = folder.check(&["a.toml"]).out;
    let shown = section(&human);
    assert_eq!(shown.matches("(relay.deny_hosts) is not set").count(), 1, "{shown}");
    assert!(at(shown, "open-relay") < at(shown, "host-entry-unparsable"), "{shown}");
    assert!(at(shown, "host-entry-unparsable") < at(shown, "lookup-local-part"), "{shown}");
    assert!(shown.contains("into the description") && !shown.contains("beside the export"), "{shown}");
    // Each check is in the report for programs.
    let open = folder.json(&["a.toml"])["not_evaluated"].as_array().map_or(0, Vec::len);
    assert!(human.contains(&format!("{open} checks not decided")), "{human}");
}

#[test]
fn nobody_is_asked_for_the_host_lists_of_servers_that_do_not_listen() {
    let of = |listener: bool| format!("{SERVER}smtp_listener = {listener}\n{CONFIGURATION}");
    let folder = Folder::new("unheard")
        .with("off.toml", of(false))
        .with("on.toml", of(true))
        .with("both.toml", format!("{}\n[[server]]\nname = \"mx2/Acme\"\nsmtp_listener = true\n", of(false)));
    let asks = |file: &str| folder.json(&[file])["not_evaluated"].to_string().contains("relay.deny_hosts");
    assert_eq!((asks("off.toml"), asks("on.toml"), asks("both.toml")), (false, true, true));
}

#[test]
fn what_an_export_lacks_is_stated_beside_it() {
    let text = "Form:  Server\nType:  Server\nServerName:  CN=mx1/O=Acme\nSMTPListenerEnabled:  1\n\u{c}\nForm:  ServerConfig\nServerName:  *\nUseAsDefault:  1\nZZ:  1\n";
    let folder = Folder::new("beside").with("a.txt", text);
    let human = folder.check(&["a.txt"]).out;
    assert!(section(&human).contains("vocabulary learn"), "{human}");
}
