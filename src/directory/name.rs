//! Domino names: `CN=mx1/OU=Mail/O=Acme` and `mx1/Mail/Acme` are the same.

/// The abbreviated form of a name. What is not a canonical name stays as it is.
#[must_use]
pub fn abbreviate(name: &str) -> String {
    let name = name.trim();
    let canonical = name.split('/').all(|part| {
        part.split_once('=').is_some_and(|(label, _)| {
            ["CN", "OU", "OU1", "OU2", "OU3", "OU4", "O", "C"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(label.trim()))
        })
    });
    if !canonical || name.is_empty() {
        return name.to_owned();
    }
    name.split('/')
        .map(|part| part.split_once('=').map_or(part, |(_, value)| value).trim())
        .collect::<Vec<_>>()
        .join("/")
}

/// A form in which two names are equal exactly when Domino takes them for the same.
#[must_use]
pub fn name_key(name: &str) -> String {
    abbreviate(name).to_lowercase()
}

/// Whether Domino takes two names for the same.
#[must_use]
pub fn same_name(a: &str, b: &str) -> bool {
    name_key(a) == name_key(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_and_abbreviated_names_are_equal() {
        assert_eq!(abbreviate("CN=mx1/OU=Mail/O=Acme"), "mx1/Mail/Acme");
        assert_eq!(abbreviate("mx1/Mail/Acme"), "mx1/Mail/Acme");
        assert_eq!(abbreviate("*"), "*");
        assert_eq!(abbreviate("O=Acme"), "Acme");
        assert_eq!(abbreviate("a=b"), "a=b");
        assert!(same_name("CN=MX1/O=Acme", " mx1/acme "));
        assert!(!same_name("mx1/Acme", "mx1"));
    }
}
