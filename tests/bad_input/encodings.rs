//! Byte-order marks, UTF-16, bytes that are not UTF-8, and files that are no text at all.

use crate::common::{list, problems};
use crate::inputs::{BARE_RULE, bare, setup_items};
use crate::running::{FINDINGS, Folder, INPUT, findings, place, place_in};
use crate::terminals::assert_harmless;

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
