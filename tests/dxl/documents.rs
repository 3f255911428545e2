//! Documents: where they stand, what they are, which of them are wanted.

use maillint::read::{Completeness, Demand, Form};

use crate::reading::{database, document, item, read_bytes, read_wanted};

fn forms(notes: &[maillint::read::Note]) -> Vec<&str> {
    notes
        .iter()
        .map(|note| match &note.form {
            Form::Domino(form) | Form::Native(form) => &**form,
        })
        .collect()
}

#[test]
fn roots_declarations_and_namespaces() {
    let content = format!("<updatedby/>{}", item("A", "1"));
    for text in [
        format!("<document form='Server'>{content}</document>"),
        format!("<document xmlns='http://www.lotus.com/dxl' version='6.5'\n form=\"Server\">{content}</document>\n\n"),
        format!(
            "\u{feff}<?xml version='1.0'?><!DOCTYPE document SYSTEM 'domino.dtd'><!-- c --><document form='Server'>{content}</document><!-- c -->"
        ),
        format!("<note class='document'>{content}{}</note>", item("Form", "Server")),
        format!(
            "<d:database xmlns:d='http://www.lotus.com/dxl'><d:document form='Server'>{}</d:document></d:database>",
            content
                .replace("<item", "<d:item")
                .replace("</item", "</d:item")
                .replace("text>", "d:text>")
                .replace("<updatedby/>", "<d:updatedby/>")
                .replace("</text", "</d:text")
        ),
        format!(
            "<database>\r\n<databaseinfo/>\r\n<form name='F'><item name='$x'><text>y</text></item></form>\r\n<document form='Server'>{content}</document>\r\n<view name='v'/></database>\r\n"
        ),
    ] {
        let read = read_bytes(text.as_bytes());
        assert_eq!(read.codes(), Vec::<String>::new(), "{text}");
        assert_eq!(forms(&read.export.notes), ["Server"], "{text}");
        assert!(read.note().item("A").is_some(), "{text}");
        assert_eq!(read.note().completeness, Completeness::Full, "{text}");
    }
}

#[test]
fn tags_in_comments_and_cdata_are_none() {
    let tricky = "<!-- </document><document form='Person'> --><item name='C'><text><![CDATA[</document>]]></text></item><?pi </document>?>";
    let documents = [
        document("Memo", tricky),
        document("Server", &format!("{tricky}{}", item("A", "1"))),
        "<!-- <document form='Server'></document> -->".to_owned(),
        document("Domain", &item("B", "2")),
    ];
    let mut demand = Demand::nothing();
    demand.add("server", None);
    demand.add("DOMAIN", None);
    let read = read_wanted(database(&documents.concat()).as_bytes(), &demand);
    assert_eq!(read.codes(), Vec::<String>::new());
    assert_eq!(forms(&read.export.notes), ["Server", "Domain"]);
    assert_eq!(read.export.notes[0].text("C").map(|text| &**text), Some("</document>"));
    assert_eq!(read.slice(read.export.notes[1].item("B").expect("there").node.span), "2");
}

#[test]
fn only_what_is_wanted_is_kept() {
    let person =
        [item("FullName", "CN=A/O=Acme"), item("Comment", "c"), item("InternetAddress", "a@b.example")].concat();
    let raw = format!("<note class='document'>{}{}</note>", item("Form", "Person"), item("ShortName", "a"));
    let text = database(&[document("Person", &person), raw, document("Memo", &item("A", "1"))].concat());
    let mut demand = Demand::nothing();
    demand.add("Person", Some(vec!["fullname".to_owned(), "InternetAddress".to_owned(), "ShortName".to_owned()]));
    let read = read_wanted(text.as_bytes(), &demand);
    let names: Vec<Vec<&str>> =
        read.export.notes.iter().map(|note| note.items.iter().map(|item| &*item.name).collect()).collect();
    assert_eq!(names, [vec!["FullName", "InternetAddress"], vec!["Form", "ShortName"]]);
    assert!(read_wanted(text.as_bytes(), &Demand::nothing()).export.notes.is_empty());
}

#[test]
fn identity_conflicts_and_completeness() {
    let info = "<noteinfo noteid='8fa' unid='57360A417A5EC1F1002586D600299459' sequence='8'/>";
    let with =
        |attributes: &str, content: &str| format!("<document form='Server'{attributes}>{info}{content}</document>");
    for (text, completeness, conflict) in [
        (with("", "<updatedby/>"), Completeness::Full, false),
        (with("", &item("Type", "Server")), Completeness::Full, false),
        (with("", &item("A", "1")), Completeness::Restricted, false),
        (with(" truncated='true'", "<updatedby/>"), Completeness::Restricted, false),
        (with(" conflict='true'", "<updatedby/>"), Completeness::Full, true),
        (with("", &format!("<updatedby/>{}", item("$Conflict", ""))), Completeness::Full, true),
    ] {
        let read = read_bytes(text.as_bytes());
        let note = read.note();
        assert_eq!(note.origin.unid, Some(0x5736_0A41_7A5E_C1F1_0025_86D6_0029_9459));
        assert_eq!((note.completeness, note.origin.conflict), (completeness, conflict), "{text}");
    }
}

#[test]
fn an_export_of_one_kind_of_document_is_a_selection() {
    let some = [document("Server", ""), document("Server", "")].concat();
    assert!(!read_bytes(database(&some).as_bytes()).export.whole_directory);
    let all = format!("{some}{}{}", document("Group", ""), document("Certifier", ""));
    assert!(read_bytes(database(&all).as_bytes()).export.whole_directory);
    assert!(!read_bytes(document("Server", "").as_bytes()).export.whole_directory);
}

#[test]
fn an_attribute_in_capitals_is_told() {
    let read = read_bytes(b"<document Form='Server'/>");
    assert_eq!(read.codes(), ["warning dxl-attribute"]);
    assert!(read.export.notes.is_empty());
}
