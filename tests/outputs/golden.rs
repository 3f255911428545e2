//! What each format prints. `MAILLINT_UPDATE=1 cargo test --test outputs` renews it; read the difference.

use std::fs;

use maillint::report::Format;

use crate::{formats, here, printed};

#[test]
fn each_format_prints_what_it_printed() {
    let mut stale = Vec::new();
    for format in Format::ALL {
        let path = here("golden").join(format!("report.{}", format.name()));
        // The version of the program is no part of the format.
        let found = printed(&["--format", format.name()]).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        if fs::read_to_string(&path).unwrap_or_default() == found {
            continue;
        }
        if std::env::var_os("MAILLINT_UPDATE").is_some_and(|value| value == "1") {
            fs::write(&path, found).expect("written");
        } else {
            stale.push(format.name());
        }
    }
    assert!(stale.is_empty(), "{stale:?} print something else; MAILLINT_UPDATE=1 renews what is kept");
}

#[test]
fn the_schema_knows_the_same_formats() {
    assert_eq!(formats(), Format::ALL.map(Format::name));
}
