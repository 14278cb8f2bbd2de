//! What must come about between two places, decided without trying it.

use crate::place::{Kind, Pair};

/// Whether the two must come to a direct path, whatever it takes.
pub(crate) fn is_direct(pair: Pair) -> bool {
    kind(pair) != "relayed"
}

/// What kind of path they must come to, as the programs name it.
pub(crate) fn kind(pair: Pair) -> &'static str {
    match pair {
        Pair::OneLan => "lan",
        // The router turns nothing around that is for its own outside, and its two inner networks know no way.
        Pair::OneNat => "relayed",
        Pair::Apart(host, helper) if meet(facts(host), facts(helper)) => "direct",
        Pair::Apart(..) => "relayed",
    }
}

/// Whether the port of one side must be guessed for that.
pub(crate) fn is_guessed(pair: Pair) -> bool {
    let Pair::Apart(host, helper) = pair else { return false };
    let (host, helper) = (facts(host), facts(helper));
    is_direct(pair) && !host.reachable && !helper.reachable && host.constant != helper.constant
}

/// What a place's translator does.
struct Facts {
    /// Strangers' packets reach it at an address that it knows.
    reachable: bool,
    /// One socket has one address outside, whoever it speaks to.
    constant: bool,
    /// UDP passes.
    udp: bool,
}

const fn facts(kind: Kind) -> Facts {
    match kind {
        Kind::Public | Kind::FullCone => Facts { reachable: true, constant: true, udp: true },
        Kind::PortKept
        | Kind::PortChanged
        | Kind::Carrier
        | Kind::Nat64
        | Kind::Nat64Own
        | Kind::Nat64Beside => Facts { reachable: false, constant: true, udp: true },
        Kind::Symmetric | Kind::SymmetricCarrier | Kind::Nat64Symmetric => {
            Facts { reachable: false, constant: false, udp: true }
        }
        Kind::SymmetricMapped | Kind::SymmetricUpnp | Kind::SymmetricPcp => {
            Facts { reachable: true, constant: false, udp: true }
        }
        Kind::NoUdp => Facts { reachable: false, constant: true, udp: false },
    }
}

fn meet(a: Facts, b: Facts) -> bool {
    // Everybody can call over TCP.
    if a.reachable || b.reachable {
        return true;
    }
    match (a.constant, b.constant) {
        // Both know where the other will be: they punch at one moment, over UDP or TCP.
        (true, true) => true,
        // One guesses the port of the other. Too many answers would be needed over TCP.
        (true, false) | (false, true) => a.udp && b.udp,
        (false, false) => false,
    }
}

#[test]
fn sixty_two_of_sixty_six_pairs_must_be_direct() {
    let pairs: Vec<Pair> = Pair::all().collect();
    assert_eq!(pairs.len(), 66);
    let relayed: Vec<Pair> = pairs.into_iter().filter(|pair| !is_direct(*pair)).collect();
    let expected = [
        Pair::Apart(Kind::Symmetric, Kind::Symmetric),
        Pair::Apart(Kind::Symmetric, Kind::NoUdp),
        Pair::Apart(Kind::NoUdp, Kind::Symmetric),
        Pair::OneNat,
    ];
    assert_eq!(relayed, expected);
}

#[test]
fn in_six_of_them_a_port_must_be_guessed() {
    assert_eq!(Pair::all().filter(|pair| is_guessed(*pair)).count(), 6);
}

#[test]
fn who_invites_makes_no_difference() {
    for pair in Pair::all() {
        if let Pair::Apart(host, helper) = pair {
            assert_eq!(is_direct(pair), is_direct(Pair::Apart(helper, host)), "{pair}");
        }
    }
}
