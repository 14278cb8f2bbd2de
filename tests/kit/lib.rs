//! What the tests stand on.

pub mod programs;
pub mod trace;
#[cfg(target_os = "linux")]
pub mod xserver;
