//! TOML that is none, or goes too deep.

use crate::cases::{case, run_cases};
use crate::running::INPUT;

#[test]
fn toml_that_is_none() {
    run_cases(
        "toml",
        &[
            case(
                "a value is missing",
                "value.toml",
                "[[server]]\nname =«»\n",
                INPUT,
                "error toml-syntax",
                &["not valid TOML"],
            ),
            case(
                "a text is not closed",
                "open.toml",
                "[[server]]\nname = \"mx1/Acme\nhostname = \"mx1.acme.example\"\n",
                INPUT,
                "error toml-syntax",
                &["not valid TOML"],
            ),
            case(
                "half a number",
                "number.toml",
                "[[server]]\nname = \"mx1/Acme\"\nsmtp_inbound.port = «0x»\n",
                INPUT,
                "error toml-syntax",
                &["`0x` is not a number"],
            ),
            case(
                "a name twice",
                "twice.toml",
                "[[server]]\nname = \"mx1/Acme\"\n«name» = \"mx2/Acme\"\n",
                INPUT,
                "error duplicate-key",
                &["duplicate key"],
            ),
            case(
                "a NUL in a text",
                "nul.toml",
                format!("[[server]]\nname = \"{}«\0»/Acme\"\n", "x".repeat(80)),
                INPUT,
                "error toml-syntax",
                &["not valid TOML"],
            ),
            case(
                "lists nested 10,000 deep",
                "lists.toml",
                format!("server = {}{}", "[".repeat(10_000), "]".repeat(10_000)),
                INPUT,
                "error toml-syntax",
                &["recurs"],
            ),
            case(
                "tables nested 10,000 deep",
                "tables.toml",
                format!("server = {}1{}", "{a=".repeat(10_000), "}".repeat(10_000)),
                INPUT,
                "error toml-syntax",
                &["recurs"],
            ),
            case(
                "a dotted name 10,000 deep",
                "dotted.toml",
                format!("[[server]]\nname = \"mx1/Acme\"\nx{} = 1\n", ".a".repeat(10_000)),
                INPUT,
                "error toml-syntax",
                &["recurs"],
            ),
        ],
    );
}
