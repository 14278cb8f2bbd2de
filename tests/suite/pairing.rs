//! Helpers who know the code, helpers who guess, and those in between.

mod allowance;
mod anything;
mod golden;
mod house;
mod resume;
mod tries;

use core::time::Duration;

use entraide_common::ids::Plate;
use entraide_common::invitation::code::Code;
use entraide_common::invitation::pairing::exchange::ShareFault;
use entraide_common::invitation::pairing::{Answer, Paired, PairingFault, helper as helping};
use entraide_common::wire::Message;
use entraide_common::wire::directory::{Claimed, Place, Request, Want};
use entraide_common::wire::pair::{HelperHello, HostHello, Pair, Refusal, Share, Way};

use crate::invitation::people::{Dice, helper, invitation_with, key, peer};
use house::{House, Outcome, code, wrong_code};

/// The host's and the helper's half of a pairing with the right code.
pub(crate) fn paired() -> (Paired, Paired) {
    let Outcome::Paired(host, helping) = House::new().run(helper(1), code()) else { panic!("not paired") };
    (*host, *helping)
}

#[test]
fn the_right_code_pairs_both_sides_alike() {
    let mut house = House::new();
    let Outcome::Paired(host, helping) = house.run(helper(1), code()) else {
        panic!("not paired");
    };
    assert_eq!(host.session, helping.session);
    assert_eq!(host.secret.expose(), helping.secret.expose());
    assert_eq!(host.invitation, helping.invitation);
    assert_eq!(helping.invitation, *house.open.offer().invitation());
    assert_eq!((host.peer, helping.peer), (helper(1), house.key()));
    assert_eq!((host.helper_name.as_str(), helping.helper_name.as_str()), ("Benoît", "Benoît"));
}

#[test]
fn no_two_sessions_share_a_name_or_a_secret() {
    let mut house = House::new();
    let Outcome::Paired(first, _) = house.run(helper(1), code()) else { panic!("not paired") };
    house.answer_no();
    let Outcome::Paired(second, _) = house.run(helper(1), code()) else { panic!("not paired again") };
    assert_ne!(first.session, second.session);
    assert_ne!(first.secret.expose(), second.secret.expose());
}

#[test]
fn a_wrong_code_learns_only_that_it_is_wrong() {
    let mut house = House::new();
    let (outcome, heard) = house.run_recorded(helper(1), wrong_code());
    assert!(matches!(outcome, Outcome::Refused(Refusal::Wrong { left: 2 })));
    let kinds: Vec<_> = heard.iter().map(|message| message.encode()[0]).collect();
    assert_eq!(kinds, [2, 4, 3], "hello, share, refusal: no proof, no invitation");
}

#[test]
fn a_code_for_another_plate_is_unknown_here() {
    let mut house = House::new();
    let elsewhere = Code::new(Plate::new(43).expect("a plate"), code().secret().clone());
    assert!(matches!(house.run(helper(1), elsewhere), Outcome::Refused(Refusal::Unknown)));
    assert_eq!(house.open.tries_left(), 3);
}

#[test]
fn versions_must_meet() {
    let mut house = House::new();
    let hello = |versions: &[u16]| HelperHello {
        way: Way::Code(code().plate()),
        versions: versions.to_vec(),
        capabilities: vec![7, 4_000],
    };
    assert_eq!(house.hello(helper(1), &hello(&[2, 3])).err(), Some(Refusal::Version));
    assert_eq!(house.hello(helper(1), &hello(&[])).err(), Some(Refusal::Version));
    let admission = house.hello(helper(1), &hello(&[9, 1])).expect("version 1 is shared");
    assert!(matches!(admission.hello, Pair::HostHello(HostHello { version: 1, .. })));

    let (phase, _) = helping::start(code(), helper(1), house.key());
    let chosen = HostHello { invitation: invitation_with(|_| ()).id, version: 2, capabilities: Vec::new() };
    let fault = phase.on(Pair::HostHello(chosen), &mut Dice::new(5)).err();
    assert_eq!(fault, Some(PairingFault::Version(2)));
}

#[test]
fn a_recorded_run_is_worth_nothing() {
    let mut house = House::new();
    let mut recorded = Vec::new();
    assert!(matches!(house.run_saying(helper(1), code(), &mut recorded), Outcome::Paired(..)));
    house.answer_no();
    // The same helper's key, the same words, to the same invitation and to a fresh one by the same code.
    assert!(matches!(house.replay(helper(1), &recorded), Refusal::Wrong { left: 2 }));
    let mut fresh = House::with_seed(99);
    assert!(matches!(fresh.replay(helper(1), &recorded), Refusal::Wrong { left: 2 }));
}

#[test]
fn who_relays_between_two_keys_gets_one_guess_and_no_invitation() {
    // The node sent the helper to `middle`, which passes every word on to the host.
    let middle = peer(&key(66));
    let mut house = House::new();
    let (phase, hello) = helping::start(code(), helper(1), middle);
    let Pair::HelperHello(hello) = hello else { panic!("a helper begins with its hello") };
    let admission = house.hello(middle, &hello).expect("open");
    let Ok(Answer::Go((phase, share))) = phase.on(admission.hello, &mut Dice::new(5)) else { panic!() };
    let (host, share) = admission.pairing.on(share, &mut house.dice).expect("an honest share");
    let Ok(Answer::Go((phase, proof))) = phase.on(share) else { panic!() };
    let unchecked = host.on(proof).expect("in turn");
    let refusal = house.judge(unchecked).err();
    assert_eq!(refusal, Some(Refusal::Wrong { left: 2 }));
    let answer = phase.on(Pair::Refused(Refusal::Wrong { left: 2 }));
    assert!(matches!(answer, Ok(Answer::Refused(Refusal::Wrong { left: 2 }))));
}

#[test]
fn who_pretends_to_be_the_host_is_found_out() {
    // An impostor with a key and an invitation of its own, but another secret, that says it was convinced.
    let mut impostor = House::new();
    let (phase, hello) = helping::start(wrong_code(), helper(1), impostor.key());
    let Pair::HelperHello(hello) = hello else { panic!("a helper begins with its hello") };
    let admission = impostor.hello(helper(1), &hello).expect("open");
    let Ok(Answer::Go((phase, share))) = phase.on(admission.hello, &mut Dice::new(5)) else { panic!() };
    let (_, share) = admission.pairing.on(share, &mut impostor.dice).expect("an honest share");
    let Ok(Answer::Go((phase, _))) = phase.on(share) else { panic!() };
    let invitation = impostor.open.offer().signed().as_bytes().to_vec();
    let proof = entraide_common::wire::pair::HostProof { mac: [0; 32], invitation };
    assert_eq!(phase.on(Pair::HostProof(proof)).err(), Some(PairingFault::HostUnproven));
}

#[test]
fn a_changed_invitation_or_proof_is_refused() {
    let mut house = House::new();
    let length = house.open.offer().signed().as_bytes().len();
    for place in 0..length + 32 {
        let mut house = House::new();
        let (phase, mut proof) = house.up_to_host_proof(helper(1), code());
        match place.checked_sub(length) {
            None => proof.invitation[place] ^= 1,
            Some(place) => proof.mac[place] ^= 1,
        }
        assert_eq!(phase.on(Pair::HostProof(proof)).err(), Some(PairingFault::HostUnproven), "byte {place}");
    }
    let (phase, proof) = house.up_to_host_proof(helper(1), code());
    assert!(matches!(phase.on(Pair::HostProof(proof)), Ok(Answer::Go(_))));
}

#[test]
fn shares_of_low_order_are_refused_by_both_sides() {
    for element in house::bad_elements() {
        let mut house = House::new();
        let (phase, hello) = helping::start(code(), helper(1), house.key());
        let Pair::HelperHello(hello) = hello else { panic!("a helper begins with its hello") };
        let admission = house.hello(helper(1), &hello).expect("open");
        let (run, host) = (admission.run, admission.pairing);

        let fault = host.on(Pair::Share(Share { role: 0x41, element }), &mut house.dice).err();
        assert!(matches!(fault, Some(PairingFault::Share(_))), "{element:02x?}: {fault:?}");
        house.open.aborted(run);
        assert_eq!(house.open.tries_left(), 3, "nobody has guessed");

        let Ok(Answer::Go((phase, _))) = phase.on(admission.hello, &mut Dice::new(5)) else { panic!() };
        let fault = phase.on(Pair::Share(Share { role: 0x42, element })).err();
        assert!(matches!(fault, Some(PairingFault::Share(_))), "{element:02x?}: {fault:?}");
    }
}

#[test]
fn a_share_turned_back_is_refused() {
    let house = House::new();
    let (phase, _) = helping::start(code(), helper(1), house.key());
    let hello = HostHello { invitation: invitation_with(|_| ()).id, version: 1, capabilities: Vec::new() };
    let Ok(Answer::Go((phase, own))) = phase.on(Pair::HostHello(hello), &mut Dice::new(5)) else { panic!() };
    assert_eq!(phase.on(own).err(), Some(PairingFault::Share(ShareFault::Role)));
}

#[test]
fn words_out_of_turn_end_the_run_and_cost_nothing() {
    for (name, message) in golden::pair_messages() {
        let mut house = House::new();
        let (phase, hello) = helping::start(code(), helper(1), house.key());
        let Pair::HelperHello(hello) = hello else { panic!("a helper begins with its hello") };
        let admission = house.hello(helper(1), &hello).expect("open");
        let run = admission.run;
        if !matches!(message, Pair::Share(_)) {
            let fault = admission.pairing.on(message.clone(), &mut house.dice).err();
            assert!(matches!(fault, Some(PairingFault::OutOfTurn { .. })), "{name}: {fault:?}");
        }
        if !matches!(message, Pair::HostHello(_) | Pair::Refused(_)) {
            let fault = phase.on(message, &mut Dice::new(5)).err();
            assert!(matches!(fault, Some(PairingFault::OutOfTurn { .. })), "{name}: {fault:?}");
        }
        house.open.aborted(run);
        assert_eq!(house.open.tries_left(), 3);
    }
}

#[test]
fn a_run_survives_only_whole_messages() {
    let mut house = House::new();
    let mut said = Vec::new();
    let (phase, proof) = house.up_to_host_proof(helper(1), code());
    said.push(Pair::HostProof(proof.clone()));
    let Ok(Answer::Go(invited)) = phase.on(Pair::HostProof(proof)) else { panic!("not invited") };
    said.push(invited.ready("Benoît").1);
    said.extend(golden::pair_messages().map(|(_, message)| message));
    for message in said {
        let bytes = message.encode();
        assert_eq!(Pair::decode(&bytes).as_ref(), Ok(&message));
        for length in 0..bytes.len() {
            assert!(Pair::decode(&bytes[..length]).is_err(), "{message:?} cut to {length}");
        }
        assert!(Pair::decode(&[bytes, vec![0]].concat()).is_err(), "{message:?} with a byte more");
    }
}

#[test]
fn a_helpers_name_is_made_to_fit() {
    let mut house = House::new();
    let (phase, proof) = house.up_to_host_proof(helper(1), code());
    let Ok(Answer::Go(invited)) = phase.on(Pair::HostProof(proof)) else { panic!("not invited") };
    let (paired, ready) = invited.ready(&format!("a\n\u{202e}{}", "é".repeat(100)));
    assert_eq!(paired.helper_name, format!("a{}", "é".repeat(63)));
    assert!(Pair::decode(&ready.encode()).is_ok());
}

/// All that a node is handed for one invitation and the helper that looks for it.
fn told_to_the_node(house: &House, typed: &Code) -> Vec<Vec<u8>> {
    let claim = house.open.offer().invitation().claim(Want::Any);
    let place = Place::Plate(house.open.offer().code().plate());
    let requests = [
        Request::Claim(claim),
        Request::Renew(Claimed { place, ttl: claim.ttl }),
        typed.lookup(),
        Request::Withdraw(place),
    ];
    requests.iter().map(Message::encode).collect()
}

#[test]
fn the_node_is_handed_the_same_whatever_the_secret_name_and_message() {
    let mut first = House::new();
    let mut second = House::with(
        invitation_with(|i| {
            "Quelqu’un d’autre".clone_into(&mut i.name);
            "Un tout autre problème".clone_into(&mut i.message);
        }),
        wrong_code(),
        3,
    );
    assert_eq!(told_to_the_node(&first, &code()), told_to_the_node(&second, &wrong_code()));
    assert!(matches!(first.run(helper(1), code()), Outcome::Paired(..)));
    assert!(matches!(second.run(helper(1), wrong_code()), Outcome::Paired(..)));
    assert_eq!(told_to_the_node(&first, &code()), told_to_the_node(&second, &wrong_code()));
}

#[test]
fn a_claim_lasts_as_long_as_its_invitation() {
    let claim = House::new().open.offer().invitation().claim(Want::Any);
    assert_eq!(claim.ttl, Duration::from_secs(7_200));
}
