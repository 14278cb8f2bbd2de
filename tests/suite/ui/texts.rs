//! Both languages say everything, with the same places to fill.

use std::collections::{BTreeMap, BTreeSet};

use entraide::texts::{ENGLISH, FRENCH, texts};
use entraide_common::texts::Language;

/// Every key with the places its sentence fills.
fn keys(resources: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in resources.iter().flat_map(|resource| resource.lines()).filter(|line| !line.starts_with('#')) {
        if !line.starts_with([' ', '}'])
            && let Some((key, _)) = line.split_once(" =")
        {
            current = key.to_owned();
            assert!(keys.insert(current.clone(), BTreeSet::new()).is_none(), "{current} stands twice");
        }
        for place in line.split('$').skip(1) {
            let end =
                place.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(place.len());
            let places = keys.get_mut(&current).expect("a place stands in a sentence");
            places.insert(place[..end].to_owned());
        }
    }
    keys
}

#[test]
fn both_languages_have_the_same_keys_and_places() {
    let (english, french) = (keys(ENGLISH), keys(FRENCH));
    assert!(english.len() > 50, "the resources were read");
    assert_eq!(english, french);
}

#[test]
fn every_sentence_is_there_and_whole() {
    for (language, resources) in [(Language::English, ENGLISH), (Language::French, FRENCH)] {
        let texts = texts(language);
        for (key, places) in keys(resources) {
            let filled: Vec<_> = places.iter().map(|place| (place.as_str(), "PLACE".into())).collect();
            let sentence = texts.say_with(&key, &filled);
            assert!(texts.has(&key) && sentence != key, "{key} is missing in {language:?}");
            assert!(!sentence.contains(['{', '}']), "{key} in {language:?}: {sentence}");
        }
    }
}
