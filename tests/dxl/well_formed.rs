//! XML that is none: told at its place, with what could be read before.

use crate::reading::{database, document, item, read_bytes};

#[test]
fn what_is_not_well_formed_is_an_error_and_the_rest_is_read() {
    let good = document("Server", &item("A", "1"));
    for (text, code) in [
        (database(&format!("{good}{}", document("Domain", "<item name='B'><text>1</item>"))), "error xml-syntax"),
        (database(&format!("{good}<view><a></view>")), "error xml-syntax"),
        (
            database(&format!("{good}{}", document("Domain", "<item name='B'><text>a & b</text></item>"))),
            "error xml-syntax",
        ),
        (format!("<database>{good}"), "error export-cut-off"),
        (format!("<database>{good}<document form='Domain'><item name='B'><te"), "error export-cut-off"),
        (format!("<database>{good}<docum"), "error export-cut-off"),
        (format!("<database>{good}</database>\n<database></database>"), "error xml-syntax"),
        (format!("<database>{good}</database>\ntext"), "error xml-syntax"),
        (format!("<database>{good}{}", "<a>".repeat(100_000)), "error xml-too-deep"),
    ] {
        let read = read_bytes(text.as_bytes());
        assert_eq!(read.codes(), [code], "{}", &text[..text.len().min(300)]);
        assert!(read.export.notes[0].item("A").is_some());
        assert!(!read.export.whole_directory);
    }
}

#[test]
fn nothing_is_expanded_and_nothing_is_fetched() {
    let mut bomb = String::from("<!DOCTYPE database [<!ENTITY a0 'lol'>");
    for level in 1..20 {
        let inner = format!("&a{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY a{level} '{inner}'>"));
    }
    bomb.push_str(&format!(
        "<!ENTITY file SYSTEM 'file:///etc/passwd'>]>\n<database>{}</database>",
        document("Server", &format!("{}{}", item("A", "&a19;"), item("B", "&file;")))
    ));
    let read = read_bytes(bomb.as_bytes());
    assert_eq!(read.codes(), ["warning xml-declarations", "warning xml-entity", "warning xml-entity"]);
    assert!(crate::reading::shown(read.node("A")).starts_with("open:"));
    assert!(crate::reading::shown(read.node("B")).starts_with("open:"));
}

#[test]
fn depth_and_length_have_limits() {
    let deep = format!("{}x{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let lists = format!("<item name='L'>{}{}</item>", "<textlist>".repeat(100_000), "</textlist>".repeat(100_000));
    let read = read_bytes(database(&document("Server", &format!("{deep}{lists}{}", item("A", "1")))).as_bytes());
    assert_eq!(read.codes(), ["warning dxl-item"]);
    assert!(read.note().item("A").is_some());
    // A tag of 20 MiB between documents.
    let long = format!("<database><view name='{}'/>{}</database>", "x".repeat(20 << 20), document("Server", ""));
    assert_eq!(read_bytes(long.as_bytes()).codes(), ["error xml-too-long"]);
    // A document of 70 MiB.
    let long =
        database(&format!("{}{}", document("Server", &item("A", &"x".repeat(70 << 20))), document("Domain", "")));
    let read = read_bytes(long.as_bytes());
    assert_eq!(read.codes(), ["error dxl-too-long"]);
    assert_eq!(read.export.notes.len(), 1);
}

#[test]
fn the_same_complaint_is_not_made_a_thousand_times() {
    let read = read_bytes(database(&document("Server", &"<item><text>a</text></item>".repeat(1000))).as_bytes());
    assert_eq!(read.codes().len(), 20);
    assert!(read.problems.iter().any(|problem| problem.help.as_ref().is_some_and(|help| help.contains("980 more"))));
}
