//! What README.md and the guide to rules promise: their commands with their output, and the sentences around them.

#![allow(
    clippy::expect_used,
    clippy::case_sensitive_file_extension_comparisons,
    reason = "a test that cannot set up fails"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use maillint::read::Format;
use serde_json::Value as Json;

const README: &str = include_str!("../README.md");
const GUIDE: &str = include_str!("../docs/writing-rules.md");
const CARGO: &str = include_str!("../Cargo.toml");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// An empty folder for one test.
fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder can be emptied");
    }
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

fn maillint(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maillint"));
    command.current_dir(root()).args(arguments).stdin(Stdio::null());
    for name in ["LANG", "LC_CTYPE", "CLICOLOR_FORCE", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C.UTF-8").env("COLUMNS", "100");
    command
}

fn run(arguments: &[&str]) -> Output {
    maillint(arguments).output().expect("maillint runs")
}

fn code(arguments: &[&str]) -> i32 {
    run(arguments).status.code().expect("an exit code")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the output is UTF-8")
}

fn json(arguments: &[&str]) -> Json {
    serde_json::from_slice(&run(arguments).stdout).expect("the output is JSON")
}

fn rules_found(report: &Json) -> Vec<&str> {
    report["findings"].as_array().expect("findings").iter().filter_map(|finding| finding["rule"].as_str()).collect()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, target).expect("the file can be copied");
        }
    }
}

/// The `toml` blocks of a text that begin with a comment with a file name: name and content.
fn files(text: &str) -> Vec<(&str, &str)> {
    text.split("\n```toml\n# ")
        .skip(1)
        .filter_map(|rest| rest.split_once("\n```\n"))
        .filter_map(|(block, _)| Some((block.split_once('\n')?.0, block)))
        .filter(|(name, _)| name.ends_with(".toml"))
        .collect()
}

/// Runs the console blocks of a Markdown file in a folder with the examples and the file's own `toml` blocks in it.
/// With `TRYCMD=overwrite` the output in the file is renewed.
fn commands_print_what_the_file_says(file: &str) {
    let folder = scratch(&file.replace('/', "-"));
    let copy = folder.join("text.md");
    fs::copy(root().join(file), &copy).expect("the file can be copied");
    let inside = folder.join("text.in");
    copy_folder(&root().join("examples"), &inside.join("examples"));
    let text = fs::read_to_string(&copy).expect("the file can be read");
    for (name, block) in files(&text) {
        fs::write(inside.join(name), format!("# {block}\n")).expect("the block can be written");
    }
    let overwrite = std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite");
    let ran = std::panic::catch_unwind(|| {
        trycmd::TestCases::new()
            .register_bin("maillint", Path::new(env!("CARGO_BIN_EXE_maillint")))
            .env("LC_ALL", "C.UTF-8")
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .case(&copy)
            .run();
    });
    if overwrite {
        fs::copy(&copy, root().join(file)).expect("the file can be written");
    }
    assert!(ran.is_ok(), "{file}: renew the output with TRYCMD=overwrite cargo test --test readme, and read it");
}

#[test]
fn the_commands_in_the_readme_print_what_it_says() {
    commands_print_what_the_file_says("README.md");
    let text = fs::read_to_string(root().join("README.md")).expect("the file can be read");
    assert!(text.contains("$ maillint check examples/02-refused\n? 1\n"), "the main job is there");
}

#[test]
fn the_commands_in_the_guide_print_what_it_says() {
    commands_print_what_the_file_says("docs/writing-rules.md");
}

#[test]
fn the_commands_in_the_other_guides_print_what_they_say() {
    commands_print_what_the_file_says("docs/simulate.md");
}

#[test]
fn the_commands_in_the_examples_print_what_they_say() {
    for entry in fs::read_dir(root().join("examples")).expect("examples") {
        let readme = entry.expect("an entry").path().join("README.md");
        if readme.is_file() {
            let name = readme.strip_prefix(root()).expect("inside").to_string_lossy().replace('\\', "/");
            commands_print_what_the_file_says(&name);
        }
    }
}

#[test]
fn the_refused_case_blames_nothing_that_is_right() {
    let report = json(&["check", "examples/02-refused", "--format", "json"]);
    for rule in rules_found(&report) {
        let page = json(&["explain", rule, "--format", "json"]);
        let category = page["category"].as_str().expect("a category");
        assert!(!["listener", "ports", "sites", "restrictions", "auth"].contains(&category), "{rule}");
    }
    let open = report["not_evaluated"].as_array().expect("a list");
    assert!(open.iter().any(|open| open["rule"] == "open-relay" && open["reason"] != ""));
}

#[test]
fn the_rule_in_the_readme_passes_its_tests_and_finds_what_the_readme_says() {
    let [(name, rule)] = files(README)[..] else { panic!("the README has one rule") };
    let folder = scratch("rule");
    let path = folder.join(name);
    fs::write(&path, format!("# {rule}\n")).expect("the rule can be written");
    let path = path.to_str().expect("UTF-8");
    assert_eq!(code(&["test", path]), 0);
    let report = json(&["check", "--rules", path, "--format", "json", "examples/04-open-relay"]);
    let found: Vec<&Json> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["rule"] == "partner-tls-missing")
        .collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["subject"]["name"], "hub2/Kestrel");
    assert_eq!(found[0]["primary"]["field"], "extensions.starttls");
    assert_eq!(code(&["explain", "--rules", path, "partner-tls-missing"]), 0);
    // A folder of rules works as well.
    assert_eq!(code(&["test", folder.to_str().expect("UTF-8")]), 0);
    let report = json(&["check", "--rules", path, "--format", "json", "examples/01-clean"]);
    assert!(rules_found(&report).is_empty());
}

#[test]
fn the_rule_in_the_guide_passes_its_tests() {
    let folder = scratch("guide-rule");
    let (name, rule) = files(GUIDE).into_iter().next().expect("a rule");
    let path = folder.join(name);
    fs::write(&path, format!("# {rule}\n")).expect("the rule can be written");
    assert_eq!(code(&["test", path.to_str().expect("UTF-8")]), 0);
}

#[test]
fn the_table_of_commands_is_that_of_the_program() {
    let help = stdout(&run(&["--help"]));
    let commands = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("the commands");
    let mut known: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let mut told: Vec<&str> = README
        .lines()
        .filter_map(|line| line.strip_prefix("| `maillint "))
        .filter_map(|rest| rest.split([' ', '`']).next())
        .collect();
    known.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, known);
}

#[test]
fn the_table_of_formats_is_that_of_the_program() {
    let section = section("What it reads");
    let told: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| ") && line.ends_with("` |"))
        .filter_map(|line| line.rsplit('`').nth(1))
        .filter(|name| !name.starts_with("--"))
        .collect();
    let known: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    assert_eq!(told, known);
}

fn section(title: &str) -> &'static str {
    README
        .split(&format!("\n## {title}\n"))
        .nth(1)
        .and_then(|rest| rest.split("\n## ").next())
        .expect("the README has the section")
}

#[test]
fn links_lead_somewhere() {
    for (path, folder) in [
        "README.md",
        "docs/writing-rules.md",
        "docs/exporting.md",
        "docs/item-names.md",
        "docs/simulate.md",
        "examples/README.md",
    ]
    .map(|path| (path, root().join(path).parent().expect("a folder").to_path_buf()))
    {
        let text = fs::read_to_string(root().join(path)).expect("a document");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { root().join(path) } else { folder.join(file) };
            assert!(link.starts_with("https://") || file.exists(), "{path}: {link} leads nowhere");
            let anchor =
                |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-").replace('.', "");
            let headings = || text.lines().filter(|line| line.starts_with('#')).map(anchor);
            assert!(heading.is_empty() || !link.starts_with('#') || headings().any(|known| known == heading), "{link}");
        }
    }
}

#[test]
fn version_licence_and_compiler_are_those_of_the_package() {
    let package: toml::Table = CARGO.parse().expect("Cargo.toml is TOML");
    let field = |name: &str| package["package"][name].as_str().expect("a text").to_owned();
    assert!(README.contains(&format!("minimum supported Rust version is {}.", field("rust-version"))));
    assert!(README.contains(&format!("Rust {} or later", field("rust-version"))));
    assert!(README.contains(&format!("In short: {}.", field("license"))));
    let changes = fs::read_to_string(root().join("CHANGELOG.md")).expect("the changelog");
    assert!(changes.contains(&format!("\n## [{}]", field("version"))));
    let licence = |name: &str| fs::read_to_string(root().join(name)).expect("the licence");
    assert!(licence("LICENSE-MIT").contains("maillint contributors"));
    assert!(licence("LICENSE-APACHE").contains("END OF TERMS AND CONDITIONS"));
}

const CLEAN: &str = "examples/01-clean";
const BAD: &str = "examples/03-sites-without-smtp-site";

#[test]
fn exit_codes_are_as_told() {
    assert_eq!(code(&["check", CLEAN]), 0);
    assert_eq!(code(&["check", BAD]), 1);
    assert_eq!(code(&["check", "--no-such-option"]), 2);
    let folder = scratch("exit-codes");
    let rule = folder.join("broken.toml");
    fs::write(&rule, "summary = 1\n").expect("written");
    assert_eq!(code(&["check", "--rules", rule.to_str().expect("UTF-8"), CLEAN]), 2);
    assert_eq!(code(&["check", "no-such-file.toml"]), 3);
    let empty = scratch("nothing-to-check");
    assert_eq!(code(&["check", empty.to_str().expect("UTF-8")]), 3);
    // An input that cannot be read hides no finding of another.
    let both = run(&["check", "no-such-file.toml", BAD]);
    assert_eq!(both.status.code(), Some(3));
    assert!(stdout(&both).contains("sites-enabled-no-smtp-site"));
}

#[test]
fn the_threshold_is_warning_unless_told_otherwise() {
    let (error, warning, note) = (BAD, scratch("warning"), scratch("note"));
    fs::write(warning.join("notes.ini"), "[Notes]\nServerName=mx1/Acme\nDomain=Acme\nDomain=Acme2\n").expect("written");
    let clean = fs::read_to_string(root().join("examples/01-clean/nordwind.toml")).expect("the example");
    let without = clean.replace("internet_address = \"postmaster@nordwind.example\"\n", "");
    assert_ne!(without, clean);
    fs::write(note.join("note.toml"), without).expect("written");
    let (warning, note) = (warning.to_str().expect("UTF-8"), note.to_str().expect("UTF-8"));
    let with = |threshold: &str| [error, warning, note].map(|path| code(&["check", "--fail-on", threshold, path]));
    assert_eq!(with("error"), [1, 0, 0]);
    assert_eq!(with("warning"), [1, 1, 0]);
    assert_eq!(with("info"), [1, 1, 1]);
    assert_eq!(with("never"), [0, 0, 0]);
    assert_eq!([error, warning, note].map(|path| code(&["check", path])), with("warning"));
}

/// Writes a file whose format its name does not tell, and says how it is read.
fn recognised(bytes: &[u8]) -> String {
    let folder = scratch("recognised");
    let path = folder.join("export.txt");
    fs::write(&path, bytes).expect("written");
    stdout(&run(&["check", path.to_str().expect("UTF-8")]))
}

#[test]
fn formats_are_recognised_by_the_content() {
    let native = "[[server]]\nname = 'mx1/Acme'\n";
    let setup = fs::read_to_string(root().join("examples/05-one-touch-setup/setup.json")).expect("the example");
    let indented = format!("    {}\n", setup.trim_end().replace('\n', "\n    "));
    let map = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: setup\ndata:\n  setup.json: |\n{indented}");
    for (text, format) in [
        (native, "native description (TOML)"),
        ("{ \"server\": [{ \"name\": \"mx1/Acme\" }] }", "native description (JSON)"),
        (&setup, "one-touch setup"),
        (&map, "one-touch setup in a ConfigMap"),
        ("[Notes]\nServerName=mx1/Acme\n", "notes.ini"),
    ] {
        let told = recognised(text.as_bytes());
        assert!(told.contains(&format!(" as {format}: ")), "{format}: {told}");
        let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let told = recognised(&utf16);
        assert!(told.contains(&format!(" as {format}: ")), "UTF-16, {format}: {told}");
    }
}

#[test]
fn the_format_can_be_named() {
    let mut child = maillint(&["check", "-", "--input-format", "toml"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("maillint runs");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(b"[[server]]\nname = 'mx1/Acme'\n").expect("written");
    drop(input);
    let output = child.wait_with_output().expect("maillint ends");
    assert!(stdout(&output).contains("standard input as native description (TOML)"));
    // The same text under another format's name is not understood.
    let path = "examples/01-clean/nordwind.toml";
    assert_eq!(code(&["check", "--input-format", "json", path]), 3);
}

#[test]
fn a_folder_is_read_with_its_subfolders() {
    let folder = scratch("folder");
    for (name, server) in [("a.toml", "a"), ("sub/b.TOML", "b"), ("sub/deep/c.json", "c"), ("d.md", "d")] {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        let text = if name.ends_with("json") {
            format!("{{ \"server\": [{{ \"name\": \"{server}/Acme\" }}] }}")
        } else {
            format!("[[server]]\nname = '{server}/Acme'\n")
        };
        fs::write(path, text).expect("written");
    }
    let report = json(&["check", "--format", "json", folder.to_str().expect("UTF-8")]);
    assert_eq!(report["summary"]["servers"], 3);
}

const SETUP: &str = "examples/05-one-touch-setup/setup.json";
const ENV: &str = "examples/05-one-touch-setup/setup.env";

#[test]
fn placeholders_take_values_and_var_wins() {
    let domain = |arguments: &[&str]| {
        let mut all = vec!["effective", "--format", "json", SETUP, "domain"];
        all.extend(arguments);
        json(&all)["servers"][0]["fields"][0].clone()
    };
    assert_eq!(domain(&["--env-file", ENV])["value"], "Fjord");
    let var = ["--env-file", ENV, "--var", "SERVERSETUP_SERVER_DOMAINNAME=Other"];
    assert_eq!(domain(&var)["value"], "Other");
    assert_eq!(domain(&[])["state"], "unknown");
}

#[test]
fn stating_the_missing_fact_settles_a_check() {
    let open = |paths: &[&str]| {
        let mut all = vec!["check", "--format", "json"];
        all.extend(paths);
        json(&all)["not_evaluated"].as_array().expect("a list").iter().any(|open| open["rule"] == "open-relay")
    };
    assert!(open(&["examples/02-refused"]));
    let folder = scratch("settled");
    copy_folder(&root().join("examples/02-refused"), &folder);
    let path = folder.join("environment.toml");
    let text = fs::read_to_string(&path).expect("the example");
    let stated = "[configuration.relay]\ndeny_destinations = [\"*\"]\ndeny_hosts = [\"*\"]\n\n[configuration.smtp]";
    fs::write(&path, text.replace("[configuration.smtp]", stated)).expect("written");
    assert!(!open(&[folder.to_str().expect("UTF-8")]));
}

#[test]
fn verbose_lists_everything_that_was_not_decided() {
    let report = json(&["check", SETUP, "--format", "json"]);
    let open = report["not_evaluated"].as_array().expect("a list");
    assert!(!open.is_empty());
    // A paragraph may go over several lines.
    let shown = stdout(&run(&["check", SETUP, "--verbose"])).replace("\n      ", " ");
    for rule in open.iter().filter_map(|open| open["rule"].as_str()) {
        let paragraph = |line: &str| {
            let names = line.strip_prefix("  ").and_then(|line| line.split_once(": needed for "));
            names.is_some_and(|(_, names)| names.split(", ").any(|name| name == rule))
        };
        assert!(shown.lines().any(paragraph), "{rule}");
    }
}

#[test]
fn places_count_from_one_in_characters_and_from_zero_in_bytes() {
    let text = "# Größe\n[[server]]\ntitle = 'ä'\nname = 'mx1/Acme'\nsmtp_listener = true\ninternet_sites = true # 😀\n\
                [[configuration]]\napplies_to = '*'\ndefault = true\n'connections' = { 'allow' = ['ä.example', '10.0.0.5'] }\n";
    let folder = scratch("places");
    let path = folder.join("acme.toml");
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes().to_vec(), utf16] {
        fs::write(&path, bytes).expect("written");
        let report = json(&["check", "--format", "json", path.to_str().expect("UTF-8")]);
        let found = report["findings"].as_array().expect("findings");
        let finding =
            found.iter().find(|finding| finding["rule"] == "host-entry-ip-without-brackets").expect("the finding");
        let start = &finding["primary"]["start"];
        let offset = text.find("'10.0.0.5'").expect("there");
        let before = text.get(..offset).expect("a character begins here");
        let column = before.chars().rev().take_while(|character| *character != '\n').count() as u64 + 1;
        assert_eq!(start["line"], 10);
        // The place is the value, with or without its quotes.
        let quote = start["offset"].as_u64().expect("a number") - offset as u64;
        assert!(quote <= 1);
        assert_eq!(start["column"], column + quote);
    }
}

fn in_terminal(arguments: &[&str], environment: &[(&str, &str)]) -> String {
    stdout(&maillint(arguments).envs(environment.iter().copied()).output().expect("maillint runs"))
}

#[test]
fn colours_follow_the_environment_and_the_option() {
    let coloured = |options: &[&str], environment: &[(&str, &str)]| {
        let mut all = vec!["check", BAD];
        all.extend(options);
        in_terminal(&all, environment).contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]), "a pipe is no terminal");
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn width_and_characters_follow_the_environment() {
    let longest = |columns: &str| {
        let text = in_terminal(&["explain", "open-relay"], &[("COLUMNS", columns)]);
        let why = text.split("Why\n").nth(1).and_then(|rest| rest.split("Condition\n").next()).expect("the text");
        why.lines().map(|line| line.chars().count()).max().unwrap_or(0)
    };
    assert!(longest("60") <= 60);
    assert!((61..=100).contains(&longest("100")));
    let folder = scratch("ascii");
    let path = folder.join("acme.toml");
    fs::write(&path, "[[server]]\nname = 'Müller/Acme'\ninternet_sites = true\nsmtp_listener = true\n")
        .expect("written");
    let path = path.to_str().expect("UTF-8");
    assert!(in_terminal(&["check", path], &[("LC_ALL", "de_DE.UTF-8")]).contains('╭'));
    for arguments in [["check", path], ["effective", path]] {
        assert!(in_terminal(&arguments, &[("LC_ALL", "C")]).is_ascii());
        // LC_ALL, then LC_CTYPE, then LANG.
        let empty = [("LC_ALL", ""), ("LC_CTYPE", "C"), ("LANG", "de_DE.UTF-8")];
        assert!(in_terminal(&arguments, &empty).is_ascii());
        assert!(!in_terminal(&arguments, &[("LC_ALL", ""), ("LANG", "de_DE.UTF-8")]).is_ascii());
    }
}

#[test]
fn secrets_are_masked_and_control_characters_shown() {
    for arguments in [
        vec!["check", "--env-file", ENV, SETUP],
        vec!["check", "--env-file", ENV, SETUP, "--format", "json"],
        vec!["check", SETUP, "--verbose"],
        vec!["effective", "--env-file", ENV, SETUP],
        vec!["effective", "--env-file", ENV, SETUP, "--format", "json"],
    ] {
        let output = run(&arguments);
        assert!(!output.stdout.is_empty());
        for bytes in [&output.stdout, &output.stderr] {
            assert!(!String::from_utf8_lossy(bytes).contains("replace-me-"), "{arguments:?}");
        }
    }
    let folder = scratch("secrets");
    let path = folder.join("setup.json");
    // The excerpt around the unknown key shows the lines with secrets beside it.
    let text = "{\n  \"serverSetup\": {\n    \"org\": {\n      \"certifierPassword\": \"hunter2hunter2\",\n      \"orgNam\": \"{{ X }}\",\n      \"secret\": \"hunter2hunter2\"\n    }\n  }\n}\n";
    fs::write(&path, text).expect("written");
    let shown = stdout(&run(&["check", path.to_str().expect("UTF-8")]));
    assert!(shown.contains("orgNam") && !shown.contains("hunter2"), "{shown}");
    let path = folder.join("control.toml");
    fs::write(
        &path,
        "[[server]]\nname = \"mx1\\u001b[31m/Acme\"\ninternet_sites = true\nsmtp_listener = true\n[[site]]\nprotocol = 'web'\nname = 'www'\nservers = ['x']\n",
    )
    .expect("written");
    let shown = stdout(&run(&["check", path.to_str().expect("UTF-8")]));
    assert!(shown.contains("sites-enabled-no-smtp-site") && !shown.contains('\u{1b}'), "{shown}");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn nothing_in_the_program_opens_a_connection() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    for path in files {
        let text = fs::read_to_string(&path).expect("the file can be read");
        for word in ["TcpStream", "TcpListener", "UdpSocket", "UnixStream", "ToSocketAddrs", "process::Command"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("the lock file");
    for name in
        ["reqwest", "hyper", "ureq", "curl", "socket2", "mio", "tokio", "native-tls", "rustls", "hickory-resolver"]
    {
        assert!(!lock.contains(&format!("name = \"{name}\"\n")), "{name} is a dependency");
    }
}
