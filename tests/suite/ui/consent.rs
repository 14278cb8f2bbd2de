//! Tricks against the question.

use std::time::{Duration, Instant};

use entraide::ui::consent::{Answer, Key, Prompt, Target};
use proptest::prelude::*;

const WAIT: Duration = Duration::from_secs(3);

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A prompt that is drawn, allowed after [`WAIT`], and when it was drawn.
fn drawn() -> (Prompt, Instant) {
    let start = Instant::now();
    let mut prompt = Prompt::new(WAIT, "oui");
    prompt.drawn(start);
    (prompt, start)
}

fn type_word(prompt: &mut Prompt, word: &str, from: Instant) -> Instant {
    let mut at = from;
    for character in word.chars() {
        assert_eq!(prompt.key(Key::Character(character), false, at), None);
        at += ms(80);
    }
    at
}

#[test]
fn a_whole_click_after_the_wait_allows() {
    let (mut prompt, start) = drawn();
    prompt.press(Target::Allow, start + WAIT);
    assert_eq!(prompt.release(Target::Allow, start + WAIT + ms(90)), Some(Answer::Allow));
}

#[test]
fn a_press_during_the_wait_never_allows_however_late_it_is_let_go() {
    let (mut prompt, start) = drawn();
    prompt.press(Target::Allow, start + WAIT - ms(1));
    assert_eq!(prompt.release(Target::Allow, start + WAIT + ms(5_000)), None);
    // And a release without a press of its own is nothing.
    assert_eq!(prompt.release(Target::Allow, start + WAIT + ms(5_100)), None);
}

#[test]
fn a_click_that_began_before_the_window_was_drawn_counts_for_nothing() {
    let start = Instant::now();
    for target in [Target::Allow, Target::Deny] {
        let mut prompt = Prompt::new(Duration::ZERO, "oui");
        prompt.press(target, start);
        prompt.drawn(start + ms(10));
        assert_eq!(prompt.release(target, start + ms(20)), None);
    }
}

#[test]
fn a_window_drawn_late_does_not_shorten_the_reading() {
    let asked = Instant::now();
    let mut prompt = Prompt::new(WAIT, "oui");
    assert!(!prompt.ready(asked + WAIT + ms(1)), "nothing is shown yet");
    assert!(prompt.waited(asked + WAIT) <= 0.0);
    let seen = asked + 2 * WAIT;
    assert!(prompt.drawn(seen), "for the first time");
    assert!(!prompt.drawn(seen + ms(600)), "not again");
    assert!(!prompt.ready(seen + WAIT - ms(1)), "the whole wait is for reading");
    assert!(prompt.waited(seen + WAIT - ms(1)) < 1.0);
    assert!(prompt.ready(seen + WAIT));
    assert!(prompt.waited(seen + WAIT) >= 1.0);
}

#[test]
fn sliding_onto_or_off_a_button_is_no_click() {
    let (mut prompt, start) = drawn();
    let later = start + WAIT + ms(10);
    for (from, to) in [
        (Target::Elsewhere, Target::Allow),
        (Target::Allow, Target::Elsewhere),
        (Target::Deny, Target::Allow),
        (Target::Allow, Target::Deny),
    ] {
        prompt.press(from, later);
        assert_eq!(prompt.release(to, later + ms(50)), None, "{from:?} to {to:?}");
    }
}

#[test]
fn moving_the_window_under_a_pressed_button_undoes_the_press() {
    let (mut prompt, start) = drawn();
    let later = start + WAIT + ms(10);
    prompt.press(Target::Allow, later);
    prompt.disturbed(later + ms(5));
    assert_eq!(prompt.release(Target::Allow, later + ms(10)), None);
}

#[test]
fn the_click_that_brings_the_keyboard_counts() {
    let (mut prompt, start) = drawn();
    let later = start + WAIT + ms(10);
    prompt.press(Target::Allow, later);
    prompt.focused(later + ms(5));
    assert_eq!(prompt.release(Target::Allow, later + ms(90)), Some(Answer::Allow));

    let (mut prompt, start) = drawn();
    prompt.press(Target::Allow, start + WAIT - ms(1));
    prompt.focused(start + WAIT + ms(5));
    assert_eq!(prompt.release(Target::Allow, start + WAIT + ms(90)), None, "not if it came too early");
}

#[test]
fn deny_works_from_the_first_moment() {
    let (mut prompt, start) = drawn();
    prompt.press(Target::Deny, start);
    assert_eq!(prompt.release(Target::Deny, start + ms(50)), Some(Answer::Deny));
    let (mut prompt, start) = drawn();
    assert_eq!(prompt.key(Key::Escape, false, start), Some(Answer::Deny));
}

#[test]
fn enter_and_space_only_ever_deny_and_not_by_accident() {
    let (mut prompt, start) = drawn();
    assert_eq!(prompt.key(Key::Confirm, false, start + ms(100)), None, "someone was writing");
    assert_eq!(prompt.key(Key::Confirm, true, start + WAIT + ms(100)), None, "a held key is no decision");
    assert_eq!(prompt.key(Key::Other, false, start + WAIT + ms(200)), None, "Tab moves nothing");
    assert_eq!(prompt.key(Key::Confirm, false, start + WAIT + ms(300)), Some(Answer::Deny));
}

#[test]
fn the_word_by_itself_allows_after_a_moment() {
    for word in ["oui", "OUI", "Oui"] {
        let (mut prompt, start) = drawn();
        let end = type_word(&mut prompt, word, start + WAIT + ms(10));
        assert_eq!(prompt.tick(end), None, "something may follow");
        let deadline = prompt.deadline().expect("the word is whole");
        assert_eq!(prompt.tick(deadline), Some(Answer::Allow));
    }
}

#[test]
fn the_word_within_other_words_does_not() {
    for typed in ["oui,", "ouie", "louis", "inouis", "bouilloire", "ou i", "oui oui", "oouii"] {
        let (mut prompt, start) = drawn();
        let end = type_word(&mut prompt, typed, start + WAIT + ms(10));
        assert_eq!(prompt.tick(end + ms(10_000)), None, "{typed}");
    }
}

#[test]
fn the_word_typed_too_early_held_down_or_into_a_window_that_just_took_the_focus_does_not() {
    let (mut prompt, start) = drawn();
    type_word(&mut prompt, "oui", start + ms(100));
    assert_eq!(prompt.tick(start + WAIT + ms(10_000)), None, "typed during the wait");

    let (mut prompt, start) = drawn();
    type_word(&mut prompt, "o", start + WAIT - ms(40));
    type_word(&mut prompt, "ui", start + WAIT + ms(40));
    assert_eq!(prompt.tick(start + WAIT + ms(10_000)), None, "begun during the wait");

    let (mut prompt, start) = drawn();
    for character in "oui".chars() {
        prompt.key(Key::Character(character), true, start + WAIT + ms(10));
    }
    assert_eq!(prompt.tick(start + WAIT + ms(10_000)), None, "repeats");

    let (mut prompt, start) = drawn();
    prompt.focused(start + WAIT + ms(2_000));
    type_word(&mut prompt, "oui", start + WAIT + ms(2_100));
    assert_eq!(prompt.tick(start + WAIT + ms(10_000)), None, "meant for another window");
}

#[test]
fn a_mistyped_word_can_be_typed_again_after_a_pause() {
    let (mut prompt, start) = drawn();
    let end = type_word(&mut prompt, "ouo", start + WAIT + ms(10));
    let end = type_word(&mut prompt, "oui", end + ms(1_200));
    assert_eq!(prompt.tick(end + ms(700)), Some(Answer::Allow));
}

#[derive(Debug, Clone)]
enum Op {
    Press(Target),
    Release(Target),
    Key(Key, bool),
    Disturb,
    Tick,
}

fn op() -> impl Strategy<Value = (Op, u64)> {
    let target = prop_oneof![Just(Target::Allow), Just(Target::Deny), Just(Target::Elsewhere)];
    let key = prop_oneof![
        Just(Key::Confirm),
        Just(Key::Other),
        prop_oneof![Just('o'), Just('u'), Just('i'), Just('x')].prop_map(Key::Character),
    ];
    let op = prop_oneof![
        target.clone().prop_map(Op::Press),
        target.prop_map(Op::Release),
        (key, any::<bool>()).prop_map(|(key, repeat)| Op::Key(key, repeat)),
        Just(Op::Disturb),
        Just(Op::Tick),
    ];
    (op, 0_u64..1_500)
}

proptest! {
    /// Whatever is done before the wait is over, and whatever is pressed but clicks and letters, never allows.
    #[test]
    fn nothing_allows_early(ops in proptest::collection::vec(op(), 1..60)) {
        let (mut prompt, start) = drawn();
        let mut now = start;
        for (op, pause) in ops {
            now += ms(pause);
            let answer = match op {
                Op::Press(target) => { prompt.press(target, now); None }
                Op::Release(target) => prompt.release(target, now),
                Op::Key(key, repeat) => prompt.key(key, repeat, now),
                Op::Disturb => { prompt.disturbed(now); None }
                Op::Tick => prompt.tick(now),
            };
            if answer == Some(Answer::Allow) {
                prop_assert!(now >= start + WAIT);
                prop_assert!(matches!(op, Op::Release(Target::Allow) | Op::Tick));
            }
        }
    }
}
