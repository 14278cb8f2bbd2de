//! The host's way from "get help" to a session: meet the nodes, show a code, serve the pairings, and then
//! [`super::hosting`].
//!
//! A code that dies before anybody was helped is followed by another, within the [`Allowance`] of one wish for help.
//! While something is awaited from the network, the person may stop and helpers are served: see [`Room::meanwhile`].

mod pairings;
mod show;

use std::time::Duration;

use entraide_common::ids::InvitationId;
use entraide_common::invitation::code::{Code, Secret};
use entraide_common::invitation::offer::Offer;
use entraide_common::invitation::open::{Allowance, Next, OpenInvitation, QuestionEnd, State, Why};
use entraide_common::invitation::pairing::Paired;
use entraide_common::invitation::{Invitation, SigningKey};
use entraide_common::session::Party;
use entraide_common::time::Moment;
use entraide_common::wire::control::Reason;
use tokio::sync::mpsc;
use tracing::info;

use super::clock::SystemChance;
use super::hosting::{self, Ground, Helper, Shower};
use super::meeting::{self, Meet, Meeting, Standing, WayBack};
use super::pair::Desk;
use super::place::Chosen;
use super::rejoin::Road;
use super::said::Said;
use super::words;
use super::{App, net_config, place};
use crate::config::Settings;
use crate::desktop::{self, Seat};
use crate::exit::End;
use crate::front::{self, Event, Heard};
use crate::keys::Seed;
use crate::net::{DirectoryError, HostLink, Net, NetError, NetEvent, Side};
use crate::store::{DataDir, Role};
use crate::ui::model;
use pairings::{Door, Pairings};
use show::Shown;

/// The wait before the nodes are asked once more for a number.
const PAUSE: Duration = Duration::from_secs(5);

/// What the host's person says about the invitation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// For whom it is; stands in the signed invitation, which the helper receives.
    pub whom: String,
    /// What the trouble is.
    pub message: String,
    /// Whether the helper is on the same network, so that no node is needed.
    pub here: bool,
}

/// Invites, having asked where to meet if nothing says so; nothing if the person would rather not.
pub async fn get_help(app: &mut App, settings: &mut Settings, mut wish: Wish) -> Option<End> {
    if !wish.here {
        wish.here = place::settle_for_host(app, settings).await? == Chosen::Here;
    }
    Some(run(app, settings, &wish).await)
}

/// Invites until a session is over, the invitation is, or the person stops.
async fn run(app: &mut App, settings: &Settings, wish: &Wish) -> End {
    match invite(app, settings, wish).await {
        Ok(end) | Err(end) => end,
    }
}

async fn invite(app: &mut App, settings: &Settings, wish: &Wish) -> Result<End, End> {
    let desktop = desktop::open().map_err(|ended| End::from(&ended))?;
    if desktop.seat() == Seat::Person && !app.faces.has_windows() {
        // Whoever sits there could neither see who watches nor answer.
        return Err(End::NoDisplay);
    }
    let meet = match settings.rendezvous.as_slice() {
        _ if wish.here => Meet::Here,
        [] => return Err(End::NoNode),
        nodes => Meet::AtNodes(nodes.to_vec()),
    };
    let role = DataDir::open(&settings.data).and_then(|data| data.claim(Role::Hosting));
    let _role = role.map_err(|error| End::Failed(error.sentence(&app.texts)))?;
    let seed = Seed::draw();
    let signer = SigningKey::from_bytes(seed.expose());
    let config = net_config(seed.expose(), meet.nodes(), Side::Host, settings.router);
    let (net, driver, net_events) = Net::new(config).map_err(|error| End::from(&error))?;
    let network = app.spawn_driver(driver);

    let pairings = Pairings::new(net.clone());
    let room = Room { app, settings, wish, meet, signer, net, net_events, pairings };
    let end = room.wait(&desktop).await;
    network.close().await;
    end
}

/// Where the host waits.
struct Room<'a> {
    app: &'a mut App,
    settings: &'a Settings,
    wish: &'a Wish,
    meet: Meet,
    signer: SigningKey,
    net: Net,
    net_events: mpsc::Receiver<NetEvent>,
    pairings: Pairings,
}

/// One open invitation and its number at the nodes.
struct Invited {
    door: Door,
    paired: mpsc::Receiver<Paired>,
    meeting: Meeting,
    allowance: Allowance,
    shown: Shown,
}

impl Room<'_> {
    async fn wait(mut self, desktop: &desktop::Desktop) -> Result<End, End> {
        let allowance = Allowance::default();
        let until = self.app.clock.now() + allowance.lifetime();
        let invited = self.open(allowance, until, None, None).await?;
        let mut invited = invited.map_err(|error| End::from(&error))?;
        let end = self.receive(desktop, &mut invited).await;
        invited.meeting.leave().await;
        end
    }

    /// Waits for a helper and runs the session.
    async fn receive(&mut self, desktop: &desktop::Desktop, invited: &mut Invited) -> Result<End, End> {
        loop {
            self.show_state(invited);
            let standing = invited.meeting.standing();
            let next = invited.allowance.next(&invited.door.desk.open(), standing != Standing::Gone);
            match next {
                Next::Stay => {}
                Next::Another(why, allowance) => {
                    self.follow(invited, why, allowance).await?;
                    continue;
                }
                Next::Over => {
                    let is_burnt = invited.door.desk.open().state() == State::Burnt;
                    return Err(if is_burnt { End::Burnt } else { End::Expired });
                }
            }
            let deadline = invited.door.desk.open().deadline();
            tokio::select! {
                said = self.app.said.recv() => {
                    if self.is_over(said.unwrap_or(Said::Interrupted)) {
                        return Ok(End::Normal);
                    }
                }
                event = self.net_events.recv() => self.heard(event, Some((&invited.door, &invited.meeting)))?,
                Some(paired) = invited.paired.recv() => {
                    if let Some(link) = self.link(invited, &paired).await? {
                        return self.host(desktop, invited, paired, link).await;
                    }
                }
                () = invited.door.changed() => {}
                () = invited.meeting.changed() => {}
                () = self.app.clock.sleep_until(deadline) => {
                    invited.door.desk.open().advance(self.app.clock.now(), self.app.clock.wall());
                }
            }
        }
    }

    /// Gives another code in place of a dead one. The old number is given back meanwhile.
    async fn follow(&mut self, invited: &mut Invited, why: Why, allowance: Allowance) -> Result<(), End> {
        self.explain(why);
        let until = self.app.clock.now() + allowance.lifetime();
        loop {
            let old = (&invited.door, &invited.meeting);
            match self.open(allowance, until, Some(why), Some(old)).await? {
                Ok(fresh) => {
                    *invited = fresh;
                    return Ok(());
                }
                // A helper who is gone and a node that is gone often have one cause, and it passes.
                Err(error) => info!(%error, "no number for another code yet"),
            }
            self.meanwhile(Some(old), tokio::time::sleep(PAUSE)).await?;
        }
    }

    /// Claims a place at the nodes and opens an invitation there, which ends at `until`.
    async fn open(
        &mut self,
        allowance: Allowance,
        until: Moment,
        why: Option<Why>,
        old: Option<(&Door, &Meeting)>,
    ) -> Result<Result<Invited, DirectoryError>, End> {
        self.busy(match self.meet {
            Meet::AtNodes(_) => "reaching-node",
            Meet::Here => "announcing",
        });
        let (net, meet) = (self.net.clone(), self.meet.clone());
        let meeting = match self.meanwhile(old, meeting::begin(&net, &meet)).await? {
            Ok(meeting) => meeting,
            Err(error) => return Ok(Err(error)),
        };
        let clock = self.app.clock;
        let (now, issued) = (clock.now(), clock.wall());
        let lifetime = until.since(now);
        if lifetime < Duration::from_secs(1) {
            return Err(End::Expired);
        }
        let invitation = Invitation {
            id: InvitationId::random(&mut SystemChance),
            host: self.net.key(),
            nodes: meeting.places(),
            issued,
            expires: issued.after(lifetime),
            offers: self.settings.offer,
            for_whom: self.wish.whom.clone(),
            name: self.settings.name.clone(),
            message: self.wish.message.clone(),
        };
        let code = Code::new(meeting.plate(), Secret::draw(&mut SystemChance));
        let offer =
            Offer::new(invitation, code, &self.signer).map_err(|fault| End::Failed(fault.to_string()))?;
        let open = OpenInvitation::new(offer, self.settings.valid, now, issued);
        let shown = Shown::new(open.tries_left(), why);
        let (door, paired) = Door::new(Desk::new(open, clock));
        Ok(Ok(Invited { door, paired, meeting, allowance, shown }))
    }

    /// The link of a helper who has paired, or nothing if it has gone away since: the code is dead then.
    async fn link(&mut self, invited: &Invited, paired: &Paired) -> Result<Option<HostLink>, End> {
        let net = self.net.clone();
        let linking = net.link_as_host(paired.peer, paired.session);
        match self.meanwhile(Some((&invited.door, &invited.meeting)), linking).await? {
            Ok(link) => Ok(Some(link)),
            Err(error) => {
                info!(%error, "a helper has paired and gone away");
                invited.door.desk.open().question_over(QuestionEnd::Withdrawn, self.app.clock.now());
                net.close(paired.peer).await;
                Ok(None)
            }
        }
    }

    /// Runs the session with a helper who has paired.
    async fn host(
        &mut self,
        desktop: &desktop::Desktop,
        invited: &mut Invited,
        paired: Paired,
        link: HostLink,
    ) -> Result<End, End> {
        let Self { app, meet, net, net_events, pairings, .. } = self;
        let clock = app.clock;
        let door = &invited.door;
        // One helper at a time: whoever pairs from now on is let go.
        invited.paired.close();
        let road = Road::of_host(net.clone(), meet.clone(), invited.meeting.plate(), &paired);
        let helper = Helper { name: paired.helper_name.clone(), peer: paired.peer.to_string() };
        let helper_name = helper.name.clone();
        let shower = Shower::new(&mut app.faces, app.texts.clone(), helper, desktop.seat());
        let answered = |allowed| {
            let mut open = door.desk.open();
            let end = if allowed { QuestionEnd::Allowed } else { QuestionEnd::Denied };
            open.question_over(end, clock.now());
            open.state()
        };
        let ground = Ground {
            clock,
            desktop,
            road,
            offers: paired.invitation.offers,
            said: &mut app.said,
            questions: &mut app.questions,
            net_events,
            serve: &|channel| pairings.serve(door, channel),
            answered: &answered,
        };
        let way_back = WayBack::open(net, paired.peer);
        let ended = hosting::run(ground, link, shower).await;
        way_back.close().await;
        // Unless it was answered: then this changes nothing.
        door.desk.open().question_over(QuestionEnd::Withdrawn, clock.now());
        let ended = ended.map_err(|ended| End::from(&ended))?;
        let text = words::ended(&app.texts, Party::Host, ended.by, ended.reason, &helper_name);
        app.faces.say(&Event::Ended { by: ended.by.name(), reason: front::reason_word(ended.reason), text });
        app.quit |= ended.quit;
        Ok(match (ended.by, ended.reason) {
            (Party::Link, _) => End::LinkLost,
            (Party::Program, Reason::Protocol) => End::Protocol,
            (Party::Program, Reason::Unable) => End::DisplayGone,
            _ => End::Normal,
        })
    }

    /// Waits for `doing`. Meanwhile the person may stop, and helpers are served by the code that is or was.
    async fn meanwhile<T>(
        &mut self,
        old: Option<(&Door, &Meeting)>,
        doing: impl Future<Output = T>,
    ) -> Result<T, End> {
        tokio::pin!(doing);
        loop {
            tokio::select! {
                done = &mut doing => return Ok(done),
                said = self.app.said.recv() => {
                    if self.is_over(said.unwrap_or(Said::Interrupted)) {
                        return Err(End::Normal);
                    }
                }
                event = self.net_events.recv() => self.heard(event, old)?,
            }
        }
    }

    /// What the network says while there is no session.
    fn heard(&mut self, event: Option<NetEvent>, open: Option<(&Door, &Meeting)>) -> Result<(), End> {
        let event = event.ok_or_else(|| End::Failed(NetError::Stopped.to_string()))?;
        let Some((door, meeting)) = open else { return Ok(()) };
        match event {
            NetEvent::Pair(channel) => self.pairings.serve(door, channel),
            NetEvent::Node { address, state } => {
                info!(%address, ?state, "a node");
                meeting.hear(address, state);
            }
            NetEvent::Path { .. } | NetEvent::Silent { .. } | NetEvent::Lost { .. } => {}
        }
        Ok(())
    }

    /// Whether what was said while waiting ends it.
    fn is_over(&mut self, said: Said) -> bool {
        match said {
            Said::Interrupted
            | Said::Window(model::Command::Quit)
            | Said::Front(Heard::Command(front::Command::Quit)) => {
                self.app.quit = true;
                true
            }
            Said::Window(model::Command::Stop) | Said::Front(Heard::Command(front::Command::Stop)) => true,
            Said::Front(Heard::Fault(fault)) => {
                let event = fault.event(&self.app.texts);
                self.app.faces.say(&event);
                false
            }
            Said::Front(Heard::Command(_)) => {
                let text = words::error(&self.app.texts, "no_session");
                self.app.faces.say(&Event::Error { code: "no_session", text });
                false
            }
            Said::Window(_) => false,
        }
    }
}
