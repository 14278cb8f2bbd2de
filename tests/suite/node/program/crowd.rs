//! A node with a crowd: what each waiting host costs it, whether numbers are still found, and how soon all are back after a
//! restart. The same command prints the figures of [docs/benchmarks.md](../../../../docs/benchmarks.md):
//!
//! ```text
//! cargo nextest run -p entraide-tests --test suite --run-ignored only --no-capture a_crowd
//! ```

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use entraide_common::limits;
use entraide_common::wire::directory::{Place, Request, Response, Want};
use libp2p::Multiaddr;
use libp2p::identity::Keypair;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use super::super::client::Client;
use super::super::{PATIENCE, claim};
use super::{BufReader, Program, Serving, id_of, write};

/// As many as this machine lets one process have connections, with room.
const HOSTS: usize = 9_000;
/// So many come at once; on a computer of their own each, they would not wait for each other's keys.
const AT_ONCE: usize = 64;
/// Who was lost comes again after up to so long, as the product's hosts do.
const JITTER_MS: usize = 5_000;
/// People who look up numbers, and how often a second each does.
const HELPERS: usize = 10;
const PACE: u64 = 50;
/// How many lookups each makes.
const LOOKUPS: usize = 500;
/// Longest that a crowd takes to come, on the slowest machine.
const MOMENT: Duration = Duration::from_secs(480);

/// All come from one network here.
const SETTINGS: &str = "[limits]
connections_per_minute = 1000000
reservations_per_hour = 10000000
claims_per_network = 1000000
claims_per_hour = 10000000
lookups_per_hour = 10000000
";

/// Who waits at the moment, and whether they shall go.
#[derive(Default)]
struct Crowd {
    waiting: AtomicUsize,
    refused: AtomicUsize,
    over: AtomicBool,
}

impl Crowd {
    async fn all_wait(&self) {
        let begun = Instant::now();
        while self.waiting.load(Ordering::Relaxed) < HOSTS {
            let waiting = self.waiting.load(Ordering::Relaxed);
            assert!(begun.elapsed() < MOMENT, "only {waiting} wait");
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn nobody_waits(&self) {
        while self.waiting.load(Ordering::Relaxed) > 0 {
            sleep(Duration::from_millis(5)).await;
        }
    }
}

/// A host who waits at the node, and comes again whenever it is lost. It says its place.
async fn host(
    node: Multiaddr,
    number: usize,
    crowd: Arc<Crowd>,
    gate: Arc<Semaphore>,
    places: mpsc::Sender<Place>,
) {
    let key = Keypair::generate_ed25519();
    while !crowd.over.load(Ordering::Relaxed) {
        let come = gate.acquire().await.expect("it is never closed");
        let mut client = Client::new(key.clone(), limits::NODE_PING_INTERVAL);
        let place = arrive(&mut client, &node).await;
        drop(come);
        match place {
            Ok(place) => {
                // Nobody listens once there are enough.
                let _ = places.try_send(place);
                crowd.waiting.fetch_add(1, Ordering::Relaxed);
                client.lives_with(id_of(&node)).await;
                crowd.waiting.fetch_sub(1, Ordering::Relaxed);
            }
            Err(_) => {
                crowd.refused.fetch_add(1, Ordering::Relaxed);
            }
        }
        sleep(Duration::from_millis((number * 7_919 % JITTER_MS) as u64)).await;
    }
}

async fn arrive(client: &mut Client, node: &Multiaddr) -> Result<Place, String> {
    client.connect(node).await?;
    client.try_reserve(node).await?;
    match client.ask(id_of(node), &claim(Want::Any)).await {
        Some(Response::Claimed(claimed)) => Ok(claimed.place),
        other => Err(format!("{other:?}")),
    }
}

/// Looks up numbers at its pace: how long each took.
async fn helper(node: Multiaddr, places: Arc<Vec<Place>>, number: usize) -> Vec<Duration> {
    let mut client = Client::connected_to(&node).await;
    let mut ticks = interval(Duration::from_millis(1000 / PACE));
    let mut took = Vec::new();
    for lookup in 0..LOOKUPS {
        client.alive_while(ticks.tick()).await;
        let place = places[(number + lookup * HELPERS) % places.len()];
        let begun = Instant::now();
        let answer = client.ask(id_of(&node), &Request::Lookup(place)).await;
        took.push(begun.elapsed());
        assert!(matches!(answer, Some(Response::LookedUp(found)) if found.found), "{answer:?}");
    }
    took
}

impl Program {
    /// Serves at that address, with that file's settings.
    fn serve_at(&self, listen: &str, settings: &str) -> (Serving, Multiaddr) {
        let mut command = self.command(&["--json", "--config", settings, "--listen", listen]);
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut serving = Serving { child, lines };
        let listening = serving.event("listening");
        (serving, listening["address"].as_str().expect("an address").parse().expect("an address"))
    }
}

impl Serving {
    /// What it holds in memory, KiB.
    fn resident(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("its memory");
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    }

    /// What it has computed so far, seconds.
    fn computed(&self) -> f64 {
        let all = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("it runs");
        // Its name, which may hold anything, ends with the last parenthesis; times are in hundredths of a second.
        let (_, rest) = all.rsplit_once(')').expect("a name");
        let fields: Vec<&str> = rest.split_whitespace().collect();
        fields[11..13].iter().map(|ticks| ticks.parse::<f64>().expect("a time")).sum::<f64>() / 100.0
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long: nine thousand hosts at one node"]
async fn a_crowd_waits_is_found_and_comes_back() {
    let program = Program::build();
    let settings = write(program.directory.path(), SETTINGS);
    let (mut serving, node) = program.serve_at("/ip4/127.0.0.1/tcp/0", &settings);
    let empty = serving.resident();
    let crowd = Arc::new(Crowd::default());
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let (told, mut places) = mpsc::channel(HOSTS);
    let mut hosts = JoinSet::new();
    let begun = Instant::now();
    for number in 0..HOSTS {
        hosts.spawn(host(node.clone(), number, crowd.clone(), gate.clone(), told.clone()));
    }
    crowd.all_wait().await;
    let each = (serving.resident() - empty) as f64 / HOSTS as f64;
    println!(
        "{HOSTS} hosts wait after {:.1?}, {} were refused",
        begun.elapsed(),
        crowd.refused.load(Ordering::Relaxed)
    );
    println!("the node: {:.1} MiB empty, {each:.1} KiB more for each host", empty as f64 / 1024.0);
    assert!(each < 64.0, "the goal");

    let mut known = Vec::new();
    places.recv_many(&mut known, HOSTS).await;
    let known = Arc::new(known);
    let mut helpers = JoinSet::new();
    for number in 0..HELPERS {
        helpers.spawn(helper(node.clone(), known.clone(), number));
    }
    let mut took: Vec<Duration> = helpers.join_all().await.concat();
    took.sort_unstable();
    let [median, most] = [50, 99].map(|percent| took[took.len() * percent / 100]);
    println!(
        "{} lookups at {} a second: {median:.1?} in the median, {most:.1?} in 99 of 100",
        took.len(),
        HELPERS as u64 * PACE
    );
    assert_eq!(crowd.waiting.load(Ordering::Relaxed), HOSTS, "nobody was lost meanwhile");

    serving.child.kill().expect("it runs");
    serving.child.wait().expect("it has ended");
    tokio::time::timeout(PATIENCE, crowd.nobody_waits()).await.expect("all notice");
    let mut address = node.clone();
    address.pop();
    let (serving, _) = program.serve_at(&address.to_string(), &settings);
    let (begun, refused) = (Instant::now(), crowd.refused.swap(0, Ordering::Relaxed));
    crowd.all_wait().await;
    println!(
        "after a restart {HOSTS} are back in {:.1?}; {refused} and {} tries were in vain; the node computed for {:.1} s",
        begun.elapsed(),
        crowd.refused.load(Ordering::Relaxed),
        serving.computed(),
    );
    crowd.over.store(true, Ordering::Relaxed);
    hosts.shutdown().await;
}
