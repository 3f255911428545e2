//! The functions that conditions can call beside CEL's own: names, hosts, domains and addresses.

use std::net::IpAddr;

use super::cel::{Function, Kind};
use super::release;
use super::tables;
use crate::directory::same_name;
use crate::effective::domains::covers;
use crate::effective::{Datum, Fact, List, Provenance};
use crate::smtp::{
    HostEntry, address_problem, domain_of, domain_problem, is_ip, is_private, relay_host_problem, spf_permits,
};

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
        name: "address_problem",
        parameters: &[("address", Kind::Text)],
        result: Kind::Text,
        doc: "why the text cannot be the Internet address of a mailbox; empty if it can",
        call: |arguments| Ok(address_problem(text(arguments, 0)?).into()),
    },
    Function {
        name: "relay_host_problem",
        parameters: &[("host", Kind::Text)],
        result: Kind::Text,
        doc: "why the text cannot be a relay host or smart host; empty if it can, or is blank",
        call: |arguments| Ok(relay_host_problem(text(arguments, 0)?).into()),
    },
    Function {
        name: "is_private",
        parameters: &[("address", Kind::Text)],
        result: Kind::Bool,
        doc: "whether the text is an IP address that means nothing on the Internet: private, shared, loopback or link-local",
        call: |arguments| Ok(ip(text(arguments, 0)?).is_ok_and(is_private).into()),
    },
    Function {
        name: "same_ip",
        parameters: &[("one", Kind::Text), ("other", Kind::Text)],
        result: Kind::Bool,
        doc: "whether two texts are the same IP address, in whatever way they are written; unknown if one is no address",
        call: |arguments| Ok((ip(text(arguments, 0)?)? == ip(text(arguments, 1)?)?).into()),
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
        name: "covers_domain",
        parameters: &[("entry", Kind::Text), ("domain", Kind::Text)],
        result: Kind::Bool,
        doc: "whether an entry of a Global Domain document covers a domain: the same name, or `*.name` for what is below it",
        call: |arguments| Ok(covers(text(arguments, 0)?, text(arguments, 1)?).into()),
    },
    Function {
        name: "lower",
        parameters: &[("text", Kind::Text)],
        result: Kind::Text,
        doc: "the text in lower case",
        call: |arguments| Ok(text(arguments, 0)?.to_lowercase().into()),
    },
    Function {
        name: "number",
        parameters: &[("text", Kind::Text)],
        result: Kind::Int,
        doc: "the whole number that the text is; unknown if it is none",
        call: |arguments| {
            let written = text(arguments, 0)?;
            let number: i64 = written.trim().parse().map_err(|_| format!("`{written}` is not a whole number"))?;
            Ok(number.into())
        },
    },
    Function {
        name: "split",
        parameters: &[("text", Kind::Text), ("separator", Kind::Text)],
        result: Kind::Texts,
        doc: "the parts of the text between separators, without blanks around them and without empty parts",
        call: |arguments| {
            let separator = text(arguments, 1)?;
            if separator.is_empty() {
                return Err("the separator is empty".to_owned());
            }
            let parts = text(arguments, 0)?.split(separator).map(str::trim).filter(|part| !part.is_empty());
            let parts = parts.map(|part| Fact::known(part, Provenance::default())).collect();
            Ok(Datum::List(List::complete(parts)))
        },
    },
    Function {
        name: "release_before",
        parameters: &[("release", Kind::Text), ("other", Kind::Text)],
        result: Kind::Bool,
        doc: "whether a Domino release such as `Release 9.0.1FP3` is older than another; unknown if it is not understood",
        call: |arguments| Ok(release::before(text(arguments, 0)?, text(arguments, 1)?)?.into()),
    },
    Function {
        name: "table",
        parameters: &[("table", Kind::Text), ("key", Kind::Text), ("column", Kind::Text)],
        result: Kind::Text,
        doc: "what a table of `data/` says of a key in a column; empty if it does not have the key",
        call: |arguments| Ok(tables::look_up(text(arguments, 0)?, text(arguments, 1)?, text(arguments, 2)?)?.into()),
    },
    Function {
        name: "in_table",
        parameters: &[("table", Kind::Text), ("key", Kind::Text)],
        result: Kind::Bool,
        doc: "whether a table of `data/` has a key",
        call: |arguments| Ok(tables::has(text(arguments, 0)?, text(arguments, 1)?)?.into()),
    },
    Function {
        name: "nearest_in_table",
        parameters: &[("table", Kind::Text), ("text", Kind::Text)],
        result: Kind::Text,
        doc: "the key of a table that the text probably means; empty if the table has the text itself or none is near",
        call: |arguments| Ok(tables::nearest(text(arguments, 0)?, text(arguments, 1)?)?.into()),
    },
    Function {
        name: "spf_permits",
        parameters: &[("record", Kind::Text), ("address", Kind::Text)],
        result: Kind::Bool,
        doc: "whether an SPF record lets an IP address send; unknown if that takes a look into DNS, as for `include:`",
        call: |arguments| Ok(spf_permits(text(arguments, 0)?, ip(text(arguments, 1)?)?)?.into()),
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

/// An IP address with or without square brackets; an IPv4 address written as an IPv6 one is the IPv4 address.
fn ip(text: &str) -> Result<IpAddr, String> {
    let address = text.trim().trim_start_matches('[').trim_end_matches(']');
    let address: IpAddr = address.parse().map_err(|_| format!("`{text}` is not an IP address"))?;
    Ok(address.to_canonical())
}

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
