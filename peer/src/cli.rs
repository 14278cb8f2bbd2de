//! What was typed.
//!
//! The grammar is clap's; every word of help and every complaint is ours, in the person's language: [`command`]
//! replaces all texts by those under `cli-` in Fluent, and [`parse`] turns clap's errors into sentences. Values of
//! settings stay strings here, because [`crate::config`] judges them the same way wherever they stand.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use entraide_common::texts::{Language, Texts};

/// The whole command line.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(name = "entraide", version, disable_help_subcommand = true, disable_help_flag = true)]
#[command(disable_version_flag = true)]
pub struct Cli {
    /// What goes with every action.
    #[command(flatten)]
    pub common: Common,
    /// What to do; nothing opens the home window.
    #[command(subcommand)]
    pub action: Option<Action>,
}

/// Options of every action.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Common {
    /// Addresses of rendezvous nodes.
    #[arg(long, value_name = "ADDR", global = true)]
    pub rendezvous: Vec<String>,
    /// The settings file.
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Where keys and state are kept.
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,
    /// The language.
    #[arg(long, value_name = "fr|en", global = true, value_parser = PossibleValuesParser::new(["fr", "en"]))]
    pub lang: Option<String>,
    /// How much is logged.
    #[arg(long, value_name = "LEVEL", global = true)]
    #[arg(value_parser = PossibleValuesParser::new(["error", "warn", "info", "debug", "trace"]))]
    pub log: Option<String>,
    /// Whether the router is asked to open ports.
    #[arg(long, value_name = "ask|leave", global = true)]
    #[arg(value_parser = PossibleValuesParser::new(["ask", "leave"]))]
    pub router: Option<String>,
}

/// The actions.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Action {
    /// Get help.
    Invite(Invite),
    /// Help someone.
    Join(Join),
    /// What works here.
    Doctor(Doctor),
    /// A whole session on this machine, alone.
    Demo(Demo),
    /// A completion script for a shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// The manual page.
    Man,
    /// Holds the keys that are pressed and lets go of them when the host's process dies; started by it alone.
    #[command(hide = true)]
    Guard,
    /// Decodes moving pictures, confined; started by a helper's process alone.
    #[command(hide = true)]
    DecodeVideo,
}

/// `invite`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Invite {
    /// For whom: for the person's own list, not sent.
    #[arg(long = "for", value_name = "WHOM")]
    pub whom: Option<String>,
    /// How this person is called.
    #[arg(long)]
    pub name: Option<String>,
    /// What the trouble is.
    #[arg(long)]
    pub message: Option<String>,
    /// How long the code is valid.
    #[arg(long, value_name = "30m")]
    pub valid: Option<String>,
    /// The most the helper may be given.
    #[arg(long, value_name = "view|control", value_parser = PossibleValuesParser::new(["view", "control"]))]
    pub offer: Option<String>,
    /// Whether the helper is on the same network: no node is asked.
    #[arg(long)]
    pub lan: bool,
    /// Where the session is shown.
    #[command(flatten)]
    pub front: Front,
}

/// `join`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Join {
    /// The code; `-` reads it as the first line of standard input.
    pub code: String,
    /// How this person is called.
    #[arg(long)]
    pub name: Option<String>,
    /// Where the session is shown.
    #[command(flatten)]
    pub front: Front,
}

/// `doctor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct Doctor {
    /// For programs.
    #[arg(long)]
    pub json: bool,
}

/// `demo`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Demo {
    /// Where screenshots and summary go.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// Where a session is shown and heard; neither is a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct Front {
    /// Asks and answers on the terminal.
    #[arg(long, conflicts_with = "json")]
    pub terminal: bool,
    /// The same for programs.
    #[arg(long)]
    pub json: bool,
}

impl Front {
    /// Which front was asked for; `None` for windows.
    #[must_use]
    pub const fn kind(self) -> Option<crate::front::Kind> {
        match self {
            Self { json: true, .. } => Some(crate::front::Kind::Json),
            Self { terminal: true, .. } => Some(crate::front::Kind::Terminal),
            _ => None,
        }
    }
}

/// Why nothing is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Help or version was asked for: for standard output, exit code 0.
    Print(String),
    /// Wrong usage: for standard error, exit code 2.
    Usage(String),
}

/// Reads `arguments`, the program's name first.
///
/// # Errors
/// See [`Stop`].
pub fn parse(arguments: &[OsString], texts: &Texts) -> Result<Cli, Stop> {
    let matches = command(texts).try_get_matches_from(arguments);
    matches.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| stop(&error, texts))
}

/// The grammar with all its texts in one language; help, manual and completions come from it.
#[must_use]
pub fn command(texts: &Texts) -> Command {
    let help = Arg::new("help").long("help").short('h').action(ArgAction::Help).global(true);
    let version = Arg::new("version").long("version").short('V').action(ArgAction::Version);
    let command = Cli::command().arg(help).arg(version);
    localised(command, "cli", texts)
        .mut_subcommands(|action| {
            let area = format!("cli-{}", action.get_name());
            localised(action, &area, texts)
        })
        .after_help(texts.say("cli-after"))
}

/// A completion script for `shell`.
#[must_use]
pub fn completions(shell: Shell, texts: &Texts) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(texts), "entraide", &mut script);
    script
}

/// The manual page, in roff.
///
/// # Errors
/// Never, as it is written to memory; what clap_mangen says is passed on.
pub fn manual(texts: &Texts) -> std::io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command(texts)).render(&mut page)?;
    Ok(page)
}

/// `command` with the texts of `area`: `AREA-about`, and `AREA-ARGUMENT` for each argument, which falls back to
/// `cli-ARGUMENT` for those that every action has.
fn localised(command: Command, area: &str, texts: &Texts) -> Command {
    // clap appends the colon itself; French wants a thin space before it.
    let colon = if texts.language() == Language::French { "\u{202f}" } else { "" };
    let heading = |key: &str| format!("{}{colon}", texts.say(key));
    let template =
        format!("{{about}}\n\n{}: {{usage}}\n\n{{all-args}}{{after-help}}\n", heading("cli-usage"));
    let options = heading("cli-options");
    command
        .about(texts.say(&format!("{area}-about")))
        .help_template(template)
        .subcommand_help_heading(heading("cli-actions"))
        .subcommand_value_name(texts.say("cli-action-value"))
        .mut_args(|argument| {
            let own = format!("{area}-{}", argument.get_id());
            let key = if texts.has(&own) { own } else { format!("cli-{}", argument.get_id()) };
            let valued = argument.get_action().takes_values();
            let argument = argument.help(texts.say(&key)).hide_possible_values(valued);
            // What an action has of its own comes first.
            let argument = if argument.is_global_set() { argument.display_order(100) } else { argument };
            if argument.is_positional() { argument } else { argument.help_heading(options.clone()) }
        })
}

fn stop(error: &clap::Error, texts: &Texts) -> Stop {
    let of = |kind: ContextKind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let key = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return Stop::Print(error.to_string()),
        ErrorKind::InvalidValue if of(ContextKind::InvalidValue).is_empty() => "usage-value-missing",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "usage-value",
        ErrorKind::UnknownArgument => "usage-argument",
        ErrorKind::InvalidSubcommand => "usage-action",
        ErrorKind::ArgumentConflict => "usage-conflict",
        ErrorKind::MissingRequiredArgument => "usage-missing",
        _ => "usage-other",
    };
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
            .into_iter()
            .map(of)
            .find(|suggestion| !suggestion.is_empty());
    let problem = texts.say_with(
        key,
        &[
            ("argument", of(ContextKind::InvalidArg).into()),
            ("action", of(ContextKind::InvalidSubcommand).into()),
            ("other", of(ContextKind::PriorArg).into()),
            ("value", of(ContextKind::InvalidValue).into()),
            ("accepted", of(ContextKind::ValidValue).into()),
        ],
    );
    let hint = suggested.map(|meant| texts.say_with("usage-suggest", &[("meant", meant.into())]));
    let help = texts.say("usage-help");
    Stop::Usage([Some(problem), hint, Some(help)].into_iter().flatten().collect::<Vec<_>>().join("\n"))
}
