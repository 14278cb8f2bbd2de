//! What the program is told before it starts: flags over `ENTRAIDE_*` variables over the settings file over defaults.
//!
//! Every layer is checked wholly, a value that a higher layer overrides included, so that a file does not break
//! only on the day a flag is left out. A wrong value is refused with its place (file and line, variable or flag),
//! its key, and what would be accepted; nothing is guessed.

mod account;
mod file;
mod remember;
mod value;

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, fs, io};

use directories::ProjectDirs;
use entraide_common::limits;
use entraide_common::texts::{Language, Texts};
use entraide_common::wire::control::Grant;
use thiserror::Error;

pub use remember::remember;
use value::Layer;
pub use value::{Key, Node};

use crate::cli::{Action, Cli};

/// Everything settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The rendezvous nodes, at most [`limits::NODES`]; none by default.
    pub rendezvous: Vec<Node>,
    /// How this person is called, at most [`limits::NAME_CHARS`]: from the account by default.
    pub name: String,
    /// The language of sentences: the system's by default.
    pub language: Language,
    /// What is logged on standard error: warnings by default.
    pub log: Level,
    /// The settings file, whether it is there or not; none if the system has no place for one.
    pub file: Option<PathBuf>,
    /// Where keys and state are kept.
    pub data: PathBuf,
    /// How long an invitation is valid without activity: [`limits::CODE_IDLE`] by default.
    pub valid: Duration,
    /// The most an invitation offers: control by default.
    pub offer: Grant,
    /// Whether the router is asked to open ports: it is by default.
    pub router: Router,
}

/// What is done about the router between this computer and the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Router {
    /// It is asked to open ports (UPnP, NAT-PMP, PCP), for as long as the program runs.
    Ask,
    /// It is left alone.
    Leave,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Faults only.
    Error,
    /// And what may become one.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
    /// And every step.
    Trace,
}

impl Level {
    /// All of them, quietest first.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// The name in settings and in the filter of the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the settings file.
    File {
        /// The file.
        path: PathBuf,
        /// From 1; `None` if it is the file as a whole.
        line: Option<usize>,
    },
    /// In a variable of the environment.
    Variable(String),
    /// On the command line.
    Flag(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, line: Some(line) } => write!(f, "{}:{line}", path.display()),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A setting that cannot be used. The fault of whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The value is none of those accepted.
    #[error("{place}: {} = {value:?} is not accepted", .key.name())]
    Value {
        /// Where.
        place: Place,
        /// Which setting.
        key: Key,
        /// What stands there, shortened.
        value: String,
    },
    /// No setting has that name.
    #[error("{place}: no setting {name:?}")]
    UnknownKey {
        /// Where.
        place: Place,
        /// What stands there, shortened.
        name: String,
    },
    /// The file is not TOML.
    #[error("{place}: {detail}")]
    Syntax {
        /// Where.
        place: Place,
        /// What the reader of TOML says.
        detail: String,
    },
    /// The file cannot be read.
    #[error("{place}: {detail}")]
    Unreadable {
        /// Which file.
        place: Place,
        /// What the system says.
        detail: String,
    },
}

impl ConfigError {
    /// What is wrong, where, and what would be accepted, for the person.
    #[must_use]
    pub fn sentence(&self, texts: &Texts) -> String {
        match self {
            Self::Value { place, key, value } => texts.say_with(
                "config-value",
                &[
                    ("place", place.to_string().into()),
                    ("key", key.name().into()),
                    ("value", value.as_str().into()),
                    ("accepted", key.accepted(texts).into()),
                ],
            ),
            Self::UnknownKey { place, name } => texts.say_with(
                "config-unknown",
                &[
                    ("place", place.to_string().into()),
                    ("key", name.as_str().into()),
                    ("accepted", Key::ALL.map(Key::name).join(", ").into()),
                ],
            ),
            Self::Syntax { place, detail } => texts.say_with(
                "config-syntax",
                &[("place", place.to_string().into()), ("detail", detail.as_str().into())],
            ),
            Self::Unreadable { place, detail } => texts.say_with(
                "config-unreadable",
                &[("place", place.to_string().into()), ("detail", detail.as_str().into())],
            ),
        }
    }
}

/// What the system says about where and for whom the program runs; tests say it instead.
pub trait Surroundings {
    /// A variable of the environment.
    fn variable(&self, name: &str) -> Option<String>;
    /// The person's name, from the account.
    fn account(&self) -> Option<String>;
    /// The locale, such as `fr-FR`.
    fn locale(&self) -> Option<String>;
    /// The directories for settings and for data.
    fn directories(&self) -> Option<(PathBuf, PathBuf)>;
}

/// The system this program runs on.
#[derive(Debug, Clone, Copy)]
pub struct System;

impl Surroundings for System {
    fn variable(&self, name: &str) -> Option<String> {
        // A value that is no text is refused as a value, not passed over.
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    }

    fn account(&self) -> Option<String> {
        account::name()
    }

    fn locale(&self) -> Option<String> {
        sys_locale::get_locale()
    }

    fn directories(&self) -> Option<(PathBuf, PathBuf)> {
        let directories = ProjectDirs::from("", "", "entraide")?;
        Some((directories.config_dir().to_owned(), directories.data_dir().to_owned()))
    }
}

/// The settings for what was typed.
///
/// # Errors
/// The first wrong setting found.
pub fn settings(cli: &Cli, around: &dyn Surroundings) -> Result<Settings, ConfigError> {
    let flags = flags(cli)?;
    let environment = environment(around)?;
    let (from_file, data) = match around.directories() {
        Some((config, data)) => (Some(config.join("config.toml")), data),
        None => (None, PathBuf::from("entraide-data")),
    };
    let named = cli.common.config.clone().or_else(|| around.variable("ENTRAIDE_CONFIG").map(PathBuf::from));
    let layer = match (&named, &from_file) {
        (Some(path), _) => read(path)?,
        (None, Some(path)) if path.exists() => read(path)?,
        _ => Layer::default(),
    };
    let told = flags.over(environment).over(layer);
    let language = told
        .language
        .unwrap_or_else(|| around.locale().map_or(Language::English, |l| Language::of_locale(&l)));
    Ok(Settings {
        rendezvous: told.rendezvous.unwrap_or_default(),
        name: told
            .name
            .or_else(|| around.account().and_then(|name| value::person(&name)))
            .unwrap_or_else(|| crate::texts::texts(language).say("default-name")),
        language,
        log: told.log.unwrap_or(Level::Warn),
        file: named.or(from_file),
        data: told.data.unwrap_or(data),
        valid: told.valid.unwrap_or(limits::CODE_IDLE),
        offer: told.offer.unwrap_or(Grant::Control),
        router: told.router.unwrap_or(Router::Ask),
    })
}

/// The language to speak before anything else is known: `--lang`, the environment, the locale. A wrong one is
/// complained about later, by then in some language.
#[must_use]
pub fn first_language(arguments: &[std::ffi::OsString], around: &dyn Surroundings) -> Language {
    let typed: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let after_flag = typed.iter().position(|argument| argument == "--lang").and_then(|at| typed.get(at + 1));
    let flag = typed
        .iter()
        .find_map(|argument| argument.strip_prefix("--lang="))
        .or(after_flag.map(AsRef::as_ref))
        .and_then(value::language);
    flag.or_else(|| around.variable("ENTRAIDE_LANG").as_deref().and_then(value::language))
        .or_else(|| around.locale().as_deref().map(Language::of_locale))
        .unwrap_or(Language::English)
}

fn flags(cli: &Cli) -> Result<Layer, ConfigError> {
    let common = &cli.common;
    let mut layer = Layer::default();
    let mut set = |key: Key, flag: &'static str, values: &[String]| {
        if values.is_empty() { Ok(()) } else { layer.set(key, values, || Place::Flag(flag)) }
    };
    set(Key::Rendezvous, "--rendezvous", &common.rendezvous)?;
    set(Key::Language, "--lang", common.lang.as_slice())?;
    set(Key::Log, "--log", common.log.as_slice())?;
    set(Key::Router, "--router", common.router.as_slice())?;
    match &cli.action {
        Some(Action::Invite(invite)) => {
            set(Key::Name, "--name", invite.name.as_slice())?;
            set(Key::Valid, "--valid", invite.valid.as_slice())?;
            set(Key::Offer, "--offer", invite.offer.as_slice())?;
        }
        Some(Action::Join(join)) => set(Key::Name, "--name", join.name.as_slice())?,
        _ => {}
    }
    layer.data.clone_from(&common.data);
    Ok(layer)
}

fn environment(around: &dyn Surroundings) -> Result<Layer, ConfigError> {
    let mut layer = Layer::default();
    for key in Key::ALL {
        let name = format!("ENTRAIDE_{}", key.name().to_uppercase());
        // A variable that is set to nothing is not set, as with XDG's.
        let Some(value) = around.variable(&name).filter(|value| !value.is_empty()) else { continue };
        let values: Vec<String> = match key {
            Key::Rendezvous => {
                value.split([' ', ',']).filter(|node| !node.is_empty()).map(str::to_owned).collect()
            }
            _ => vec![value],
        };
        layer.set(key, &values, || Place::Variable(name.clone()))?;
    }
    Ok(layer)
}

fn read(path: &Path) -> Result<Layer, ConfigError> {
    use io::Read;
    let mut source = String::new();
    let place = || Place::File { path: path.to_owned(), line: None };
    fs::File::open(path)
        .and_then(|file| file.take(limits::SETTINGS_BYTES + 1).read_to_string(&mut source))
        .map_err(|error| ConfigError::Unreadable { place: place(), detail: error.to_string() })?;
    if source.len() as u64 > limits::SETTINGS_BYTES {
        let detail = format!("> {} KiB", limits::SETTINGS_BYTES / 1024);
        return Err(ConfigError::Unreadable { place: place(), detail });
    }
    file::layer(path, &source)
}
