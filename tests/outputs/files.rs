//! Several reports at once, and what becomes of them when something goes wrong.

use std::fs;
use std::process::{Command, Stdio};

use crate::common::{list, problems};
use crate::folder::{CLEAN, FINDINGS, Folder, USAGE};

const BAD: &str = "[[server]]\nname = 'mx1/Acme'\nhostname = 'mx1'\nsmtp_listener = true\n";

#[test]
fn several_reports_at_once() {
    let folder = Folder::new("several").with("mx.toml", BAD).with("old.xml", "before");
    let run = folder.check(&["mx.toml", "--format", "concise", "--output", "json=a.json", "--output", "junit=old.xml"]);
    assert_eq!(run.code, FINDINGS);
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.0.join("a.json")).expect("a file")).expect("JSON");
    let junit = fs::read_to_string(folder.0.join("old.xml")).expect("a file");
    assert!(junit.contains("</testsuites>") && run.out.contains("mx.toml:"));
    assert_eq!(json["version"], 1);
    let left: Vec<_> = fs::read_dir(&folder.0).expect("the folder").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 3, "nothing else is left behind: {left:?}");
}

#[test]
fn outputs_of_maillint_toml() {
    let folder = Folder::new("configured")
        .with("maillint.toml", "[output]\nformat = 'concise'\nmax_findings = 1\nfiles = { json = 'out.json' }\n")
        .with("sub/mx.toml", BAD);
    let run = folder.check(&["sub"]);
    assert!(run.out.starts_with("sub/mx.toml:") && run.out.contains("not shown"), "{}", run.out);
    assert!(folder.0.join("out.json").exists());
    assert_eq!(folder.check(&["sub", "--format", "human"]).code, run.code);
}

#[test]
fn mistakes_in_output_are_told() {
    let folder = Folder::new("output-mistakes").with("mx.toml", BAD);
    folder.check(&["mx.toml", "--output", "sarif"]).says(USAGE, &["FORMAT=FILE"]);
    folder.check(&["mx.toml", "--output", "sarv=x"]).says(USAGE, &["there is no format `sarv`"]);
    folder.check(&["mx.toml", "--output", "json="]).says(USAGE, &["name of the file is missing"]);
    folder
        .check(&["mx.toml", "--output", "json=no/such/folder.json"])
        .says(USAGE, &["no/such/folder.json", "no such file"]);
    folder.check(&["mx.toml", "--output", "json=."]).says(USAGE, &["`.`"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told_and_leaves_the_old_report() {
    let folder = Folder::new("full").with("mx.toml", BAD);
    let run = folder.check(&["mx.toml", "--output", "json=/dev/full"]);
    run.says(USAGE, &["/dev/full", "no space left"]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let mut command = folder.command(&["check", "mx.toml"]);
    let output = command.stdout(Stdio::from(full)).stderr(Stdio::piped()).output().expect("runs");
    assert_eq!(output.status.code(), Some(USAGE));
    assert!(String::from_utf8_lossy(&output.stderr).contains("No space left"));
    assert_eq!(folder.check(&["mx.toml", "--output", "json=/dev/null", "--fail-on", "never"]).code, CLEAN);
}

#[test]
#[cfg(unix)]
fn a_file_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("read-only").with("mx.toml", BAD).with("locked/x", "");
    let locked = folder.0.join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).expect("set");
    if fs::write(locked.join("probe"), "").is_ok() {
        println!("skipped: this user writes everywhere");
        let _ = fs::remove_file(locked.join("probe"));
    } else {
        folder
            .check(&["mx.toml", "--output", "json=locked/a.json"])
            .says(USAGE, &["locked/a.json", "permission denied"]);
    }
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).expect("set");
}

#[test]
#[cfg(unix)]
fn paths_that_are_not_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new("not-utf8");
    let name = OsStr::from_bytes(b"m\xfcller.toml");
    if fs::write(folder.0.join(name), BAD).is_err() {
        println!("skipped: this file system has UTF-8 names only");
        return;
    }
    for arguments in [vec![OsStr::new("check"), name], vec![OsStr::new("check"), OsStr::new(".")]] {
        for format in ["human", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "html"] {
            let mut command = folder.command(&[]);
            let output = command.args(&arguments).args(["--format", format]).output().expect("runs");
            assert_eq!(output.status.code(), Some(FINDINGS), "{format}");
            assert!(String::from_utf8(output.stdout).expect("UTF-8").contains("ller.toml"), "{format}");
        }
    }
    let mut command = folder.command(&["check", name.to_string_lossy().as_ref()]);
    assert_eq!(command.output().expect("runs").status.code(), Some(3));
}

#[test]
#[cfg(unix)]
fn a_folder_that_was_taken_away() {
    let folder = Folder::new("taken").with("gone/x.toml", BAD);
    let script = format!("cd gone && rm -r ../gone && exec '{}' check", env!("CARGO_BIN_EXE_maillint"));
    let output = Command::new("sh").args(["-c", &script]).current_dir(&folder.0).output().expect("sh runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(!said.contains("panick"), "{said}");
}

/// Stopped while it waits for its input, it has printed nothing and written nothing.
#[test]
#[cfg(unix)]
fn stopped_it_leaves_no_half_report() {
    use std::io::Read;
    use std::os::unix::process::ExitStatusExt;
    let folder = Folder::new("stopped").with("mx.toml", BAD).with("a.json", "before");
    let mut command = folder.command(&["check", "mx.toml", "-", "--format", "concise", "--output", "json=a.json"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    std::thread::sleep(std::time::Duration::from_millis(200));
    let stopped = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(stopped.success());
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("read");
    let status = child.wait().expect("ends");
    assert_eq!((status.signal(), out.as_str()), (Some(2), ""), "shells make 130 of it");
    assert_eq!(fs::read_to_string(folder.0.join("a.json")).expect("the old report"), "before");
    assert_eq!(fs::read_dir(&folder.0).expect("the folder").count(), 2);
}

#[test]
fn fewer_findings_and_less_to_read() {
    let folder = Folder::new("less").with("mx.toml", BAD);
    let all = folder.json(&["mx.toml"]);
    assert_eq!(problems(&all), Vec::<String>::new());
    let count = list(&all, "findings").len();
    assert!(count > 1);
    let one = folder.json(&["mx.toml", "--max-findings", "1"]);
    assert_eq!(list(&one, "findings").len(), 1);
    assert_eq!(one["summary"]["not_shown"], count - 1);
    assert_eq!(one["summary"]["errors"], all["summary"]["errors"]);
    let quiet = folder.check(&["mx.toml", "--quiet"]);
    assert!(!quiet.out.contains("not decided") && !quiet.out.contains("rules ran"), "{}", quiet.out);
    let statistics = folder.check(&["mx.toml", "--statistics"]);
    let rule = all["findings"][0]["rule"].as_str().expect("a rule");
    assert!(
        statistics.out.lines().any(|line| line.trim().starts_with('1') && line.ends_with(rule)),
        "{}",
        statistics.out
    );
}
