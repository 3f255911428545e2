//! Dated tables that rules look things up in (`data/*.toml`): blacklists that are gone, parameters under wrong names, public
//! mail providers, what a release can do. Each says when it was last looked at and for how long that is good.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::suggest::closest;

const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/tables.json"));

/// A table.
#[derive(Debug, Deserialize)]
struct Table {
    /// What it lists, for people.
    title: String,
    /// The date on which somebody last looked at it, year-month-day.
    as_of: String,
    /// After so many months its entries may no longer hold.
    stale_after_months: u32,
    r#match: Option<Match>,
    /// None in a table of ranges, which only the layer below reads.
    #[serde(default)]
    entry: Vec<BTreeMap<String, String>>,
}

/// How the key of an entry is compared.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Match {
    /// A domain and everything below it.
    Domain,
    /// A name in any case of letters; one that ends in `*` is the beginning of names.
    Name,
}

impl Table {
    fn find(&self, key: &str) -> Option<&BTreeMap<String, String>> {
        let key = key.trim().trim_end_matches('.').to_lowercase();
        self.entry.iter().find(|entry| {
            let Some(known) = entry.get("key").map(|known| known.to_lowercase()) else { return false };
            match (self.r#match, known.strip_suffix('*')) {
                (Some(Match::Domain), _) => {
                    key == known || key.strip_suffix(&known).is_some_and(|below| below.ends_with('.'))
                }
                (_, Some(beginning)) => key.starts_with(beginning),
                (_, None) => key == known,
            }
        })
    }
}

fn table(name: &str) -> Result<&'static Table, String> {
    static TABLES: OnceLock<BTreeMap<String, Table>> = OnceLock::new();
    // That the tables can be read is checked by tests.
    let tables = TABLES.get_or_init(|| serde_json::from_str(PACKED).unwrap_or_default());
    tables.get(name).ok_or_else(|| {
        let near = closest(name, tables.keys().map(String::as_str)).map(|near| format!(", did you mean `{near}`?"));
        format!("there is no table `{name}`{}", near.unwrap_or_default())
    })
}

/// What a table says of a key in a column; empty if it does not have the key or the column.
///
/// # Errors
/// There is no table of that name.
pub(super) fn look_up(name: &str, key: &str, column: &str) -> Result<String, String> {
    Ok(table(name)?.find(key).and_then(|entry| entry.get(column)).cloned().unwrap_or_default())
}

/// Whether a table has a key.
///
/// # Errors
/// There is no table of that name.
pub(super) fn has(name: &str, key: &str) -> Result<bool, String> {
    Ok(table(name)?.find(key).is_some())
}

/// The key that a text probably means; empty if the table has the text itself, or none is near.
///
/// # Errors
/// There is no table of that name.
pub(super) fn nearest(name: &str, text: &str) -> Result<String, String> {
    let table = table(name)?;
    if table.find(text).is_some() {
        return Ok(String::new());
    }
    let keys = table.entry.iter().filter_map(|entry| entry.get("key")).filter(|key| !key.ends_with('*'));
    let near = |key: &&String| strsim::damerau_levenshtein(&key.to_lowercase(), &text.trim().to_lowercase());
    Ok(keys.min_by_key(near).filter(|key| near(key) <= 2).cloned().unwrap_or_default())
}

/// The date on which somebody last looked at a table.
///
/// # Errors
/// There is no table of that name.
pub(super) fn date(name: &str) -> Result<&'static str, String> {
    Ok(&table(name)?.as_of)
}

/// What a table lists, for people.
///
/// # Errors
/// There is no table of that name.
pub(super) fn title(name: &str) -> Result<&'static str, String> {
    Ok(&table(name)?.title)
}

/// Why a condition must not look something up: there is no such table, or no entry of it has the column.
pub(super) fn problem(name: &str, column: Option<&str>) -> Option<String> {
    let table = match table(name) {
        Ok(table) => table,
        Err(why) => return Some(why),
    };
    let column = column?;
    let columns: BTreeSet<&str> = table.entry.iter().flat_map(BTreeMap::keys).map(String::as_str).collect();
    if columns.contains(column) {
        return None;
    }
    let near = closest(column, columns.iter().copied()).map(|near| format!(", did you mean `{near}`?"));
    Some(format!("the table `{name}` has no column `{column}`{}", near.unwrap_or_default()))
}

/// Whether a table is too old on a date (year-month-day); it is not if the date is empty.
///
/// # Errors
/// There is no table of that name, or the date is not one.
pub(super) fn is_stale(name: &str, on: &str) -> Result<bool, String> {
    let table = table(name)?;
    if on.is_empty() {
        return Ok(false);
    }
    let (now, then) = (months(on)?, months(&table.as_of)?);
    Ok(now > then.saturating_add(table.stale_after_months))
}

/// Months since the year 0.
fn months(date: &str) -> Result<u32, String> {
    let mut parts = date.split('-').map(|part| part.trim().parse::<u32>().ok());
    match (parts.next().flatten(), parts.next().flatten()) {
        (Some(year), Some(month @ 1..=12)) => Ok(year.saturating_mul(12).saturating_add(month)),
        _ => Err(format!("`{date}` is not a date such as 2026-11-24")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_can_be_read_and_has_dates_keys_and_sources() {
        let tables: BTreeMap<String, Table> = serde_json::from_str(PACKED).expect("the tables are as they must be");
        assert!(tables.len() >= 4);
        for (name, table) in &tables {
            months(&table.as_of).expect("a date");
            assert!(!table.title.is_empty() && (!table.entry.is_empty() || name == "shared-senders"), "{name}");
            for entry in &table.entry {
                assert!(entry.get("key").is_some_and(|key| !key.is_empty()), "{name}: {entry:?}");
                assert!(entry.get("source").is_some_and(|source| !source.is_empty()), "{name}: {entry:?}");
            }
        }
    }

    #[test]
    fn domains_and_names_are_found() {
        assert_eq!(look_up("dns-blacklists", "relays.ordb.org.", "name").as_deref(), Ok("ORDB"));
        assert_eq!(look_up("dns-blacklists", "DUL.dnsbl.sorbs.net", "behaviour").as_deref(), Ok("no_data"));
        assert_eq!(look_up("dns-blacklists", "zen.spamhaus.org", "behaviour").as_deref(), Ok("alive"));
        assert_eq!(has("dns-blacklists", "xdnsbl.sorbs.net"), Ok(false));
        assert_eq!(look_up("notes-ini-keys", "smtpmta_relay_forwards", "state").as_deref(), Ok("obsolete"));
        assert_eq!(nearest("notes-ini-keys", "SMTPGreting").as_deref(), Ok("SMTPGreeting"));
        assert_eq!(nearest("notes-ini-keys", "smtpgreeting").as_deref(), Ok(""));
        assert_eq!(nearest("notes-ini-keys", "SMTPSomethingElse").as_deref(), Ok(""));
        assert!(look_up("dns-blacklist", "x", "y").is_err_and(|why| why.contains("did you mean `dns-blacklists`")));
    }

    #[test]
    fn a_table_grows_stale() {
        assert_eq!(is_stale("dns-blacklists", ""), Ok(false));
        assert_eq!(is_stale("dns-blacklists", "2027-01-01"), Ok(false));
        assert_eq!(is_stale("dns-blacklists", "2040-01-01"), Ok(true));
        assert!(is_stale("dns-blacklists", "yesterday").is_err());
    }
}
