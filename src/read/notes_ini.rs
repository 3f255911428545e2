//! A server's notes.ini, or what `show configuration` printed (formats.md 5).

use std::sync::Arc;

use super::{Action, Completeness, Content, Form, Item, Member, Node, Note, Origin};
use crate::source::{Encoding, Problem, Source, Span};

/// A value is read into a buffer of 256 bytes with its terminator (formats.md 5, `MAXENVVALUE`).
const MAX_VALUE_BYTES: usize = 255;

/// Reads a notes.ini, that of `owner` if somebody says so. A file of a Notes client yields no note, only the problem that
/// says so.
#[must_use]
pub(super) fn note(source: &Source, owner: Option<&Arc<str>>, problems: &mut Vec<Problem>) -> Option<Note> {
    if source.encoding == Encoding::Utf8WithMark {
        problems.push(
            Problem::warning("notes-ini-byte-order-mark", "the file begins with a UTF-8 byte-order mark")
                .at(Span::at(source.id, 0), "before this")
                .help("Domino cannot read a notes.ini with a byte-order mark; save it without one"),
        );
    }
    let view = source.view();
    let mut members: Vec<Member> = Vec::new();
    let mut header = None;
    let mut offset = 0;
    for line in view.text().split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let start = start + console_prefix(line);
        let line = line.get(console_prefix(line)..).unwrap_or("");
        let span = |from: usize, to: usize| view.span(start + from..start + to);
        if line.trim().is_empty() || line.starts_with([':', '#']) {
            continue;
        }
        if line.trim_start().starts_with('[') {
            header.get_or_insert(span(0, line.trim_end().len()));
            continue;
        }
        let Some(equals) = line.find('=') else {
            if !line.starts_with(';') {
                problems.push(
                    Problem::info("notes-ini-line", "a line without `=` sets nothing")
                        .at(span(0, line.trim_end().len()), "not read as a setting"),
                );
            }
            continue;
        };
        let (written, value) = (line.get(..equals).unwrap_or(""), line.get(equals + 1..).unwrap_or(""));
        let key = written.trim();
        let key_start = written.len() - written.trim_start().len();
        let key_span = span(key_start, key_start + key.len());
        if key.is_empty() {
            problems.push(
                Problem::warning("notes-ini-line", "a setting without a name")
                    .at(span(0, line.len()), "no name before `=`"),
            );
            continue;
        }
        if key.starts_with(';') {
            problems.push(
                Problem::info(
                    "notes-ini-comment",
                    format!("`{key}` is not a comment: Domino reads it as a setting of that name"),
                )
                .at(key_span, "a name that begins with `;`")
                .help("notes.ini has no comment sign; the line is ignored only because nothing asks for that name"),
            );
            continue;
        }
        if written != key || value.starts_with([' ', '\t']) {
            problems.push(
                Problem::info("notes-ini-blank", format!("blanks around `=` of `{key}`"))
                    .at(span(0, equals + 1), "here")
                    .help("whether Domino trims them is not established; write `NAME=value`"),
            );
        }
        let trimmed = value.trim();
        let value_start = equals + 1 + (value.len() - value.trim_start().len());
        let value_span = span(value_start, value_start + trimmed.len());
        if trimmed.len() > MAX_VALUE_BYTES {
            problems.push(
                Problem::warning(
                    "notes-ini-value-too-long",
                    format!("the value of `{key}` has {} bytes, Domino reads at most {MAX_VALUE_BYTES}", trimmed.len()),
                )
                .at(value_span, "the end of this is cut off"),
            );
        }
        members.push(Member { key: Arc::from(key), key_span, node: Node::new_text(value_span, trimmed) });
    }
    let setting = |name: &str| members.iter().find(|member| member.key.eq_ignore_ascii_case(name));
    if let Some(kit) = setting("KitType").filter(|member| member.node.text().is_some_and(|text| &**text == "1")) {
        problems.push(
            Problem::error("notes-ini-of-a-client", "this is the notes.ini of a Notes client, not of a server")
                .at(kit.node.span, "1 is a client, 2 is a server")
                .help("take notes.ini from the data or program directory of the Domino server"),
        );
        return None;
    }
    let whole = header.unwrap_or_else(|| members.first().map_or(Span::at(source.id, 0), |member| member.key_span));
    let mut items = Vec::new();
    if let Some(owner) = owner {
        items.push(Item {
            name: Arc::from("server"),
            name_span: whole,
            node: Node::new_text(whole, Arc::clone(owner)),
        });
    } else if let Some(server) =
        setting("ServerName").filter(|member| member.node.text().is_some_and(|text| !text.is_empty()))
    {
        items.push(Item { name: Arc::from("server"), name_span: server.key_span, node: server.node.clone() });
    }
    items.push(Item {
        name: Arc::from("settings"),
        name_span: whole,
        node: Node { span: whole, content: Content::Table(members) },
    });
    // What `show configuration` printed has no section header, and may be the answer to a pattern.
    let completeness = if header.is_some() { Completeness::Full } else { Completeness::Restricted };
    Some(Note {
        form: Form::Native(Arc::from("notes_ini")),
        span: whole,
        items,
        completeness,
        action: Action::Exists,
        origin: Origin::default(),
    })
}

/// The length of a console line's prefix such as `[1664:0002-15FC] ` (formats.md 6).
fn console_prefix(line: &str) -> usize {
    let Some(inside) = line.strip_prefix('[') else { return 0 };
    let Some(close) = inside.find(']') else { return 0 };
    let id = inside.get(..close).unwrap_or("");
    if id.contains(':')
        && id.contains('-')
        && id.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'-'))
    {
        let after = inside.get(close + 1..).unwrap_or("");
        return close + 2 + (after.len() - after.trim_start_matches(' ').len());
    }
    0
}
