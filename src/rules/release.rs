//! Domino releases in the order of their age.

/// Whether a release is older than another.
///
/// # Errors
/// One of them is not a release that can be understood.
pub(super) fn before(release: &str, other: &str) -> Result<bool, String> {
    let parts = |text: &str| parse(text).ok_or_else(|| format!("`{text}` is not a release such as `12.0.2FP1`"));
    Ok(parts(release)? < parts(other)?)
}

/// Version numbers, Fix Pack and Interim Fix of `Release 9.0.1FP3IF2`.
fn parse(text: &str) -> Option<([u32; 3], u32, u32)> {
    let upper = text.trim().to_uppercase();
    let rest = upper.strip_prefix("RELEASE").unwrap_or(&upper).trim();
    let rest = rest.strip_prefix('V').unwrap_or(rest).trim();
    let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
    let (numbers, tail) = rest.split_at_checked(end)?;
    let mut version = [0; 3];
    let mut given = numbers.trim_end_matches('.').split('.');
    for slot in &mut version {
        if let Some(number) = given.next() {
            *slot = number.parse().ok()?;
        }
    }
    Some((version, after(tail, "FP").unwrap_or(0), after(tail, "IF").unwrap_or(0)))
}

fn after(text: &str, word: &str) -> Option<u32> {
    let (_, rest) = text.split_once(word)?;
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn releases_in_order() {
        let order = ["5.0.12", "8.5.3FP6", "9.0.1", "Release 9.0.1FP2", "9.0.1FP3 IF2", "10.0", "12.0.2", "14.5"];
        for pair in order.windows(2) {
            assert_eq!(before(pair[0], pair[1]), Ok(true), "{pair:?}");
            assert_eq!(before(pair[1], pair[0]), Ok(false), "{pair:?}");
        }
        assert_eq!(before("Release 12.0.2", "12.0.2"), Ok(false));
        assert!(before("Build of today", "12.0").is_err());
    }
}
