//! The `maillint` command. Everything happens in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    maillint::cli::main()
}
