//! See [`video::units`].
#![no_main]

#[path = "../video.rs"]
mod video;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| video::units(bytes));
