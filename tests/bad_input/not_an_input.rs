//! Files that are none of the formats, and files that no reader can make sense of.

use std::fs;

use crate::cases::{case, run_cases};
use crate::inputs::{SERVER, config_map, setup, setup_items};
use crate::running::{Folder, INPUT};

#[test]
fn files_that_are_no_input() {
    run_cases(
        "no_input",
        &[
            case("nothing", "empty.json", "«»", INPUT, "error input-empty", &["empty"]),
            case("blanks", "blank.toml", "  \n\t\r\n \n", INPUT, "error input-empty", &["empty"]),
            case("only a byte-order mark", "bom.ini", "\u{feff}", INPUT, "error input-empty", &["empty"]),
            case(
                "Genesis",
                "genesis.json",
                "{\n\t«\"title\"»: \"T\",\n\t\"versionjson\": \"1.0.0\",\n\t\"steps\": [ { \"databases\": [] } ]\n}\n",
                INPUT,
                "error input-not-understood",
                &["Genesis", "one-touch"],
            ),
            case(
                "a Jinja template",
                "jinja.json",
                "{\n  «{%» if first %}\n  \"serverSetup\": { \"server\": { \"name\": \"{{ name }}\" } }\n  {% endif %}\n}\n",
                INPUT,
                "error template-not-rendered",
                &["Jinja", "render"],
            ),
            case(
                "a Jinja template with nothing but values",
                "jinja_values.json",
                "{\n  \"serverSetup\": { \"server\": { \"name\": «{{» server_name }}, \"type\": \"first\" } }\n}\n",
                INPUT,
                "error template-not-rendered",
                &["template", "render"],
            ),
            case(
                "a Helm template",
                "chart.yaml",
                config_map(
                    "|",
                    "{\n  \"serverSetup\": {\n    \"network\": { \"hostName\": «{{ .»Values.host | quote }} }\n  }\n}",
                ),
                INPUT,
                "error template-not-rendered",
                &["Helm", "helm template"],
            ),
            case(
                "a Helm template that is no YAML",
                "chart_if.yaml",
                "«{{-» if .Values.auto }}\napiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: |\n    {\"serverSetup\": {}}\n{{- end }}\n",
                INPUT,
                "error template-not-rendered",
                &["Helm"],
            ),
            case(
                "a web page",
                "page.json",
                "«<!DOCTYPE html>»\n<html><head><title>404</title></head></html>\n",
                INPUT,
                "error input-not-understood",
                &["web page", "error page"],
            ),
            case(
                "a login page",
                "names.dxl",
                "\n«<html>»\n<head><title>Server Login</title></head><body><form>\n<input type=\"password\" name=\"Password\"/></form></body></html>\n",
                INPUT,
                "error input-not-understood",
                &["login page", "log in"],
            ),
            case(
                "XML of another kind",
                "feed.xml",
                "<?xml version='1.0'?>\n<!-- a comment -->\n«<rss version='2.0'>»\n</rss>\n",
                INPUT,
                "error input-not-understood",
                &["XML", "DXL"],
            ),
            case(
                "the design of a form",
                "form.dxl",
                "<?xml version='1.0'?>\n«<form name='Person' xmlns='http://www.lotus.com/dxl'>»\n</form>\n",
                INPUT,
                "error input-not-understood",
                &["design", "documents"],
            ),
            case(
                "a text of another kind",
                "letter.toml",
                "«Dear administrator,»\nmail does not arrive.\n",
                INPUT,
                "error input-not-understood",
                &["not a format", "notes.ini", "TOML"],
            ),
            case(
                "a ConfigMap without setup JSON",
                "other.yml",
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  motd: hello\n",
                INPUT,
                "error config-map-without-setup",
                &["ConfigMap", "one-touch setup"],
            ),
            case(
                "a Kubernetes object of another kind",
                "service.yml",
                "apiVersion: v1\nkind: Service\nspec:\n  ports: [ { port: 25 } ]\n",
                INPUT,
                "error input-not-understood",
                &["Kubernetes", "ConfigMap"],
            ),
            case(
                "a ConfigMap whose JSON is folded",
                "folded.yml",
                config_map(">", &format!("«{{»{}", &setup("")[1..])),
                INPUT,
                "error config-map-not-literal",
                &["literal", "|"],
            ),
            case(
                "a ConfigMap whose JSON is quoted",
                "quoted.yml",
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: «'»{\"serverSetup\": {}}'\n",
                INPUT,
                "error config-map-not-literal",
                &["literal", "|"],
            ),
            case(
                "YAML that is none",
                "broken.yml",
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: [1,\nb: 2\n",
                INPUT,
                "error yaml-syntax",
                &["not valid YAML"],
            ),
        ],
    );
}

#[test]
fn yaml_that_goes_deep_or_grows() {
    let head = "apiVersion: v1\nkind: ConfigMap\ndata:\n";
    let last = |number: usize| if number == 0 { "a".to_owned() } else { format!("b{}", number - 1) };
    let bomb = (0..12)
        .map(|number| format!("  b{number}: &b{number} [*{0}, *{0}, *{0}, *{0}]\n", last(number)))
        .collect::<Vec<_>>()
        .concat();
    let value = format!("{{ \"serverSetup\": {}«[»{}", "[".repeat(127), "[".repeat(9_000));
    run_cases(
        "yaml",
        &[
            case(
                "nested 10,000 deep",
                "deep.yaml",
                format!("{head}  a: {}\n", "[".repeat(10_000)),
                INPUT,
                "error yaml-syntax",
                &["recurs"],
            ),
            case(
                "JSON in it nested 10,000 deep",
                "deep_json.yaml",
                config_map("|", &value),
                INPUT,
                "error json-too-deep",
                &["128 levels"],
            ),
            case(
                "aliases that would fill the memory",
                "bomb.yaml",
                format!("{head}  a: &a [x, x]\n{bomb}"),
                INPUT,
                "error config-map-without-setup",
                &["ConfigMap"],
            ),
        ],
    );
}

#[test]
fn every_reader_survives_every_file() {
    let folder = Folder::new("survive");
    let files = [
        ("a.json", setup_items(r#""Router_PortStatus": "9""#)),
        ("b.json", "{ \"server\": [ { \"name\": null, \"smtp_inbound\": [ [], {} ] } ], \"facts\": [], \"group\": {} }".to_owned()),
        ("c.toml", format!("{SERVER}notes_ports = [ {{ }}, 1 ]\nsmtp_inbound = 1\n")),
        ("d.yaml", config_map("|", &setup(""))),
        ("e.ini", "[Notes]\n=\n[\nServerName=\nKitType=2\n".to_owned()),
        ("f.txt", "\u{feff}\u{feff}{{ [[ \u{0} é".to_owned()),
        ("g.json", "[]".to_owned()),
        ("h.json", "null".to_owned()),
        ("i.json", "{ \"serverSetup\": [], \"appConfiguration\": { \"databases\": { \"documents\": 1 } } }".to_owned()),
        ("j.json", "{ \"serverSetup\": { \"server\": 1, \"notesINI\": [1], \"org\": \"x\", \"registerUsers\": { \"users\": [1, {}] } } }".to_owned()),
        ("k.json", setup(r#"{ "action": 1, "items": [] }, { "items": { "Form": 1 } }, 5, { "findDocument": 7, "items": { "Form": "Server" } }"#)),
    ];
    for (file, text) in &files {
        fs::write(folder.0.join(file), text.replace("«", "").replace("»", "")).expect("written");
        for format in ["", "toml", "json", "one-touch-setup", "config-map", "notes-ini"] {
            let chosen = ["--input-format", format];
            let chosen = if format.is_empty() { &[][..] } else { &chosen[..] };
            // That the runs end with one of the exit codes is checked where they are made.
            folder.check(&[&["-v", file][..], chosen].concat());
            folder.run(&[&["effective", file][..], chosen].concat());
        }
    }
}
