//! Reading what the binary printed.

use std::ops::Range;

use serde_json::Value as Json;

use crate::common::list;
pub(crate) use crate::folder::{CLEAN, FINDINGS, Folder, INPUT, Run, USAGE};

/// The findings of a rule in a report.
pub(crate) fn findings<'j>(report: &'j Json, rule: &str) -> Vec<&'j Json> {
    list(report, "findings").iter().filter(|finding| finding["rule"] == rule).collect()
}

/// `line:column:offset` of the start and the end of a place.
pub(crate) fn place(json: &Json) -> String {
    let position = |key: &str| format!("{}:{}:{}", json[key]["line"], json[key]["column"], json[key]["offset"]);
    format!("{} to {}", position("start"), position("end"))
}

/// The same for a range of a text, counted independently.
pub(crate) fn place_in(text: &str, range: &Range<usize>) -> String {
    format!("{} to {}", position_in(text, range.start), position_in(text, range.end))
}

pub(crate) fn position_in(text: &str, offset: usize) -> String {
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[line_start..].chars().filter(|character| *character != '\u{feff}').count() + 1;
    format!("{}:{column}:{offset}", before.matches('\n').count() + 1)
}

/// Takes the marks out of a text.
pub(crate) fn marked(text: &str) -> (String, Vec<Range<usize>>) {
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
