//! The few shapes of selection formulas that one-touch setup files use to find a document:
//! `Form = "Server" & ServerName = @UserName`, with `{…}` or `"…"` texts, optional `SELECT` and parentheses.

/// What an item must equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    /// A text.
    Text(String),
    /// `@UserName`: on a server, the name of the server.
    UserName,
}

/// Reads a formula into conditions that must all hold; `None` if it is of another shape.
#[must_use]
pub(super) fn conditions(formula: &str) -> Option<Vec<(String, Operand)>> {
    let formula = formula.trim();
    let formula = match formula.get(..7) {
        Some(word) if word.eq_ignore_ascii_case("select ") => formula.get(7..)?.trim(),
        _ => formula,
    };
    split(strip_parentheses(formula))?.into_iter().map(|part| condition(strip_parentheses(part))).collect()
}

fn strip_parentheses(text: &str) -> &str {
    let text = text.trim();
    match text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) if !inner.contains(['(', ')']) => inner.trim(),
        _ => text,
    }
}

/// Splits at `&` outside of texts.
fn split(formula: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut close = None;
    for (at, character) in formula.char_indices() {
        match (close, character) {
            (Some(end), _) if character == end => close = None,
            (None, '"') => close = Some('"'),
            (None, '{') => close = Some('}'),
            (None, '&') => {
                parts.push(formula.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(formula.get(start..)?);
    close.is_none().then_some(parts)
}

fn condition(part: &str) -> Option<(String, Operand)> {
    let (left, right) = part.split_once('=')?;
    let (left, right) = (left.trim(), right.trim());
    // An equality can be written either way round.
    match (item(left), operand(right)) {
        (Some(item), Some(operand)) => Some((item, operand)),
        _ => Some((item(right)?, operand(left)?)),
    }
}

fn item(text: &str) -> Option<String> {
    let fits =
        !text.is_empty() && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '$'));
    fits.then(|| text.to_owned())
}

fn operand(text: &str) -> Option<Operand> {
    let quoted = |open: char, close: char| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        (!inner.contains([open, close])).then(|| inner.to_owned())
    };
    if text.eq_ignore_ascii_case("@username") {
        return Some(Operand::UserName);
    }
    Some(Operand::Text(quoted('"', '"').or_else(|| quoted('{', '}'))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_shapes_are_read() {
        let expected = Some(vec![
            ("Form".to_owned(), Operand::Text("Server".to_owned())),
            ("ServerName".to_owned(), Operand::UserName),
        ]);
        assert_eq!(conditions("Form = {Server} & ServerName = @Username"), expected);
        assert_eq!(conditions("{Server} = Form & @UserName = ServerName"), expected);
        assert_eq!(conditions("SELECT (Form = \"Server\") & (ServerName = @UserName)"), expected);
        assert_eq!(conditions("Form=\"a & b\""), Some(vec![("Form".to_owned(), Operand::Text("a & b".to_owned()))]));
    }

    #[test]
    fn other_shapes_are_not_guessed() {
        for formula in [
            "",
            "Form = \"A\" | Form = \"B\"",
            "@All",
            "Form != \"A\"",
            "Form = \"A",
            "@Contains(ServerName; \"x\")",
            "Form = Form2",
        ] {
            assert_eq!(conditions(formula), None, "{formula}");
        }
    }
}
