//! Every bound of the node that an operator may set, in one table: name, default, range, and whether a running
//! node takes a new value at once. Sizes of messages are not here: they are part of the protocol.

use core::ops::RangeInclusive;

/// When a changed value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// On SIGHUP.
    Reload,
    /// At the next start: libp2p fixes it when it is built.
    Restart,
}

/// One key of the `[limits]` table.
#[derive(Debug, Clone)]
pub struct Key {
    /// As it stands in the file.
    pub name: &'static str,
    /// The accepted values.
    pub range: RangeInclusive<u64>,
    /// When a change counts.
    pub effect: Effect,
}

macro_rules! limits {
    ($( $(#[$doc:meta])* $name:ident = $default:expr, $range:expr, $effect:ident; )+) => {
        /// The values of all keys. Each field's documentation says what is counted, and why the default.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Limits {
            $( $(#[$doc])* pub $name: u64, )+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $( $name: $default, )+ }
            }
        }

        impl Limits {
            /// All keys, in the order of the documentation.
            pub const KEYS: &'static [Key] =
                &[$( Key { name: stringify!($name), range: $range, effect: Effect::$effect }, )+];

            /// The value of the key `name`, or `None` if there is no such key.
            #[must_use]
            pub fn value_mut(&mut self, name: &str) -> Option<&mut u64> {
                match name {
                    $( stringify!($name) => Some(&mut self.$name), )+
                    _ => None,
                }
            }

            /// `other`'s values where a reload takes them, ours where a restart is needed, and the names of the
            /// keys that differ and wait for that restart.
            #[must_use]
            pub fn reloaded(&self, other: &Self) -> (Self, Vec<&'static str>) {
                let mut next = other.clone();
                let mut waiting = Vec::new();
                $( if Effect::$effect == Effect::Restart && next.$name != self.$name {
                    next.$name = self.$name;
                    waiting.push(stringify!($name));
                } )+
                (next, waiting)
            }
        }
    };
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

limits! {
    /// Connections being opened. More is a flood: each costs up to 2 ms of CPU.
    pending_connections = 512, 1..=65_536, Reload;
    /// Connections in all: 50,000 waiting hosts and the helpers. Mind the process's file limit.
    connections = 60_000, 1..=1_000_000, Reload;
    /// Connections of one peer: one each over QUIC and TCP, and one while the loss of another is not yet noticed.
    connections_per_peer = 3, 1..=64, Reload;
    /// New connections a minute from one network (/24, or /48 in IPv6): an office may restart at once.
    connections_per_minute = 600, 1..=1_000_000, Reload;
    /// Resident memory above which no connection is taken, bytes: 50,000 hosts at 88 KiB, and room.
    memory_bytes = 6 * GIB, (64 * MIB)..=(1 << 50), Reload;
    /// Streams open at once in one connection: the protocols need one or two each, each circuit one.
    streams_per_connection = 32, 8..=4_096, Restart;
    /// Unread bytes taken from one QUIC connection: at 80 ms this still carries 400 Mbit/s.
    receive_window_bytes = 4 * MIB, 65_536..=(256 * MIB), Restart;
    /// Seconds after which a connection without reservation, circuit or request is closed.
    idle_seconds = 5 * MINUTE, 1..=(24 * HOUR), Restart;

    /// Directory requests under way in one connection.
    requests_per_connection = 8, 1..=1_024, Restart;
    /// Seconds within which a request must have come in whole and its answer be read.
    request_seconds = 10, 1..=(10 * MINUTE), Restart;

    /// Relay reservations in all.
    reservations = 50_000, 1..=1_000_000, Restart;
    /// Relay reservations of one peer: its own, and one while the loss of the former is not yet noticed.
    reservations_per_peer = 2, 1..=64, Restart;
    /// Seconds a reservation lasts unless renewed.
    reservation_seconds = HOUR, 60..=(24 * HOUR), Restart;
    /// Reservations an hour, renewals included, from one network (/24, or /48 in IPv6).
    reservations_per_hour = 1_200, 1..=10_000_000, Reload;
    /// Circuits in all.
    circuits = 2_000, 1..=1_000_000, Restart;
    /// Circuits of one peer: a support desk helps several people at once.
    circuits_per_peer = 8, 1..=10_000, Restart;
    /// Circuits to one peer, whoever opens them; one from the helper of a session it is in is always let in. A host pairs
    /// with four at a time, and who only tries codes leaves again.
    circuits_per_destination = 16, 1..=10_000, Reload;
    /// Seconds a circuit lasts: a long session; peers open the next one before.
    circuit_seconds = 2 * HOUR, 1..=(7 * 24 * HOUR), Restart;
    /// Bytes of one circuit, both ways together.
    circuit_bytes = 4 * GIB, 65_536..=(1 << 50), Restart;
    /// Bytes a second of one circuit, each way: a moving picture and a file beside it, and no host takes the line of all.
    circuit_bytes_per_second = 4 * MIB, 16_384..=GIB, Reload;
    /// Circuits an hour from one network (/24, or /48 in IPv6).
    circuits_per_hour = 600, 1..=10_000_000, Reload;
    /// Seconds that a peer may hold a reservation and neither a claim nor a registered session before it is hung up on:
    /// a claim needs a reservation, so that one comes first.
    unclaimed_seconds = MINUTE, 1..=HOUR, Reload;

    /// Seconds a claim lasts unless renewed; a claim that asks for more gets this.
    claim_seconds = HOUR, 60..=(24 * HOUR), Reload;
    /// Live claims of one peer.
    claims_per_peer = 3, 1..=1_000, Reload;
    /// Live claims from one network (/24, or /48 in IPv6).
    claims_per_network = 20, 1..=1_000_000, Reload;
    /// Claims an hour from one network: claiming and withdrawing in turns would use the numbers up.
    claims_per_hour = 240, 1..=10_000_000, Reload;
    /// Lookups an hour from one source (/24, or /64 in IPv6; a whole /48 has eight times as many): a person mistypes
    /// a few times, a sweep of the numbers takes ages.
    lookups_per_hour = 60, 1..=10_000_000, Reload;

    /// Registered sessions in all: ten times as many as are relayed, most are connected directly.
    sessions = 20_000, 1..=1_000_000, Reload;
    /// Registered sessions of one peer: as many as it may have circuits.
    sessions_per_peer = 8, 1..=10_000, Reload;
    /// Registered sessions from one network (/24, or /48 in IPv6): a hundred people of an office are helped at once.
    sessions_per_network = 100, 1..=1_000_000, Reload;
    /// Seconds a registered session lasts unless registered again; one that asks for more gets this. A computer that
    /// slept for ten minutes is still let back.
    session_seconds = 15 * MINUTE, 10..=(24 * HOUR), Reload;
    /// Sessions an hour that one network registers (/24, or /48 in IPv6), renewals not counted.
    sessions_per_hour = 240, 1..=10_000_000, Reload;

    /// Seconds that circuits may take to end once the node is told to close.
    grace_seconds = 30, 0..=(24 * HOUR), Reload;
}
