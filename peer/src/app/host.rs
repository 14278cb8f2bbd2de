//! The host's way from "get help" to a session: meet the nodes, show a code, serve the pairings, and then
//! [`super::hosting`].

use std::sync::Arc;
use std::time::Instant;

use entraide_common::ids::InvitationId;
use entraide_common::invitation::code::{Code, Secret};
use entraide_common::invitation::offer::Offer;
use entraide_common::invitation::open::{OpenInvitation, QuestionEnd, State};
use entraide_common::invitation::pairing::Paired;
use entraide_common::invitation::{Invitation, SigningKey};
use entraide_common::limits;
use entraide_common::session::Party;
use entraide_common::wire::control::Reason;
use tokio::sync::mpsc;
use tracing::info;

use super::clock::{SystemChance, system_time};
use super::hosting::{self, Ground, Helper, Shower};
use super::meeting::{self, Meeting};
use super::pair::{Desk, PairEnd};
use super::said::Said;
use super::words;
use super::{App, net_config};
use crate::config::Settings;
use crate::desktop::{self, Seat};
use crate::exit::End;
use crate::front::{self, Event, Heard};
use crate::keys;
use crate::net::{Channel, Net, NetEvent, Side};
use crate::store::{DataDir, Role};
use crate::ui::model::{self, View, Waiting};

/// Pairings whose result waits to be noticed.
const RESULTS: usize = 16;

/// What the host's person says about the invitation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// For whom it is; stays on this computer and in the signed invitation.
    pub whom: String,
    /// What the trouble is.
    pub message: String,
}

/// Invites until a session is over, the invitation is, or the person stops.
pub async fn run(app: &mut App, settings: &Settings, wish: &Wish) -> End {
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
    if settings.rendezvous.is_empty() {
        return Err(End::NoNode);
    }
    let claim = DataDir::open(&settings.data).and_then(|data| data.claim(Role::Hosting));
    // A new key each time: no open invitation depends on the old one, and a key that stays would be a name that
    // nodes could follow.
    let seed = claim
        .as_ref()
        .map_err(|error| error.sentence(&app.texts))
        .and_then(|claim| keys::renew(claim).map_err(|error| error.sentence(&app.texts)));
    let seed = seed.map_err(End::Failed)?;
    let signer = SigningKey::from_bytes(seed.expose());
    let config = net_config(seed.expose(), &settings.rendezvous, Side::Host);
    let (net, driver, net_events) = Net::new(config).map_err(|error| End::from(&error))?;
    let network = app.spawn_driver(driver);

    let room = Room { app, settings, wish, signer, net, net_events };
    let end = room.wait(&desktop).await;
    network.close().await;
    end
}

/// Where the host waits.
struct Room<'a> {
    app: &'a mut App,
    settings: &'a Settings,
    wish: &'a Wish,
    signer: SigningKey,
    net: Net,
    net_events: mpsc::Receiver<NetEvent>,
}

/// One open invitation, its places at the nodes, and the pairings that are being served.
struct Invited {
    desk: Arc<Desk>,
    meeting: Meeting,
    results: mpsc::Sender<Result<Paired, PairEnd>>,
    done: mpsc::Receiver<Result<Paired, PairEnd>>,
    changed: Arc<tokio::sync::Notify>,
    shown: Option<State>,
    tries_left: u32,
}

impl Invited {
    /// Serves a helper who opened a pairing stream, whoever it is and whatever else is going on.
    fn serve(&self, channel: Channel, net: &Net) {
        let (desk, results, changed) = (self.desk.clone(), self.results.clone(), self.changed.clone());
        let net = net.clone();
        tokio::spawn(async move {
            let result = desk.serve(channel, &net, || changed.notify_one()).await;
            if let Err(end) = &result {
                info!(%end, "a pairing ended without a pair");
            }
            // A full queue is one of failures; a pair beside them will come again.
            let _ = results.try_send(result);
        });
    }
}

impl Room<'_> {
    async fn wait(mut self, desktop: &desktop::Desktop) -> Result<End, End> {
        let mut invited = self.open().await?;
        loop {
            self.show_state(&mut invited);
            let state = invited.desk.open().state();
            match state {
                State::Expired => return Err(End::Expired),
                State::Burnt => {
                    // The old code is dead; the person gets another at once, and sees why.
                    invited.meeting.leave(&self.net).await;
                    invited = self.open().await?;
                    continue;
                }
                State::Waiting | State::Seen | State::Answered | State::Used => {}
            }
            let deadline = invited.desk.open().deadline();
            let renewal = invited.meeting.renewal();
            tokio::select! {
                said = self.app.said.recv() => {
                    if self.is_over(said.unwrap_or(Said::Interrupted)) {
                        invited.meeting.leave(&self.net).await;
                        return Ok(End::Normal);
                    }
                }
                Some(event) = self.net_events.recv() => match event {
                    NetEvent::Pair(channel) => invited.serve(channel, &self.net),
                    event => self.node_event(&event),
                },
                Some(result) = invited.done.recv() => {
                    if let Ok(paired) = result {
                        return self.host(desktop, &mut invited, paired).await;
                    }
                }
                () = invited.changed.notified() => {}
                () = tokio::time::sleep_until(renewal.into()) => invited.meeting.renew(&self.net).await,
                () = self.app.clock.sleep_until(deadline) => {
                    invited.desk.open().advance(self.app.clock.now(), self.app.clock.wall());
                }
            }
        }
    }

    /// Claims a place at the nodes and opens an invitation there.
    async fn open(&mut self) -> Result<Invited, End> {
        self.busy("reaching-node");
        let nodes = &self.settings.rendezvous;
        let meeting = meeting::claim(&self.net, nodes).await.map_err(|error| End::from(&error))?;
        let clock = self.app.clock;
        let issued = clock.wall();
        let invitation = Invitation {
            id: InvitationId::random(&mut SystemChance),
            host: self.net.key(),
            nodes: meeting.places(),
            issued,
            expires: issued.after(limits::CODE_TOTAL),
            offers: self.settings.offer,
            for_whom: self.wish.whom.clone(),
            name: self.settings.name.clone(),
            message: self.wish.message.clone(),
        };
        let code = Code::new(meeting.plate(), Secret::draw(&mut SystemChance));
        let offer =
            Offer::new(invitation, code, &self.signer).map_err(|fault| End::Failed(fault.to_string()))?;
        let open = OpenInvitation::new(offer, clock.now(), issued).lasting(self.settings.valid);
        let tries_left = open.tries_left();
        let (results, done) = mpsc::channel(RESULTS);
        let desk = Arc::new(Desk::new(open, clock));
        Ok(Invited { desk, meeting, results, done, changed: Arc::default(), shown: None, tries_left })
    }

    /// Runs the session with a helper who has paired.
    async fn host(
        self,
        desktop: &desktop::Desktop,
        invited: &mut Invited,
        paired: Paired,
    ) -> Result<End, End> {
        let Self { app, net, mut net_events, .. } = self;
        let helper = Helper { name: paired.helper_name.clone(), peer: paired.peer.to_string() };
        let host_name = helper.name.clone();
        let link = match net.link_as_host(paired.peer, paired.session).await {
            Ok(link) => link,
            Err(error) => return Err(End::from(&error)),
        };
        let shower = Shower::new(&mut app.faces, app.texts.clone(), helper, desktop.seat());
        let serve = |channel| invited.serve(channel, &net);
        let clock = app.clock;
        let used = || invited.desk.open().question_over(QuestionEnd::Allowed, clock.now());
        let ground = Ground {
            clock,
            desktop,
            peer: paired.peer,
            offers: paired.invitation.offers,
            said: &mut app.said,
            questions: &mut app.questions,
            net_events: &mut net_events,
            serve: &serve,
            used: &used,
        };
        let ended = hosting::run(ground, link, shower).await.map_err(|ended| End::from(&ended))?;
        // Without a yes, the question ended with the session.
        invited.desk.open().question_over(QuestionEnd::Denied, app.clock.now());
        invited.meeting.leave(&net).await;
        let text = words::ended(&app.texts, Party::Host, ended.by, ended.reason, &host_name);
        app.faces.say(&Event::Ended {
            by: ended.by.name(),
            reason: front::reason_word(ended.reason),
            text: text.clone(),
        });
        app.quit |= ended.quit;
        Ok(match (ended.by, ended.reason) {
            (Party::Link, _) => End::LinkLost,
            (Party::Program, Reason::Protocol) => End::Protocol,
            (Party::Program, Reason::Unable) => End::DisplayGone,
            _ => End::Normal,
        })
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

    fn node_event(&mut self, event: &NetEvent) {
        if let NetEvent::Node { address, state } = event {
            info!(%address, ?state, "a node");
        }
    }

    fn busy(&mut self, stage: &'static str) {
        let text = words::host_stage(&self.app.texts, stage, "");
        self.app.faces.view(View::Busy { text: text.clone() });
        self.app.faces.say(&Event::Stage { name: stage, text });
    }

    /// Shows the code once and the state whenever it changed.
    fn show_state(&mut self, invited: &mut Invited) {
        let (state, left, digits, id) = {
            let open = invited.desk.open();
            let invitation = open.offer().invitation();
            (open.state(), open.tries_left(), open.offer().code().written(), invitation.id)
        };
        let idle = self.settings.valid.min(limits::CODE_TOTAL);
        let expires = self.app.clock.wall().after(idle);
        if invited.shown.is_none() {
            let event =
                Event::Code { id: id.to_string(), digits: digits.to_string(), expires: system_time(expires) };
            self.app.faces.say(&event);
        }
        if left != invited.tries_left {
            invited.tries_left = left;
            self.app.faces.say(&Event::Try { wrong: limits::WRONG_CODES - left, left });
        }
        if invited.shown != Some(state) {
            self.app.faces.say(&Event::State { name: state.name() });
        }
        invited.shown = Some(state);
        let status = words::invitation_state(&self.app.texts, state, left);
        self.app.faces.view(View::Waiting(Waiting {
            code: Some(digits.to_string()),
            node: invited.meeting.spoken_node(),
            expires: Some(Instant::now() + idle),
            status,
            question: None,
        }));
    }
}
