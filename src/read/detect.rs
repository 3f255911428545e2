//! Which format a file has, by its content.

use super::native::SECTIONS;
use super::structured_text::is_item;
use super::{Format, Node};
use super::{foreign, own, rest, view_entries};
use crate::source::{Problem, Source, Span, View};
use crate::suggest::closest;

const UNDERSTOOD: &str = "understood are: a native description in TOML, JSON or YAML, one-touch setup JSON (also inside a Kubernetes ConfigMap), DXL, notes.ini, answers of the Domino REST API and Domino Access Services, structured text, LDIF";

/// What the first look at a file tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detected {
    NotesIni,
    Toml,
    Json(Option<Format>),
    ConfigMap,
    Dxl,
    Yaml,
    StructuredText,
    Ldif,
    ViewEntries,
}

impl Detected {
    pub(super) fn of(format: Format) -> Self {
        match format {
            Format::NativeToml => Self::Toml,
            Format::NativeJson | Format::OneTouchSetup | Format::DominoRest | Format::AccessServices => {
                Self::Json(Some(format))
            }
            Format::NativeYaml => Self::Yaml,
            Format::StructuredText => Self::StructuredText,
            Format::Ldif => Self::Ldif,
            Format::ViewEntries => Self::ViewEntries,
            Format::ConfigMap => Self::ConfigMap,
            Format::NotesIni => Self::NotesIni,
            Format::Dxl => Self::Dxl,
        }
    }

    /// Whether files of the format are in whatever character set their machine had.
    pub(super) fn has_any_encoding(self) -> bool {
        matches!(self, Self::NotesIni | Self::StructuredText | Self::Ldif)
    }

    /// Whether the format is read line by line, without a tree.
    pub(super) fn is_read_in_lines(self) -> bool {
        matches!(self, Self::NotesIni | Self::StructuredText | Self::Ldif | Self::ViewEntries)
    }
}

/// Looks at the first lines.
pub(super) fn detect(source: &Source) -> Result<Detected, Box<Problem>> {
    // XML may be too large to be in memory as a whole.
    if let Some(found) = xml(source) {
        return found;
    }
    // Nor need a large file of another kind be, to see what it is.
    let head = source.head();
    let mark = if head.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let view = View::from_offset(source.id, head, mark);
    let text = view.text();
    let trimmed = text.trim_start();
    let start = text.len() - trimmed.len();
    let problem = |code, message: &str, help: &str| {
        let end = trimmed
            .char_indices()
            .take_while(|(at, character)| *at < 60 && *character != '\n')
            .last()
            .map_or(0, |(at, character)| at + character.len_utf8());
        Err(Box::new(Problem::error(code, message).at(view.span(start..start + end), "begins like this").help(help)))
    };
    if trimmed.is_empty() {
        return Err(Box::new(
            Problem::error("input-empty", "the file is empty").at(Span::at(source.id, 0), "nothing here"),
        ));
    }
    if let Some((message, help)) = foreign::recognise(text) {
        if trimmed.starts_with("-----BEGIN ") {
            source.mark_secret(view.span(trimmed.find('\n').map_or(text.len(), |at| start + at)..text.len()));
        }
        return problem("input-not-understood", message, help);
    }
    // A tenth of control characters is no text; single ones are for the readers to complain about.
    let control = |character: &char| *character < ' ' && !character.is_whitespace() && *character != '\u{1b}';
    let head = || trimmed.chars().take(512);
    if head().filter(control).count() * 10 > head().count()
        || trimmed.starts_with('\0')
        || trimmed.get(..trimmed.len().min(64)).is_some_and(|head| head.contains('\0'))
    {
        return problem(
            "input-not-understood",
            "this is a binary file, not an export",
            "export documents as text; a database file (.nsf) cannot be read",
        );
    }
    if (trimmed.starts_with("{%") || trimmed.starts_with("{{"))
        && let Some(problem) = template(source)
    {
        return Err(Box::new(problem));
    }
    let comment_first = trimmed.starts_with("//") || trimmed.starts_with("/*");
    if comment_first || (trimmed.starts_with(['{', '[']) && !looks_like_section(trimmed) && !is_console_line(trimmed)) {
        return Ok(Detected::Json(None));
    }
    let significant: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', ';', ':']))
        .take(200)
        .collect();
    if significant.first().is_some_and(|line| line.eq_ignore_ascii_case("[Notes]")) {
        return Ok(Detected::NotesIni);
    }
    let value = |key: &str| significant.iter().find_map(|line| line.strip_prefix(key)).map(str::trim);
    if let (Some(_), Some(kind)) = (value("apiVersion:"), value("kind:")) {
        return if kind.trim_matches(['"', '\'']) == "ConfigMap" {
            Ok(Detected::ConfigMap)
        } else {
            problem(
                "input-not-understood",
                "this is a Kubernetes object, but no ConfigMap",
                "one-touch setup JSON is looked for in ConfigMaps only",
            )
        };
    }
    if significant.iter().any(|line| line.trim_start_matches("export ").starts_with("SERVERSETUP_")) {
        return problem(
            "input-not-understood",
            "this is an env file for one-touch setup, not an export",
            "give it with `--env-file` beside the setup file whose placeholders it fills",
        );
    }
    if significant.first().is_some_and(|line| line.starts_with("dn:") || line.starts_with("version: 1")) {
        return Ok(Detected::Ldif);
    }
    if is_yaml(text) {
        return Ok(Detected::Yaml);
    }
    let is_value = |line: &&str| is_item(line) && !line.ends_with(':');
    if significant.first().is_some_and(|line| is_item(line)) && significant.iter().take(50).any(is_value) {
        return Ok(Detected::StructuredText);
    }
    let all_ini = significant.iter().all(|line| is_ini_line(line)) && significant.iter().any(|line| line.contains('='));
    if all_ini || is_loose_ini(&significant) {
        return Ok(Detected::NotesIni);
    }
    if significant
        .iter()
        .any(|line| line.starts_with('[') || line.split_once('=').is_some_and(|(key, _)| is_toml_key(key.trim())))
    {
        return Ok(Detected::Toml);
    }
    problem("input-not-understood", "not a format that can be read", UNDERSTOOD)
}

/// Says of a text that was taken for TOML, and of which hardly a line is, that it is nothing that can be read.
pub(super) fn not_toml(source: &Source, errors: &[Problem]) -> Option<Problem> {
    let view = source.view();
    let text = view.text();
    let meant = |line: &str| {
        let name = line.trim().trim_start_matches('[').split([']', '.']).next().unwrap_or("").trim();
        line.trim_start().starts_with('[') && closest(name, SECTIONS.iter().copied()).is_some()
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    if errors.len() < 3 || errors.len() * 3 < lines || text.lines().any(meant) {
        return None;
    }
    let start = text.len() - text.trim_start().len();
    let length: usize = text.trim_start().lines().next()?.chars().take(60).map(char::len_utf8).sum();
    Some(
        Problem::error("input-not-understood", "not a format that can be read")
            .at(view.span(start..start + length), "begins like this")
            .help(UNDERSTOOD),
    )
}

/// Whether a line without indentation is the name of a document kind with a colon, as at the top of a YAML description.
fn is_yaml(text: &str) -> bool {
    let heads = |line: &str| {
        SECTIONS.iter().any(|name| {
            line.strip_prefix(name).and_then(|rest| rest.strip_prefix(':')).is_some_and(|rest| {
                let rest = rest.trim_start();
                rest.is_empty() || rest.starts_with(['#', '[', '{', '&', '*', '!'])
            })
        })
    };
    let top = |line: &str| !line.starts_with([' ', '\t', '#', '-']) && !line.trim().is_empty();
    text.lines().any(heads)
        || text.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| line.starts_with("%YAML"))
        || (text.starts_with("---") && text.lines().any(|line| top(line) && line.contains(':')))
        // A kind that is misspelt: a name and a colon, and below it a list or a table.
        || text.lines().zip(text.lines().skip(1)).any(|(line, next)| {
            line.trim_end().strip_suffix(':').is_some_and(|name| closest(name, SECTIONS.iter().copied()).is_some())
                && next.trim_start().starts_with(['-', '#'])
        })
}

/// The roots of DXL: a container, a document, or the design of something.
const DXL_ROOTS: [&str; 3] = ["database", "document", "note"];

/// What kind of XML it is; `None` for anything else.
fn xml(source: &Source) -> Option<Result<Detected, Box<Problem>>> {
    let head = source.head();
    let text = head.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if !text.starts_with('<') {
        return None;
    }
    let begin = head.len() - text.len();
    let refuse = |at: usize, message: &str, help: &str| {
        let line = head.get(at..).unwrap_or("").lines().next().unwrap_or("");
        let length: usize = line.chars().take(60).map(char::len_utf8).sum();
        let span = Span { file: source.id, start: at as u64, end: (at + length) as u64 };
        Some(Err(Box::new(Problem::error("input-not-understood", message).at(span, "begins like this").help(help))))
    };
    let (root, at) = super::dxl::root(head).unwrap_or(("", begin));
    let lower = head.get(..head.len().min(16 << 10)).unwrap_or(head).to_ascii_lowercase();
    if root.eq_ignore_ascii_case("html")
        || lower.trim_start_matches('\u{feff}').trim_start().starts_with("<!doctype html")
    {
        return if lower.contains("type=\"password\"") || lower.contains("type='password'") || lower.contains("login") {
            refuse(
                begin,
                "this is a login page, not an export",
                "the server asked for a name and a password and the answer was saved; log in first, or export with an agent",
            )
        } else {
            refuse(begin, "this is a web page, not an export", "perhaps an error page was saved in place of the export")
        };
    }
    let local = root.rsplit(':').next().unwrap_or(root);
    if local == "viewentries" {
        return Some(Ok(Detected::ViewEntries));
    }
    if DXL_ROOTS.contains(&local) || lower.contains("http://www.lotus.com/dxl") {
        return Some(Ok(Detected::Dxl));
    }
    refuse(at, "this is XML, but not DXL", UNDERSTOOD)
}

/// Settings with blanks around `=`, of which at least one has a value that TOML does not know: a word without quotes.
fn is_loose_ini(lines: &[&str]) -> bool {
    let settings: Option<Vec<(&str, &str)>> = lines.iter().map(|line| line.split_once('=')).collect();
    let is_name = |name: &str| is_ini_line(&format!("{}=", name.trim()));
    let word = |value: &str| {
        value.trim().starts_with(|first: char| first.is_alphabetic())
            && !matches!(value.trim(), "true" | "false" | "inf" | "nan")
    };
    settings.is_some_and(|settings| {
        settings.iter().all(|(name, value)| is_name(name) && !value.trim_start().starts_with(['"', '\'', '[', '{']))
            && settings.iter().any(|(_, value)| word(value))
    })
}

/// A setting behind a console line's prefix: `[1664:0002-15FC] SMTPDebug=3`.
fn is_console_line(text: &str) -> bool {
    let line = text.lines().next().unwrap_or("").trim_end();
    line.strip_prefix('[')
        .and_then(|inside| inside.split_once(']'))
        .is_some_and(|(id, _)| id.contains(['-']) && id.contains(':'))
        && is_ini_line(line)
}

/// `[Notes]` or `[[server]]`, but not a JSON list.
fn looks_like_section(text: &str) -> bool {
    let line = text.lines().next().unwrap_or("").trim();
    let inner = line.trim_start_matches('[').split(']').next().unwrap_or("").trim();
    line.starts_with('[') && line.contains(']') && is_toml_key(inner)
}

fn is_toml_key(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '"' | ' '))
        && !text.starts_with(|character: char| character.is_ascii_digit())
}

/// A line as `show configuration` prints it: a name, `=` without a blank, and a value that is no TOML value.
pub(super) fn is_ini_line(line: &str) -> bool {
    let line = match line.strip_prefix('[').and_then(|inside| inside.split_once("] ")) {
        Some((id, rest)) if id.contains(':') => rest.trim_start(),
        _ => line,
    };
    let Some((name, value)) = line.split_once('=') else { return false };
    let name_fits = !name.is_empty()
        && name.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '_' | '$' | '-'));
    name_fits && !value.starts_with([' ', '"', '\'', '[', '{'])
}

/// A problem if the text is a template that some other program must turn into JSON first.
pub(super) fn template(source: &Source) -> Option<Problem> {
    let view = source.view();
    let text = view.text();
    let (what, how, mark) = if text.contains("{%") {
        ("a Jinja template", "render it with the tool it was written for (Ansible's `template`, say)", "{%")
    } else if let Some(mark) = ["{{-", "{{ .", "{{."].into_iter().find(|mark| text.contains(mark)) {
        ("a Helm template", "render it with `helm template`", mark)
    } else {
        return None;
    };
    let at = text.find(mark)?;
    Some(
        Problem::error(
            "template-not-rendered",
            format!("this is {what}: it must be rendered before it can be checked"),
        )
        .at(view.span(at..at + mark.len()), "an instruction of the template")
        .help(format!("{how}, then check the result")),
    )
}

/// Which kind of JSON file it is, by the names at its top.
pub(super) fn json_format(root: &Node) -> Result<Format, Box<Problem>> {
    let has = |name: &str| root.get(name).is_some();
    let first = || root.elements().first().and_then(|element| element.members().first());
    let at = root.members().first().or_else(first).map_or(root.span, |member| member.key_span);
    let refuse = |message: &str, help: &str| {
        Err(Box::new(Problem::error("input-not-understood", message).at(at, "begins like this").help(help)))
    };
    if has("serverSetup") || has("appConfiguration") || has("autoConfigPreferences") {
        return Ok(Format::OneTouchSetup);
    }
    if has("steps") {
        return refuse(
            "this is a Genesis file, not one-touch setup",
            "Genesis files look alike but are read by another program; maillint checks what Domino's own one-touch setup reads",
        );
    }
    if has("notesini") || root.get("databases").is_some() {
        return refuse(
            "this is the older container configuration, not one-touch setup",
            "it was replaced by one-touch setup in Domino 12",
        );
    }
    if has("kind") && has("apiVersion") {
        return refuse("this is a Kubernetes object in JSON", "give the ConfigMap in YAML, or the setup file in it");
    }
    if has("openapi") || has("swagger") || root.path(&["components", "schemas"]).is_some() {
        return refuse(
            "this describes a REST service, it is no answer of one",
            "ask the service for documents and check what it answers",
        );
    }
    if let Some(problem) = own::json(root) {
        return Err(Box::new(problem));
    }
    let native = native(root);
    if native.is_ok() {
        return Ok(Format::NativeJson);
    }
    if is_of_exchange(root) {
        return refuse("this is the configuration of Exchange, which is not read", foreign::DECLARE_EXCHANGE);
    }
    if view_entries::is_view(root) {
        return Ok(Format::ViewEntries);
    }
    if let Some(problem) = rest::error(root) {
        return Err(Box::new(problem));
    }
    if rest::is_answer(root) {
        return Ok(Format::DominoRest);
    }
    native.map(|()| Format::NativeJson)
}

/// Whether a tree holds objects as Exchange's shell writes them: names of theirs at its top, or in the objects below.
fn is_of_exchange(root: &Node) -> bool {
    let of_exchange = |node: &Node| {
        node.members().iter().filter(|member| foreign::OF_EXCHANGE.contains(&&*member.key)).count() >= 2
            && !node.members().iter().any(|member| matches!(&*member.key, "Form" | "@form"))
    };
    let below = |node: &Node| of_exchange(node) || node.elements().iter().any(of_exchange);
    below(root) || root.members().iter().any(|member| below(&member.node))
}

/// Whether a tree is a native description, by the names at its top.
pub(super) fn native(root: &Node) -> Result<(), Box<Problem>> {
    if root.members().iter().any(|member| SECTIONS.contains(&&*member.key)) {
        return Ok(());
    }
    if let Some(problem) = own::toml(root) {
        return Err(Box::new(problem));
    }
    let at = root.members().first().map_or(root.span, |member| member.key_span);
    let near = root
        .members()
        .iter()
        .find_map(|member| closest(&member.key, SECTIONS.iter().copied()).map(|name| (member, name)));
    if let Some((member, name)) = near {
        return Err(Box::new(
            Problem::error(
                "input-not-understood",
                format!("`{}` is not a document kind of the native description", member.key),
            )
            .at(member.key_span, "not known")
            .help(format!("did you mean `{name}`?")),
        ));
    }
    let help = if root.members().is_empty() { "it has no content" } else { UNDERSTOOD };
    Err(Box::new(
        Problem::error("input-not-understood", "not a format that can be read").at(at, "begins like this").help(help),
    ))
}
