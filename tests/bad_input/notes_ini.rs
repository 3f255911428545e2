//! notes.ini files with slips.

use crate::cases::{case, run_cases};
use crate::running::{CLEAN, FINDINGS, INPUT};

#[test]
fn notes_ini_with_slips() {
    let ini = |lines: &str| format!("[Notes]\nKitType=2\nServerName=CN=mx1/O=Acme\n{lines}\n");
    run_cases(
        "notes_ini",
        &[
            case(
                "of a client",
                "client.ini",
                "[Notes]\nKitType=«1»\n",
                INPUT,
                "error notes-ini-of-a-client",
                &["client", "server"],
            ),
            case(
                "a byte-order mark",
                "mark.ini",
                format!("\u{feff}{}", ini("A=1")),
                FINDINGS,
                "warning notes-ini-byte-order-mark",
                &["byte-order mark"],
            ),
            case(
                "a line without =",
                "line.ini",
                ini("«ServerTasks Router,SMTP»"),
                CLEAN,
                "info notes-ini-line",
                &["without `=`"],
            ),
            case(
                "a semicolon",
                "comment.ini",
                ini("«;SMTPDebug»=0"),
                CLEAN,
                "info notes-ini-comment",
                &["`;SMTPDebug`", "not a comment"],
            ),
            case("no name", "name.ini", ini("«=5»"), FINDINGS, "warning notes-ini-line", &["without a name"]),
            case(
                "a value that is too long",
                "long.ini",
                ini(&format!("ServerTasks=«{}»", "x".repeat(300))),
                FINDINGS,
                "warning notes-ini-value-too-long",
                &["300 bytes", "255"],
            ),
        ],
    );
}
