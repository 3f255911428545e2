//! `schema`: JSON Schemas, each complete in itself, so that an editor needs no other file and no network.

use std::io::{self, Write};

use serde_json::{Map, Value as Json};

use super::args::Schema;
use super::{Exit, usage};
use crate::config::CONFIG_SCHEMA;
use crate::config::baseline::BASELINE_SCHEMA;
use crate::directory::Kind;
use crate::report::write_json;
use crate::rules::catalog;
use crate::rules::types::MODEL_SCHEMA;
use crate::suggest::closest;

/// Schemas beside those of the document kinds.
const SCHEMAS: [(&str, &str); 12] = [
    ("environment", include_str!("../../schemas/environment.schema.json")),
    ("model", MODEL_SCHEMA),
    ("rule", catalog::RULE_SCHEMA),
    ("baseline", BASELINE_SCHEMA),
    ("config", CONFIG_SCHEMA),
    ("report", include_str!("../../schemas/report.schema.json")),
    ("effective", include_str!("../../schemas/effective.schema.json")),
    ("simulate", include_str!("../../schemas/simulate.schema.json")),
    ("exposure", include_str!("../../schemas/exposure.schema.json")),
    ("cases", super::cases::SCHEMA),
    ("learned", include_str!("../../schemas/learned.schema.json")),
    ("unknown", include_str!("../../schemas/unknown.schema.json")),
];

pub(super) fn schema(options: &Schema, out: &mut dyn Write) -> io::Result<Exit> {
    let Some(text) = text(&options.name) else {
        let names = names();
        return usage(&match closest(&options.name, names.iter().copied()) {
            Some(name) => format!("there is no schema `{}`, did you mean `{name}`?", options.name),
            None => format!("there is no schema `{}`; there are {}", options.name, names.join(", ")),
        });
    };
    match bundled(text) {
        Some(schema) => write_json(out, &schema)?,
        None => {
            write!(out, "{}", text.trim_end())?;
            writeln!(out)?;
        }
    }
    Ok(Exit::Clean)
}

fn names() -> Vec<&'static str> {
    Kind::ALL.map(Kind::name).into_iter().chain(SCHEMAS.map(|(name, _)| name)).collect()
}

fn text(wanted: &str) -> Option<&'static str> {
    let kinds = Kind::ALL.map(|kind| (kind.name(), kind.schema()));
    kinds.into_iter().chain(SCHEMAS).find(|(name, _)| *name == wanted).map(|(_, text)| text)
}

/// The schema with those that it refers to among its definitions; `None` if it refers to none.
fn bundled(text: &str) -> Option<Json> {
    let mut schema: Json = serde_json::from_str(text).ok()?;
    let mut files = Map::new();
    let mut wanted = Vec::new();
    redirect(&mut schema, "", &mut wanted);
    if wanted.is_empty() {
        return None;
    }
    while let Some(name) = wanted.pop() {
        let file = format!("{name}.schema.json");
        if files.contains_key(&file) {
            continue;
        }
        let mut other: Json = serde_json::from_str(self::text(&name)?).ok()?;
        redirect(&mut other, &file, &mut wanted);
        if let Some(object) = other.as_object_mut() {
            object.retain(|key, _| key != "$schema" && key != "$id");
        }
        files.insert(file, other);
    }
    let definitions = schema.as_object_mut()?.entry("$defs").or_insert_with(|| Json::Object(Map::new()));
    definitions.as_object_mut()?.extend(files);
    Some(schema)
}

/// Leads references to where their files lie among the definitions, and those within the file `own` along with it.
fn redirect(json: &mut Json, own: &str, wanted: &mut Vec<String>) {
    match json {
        Json::Object(object) => {
            if let Some(Json::String(reference)) = object.get_mut("$ref") {
                let (file, pointer) = match reference.split_once('#') {
                    Some((file, pointer)) => (file.to_owned(), pointer.to_owned()),
                    None => (reference.clone(), String::new()),
                };
                if let Some(name) = file.strip_suffix(".schema.json") {
                    wanted.push(name.to_owned());
                    *reference = format!("#/$defs/{file}{pointer}");
                } else if file.is_empty() && !own.is_empty() && pointer.starts_with('/') {
                    *reference = format!("#/$defs/{own}{pointer}");
                }
            }
            object.values_mut().for_each(|value| redirect(value, own, wanted));
        }
        Json::Array(elements) => elements.iter_mut().for_each(|element| redirect(element, own, wanted)),
        _ => {}
    }
}
