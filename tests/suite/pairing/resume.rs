//! Coming back to a session without its code, and trying to come back to somebody else's.

use entraide_common::invitation::pairing::PairingFault;
use entraide_common::invitation::pairing::resume::Resumption;
use entraide_common::wire::Message;
use entraide_common::wire::pair::{HelperHello, Pair, Refusal, Way};

use super::house::{House, Outcome, code};
use crate::invitation::people::{Dice, helper};

/// What a side makes of the other.
type Verdict = Result<(), PairingFault>;

/// Both sides' halves of a session that began with a pairing.
fn session(house: &mut House) -> (Resumption, Resumption) {
    let Outcome::Paired(host, helping) = house.run(helper(1), code()) else { panic!("not paired") };
    house.answer_no();
    let at_host = Resumption::new(&host.secret, host.session, host.peer, house.key());
    let at_helper = Resumption::new(&helping.secret, helping.session, helper(1), helping.peer);
    (at_host, at_helper)
}

/// What the host makes of a run in which `change` has its hand, and what the helper does, and all that was said. Both
/// keep what they come to.
fn resume(
    at_host: &mut Resumption,
    at_helper: &mut Resumption,
    dice: &mut Dice,
    mut change: impl FnMut(Pair) -> Pair,
) -> (Verdict, Option<Verdict>, Vec<Pair>) {
    let mut said = Vec::new();
    let mut say = |message: Pair| {
        said.push(message.clone());
        let there = change(message);
        Pair::decode(&there.encode()).expect("what we encode")
    };
    let (helping, hello) = at_helper.begin();
    let Pair::HelperHello(hello) = say(hello) else { panic!("a hello") };
    let (hosting, challenge) = at_host.answer(hello, dice).expect("a helper who resumes");
    let (helping, proof) = helping.on(say(challenge), dice).expect("a challenge");
    match hosting.on(say(proof)) {
        Ok((proof, offer)) => {
            at_host.offer(offer);
            let heard = helping.on(&say(proof)).map(|next| at_helper.advance(next));
            (Ok(()), Some(heard), said)
        }
        Err(fault) => (Err(fault), None, said),
    }
}

#[test]
fn the_two_of_a_session_know_each_other_again_and_again() {
    let (mut at_host, mut at_helper) = session(&mut House::new());
    let mut dice = Dice::new(1);
    let mut all = Vec::new();
    for _ in 0..3 {
        let (host, helping, said) = resume(&mut at_host, &mut at_helper, &mut dice, |message| message);
        assert_eq!((host, helping), (Ok(()), Some(Ok(()))));
        all.push(said);
    }
    for (first, second) in all[0].iter().zip(&all[1]).skip(1) {
        assert_ne!(first, second, "no two runs say the same");
    }
}

/// Both sides of a session, and one who has the helper's key as it was at the beginning.
fn session_with_a_thief() -> (Resumption, Resumption, Resumption) {
    let mut house = House::new();
    let Outcome::Paired(host, helping) = house.run(helper(1), code()) else { panic!("not paired") };
    let at_helper = || Resumption::new(&helping.secret, helping.session, helper(1), helping.peer);
    (Resumption::new(&host.secret, host.session, host.peer, house.key()), at_helper(), at_helper())
}

#[test]
fn a_key_that_has_served_is_worth_nothing() {
    let (mut at_host, mut at_helper, mut thief) = session_with_a_thief();
    let mut dice = Dice::new(1);
    let run = |host: &mut Resumption, helper: &mut Resumption, dice: &mut Dice| {
        let (host, helping, _) = resume(host, helper, dice, |message| message);
        (host.is_ok(), helping.is_some_and(|helping| helping.is_ok()))
    };
    assert_eq!(run(&mut at_host, &mut at_helper, &mut dice), (true, true));
    at_host.settle();
    assert_eq!(run(&mut at_host, &mut thief, &mut dice), (false, false), "the link stands");
    assert_eq!(run(&mut at_host, &mut at_helper, &mut dice), (true, true));
    // Without a link between them the newer key proves that the older one has done its work.
    assert_eq!(run(&mut at_host, &mut at_helper, &mut dice), (true, true));
    assert_eq!(run(&mut at_host, &mut thief, &mut dice), (false, false));
}

#[test]
fn a_last_word_that_is_lost_costs_nothing() {
    let (mut at_host, mut at_helper, _) = session_with_a_thief();
    let mut dice = Dice::new(1);
    for _ in 0..3 {
        // The host goes on to the next key, the helper does not hear of it.
        let (host, helping, _) = resume(&mut at_host, &mut at_helper, &mut dice, |message| match message {
            Pair::Resumed(_) => Pair::Refused(Refusal::Busy),
            other => other,
        });
        assert!(host.is_ok() && helping.is_some_and(|helping| helping.is_err()));
    }
    let (host, helping, _) = resume(&mut at_host, &mut at_helper, &mut dice, |message| message);
    assert_eq!((host, helping), (Ok(()), Some(Ok(()))));
    at_host.settle();
    let (host, helping, _) = resume(&mut at_host, &mut at_helper, &mut dice, |message| message);
    assert_eq!((host, helping), (Ok(()), Some(Ok(()))));
}

#[test]
fn what_was_heard_is_worth_nothing_again() {
    let (mut at_host, mut at_helper) = session(&mut House::new());
    let mut dice = Dice::new(1);
    let (.., heard) = resume(&mut at_host, &mut at_helper, &mut dice, |message| message);
    let (host, ..) = resume(&mut at_host, &mut at_helper, &mut dice, |message| match message {
        Pair::Resuming(_) => heard[2].clone(),
        other => other,
    });
    assert_eq!(host, Err(PairingFault::SessionUnproven));
    let (_, helping, _) = resume(&mut at_host, &mut at_helper, &mut dice, |message| match message {
        Pair::Resumed(_) => heard[3].clone(),
        other => other,
    });
    assert_eq!(helping, Some(Err(PairingFault::SessionUnproven)));
    // Its own proof, sent back, is none of the host's.
    let mut own = [0; 32];
    let (_, helping, _) = resume(&mut at_host, &mut at_helper, &mut dice, |message| match message {
        Pair::Resuming(proof) => {
            own = proof.mac;
            Pair::Resuming(proof)
        }
        Pair::Resumed(_) => Pair::Resumed(own),
        other => other,
    });
    assert_eq!(helping, Some(Err(PairingFault::SessionUnproven)));
}

#[test]
fn another_session_or_another_key_resumes_nothing() {
    let mut house = House::new();
    let Outcome::Paired(host, helping) = house.run(helper(1), code()) else { panic!("not paired") };
    let mut at_host = Resumption::new(&host.secret, host.session, host.peer, house.key());
    let mut session_of_another = helping.session;
    session_of_another.0[0] ^= 1;
    let mut others = [
        Resumption::new(&helping.secret, helping.session, helper(2), helping.peer),
        Resumption::new(&helping.secret, helping.session, helper(1), helper(2)),
        Resumption::new(&helping.secret, session_of_another, helper(1), helping.peer),
        Resumption::new(&helping.secret, helping.session, helping.peer, helper(1)),
    ];
    for other in &mut others {
        let (host, ..) = resume(&mut at_host, other, &mut Dice::new(1), |message| message);
        assert_eq!(host, Err(PairingFault::SessionUnproven));
    }
    house.answer_no();
    let (_, mut later) = session(&mut house);
    let (host, ..) = resume(&mut at_host, &mut later, &mut Dice::new(1), |message| message);
    assert_eq!(host, Err(PairingFault::SessionUnproven), "the same two, another time");
}

#[test]
fn a_changed_word_ends_it() {
    for place in 0..4 {
        let (mut at_host, mut at_helper) = session(&mut House::new());
        let mut number = 0;
        let (host, helping, _) = resume(&mut at_host, &mut at_helper, &mut Dice::new(1), |message| {
            number += 1;
            if number - 1 != place { message } else { changed(message) }
        });
        assert!(host.is_err() || helping.is_some_and(|helping| helping.is_err()), "message {place}");
    }
}

fn changed(message: Pair) -> Pair {
    match message {
        Pair::HelperHello(hello) => Pair::HelperHello(HelperHello { capabilities: vec![1], ..hello }),
        Pair::Challenge(mut nonce) => {
            nonce[31] ^= 1;
            Pair::Challenge(nonce)
        }
        Pair::Resuming(mut proof) => {
            proof.nonce[0] ^= 1;
            Pair::Resuming(proof)
        }
        Pair::Resumed(mut mac) => {
            mac[0] ^= 1;
            Pair::Resumed(mac)
        }
        other => other,
    }
}

#[test]
fn who_wants_something_else_is_refused() {
    let (at_host, _) = session(&mut House::new());
    let hello = |way, versions| HelperHello { way, versions, capabilities: vec![] };
    let refusal = |hello| at_host.answer(hello, &mut Dice::new(1)).err();
    assert_eq!(refusal(hello(Way::Known, vec![1])), Some(Refusal::Unknown));
    assert_eq!(refusal(hello(Way::Resume, vec![2])), Some(Refusal::Version));
    assert_eq!(refusal(hello(Way::Resume, vec![2, 1])), None);
}
