//! How the person at this computer is called, as far as the system knows.

/// The full name of the account (the first field of GECOS, where `&` stands for the login name), else its login name.
#[cfg(unix)]
pub(super) fn name() -> Option<String> {
    let user = nix::unistd::User::from_uid(nix::unistd::getuid()).ok()??;
    let gecos = user.gecos.to_string_lossy();
    let full = gecos.split(',').next().unwrap_or_default().replace('&', &user.name);
    Some(if full.trim().is_empty() { user.name } else { full })
}

/// The login name.
#[cfg(not(unix))]
pub(super) fn name() -> Option<String> {
    std::env::var("USERNAME").ok()
}
