//! A small model: one server with settings that are known, not set, or unknown. Every fact has a history of one step,
//! whose text is the name it is known by in the tables.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use crate::effective::{Datum, Fact, List, Object, Provenance, Reason, Role};
use crate::rules::cel::{Budget, Error, Expression, Function, Kind, Outcome, Schema, Scope, Type, compile};

/// A record or a map made of a table.
#[derive(Debug)]
pub(super) struct Parts {
    name: String,
    parts: BTreeMap<Arc<str>, Fact>,
}

impl Object for Parts {
    fn get(&self, name: &str) -> Option<Fact> {
        self.parts.get(name).cloned()
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        self.parts.iter().map(|(name, fact)| (name.clone(), fact.clone())).collect()
    }

    fn identity(&self) -> String {
        self.name.clone()
    }
}

/// The vocabulary of the model.
pub(super) struct Vocabulary;

const SERVER: [(&str, &str); 25] = [
    ("name", "text"),
    ("port", "int"),
    ("backlog", "int"),
    ("timeout", "int"),
    ("limit", "int"),
    ("quota", "int"),
    ("yes", "bool"),
    ("no", "bool"),
    ("maybe", "bool"),
    ("perhaps", "bool"),
    ("banner", "text"),
    ("empty", "text"),
    ("mode", "mode"),
    ("modes", "modes"),
    ("hosts", "texts"),
    ("ports", "ints"),
    ("none", "texts"),
    ("seen", "texts"),
    ("unseen", "texts"),
    ("holes", "texts"),
    ("unset", "texts"),
    ("sites", "sites"),
    ("relay", "site"),
    ("lost", "site"),
    ("ini", "ini"),
];

impl Schema for Vocabulary {
    fn field(&self, record: &str, field: &str) -> Option<Type> {
        let kind = match record {
            "server" => SERVER.iter().find(|(name, _)| *name == field)?.1,
            "site" => match field {
                "name" => "text",
                "port" => "int",
                "hosts" => "texts",
                _ => return None,
            },
            _ => return None,
        };
        Some(match kind {
            "int" => Type::Int,
            "bool" => Type::Bool,
            "texts" | "modes" => Type::list(Type::Text),
            "ints" => Type::list(Type::Int),
            "site" => Type::record("site"),
            "sites" => Type::list(Type::record("site")),
            "ini" => Type::map(Type::Text),
            _ => Type::Text,
        })
    }

    fn fields(&self, record: &str) -> Vec<Arc<str>> {
        match record {
            "server" => SERVER.iter().map(|(name, _)| Arc::from(*name)).collect(),
            _ => ["name", "port", "hosts"].map(Arc::from).to_vec(),
        }
    }

    fn keys(&self, record: &str, field: &str) -> Option<Vec<Arc<str>>> {
        ((record, field) == ("server", "ini")).then(|| ["Debug", "Log", "Size", "Trace"].map(Arc::from).to_vec())
    }

    fn members(&self, record: &str, field: &str) -> Option<Vec<Arc<str>>> {
        (record == "server" && matches!(field, "mode" | "modes"))
            .then(|| ["off", "optional", "required"].map(Arc::from).to_vec())
    }
}

/// The functions of the model.
pub(super) static FUNCTIONS: [Function; 4] = [
    Function {
        name: "isLocal",
        parameters: &[("host", Kind::Text)],
        result: Kind::Bool,
        doc: "whether a host is local",
        call: |arguments| match arguments {
            [Datum::Text(host)] => Ok(Datum::Bool(host.ends_with(".local"))),
            _ => Err("called without a host".to_string()),
        },
    },
    Function {
        name: "labels",
        parameters: &[("host", Kind::Text)],
        result: Kind::Texts,
        doc: "the labels of a host name",
        call: |arguments| match arguments {
            [Datum::Text(host)] => {
                let labels = host.split('.').map(|label| Fact::known(label, Provenance::default()));
                Ok(Datum::List(List::complete(labels.collect())))
            }
            _ => Err("called without a host".to_string()),
        },
    },
    Function {
        name: "total",
        parameters: &[("texts", Kind::Texts), ("start", Kind::Int)],
        result: Kind::Int,
        doc: "the number of texts, counted from a start",
        call: |arguments| match arguments {
            [Datum::List(list), Datum::Int(start)] => {
                Ok(Datum::Int(start + i64::try_from(list.items.len()).unwrap_or(0)))
            }
            _ => Err("called without a list".to_string()),
        },
    },
    Function {
        name: "refuse",
        parameters: &[],
        result: Kind::Bool,
        doc: "fails",
        call: |_| Err("it always fails".to_string()),
    },
];

fn history(name: &str) -> Provenance {
    Provenance::step(Role::Set, None, name)
}

fn known(name: &str, value: impl Into<Datum>) -> Fact {
    Fact::known(value, history(name))
}

fn unknown(name: &str) -> Fact {
    Fact::unknown(format!("{name} is not exported"), history(name))
}

fn texts(name: &str, values: &[&str]) -> List {
    let items = values.iter().enumerate().map(|(at, value)| known(&format!("{name} {at}"), *value));
    List::complete(items.collect())
}

fn object(name: &str, parts: Vec<(&str, Fact)>) -> Datum {
    let parts = parts.into_iter().map(|(name, fact)| (Arc::from(name), fact)).collect();
    Datum::Object(Arc::new(Parts { name: name.to_string(), parts }))
}

fn site(name: &str, port: Fact, hosts: &[&str]) -> Fact {
    let label = known(&format!("{name}.name"), name);
    let hosts = known(&format!("{name}.hosts"), texts(&format!("{name}.hosts"), hosts));
    known(name, object(name, vec![("name", label), ("port", port), ("hosts", hosts)]))
}

/// The server: `s` in the tables.
pub(super) fn server() -> Fact {
    let open = |name: &str, values: &[&str]| {
        let reason = format!("{name} may have more elements");
        known(name, List { open: Some(Reason(Arc::from(reason))), ..texts(name, values) })
    };
    let mut holes = texts("holes", &["a", "b"]).items.to_vec();
    holes.insert(1, unknown("hole"));
    let numbers: Vec<Fact> = [25, 465, 587].into_iter().map(|port| known(&format!("ports {port}"), port)).collect();
    let sites =
        vec![site("north", known("north.port", 25), &["n1", "n2"]), site("south", unknown("south.port"), &["s1"])];
    let ini = object(
        "ini",
        vec![
            ("Debug", known("ini 1", "1")),
            ("Log", Fact::absent(None, history("no Log"))),
            ("Size", unknown("Size")),
            ("odd key", known("ini 2", "odd")),
        ],
    );
    let parts = vec![
        ("name", known("name", "mx1.example.com")),
        ("port", known("port", 25)),
        ("backlog", Fact::absent(None, history("backlog"))),
        ("timeout", Fact::absent(Some(Datum::Int(10)), history("timeout"))),
        ("limit", unknown("limit")),
        ("quota", unknown("quota")),
        ("yes", known("yes", true)),
        ("no", known("no", false)),
        ("maybe", unknown("maybe")),
        ("perhaps", unknown("perhaps")),
        ("banner", Fact::absent(None, history("banner"))),
        ("empty", known("empty", "")),
        ("mode", known("mode", "required")),
        ("modes", known("modes", texts("modes", &["off", "required"]))),
        ("hosts", known("hosts", texts("hosts", &["a.example", "*.local", "b.example"]))),
        ("ports", known("ports", List::complete(numbers))),
        ("none", known("none", List::default())),
        ("seen", open("seen", &["x", "y"])),
        ("unseen", open("unseen", &[])),
        ("holes", known("holes", List::complete(holes))),
        ("unset", Fact::absent(Some(Datum::List(List::default())), history("unset"))),
        ("sites", known("sites", List::complete(sites))),
        ("relay", Fact::absent(None, history("relay"))),
        ("lost", unknown("lost")),
        ("ini", known("ini", ini)),
    ];
    known("server", object("server", parts))
}

/// The condition, or its mistakes.
pub(super) fn compiled(text: &str) -> Result<Expression, Vec<Error>> {
    compile(text, &[("s", Type::record("server")), ("n", Type::Int)], &Vocabulary, &FUNCTIONS)
}

/// The outcome in the model, with `steps` to spend.
pub(super) fn outcome(text: &str, steps: u64) -> Outcome {
    let expression = compiled(text).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"));
    let mut scope = Scope::new();
    scope.bind("s", server());
    scope.bind("n", known("n", 7));
    expression.evaluate(&scope, &mut Budget(steps))
}

/// The value as text: `unknown: …` with the reasons where there is none.
pub(super) fn value(text: &str) -> String {
    match outcome(text, 100_000).value {
        Ok(value) => value.to_string(),
        Err(unknown) => format!("unknown: {unknown}"),
    }
}

/// The reads as text: `path` where the history has the same name, else `path@history`.
pub(super) fn reads(text: &str) -> String {
    let mut shown = String::new();
    for read in outcome(text, 100_000).reads {
        let history = read.fact.provenance.steps().first().map_or("?", |step| &*step.text).to_string();
        let path = read.path.strip_prefix("s.").unwrap_or(&read.path);
        let separator = if shown.is_empty() { "" } else { ", " };
        let place = if path == history { history } else { format!("{path}@{history}") };
        write!(shown, "{separator}{place}").unwrap_or_default();
    }
    shown
}

/// The mistakes as text: the underlined part, the message, the help.
pub(super) fn mistakes(text: &str) -> Vec<String> {
    let errors = compiled(text).err().unwrap_or_default();
    let told = errors.iter().map(|error| {
        let part = text.get(error.range.clone()).unwrap_or("OUTSIDE THE TEXT");
        let help = error.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{part}: {}{help}", error.message)
    });
    told.collect()
}

/// Compares a whole table before failing, so that one run shows every row that is wrong.
pub(super) fn table(rows: &[(&str, &str)], show: impl Fn(&str) -> String) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, wanted)| {
            let found = show(text);
            (found != *wanted).then(|| format!("{text}\n  wanted: {wanted}\n  found:  {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
