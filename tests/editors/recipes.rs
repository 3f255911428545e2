//! The recipes, in the editors.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::folder::Folder;
use crate::tools::tool;

const BAD: &str = "# é📨\n[[server]]\nname = 'mx1/Acme'\ntitle = 'é📨' \nhostnmae = 'x'\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Opens a file, waits for what is said of it, mends it without saving, and waits again.
const SCRIPT: &str = r#"
local function wait()
  vim.wait(20000, function() return done end, 20)
  done = false
end
local set = vim.diagnostic.set
vim.diagnostic.set = function(...) set(...) done = true end
require("maillint").setup({ command = { MAILLINT, "check" } })
vim.cmd("edit mx.toml")
wait()
local before = vim.diagnostic.get(0)
vim.api.nvim_buf_set_lines(0, 4, 5, false, { "hostname = 'mx1.acme.example'" })
vim.cmd("doautocmd TextChanged")
wait()
local after = vim.diagnostic.get(0)
local file = io.open("answer.json", "w")
file:write(vim.json.encode({ before = before, after = after, modified = vim.bo.modified }))
file:close()
vim.cmd("qall!")
"#;

#[test]
fn neovim_shows_what_is_wrong_while_it_is_written() {
    let Some(nvim) = tool(&["nvim"]) else { return };
    let script = format!("local MAILLINT = {:?}\nlocal done = false\n{SCRIPT}", env!("CARGO_BIN_EXE_maillint"));
    let folder = Folder::new("nvim").with("mx.toml", BAD).with("script.lua", script);
    let runtime = format!("set runtimepath+={}", root().join("editors/nvim").display());
    let mut command = Command::new(nvim);
    command.args(["--headless", "--clean", "-n", "-c", &runtime, "-c", "luafile script.lua"]);
    command.current_dir(&folder.0).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8");
    let output = command.output().expect("Neovim runs");
    let answer = fs::read(folder.0.join("answer.json")).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    });
    let answer: Json = serde_json::from_slice(&answer).expect("JSON");
    let find = |list: &Json| {
        list.as_array().expect("diagnostics").iter().find(|entry| entry["code"] == "unknown-key").cloned()
    };
    let found = find(&answer["before"]).expect("the mistake is shown");
    assert_eq!((&found["lnum"], &found["col"], &found["end_col"]), (&4.into(), &0.into(), &8.into()), "{found}");
    assert_eq!((&found["severity"], &found["source"]), (&1.into(), &"maillint".into()));
    assert_eq!(find(&answer["after"]), None, "mended in the buffer, not on disk");
    assert_eq!(answer["modified"], true);
}

#[test]
fn vim_jumps_to_what_is_wrong() {
    let Some(vim) = tool(&["vim"]) else { return };
    let folder = Folder::new("vim").with("mx.toml", BAD);
    let runtime = format!("set runtimepath+={}", root().join("editors/vim").display());
    let binaries = Path::new(env!("CARGO_BIN_EXE_maillint")).parent().expect("a folder").display().to_string();
    let path = format!("{binaries}:{}", std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(vim);
    command.args(["-es", "-N", "-u", "NONE", "-i", "NONE", "-c", &runtime, "-c", "compiler maillint"]);
    command.args(["-c", "silent make mx.toml", "-c", "call writefile([json_encode(getqflist())], 'answer.json')"]);
    command.args(["-c", "qall!"]).current_dir(&folder.0).stdin(Stdio::null());
    command.env("PATH", path).env("LC_ALL", "C.UTF-8").env("TERM", "dumb");
    let output = command.output().expect("Vim runs");
    let answer = fs::read(folder.0.join("answer.json")).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stdout));
    });
    let answer: Json = serde_json::from_slice(&answer).expect("JSON");
    let found = answer.as_array().expect("a list").iter().find(|entry| entry["valid"] == 1).cloned().expect("one");
    assert_eq!((&found["lnum"], &found["col"], &found["type"]), (&5.into(), &1.into(), &"e".into()), "{found}");
    assert!(found["text"].as_str().is_some_and(|text| text.contains("`hostnmae` is not a known name")), "{found}");
}

#[test]
fn the_guide_shows_the_recipes() {
    let guide = fs::read_to_string(root().join("docs/editors.md")).expect("the guide");
    for part in ["editors/nvim", "require(\"maillint\").setup()", "editors/vim", ":compiler maillint", "column_utf16"] {
        assert!(guide.contains(part), "{part}");
    }
}
