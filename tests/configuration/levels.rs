//! Which rules run, and how bad what they find is.

use crate::common::list;
use crate::folder::Folder;

const SERVER: &str = "[[server]]\nname = 'mx1/Acme'\nhostname = 'mx1'\n";

/// The severity of the one finding, or `-`.
fn severity(name: &str, config: &str, arguments: &[&str]) -> String {
    let folder = Folder::new(name)
        .with("maillint.toml", format!("rule_paths = ['rules']\n{config}"))
        .with("rules/naming/mx-named-mx1.toml", include_str!("mx-named-mx1.toml"))
        .with("mx.toml", SERVER);
    let report = folder.json(&[&["mx.toml"], arguments].concat());
    let found: Vec<&str> = list(&report, "findings")
        .iter()
        .filter(|finding| finding["rule"] == "mx-named-mx1")
        .filter_map(|finding| finding["severity"].as_str())
        .collect();
    assert!(found.len() < 2);
    found.first().map_or_else(|| "-".to_owned(), |severity| (*severity).to_owned())
}

#[test]
fn the_rule_wins_over_its_tags_those_over_the_category_that_over_all_and_any_over_the_profile() {
    // The rule has the tags `strict` and `names` and the category `naming`; it is a warning.
    let table: [(&str, &[&str], &str); 13] = [
        ("", &[], "-"),
        ("profile = 'strict'\n", &[], "warning"),
        ("profile = 'all'\n", &[], "warning"),
        ("profile = 'strict'\n", &["--profile", "default"], "-"),
        ("", &["--profile", "strict"], "warning"),
        ("[rules]\nmx-named-mx1 = 'on'\n", &[], "warning"),
        ("[rules]\nmx-named-mx1 = 'error'\n[tags]\nnames = 'off'\n", &[], "error"),
        ("[tags]\nnames = 'info'\n[categories]\nnaming = 'error'\n", &[], "info"),
        ("[tags]\nnames = 'info'\nstrict = 'error'\n", &[], "error"),
        ("[tags]\nstrict = 'error'\nnames = 'info'\n", &[], "info"),
        ("[categories]\nnaming = 'info'\n[rules]\n'*' = 'off'\n", &[], "info"),
        ("profile = 'all'\n[categories]\nnaming = 'off'\n", &[], "-"),
        ("profile = 'all'\n[rules]\n'*' = 'off'\n", &[], "-"),
    ];
    for (index, (config, arguments, wanted)) in table.iter().enumerate() {
        assert_eq!(severity(&format!("level-{index}"), config, arguments), *wanted, "{config} {arguments:?}");
    }
}

#[test]
fn the_worst_come_first_also_after_levels_changed_them() {
    let folder = Folder::new("order")
        .with("maillint.toml", "rule_paths = ['rules']\nrules = { '*' = 'info', mx-named-mx1 = 'error' }\n")
        .with("rules/mx-named-mx1.toml", include_str!("mx-named-mx1.toml"))
        .with("mx.toml", "[[server]]\nname = 'mx1/Acme'\nhostname = 'mx1'\nsmtp_listener = true\n");
    let report = folder.json(&["mx.toml"]);
    let severities: Vec<&str> =
        list(&report, "findings").iter().filter_map(|finding| finding["severity"].as_str()).collect();
    assert_eq!(severities.first(), Some(&"error"));
    assert!(severities.iter().skip(1).all(|severity| *severity == "info") && severities.len() > 1, "{severities:?}");
}
