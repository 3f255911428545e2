//! Answers of the Domino REST API and of Domino Access Services.

use crate::common::{list, problems};
use crate::folder::{CLEAN, FINDINGS, Folder, INPUT};
use crate::{finding, open, start};

const SERVER: &str = r#"{"@meta":{"unid":"A1","revision":"1"},"Form":"Server","ServerName":"CN=mx1/O=Acme","Domain":"Acme","SMTPListenerEnabled":true,"SMTP_Port":2525,"SMTP_PortStatus":"1","SMTPFullHostDomain":"mx1.acme.example"}"#;

fn configuration(items: &str) -> String {
    format!(r#"{{"@meta":{{"unid":"A2"}},"Form":"ServerConfig","ServerName":"*","UseAsDefault":"1",{items}}}"#)
}

#[test]
fn a_document_an_array_and_json_lines_are_the_same() {
    let other = configuration(r#""SMTPRlyExcpts":["192.0.2.7","[192.0.2.8]"]"#);
    let folder = Folder::new("same")
        .with("one/server.json", SERVER)
        .with("one/configuration.json", &other)
        .with("array.json", format!("[{SERVER},\n{other}]"))
        .with("lines.jsonl", format!("{SERVER}\n{other}\n"))
        .with("windows.jsonl", format!("{SERVER}\r\n\r\n{other}\r\n"));
    let rules = |report: &serde_json::Value| -> Vec<String> {
        list(report, "findings")
            .iter()
            .map(|finding| format!("{} {}", finding["rule"], finding["fingerprint"]))
            .collect()
    };
    let expected = rules(&folder.json(&["one"]));
    assert!(expected.iter().any(|finding| finding.contains("host-entry-ip-without-brackets")), "{expected:?}");
    for file in ["array.json", "lines.jsonl", "windows.jsonl"] {
        let report = folder.json(&[file]);
        assert_eq!(rules(&report), expected, "{file}");
        assert_eq!(problems(&report), Vec::<String>::new(), "{file}");
    }
    let report = folder.json(&["lines.jsonl"]);
    assert_eq!(start(&finding(&report, "host-entry-ip-without-brackets")["primary"]), "2:99");
}

#[test]
fn what_an_answer_does_not_show_is_unknown() {
    let folder = Folder::new("unknown").with("a.json", format!("[{SERVER},{}]", configuration(r#""Title":"x""#)));
    let report = folder.json(&["a.json"]);
    let reason = open(&report, "smtp-anonymous-disabled");
    assert!(reason.contains("(internet_sites) is not in this export, which shows only a part"), "{reason}");
    // Where all items were asked for, the documented default of the same item counts.
    let folder = folder.with(
        "raw.json",
        format!(r#"{{"GET /raw/A1": {SERVER}, "GET /raw/A2": {}}}"#, configuration(r#""Title":"x""#)),
    );
    let report = folder.json(&["raw.json"]);
    let reason = open(&report, "smtp-anonymous-disabled");
    assert!(!reason.contains("internet_sites"), "{reason}");
}

#[test]
fn a_single_value_of_a_list_may_be_the_first_of_several() {
    let folder = Folder::new("first")
        .with("a.json", format!("[{SERVER},{}]", configuration(r#""SMTPRlyExcpts":"[192.0.2.7]""#)));
    let report = folder.json(&["a.json"]);
    let reason = open(&report, "host-entry-ip-without-brackets");
    assert!(reason.contains("only the first of several values"), "{reason}");
    // The service cannot have left out anything of an array, nor of an answer with all items.
    let whole = format!(
        r#"{{"GET /document/A2/raw?dataSource=names": {}}}"#,
        configuration(r#""SMTPRlyExcpts":"[192.0.2.7]""#)
    );
    let folder = folder
        .with("array.json", format!("[{SERVER},{}]", configuration(r#""SMTPRlyExcpts":["[192.0.2.7]"]"#)))
        .with("raw.json", whole);
    for file in ["array.json", "raw.json"] {
        let report = folder.check(&["--format", "json", file]).out;
        assert!(!report.contains("only the first of several"), "{file}: {report}");
    }
}

#[test]
fn domino_access_services_wrap_values_in_their_types() {
    let text = r#"{"@href":"/names.nsf/api/data/documents/unid/A1","@unid":"A1","@form":"Server",
  "servername":"CN=mx1/O=Acme","smtplistenerenabled":"1",
  "smtp_port":{"type":"number","data":2525},"smtpfullhostdomain":["mx1"],
  "Remark":{"type":"richtext","contentType":"text/html","data":"<p>"},"$Revisions":[{"type":"datetime","data":"2013-01-01T00:00:00Z"}]}"#;
    let folder = Folder::new("das").with("das.json", text);
    let report = folder.json(&["das.json"]);
    assert_eq!(problems(&report), Vec::<String>::new());
    assert_eq!(finding(&report, "fqdn-unqualified")["primary"]["item"], "smtpfullhostdomain");
    assert!(folder.check(&["das.json"]).out.contains("read das.json as Domino Access Services"));
    let shown = folder.run(&["effective", "das.json", "smtp_inbound.port"]).out;
    assert!(shown.contains("2525"), "{shown}");
}

#[test]
fn one_broken_line_does_not_hide_the_others() {
    let broken = r#"{"@meta":{"unid":"A3"},"Form":"ServerConfig","ServerName":"mx1"#;
    let other = configuration(r#""SMTPRlyExcpts":["192.0.2.7"]"#);
    let folder = Folder::new("broken").with("a.jsonl", format!("{SERVER}\n{broken}\n{other}\n"));
    let report = folder.json(&["a.jsonl"]);
    assert_eq!(folder.check(&["a.jsonl"]).code, INPUT);
    assert_eq!(problems(&report), ["error json-syntax"]);
    let problem = &list(&report, "problems")[0];
    assert_eq!(problem["start"]["line"], 2);
    assert!(problem["message"].as_str().expect("a message").contains("a line is not valid JSON"), "{problem:#}");
    assert_eq!(finding(&report, "host-entry-ip-without-brackets")["primary"]["start"]["line"], 3);
}

#[test]
fn what_is_no_document_is_said_once() {
    let folder = Folder::new("not-documents")
        .with("error.json", r#"{"status":404,"message":"note not found","errorId":0}"#)
        .with("openapi.json", r#"{"openapi":"3.0.2","info":{"title":"x"}}"#)
        .with("rows.json", r#"[{"@unid":"A1","@index":"1","$0":"x"},{"@unid":"A2","@index":"2","$0":"y"}]"#)
        .with("mixed.json", format!(r#"[{SERVER},{{"@unid":"A9","@index":"1","$0":"x"}}]"#))
        .with("other.json", r#"{"@meta":{"unid":"A1"},"Form":"Customer","Color":"Red"}"#);
    folder.check(&["error.json"]).says(INPUT, &["error[answer-is-an-error]", "error 404: note not found"]);
    folder.check(&["openapi.json"]).says(INPUT, &["this describes a REST service"]);
    folder
        .check(&["rows.json"])
        .says(INPUT, &["2 entries have no item Form", "[rows.json:1:11]", "no document that has to do with mail"]);
    folder.check(&["mixed.json"]).says(FINDINGS, &["an entry has no item Form", "1 server, 1 document"]);
    folder.check(&["other.json"]).says(INPUT, &["the input holds no document that has to do with mail"]);
}

#[test]
fn secrets_and_control_characters_stay_inside() {
    let text = SERVER.replace("\"Domain\"", "\"RelayPassword\":\"hunter2\",\"Note\":\"\\u001b[31m\",\"Domain\"");
    let folder = Folder::new("secrets").with("a.json", text);
    let run = folder.check(&["-v", "a.json"]);
    assert!(run.code == CLEAN || run.code == FINDINGS);
    assert!(!run.out.contains("hunter2") && !run.out.contains('\u{1b}'), "{}", run.out);
}
