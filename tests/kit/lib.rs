//! What the tests stand on.

#[cfg(target_os = "linux")]
pub mod xserver;
