//! `[aliases]` in maillint.toml.

use crate::folder::{FINDINGS, Folder, USAGE};
use crate::{SERVER, configuration};

#[test]
fn a_list_and_a_code_are_read_under_names_that_were_given() {
    let items = "ZZAllow:  192.0.2.7,[192.0.2.8]\nZZVerify:  ja\nZZAction:  9\n";
    let folder = Folder::new("given").with("export.txt", format!("{SERVER}{}", configuration(items))).with(
        "maillint.toml",
        "[aliases]\nconnections.allow = 'ZZAllow'\n\"configuration.connections.verify_host_name\" = { item = 'zzverify', codes = { ja = true, nein = false } }\ndns_blacklist.action = { item = 'ZZAction', codes = { 1 = 'log' } }\n",
    );
    let run = folder.check(&["export.txt"]);
    run.says(
        FINDINGS,
        &[
            "error[host-entry-ip-without-brackets]",
            "[export.txt:12:11]",
            "`ZZAction`",
            "has the unknown code `9`",
            "known codes: 1 = log",
        ],
    );
    let shown = folder.run(&["effective", "export.txt", "configuration.connections.verify_host_name"]).out;
    assert!(shown.contains("export.txt:13"), "{shown}");
}

#[test]
fn mistakes_are_shown_in_maillint_toml() {
    for (text, words) in [
        ("conections.allow = 'X'", "did you mean `connections.allow`?"),
        ("name = 'X'", "several document kinds have a field `name`"),
        ("connections.allow = 'SMTP_NegotiatedSSL'", "is known to hold"),
        ("connections.allow = { item = 'X', codes = { 1 = 'on' } }", "has no codes"),
        ("extensions.starttls = { item = 'X', codes = { 1 = 'perhaps' } }", "it is one of disabled, enabled, required"),
        ("connections.allow = 'X'\nconnections.deny = 'x'", "is given for `connections.allow` already"),
    ] {
        let folder = Folder::new("mistakes")
            .with("mx.toml", "[[server]]\nname = 'mx1/Acme'\n")
            .with("maillint.toml", format!("[aliases]\n{text}\n"));
        folder.check(&["mx.toml"]).says(USAGE, &["error[alias-wrong]", "maillint.toml:", words]);
    }
}

#[test]
fn a_name_that_is_only_inferred_is_no_proof_of_absence() {
    let server = SERVER.replace("LdISite", "SMTP_ZZ:  1\nLdISite");
    let folder = Folder::new("inferred")
        .with("export.txt", format!("{server}{}", configuration("")))
        .with("plain.txt", format!("{SERVER}{}", configuration("")));
    let words = |file: &str| {
        let shown = folder.run(&["effective", file, "smtp_inbound.tls_port"]).out;
        shown.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let shown = words("export.txt");
    assert!(shown.contains("not in this export as `SMTP_SSLPort`, a name that is only inferred"), "{shown}");
    // Where every item is understood, none can be it under another name.
    assert!(words("plain.txt").contains("TLS port number 465 default (documented)"), "{}", words("plain.txt"));
}
