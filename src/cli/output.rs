//! Where reports go. A report is made whole before the first byte of it is written, and a file appears whole or not at all:
//! who stops the program, or runs out of disk, is left with no report rather than with half of one.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::Terminal;
use crate::report::{self, Format, Run, Style};
use crate::source::display_path;

/// Writes the report to standard output.
///
/// # Errors
/// What the writer says.
pub(super) fn print(out: &mut dyn Write, format: Format, run: &Run<'_>, style: Style) -> io::Result<()> {
    let mut text = Vec::new();
    report::write(&mut text, format, run, style)?;
    out.write_all(&text)
}

/// Writes the report to a file.
///
/// # Errors
/// Why the file cannot be written, with its name.
pub(super) fn write_report(path: &Path, format: Format, run: &Run<'_>) -> io::Result<()> {
    let mut text = Vec::new();
    report::write(&mut text, format, run, Terminal::for_file())?;
    write_file(path, &text)
}

/// Writes a file whole or not at all.
///
/// # Errors
/// Why it cannot be written, with its name.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("`{}`: {error}", display_path(path)));
    // A device or a pipe cannot be replaced, and a link leads to what is meant.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let special = fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file());
    if special {
        let mut file = fs::OpenOptions::new().write(true).open(&target).map_err(named)?;
        return file.write_all(bytes).and_then(|()| file.flush()).map_err(named);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".maillint-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What the user's mask leaves of it, or what the file has now.
        let mode = fs::metadata(&target).map_or(0o666, |metadata| metadata.permissions().mode());
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    let mut file = builder.tempfile_in(folder).map_err(named)?;
    file.write_all(bytes).map_err(named)?;
    file.as_file().sync_all().map_err(named)?;
    file.persist(&target).map_err(|error| named(error.error))?;
    Ok(())
}
