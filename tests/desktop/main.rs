//! Real X servers, real programs: what the desktop's back ends do to them. `deploy/test` installs what is needed.

#[cfg(target_os = "linux")]
mod capture;
#[cfg(target_os = "linux")]
mod hands;
#[cfg(target_os = "linux")]
mod inject;
#[cfg(target_os = "linux")]
mod puppet;
