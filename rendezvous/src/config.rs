//! What is meant: flags over environment over file over defaults, checked. What is wrong is named with its file and
//! line, or its flag, and with what would be accepted.

use core::ops::{Range, RangeInclusive};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use entraide_common::texts::{Language, Texts};
use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use thiserror::Error;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cli::Flags;
use crate::limits::Limits;

/// The port a node listens on unless told otherwise, UDP and TCP. Unassigned at IANA; above 1023, so that no
/// privilege is needed.
pub const PORT: u16 = 4580;

const KEYS: [&str; 6] = ["listen", "external", "data", "lang", "log", "limits"];
const LANGUAGES: &[&str] = &["fr", "en"];
const LEVELS: &[&str] = &["error", "warn", "info", "debug", "trace"];

/// Everything that can be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The file that was read, if any.
    pub file: Option<PathBuf>,
    /// Where to listen.
    pub listen: Vec<Multiaddr>,
    /// Where peers reach the node; empty means that it finds out.
    pub external: Vec<Multiaddr>,
    /// The directory of the key.
    pub data: PathBuf,
    /// The language of sentences, if one is asked for.
    pub language: Option<Language>,
    /// The least important log line that is written: one of error, warn, info, debug, trace.
    pub log: String,
    /// The bounds.
    pub limits: Limits,
}

/// Something that cannot be meant.
#[derive(Debug, Error)]
#[error("{place}: {problem}")]
pub struct ConfigError {
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Where a setting stands.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Place {
    /// In a file, as a whole.
    #[error("{}", .0.display())]
    File(PathBuf),
    /// In a line of a file, counted from 1.
    #[error("{}:{}", .0.display(), .1)]
    Line(PathBuf, usize),
    /// On the command line, or in the variable that stands for the flag.
    #[error("--{0}")]
    Flag(&'static str),
}

/// What is wrong with a setting.
#[derive(Debug, Error)]
pub enum Problem {
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(io::Error),
    /// It is not TOML.
    #[error("{0}")]
    Syntax(String),
    /// There is no such setting.
    #[error("`{key}` is not one of {}", .accepted.join(", "))]
    UnknownKey {
        /// What stands there.
        key: String,
        /// What could.
        accepted: Vec<&'static str>,
    },
    /// The setting does not take that value.
    #[error("`{key}` does not take {found}")]
    Value {
        /// The setting.
        key: String,
        /// What stands there, as it is written.
        found: String,
        /// What could.
        accepted: Accepted,
    },
    /// The system names no directory for data.
    #[error("no data directory")]
    NoDataDirectory,
}

/// The values that a setting takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// A whole number.
    Number(RangeInclusive<u64>),
    /// A list of addresses to listen on.
    Listen,
    /// A list of addresses to be reached at.
    External,
    /// A path.
    Path,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A table.
    Table,
}

/// Reads and checks all settings.
///
/// # Errors
/// The first setting that cannot be meant.
pub fn read(flags: &Flags) -> Result<Settings, ConfigError> {
    let written = match file_of(flags) {
        Some(path) => Written::read(&path)?,
        None => Written::default(),
    };
    let listen = addresses_of(&flags.listen, "listen", Accepted::Listen)?;
    let external = addresses_of(&flags.external, "external", Accepted::External)?;
    let language = word_of(flags.lang.as_deref(), "lang", LANGUAGES)?;
    let log = word_of(flags.log.as_deref(), "log", LEVELS)?;
    let data = flags.data.clone().or(written.data).or_else(default_data);
    let Some(data) = data else {
        return Err(ConfigError { place: Place::Flag("data"), problem: Problem::NoDataDirectory });
    };
    Ok(Settings {
        file: written.file,
        listen: listen.or(written.listen).unwrap_or_else(default_listen),
        external: external.or(written.external).unwrap_or_default(),
        data,
        language: language.or(written.language).map(|language| Language::of_locale(&language)),
        log: log.or(written.log).unwrap_or_else(|| "info".to_owned()),
        limits: written.limits,
    })
}

fn file_of(flags: &Flags) -> Option<PathBuf> {
    flags.config.clone().or_else(|| {
        let usual = ProjectDirs::from("", "", "entraide-rendezvous")?.config_dir().join("config.toml");
        usual.exists().then_some(usual)
    })
}

fn default_data() -> Option<PathBuf> {
    Some(ProjectDirs::from("", "", "entraide-rendezvous")?.data_dir().to_owned())
}

fn default_listen() -> Vec<Multiaddr> {
    let addresses = [
        format!("/ip4/0.0.0.0/udp/{PORT}/quic-v1"),
        format!("/ip4/0.0.0.0/tcp/{PORT}"),
        format!("/ip6/::/udp/{PORT}/quic-v1"),
        format!("/ip6/::/tcp/{PORT}"),
    ];
    addresses.iter().map(|address| address.parse().expect("the address is written by us")).collect()
}

fn addresses_of(
    words: &[String],
    flag: &'static str,
    accepted: Accepted,
) -> Result<Option<Vec<Multiaddr>>, ConfigError> {
    if words.is_empty() {
        return Ok(None);
    }
    let parse = |word: &String| {
        accepted.address(word).ok_or_else(|| ConfigError {
            place: Place::Flag(flag),
            problem: Problem::Value { key: flag.to_owned(), found: word.clone(), accepted: accepted.clone() },
        })
    };
    words.iter().map(parse).collect::<Result<_, _>>().map(Some)
}

fn word_of(
    word: Option<&str>,
    flag: &'static str,
    words: &'static [&'static str],
) -> Result<Option<String>, ConfigError> {
    match word {
        Some(word) if !words.contains(&word) => Err(ConfigError {
            place: Place::Flag(flag),
            problem: Problem::Value {
                key: flag.to_owned(),
                found: word.to_owned(),
                accepted: Accepted::Word(words),
            },
        }),
        word => Ok(word.map(str::to_owned)),
    }
}

impl Accepted {
    /// `word` as an address, if it is one of this kind.
    fn address(&self, word: &str) -> Option<Multiaddr> {
        let address: Multiaddr = word.parse().ok()?;
        let mut parts = address.iter();
        let host = parts.next()?;
        let named = matches!(host, Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_));
        let numbered = matches!(host, Protocol::Ip4(_) | Protocol::Ip6(_));
        let rest = (parts.next()?, parts.next(), parts.next());
        let carried = matches!(rest, (Protocol::Tcp(_), None, None))
            || matches!(rest, (Protocol::Udp(_), Some(Protocol::QuicV1), None));
        (carried && (numbered || (named && *self == Self::External))).then_some(address)
    }

    fn sentence(&self, texts: &Texts) -> String {
        match self {
            Self::Number(range) => {
                let place = |number: &u64| number.to_string().into();
                texts.say_with(
                    "accepts-number",
                    &[("least", place(range.start())), ("most", place(range.end()))],
                )
            }
            Self::Listen => texts.say("accepts-listen"),
            Self::External => texts.say("accepts-external"),
            Self::Path => texts.say("accepts-path"),
            Self::Word(words) => texts.say_with("accepts-word", &[("words", words.join(", ").into())]),
            Self::Table => texts.say("accepts-table"),
        }
    }
}

impl ConfigError {
    /// What is wrong, for the person who wrote it.
    #[must_use]
    pub fn sentence(&self, texts: &Texts) -> String {
        let place = match &self.place {
            Place::File(path) => path.display().to_string(),
            Place::Line(path, line) => texts.say_with(
                "config-line",
                &[("file", path.display().to_string().into()), ("line", line.to_string().into())],
            ),
            Place::Flag(flag) => format!("--{flag}"),
        };
        let problem = match &self.problem {
            Problem::Unreadable(error) => {
                texts.say_with("config-unreadable", &[("error", error.to_string().into())])
            }
            Problem::Syntax(error) => texts.say_with("config-syntax", &[("error", error.as_str().into())]),
            Problem::UnknownKey { key, accepted } => texts.say_with(
                "config-unknown",
                &[("key", key.as_str().into()), ("accepted", accepted.join(", ").into())],
            ),
            Problem::Value { key, found, accepted } => texts.say_with(
                "config-value",
                &[
                    ("key", key.as_str().into()),
                    ("found", found.as_str().into()),
                    ("accepted", accepted.sentence(texts).into()),
                ],
            ),
            Problem::NoDataDirectory => texts.say("config-no-data"),
        };
        texts.say_with("config-wrong", &[("place", place.into()), ("problem", problem.into())])
    }
}

/// What a file says.
#[derive(Debug, Default)]
struct Written {
    file: Option<PathBuf>,
    listen: Option<Vec<Multiaddr>>,
    external: Option<Vec<Multiaddr>>,
    data: Option<PathBuf>,
    language: Option<String>,
    log: Option<String>,
    limits: Limits,
}

impl Written {
    fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|error| ConfigError {
            place: Place::File(path.to_owned()),
            problem: Problem::Unreadable(error),
        })?;
        let source = Source { path, text: &text };
        let table = DeTable::parse(&text).map_err(|error| {
            source.wrong(error.span().unwrap_or(0..0), Problem::Syntax(error.message().to_owned()))
        })?;
        let mut written = Self { file: Some(path.to_owned()), ..Self::default() };
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "listen" => written.listen = Some(source.addresses("listen", value, &Accepted::Listen)?),
                "external" => {
                    written.external = Some(source.addresses("external", value, &Accepted::External)?)
                }
                "data" => written.data = Some(source.text("data", value, Accepted::Path)?.into()),
                "lang" => written.language = Some(source.word("lang", value, LANGUAGES)?),
                "log" => written.log = Some(source.word("log", value, LEVELS)?),
                "limits" => source.limits(value, &mut written.limits)?,
                unknown => return Err(source.unknown(unknown, key.span(), KEYS.to_vec())),
            }
        }
        Ok(written)
    }
}

/// A file's text, to say where in it something stands.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    fn limits(&self, value: &Spanned<DeValue<'_>>, limits: &mut Limits) -> Result<(), ConfigError> {
        let table = value.get_ref().as_table().ok_or_else(|| self.value("limits", value, Accepted::Table))?;
        for (name, value) in table {
            let Some(key) = Limits::KEYS.iter().find(|key| key.name == name.get_ref().as_ref()) else {
                let names = Limits::KEYS.iter().map(|key| key.name).collect();
                return Err(self.unknown(name.get_ref(), name.span(), names));
            };
            let number = value.get_ref().as_integer();
            let number = number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
            let number = number.filter(|number| key.range.contains(number));
            let number =
                number.ok_or_else(|| self.value(key.name, value, Accepted::Number(key.range.clone())))?;
            if let Some(limit) = limits.value_mut(key.name) {
                *limit = number;
            }
        }
        Ok(())
    }

    fn addresses(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        accepted: &Accepted,
    ) -> Result<Vec<Multiaddr>, ConfigError> {
        let list = value.get_ref().as_array().ok_or_else(|| self.value(key, value, accepted.clone()))?;
        let parse = |item: &Spanned<DeValue<'_>>| {
            let address = item.get_ref().as_str().and_then(|word| accepted.address(word));
            address.ok_or_else(|| self.value(key, item, accepted.clone()))
        };
        list.iter().map(parse).collect()
    }

    fn word(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        words: &'static [&'static str],
    ) -> Result<String, ConfigError> {
        let word = self.text(key, value, Accepted::Word(words))?;
        if words.contains(&word.as_str()) {
            Ok(word)
        } else {
            Err(self.value(key, value, Accepted::Word(words)))
        }
    }

    fn text(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        accepted: Accepted,
    ) -> Result<String, ConfigError> {
        value.get_ref().as_str().map(str::to_owned).ok_or_else(|| self.value(key, value, accepted))
    }

    fn value(&self, key: &str, value: &Spanned<DeValue<'_>>, accepted: Accepted) -> ConfigError {
        let found = self.text.get(value.span()).unwrap_or_default().lines().next().unwrap_or_default();
        let found = found.chars().take(80).collect();
        self.wrong(value.span(), Problem::Value { key: key.to_owned(), found, accepted })
    }

    fn unknown(&self, key: &str, span: Range<usize>, accepted: Vec<&'static str>) -> ConfigError {
        self.wrong(span, Problem::UnknownKey { key: key.to_owned(), accepted })
    }

    fn wrong(&self, span: Range<usize>, problem: Problem) -> ConfigError {
        let before = self.text.as_bytes().iter().take(span.start);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        ConfigError { place: Place::Line(self.path.to_owned(), line), problem }
    }
}
