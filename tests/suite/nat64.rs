//! IPv4 addresses within IPv6 ones, and the prefix that a network's resolver tells.

use std::net::{Ipv4Addr, Ipv6Addr};

use entraide_common::nat64::Prefix;
use proptest::prelude::*;

fn v6(text: &str) -> Ipv6Addr {
    text.parse().expect("an address")
}

fn prefix(text: &str, bits: u8) -> Prefix {
    Prefix::new(v6(text), bits).expect("a prefix")
}

/// RFC 6052, 2.4, tables 2 and 3.
const VECTORS: [(&str, u8, &str); 7] = [
    ("2001:db8::", 32, "2001:db8:c000:221::"),
    ("2001:db8:100::", 40, "2001:db8:1c0:2:21::"),
    ("2001:db8:122::", 48, "2001:db8:122:c000:2:2100::"),
    ("2001:db8:122:300::", 56, "2001:db8:122:3c0:0:221::"),
    ("2001:db8:122:344::", 64, "2001:db8:122:344:c0:2:2100::"),
    ("2001:db8:122:344::", 96, "2001:db8:122:344::192.0.2.33"),
    ("64:ff9b::", 96, "64:ff9b::192.0.2.33"),
];

#[test]
fn the_standard_s_examples_come_out() {
    let ip = Ipv4Addr::new(192, 0, 2, 33);
    for (text, bits, expected) in VECTORS {
        let prefix = prefix(text, bits);
        assert_eq!(prefix.embed(ip), v6(expected), "{text}/{bits}");
        assert_eq!(prefix.embedded(v6(expected)), Some(ip), "{text}/{bits}");
        assert_eq!(prefix.embedded(v6("2a0a:1::192.0.2.33")), None, "{text}/{bits}");
    }
}

#[test]
fn the_prefix_is_found_at_each_length_by_either_address() {
    for (text, bits, _) in VECTORS {
        let prefix = prefix(text, bits);
        for last in [170, 171] {
            let answer = prefix.embed(Ipv4Addr::new(192, 0, 0, last));
            assert_eq!(Prefix::find(&[answer]), Some(prefix), "{answer}");
            assert_eq!(Prefix::find(&[v6("2a0a::1"), answer]), Some(prefix), "the others tell nothing");
        }
    }
}

#[test]
fn an_answer_that_tells_no_prefix_is_none() {
    for answer in [
        "2001:db8::1",
        // IPv4 written as IPv6: what a resolver makes of an IPv4 answer, and no translator.
        "::ffff:192.0.0.170",
        "::192.0.0.170",
        "fe80::192.0.0.170",
        "ff02::192.0.0.170",
        // Twice, so nobody knows where the prefix ends.
        "2001:db8:c000:aa::192.0.0.170",
        // Not where a prefix of any length leaves it.
        "2001:db8:122:344::c0:0:aa00",
        // Its octet that has to be zero is not.
        "2001:db8:122:344:1c0:0:aa00:0",
    ] {
        assert_eq!(Prefix::find(&[v6(answer)]), None, "{answer}");
    }
    assert_eq!(Prefix::find(&[]), None);
}

#[test]
fn where_one_address_stands_twice_the_other_may_tell() {
    let twice = v6("2001:db8:c000:aa::192.0.0.170");
    let prefix = prefix("2001:db8:c000:aa::", 96);
    assert_eq!(Prefix::find(&[twice, v6("2001:db8:c000:aa::192.0.0.171")]), Some(prefix));
}

#[test]
fn no_prefix_has_another_length() {
    let lengths: Vec<u8> =
        (0..=u8::MAX).filter(|bits| Prefix::new(v6("64:ff9b::"), *bits).is_some()).collect();
    assert_eq!(lengths, [32, 40, 48, 56, 64, 96]);
}

proptest! {
    #[test]
    fn what_is_embedded_is_read_again(ip: u32, address: u128, length in 0usize..6) {
        let bits = [32, 40, 48, 56, 64, 96][length];
        let address = Ipv6Addr::from_bits(address >> 3 | 1 << 125);
        let prefix = Prefix::new(address, bits).expect("global unicast");
        let ip = Ipv4Addr::from_bits(ip);
        let embedded = prefix.embed(ip);
        prop_assert_eq!(prefix.embedded(embedded), Some(ip));
        if bits < 96 {
            prop_assert_eq!(embedded.octets()[8], 0);
        }
    }
}
