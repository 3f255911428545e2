//! `effective`: what is in force.

use std::io::{self, IsTerminal, Write};

use super::args::{Effective, Format};
use super::checked::has_errors;
use super::input::{self, Loaded};
use super::request::Request;
use super::{Exit, Terminal, refuse, usage};
use crate::directory::Kind;
use crate::report::{self, Diagnostic, picture};
use crate::rules::RECIPIENTS;
use crate::suggest::closest;

pub(super) fn effective(options: &Effective, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    // What exists as a file, or looks like one, is a path; the rest are fields.
    let (paths, fields): (Vec<&String>, Vec<&String>) =
        options.arguments.iter().partition(|argument| is_path(argument));
    let mut request = match Request::new(paths.into_iter().map(Into::into).collect(), &options.input) {
        Ok(request) => request,
        Err(refused) => return refuse(&refused, terminal),
    };
    let names = request.owners(&options.server);
    if names.len() > 1 {
        return usage("`--server` names one server; further ones are shown without it");
    }
    let server = names.first().copied();
    // What a server does, no recipient decides; what it seems to be meant for, they may show.
    let recipients = fields.iter().any(|field| RECIPIENTS.iter().any(|name| field.contains(name)));
    let loaded = input::load(&request, recipients);
    let style = terminal.style_for(io::stderr().is_terminal());
    if options.format == Format::Human {
        for problem in &loaded.problems {
            let text = report::human::diagnostic_text(&Diagnostic::from_problem(problem), &loaded.sources, style);
            writeln!(io::stderr(), "{text}")?;
        }
    }
    if let Some(message) = wrong_names(server, &fields, &loaded) {
        return usage(&message);
    }
    let fields: Vec<String> = fields.into_iter().cloned().collect();
    let pictures = picture::pictures(&loaded.model, server, &fields);
    let environment = loaded.model.environment();
    match options.format {
        Format::Human => report::effective::human(out, &pictures, environment, &loaded.sources, terminal.style())?,
        Format::Json => report::effective::json(out, &pictures, environment, &loaded.sources, &loaded.problems)?,
    }
    if has_errors(&loaded.problems) {
        return Ok(Exit::Input);
    }
    if pictures.is_empty() {
        writeln!(io::stderr(), "maillint: the input holds no Server document")?;
        return Ok(Exit::Input);
    }
    Ok(Exit::Clean)
}

fn is_path(argument: &str) -> bool {
    argument == "-" || argument.contains(['/', '\\']) || std::path::Path::new(argument).exists() || {
        let ending = argument.rsplit('.').next().unwrap_or("");
        ["toml", "json", "yaml", "yml", "ini", "dxl", "xml", "jsonl", "txt", "ldif"].contains(&ending)
    }
}

/// A server or a field that is not there.
fn wrong_names(server: Option<&str>, fields: &[&String], loaded: &Loaded) -> Option<String> {
    let environment = loaded.model.environment();
    let names: Vec<&str> = environment.of_kind(Kind::Server).map(|server| &*server.name).collect();
    if let Some(wanted) = server
        && !names.is_empty()
        && !names.iter().any(|name| crate::directory::same_name(name, wanted))
    {
        return Some(match closest(wanted, names.iter().copied()) {
            Some(name) => format!("there is no server `{wanted}` in the input, did you mean `{name}`?"),
            None => format!("there is no server `{wanted}` in the input; there are {}", names.join(", ")),
        });
    }
    if names.is_empty() {
        return None;
    }
    let field = fields.iter().find(|field| !picture::has_path(&loaded.model, field))?;
    let known: Vec<String> = Kind::Server
        .spec()
        .fields
        .iter()
        .map(|spec| spec.path.to_string())
        .chain(Kind::Configuration.spec().fields.iter().map(|spec| format!("configuration.{}", spec.path)))
        .collect();
    Some(match closest(field, known.iter().map(String::as_str)) {
        Some(name) => format!("`{field}` is neither a file nor a field of a server, did you mean `{name}`?"),
        None => format!("`{field}` is neither a file nor a field of a server"),
    })
}
