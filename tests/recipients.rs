//! A check reads people and mail-in databases only if a rule needs them. What does not name them must not depend on them.

#![allow(clippy::expect_used, reason = "a test that cannot set up fails")]

use maillint::directory::{Aliases, Environment, demand};
use maillint::effective::{Fact, Model};
use maillint::read::{Options, read};
use maillint::rules::RECIPIENTS;
use maillint::source::Sources;

const DIRECTORY: &str = "<database>
<document form='Server'><updatedby/><item name='ServerName'><text>CN=mx1/O=Acme</text></item>
<item name='Domain'><text>Acme</text></item><item name='SMTPFullHostDomain'><text>mx1.acme.example</text></item>
<item name='SMTPListenerEnabled'><text>1</text></item></document>
<document form='ServerConfig'><updatedby/><item name='ServerName'><text>*</text></item>
<item name='UseAsDefault'><text>1</text></item></document>
<document form='Domain'><updatedby/><item name='DomainType'><text>GlobalDomain</text></item>
<item name='DomainName'><text>Acme</text></item><item name='LocalPrimaryInternetDomain'><text>acme.example</text></item></document>
<document form='Group'><updatedby/><item name='ListName'><text>Admins</text></item>
<item name='Members'><text>CN=A B/O=Acme</text></item></document>
<document form='Person'><updatedby/><item name='FullName'><text>CN=A B/O=Acme</text></item>
<item name='InternetAddress'><text>a@other.example</text></item><item name='MailServer'><text>CN=mx1/O=Acme</text></item>
<item name='MailFile'><text>mail/a</text></item></document>
<document form='Person'><updatedby/><item name='FullName'><text>CN=C D/O=Acme</text></item>
<item name='InternetAddress'><text>a@acme.example</text></item><item name='MailServer'><text>CN=mx1/O=Acme</text></item>
<item name='MailAddress'><text>CN=A B/O=Acme</text></item></document>
<document form='Database'><updatedby/><item name='FullName'><text>Box</text></item>
<item name='InternetAddress'><text>a@acme.example</text></item><item name='MailServer'><text>CN=mx1/O=Acme</text></item></document>
</database>";

fn model(recipients: bool) -> Model {
    model_of(DIRECTORY, recipients, false)
}

/// The model of a directory with or without its recipients; some texts may be `open`.
fn model_of(directory: &str, recipients: bool, open: bool) -> Model {
    let mut sources = Sources::default();
    let file = sources.add("names.dxl", directory.as_bytes().to_vec());
    let mut problems = Vec::new();
    let options = Options { demand: demand(recipients, &Aliases::default()), ..Options::default() };
    let export = read(sources.get(file).expect("added"), &options, &mut problems);
    let environment = Environment::build(vec![export], &mut problems);
    assert_eq!(problems.is_empty(), !open, "{problems:?}");
    Model::new(environment)
}

/// Everything that a fact says, some levels deep.
fn shown(fact: &Fact, depth: usize) -> String {
    let parts = fact.object().filter(|_| depth > 0).map(|object| object.entries()).unwrap_or_default();
    let parts: Vec<String> = parts.iter().map(|(name, part)| format!("{name}: {}", shown(part, depth - 1))).collect();
    format!("{fact} {:?} [{}]", fact.is_unknown(), parts.join(", "))
}

#[test]
fn what_depends_on_recipients_is_known_by_name() {
    let (with, without) = (model(true), model(false));
    let named = |name: &str| RECIPIENTS.iter().any(|known| name.contains(known));
    let mut differing = Vec::new();
    let servers = |model: &Model| -> Vec<Fact> { model.servers().iter().map(|(_, fact)| fact.clone()).collect() };
    let records =
        |model: &Model| -> Vec<Fact> { std::iter::once(model.summary().clone()).chain(servers(model)).collect() };
    for (one, other) in records(&with).into_iter().zip(records(&without)) {
        let entries = |fact: &Fact| fact.object().expect("a record").entries();
        for ((name, one), (_, other)) in entries(&one).into_iter().zip(entries(&other)) {
            // The servers of the environment are compared on their own.
            if &*name != "servers" && &*name != "listening_servers" && shown(&one, 2) != shown(&other, 2) {
                differing.push(name);
            }
        }
    }
    let forgotten: Vec<_> = differing.iter().filter(|name| !named(name)).collect();
    assert!(forgotten.is_empty(), "{forgotten:?} depend on recipients");
    // The directory is one in which recipients matter.
    for name in ["persons", "mail_ins", "undeclared_domains", "duplicate_addresses", "should_send"] {
        assert!(differing.iter().any(|known| &**known == name), "{name} does not differ");
    }
}

fn person(names: &[&str], address: &str, forwarding: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("<text>{name}</text>")).collect();
    format!(
        "<document form='Person'><updatedby/><item name='FullName'><textlist>{}</textlist></item>
<item name='InternetAddress'><text>{address}</text></item><item name='MailAddress'><text>{forwarding}</text></item>
<item name='MailServer'><text>CN=mx1/O=Acme</text></item><item name='MailFile'><text>mail/a</text></item></document>
",
        names.concat()
    )
}

/// The entries of a list of the environment; each is a record.
fn entries(people: &str, name: &str, open: bool) -> Vec<Fact> {
    let model = model_of(&format!("<database>{people}</database>"), true, open);
    let fact = model.summary().object().expect("a record").get(name).expect("there");
    fact.list().expect("a list").items.to_vec()
}

fn part(entry: &Fact, name: &str) -> Fact {
    entry.object().expect("a record").get(name).expect("there")
}

#[test]
fn an_address_behind_an_unknown_name_has_its_place() {
    let people = person(&["CN=A &foo;/O=Acme", "A/Acme", "both@acme.example"], "a@acme.example", "")
        + &person(&["CN=B/O=Acme", "both@acme.example"], "b@acme.example", "");
    let found = entries(&people, "duplicate_addresses", true);
    let elements: Vec<[Option<u32>; 2]> = found
        .iter()
        .map(|entry| ["first", "second"].map(|who| part(entry, who).provenance.place().and_then(|at| at.element)))
        .collect();
    assert_eq!(elements, [[Some(2), Some(1)]]);
}

#[test]
fn each_shared_address_is_told_once_with_all_who_have_it() {
    let aliases: Vec<String> = (0..40).map(|number| format!("alias{number:02}@acme.example")).collect();
    // Twice in one document is not shared.
    let names = |own: &str| -> String {
        let all: Vec<&str> =
            [own, "Alias00@acme.example"].into_iter().chain(aliases.iter().map(String::as_str)).collect();
        person(&all, &format!("{own}@acme.example"), "")
    };
    let people = names("a") + &names("b") + &names("c") + &person(&["d", "d@acme.example"], "D@acme.example", "");
    let found = entries(&people, "duplicate_addresses", false);
    let told: Vec<_> = found.iter().map(|entry| part(entry, "address").text().map(ToString::to_string)).collect();
    assert_eq!(told, aliases.into_iter().map(Some).collect::<Vec<_>>());
    for entry in &found {
        assert_eq!((part(entry, "count").int(), part(entry, "same_delivery").bool()), (Some(3), Some(true)));
        assert_eq!(entry.provenance.steps().len(), 3);
    }
}

#[test]
fn a_circle_is_what_leads_back_and_not_what_leads_into_it() {
    let forwards = |from: usize, to: usize| {
        person(&[&format!("p{from}")], &format!("p{from}@acme.example"), &format!("P{to}@acme.example"))
    };
    // 0 and 1 lead into a circle of 48; two have one address, to which nobody can forward.
    let people: String = (0..50).map(|number| forwards(number, if number == 49 { 2 } else { number + 1 })).collect();
    let both = person(&["x"], "both@acme.example", "both@acme.example").repeat(2);
    let found = entries(&(people + &both), "forwarding_loops", false);
    let circles: Vec<_> =
        found.iter().map(|circle| part(circle, "people").list().expect("a list").items.len()).collect();
    assert_eq!(circles, [48]);
    assert_eq!(part(found.first().expect("one"), "person").text().map(|name| &**name), Some("p2"));
}
