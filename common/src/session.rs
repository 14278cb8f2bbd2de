//! What may happen between two paired people, as two state machines: [`host::HostSession`] and
//! [`helper::HelperSession`].
//!
//! # Life
//! A session begins when the pairing is done. The host's machine asks its person at once whether the helper may
//! see the screen; only then does a picture flow. Every further right is asked for in the same way, one question at
//! a time. Either side ends the session whenever it likes, and each learns who did and why.
//!
//! # Three verbs, one law
//! `handle(input, now)` tells a machine what the peer, the person or the computer did; `poll()` takes out, one by
//! one, what follows: *send* to the peer, *show* to the person, *do* on the computer; `deadline()` says when
//! `handle` wants to be called with [`host::Input::Time`] even if nothing happens. After every `handle`, drain `poll`.
//!
//! # Guarantees
//! - Nothing a helper sends has an effect without the grant it needs: [`grants::Grants::admits`] is asked on one
//!   line, before anything else looks at the message.
//! - No grant comes from anything but an explicit yes to a question that stood long enough to be read.
//! - Losing control by whatever road (Esc, No, time, question, own window, hand, end) lets go of everything the
//!   helper holds, once.
//! - A line of conversation is heard once and in its place, whatever becomes of the path it was sent on.
//!
//! # Left to others
//! Pictures and file bytes never pass through here; the machines only say start, stop, choose. Who may ask at all was
//! settled by [`crate::invitation::pairing`].

pub mod grants;
pub mod helper;
pub mod holds;
pub mod host;
mod lines;

use serde::{Deserialize, Serialize};

/// Who ended something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Party {
    /// The person who shows the screen.
    Host,
    /// The person who looks at it.
    Helper,
    /// Nobody: the connection broke.
    Link,
    /// A program, for a reason of its own.
    Program,
}

impl Party {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Helper => "helper",
            Self::Link => "link",
            Self::Program => "program",
        }
    }
}
