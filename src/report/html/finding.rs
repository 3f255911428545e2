//! A problem or a finding with the lines it stands in.

use std::io;

use super::super::excerpt::{self, Excerpt, Piece, Placed};
use super::{escape, prose};
use crate::report::{Diagnostic, Mark};
use crate::source::{Severity, Sources};

/// Writes one.
pub(super) fn write(out: &mut dyn io::Write, diagnostic: &Diagnostic, sources: &Sources) -> io::Result<()> {
    let (class, word) = match diagnostic.severity {
        Severity::Error => ("error", "error"),
        Severity::Warning => ("warning", "warning"),
        Severity::Info => ("note", "note"),
    };
    writeln!(out, "<article class=\"finding {class}\">")?;
    writeln!(
        out,
        "<h4><span class=\"badge {class}\">{word}</span> {}</h4>\n<p class=\"rule\">{}</p>",
        prose(&diagnostic.message),
        escape(&diagnostic.code)
    )?;
    if let (Some(path), true) = (&diagnostic.path, diagnostic.marks.is_empty()) {
        writeln!(out, "<p class=\"path\">{}</p>", escape(path))?;
    }
    for (file, marks) in diagnostic.by_file(sources) {
        let Some(source) = sources.get(file) else { continue };
        let spans: Vec<_> = marks.iter().map(|mark| mark.span).collect();
        lines(out, &excerpt::cut(source, &spans, false), &marks)?;
    }
    writeln!(out, "<dl>")?;
    for (key, text) in &diagnostic.footer {
        let word = if *key == "help" { "what to do" } else { key };
        writeln!(out, "<dt>{word}</dt><dd>{}</dd>", prose(text))?;
    }
    writeln!(out, "</dl>\n</article>")
}

fn lines(out: &mut dyn io::Write, excerpt: &Excerpt, marks: &[&Mark]) -> io::Result<()> {
    let main = excerpt.labels.first();
    let line = main.map_or(1, |label| label.line);
    writeln!(out, "<figure>\n<figcaption>{}, line {line}</figcaption>\n<pre>", escape(&excerpt.path))?;
    for (number, piece) in excerpt.pieces.iter().enumerate() {
        if number > 0 {
            writeln!(out, "<span class=\"gap\">⋮</span>")?;
        }
        let labels: Vec<(&Placed, &str)> = excerpt
            .labels
            .iter()
            .zip(marks)
            .filter(|(label, _)| label.piece == number)
            .map(|(label, mark)| (label, mark.text.as_str()))
            .collect();
        piece_lines(out, piece, &labels)?;
    }
    writeln!(out, "</pre>\n</figure>")
}

/// The lines of a piece, each with its number; below a line, what is said of the marks that end on it.
fn piece_lines(out: &mut dyn io::Write, piece: &Piece, labels: &[(&Placed, &str)]) -> io::Result<()> {
    let mut start = 0;
    for (index, line) in piece.text.split('\n').enumerate() {
        let end = start + line.len();
        let mut cuts: Vec<(usize, usize)> = labels
            .iter()
            .filter(|(label, _)| label.start <= end && label.end > start)
            .map(|(label, _)| (label.start.max(start) - start, label.end.min(end) - start))
            .collect();
        cuts.sort_unstable();
        let mut html = String::new();
        let mut at = 0;
        for (from, to) in cuts {
            // Marks may lie in each other; the outer one is enough.
            if from < at {
                continue;
            }
            let part = |from: usize, to: usize| escape(line.get(from..to).unwrap_or(""));
            html.push_str(&format!("{}<mark>{}</mark>", part(at, from), part(from, to)));
            at = to;
        }
        html.push_str(&escape(line.get(at..).unwrap_or("")));
        writeln!(out, "<span class=\"number\">{:>5}</span> {html}", piece.first_line + index as u64)?;
        for (_, text) in labels.iter().filter(|(label, text)| {
            !text.is_empty() && label.end <= end && (label.end > start || label.start == start && label.end == start)
        }) {
            writeln!(out, "<span class=\"number\">     </span> <span class=\"label\">↑ {}</span>", escape(text))?;
        }
        start = end + 1;
    }
    Ok(())
}
