//! Which notes.ini parameters beat which fields of the Configuration Settings document (semantics.md 2.5 and 7).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fact::{Datum, Fact, Object, Provenance, Role, State};
use super::ini::{IniView, is_written, switch};
use super::view::{DocumentView, RecordView};
use crate::directory::Kind;

/// `parameter, field`: documented to win over the document.
const SWITCHES: [(&str, &str); 2] =
    [("SMTPDenyMailToGroups", "recipients.deny_groups"), ("SMTPDenyNotUniqueRcpt", "recipients.reject_ambiguous")];
const ERROR_LIMIT: (&str, &str) = ("SMTPErrorLimit", "connections.error_limit");
const ALL_EXTERNAL: (&str, &str) = ("SMTPAllHostsExternal", "relay_enforcement.connecting_hosts");

/// The fields of `configuration` that notes.ini decides for the server.
#[must_use]
pub(super) fn overrides(ini: &IniView, configuration: &DocumentView) -> BTreeMap<Arc<str>, Fact> {
    let mut decided = BTreeMap::new();
    for (parameter, field) in SWITCHES {
        if let Some(fact) = known(ini, parameter) {
            let value = switch(&fact, parameter).map(Datum::Bool);
            decided.insert(Arc::from(field), beat(&fact, parameter, configuration.at(field), value));
        }
    }
    if let Some(fact) = known(ini, ERROR_LIMIT.0) {
        let number = fact.text().and_then(|text| text.trim().parse().ok());
        let value =
            number.map(Datum::Int).ok_or_else(|| format!("`{}={fact}` in notes.ini is not a number", ERROR_LIMIT.0));
        decided.insert(Arc::from(ERROR_LIMIT.1), beat(&fact, ERROR_LIMIT.0, configuration.at(ERROR_LIMIT.1), value));
    }
    if let Some(fact) = known(ini, ALL_EXTERNAL.0).filter(|fact| fact.text().is_none_or(|text| &**text != "0"))
        && let Some(document) = configuration.at(ALL_EXTERNAL.1)
        && document.text().is_none_or(|text| &**text != "all")
    {
        let why = match fact.unknown_reason() {
            Some(reason) => Arc::clone(&reason.0),
            None => Arc::from(format!(
                "notes.ini has `{}={fact}`, which asks for all hosts; which of the two wins is not documented",
                ALL_EXTERNAL.0
            )),
        };
        let provenance =
            document.provenance.then(Role::From, fact.provenance.place().cloned(), "notes.ini may ask for all hosts");
        decided.insert(Arc::from(ALL_EXTERNAL.1), Fact::unknown(why, provenance));
    }
    decided
}

/// Where notes.ini decides against what the document says: one entry for each parameter. The parameters of the recipient
/// controls decide nothing while recipients are not verified (semantics.md 2.5).
#[must_use]
pub(super) fn conflicts(ini: &IniView, configuration: &DocumentView) -> Vec<Fact> {
    let fields = SWITCHES.into_iter().chain([ERROR_LIMIT]);
    let decided = overrides(ini, configuration);
    let verifies = configuration.at("recipients.verify_local").and_then(|fact| fact.bool());
    fields
        .filter(|(_, field)| verifies != Some(false) || !field.starts_with("recipients."))
        .filter_map(|(parameter, field)| {
            let (written, document) = (known(ini, parameter)?, configuration.at(field)?);
            let in_force = decided.get(field)?;
            let stated = matches!(document.state, State::Known(_));
            let differs = in_force.datum()?.to_string() != document.datum()?.to_string();
            let label = Kind::Configuration.spec().field(field)?.title.as_str();
            let parts = BTreeMap::from([
                (Arc::from("parameter"), Fact::known(parameter, written.provenance.clone())),
                (Arc::from("value"), written.clone()),
                (Arc::from("label"), Fact::known(label, Provenance::default())),
                (Arc::from("in_force"), Fact::known(in_force.to_string(), in_force.provenance.clone())),
                (Arc::from("document_value"), Fact::known(document.to_string(), document.provenance.clone())),
            ]);
            (stated && differs)
                .then(|| RecordView::fact(format!("{parameter} over {field}"), parts, in_force.provenance.clone()))
        })
        .collect()
}

/// A parameter that is written somewhere, if only in a way that leaves it open. One that nobody has seen (no notes.ini in
/// the input) does not make the document's value unknown: a finding about the document is right until somebody shows the
/// file that overrides it.
fn known(ini: &IniView, parameter: &str) -> Option<Fact> {
    ini.get(parameter).filter(is_written)
}

fn beat(fact: &Fact, parameter: &str, document: Option<Fact>, value: Result<Datum, String>) -> Fact {
    if let State::Unknown(reason) = &fact.state {
        return Fact::unknown(Arc::clone(&reason.0), fact.provenance.clone());
    }
    let place = fact.provenance.place().cloned();
    let mut provenance = Provenance::step(
        Role::Set,
        place,
        format!("the notes.ini parameter `{parameter}={fact}` wins over the document"),
    );
    let is_set = |document: &Fact| document.provenance.steps().iter().any(|step| step.role == Role::Set);
    if let Some(document) = document.filter(is_set) {
        let at = document.provenance.place().cloned();
        let shown = if document.is_unknown() {
            "the document's value is not used".to_owned()
        } else {
            format!("the document's `{document}` is not used")
        };
        provenance = provenance.then(Role::Hidden, at, shown);
    }
    match value {
        Ok(datum) => Fact::known(datum, provenance),
        Err(why) => Fact::unknown(why, provenance),
    }
}
