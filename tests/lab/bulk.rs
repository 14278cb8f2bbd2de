//! How much moves in a second over the path that two peers come to, with the program's own network and no pictures.
//!
//!     bulk host NODE            waits there, and sends as much as goes
//!     bulk helper NODE HOST     comes, waits until there is a direct path, and counts
//!
//! Each says one JSON object a line: `peer`, `moved`.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use entraide::net::{Net, NetConfig, NetEvent, Path, Side};
use entraide_common::ids::{PeerKey, Plate, SessionId};
use entraide_common::wire::directory::{Claim, Want};
use entraide_common::wire::pair::{HelperHello, Pair, Refusal, Way};
use entraide_common::wire::screen::{Frame, Screen};
use libp2p::{Multiaddr, PeerId};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

const SESSION: SessionId = SessionId([0xb0; 16]);
/// What is sent at once.
const PIECE: usize = 256 << 10;
/// Until a path has found its speed.
const WARM_UP: Duration = Duration::from_secs(1);
/// How long is counted.
const COUNTED: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["host", node] => host(&node.parse()?).await,
        ["helper", node, host] => helper(&node.parse()?, host.parse()?).await,
        _ => bail!("bulk host NODE | helper NODE HOST"),
    }
}

fn net(side: Side, node: &Multiaddr) -> Result<(Net, mpsc::Receiver<NetEvent>)> {
    let seed = Zeroizing::new([if side == Side::Host { 1 } else { 2 }; 32]);
    let config = NetConfig { seed, nodes: vec![node.clone()], side, listen_port: 0, map_ports: false };
    let (net, driver, events) = Net::new(config)?;
    tokio::spawn(driver.run(CancellationToken::new()));
    Ok((net, events))
}

async fn host(node: &Multiaddr) -> Result<()> {
    let (net, mut events) = net(Side::Host, node)?;
    net.attend(node).await?;
    net.claim(node, Claim { want: Want::Any, ttl: Duration::from_secs(600) }).await?;
    println!("{}", json!({"event": "peer", "id": net.key().to_string()}));
    let mut channel = loop {
        if let NetEvent::Pair(channel) = events.recv().await.context("the network goes on")? {
            break channel;
        }
    };
    tokio::spawn(async move { while events.recv().await.is_some() {} });
    net.prove(channel.peer(), SESSION).await?;
    channel.send(&Pair::Refused(Refusal::Busy)).await?;
    let mut link = net.link_as_host(channel.peer(), SESSION).await?;
    for sequence in 0.. {
        let frame = Frame { generation: 1, sequence, captured_us: 0, payload: vec![0x5a; PIECE] };
        if link.screen.send(&Screen::Frame(frame)).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn helper(node: &Multiaddr, host: PeerId) -> Result<()> {
    let host = PeerKey::from_peer_id(&host).context("an ed25519 peer")?;
    let (net, mut events) = net(Side::Helper, node)?;
    tokio::spawn(async move { while events.recv().await.is_some() {} });
    net.reach(node, host).await?;
    let mut channel = net.open_pair(host).await?;
    let way = Way::Code(Plate::new(1).context("a plate")?);
    channel.send(&Pair::HelperHello(HelperHello { way, versions: vec![1], capabilities: vec![] })).await?;
    // The host is ready when it answers.
    channel.recv::<Pair>().await?;
    net.prove(host, SESSION).await?;
    let mut link = net.link_as_helper(host, SESSION).await?;
    while !link.path.borrow().is_direct() {
        link.screen.recv().await?;
    }
    let (began, mut counted) = (Instant::now(), 0);
    while began.elapsed() < WARM_UP + COUNTED {
        if let Screen::Frame(frame) = link.screen.recv().await?
            && began.elapsed() > WARM_UP
        {
            counted += frame.payload.len();
        }
    }
    let Path { transport, .. } = link.path.borrow().clone();
    let megabits = counted as f64 * 8.0 / COUNTED.as_secs_f64() / 1e6;
    println!("{}", json!({"event": "moved", "megabits": megabits, "over": format!("{transport:?}")}));
    Ok(())
}
