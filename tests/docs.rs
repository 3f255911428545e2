//! The documents that are made from the rules and the library. `MAILLINT_UPDATE=1 cargo test --test docs` writes them.

#![allow(clippy::expect_used, reason = "a test that cannot set up fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use maillint::directory::{Environment, Kind};
use maillint::effective::Model;
use maillint::read::{Format, Options, read};
use maillint::rules::catalog::{FILES, RULE_SCHEMA, load};
use maillint::rules::cel::{self, Type};
use maillint::rules::functions::FUNCTIONS;
use maillint::rules::types::{MODEL_SCHEMA, Records};
use maillint::source::Sources;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

const GUIDE: &str = include_str!("../docs/writing-rules.md");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn updating() -> bool {
    std::env::var_os("MAILLINT_UPDATE").is_some_and(|value| value == "1")
}

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_maillint")).args(arguments).output().expect("maillint runs");
    assert!(output.status.success(), "maillint {} fails", arguments.join(" "));
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

/// Compares a file with what it must be, or writes it.
fn keep(path: &Path, wanted: &str, stale: &mut Vec<String>) {
    let found = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    if found == wanted {
        return;
    }
    if updating() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(path, wanted).expect("the file can be written");
    } else {
        stale.push(path.strip_prefix(root()).unwrap_or(path).display().to_string());
    }
}

fn assert_fresh(stale: &[String]) {
    assert!(
        stale.is_empty(),
        "out of date: {}; run MAILLINT_UPDATE=1 cargo test --test docs and look at the difference",
        stale.join(", ")
    );
}

/// The agents for exporting leave no document out that is read, and keep the items that are read of recipients.
#[test]
fn the_export_agents_know_the_forms_and_the_items() {
    let agent = |name: &str| fs::read_to_string(root().join("examples/export").join(name)).expect("an agent");
    let (configuration, recipients) = (agent("export-configuration.lss"), agent("export-with-recipients.lss"));
    for kind in Kind::ALL {
        let person = kind == Kind::Person;
        for form in &kind.spec().forms {
            let quoted = format!("\"{}\"", form.form).to_lowercase();
            let listed = |agent: &str| agent.to_lowercase().contains(&quoted);
            assert!(listed(if person { &recipients } else { &configuration }), "{quoted} is in no agent");
            assert!(!person || !listed(&configuration), "persons are exported only when asked for");
        }
        if matches!(kind, Kind::Person | Kind::Group | Kind::MailIn) {
            for item in kind.spec().fields.iter().flat_map(|spec| &spec.items) {
                assert!(recipients.contains(&format!("\"{item}\"")), "{item} of {} is not kept", kind.title());
            }
        }
    }
}

#[test]
fn the_rule_pages_are_what_maillint_prints() {
    let mut stale = Vec::new();
    let folder = root().join("docs/rules");
    keep(&root().join("docs/rules.md"), &printed(&["rules", "--format", "markdown"]), &mut stale);
    for (_, name, _) in FILES {
        let page = printed(&["explain", name, "--format", "markdown"]);
        keep(&folder.join(format!("{name}.md")), &page, &mut stale);
    }
    let pages: BTreeSet<PathBuf> = FILES.iter().map(|(_, name, _)| folder.join(format!("{name}.md"))).collect();
    for entry in fs::read_dir(&folder).expect("docs/rules is there") {
        let path = entry.expect("an entry").path();
        if pages.contains(&path) {
            continue;
        }
        if updating() {
            fs::remove_file(&path).expect("a stale page can be removed");
        } else {
            stale.push(format!("{} (no such rule)", path.strip_prefix(root()).unwrap_or(&path).display()));
        }
    }
    assert_fresh(&stale);
}

/// What a person wants to know of a fact at first: the first sentence of its description.
fn first_sentence(text: &str) -> &str {
    let ends = text.match_indices(". ").map(|(at, _)| at).find(|at| {
        let next = text.get(at + 2..).and_then(|rest| rest.chars().next());
        next.is_some_and(|letter| letter.is_uppercase() || letter == '`')
    });
    text.get(..ends.unwrap_or(text.len())).unwrap_or(text).trim_end_matches('.')
}

fn described(schema: &serde_json::Value) -> &str {
    schema.get("description").and_then(|text| text.as_str()).expect("a description")
}

fn functions() -> String {
    let mut table = String::from("| function | result | what it gives |\n|---|---|---|\n");
    for function in FUNCTIONS {
        table.push_str(&format!("| `{function}` | {} | {} |\n", function.result, function.doc));
    }
    table
}

fn facts() -> String {
    let schema: serde_json::Value = serde_json::from_str(MODEL_SCHEMA).expect("the schema is JSON");
    let mut tables = String::new();
    for (record, definition) in schema.get("$defs").and_then(|records| records.as_object()).expect("records") {
        let Some(facts) =
            definition.get("properties").and_then(|facts| facts.as_object()).filter(|facts| !facts.is_empty())
        else {
            continue;
        };
        let about = described(definition);
        tables.push_str(&format!("### {record}\n\n{about}\n\n| fact | type | what it says |\n|---|---|---|\n"));
        for (name, fact) in facts {
            let of = Records::get().at(record, name).expect("a type");
            let told = first_sentence(described(fact));
            tables.push_str(&format!("| `{name}` | {of} | {told} |\n"));
        }
        tables.push('\n');
    }
    tables
}

#[test]
fn the_guide_lists_the_functions_and_the_facts() {
    let mut wanted = GUIDE.to_owned();
    for (name, text) in [("functions", functions()), ("facts", facts())] {
        let (opening, closing) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let (before, rest) = wanted.split_once(&opening).expect("the tables begin");
        let (_, after) = rest.split_once(&closing).expect("the tables end");
        wanted = format!("{before}{opening}{text}{closing}{after}");
    }
    let mut stale = Vec::new();
    keep(&root().join("docs/writing-rules.md"), &wanted, &mut stale);
    assert_fresh(&stale);
}

#[test]
fn the_guide_lists_the_fields_of_a_rule_file() {
    let schema: serde_json::Value = serde_json::from_str(RULE_SCHEMA).expect("the schema is JSON");
    let required: Vec<&str> =
        schema["required"].as_array().expect("a list").iter().filter_map(serde_json::Value::as_str).collect();
    let wanted: BTreeSet<(String, bool)> = schema["properties"]
        .as_object()
        .expect("an object")
        .keys()
        .map(|name| (name.clone(), required.contains(&name.as_str())))
        .collect();
    let told: BTreeSet<(String, bool)> = GUIDE
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter_map(|(name, rest)| match rest.split_once(" | ")?.0 {
            "yes" => Some((name.to_owned(), true)),
            "no" => Some((name.to_owned(), false)),
            _ => None,
        })
        .collect();
    assert_eq!(told, wanted);
}

#[test]
fn the_guide_lists_the_subjects() {
    let section = GUIDE.split("## Subjects").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("the section");
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Facts) {
        assert!(section.contains(&format!("`{}`", kind.name())), "{} is missing", kind.name());
    }
    for subject in ["environment", "configuration.connections.allow", "person.internet_address"] {
        assert!(section.contains(&format!("`{subject}`")) && Records::get().variables(subject).is_ok(), "{subject}");
    }
}

fn blocks(language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside = false;
    for event in Parser::new(GUIDE) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if &*info == language => {
                inside = true;
                found.push(String::new());
            }
            Event::Text(text) if inside => found.last_mut().expect("a block").push_str(&text),
            Event::End(TagEnd::CodeBlock) => inside = false,
            _ => {}
        }
    }
    found
}

fn compile(text: &str) -> Result<cel::Expression, Vec<cel::Error>> {
    let variables = Records::get().variables("server").expect("a subject");
    let variables: Vec<(&str, Type)> = variables.iter().map(|(name, of)| (name.as_str(), of.clone())).collect();
    cel::compile(text, &variables, Records::get(), FUNCTIONS)
}

#[test]
fn the_conditions_in_the_guide_are_right() {
    let blocks = blocks("cel");
    let lines: Vec<&str> = blocks.iter().flat_map(|block| block.lines()).collect();
    assert!(lines.len() > 10, "the conditions are there");
    for line in lines {
        match compile(line) {
            Ok(expression) => assert_eq!(*expression.result_type(), Type::Bool, "{line}"),
            Err(errors) => assert!(errors.is_empty(), "{line}: {errors:?}"),
        }
    }
}

#[test]
fn what_the_guide_leaves_out_is_refused() {
    for text in [
        "1.5 > 1.0",
        "1u == 1u",
        "b'a' == b'a'",
        "server.hostname == null",
        "{'a': 1} == {'a': 1}",
        "timestamp('2026-01-01T00:00:00Z') == timestamp('2026-01-01T00:00:00Z')",
        "string(server.smtp_inbound.port) == '25'",
        "server.smtp_inbound.port == '25'",
        "server.smtp_inbound.status == 'on'",
        "server.smtp_inbound.prot == 25",
        "any(server.addresses)",
    ] {
        assert!(compile(text).is_err(), "{text}");
    }
}

/// What a condition about a server is for an input: `None` for unknown.
fn outcome(condition: &str, input: &str) -> Option<bool> {
    let rule = format!(
        "summary = 's'\nseverity = 'warning'\nconfidence = 'sure'\nsubject = 'server'\nviolation = {condition:?}\n\
         message = 'm'\nat = 'server.name'\nhelp = 'h'\nfix = 'f'\nwhy = 'w'\nreferences = ['r']\nsince = '0.1.0'\n\
         bad = [{{ name = 'b', input = 'i', finds = [{{ document = 'd', field = 'f' }}] }}]\n\
         good = [{{ name = 'g', input = 'i' }}]\n"
    );
    let mut sources = Sources::default();
    let file = sources.add("test/rule.toml", rule.into_bytes());
    let (rule, _) = load(sources.get(file).expect("added")).expect("the rule loads");
    let file = sources.add("input.toml", input.as_bytes().to_vec());
    let options = Options { format: Some(Format::NativeToml), ..Options::default() };
    let mut problems = Vec::new();
    let export = read(sources.get(file).expect("added"), &options, &mut problems);
    let model = Model::new(Environment::build(vec![export], &mut problems));
    assert!(problems.is_empty(), "{problems:?}");
    let results = maillint::rules::run(&[&rule], &model);
    match (results.findings.is_empty(), results.not_evaluated.is_empty()) {
        (false, _) => Some(true),
        (true, false) => None,
        (true, true) => Some(false),
    }
}

#[test]
fn known_absent_and_unknown_are_as_the_guide_says() {
    let set =
        "[[server]]\nname = 'mx1/Acme'\ntitle = 'Mail'\naddresses = []\n\n[[configuration]]\napplies_to = 'mx1/Acme'\n";
    let check = |condition: &str, wanted: Option<bool>| assert_eq!(outcome(condition, set), wanted, "{condition}");
    // Known.
    check("server.title == 'Mail'", Some(true));
    check("has(server.title)", Some(true));
    check("blank(server.title)", Some(false));
    check("has(server.addresses)", Some(true));
    check("blank(server.addresses)", Some(true));
    // Not set, with a documented default.
    check("server.smtp_inbound.port == 25", Some(true));
    check("has(server.smtp_inbound.port)", Some(false));
    check("blank(server.smtp_inbound.port)", Some(false));
    check("blank(server.configuration.relay.allow_hosts)", Some(true));
    // Not set, without one.
    check("size(server.configuration.relay.deny_hosts) == 0", None);
    check("has(server.configuration.relay.deny_hosts)", Some(false));
    check("blank(server.configuration.relay.deny_hosts)", Some(true));
    // Unknown: there is no notes.ini.
    check("server.bind_port == 'TCPIP'", None);
    check("has(server.bind_port)", None);
    check("blank(server.bind_port)", None);
    // How unknown spreads.
    check("server.bind_port == 'TCPIP' && false", Some(false));
    check("server.bind_port == 'TCPIP' || true", Some(true));
    check("true && server.bind_port == 'TCPIP'", None);
    // A list that may have elements that the input does not show.
    check("environment.mail_ins.exists(m, true)", Some(false));
    let part = format!("{set}\n[facts]\ncomplete_export = false\n");
    assert_eq!(outcome("environment.mail_ins.exists(m, true)", &part), None);
    check("environment.servers.exists(s, s.title == 'Mail')", Some(true));
}
