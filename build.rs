//! Packs the rule files into the binary: once whole, for pages and self-tests, and once as one JSON text with only what a
//! check needs, so that the examples are not parsed at every start.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What `check` does not need of a rule.
const FOR_READERS: [&str; 6] = ["bad", "good", "unknown", "why", "references", "since"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut files = Vec::new();
    collect(&root.join("rules"), &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    let mut lean = serde_json::Map::new();
    for path in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        let part = |name: Option<&std::ffi::OsStr>| name.and_then(|name| name.to_str()).map(str::to_owned);
        let name = part(path.file_stem()).ok_or("the name of a rule file is not UTF-8")?;
        let category = part(path.parent().and_then(Path::file_name)).ok_or("a rule file is in no category")?;
        let shown = path.to_str().ok_or("the path of a rule file is not UTF-8")?;
        writeln!(list, "    ({category:?}, {name:?}, include_str!({shown:?})),")?;
        let text = fs::read_to_string(path)?;
        // A rule that is not TOML is reported by the rule tests with its place; here it is only left out.
        let Ok(mut table) = toml::from_str::<toml::Table>(&text) else { continue };
        table.retain(|key, _| !FOR_READERS.contains(&key));
        table.insert("category".to_owned(), category.into());
        lean.insert(name, serde_json::to_value(table)?);
    }
    list.push(']');
    fs::write(out.join("rules.rs"), list)?;
    fs::write(out.join("rules.json"), serde_json::to_string(&lean)?)?;
    pack_tables(&root.join("data"), &out.join("tables.json"))?;
    Ok(())
}

/// Packs the dated tables that rules look things up in.
fn pack_tables(folder: &Path, packed: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=data");
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut tables = serde_json::Map::new();
    for path in &files {
        println!("cargo::rerun-if-changed={}", path.display());
        let name = path.file_stem().and_then(|name| name.to_str()).ok_or("the name of a table is not UTF-8")?;
        let mut table: toml::Table = toml::from_str(&fs::read_to_string(path)?)?;
        // The layer that knows sets of addresses reads ranges itself; rules need to know of what date they are.
        table.remove("service");
        tables.insert(name.to_owned(), serde_json::to_value(table)?);
    }
    fs::write(packed, serde_json::to_string(&tables)?)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
