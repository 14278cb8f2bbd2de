//! Two people on one network who have no meeting place, and everybody else there.

use std::io::Write as _;
use std::iter;
use std::process::Stdio;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use entraide::net::{Net, NetConfig, Side};
use entraide_common::ids::{PeerKey, Plate};
use entraide_tests::client::Client;
use entraide_tests::namespace::Namespace;
use entraide_tests::session::{self, HOST};
use entraide_tests::xserver::{Running, XServer, wait_until};
use libp2p::PeerId;
use libp2p::identity::Keypair;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::ground::Ground;
use crate::life::{LONG, assert_not_over, back, cut, sees_more};
use crate::meeting::{Meeting, Waiting};
use crate::place::{Pair, World};
use crate::skipped;

/// What a firewall does that was not asked: whoever calls is not heard.
const DEAF: &str = "table inet deaf {
    chain input {
        type filter hook input priority 0; policy accept;
        udp dport != 5353 drop
        tcp flags syn drop
    }
}";

/// Somebody on the same network with a program that is not ours.
fn neighbour(at: &Namespace, arguments: &[&str]) -> Client {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/lab/neighbour.py");
    // The system's own, which has the packages of the system.
    let mut command = at.command("/usr/bin/python3");
    command.arg(script).args(arguments);
    Client::start("neighbour", command)
}

/// The number that a code begins with.
fn number(code: &str) -> Plate {
    let number = code.split(' ').next().and_then(|number| number.parse().ok());
    number.and_then(Plate::new).expect("a code begins with a number")
}

#[test]
fn two_on_one_network_meet_without_any_node() {
    if skipped() {
        return;
    }
    for world in [World::new(Pair::OneLan), World::of_a_wide_lan()] {
        let ground = Ground::new();
        let _motion = ground.motion();
        let mut meeting = Meeting::of(Waiting::begin_here(&ground, &world));
        assert!(number(&meeting.waiting.code).is_local(), "{}", meeting.waiting.code);
        let outcome = meeting.outcome(LONG);
        eprintln!("{outcome:?}");
        assert!(outcome.path.starts_with("lan "), "{}", outcome.path);
        let notes = ground.path("notes");
        let _typewriter = ground.typewriter(&notes);
        meeting.control();
        meeting.types("sans Internet");
        let written = || std::fs::read_to_string(&notes).unwrap_or_default();
        wait_until("the line is typed", || written().contains("sans Internet").then_some(()));
        assert_eq!(world.sent().1.packets, 0, "the node of their settings is not asked");
    }
}

#[test]
fn whoever_is_on_another_network_is_told_so() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::OneNat);
    let waiting = Waiting::begin_here(&ground, &world);
    let mut helper = waiting.helper("helper", &waiting.code);
    let (_, error) = helper.event_within(LONG, "error", |_| true).expect("an answer");
    assert_eq!(error["code"], "nobody_here");
    assert_eq!(helper.exit_code(), 6);
}

#[test]
fn a_session_goes_on_when_the_host_gets_another_address_there() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let _motion = ground.motion();
    let world = World::new(Pair::OneLan);
    let mut meeting = Meeting::of(Waiting::begin_here(&ground, &world));
    meeting.direct();
    sees_more(&mut meeting.helper);
    world.renumber_host("192.168.1.2/24", "192.168.1.77/24");
    let moved = Instant::now();
    let noticed = cut(&mut meeting.helper);
    let again = back(&mut meeting.helper, "viewing", noticed);
    eprintln!("noticed after {:?}, back after {:?}", noticed - moved, again - moved);
    sees_more(&mut meeting.helper);
    assert_not_over(&mut meeting);
}

#[test]
fn the_network_sees_a_number_an_id_and_ports_until_it_is_over() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::OneLan);
    let mut watcher = neighbour(&world.helper, &["watch"]);
    watcher.event("watching");
    let mut waiting = Waiting::begin_here(&ground, &world);
    let seen = watcher.event("announced");
    assert_eq!(seen["addresses"], json!(["192.168.1.2"]));
    let properties = seen["properties"].as_object().expect("properties");
    let mut keys: Vec<_> = properties.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["id", "number", "quic", "quic6", "tcp", "tcp6"]);
    assert_eq!(properties["number"], number(&waiting.code).to_string());
    let said = seen.to_string();
    let id = properties["id"].as_str().expect("an id");
    assert!(id.parse::<PeerId>().is_ok_and(|id| PeerKey::from_peer_id(&id).is_some()), "{said}");
    let own = format!("{}-{}", number(&waiting.code), &id[id.len() - 12..]).to_lowercase();
    let name = format!("{own}._entraide._udp.local.");
    assert_eq!(seen["name"], name.as_str());
    assert_eq!(seen["computer"], format!("entraide-{own}.local."), "the computer's name is not told");
    let secret: String = waiting.code.split(' ').skip(1).collect();
    for private in [secret.as_str(), HOST] {
        assert!(!said.contains(private), "{private} is nobody's business: {said}");
    }
    waiting.host.tell("stop", json!({}));
    assert_eq!(waiting.host.exit_code(), 0);
    assert_eq!(watcher.event("gone")["name"], name);
}

#[test]
fn an_invitation_over_nodes_is_not_announced() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::OneLan);
    let mut watcher = neighbour(&world.helper, &["watch"]);
    watcher.event("watching");
    let _waiting = Waiting::begin(&ground, &world);
    let other = neighbour(&world.host, &["announce", "91234", "nobody", "192.168.1.2"]);
    let first = watcher.event("announced");
    assert_eq!(first["properties"]["number"], "91234", "{first}");
    drop(other);
}

#[test]
fn who_announces_the_same_number_is_seen_through() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::OneLan);
    let waiting = Waiting::begin_here(&ground, &world);
    let number = number(&waiting.code).to_string();
    // One leads out of the network, the others to places on it where nobody is.
    let nowhere = (9..14).map(|last| format!("192.168.1.{last}"));
    let at = iter::once(World::NODE.to_string()).chain(nowhere);
    let _liars: Vec<Client> = at.map(|at| liar(&world, &number, &at)).collect();
    let mut meeting = Meeting::of(waiting);
    meeting.direct();
    assert_eq!(world.sent().1.packets, 0, "nobody is called who is not on this network");
}

/// Somebody who is not there, and says to have that number.
fn liar(world: &World, number: &str, at: &str) -> Client {
    let somebody = Keypair::generate_ed25519().public().to_peer_id().to_string();
    let mut liar = neighbour(&world.helper, &["announce", number, &somebody, at]);
    liar.event("announcing");
    liar
}

#[test]
fn who_has_the_number_and_nothing_to_say_costs_time_and_no_more() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::OneLan);
    let waiting = Waiting::begin_here(&ground, &world);
    let (number, over) = (number(&waiting.code), CancellationToken::new());
    let (tell, told) = channel();
    thread::scope(|scope| {
        // However this ends, they end.
        let _over = over.clone().drop_guard();
        scope.spawn(|| world.helper.within(|| say_nothing(number, &over, &tell)));
        told.recv().expect("they are announced");
        // The right one can be called when the others were.
        world.host.feed("nft", &["-f", "-"], DEAF);
        scope.spawn(|| {
            thread::sleep(Duration::from_secs(2));
            world.host.run("nft", &["delete", "table", "inet", "deaf"]);
        });
        Meeting::of(waiting).direct();
    });
}

/// Four hosts that have the number as well, take every call, and never say a word.
fn say_nothing(number: Plate, over: &CancellationToken, announced: &Sender<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut announcements = Vec::new();
        for seed in 1..=4 {
            let seed = Zeroizing::new([seed; 32]);
            let config =
                NetConfig { seed, nodes: Vec::new(), side: Side::Host, listen_port: 0, map_ports: false };
            let (net, driver, mut events) = Net::new(config).expect("a network");
            tokio::spawn(driver.run(over.clone()));
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while let Some(event) = events.recv().await {
                    taken.push(event);
                }
            });
            announcements.push((net.announce(number).await.expect("it is announced"), net));
        }
        announced.send(()).expect("somebody waits");
        over.cancelled().await;
    });
}

#[test]
fn a_neighbour_who_does_not_answer_is_called_one() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::OneLan);
    let waiting = Waiting::begin_here(&ground, &world);
    world.host.feed("nft", &["-f", "-"], DEAF);
    let mut helper = waiting.helper("helper", &waiting.code);
    let (_, error) = helper.event_within(LONG, "error", |_| true).expect("an answer");
    assert_eq!(error["code"], "neighbour_unreachable");
    assert_eq!(helper.exit_code(), 6);
}

#[test]
fn who_cannot_be_heard_is_given_no_code() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::OneLan);
    let mut other = neighbour(&world.host, &["hold"]);
    other.event("holding");
    is_given_no_code(&ground, &world);
    drop(other);
    let mute = "table inet mute {
        chain output {
            type filter hook output priority 0; policy accept;
            udp dport 5353 drop
        }
    }";
    world.host.feed("nft", &["-f", "-"], mute);
    is_given_no_code(&ground, &world);
}

fn is_given_no_code(ground: &Ground, world: &World) {
    let mut command = ground.program(&world.host, "entraide", &ground.path("host"));
    command.args(["invite", "--json", "--lan"]).env("DISPLAY", ground.display().display());
    let mut host = Client::start("host", command);
    let (_, error) = host.event_within(LONG, "error", |_| true).expect("an answer");
    assert_eq!(error["code"], "not_announced");
    assert_eq!(host.exit_code(), 6);
}

#[test]
fn a_code_that_follows_another_is_found() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::OneLan);
    let mut waiting = Waiting::begin_here(&ground, &world);
    for try_number in 0..3 {
        let mut stranger = waiting.helper("stranger", &session::wrong(&waiting.code, try_number));
        let (_, error) = stranger.event_within(LONG, "error", |_| true).expect("an answer");
        assert_eq!(error["code"], if try_number < 2 { "wrong_code" } else { "burnt" });
    }
    waiting.code = waiting.host.event("code")["digits"].as_str().expect("digits").to_owned();
    Meeting::of(waiting).direct();
}

#[test]
fn two_on_a_network_without_ipv4_meet() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::of_a_lan_of_ipv6();
    let mut meeting = Meeting::of(Waiting::begin_here(&ground, &world));
    let outcome = meeting.outcome(LONG);
    assert!(outcome.path.starts_with("lan "), "{}", outcome.path);
}

#[test]
fn the_windows_offer_it_with_and_without_a_meeting_place() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let display = ground.display();
    let _manager = display.openbox();
    let world = World::new(Pair::OneLan);
    let mut watcher = neighbour(&world.helper, &["watch"]);
    watcher.event("watching");
    // At home, the second button; where to meet is asked, the one after field, going on, pasting and giving up.
    for keys in [&["Tab", "Tab", "space"][..], &["Tab", "space", "Tab", "Tab", "Tab", "Tab", "space"]] {
        let data = ground.path(&format!("home{}", keys.len()));
        let mut command = ground.program(&world.host, "entraide", &data);
        let _home = Running::from(command.env("DISPLAY", display.display()).spawn().expect("it starts"));
        let window = display.window("Entraide");
        display.run("xdotool", &["windowfocus", "--sync", &window.to_string()]);
        let eyes = display.client();
        let (last, others) = keys.split_last().expect("some keys");
        let mut page = eyes.at_rest(window, None);
        for key in others {
            display.run("xdotool", &["key", key]);
            page = eyes.at_rest(window, Some(&page));
        }
        display.run("xdotool", &["key", last]);
        eprintln!("{keys:?}: {}", watcher.event("announced"));
    }
}

#[test]
fn a_terminal_takes_a_word_for_it_instead_of_an_address() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let world = World::new(Pair::OneLan);
    let mut watcher = neighbour(&world.helper, &["watch"]);
    watcher.event("watching");
    for (language, word) in [("en", "here"), ("fr", "Ici")] {
        let data = ground.path(&format!("terminal-{language}"));
        let entraide = ground.path("entraide").display().to_string();
        let line = format!("{entraide} --data {} --lang {language} invite --terminal", data.display());
        let mut command = ground.at_a_terminal(&world.host, &line);
        let terminal = command.env("DISPLAY", ground.display().display()).stdin(Stdio::piped()).spawn();
        let mut terminal = terminal.expect("a terminal");
        let mut keyboard = terminal.stdin.take().expect("it was piped");
        keyboard.write_all(format!("{word}\n").as_bytes()).expect("it reads");
        let _terminal = Running::from(terminal);
        watcher.event("announced");
    }
}

#[test]
fn a_helper_without_any_meeting_place_types_the_code_and_is_asked_for_none() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let display = XServer::xvfb(1280, 800);
    let _manager = display.openbox();
    let world = World::new(Pair::OneLan);
    let mut waiting = Waiting::begin_here(&ground, &world);
    let mut command = ground.program(&world.helper, "entraide", &ground.path("helper"));
    let _home = Running::from(command.env("DISPLAY", display.display()).spawn().expect("it starts"));
    let window = display.window("Entraide");
    display.run("xdotool", &["windowfocus", "--sync", &window.to_string()]);
    let eyes = display.client();
    let mut page = eyes.at_rest(window, None);
    for _ in 0..2 {
        display.run("xdotool", &["key", "Tab"]);
        page = eyes.at_rest(window, Some(&page));
    }
    // In the field the cursor blinks.
    display.run("xdotool", &["key", "Tab"]);
    display.run("xdotool", &["type", "--delay", "40", &waiting.code]);
    display.run("xdotool", &["key", "Return"]);
    waiting.host.asked("view");
}
