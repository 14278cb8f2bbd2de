//! Names of things, each its own type, so that one cannot be passed for another.

use core::fmt;

use libp2p_identity::{PeerId, PublicKey, ed25519};
use serde::{Deserialize, Serialize};

use crate::chance::{self, Chance};

/// A peer, named by its ed25519 public key. Shown as the libp2p peer id that holds the same key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PeerKey(pub [u8; 32]);

impl PeerKey {
    /// The libp2p peer id of this key, or `None` if the bytes are no ed25519 key.
    #[must_use]
    pub fn to_peer_id(self) -> Option<PeerId> {
        let key = ed25519::PublicKey::try_from_bytes(&self.0).ok()?;
        Some(PublicKey::from(key).to_peer_id())
    }

    /// The key inside a libp2p peer id. `None` for ids that are not of ed25519 keys: such peers are not spoken to.
    #[must_use]
    pub fn from_peer_id(id: &PeerId) -> Option<Self> {
        // An identity multihash over the protobuf of the key: <0x00 0x24> <08 01 12 20> key (libp2p peer-ids spec).
        let bytes = id.to_bytes();
        let key = bytes.strip_prefix(&[0x00, 0x24, 0x08, 0x01, 0x12, 0x20])?;
        Some(Self(key.try_into().ok()?))
    }
}

impl fmt::Display for PeerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_peer_id() {
            Some(id) => id.fmt(f),
            None => f.write_str("(not a key)"),
        }
    }
}

impl fmt::Debug for PeerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// A new id: 128 random bits.
            pub fn random(chance: &mut dyn Chance) -> Self {
                Self(chance::bytes(chance))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}

random_id! {
    /// An invitation, drawn by the host.
    InvitationId
}
random_id! {
    /// A session, derived by both sides from the pairing's key; it names the session's streams.
    SessionId
}
random_id! {
    /// A session at a node, drawn by the host for that node alone: it says nothing of the session.
    RegistrationId
}

/// The number that a host waits under, 1 to 99,999. A node gives it; from [`Plate::FIRST_LOCAL`] on none does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Plate(u32);

impl Plate {
    /// The largest plate.
    pub const MAX: u32 = 99_999;
    /// The smallest of those that are kept for hosts who meet their helper on a local network, without any node: such a
    /// number never means somebody else elsewhere, and whoever types it asks no node.
    pub const FIRST_LOCAL: u32 = 90_000;

    /// `None` unless `number` is within 1 to [`Plate::MAX`].
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number >= 1 && number <= Self::MAX { Some(Self(number)) } else { None }
    }

    /// A number for a host on a local network. Two who draw the same are told apart by their codes' secrets, and a helper
    /// who asks the wrong one costs it one of its tries.
    pub fn draw_local(chance: &mut dyn Chance) -> Self {
        Self(Self::FIRST_LOCAL + chance::below(Self::MAX + 1 - Self::FIRST_LOCAL, chance))
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Whether it is looked for on the local network, and at no node.
    #[must_use]
    pub const fn is_local(self) -> bool {
        self.0 >= Self::FIRST_LOCAL
    }
}

impl fmt::Display for Plate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for Plate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u32::deserialize(deserializer)?;
        Self::new(number).ok_or_else(|| serde::de::Error::custom("a plate is within 1 to 99999"))
    }
}

/// What files and links are looked up by: a hash of their 128-bit secret, useless for guessing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Tag(pub [u8; 32]);
