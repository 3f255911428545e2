//! Where only some items are wanted, the others are passed over as bytes. That must give what the parser gives.

use maillint::read::Demand;
use proptest::prelude::*;

use crate::reading::{everything, read_wanted};

fn wanted() -> Demand {
    let mut demand = Demand::nothing();
    demand.add("Person", Some(vec!["FullName".to_owned(), "MailServer".to_owned()]));
    demand
}

/// The same, packed.
fn wanted_of_many() -> Demand {
    let mut demand = Demand::nothing();
    demand.add_many("Person", vec!["FullName".to_owned(), "MailServer".to_owned()]);
    demand
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 äß€!?'\"=]{0,12}",
        Just("a &amp; &lt;item name='FullName'&gt; b".to_owned()),
        Just("x<break\n/>y".to_owned()),
        Just("&#228;".to_owned()),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("FullName".to_owned()),
        Just("FULLNAME".to_owned()),
        Just("MailServer".to_owned()),
        Just("FullNames".to_owned()),
        Just("Form".to_owned()),
        Just("$Conflict".to_owned()),
        Just("a&amp;b".to_owned()),
        Just("Comment".to_owned()),
        Just("a>b".to_owned()),
    ]
}

fn content() -> impl Strategy<Value = String> {
    prop_oneof![
        text().prop_map(|text| format!("<text>{text}</text>")),
        text().prop_map(|text| format!("<text\n>{text}</text\n>")),
        prop::collection::vec(text(), 0..4).prop_map(|all| {
            let all: Vec<String> = all.into_iter().map(|text| format!("<text>{text}</text>")).collect();
            format!("<textlist>{}</textlist>", all.concat())
        }),
        Just("<text/>".to_owned()),
        Just("<rawitemdata type='4'>\nAQAx\n</rawitemdata>".to_owned()),
        Just("<richtext><par def='1'><run>a</run></par><items/></richtext>".to_owned()),
        Just(String::new()),
    ]
}

fn item() -> impl Strategy<Value = String> {
    (name(), content(), 0..7_u8).prop_map(|(name, content, shape)| match shape {
        0 => format!("<item name=\"{name}\" summary='false'>{content}</item>\n"),
        1 => format!("<item\n name='{name}'\n>{content}</item\n>"),
        2 => format!("<item names='true' name='{name}'>{content}</item>"),
        3 => format!("<item name='{name}'/>"),
        4 => format!("<item name='{name}' sealed='true' x='>'>{content}</item>"),
        _ => format!("<item name='{name}'>{content}</item>\n"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn bytes_and_parser_give_the_same(items in prop::collection::vec(item(), 0..8), history in any::<bool>(), late in 0..4_u8) {
        let head = "<noteinfo noteid='8fa' unid='57360A417A5EC1F1002586D600299459'><created><datetime>2</datetime></created></noteinfo>\n";
        let history = if history { "<updatedby><name>CN=A</name></updatedby>" } else { "" };
        // The exporter writes what is told of a document before its items.
        let about = [head, history];
        let told = |after: bool| (0_u8..).zip(about).filter(|(bit, _)| (late >> bit & 1 == 1) == after).map(|(_, part)| part).collect::<String>();
        let (before, after) = (told(false), told(true));
        let document = |end: &str| format!("<database><document form='Person'>\n{before}{}{after}{end}</document></database>", items.concat());
        let plain = read_wanted(document("").as_bytes(), &wanted());
        // A comment makes the reader careful.
        let careful = read_wanted(document("<!---->").as_bytes(), &wanted());
        prop_assert_eq!(everything(&plain), everything(&careful));
        let packed = read_wanted(document("").as_bytes(), &wanted_of_many());
        prop_assert_eq!(packed.export.crowd.len(), 1);
        prop_assert_eq!(everything(&plain), everything(&packed));
    }
}
