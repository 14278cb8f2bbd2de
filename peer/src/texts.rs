//! The sentences of this program, compiled in.

use entraide_common::texts::{Language, Texts};

/// The sentences in `language`.
#[must_use]
pub fn texts(language: Language) -> Texts {
    match language {
        Language::English => Texts::new(language, ENGLISH),
        Language::French => Texts::new(language, FRENCH),
    }
}

/// The resources in English, one file an area.
pub const ENGLISH: &[&str] = &[
    include_str!("../locales/en/app.ftl"),
    include_str!("../locales/en/demo.ftl"),
    include_str!("../locales/en/desktop.ftl"),
    include_str!("../locales/en/doctor.ftl"),
    include_str!("../locales/en/net.ftl"),
    include_str!("../locales/en/place.ftl"),
    include_str!("../locales/en/session.ftl"),
    include_str!("../locales/en/ui.ftl"),
];

/// The same areas in French.
pub const FRENCH: &[&str] = &[
    include_str!("../locales/fr/app.ftl"),
    include_str!("../locales/fr/demo.ftl"),
    include_str!("../locales/fr/desktop.ftl"),
    include_str!("../locales/fr/doctor.ftl"),
    include_str!("../locales/fr/net.ftl"),
    include_str!("../locales/fr/place.ftl"),
    include_str!("../locales/fr/session.ftl"),
    include_str!("../locales/fr/ui.ftl"),
];
