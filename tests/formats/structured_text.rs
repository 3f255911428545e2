//! Structured text, as File > Export writes it.

use crate::common::{list, problems};
use crate::folder::{FINDINGS, Folder, INPUT};
use crate::{finding, open, start};

const SERVER: &str = "Form:  Server\r\nType:  Server\r\nServerName:  CN=mx1/O=Acme\r\nServerTitle:  Mail, main\r\nSMTPFullHostDomain:  mx1\r\nSMTPListenerEnabled:  1\r\nSMTP_Port:  \r\nNetAddresses:  mx1.acme.example,mx1.lan.example\r\n$Revisions:  29/01/1999 05:29:49 PM,29/01/99 16:30:58\r\n";
const CONFIGURATION: &str = "Form:  ServerConfig\nServerName:  *\nUseAsDefault:  1\nSMTPRlyExcpts:  192.0.2.7,[192.0.2.8]\n$UpdatedBy:  CN=A/O=Acme\n";

#[test]
fn documents_are_parted_by_form_feeds_and_lists_by_commas() {
    let folder = Folder::new("plain").with("export.txt", format!("{SERVER}\u{c}{CONFIGURATION}\u{c}"));
    let report = folder.json(&["export.txt"]);
    assert_eq!(problems(&report), Vec::<String>::new(), "mixed line ends are no problem, nor is a blank number");
    assert_eq!(start(&finding(&report, "host-entry-ip-without-brackets")["primary"]), "13:17");
    assert_eq!(start(&finding(&report, "fqdn-unqualified")["primary"]), "5:22");
    // A text with a comma stays one, and the blank port is the documented one.
    let shown = folder.run(&["effective", "export.txt", "title", "smtp_inbound.port"]).out;
    assert!(shown.contains("Mail, main") && shown.contains("25"), "{shown}");
}

#[test]
fn a_wrapped_value_is_known_where_it_breaks_between_entries() {
    let wrapped = "SMTPRlyExcpts:  192.0.2.7,\n[192.0.2.8],relay.ac\nme.example,[192.0.2.9]\n";
    let text = CONFIGURATION.replace("SMTPRlyExcpts:  192.0.2.7,[192.0.2.8]\n", wrapped);
    let folder = Folder::new("wrapped").with("export.txt", format!("{SERVER}\u{c}{text}"));
    let report = folder.json(&["export.txt"]);
    assert_eq!(start(&finding(&report, "host-entry-ip-without-brackets")["primary"]), "13:17");
    let reason = open(&report, "host-entry-ip-without-brackets");
    assert!(reason.contains("export with a greater line width"), "{reason}");
}

#[test]
fn behind_an_empty_line_nothing_is_an_item() {
    let folder =
        Folder::new("text").with("export.txt", format!("{SERVER}\r\nDear all,\r\nLdISite:  1\r\n\u{c}{CONFIGURATION}"));
    let report = folder.json(&["export.txt"]);
    assert_eq!(problems(&report), ["info structured-text-body"]);
    assert_eq!(start(&list(&report, "problems")[0]), "12:1");
    let reason = open(&report, "smtp-anonymous-disabled");
    assert!(reason.contains("(internet_sites) is not in this export, which shows only a part"), "{reason}");
}

#[test]
fn documents_that_run_together_are_not_guessed_apart() {
    let folder = Folder::new("together").with("export.txt", format!("{SERVER}{CONFIGURATION}"));
    folder.check(&["export.txt"]).says(INPUT, &["error[structured-text-separator]", "[export.txt:10:1]", "form feed"]);
}

#[test]
fn other_character_sets_and_stray_bytes() {
    let server = SERVER.replace("Mail, main", "Zürich");
    let latin: Vec<u8> = server.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(server.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let folder = Folder::new("bytes")
        .with("latin.txt", latin)
        .with("utf16.txt", utf16)
        .with("nul.txt", SERVER.replace("Mail, main", "Ma\0il"));
    assert_eq!(problems(&folder.json(&["latin.txt"])), ["warning encoding-guessed"]);
    assert!(folder.run(&["effective", "latin.txt", "title"]).out.contains("Zürich"));
    assert_eq!(problems(&folder.json(&["utf16.txt"])), ["info encoding-utf16"]);
    let run = folder.check(&["nul.txt"]);
    run.says(FINDINGS, &["warning[control-character]", "[nul.txt:4:17]"]);
    assert!(!run.out.contains('\0'));
}
