//! What to try when the other side reports a refused connection: what the settings explain, what they rule out, where to look
//! next, and three probes with the lines to type.

use std::io::{self, Write};

use serde::Serialize;

use super::human::Style;
use super::sanitize::one_line;

/// The answer to "refused".
#[derive(Debug, Clone, Serialize)]
pub struct Probes {
    /// What was observed.
    pub observed: &'static str,
    /// The setting that explains it, if one does.
    pub explained_by: Option<String>,
    /// What the settings say of it otherwise.
    pub conclusion: String,
    /// What the settings rule out.
    pub ruled_out: Vec<String>,
    /// What the input cannot tell, in the order in which to look.
    pub look_at: Vec<String>,
    /// Where to call from, and what to type there.
    pub probes: Vec<Probe>,
    /// The lines of the dialogue.
    pub lines: Vec<String>,
    /// How to read the three together.
    pub reading: Vec<&'static str>,
}

/// One call.
#[derive(Debug, Clone, Serialize)]
pub struct Probe {
    /// Where to call from.
    pub from: &'static str,
    /// What to type there.
    pub command: String,
    /// The same with netcat.
    pub netcat: String,
}

/// How to read the probes.
pub const READING: [&str; 5] = [
    "1 is refused: nothing listens there. Is the task loaded (`show tasks`), does another process hold the port, is the listener bound to another address?",
    "1 answers, 2 is refused: the listener is bound to another address than the one called, or the machine's own firewall rejects",
    "2 answers, 3 is refused: a firewall, NAT or port forwarding between the networks rejects, or leads to a machine where nothing listens",
    "3 answers as well: the other side calls another address or port; compare what it dials with DNS",
    "With `SMTPDebug=3` and `SMTPDebugIO=3` the console says \"Connection Accepted on Port\" for every call that arrives; no such line means that the call did not reach this listener",
];

impl Probes {
    /// Writes them for people.
    ///
    /// # Errors
    /// What the writer says.
    pub(super) fn write(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let width = style.width.clamp(60, 140);
        let item = |out: &mut dyn Write, lead: &str, text: &str| {
            let next = " ".repeat(lead.len());
            let options = textwrap::Options::new(width)
                .initial_indent(lead)
                .subsequent_indent(&next)
                .word_splitter(textwrap::WordSplitter::NoHyphenation);
            writeln!(out, "{}", textwrap::fill(&one_line(text, style.ascii(), 1000), options))
        };
        writeln!(out, "\n{}", style.bold("The other side reports a refused connection"))?;
        match &self.explained_by {
            Some(setting) => item(out, "  explained: ", setting)?,
            None => item(out, "  ", &self.conclusion)?,
        }
        if !self.ruled_out.is_empty() {
            writeln!(out, "\n  {}", style.bold("What the settings rule out"))?;
            for line in &self.ruled_out {
                item(out, "    - ", line)?;
            }
        }
        writeln!(out, "\n  {}", style.bold("Where to look next, in this order"))?;
        for (line, number) in self.look_at.iter().zip(1..) {
            item(out, &format!("    {number}. "), line)?;
        }
        writeln!(out, "\n  {}", style.bold("Three probes"))?;
        for (probe, number) in self.probes.iter().zip(1..) {
            let text = format!("{}: {}   (or: {})", probe.from, probe.command, probe.netcat);
            item(out, &format!("    {number}. "), &text)?;
        }
        writeln!(out, "\n    and once it answers with 220, type:")?;
        for line in &self.lines {
            writeln!(out, "      {}", one_line(line, style.ascii(), 400))?;
        }
        writeln!(out)?;
        for line in &self.reading {
            item(out, "    - ", line)?;
        }
        Ok(())
    }
}
