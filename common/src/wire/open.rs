//! The first message of every session stream: which session, which kind, which path.

use serde::{Deserialize, Serialize};

use super::codec::messages;
use crate::ids::SessionId;
use crate::limits;

/// What a stream carries. A session has one live stream of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum StreamKind {
    /// [`super::control`], both ways.
    Control,
    /// [`super::input`], helper to host.
    Input,
    /// [`super::screen`], frames to the helper and acknowledgements back.
    Screen,
    /// [`super::cursor`], host to helper.
    Cursor,
    /// [`super::film`], a film's frames to the helper and what it says of them.
    Film,
}

impl StreamKind {
    /// All kinds, in the order in which they are opened.
    pub const ALL: [Self; 5] = [Self::Control, Self::Screen, Self::Cursor, Self::Input, Self::Film];
}

/// The opening header. The helper opens every stream; the host answers on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The session, which the pairing derived.
    pub session: SessionId,
    /// What follows on this stream.
    pub kind: StreamKind,
    /// Counts the paths of the session from 0. A stream of a later epoch replaces that of an earlier one.
    pub epoch: u32,
}

messages! {
    /// What opens a stream.
    pub enum Open, limit limits::OPEN_BYTES, check |_| Ok(());
    /// The opening header: what was said on the stream of the epoch before goes on here.
    1 => Header(Header),
    /// The same, where the path before was lost and whatever was under way on it: the lane begins anew.
    2 => Again(Header),
}
