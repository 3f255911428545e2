//! `exposure`: who can do what with each server.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use super::args::{Exposure, Format};
use super::checked::has_errors;
use super::input::{self, Loaded};
use super::request::Request;
use super::{Exit, Terminal, refuse, usage};
use crate::effective::Exposed;
use crate::report::exposure::Shown;
use crate::report::{self, Diagnostic};
use crate::suggest::closest;

pub(super) fn exposure(options: &Exposure, terminal: Terminal, out: &mut dyn Write) -> io::Result<Exit> {
    let request = match Request::new(options.paths.clone(), &options.input) {
        Ok(request) => request,
        Err(refused) => return refuse(&refused, terminal),
    };
    let loaded = input::load(&request, false);
    if options.format == Format::Human {
        show_problems(&loaded, terminal)?;
    }
    let servers = match chosen(&loaded, options.server.as_deref()) {
        Ok(servers) => servers,
        Err(message) => return usage(&message),
    };
    let environment = loaded.model.environment();
    let shown: Vec<Shown<'_>> =
        servers.iter().map(|exposed| Shown { exposed, environment, sources: &loaded.sources }).collect();
    match options.format {
        Format::Human => report::exposure::human(out, &shown, terminal.style())?,
        Format::Json => report::exposure_json::json(out, &shown, &loaded.problems, &loaded.sources)?,
    }
    if has_errors(&loaded.problems) {
        return Ok(Exit::Input);
    }
    if servers.is_empty() {
        writeln!(io::stderr(), "maillint: the input holds no Server document")?;
        return Ok(Exit::Input);
    }
    Ok(Exit::Clean)
}

/// Writes what could not be read or understood.
pub(super) fn show_problems(loaded: &Loaded, terminal: Terminal) -> io::Result<()> {
    let style = terminal.style_for(io::stderr().is_terminal());
    for problem in &loaded.problems {
        let text = report::human::diagnostic_text(&Diagnostic::from_problem(problem), &loaded.sources, style);
        writeln!(io::stderr(), "{text}")?;
    }
    Ok(())
}

/// The servers, or the one of that name.
///
/// # Errors
/// There is none of that name.
pub(super) fn chosen(loaded: &Loaded, wanted: Option<&str>) -> Result<Vec<Arc<Exposed>>, String> {
    let environment = loaded.model.environment();
    let name = |exposed: &Arc<Exposed>| environment.document(exposed.id()).map_or("", |server| &*server.name);
    let all = loaded.model.exposed();
    let Some(wanted) = wanted else { return Ok(all.to_vec()) };
    let found: Vec<Arc<Exposed>> =
        all.iter().filter(|exposed| crate::directory::same_name(name(exposed), wanted)).cloned().collect();
    if !found.is_empty() || all.is_empty() {
        return Ok(found);
    }
    Err(match closest(wanted, all.iter().map(name)) {
        Some(near) => format!("there is no server `{wanted}` in the input, did you mean `{near}`?"),
        None => {
            let names: Vec<&str> = all.iter().take(10).map(name).collect();
            let more = if all.len() > names.len() { ", …" } else { "" };
            format!("there is no server `{wanted}` in the input; there are {}{more}", names.join(", "))
        }
    })
}
