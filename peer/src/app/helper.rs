//! The helper's way from a code to a session: find who waits there, pair, and then [`super::watching`].

use std::sync::Arc;

use entraide_common::ids::PeerKey;
use entraide_common::invitation::code::{Code, CodeError};
use entraide_common::invitation::pairing::{Paired, PairingFault};
use entraide_common::session::Party;
use entraide_common::wire::control::Reason;
use entraide_common::wire::directory::Place;
use entraide_common::wire::pair::Refusal;
use futures::future::join_all;
use libp2p::Multiaddr;
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::clock::system_time;
use super::pair::{self, PairEnd};
use super::place::Settled;
use super::rejoin::{Met, Road};
use super::said::Said;
use super::watching::{self, Ground, Shower};
use super::{App, net_config, place, reasons, words};
use crate::config::{Node, Router, Settings};
use crate::exit::End;
use crate::front::{self, Event, Heard};
use crate::keys::Seed;
use crate::net::{Neighbour, Net, NetError, NetEvent, Side};
use crate::store::{DataDir, Role};
use crate::ui::model::{self, View};

/// Hosts that are tried for one code when nodes name different ones: each costs one of somebody's tries.
const HOSTS: usize = 3;

/// Helps whoever waits with this code, having asked where to meet if nothing says so; nothing if the person would rather
/// not.
pub async fn help(app: &mut App, settings: &mut Settings, typed: &str) -> Option<End> {
    match place::settle(app, settings, Some(typed)).await {
        Settled::GivenUp => None,
        Settled::GoOn | Settled::Here => Some(run(app, settings, typed).await),
    }
}

/// Helps whoever waits with this code, until the session is over or the person gives up.
async fn run(app: &mut App, settings: &Settings, typed: &str) -> End {
    match join(app, settings, typed).await {
        Ok(end) | Err(end) => end,
    }
}

async fn join(app: &mut App, settings: &Settings, typed: &str) -> Result<End, End> {
    let entered = Code::parse(typed).map_err(|error| match error {
        CodeError::CheckDigit => End::WrongDigit,
        _ => End::NoCode,
    })?;
    let plate = entered.code.plate();
    let (sought, nodes, router) = if plate.is_local() {
        (Sought::Here, &[][..], Router::Leave)
    } else {
        let named = named(&settings.rendezvous, entered.node.as_deref());
        (Sought::AtNodes(named), settings.rendezvous.as_slice(), settings.router)
    };
    if matches!(&sought, Sought::AtNodes(nodes) if nodes.is_empty()) {
        return Err(End::NoNode);
    }
    let role = DataDir::open(&settings.data).and_then(|data| data.claim(Role::Helping));
    let _role = role.map_err(|error| End::Failed(error.sentence(&app.texts)))?;
    let seed = Seed::draw();
    let config = net_config(seed.expose(), nodes, Side::Helper, router);
    let (net, driver, net_events) = Net::new(config).map_err(|error| End::from(&error))?;
    let network = app.spawn_driver(driver);
    let search = Search { app, settings, net, net_events, sought };
    let end = search.run(&entered.code).await;
    network.close().await;
    end
}

/// The nodes a code is looked up at: the one that was said after the code, if it is among them, else all.
fn named(nodes: &[Node], said: Option<&str>) -> Vec<Node> {
    let Some(said) = said else { return nodes.to_vec() };
    let is_it =
        |node: &&Node| node.address.iter().any(|part| part.to_string().ends_with(&format!("/{said}")));
    let found: Vec<Node> = nodes.iter().filter(is_it).cloned().collect();
    if found.is_empty() { nodes.to_vec() } else { found }
}

/// Where the host is looked for.
#[derive(Debug, Clone)]
enum Sought {
    /// At these nodes.
    AtNodes(Vec<Node>),
    /// On the local network.
    Here,
}

/// A host that may be the right one, and what leads to it.
enum Lead {
    Over { host: PeerKey, node: Multiaddr },
    Near(Neighbour),
}

impl Lead {
    const fn host(&self) -> PeerKey {
        match self {
            Self::Over { host, .. } | Self::Near(Neighbour { host, .. }) => *host,
        }
    }

    async fn follow(&self, net: &Net) -> Result<(), NetError> {
        match self {
            Self::Over { host, node } => net.reach(node, *host).await,
            Self::Near(neighbour) => net.reach_neighbour(neighbour).await,
        }
    }
}

struct Search<'a> {
    app: &'a mut App,
    settings: &'a Settings,
    net: Net,
    net_events: mpsc::Receiver<NetEvent>,
    sought: Sought,
}

impl Search<'_> {
    async fn run(mut self, code: &Code) -> Result<End, End> {
        let paired = {
            let net = self.net.clone();
            let (sought, name) = (self.sought.clone(), self.settings.name.clone());
            let (progress, mut progressed) = mpsc::channel(8);
            let found = find(&net, &sought, code, &name, progress);
            tokio::pin!(found);
            loop {
                tokio::select! {
                    paired = &mut found => break paired?,
                    Some(stage) = progressed.recv() => self.stage(stage),
                    said = self.app.said.recv() => self.waiting(said.unwrap_or(Said::Interrupted))?,
                    Some(event) = self.net_events.recv() => info!(?event, "network"),
                }
            }
        };
        let met = match &self.sought {
            Sought::AtNodes(nodes) => Met::AtNodes(nodes.iter().map(|node| node.address.clone()).collect()),
            Sought::Here => Met::Here(code.plate()),
        };
        self.watch(paired, met).await
    }

    async fn watch(self, paired: Paired, met: Met) -> Result<End, End> {
        let Self { app, net, mut net_events, .. } = self;
        let invitation = &paired.invitation;
        app.faces.say(&Event::Invitation {
            name: invitation.name.clone(),
            message: invitation.message.clone(),
            expires: system_time(invitation.expires),
            offers: invitation.offers,
        });
        let link = net
            .link_as_helper(paired.peer, paired.session)
            .await
            .map_err(|error| reasons::of_link(&error))?;
        let road = Road::of_helper(net.clone(), met, &paired);
        let host = invitation.name.clone();
        let shower = Shower::new(&mut app.faces, app.texts.clone(), host.clone());
        let ground = Ground {
            clock: app.clock,
            canvas: Arc::clone(&app.canvas),
            road,
            said: &mut app.said,
            net_events: &mut net_events,
        };
        let ended = watching::run(ground, link, shower).await;
        app.quit |= ended.quit;
        if ended.refused {
            let (by, text) = (Party::Host.name(), End::Refused.sentence(&app.texts));
            app.faces.say(&Event::Ended { by, reason: front::reason_word(Reason::Person), text });
            return Err(End::Refused);
        }
        let text = words::ended(&app.texts, Party::Helper, ended.by, ended.reason, &host);
        app.faces.say(&Event::Ended { by: ended.by.name(), reason: front::reason_word(ended.reason), text });
        Ok(match (ended.by, ended.reason) {
            (Party::Link, _) => End::LinkLost,
            (Party::Program, Reason::Protocol) => End::Protocol,
            (Party::Program, Reason::Unable) => End::DisplayGone,
            _ => End::Normal,
        })
    }

    /// What is said before there is a session: only giving up has a meaning then.
    fn waiting(&mut self, said: Said) -> Result<(), End> {
        match said {
            Said::Interrupted
            | Said::Window(model::Command::Quit)
            | Said::Front(Heard::Command(front::Command::Quit)) => {
                self.app.quit = true;
                Err(End::Normal)
            }
            Said::Window(model::Command::Stop) | Said::Front(Heard::Command(front::Command::Stop)) => {
                Err(End::Normal)
            }
            Said::Front(Heard::Fault(fault)) => {
                let event = fault.event(&self.app.texts);
                self.app.faces.say(&event);
                Ok(())
            }
            Said::Front(Heard::Command(_)) => {
                let text = words::error(&self.app.texts, "no_session");
                self.app.faces.say(&Event::Error { code: "no_session", text });
                Ok(())
            }
            Said::Window(_) => Ok(()),
        }
    }

    fn stage(&mut self, name: &'static str) {
        let text = words::helper_stage(&self.app.texts, name, "");
        self.app.faces.view(View::Busy { text: text.clone() });
        self.app.faces.say(&Event::Stage { name, text });
    }
}

/// Finds the host and pairs with it. Progress is told by the stages' stable names.
async fn find(
    net: &Net,
    sought: &Sought,
    code: &Code,
    name: &str,
    progress: mpsc::Sender<&'static str>,
) -> Result<Paired, End> {
    // Nobody listening means that the person has given up, which ends this future as well.
    let leads = match sought {
        Sought::AtNodes(nodes) => {
            let _ = progress.send("looking-up").await;
            look_up(net, nodes, code).await?
        }
        Sought::Here => {
            let _ = progress.send("looking-around").await;
            look_around(net, code).await?
        }
    };
    if leads.len() > 1 {
        warn!(hosts = leads.len(), "different hosts are named for this code");
    }
    let mut last = End::NothingFound;
    for lead in leads.into_iter().take(HOSTS) {
        let host = lead.host();
        let _ = progress.send("connecting").await;
        if let Err(error) = lead.follow(net).await {
            info!(%error, "a host cannot be reached");
            last = End::HostUnreachable;
            continue;
        }
        let _ = progress.send("pairing").await;
        let channel = match net.open_pair(host).await {
            Ok(channel) => channel,
            Err(error) => {
                info!(%error, "no pairing stream");
                last = End::HostUnreachable;
                continue;
            }
        };
        match pair::as_helper(channel, net.key(), code.clone(), name).await {
            Ok(paired) => {
                net.prove(paired.peer, paired.session).await.map_err(|error| End::from(&error))?;
                return Ok(paired);
            }
            Err(end) => {
                net.close(host).await;
                last = end_of(&end);
            }
        }
    }
    Err(last)
}

/// The hosts that the nodes name for the code, each once.
async fn look_up(net: &Net, nodes: &[Node], code: &Code) -> Result<Vec<Lead>, End> {
    let place = Place::Plate(code.plate());
    let answers =
        join_all(nodes.iter().map(|node| async move { (node, net.lookup(&node.address, place).await) }));
    let mut hosts: Vec<Lead> = Vec::new();
    let mut silent = None;
    let mut answered = false;
    for (node, answer) in answers.await {
        match answer {
            Ok(Some(host)) if hosts.iter().all(|known| known.host() != host) => {
                hosts.push(Lead::Over { host, node: node.address.clone() });
            }
            Ok(_) => answered = true,
            Err(error) => {
                info!(node = %node.address, %error, "a node did not answer");
                silent = Some(End::from(&error));
            }
        }
    }
    match silent {
        Some(end) if hosts.is_empty() && !answered => Err(end),
        _ if hosts.is_empty() => Err(End::NothingFound),
        _ => Ok(hosts),
    }
}

/// The hosts that are announced for the code on the local network.
async fn look_around(net: &Net, code: &Code) -> Result<Vec<Lead>, End> {
    let around = net.look_around(code.plate()).await.map_err(|error| End::from(&error))?;
    if around.is_empty() { Err(End::NobodyHere) } else { Ok(around.into_iter().map(Lead::Near).collect()) }
}

/// The end of the program after a pairing that came to nothing.
fn end_of(end: &PairEnd) -> End {
    info!(%end, "the pairing came to nothing");
    match end {
        PairEnd::Refused(refusal) => match refusal {
            Refusal::Expired => End::Expired,
            Refusal::Used => End::Used,
            Refusal::Burnt | Refusal::Wrong { left: 0 } => End::Burnt,
            Refusal::Busy => End::Busy,
            Refusal::Unknown | Refusal::Banned => End::Unknown,
            Refusal::Wrong { left } => End::WrongCode { left: *left },
            Refusal::Version => End::Version,
        },
        // A host that does not know the code is another host, or none.
        PairEnd::Fault(PairingFault::HostUnproven) => End::Unknown,
        PairEnd::Fault(_) | PairEnd::Net(NetError::Protocol(_)) => End::Protocol,
        PairEnd::Net(_) | PairEnd::Silence(_) => End::HostUnreachable,
    }
}
