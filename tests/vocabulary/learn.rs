//! `vocabulary learn`.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;

use crate::common::list;
use crate::folder::{CLEAN, FINDINGS, Folder, INPUT};
use crate::{FORM, SERVER, configuration};

/// What stands in the design: the setting and its item.
const RIGHT: [(&str, &str); 57] = [
    ("smtp.address_lookup", "ZZ72AddressLookup"),
    ("smtp.exhaustive_lookup", "ZZ73ExhaustiveLookup"),
    ("smtp.relay_host", "ZZ74RelayHostFor"),
    ("smtp.relay_host_authentication", "ZZ75UseAuthenticationWhen"),
    ("smtp.smart_host", "ZZ77LocalInternetDomain"),
    ("smtp.smart_host_for_all", "ZZ78SmartHostIs"),
    ("smtp.host_lookup", "ZZ79HostNameLookup"),
    ("limits.max_message_size_kb", "ZZ36MaximumMessageSize"),
    ("relay.allow_destinations", "ZZ01AllowMessagesTo"),
    ("relay.deny_destinations", "ZZ02DenyMessagesTo"),
    ("relay.allow_hosts", "ZZ03AllowMessagesOnly"),
    ("relay.deny_hosts", "ZZ04DenyMessagesFrom"),
    ("relay_enforcement.connecting_hosts", "ZZ05PerformAntirelayEnforcement"),
    ("relay_enforcement.exempt_hosts", "ZZ06ExcludeTheseConnecting"),
    ("relay_enforcement.authenticated_users", "ZZ07ExceptionsForAuthenticated"),
    ("dns_blacklist.enabled", "ZZ08DnsBlacklistFilters"),
    ("dns_blacklist.sites", "ZZ09DnsBlacklistSites"),
    ("dns_blacklist.action", "ZZ10DesiredActionWhen"),
    ("dns_blacklist.response", "ZZ11CustomSmtpError"),
    ("dns_whitelist.enabled", "ZZ12DnsWhitelistFilters"),
    ("dns_whitelist.sites", "ZZ13DnsWhitelistSites"),
    ("dns_whitelist.action", "ZZ14DesiredActionWhen"),
    ("private_blacklist.enabled", "ZZ15PrivateBlacklistFilters"),
    ("private_blacklist.hosts", "ZZ16BlacklistTheFollowing"),
    ("private_blacklist.action", "ZZ17DesiredActionWhen"),
    ("private_whitelist.enabled", "ZZ18PrivateWhitelistFilters"),
    ("private_whitelist.hosts", "ZZ19WhitelistTheFollowing"),
    ("connections.verify_host_name", "ZZ20VerifyConnectingHostname"),
    ("connections.allow", "ZZ21AllowConnectionsOnly"),
    ("connections.deny", "ZZ22DenyConnectionsFrom"),
    ("connections.error_limit", "ZZ23ErrorLimitBefore"),
    ("senders.verify_domain", "ZZ24VerifySendersDomain"),
    ("senders.allow", "ZZ25AllowMessagesOnly"),
    ("senders.deny", "ZZ26DenyMessagesFrom"),
    ("recipients.verify_local", "ZZ27VerifyThatLocal"),
    ("recipients.reject_ambiguous", "ZZ28RejectAmbiguousNames"),
    ("recipients.deny_groups", "ZZ29DenyMailTo"),
    ("recipients.allow", "ZZ30AllowMessagesIntended"),
    ("recipients.deny", "ZZ31DenyMessagesIntended"),
    ("outbound.allow_senders", "ZZ39AllowMessagesOnly"),
    ("outbound.deny_senders", "ZZ40DenyMessagesFrom"),
    ("outbound.allow_recipients", "ZZ41AllowMessagesOnly"),
    ("outbound.deny_recipients", "ZZ42DenyMessagesTo"),
    ("router.max_hop_count", "ZZ51MaximumHopCount"),
    ("extensions.size", "ZZ55SizeExtension"),
    ("extensions.pipelining", "ZZ56PipeliningExtension"),
    ("extensions.dsn", "ZZ57DsnExtension"),
    ("extensions.eight_bit_mime", "ZZ58BitMimeExtension"),
    ("extensions.help", "ZZ59HelpCommand"),
    ("extensions.vrfy", "ZZ60VrfyCommand"),
    ("extensions.expn", "ZZ61ExpnCommand"),
    ("extensions.etrn", "ZZ62EtrnCommand"),
    ("router.logging_level", "ZZ67LoggingLevel"),
    ("router.hold_undeliverable", "ZZ70HoldUndeliverableMail"),
    ("outbound.lookup_sender_address", "ZZ81LookupInternetAddress"),
    ("extensions.starttls", "SMTP_NegotiatedSSL"),
    ("internet_lockout", "ILEnforce"),
];

fn learned(folder: &Folder, arguments: &[&str]) -> Json {
    folder.run(&[&["vocabulary", "learn", "--format", "json"], arguments].concat()).json()
}

/// Items by setting.
fn items(form: &Json) -> BTreeMap<String, String> {
    let word = |found: &Json, key: &str| found[key].as_str().expect("a text").to_owned();
    let field = |found: &Json| word(found, "field").trim_start_matches("configuration.").to_owned();
    list(form, "learned").iter().map(|found| (field(found), word(found, "item"))).collect()
}

#[test]
fn every_label_of_the_form_finds_its_setting_and_no_other() {
    let folder = Folder::new("form").with("form.dxl", FORM);
    let report = learned(&folder, &["form.dxl"]);
    let form = &report["forms"][0];
    assert_eq!(form["form"], "ServerConfig");
    let found = items(form);
    for (path, item) in RIGHT {
        assert_eq!(found.get(path).map(String::as_str), Some(item), "{path}");
    }
    // The others are those that the vocabulary knows, by the same names.
    let news = list(form, "learned").iter().filter(|found| found["known"] != "same").count();
    let known = RIGHT.iter().filter(|(_, item)| !item.starts_with("ZZ")).count();
    assert_eq!(news, RIGHT.len() - known);
    assert!(list(form, "learned").iter().all(|found| found["confidence"] == "sure"), "{form:#}");
    // A switch of the other direction has the same label, and is not mistaken for it.
    let outbound = list(form, "unmatched").iter().find(|item| item["item"] == "ZZ63SizeExtension");
    assert!(outbound.is_some(), "{form:#}");
    let codes = |path: &str| {
        let found = list(form, "learned").iter().find(|found| found["field"] == format!("configuration.{path}"));
        found.map(|found| found["codes"].clone()).unwrap_or_default()
    };
    assert_eq!(
        codes("relay_enforcement.connecting_hosts"),
        serde_json::json!({"0": "external", "1": "all", "2": "none"})
    );
    assert_eq!(
        codes("smtp.address_lookup"),
        serde_json::json!({"0": "full_name", "1": "local_part", "2": "full_name_then_local_part"})
    );
    assert_eq!(codes("dns_blacklist.action"), serde_json::json!({"0": "log", "1": "tag", "2": "reject"}));
    assert_eq!(codes("connections.allow"), serde_json::json!({}));
}

#[test]
fn what_is_printed_is_a_part_of_maillint_toml() {
    let folder = Folder::new("toml").with("form.dxl", FORM);
    let learned = folder.run(&["vocabulary", "learn", "form.dxl"]);
    assert_eq!((learned.code, learned.err.as_str()), (CLEAN, ""));
    let items = "ZZ01AllowMessagesTo:  *\nZZ02DenyMessagesTo:  \nZZ04DenyMessagesFrom:  \nZZ05PerformAntirelayEnforcement:  2\nZZ21AllowConnectionsOnly:  192.0.2.7\n";
    let folder = folder.with("export/export.txt", format!("{SERVER}{}", configuration(items)));
    // Without the names, the rules say what they lack.
    let run = folder.check(&["export"]);
    run.says(run.code, &["the item name of \"Deny connections from the following SMTP internet hostnames/IP addresses\" (connections.deny) is not published", "maillint vocabulary learn"]);
    assert!(!run.out.contains("[host-entry-ip-without-brackets]"), "{}", run.out);
    assert!(folder.json(&["export"])["not_evaluated"].to_string().contains("(see `maillint vocabulary learn`)"));
    let folder = folder.with("export/maillint.toml", &learned.out);
    let run = folder.check(&["export"]);
    run.says(
        FINDINGS,
        &[
            "error[host-entry-ip-without-brackets]",
            "export/export.txt:16:28",
            "[open-relay]",
            "with it goes relay-enforcement-none",
        ],
    );
    assert!(
        !run.out.contains("is not published: give it under [aliases]")
            || !run.out.contains("(connections.deny) is not published"),
        "{}",
        run.out
    );
}

#[test]
fn a_subform_belongs_to_the_form_whose_labels_it_has() {
    let subform = "<?xml version='1.0'?>\n<subform name='ZZInbound' xmlns='http://www.lotus.com/dxl'><body><richtext>\n<par>Inbound Connection Controls</par>\n<table><tablerow><tablecell><par>Allow connections only from the following SMTP internet hostnames/IP addresses:</par></tablecell><tablecell><par><field type='text' kind='editable'\n name='ZZAllow'/></par></tablecell></tablerow>\n<tablerow><tablecell><par>Verify connecting hostname in DNS:</par></tablecell><tablecell><par><field type='keyword' kind='editable' name='ZZVerify'><keywords ui='radiobutton'><textlist><text>Enabled|1</text><text>Disabled|0</text></textlist></keywords></field></par></tablecell></tablerow></table></richtext></body></subform>";
    let folder = Folder::new("subform").with("sub.dxl", subform);
    let report = learned(&folder, &["sub.dxl"]);
    let found = items(&report["forms"][0]);
    assert_eq!(found.get("connections.allow").map(String::as_str), Some("ZZAllow"));
    assert_eq!(found.get("connections.verify_host_name").map(String::as_str), Some("ZZVerify"));
}

#[test]
fn forms_that_have_nothing_to_do_with_mail_are_counted() {
    let other =
        "<form name='Memo'><body><richtext><par>Subject: <field name='Subject'/></par></richtext></body></form>";
    let form = FORM.split_once("<form").expect("a form").1;
    let folder = Folder::new("template").with("all.dxl", format!("<database>{other}<form{form}{other}</database>"));
    let run = folder.run(&["vocabulary", "learn", "all.dxl"]);
    run.says(CLEAN, &["2 forms have no field of a setting that is looked for", "form serverconfig"]);
    assert!(!run.out.contains("Memo"), "{}", run.out);
}

#[test]
fn columns_of_ports_are_told_apart_by_their_titles() {
    let row = |label: &str, suffix: &str| {
        let cells: String = ["IMAP", "POP3", "SMTP", "Router"]
            .map(|port| {
                format!(
                    "<tablecell><par><field type='text' kind='editable' name='{port}_ZZ{suffix}'/></par></tablecell>"
                )
            })
            .concat();
        format!("<tablerow><tablecell><par>{label}:</par></tablecell>{cells}</tablerow>\n")
    };
    let titles = ["", "Mail (IMAP)", "Mail (POP)", "Mail (SMTP Inbound)", "Mail (SMTP Outbound)"]
        .map(|title| format!("<tablecell><par>{title}</par></tablecell>"))
        .concat();
    let text = format!(
        "<form name='Server' xmlns='http://www.lotus.com/dxl'><body><richtext><table><tablerow>{titles}</tablerow>\n{}{}{}</table></richtext></body></form>",
        row("TCP/IP port number", "Port"),
        row("TCP/IP port status", "Status"),
        row("SSL port number", "SSL")
    );
    let folder = Folder::new("ports").with("server.dxl", text);
    let report = learned(&folder, &["server.dxl"]);
    let found = items(&report["forms"][0]);
    for (path, item) in [
        ("server.smtp_inbound.port", "SMTP_ZZPort"),
        ("server.smtp_inbound.status", "SMTP_ZZStatus"),
        ("server.smtp_inbound.tls_port", "SMTP_ZZSSL"),
        ("server.smtp_outbound.port", "Router_ZZPort"),
        ("server.smtp_outbound.status", "Router_ZZStatus"),
        ("server.smtp_outbound.tls_port", "Router_ZZSSL"),
    ] {
        assert_eq!(found.get(path).map(String::as_str), Some(item), "{path}: {report:#}");
    }
    assert_eq!(found.len(), 6);
}

#[test]
fn labels_that_nothing_tells_apart_are_not_guessed() {
    let field =
        |name: &str, label: &str| format!("<par>{label}: <field type='text' kind='editable' name='{name}'/></par>");
    let text = format!(
        "<form name='ServerConfig'><body><richtext>{}{}{}</richtext></body></form>",
        field("ZZ1", "Allow messages only from the following external internet addresses/domains"),
        field("ZZ2", "Allow messages only from the following external internet addresses/domains"),
        field("ZZ3", "Allow mail only from the following external hosts"),
    );
    let folder = Folder::new("twins").with("form.dxl", text);
    let report = learned(&folder, &["form.dxl"]);
    let form = &report["forms"][0];
    assert_eq!(items(form), BTreeMap::new());
    let reasons = list(form, "unmatched").iter().filter(|item| item["reason"].is_string()).count();
    assert_eq!(reasons, 2, "{form:#}");
}

#[test]
fn a_marked_document_names_its_fields_itself() {
    let items = "ZZAllow:  Allow connections only from the following SMTP internet hostnames/IP addresses\nZZDeny:  deny connections from the following SMTP Internet hostnames / IP addresses:\nZZRelay:  Relay host for messages leaving the local internet domain\nZZOther:  hello\n";
    let folder = Folder::new("marker")
        .with("marker.txt", configuration(items))
        .with("plain.txt", configuration("ZZOther:  hello\n"));
    let report = learned(&folder, &["--marker", "marker.txt"]);
    let found = items_of(&report);
    assert_eq!(found.get("connections.allow").map(String::as_str), Some("ZZAllow"));
    assert_eq!(found.get("connections.deny").map(String::as_str), Some("ZZDeny"));
    assert_eq!(found.get("smtp.relay_host").map(String::as_str), Some("ZZRelay"));
    assert_eq!(found.len(), 3, "{report:#}");
    folder
        .run(&["vocabulary", "learn", "--marker", "plain.txt"])
        .says(INPUT, &["error[no-marker]", "label of a setting"]);
}

fn items_of(report: &Json) -> BTreeMap<String, String> {
    items(&report["forms"][0])
}

#[test]
fn what_holds_no_form_is_said() {
    let folder = Folder::new("wrong")
        .with("text.txt", "hello\n")
        .with("document.dxl", "<database><document form='Server'><item name='X'><text>y</text></item></document></database>")
        .with("cut.dxl", "<form name='ServerConfig'><body><richtext><par>Address lookup")
        .with("crossed.dxl", "<form name='ServerConfig'><body></form></body>")
        .with("deep.dxl", format!("<form name='x'>{}", "<par>".repeat(100_000)))
        .with("bomb.dxl", "<!DOCTYPE form [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><form name='ServerConfig'><body><par>&b; <field name='X'/></par></body></form>");
    for (file, words) in [
        ("text.txt", "this is no DXL"),
        ("document.dxl", "there is no design of a form in this file"),
        ("cut.dxl", "the file ends too early"),
        ("crossed.dxl", "error[xml-syntax]"),
        ("deep.dxl", "nest deeper than 512 levels"),
        ("missing.dxl", "no such file"),
    ] {
        folder.run(&["vocabulary", "learn", file]).says(INPUT, &[words]);
    }
    let run = folder.run(&["vocabulary", "learn", "bomb.dxl"]);
    assert_eq!(run.code, CLEAN);
    assert!(!run.out.contains("aaaa"), "{}", run.out);
    // The others are still read.
    let folder = folder.with("form.dxl", FORM);
    let run = folder.run(&["vocabulary", "learn", "text.txt", "form.dxl"]);
    run.says(INPUT, &["no-form-design", "\"configuration.relay.deny_hosts\" = \"ZZ04DenyMessagesFrom\""]);
}

#[test]
fn a_form_of_another_kind_teaches_nothing() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples/dxl/jnx_person_form.xml");
    let Ok(text) = std::fs::read(&sample) else {
        use std::io::Write as _;
        writeln!(std::io::stderr(), "skipped: there is no folder ../shared/samples").expect("standard error");
        return;
    };
    let folder = Folder::new("person").with("person.xml", text);
    let report = learned(&folder, &["person.xml"]);
    let form = &report["forms"][0];
    assert_eq!((form["form"].as_str(), list(form, "learned").len()), (Some("Person"), 0));
    let unmatched: Vec<String> =
        list(form, "unmatched").iter().map(|item| format!("{} {}", item["item"], item["label"])).collect();
    assert_eq!(unmatched, ["\"Firstname\" \"Firstname\"", "\"Lastname\" \"Lastname\"", "\"DefaultTest\" null"]);
}
