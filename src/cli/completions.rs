//! `completions` and `man`: what the command line says of itself.

use std::io::{self, Write};

use clap::CommandFactory;

use super::args::{Cli, Completions, Man};
use super::output::write_file;
use super::{Exit, usage};
use crate::source::display_path;

pub(super) fn completions(options: &Completions, out: &mut dyn Write) -> io::Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "maillint", &mut text);
    out.write_all(&text)?;
    Ok(Exit::Clean)
}

/// One page for the program and one for each command.
pub(super) fn manual(options: &Man) -> io::Result<Exit> {
    if !options.folder.is_dir() {
        return usage(&format!("`{}` is no folder", display_path(&options.folder)));
    }
    let mut command = Cli::command();
    command.build();
    let commands = command.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help");
    let all = std::iter::once(("maillint".to_owned(), command.clone()))
        .chain(commands.map(|command| (format!("maillint-{}", command.get_name()), command.clone())));
    for (name, command) in all {
        // The name in the head of the page is that of the file.
        let page = clap_mangen::Man::new(command.display_name(name.clone())).section("1").date("");
        let mut text = Vec::new();
        page.render(&mut text)?;
        write_file(&options.folder.join(format!("{name}.1")), &text)?;
    }
    Ok(Exit::Clean)
}
