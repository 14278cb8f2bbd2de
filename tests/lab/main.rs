//! Host and helper behind real address translators: do they come to a direct path, and how soon.
//!
//! The real programs, in network namespaces, meet by a code over a node; the host has a real X display. Whether a
//! pair must come to a direct path is computed by an oracle. Where the machine does not permit namespaces, each test
//! says so and does nothing.
//!
//! `cargo nextest run -p entraide-tests --test lab --run-ignored only --no-capture all_pairs_reach` prints the whole matrix,
//! `LAB_ONLY="port kept - symmetric"` what is between such places only, and `LAB_LOG=debug` what both sides logged.

#![cfg(target_os = "linux")]

mod doctor;
mod ground;
mod lan;
mod life;
mod links;
mod mapping;
mod matrix;
mod meeting;
mod nat64;
mod oracle;
mod place;
mod roam;
mod router;
mod truth;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::thread;
use std::time::Duration;

use entraide_tests::{namespace, session};

use self::ground::Ground;
use self::meeting::{Meeting, Outcome, Waiting};
use self::place::{Kind, Pair, World};

/// Says why nothing is tested here, if that is so.
fn skipped() -> bool {
    let missing = namespace::missing();
    if let Some(missing) = &missing {
        eprintln!("SKIPPED: {missing}");
    }
    missing.is_some()
}

/// What is skipped is said at the end of a run (`.config/nextest.toml`): of a test that passes nothing else is shown.
#[test]
fn what_is_skipped_is_said_by_name() {
    let program = std::env::current_exe().expect("this program");
    let listed = Command::new(program).args(["--list", "--format", "terse"]).output().expect("a list");
    let listed = String::from_utf8(listed.stdout).expect("names");
    let names = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    // The others only compute, or say this.
    let skip = |name: &&str| !name.starts_with("oracle::") && *name != "what_is_skipped_is_said_by_name";
    let names: Vec<&str> = names.filter(skip).collect();
    assert!(names.contains(&"one_lan_is_found"), "{names:?}");
    if skipped() {
        eprintln!("So nothing was tested by\n  {}", names.join("\n  "));
    } else {
        eprintln!("No test of a network was skipped.");
    }
}

/// Meets once, and compares with the oracle.
fn must(pair: Pair) {
    if skipped() {
        return;
    }
    let outcome = Ground::new().meet(pair);
    eprintln!("{}", matrix::page(&[(pair, outcome.clone())]));
    assert!(is_as_it_must_be(pair, &outcome), "{pair}: {}", outcome.path);
}

fn is_as_it_must_be(pair: Pair, outcome: &Outcome) -> bool {
    outcome.path.split(' ').next() == Some(oracle::kind(pair))
}

#[test]
#[ignore = "long: all 66 pairs take ten minutes"]
fn all_pairs_reach_what_they_can() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let outcomes: Vec<(Pair, Outcome)> = wanted()
        .map(|pair| {
            // One that fails shall not hide the others.
            let met = catch_unwind(AssertUnwindSafe(|| ground.meet(pair)));
            let outcome = met.unwrap_or_else(|_| Outcome::failed());
            eprintln!("{pair}: {outcome:?}");
            (pair, outcome)
        })
        .collect();
    println!("{}", matrix::page(&outcomes));
    let wrong = outcomes.iter().filter(|(pair, outcome)| !is_as_it_must_be(*pair, outcome));
    let wrong: Vec<String> = wrong.map(|(pair, outcome)| format!("{pair}: {}", outcome.path)).collect();
    assert!(wrong.is_empty(), "against the oracle:\n{}", wrong.join("\n"));
}

#[test]
#[ignore = "long: six pairs, five times each"]
fn all_pairs_that_guess_a_port() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let pairs = Pair::all().filter(|pair| oracle::is_guessed(*pair));
    let outcomes: Vec<(Pair, Outcome)> =
        pairs.flat_map(|pair| [pair; 5]).map(|pair| (pair, ground.meet(pair))).collect();
    println!("{}", matrix::page(&outcomes));
    assert!(outcomes.iter().all(|(_, outcome)| outcome.direct.is_some()));
}

#[test]
#[ignore = "long: a comparison, ten minutes"]
fn all_pairs_with_libp2p_as_its_examples_use_it() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let reached: Vec<(Pair, Option<Duration>)> = wanted()
        .map(|pair| {
            let direct = catch_unwind(AssertUnwindSafe(|| ground.meet_stock(pair))).unwrap_or_default();
            eprintln!("{pair}: {direct:?}");
            (pair, direct)
        })
        .collect();
    println!("{}", matrix::comparison(&reached));
    assert!(
        reached.iter().any(|(_, direct)| direct.is_some()),
        "it reached nothing: is it put together right?"
    );
}

/// All pairs, or those whose names contain what `LAB_ONLY` says.
fn wanted() -> impl Iterator<Item = Pair> {
    let only = std::env::var("LAB_ONLY").unwrap_or_default();
    Pair::all().filter(move |pair| pair.to_string().contains(&only))
}

#[test]
fn translators_that_keep_ports_and_that_change_them_are_punched() {
    must(Pair::Apart(Kind::PortKept, Kind::Carrier));
}

#[test]
fn without_udp_tcp_is_punched() {
    must(Pair::Apart(Kind::PortChanged, Kind::NoUdp));
}

#[test]
fn a_symmetric_translator_that_opens_ports_by_upnp_is_reached_by_another_one() {
    must(Pair::Apart(Kind::Symmetric, Kind::SymmetricUpnp));
}

#[test]
fn a_symmetric_translator_that_opens_ports_by_pcp_is_reached_by_another_one() {
    must(Pair::Apart(Kind::SymmetricPcp, Kind::Symmetric));
}

#[test]
fn the_ports_of_one_symmetric_translator_are_guessed() {
    must(Pair::Apart(Kind::PortChanged, Kind::Symmetric));
}

#[test]
fn ports_are_guessed_with_a_node_that_is_given_by_its_name() {
    if skipped() {
        return;
    }
    let world = World::new(Pair::Apart(Kind::PortKept, Kind::Symmetric)).with_named_node();
    let ground = Ground::new();
    let outcome = Meeting::begin(&ground, &world).outcome(Duration::from_secs(20));
    assert!(outcome.direct.is_some(), "{}", outcome.path);
}

#[test]
fn two_such_translators_in_a_row_are_no_harder() {
    must(Pair::Apart(Kind::SymmetricCarrier, Kind::Carrier));
}

#[test]
fn ports_are_guessed_though_every_twentieth_packet_is_lost() {
    if skipped() {
        return;
    }
    let world = World::new(Pair::Apart(Kind::Symmetric, Kind::PortKept));
    // Half on the one line, half on the other.
    world.lose(25);
    let outcome = Meeting::begin(&Ground::new(), &world).outcome(Duration::from_secs(30));
    eprintln!("{outcome:?}");
    assert!(outcome.direct.is_some(), "{outcome:?}");
}

#[test]
fn two_symmetric_translators_leave_the_relay() {
    must(Pair::Apart(Kind::Symmetric, Kind::Symmetric));
}

#[test]
fn one_lan_is_found() {
    must(Pair::OneLan);
}

#[test]
fn one_wide_lan_is_found() {
    if skipped() {
        return;
    }
    let world = World::of_a_wide_lan();
    let outcome = Meeting::begin(&Ground::new(), &world).outcome(Duration::from_secs(20));
    eprintln!("{outcome:?}");
    assert_eq!(outcome.path, "lan quic");
}

#[test]
fn who_has_proven_nothing_is_sent_nothing() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::Apart(Kind::Public, Kind::Public));
    let mut waiting = Waiting::begin(&ground, &world);
    let mut stranger = waiting.helper("stranger", &session::wrong(&waiting.code, 1));
    stranger.error("wrong_code");
    waiting.host.event("try");
    // Longer than anything that would begin by itself waits.
    thread::sleep(Duration::from_secs(3));
    assert!(!world.have_spoken(), "a packet went from one place to the other");
    let outcome = Meeting::of(waiting).outcome(Duration::from_secs(20));
    assert!(outcome.direct.is_some() && world.have_spoken(), "the right code changes that: {outcome:?}");
}

#[test]
fn ipv6_goes_around_translators() {
    if skipped() {
        return;
    }
    let world = World::new(Pair::Apart(Kind::Symmetric, Kind::Symmetric)).with_ipv6();
    let outcome = Meeting::begin(&Ground::new(), &world).outcome(Duration::from_secs(20));
    eprintln!("{outcome:?}");
    assert!(outcome.direct.is_some(), "{outcome:?}");
}

#[test]
fn ipv6_alone_is_enough() {
    if skipped() {
        return;
    }
    let world = World::of_ipv6();
    let outcome = Meeting::begin(&Ground::new(), &world).outcome(Duration::from_secs(20));
    eprintln!("{outcome:?}");
    assert!(outcome.direct.is_some(), "{outcome:?}");
}

#[test]
fn the_picture_goes_on_while_the_path_changes() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(Pair::Apart(Kind::PortKept, Kind::Symmetric));
    let mut meeting = Meeting::begin(&ground, &world);
    let pictures = meeting.pictures_until_direct();
    let outcome = meeting.outcome(Duration::ZERO);
    eprintln!("pictures a second: {pictures:?}; {outcome:?}");
    assert!(outcome.direct.is_some(), "the path changed meanwhile");
    assert!(pictures.iter().all(|count| *count > 0), "a second without a picture: {pictures:?}");
    meeting.assert_unnoticed();
}
