//! Values of an input in formats that have commands and markup of their own.

use crate::folder::Folder;
use crate::printed;

#[test]
fn annotations_of_github() {
    let text = printed(&["--format", "github"]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with(
            "::error file=test.toml,line=3,endLine=3,col=12,endColumn=16,title=maillint%3A hostname-is-mx::"
        )
    );
    assert!(lines[0].contains("100%25 of the time: a, b"), "{}", lines[0]);
    assert!(lines.iter().all(|line| line.starts_with("::") || line.starts_with("maillint: ")), "{text}");
    assert!(text.ends_with("maillint: 2 errors, 3 warnings, 1 note, 1 accepted\n"), "{text}");
}

#[test]
fn beyond_ten_of_a_kind_lines_go_to_the_log() {
    let servers: Vec<String> =
        (0..25).map(|number| format!("[[server]]\nname = 's{number}/Acme'\nnmae = 'x'\n")).collect();
    let folder = Folder::new("github-many").with("many.toml", servers.concat());
    let text = folder.run(&["check", "--format", "github", "many.toml"]).out;
    let count = |start: &str| {
        text.lines().filter(|line| line.starts_with(start) && line.contains("`nmae` is not a known name")).count()
    };
    assert_eq!((count("::error file=many.toml,"), count("many.toml:")), (10, 15), "{text}");
}

#[test]
fn an_export_cannot_give_commands() {
    let folder =
        Folder::new("commands").with("x.toml", "[[server]]\nname = \"a\\n::set-output name=x::y\"\nnmae = 'x'\n");
    for format in ["github", "concise", "human", "jsonl"] {
        let text = folder.run(&["check", "--format", format, "x.toml"]).out;
        assert!(!text.lines().any(|line| line.starts_with("::set-output")), "{text}");
    }
}

#[test]
fn cells_of_markdown_stay_cells() {
    let text = printed(&["--format", "markdown"]);
    for row in text.lines().filter(|line| line.starts_with("| test.toml") || line.starts_with("| live.toml")) {
        assert_eq!(row.matches('|').count(), 4, "{row}");
    }
    assert!(!text.contains("<b>"), "{text}");
}

#[test]
fn json_lines_end_with_the_counts() {
    let text = printed(&["--format", "jsonl"]);
    let kinds: Vec<String> = text
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["type"].as_str().expect("a type").to_owned()
        })
        .collect();
    assert_eq!(kinds.last().map(String::as_str), Some("summary"));
    assert_eq!(kinds.iter().filter(|kind| *kind == "finding").count(), 4);
    assert_eq!(kinds.iter().filter(|kind| *kind == "suppressed").count(), 1);
}

#[test]
fn code_quality_of_gitlab() {
    let list: serde_json::Value = serde_json::from_str(&printed(&["--format", "gitlab"])).expect("JSON");
    let list = list.as_array().expect("a list");
    let mut prints: Vec<&str> = list.iter().filter_map(|entry| entry["fingerprint"].as_str()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), list.len());
    for entry in list {
        for key in ["description", "check_name", "fingerprint"] {
            assert!(entry[key].as_str().is_some_and(|text| !text.is_empty()), "{entry}");
        }
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&entry["severity"].as_str().expect("one")));
        assert!(entry["location"]["path"].as_str().is_some_and(|path| !path.starts_with("./")), "{entry}");
        assert!(entry["location"]["lines"]["begin"].as_u64() >= Some(1), "{entry}");
    }
}
