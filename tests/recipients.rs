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
    let mut sources = Sources::default();
    let file = sources.add("names.dxl", DIRECTORY.as_bytes().to_vec());
    let mut problems = Vec::new();
    let options = Options { demand: demand(recipients, &Aliases::default()), ..Options::default() };
    let export = read(sources.get(file).expect("added"), &options, &mut problems);
    let environment = Environment::build(vec![export], &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
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
