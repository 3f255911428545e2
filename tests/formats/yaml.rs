//! The native description in YAML.

use crate::common::{list, problems};
use crate::folder::{FINDINGS, Folder, INPUT};
use crate::{finding, start};

const TOML: &str = "[[server]]\nname = 'mx1/Acme'\nsmtp_listener = true\nhostname = 'mx1'\nsmtp_inbound = {port = 2525}\n\n[[configuration]]\napplies_to = '*'\nconnections = {allow = ['192.0.2.7', '[192.0.2.8]']}\n[facts]\nas_of = '2026-11-24'\n";
const YAML: &str = "# our servers\nserver:\n  - name: mx1/Acme\n    smtp_listener: true\n    hostname: mx1\n    smtp_inbound:\n      port: 2525\nconfiguration:\n- applies_to: \"*\"\n  connections:\n    allow:\n      - 192.0.2.7\n      - \"[192.0.2.8]\"\nfacts:\n  as_of: 2026-11-24\n";

#[test]
fn it_says_the_same_as_toml_with_places_of_its_own() {
    let folder =
        Folder::new("same").with("mx.toml", TOML).with("mx.yaml", YAML).with("crlf.yml", YAML.replace('\n', "\r\n"));
    let summary = |file: &str| {
        let report = folder.json(&[file]);
        let findings = list(&report, "findings").iter().map(|finding| finding["fingerprint"].to_string());
        let open = list(&report, "not_evaluated").iter().map(|open| format!("{} {}", open["rule"], open["reason"]));
        (findings.chain(open).collect::<Vec<_>>(), problems(&report))
    };
    let expected = summary("mx.toml");
    assert!(!expected.0.is_empty());
    assert_eq!(summary("mx.yaml"), expected);
    assert_eq!(summary("crlf.yml"), expected);
    let report = folder.json(&["mx.yaml"]);
    assert_eq!(start(&finding(&report, "host-entry-ip-without-brackets")["primary"]), "12:9");
    assert_eq!(start(&finding(&report, "fqdn-unqualified")["primary"]), "5:15");
}

#[test]
fn several_documents_in_one_stream_are_one_environment() {
    let folder = Folder::new("stream").with(
        "mx.yaml",
        "---\nserver:\n  - name: mx1/Acme\n    hostname: mx1\n    smtp_listener: true\n---\nconfiguration:\n  - applies_to: '*'\n",
    );
    let run = folder.check(&["mx.yaml"]);
    run.says(FINDINGS, &["read mx.yaml as native description (YAML): 1 server, 2 documents"]);
}

#[test]
fn mistakes_are_shown_where_they_are() {
    let server = "server:\n  - name: mx1/Acme\n";
    for (name, text, words) in [
        (
            "kind",
            "servers:\n  - name: mx1/Acme\n".to_owned(),
            &["`servers` is not a document kind", "did you mean `server`?", "1:1"][..],
        ),
        (
            "field",
            format!("{server}    smtp_listner: true\n"),
            &["`smtp_listner` is not a known name", "smtp_listener", "3:5"],
        ),
        ("type", format!("{server}    smtp_listener: yes\n"), &["must be true or false, found a text", "3:20"]),
        ("star", format!("{server}configuration:\n  - applies_to: *\n"), &["must stand in quotes", "4:17"]),
        ("tab", format!("{server}\tsmtp_listener: true\n"), &["yaml-syntax", "indented with blanks, not tabs"]),
        ("twice", format!("{server}    name: mx2/Acme\n"), &["`name` is set twice", "3:5"]),
        (
            "alias",
            "server: &all\n  - name: mx1/Acme\nconfiguration: *all\n".to_owned(),
            &["anchors and aliases are not read"],
        ),
        ("merge", format!("{server}    <<: {{hostname: x}}\n"), &["merge keys", "3:5"]),
        ("tag", format!("{server}    hostname: !secret x\n"), &["tags", "3:23"]),
        ("cut", format!("{server}    smtp_inbound: {{port: 25\n"), &["yaml-syntax"]),
        (
            "bytes",
            format!("{server}{}    title: a\u{0}b\n", "# all of our servers\n".repeat(4)),
            &["yaml-syntax", "7:"],
        ),
    ] {
        let folder = Folder::new(name).with("mx.yaml", &text);
        folder.check(&["mx.yaml"]).says(INPUT, words);
    }
}

#[test]
fn aliases_cannot_blow_up() {
    let mut bomb = String::from("server:\n- &a [x, x, x, x, x, x, x, x, x]\n");
    for (name, before) in ('b'..='i').zip('a'..) {
        let names = vec![format!("*{before}"); 9].join(", ");
        bomb.push_str(&format!("- &{name} [{names}]\n"));
    }
    Folder::new("bomb").with("mx.yaml", bomb).check(&["mx.yaml"]).says(INPUT, &["anchors and aliases are not read"]);
    let deep = format!("server:\n- {}1{}\n", "[".repeat(100_000), "]".repeat(100_000));
    Folder::new("deep").with("mx.yaml", deep).check(&["mx.yaml"]).says(INPUT, &["error["]);
}

#[test]
fn a_config_map_is_still_one() {
    let folder = Folder::new("config-map").with("map.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  server: x\n");
    folder.check(&["map.yaml"]).says(INPUT, &["this ConfigMap carries no one-touch setup JSON"]);
}
