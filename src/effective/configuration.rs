//! Which Configuration Settings document governs a server (semantics.md 2.5): one that names the server, else one that
//! names a group it is in, else the default; one document as a whole, nothing is merged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::directory::{DirectoryId, Document, Environment, Kind, Membership, name_key};

/// The outcome of the choice.
#[derive(Debug, Clone)]
pub struct Choice<'e> {
    /// What decided.
    pub by: By,
    /// The documents in force: one, none, or several between which nothing decides.
    pub documents: Vec<&'e Document>,
    /// Documents that would apply if those were not there, the next in line first.
    pub hidden: Vec<&'e Document>,
    /// Why the choice is not settled, if it is not.
    pub open: Option<Arc<str>>,
}

/// What decided the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A document names the server.
    Own,
    /// A document names a group that the server is in.
    Group,
    /// The default document.
    Default,
    /// No document applies.
    None,
    /// Several documents of one rank: documented as undefined.
    Ambiguous,
}

impl By {
    /// The word used in rules.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Group => "group",
            Self::Default => "default",
            Self::None => "none",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// How much the input shows of what there is.
#[derive(Debug, Clone, Copy)]
pub struct Inventory {
    /// It shows all documents, as far as it says.
    pub complete: bool,
    /// Somebody declares that it does; otherwise a name that leads nowhere proves that it does not.
    pub declared: bool,
}

/// The Configuration Settings documents of one directory, ready for choices.
#[derive(Debug, Default)]
pub struct Configurations<'e> {
    by_name: BTreeMap<(DirectoryId, String), Vec<&'e Document>>,
    defaults: BTreeMap<DirectoryId, Vec<&'e Document>>,
    /// Names that are groups' or may be: not hierarchical, and no server's.
    group_names: BTreeMap<DirectoryId, Vec<String>>,
    /// Documents whose name is not known, with the reason.
    nameless: BTreeMap<DirectoryId, Arc<str>>,
}

impl<'e> Configurations<'e> {
    /// Sorts the documents of an environment.
    #[must_use]
    pub fn new(environment: &'e Environment) -> Self {
        let mut all = Self::default();
        for document in environment.of_kind(Kind::Configuration) {
            let name = document.text("applies_to");
            let open_default = document.fields.contains_key("default") && document.flag("default").is_none();
            if open_default {
                let why = format!(
                    "whether the Configuration Settings document `{}` is the default is not known",
                    document.name
                );
                all.nameless.insert(document.directory, Arc::from(why));
            }
            if document.flag("default") == Some(true) || name.is_some_and(|name| &**name == "*") {
                all.defaults.entry(document.directory).or_default().push(document);
            }
            match name {
                Some(name) if &**name == "*" => {}
                Some(name) => all.by_name.entry((document.directory, name_key(name))).or_default().push(document),
                None if document.flag("default") == Some(true) => {}
                None => {
                    let why = format!(
                        "which server the Configuration Settings document `{}` is for is not known",
                        document.name
                    );
                    all.nameless.insert(document.directory, Arc::from(why));
                }
            }
        }
        let servers: BTreeSet<(DirectoryId, String)> =
            environment.of_kind(Kind::Server).map(|server| (server.directory, name_key(&server.name))).collect();
        for key in all.by_name.keys() {
            let (directory, name) = key;
            // Hierarchical names are servers'; a group's name has no slash.
            if environment.groups().has(*directory, name) || (!name.contains('/') && !servers.contains(key)) {
                all.group_names.entry(*directory).or_default().push(name.clone());
            }
        }
        all
    }

    /// Names for which more than one document exists, and directories with more than one default.
    pub fn twins(&self) -> impl Iterator<Item = (&'e Document, &'e Document, bool)> {
        let named = self.by_name.values().map(|documents| (documents, false));
        let defaults = self.defaults.values().map(|documents| (documents, true));
        named.chain(defaults).flat_map(|(documents, default)| {
            let (first, others) =
                documents.split_first().map_or((None, &[][..]), |(first, others)| (Some(*first), others));
            others.iter().filter_map(move |other| Some((first?, *other, default))).collect::<Vec<_>>()
        })
    }

    /// Chooses for a server.
    #[must_use]
    pub fn choose(&self, environment: &'e Environment, server: &Document, inventory: Inventory) -> Choice<'e> {
        let directory = server.directory;
        let own: Vec<&Document> = self.by_name.get(&(directory, name_key(&server.name))).cloned().unwrap_or_default();
        let mut groups = Vec::new();
        let mut open = self.nameless.get(&directory).cloned();
        if server.text("name").is_none() && self.by_name.keys().any(|(of, _)| *of == directory) {
            open = Some(Arc::from("the name of the server is not known, so neither is which document names it"));
        }
        for name in self.group_names.get(&directory).into_iter().flatten() {
            let Some(documents) = self.by_name.get(&(directory, name.clone())) else { continue };
            if !environment.groups().has(directory, name) {
                if !inventory.declared && *name != name_key(&server.name) {
                    let shown = documents.first().map_or("", |document| &document.name);
                    open = Some(Arc::from(format!(
                        "whether the server is in the group `{shown}` is not known: the group is not in the input"
                    )));
                }
                continue;
            }
            match environment.membership(directory, name, &server.name, inventory.declared) {
                Membership::Member(_) => groups.extend(documents.iter().copied()),
                Membership::NotMember => {}
                Membership::Unknown(why) => open = Some(why),
            }
        }
        if let Some(stray) = environment.stray_directory().filter(|stray| *stray != directory)
            && (self.by_name.contains_key(&(stray, name_key(&server.name)))
                || self.defaults.contains_key(&stray)
                || self.group_names.contains_key(&stray)
                || self.nameless.contains_key(&stray))
        {
            open = Some(Arc::from(
                "a Configuration Settings document whose directory is not known may apply to the server",
            ));
        }
        let defaults = self.defaults.get(&directory).cloned().unwrap_or_default();
        let defaults: Vec<&Document> = defaults
            .into_iter()
            .filter(|default| !own.iter().chain(&groups).any(|other| other.id == default.id))
            .collect();
        let ranks = [(By::Own, own), (By::Group, groups), (By::Default, defaults)];
        let Some(rank) = ranks.iter().position(|(_, documents)| !documents.is_empty()) else {
            if !inventory.complete && open.is_none() {
                open = Some(Arc::from(
                    "no Configuration Settings document in the input applies, but the input may not show all of them",
                ));
            }
            return Choice { by: By::None, documents: Vec::new(), hidden: Vec::new(), open };
        };
        let hidden = ranks.iter().skip(rank + 1).flat_map(|(_, documents)| documents.iter().copied()).collect();
        let (by, documents) =
            ranks.get(rank).map_or((By::None, Vec::new()), |(by, documents)| (*by, documents.clone()));
        // Nothing outranks a document that names the server.
        let open = if by == By::Own && server.text("name").is_some() { None } else { open };
        Choice { by: if documents.len() > 1 { By::Ambiguous } else { by }, documents, hidden, open }
    }
}
