//! The bytes of every message of the pairing and of the directory. They are a promise to older programs: a line
//! here is added, never changed.

use core::time::Duration;

use entraide_common::guess::Witness;
use entraide_common::ids::{InvitationId, PeerKey, Plate, RegistrationId, Tag};
use entraide_common::wire::Message;
use entraide_common::wire::directory::{
    Claim, Claimed, Decline, LookedUp, Place, Registered, Registration, Request, Response, Want,
};
use entraide_common::wire::pair::{
    HelperHello, HostHello, HostProof, Pair, Ready, Refusal, Resuming, Share, Way,
};

use super::house::{House, Outcome, code};
use crate::invitation::people::{helper, hex};

const CAPABILITIES: [u16; 2] = [7, 4_000];

/// One of each kind, and of each way and refusal.
pub(super) fn pair_messages() -> impl Iterator<Item = (&'static str, Pair)> {
    let hello = |way| {
        Pair::HelperHello(HelperHello { way, versions: vec![1, 300], capabilities: CAPABILITIES.to_vec() })
    };
    let host = HostHello { invitation: InvitationId([0x1d; 16]), version: 1, capabilities: vec![] };
    let proof = HostProof { mac: [0xbb; 32], invitation: vec![1, 2, 3] };
    [
        ("hello by code", hello(Way::Code(plate()))),
        ("hello by token", hello(Way::Token)),
        ("hello by known key", hello(Way::Known)),
        ("hello to resume", hello(Way::Resume)),
        ("host's hello", Pair::HostHello(host)),
        ("expired", Pair::Refused(Refusal::Expired)),
        ("used", Pair::Refused(Refusal::Used)),
        ("burnt", Pair::Refused(Refusal::Burnt)),
        ("busy", Pair::Refused(Refusal::Busy)),
        ("unknown", Pair::Refused(Refusal::Unknown)),
        ("wrong", Pair::Refused(Refusal::Wrong { left: 2 })),
        ("version", Pair::Refused(Refusal::Version)),
        ("banned", Pair::Refused(Refusal::Banned)),
        ("share", Pair::Share(Share { role: 0x41, element: [0xee; 32] })),
        ("helper's proof", Pair::HelperProof([0xaa; 32])),
        ("host's proof", Pair::HostProof(proof)),
        ("ready", Pair::Ready(Ready { name: "Benoît".to_owned() })),
        ("challenge", Pair::Challenge([0xc4; 32])),
        ("resuming", Pair::Resuming(Resuming { nonce: [0x0e; 32], mac: [0xaa; 32] })),
        ("resumed", Pair::Resumed([0xbb; 32])),
    ]
    .into_iter()
}

fn plate() -> Plate {
    Plate::new(4_242).expect("a plate")
}

const REGISTRATION: RegistrationId = RegistrationId([0x1d; 16]);

fn requests() -> impl Iterator<Item = (&'static str, Request)> {
    let ttl = Duration::new(7_200, 5);
    let place = Place::Plate(plate());
    [
        ("claim any", Request::Claim(Claim { want: Want::Any, ttl })),
        ("claim a number", Request::Claim(Claim { want: Want::Number(plate()), ttl })),
        ("claim a tag", Request::Claim(Claim { want: Want::Tag(Tag([0x7a; 32])), ttl })),
        ("renew", Request::Renew(Claimed { place, ttl })),
        ("withdraw", Request::Withdraw(place)),
        ("look up a number", Request::Lookup(place)),
        ("look up a tag", Request::Lookup(Place::Tag(Tag([0x7a; 32])))),
        ("where am I seen", Request::Witness(())),
        ("register", Request::Register(Registration { id: REGISTRATION, partner: PeerKey([0x40; 32]), ttl })),
        ("unregister", Request::Unregister(REGISTRATION)),
    ]
    .into_iter()
}

fn responses() -> impl Iterator<Item = (&'static str, Response)> {
    let claimed = Claimed { place: Place::Plate(plate()), ttl: Duration::from_secs(60) };
    [
        ("claimed", Response::Claimed(claimed)),
        ("done", Response::Done(())),
        ("found", Response::LookedUp(LookedUp { found: true, host: PeerKey([0x40; 32]) })),
        ("not found", Response::LookedUp(LookedUp { found: false, host: PeerKey([0; 32]) })),
        ("taken", Response::Declined(Decline::Taken)),
        ("full", Response::Declined(Decline::Full)),
        ("slow down", Response::Declined(Decline::SlowDown { seconds: 300 })),
        ("no reservation", Response::Declined(Decline::NoReservation)),
        ("not yours", Response::Declined(Decline::NotYours)),
        ("closing", Response::Declined(Decline::Closing)),
        ("no address", Response::Declined(Decline::NoAddress)),
        ("seen there", Response::Witness(Witness::new(PeerKey([0x40; 32]), &[0x51; 64]))),
        ("registered", Response::Registered(Registered { id: REGISTRATION, ttl: Duration::from_secs(900) })),
    ]
    .into_iter()
}

/// Holds every message against its line `name: hex`, both ways.
fn hold<M: Message + PartialEq + core::fmt::Debug>(
    messages: impl Iterator<Item = (&'static str, M)>,
    golden: &str,
) {
    let mut written = String::new();
    for (name, message) in messages {
        let bytes = message.encode();
        assert_eq!(M::decode(&bytes).as_ref(), Ok(&message), "{name}");
        written += &format!("{name}: {}\n", hex(&bytes));
    }
    assert_eq!(written, golden);
}

#[test]
fn pairing_messages_keep_their_bytes() {
    hold(pair_messages(), include_str!("pair.golden"));
}

#[test]
fn requests_to_the_node_keep_their_bytes() {
    hold(requests(), include_str!("requests.golden"));
}

#[test]
fn answers_of_the_node_keep_their_bytes() {
    hold(responses(), include_str!("responses.golden"));
}

#[test]
fn found_and_not_found_are_of_one_length() {
    let lengths = responses().filter(|(name, _)| name.ends_with("found")).map(|(_, m)| m.encode().len());
    assert_eq!(lengths.collect::<Vec<_>>(), [34, 34]);
}

#[test]
fn the_key_schedule_is_a_promise() {
    let Outcome::Paired(paired, _) = House::new().run(helper(1), code()) else { panic!("not paired") };
    let derived = format!("session: {}\nsecret: {}\n", paired.session, hex(paired.secret.expose()));
    assert_eq!(derived, include_str!("keys.golden"));
}
