//! LDIF (RFC 2849), as `ldapsearch -L` prints it: the recipients of a directory (formats.md 3.2).
//!
//! The server shows whom it likes what it likes, so an attribute that is not there is unknown. Of the object classes those
//! are read that stand for recipients: a Domino class is named after its form (HCL help, "The Domino LDAP schema").

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Action, Completeness, Content, Demand, Form, Item, Node, Note, Origin};
use crate::source::{Problem, Source, Span, View, is_secret_key};

/// Object classes and the forms they are named after.
const CLASSES: [(&str, &str); 2] = [("dominoPerson", "Person"), ("dominoGroup", "Group")];

/// An attribute with one of its values.
struct Attribute {
    name: Arc<str>,
    name_span: Span,
    node: Node,
}

/// Reads the recipients of a file and hands each to `keep`.
pub(super) fn notes(source: &Source, demand: &Demand, problems: &mut Vec<Problem>, mut keep: impl FnMut(Note)) {
    let view = source.view();
    let mut entry: Vec<Attribute> = Vec::new();
    let mut others: Vec<Span> = Vec::new();
    for_each_line(&view, |line| {
        let text = line.text();
        if text.trim().is_empty() {
            finish(&mut entry, &mut others, problems).and_then(|note| demand.cut(note)).into_iter().for_each(&mut keep);
        } else if !text.starts_with('#') {
            match attribute(source, line, problems) {
                Ok(attribute) if &*attribute.name == "version" && entry.is_empty() => {}
                Ok(attribute) => entry.push(attribute),
                Err(problem) => problems.push(*problem),
            }
        }
    });
    finish(&mut entry, &mut others, problems).and_then(|note| demand.cut(note)).into_iter().for_each(keep);
    if let Some(first) = others.first() {
        let what = if others.len() == 1 { "1 entry is".to_owned() } else { format!("{} entries are", others.len()) };
        problems.push(
            Problem::info("ldif-other-entries", format!("{what} of no person and of no group"))
                .at(*first, "not read")
                .help("LDIF is read for recipients; export the configuration as DXL"),
        );
    }
}

/// Calls `read` for each line with its continuations, which begin with one blank.
fn for_each_line(view: &View<'_>, mut read: impl FnMut(&View<'_>)) {
    let mut pieces: Vec<(u64, &str)> = Vec::new();
    let mut offset = 0;
    for line in view.text().split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        match line.strip_prefix(' ') {
            Some(rest) if !pieces.is_empty() => pieces.push((view.span(start + 1..start + 1).start, rest)),
            _ => {
                if !pieces.is_empty() {
                    read(&View::from_pieces(view.file(), pieces.drain(..)));
                }
                pieces.push((view.span(start..start).start, line));
            }
        }
    }
    if !pieces.is_empty() {
        read(&View::from_pieces(view.file(), pieces.drain(..)));
    }
}

fn attribute(source: &Source, line: &View<'_>, problems: &mut Vec<Problem>) -> Result<Attribute, Box<Problem>> {
    let text = line.text();
    let whole = || line.span(0..text.trim_end().len());
    let broken = |what: &str, label: &str| {
        Box::new(Problem::error("ldif-syntax", what).at(whole(), label).help("the other entries are still read"))
    };
    let Some((written, value)) = text.split_once(':') else {
        return Err(broken("a line of the LDIF has no colon", "not read"));
    };
    // `cn;lang-de` is the same attribute in another language.
    let name = written.split(';').next().unwrap_or(written).trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '$')) {
        return Err(broken("a line of the LDIF has no attribute before its colon", "not read"));
    }
    if name.eq_ignore_ascii_case("changetype") {
        return Err(broken("this LDIF holds changes, not entries", "a change; export the entries instead"));
    }
    let name_span = line.span(0..written.len());
    let (kind, rest) = match value.as_bytes().first() {
        Some(b':') => (b':', value.get(1..).unwrap_or("")),
        Some(b'<') => (b'<', value.get(1..).unwrap_or("")),
        _ => (b' ', value),
    };
    let shown = rest.trim();
    let start = text.len() - rest.trim_start().len();
    let span = line.span(start..start + shown.len());
    if is_secret_key(name) {
        source.mark_secret(span);
    }
    let unknown = |why: String| Content::Unresolved { raw: Arc::from(""), why: Arc::from(why) };
    let content = match kind {
        b':' => match STANDARD.decode(shown) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Content::Text(Arc::from(text)),
                Err(_) => unknown(format!("`{name}` holds bytes, not a text")),
            },
            Err(_) => {
                problems.push(
                    Problem::error("ldif-base64", format!("the value of `{name}` is not valid base64"))
                        .at(span, "treated as unknown")
                        .help("the file was cut off or changed; export it again"),
                );
                unknown(format!("`{name}` is not valid base64"))
            }
        },
        b'<' => unknown(format!("`{name}` stands in another file, which is not fetched")),
        _ if shown.contains('\0') => {
            problems.push(
                Problem::error("ldif-syntax", format!("the value of `{name}` holds a zero byte"))
                    .at(span, "treated as unknown")
                    .help("the file is damaged; export it again"),
            );
            unknown(format!("`{name}` holds a zero byte"))
        }
        _ => Content::Text(Arc::from(shown)),
    };
    Ok(Attribute { name: Arc::from(name), name_span, node: Node { span, content } })
}

/// Turns what was collected of an entry into a note.
fn finish(entry: &mut Vec<Attribute>, others: &mut Vec<Span>, problems: &mut Vec<Problem>) -> Option<Note> {
    let attributes = std::mem::take(entry);
    let first = attributes.first()?;
    if !first.name.eq_ignore_ascii_case("dn") {
        problems.push(
            Problem::error("ldif-syntax", "an entry of the LDIF does not begin with `dn:`")
                .at(first.name_span, "this entry is not read")
                .help("the file was cut off or changed; export it again"),
        );
        return None;
    }
    let is_class = |class: &str| {
        attributes.iter().any(|attribute| {
            attribute.name.eq_ignore_ascii_case("objectclass")
                && attribute.node.text().is_some_and(|text| text.eq_ignore_ascii_case(class))
        })
    };
    let Some((_, form)) = CLASSES.iter().find(|(class, _)| is_class(class)) else {
        others.push(first.node.span);
        return None;
    };
    let mut items: Vec<Item> = Vec::new();
    let is_group = *form == "Group";
    let formed = formed_address(&attributes);
    for attribute in &attributes {
        let Some(name) = item_name(&attribute.name, is_group) else { continue };
        let mut node = attribute.node.clone();
        if name == "InternetAddress" && formed {
            let why =
                "the LDAP attribute `mail` is made of other fields here, so what Internet address holds is not shown";
            node.content = Content::Unresolved { raw: Arc::from(""), why: Arc::from(why) };
        }
        if let Content::Text(text) = &node.content {
            node.content = Content::Text(notes_name(text).map_or_else(|| Arc::clone(text), Arc::from));
        }
        match items.iter_mut().find(|item| item.name.eq_ignore_ascii_case(name)) {
            Some(item) => append(item, node),
            None => items.push(Item { name: Arc::from(name), name_span: attribute.name_span, node }),
        }
    }
    Some(Note {
        form: Form::Domino(Arc::from(*form)),
        span: first.node.span,
        items,
        completeness: Completeness::Restricted,
        action: Action::Exists,
        origin: Origin::default(),
    })
}

/// The item that an attribute shows. Attributes of Domino's own classes have the names of the items; the others are those
/// of the LDAP standards (RFC 4519, RFC 2798).
fn item_name(attribute: &str, group: bool) -> Option<&str> {
    let same = |name: &str| attribute.eq_ignore_ascii_case(name);
    Some(match attribute {
        _ if same("dn") || same("cn") => {
            if group {
                "ListName"
            } else {
                "FullName"
            }
        }
        _ if same("uid") => "ShortName",
        _ if same("mail") => "InternetAddress",
        _ if same("member") => "Members",
        _ if same("objectclass") => return None,
        _ => attribute,
    })
}

/// Whether `mail` is made of the short name, the forwarding address or the name: the server forms it from several fields in turn
/// (HCL help, "How the LDAP service forms a value for the mail attribute").
fn formed_address(attributes: &[Attribute]) -> bool {
    let values = |name: &'static str| {
        attributes
            .iter()
            .filter(move |attribute| attribute.name.eq_ignore_ascii_case(name))
            .filter_map(|attribute| attribute.node.text())
    };
    let others = || values("uid").chain(values("shortname")).chain(values("mailaddress"));
    // Made of a name and a domain: `Jane Roe/East/Acme%Acme@acme.example`.
    let converted = |mail: &str| mail.contains(['/', '%']);
    values("mail").any(|mail| converted(mail) || others().any(|other| other.eq_ignore_ascii_case(mail)))
}

/// Several values of one item are a list; a name that stands in `dn` and in `cn` is one.
fn append(item: &mut Item, node: Node) {
    let common = |text: &str| {
        let first = text.split('/').next().unwrap_or("").to_lowercase();
        first.strip_prefix("cn=").unwrap_or(&first).to_owned()
    };
    let same = |one: &Node| match (one.text(), node.text()) {
        (Some(one), Some(other)) => one == other || (!other.contains('/') && common(one) == common(other)),
        _ => false,
    };
    let known = match &item.node.content {
        Content::List(elements) => elements.iter().any(same),
        _ => same(&item.node),
    };
    if known {
        return;
    }
    if let Content::List(elements) = &mut item.node.content {
        elements.push(node);
    } else {
        let first = item.node.clone();
        item.node = Node { span: first.span, content: Content::List(vec![first, node]) };
    }
}

/// A distinguished name as Notes writes it: `cn=Jane Roe,o=Acme` is `CN=Jane Roe/O=Acme`.
fn notes_name(text: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let end = unescaped_comma(rest).unwrap_or(rest.len());
        let (key, value) = rest.get(..end)?.split_once('=')?;
        let key = key.trim().to_ascii_uppercase();
        if !matches!(key.as_str(), "CN" | "OU" | "O" | "C") {
            return None;
        }
        parts.push(format!("{key}={}", value.trim().replace('\\', "")));
        match rest.get(end + 1..) {
            Some(more) => rest = more,
            None => return Some(parts.join("/")),
        }
    }
}

fn unescaped_comma(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let found = byte == b',' && !escaped;
        escaped = byte == b'\\' && !escaped;
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinguished_names_become_names() {
        let cases = [
            ("CN=Jane Roe,OU=East,O=Acme", Some("CN=Jane Roe/OU=East/O=Acme")),
            ("cn=Roe\\, Jane, o=Acme", Some("CN=Roe, Jane/O=Acme")),
            ("CN=LocalDomainServers", Some("CN=LocalDomainServers")),
            ("uid=jroe,dc=acme,dc=example", None),
            ("mail/jroe", None),
            ("jane@acme.example", None),
        ];
        for (written, name) in cases {
            assert_eq!(notes_name(written).as_deref(), name, "{written}");
        }
    }
}
