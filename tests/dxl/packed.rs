//! People, mail-in databases and groups are kept packed. Whoever looks at one must see what a whole document shows.

use maillint::directory::{Aliases, AtHand, Environment, Kind, demand};
use maillint::read::{Options, read};
use maillint::source::{Problem, Sources};

use crate::reading::{database, document, item};

const KINDS: [Kind; 3] = [Kind::Person, Kind::MailIn, Kind::Group];

/// Reads files with these kinds packed, or with every document held as a whole.
fn build(files: &[String], packed: bool) -> (Environment, Vec<Problem>) {
    let mut sources = Sources::default();
    let mut problems = Vec::new();
    let demand = if packed { demand(true, &Aliases::default()) } else { maillint::read::Demand::default() };
    let options = Options { demand, ..Options::default() };
    let mut exports = Vec::new();
    for text in files {
        let file = sources.add("names.dxl", text.clone().into_bytes());
        exports.push(read(sources.get(file).expect("added"), &options, &mut problems));
    }
    assert_eq!(packed, exports.iter().any(|export| !export.crowd.is_empty()));
    (Environment::build(exports, &mut problems), problems)
}

fn list(name: &str, values: &[&str]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("<text\n>{value}</text>")).collect();
    format!("<item name='{name}' names='true'><textlist>{}</textlist></item>\n", values.concat())
}

fn directory() -> String {
    let unid = "<noteinfo noteid='8fa' unid='57360A417A5EC1F1002586D600299459'/>";
    database(
        &[
            document("Server", &item("ServerName", "CN=mx1/O=Acme")),
            document("Person", &(list("FullName", &["CN=Anna Bö/O=Acme", "Anna &amp; Bö"]) + &item("MailFile", ""))),
            document(
                "Person",
                &(unid.to_owned() + &item("FullName", "CN=C/O=Acme") + &item("MailAddress", "a@b.example")),
            ),
            document("Person", &list("MailServer", &["CN=mx1/O=Acme", "CN=mx2/O=Acme"])),
            document("Person", "<item name='FullName' sealed='true'><text>x</text></item>\n"),
            document("Person", &item("FullName", "CN=J &foo;/O=Acme")),
            document("Person", &list("FullName", &["CN=J &foo;/O=Acme", "CN=K/O=Acme"])),
            document("Person", &(item("FullName", "CN=D/O=Acme") + "<item name='MailFile'><richtext/></item>")),
            document("Person", ""),
            document("Person", &(item("FullName", "CN=E/O=Acme") + &item("$Conflict", "1"))),
            "<document form='Person' truncated='true'><item name='FullName'><text>CN=F</text></item></document>"
                .to_owned(),
            document("Database", &(item("FullName", "Box") + &item("MailServer", "CN=mx1/O=Acme"))),
            document("Group", &(item("ListName", "G") + &item("GroupType", "1") + &list("Members", &["*/Acme", "H"]))),
            document("Group", &(item("ListName", "H") + &item("GroupType", "17") + &item("Members", ""))),
        ]
        .join("\n"),
    )
}

/// Everything that a document shows without being unpacked.
fn shown(document: AtHand<'_>) -> String {
    let mut out = format!(
        "{} {} {:?} {:?} {:?} {:?}\n",
        document.kind().name(),
        document.name(),
        document.span(),
        document.completeness(),
        document.unid(),
        document.directory()
    );
    for spec in &document.kind().spec().fields {
        let field =
            document.field(&spec.path).map(|field| format!("{:?} {:?} {:?}", field.item, field.span, field.content));
        let texts: Vec<&str> = document.texts(&spec.path).collect();
        let numbered: Vec<(u32, &str)> = document.numbered_texts(&spec.path).collect();
        assert_eq!(texts, numbered.iter().map(|(_, text)| *text).collect::<Vec<_>>());
        let text = document.text(&spec.path);
        out.push_str(&format!("  {} {field:?} {text:?} {numbered:?} {:?}\n", spec.path, document.item_name(spec)));
    }
    out
}

#[test]
fn a_packed_document_shows_what_a_whole_one_shows() {
    let ((held, told), (packed, told_packed)) = (build(&[directory()], false), build(&[directory()], true));
    assert_eq!(told, told_packed);
    assert_eq!(held.len(), packed.len());
    for kind in KINDS {
        assert_eq!(held.count(kind), packed.count(kind));
        for (index, (one, other)) in held.each(kind).zip(packed.each(kind)).enumerate() {
            assert!(matches!(other, AtHand::Packed(_)), "{}", other.name());
            assert_eq!(shown(one), shown(other));
            // Unpacked it is the same once more.
            let whole = packed.document(other.id()).expect("there");
            assert_eq!(shown(AtHand::Whole(whole)), shown(one));
            assert_eq!((whole.id, packed.nth(kind, index)), (other.id(), Some(other.id())));
            assert_eq!(packed.at_hand(other.id()).map(AtHand::name), Some(other.name()));
        }
        assert!(packed.nth(kind, packed.count(kind)).is_none());
    }
    assert_eq!(held.seems_complete(), packed.seems_complete());
}

#[test]
fn a_person_whose_name_is_unknown_is_called_something() {
    for packed in [false, true] {
        let (environment, _) = build(&[directory()], packed);
        let names: Vec<&str> = environment.each(Kind::Person).map(AtHand::name).collect();
        assert!(names.iter().all(|name| !name.is_empty()), "{names:?}");
        // An entity is not resolved, but the name around it tells who it is; of an encrypted name nothing can be told.
        assert!(names.contains(&"J &foo;/Acme"), "{names:?}");
        assert!(names.contains(&"(Person document without a name)"), "{names:?}");
    }
}

#[test]
fn an_unknown_value_counts_among_the_elements() {
    for packed in [false, true] {
        let (environment, _) = build(&[directory()], packed);
        let mut all = environment.each(Kind::Person).map(|person| person.numbered_texts("name").collect::<Vec<_>>());
        assert!(all.any(|names| names == [(1, "K/Acme")]), "packed: {packed}");
    }
}

#[test]
fn two_exports_with_packed_documents_merge_like_whole_ones() {
    let other = directory()
        .replace("a@b.example", "c@b.example")
        .replace("CN=mx1/O=Acme</text></item>\n</document>", "CN=mx9/O=Acme</text></item>\n</document>");
    let further = database(&document("Person", &item("FullName", "CN=Somebody/O=Acme")));
    let files = [directory(), other, further];
    let ((held, told), (packed, told_packed)) = (build(&files, false), build(&files, true));
    assert!(told.iter().any(|problem| problem.code == "export-inconsistent"));
    let sorted = |problems: Vec<Problem>| {
        let mut all: Vec<String> = problems.iter().map(|problem| format!("{problem:?}")).collect();
        all.sort();
        all
    };
    assert_eq!(sorted(told), sorted(told_packed));
    for kind in KINDS {
        let all = |environment: &Environment| {
            let mut all: Vec<String> = environment.each(kind).map(shown).collect();
            all.sort();
            all
        };
        assert_eq!(all(&held), all(&packed));
    }
    // Who stands in one export only stays packed.
    assert!(
        packed.each(Kind::Person).any(|person| matches!(person, AtHand::Packed(_)) && person.name() == "Somebody/Acme")
    );
}
