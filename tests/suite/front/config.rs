//! Settings: flags over environment over file over defaults, and what is said about wrong ones.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use entraide::config::{
    ConfigError, Key, Level, Place, Router, Settings, Surroundings, first_language, settings,
};
use entraide_common::limits;
use entraide_common::texts::Language;
use entraide_common::wire::control::Grant;

const NODE: &str =
    "/ip4/203.0.113.7/udp/4001/quic-v1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
const OTHER: &str =
    "/dns4/node.example.org/tcp/4001/p2p/12D3KooWJPjbjXARTFs3vsbBqVPFLHLM3VjDgLMzEKGQbWJmvSQ9";

/// A computer with an account, a locale, variables and a settings file of the test's choice.
struct Computer {
    home: tempfile::TempDir,
    variables: HashMap<&'static str, String>,
    account: Option<&'static str>,
    locale: Option<&'static str>,
}

impl Computer {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("there is room");
        Self { home, variables: HashMap::new(), account: Some("Zoé Martin"), locale: Some("fr-FR") }
    }

    fn with_file(self, text: &str) -> Self {
        fs::write(self.file(), text).expect("there is room");
        self
    }

    fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.variables.insert(variable, value.to_owned());
        self
    }

    fn file(&self) -> PathBuf {
        self.home.path().join("config.toml")
    }

    fn told(&self, typed: &[&str]) -> Result<Settings, ConfigError> {
        let arguments: Vec<OsString> = ["entraide"].iter().chain(typed).map(OsString::from).collect();
        let cli =
            entraide::cli::parse(&arguments, &entraide::texts::texts(Language::English)).expect("well typed");
        settings(&cli, self)
    }

    fn refused(&self, typed: &[&str]) -> ConfigError {
        self.told(typed).expect_err("a wrong setting")
    }
}

impl Surroundings for Computer {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn account(&self) -> Option<String> {
        self.account.map(str::to_owned)
    }

    fn locale(&self) -> Option<String> {
        self.locale.map(str::to_owned)
    }

    fn directories(&self) -> Option<(PathBuf, PathBuf)> {
        Some((self.home.path().to_owned(), self.home.path().join("data")))
    }
}

#[test]
fn without_a_word_there_are_sensible_defaults() {
    let computer = Computer::new();
    let settings = computer.told(&[]).expect("nothing is wrong");
    let expected = Settings {
        rendezvous: vec![],
        name: "Zoé Martin".to_owned(),
        language: Language::French,
        log: Level::Warn,
        file: Some(computer.home.path().join("config.toml")),
        data: computer.home.path().join("data"),
        valid: limits::CODE_IDLE,
        offer: Grant::Control,
        router: Router::Ask,
    };
    assert_eq!(settings, expected);
}

#[test]
fn a_person_always_has_a_name() {
    let named = |account| Computer { account, ..Computer::new() }.told(&[]).expect("nothing is wrong").name;
    assert_eq!(named(None), "Quelqu’un");
    assert_eq!(named(Some(" \u{7} ")), "Quelqu’un");
    assert_eq!(named(Some("é".repeat(100).leak())), "é".repeat(limits::NAME_CHARS));
}

#[test]
fn flags_over_environment_over_file() {
    let file = format!(
        "name = \"file\"\nlog = \"error\"\nlang = \"en\"\nrendezvous = [\"{NODE}\"]\nvalid = \"1h\"\n"
    );
    let computer = Computer::new().with_file(&file);
    let settings = computer.told(&["invite"]).expect("right");
    assert_eq!(settings.name, "file");
    assert_eq!(settings.language, Language::English);
    assert_eq!(settings.valid, Duration::from_secs(3600));
    assert_eq!(settings.rendezvous.len(), 1);

    let both = format!("{OTHER} {NODE}");
    let computer = computer
        .with("ENTRAIDE_NAME", "variable")
        .with("ENTRAIDE_RENDEZVOUS", &both)
        .with("ENTRAIDE_LOG", "");
    let settings = computer.told(&["invite"]).expect("right");
    assert_eq!(settings.name, "variable");
    assert_eq!(settings.log, Level::Error, "a variable set to nothing says nothing");
    assert_eq!(settings.rendezvous.len(), 2);

    let typed = ["--rendezvous", OTHER, "invite", "--name", "flag", "--valid", "90s", "--offer", "view"];
    let settings = computer.told(&typed).expect("right");
    assert_eq!((settings.name.as_str(), settings.offer), ("flag", Grant::View));
    assert_eq!(settings.valid, Duration::from_secs(90));
    assert_eq!(settings.rendezvous.iter().map(|node| node.address.to_string()).collect::<Vec<_>>(), [OTHER]);
    assert_eq!(settings.log, Level::Error, "what a flag does not say comes from below");
}

#[test]
fn the_router_is_asked_unless_it_is_to_be_left_alone() {
    let computer = Computer::new();
    assert_eq!(computer.told(&[]).expect("right").router, Router::Ask);
    let computer = computer.with_file("router = \"leave\"\n");
    assert_eq!(computer.told(&[]).expect("right").router, Router::Leave);
    assert_eq!(computer.told(&["--router", "ask", "doctor"]).expect("right").router, Router::Ask);
}

#[test]
fn another_file_may_be_named_and_must_then_be_there() {
    let computer = Computer::new();
    let other = computer.home.path().join("other.toml");
    fs::write(&other, "name = \"other\"\n").expect("there is room");
    let path = other.to_str().expect("a plain path");
    assert_eq!(computer.told(&["--config", path]).expect("right").name, "other");
    let missing = computer.home.path().join("missing.toml");
    let error = computer.refused(&["--config", missing.to_str().expect("a plain path")]);
    assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
}

#[test]
fn a_wrong_setting_names_file_line_key_and_what_is_accepted() {
    let wrong = [
        ("# ours\nlog = \"loud\"\n", 2, Key::Log, "loud", "\"error\", \"warn\""),
        ("\n\nlang = \"de\"", 3, Key::Language, "de", "\"fr\" or \"en\""),
        ("valid = 30\n", 1, Key::Valid, "30", "\"30m\""),
        ("valid = \"1d\"\n", 1, Key::Valid, "1d", "at most 2 hours"),
        ("offer = \"everything\"", 1, Key::Offer, "everything", "\"view\" or \"control\""),
        ("router = \"off\"", 1, Key::Router, "off", "\"ask\" or \"leave\""),
        ("name = \"\"", 1, Key::Name, "", "1 to 64 characters"),
        ("data = \"\"", 1, Key::Data, "", "a directory"),
        ("name = \"a\"\nrendezvous = \"x\"", 2, Key::Rendezvous, "\"x\"", "/p2p/"),
        ("rendezvous = [\n  1,\n]", 2, Key::Rendezvous, "1", "a list"),
    ];
    let texts = entraide::texts::texts(Language::English);
    for (text, line, key, value, accepted) in wrong {
        let computer = Computer::new().with_file(text);
        let error = computer.refused(&[]);
        let place = Place::File { path: computer.file(), line: Some(line) };
        assert_eq!(error, ConfigError::Value { place, key, value: value.to_owned() }, "{text}");
        let said = error.sentence(&texts);
        let file_and_line = format!("{}:{line}", computer.file().display());
        for part in [file_and_line.as_str(), key.name(), accepted] {
            assert!(said.contains(part), "{said:?} says nothing of {part:?}");
        }
    }
}

#[test]
fn the_second_of_two_nodes_is_named_by_its_own_line() {
    let text = format!("rendezvous = [\n  \"{NODE}\",\n  \"/ip4/203.0.113.7/tcp/4001\",\n]\n");
    let error = Computer::new().with_file(&text).refused(&[]);
    assert!(matches!(&error, ConfigError::Value { place: Place::File { line: Some(3), .. }, .. }), "{error}");
}

#[test]
fn only_an_address_with_an_id_is_a_node() {
    let id = NODE.rsplit('/').next().expect("an id");
    let bad = [
        String::new(),
        "node.example.org".to_owned(),
        "/ip4/203.0.113.7/tcp/4001".to_owned(),
        format!("/p2p/{id}"),
        format!("/ip4/203.0.113.7/tcp/4001/p2p/{id}/p2p-circuit/p2p/{id}"),
        format!("{NODE}/tcp/1"),
    ];
    for text in bad {
        let error = Computer::new().refused(&["--rendezvous", &text]);
        let place = Place::Flag("--rendezvous");
        assert_eq!(error, ConfigError::Value { place, key: Key::Rendezvous, value: text });
    }
    let many: Vec<&str> = (0..=limits::NODES).flat_map(|_| ["--rendezvous", NODE]).collect();
    assert!(matches!(Computer::new().refused(&many), ConfigError::Value { key: Key::Rendezvous, .. }));
}

#[test]
fn unknown_keys_and_broken_files_are_told_with_their_line() {
    let texts = entraide::texts::texts(Language::English);
    let line = |error: &ConfigError| match error {
        ConfigError::UnknownKey { place: Place::File { line, .. }, .. }
        | ConfigError::Syntax { place: Place::File { line, .. }, .. } => *line,
        other => panic!("{other}"),
    };
    let unknown = Computer::new().with_file("name = \"a\"\nnam = \"b\"\n").refused(&[]);
    assert_eq!(line(&unknown), Some(2));
    let said = unknown.sentence(&texts);
    assert!(Key::ALL.iter().all(|key| said.contains(key.name())), "{said}");
    let table = Computer::new().with_file("[name]\nfirst = 1\n").refused(&[]);
    assert!(matches!(table, ConfigError::Value { key: Key::Name, .. }), "{table}");
    assert_eq!(line(&Computer::new().with_file("name = \"a\"\nlog = \n").refused(&[])), Some(2));
    assert_eq!(line(&Computer::new().with_file("name = \"a\"\nname = \"b\"\n").refused(&[])), Some(2));
}

#[test]
fn a_file_that_is_no_text_or_too_large_is_refused() {
    let computer = Computer::new();
    fs::write(computer.file(), b"name = \"\xff\"").expect("there is room");
    assert!(matches!(computer.refused(&[]), ConfigError::Unreadable { .. }));
    let most = usize::try_from(limits::SETTINGS_BYTES).expect("small");
    let computer = Computer::new().with_file(&"#".repeat(most));
    computer.told(&[]).expect("a remark of the allowed length");
    assert!(matches!(computer.with_file(&"#".repeat(most + 1)).refused(&[]), ConfigError::Unreadable { .. }));
}

#[test]
fn a_wrong_value_is_refused_even_where_it_is_overridden() {
    let computer = Computer::new().with("ENTRAIDE_LANG", "klingon");
    let error = computer.refused(&["--lang", "fr"]);
    let place = Place::Variable("ENTRAIDE_LANG".to_owned());
    assert_eq!(error, ConfigError::Value { place, key: Key::Language, value: "klingon".to_owned() });
}

#[test]
fn validity_is_a_number_with_its_unit() {
    let valid = |text: &str| Computer::new().told(&["invite", &format!("--valid={text}")]).map(|s| s.valid);
    for (text, seconds) in [("1s", 1), ("90s", 90), ("30m", 1_800), ("2h", 7_200), ("007m", 420)] {
        assert_eq!(valid(text).expect(text), Duration::from_secs(seconds), "{text}");
    }
    for text in
        ["", "m", "30", "0m", "-1m", "+1m", "1.5h", "1 h", "30M", "3h", "1d", "99999999999999999999m", "1é"]
    {
        assert!(matches!(valid(text), Err(ConfigError::Value { key: Key::Valid, .. })), "{text:?}");
    }
}

#[test]
fn the_first_language_is_typed_told_or_the_systems() {
    let first = |typed: &[&str], computer: &Computer| {
        first_language(&typed.iter().map(OsString::from).collect::<Vec<_>>(), computer)
    };
    let computer = Computer { locale: Some("en-GB"), ..Computer::new() };
    assert_eq!(first(&["entraide"], &computer), Language::English);
    assert_eq!(first(&["entraide", "--lang", "fr", "--nonsense"], &computer), Language::French);
    assert_eq!(first(&["entraide", "invite", "--lang=fr"], &computer), Language::French);
    assert_eq!(first(&["entraide", "--lang"], &computer), Language::English);
    assert_eq!(first(&["entraide"], &computer.with("ENTRAIDE_LANG", "fr")), Language::French);
    let mute = Computer { locale: None, ..Computer::new() };
    assert_eq!(first(&[], &mute), Language::English);
}

#[test]
fn the_real_system_has_an_answer() {
    use entraide::config::System;
    assert!(System.account().is_some_and(|name| !name.is_empty()));
    assert!(System.directories().is_none_or(|(config, data)| {
        [config, data].iter().all(|path: &PathBuf| path.starts_with(Path::new("/")) || cfg!(windows))
    }));
}
