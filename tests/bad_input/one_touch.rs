//! One-touch setup files with slips, also inside a ConfigMap.

use crate::cases::{case, run_cases};
use crate::inputs::{config_map, setup, setup_items};
use crate::running::{CLEAN, FINDINGS};

#[test]
fn setup_files_with_slips() {
    let document = r#"        { "action": "update", "findDocument": FIND, "items": { "SMTPListenerEnabled": "1" } }"#;
    run_cases(
        "setup",
        &[
            case(
                "an unknown code",
                "code.json",
                setup(r#"        { "action": "create", "items": { "Form": "ServerConfig", "ServerName": "*", "UseAsDefault": "1",
            "SMTPRlyCheck": «"7"» } }"#),
                FINDINGS,
                "warning unknown-code",
                &["SMTPRlyCheck", "`7`"],
            ),
            case(
                "an unknown port status",
                "status.json",
                setup_items(r#""Router_PortStatus": «"9"»"#),
                FINDINGS,
                "warning unknown-code",
                &["Router_PortStatus", "`9`", "known codes"],
            ),
            case(
                "an item without a name",
                "empty_name.json",
                setup_items(r#"«""»: "1""#),
                FINDINGS,
                "warning item-name-empty",
                &["without a name", "u0024"],
            ),
            case(
                "an item whose name is a blank",
                "blank_name.json",
                setup_items(r#"«"  "»: "1""#),
                FINDINGS,
                "warning item-name-empty",
                &["without a name"],
            ),
            case(
                "an item name with a blank behind",
                "behind.json",
                setup_items(r#"«"SMTP_Port "»: "25""#),
                FINDINGS,
                "warning item-name-blank",
                &["`SMTP_Port `", "ends", "write `SMTP_Port`"],
            ),
            case(
                "an item name with a blank before",
                "before.json",
                setup_items(r#"«"\tSMTP_Port"»: "25""#),
                FINDINGS,
                "warning item-name-blank",
                &["begins", "write `SMTP_Port`"],
            ),
            case(
                "an item name with a slip",
                "slip.json",
                setup_items(r#"«"SMTPListnerEnabled"»: "1""#),
                FINDINGS,
                "warning unknown-item",
                &["SMTPListnerEnabled", "did you mean `SMTPListenerEnabled`"],
            ),
            case(
                "an unknown name of setup",
                "key.json",
                setup("").replace("\"hostName\"", "«\"hostname\"»"),
                FINDINGS,
                "warning one-touch-unknown-key",
                &["`hostname`", "did you mean `hostName`"],
            ),
            case(
                "a document that is never found",
                "never.json",
                setup(&document.replace("FIND", r#"{ "Type": "Server", "ServerName": «"CN=mx2/O=Acme"» }"#)),
                FINDINGS,
                "warning find-document-no-match",
                &["finds no document", "mx1/Acme", "compare"],
            ),
            case(
                "a formula of another shape",
                "formula.json",
                setup(&document.replace("FIND", r#"«"Form = \"Server\" | @Contains(ServerName; \"mx1\")"»"#)),
                CLEAN,
                "info find-document-formula",
                &["formula", "not understood", "equalities"],
            ),
            case(
                "a placeholder without a value",
                "open.json",
                setup_items(r#""SMTPFullHostDomain": «"{{ MAIL_HOST }}"»"#),
                CLEAN,
                "info placeholder-unresolved",
                &["MAIL_HOST", "--var MAIL_HOST=", "--env-file", "empty"],
            ),
            case(
                "a byte-order mark",
                "mark.json",
                format!("\u{feff}{}", setup("")),
                FINDINGS,
                "warning json-byte-order-mark",
                &["byte-order mark", "UTF-8"],
            ),
            case(
                "a name twice in a ConfigMap, at its lines of the YAML file",
                "twice.yaml",
                config_map("|", "{ \"serverSetup\": {\n    \"server\": { \"name\": \"mx1\",\n      @\"type\"@: \"first\",\n      «\"type\"»: \"additional\" } } }\n")
                    .replacen('@', "", 2),
                FINDINGS,
                "warning duplicate-key",
                &["`type`", "twice"],
            ),
            case(
                "an unknown code in a ConfigMap with a chomping mark and CR LF",
                "code.yaml",
                config_map("|-", &setup_items(r#""Router_PortStatus": «"9"»"#)).replace('\n', "\r\n"),
                FINDINGS,
                "warning unknown-code",
                &["Router_PortStatus"],
            ),
        ],
    );
}
