//! Configuration Settings documents of servers that take no mail by SMTP: what they say of inbound mail makes no
//! difference while it is so, and nobody need be asked for it.

use std::collections::BTreeSet;

use super::rule::{Rule, Subject};
use crate::directory::DocumentId;
use crate::effective::{Fact, Model};

/// Which documents these are.
#[derive(Debug, Default)]
pub(super) struct Unheard(BTreeSet<DocumentId>);

impl Unheard {
    /// The documents that are in force on servers of which each is known not to listen.
    #[must_use]
    pub(super) fn of(model: &Model) -> Self {
        let (mut silent, mut heard) = (BTreeSet::new(), BTreeSet::new());
        for (_, server) in model.servers() {
            let Some(view) = server.object() else { continue };
            let listens = view.get("listener").and_then(|fact| fact.bool());
            let Some(configuration) = view.get("configuration") else { continue };
            // Where the choice is open, any document may be the one.
            let Some(place) = configuration.provenance.place().filter(|_| configuration.object().is_some()) else {
                if listens != Some(false) {
                    return Self::default();
                }
                continue;
            };
            if listens == Some(false) {
                silent.insert(place.document)
            } else {
                heard.insert(place.document)
            };
        }
        Self(silent.difference(&heard).copied().collect())
    }

    /// Whether a rule is about inbound mail and looks at single documents.
    #[must_use]
    pub(super) fn may_cover(rule: &Rule, subject: &Subject) -> bool {
        let tagged = |name: &str| rule.tags.iter().any(|tag| &**tag == name);
        subject.path.starts_with("configuration") && tagged("inbound") && !tagged("outbound")
    }

    /// Whether a document is one of them.
    #[must_use]
    pub(super) fn covers(&self, document: Option<&Fact>) -> bool {
        document.and_then(|fact| fact.provenance.place()).is_some_and(|place| self.0.contains(&place.document))
    }
}
