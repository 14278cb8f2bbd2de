//! The two people write to each other.

use entraide_common::texts::Language;
use entraide_tests::session::{Scene, Session};
use serde_json::json;

#[test]
fn each_reads_what_the_other_writes() {
    let mut session = Session::new(Scene::new(Language::English)).viewing();
    for (number, line) in ["Bonjour !", "漢字 et « guillemets »", "\"\\ é\tñ"].into_iter().enumerate() {
        let (writer, reader, from) = if number % 2 == 0 {
            (&mut session.helper, &mut session.host, "helper")
        } else {
            (&mut session.host, &mut session.helper, "host")
        };
        writer.tell("chat", json!({"text": line}));
        for program in [writer, reader] {
            let chat = program.event("chat");
            assert_eq!((&chat["from"], &chat["text"]), (&json!(from), &json!(line)));
        }
    }
}
