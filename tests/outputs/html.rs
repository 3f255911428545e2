//! The page, in a browser that runs no script of it and loads nothing.

use std::fs;
use std::process::Command;

use crate::folder::Folder;
use crate::printed;
use crate::tools::tool;

#[test]
fn it_loads_and_runs_nothing() {
    let page = printed(&["--format", "html"]);
    for word in
        ["<script", "<link", "<img", "<iframe", "javascript:", "url(", "@import", " onload", "http://", "https://"]
    {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"));
    assert!(!page.contains("<b>") && page.contains("&lt;b&gt;"), "values are no markup");
}

#[test]
fn it_says_of_each_server_who_may_relay() {
    let folder = Folder::new("html-exposure");
    let example = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/04-open-relay");
    let page = folder.run(&["check", "--format", "html", &example.to_string_lossy()]).out;
    let server = |name: &str| {
        let rest = page.split(&format!("<summary>{name} ")).nth(1).unwrap_or_else(|| panic!("no {name}"));
        rest.split("</details>").next().unwrap_or("").to_owned()
    };
    assert!(server("hub1/Kestrel").contains("open relay: no</span>"));
    let open = server("hub2/Kestrel");
    assert!(open.contains("open relay: YES</span>") && open.contains("witness: 203.0.113."), "{open}");
    assert!(open.contains("maillint simulate PATH --server hub2/Kestrel"), "{open}");
}

#[test]
fn a_browser_shows_it() {
    let Some(browser) = tool(&["chromium", "google-chrome", "chrome"]) else { return };
    let folder = Folder::new("html").with("report.html", printed(&["--format", "html"]));
    let page = format!("file://{}", folder.0.join("report.html").display());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&browser);
        command
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1000,1600"])
            .args(arguments)
            .arg(&page);
        command.current_dir(&folder.0).output().expect("the browser runs")
    };
    // What the browser made of it: nothing was cut, moved or closed too early.
    let seen = String::from_utf8(run(&["--dump-dom"]).stdout).expect("UTF-8");
    let wanted = printed(&["--format", "html"]);
    for tag in ["<article", "<table", "<details", "<mark", "<h4", "<section", "<dl"] {
        assert_eq!(seen.matches(tag).count(), wanted.matches(tag).count(), "{tag}");
    }
    assert!(seen.contains("Tëst 📨 &lt;b&gt;&amp;amp;"), "the value is shown as it is");
    run(&["--screenshot=report.png"]);
    let picture = fs::read(folder.0.join("report.png")).expect("a picture");
    assert!(picture.starts_with(b"\x89PNG") && picture.len() > 20_000, "{} bytes", picture.len());
}
