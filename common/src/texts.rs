//! The sentences people read, in French and English, from Fluent resources that the programs compile in.
//!
//! A program makes one [`Texts`] at its start and asks it for sentences by key. A key that is missing is a
//! fault of ours: the key itself is shown, and a test walks every key in both languages so that it never is.

use core::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The languages every text exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, the fallback.
    English,
    /// French.
    French,
}

impl Language {
    /// The language of a locale name such as `fr_FR.UTF-8` or `en-GB`; English if it is neither.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("fr") { Self::French } else { Self::English }
    }

    fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::English => unic_langid::langid!("en"),
            Self::French => unic_langid::langid!("fr"),
        }
    }
}

/// The sentences of one program in one language.
pub struct Texts {
    bundle: FluentBundle<FluentResource>,
    language: Language,
}

impl Texts {
    /// Reads `resources`, the program's own `.ftl` files in `language`.
    ///
    /// # Panics
    /// If a resource does not parse or names a key twice: they are compiled in, so a test sees it first.
    #[must_use]
    pub fn new(language: Language, resources: &[&str]) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // Isolation marks (U+2068, U+2069) are for mixed directions; terminals and X fonts show them as boxes.
        bundle.set_use_isolating(false);
        for source in resources {
            let resource = FluentResource::try_new((*source).to_owned())
                .unwrap_or_else(|(_, errors)| panic!("a compiled-in text does not parse: {errors:?}"));
            bundle.add_resource(resource).unwrap_or_else(|errors| panic!("a text stands twice: {errors:?}"));
        }
        Self { bundle, language }
    }

    /// The language in use.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The sentence of `key`.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The sentence of `key` with its places filled.
    #[must_use]
    pub fn say_with<'a>(&'a self, key: &str, places: &[(&'a str, FluentValue<'a>)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in places {
            args.set(*name, value.clone());
        }
        self.format(key, Some(&args))
    }

    /// Whether `key` exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Texts({:?})", self.language)
    }
}
