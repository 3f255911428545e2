//! The functions that conditions can call beside CEL's own: names, hosts, domains and addresses.

use super::cel::{Function, Kind};
use crate::directory::same_name;
use crate::effective::Datum;
use crate::smtp::{HostEntry, domain_of, domain_problem, is_ip};

/// All functions, with what they do.
pub static FUNCTIONS: &[Function] = &[
    Function {
        name: "is_ip",
        parameters: &[("text", Kind::Text)],
        result: Kind::Bool,
        doc: "whether the text is an IPv4 or IPv6 address, with or without square brackets",
        call: |arguments| Ok(is_ip(text(arguments, 0)?).into()),
    },
    Function {
        name: "domain_of",
        parameters: &[("address", Kind::Text)],
        result: Kind::Text,
        doc: "what follows the last `@`, or the whole text if there is none",
        call: |arguments| Ok(domain_of(text(arguments, 0)?).into()),
    },
    Function {
        name: "domain_problem",
        parameters: &[("domain", Kind::Text)],
        result: Kind::Text,
        doc: "why the text cannot be the name of an Internet domain; empty if it can",
        call: |arguments| Ok(domain_problem(text(arguments, 0)?).into()),
    },
    Function {
        name: "host_entry",
        parameters: &[("entry", Kind::Text)],
        result: Kind::Text,
        doc: "what an entry of a host list is: all, address, range, prefix, name, group, bare_address or invalid",
        call: |arguments| Ok(HostEntry::parse(text(arguments, 0)?).kind().into()),
    },
    Function {
        name: "host_entry_problem",
        parameters: &[("entry", Kind::Text)],
        result: Kind::Text,
        doc: "what is wrong with an entry of a host list and how to write it; empty if nothing is",
        call: |arguments| Ok(HostEntry::parse(text(arguments, 0)?).problem().into()),
    },
    Function {
        name: "covers_everything",
        parameters: &[("entry", Kind::Text)],
        result: Kind::Bool,
        doc: "whether an entry of a host list matches every host; unknown for a group",
        call: |arguments| match HostEntry::parse(text(arguments, 0)?) {
            HostEntry::Group(name) => Err(unseen_group(&name)),
            entry => Ok(entry.covers_everything().into()),
        },
    },
    Function {
        name: "covers_every_domain",
        parameters: &[("entry", Kind::Text)],
        result: Kind::Bool,
        doc: "whether an entry of a list of destinations matches every domain; unknown for a group",
        call: |arguments| match HostEntry::parse(text(arguments, 0)?) {
            HostEntry::Group(name) if !name.starts_with(['@', '%']) => Err(unseen_group(&name)),
            entry => Ok((entry == HostEntry::All).into()),
        },
    },
    Function {
        name: "lower",
        parameters: &[("text", Kind::Text)],
        result: Kind::Text,
        doc: "the text in lower case",
        call: |arguments| Ok(text(arguments, 0)?.to_lowercase().into()),
    },
    Function {
        name: "join",
        parameters: &[("texts", Kind::Texts), ("separator", Kind::Text)],
        result: Kind::Text,
        doc: "the texts of a list in one text, with a separator between them",
        call: |arguments| {
            let Some(Datum::List(list)) = arguments.first() else { return Err("join needs a list".to_owned()) };
            let texts: Vec<String> = list.items.iter().map(ToString::to_string).collect();
            Ok(texts.join(text(arguments, 1)?).into())
        },
    },
    Function {
        name: "same_name",
        parameters: &[("one", Kind::Text), ("other", Kind::Text)],
        result: Kind::Bool,
        doc: "whether two Domino names are the same, canonical or abbreviated, in any case of letters",
        call: |arguments| Ok(same_name(text(arguments, 0)?, text(arguments, 1)?).into()),
    },
];

fn unseen_group(name: &str) -> String {
    format!(
        "what the group `{name}` contains is not looked into, and a text without a dot may also be meant as the end of a name"
    )
}

fn text(arguments: &[Datum], index: usize) -> Result<&str, String> {
    match arguments.get(index) {
        Some(Datum::Text(text)) => Ok(text),
        _ => Err("needs a text".to_owned()),
    }
}
