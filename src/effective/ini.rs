//! The notes.ini in force for a server: its file, and what the NOTES.INI Settings tab of the governing Configuration
//! Settings document puts into it (fields.md 7).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fact::{Datum, Fact, Object, Provenance, Role};
use super::view::DocumentView;
use crate::directory::{Document, Environment, Kind, name_key};
use crate::read::Completeness;

/// The parameters in force for one server.
#[derive(Debug)]
pub(super) struct IniView {
    server: Arc<str>,
    files: Vec<Arc<dyn Object>>,
    /// So many of the files are whole copies.
    whole: usize,
    tab: Option<Arc<dyn Object>>,
}

impl IniView {
    /// The parameters of `server` from its notes.ini documents and its governing configuration.
    #[must_use]
    pub(super) fn new(
        environment: &Arc<Environment>,
        files: &IniFiles<'_>,
        server: &Document,
        configuration: Option<&DocumentView>,
    ) -> Self {
        let documents = files.of(server);
        let whole = documents.iter().filter(|document| document.completeness == Completeness::Full).count();
        let files = documents
            .into_iter()
            .filter_map(|document| DocumentView::new(environment, document).get("settings")?.object().cloned())
            .collect();
        let tab = configuration.and_then(|view| view.get("notes_ini")?.object().cloned());
        Self { server: Arc::clone(&server.name), files, whole, tab }
    }
}

/// The notes.ini documents of an environment by the server they belong to.
#[derive(Debug, Default)]
pub(super) struct IniFiles<'e> {
    by_server: BTreeMap<String, Vec<&'e Document>>,
    /// Documents that name no server belong to the only one.
    of_the_only: Vec<&'e Document>,
}

impl<'e> IniFiles<'e> {
    /// Sorts the notes.ini documents of an environment.
    pub(super) fn new(environment: &'e Environment) -> Self {
        let only = environment.count(Kind::Server) == 1;
        let mut all = Self::default();
        for document in environment.of_kind(Kind::NotesIni) {
            match document.text("server").filter(|name| !name.is_empty()) {
                Some(name) => all.by_server.entry(name_key(name)).or_default().push(document),
                None if only => all.of_the_only.push(document),
                None => {}
            }
        }
        all
    }

    fn of(&self, server: &Document) -> Vec<&'e Document> {
        let named = self.by_server.get(&name_key(&server.name)).into_iter().flatten();
        let mut files: Vec<&Document> = named.chain(&self.of_the_only).copied().collect();
        // A copy of the file tells more than what setup wrote into it.
        files.sort_by_key(|document| document.completeness != Completeness::Full);
        files
    }
}

impl IniView {
    /// A whole copy of the file decides, also by not setting the parameter; what setup wrote is only a part.
    fn written(&self, name: &str) -> Option<Fact> {
        let set = |fact: &Fact| fact.text().is_none_or(|text| !text.is_empty());
        let found = |files: &[Arc<dyn Object>]| -> Vec<Option<Fact>> {
            files.iter().map(|file| file.get(name).filter(set)).collect()
        };
        if self.whole > 0 {
            return agreed(name, found(self.files.get(..self.whole).unwrap_or_default()));
        }
        let (shown, unseen): (Vec<_>, Vec<_>) =
            found(&self.files).into_iter().partition(|fact| fact.as_ref().is_none_or(is_written));
        if shown.iter().any(Option::is_some) {
            // A part that does not show the parameter says nothing of it.
            return agreed(name, shown.into_iter().flatten().map(Some).collect());
        }
        unseen.into_iter().next().flatten()
    }
}

/// What several copies of one file say together.
fn agreed(name: &str, copies: Vec<Option<Fact>>) -> Option<Fact> {
    // Of several reasons the same one is told in whatever order the files come.
    let reason = |fact: &Fact| fact.unknown_reason().map(|reason| Arc::clone(&reason.0));
    let undecided = copies.iter().flatten().filter(|fact| fact.is_unknown()).min_by_key(|fact| reason(fact));
    if let Some(undecided) = undecided {
        return Some(undecided.clone());
    }
    let text = |fact: &Option<Fact>| fact.as_ref().and_then(Fact::text).cloned();
    let mut copies = copies.into_iter();
    let first = copies.next().flatten();
    match copies.find(|other| text(other) != text(&first)) {
        None => first,
        Some(other) => {
            let both = first.into_iter().chain(other).flat_map(|fact| fact.provenance.steps().to_vec());
            let history: Provenance = both.collect();
            Some(Fact::unknown(format!("two copies of notes.ini differ in `{name}`"), history))
        }
    }
}

/// Whether a parameter is written somewhere, if only in a way that leaves it open.
pub(super) fn is_written(fact: &Fact) -> bool {
    !fact.is_unknown() || fact.provenance.place().is_some()
}

impl Object for IniView {
    fn get(&self, name: &str) -> Option<Fact> {
        let set = |fact: &Fact| fact.text().is_none_or(|text| !text.is_empty());
        let tab = self.tab.as_ref().and_then(|tab| tab.get(name)).filter(|fact| set(fact) && is_written(fact));
        let file = if self.files.is_empty() {
            let why = format!("`{name}` in notes.ini is not known: no notes.ini of {} is in the input", self.server);
            Some(Fact::unknown(why, Provenance::step(Role::Missing, None, "no notes.ini of the server in the input")))
        } else {
            self.written(name)
        };
        match (file, tab) {
            (None, None) => None,
            (Some(fact), None) => Some(fact),
            (None, Some(tab)) => Some(from_tab(&tab)),
            (Some(file), Some(tab)) if !is_written(&file) || file.text() == tab.text() => Some(from_tab(&tab)),
            (Some(file), Some(tab)) if file.is_unknown() || tab.is_unknown() => {
                Some(if file.is_unknown() { file } else { from_tab(&tab) })
            }
            (Some(file), Some(tab)) => {
                let place = tab.provenance.place().cloned();
                let why = format!(
                    "notes.ini says `{name}={file}`, the NOTES.INI Settings tab says `{tab}`; which one is in force depends on when the server last took over the tab"
                );
                Some(Fact::unknown(
                    why,
                    file.provenance.clone().then(Role::From, place, format!("`{tab}` on the NOTES.INI Settings tab")),
                ))
            }
        }
    }

    fn entries(&self) -> Vec<(Arc<str>, Fact)> {
        let mut seen = BTreeSet::new();
        let all = self.files.iter().chain(&self.tab).flat_map(|object| object.entries()).map(|(name, _)| name);
        let names: Vec<Arc<str>> = all.filter(|name| seen.insert(name.to_lowercase())).collect();
        names.into_iter().filter_map(|name| self.get(&name).map(|fact| (name, fact))).collect()
    }

    fn identity(&self) -> String {
        format!("notes.ini of {}", self.server)
    }
}

fn from_tab(tab: &Fact) -> Fact {
    let provenance = tab.provenance.clone().then(Role::From, None, "taken over from the NOTES.INI Settings tab");
    Fact { state: tab.state.clone(), provenance }
}

/// A parameter as a switch: `1` on, `0` off.
pub(super) fn switch(fact: &Fact, name: &str) -> Result<bool, String> {
    match fact.datum() {
        Some(Datum::Text(text)) => match text.trim() {
            "1" => Ok(true),
            "0" => Ok(false),
            other => Err(format!("`{name}={other}` in notes.ini is neither 0 nor 1")),
        },
        _ => Err(format!("`{name}` in notes.ini is not known")),
    }
}
