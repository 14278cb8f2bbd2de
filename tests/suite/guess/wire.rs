//! The bytes beside the circuit: STUN as RFC 5769 has it, and the packets between two guessing sides.

use std::net::SocketAddr;

use entraide_common::wire::guess::{Packet, Token};
use entraide_common::wire::stun::{self, Transaction};
use proptest::prelude::*;

use crate::invitation::people::hex;

const TRANSACTION: [u8; 12] = [0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae];

#[test]
fn another_server_s_answer_is_understood() {
    // RFC 5769, 2.2: with a name before and an integrity check behind the address.
    let answer = unhex(
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220\
         002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96",
    );
    let seen = stun::read_response(&answer, Transaction(TRANSACTION));
    assert_eq!(seen, Some("192.0.2.1:32853".parse().expect("an address")));
    assert_eq!(stun::read_response(&answer, Transaction([0; 12])), None, "an answer to another question");
    for length in 0..answer.len() {
        assert_eq!(stun::read_response(&answer[..length], Transaction(TRANSACTION)), None);
    }
}

#[test]
fn a_request_is_what_the_standard_says() {
    let request = stun::request(Transaction(TRANSACTION));
    assert_eq!(hex(&request), "000100002112a442b7e7a701bc34d686fa87dfae");
    assert_eq!(stun::read_request(&request), Some(Transaction(TRANSACTION)));
    let answer = stun::response(Transaction(TRANSACTION), "192.0.2.1:32853".parse().expect("an address"));
    assert_eq!(
        stun::read_request(&answer),
        None,
        "an answer is no question: two nodes cannot be set upon each other"
    );
    assert!(answer.len() <= request.len() + 12, "nobody is flooded through a node");
}

#[test]
fn packets_are_heard_by_their_token_only() {
    let packet = Packet { token: Token([7; 16]), port: 40_000 };
    let bytes = packet.encode();
    assert_eq!(hex(&bytes), "0e070707070707070707070707070707079c40");
    assert_eq!(Packet::decode(&bytes, Token([7; 16])), Some(packet));
    assert_eq!(Packet::decode(&bytes, Token([8; 16])), None);
    assert_eq!(Packet::decode(&bytes[1..], Token([7; 16])), None);
    assert_eq!(bytes[0] & 0x40, 0, "the fixed bit of QUIC");
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16).expect("a digit")).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("a byte")).collect()
}

proptest! {
    #[test]
    fn any_address_comes_back(address: SocketAddr, transaction: [u8; 12]) {
        let answer = stun::response(Transaction(transaction), address);
        let read = stun::read_response(&answer, Transaction(transaction));
        prop_assert_eq!(read.map(|read| (read.ip(), read.port())), Some((address.ip(), address.port())));
    }

    #[test]
    fn garbage_does_no_harm(garbage in proptest::collection::vec(any::<u8>(), 0..600), token: [u8; 16]) {
        let _ = stun::read_request(&garbage);
        let _ = stun::read_response(&garbage, Transaction(TRANSACTION));
        prop_assert_eq!(Packet::decode(&garbage, Token(token)), None);
    }
}
