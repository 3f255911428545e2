//! One place of an input in two lines: the line of the file with what counts in it underlined.

use super::excerpt;
use super::human::Style;
use crate::directory::{Environment, Location};
use crate::source::Sources;

/// Shows the file with the places, or `None` where a place is in no file.
#[must_use]
pub(super) fn underline(
    at: &Location,
    environment: &Environment,
    sources: &Sources,
    style: Style,
    indent: usize,
) -> Option<String> {
    let span = environment.place(at)?.span;
    let source = sources.get(span.file)?;
    let excerpt = excerpt::cut(source, &[span], style.ascii());
    let placed = excerpt.labels.first()?;
    let piece = excerpt.pieces.get(placed.piece)?;
    let line_start = piece.text.get(..placed.start)?.rfind('\n').map_or(0, |at| at + 1);
    let line = piece.text.get(line_start..)?.lines().next().unwrap_or("");
    let (shown, mark) = (placed.start - line_start, placed.end.saturating_sub(placed.start));
    let before = line.get(..shown.min(line.len())).unwrap_or("");
    let inside = line.get(shown..).unwrap_or("");
    let inside = inside.get(..mark.min(inside.len())).unwrap_or(inside);
    let width = |text: &str| unicode_width::UnicodeWidthStr::width(text);
    // The blanks at the beginning of the line say nothing here.
    let trimmed = line.trim_start();
    let cut = line.len() - trimmed.len();
    let lead = width(before.get(cut.min(before.len())..).unwrap_or(""));
    let (bar, under) = if style.ascii() { ("|", "^") } else { ("│", "─") };
    let place = format!("{}:{}", excerpt.path, placed.line);
    let pad = " ".repeat(indent);
    let gap = " ".repeat(width(&place));
    let marks = under.repeat(width(inside).max(1));
    Some(format!(
        "{pad}{} {bar} {trimmed}\n{pad}{gap} {bar} {}{}\n",
        style.faint(&place),
        " ".repeat(lead),
        style.bold(&marks)
    ))
}
