//! The helper's way from a code to a session: find who waits there, pair, and then [`super::watching`].

mod leads;

use std::sync::Arc;
use std::time::Duration;

use entraide_common::ids::Plate;
use entraide_common::invitation::code::{Code, CodeError};
use entraide_common::invitation::pairing::{Paired, PairingFault};
use entraide_common::limits;
use entraide_common::session::Party;
use entraide_common::wire::control::Reason;
use entraide_common::wire::pair::Refusal;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::clock::system_time;
use super::meeting::Meet;
use super::pair::{self, Greeted, PairEnd};
use super::rejoin::Road;
use super::said::Said;
use super::watching::{self, Ground, Shower};
use super::{App, net_config, place, reasons, words};
use crate::config::Settings;
use crate::exit::End;
use crate::front::{self, Event, Heard};
use crate::keys::Seed;
use crate::net::{Net, NetError, NetEvent, Side};
use crate::store::{DataDir, Role};
use crate::ui::model::{self, View};
use leads::Lead;

/// Hosts that are told a proof of one code when different ones are found for it: each costs one of somebody's tries, and
/// one that is none has had a guess at the code.
const PROOFS: usize = 3;

/// How long one of several may take for its first words: nobody has to think for that, and the others wait.
const FIRST_WORDS: Duration = Duration::from_secs(5);

/// Helps whoever waits with this code, having asked where to meet if nothing says so; nothing if the person would rather
/// not.
pub async fn help(app: &mut App, settings: &mut Settings, typed: &str) -> Option<End> {
    if place::settle_for_helper(app, settings, typed).await {
        Some(run(app, settings, typed).await)
    } else {
        None
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
    let meet = leads::meet(&entered, &settings.rendezvous)?;
    let role = DataDir::open(&settings.data).and_then(|data| data.claim(Role::Helping));
    let _role = role.map_err(|error| End::Failed(error.sentence(&app.texts)))?;
    let seed = Seed::draw();
    let config = net_config(seed.expose(), meet.nodes(), Side::Helper, settings.router);
    let (net, driver, net_events) = Net::new(config).map_err(|error| End::from(&error))?;
    let network = app.spawn_driver(driver);
    let search = Search { app, settings, net, net_events, meet };
    let end = search.run(&entered.code).await;
    network.close().await;
    end
}

struct Search<'a> {
    app: &'a mut App,
    settings: &'a Settings,
    net: Net,
    net_events: mpsc::Receiver<NetEvent>,
    meet: Meet,
}

impl Search<'_> {
    async fn run(mut self, code: &Code) -> Result<End, End> {
        let paired = {
            let net = self.net.clone();
            let (meet, name) = (self.meet.clone(), self.settings.name.clone());
            let (progress, mut progressed) = mpsc::channel(8);
            let found = find(&net, &meet, code, &name, progress);
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
        self.watch(paired, code.plate()).await
    }

    async fn watch(self, paired: Paired, plate: Plate) -> Result<End, End> {
        let Self { app, net, mut net_events, meet, .. } = self;
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
        let road = Road::of_helper(net.clone(), meet, plate, &paired);
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
    meet: &Meet,
    code: &Code,
    name: &str,
    progress: mpsc::Sender<&'static str>,
) -> Result<Paired, End> {
    // Nobody listening means that the person has given up, which ends this future as well.
    let _ = progress.send(leads::stage(meet)).await;
    let leads = leads::find(net, meet, code.plate()).await?;
    if leads.len() > 1 {
        warn!(hosts = leads.len(), "different hosts are named for this code");
    }
    let _ = progress.send("connecting").await;
    let found = pair_with_one(net, &leads, code, name, &progress).await;
    let right = found.as_ref().ok().map(|paired| paired.peer);
    for wrong in leads.iter().map(Lead::host).filter(|host| Some(*host) != right) {
        net.close(wrong).await;
    }
    let paired = found?;
    net.prove(paired.peer, paired.session).await.map_err(|error| End::from(&error))?;
    Ok(paired)
}

/// Calls all at once, so that nobody who cannot be called stands in the way of who can, and asks one after the other.
async fn pair_with_one(
    net: &Net,
    leads: &[Lead],
    code: &Code,
    name: &str,
    progress: &mpsc::Sender<&'static str>,
) -> Result<Paired, End> {
    let call = |lead| async move { (lead, Lead::follow(lead, net).await) };
    let mut called: FuturesUnordered<_> = leads.iter().map(call).collect();
    let patience = if leads.len() > 1 { FIRST_WORDS } else { limits::PAIRING_TIME };
    let mut last = None;
    let mut proofs = 0;
    while let Some((lead, reached)) = called.next().await {
        if let Err(error) = reached {
            info!(%error, "a host cannot be reached");
            continue;
        }
        let _ = progress.send("pairing").await;
        let greeted = match greet(net, lead, code, patience).await {
            Ok(greeted) => greeted,
            Err(end) => {
                last = Some(end_of(&end, lead));
                continue;
            }
        };
        proofs += 1;
        match greeted.prove(name).await {
            Ok(paired) => return Ok(paired),
            Err(end) => last = Some(end_of(&end, lead)),
        }
        if proofs == PROOFS {
            break;
        }
    }
    // What a host said is worth more than that another does not answer.
    Err(last.or_else(|| leads.first().map(Lead::unreachable)).unwrap_or(End::NothingFound))
}

/// Speaks to whom it leads to. Who had to wait for its turn may have to be called again.
async fn greet(net: &Net, lead: &Lead, code: &Code, patience: Duration) -> Result<Greeted, PairEnd> {
    lead.follow(net).await?;
    let channel = net.open_pair(lead.host()).await?;
    pair::greet(channel, net.key(), code.clone(), patience).await
}

/// The end of the program after a pairing that came to nothing.
fn end_of(end: &PairEnd, lead: &Lead) -> End {
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
        PairEnd::Net(_) | PairEnd::Silence(_) => lead.unreachable(),
    }
}
