//! What people paste for a meeting place, and how it is remembered.

use std::fs;

use entraide::app::place::{Wrong, read};
use entraide::config::{Node, remember};
use entraide::texts::texts;
use entraide_common::texts::Language;

const NODE: &str =
    "/dns4/meet.example.org/udp/4580/quic-v1/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";
const OTHER: &str = "/ip4/198.51.100.7/tcp/4580/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";

fn nodes(addresses: &[&str]) -> Vec<Node> {
    addresses.iter().map(|address| address.parse().expect("a node")).collect()
}

#[test]
fn an_address_is_found_in_whatever_it_came_in() {
    let one = nodes(&[NODE]);
    for text in [
        NODE.to_owned(),
        format!("  {NODE}\r\n"),
        format!("listening {NODE}"),
        format!("rendezvous = [\"{NODE}\"]"),
        format!("«\u{202f}{NODE}\u{202f}»"),
    ] {
        assert_eq!(read(&text), Ok(one.clone()), "{text}");
    }
    assert_eq!(read(&format!("{NODE}, {OTHER}")), Ok(nodes(&[NODE, OTHER])));
}

#[test]
fn what_is_no_address_is_answered_with_what_is_wrong() {
    let without_id = &NODE[..NODE.find("/p2p").expect("an id")];
    let cut = &NODE[..NODE.len() - 3];
    for (text, wrong) in [
        ("", Wrong::NotAnAddress),
        ("meet.example.org", Wrong::NotAnAddress),
        ("https://meet.example.org/", Wrong::NotAnAddress),
        (without_id, Wrong::NoId),
        (cut, Wrong::Mistyped),
        ("/dns4", Wrong::Mistyped),
        ("/home/zoe", Wrong::Mistyped),
        (&NODE[NODE.find("/p2p").expect("an id")..], Wrong::Mistyped),
        (&[NODE; 9].join(" "), Wrong::TooMany),
    ] {
        assert_eq!(read(text), Err(wrong), "{text}");
    }
    for language in [Language::English, Language::French] {
        for wrong in [Wrong::NotAnAddress, Wrong::Mistyped, Wrong::NoId, Wrong::TooMany, Wrong::Silent] {
            assert!(texts(language).has(wrong.key()), "{wrong:?}");
        }
    }
}

#[test]
fn a_settings_file_keeps_all_but_the_nodes() {
    let folder = tempfile::tempdir().expect("a place for a file");
    let path = folder.path().join("new").join("config.toml");
    let line = format!("rendezvous = [\"{NODE}\"]\n");
    remember(&path, &nodes(&[NODE])).expect("it is made");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), line);
    for (before, after) in [
        ("# mine\nname = \"Zoé\"", format!("# mine\nname = \"Zoé\"\n{line}")),
        (
            "rendezvous = [] # none yet\nlang = \"fr\"\n",
            format!("rendezvous = [\"{NODE}\"] # none yet\nlang = \"fr\"\n"),
        ),
    ] {
        fs::write(&path, before).expect("written");
        remember(&path, &nodes(&[NODE])).expect("it is changed");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), after);
    }
    fs::write(&path, "name = ").expect("written");
    remember(&path, &nodes(&[NODE])).expect_err("what cannot be read is left alone");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "name = ");
    assert_eq!(
        fs::read_dir(path.parent().expect("a folder")).expect("it is there").count(),
        1,
        "nothing is left over"
    );
}
