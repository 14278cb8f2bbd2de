//! The X11 engine: pictures by XDamage, XFixes and MIT-SHM, hands by XTEST and XInput 2.
//!
//! Every part has a connection of its own and lives on one thread. A thread with nothing to do sleeps on its
//! connection's socket, so an idle desktop costs nothing. The display is `$DISPLAY`'s, always: `rdev`, which plays
//! keys and buttons, knows no other.
//!
//! - [`capture`]: the picture; [`memory`] holds its pixels, [`damage`] says which changed, [`monitors`] what
//!   there is to see, [`cursor`] the cursor, which is not part of the picture.
//! - [`inject`]: motion, wheel, keys and buttons; [`keys`] types characters whatever the layout.
//! - [`broken`]: what to do when it all goes away.
//! - [`hands`](mod@hands): what the host's own hands do; [`seat`](mod@seat) whether there are any.
//! - [`mark`](mod@mark): where the helper points.

mod broken;
mod capture;
mod cursor;
mod damage;
mod hands;
mod inject;
mod keys;
mod mark;
mod memory;
mod monitors;
mod seat;

use std::env;
use std::io;
use std::time::Duration;

use rustix::event::{PollFd, Timespec, poll};
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::errors::{ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{ConnectionExt as _, Window};
use x11rb::rust_connection::RustConnection;

use super::{Ended, Hand, Hands, Injector, Mark, Screen, Seat};

/// Looks whether the session is X11 and its server has what both directions need.
pub(super) fn probe() -> Result<(), Ended> {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if set("WAYLAND_DISPLAY")
        || set("WAYLAND_SOCKET")
        || env::var("XDG_SESSION_TYPE").is_ok_and(|kind| kind == "wayland")
    {
        return Err(Ended::Wayland);
    }
    let (conn, _) = connect()?;
    for name in ["DAMAGE", "XFIXES", "XTEST", "XInputExtension"] {
        require(&conn, name)?;
    }
    Ok(())
}

/// Begins to look.
pub(super) fn screen() -> Result<Box<dyn Screen>, Ended> {
    Ok(Box::new(capture::X11Screen::open()?))
}

/// Hands that can be lent.
pub(super) fn injector() -> Result<Box<dyn Injector>, Ended> {
    Ok(Box::new(inject::X11Injector::open()?))
}

/// Watches the host's own hands.
pub(super) fn hands(sink: Box<dyn Fn(Hand) + Send>) -> Result<Box<dyn Hands>, Ended> {
    Ok(Box::new(hands::X11Hands::watch(sink)?))
}

/// A mark that can be shown.
pub(super) fn mark(reach: u32) -> Result<Box<dyn Mark>, Ended> {
    Ok(Box::new(mark::X11Mark::open(reach)?))
}

/// Whether a person can sit here; [`Seat::Person`] if there is no way to know.
pub(super) fn seat() -> Seat {
    seat::look().unwrap_or(Seat::Person)
}

/// Calls `then` on each thread whose display went away.
pub(super) fn on_loss(then: Box<dyn Fn() + Send + Sync>) {
    broken::tell(then);
}

/// Whether nobody answers at `$DISPLAY`.
pub(super) fn is_lost() -> bool {
    connect().is_err()
}

/// A connection to `$DISPLAY` and its root window.
fn connect() -> Result<(RustConnection, Window), Ended> {
    if env::var_os("DISPLAY").is_none_or(|name| name.is_empty()) {
        return Err(Ended::NoDisplay("DISPLAY is not set".to_owned()));
    }
    let (conn, screen) =
        RustConnection::connect(None).map_err(|error| Ended::NoDisplay(error.to_string()))?;
    let root =
        conn.setup().roots.get(screen).ok_or_else(|| Ended::NoDisplay("no such screen".to_owned()))?.root;
    Ok((conn, root))
}

/// Whether the server runs on this machine, so that it can share memory with us.
fn is_local() -> bool {
    env::var("DISPLAY").is_ok_and(|name| name.starts_with(':') || name.starts_with("unix:"))
}

fn require(conn: &RustConnection, name: &'static str) -> Result<(), Ended> {
    match conn.extension_information(name)? {
        Some(_) => Ok(()),
        None => Err(Ended::NoExtension(name)),
    }
}

/// Sleeps until one of `sources` has something to read, at most `timeout`.
fn wait_for(sources: &mut [PollFd<'_>], timeout: Option<Duration>) -> io::Result<()> {
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    match poll(sources, timeout.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Waits until the server has done all that `conn` asked.
fn catch_up(conn: &RustConnection) -> Result<(), ReplyError> {
    conn.get_input_focus()?.reply().map(drop)
}

impl From<ConnectionError> for Ended {
    fn from(error: ConnectionError) -> Self {
        Self::Gone(error.to_string())
    }
}

impl From<ReplyError> for Ended {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::ConnectionError(error) => error.into(),
            ReplyError::X11Error(error) => Self::Failed(format!("{error:?}")),
        }
    }
}

impl From<ReplyOrIdError> for Ended {
    fn from(error: ReplyOrIdError) -> Self {
        match error {
            ReplyOrIdError::ConnectionError(error) => error.into(),
            ReplyOrIdError::X11Error(error) => Self::Failed(format!("{error:?}")),
            ReplyOrIdError::IdsExhausted => Self::Failed("no X identifiers left".to_owned()),
        }
    }
}
