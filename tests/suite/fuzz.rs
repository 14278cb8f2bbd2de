//! What fuzzing has found worth keeping, replayed. The targets themselves are run by hand: see CONTRIBUTING.md.

use std::path::Path;

#[path = "../fuzz/screen.rs"]
mod screen;
#[path = "../fuzz/video.rs"]
mod video;

#[test]
fn frames_of_the_corpus_stay_on_their_canvas() {
    replay("frames", screen::frames);
}

#[test]
fn edits_of_the_corpus_are_exact() {
    replay("edits", screen::edits);
}

#[test]
fn units_of_the_corpus_pass_by_the_rules() {
    replay("units", video::units);
}

fn replay(target: &str, check: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut inputs = 0;
    for entry in corpus.read_dir().expect("a corpus of the repository") {
        check(&std::fs::read(entry.expect("an entry").path()).expect("an input"));
        inputs += 1;
    }
    assert!(inputs >= 4, "a corpus holds at least its seeds");
}
