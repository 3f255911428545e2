//! Which documents of an export the vocabulary has a use for.

use super::aliases::Aliases;
use super::vocabulary::Kind;
use crate::read::Demand;

/// Kinds of which a directory holds very many documents that only some rules need.
const RECIPIENTS: [Kind; 2] = [Kind::Person, Kind::MailIn];

/// What to read of an export of many documents: those whose forms the vocabulary knows, and people and mail-in databases
/// only with `recipients`. Of these and of groups the items that the vocabulary names are enough; of the others everything
/// is read, so that what is not understood can be told.
#[must_use]
pub fn demand(recipients: bool, aliases: &Aliases) -> Demand {
    let mut demand = Demand::nothing();
    for kind in Kind::ALL {
        let many = RECIPIENTS.contains(&kind) || kind == Kind::Group;
        if RECIPIENTS.contains(&kind) && !recipients {
            continue;
        }
        let spec = kind.spec();
        let items = || {
            let named = spec.fields.iter().flat_map(|field| field.items.iter().cloned());
            let deciding = spec.forms.iter().flat_map(|form| form.conditions.iter().map(|(item, _)| item.clone()));
            let aliases = aliases.items(kind).map(str::to_owned);
            named.chain(deciding).chain(aliases).collect()
        };
        for form in &spec.forms {
            if many {
                demand.add_many(&form.form, items());
            } else {
                demand.add(&form.form, None);
            }
        }
    }
    demand
}
