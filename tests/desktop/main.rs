//! The product on real X servers, with real programs beside it.

#[cfg(target_os = "linux")]
mod capture;
#[cfg(target_os = "linux")]
mod hands;
#[cfg(target_os = "linux")]
mod inject;
#[cfg(target_os = "linux")]
mod puppet;
#[cfg(target_os = "linux")]
mod session;
