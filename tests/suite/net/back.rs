//! The way back to a session whose paths are all gone, as host and helper go it, and who else would like to.

use std::sync::Arc;

use entraide::app::meeting::Meet;
use entraide::app::rejoin::{HostBack, KNOCKS, Road};
use entraide::config::Node;
use entraide::net::{Channel, HelperLink, NetEvent};
use entraide_common::ids::Plate;
use entraide_common::invitation::pairing::Paired;
use entraide_common::wire::control::{Chat, ToHelper};
use entraide_common::wire::directory::Place;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::world::{Running, World, within};

/// Both sides of a session, as a pairing left them, whose only path is gone.
struct Cut {
    world: World,
    met: (Meet, Plate),
    at_host: Paired,
    at_helper: Paired,
}

impl Cut {
    async fn begin() -> Self {
        let world = World::start().await;
        let Place::Plate(plate) = world.claim().await else { panic!("a number was asked for") };
        let node = Node { address: world.node.clone(), peer: world.node_id() };
        let (mut at_host, mut at_helper) = crate::pairing::paired();
        at_host.peer = world.helper.net.key();
        at_helper.peer = world.host.net.key();
        Self { world, met: (Meet::AtNodes(vec![node]), plate), at_host, at_helper }
    }

    fn host(&self) -> Arc<Road> {
        Road::of_host(self.world.host.net.clone(), self.met.0.clone(), self.met.1, &self.at_host)
    }

    /// One who knows what the helper knew when the session began.
    fn helper(&self) -> Arc<Road> {
        Road::of_helper(self.world.helper.net.clone(), self.met.0.clone(), self.met.1, &self.at_helper)
    }
}

/// The host waits, and has a word for whoever is let in.
fn wait(road: &Arc<Road>) -> (mpsc::Sender<Channel>, JoinHandle<Option<HostBack>>) {
    let (knocks, knocked) = mpsc::channel(KNOCKS);
    let road = Arc::clone(road);
    let waiting = tokio::spawn(async move {
        let mut back = road.as_host(knocked).await?;
        back.link.control.send(&ToHelper::Chat(Chat { text: "welcome".to_owned() })).await.ok()?;
        Some(back)
    });
    (knocks, waiting)
}

/// The next who knocks at the host's.
async fn knock(host: &mut Running) -> Channel {
    host.event(|event| match event {
        NetEvent::Pair(channel) => Some(channel),
        _ => None,
    })
    .await
}

/// The helper goes its way back, and the host lets it in.
async fn come_back(cut: &mut Cut, host: &Arc<Road>, helper: &Arc<Road>) -> (HostBack, HelperLink) {
    let (knocks, waiting) = wait(host);
    let coming = tokio::spawn(Arc::clone(helper).as_helper());
    knocks.send(within(knock(&mut cut.world.host)).await).await.expect("the host waits");
    let back = within(waiting).await.expect("no panic").expect("the helper is back");
    let link = within(coming).await.expect("no panic").expect("the host is there");
    (back, link)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stole_what_the_helper_knew_does_not_come_back_in_its_place() {
    let mut cut = Cut::begin().await;
    let (host, helper, thief) = (cut.host(), cut.helper(), cut.helper());
    let (back, link) = come_back(&mut cut, &host, &helper).await;
    assert!(back.resumed);
    drop((back, link));
    within(cut.world.helper.net.close(cut.world.host.net.key())).await;

    // The link stood, so what the helper knew before is worth nothing.
    let (knocks, mut waiting) = wait(&host);
    let stealing = tokio::spawn(thief.as_helper());
    // Who knocks a third time was sent away twice.
    for _ in 0..3 {
        tokio::select! {
            _ = &mut waiting => panic!("the thief was let in"),
            channel = within(knock(&mut cut.world.host)) => {
                knocks.send(channel).await.expect("the host waits");
            }
        }
    }
    stealing.abort();
    waiting.abort();
    within(cut.world.helper.net.close(cut.world.host.net.key())).await;
    come_back(&mut cut, &host, &helper).await;
}
