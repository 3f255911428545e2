//! A mistake in maillint.toml is shown in it.

use crate::finding_it::BAD;
use crate::folder::{Folder, USAGE};

/// What is written, where it is underlined, and words of the message.
const MISTAKES: [(&str, &str, &[&str]); 12] = [
    ("profile = 'strikt'\n", "1:11", &["`profile` cannot be `strikt`", "did you mean `strict`"]),
    ("fail_on = 'warnings'\n", "1:11", &["did you mean `warning`"]),
    ("[rules]\nopen-relay = 'of'\n", "2:14", &["did you mean `off`"]),
    ("[[environment]]\ninputs = ['a']\n", "1:1", &["`name` is missing"]),
    ("[[environment]]\nname = 'a'\ninputs = []\n", "3:10", &["environment"]),
    (
        "[[environment]]\nname = 'a'\ninputs = ['x']\n[[environment]]\nname = 'a'\ninputs = ['x']\n",
        "5:8",
        &["two environments are named `a`"],
    ),
    ("[[suppression]]\nrule = 'open-relay'\ndocument = 'mx1'\n", "1:1", &["`reason` is missing"]),
    (
        "[[suppression]]\nrule = 'open-relay'\ndocument = 'mx1'\nreason = 'x'\nexpires = '2026-02-30'\n",
        "5:11",
        &["`2026-02-30` is no day of the calendar"],
    ),
    ("[[suppression]]\nrule = 'open-relay'\ndocument = 'mx1'\nreason = ' '\n", "4:10", &["reason"]),
    ("[output]\nformat = 'xml'\n", "2:10", &["must be one of human, concise, json"]),
    ("[aliases]\nrelay.deny_hosts = 5\n", "2:20", &["must be a text or a table"]),
    ("a = \n[rules\n", "1:5", &["not valid toml"]),
];

#[test]
fn each_has_its_place() {
    for (index, (text, place, words)) in MISTAKES.iter().enumerate() {
        let folder = Folder::new(&format!("mistake-{index}")).with("maillint.toml", text).with("mx.toml", BAD);
        let run = folder.check(&["."]);
        run.says(USAGE, words);
        assert!(run.err.contains(&format!("[maillint.toml:{place}]")), "{text}\n{}", run.err);
    }
}

#[test]
fn a_file_of_suppressions_has_nothing_else() {
    let folder = Folder::new("suppressions")
        .with("maillint.toml", "suppression_files = ['accepted.toml', 'missing.toml']\n")
        .with("accepted.toml", "profile = 'strict'\n")
        .with("mx.toml", BAD);
    folder.check(&["."]).says(
        USAGE,
        &[
            "accepted.toml:1:1",
            "does not belong into a file of suppressions",
            "cannot read `missing.toml`",
            "maillint.toml:1:39",
        ],
    );
}
