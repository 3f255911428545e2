//! JUnit and Checkstyle: well-formed, as their readers want them, whatever stands in an input.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use quick_xml::events::Event;

use crate::folder::Folder;
use crate::tools::tool;
use crate::{here, printed};

/// The elements of a document: name and attributes.
fn elements(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut found = Vec::new();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Eof => return found,
            Event::Start(start) | Event::Empty(start) => {
                let attributes = start.attributes().map(|attribute| {
                    let attribute = attribute.expect("an attribute");
                    let value = quick_xml::escape::unescape(&attribute.value).expect("a value").into_owned();
                    (attribute.key.as_ref().to_owned(), value)
                });
                found.push((start.name().as_ref().to_owned(), attributes.collect()));
            }
            _ => {}
        }
    }
}

fn of<'a>(attributes: &'a [(String, String)], name: &str) -> &'a str {
    attributes.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

#[test]
fn junit_conforms_to_its_schema() {
    let Some(xmllint) = tool(&["xmllint"]) else { return };
    let folder = Folder::new("junit").with("a.xml", printed(&["--format", "junit"]));
    let broken =
        Folder::new("junit-broken").with("x.json", "{").with("y.toml", "[[server]]\nname = '\u{fffe}'\nz = 1\n");
    let broken = broken.run(&["check", "--format", "junit", ".", "missing"]).out;
    fs::write(folder.0.join("b.xml"), broken).expect("written");
    let validate = |file: &str| {
        let mut command = Command::new(&xmllint);
        command.args(["--noout", "--schema"]).arg(here("junit.xsd")).arg(folder.0.join(file));
        command.output().expect("xmllint runs")
    };
    for file in ["a.xml", "b.xml"] {
        let output = validate(file);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mistaken =
        fs::read_to_string(folder.0.join("a.xml")).expect("read").replacen("<failure type", "<failure kind", 1);
    fs::write(folder.0.join("c.xml"), mistaken).expect("written");
    assert!(!validate("c.xml").status.success(), "the schema notices a mistake");
}

#[test]
fn junit_counts_what_it_lists_and_names_each_test_once() {
    let text = printed(&["--format", "junit"]);
    let all = elements(&text);
    let count = |name: &str| all.iter().filter(|(element, _)| element == name).count().to_string();
    let (_, root) = &all[0];
    assert_eq!(of(root, "tests"), count("testcase"));
    assert_eq!(of(root, "failures"), count("failure"));
    for suite in text.split("<testsuite ").skip(1) {
        let names: Vec<&str> =
            suite.split("<testcase ").skip(1).filter_map(|case| case.split(['>', '/']).next()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}

#[test]
fn checkstyle_keeps_every_message() {
    let all = elements(&printed(&["--format", "checkstyle"]));
    let (_, error) = all.iter().find(|(name, _)| name == "error").expect("an error");
    let (_, named) =
        all.iter().find(|(name, attributes)| name == "error" && of(attributes, "line") == "3").expect("the finding");
    assert_eq!((of(named, "column"), of(named, "severity")), ("12", "error"));
    assert_eq!(of(named, "source"), "maillint.hostname-is-mx");
    assert!(of(named, "message").contains("<b>&amp;\"'|`*`"), "{named:?}");
    assert!(!of(error, "message").is_empty());
}
