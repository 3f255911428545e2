//! `vocabulary unknown`, and the count in the summary of `check`.

use crate::common::{list, problems};
use crate::folder::{CLEAN, Folder, INPUT};
use crate::{SERVER, configuration};

#[test]
fn items_that_nobody_explains_are_listed_with_their_families() {
    let items = "SMTPZZSomething:  1\nRouterZZ:  2\nZZColour:  blue\n";
    let folder = Folder::new("listed").with("export.txt", format!("{SERVER}{}", configuration(items)));
    folder.check(&["export.txt"]).says(
        folder.check(&["export.txt"]).code,
        &["3 items not understood (2 look like SMTP settings; -v lists them)"],
    );
    let report = folder.json(&["export.txt"]);
    assert_eq!(problems(&report), Vec::<String>::new());
    assert_eq!(
        (&report["summary"]["items_not_understood"], &report["summary"]["items_like_smtp"]),
        (&3.into(), &2.into())
    );
    let run = folder.run(&["vocabulary", "unknown", "export.txt"]);
    run.says(
        CLEAN,
        &[
            "configuration settings document *",
            "smtpzzsomething export.txt:12 looks like an smtp setting",
            "zzcolour export.txt:14",
            "3 items are not understood, 2 look like smtp settings",
            "[aliases]",
        ],
    );
    let report = folder.run(&["vocabulary", "unknown", "--format", "json", "export.txt"]).json();
    let found: Vec<String> =
        list(&report, "items").iter().map(|item| format!("{} {}", item["item"], item["looks_like_smtp"])).collect();
    assert_eq!(found, ["\"SMTPZZSomething\" true", "\"RouterZZ\" true", "\"ZZColour\" false"]);
    // An alias explains an item.
    let folder = folder.with("maillint.toml", "[aliases]\nconnections.error_limit = 'RouterZZ'\n");
    assert_eq!(folder.json(&["export.txt"])["summary"]["items_not_understood"], 2);
}

#[test]
fn nothing_to_list() {
    let folder = Folder::new("nothing").with("export.txt", SERVER);
    folder.run(&["vocabulary", "unknown", "export.txt"]).says(CLEAN, &["every item is understood"]);
    folder.run(&["vocabulary", "unknown", "missing.txt"]).says(INPUT, &["no such file"]);
}
