//! The kinds of places.

use std::fmt;

/// What stands between a place and the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing.
    Public,
    /// A translator that passes on everything from outside.
    FullCone,
    /// One address outside for each inside, with the same port; only those spoken to may answer.
    PortKept,
    /// The same with another port.
    PortChanged,
    /// Another random port for each destination.
    Symmetric,
    /// The same, but it opens ports when asked (UPnP, NAT-PMP, PCP).
    SymmetricMapped,
    /// Two translators one behind the other, the outer one changing ports.
    Carrier,
    /// A translator that lets no UDP through.
    NoUdp,
    /// Two translators one behind the other, each with another random port for each destination. Not in the matrix.
    SymmetricCarrier,
    /// Symmetric, and opens ports by UPnP only. Not in the matrix.
    SymmetricUpnp,
    /// Symmetric, and opens ports by NAT-PMP and PCP only. Not in the matrix.
    SymmetricPcp,
    /// IPv6 only, with a translator to IPv4 that changes ports, behind the prefix that all know. Not in the matrix.
    Nat64,
    /// The same with a prefix of the network's own. Not in the matrix.
    Nat64Own,
    /// The same with another random port for each destination. Not in the matrix.
    Nat64Symmetric,
    /// Both: IPv6 as there, and IPv4 behind the same translator. Not in the matrix.
    Nat64Beside,
}

impl Kind {
    pub(crate) const ALL: [Self; 8] = [
        Self::Public,
        Self::FullCone,
        Self::PortKept,
        Self::PortChanged,
        Self::Symmetric,
        Self::SymmetricMapped,
        Self::Carrier,
        Self::NoUdp,
    ];
}

impl Kind {
    /// Behind which IPv4 is, where it is translated to.
    pub(super) const fn prefix(self) -> Option<&'static str> {
        match self {
            Self::Nat64 | Self::Nat64Symmetric | Self::Nat64Beside => Some("64:ff9b::/96"),
            Self::Nat64Own => Some("2a0a:6464:1:2::/64"),
            _ => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::FullCone => "full cone",
            Self::PortKept => "port kept",
            Self::PortChanged => "port changed",
            Self::Symmetric => "symmetric",
            Self::SymmetricMapped => "symmetric, UPnP",
            Self::Carrier => "carrier",
            Self::NoUdp => "no UDP",
            Self::SymmetricCarrier => "symmetric twice",
            Self::SymmetricUpnp => "symmetric, UPnP only",
            Self::SymmetricPcp => "symmetric, PCP only",
            Self::Nat64 => "NAT64",
            Self::Nat64Own => "NAT64, own prefix",
            Self::Nat64Symmetric => "NAT64, symmetric",
            Self::Nat64Beside => "NAT64 beside IPv4",
        })
    }
}
