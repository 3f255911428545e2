//! A folder in which everything lies that can lie in one: files that are broken in every way, odd names, links in circles,
//! pipes. Each file is read, told or counted; nothing panics or waits.

use std::collections::BTreeSet;

use crate::common::list;
use crate::running::{Folder, INPUT};

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below.max(1)
    }
}

const TEXTS: [&str; 7] = [
    "[[server]]\nname = \"mx0/Acme\"\nsmtp_listener = true\n",
    "<?xml version='1.0'?>\n<database><document form='Server'><item name='ServerName'><text>CN=mx0/O=Acme</text></item></document></database>\n",
    "[Notes]\nServerName=CN=mx0/O=Acme\nKitType=2\nSMTPDebug=1\n",
    "dn: cn=P0,o=Acme\nobjectclass: dominoPerson\ncn: P0\nmail: p0@acme.example\n\n",
    "Form:  Server\nType:  Server\nServerName:  CN=mx0/O=Acme\n",
    "{\"server\":[{\"name\":\"mx0/Acme\"}]}",
    "server:\n- name: mx0/Acme\n",
];
const ENDINGS: [&str; 10] = ["toml", "json", "yaml", "yml", "ini", "jsonl", "dxl", "xml", "txt", "ldif"];
const PIECES: [&[u8]; 10] =
    [b"\r", b"\0", b"\x1b[31m", b"\xef\xbb\xbf", b"{{ X }}", b"<![CDATA[", b"\"\"\"", b"[[", b"\x0c", b"\xff\xfe"];

fn broken(text: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    match dice.roll(10) {
        0 => return Vec::new(),
        1 => return vec![0; 1 + dice.roll(3000)],
        2 => return b"\xef\xbb\xbf".to_vec(),
        3 => return b"\xff\xfe".to_vec(),
        // UTF-16 without a byte-order mark, whole and with half a character at its end.
        4 => bytes = text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        5 => bytes = text.encode_utf16().flat_map(u16::to_be_bytes).skip(1).collect(),
        _ => {}
    }
    for _ in 0..dice.roll(6) {
        let at = dice.roll(bytes.len());
        match dice.roll(4) {
            0 => bytes.truncate(at),
            1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = byte.wrapping_add(97)),
            _ => drop(bytes.splice(at..at, PIECES[dice.roll(PIECES.len())].iter().copied())),
        }
    }
    bytes
}

#[test]
fn every_file_of_a_hostile_folder_is_read_told_or_counted() {
    let mut dice = Dice(7);
    let mut folder = Folder::new("hostile");
    let mut names = BTreeSet::new();
    for number in 0..400 {
        let text = TEXTS[dice.roll(TEXTS.len())].replace('0', &number.to_string());
        let ending = ENDINGS[dice.roll(ENDINGS.len())];
        let place = ["", "a/", "a/b/"][dice.roll(3)];
        let odd = if number % 50 == 0 && cfg!(unix) { "\n\u{1b}[31m\u{202e}" } else { "" };
        let name = format!("h/{place}f{number}{odd}.{ending}");
        folder = folder.with(&name, broken(&text, &mut dice));
        names.insert(name);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        let path = folder.0.join("h");
        for (to, link) in [(".", "loop"), ("loop.toml", "loop.toml"), ("..", "a/up.toml"), ("/dev/zero", "zero.json")] {
            symlink(to, path.join(link)).expect("a link can be made");
        }
        let made = std::process::Command::new("mkfifo").arg(path.join("pipe.toml")).status();
        assert!(made.is_ok_and(|status| status.success()), "a pipe can be made");
    }
    let report = folder.json(&["h"]);
    let told: BTreeSet<&str> = list(&report, "problems")
        .iter()
        .filter(|problem| problem["severity"] == "error")
        .filter_map(|problem| problem["path"].as_str())
        .filter(|path| names.contains(*path))
        .collect();
    let passed_over = list(&report, "problems").iter().find(|problem| problem["code"] == "input-passed-over");
    let said = passed_over.and_then(|problem| problem["message"].as_str()).expect("some are passed over");
    let more: usize = said.rsplit(" and ").next().and_then(|rest| rest.split(' ').next()?.parse().ok()).unwrap_or(0);
    let passed_over = said.matches("`h/").count() + more;
    let read = usize::try_from(report["summary"]["files"].as_u64().expect("a number")).expect("small");
    // A file may be read and have an error besides.
    assert!(read + told.len() + passed_over >= names.len(), "{read} + {} + {passed_over}", told.len());
    assert!(read > 100 && told.len() > 20, "{read}, {}", told.len());
    for format in ["human", "concise", "github", "html", "sarif", "junit"] {
        let run = folder.check(&["--format", format, "h"]);
        assert_eq!(run.code, INPUT, "{format}");
        assert!(!run.out.contains('\u{1b}') && !run.out.contains('\u{202e}'), "{format}");
    }
    for format in ["toml", "json", "yaml", "one-touch-setup", "notes-ini", "dxl", "structured-text", "ldif"] {
        assert_eq!(folder.check(&["--input-format", format, "h"]).code, INPUT, "{format}");
    }
}
