//! A rule's page: for a terminal, as Markdown, as JSON.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde_json::{Value as Json, json};

use super::human::Style;
use super::sanitize::printable;
use crate::rules::examples::ExampleKind;
use crate::rules::page::Page;

/// The page as Markdown. `docs/rules/` is made of these.
#[must_use]
pub fn markdown(page: &Page) -> String {
    let mut text = format!("# {}\n\n{}.\n\n", page.name, sentence(page.text("summary")));
    let mut facts = vec![format!("**{}**", page.text("severity")), format!("confidence {}", page.text("confidence"))];
    for (word, value) in [("category", page.category.as_str()), ("since", page.text("since"))] {
        if !value.is_empty() {
            facts.push(format!("{word} {value}"));
        }
    }
    let subjects = page.subjects.iter().map(|subject| format!("`{subject}`")).collect::<Vec<_>>().join(", ");
    text.push_str(&format!("{}. Looks at {subjects}.\n\n", facts.join(", ")));
    for (severity, because) in &page.adjustments {
        text.push_str(&format!("- {severity}: {because}\n"));
    }
    if !page.adjustments.is_empty() {
        text.push('\n');
    }
    text.push_str(&format!("## Why\n\n{}\n\n", page.text("why")));
    text.push_str(&format!("## What to do\n\n{}\n\nWhere: {}\n\n", page.text("help"), page.text("fix")));
    for remedy in &page.remedies {
        text.push_str(&format!("If {}:", remedy.because));
        text.extend(remedy.help.iter().map(|help| format!(" {help}")));
        text.extend(remedy.fix.iter().map(|fix| format!(" Where: {fix}")));
        text.push_str("\n\n");
    }
    if !page.text("consequence").is_empty() {
        text.push_str(&format!("What it changes: {}\n\n", page.text("consequence")));
    }
    text.push_str("## Condition\n\n```cel\n");
    if !page.text("when").is_empty() {
        text.push_str(&format!("// applies when\n{}\n// and is violated when\n", page.text("when")));
    }
    text.push_str(&format!("{}\n```\n\n", page.text("violation")));
    text.push_str("## Examples\n\n");
    for example in &page.examples {
        let word = match example.kind {
            ExampleKind::Bad => "Reported",
            ExampleKind::Good => "Not reported",
            ExampleKind::Unknown => "Not decided",
        };
        text.push_str(&format!("{word}: {}\n\n", example.name));
        let language = match example.format.as_deref() {
            None => "toml",
            Some("dxl") => "xml",
            Some("one-touch-setup" | "domino-rest" | "access-services") => "json",
            Some(name) => name,
        };
        for (index, input) in std::iter::once(&example.input).chain(&example.more).enumerate() {
            let beside = if index == 0 { "" } else { "Beside it, in a file of its own:\n\n" };
            text.push_str(&format!("{beside}```{language}\n{}\n```\n\n", input.trim()));
        }
    }
    text.push_str("## References\n\n");
    for reference in &page.references {
        text.push_str(&format!("- {reference}\n"));
    }
    text
}

/// The page for a terminal.
#[must_use]
pub fn terminal(page: &Page, style: Style) -> String {
    render(&markdown(page), style)
}

/// The page as JSON.
#[must_use]
pub fn json(page: &Page) -> Json {
    let keys = [
        "summary",
        "severity",
        "confidence",
        "when",
        "violation",
        "message",
        "help",
        "fix",
        "consequence",
        "why",
        "since",
    ];
    let mut object = serde_json::Map::new();
    object.insert("version".to_owned(), json!(1));
    object.insert("name".to_owned(), json!(page.name));
    object.insert("category".to_owned(), json!(page.category));
    object.insert("subject".to_owned(), json!(page.subjects));
    for key in keys {
        object.insert(key.to_owned(), json!(page.text(key)));
    }
    object.insert("references".to_owned(), json!(page.references));
    object.insert("tags".to_owned(), json!(page.tags));
    let examples: Vec<Json> = page
        .examples
        .iter()
        .map(|example| {
            let kind = match example.kind {
                ExampleKind::Bad => "bad",
                ExampleKind::Good => "good",
                ExampleKind::Unknown => "unknown",
            };
            let mut told = serde_json::Map::new();
            for (key, text) in [("kind", kind), ("name", &example.name), ("input", &example.input)] {
                told.insert(key.to_owned(), json!(text));
            }
            if !example.more.is_empty() {
                told.insert("more".to_owned(), json!(example.more.iter().map(|text| &**text).collect::<Vec<_>>()));
            }
            if let Some(format) = &example.format {
                told.insert("format".to_owned(), json!(&**format));
            }
            Json::Object(told)
        })
        .collect();
    object.insert("examples".to_owned(), Json::Array(examples));
    Json::Object(object)
}

/// A text with its first letter in upper case.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Markdown for a terminal: headings bold, paragraphs wrapped, code indented.
fn render(markdown: &str, style: Style) -> String {
    let mut out = String::new();
    let mut block = String::new();
    let mut in_code = false;
    let mut in_heading = false;
    let mut items = 0_usize;
    let width = style.width.clamp(40, 100);
    let ascii = style.theme == super::Theme::Ascii;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => {
                in_heading = false;
                out.push_str(&format!("{}\n\n", style.bold(&printable(&block, ascii))));
                block.clear();
            }
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => {
                in_code = false;
                for line in block.lines() {
                    out.push_str(format!("    {}", style.faint(&printable(line, ascii))).trim_end());
                    out.push('\n');
                }
                out.push('\n');
                block.clear();
            }
            Event::Start(Tag::Item) => items += 1,
            Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                let (first, rest) = if items > 0 { ("  - ", "    ") } else { ("  ", "  ") };
                if !block.trim().is_empty() {
                    let options = textwrap::Options::new(width).initial_indent(first).subsequent_indent(rest);
                    out.push_str(&textwrap::fill(&printable(block.trim(), ascii), options));
                    out.push_str(if items > 0 { "\n" } else { "\n\n" });
                }
                block.clear();
                if items > 0 && matches!(event, Event::End(TagEnd::Item)) {
                    items -= 1;
                }
            }
            Event::End(TagEnd::List(_)) => out.push('\n'),
            Event::Text(text) => block.push_str(&text),
            Event::Code(code) => {
                block.push('`');
                block.push_str(&code);
                block.push('`');
            }
            Event::SoftBreak | Event::HardBreak if in_code || in_heading => block.push('\n'),
            Event::SoftBreak | Event::HardBreak => block.push(' '),
            _ => {}
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
