//! The language of the programs, byte by byte: what older programs were promised, and what lies and accidents may put
//! on the wire.

mod arbitrary;
mod golden;
mod lies;

use core::fmt::Debug;

use entraide_common::wire::addresses::Addresses;
use entraide_common::wire::control::{ToHelper, ToHost};
use entraide_common::wire::cursor::Cursor;
use entraide_common::wire::directory::{Request, Response};
use entraide_common::wire::film::{Film, FilmAck};
use entraide_common::wire::guess::Guess;
use entraide_common::wire::input::Input;
use entraide_common::wire::open::Open;
use entraide_common::wire::pair::Pair;
use entraide_common::wire::pulse::Pulse;
use entraide_common::wire::screen::{Screen, ScreenAck};
use entraide_common::wire::{MAY_BE_IGNORED, Message, WireError};

/// A family of messages, as the tests need it.
trait Family: Message + Debug + Clone + PartialEq {}
impl<M: Message + Debug + Clone + PartialEq> Family for M {}

/// Numbers are never reused: a line here grows, or a number leaves it for ever.
#[test]
fn every_number_is_known_or_has_its_rule() {
    numbers::<ToHelper>(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    numbers::<ToHost>(&[1, 2, 3, 4, 5, 6, 7]);
    numbers::<Input>(&[1]);
    numbers::<Screen>(&[1, 2, 3]);
    numbers::<ScreenAck>(&[1, 2]);
    numbers::<Film>(&[1, 2, 3, 4]);
    numbers::<FilmAck>(&[1, 2, 3]);
    numbers::<Cursor>(&[1, 2]);
    numbers::<Open>(&[1, 2]);
    numbers::<Pulse>(&[1, 2, 3]);
    numbers::<Pair>(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    numbers::<Request>(&[1, 2, 3, 4, 5, 6, 7]);
    numbers::<Response>(&[1, 2, 3, 4, 5, 6]);
    numbers::<Addresses>(&[1]);
    numbers::<Guess>(&[1, 2, 3]);
}

fn numbers<M: Family>(known: &[u8]) {
    let what = M::NAME;
    for number in 0..=u8::MAX {
        let found = M::decode(&[number]);
        let unknown = match number {
            MAY_BE_IGNORED.. => Err(WireError::Ignorable { what, number }),
            _ => Err(WireError::UnknownNumber { what, number }),
        };
        assert_eq!(found != unknown, known.contains(&number), "{what} {number}");
    }
    assert_eq!(M::decode(&[]), Err(WireError::Empty));
}

#[test]
fn over_its_limit_nothing_is_looked_at() {
    too_long::<ToHelper>();
    too_long::<ToHost>();
    too_long::<Pulse>();
    too_long::<Input>();
    too_long::<Screen>();
    too_long::<ScreenAck>();
    too_long::<Film>();
    too_long::<FilmAck>();
    too_long::<Cursor>();
    too_long::<Open>();
    too_long::<Pair>();
    too_long::<Request>();
    too_long::<Response>();
    too_long::<Addresses>();
    too_long::<Guess>();
}

fn too_long<M: Family>() {
    let limit = M::LIMIT;
    let bytes = vec![1; limit + 1];
    assert_eq!(M::decode(&bytes), Err(WireError::TooLong { what: M::NAME, length: limit + 1, limit }));
    assert!(!matches!(M::decode(&bytes[..limit]), Err(WireError::TooLong { .. })));
}
