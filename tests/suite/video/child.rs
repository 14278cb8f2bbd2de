//! A decoder that is lied to, dies, hangs or lies itself.

use std::os::unix::fs::PermissionsExt as _;

use entraide::video::{Decode, DecodeError, Decoders, OpenError};
use entraide_common::screen::{Picture, Size};
use entraide_common::wire::video::VideoCodec;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{BUDGET, Program, open_encoder, soon, stripes};

const SIZE: Size = Size { width: 176, height: 144 };

fn frames(count: u32) -> Vec<Vec<u8>> {
    let mut encoder = open_encoder(SIZE);
    (0..count)
        .map(|moment| encoder.encode(&stripes(SIZE, moment), SIZE.rect(), BUDGET, false).expect("a frame"))
        .collect()
}

#[test]
fn whatever_a_slice_says_we_go_on() {
    let program = Program::new();
    let decoders = program.decoders();
    let frames = frames(3);
    let mut shown = Picture::black(SIZE);
    let mut decoder: Option<Box<dyn Decode>> = None;
    let (mut drawn, mut failed) = (0, 0);
    let mut state = 1_u32;
    let mut chance = move |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for round in 0..400 {
        let decoder = decoder.get_or_insert_with(|| decoders.open(VideoCodec::H264, SIZE).expect("another"));
        let mut frame = frames[round % 3].clone();
        // Beyond the parameter sets: those never reach it changed.
        for _change in 0..=chance(4) {
            let at = 45.min(frame.len() - 1) + chance(frame.len().saturating_sub(45).max(1));
            let at = at.min(frame.len() - 1);
            frame[at] ^= 1 << chance(8);
        }
        if chance(5) == 0 {
            frame.truncate(40 + chance(frame.len() - 40));
        }
        match decoder.decode(&frame, &mut shown) {
            Ok(()) => drawn += 1,
            Err(_) => {
                failed += 1;
                let again = decoder.decode(&frames[0], &mut shown);
                assert!(matches!(again, Err(DecodeError::Over)), "one that failed is over");
                *decoder = decoders.open(VideoCodec::H264, SIZE).expect("another");
            }
        }
    }
    println!("{drawn} of 400 spoilt frames were drawn, {failed} ended their decoder");
    assert!(failed > 0 && drawn > 0, "{drawn} and {failed}");
    drop(decoder);
    assert!(program.is_gone(), "no decoder stays behind");
}

#[test]
fn one_that_dies_or_hangs_is_over_and_gone() {
    let program = Program::new();
    let frames = frames(2);
    for signal in [Signal::SIGKILL, Signal::SIGSTOP] {
        let mut decoder = program.open(SIZE);
        let mut shown = Picture::black(SIZE);
        decoder.decode(&frames[0], &mut shown).expect("all is well");
        let before = shown.clone();
        let [child] = program.running()[..] else { panic!("one child") };
        kill(Pid::from_raw(child), signal).expect("it is ours");
        assert!(matches!(decoder.decode(&frames[1], &mut shown), Err(DecodeError::Gone(_))), "{signal}");
        assert!(shown == before, "the picture is as it was");
        assert!(program.is_gone(), "it is reaped at once");
        assert!(matches!(decoder.decode(&frames[0], &mut shown), Err(DecodeError::Over)));
    }
}

#[test]
fn what_must_not_be_shown_never_reaches_it() {
    let program = Program::new();
    let frames = frames(2);
    let mut decoder = program.open(SIZE);
    let mut shown = Picture::black(SIZE);
    assert!(matches!(decoder.decode(&frames[1], &mut shown), Err(DecodeError::Frame(_))));
    assert!(program.is_gone(), "it ends with its stream");
}

#[test]
fn dropping_it_ends_it() {
    let program = Program::new();
    let decoder = program.open(SIZE);
    assert_eq!(program.running().len(), 1);
    drop(decoder);
    assert!(program.is_gone());
}

#[test]
fn a_program_that_lies_is_not_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = |script: &str| {
        let path = folder.path().join("program");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a script");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it may run");
        Decoders::of(path)
    };
    for (script, why) in [
        (r"printf '\002no cage here'", "says that it has no cage"),
        (r"printf '\003'", "begins with something else"),
        ("exit 0", "ends"),
        ("exec /bin/sleep 1000", "says nothing"),
    ] {
        let decoders = program(script);
        assert!(decoders.codecs().is_empty(), "one that {why} decodes nothing");
        assert!(matches!(decoders.open(VideoCodec::H264, SIZE), Err(OpenError::Unavailable(_))));
    }
    let frames = frames(1);
    let mut shown = Picture::black(SIZE);
    let mut decoder = program(r"printf '\001\003'; exec /bin/cat /dev/zero")
        .open(VideoCodec::H264, SIZE)
        .expect("it began well");
    soon("its answer", || {
        // Give it time to speak before it is asked.
        std::thread::sleep(std::time::Duration::from_millis(200));
        true
    });
    assert!(matches!(decoder.decode(&frames[0], &mut shown), Err(DecodeError::Lied)));
    assert!(shown == Picture::black(SIZE));
}
