//! Spelling: what is read, what CEL has and the subset lacks, and where mistakes are underlined.

use super::world::{mistakes, table};
use crate::rules::cel::parse;
use crate::rules::cel::syntax::NodeKind;

fn only(text: &str) -> String {
    mistakes(text).join(" | ")
}

#[test]
fn outside_the_subset() {
    table(
        &[
            (
                "1.5 > 1.0",
                "1.5: a number with a fraction or an exponent is not part of the subset | 1.0: a number with a fraction or an exponent is not part of the subset",
            ),
            ("1e3", "1e3: a number with a fraction or an exponent is not part of the subset"),
            ("-.5", ".5: a number with a fraction or an exponent is not part of the subset"),
            ("25u", "25u: an unsigned number is not part of the subset"),
            ("0x1FU", "0x1FU: an unsigned number is not part of the subset"),
            ("b'x'", "b'x': a bytes literal is not part of the subset"),
            ("s.name == null", "null: `null` is not part of the subset (`has(…)` tells whether a field is set)"),
            ("{'a': {'b': 1}} == s", "{'a': {'b': 1}}: a map literal is not part of the subset"),
            ("Server{name: 'x'}", "Server{name: 'x'}: a message literal is not part of the subset"),
            (".s.port", ".: a name with a leading dot is not part of the subset"),
            ("s.?port", "?: optional selection is not part of the subset"),
            (
                "s.`odd-name`",
                "`odd-name`: a name in backticks is not part of the subset (write `['…']` for a key that is not a plain name)",
            ),
            (
                "timestamp('2024-01-01T00:00:00Z')",
                "timestamp: `timestamp` is not part of the subset (there are no timestamps)",
            ),
            ("int('1') == 1", "int: `int` is not part of the subset (there is no conversion between types)"),
        ],
        only,
    );
}

#[test]
fn spelling() {
    table(
        &[
            ("", ": expected a value, found the end"),
            ("1 +", ": expected a value, found the end"),
            ("1 2", "2: expected an operator or the end, found a number"),
            ("(1", ": expected `)`, found the end"),
            ("[1, 2", ": expected `,` or `]`, found the end"),
            ("isLocal('x',)", "): expected an argument, found `)`"),
            ("s.", ": expected a field name, found the end"),
            ("s.in", "in: expected a field name, found `in`"),
            ("s.port = 25", "=: unexpected character `=` (write `==` to compare)"),
            (
                "s.yes & s.no | s.yes",
                "&: unexpected character `&` (write `&&` for \"and\") | |: unexpected character `|` (write `||` for \"or\")",
            ),
            ("s.yes and s.no", "and: expected an operator or the end, found `and` (write `&&` for \"and\")"),
            ("s.yes or s.no", "or: expected an operator or the end, found `or` (write `||` for \"or\")"),
            ("not s.yes", "not: expected a value, found `not` (write `!` for \"not\")"),
            ("true ? true ? 1 : 2 : 3", "?: expected `:`, found `?` (put the inner `… ? … : …` in parentheses)"),
            ("for == 1", "for: `for` is a reserved word and cannot be a name"),
            (
                "s.port == “25”",
                "“: unexpected character `“` (write texts in straight quotes) | ”: unexpected character `”` (write texts in straight quotes)",
            ),
            ("'open", "'open: the text is not closed with `'`"),
            ("'over\nline'", "'over: the text is not closed with `'` | ': the text is not closed with `'`"),
            ("'''open'", "'''open': the text is not closed with `'''`"),
            (
                r"'\d \u12 \ud800 \400'",
                r"\d: unknown escape; a backslash itself is written `\\` | \u12: `\u` needs the four hexadecimal digits of a character | \ud800: `\u` needs the four hexadecimal digits of a character | \4: unknown escape; a backslash itself is written `\\`",
            ),
            ("9223372036854775808", "9223372036854775808: the number does not fit into 64 bits"),
            ("-9223372036854775809", "-9223372036854775809: the number does not fit into 64 bits"),
            ("99999999999999999999", "99999999999999999999: the number does not fit into 64 bits"),
            ("0x", "0x: a number needs digits after `0x`"),
            ("25ab", "25ab: a number is followed directly by letters"),
            ("ä == 1", "ä: unexpected character `ä`"),
        ],
        only,
    );
}

#[test]
fn ranges_cover_parentheses() {
    let text = " (1 + 2) * n.size() ";
    let node = parse(text).expect("parses");
    assert_eq!(text.get(node.range.clone()), Some("(1 + 2) * n.size()"));
    let NodeKind::Binary(_, left, right) = node.kind else { panic!("not a product") };
    let parts = [left, right].map(|side| text.get(side.range.clone()).unwrap_or_default());
    assert_eq!(parts, ["(1 + 2)", "n.size()"]);
}

#[test]
fn reserved_words_may_be_fields() {
    assert!(parse("a.for.package.while").is_ok());
}
