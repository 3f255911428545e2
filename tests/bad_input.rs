//! What people hand over by mistake: the binary says in one clear message what is wrong, where, and what to do. It never
//! panics, never prints a secret or a control character, and still checks the other inputs of the same call.
//!
//! In the tables below «…» marks what must be underlined; a second pair marks the related place. The marks are taken out
//! before the file is written, and lines and columns are counted here once more.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test that cannot set up fails"
)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value as Json;

const CLEAN: i32 = 0;
const FINDINGS: i32 = 1;
const USAGE: i32 = 2;
const INPUT: i32 = 3;

// ---- running ----------------------------------------------------------------------------------------------------------

/// A fresh folder in which the binary runs, so that paths in its output are short and stable.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bad_input").join(name);
        if path.exists() {
            fs::remove_dir_all(&path).expect("an old folder can be removed");
        }
        fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder can be made");
        fs::write(path, bytes).expect("a file can be written");
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_maillint"));
        command.args(arguments).current_dir(&self.0).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
        command.env_remove("COLUMNS").env_remove("CLICOLOR_FORCE").stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, b"")
    }

    fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input).ok());
        let output = child.wait_with_output().expect("the binary ends");
        writer.join().expect("the input is written");
        let run = Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        };
        assert!((0..=3).contains(&run.code), "{arguments:?} ended with {}\n{}", run.code, run.err);
        assert!(!run.err.contains("panicked"), "{arguments:?}\n{}", run.err);
        run
    }

    fn check(&self, arguments: &[&str]) -> Run {
        self.run(&[&["check"], arguments].concat())
    }

    fn json(&self, arguments: &[&str]) -> Json {
        self.check(&[&["--format", "json"], arguments].concat()).json()
    }
}

struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn json(&self) -> Json {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out, self.err))
    }

    /// What people read, without the drawing and with single blanks, so that wrapped sentences can be found.
    fn prose(&self) -> String {
        let text = format!("{} {}", self.out, self.err);
        let words = text.split_whitespace().filter(|word| !matches!(*word, "│" | "·"));
        words.collect::<Vec<_>>().join(" ").to_lowercase()
    }

    #[track_caller]
    fn says(&self, code: i32, words: &[&str]) {
        let prose = self.prose();
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        for word in words {
            assert!(prose.contains(&word.to_lowercase()), "`{word}` is not in\n{}{}", self.out, self.err);
        }
    }
}

/// The findings of a rule in a report.
fn findings<'j>(report: &'j Json, rule: &str) -> Vec<&'j Json> {
    list(report, "findings").iter().filter(|finding| finding["rule"] == rule).collect()
}

fn list<'j>(report: &'j Json, name: &str) -> &'j Vec<Json> {
    report[name].as_array().unwrap_or_else(|| panic!("no list `{name}`"))
}

/// The problems of a report as `severity code`.
fn problems(report: &Json) -> Vec<String> {
    let word = |problem: &Json, key: &str| problem[key].as_str().unwrap_or("").to_owned();
    list(report, "problems")
        .iter()
        .map(|problem| format!("{} {}", word(problem, "severity"), word(problem, "code")))
        .collect()
}

/// `line:column:offset` of the start and the end of a place.
fn place(json: &Json) -> String {
    let position = |key: &str| format!("{}:{}:{}", json[key]["line"], json[key]["column"], json[key]["offset"]);
    format!("{} to {}", position("start"), position("end"))
}

/// The same for a range of a text, counted independently.
fn place_in(text: &str, range: &Range<usize>) -> String {
    format!("{} to {}", position_in(text, range.start), position_in(text, range.end))
}

fn position_in(text: &str, offset: usize) -> String {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..].chars().filter(|character| *character != '\u{feff}').count() + 1;
    format!("{}:{column}:{offset}", before.matches('\n').count() + 1)
}

/// Takes the marks out of a text.
fn marked(text: &str) -> (String, Vec<Range<usize>>) {
    let mut plain = String::new();
    let mut ranges = Vec::new();
    let mut start = 0;
    for character in text.chars() {
        match character {
            '«' => start = plain.len(),
            '»' => ranges.push(start..plain.len()),
            other => plain.push(other),
        }
    }
    (plain, ranges)
}

// ---- tables -----------------------------------------------------------------------------------------------------------

/// One broken file and the one message about it.
struct Case {
    /// What the case is, for the failure message.
    name: &'static str,
    file: &'static str,
    /// The text, with marks.
    text: String,
    exit: i32,
    /// `severity code` of the problem.
    problem: &'static str,
    /// Words that must be in the message or the advice.
    words: &'static [&'static str],
}

fn case(
    name: &'static str,
    file: &'static str,
    text: impl Into<String>,
    exit: i32,
    problem: &'static str,
    words: &'static [&'static str],
) -> Case {
    Case { name, file, text: text.into(), exit, problem, words }
}

impl Case {
    fn failures(&self, folder: &Folder) -> Vec<String> {
        let (text, ranges) = marked(&self.text);
        fs::write(folder.0.join(self.file), &text).expect("a file can be written");
        let mut wrong = Vec::new();
        let human = folder.check(&[self.file]);
        let machine = folder.check(&["--format", "json", self.file]);
        fs::remove_file(folder.0.join(self.file)).expect("the file can be removed");
        if (human.code, machine.code) != (self.exit, self.exit) {
            wrong.push(format!("exit {} and {}, not {}", human.code, machine.code, self.exit));
        }
        let report = machine.json();
        let grave: Vec<String> = problems(&report).into_iter().filter(|found| self.is_grave(found)).collect();
        if grave != [self.problem] {
            wrong.push(format!("problems {grave:?}, not `{}`", self.problem));
        }
        let (severity, code) = self.problem.split_once(' ').expect("a severity and a code");
        let Some(problem) = list(&report, "problems").iter().find(|problem| problem["code"] == code) else {
            return wrong;
        };
        if problem["path"] != self.file {
            wrong.push(format!("the file is {}", problem["path"]));
        }
        let said = format!("{} {}", problem["message"], problem["help"]).to_lowercase();
        let prose = human.prose();
        for word in self.words {
            if !said.contains(&word.to_lowercase()) {
                wrong.push(format!("`{word}` is not in {said}"));
            }
        }
        if !prose.contains(&format!("{severity}[{code}]")) {
            wrong.push(format!("`{severity}[{code}]` is not printed for people"));
        }
        let places = [problem].into_iter().chain(list(problem, "related"));
        for (range, found) in ranges.iter().zip(places.map(place).chain(std::iter::repeat("nothing".to_owned()))) {
            let expected = place_in(&text, range);
            if found != expected {
                wrong.push(format!("underlines {found}, not {expected} (`{}`)", &text[range.clone()]));
            }
        }
        if let Some(range) = ranges.first() {
            let position = position_in(&text, range.start);
            let heading = format!("[{}:{}]", self.file, position.rsplit_once(':').expect("an offset").0);
            if !human.out.contains(&heading) {
                wrong.push(format!("`{heading}` is not printed for people"));
            }
        }
        wrong
    }

    /// Notes beside an error or a warning do no harm.
    fn is_grave(&self, found: &str) -> bool {
        !found.starts_with("info ") || self.problem.starts_with("info ")
    }
}

fn run_cases(name: &str, cases: &[Case]) {
    let folder = Folder::new(name);
    let mut failures = String::new();
    for case in cases {
        for wrong in case.failures(&folder) {
            let _ = writeln!(failures, "{}: {wrong}", case.name);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

const SERVER: &str = "[[server]]\nname = \"mx1/Acme\"\n";

/// A one-touch setup file that creates a server and makes these changes in its directory; quiet by itself.
fn setup(documents: &str) -> String {
    format!(
        r#"{{
  "serverSetup": {{
    "server": {{ "type": "first", "name": "mx1", "domainName": "Acme" }},
    "network": {{ "hostName": "mx1.acme.example" }},
    "org": {{ "orgName": "Acme" }}
  }},
  "appConfiguration": {{
    "databases": [
      {{ "filePath": "names.nsf", "action": "update", "documents": [
{documents}
      ] }}
    ]
  }}
}}
"#
    )
}

/// A setup file that sets items of the Server document, and has the Configuration Settings document a server needs.
fn setup_items(items: &str) -> String {
    setup(&format!(
        r#"        {{ "action": "update", "findDocument": {{ "Type": "Server", "ServerName": "CN=mx1/O=Acme" }},
          "items": {{ "SMTPListenerEnabled": "1", {items} }} }},
        {{ "action": "create", "computeWithForm": true,
          "items": {{ "Form": "ServerConfig", "ServerName": "*", "UseAsDefault": "1" }} }}"#
    ))
}

/// A ConfigMap whose value is a block with this header and text.
fn config_map(header: &str, text: &str) -> String {
    let indented: String = text.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: domino-cfg\ndata:\n  auto_config.json: {header}\n{indented}"
    )
}

#[test]
fn files_that_are_no_input() {
    run_cases(
        "no_input",
        &[
            case("nothing", "empty.json", "«»", INPUT, "error input-empty", &["empty"]),
            case("blanks", "blank.toml", "  \n\t\r\n \n", INPUT, "error input-empty", &["empty"]),
            case("only a byte-order mark", "bom.ini", "\u{feff}", INPUT, "error input-empty", &["empty"]),
            case(
                "Genesis",
                "genesis.json",
                "{\n\t«\"title\"»: \"T\",\n\t\"versionjson\": \"1.0.0\",\n\t\"steps\": [ { \"databases\": [] } ]\n}\n",
                INPUT,
                "error input-not-understood",
                &["Genesis", "one-touch"],
            ),
            case(
                "a Jinja template",
                "jinja.json",
                "{\n  «{%» if first %}\n  \"serverSetup\": { \"server\": { \"name\": \"{{ name }}\" } }\n  {% endif %}\n}\n",
                INPUT,
                "error template-not-rendered",
                &["Jinja", "render"],
            ),
            case(
                "a Jinja template with nothing but values",
                "jinja_values.json",
                "{\n  \"serverSetup\": { \"server\": { \"name\": «{{» server_name }}, \"type\": \"first\" } }\n}\n",
                INPUT,
                "error template-not-rendered",
                &["template", "render"],
            ),
            case(
                "a Helm template",
                "chart.yaml",
                config_map(
                    "|",
                    "{\n  \"serverSetup\": {\n    \"network\": { \"hostName\": «{{ .»Values.host | quote }} }\n  }\n}",
                ),
                INPUT,
                "error template-not-rendered",
                &["Helm", "helm template"],
            ),
            case(
                "a Helm template that is no YAML",
                "chart_if.yaml",
                "«{{-» if .Values.auto }}\napiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: |\n    {\"serverSetup\": {}}\n{{- end }}\n",
                INPUT,
                "error template-not-rendered",
                &["Helm"],
            ),
            case(
                "a web page",
                "page.json",
                "«<!DOCTYPE html>»\n<html><head><title>Login</title></head></html>\n",
                INPUT,
                "error input-not-understood",
                &["web page", "login"],
            ),
            case(
                "DXL",
                "server.json",
                "«<?xml version='1.0' encoding='utf-8'?>»\n<database xmlns='http://www.lotus.com/dxl'/>\n",
                INPUT,
                "error format-not-supported",
                &["XML", "DXL"],
            ),
            case(
                "a text of another kind",
                "letter.toml",
                "«Dear administrator,»\nmail does not arrive.\n",
                INPUT,
                "error input-not-understood",
                &["not a format", "notes.ini", "TOML"],
            ),
            case(
                "a ConfigMap without setup JSON",
                "other.yml",
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  motd: hello\n",
                INPUT,
                "error config-map-without-setup",
                &["ConfigMap", "one-touch setup"],
            ),
            case(
                "a Kubernetes object of another kind",
                "service.yml",
                "apiVersion: v1\nkind: Service\nspec:\n  ports: [ { port: 25 } ]\n",
                INPUT,
                "error input-not-understood",
                &["Kubernetes", "ConfigMap"],
            ),
            case(
                "a ConfigMap whose JSON is folded",
                "folded.yml",
                config_map(">", &format!("«{{»{}", &setup("")[1..])),
                INPUT,
                "error config-map-not-literal",
                &["literal", "|"],
            ),
            case(
                "a ConfigMap whose JSON is quoted",
                "quoted.yml",
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: «'»{\"serverSetup\": {}}'\n",
                INPUT,
                "error config-map-not-literal",
                &["literal", "|"],
            ),
            case(
                "YAML that is none",
                "broken.yml",
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: [1,\nb: 2\n",
                INPUT,
                "error yaml-syntax",
                &["not valid YAML"],
            ),
        ],
    );
}

#[test]
fn yaml_that_goes_deep_or_grows() {
    let head = "apiVersion: v1\nkind: ConfigMap\ndata:\n";
    let last = |number: usize| if number == 0 { "a".to_owned() } else { format!("b{}", number - 1) };
    let bomb: String =
        (0..12).map(|number| format!("  b{number}: &b{number} [*{0}, *{0}, *{0}, *{0}]\n", last(number))).collect();
    let value = format!("{{ \"serverSetup\": {}«[»{}", "[".repeat(127), "[".repeat(9_000));
    run_cases(
        "yaml",
        &[
            case(
                "nested 10,000 deep",
                "deep.yaml",
                format!("{head}  a: {}\n", "[".repeat(10_000)),
                INPUT,
                "error yaml-syntax",
                &["recurs"],
            ),
            case(
                "JSON in it nested 10,000 deep",
                "deep_json.yaml",
                config_map("|", &value),
                INPUT,
                "error json-too-deep",
                &["128 levels"],
            ),
            case(
                "aliases that would fill the memory",
                "bomb.yaml",
                format!("{head}  a: &a [x, x]\n{bomb}"),
                INPUT,
                "error config-map-without-setup",
                &["ConfigMap"],
            ),
        ],
    );
}

#[test]
fn every_reader_survives_every_file() {
    let folder = Folder::new("survive");
    let files = [
        ("a.json", setup_items(r#""Router_PortStatus": "9""#)),
        ("b.json", "{ \"server\": [ { \"name\": null, \"smtp_inbound\": [ [], {} ] } ], \"facts\": [], \"group\": {} }".to_owned()),
        ("c.toml", format!("{SERVER}notes_ports = [ {{ }}, 1 ]\nsmtp_inbound = 1\n")),
        ("d.yaml", config_map("|", &setup(""))),
        ("e.ini", "[Notes]\n=\n[\nServerName=\nKitType=2\n".to_owned()),
        ("f.txt", "\u{feff}\u{feff}{{ [[ \u{0} é".to_owned()),
        ("g.json", "[]".to_owned()),
        ("h.json", "null".to_owned()),
        ("i.json", "{ \"serverSetup\": [], \"appConfiguration\": { \"databases\": { \"documents\": 1 } } }".to_owned()),
        ("j.json", "{ \"serverSetup\": { \"server\": 1, \"notesINI\": [1], \"org\": \"x\", \"registerUsers\": { \"users\": [1, {}] } } }".to_owned()),
        ("k.json", setup(r#"{ "action": 1, "items": [] }, { "items": { "Form": 1 } }, 5, { "findDocument": 7, "items": { "Form": "Server" } }"#)),
    ];
    for (file, text) in &files {
        fs::write(folder.0.join(file), text.replace("«", "").replace("»", "")).expect("written");
        for format in ["", "toml", "json", "one-touch-setup", "config-map", "notes-ini"] {
            let chosen = ["--input-format", format];
            let chosen = if format.is_empty() { &[][..] } else { &chosen[..] };
            // That the runs end with one of the exit codes is checked where they are made.
            folder.check(&[&["-v", file][..], chosen].concat());
            folder.run(&[&["effective", file][..], chosen].concat());
        }
    }
}

#[test]
fn json_that_is_none() {
    run_cases(
        "json",
        &[
            case(
                "a comma is missing behind a text",
                "text.json",
                "{\n  \"server\": [\n    { \"name\": \"mx1/Acme«\"»\n\n      «\"»hostname\": \"mx1.acme.example\" }\n  ]\n}\n",
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma is missing behind a number, in a file with CR LF",
                "number.json",
                "{ \"server\": [ { \"name\": \"é/Acme\",\r\n \"smtp_inbound\": { \"port\": 2«5»\r\n  «\"»status\": \"enabled\" } } ] }\r\n",
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma is missing between objects",
                "objects.json",
                "{ \"server\": [ { \"name\": \"a/A\" «}» «{» \"name\": \"b/A\" } ] }",
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma is missing between texts",
                "texts.json",
                "{ \"group\": [ { \"name\": \"g\", \"members\": [\"a/A«\"» «\"»b/A\"] } ] }",
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma is missing in a ConfigMap",
                "map.yaml",
                config_map(
                    "|",
                    "{\n  \"serverSetup\": {\n    \"server\": { \"name\": \"mx1«\"»\n      «\"»type\": \"first\" }\n  }\n}",
                ),
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma behind the last member",
                "trailing.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\"«,»\n } ] }",
                INPUT,
                "error json-syntax",
                &["comma", "before a closing"],
            ),
            case(
                "a comma behind the last element",
                "trailing_list.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\" }«,»\n\n ] }",
                INPUT,
                "error json-syntax",
                &["comma", "before a closing"],
            ),
            case(
                "a line comment",
                "line_comment.json",
                "{\n  «//» our server\n  \"server\": [ { \"name\": \"mx1/Acme\" } ]\n}\n",
                INPUT,
                "error json-syntax",
                &["comment"],
            ),
            case(
                "a block comment",
                "block_comment.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\" } «/*» one */ ] }\n",
                INPUT,
                "error json-syntax",
                &["comment"],
            ),
            case(
                "a comment before everything",
                "first_comment.json",
                "«//» our server\n{ \"server\": [ { \"name\": \"mx1/Acme\" } ] }\n",
                INPUT,
                "error json-syntax",
                &["comment"],
            ),
            case(
                "the file was cut off",
                "cut.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\"«,»\n",
                INPUT,
                "error json-syntax",
                &["ends too early", "cut off"],
            ),
            case(
                "a colon is missing",
                "colon.json",
                "{ \"server\": [ { \"name\" «\"»mx1/Acme\" } ] }",
                INPUT,
                "error json-syntax",
                &["`:`"],
            ),
            case(
                "a name without quotes",
                "name.json",
                "{ \"server\": [ { «name»: \"mx1/Acme\" } ] }",
                INPUT,
                "error json-syntax",
                &["quotes"],
            ),
            case("typographic quotes", "quotes.json", "{ «“server”»: [] }", INPUT, "error json-syntax", &["quotes"]),
            case(
                "a NUL in a text",
                "nul.json",
                format!("{{ \"server\": [ {{ \"name\": \"{}«\0»/Acme\" }} ] }}", "x".repeat(80)),
                INPUT,
                "error json-syntax",
                &["control character"],
            ),
            case(
                "a name twice",
                "twice.json",
                "{ \"server\": [ { «\"name\"»: \"mx1/Acme\", \"domain\": \"Acme\", \"name\": \"mx2/Acme\" } ] }"
                    .replace("«\"name\"»", "@")
                    .replace("\"name\"", "«\"name\"»")
                    .replace('@', "\"name\""),
                FINDINGS,
                "warning duplicate-key",
                &["`name`", "twice", "different values"],
            ),
            case(
                "nested 10,000 deep",
                "deep.json",
                format!("{}«[»{}{}", "[".repeat(128), "[".repeat(9871), "]".repeat(10_000)),
                INPUT,
                "error json-too-deep",
                &["128 levels"],
            ),
            case(
                "nested 10,000 deep and never closed",
                "deep_open.json",
                format!("{}«{{»{}", "{\"server\":".repeat(128), "\"server\":{".repeat(9871)),
                INPUT,
                "error json-too-deep",
                &["128 levels"],
            ),
        ],
    );
}

#[test]
fn toml_that_is_none() {
    run_cases(
        "toml",
        &[
            case(
                "a value is missing",
                "value.toml",
                "[[server]]\nname =«»\n",
                INPUT,
                "error toml-syntax",
                &["not valid TOML"],
            ),
            case(
                "a text is not closed",
                "open.toml",
                "[[server]]\nname = \"mx1/Acme\nhostname = \"mx1.acme.example\"\n",
                INPUT,
                "error toml-syntax",
                &["not valid TOML"],
            ),
            case(
                "a name twice",
                "twice.toml",
                "[[server]]\nname = \"mx1/Acme\"\n«name» = \"mx2/Acme\"\n",
                INPUT,
                "error duplicate-key",
                &["duplicate key"],
            ),
            case(
                "a NUL in a text",
                "nul.toml",
                format!("[[server]]\nname = \"{}«\0»/Acme\"\n", "x".repeat(80)),
                INPUT,
                "error toml-syntax",
                &["not valid TOML"],
            ),
            case(
                "lists nested 10,000 deep",
                "lists.toml",
                format!("server = {}{}", "[".repeat(10_000), "]".repeat(10_000)),
                INPUT,
                "error toml-syntax",
                &["recurs"],
            ),
            case(
                "tables nested 10,000 deep",
                "tables.toml",
                format!("server = {}1{}", "{a=".repeat(10_000), "}".repeat(10_000)),
                INPUT,
                "error toml-syntax",
                &["recurs"],
            ),
            case(
                "a dotted name 10,000 deep",
                "dotted.toml",
                format!("[[server]]\nname = \"mx1/Acme\"\nx{} = 1\n", ".a".repeat(10_000)),
                INPUT,
                "error toml-syntax",
                &["recurs"],
            ),
        ],
    );
}

#[test]
fn native_descriptions_that_say_something_else() {
    run_cases(
        "native",
        &[
            case(
                "an unknown name",
                "key.toml",
                "[[server]]\nname = \"mx1/Acme\"\n«hostnme» = \"mx1.acme.example\"\n",
                INPUT,
                "error unknown-key",
                &["`hostnme`", "did you mean `hostname`"],
            ),
            case(
                "an unknown name deeper down, in JSON",
                "key.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\", \"smtp_inbound\": { «\"prot\"»: 25 } } ] }",
                INPUT,
                "error unknown-key",
                &["`prot`", "smtp_inbound", "did you mean `port`"],
            ),
            case(
                "a text for a switch",
                "type.toml",
                format!("{SERVER}internet_sites = «\"yes\"»\n"),
                INPUT,
                "error wrong-type",
                &["internet_sites", "true or false", "a text"],
            ),
            case(
                "a text for a list",
                "list.toml",
                "[[group]]\nname = \"g\"\nmembers = «\"mx1/Acme\"»\n",
                INPUT,
                "error wrong-type",
                &["members", "a list"],
            ),
            case(
                "a table for a text",
                "table.json",
                "{ \"server\": [ { \"name\": «{ \"cn\": \"mx1\" }» } ] }",
                INPUT,
                "error wrong-type",
                &["name", "a text", "a table"],
            ),
            case(
                "an unknown word",
                "word.toml",
                format!("{SERVER}smtp_inbound.status = «\"enable\"»\n"),
                INPUT,
                "error unknown-value",
                &["smtp_inbound.status", "`enable`", "did you mean `enabled`"],
            ),
            case(
                "a port that is too large",
                "large.toml",
                format!("{SERVER}smtp_inbound.port = «70000»\n"),
                INPUT,
                "error out-of-range",
                &["smtp_inbound.port", "65535"],
            ),
            case(
                "a port that is too small",
                "small.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\", \"smtp_inbound\": { \"port\": «0» } } ] }",
                INPUT,
                "error out-of-range",
                &["smtp_inbound.port", "at least 1"],
            ),
            case(
                "a number beyond all bounds",
                "bounds.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\", \"smtp_inbound\": { \"port\": «99999999999999999999999» } } ] }",
                INPUT,
                "error out-of-range",
                &["smtp_inbound.port", "65535"],
            ),
            case(
                "a server without a name",
                "unnamed.toml",
                "«[[server]]»\nhostname = \"mx1.acme.example\"\n",
                INPUT,
                "error missing-key",
                &["`name`", "missing"],
            ),
            case(
                "an unknown document kind and nothing else",
                "kind.toml",
                "[[«servers»]]\nname = \"mx1/Acme\"\n",
                INPUT,
                "error input-not-understood",
                &["`servers`", "did you mean `server`"],
            ),
            case(
                "an unknown document kind among known ones",
                "kinds.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\" } ], «\"conection\"»: [ { \"name\": \"x\" } ] }",
                INPUT,
                "error unknown-key",
                &["`conection`", "did you mean `connection`"],
            ),
            case(
                "a document that is a text",
                "shape.json",
                "{ \"server\": [ «\"mx1/Acme\"» ] }",
                INPUT,
                "error native-shape",
                &["`server`", "a list of tables", "a text"],
            ),
            case(
                "two servers of one name",
                "twins.toml",
                "[[server]]\nname = «\"mx1/Acme\"»\n\n[[server]]\nname = \"CN=mx1/O=Acme\"\n"
                    .replace("«\"mx1/Acme\"»", "\"mx1/Acme\"")
                    .replace("\"CN=mx1/O=Acme\"", "«\"CN=mx1/O=Acme\"»"),
                INPUT,
                "error duplicate-document",
                &["mx1/Acme", "remove one"],
            ),
        ],
    );
}

#[test]
fn setup_files_with_slips() {
    let document = r#"        { "action": "update", "findDocument": FIND, "items": { "SMTPListenerEnabled": "1" } }"#;
    run_cases(
        "setup",
        &[
            case(
                "an unknown code",
                "code.json",
                setup(r#"        { "action": "create", "items": { "Form": "ServerConfig", "ServerName": "*", "UseAsDefault": "1",
            "SMTPRlyCheck": «"7"» } }"#),
                FINDINGS,
                "warning unknown-code",
                &["SMTPRlyCheck", "`7`"],
            ),
            case(
                "an unknown port status",
                "status.json",
                setup_items(r#""Router_PortStatus": «"9"»"#),
                FINDINGS,
                "warning unknown-code",
                &["Router_PortStatus", "`9`", "known codes"],
            ),
            case(
                "an item without a name",
                "empty_name.json",
                setup_items(r#"«""»: "1""#),
                FINDINGS,
                "warning item-name-empty",
                &["without a name", "u0024"],
            ),
            case(
                "an item whose name is a blank",
                "blank_name.json",
                setup_items(r#"«"  "»: "1""#),
                FINDINGS,
                "warning item-name-empty",
                &["without a name"],
            ),
            case(
                "an item name with a blank behind",
                "behind.json",
                setup_items(r#"«"SMTP_Port "»: "25""#),
                FINDINGS,
                "warning item-name-blank",
                &["`SMTP_Port `", "ends", "write `SMTP_Port`"],
            ),
            case(
                "an item name with a blank before",
                "before.json",
                setup_items(r#"«"\tSMTP_Port"»: "25""#),
                FINDINGS,
                "warning item-name-blank",
                &["begins", "write `SMTP_Port`"],
            ),
            case(
                "an item name with a slip",
                "slip.json",
                setup_items(r#"«"SMTPListnerEnabled"»: "1""#),
                FINDINGS,
                "warning unknown-item",
                &["SMTPListnerEnabled", "did you mean `SMTPListenerEnabled`"],
            ),
            case(
                "an unknown name of setup",
                "key.json",
                setup("").replace("\"hostName\"", "«\"hostname\"»"),
                FINDINGS,
                "warning one-touch-unknown-key",
                &["`hostname`", "did you mean `hostName`"],
            ),
            case(
                "a document that is never found",
                "never.json",
                setup(&document.replace("FIND", r#"{ "Type": "Server", "ServerName": «"CN=mx2/O=Acme"» }"#))
                    .replacen("\"name\": \"mx1\"", "\"name\": \"mx1\"", 1),
                FINDINGS,
                "warning find-document-no-match",
                &["finds no document", "mx1/Acme", "compare"],
            ),
            case(
                "a formula of another shape",
                "formula.json",
                setup(&document.replace("FIND", r#"«"Form = \"Server\" | @Contains(ServerName; \"mx1\")"»"#)),
                CLEAN,
                "info find-document-formula",
                &["formula", "not understood", "equalities"],
            ),
            case(
                "a placeholder without a value",
                "open.json",
                setup_items(r#""SMTPFullHostDomain": «"{{ MAIL_HOST }}"»"#),
                CLEAN,
                "info placeholder-unresolved",
                &["MAIL_HOST", "--var MAIL_HOST=", "--env-file", "empty"],
            ),
            case(
                "a byte-order mark",
                "mark.json",
                format!("\u{feff}{}", setup("")),
                FINDINGS,
                "warning json-byte-order-mark",
                &["byte-order mark", "UTF-8"],
            ),
            case(
                "a name twice in a ConfigMap, at its lines of the YAML file",
                "twice.yaml",
                config_map("|", "{ \"serverSetup\": {\n    \"server\": { \"name\": \"mx1\",\n      @\"type\"@: \"first\",\n      «\"type\"»: \"additional\" } } }\n")
                    .replacen('@', "", 2),
                FINDINGS,
                "warning duplicate-key",
                &["`type`", "twice"],
            ),
            case(
                "an unknown code in a ConfigMap with a chomping mark and CR LF",
                "code.yaml",
                config_map("|-", &setup_items(r#""Router_PortStatus": «"9"»"#)).replace('\n', "\r\n"),
                FINDINGS,
                "warning unknown-code",
                &["Router_PortStatus"],
            ),
        ],
    );
}

#[test]
fn notes_ini_with_slips() {
    let ini = |lines: &str| format!("[Notes]\nKitType=2\nServerName=CN=mx1/O=Acme\n{lines}\n");
    run_cases(
        "notes_ini",
        &[
            case(
                "of a client",
                "client.ini",
                "[Notes]\nKitType=«1»\n",
                INPUT,
                "error notes-ini-of-a-client",
                &["client", "server"],
            ),
            case(
                "a byte-order mark",
                "mark.ini",
                format!("\u{feff}{}", ini("A=1")),
                FINDINGS,
                "warning notes-ini-byte-order-mark",
                &["byte-order mark"],
            ),
            case(
                "a line without =",
                "line.ini",
                ini("«ServerTasks Router,SMTP»"),
                CLEAN,
                "info notes-ini-line",
                &["without `=`"],
            ),
            case(
                "a semicolon",
                "comment.ini",
                ini("«;SMTPDebug»=0"),
                CLEAN,
                "info notes-ini-comment",
                &["`;SMTPDebug`", "not a comment"],
            ),
            case("no name", "name.ini", ini("«=5»"), FINDINGS, "warning notes-ini-line", &["without a name"]),
            case(
                "a value that is too long",
                "long.ini",
                ini(&format!("ServerTasks=«{}»", "x".repeat(300))),
                FINDINGS,
                "warning notes-ini-value-too-long",
                &["300 bytes", "255"],
            ),
        ],
    );
}

// ---- bytes ------------------------------------------------------------------------------------------------------------

/// A configuration with one wrong entry, an error that shows that a file was read.
const BARE: &str =
    "[[server]]\nname = \"mx1/Acme\"\n\n[[configuration]]\napplies_to = \"*\"\nconnections.allow = [«\"192.0.2.7\"»]\n";
const BARE_RULE: &str = "host-entry-ip-without-brackets";

fn bare() -> (String, Range<usize>) {
    let (text, ranges) = marked(BARE);
    (text, ranges[0].clone())
}

#[test]
fn a_byte_order_mark_moves_no_column() {
    let (text, range) = bare();
    let folder = Folder::new("mark").with("plain.toml", &text).with("mark.toml", format!("\u{feff}{text}"));
    for (file, mark) in [("plain.toml", 0), ("mark.toml", 3)] {
        let report = folder.json(&[file]);
        assert!(problems(&report).is_empty(), "{file}: {report:#}");
        let shown = if mark == 0 { text.clone() } else { format!("\u{feff}{text}") };
        let expected = place_in(&shown, &(range.start + mark..range.end + mark));
        assert_eq!(place(&findings(&report, BARE_RULE)[0]["primary"]), expected, "{file}");
    }
    let report =
        Folder::new("mark_json").with("a.json", "\u{feff}{ \"server\": [ { \"nam\": 1 } ] }").json(&["a.json"]);
    let unknown = list(&report, "problems").iter().find(|problem| problem["code"] == "unknown-key");
    assert_eq!(unknown.map(place), Some("1:17:19 to 1:22:24".to_owned()), "{report:#}");
}

#[test]
fn utf16_is_read_and_mentioned() {
    let (toml, range) = bare();
    let ini = "[Notes]\nKitType=2\nServerName=CN=mx1/O=Acme\nSMTPDebug=1\n".to_owned();
    let ini_range = ini.rfind('1').map(|at| at..at + 1).expect("a value");
    let json = setup_items(r#""Router_PortStatus": "9""#);
    for (name, little) in [("le", true), ("be", false)] {
        for (suffix, mark) in [("mark", true), ("plain", false)] {
            let encode = |text: &str| -> Vec<u8> {
                let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
                marked
                    .encode_utf16()
                    .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
                    .collect()
            };
            let folder = Folder::new(&format!("utf16_{name}_{suffix}"))
                .with("a.toml", encode(&toml))
                .with("a.json", encode(&json))
                .with("notes.ini", encode(&ini));
            let report = folder.json(&["a.toml"]);
            assert_eq!(problems(&report), ["info encoding-utf16"], "{name} {suffix}");
            assert_eq!(place(&findings(&report, BARE_RULE)[0]["primary"]), place_in(&toml, &range), "{name} {suffix}");
            let report = folder.json(&["notes.ini"]);
            assert_eq!(problems(&report), ["info encoding-utf16"], "{name} {suffix}");
            assert_eq!(
                place(&findings(&report, "debug-left-on")[0]["primary"]),
                place_in(&ini, &ini_range),
                "{name} {suffix}"
            );
            let report = folder.json(&["a.json"]);
            assert_eq!(problems(&report), ["info encoding-utf16", "warning unknown-code"], "{name} {suffix}");
            folder.check(&["a.toml"]).says(FINDINGS, &["UTF-16", "a.toml:6:22", "\"192.0.2.7\""]);
        }
    }
    let folder = Folder::new("utf16_odd")
        .with("empty.json", b"\xff\xfe")
        .with("odd.json", b"\xff\xfe{\0}\0\x00")
        .with("lone.json", b"\xff\xfe\"\0\x00\xd8\"\0");
    folder.check(&["empty.json"]).says(INPUT, &["error[input-empty]"]);
    assert_eq!(folder.check(&["odd.json"]).code, INPUT);
    assert_eq!(folder.check(&["lone.json"]).code, INPUT);
}

#[test]
fn bytes_that_are_not_utf8() {
    // The bad byte is the é of Windows-1252. What stands behind it must not be dragged into the excerpt.
    let cases: [(&str, &[u8], i32, &str, &str, &[&str]); 3] = [
        (
            "a.json",
            b"{ \"server\": [\n  { \"name\": \"caf\xe9/Acme\",\n    \"title\": \"next\",\n    \"domain\": \"FAR\" } ] }\n",
            INPUT,
            "error encoding-invalid",
            "2:17:30",
            &["not UTF-8", "save it as UTF-8"],
        ),
        (
            "a.toml",
            b"[[server]]\nname = \"caf\xe9/Acme\"\ntitle = \"next\"\ndomain = \"FAR\"\n",
            INPUT,
            "error encoding-invalid",
            "2:12:22",
            &["not UTF-8", "save it as UTF-8"],
        ),
        (
            "notes.ini",
            b"[Notes]\nKitType=2\nServerName=CN=mx1/O=Acme\nDomain=Caf\xe9\nNext=1\nFAR=1\n",
            FINDINGS,
            "warning encoding-guessed",
            "4:11:53",
            &["not UTF-8", "Windows-1252", "Domain=Café"],
        ),
    ];
    for (file, bytes, exit, problem, start, words) in cases {
        let folder = Folder::new(&format!("not_utf8_{file}")).with(file, bytes);
        let report = folder.json(&[file]);
        assert_eq!(problems(&report), [problem], "{file}");
        let at = place(&list(&report, "problems")[0]);
        assert!(at.starts_with(start), "{file}: {at}, not {start}");
        let human = folder.check(&[file]);
        human.says(exit, words);
        assert!(!human.out.contains("FAR"), "{file}: the excerpt runs on\n{}", human.out);
    }
}

#[test]
fn binary_files() {
    let files: [(&str, &[u8]); 5] = [
        ("names.json", b"\x1a\0\0\x04\0\0\x52\0\x10\0Notes database\xff\xfe\x80"),
        ("zip.json", b"PK\x03\x04\x14\0\0\0\x08\0export.json\xf0\x9f"),
        ("zeros.toml", &[0; 300]),
        ("words.ini", b"\x01\0\0\0\x02\0\0\0\x03\0\0\0"),
        ("gzip.json", b"\x1f\x8b\x08\x08\x8b\x9c\xd1\x65\x02\x03export\x1b[31m\xed\xbd\x07\x60\x1c"),
    ];
    for (file, bytes) in files {
        let folder = Folder::new(&format!("binary_{file}")).with(file, bytes);
        let report = folder.json(&[file]);
        assert_eq!(problems(&report), ["error input-not-understood"], "{file}");
        let human = folder.check(&[file]);
        human.says(INPUT, &["error[input-not-understood]", "binary"]);
        assert_harmless(&human.out, file);
    }
}

#[test]
fn a_nul_in_notes_ini_is_shown_and_not_sent() {
    let ini = format!(
        "[Notes]\nKitType=2\nServerName=CN=mx1/O=Acme\nPadding={}\nDomain=Ac\0me\nSMTPDebug=1\n",
        "x".repeat(80)
    );
    let folder = Folder::new("nul_ini").with("notes.ini", ini);
    let human = folder.check(&["notes.ini"]);
    human.says(FINDINGS, &["debug-left-on"]);
    assert_harmless(&human.out, "notes.ini");
    assert!(human.out.contains("Ac␀me"), "{}", human.out);
}

// ---- the file system --------------------------------------------------------------------------------------------------

#[test]
fn paths_that_lead_to_nothing() {
    let folder =
        Folder::new("paths").with("good.toml", SERVER).with("empty/notes.txt", "x").with("empty/.hidden.toml", SERVER);
    folder.check(&["missing.toml"]).says(INPUT, &["error[input-unreadable]", "missing.toml", "no such file"]);
    folder.check(&["empty"]).says(INPUT, &["error[nothing-to-check]", "nothing to check in `empty`", ".toml", ".ini"]);
    let report = folder.json(&["missing.toml", "good.toml"]);
    assert_eq!(problems(&report), ["error input-unreadable"]);
    assert_eq!(
        (&list(&report, "problems")[0]["path"], &report["summary"]["servers"]),
        (&"missing.toml".into(), &1.into())
    );
    assert_eq!(folder.check(&["missing.toml", "good.toml"]).code, INPUT);
    assert_eq!(folder.check(&["good.toml", "empty"]).code, INPUT);
    assert_eq!(folder.check(&["good.toml"]).code, CLEAN);
    folder.run(&["effective", "missing.toml"]).says(INPUT, &["missing.toml", "no such file"]);
}

#[test]
fn when_nothing_could_be_read_nobody_is_told_that_nothing_was_found() {
    let folder = Folder::new("nothing_read").with("cut.json", "{ \"server\": [");
    for file in ["cut.json", "missing.json"] {
        let report = folder.json(&[file]);
        let open = list(&report, "not_evaluated").len();
        let human = folder.check(&[file]);
        human.says(INPUT, &["error["]);
        let misleading = human.prose().contains("nothing found");
        assert_eq!((open, misleading), (0, false), "{file}: no rule has anything to say about nothing\n{}", human.out);
    }
}

#[test]
#[cfg(unix)]
fn a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("permission").with("locked.toml", SERVER);
    let path = folder.0.join("locked.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions can be set");
    if fs::read(&path).is_ok() {
        println!("skipped: this user reads every file");
        return;
    }
    folder.check(&["locked.toml"]).says(INPUT, &["error[input-unreadable]", "locked.toml", "permission denied"]);
}

#[test]
fn the_same_file_twice_is_one_file() {
    let folder = Folder::new("same").with("sub/env.toml", bare().0);
    let once = folder.json(&["sub"]);
    for paths in [&["sub", "sub/env.toml"][..], &["sub/env.toml", "./sub/env.toml"], &["sub", "sub"]] {
        let report = folder.json(paths);
        assert_eq!(problems(&report), Vec::<String>::new(), "{paths:?}");
        assert_eq!(report["summary"]["servers"], once["summary"]["servers"], "{paths:?}");
        assert_eq!(findings(&report, BARE_RULE).len(), 1, "{paths:?}");
    }
}

#[test]
fn a_path_with_blanks_and_umlauts() {
    let name = "Öffentliche Server/mail konfig – ü.toml";
    let folder = Folder::new("umlauts").with(name, bare().0);
    for path in [name, "Öffentliche Server"] {
        let report = folder.json(&[path]);
        assert_eq!(findings(&report, BARE_RULE)[0]["primary"]["path"], name);
        let human = folder.check(&[path]);
        human.says(FINDINGS, &[BARE_RULE]);
        assert!(human.out.contains(&format!("[{name}:6:22]")), "{}", human.out);
    }
    assert_eq!(folder.run(&["effective", name, "--server", "mx1/Acme"]).code, CLEAN);
}

/// Three inputs that were meant and are broken.
const BROKEN: [(&str, &str); 3] = [
    ("env/b_cut.json", "{ \"serverSetup\": { \"server\": { \"name\": \"mx3\""),
    ("env/c_open.toml", "[[server]]\nname = \n"),
    ("env/d_map.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  a.json: |\n    { \"serverSetup\": { \"a\" 1 } }\n"),
];

fn folder_with_broken_files(name: &str) -> Folder {
    BROKEN.iter().fold(Folder::new(name), |folder, (file, text)| folder.with(file, text))
}

#[test]
fn a_good_file_beside_broken_ones_is_checked() {
    let folder = folder_with_broken_files("beside").with("env/good.toml", bare().0);
    let report = folder.json(&["env"]);
    assert_eq!(problems(&report), ["error json-syntax", "error toml-syntax", "error json-syntax"]);
    let paths: Vec<&str> = list(&report, "problems").iter().filter_map(|problem| problem["path"].as_str()).collect();
    assert_eq!(paths, BROKEN.map(|(file, _)| file));
    assert_eq!(findings(&report, BARE_RULE)[0]["primary"]["path"], "env/good.toml");
    let human = folder.check(&["env"]);
    human.says(INPUT, &[BARE_RULE, "env/good.toml:6:22", "env/b_cut.json:1", "env/c_open.toml:2", "env/d_map.yaml:5"]);
    let shown = folder.run(&["effective", "env"]);
    shown.says(INPUT, &["mx1/Acme", "env/b_cut.json:1", "env/c_open.toml:2", "env/d_map.yaml:5"]);
    assert!(shown.out.contains("mx1/Acme"), "{}", shown.out);
}

#[test]
fn standard_input_is_an_input_like_any_other() {
    let folder = folder_with_broken_files("stdin").with("good.toml", bare().0);
    let run = folder.run_with(&["check", "env", "-", "--stdin-filename", "from pipe.toml"], bare().0.as_bytes());
    run.says(INPUT, &[BARE_RULE, "[from pipe.toml:6:22]", "env/b_cut.json:1", "env/c_open.toml:2", "env/d_map.yaml:5"]);
    for (file, broken) in BROKEN {
        let run = folder.run_with(&["check", "good.toml", "-", "--stdin-filename", file], broken.as_bytes());
        run.says(INPUT, &[BARE_RULE, "[good.toml:6:22]", &format!("[{file}:")]);
        let run = folder.run_with(&["check", "--format", "json", "good.toml", "-"], broken.as_bytes());
        let report = run.json();
        assert_eq!((run.code, problems(&report).len(), findings(&report, BARE_RULE).len()), (INPUT, 1, 1), "{file}");
        assert_eq!(list(&report, "problems")[0]["path"], "standard input");
    }
    folder.run_with(&["check", "-"], b"").says(INPUT, &["error[input-empty]", "standard input", "empty"]);
    let run = folder.run_with(&["effective", "-"], bare().0.as_bytes());
    run.says(CLEAN, &["mx1/Acme", "192.0.2.7"]);
}

#[test]
fn a_reader_who_goes_away_gets_no_complaint() {
    let folder = Folder::new("pipe").with("many.json", many_findings(2_000, 0));
    for arguments in
        [&["check", "many.json"][..], &["check", "--format", "json", "many.json"], &["rules", "--format", "json"]]
    {
        let mut child =
            folder.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        let mut line = String::new();
        let mut reader = BufReader::with_capacity(64, child.stdout.take().expect("a pipe"));
        reader.read_line(&mut line).expect("a line");
        drop(reader);
        let mut complaint = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut complaint).expect("standard error");
        let code = child.wait().expect("ends").code();
        assert!(!line.is_empty() && complaint.is_empty(), "{arguments:?}: {complaint}");
        // `check … | head -1` under `set -o pipefail` must not pass for clean.
        let expected = if arguments[0] == "check" { FINDINGS } else { CLEAN };
        assert_eq!(code, Some(expected), "{arguments:?}");
    }
}

// ---- size -------------------------------------------------------------------------------------------------------------

/// A native description on one line with so many people that it has about so many bytes, and so many wrong entries.
fn many_findings(count: usize, bytes: usize) -> String {
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

// ---- groups -----------------------------------------------------------------------------------------------------------

#[test]
fn groups_that_go_round_in_circles() {
    let groups = [
        ("itself", "[[group]]\nname = \"Hubs\"\nmembers = [\"Hubs\", \"mx1/Acme\"]\n"),
        (
            "a ring",
            "[[group]]\nname = \"Hubs\"\nmembers = [\"B\"]\n[[group]]\nname = \"B\"\nmembers = [\"C\"]\n[[group]]\nname = \"C\"\nmembers = [\"D\", \"mx1/Acme\"]\n[[group]]\nname = \"D\"\nmembers = [\"B\", \"Hubs\"]\n",
        ),
    ];
    for (name, group) in groups {
        let text = format!(
            "{SERVER}smtp_inbound.port = 25\n\n{group}\n[[configuration]]\napplies_to = \"Hubs\"\nsmtp.relay_host = \"relay.acme.example\"\n"
        );
        let folder = Folder::new(&format!("circle_{}", name.replace(' ', "_"))).with("env.toml", &text);
        assert!(folder.check(&["env.toml"]).code <= FINDINGS, "{name}");
        let shown = folder.run(&["effective", "env.toml", "configuration.smtp.relay_host"]);
        shown.says(CLEAN, &["relay.acme.example"]);
        folder.run(&["effective", "env.toml"]).says(CLEAN, &["governing document", "Hubs"]);
        // Nobody is in a ring that names nobody.
        let empty = text.replace(", \"mx1/Acme\"", "");
        fs::write(folder.0.join("env.toml"), empty).expect("written");
        assert!(folder.check(&["env.toml"]).code <= FINDINGS, "{name}");
        let shown = folder.run(&["effective", "env.toml", "configuration.smtp.relay_host"]);
        assert!(!shown.out.contains("relay.acme.example"), "{name}: {}", shown.out);
    }
}

// ---- usage ------------------------------------------------------------------------------------------------------------

#[test]
fn wrong_usage_ends_with_2_and_says_what_to_write() {
    let folder =
        Folder::new("usage").with("env.toml", SERVER).with("norules/readme.md", "x").with("setup.json", setup(""));
    let cases: [(&[&str], &[&str]); 13] = [
        (&["check", "--var", "MAIL_HOST", "setup.json"], &["--var MAIL_HOST", "--var NAME=value"]),
        (&["effective", "--var", "MAIL_HOST", "setup.json"], &["--var MAIL_HOST", "--var NAME=value"]),
        (&["check", "--input-format", "tolm", "env.toml"], &["`tolm`", "did you mean `toml`"]),
        (&["check", "--input-format", "dxl", "env.toml"], &["`dxl`", "one-touch-setup", "notes-ini"]),
        (&["check", "--rules", "norules", "env.toml"], &["no rule files in `norules`"]),
        (&["check", "--rules", "missing.toml", "env.toml"], &["missing.toml", "no such file"]),
        (&["explain", "open-rely"], &["`open-rely`", "did you mean `open-relay`"]),
        (&["explain", "zzzzzz"], &["`zzzzzz`", "maillint rules"]),
        (&["schema", "servr"], &["`servr`", "did you mean `server`"]),
        (&["schema", "zzzzzz"], &["`zzzzzz`", "global_domain", "report"]),
        (&["chekc", "env.toml"], &["chekc", "check"]),
        (&["effective", "env.toml", "--server", "mx2/Acme"], &["`mx2/Acme`", "did you mean `mx1/Acme`"]),
        (&["effective", "env.toml", "smtp_inbound.prot"], &["`smtp_inbound.prot`", "did you mean `smtp_inbound.port`"]),
    ];
    let mut failures = String::new();
    for (arguments, words) in cases {
        let run = folder.run(arguments);
        let prose = run.prose();
        if run.code != USAGE || !run.out.is_empty() {
            let _ = writeln!(failures, "{arguments:?}: exit {}, standard output `{}`", run.code, run.out);
        }
        for word in words.iter().filter(|word| !prose.contains(&word.to_lowercase())) {
            let _ = writeln!(failures, "{arguments:?}: `{word}` is not in\n{}", run.err);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn a_missing_env_file_is_an_input_that_could_not_be_read() {
    let folder = Folder::new("env_file")
        .with("setup.json", setup_items(r#""Router_PortStatus": "9""#))
        .with("bad.env", "MAIL_HOST\nA=1\n");
    let run = folder.check(&["--env-file", "missing.env", "setup.json"]);
    run.says(INPUT, &["error[input-unreadable]", "missing.env", "no such file", "warning[unknown-code]"]);
    folder
        .check(&["--env-file", "bad.env", "setup.json"])
        .says(FINDINGS, &["warning[env-file-line]", "bad.env:1:1", "without `=`"]);
}

// ---- rule files -------------------------------------------------------------------------------------------------------

const RULE: &str = r#"summary = "the port is not 25"
severity = "warning"
confidence = "sure"
subject = "server"
violation = "server.smtp_inbound.port != 25"
message = "the port is {server.smtp_inbound.port}"
help = "Set it to 25."
fix = "Server document > Ports"
why = "Others deliver to 25."
references = ["none"]
since = "0.1.0"

[[bad]]
name = "another port"
input = '''
[[server]]
name = "mx1/Acme"
smtp_inbound.port = 26
'''
finds = [{ document = "mx1/Acme", field = "smtp_inbound.port" }]

[[good]]
name = "25"
input = '''
[[server]]
name = "mx1/Acme"
smtp_inbound.port = 25
'''
"#;

#[test]
fn broken_rule_files_are_underlined_where_they_are_broken() {
    let cases: [(&str, &str, &str, &[&str]); 12] = [
        (
            "a type error",
            "server.smtp_inbound.port != 25\"",
            "«server.smtp_inbound.port != 'a'»\"",
            &["rule-type", "`violation`", "number", "text"],
        ),
        ("an unknown field", "inbound.port != 25", "inbound.«prot» != 25", &["rule-type", "did you mean `port`"]),
        (
            "an unknown field in a text",
            "{server.smtp_inbound.port}",
            "{server.smtp_inbound.«prt»}",
            &["rule-type", "`message`", "did you mean `port`"],
        ),
        (
            "a condition that is a number",
            "\"server.smtp_inbound.port != 25\"",
            "«\"server.smtp_inbound.port\"»",
            &["rule-type", "true or false"],
        ),
        ("a condition that ends too early", "port != 25\"", "port !=\"", &["`violation`"]),
        ("an unknown function", "server.smtp_inbound.port != 25", "«blnk»(server.hostname)", &["did you mean `blank`"]),
        ("an unknown name", "severity =", "«serverity» =", &["rule-invalid", "did you mean `severity`"]),
        ("an unknown severity", "\"warning\"", "«\"warn\"»", &["rule-invalid", "`warn`", "warning"]),
        (
            "an unknown subject",
            "\"server\"\nviolation",
            "«\"sever\"»\nviolation",
            &["rule-invalid", "did you mean `server`"],
        ),
        ("no violation", "violation = \"server.smtp_inbound.port != 25\"\n", "", &["`violation`", "missing"]),
        ("no TOML", "help = \"Set it to 25.\"", "help «Set» it to 25", &["toml-syntax", "not valid TOML"]),
        (
            "a name twice",
            "help = \"Set it to 25.\"",
            "help = \"Set it to 25.\"\n«help» = \"x\"",
            &["duplicate-key", "duplicate"],
        ),
    ];
    let folder = Folder::new("rules").with("env.toml", SERVER).with("rules/port.toml", RULE);
    assert_eq!(folder.check(&["--rules", "rules", "env.toml"]).code, CLEAN);
    let mut failures = String::new();
    for (name, from, to, words) in cases {
        assert_eq!(RULE.matches(from).count(), 1, "{name}");
        let (text, ranges) = marked(&RULE.replace(from, to));
        fs::write(folder.0.join("rules/port.toml"), &text).expect("written");
        for arguments in [
            &["check", "--rules", "rules", "env.toml"][..],
            &["check", "--format", "json", "--rules", "rules/port.toml", "env.toml"],
            &["test", "rules"],
        ] {
            let run = folder.run(arguments);
            let prose = run.prose();
            let mut wrong = Vec::new();
            if run.code != USAGE || !run.out.is_empty() {
                wrong.push(format!("exit {}, standard output `{}`", run.code, run.out));
            }
            wrong.extend(
                words
                    .iter()
                    .filter(|word| !prose.contains(&word.to_lowercase()))
                    .map(|word| format!("`{word}` is not in\n{}", run.err)),
            );
            if let Some(range) = ranges.first() {
                let position = position_in(&text, range.start);
                let heading = format!("[rules/port.toml:{}]", position.rsplit_once(':').expect("an offset").0);
                if !run.err.contains(&heading) {
                    wrong.push(format!("`{heading}` is not in\n{}", run.err));
                }
            } else if !run.err.contains("[rules/port.toml:") {
                wrong.push(format!("no place is named in\n{}", run.err));
            }
            for wrong in wrong {
                let _ = writeln!(failures, "{name}, {arguments:?}: {wrong}");
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

// ---- characters -------------------------------------------------------------------------------------------------------

/// Characters that move a cursor, turn text round or hide it.
const NASTY: [char; 10] =
    ['\u{1b}', '\u{7}', '\r', '\u{8}', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}'];

/// The characters of an output that must not be sent to a terminal as they are.
fn raw_characters(text: &str) -> String {
    let bad =
        |character: &char| NASTY.contains(character) || character.is_control() && !matches!(character, '\n' | '\t');
    let mut raw: Vec<char> = text.chars().filter(bad).collect();
    raw.sort_unstable();
    raw.dedup();
    raw.into_iter().map(|character| format!(" U+{:04X}", u32::from(character))).collect()
}

#[track_caller]
fn assert_harmless(text: &str, what: &str) {
    assert_eq!(raw_characters(text), "", "{what}\n{text:?}");
}

/// What is wrong with the output of a run on input that tries to forge some.
fn forgery(run: &Run, what: &str) -> String {
    let mut wrong = String::new();
    for (stream, text) in [("output", &run.out), ("error", &run.err)] {
        let raw = raw_characters(text);
        if !raw.is_empty() {
            let _ = writeln!(wrong, "{what}: raw{raw} in standard {stream}");
        }
        if text.contains("\n  \u{d7} forged") {
            let _ = writeln!(wrong, "{what}: a line is forged in standard {stream}");
        }
    }
    wrong
}

#[test]
fn control_characters_are_shown_and_not_sent() {
    let nasty: String = NASTY.iter().collect::<String>() + "\n\n  \u{d7} forged finding";
    let escaped = serde_json::to_string(&nasty).expect("a text").trim_matches('"').to_owned();
    let native = format!(
        "{{ \"server\": [ {{ \"name\": \"mx1{escaped}/Acme\", \"hostname\": \"h{escaped}\", \"title\": \"t{escaped}\", \"hostnam{escaped}\": 1 }} ],\n  \"configuration\": [ {{ \"applies_to\": \"*\", \"connections\": {{ \"allow\": [\"10.0.0.1{escaped}\", \"[10.0.0.9-1{escaped}]\"] }} }} ],\n  \"ser{escaped}ver\": [] }}"
    );
    let one_touch = setup_items(&format!(
        "\"Router_PortStatus\": \"9{escaped}\", \"a {escaped} \": 1, \"SMTPFullHostDomain\": \"{{{{ X{escaped} }}}}\", \"TRANSLOG{escaped}\": 1, \"TRANSLOG{escaped}\": 2"
    ));
    let ini_text = nasty.replace(['\n', '\r'], "");
    let ini = format!(
        "[Notes]\nKitType=2\nServerName=CN=mx1{ini_text}/O=Acme\nSMTPDebug=1{ini_text}\nno equals {ini_text}\n;c{ini_text}=1\nSMTPDebug=2{ini_text}\n"
    );
    let toml = format!("[[server]]\nname = \"x{ini_text}\"\n");
    let folder = Folder::new("nasty")
        .with("native.json", native)
        .with("setup.json", one_touch)
        .with("notes.ini", ini)
        .with("broken.toml", toml);
    let mut failures = String::new();
    for file in ["native.json", "setup.json", "notes.ini", "broken.toml"] {
        for arguments in [
            &["check", "-v", file][..],
            &["check", "--format", "json", file],
            &["effective", file],
            &["effective", "--format", "json", file],
            &["effective", file, "--server", "nobody/at/all"],
        ] {
            failures += &forgery(&folder.run(arguments), &format!("{arguments:?}"));
        }
        if !folder.check(&["-v", file]).out.contains('␛') {
            let _ = writeln!(failures, "{file}: the character is not shown");
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    // Programs get the value itself.
    let report = folder.json(&["native.json"]);
    let text = format!("{report}");
    assert!(text.contains("\\u001b") && text.contains('\u{202e}'), "{text}");
}

#[test]
#[cfg(unix)]
fn a_file_name_cannot_forge_output() {
    let name = "a\u{1b}[2K\u{202e}\n  \u{d7} forged.toml";
    let folder = Folder::new("forged").with(&format!("env/{name}"), bare().0);
    let mut failures = String::new();
    for arguments in [
        &["check", "env"][..],
        &["check", "env", "nowhere\u{1b}[2K"],
        &["check", "nowhere\u{1b}[2K"],
        &["effective", "env"],
        &["check", "--format", "json", "env"],
        &["check", "--rules", "env", "env"],
    ] {
        failures += &forgery(&folder.run(arguments), &format!("{arguments:?}"));
    }
    let run = folder.run_with(&["check", "-", "--stdin-filename", name], b"");
    failures += &forgery(&run, "--stdin-filename");
    assert!(failures.is_empty(), "\n{failures}");
}

// ---- secrets ----------------------------------------------------------------------------------------------------------

const SECRET: &str = "hunter2";

/// Files with a password, each with something to underline nearby.
fn files_with_secrets() -> Vec<(&'static str, &'static str, String)> {
    let mut files = Vec::new();
    // One-touch setup, well-formed. `AT` is the spot of the password.
    let whole = setup_items(r#""Router_PortStatus": "9""#);
    let org = "\"orgName\": \"Acme\" }";
    let with = |member: &str| whole.replace(org, &format!("\"orgName\": \"Acme\",\n{member} }}"));
    files.push(("setup, next line", "a.json", with("\"certifierPassword\": \"hunter2\",\n\"orgNam\": 1")));
    files.push(("setup, line before", "a.json", with("\"orgNam\": 1,\n\"certifierPassword\": \"hunter2\"")));
    files.push(("setup, same line", "a.json", with("\"orgNam\": 1, \"certifierPassword\": \"hunter2\"")));
    files.push(("setup, on the password", "a.json", with("\"certifierPassword\": \"hunter2{{ REST }}\"")));
    files.push((
        "setup, a password twice",
        "a.json",
        with("\"certifierPassword\": \"hunter2\", \"certifierPassword\": \"hunter2b\""),
    ));
    files.push((
        "setup, the value on the next line",
        "a.json",
        with("\"certifierPassword\":\n\n\"hunter2\", \"orgNam\": 1"),
    ));
    files.push((
        "setup, with an escaped quote",
        "a.json",
        with("\"certifierPassword\": \"x\\\"hunter2\", \"orgNam\": 1"),
    ));
    files.push(("setup, an escaped name", "a.json", with("\"certifierPassw\\u006frd\": \"hunter2\", \"orgNam\": 1")));
    files.push((
        "setup, a password as a list",
        "a.json",
        with("\"certifierPassword\": [ \"hunter2\" ], \"orgNam\": 1"),
    ));
    files.push((
        "setup, all on one line",
        "a.json",
        with("\"certifierPassword\": \"hunter2\", \"orgNam\": 1").replace('\n', " "),
    ));
    for (name, item) in [
        ("setup, an item", "\"HTTPPassword\": \"hunter2\", \"SMTP_Portt\": 1"),
        ("setup, a typed item", "\"HTTPPassword\": { \"type\": \"text\", \"value\": \"hunter2\" }, \"SMTP_Portt\": 1"),
        (
            "setup, a typed item over lines",
            "\"HTTPPassword\": {\n\"type\": \"text\",\n\"value\": \"hunter2\" },\n\"SMTP_Portt\": 1",
        ),
    ] {
        files.push((name, "a.json", setup_items(&format!("{item}, \"Router_PortStatus\": \"9\""))));
    }
    files.push((
        "setup, notesINI",
        "a.json",
        whole.replace("\"org\":", "\"notesINI\": { \"LDAP_Password\": \"hunter2\", \"SMTPDebug\": \"1\" },\n\"org\":"),
    ));
    files.push((
        "setup, users",
        "a.json",
        whole.replace(
            "\"org\":",
            "\"registerUsers\": { \"users\": [ { \"lastName\": \"Doe\", \"passwort\": 1,\n\"password\": \"hunter2\", \"shortNam\": 1 } ] },\n\"org\":",
        ),
    ));
    // One-touch setup, broken near the password.
    for (name, member) in [
        ("broken setup, a comma is missing behind it", "\"certifierPassword\": \"hunter2\"\n\"x\": 1"),
        ("broken setup, a comma is missing before it", "\"x\": 1\n\"certifierPassword\": \"hunter2\""),
        ("broken setup, a colon is missing", "\"certifierPassword\" \"hunter2\""),
        ("broken setup, an equals sign", "\"certifierPassword\" = \"hunter2\""),
        ("broken setup, not quoted", "\"certifierPassword\": hunter2, \"x\": 1"),
        ("broken setup, not closed", "\"certifierPassword\": \"hunter2,\n\"x\": 1"),
        ("broken setup, not opened", "\"certifierPassword\": hunter2\",\n\"x\": 1"),
        ("broken setup, single quotes", "'certifierPassword': 'hunter2',\n\"x\": 1"),
        ("broken setup, typographic quotes", "“certifierPassword”: “hunter2”,\n\"x\": 1"),
        ("broken setup, typographic quotes around the value", "\"certifierPassword\": “hunter2”,\n\"x\": 1"),
        ("broken setup, a comment", "\"x\": 1, // certifierPassword: hunter2\n\"y\": 1"),
        ("broken setup, a tab in it", "\"certifierPassword\": \"a\thunter2\""),
        ("broken setup, a line break in it", "\"certifierPassword\": \"a\nhunter2\""),
        ("broken setup, a comma too many", "\"certifierPassword\": \"hunter2\","),
    ] {
        files.push((name, "a.json", with(member)));
    }
    files.push(("a ConfigMap", "a.yaml", config_map("|", &with("\"certifierPassword\": \"hunter2\", \"orgNam\": 1"))));
    files.push((
        "a broken ConfigMap",
        "a.yaml",
        config_map("|", &with("\"certifierPassword\": \"hunter2\" \"orgNam\": 1")),
    ));
    files.push((
        "a broken YAML",
        "a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nstringData:\n  password: hunter2\n  a: [1,\nb: 2\n".to_owned(),
    ));
    // The native description.
    for (name, lines) in [
        ("TOML, the name is unknown", "password = \"hunter2\"\n"),
        ("TOML, same line", "smtp_inbound = { prot = 1, password = \"hunter2\" }\n"),
        ("TOML, next line", "hostnam = 1\nsmtp_password = 'hunter2'\n"),
        ("TOML, three quotes", "hostnam = 1\npassword = \"\"\"\nhunter2\"\"\"\n"),
        ("TOML, three quotes over many lines", "password = '''\na\nb\nc\nhunter2\n'''\nhostnam = 1\n"),
        ("TOML, a list", "password = [\"hunter2\"]\nhostnam = 1\n"),
        ("TOML, a quoted name", "\"relay password\" = \"hunter2\"\nhostnam = 1\n"),
        ("TOML, a dotted name", "password.value = \"hunter2\"\nhostnam = 1\n"),
        ("TOML, a table", "[server.password]\nvalue = \"hunter2\"\n"),
        ("broken TOML, not quoted", "password = hunter2\n"),
        ("broken TOML, not closed", "password = \"hunter2\nhostname = 1\n"),
        ("broken TOML, no equals sign", "password \"hunter2\"\n"),
        ("broken TOML, a colon", "password: \"hunter2\"\n"),
        ("broken TOML, twice", "password = \"a\"\npassword = \"hunter2\"\n"),
    ] {
        files.push((name, "a.toml", format!("{SERVER}{lines}")));
    }
    // notes.ini.
    let ini = |lines: &str| format!("[Notes]\nKitType=2\nServerName=CN=mx1/O=Acme\n{lines}\nLast=1\n");
    for (name, lines) in [
        ("notes.ini, next line", "SMTPDebug=1\nLDAPPassword=hunter2"),
        ("notes.ini, line before", "LDAPPassword=hunter2\nSMTPDebug=1"),
        ("notes.ini, a blank", "LDAPPassword = hunter2"),
        ("notes.ini, too long", "LDAPPassword=hunter2LONG"),
        ("notes.ini, twice", "LDAPPassword=a\nLDAPPassword=hunter2\nSMTPDebug=1\nSMTPDebug=2"),
        ("notes.ini, a semicolon", ";LDAPPassword=hunter2"),
        ("notes.ini, no equals sign", "LDAPPassword hunter2"),
        ("notes.ini, no name", "=1 LDAPPassword=hunter2"),
    ] {
        files.push((name, "notes.ini", ini(lines).replace("LONG", &"x".repeat(300))));
    }
    files
}

#[test]
fn passwords_appear_nowhere() {
    let folder = Folder::new("secrets");
    let mut failures = String::new();
    for (name, file, text) in files_with_secrets() {
        assert!(text.contains(SECRET), "{name}");
        fs::write(folder.0.join(file), &text).expect("written");
        for arguments in [
            &["check", "-v", file][..],
            &["check", "-v", "--format", "json", file],
            &["effective", file],
            &["effective", "--format", "json", file],
            &["effective", file, "notes_ini"],
        ] {
            let run = folder.run(arguments);
            for (stream, shown) in [("output", &run.out), ("error", &run.err)] {
                let lines: Vec<&str> = shown.lines().filter(|line| line.contains(SECRET)).collect();
                if !lines.is_empty() {
                    let _ = writeln!(failures, "{name}: {arguments:?}, standard {stream}:\n{}", lines.join("\n"));
                }
            }
        }
        let shown = folder.check(&[file]);
        if !shown.out.contains(&format!("[{file}:")) {
            let _ = writeln!(failures, "{name}: nothing is underlined, so nothing is tried\n{}", shown.out);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn passwords_from_outside_appear_nowhere() {
    let text = setup_items("\"Router_PortStatus\": \"9\"").replace(
        "\"orgName\": \"Acme\"",
        "\"orgName\": \"Acme\", \"certifierPassword\": \"{{ CERT_PASSWORD }}\", \"orgNam\": 1",
    );
    let folder = Folder::new("secrets_outside")
        .with("setup.json", text)
        .with("quoted.env", "CERT_PASSWORD=\"hunter2\"\n")
        .with("broken.env", "CERT_PASSWORD: hunter2\nA\n")
        .with("plain.env", "CERT_PASSWORD=hunter2\nA\n");
    let values = [
        ["--var", "CERT_PASSWORD=hunter2"],
        ["--var", "CERT_PASSWORD:hunter2"],
        ["--env-file", "quoted.env"],
        ["--env-file", "plain.env"],
        ["--env-file", "broken.env"],
    ];
    let mut failures = String::new();
    for value in values {
        for command in [
            &["check", "-v", "setup.json"][..],
            &["check", "--format", "json", "setup.json"],
            &["effective", "setup.json"],
            &["effective", "--format", "json", "setup.json"],
        ] {
            let run = folder.run(&[command, &value].concat());
            if run.out.contains(SECRET) || run.err.contains(SECRET) {
                let _ = writeln!(failures, "{command:?} {value:?}\n{}{}", run.out, run.err);
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// What people see of a secret is the mask.
#[test]
fn a_masked_password_is_still_underlined() {
    let folder = Folder::new("mask").with("a.json", setup_items("\"HTTPPassword\": \"hunter2{{ X }}\""));
    let human = folder.check(&["a.json"]);
    assert!(human.out.contains("\"HTTPPassword\": \"********\""), "{}", human.out);
}
