//! "Did you mean".

const MAX_LENGTH: usize = 128;

/// The known name that is closest to what was written, if one is close enough to be meant.
#[must_use]
pub fn closest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody means a known name with something much longer, and the distance costs the product of the lengths.
    if written.len() > MAX_LENGTH {
        return None;
    }
    let lower = written.trim().to_lowercase();
    known
        .into_iter()
        .filter_map(|name| {
            let candidate = name.to_lowercase();
            let distance = strsim::damerau_levenshtein(&lower, &candidate);
            let likeness = strsim::jaro_winkler(&lower, &candidate);
            let limit = if candidate.len() <= 4 { 1 } else { 2 };
            (distance <= limit || (likeness >= 0.85 && distance * 3 <= candidate.len().max(lower.len())))
                .then_some((distance, name))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
        let known = ["hostname", "internet_sites", "smtp_listener", "port"];
        assert_eq!(closest("host_name", known), Some("hostname"));
        assert_eq!(closest("internet_site", known), Some("internet_sites"));
        assert_eq!(closest("Smtp_Listner", known), Some("smtp_listener"));
        assert_eq!(closest("colour", known), None);
    }
}
