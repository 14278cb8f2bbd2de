//! Ports that a host's router opens for whoever is to come.

use entraide_tests::xserver::wait_until;

use crate::ground::Ground;
use crate::meeting::Waiting;
use crate::place::{Kind, Pair, World};
use crate::skipped;

#[test]
fn a_router_that_can_is_asked_to_open_a_port_if_it_may_be_and_the_code_is_shown_anyway() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    for kind in [Kind::PortKept, Kind::SymmetricUpnp] {
        for router in ["ask", "leave"] {
            let world = World::new(Pair::Apart(kind, Kind::Public));
            let waiting = Waiting::begin_with(&ground, &world, "", &["--router", router]);
            eprintln!("{kind}, {router}: the code after {:?}", waiting.shown);
            let opens = &world.routers()[0];
            if kind == Kind::SymmetricUpnp && router == "ask" {
                wait_until("a port is open", || opens.has_opened().then_some(()));
            } else {
                assert!(!opens.has_opened(), "{kind}, {router}");
            }
        }
    }
}
