//! Suppressions and comments: what they accept, and what is said of those that accept nothing.

use serde_json::Value as Json;

use crate::common::{list, problems};
use crate::folder::{CLEAN, FINDINGS, Folder, INPUT};

/// Two servers of which a rule complains, and everything else is off.
const CONFIG: &str = "rule_paths = ['rules']\nrules = { '*' = 'off', mx-named-mx1 = 'warning' }\n";
const SERVERS: &str =
    "[[server]]\nname = 'mx1/Acme'\nhostname = 'mx1'\n\n[[server]]\nname = 'mx2/Acme'\nhostname = 'mx1'\n";

fn repository(name: &str, suppressions: &str) -> Folder {
    Folder::new(name)
        .with("maillint.toml", format!("{CONFIG}{suppressions}"))
        .with("rules/mx-named-mx1.toml", include_str!("mx-named-mx1.toml"))
        .with("live/servers.toml", SERVERS)
}

fn suppression(fields: &str) -> String {
    format!("[[suppression]]\nrule = 'mx-named-mx1'\nreason = 'it is so'\n{fields}\n")
}

/// The documents of which something is reported.
fn reported(report: &Json) -> Vec<&str> {
    list(report, "findings").iter().filter_map(|finding| finding["subject"]["name"].as_str()).collect()
}

#[test]
fn a_suppression_names_rule_and_document_and_may_be_narrower() {
    // What is written, which servers are still reported, and what is said of the suppression.
    let table: [(&str, &[&str], &[&str]); 10] = [
        ("document = 'mx1/Acme'", &["mx2/Acme"], &[]),
        ("document = 'MX1/acme'", &["mx2/Acme"], &[]),
        ("document = 'Server document mx1/Acme'", &["mx2/Acme"], &[]),
        ("document = 'Server mx1/Acme'", &["mx2/Acme"], &[]),
        ("document = 'Group mx1/Acme'", &["mx1/Acme", "mx2/Acme"], &["warning suppression-unused"]),
        ("document = 'mx1/Acme'\nfield = 'hostname'", &["mx2/Acme"], &[]),
        ("document = 'mx1/Acme'\nfield = 'title'", &["mx1/Acme", "mx2/Acme"], &["warning suppression-unused"]),
        ("document = 'mx1/Acme'\nelement = 'x'", &["mx1/Acme", "mx2/Acme"], &["warning suppression-unused"]),
        ("document = 'mx1/Acme'\nexpires = 2030-01-31", &["mx2/Acme"], &[]),
        ("document = 'mx1/Acme'\nexpires = '2030-01-30'", &["mx1/Acme", "mx2/Acme"], &["warning suppression-expired"]),
    ];
    for (index, (fields, left, said)) in table.iter().enumerate() {
        let folder = repository(&format!("suppression-{index}"), &suppression(fields));
        let report = folder.json(&["live", "--as-of", "2030-01-31"]);
        assert_eq!(reported(&report), *left, "{fields}");
        assert_eq!(problems(&report), *said, "{fields}");
        assert_eq!(list(&report, "suppressed").len(), 2 - left.len());
        let all = folder.json(&["live", "--as-of", "2030-01-31", "--no-suppressions"]);
        assert_eq!((reported(&all).len(), problems(&all).len()), (2, 0), "{fields}");
    }
}

#[test]
fn what_was_accepted_is_told_with_its_reason() {
    let folder = repository("told", &suppression("document = 'mx1/Acme'\nowner = 'mail team'\nexpires = 2030-01-31"));
    let report = folder.json(&["live", "--as-of", "2030-01-01"]);
    let accepted = &list(&report, "suppressed")[0];
    assert_eq!((&accepted["kind"], &accepted["reason"]), (&"configuration".into(), &"it is so".into()));
    assert_eq!((&accepted["owner"], &accepted["expires"]), (&"mail team".into(), &"2030-01-31".into()));
    assert_eq!((&accepted["place"]["path"], &accepted["place"]["start"]["line"]), (&"maillint.toml".into(), &4.into()));
    assert_eq!(accepted["finding"]["rule"], "mx-named-mx1");
    assert_eq!(report["summary"]["suppressed"], 1);
    folder.check(&["live", "--as-of", "2030-02-01"]).says(
        FINDINGS,
        &[
            "suppression-expired",
            "expired on 2030-01-31",
            "the reason was: it is so",
            "its owner is mail team",
            "maillint.toml:8:11",
        ],
    );
}

#[test]
fn everything_accepted_is_clean() {
    let both = suppression("document = 'mx1/Acme'") + &suppression("document = 'mx2/Acme'");
    assert_eq!(repository("clean", &both).check(&["live"]).code, CLEAN);
}

#[test]
fn suppressions_may_lie_in_a_file_of_their_own() {
    let folder = repository("own-file", "suppression_files = ['accepted.toml']\n")
        .with("accepted.toml", suppression("document = 'mx1/Acme'") + &suppression("document = 'mx3/Acme'"));
    let run = folder.check(&["live"]);
    run.says(FINDINGS, &["accepted.toml:6:8", "accepts nothing"]);
    assert_eq!(reported(&folder.json(&["live"])), ["mx2/Acme"]);
}

#[test]
fn an_unknown_rule_is_named() {
    let folder = repository("unknown", "[[suppression]]\nrule = 'mx-named-mx2'\ndocument = 'mx1/Acme'\nreason = 'x'\n");
    folder.check(&["live"]).says(FINDINGS, &["no rule `mx-named-mx2` runs", "did you mean `mx-named-mx1`?"]);
}

#[test]
fn nothing_is_called_unused_while_something_is_not_known() {
    let unused = suppression("document = 'mx9/Acme'");
    // An input that cannot be read.
    let folder = repository("unread", &unused);
    let report = folder.json(&["live", "missing.toml"]);
    assert_eq!(problems(&report), ["error input-unreadable"]);
    assert_eq!(folder.check(&["live", "missing.toml"]).code, INPUT);
    // A server whose name nobody can say.
    let folder = repository("undecided", &unused)
        .with("live/more.json", "{ \"serverSetup\": { \"server\": { \"type\": \"first\", \"name\": \"mx5\" }, \"network\": { \"hostName\": \"{{ HOST }}\" } } }");
    let report = folder.json(&["live"]);
    let open = list(&report, "not_evaluated").iter().any(|open| open["rule"] == "mx-named-mx1");
    let said = problems(&report).contains(&"warning suppression-unused".to_owned());
    assert_eq!((open, said), (true, false), "{report}");
    // A part of the environments.
    let environments =
        "[[environment]]\nname = 'a'\ninputs = ['live']\n[[environment]]\nname = 'b'\ninputs = ['live']\n";
    let folder = repository("a-part", &format!("{environments}{unused}"));
    assert_eq!(problems(&folder.json(&["--environment", "a"])), Vec::<String>::new());
    assert_eq!(problems(&folder.json(&[])), ["warning suppression-unused"]);
}

#[test]
fn a_suppression_for_one_environment() {
    let environments =
        "[[environment]]\nname = 'a'\ninputs = ['live']\n[[environment]]\nname = 'b'\ninputs = ['live']\n";
    let one = suppression("document = 'mx1/Acme'\nenvironment = 'a'");
    let report = repository("of-one", &format!("{environments}{one}")).json(&[]);
    let found: Vec<String> = list(&report, "findings")
        .iter()
        .map(|finding| format!("{} {}", finding["environment"], finding["subject"]["name"]).replace('"', ""))
        .collect();
    assert_eq!(found, ["a mx2/Acme", "b mx1/Acme", "b mx2/Acme"]);
}

#[test]
fn comments_accept_what_is_on_their_line_or_below_them() {
    // What stands in the file, how many findings are left, and what is said of the comment.
    let table: [(&str, usize, &[&str]); 11] = [
        ("[[server]]\nname = 'a/A'\nhostname = 'mx1' # maillint: allow(mx-named-mx1) so be it\n", 0, &[]),
        ("[[server]]\nname = 'a/A'\n# maillint: allow(mx-named-mx1): so be it\nhostname = 'mx1'\n", 0, &[]),
        ("[[server]]\nname = 'a/A'\n# maillint: allow(mx-named-mx1, until 2030-01-31) so\nhostname = 'mx1'\n", 0, &[]),
        (
            "[[server]]\nname = 'a/A'\n# maillint: allow(mx-named-mx1, until 2030-01-30) so\nhostname = 'mx1'\n",
            1,
            &["warning suppression-expired"],
        ),
        (
            "[[server]]\nname = 'a/A'\n# maillint: allow(mx-named-mx1)\nhostname = 'mx1'\n",
            1,
            &["warning suppression-without-reason"],
        ),
        (
            "[[server]]\nname = 'a/A'\n# maillint: ignore mx-named-mx1\nhostname = 'mx1'\n",
            1,
            &["warning comment-not-understood"],
        ),
        (
            "[[server]]\nname = 'a/A'\n# maillint: allow(mx-named-mx1, until morning) so\nhostname = 'mx1'\n",
            1,
            &["warning comment-not-understood"],
        ),
        (
            "[[server]]\nname = 'a/A'\n# maillint: allow(mx-name-mx1) so\nhostname = 'mx1'\n",
            1,
            &["warning suppression-unused"],
        ),
        (
            "[[server]]\n# maillint: allow(mx-named-mx1) so\nname = 'a/A'\nhostname = 'mx1'\n",
            1,
            &["warning suppression-unused"],
        ),
        ("[[server]]\nname = 'a/A'\ntitle = '# maillint: allow(mx-named-mx1) so'\nhostname = 'mx1'\n", 1, &[]),
        (
            "[[server]]\nname = 'a/A'\nhostname = 'mx2'\n# maillint: allow(mx-named-mx1) so\n",
            0,
            &["warning suppression-unused"],
        ),
    ];
    for (index, (text, left, said)) in table.iter().enumerate() {
        let folder = repository(&format!("comment-{index}"), "").with("live/servers.toml", text);
        let report = folder.json(&["live", "--as-of", "2030-01-31"]);
        assert_eq!(list(&report, "findings").len(), *left, "{text}");
        assert_eq!(problems(&report), *said, "{text}");
        let all = folder.json(&["live", "--no-suppressions"]);
        assert_eq!(problems(&all), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_comment_above_a_document_is_about_what_is_not_set_in_it() {
    let text =
        "# maillint: allow(fqdn-missing) it is built next week\n[[server]]\nname = 'mx1/Acme'\nsmtp_listener = true\n";
    let folder = Folder::new("not-set").with("maillint.toml", "rules = { '*' = 'off', fqdn-missing = 'on' }\n");
    let folder = folder.with("mx.toml", text);
    let report = folder.json(&["."]);
    assert_eq!((list(&report, "findings").len(), list(&report, "suppressed").len()), (0, 1), "{report}");
    assert_eq!(list(&report, "suppressed")[0]["kind"], "comment");
}

#[test]
fn comments_in_yaml() {
    let text = "server:\n  - name: a/A\n    hostname: mx1 # maillint: allow(mx-named-mx1) so be it\n  - name: b/A\n    hostname: mx1\n";
    let folder = repository("yaml", "").with("live/more.yaml", text);
    let report = folder.json(&["live/more.yaml"]);
    assert_eq!((reported(&report), problems(&report)), (vec!["b/A"], vec![]));
}
