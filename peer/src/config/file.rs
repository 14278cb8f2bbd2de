//! The settings file: TOML, read with the place of every key and value.

use std::ops::Range;
use std::path::Path;

use entraide_common::limits;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::value::{Key, Layer, refused};
use super::{ConfigError, Place};

/// The settings in `source`, which was read from `path`.
pub(super) fn layer(path: &Path, source: &str) -> Result<Layer, ConfigError> {
    let at = |span: Range<usize>| Place::File { path: path.to_owned(), line: Some(line(source, span.start)) };
    let table = DeTable::parse(source).map_err(|error| ConfigError::Syntax {
        place: at(error.span().unwrap_or_default()),
        detail: error.message().to_owned(),
    })?;
    let mut entries: Vec<_> = table.into_inner().into_iter().collect();
    // In the order of the file: the first mistake is the one to be told about.
    entries.sort_by_key(|(key, _)| key.span().start);

    let mut layer = Layer::default();
    for (name, value) in entries {
        let Some(key) = Key::ALL.into_iter().find(|key| key.name() == name.get_ref()) else {
            let shown = name.get_ref().chars().take(limits::NAME_CHARS).collect();
            return Err(ConfigError::UnknownKey { place: at(name.span()), name: shown });
        };
        if key == Key::Rendezvous {
            let nodes = strings(key, &value, source, &at)?;
            // Each address on its own first, so that the error has its line.
            for (text, span) in &nodes {
                Layer::default().set(key, std::slice::from_ref(text), || at(span.clone()))?;
            }
            let nodes: Vec<String> = nodes.into_iter().map(|(text, _)| text).collect();
            layer.set(key, &nodes, || at(value.span()))?;
        } else {
            let text = string(key, &value, source, &at)?;
            layer.set(key, &[text], || at(value.span()))?;
        }
    }
    Ok(layer)
}

/// The strings of a list, with their places.
fn strings(
    key: Key,
    value: &Spanned<DeValue<'_>>,
    source: &str,
    at: &impl Fn(Range<usize>) -> Place,
) -> Result<Vec<(String, Range<usize>)>, ConfigError> {
    let DeValue::Array(items) = value.get_ref() else {
        return Err(refused(key, source.get(value.span()).unwrap_or_default(), &|| at(value.span())));
    };
    items.iter().map(|item| string(key, item, source, at).map(|text| (text, item.span()))).collect()
}

fn string(
    key: Key,
    value: &Spanned<DeValue<'_>>,
    source: &str,
    at: &impl Fn(Range<usize>) -> Place,
) -> Result<String, ConfigError> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.clone().into_owned()),
        _ => Err(refused(key, source.get(value.span()).unwrap_or_default(), &|| at(value.span()))),
    }
}

/// The line of that byte, from 1.
fn line(source: &str, byte: usize) -> usize {
    1 + source.bytes().take(byte).filter(|b| *b == b'\n').count()
}
