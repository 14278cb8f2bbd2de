//! Two peers and a real node on 127.0.0.1: from the claim to a session that changes its path.

mod back;
mod lanes;
mod world;

use std::time::Duration;

use entraide::app::meeting::{self, Meet, Standing, WayBack};
use entraide::config::Node;
use entraide::net::{Net, NetError, NetEvent, NodeState, PathKind, Side};
use entraide_common::ids::{Plate, SessionId, Tag};
use entraide_common::wire::WireError;
use entraide_common::wire::control::{Chat, ToHost};
use entraide_common::wire::cursor::{Cursor, Shape};
use entraide_common::wire::directory::{Claim, Place, Want};
use entraide_common::wire::pair::{HelperHello, Pair, Refusal, Way};

use self::lanes::{helper_talks, host_talks};
use self::world::{Running, Stranger, World, within};

const SESSION: SessionId = SessionId([7; 16]);

fn hello() -> Pair {
    let way = Way::Code(Plate::new(42).expect("a plate"));
    Pair::HelperHello(HelperHello { way, versions: vec![1], capabilities: vec![] })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plate_leads_to_the_host_over_a_circuit() {
    let mut world = World::start().await;
    let place = world.claim().await;
    let helper = world.helper.net.clone();
    let found = within(helper.lookup(&world.node, place)).await.expect("an answer");
    assert_eq!(found, Some(world.host.net.key()));
    let nobody = Place::Tag(entraide_common::ids::Tag([9; 32]));
    assert_eq!(within(helper.lookup(&world.node, nobody)).await.expect("an answer"), None);

    let (mut at_helper, mut at_host) = world.pair().await;
    assert_eq!(at_host.peer(), world.helper.net.key());
    assert_eq!(at_helper.peer(), world.host.net.key());
    within(at_helper.send(&hello())).await.expect("sent");
    assert_eq!(within(at_host.recv::<Pair>()).await, Ok(hello()));
    within(at_host.send(&Pair::Refused(Refusal::Busy))).await.expect("sent");
    assert_eq!(within(at_helper.recv::<Pair>()).await, Ok(Pair::Refused(Refusal::Busy)));
    at_host.close().await;
    assert_eq!(within(at_helper.recv::<Pair>()).await, Err(NetError::Lost));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_goes_over_to_a_direct_path_and_loses_nothing() {
    let mut world = World::start().await;
    world.claim().await;
    let _channels = world.pair().await;
    let (host, helper) = (world.host.net.clone(), world.helper.net.clone());
    within(host.prove(helper.key(), SESSION)).await.expect("connected");
    let linking = tokio::spawn({
        let (host, helper) = (host.clone(), helper.key());
        async move { host.link_as_host(helper, SESSION).await }
    });
    // The helper's network is asked for both in one go: a direct path takes it several round trips after the first.
    let (proven, linked) =
        tokio::join!(helper.prove(host.key(), SESSION), within(helper.link_as_helper(host.key(), SESSION)));
    proven.expect("connected");
    let at_helper = linked.expect("linked");
    let at_host = within(linking).await.expect("no panic").expect("linked");

    let mut path = at_helper.path.clone();
    let direct = async move { path.wait_for(|path| path.kind == PathKind::Lan).await.map(|_| ()) };
    let talk = tokio::spawn(host_talks(at_host));
    within(helper_talks(at_helper, direct)).await;
    within(talk).await.expect("no panic");

    let shown = within(world.helper.path_other_than_relayed()).await;
    assert_eq!(shown.kind, PathKind::Lan);
    let shown = within(world.host.path_other_than_relayed()).await;
    assert_eq!(shown.kind, PathKind::Lan);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_a_rule_ends_its_stream_and_names_the_rule() {
    let mut world = World::start().await;
    world.claim().await;

    let (mut at_helper, mut at_host) = world.pair().await;
    let other = ToHost::Chat(Chat { text: "good evening".to_owned() });
    within(at_helper.send(&other)).await.expect("sent");
    let malformed = WireError::Malformed { what: "Pair", number: 4 };
    assert_eq!(within(at_host.recv::<Pair>()).await, Err(NetError::Protocol(malformed)));
    drop(at_host);

    // The connection goes on, and the next stream is as good as the first.
    let (mut at_helper, mut at_host) = world.pair().await;
    let shape = Shape { width: 100, height: 100, hot_x: 0, hot_y: 0, rgba: vec![0; 40_000] };
    let sending = tokio::spawn(async move { at_helper.send(&Cursor::Shape(shape)).await });
    let Err(NetError::Protocol(WireError::TooLong { what, length, limit })) =
        within(at_host.recv::<Pair>()).await
    else {
        panic!("too long a message was taken");
    };
    assert_eq!((what, limit), ("Pair", entraide_common::limits::PAIR_BYTES));
    assert!(length > 40_000);
    drop(at_host);
    // Whether the rest still went out does not matter, only that nobody waits for ever.
    let _ = within(sending).await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_helper_that_is_not_proven_gets_no_session() {
    let mut world = World::start().await;
    world.claim().await;
    let _channels = world.pair().await;
    let (host, helper) = (world.host.net.clone(), world.helper.net.clone());
    let refused = within(host.link_as_host(helper.key(), SESSION)).await;
    assert_eq!(refused.err(), Some(NetError::Unproven));
    // This helper only claims to be proven.
    within(helper.prove(host.key(), SESSION)).await.expect("connected");
    match within(helper.link_as_helper(host.key(), SESSION)).await {
        // Its own half.
        Ok(mut link) => {
            assert_eq!(within(link.control.recv()).await.err(), Some(entraide::net::LaneError::Lost));
        }
        // The host, which is asked for a sign of life as soon as the helper is proven, has refused already.
        Err(refused) => assert!(matches!(refused, NetError::NotConnected | NetError::Lost), "{refused}"),
    }

    // A host that gives no signs of life on a path that was proven is given up, and called again.
    let lost = |event| matches!(event, NetEvent::Lost { .. }).then_some(());
    within(world.helper.event(lost)).await;
    // Proven for one session is not proven for another.
    let _channels = world.pair().await;
    within(host.prove(helper.key(), SessionId([8; 16]))).await.expect("connected");
    within(helper.prove(host.key(), SESSION)).await.expect("connected");
    match within(helper.link_as_helper(host.key(), SESSION)).await {
        // Its own half.
        Ok(mut link) => {
            assert_eq!(within(link.control.recv()).await.err(), Some(entraide::net::LaneError::Lost));
        }
        // The host, which is asked for a sign of life as soon as the helper is proven, has refused already.
        Err(refused) => assert!(matches!(refused, NetError::NotConnected | NetError::Lost), "{refused}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_is_told_or_dialled_before_the_proof() {
    let world = World::start().await;
    world.claim().await;
    let mut stranger = Stranger::start().await;
    let host = world.host.net.key();
    let learnt = within(stranger.calls(&world.node, host)).await;
    assert_eq!(learnt.addresses, Vec::new(), "identify told addresses");
    assert_eq!(learnt.incoming, 0, "the host dialled");
    assert_eq!(learnt.punches, 0, "the host began to punch");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_not_there_is_told_apart_from_a_host_that_is_not() {
    let world = World::start().await;
    let helper = world.helper.net.clone();
    let gone = within(helper.reach(&world.node, world.host.net.key())).await;
    assert!(matches!(gone, Err(NetError::HostUnreachable(_))), "{gone:?}");
    let gone = within(helper.lookup(&world.silent, Place::Plate(Plate::new(1).expect("a plate")))).await;
    let wanted =
        |error: &_| matches!(error, entraide::net::DirectoryError::Net(NetError::NodeUnreachable { .. }));
    assert!(gone.as_ref().is_err_and(wanted), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_host_is_told() {
    let mut world = World::start().await;
    world.claim().await;
    let _channels = world.pair().await;
    let host = world.host.net.key();
    world.host.stop().await;
    let lost =
        world.helper.event(|event| matches!(event, NetEvent::Lost { peer } if peer == host).then_some(()));
    within(lost).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_comes_back_to_a_node_that_was_restarted() {
    let mut world = World::start().await;
    world.claim().await;
    let state = |event| match event {
        NetEvent::Node { state, .. } => Some(state),
        _ => None,
    };
    assert_eq!(within(world.host.event(state)).await, NodeState::Attended);
    world.stop_node().await;
    assert_eq!(within(world.host.event(state)).await, NodeState::Lost);
    world.start_node().await;
    assert_eq!(within(world.host.event(state)).await, NodeState::Attended);
    world.claim().await;
    let _channels = world.pair().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_claimed_again_at_a_node_that_was_restarted() {
    let mut world = World::start().await;
    let node = Node { address: world.node.clone(), peer: world.node_id() };
    let mut meeting =
        within(meeting::begin(&world.host.net, &Meet::AtNodes(vec![node]))).await.expect("a number");
    let place = Place::Plate(meeting.plate());
    let (host, helper) = (world.host.net.key(), world.helper.net.clone());
    assert_eq!(within(helper.lookup(&world.node, place)).await, Ok(Some(host)));

    world.stop_node().await;
    within(world.pass_on_until(NodeState::Lost, &meeting)).await;
    within(meeting.changed()).await;
    assert_eq!(meeting.standing(), Standing::OutOfReach);
    world.start_node().await;
    within(world.pass_on_until(NodeState::Attended, &meeting)).await;
    within(meeting.changed()).await;
    assert_eq!(meeting.standing(), Standing::Held);
    assert_eq!(within(helper.lookup(&world.node, place)).await, Ok(Some(host)), "by the same number");

    within(meeting.leave()).await;
    assert_eq!(within(helper.lookup(&world.node, place)).await, Ok(None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_gave_the_number_to_another_host_is_left() {
    let mut world = World::start().await;
    let node = Node { address: world.node.clone(), peer: world.node_id() };
    let mut meeting =
        within(meeting::begin(&world.host.net, &Meet::AtNodes(vec![node]))).await.expect("a number");
    world.stop_node().await;
    within(world.pass_on_until(NodeState::Lost, &meeting)).await;
    within(meeting.changed()).await;
    world.start_node().await;
    let other = Running::start(Side::Host, 5, std::slice::from_ref(&world.node));
    within(other.net.attend(&world.node)).await.expect("a reservation");
    let claim = Claim { want: Want::Number(meeting.plate()), ttl: Duration::from_secs(600) };
    within(other.net.claim(&world.node, claim)).await.expect("nobody has it yet");
    within(world.pass_on_until(NodeState::Attended, &meeting)).await;
    within(meeting.changed()).await;
    assert_eq!(meeting.standing(), Standing::Gone);
    let mut attended = world.host.net.attended();
    within(attended.wait_for(Vec::is_empty)).await.expect("the network goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_helper_of_a_session_comes_back_without_the_number_and_nobody_else_does() {
    let mut world = World::start().await;
    let node = Node { address: world.node.clone(), peer: world.node_id() };
    let meeting =
        within(meeting::begin(&world.host.net, &Meet::AtNodes(vec![node]))).await.expect("a number");
    let (host, helper) = (world.host.net.key(), world.helper.net.clone());
    let way_back = WayBack::open(&world.host.net, helper.key());
    within(meeting.leave()).await;
    within(reaches(&helper, &world, true)).await;
    let stranger = Running::start(Side::Helper, 3, std::slice::from_ref(&world.node));
    let reached = within(stranger.net.reach(&world.node, host)).await;
    assert!(matches!(reached, Err(NetError::HostUnreachable(_))), "{reached:?}");

    world.stop_node().await;
    within(world.helper.event(|event| matches!(event, NetEvent::Lost { .. }).then_some(()))).await;
    world.start_node().await;
    within(reaches(&helper, &world, true)).await;
    let reached = within(stranger.net.reach(&world.node, host)).await;
    assert!(reached.is_err(), "{reached:?}");

    within(way_back.close()).await;
    within(helper.close(host)).await;
    within(reaches(&helper, &world, false)).await;
}

/// Tries until the helper does or does not reach the host.
async fn reaches(helper: &Net, world: &World, wanted: bool) {
    while helper.reach(&world.node, world.host.net.key()).await.is_ok() != wanted {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_gives_no_number_is_left() {
    let (world, full) = (World::start().await, World::start().await);
    let nodes = [&world, &full].map(|world| Node { address: world.node.clone(), peer: world.node_id() });
    let addresses = nodes.clone().map(|node| node.address);
    let host = Running::start(Side::Host, 4, &addresses);
    within(host.net.attend(&full.node)).await.expect("a reservation");
    // As many as a peer may have, and none of them a number, which the other node might give as well.
    for number in 0..3 {
        let claim = Claim { want: Want::Tag(Tag([number; 32])), ttl: Duration::from_secs(600) };
        within(host.net.claim(&full.node, claim)).await.expect("a place");
    }
    let meet = Meet::AtNodes(nodes.to_vec());
    let meeting = within(meeting::begin(&host.net, &meet)).await.expect("a number at the other");
    assert_eq!(meeting.places().len(), 1);
    assert_eq!(*host.net.attended().borrow(), std::slice::from_ref(&world.node));
}
