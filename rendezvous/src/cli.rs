//! What was typed: arguments and environment, not yet what they mean (that is [`crate::config`]).

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use entraide_common::texts::{Language, Texts};

/// The command line. Help texts come from the Fluent resources: `help-` and the argument's name.
#[derive(Debug, Clone, Parser)]
#[command(name = "entraide-rendezvous", version, disable_help_subcommand = true)]
#[expect(missing_docs, reason = "a doc comment here would become an untranslated help text")]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub settings: Flags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
#[expect(missing_docs, reason = "a doc comment here would become an untranslated help text")]
pub enum Command {
    Serve,
    Check,
    Id,
}

#[derive(Debug, Clone, Default, Args)]
#[expect(missing_docs, reason = "a doc comment here would become an untranslated help text")]
pub struct Flags {
    #[arg(long, global = true, value_name = "FILE", env = "ENTRAIDE_RENDEZVOUS_CONFIG")]
    pub config: Option<PathBuf>,
    #[arg(
        long,
        global = true,
        value_name = "ADDR",
        env = "ENTRAIDE_RENDEZVOUS_LISTEN",
        value_delimiter = ','
    )]
    pub listen: Vec<String>,
    #[arg(
        long,
        global = true,
        value_name = "ADDR",
        env = "ENTRAIDE_RENDEZVOUS_EXTERNAL",
        value_delimiter = ','
    )]
    pub external: Vec<String>,
    #[arg(long, global = true, value_name = "DIR", env = "ENTRAIDE_RENDEZVOUS_DATA")]
    pub data: Option<PathBuf>,
    #[arg(long, global = true, value_name = "fr|en", env = "ENTRAIDE_RENDEZVOUS_LANG")]
    pub lang: Option<String>,
    #[arg(long, global = true, value_name = "LEVEL", env = "ENTRAIDE_RENDEZVOUS_LOG")]
    pub log: Option<String>,
    #[arg(long, global = true, env = "ENTRAIDE_RENDEZVOUS_JSON")]
    pub json: bool,
}

/// What comes of the arguments.
#[derive(Debug)]
pub enum Typed {
    /// Something to do.
    Run(Arguments),
    /// A text to print and no more: help, or the version.
    Print(String),
    /// A sentence that says what is wrong with them.
    Wrong(String),
}

/// Reads the arguments, the program's name first; answers in the language of `texts`.
#[must_use]
pub fn read(arguments: impl IntoIterator<Item = OsString>, texts: &Texts) -> Typed {
    let parsed = command(texts).try_get_matches_from(arguments);
    match parsed.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => Typed::Run(arguments),
        Err(error) if !error.use_stderr() => Typed::Print(error.to_string()),
        Err(error) => Typed::Wrong(sentence(&error, texts)),
    }
}

/// The language asked for on the command line or in the environment, before anything else is understood.
#[must_use]
pub fn language(arguments: &[OsString]) -> Option<Language> {
    let words: Vec<_> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let after =
        |flag: &str| words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1).copied());
    let asked = words.iter().find_map(|word| word.strip_prefix("--lang=")).or_else(|| after("--lang"));
    let asked = asked.map(str::to_owned).or_else(|| std::env::var("ENTRAIDE_RENDEZVOUS_LANG").ok());
    asked.map(|locale| Language::of_locale(&locale))
}

fn command(texts: &Texts) -> clap::Command {
    let help = |name: &str| texts.say(&format!("help-{name}"));
    let mut command =
        Arguments::command().about(help("about")).after_help(help("after")).mut_subcommands(|sub| {
            let about = help(sub.get_name());
            sub.about(about)
        });
    for flag in ["config", "listen", "external", "data", "lang", "log", "json"] {
        command = command.mut_arg(flag, |argument| argument.help(help(flag)));
    }
    command
}

fn sentence(error: &clap::Error, texts: &Texts) -> String {
    let context = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let key = match error.kind() {
        ErrorKind::UnknownArgument => "usage-unknown",
        ErrorKind::InvalidSubcommand => {
            let command = context(ContextKind::InvalidSubcommand);
            return texts.say_with("usage-command", &[("command", command.into())]);
        }
        ErrorKind::InvalidValue if value.is_empty() => "usage-no-value",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "usage-value",
        ErrorKind::ArgumentConflict => "usage-twice",
        _ => return error.to_string(),
    };
    texts.say_with(key, &[("argument", argument.into()), ("value", value.into())])
}
