//! Lines and columns are those of the file, whatever its encoding.

use encoding_rs::WINDOWS_1252;

use crate::reading::{database, document, item, read_bytes};

fn text() -> String {
    database(&document("Server", &format!("{}{}", item("Ort", "Köln – Süd"), item("A", "ü"))))
}

#[test]
fn utf16_with_and_without_a_mark() {
    for mark in ["\u{feff}", ""] {
        for little in [true, false] {
            let bytes: Vec<u8> = format!("{mark}{}", text())
                .encode_utf16()
                .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
                .collect();
            let read = read_bytes(&bytes);
            assert_eq!(read.codes(), Vec::<String>::new());
            assert_eq!(read.place(read.node("A").span), "6:22-6:23");
            assert_eq!(read.place(read.node("Ort").span), "5:24-5:34");
        }
    }
}

#[test]
fn a_declared_encoding_counts() {
    for name in ["ISO-8859-1", "windows-1252"] {
        let text = text().replace("utf-8", name);
        let read = read_bytes(&WINDOWS_1252.encode(&text).0);
        assert_eq!(read.codes(), Vec::<String>::new(), "{name}");
        assert_eq!(read.place(read.node("Ort").span), "5:24-5:34");
        assert_eq!(read.note().text("Ort").map(|text| &**text), Some("Köln – Süd"));
    }
}

#[test]
fn bytes_that_are_not_in_the_encoding_are_an_error_at_their_place() {
    for declared in ["utf-8", "no-such-encoding"] {
        let text = text().replace("utf-8", declared);
        let read = read_bytes(&WINDOWS_1252.encode(&text).0);
        assert_eq!(read.codes(), ["error encoding-invalid"]);
        assert_eq!(read.place(read.problems[0].labels[0].0), "5:25-5:25");
        // What is there is read all the same.
        assert_eq!(read.note().text("A").map(|text| &**text), Some("ü"));
    }
    let mut bytes: Vec<u8> = text().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let at =
        bytes.windows(2).position(|unit| unit == "K".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    bytes[at.expect("a K") + 1] = 0xd8;
    assert_eq!(read_bytes(&bytes).codes(), ["error encoding-invalid"]);
}
