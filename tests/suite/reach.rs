//! What a computer is told to expect, from what it has found out.

use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};

use entraide_common::reach::{Outlook, Partner, Signs, Way};
use entraide_common::wire::guess::Nature;

const OUTSIDE: Ipv4Addr = Ipv4Addr::new(5, 2, 2, 2);
const INSIDE: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 20);

fn judged(nature: Option<Nature>, quic: bool, own: Ipv4Addr) -> Outlook {
    let own = [IpAddr::V4(own)];
    Outlook::judge(Signs { nature, quic, own: &own }, |ip| !ip.is_private() && !ip.is_loopback())
}

#[test]
fn the_kind_of_translator_is_judged_by_what_the_node_sees() {
    let easy = |ip| Some(Nature::Easy(SocketAddrV4::new(ip, 4000)));
    assert_eq!(judged(easy(OUTSIDE), true, OUTSIDE), Outlook::Public);
    assert_eq!(judged(easy(OUTSIDE), true, INSIDE), Outlook::Easy);
    assert_eq!(judged(Some(Nature::Hard(OUTSIDE)), true, INSIDE), Outlook::Hard);
    assert_eq!(judged(Some(Nature::Blocked), false, INSIDE), Outlook::Blocked);
}

#[test]
fn a_node_that_cannot_know_is_not_believed() {
    let near = Some(Nature::Easy(SocketAddrV4::new(INSIDE, 4000)));
    assert_eq!(judged(near, true, INSIDE), Outlook::Near);
    // QUIC is UDP: what does not answer then is the node, not the network.
    assert_eq!(judged(Some(Nature::Blocked), true, INSIDE), Outlook::Untold);
    assert_eq!(judged(None, false, INSIDE), Outlook::Unasked);
    for outlook in [Outlook::Near, Outlook::Untold, Outlook::Unasked] {
        assert_eq!(outlook.standing(true), None);
    }
}

#[test]
fn the_table_of_ways() {
    use Way::{Direct, Relayed};
    // Towards an open one, one at home, one behind a strict router, one without UDP; the lab lives through the same.
    let table = [
        (Outlook::Public, false, [Direct, Direct, Direct, Direct]),
        (Outlook::Easy, false, [Direct, Direct, Direct, Direct]),
        (Outlook::Hard, false, [Direct, Direct, Relayed, Relayed]),
        (Outlook::Hard, true, [Direct, Direct, Direct, Direct]),
        (Outlook::Blocked, false, [Direct, Direct, Relayed, Direct]),
        (Outlook::Blocked, true, [Direct, Direct, Direct, Direct]),
    ];
    for (outlook, opened, ways) in table {
        let here = outlook.standing(opened).expect("enough is known");
        assert_eq!(Partner::ALL.map(|partner| here.way_to(partner.standing())), ways, "{outlook:?} {opened}");
        for partner in Partner::ALL {
            assert_eq!(here.way_to(partner.standing()), partner.standing().way_to(here), "{outlook:?}");
        }
    }
}
