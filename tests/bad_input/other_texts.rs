//! What people hand over when they look for the cause of a bounce: mail, logs, other programs' files, files of our own. One
//! clear error at the first line says what it is and what is needed.

use std::fmt::Write as _;

use crate::cases::{case, run_cases};
use crate::common::{list, problems};
use crate::inputs::{SERVER, setup, setup_items};
use crate::running::{CLEAN, Folder, INPUT};

const NOT: &str = "error input-not-understood";

#[test]
fn mail_logs_and_other_programs_files() {
    run_cases(
        "other_texts",
        &[
            case(
                "a bounce",
                "bounce.eml",
                "«Return-Path: <>»\nReceived: from mx1.acme.example (mx1.acme.example [192.0.2.1])\n    by a.example with ESMTP; Wed, 25 Nov 2026 01:02:03 +0000\nSubject: DELIVERY FAILURE: User not listed\nContent-Type: multipart/report; boundary=\"=_1\"\n\n--=_1\nx = [y\n",
                INPUT,
                NOT,
                &["bounce", "mail message", "simulate"],
            ),
            case(
                "a message in a mailbox file",
                "box.txt",
                "«From anna@acme.example Wed Nov 25 01:02:03 2026»\nMessage-ID: <1@acme.example>\nFrom: anna@acme.example\n\nserver:\n- x\n",
                INPUT,
                NOT,
                &["mail message", "export"],
            ),
            case(
                "the log of a console",
                "console.log",
                "\n«[007577:000017-00007F621246D700] 25.11.2026 01:02:03   SMTP »\n[007577:000017-00007F621246D700] 25.11.2026 01:02:04   Router: x=y\n[007577:000017-00007F621246D700] no more\n",
                INPUT,
                NOT,
                &["log of a server's console", "show configuration", "notes.ini"],
            ),
            case(
                "the log of a console without processes",
                "log.txt",
                "«11/25/2026 01:02:03 AM  SMTP Server: Starting...»\n11/25/2026 01:02:04 AM  SMTP Server: Started\n11/25/2026 01:02:05 AM  Router: Mail Router started\n",
                INPUT,
                NOT,
                &["mail log", "not an export"],
            ),
            case(
                "a mail log",
                "mail.log",
                "«Nov 25 01:02:03 mx1 postfix/smtpd[1234]: connect from unknow»n[192.0.2.1]\nNov 25 01:02:04 mx1 postfix/smtpd[1234]: NOQUEUE: reject: RCPT\nNov 25 01:02:05 mx1 postfix/smtpd[1234]: disconnect\n",
                INPUT,
                NOT,
                &["mail log"],
            ),
            case(
                "a log of something else",
                "other.log",
                "«2026-11-25T01:02:03.123Z something [began]»\n2026-11-25T01:02:04.123Z a = b\n2026-11-25T01:02:05.123Z something ended\n",
                INPUT,
                NOT,
                &["a log,"],
            ),
            case(
                "a tracking log of Exchange",
                "MSGTRK.LOG",
                "«#Software: Microsoft Exchange Server»\n#Version: 15.01\n#Log-type: Message Tracking Log\n#Fields: date-time,client-ip\n",
                INPUT,
                NOT,
                &["log of Exchange"],
            ),
            case(
                "a dialogue",
                "telnet.txt",
                "«Trying 192.0.2.1...»\nConnected to mx1.acme.example.\n220 mx1.acme.example ESMTP Service ready\nEHLO a.example\n250-mx1.acme.example Hello\nMAIL FROM:<a@a.example>\n",
                INPUT,
                NOT,
                &["dialogue with a mail server", "simulate"],
            ),
            case(
                "objects of Exchange",
                "exo.json",
                "{ «\"accepted_domains\"»: [ { \"DomainName\": \"acme.example\", \"DomainType\": \"InternalRelay\" } ],\n  \"inbound_connectors\": [ ] }\n",
                INPUT,
                NOT,
                &["Exchange", "facts.accepted_domains", "facts.connectors"],
            ),
            case(
                "a list of objects of Exchange",
                "connectors.json",
                "[ { «\"ConnectorType\"»: \"OnPremises\", \"SenderDomains\": [ \"smtp:*;1\" ], \"TlsSenderCertificateName\": null } ]\n",
                INPUT,
                NOT,
                &["Exchange", "facts"],
            ),
            case(
                "objects of Exchange as the shell shows them",
                "connectors.txt",
                "\n«Name                         : To Domino»\nConnectorType                : OnPremises\nRecipientDomains             : {acme.example}\nUseMXRecord                  : False\n",
                INPUT,
                NOT,
                &["Exchange", "facts"],
            ),
            case(
                "Postfix",
                "main.cf",
                "«# comment»\nmyhostname = mx.acme.example\nmydestination = acme.example\nrelayhost = [192.0.2.1]\n",
                INPUT,
                NOT,
                &["Postfix", "facts"],
            ),
            case(
                "Sendmail",
                "sendmail.mc",
                "«divert(-1)dnl»\nVERSIONID(`x')dnl\nFEATURE(`access_db')dnl\nMAILER(smtp)dnl\n",
                INPUT,
                NOT,
                &["Sendmail"],
            ),
            case(
                "a zone",
                "acme.zone",
                "«$TTL 3600»\n@ IN SOA ns1 hostmaster ( 1 2 3 4 5 )\n@ IN MX 10 mx1\n",
                INPUT,
                NOT,
                &["DNS zone", "facts.mx"],
            ),
            case(
                "a table",
                "view.csv",
                "«Name;Domain;Host»\nmx1/Acme;Acme;mx1.acme.example\nmx2/Acme;Acme;mx2.acme.example\nmx3/Acme;Acme;\n",
                INPUT,
                NOT,
                &["CSV", "DXL"],
            ),
            case(
                "an answer with its header lines",
                "answer.json",
                "«HTTP/1.1 200 OK»\nContent-Type: application/json\n\n{ \"Form\": \"Server\" }\n",
                INPUT,
                NOT,
                &["header lines of HTTP"],
            ),
            case("a script", "export.sh", "«#!/bin/sh»\nBASE=x\n", INPUT, NOT, &["script"]),
            case("a PDF", "a.dxl", "«%PDF-1.4»\n1 0 obj\n", INPUT, NOT, &["PDF"]),
            case("rich text", "a.json", "«{\\rtf1\\ansi»\n}\n", INPUT, NOT, &["RTF"]),
            case("an archive", "names.zip", "«PK\u{3}\u{4}»\n\0\0", INPUT, NOT, &["ZIP", "unpack"]),
            case(
                "prose with a word in brackets",
                "notes.txt",
                "«[draft] What we know»\nThe relay refuses: see below\nport = a b c\nNobody knows why, says [Bob\n",
                INPUT,
                NOT,
                &["not a format"],
            ),
        ],
    );
}

#[test]
fn the_lines_of_a_private_key_are_not_printed() {
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSjAgEAAoIBAQC\n-----END PRIVATE KEY-----\n";
    let folder = Folder::new("key").with("key.pem", key);
    let run = folder.check(&["key.pem"]);
    run.says(INPUT, &["certificate or a key"]);
    assert!(!run.out.contains("MIIEvQ"), "{}", run.out);
}

#[test]
fn files_of_our_own_are_named_and_lie_quietly_beside_the_inputs() {
    let case = "[[case]]\nname = \"a\"\nfrom = \"192.0.2.1\"\nmail_from = \"a@a.example\"\nrcpt = \"b@acme.example\"\nexpect = \"accepted\"\n";
    let rule = "summary = \"s\"\nsubject = \"server\"\nviolation = \"true\"\n";
    let folder = Folder::new("own")
        .with("env/server.toml", SERVER)
        .with("env/cases.toml", case)
        .with("env/rule.toml", rule)
        .with("env/accepted.toml", "[[suppression]]\nrule = \"open-relay\"\nreason = \"x\"\n")
        .with("env/baseline.json", "{ \"version\": 1, \"findings\": [] }");
    let report = folder.check(&["--format", "json", "env"]).out;
    let folder = folder.with("env/report.json", &report);
    assert_eq!(problems(&folder.json(&["env"])), Vec::<String>::new());
    for (file, word) in [
        ("cases.toml", "simulate --cases"),
        ("rule.toml", "--rules"),
        ("accepted.toml", "--config"),
        ("baseline.json", "--baseline"),
        ("report.json", "report that maillint wrote"),
    ] {
        folder.check(&[&format!("env/{file}")]).says(INPUT, &["error[input-is-own-file]", word]);
    }
}

#[test]
fn many_errors_of_one_kind_in_a_file_are_counted() {
    let toml: String = (0..500).fold(SERVER.to_owned(), |mut text, number| {
        let _ = writeln!(text, "key{number} value");
        text
    });
    let keys: String = (0..60).fold(SERVER.to_owned(), |mut text, number| {
        let _ = writeln!(text, "nobody_knows_{number} = 1");
        text
    });
    let folder =
        Folder::new("alike").with("a.toml", &toml).with("b.toml", &keys).with("c.toml", "[[server]]\nname =\n");
    let report = folder.json(&["a.toml", "b.toml", "c.toml"]);
    let of = |file: &str| list(&report, "problems").iter().filter(|problem| problem["path"] == file).count();
    assert_eq!((of("a.toml"), of("b.toml"), of("c.toml")), (11, 60, 1));
    folder.check(&["a.toml", "b.toml"]).says(INPUT, &["and 490 more of this kind in this file", "and 50 more of"]);
}

#[test]
fn a_file_without_documents_of_ours_names_the_forms_it_has() {
    let dxl = "<database><document form='CertStore'/><document form='Memo'/></database>";
    let folder = Folder::new("forms")
        .with("a.dxl", dxl)
        .with("b.txt", "Form:  Rezept\nTitle:  Brot\n")
        .with("c.json", "{ \"@meta\": { \"unid\": \"B66880940B8DDC12802585180049E945\" }, \"Form\": \"Customer\" }");
    folder.check(&["a.dxl"]).says(INPUT, &["error[nothing-to-check]", "`CertStore`, `Memo`", "Configuration Settings"]);
    folder.check(&["b.txt"]).says(INPUT, &["`Rezept`"]);
    let run = folder.check(&["c.json"]);
    run.says(INPUT, &["`Customer`"]);
    assert!(!run.prose().contains("rules ran") && !run.prose().contains("no findings"), "{}", run.out);
}

#[test]
fn placeholders_of_passwords_need_no_value() {
    let items = |text: &str| {
        setup_items(text).replace("\"orgName\": \"Acme\"", "\"orgName\": \"Acme\", \"certifierPassword\": \"{{ PW }}\"")
    };
    let folder =
        Folder::new("open_secrets").with("a.json", items("\"X\": \"1\"")).with("b.json", items("\"X\": \"{{ Y }}\""));
    assert_eq!(problems(&folder.json(&["a.json"])), Vec::<String>::new());
    let report = folder.json(&["b.json"]);
    assert_eq!(list(&report, "problems")[0]["message"], "no value for the placeholder `Y`");
    assert!(!folder.check(&["b.json"]).out.contains("PW"));
}

#[test]
fn the_way_an_item_is_written_that_nobody_reads_is_a_remark() {
    let document = |items: &str| {
        setup(&format!(
            "{{ \"action\": \"create\", \"items\": {{ \"Form\": \"ServerConfig\", \"ServerName\": \"*\", \"UseAsDefault\": \"1\", {items} }} }}"
        ))
    };
    let folder = Folder::new("unread")
        .with("blank.json", document("\"AutomationComment \": \"x\""))
        .with("twice.json", document("\"AutomationComment\": \"x\", \"AutomationComment\": \"y\""))
        .with("read.json", document("\"SMTPRlyExcpts\": \"a.example\", \"SMTPRlyExcpts\": \"b.example\""))
        .with("meant.json", document("\"SMTPRlyExcpts \": \"a.example\""));
    for (file, problem) in [
        ("blank.json", "info item-name-blank"),
        ("twice.json", "info duplicate-key"),
        ("read.json", "warning duplicate-key"),
        ("meant.json", "warning item-name-blank"),
    ] {
        assert!(problems(&folder.json(&[file])).contains(&problem.to_owned()), "{file}: {problem}");
    }
}

#[test]
fn a_folder_that_maillint_toml_divides_is_said_to_be_read_as_one() {
    let folder = Folder::new("as_one")
        .with("maillint.toml", "[[environment]]\nname = \"live\"\ninputs = [\"live\"]\n\n[[environment]]\nname = \"test\"\ninputs = [\"test\"]\n")
        .with("live/a.toml", SERVER)
        .with("test/a.toml", SERVER.replace("mx1", "mx2"));
    folder.check(&["."]).says(CLEAN, &["info[environments-as-one]", "`live`, `test`", "--environment"]);
    assert_eq!(problems(&folder.json(&["live"])), Vec::<String>::new());
    assert_eq!(problems(&folder.json(&[])), Vec::<String>::new());
}
