//! IPv4 addresses as a network without IPv4 has them: within IPv6 addresses, behind a prefix of the network's translator
//! (NAT64, RFC 6146).
//!
//! [`Prefix::find`] reads the prefix out of what the network's resolver says of a name that has IPv4 addresses only
//! (RFC 7050); [`Prefix::embed`] and [`Prefix::embedded`] are the two directions of RFC 6052, section 2.2.
//!
//! # What it leaves to others
//! Asking the resolver, and which IPv4 addresses may be spoken to: this is arithmetic.

use core::net::{Ipv4Addr, Ipv6Addr};

/// What a resolver is asked for. It has no IPv6 address in the world: whoever answers with one translates (RFC 7050, 8).
pub const NAME: &str = "ipv4only.arpa.";

/// The addresses of [`NAME`], by which they are found in an answer.
const WELL_KNOWN: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 0, 170), Ipv4Addr::new(192, 0, 0, 171)];

/// The lengths that a prefix may have, bits.
const LENGTHS: [u8; 6] = [32, 40, 48, 56, 64, 96];

/// The octet that is always zero and holds nothing: an interface's id has flags there.
const U: usize = 8;

/// The prefix of a translator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// Zero behind the prefix.
    address: Ipv6Addr,
    /// One of [`LENGTHS`].
    bits: u8,
}

impl Prefix {
    /// The prefix of so many bits of `address`; none if a prefix has no such length, or if no translator has that one.
    #[must_use]
    pub fn new(address: Ipv6Addr, bits: u8) -> Option<Self> {
        let fits = LENGTHS.contains(&bits) && may_translate(address);
        fits.then(|| Self { address: Ipv6Addr::from_bits(address.to_bits() & mask(bits)), bits })
    }

    /// The prefix that these IPv6 addresses of [`NAME`] tell, the first of several. One of its two IPv4 addresses that
    /// stands twice in an answer may be a part of the prefix and tells nothing; then the other is looked for (RFC 7050, 3).
    #[must_use]
    pub fn find(answers: &[Ipv6Addr]) -> Option<Self> {
        WELL_KNOWN.into_iter().find_map(|ip| {
            let found: Vec<Vec<Self>> =
                answers.iter().map(|answer| Self::around(*answer, ip).collect()).collect();
            let clear = found.iter().all(|prefixes| prefixes.len() < 2);
            found.into_iter().flatten().next().filter(|_| clear)
        })
    }

    /// The prefixes that `ip` stands behind in `answer`.
    fn around(answer: Ipv6Addr, ip: Ipv4Addr) -> impl Iterator<Item = Self> {
        LENGTHS.into_iter().filter_map(move |bits| {
            let prefix = Self::new(answer, bits)?;
            let free = bits == 96 || answer.octets()[U] == 0;
            (free && prefix.embedded(answer) == Some(ip)).then_some(prefix)
        })
    }

    /// The IPv6 address that leads to `ip`.
    #[must_use]
    pub fn embed(self, ip: Ipv4Addr) -> Ipv6Addr {
        let mut octets = self.address.octets();
        for (place, octet) in self.places().zip(ip.octets()) {
            octets[place] = octet;
        }
        octets.into()
    }

    /// The IPv4 address that `ip` leads to; none if it is not behind the prefix. What stands beside the IPv4 address is
    /// not looked at, as translators do not look at it.
    #[must_use]
    pub fn embedded(self, ip: Ipv6Addr) -> Option<Ipv4Addr> {
        if (ip.to_bits() ^ self.address.to_bits()) & mask(self.bits) != 0 {
            return None;
        }
        let octets = ip.octets();
        let mut found = [0; 4];
        for (octet, place) in found.iter_mut().zip(self.places()) {
            *octet = octets[place];
        }
        Some(found.into())
    }

    /// The octets of an address that hold IPv4's.
    fn places(self) -> impl Iterator<Item = usize> {
        (usize::from(self.bits / 8)..16).filter(move |place| self.bits == 96 || *place != U)
    }
}

/// The first so many bits of an address.
const fn mask(bits: u8) -> u128 {
    !(u128::MAX >> bits)
}

/// Global unicast, unique local, or what is set aside for translators (RFC 6052, RFC 8215): an answer with another
/// address, as one that merely writes IPv4 as IPv6 does, tells of none.
const fn may_translate(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    first & 0xe000 == 0x2000 || first & 0xfe00 == 0xfc00 || first == 0x64 && second == 0xff9b
}
