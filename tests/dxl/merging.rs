//! The same document in two exports is one document.

use maillint::directory::{Environment, Kind};
use maillint::read::{Options, read};
use maillint::source::{Problem, Sources};

use crate::reading::{database, document, item};

fn build(files: &[(&str, String)]) -> (Environment, Vec<Problem>, Sources) {
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(name, text.clone().into_bytes())).collect();
    let exports: Vec<_> =
        ids.into_iter().map(|id| read(sources.get(id).expect("added"), &Options::default(), &mut problems)).collect();
    let environment = Environment::build(exports, &mut problems);
    (environment, problems, sources)
}

fn codes(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.code).collect()
}

fn server(extra: &str) -> String {
    database(&document("Server", &format!("{}{extra}", item("ServerName", "CN=mx1/O=Acme"))))
}

fn with_unid(text: &str, unid: &str) -> String {
    text.replace("<updatedby>", &format!("<noteinfo unid='{unid}'/><updatedby>"))
}

const ONE: &str = "57360A417A5EC1F1002586D600299459";
const TWO: &str = "57360A417A5EC1F1002586D600299450";

#[test]
fn equal_values_merge() {
    let (environment, problems, _) =
        build(&[("a.dxl", server(&item("SMTP_Port", "25"))), ("b.dxl", server(&item("SMTP_Port", "25")))]);
    assert_eq!(codes(&problems), Vec::<&str>::new());
    assert_eq!(environment.of_kind(Kind::Server).count(), 1);
}

#[test]
fn differing_values_are_told_with_both_places_and_not_known() {
    let (environment, problems, sources) =
        build(&[("a.dxl", server(&item("SMTP_Port", "25"))), ("b.dxl", server(&item("SMTP_Port", "2525")))]);
    assert_eq!(codes(&problems), ["export-inconsistent"]);
    let places: Vec<(&str, &str)> = problems[0]
        .labels
        .iter()
        .map(|(span, _)| (&*sources.get(span.file).expect("there").path, sources.slice(*span)))
        .collect();
    assert_eq!(places, [("b.dxl", "2525"), ("a.dxl", "25")]);
    let server = environment.of_kind(Kind::Server).next().expect("one");
    assert!(matches!(server.fields["smtp_inbound.port"].content, maillint::directory::FieldContent::Unknown(_)));
}

#[test]
fn what_only_one_of_two_whole_exports_sets_is_a_difference() {
    for (a, b) in [("25", ""), ("", "25")] {
        let port = |value: &str| if value.is_empty() { String::new() } else { item("SMTP_Port", value) };
        let (_, problems, _) = build(&[("a.dxl", server(&port(a))), ("b.dxl", server(&port(b)))]);
        assert_eq!(codes(&problems), ["export-inconsistent"], "{a} {b}");
        assert_eq!(problems[0].labels.len(), 2);
    }
}

#[test]
fn a_native_description_completes_an_export() {
    let native = "[[server]]\nname = 'mx1/Acme'\nrouting_tasks = ['SMTP Mail Routing']\n".to_owned();
    let restricted = database(&format!("<document form='Server'>{}</document>", item("ServerName", "CN=mx1/O=Acme")));
    for order in [false, true] {
        let mut files = [("a.dxl", restricted.clone()), ("b.toml", native.clone())];
        if order {
            files.reverse();
        }
        let (environment, problems, _) = build(&files);
        assert_eq!(codes(&problems), Vec::<&str>::new());
        let servers: Vec<_> = environment.of_kind(Kind::Server).collect();
        assert_eq!(servers.len(), 1);
        assert_eq!(servers[0].texts("routing_tasks").count(), 1);
        // The description says what it says, not that there is nothing else.
        assert_eq!(servers[0].completeness, maillint::read::Completeness::Restricted);
    }
}

#[test]
fn two_universal_ids_are_two_documents() {
    let configuration = |unid: &str| with_unid(&database(&document("ServerConfig", &item("ServerName", "*"))), unid);
    let (environment, _, _) = build(&[("a.dxl", configuration(ONE)), ("b.dxl", configuration(TWO))]);
    assert_eq!(environment.of_kind(Kind::Configuration).count(), 2);
    let (environment, _, _) = build(&[("a.dxl", configuration(ONE)), ("b.dxl", configuration(ONE))]);
    assert_eq!(environment.of_kind(Kind::Configuration).count(), 1);
    // Two of one name in one export stay two, even if another export has one more.
    let twice = database(&document("ServerConfig", &item("ServerName", "*")).repeat(2));
    let (environment, _, _) = build(&[("a.dxl", twice), ("b.dxl", configuration(ONE))]);
    assert_eq!(environment.of_kind(Kind::Configuration).count(), 3);
}

#[test]
fn a_conflict_is_told_and_not_used() {
    let conflict = document("Server", &item("ServerName", "CN=mx1/O=Acme")).replace("form=", "conflict='true' form=");
    let (environment, problems, _) = build(&[(
        "a.dxl",
        database(&format!("{}{conflict}", document("Server", &item("ServerName", "CN=mx1/O=Acme")))),
    )]);
    assert_eq!(codes(&problems), ["document-is-conflict"]);
    assert!(problems[0].message.contains("mx1/Acme"));
    assert_eq!(environment.of_kind(Kind::Server).count(), 1);
}

/// The texts of a list of the only person.
fn texts(environment: &Environment, path: &str) -> Vec<String> {
    let persons: Vec<_> = environment.of_kind(Kind::Person).collect();
    assert_eq!(persons.len(), 1);
    persons[0].texts(path).map(ToString::to_string).collect()
}

fn jane(extra: &str) -> String {
    let names = "<item name='FullName'><textlist><text>CN=Jane Roe/OU=East/O=Acme</text><text>Jane Roe</text></textlist></item>\
                 <item name='ShortName'><textlist><text>jroe</text><text>jane</text></textlist></item>";
    database(&document("Person", &format!("{}{names}{extra}", item("Type", "Person"))))
}

#[test]
fn a_person_in_dxl_and_ldif_is_one_and_the_fuller_list_counts() {
    let ldif = "version: 1\n\ndn: CN=Jane Roe,OU=East,O=Acme\ncn: Jane Roe\nobjectclass: dominoPerson\nuid: jroe\nmail: jane@acme.example\n";
    let dxl = jane(&item("InternetAddress", "jane@acme.example"));
    for order in [false, true] {
        let mut files = [("a.dxl", dxl.clone()), ("b.ldif", ldif.to_owned())];
        if order {
            files.reverse();
        }
        let (environment, problems, _) = build(&files);
        assert_eq!(codes(&problems), Vec::<&str>::new(), "{problems:#?}");
        assert_eq!(texts(&environment, "name").len(), 2);
        assert_eq!(texts(&environment, "short_names").len(), 2);
    }
}

#[test]
fn a_value_that_nobody_can_read_contradicts_nothing() {
    let sealed = "<item name='MailFile' seal='true'><rawitemdata type='4'>AQAx</rawitemdata></item>";
    let (_, problems, _) = build(&[("a.dxl", jane(sealed)), ("b.dxl", jane(sealed))]);
    assert_eq!(codes(&problems), Vec::<&str>::new(), "{problems:#?}");
    for files in [
        [("a.dxl", jane(sealed)), ("b.dxl", jane(&item("MailFile", "mail/jroe")))],
        [("b.dxl", jane(&item("MailFile", "mail/jroe"))), ("a.dxl", jane(sealed))],
    ] {
        let (environment, problems, _) = build(&files);
        assert_eq!(codes(&problems), Vec::<&str>::new(), "{problems:#?}");
        let jane = environment.of_kind(Kind::Person).next().expect("one");
        assert_eq!(jane.text("mail_file").map(|text| &**text), Some("mail/jroe"));
    }
}

#[test]
fn a_third_export_does_not_settle_what_two_dispute() {
    let port = |value: &str| server(&item("SMTP_Port", value));
    let (environment, problems, _) = build(&[("a.dxl", port("25")), ("b.dxl", port("2525")), ("c.dxl", port("26"))]);
    assert_eq!(codes(&problems), ["export-inconsistent"]);
    let server = environment.of_kind(Kind::Server).next().expect("one");
    assert!(matches!(server.fields["smtp_inbound.port"].content, maillint::directory::FieldContent::Unknown(_)));
}
