//! The settings one by one: their names, what they accept, and a layer of them.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use entraide_common::limits;
use entraide_common::texts::{Language, Texts};
use entraide_common::wire::control::Grant;
use libp2p::multiaddr::Protocol;
use libp2p::{Multiaddr, PeerId};

use super::{ConfigError, Level, Place, Router};

/// A rendezvous node: where it is and who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// With `/p2p/ID` at its end.
    pub address: Multiaddr,
    /// That id: the node has to prove it.
    pub peer: PeerId,
}

impl FromStr for Node {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let address: Multiaddr = text.parse().map_err(|_| ())?;
        // The id alone is no place, and a relay on the way to a node is not spoken to.
        let mut parts = address.iter();
        let (Some(Protocol::P2p(peer)), Some(_)) = (parts.by_ref().last(), address.iter().nth(1)) else {
            return Err(());
        };
        if address.iter().any(|part| part == Protocol::P2pCircuit) {
            return Err(());
        }
        Ok(Self { address, peer })
    }
}

/// A setting that the file and the environment know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The rendezvous nodes.
    Rendezvous,
    /// The person's name.
    Name,
    /// The language.
    Language,
    /// How much is logged.
    Log,
    /// Where keys and state are kept.
    Data,
    /// How long an invitation is valid.
    Valid,
    /// The most an invitation offers.
    Offer,
    /// Whether the router is asked to open ports.
    Router,
}

impl Key {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Rendezvous,
        Self::Name,
        Self::Language,
        Self::Log,
        Self::Data,
        Self::Valid,
        Self::Offer,
        Self::Router,
    ];

    /// The name in the file; in upper case behind `ENTRAIDE_` it is the variable's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rendezvous => "rendezvous",
            Self::Name => "name",
            Self::Language => "lang",
            Self::Log => "log",
            Self::Data => "data",
            Self::Valid => "valid",
            Self::Offer => "offer",
            Self::Router => "router",
        }
    }

    /// What is accepted, in words.
    #[must_use]
    pub fn accepted(self, texts: &Texts) -> String {
        texts.say_with(
            &format!("config-accepts-{}", self.name()),
            &[
                ("characters", limits::NAME_CHARS.into()),
                ("nodes", limits::NODES.into()),
                ("hours", (limits::CODE_TOTAL.as_secs() / 3600).into()),
            ],
        )
    }
}

/// What one place says; `None` where it says nothing.
#[derive(Debug, Default)]
pub(super) struct Layer {
    pub(super) rendezvous: Option<Vec<Node>>,
    pub(super) name: Option<String>,
    pub(super) language: Option<Language>,
    pub(super) log: Option<Level>,
    pub(super) data: Option<PathBuf>,
    pub(super) valid: Option<Duration>,
    pub(super) offer: Option<Grant>,
    pub(super) router: Option<Router>,
}

impl Layer {
    /// Takes `values` for `key`: any number for the nodes, one for the rest.
    pub(super) fn set(
        &mut self,
        key: Key,
        values: &[String],
        place: impl Fn() -> Place,
    ) -> Result<(), ConfigError> {
        if let Key::Rendezvous = key {
            let nodes = values.iter().map(|text| text.parse().map_err(|()| refused(key, text, &place)));
            let nodes = nodes.collect::<Result<Vec<Node>, _>>()?;
            if nodes.len() > limits::NODES {
                return Err(refused(key, &values.join(", "), &place));
            }
            self.rendezvous = Some(nodes);
            return Ok(());
        }
        let [value] = values else {
            return Err(refused(key, &values.join(", "), &place));
        };
        let accepted = match key {
            Key::Rendezvous => true,
            Key::Name => keep(&mut self.name, name(value)),
            Key::Language => keep(&mut self.language, language(value)),
            Key::Log => keep(&mut self.log, Level::ALL.into_iter().find(|level| level.name() == value)),
            Key::Data => keep(&mut self.data, (!value.is_empty()).then(|| PathBuf::from(value))),
            Key::Valid => keep(&mut self.valid, validity(value)),
            Key::Offer => keep(&mut self.offer, offer(value)),
            Key::Router => keep(&mut self.router, router(value)),
        };
        if accepted { Ok(()) } else { Err(refused(key, value, &place)) }
    }

    /// This layer where it says something, `lower` elsewhere.
    pub(super) fn over(self, lower: Self) -> Self {
        Self {
            rendezvous: self.rendezvous.or(lower.rendezvous),
            name: self.name.or(lower.name),
            language: self.language.or(lower.language),
            log: self.log.or(lower.log),
            data: self.data.or(lower.data),
            valid: self.valid.or(lower.valid),
            offer: self.offer.or(lower.offer),
            router: self.router.or(lower.router),
        }
    }
}

fn keep<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let accepted = value.is_some();
    *slot = value;
    accepted
}

pub(super) fn refused(key: Key, value: &str, place: &impl Fn() -> Place) -> ConfigError {
    ConfigError::Value { place: place(), key, value: value.chars().take(limits::REASON_CHARS).collect() }
}

/// `fr` or `en`.
pub(super) fn language(text: &str) -> Option<Language> {
    match text {
        "fr" => Some(Language::French),
        "en" => Some(Language::English),
        _ => None,
    }
}

/// A name as it was written: not empty, not too long, without control characters.
fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let plain =
        !text.is_empty() && text.chars().count() <= limits::NAME_CHARS && !text.contains(char::is_control);
    plain.then(|| text.to_owned())
}

/// The account's name made into one that is accepted, if there is anything in it.
pub(super) fn person(account: &str) -> Option<String> {
    let plain: String = account.chars().filter(|c| !c.is_control()).collect();
    name(&plain.trim().chars().take(limits::NAME_CHARS).collect::<String>())
}

/// A whole number and `s`, `m`, `h` or `d`: more than nothing, at most [`limits::CODE_TOTAL`].
fn validity(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let span = Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?);
    (!span.is_zero() && span <= limits::CODE_TOTAL).then_some(span)
}

fn offer(text: &str) -> Option<Grant> {
    Grant::of_name(text).filter(|grant| matches!(grant, Grant::View | Grant::Control))
}

fn router(text: &str) -> Option<Router> {
    match text {
        "ask" => Some(Router::Ask),
        "leave" => Some(Router::Leave),
        _ => None,
    }
}
