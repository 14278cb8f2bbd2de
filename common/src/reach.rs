//! Which partners a computer will meet directly, judged from what it has found out about itself.
//!
//! [`Outlook::judge`] names the kind of translator in front of a computer, from what a node's two STUN ports and its own
//! addresses say. [`Standing::way_to`] says whether two such computers come to a direct path. It is a forecast for
//! people: what programs do is to try everything, whatever this says.

use core::net::{IpAddr, Ipv4Addr};

use crate::wire::guess::Nature;

/// How the internet sees this computer's UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// Under an address of its own: there is no translator.
    Public,
    /// Under one address outside, whoever it speaks to: an ordinary router.
    Easy,
    /// Under another port for each destination: partners have to guess.
    Hard,
    /// Not at all: UDP does not get through, TCP does.
    Blocked,
    /// UDP gets through, but the node does not say where it is seen.
    Untold,
    /// The node is in the same private network and sees what the internet does not.
    Near,
    /// No node answers, so nobody says.
    Unasked,
}

/// What is known when the outlook is judged.
#[derive(Debug, Clone, Copy)]
pub struct Signs<'a> {
    /// What the node's two ports say about one socket; nothing if it was not asked.
    pub nature: Option<Nature>,
    /// Whether a node was reached over QUIC, which is UDP.
    pub quic: bool,
    /// This computer's own addresses.
    pub own: &'a [IpAddr],
}

impl Outlook {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Public, Self::Easy, Self::Hard, Self::Blocked, Self::Untold, Self::Near, Self::Unasked];

    /// Judges by `signs`. `is_public` says whether anybody on the internet could have an address.
    #[must_use]
    pub fn judge(signs: Signs<'_>, is_public: impl Fn(Ipv4Addr) -> bool) -> Self {
        match signs.nature {
            None => Self::Unasked,
            Some(Nature::Blocked) if signs.quic => Self::Untold,
            Some(Nature::Blocked) => Self::Blocked,
            Some(Nature::Easy(seen)) if !is_public(*seen.ip()) => Self::Near,
            Some(Nature::Hard(seen)) if !is_public(seen) => Self::Near,
            Some(Nature::Easy(seen)) if signs.own.contains(&IpAddr::V4(*seen.ip())) => Self::Public,
            Some(Nature::Easy(_)) => Self::Easy,
            Some(Nature::Hard(_)) => Self::Hard,
        }
    }

    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Easy => "easy",
            Self::Hard => "hard",
            Self::Blocked => "blocked",
            Self::Untold => "untold",
            Self::Near => "near",
            Self::Unasked => "unasked",
        }
    }

    /// Where that leaves the computer, `opened` if its router passes on what comes to a port; nothing if not enough is
    /// known.
    #[must_use]
    pub const fn standing(self, opened: bool) -> Option<Standing> {
        let (reachable, constant, udp) = match self {
            Self::Public => (true, true, true),
            Self::Easy => (opened, true, true),
            Self::Hard => (opened, false, true),
            // Of TCP nobody says which port is seen; most translators keep one port while they can.
            Self::Blocked => (opened, true, false),
            Self::Untold | Self::Near | Self::Unasked => return None,
        };
        Some(Standing { reachable, constant, udp })
    }
}

/// What decides about a direct path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Strangers' packets reach it at an address that it knows.
    pub reachable: bool,
    /// One socket has one address outside, whoever it speaks to.
    pub constant: bool,
    /// UDP passes.
    pub udp: bool,
}

impl Standing {
    /// The way to somebody who stands like `partner`, with whom no network and no IPv6 is shared.
    #[must_use]
    pub const fn way_to(self, partner: Self) -> Way {
        let direct = match (self.constant, partner.constant) {
            // Everybody can call over TCP.
            _ if self.reachable || partner.reachable => true,
            // Both know where the other will be, and meet there over UDP or TCP.
            (true, true) => true,
            // One guesses the other's port. Over TCP that would take too many tries.
            (true, false) | (false, true) => self.udp && partner.udp,
            (false, false) => false,
        };
        if direct { Way::Direct } else { Way::Relayed }
    }
}

/// How a partner will be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// With nobody in between.
    Direct,
    /// Over the node, which passes on what it cannot read.
    Relayed,
}

/// Partners as people know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Partner {
    /// A public address, or a router that opens ports when asked.
    Open,
    /// An ordinary router at home.
    Home,
    /// A network with another port for each destination: some mobile carriers and companies.
    Strict,
    /// A network that lets no UDP through.
    NoUdp,
}

impl Partner {
    /// All of them, the easiest first.
    pub const ALL: [Self; 4] = [Self::Open, Self::Home, Self::Strict, Self::NoUdp];

    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Home => "home",
            Self::Strict => "strict",
            Self::NoUdp => "no_udp",
        }
    }

    /// How somebody like that stands.
    #[must_use]
    pub const fn standing(self) -> Standing {
        match self {
            Self::Open => Standing { reachable: true, constant: true, udp: true },
            Self::Home => Standing { reachable: false, constant: true, udp: true },
            Self::Strict => Standing { reachable: false, constant: false, udp: true },
            Self::NoUdp => Standing { reachable: false, constant: true, udp: false },
        }
    }
}
