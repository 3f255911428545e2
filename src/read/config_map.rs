//! A Kubernetes ConfigMap that carries JSON in a block scalar: the JSON is read in place, with spans of the YAML file.

use granit_parser::{Event, Parser, ScalarStyle};

use crate::source::{Problem, Source, View};

/// The JSON texts in a ConfigMap's `data`, each as a view of the YAML file.
///
/// JSON that is written in a way that has no lines of its own is added to `problems`.
///
/// # Errors
/// A problem where the file is not YAML.
pub(super) fn json_texts<'s>(source: &'s Source, problems: &mut Vec<Problem>) -> Result<Vec<View<'s>>, Box<Problem>> {
    let view = source.view();
    let mut views = Vec::new();
    for event in Parser::new_from_str(view.text()) {
        let (event, span) = event.map_err(|error| {
            let at = error.marker().byte_offset().unwrap_or(0).min(view.text().len());
            Box::new(
                Problem::error("yaml-syntax", format!("not valid YAML: {}", error.info()))
                    .at(view.span(at..at), "here"),
            )
        })?;
        let Event::Scalar(value, style, _, _) = event else { continue };
        if !value.trim_start().starts_with('{') || !value.contains("serverSetup") && !value.contains("appConfiguration")
        {
            continue;
        }
        let Some(range) = span.byte_range() else { continue };
        if style == ScalarStyle::Literal {
            views.push(cut(source, &view, range));
        } else {
            problems.push(
                Problem::error(
                    "config-map-not-literal",
                    "the JSON in this ConfigMap is not written as a literal block",
                )
                .at(view.span(range.start..range.start + 1), "begins here")
                .help("write it behind `name: |`, so that its lines are lines of the file"),
            );
        }
    }
    Ok(views)
}

/// The lines of a literal block without their indentation.
fn cut<'a>(source: &'a Source, view: &View<'_>, range: std::ops::Range<usize>) -> View<'a> {
    let text = view.text();
    let base = view.span(range.start..range.start).start;
    // The scalar's range may begin at its `|` or at its first line; both lead to the same lines.
    let block = text.get(range.clone()).unwrap_or("");
    let header =
        if block.trim_start().starts_with(['|', '>']) { block.find('\n').map_or(block.len(), |at| at + 1) } else { 0 };
    let line_start = if header == 0 {
        text.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
    } else {
        range.start + header
    };
    let first =
        base - (range.start - line_start.min(range.start)) as u64 + line_start.saturating_sub(range.start) as u64;
    let body = source.text().get(usize::try_from(first).unwrap_or(0)..).unwrap_or("");
    let end = (range.end.saturating_sub(line_start)).min(body.len());
    let body = body.get(..end).unwrap_or(body);
    let indent = body
        .lines()
        .find(|line| !line.trim().is_empty())
        .map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
    let mut offset = first;
    let pieces = body.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len() as u64;
        let blank = (line.len() - line.trim_start_matches(' ').len()).min(indent);
        (start + blank as u64, line.get(blank..).unwrap_or(""))
    });
    View::from_pieces(source.id, pieces)
}
