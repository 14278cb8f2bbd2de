//! How a message becomes bytes and back; the only place that knows bincode.

use thiserror::Error;

/// Messages numbered from here on may be skipped by a program that does not know them.
pub const MAY_BE_IGNORED: u8 = 128;

/// Why bytes are no message. Every variant but the last is a fault of the side that sent them.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireError {
    /// Nothing, not even a number.
    #[error("an empty message")]
    Empty,
    /// More bytes than the message type may have.
    #[error("a {what} of {length} bytes, over its limit of {limit}")]
    TooLong {
        /// The message type.
        what: &'static str,
        /// What came.
        length: usize,
        /// What is allowed.
        limit: usize,
    },
    /// A number that must be understood and is not.
    #[error("a {what} with the unknown number {number}")]
    UnknownNumber {
        /// The message type.
        what: &'static str,
        /// What came.
        number: u8,
    },
    /// The fields do not parse, or bytes are left over.
    #[error("a malformed {what} (number {number})")]
    Malformed {
        /// The message type.
        what: &'static str,
        /// Which message.
        number: u8,
    },
    /// The fields parse but break a rule of the message.
    #[error("a {what} with {rule}")]
    Rule {
        /// The message type.
        what: &'static str,
        /// What is wrong.
        rule: &'static str,
    },
    /// A number from [`MAY_BE_IGNORED`] on that is unknown: skip the message, it is nobody's fault.
    #[error("a {what} with the number {number}, to be skipped")]
    Ignorable {
        /// The message type.
        what: &'static str,
        /// What came.
        number: u8,
    },
}

/// A family of numbered messages that share a stream, as made by `messages!`.
pub trait Message: Sized + Send + 'static {
    /// The family's name in errors.
    const NAME: &'static str;
    /// The most bytes one message may have, its number included.
    const LIMIT: usize;

    /// The message's bytes: its number, then its fields.
    fn encode(&self) -> Vec<u8>;

    /// The message in `bytes`, which must be consumed wholly.
    ///
    /// # Errors
    /// See [`WireError`]; nothing beyond [`Message::LIMIT`] is allocated on the way.
    fn decode(bytes: &[u8]) -> Result<Self, WireError>;
}

/// Declares a family of numbered messages: an enum of variants with one struct or unit each, its bound, and a
/// check that runs on everything decoded.
macro_rules! messages {
    (
        $(#[$doc:meta])*
        pub enum $name:ident, limit $limit:expr, check $check:expr;
        $( $(#[$variant_doc:meta])* $number:literal => $variant:ident ( $body:ty ), )+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $( $(#[$variant_doc])* $variant($body), )+
        }

        impl $crate::wire::codec::Message for $name {
            const NAME: &'static str = stringify!($name);
            const LIMIT: usize = $limit;

            fn encode(&self) -> Vec<u8> {
                match self {
                    $( Self::$variant(body) => $crate::wire::codec::encode_numbered($number, body), )+
                }
            }

            fn decode(bytes: &[u8]) -> Result<Self, $crate::wire::codec::WireError> {
                use $crate::wire::codec::{WireError, MAY_BE_IGNORED};
                const CONFIG: $crate::wire::codec::Config<{ $limit }> = $crate::wire::codec::config::<{ $limit }>();
                if bytes.len() > Self::LIMIT {
                    return Err(WireError::TooLong { what: Self::NAME, length: bytes.len(), limit: Self::LIMIT });
                }
                let Some((&number, fields)) = bytes.split_first() else {
                    return Err(WireError::Empty);
                };
                let message = match number {
                    $( $number => Self::$variant(
                        $crate::wire::codec::decode_fields(fields, CONFIG)
                            .ok_or(WireError::Malformed { what: Self::NAME, number })?,
                    ), )+
                    _ if number >= MAY_BE_IGNORED => {
                        return Err(WireError::Ignorable { what: Self::NAME, number });
                    }
                    _ => return Err(WireError::UnknownNumber { what: Self::NAME, number }),
                };
                let check: fn(&Self) -> Result<(), &'static str> = $check;
                check(&message).map_err(|rule| WireError::Rule { what: Self::NAME, rule })?;
                Ok(message)
            }
        }
    };
}
pub(crate) use messages;

/// bincode's standard form (little endian, variable integers) with a bound on what may be read and allocated.
pub type Config<const LIMIT: usize> = bincode::config::Configuration<
    bincode::config::LittleEndian,
    bincode::config::Varint,
    bincode::config::Limit<LIMIT>,
>;

/// The configuration with `LIMIT` bytes.
#[must_use]
pub const fn config<const LIMIT: usize>() -> Config<LIMIT> {
    bincode::config::standard().with_limit::<LIMIT>()
}

/// `number` and then `body`'s fields. A picture's bytes are copied once.
pub(crate) fn encode_numbered<T: serde::Serialize>(number: u8, body: &T) -> Vec<u8> {
    let mut bytes = Appending(vec![number]);
    bincode::serde::encode_into_writer(body, &mut bytes, bincode::config::standard())
        .expect("the messages hold only types that bincode can write");
    bytes.0
}

struct Appending(Vec<u8>);

impl bincode::enc::write::Writer for Appending {
    fn write(&mut self, bytes: &[u8]) -> Result<(), bincode::error::EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// The fields, if they parse and use every byte.
pub(crate) fn decode_fields<T: serde::de::DeserializeOwned, const LIMIT: usize>(
    bytes: &[u8],
    config: Config<LIMIT>,
) -> Option<T> {
    let (body, used) = bincode::serde::decode_from_slice(bytes, config).ok()?;
    (used == bytes.len()).then_some(body)
}

/// `text` within `limit` characters and free of control characters other than newline and tab.
pub(crate) fn is_plain(text: &str, limit: usize) -> bool {
    text.chars().count() <= limit && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
}

/// `text` within `limit` characters, on one line and free of what could disguise it: control characters and marks
/// that turn the direction of writing. For names, which stand inside questions of ours.
pub(crate) fn is_one_line(text: &str, limit: usize) -> bool {
    let disguises = |c| matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().count() <= limit && !text.chars().any(|c| c.is_control() || disguises(c))
}
