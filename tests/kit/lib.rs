//! What the tests stand on.

pub mod invariants;
pub mod ops;
pub mod pair;
pub mod programs;
pub mod trace;
#[cfg(target_os = "linux")]
pub mod xserver;
