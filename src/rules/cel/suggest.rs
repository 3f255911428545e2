//! "Did you mean".

use std::sync::Arc;

/// The candidate closest to `name`, if one is close enough to be a likely slip.
pub(super) fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    let mut best: Option<(&str, f64)> = None;
    for candidate in candidates {
        let offered = candidate.to_lowercase();
        let likeness = strsim::jaro_winkler(&wanted, &offered);
        let distance = strsim::damerau_levenshtein(&wanted, &offered);
        // A name of two letters is within two edits of everything.
        let close = likeness >= 0.8 || (distance <= 2 && distance < length);
        if close && best.is_none_or(|(_, score)| likeness > score) {
            best = Some((candidate, likeness));
        }
    }
    best.map(|(candidate, _)| candidate)
}

/// "did you mean `x`?" when something is close.
pub(super) fn did_you_mean<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<String> {
    closest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// The names in order of the list, for people.
pub(super) fn listing(names: &[Arc<str>]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
