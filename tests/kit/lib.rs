//! What the tests share: worlds in which the product can be lived through.

pub mod invariants;
pub mod ops;
pub mod pair;
pub mod programs;
pub mod trace;
#[cfg(target_os = "linux")]
pub mod xserver;
