//! Large files, many findings, and places far to the right.

use std::fmt::Write as _;
use std::fs;

use crate::inputs::BARE_RULE;
use crate::running::{FINDINGS, Folder, findings, place, place_in};

/// A native description on one line with so many people that it has about so many bytes, and so many wrong entries.
pub(crate) fn many_findings(count: usize, bytes: usize) -> String {
    let mut text = String::from(r#"{"server":[{"name":"mx1/Acme"}],"person":["#);
    let mut number = 0;
    while number == 0 || text.len() < bytes {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"name":["Person {number}/Acme"],"short_names":["p{number}"],"internet_address":"p{number}@acme.example","mail_server":"mx1/Acme","domain":"Acme","mail_file":"mail/p{number}.nsf"}}"#
        );
        number += 1;
    }
    let entries: Vec<String> = (0..count).map(|entry| format!("\"10.1.{}.{}\"", entry / 250, entry % 250)).collect();
    let _ =
        write!(text, r#"],"configuration":[{{"applies_to":"*","connections":{{"allow":[{}]}}}}]}}"#, entries.join(","));
    text
}

fn one_line_of(bytes: usize) {
    let text = many_findings(1, bytes);
    let start = text.rfind("\"10.1.0.0\"").expect("the entry");
    let folder = Folder::new(&format!("one_line_{bytes}")).with("export.json", &text);
    let report = folder.json(&["export.json"]);
    let found = findings(&report, BARE_RULE);
    assert_eq!(found.len(), 1);
    assert_eq!(place(&found[0]["primary"]), place_in(&text, &(start..start + 10)));
    let human = folder.check(&["export.json"]);
    human.says(FINDINGS, &[&format!("[export.json:1:{}]", start + 1), "\"10.1.0.0\""]);
    assert!(human.out.len() < 20_000, "only an excerpt is printed");
    fs::remove_file(folder.0.join("export.json")).expect("the file can be removed");
}

#[test]
fn an_export_of_20_mb_on_one_line() {
    one_line_of(20_000_000);
}

#[test]
fn an_export_of_200_mb_on_one_line() {
    if std::env::var_os("MAILLINT_HUGE").is_none() {
        println!("skipped: set MAILLINT_HUGE to run this");
        return;
    }
    one_line_of(200_000_000);
}

#[test]
fn two_thousand_findings_on_one_line() {
    let text = many_findings(2_000, 5_000_000);
    let folder = Folder::new("two_thousand").with("export.json", &text);
    let report = folder.json(&["export.json"]);
    let found = findings(&report, BARE_RULE);
    assert_eq!(found.len(), 2_000);
    for finding in found {
        let offset = usize::try_from(finding["primary"]["start"]["offset"].as_u64().expect("an offset")).expect("fits");
        let entry = finding["actual"].as_str().unwrap_or("10.1.");
        assert!(text[offset..].starts_with(&format!("\"{entry}")), "{finding:#}");
        assert_eq!(finding["primary"]["start"]["column"], offset + 1);
    }
    let human = folder.check(&["export.json"]);
    assert_eq!((human.code, human.out.matches(&format!("error[{BARE_RULE}]")).count()), (FINDINGS, 2_000));
}

#[test]
fn a_label_at_column_70000() {
    let with_title = |length: usize| {
        let title = "é".repeat(length);
        format!(
            r#"{{"server":[{{"name":"mx1/Acme","title":"{title}"}}],"configuration":[{{"applies_to":"*","connections":{{"allow":["192.0.2.7"]}}}}]}}"#
        )
    };
    let before = with_title(0).find("\"192").expect("the entry");
    let text = with_title(69_999 - before);
    let offset = text.find("\"192").expect("the entry");
    let folder = Folder::new("column").with("export.json", &text);
    let report = folder.json(&["export.json"]);
    let primary = &findings(&report, BARE_RULE)[0]["primary"];
    assert_eq!((&primary["start"]["line"], &primary["start"]["column"]), (&1.into(), &70_000.into()));
    assert_eq!(place(primary), place_in(&text, &(offset..offset + 11)));
    let human = folder.check(&["export.json"]);
    human.says(FINDINGS, &["[export.json:1:70000]", "\"192.0.2.7\""]);
    let widest = human.out.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    assert!(widest < 400, "a line of {widest} characters");
}
