//! The command line: what is understood, and what is said in both languages.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Command;
use entraide::cli::{self, Action, Cli, Stop};
use entraide::front::Kind;
use entraide_common::texts::{Language, Texts};

fn texts(language: Language) -> Texts {
    entraide::texts::texts(language)
}

fn parsed(typed: &[&str], language: Language) -> Result<Cli, Stop> {
    let arguments: Vec<OsString> = ["entraide"].iter().chain(typed).map(OsString::from).collect();
    cli::parse(&arguments, &texts(language))
}

fn understood(typed: &[&str]) -> Cli {
    parsed(typed, Language::English).unwrap_or_else(|stop| panic!("{typed:?}: {stop:?}"))
}

fn printed(typed: &[&str], language: Language) -> String {
    match parsed(typed, language) {
        Err(Stop::Print(text)) => text,
        other => panic!("{typed:?}: {other:?}"),
    }
}

fn refused(typed: &[&str], language: Language) -> String {
    match parsed(typed, language) {
        Err(Stop::Usage(text)) => text,
        other => panic!("{typed:?}: {other:?}"),
    }
}

#[test]
fn everything_in_the_contract_is_understood() {
    assert_eq!(understood(&[]).action, None);
    let cli = understood(&[
        "invite",
        "--for",
        "Paul",
        "--name",
        "Zoé",
        "--message",
        "no sound",
        "--valid",
        "30m",
        "--offer",
        "view",
        "--json",
        "--rendezvous",
        "a",
        "--rendezvous",
        "b",
        "--data",
        "/d",
        "--config",
        "/c",
        "--lang",
        "fr",
        "--log",
        "debug",
    ]);
    assert_eq!(cli.common.rendezvous, ["a", "b"]);
    assert_eq!(cli.common.data, Some(PathBuf::from("/d")));
    let Some(Action::Invite(invite)) = cli.action else { panic!("an invitation") };
    assert_eq!((invite.whom.as_deref(), invite.message.as_deref()), (Some("Paul"), Some("no sound")));
    assert_eq!(invite.front.kind(), Some(Kind::Json));

    for (typed, code) in [(["join", "-"], "-"), (["join", "42 1937 2640"], "42 1937 2640")] {
        let Some(Action::Join(join)) = understood(&typed).action else { panic!("{typed:?}") };
        assert_eq!((join.code.as_str(), join.front.kind()), (code, None));
    }
    let Some(Action::Join(join)) = understood(&["join", "4219372640", "--terminal"]).action else { panic!() };
    assert_eq!(join.front.kind(), Some(Kind::Terminal));
    let Some(Action::Demo(demo)) = understood(&["demo", "--output", "out"]).action else { panic!() };
    assert_eq!(demo.output, Some(PathBuf::from("out")));
    let Some(Action::Doctor(doctor)) = understood(&["doctor", "--json"]).action else { panic!() };
    assert!(doctor.json);
    assert!(matches!(understood(&["completions", "bash"]).action, Some(Action::Completions { .. })));
    assert_eq!(understood(&["man"]).action, Some(Action::Man));
    assert_eq!(understood(&["guard"]).action, Some(Action::Guard));
    assert_eq!(understood(&["decode-video"]).action, Some(Action::DecodeVideo));
}

#[test]
fn wrong_usage_is_said_in_the_persons_language() {
    use Language::{English, French};
    let wrong: [(&[&str], Language, &[&str]); 10] = [
        (&["--lang", "de"], French, &["« de »", "--lang", "fr, en"]),
        (&["--log", "loud"], English, &["“loud”", "--log", "error, warn, info, debug, trace"]),
        (&["invite", "--jsn"], French, &["« --jsn »", "« --json »", "entraide --help"]),
        (&["invit"], English, &["“invit”", "“invite”"]),
        (&["invite", "--valid"], French, &["Il manque une valeur à --valid"]),
        (&["join"], French, &["Il manque quelque chose", "<CODE>"]),
        (&["join", "1", "--json", "--terminal"], English, &["cannot be used together", "--json"]),
        (&["join", "1", "2"], English, &["“2”"]),
        (&["completions", "tcl"], English, &["“tcl”", "bash"]),
        (&["invite", "--offer", "all"], French, &["view, control"]),
    ];
    for (typed, language, parts) in wrong {
        let said = refused(typed, language);
        for part in parts {
            assert!(said.replace('\u{202f}', " ").contains(part), "{typed:?} says {said:?} without {part:?}");
        }
        assert!(!said.contains("error:") && !said.contains('\u{1b}'), "{said:?}");
    }
}

#[test]
fn help_and_version_are_printed() {
    assert_eq!(
        printed(&["--version"], Language::French).trim(),
        concat!("entraide ", env!("CARGO_PKG_VERSION"))
    );
    let help = printed(&["--help"], Language::French);
    for part in [
        "Utilisation\u{202f}: entraide",
        "Actions\u{202f}:",
        "Se faire aider",
        "-h, --help",
        "Pour aider quelqu’un",
    ] {
        assert!(help.contains(part), "{part:?} is not in {help}");
    }
    for hidden in ["guard", "decode-video"] {
        assert!(!help.contains(hidden), "what is not for people is not shown");
    }
    let help = printed(&["invite", "-h"], Language::English);
    for part in ["Usage: entraide invite", "--valid <30m>", "--rendezvous <ADDR>", "Get help"] {
        assert!(help.contains(part), "{part:?} is not in {help}");
    }
}

/// Calls `look` on `command` and all beneath it.
fn walk(command: &Command, look: &mut dyn FnMut(&Command)) {
    look(command);
    command.get_subcommands().for_each(|inner| walk(inner, look));
}

#[test]
fn every_action_and_argument_has_a_help_of_its_own_in_both_languages() {
    let helps = |language| {
        let mut helps = Vec::new();
        walk(&cli::command(&texts(language)), &mut |command| {
            helps.push((command.get_name().to_owned(), command.get_about().map(ToString::to_string)));
            for argument in command.get_arguments() {
                let name = format!("{} {}", command.get_name(), argument.get_id());
                helps.push((name, argument.get_help().map(ToString::to_string)));
            }
        });
        helps
    };
    let (english, french) = (helps(Language::English), helps(Language::French));
    assert_eq!(english.len(), french.len());
    assert!(english.len() > 25, "the walk sees the arguments");
    for ((name, english), (_, french)) in english.iter().zip(&french) {
        let (Some(english), Some(french)) = (english, french) else { panic!("{name} has no help") };
        assert!(!english.starts_with("cli-") && !french.starts_with("cli-"), "{name} has no text");
        assert_ne!(english, french, "{name}");
    }
}

#[test]
fn the_grammar_is_sound_and_gives_manual_and_completions() {
    for language in [Language::English, Language::French] {
        let texts = texts(language);
        cli::command(&texts).debug_assert();
        let manual = String::from_utf8(cli::manual(&texts).expect("memory can be written")).expect("text");
        assert!(manual.contains(".TH") && manual.contains("invite"));
        let script = String::from_utf8(cli::completions(clap_complete::Shell::Bash, &texts)).expect("text");
        assert!(script.contains("--rendezvous") && script.contains("invite"));
    }
}
