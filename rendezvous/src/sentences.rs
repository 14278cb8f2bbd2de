//! What people read, in their language: the Fluent resources, and the server's notices as sentences.

use entraide_common::texts::{Language, Texts};

use crate::server::{Notice, StartError};

/// The resources, in English and French.
pub const RESOURCES: [(Language, &str); 2] = [
    (Language::English, include_str!("../locales/en/rendezvous.ftl")),
    (Language::French, include_str!("../locales/fr/rendezvous.ftl")),
];

/// The program's texts in `language`.
#[must_use]
pub fn texts(language: Language) -> Texts {
    let resource = RESOURCES.iter().find(|(of, _)| *of == language).map(|(_, resource)| *resource);
    Texts::new(language, resource.as_slice())
}

/// The language of the system's locale.
#[must_use]
pub fn system_language() -> Language {
    sys_locale::get_locale().map_or(Language::English, |locale| Language::of_locale(&locale))
}

/// `notice` as a sentence.
#[must_use]
pub fn of_notice(notice: &Notice, texts: &Texts) -> String {
    match notice {
        // The one line that programs read in this form too, so it is the same in every language.
        Notice::Listening(address) => format!("listening {address}"),
        Notice::NotListening { address, error } => texts.say_with(
            "node-not-listening",
            &[("address", address.to_string().into()), ("error", error.as_str().into())],
        ),
        Notice::Give { address, to } => {
            texts.say_with(&format!("node-give-{}", to.name()), &[("address", address.to_string().into())])
        }
        Notice::Reachable(address) => {
            texts.say_with("node-reachable", &[("address", address.to_string().into())])
        }
        Notice::Violation { peer, violation } => texts.say_with(
            "node-violation",
            &[("peer", peer.to_string().into()), ("violation", violation.as_str().into())],
        ),
        Notice::Reloaded { waiting } if waiting.is_empty() => texts.say("node-reloaded"),
        Notice::Reloaded { waiting } => {
            texts.say_with("node-reloaded-partly", &[("keys", waiting.join(", ").into())])
        }
        Notice::Closing { circuits, grace } => texts.say_with(
            "node-closing",
            &[("circuits", (*circuits).into()), ("seconds", grace.as_secs().into())],
        ),
        Notice::Closed { cut } => texts.say_with("node-closed", &[("cut", (*cut).into())]),
    }
}

/// `error` as a sentence.
#[must_use]
pub fn of_start_error(error: &StartError, texts: &Texts) -> String {
    match error {
        StartError::Setup(error) => texts.say_with("node-no-setup", &[("error", error.to_string().into())]),
        StartError::Silent(refused) => {
            let reason = |(address, error)| {
                let places = [("address", address), ("error", error)];
                texts.say_with(
                    "node-not-listening",
                    &places.map(|(name, value): (_, String)| (name, value.into())),
                )
            };
            let reasons = refused.iter().map(|(address, error)| reason((address.to_string(), error.clone())));
            let reasons: Vec<String> = reasons.collect();
            let refused =
                if reasons.is_empty() { texts.say("node-silent-unsaid") } else { reasons.join(" ") };
            texts.say_with("node-silent", &[("refused", refused.into())])
        }
    }
}
