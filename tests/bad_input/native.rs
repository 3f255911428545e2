//! Descriptions of our own whose names, types and values are wrong, and groups that contain themselves.

use std::fs;

use crate::cases::{case, run_cases};
use crate::inputs::SERVER;
use crate::running::{CLEAN, FINDINGS, Folder, INPUT};

#[test]
fn native_descriptions_that_say_something_else() {
    run_cases(
        "native",
        &[
            case(
                "an unknown name",
                "key.toml",
                "[[server]]\nname = \"mx1/Acme\"\n«hostnme» = \"mx1.acme.example\"\n",
                INPUT,
                "error unknown-key",
                &["`hostnme`", "did you mean `hostname`"],
            ),
            case(
                "an unknown name deeper down, in JSON",
                "key.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\", \"smtp_inbound\": { «\"prot\"»: 25 } } ] }",
                INPUT,
                "error unknown-key",
                &["`prot`", "smtp_inbound", "did you mean `port`"],
            ),
            case(
                "a text for a switch",
                "type.toml",
                format!("{SERVER}internet_sites = «\"yes\"»\n"),
                INPUT,
                "error wrong-type",
                &["internet_sites", "true or false", "a text"],
            ),
            case(
                "a text for a list",
                "list.toml",
                "[[group]]\nname = \"g\"\nmembers = «\"mx1/Acme\"»\n",
                INPUT,
                "error wrong-type",
                &["members", "a list"],
            ),
            case(
                "a table for a text",
                "table.json",
                "{ \"server\": [ { \"name\": «{ \"cn\": \"mx1\" }» } ] }",
                INPUT,
                "error wrong-type",
                &["name", "a text", "a table"],
            ),
            case(
                "an unknown word",
                "word.toml",
                format!("{SERVER}smtp_inbound.status = «\"enable\"»\n"),
                INPUT,
                "error unknown-value",
                &["smtp_inbound.status", "`enable`", "did you mean `enabled`"],
            ),
            case(
                "a port that is too large",
                "large.toml",
                format!("{SERVER}smtp_inbound.port = «70000»\n"),
                INPUT,
                "error out-of-range",
                &["smtp_inbound.port", "65535"],
            ),
            case(
                "a port that is too small",
                "small.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\", \"smtp_inbound\": { \"port\": «0» } } ] }",
                INPUT,
                "error out-of-range",
                &["smtp_inbound.port", "at least 1"],
            ),
            case(
                "a number beyond all bounds",
                "bounds.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\", \"smtp_inbound\": { \"port\": «99999999999999999999999» } } ] }",
                INPUT,
                "error out-of-range",
                &["smtp_inbound.port", "65535"],
            ),
            case(
                "a server without a name",
                "unnamed.toml",
                "«[[server]]»\nhostname = \"mx1.acme.example\"\n",
                INPUT,
                "error missing-key",
                &["`name`", "missing"],
            ),
            case(
                "an unknown document kind and nothing else",
                "kind.toml",
                "[[«servers»]]\nname = \"mx1/Acme\"\n",
                INPUT,
                "error input-not-understood",
                &["`servers`", "did you mean `server`"],
            ),
            case(
                "an unknown document kind among known ones",
                "kinds.json",
                "{ \"server\": [ { \"name\": \"mx1/Acme\" } ], «\"conection\"»: [ { \"name\": \"x\" } ] }",
                INPUT,
                "error unknown-key",
                &["`conection`", "did you mean `connection`"],
            ),
            case(
                "a document that is a text",
                "shape.json",
                "{ \"server\": [ «\"mx1/Acme\"» ] }",
                INPUT,
                "error native-shape",
                &["`server`", "a list of tables", "a text"],
            ),
            case(
                "two servers of one name",
                "twins.toml",
                "[[server]]\nname = «\"mx1/Acme\"»\n\n[[server]]\nname = \"CN=mx1/O=Acme\"\n"
                    .replace("«\"mx1/Acme\"»", "\"mx1/Acme\"")
                    .replace("\"CN=mx1/O=Acme\"", "«\"CN=mx1/O=Acme\"»"),
                INPUT,
                "error duplicate-document",
                &["mx1/Acme", "remove one"],
            ),
        ],
    );
}

#[test]
fn groups_that_go_round_in_circles() {
    let groups = [
        ("itself", "[[group]]\nname = \"Hubs\"\nmembers = [\"Hubs\", \"mx1/Acme\"]\n"),
        (
            "a ring",
            "[[group]]\nname = \"Hubs\"\nmembers = [\"B\"]\n[[group]]\nname = \"B\"\nmembers = [\"C\"]\n[[group]]\nname = \"C\"\nmembers = [\"D\", \"mx1/Acme\"]\n[[group]]\nname = \"D\"\nmembers = [\"B\", \"Hubs\"]\n",
        ),
    ];
    for (name, group) in groups {
        let text = format!(
            "{SERVER}smtp_inbound.port = 25\n\n{group}\n[[configuration]]\napplies_to = \"Hubs\"\nsmtp.relay_host = \"relay.acme.example\"\n"
        );
        let folder = Folder::new(&format!("circle_{}", name.replace(' ', "_"))).with("env.toml", &text);
        assert!(folder.check(&["env.toml"]).code <= FINDINGS, "{name}");
        let shown = folder.run(&["effective", "env.toml", "configuration.smtp.relay_host"]);
        shown.says(CLEAN, &["relay.acme.example"]);
        folder.run(&["effective", "env.toml"]).says(CLEAN, &["governing document", "Hubs"]);
        // Nobody is in a ring that names nobody.
        let empty = text.replace(", \"mx1/Acme\"", "");
        fs::write(folder.0.join("env.toml"), empty).expect("written");
        assert!(folder.check(&["env.toml"]).code <= FINDINGS, "{name}");
        let shown = folder.run(&["effective", "env.toml", "configuration.smtp.relay_host"]);
        assert!(!shown.out.contains("relay.acme.example"), "{name}: {}", shown.out);
    }
}
