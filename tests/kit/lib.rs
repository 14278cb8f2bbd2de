//! What the tests stand on.

#[cfg(target_os = "linux")]
pub mod client;
#[cfg(target_os = "linux")]
pub mod film;
pub mod invariants;
#[cfg(target_os = "linux")]
pub mod link;
#[cfg(target_os = "linux")]
pub mod namespace;
pub mod ops;
pub mod pair;
pub mod programs;
#[cfg(target_os = "linux")]
pub mod session;
pub mod trace;
#[cfg(target_os = "linux")]
pub mod xserver;
