//! The contents that an item can have, each with its value and its place.

use crate::reading::{database, document, item, read_bytes, shown};

/// The content of an item, its value, and what is underlined.
const CONTENTS: [(&str, &str, &str); 34] = [
    ("<text>a b</text>", "text \"a b\"", "a b"),
    ("<text\n>folded</text\n>", "text \"folded\"", "folded"),
    ("<text/>", "text \"\"", "<text/>"),
    ("<text></text>", "text \"\"", ""),
    ("<text>a<break/>b<break\n/>c</text>", "text \"a\\nb\\nc\"", "a<break/>b<break\n/>c"),
    ("<text>a<nonxmlchar value='1b'/>b</text>", "text \"a\\u{1b}b\"", "a<nonxmlchar value='1b'/>b"),
    (
        "<text>&lt;a&gt; &amp; &quot;&apos;&#228;&#xe4;</text>",
        "text \"<a> & \\\"'ää\"",
        "&lt;a&gt; &amp; &quot;&apos;&#228;&#xe4;",
    ),
    ("<text>a<![CDATA[<b>]]>c</text>", "text \"a<b>c\"", "a<![CDATA[<b>]]>c"),
    ("<text>a<!-- no --><?no no?>b</text>", "text \"ab\"", "a<!-- no --><?no no?>b"),
    ("<text> a </text>", "text \" a \"", " a "),
    ("<text>a\r\nb</text>", "text \"a\\nb\"", "a\r\nb"),
    ("<textlist><text>a</text></textlist>", "[text \"a\"]", "a"),
    ("<textlist><text>a</text><text\n>b</text></textlist>", "[text \"a\", text \"b\"]", "a</text><text\n>b"),
    ("<textlist><text/><text>b</text></textlist>", "[text \"\", text \"b\"]", "<text/><text>b"),
    ("<textlist/>", "[]", "<textlist/>"),
    ("<textlist></textlist>", "[]", "<textlist></textlist>"),
    ("<number>25</number>", "number 25", "25"),
    ("<number\n>-1.5e3</number>", "number -1.5e3", "-1.5e3"),
    ("<number/>", "missing", "<number/>"),
    ("<number> </number>", "missing", " "),
    (
        "<numberlist><number>1</number><number/><number>2</number></numberlist>",
        "[number 1, number 2]",
        "1</number><number/><number>2",
    ),
    ("<datetime>20210515T073409,53+00</datetime>", "date 20210515T073409,53+00", "20210515T073409,53+00"),
    (
        "<datetime dst='true'>20210518T220215,28+0230</datetime>",
        "date 20210518T220215,28+0230",
        "20210518T220215,28+0230",
    ),
    ("<datetime>20010601</datetime>", "date 20010601", "20010601"),
    ("<datetime>T999999,99</datetime>", "date T999999,99", "T999999,99"),
    ("<datetime/>", "missing", "<datetime/>"),
    ("<datetimelist><datetime\n/></datetimelist>", "[]", "<datetimelist><datetime\n/></datetimelist>"),
    (
        "<datetimelist><datetimepair><datetime>20010601</datetime><datetime>20010602</datetime></datetimepair></datetimelist>",
        "[date 20010601/20010602]",
        "20010601</datetime><datetime>20010602",
    ),
    (
        "<rawitemdata type='4'>\nAQAx\n</rawitemdata>",
        "open: the item `X` is in a raw form, which is not read",
        "<rawitemdata type='4'>",
    ),
    (
        "<itemdata type='12'>AQAx</itemdata>",
        "open: the item `X` is in a raw form, which is not read",
        "<itemdata type='12'>",
    ),
    ("<formula>@Now</formula>", "open: the item `X` is a formula, which is not read", "<formula>"),
    (
        "<richtext>\n<par><run>a</run></par></richtext>",
        "open: the item `X` is rich text, which is not read",
        "<richtext>",
    ),
    (
        "<object><file name='a'><filedata>QQ==</filedata></file></object>",
        "open: the item `X` is an attachment, which is not read",
        "<object>",
    ),
    ("<text>a&nbsp;b</text>", "open: the item `X` uses `&nbsp;`, which is not resolved", "a&nbsp;b"),
];

#[test]
fn each_content_has_its_value_and_its_place() {
    for (content, value, underlined) in CONTENTS {
        for quote in ["'", "\""] {
            let before = item("Ärger", "ü");
            let text = database(&document(
                "Server",
                &format!("{before}<item name={quote}X{quote} summary='true'>{content}</item>"),
            ));
            let read = read_bytes(text.as_bytes());
            let node = read.node("x");
            assert_eq!(shown(node), value, "{content}");
            assert_eq!(read.slice(node.span), underlined, "{content}");
            assert_eq!(read.slice(read.note().item("X").expect("there").name_span), "X");
            let expected: &[&str] = if content.contains("&nbsp;") { &["warning xml-entity"] } else { &[] };
            assert_eq!(read.codes(), expected, "{content}");
        }
    }
}

#[test]
fn each_element_of_a_list_has_its_place() {
    let text = database(&document(
        "Server",
        "<item name='L'><textlist><text>one</text><text\n>tw&amp;o</text><text>three</text></textlist></item>",
    ));
    let read = read_bytes(text.as_bytes());
    let places: Vec<String> = read.node("L").elements().iter().map(|node| read.place(node.span)).collect();
    assert_eq!(places, ["5:32-5:35", "6:2-6:10", "6:23-6:28"]);
    assert_eq!(shown(read.node("L")), "[text \"one\", text \"tw&o\", text \"three\"]");
}

#[test]
fn what_is_odd_in_an_item_is_told() {
    for (content, codes) in [
        ("<item name='X'>text</item>", &["warning dxl-item"][..]),
        ("<item name='X'><text>a</text><text>b</text></item>", &["warning dxl-item"]),
        ("<item><text>a</text></item>", &["warning dxl-item"]),
        ("<item name='X'><text>a<b>c</b></text></item>", &["warning dxl-item"]),
        ("<item name='X'><textlist><textlist><text>a</text></textlist></textlist></item>", &["warning dxl-item"]),
        ("<item name='X'><text>a\u{1}</text></item>", &["warning xml-control-character"]),
        ("<item name='X'><text>&#0;</text></item>", &["error xml-syntax"]),
        ("<item name='X'><text>a</text></item><item name='x'><text>b</text></item>", &["info item-repeated"]),
        ("<item name='$X'><text>a</text></item><item name='$X'><text>b</text></item>", &[]),
        ("<item name='X'/>", &[]),
        ("<item name='X' name='Y'><text>a</text></item>", &["error xml-syntax"]),
    ] {
        let read = read_bytes(database(&document("Server", content)).as_bytes());
        assert_eq!(read.codes(), codes, "{content}");
        assert_eq!(read.export.notes.len(), 1, "{content}");
    }
}

#[test]
fn an_encrypted_item_is_there_and_not_known() {
    let text = database(&document("Server", "<item name='X' sealed='true'><text>a</text></item>"));
    assert_eq!(shown(read_bytes(text.as_bytes()).node("X")), "open: the item `X` is encrypted");
}
