//! What a session on the host's side stands on, and what is left when it is over.

use std::sync::Arc;

use entraide_common::invitation::open::State;
use entraide_common::session::Party;
use entraide_common::wire::control::{Grant, Reason};
use tokio::sync::mpsc;

use crate::app::clock::Clock;
use crate::app::rejoin::Road;
use crate::app::said::Ears;
use crate::desktop::Desktop;
use crate::net::{Channel, NetEvent};

/// How a session on the host's side ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionEnd {
    /// By whom.
    pub by: Party,
    /// Why.
    pub reason: Reason,
    /// Whether the program is to leave as well.
    pub quit: bool,
}

/// What a session takes over for its time.
pub struct Ground<'a> {
    /// The program's clock.
    pub clock: Clock,
    /// This computer.
    pub desktop: &'a Desktop,
    /// The way back to the helper.
    pub road: Arc<Road>,
    /// The most that the invitation offers.
    pub offers: Grant,
    /// What people say.
    pub said: &'a mut Ears,
    /// The first id for this session's questions; afterwards, for the next session's.
    pub questions: &'a mut u32,
    /// What the network says.
    pub net_events: &'a mut mpsc::Receiver<NetEvent>,
    /// What becomes of others who want to pair meanwhile: they are told how it is.
    pub serve: &'a (dyn Fn(Channel) + Sync),
    /// Told the first answer to the question whether the helper may look; says what has become of the invitation.
    pub answered: &'a (dyn Fn(bool) -> State + Sync),
}
