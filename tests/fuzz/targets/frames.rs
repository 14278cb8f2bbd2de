//! See [`screen::frames`].
#![no_main]

#[path = "../screen.rs"]
#[allow(dead_code, reason = "each target is one of several")]
mod screen;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| screen::frames(bytes));
