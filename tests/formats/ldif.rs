//! LDIF: recipients only.

use crate::common::{list, problems};
use crate::folder::{Folder, INPUT};
use crate::{finding, start};

const HEAD: &str = "version: 1\n\n# printed by ldapsearch\n";
const JANE: &str = "dn: CN=Jane Roe,OU=East,O=Acme\nobjectclass: dominoPerson\nobjectclass: inetOrgPerson\ncn: Jane Roe\nuid: jroe\nmail: jane.roe@192.0.2\n .25\nmailserver: CN=mx1,O=Acme\nuserpassword:: aHVudGVyMg==\n\n";

#[test]
fn addresses_are_read_across_folds_and_from_base64() {
    let encoded = "dn:: Q049WsO8cmksTz1BY21l\nobjectclass: dominoPerson\nmail:: enVlcmlAMTkyLjAuMi4yNQ==\n";
    let folder = Folder::new("plain")
        .with("people.ldif", format!("{HEAD}{JANE}{encoded}"))
        .with("crlf.ldif", format!("{HEAD}{JANE}").replace('\n', "\r\n"));
    let report = folder.json(&["people.ldif"]);
    assert_eq!(problems(&report), Vec::<String>::new());
    let found: Vec<_> =
        list(&report, "findings").iter().filter(|finding| finding["rule"] == "domain-is-ip-literal").collect();
    let subjects: Vec<_> = found.iter().map(|finding| finding["subject"]["name"].as_str().expect("a name")).collect();
    assert_eq!(subjects, ["Jane Roe/East/Acme", "Züri/Acme"]);
    assert_eq!((start(&found[0]["primary"]), start(&found[1]["primary"])), ("9:7".to_owned(), "16:8".to_owned()));
    assert_eq!(found[0]["primary"]["end"]["line"], 10, "the value goes on on the next line");
    assert_eq!(start(&finding(&folder.json(&["crlf.ldif"]), "domain-is-ip-literal")["primary"]), "9:7");
}

#[test]
fn an_address_that_the_server_made_is_not_the_field() {
    let made = |mail: &str, more: &str| format!("dn: CN=A,O=Acme\nobjectclass: dominoPerson\nmail: {mail}\n{more}");
    let folder = Folder::new("made")
        .with("rules.ldif", made("A/Acme%Acme@192.0.2.25", ""))
        .with("short.ldif", made("a@192.0.2.25", "uid: a@192.0.2.25\n"))
        .with("forward.ldif", made("a@192.0.2.25", "mailaddress: A@192.0.2.25\n"));
    for file in ["rules.ldif", "short.ldif", "forward.ldif"] {
        let report = folder.json(&[file]);
        let about_field = |finding: &&serde_json::Value| finding["primary"]["field"] == "internet_address";
        assert!(!list(&report, "findings").iter().any(|finding| about_field(&finding)), "{file}: {report:#}");
        assert!(report.to_string().contains("`mail` is made of other fields"), "{file}: {report:#}");
    }
}

#[test]
fn groups_have_their_members() {
    let text = "dn: CN=MailServers\nobjectclass: dominoGroup\ncn: MailServers\ngrouptype: 4\nmember: CN=mx1,O=Acme\nmember: CN=mx1,O=Other\n\n";
    let server = "[[server]]\nname = 'mx1/Acme'\nsmtp_listener = true\n\n[[configuration]]\napplies_to = 'MailServers'\nconnections.error_limit = 7\n";
    let folder = Folder::new("groups").with("groups.ldif", text).with("mx.toml", server);
    let shown = folder.run(&["effective", "groups.ldif", "mx.toml", "configuration.connections.error_limit"]).out;
    assert!(shown.contains('7'), "{shown}");
}

#[test]
fn broken_entries_do_not_hide_the_others() {
    let broken = "dn: CN=B,O=Acme\nobjectclass: dominoPerson\nmail:: %%%\n\ndn: CN=C,O=Acme\nobjectclass: dominoPerson\nwhat is this\n\ncn: no dn\n\ndn: CN=srv,O=Acme\nobjectclass: dominoServer\n\n";
    let folder = Folder::new("broken").with("people.ldif", format!("{HEAD}{broken}{JANE}"));
    let report = folder.json(&["people.ldif"]);
    assert_eq!(folder.check(&["people.ldif"]).code, INPUT);
    assert_eq!(
        problems(&report),
        ["error ldif-base64", "error ldif-syntax", "error ldif-syntax", "info ldif-other-entries"]
    );
    let places: Vec<String> = list(&report, "problems").iter().map(start).collect();
    assert_eq!(places, ["6:8", "10:1", "12:1", "14:5"]);
    finding(&report, "domain-is-ip-literal");
}

#[test]
fn passwords_do_not_appear_and_nothing_is_fetched() {
    let text = format!(
        "{HEAD}{JANE}dn: CN=D,O=Acme\nobjectclass: dominoPerson\nmail:< file:///etc/passwd\nuserpassword: hunter2\n"
    );
    let folder = Folder::new("secrets").with("people.ldif", text);
    let run = folder.check(&["-v", "people.ldif"]);
    assert!(
        !run.out.contains("hunter2") && !run.out.contains("aHVudGVyMg") && !run.out.contains("root:"),
        "{}",
        run.out
    );
    folder.check(&["-v", "people.ldif"]).says(1, &["which is not fetched"]);
}

#[test]
fn changes_are_no_entries() {
    let folder = Folder::new("changes")
        .with("a.ldif", "dn: CN=A,O=Acme\nchangetype: modify\nreplace: mail\nmail: a@b.example\n-\n");
    folder.check(&["a.ldif"]).says(INPUT, &["this LDIF holds changes, not entries", "[a.ldif:2:1]"]);
}
