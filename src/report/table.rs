//! Columns of text for people.

use textwrap::{Options, WordSplitter};

/// Lays texts out in columns of these widths; a text that is too long continues below.
#[must_use]
pub(super) fn row(cells: &[(&str, usize)], indent: usize) -> String {
    let wrapped: Vec<Vec<String>> = cells
        .iter()
        .map(|(text, width)| {
            let options = Options::new((*width).max(8)).word_splitter(WordSplitter::NoHyphenation).break_words(true);
            let lines: Vec<String> =
                textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect();
            if lines.is_empty() { vec![String::new()] } else { lines }
        })
        .collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for line in 0..height {
        let mut shown = " ".repeat(indent);
        for (cell, (_, width)) in wrapped.iter().zip(cells) {
            let part = cell.get(line).map_or("", String::as_str);
            shown.push_str(part);
            let missing = width.saturating_sub(unicode_width::UnicodeWidthStr::width(part));
            shown.push_str(&" ".repeat(missing + 2));
        }
        text.push_str(shown.trim_end());
        text.push('\n');
    }
    text
}
