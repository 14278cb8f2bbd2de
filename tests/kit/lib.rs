//! What the tests stand on.

pub mod programs;
#[cfg(target_os = "linux")]
pub mod xserver;
