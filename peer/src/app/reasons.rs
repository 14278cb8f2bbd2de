//! From the errors of the parts to the end of the program.

use entraide_common::wire::directory::Decline;

use crate::desktop::Ended;
use crate::exit::End;
use crate::net::{DirectoryError, NetError};

impl From<&Ended> for End {
    fn from(ended: &Ended) -> Self {
        match ended {
            Ended::Denied => Self::ScreenDenied,
            Ended::NoDisplay(_) => Self::NoDisplay,
            Ended::Wayland => Self::Wayland,
            Ended::NoExtension(name) => Self::NoExtension(name),
            Ended::Gone(_) => Self::DisplayGone,
            Ended::Failed(detail) => Self::Failed(detail.clone()),
        }
    }
}

impl From<&NetError> for End {
    fn from(error: &NetError) -> Self {
        match error {
            NetError::UnknownNode(_) | NetError::NodeUnreachable { .. } | NetError::TimedOut => {
                Self::NodeSilent
            }
            NetError::NodeRefused { .. } => Self::NodeFull,
            NetError::HostUnreachable(_) | NetError::NotConnected | NetError::Unproven => {
                Self::HostUnreachable
            }
            NetError::Unsupported => Self::Version,
            NetError::Lost => Self::LinkLost,
            NetError::Protocol(_) => Self::Protocol,
            NetError::NoNetwork => Self::NoNetwork,
            NetError::NotAnnounced => Self::NotAnnounced,
            NetError::System(detail) => Self::Failed(detail.clone()),
            NetError::Stopped => Self::NodeSilent,
        }
    }
}

/// The end after a link that did not come about: whoever is silent then is the other side, not a node.
pub(super) fn of_link(error: &NetError) -> End {
    match error {
        NetError::TimedOut => End::HostUnreachable,
        error => End::from(error),
    }
}

impl From<&DirectoryError> for End {
    fn from(error: &DirectoryError) -> Self {
        match error {
            DirectoryError::Net(NetError::Lost) => Self::NodeSilent,
            DirectoryError::Net(error) => Self::from(error),
            DirectoryError::Declined(Decline::Full | Decline::SlowDown { .. } | Decline::Taken) => {
                Self::NodeFull
            }
            DirectoryError::Declined(
                Decline::Closing | Decline::NoReservation | Decline::NotYours | Decline::NoAddress,
            ) => Self::NodeSilent,
        }
    }
}
