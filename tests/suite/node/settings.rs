//! Settings: what wins over what, and what is said about a wrong one.

use std::fs;
use std::path::{Path, PathBuf};

use entraide_common::texts::Language;
use entraide_rendezvous::cli::Flags;
use entraide_rendezvous::config::{self, Settings};
use entraide_rendezvous::limits::{Effect, Limits};
use entraide_rendezvous::sentences;
use tempfile::TempDir;

fn file_with(text: &str) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("node.toml");
    fs::write(&path, text).expect("a file");
    (directory, path)
}

fn read(text: &str) -> Settings {
    let (_directory, path) = file_with(text);
    config::read(&Flags { config: Some(path), ..Flags::default() }).expect("the settings are right")
}

/// What is said in `language` about a file with `text`, without the file's directory.
fn complaint(text: &str, language: Language) -> String {
    let (directory, path) = file_with(text);
    let error =
        config::read(&Flags { config: Some(path), ..Flags::default() }).expect_err("the settings are wrong");
    let sentence = error.sentence(&sentences::texts(language));
    sentence.replace(&format!("{}/", directory.path().display()), "")
}

#[test]
fn a_file_sets_what_it_names_and_leaves_the_rest() {
    let settings = read(
        "listen = [\"/ip4/127.0.0.1/tcp/9\"]\nlang = \"fr\"\n[limits]\ncircuits = 12\nmemory_bytes = 1_000_000_000\n",
    );
    assert_eq!(settings.listen, ["/ip4/127.0.0.1/tcp/9".parse().expect("an address")]);
    assert_eq!(settings.language, Some(Language::French));
    let expected = Limits { circuits: 12, memory_bytes: 1_000_000_000, ..Limits::default() };
    assert_eq!(settings.limits, expected);
}

#[test]
fn a_flag_wins_over_the_file() {
    let (_directory, path) = file_with("listen = [\"/ip4/127.0.0.1/tcp/9\"]\nlog = \"warn\"\n");
    let flags =
        Flags { config: Some(path), listen: vec!["/ip6/::1/udp/7/quic-v1".to_owned()], ..Flags::default() };
    let settings = config::read(&flags).expect("the settings are right");
    assert_eq!(settings.listen, ["/ip6/::1/udp/7/quic-v1".parse().expect("an address")]);
    assert_eq!(settings.log, "warn");
}

#[test]
fn a_wrong_setting_is_named_with_its_line_and_what_is_accepted() {
    let english = |text| complaint(text, Language::English);
    assert_eq!(
        english("# ours\n\n[limits]\ncircuits = 0\n"),
        "node.toml, line 4: “circuits” does not take 0. It takes a whole number from 1 to 1000000."
    );
    assert_eq!(
        english("[limits]\ncircuits = \"many\"\n"),
        "node.toml, line 2: “circuits” does not take \"many\". It takes a whole number from 1 to 1000000."
    );
    assert_eq!(
        english("lang = \"en\"\nlog = \"loud\"\n"),
        "node.toml, line 2: “log” does not take \"loud\". It takes one of these words, in quotes: error, warn, info, debug, trace."
    );
    assert_eq!(
        english("lisen = []\n"),
        "node.toml, line 1: there is no setting “lisen”. There are: listen, external, data, lang, log, limits."
    );
    let unknown = english("[limits]\ncircuit = 3\n");
    assert!(unknown.starts_with("node.toml, line 2: there is no setting “circuit”."), "{unknown}");
    assert!(unknown.contains("circuits_per_peer"), "{unknown}");
    let address = english("listen = [\n  \"/ip4/0.0.0.0/tcp/1\",\n  \"0.0.0.0:4580\",\n]\n");
    assert!(address.starts_with("node.toml, line 3: “listen” does not take \"0.0.0.0:4580\"."), "{address}");
    assert!(address.contains("/ip4/0.0.0.0/udp/4580/quic-v1"), "{address}");
    let syntax = english("listen = [\n");
    assert!(syntax.starts_with("node.toml, line "), "{syntax}");
}

#[test]
fn it_is_said_in_french_too() {
    assert_eq!(
        complaint("[limits]\ncircuits = 0\n", Language::French),
        "node.toml, ligne 2\u{202f}: «\u{202f}circuits\u{202f}» n’accepte pas 0. Il accepte un nombre entier de 1 à 1000000."
    );
}

#[test]
fn every_default_is_within_its_range() {
    let mut limits = Limits::default();
    for key in Limits::KEYS {
        let value = *limits.value_mut(key.name).expect("every key has a value");
        assert!(key.range.contains(&value), "{} = {value}", key.name);
    }
}

#[test]
fn every_sentence_exists_in_both_languages() {
    let keys = |source: &str| -> Vec<String> {
        let starts = source.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        starts.filter_map(|line| line.split_once(" =")).map(|(key, _)| key.to_owned()).collect()
    };
    let [(_, english), (_, french)] = sentences::RESOURCES;
    assert!(!keys(english).is_empty());
    assert_eq!(keys(english), keys(french));
    for (language, source) in sentences::RESOURCES {
        let texts = sentences::texts(language);
        keys(source).iter().for_each(|key| assert!(texts.has(key), "{key} in {language:?}"));
    }
}

/// Every setting and limit stands in the page for whoever runs a node, as it is.
#[test]
fn the_page_about_the_node_tells_every_setting() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/node.md");
    let page = fs::read_to_string(page).expect("the page");
    for key in ["config", "listen", "external", "data", "lang", "log", "json"] {
        let variable = format!("`ENTRAIDE_RENDEZVOUS_{}", key.to_uppercase());
        assert!(page.contains(&format!("| `--{key}")) && page.contains(&variable), "--{key}");
    }
    let mut limits = Limits::default();
    for key in Limits::KEYS {
        let usual = *limits.value_mut(key.name).expect("every key has a value");
        let name = format!("| `{}` |", key.name);
        let row = page.lines().find(|line| line.starts_with(&name));
        let row = row.unwrap_or_else(|| panic!("{} stands nowhere in the page", key.name));
        let cells: Vec<String> = row.split('|').skip(2).map(|cell| cell.trim().replace('_', "")).collect();
        let effect = match key.effect {
            Effect::Reload => "reload",
            Effect::Restart => "restart",
        };
        let [least, most] = [key.range.start(), key.range.end()].map(ToString::to_string);
        assert_eq!(cells[..4], [usual.to_string(), least, most, effect.to_owned()], "{}", key.name);
    }
}
