//! What the tests stand on.

pub mod programs;
#[cfg(target_os = "linux")]
pub mod xserver;
//! What the tests share: worlds in which the product can be lived through.

pub mod trace;
