//! Values of any length: the program says which document it cannot read, reads the others, and does not take the memory that
//! the value would need. `MAILLINT_LONG_BYTES=1000000000` makes them as long as that.

#![cfg(unix)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::Command;

use crate::running::{Folder, INPUT};

const HEAD: &str = "<?xml version='1.0'?>\n<database xmlns='http://www.lotus.com/dxl'>\n";
const SERVER: &str = "<document form='Server'><item name='ServerName'><text>CN=mx1/O=Acme</text></item></document>\n";
/// The most address space that a run may take, in kilobytes; some of it is for the threads' stacks.
const MEMORY: &str = "700000";

/// Writes a file in which a value of many bytes stands between two texts.
fn long(folder: &Folder, name: &str, before: &str, after: &str) {
    let bytes =
        std::env::var("MAILLINT_LONG_BYTES").ok().and_then(|bytes| bytes.parse().ok()).unwrap_or(80_usize << 20);
    let mut file = BufWriter::new(File::create(folder.0.join(name)).expect("a file can be made"));
    let piece = vec![b'x'; 1 << 20];
    file.write_all(before.as_bytes()).expect("written");
    let mut left = bytes;
    while left > 0 {
        let now = left.min(piece.len());
        file.write_all(&piece[..now]).expect("written");
        left -= now;
    }
    file.write_all(after.as_bytes()).expect("written");
}

#[test]
fn a_value_longer_than_any_export_has_takes_no_memory() {
    let folder = Folder::new("long_values");
    let end = format!("</text></item></document>\n{}</database>\n", SERVER.replace("mx1", "mx2"));
    let open = |form: &str| format!("{HEAD}{SERVER}<document form='{form}'><item name='Comment'><text>");
    long(&folder, "item.dxl", &open("ServerConfig"), &end);
    long(&folder, "skipped.dxl", &open("Memo"), &end);
    long(
        &folder,
        "attribute.dxl",
        &format!("{HEAD}{SERVER}<document title='"),
        &format!("'><item name='a'><text>{end}"),
    );
    for (file, code, servers) in [
        ("item.dxl", "error[dxl-too-long]", "2 servers"),
        ("skipped.dxl", "", "2 servers"),
        ("attribute.dxl", "error[xml-too-long]", "1 server,"),
    ] {
        let script = format!("ulimit -v {MEMORY}; exec \"$0\" check {file}");
        let mut command = Command::new("sh");
        let run = command.args(["-c", &script, env!("CARGO_BIN_EXE_maillint")]).current_dir(&folder.0).output();
        let run = run.expect("a shell");
        let out = String::from_utf8_lossy(&run.stdout);
        assert!(out.contains(code) && out.contains(servers), "{file}: {out}{}", String::from_utf8_lossy(&run.stderr));
        assert_eq!(run.status.code() == Some(INPUT), !code.is_empty(), "{file}: {:?}", run.status);
        std::fs::remove_file(folder.0.join(file)).expect("removed");
    }
}

#[test]
fn a_description_that_is_too_large_is_refused_by_its_size() {
    let folder = Folder::new("long_json");
    let file = File::create(folder.0.join("a.json")).expect("a file can be made");
    (&file).write_all(b"{\"server\": [ {\"name\": \"").expect("written");
    (&file).write_all(&vec![b'x'; 1 << 20]).expect("written");
    // What follows is a hole, which takes no room on the disk.
    file.set_len(1 << 30).expect("made longer");
    let script = format!("ulimit -v {MEMORY}; exec \"$0\" check a.json");
    let mut command = Command::new("sh");
    let run = command.args(["-c", &script, env!("CARGO_BIN_EXE_maillint")]).current_dir(&folder.0).output();
    let out = String::from_utf8_lossy(&run.expect("a shell").stdout).into_owned();
    std::fs::remove_file(folder.0.join("a.json")).expect("removed");
    assert!(out.contains("error[input-too-large]"), "{out}");
}
