//! JSON that is none, or says something twice.

use crate::cases::{case, run_cases};
use crate::inputs::config_map;
use crate::running::{FINDINGS, INPUT};

#[test]
fn json_that_is_none() {
    run_cases(
        "json",
        &[
            case(
                "a comma is missing behind a text",
                "text.json",
                "{\n  \"server\": [\n    { \"name\": \"mx1/Acme«\"»\n\n      «\"»hostname\": \"mx1.acme.example\" }\n  ]\n}\n",
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma is missing behind a number, in a file with CR LF",
                "number.json",
                "{ \"server\": [ { \"name\": \"é/Acme\",\r\n \"smtp_inbound\": { \"port\": 2«5»\r\n  «\"»status\": \"enabled\" } } ] }\r\n",
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma is missing between objects",
                "objects.json",
                "{ \"server\": [ { \"name\": \"a/A\" «}» «{» \"name\": \"b/A\" } ] }",
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma is missing between texts",
                "texts.json",
                "{ \"group\": [ { \"name\": \"g\", \"members\": [\"a/A«\"» «\"»b/A\"] } ] }",
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma is missing in a ConfigMap",
                "map.yaml",
                config_map(
                    "|",
                    "{\n  \"serverSetup\": {\n    \"server\": { \"name\": \"mx1«\"»\n      «\"»type\": \"first\" }\n  }\n}",
                ),
                INPUT,
                "error json-syntax",
                &["comma", "missing"],
            ),
            case(
                "a comma behind the last member",
                "trailing.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\"«,»\n } ] }",
                INPUT,
                "error json-syntax",
                &["comma", "before a closing"],
            ),
            case(
                "a comma behind the last element",
                "trailing_list.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\" }«,»\n\n ] }",
                INPUT,
                "error json-syntax",
                &["comma", "before a closing"],
            ),
            case(
                "a line comment",
                "line_comment.json",
                "{\n  «//» our server\n  \"server\": [ { \"name\": \"mx1/Acme\" } ]\n}\n",
                INPUT,
                "error json-syntax",
                &["comment"],
            ),
            case(
                "a block comment",
                "block_comment.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\" } «/*» one */ ] }\n",
                INPUT,
                "error json-syntax",
                &["comment"],
            ),
            case(
                "a comment before everything",
                "first_comment.json",
                "«//» our server\n{ \"server\": [ { \"name\": \"mx1/Acme\" } ] }\n",
                INPUT,
                "error json-syntax",
                &["comment"],
            ),
            case(
                "the file was cut off",
                "cut.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\"«,»\n",
                INPUT,
                "error json-syntax",
                &["ends too early", "cut off"],
            ),
            case(
                "a colon is missing",
                "colon.json",
                "{ \"server\": [ { \"name\" «\"»mx1/Acme\" } ] }",
                INPUT,
                "error json-syntax",
                &["`:`"],
            ),
            case(
                "a name without quotes",
                "name.json",
                "{ \"server\": [ { «name»: \"mx1/Acme\" } ] }",
                INPUT,
                "error json-syntax",
                &["quotes"],
            ),
            case("typographic quotes", "quotes.json", "{ «“server”»: [] }", INPUT, "error json-syntax", &["quotes"]),
            case(
                "a NUL in a text",
                "nul.json",
                format!("{{ \"server\": [ {{ \"name\": \"{}«\0»/Acme\" }} ] }}", "x".repeat(80)),
                INPUT,
                "error json-syntax",
                &["control character"],
            ),
            case(
                "a name twice",
                "twice.json",
                "{ \"server\": [ { «\"name\"»: \"mx1/Acme\", \"domain\": \"Acme\", \"name\": \"mx2/Acme\" } ] }"
                    .replace("«\"name\"»", "@")
                    .replace("\"name\"", "«\"name\"»")
                    .replace('@', "\"name\""),
                FINDINGS,
                "warning duplicate-key",
                &["`name`", "twice", "different values"],
            ),
            case(
                "nested 10,000 deep",
                "deep.json",
                format!("{}«[»{}{}", "[".repeat(128), "[".repeat(9871), "]".repeat(10_000)),
                INPUT,
                "error json-too-deep",
                &["128 levels"],
            ),
            case(
                "nested 10,000 deep and never closed",
                "deep_open.json",
                format!("{}«{{»{}", "{\"server\":".repeat(128), "\"server\":{".repeat(9871)),
                INPUT,
                "error json-too-deep",
                &["128 levels"],
            ),
        ],
    );
}
