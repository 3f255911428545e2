//! notes.ini against its own tab against the Configuration Settings document (semantics.md 2.5 and 7, fields.md 7), every
//! way of writing a parameter in one with every way in the others.
//!
//! The file and the tab may agree or differ. A parameter that one of them holds in a way that cannot be read is unknown,
//! and so is what it overrides; one that nobody sets leaves the document in force, as does one in a file that is not there.

use crate::table::{World, fits};

/// How a parameter is written in one place.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Written {
    NotThere,
    Absent,
    Set,
    TwiceEqual,
    TwiceDifferent,
    Placeholder,
    Empty,
}

use Written::{Absent, Empty, NotThere, Placeholder, Set, TwiceDifferent, TwiceEqual};

impl Written {
    /// The values of the lines; `two` are those that differ.
    fn values<'v>(self, value: &'v str, two: [&'v str; 2]) -> Vec<&'v str> {
        match self {
            NotThere | Absent => vec![],
            Set => vec![value],
            TwiceEqual => vec![value, value],
            TwiceDifferent => two.to_vec(),
            Placeholder => vec!["{{ VALUE }}"],
            Empty => vec![""],
        }
    }
}

/// What a way of writing, or two together, say of the value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Told<'v> {
    Unseen,
    Unset,
    Is(&'v str),
    Open,
}

fn told(written: Written, value: &str) -> Told<'_> {
    match written {
        NotThere => Told::Unseen,
        Absent | Empty => Told::Unset,
        Set | TwiceEqual => Told::Is(value),
        TwiceDifferent | Placeholder => Told::Open,
    }
}

/// Which combinations a test is about.
#[derive(Debug, Clone, Copy, PartialEq)]
enum About {
    /// Both can be read.
    Readable,
    /// The file cannot be read, and the tab does not set the parameter.
    OpenFile,
    /// The file cannot be read, and the tab sets the parameter.
    OpenFileUnderTab,
    /// The tab cannot be read.
    OpenTab,
}

fn about(file: Told<'_>, tab: Told<'_>) -> About {
    match (file, tab) {
        (_, Told::Open) => About::OpenTab,
        (Told::Open, Told::Is(_)) => About::OpenFileUnderTab,
        (Told::Open, _) => About::OpenFile,
        _ => About::Readable,
    }
}

fn together<'v>(file: Told<'v>, tab: Told<'v>) -> Told<'v> {
    match (file, tab) {
        (Told::Open, _) | (_, Told::Open) => Told::Open,
        (Told::Is(file), Told::Is(tab)) if file != tab => Told::Open,
        (Told::Is(value), _) | (_, Told::Is(value)) => Told::Is(value),
        (Told::Unseen, _) => Told::Unseen,
        _ => Told::Unset,
    }
}

/// A parameter, what it decides, and its two values with what they mean there.
struct Parameter {
    name: &'static str,
    path: &'static str,
    /// The document's line, and what it makes of the field.
    document: (&'static str, &'static str),
    /// What is in force without it.
    unset: &'static str,
    values: [(&'static str, &'static str); 2],
}

const DENY_GROUPS: Parameter = Parameter {
    name: "SMTPDenyMailToGroups",
    path: "configuration.recipients.deny_groups",
    document: ("recipients.deny_groups = false", "= false @"),
    unset: "unset",
    values: [("1", "= true @"), ("0", "= false @")],
};
const DENY_AMBIGUOUS: Parameter = Parameter {
    name: "SMTPDenyNotUniqueRcpt",
    path: "configuration.recipients.reject_ambiguous",
    document: ("recipients.reject_ambiguous = true", "= true @"),
    unset: "unset",
    values: [("0", "= false @"), ("1", "= true @")],
};
const ERROR_LIMIT: Parameter = Parameter {
    name: "SMTPErrorLimit",
    path: "configuration.connections.error_limit",
    document: ("connections.error_limit = 5", "= 5 @"),
    unset: "unset",
    values: [("10", "= 10 @"), ("20", "= 20 @")],
};
/// Help calls it the equivalent of the field and says not which of the two wins.
const ALL_EXTERNAL: Parameter = Parameter {
    name: "SMTPAllHostsExternal",
    path: "configuration.relay_enforcement.connecting_hosts",
    document: ("relay_enforcement.connecting_hosts = \"none\"", "= none @"),
    unset: "default external",
    values: [("1", "? "), ("1", "? ")],
};
/// No field of the document.
const PRECEDENCE: Parameter = Parameter {
    name: "SMTPRelayHostsandDomains",
    path: "relay_precedence",
    document: ("", ""),
    unset: "default allow_wins",
    values: [("1", "= deny_wins @"), ("0", "= allow_wins @")],
};

impl Parameter {
    fn second(&self) -> &'static str {
        self.values[1].0
    }

    /// The values of two lines that differ.
    fn two(&self) -> [&'static str; 2] {
        [self.values[0].0, if self.values[0].0 == self.second() { "0" } else { self.second() }]
    }

    fn expected(&self, told: Told<'_>, document: bool) -> String {
        match told {
            Told::Is(value) => {
                let meaning = self.values.iter().find(|(known, _)| *known == value).map_or("", |(_, shown)| shown);
                format!("{meaning}…")
            }
            Told::Open => "? …".to_owned(),
            Told::Unset | Told::Unseen if document => format!("{}…", self.document.1),
            Told::Unset | Told::Unseen => format!("{}…", self.unset),
        }
    }
}

/// What is wrong with one combination.
fn compare(world: &World, parameter: &Parameter, told: Told<'_>, document: bool, case: &str, wrong: &mut Vec<String>) {
    let written = match told {
        Told::Is(value) => format!("= {value} @…"),
        Told::Open => "? …".to_owned(),
        Told::Unset => "nothing".to_owned(),
        Told::Unseen => "? …input…".to_owned(),
    };
    let rows =
        [(format!("ini.{}", parameter.name), written), (parameter.path.to_owned(), parameter.expected(told, document))];
    for (path, expected) in rows {
        let found = world.at("mx1/Acme", &path);
        if !fits(&expected, &found) {
            wrong.push(format!("{case}: {path}\n    expected {expected}\n    found    {found}"));
        }
    }
}

fn native(parameter: &Parameter, wanted: About, wrong: &mut Vec<String>) {
    let [first, second] = [parameter.values[0].0, parameter.second()];
    let tabs = [Absent, Set, TwiceEqual, TwiceDifferent, Empty];
    let tabs = tabs.into_iter().flat_map(|tab| [(tab, first), (tab, second)]);
    for file in [NotThere, Absent, Set, TwiceEqual, TwiceDifferent, Empty] {
        for (tab, on_tab) in tabs.clone() {
            if about(told(file, first), told(tab, on_tab)) != wanted {
                continue;
            }
            for document in [true, false] {
                let line = if document { parameter.document.0 } else { "" };
                let mut toml = format!(
                    "[[server]]\nname = \"mx1/Acme\"\n[[configuration]]\napplies_to = \"*\"\n{line}\n[configuration.notes_ini]\n"
                );
                // Names do not differ in case; TOML's keys do.
                let names = [parameter.name.to_owned(), parameter.name.to_lowercase()];
                for (name, value) in names.iter().zip(tab.values(on_tab, parameter.two())) {
                    toml.push_str(&format!("{name} = \"{value}\"\n"));
                }
                let mut ini = "[Notes]\nKitType=2\nServerName=CN=mx1/O=Acme\n".to_owned();
                for value in file.values(first, parameter.two()) {
                    ini.push_str(&format!("{}={value}\n", parameter.name));
                }
                let mut files = vec![("acme.toml", toml.as_str())];
                files.extend((file != NotThere).then_some(("notes.ini", ini.as_str())));
                let expected = together(told(file, first), told(tab, on_tab));
                let case = format!("file {file:?} ({first}), tab {tab:?} ({on_tab}), document {document}");
                compare(&World::new(&files), parameter, expected, document && !line.is_empty(), &case, wrong);
            }
        }
    }
}

/// Setup writes a part of notes.ini, and no item is known for what the document says of these fields.
fn one_touch(parameter: &Parameter, wanted: About, wrong: &mut Vec<String>) {
    let [first, second] = [parameter.values[0].0, parameter.second()];
    let ways = [Absent, Set, TwiceEqual, TwiceDifferent, Placeholder, Empty];
    for file in ways {
        // Setup leaves alone what it does not write.
        let told_file = if file == Absent { Told::Unseen } else { told(file, first) };
        for (tab, on_tab) in ways.into_iter().flat_map(|tab| [(tab, first), (tab, second)]) {
            if about(told_file, told(tab, on_tab)) != wanted {
                continue;
            }
            let member = |value: &str| format!(", \"{}\": \"{value}\"", parameter.name);
            let members = |values: Vec<&str>| values.into_iter().map(member).collect::<Vec<_>>().concat();
            let ini = members(file.values(first, parameter.two()));
            let items = members(tab.values(on_tab, parameter.two()));
            let json = format!(
                r#"{{
"serverSetup": {{
  "server": {{ "type": "first", "name": "mx1", "domainName": "Acme" }}, "org": {{ "orgName": "Acme" }},
  "notesINI": {{ "Other": "1"{ini} }} }},
"appConfiguration": {{ "databases": [ {{ "filePath": "names.nsf", "documents": [
  {{ "action": "create", "items": {{ "Form": "ServerConfig", "ServerName": "*"{items} }} }}
] }} ] }}
}}"#
            );
            let expected = together(told_file, told(tab, on_tab));
            let case = format!("setup {file:?} ({first}), tab {tab:?} ({on_tab})");
            compare(&World::new(&[("setup.json", &json)]), parameter, expected, false, &case, wrong);
        }
    }
}

#[track_caller]
fn every_way(parameters: &[&Parameter], wanted: About) {
    let mut wrong = Vec::new();
    for parameter in parameters {
        native(parameter, wanted, &mut wrong);
        one_touch(parameter, wanted, &mut wrong);
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

const WIN: [&Parameter; 3] = [&DENY_GROUPS, &DENY_AMBIGUOUS, &ERROR_LIMIT];

#[test]
fn what_can_be_read_wins_over_the_document_unless_file_and_tab_differ() {
    every_way(&WIN, About::Readable);
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_field_open() {
    every_way(&WIN, About::OpenFile);
}

#[test]
fn a_file_that_cannot_be_read_is_not_settled_by_the_tab() {
    every_way(&WIN, About::OpenFileUnderTab);
}

#[test]
fn a_tab_that_cannot_be_read_leaves_the_field_open() {
    every_way(&WIN, About::OpenTab);
}

#[test]
fn all_hosts_external_leaves_the_hosts_open() {
    every_way(&[&ALL_EXTERNAL], About::Readable);
}

#[test]
fn all_hosts_external_that_cannot_be_read_does_so_too() {
    for wanted in [About::OpenFile, About::OpenFileUnderTab, About::OpenTab] {
        every_way(&[&ALL_EXTERNAL], wanted);
    }
}

#[test]
fn relay_hosts_and_domains_tells_which_list_wins() {
    every_way(&[&PRECEDENCE], About::Readable);
}

#[test]
fn relay_hosts_and_domains_that_cannot_be_read_leaves_it_open() {
    for wanted in [About::OpenFile, About::OpenFileUnderTab, About::OpenTab] {
        every_way(&[&PRECEDENCE], wanted);
    }
}
