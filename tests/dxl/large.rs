//! A large file stays on disk: what is read of it, and what is shown of it, is the same as of a small one.

use std::fs;

use encoding_rs::WINDOWS_1252;
use maillint::read::Demand;
use maillint::source::{Sources, Span};

use crate::reading::{Read, document, everything, folder, item, read_bytes, read_source};

/// A file that is large, with letters of one, two and three bytes, and something to find at its end.
fn large_text() -> String {
    let mut text = String::from("<?xml version='1.0' encoding='utf-8'?>\n<database>\n");
    let filler = "äöü–€ plain ".repeat(40);
    let mut number = 0;
    // In Windows-1252 it is shorter by a third.
    while text.len() < 24 << 20 {
        let form = if number % 250 == 0 { "Server" } else { "Person" };
        text.push_str(&document(form, &format!("{}{}", item("N", &format!("ß{number}")), item("Fill", &filler))));
        text.push('\n');
        number += 1;
    }
    text.push_str(&document("Server", &item("Last", "[10.0.0.*]")));
    text.push_str("\n</database>\n");
    text
}

fn wanted() -> Demand {
    let mut demand = Demand::nothing();
    demand.add("Server", None);
    demand.add_many("Person", vec!["N".to_owned()]);
    demand
}

fn from_disk(name: &str, bytes: &[u8]) -> Read {
    let path = folder(name).join("names.dxl");
    fs::write(&path, bytes).expect("written");
    let mut sources = Sources::default();
    let file = sources.load(&path).expect("there");
    read_source(sources, file, &wanted())
}

#[test]
fn a_file_in_pieces_is_read_like_one_in_memory() {
    let text = large_text();
    let small = crate::reading::read_wanted(text.as_bytes(), &wanted());
    assert!(small.codes().is_empty() && small.export.notes.len() > 10);
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let windows = WINDOWS_1252.encode(&text.replacen("utf-8", "ISO-8859-1", 1)).0.into_owned();
    for (name, bytes) in [("utf8", text.clone().into_bytes()), ("utf16", utf16), ("windows", windows)] {
        let large = from_disk(name, &bytes);
        let shown = if name == "windows" { everything(&large) } else { everything(&small) };
        assert_eq!(everything(&large), shown, "{name}");
        let (memory, disk) =
            (small.sources.get(small.file).expect("there"), large.sources.get(large.file).expect("there"));
        assert_eq!(disk.size(), bytes.len() as u64);
        // Each place is read again from the disk, so some must do.
        for (one, other) in small.export.notes.iter().zip(&large.export.notes).step_by(97) {
            for (one, other) in one.items.iter().zip(&other.items) {
                let (at, place) = (memory.position(one.node.span.start), disk.position(other.node.span.start));
                assert_eq!((at.line, at.column), (place.line, place.column), "{name}");
                let piece = disk.around(other.node.span);
                let local = |offset: u64| usize::try_from(offset - piece.base).expect("near");
                assert_eq!(
                    &piece.text[local(other.node.span.start)..local(other.node.span.end)],
                    memory.slice(one.node.span),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn a_bad_byte_far_in_is_found_at_its_place() {
    let mut bytes = large_text().into_bytes();
    let at = bytes.len() - 40;
    let end = std::str::from_utf8(&bytes[..at]).map_or_else(|error| error.valid_up_to(), str::len);
    bytes.insert(end, 0xe4);
    let small = crate::reading::read_wanted(&bytes, &wanted());
    let large = from_disk("bad_byte", &bytes);
    assert_eq!(large.codes(), ["error encoding-invalid"]);
    assert_eq!(everything(&small), everything(&large));
    let span = large.problems[0].labels[0].0;
    assert_eq!(small.place(span), large.place(span));
}

#[test]
fn a_place_in_a_file_that_has_changed_is_not_shown() {
    let path = folder("changed").join("names.dxl");
    fs::write(&path, large_text()).expect("written");
    let mut sources = Sources::default();
    let file = sources.load(&path).expect("there");
    let read = read_source(sources, file, &wanted());
    fs::write(&path, "other").expect("written");
    let source = read.sources.get(read.file).expect("there");
    let span = Span { file: read.file, start: 1 << 20, end: (1 << 20) + 10 };
    assert_eq!(source.around(span).text, "");
}

#[test]
fn the_readers_answer_does_not_depend_on_how_the_text_comes() {
    // The same documents, with fillers that move the borders of blocks through every one of them.
    let documents = [
        document(
            "Server",
            &format!(
                "{}<item name='L'><textlist><text>ä</text><text\n>b</text></textlist></item>",
                item("A", "é&amp;")
            ),
        ),
        document("Memo", "<!-- </document> -->"),
        document("Domain", &item("B", "<![CDATA[</document>]]>")),
    ]
    .concat();
    let plain = everything(&read_bytes(format!("<database>{documents}</database>").as_bytes()));
    for filler in [0, 1, 63, 255, 256, 257, 4095, (1 << 20) - 300, (1 << 20) - 1] {
        let text = format!("<database>{}{documents}</database>", " ".repeat(filler));
        let moved = everything(&read_bytes(text.as_bytes()));
        let offsets = |text: &str| text.lines().count();
        assert_eq!(offsets(&moved), offsets(&plain), "{filler}");
        let values = |text: &str| -> Vec<String> {
            text.lines()
                .filter_map(|line| line.split(" = ").nth(1))
                .map(|line| line.split(' ').take(2).collect())
                .collect()
        };
        assert_eq!(values(&moved), values(&plain), "{filler}");
    }
}
