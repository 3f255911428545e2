//! DXL that was cut off, changed, or is hostile.

use std::fmt::Write as _;

use crate::cases::{case, run_cases};
use crate::common::problems;
use crate::running::{CLEAN, FINDINGS, Folder, INPUT, findings, place, place_in};

const SECRET: &str = "(355E98E7C7B59BD810ED845AD0FD2FC4)";

/// An export with a server, and whatever else stands in it.
fn export(more: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='utf-8'?>\n<database xmlns='http://www.lotus.com/dxl'>\n<document form='Server'>\n\
         <updatedby><name>CN=A/O=Acme</name></updatedby>\n<item name='ServerName'><text>CN=mx1/O=Acme</text></item>\n\
         <item name='SMTPFullHostDomain'><text>mx1.acme.example</text></item>\n\
         <item name='SMTPListenerEnabled'><text>0</text></item></document>\n{more}"
    )
}

#[test]
fn exports_that_are_broken() {
    let group = |items: &str| format!("<document form='Group'><updatedby/>{items}</document>\n");
    run_cases(
        "dxl",
        &[
            case("cut off", "a.dxl", export(&group("")), INPUT, "error export-cut-off", &["</database>", "new export"]),
            case(
                "cut off in a document",
                "b.dxl",
                export("<document form='Person'>\n<item name='Fu"),
                INPUT,
                "error export-cut-off",
                &["</document>", "what is there was read"],
            ),
            case(
                "an element that does not end",
                "c.dxl",
                export(&format!(
                    "{}</database>\n",
                    group("<item name='ListName'><text>Admins«</item>»").replace('»', "")
                )),
                INPUT,
                "error xml-syntax",
                &["</text>", "</item>"],
            ),
            case(
                "an ampersand",
                "d.dxl",
                export(&format!("{}</database>\n", group("<item name='ListName'><text>A & B</text></item>"))),
                INPUT,
                "error xml-syntax",
                &["not well-formed"],
            ),
            case(
                "two roots",
                "e.dxl",
                export("</database>\n«<database>»</database>\n"),
                INPUT,
                "error xml-syntax",
                &["second root", "files of their own"],
            ),
            case(
                "the end in the middle",
                "f.dxl",
                export("</database>\n</database>\n"),
                INPUT,
                "error xml-syntax",
                &["not well-formed"],
            ),
            case(
                "declarations",
                "g.dxl",
                export("</database>")
                    .replace("<database", "«<!DOCTYPE database [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>»\n<database"),
                FINDINGS,
                "warning xml-declarations",
                &["declares", "changed"],
            ),
            case(
                "a NUL",
                "h.dxl",
                export("</database>").replace("mx1.acme.example", "«mx1\0acme.example»"),
                FINDINGS,
                "warning xml-control-character",
                &["nonxmlchar"],
            ),
            case(
                "mixed line ends",
                "i.dxl",
                export("\r\n\r</database>\r")
                    .replace("<item name='SMTPL", "\r\n\r«<item Name='SMTPL")
                    .replace("'><text>0", "'>»<text>0"),
                FINDINGS,
                "warning dxl-item",
                &["without a name"],
            ),
        ],
    );
}

#[test]
fn bytes_that_are_no_text() {
    let mut bytes = export("</database>").into_bytes();
    let at = bytes.windows(4).position(|part| part == b"acme").expect("there");
    bytes[at] = 0xe4;
    let folder = Folder::new("dxl_bytes").with("a.dxl", bytes).with("b.dxl", [0x3c, 0x00, 0xff, 0x00, 0x01, 0x02]);
    folder.check(&["a.dxl"]).says(INPUT, &["not UTF-8", "a.dxl:6:"]);
    assert_eq!(folder.check(&["b.dxl"]).code, INPUT);
}

/// Good files beside a broken one are still checked.
#[test]
fn a_broken_export_hides_nothing() {
    let open = "<document form='ServerConfig'><updatedby/><item name='ServerName'><text>*</text></item>\
                <item name='SMTPRlyCheck'><text>2</text></item></document>";
    let folder = Folder::new("dxl_beside").with("a.dxl", export(open)).with("b.dxl", "<database><document");
    let report = folder.json(&["a.dxl", "b.dxl"]);
    assert_eq!(problems(&report), ["error export-cut-off", "error export-cut-off"]);
    assert_eq!(findings(&report, "relay-enforcement-none").len(), 1, "{report:#}");
}

/// A password is masked whether its document is read, passed over or broken, and however large the file is.
#[test]
fn passwords_of_documents_are_masked() {
    let mut failures = String::new();
    for fold in ["", "\n"] {
        let password = format!("<item name='HTTPPassword'><text{fold}>{SECRET}</text{fold}></item>\n");
        let person = format!(
            "<document form='Person'><updatedby/>\n<item name='FullName'><text>CN=A B/O=Acme</text></item>\n{password}\
             <item name='InternetAddress'><text>a@192.0.2.1</text></item>\n{password}\
             <item name='MailServer'><text>CN=mx1/O=Acme</text></item>\n{password}</document>\n"
        );
        let server = export("").replace("<item name='SMTPL", &format!("{password}<item name='SMTPL"));
        for (name, text) in [
            ("person", export(&format!("{person}</database>"))),
            ("cut", export(&person)),
            ("broken", export(&format!("{}</database>", person.replace("</document>", "<a></document>")))),
            (
                "server",
                format!(
                    "{}</database>",
                    server.replace(
                        "Enabled'><text>0</text></item>",
                        &format!("Enabled'><text>x</text></item>\n{password}")
                    )
                ),
            ),
            ("large", export(&format!("{}{person}</database>", "<!-- -->\n".repeat(2 << 20)))),
        ] {
            let folder = Folder::new(&format!("dxl_secret_{name}")).with("a.dxl", text);
            for format in ["human", "json"] {
                let run = folder.check(&["--format", format, "a.dxl"]);
                if run.out.contains("355E98E7") || run.err.contains("355E98E7") {
                    let _ = writeln!(failures, "{name} {format}\n{}{}", run.out, run.err);
                }
                if format == "human" && !run.out.contains("********") {
                    let _ = writeln!(failures, "{name}: no mask\n{}{}", run.out, run.err);
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn a_notes_ini_is_given_to_its_server() {
    let second =
        "<document form='Server'><updatedby/><item name='ServerName'><text>CN=mx2/O=Acme</text></item></document>\n";
    let ini = "[Notes]\nKitType=2\nSMTPDebug=1\n";
    let folder = Folder::new("dxl_server").with("a.dxl", export(&format!("{second}</database>"))).with("mx2.ini", ini);
    assert_eq!(problems(&folder.json(&["a.dxl", "mx2.ini"])), ["warning notes-ini-of-nobody"]);
    for name in ["mx2/Acme", "CN=mx2/O=Acme"] {
        let report = folder.json(&["--server", &format!("mx2.ini={name}"), "a.dxl", "mx2.ini"]);
        assert!(problems(&report).is_empty(), "{report:#}");
        let finding = findings(&report, "debug-left-on")[0];
        let at = ini.rfind('1').expect("a value");
        assert_eq!(place(&finding["primary"]), place_in(ini, &(at..at + 1)));
    }
    folder.check(&["--server", "mx3.ini=mx2/Acme", "a.dxl", "mx2.ini"]).says(INPUT, &["`mx3.ini`", "not read"]);
    folder.check(&["--server", "mx2/Acme", "a.dxl"]).says(2, &["FILE=NAME"]);
    let shown = folder.run(&["effective", "--server", "mx2.ini=mx2/Acme", "--server", "mx2/Acme", "a.dxl", "mx2.ini"]);
    assert_eq!(shown.code, CLEAN, "{}", shown.err);
    assert!(shown.out.contains("mx2/Acme") && !shown.out.contains("mx1/Acme"), "{}", shown.out);
}
