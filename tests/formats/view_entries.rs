//! `?ReadViewEntries`: an inventory, in XML and in JSON.

use crate::folder::{Folder, INPUT};

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- by hand -->\n<viewentries toplevelentries=\"2\">\n<viewentry position=\"1\" unid=\"A1\"><entrydata columnnumber=\"0\" name=\"$12\"><text>mx1/Acme</text></entrydata></viewentry>\n<viewentry position=\"2\" unid=\"A2\"><entrydata columnnumber=\"0\"><textlist><text>mx2/Acme</text></textlist></entrydata></viewentry>\n</viewentries>\n";
const JSON: &str = r#"{"@toplevelentries":"2","viewentry":[{"@unid":"A1","entrydata":[{"@columnnumber":"0","@name":"$12","text":{"0":"mx1/Acme"}}]},{"@unid":"A2","entrydata":[{"text":{"0":"mx2/Acme"}}]}]}"#;
const SERVER: &str = "[[server]]\nname = 'mx1/Acme'\n";

#[test]
fn a_view_is_listed_and_nothing_is_checked_by_it() {
    let folder = Folder::new("listed").with("view.xml", XML).with("view.json", JSON).with("mx.toml", SERVER);
    for file in ["view.xml", "view.json"] {
        folder.check(&[file]).says(INPUT, &["a view with 2 rows: `mx1/Acme`, `mx2/Acme`", "nothing to check"]);
        let run = folder.check(&[file, "mx.toml"]);
        assert!(run.code < INPUT, "{}", run.out);
        run.says(run.code, &["info[view-inventory]", "read 2 files: 1 server, 1 document"]);
    }
}

#[test]
fn a_view_that_lists_more_than_the_input_holds_makes_it_a_part() {
    let unid = |last: char| format!("{}{last}", "A".repeat(31));
    let view = |ids: &[char]| {
        let row = |id: &char| {
            format!("<viewentry unid='{}'><entrydata><text>doc {id}</text></entrydata></viewentry>", unid(*id))
        };
        let rows = ids.iter().map(row).collect::<Vec<_>>().concat();
        format!("<viewentries>{rows}</viewentries>")
    };
    let document = |id: char, items: &str| {
        format!(
            "<document form='Server' xmlns='http://www.lotus.com/dxl'><noteinfo unid='{}'/>{items}</document>",
            unid(id)
        )
    };
    let items = "<item name='ServerName'><text>CN=mx1/O=Acme</text></item><item name='SMTPListenerEnabled'><text>1</text></item>";
    let folder = Folder::new("inventory")
        .with("server.dxl", format!("<database xmlns='http://www.lotus.com/dxl'>{}</database>", document('1', items)))
        .with("more.xml", view(&['1', '2']))
        .with("same.xml", view(&['1']))
        .with("other.xml", view(&['8', '9']));
    let run = folder.check(&["server.dxl", "more.xml"]);
    run.says(run.code, &["a view lists a document that the input does not hold: `doc 2`", "[more.xml:1:"]);
    for file in ["same.xml", "other.xml"] {
        let run = folder.check(&["server.dxl", file]);
        assert!(!run.out.contains("listed-not-exported"), "{file}: {}", run.out);
    }
}

#[test]
fn a_broken_view_is_said_to_be() {
    let folder = Folder::new("broken")
        .with("cut.xml", XML.split("</viewentries>").next().expect("a part"))
        .with("nested.xml", "<viewentries><viewentry></viewentries>")
        .with("bomb.xml", "<?xml version='1.0'?>\n<!DOCTYPE viewentries [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>\n<viewentries><viewentry><entrydata><text>&b;</text></entrydata></viewentry></viewentries>");
    folder.check(&["cut.xml"]).says(INPUT, &["error[xml-syntax]", "cut.xml:"]);
    folder.check(&["nested.xml"]).says(INPUT, &["error[xml-syntax]"]);
    folder.check(&["bomb.xml"]).says(INPUT, &["a view with 1 row"]);
}
