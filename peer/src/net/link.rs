//! A session's lanes, and the driver's half of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use entraide_common::limits;
use entraide_common::wire::control::{ToHelper, ToHost};
use entraide_common::wire::cursor::Cursor;
use entraide_common::wire::film::{Film, FilmAck};
use entraide_common::wire::input::Input;
use entraide_common::wire::open::StreamKind;
use entraide_common::wire::screen::{Screen, ScreenAck};
use futures::AsyncReadExt;
use futures::future::BoxFuture;
use futures::io::ReadHalf;
use tokio::sync::{mpsc, watch};

use super::Side;
use super::counted::Counted;
use super::lane::{LaneReceiver, LaneSender, Outgoing};
use super::path::Path;

/// The host's ends of a session's lanes.
#[derive(Debug)]
pub struct HostLink {
    /// What the host says.
    pub control: LaneSender<ToHelper>,
    /// What the helper says.
    pub requests: LaneReceiver<ToHost>,
    /// The picture.
    pub screen: LaneSender<Screen>,
    /// What of it was drawn.
    pub acks: LaneReceiver<ScreenAck>,
    /// The cursor.
    pub cursor: LaneSender<Cursor>,
    /// The helper's hands.
    pub input: LaneReceiver<Input>,
    /// Films.
    pub film: LaneSender<Film>,
    /// What the helper says of them.
    pub film_acks: LaneReceiver<FilmAck>,
    /// The way all this takes, with its round trip.
    pub path: watch::Receiver<Path>,
}

/// The helper's ends of a session's lanes.
#[derive(Debug)]
pub struct HelperLink {
    /// What the host says.
    pub control: LaneReceiver<ToHelper>,
    /// What the helper says.
    pub requests: LaneSender<ToHost>,
    /// The picture.
    pub screen: LaneReceiver<Screen>,
    /// What of it was drawn.
    pub acks: LaneSender<ScreenAck>,
    /// The cursor.
    pub cursor: LaneReceiver<Cursor>,
    /// The helper's hands.
    pub input: LaneSender<Input>,
    /// Films.
    pub film: LaneReceiver<Film>,
    /// What the helper says of them.
    pub film_acks: LaneSender<FilmAck>,
    /// The way all this takes, with its round trip.
    pub path: watch::Receiver<Path>,
}

impl HostLink {
    pub(super) fn new(mut ends: Ends, path: watch::Receiver<Path>) -> Self {
        let (control, requests) = (ends.sender(StreamKind::Control), ends.receiver(StreamKind::Control));
        let (screen, acks) = (ends.sender(StreamKind::Screen), ends.receiver(StreamKind::Screen));
        let (cursor, input) = (ends.sender(StreamKind::Cursor), ends.receiver(StreamKind::Input));
        let (film, film_acks) = (ends.sender(StreamKind::Film), ends.receiver(StreamKind::Film));
        Self { control, requests, screen, acks, cursor, input, film, film_acks, path }
    }
}

impl HelperLink {
    pub(super) fn new(mut ends: Ends, path: watch::Receiver<Path>) -> Self {
        let (control, requests) = (ends.receiver(StreamKind::Control), ends.sender(StreamKind::Control));
        let (screen, acks) = (ends.receiver(StreamKind::Screen), ends.sender(StreamKind::Screen));
        let (cursor, input) = (ends.receiver(StreamKind::Cursor), ends.sender(StreamKind::Input));
        let (film, film_acks) = (ends.receiver(StreamKind::Film), ends.sender(StreamKind::Film));
        Self { control, requests, screen, acks, cursor, input, film, film_acks, path }
    }
}

/// Whether `side` speaks on streams of this kind.
const fn speaks(side: Side, kind: StreamKind) -> bool {
    match (kind, side) {
        (StreamKind::Control | StreamKind::Screen | StreamKind::Film, _) => true,
        (StreamKind::Cursor, Side::Host) | (StreamKind::Input, Side::Helper) => true,
        (StreamKind::Cursor, Side::Helper) | (StreamKind::Input, Side::Host) => false,
    }
}

const fn listens(side: Side, kind: StreamKind) -> bool {
    speaks(side.other(), kind)
}

/// One stream of each kind: what a session needs on each path.
pub(super) type StreamSet = BTreeMap<StreamKind, Counted>;

/// The caller's halves of fresh lanes, still untyped.
#[derive(Debug, Default)]
pub(super) struct Ends {
    outgoing: BTreeMap<StreamKind, Arc<Outgoing>>,
    incoming: BTreeMap<StreamKind, (ReadHalf<Counted>, mpsc::Receiver<ReadHalf<Counted>>)>,
}

impl Ends {
    fn sender<M: entraide_common::wire::Message>(&mut self, kind: StreamKind) -> LaneSender<M> {
        LaneSender::new(self.outgoing.remove(&kind).expect("this side speaks there"))
    }

    fn receiver<M: entraide_common::wire::Message>(&mut self, kind: StreamKind) -> LaneReceiver<M> {
        let (stream, successors) = self.incoming.remove(&kind).expect("this side listens there");
        LaneReceiver::new(stream, successors)
    }
}

/// The driver's half of all lanes of a session.
#[derive(Debug)]
pub(super) struct Lanes {
    side: Side,
    lanes: BTreeMap<StreamKind, Lane>,
}

/// The driver's half of one lane.
#[derive(Debug)]
struct Lane {
    /// Gone once the caller has dropped the lane, which ends its stream.
    outgoing: Option<Weak<Outgoing>>,
    successors: Option<mpsc::Sender<ReadHalf<Counted>>>,
    /// The epoch that the next stream must have.
    next: u32,
    /// Streams of later epochs, which came faster over another connection.
    early: BTreeMap<u32, Counted>,
}

/// A move under way: to be driven to its end.
pub(super) type Move = BoxFuture<'static, ()>;

impl Lanes {
    /// Lanes that begin on `streams`, one of each kind, in that epoch.
    pub(super) fn begin(side: Side, epoch: u32, streams: StreamSet) -> (Self, Ends) {
        let mut ends = Ends::default();
        let mut lanes = BTreeMap::new();
        for (kind, stream) in streams {
            let (read, write) = stream.split();
            let outgoing = speaks(side, kind).then(|| {
                let outgoing = Outgoing::new(write);
                let driven = Arc::downgrade(&outgoing);
                ends.outgoing.insert(kind, outgoing);
                driven
            });
            let successors = listens(side, kind).then(|| {
                let (sender, receiver) = mpsc::channel(limits::LANE_SUCCESSORS);
                ends.incoming.insert(kind, (read, receiver));
                sender
            });
            lanes.insert(kind, Lane { outgoing, successors, next: epoch + 1, early: BTreeMap::new() });
        }
        (Self { side, lanes }, ends)
    }

    /// Takes the stream of `epoch` for this lane; what came too early waits, what came twice is dropped.
    pub(super) fn succeed(&mut self, kind: StreamKind, epoch: u32, stream: Counted) -> Vec<Move> {
        let side = self.side;
        let Some(lane) = self.lanes.get_mut(&kind) else { return Vec::new() };
        if epoch < lane.next || lane.early.len() >= limits::LANE_SUCCESSORS {
            return Vec::new();
        }
        lane.early.insert(epoch, stream);
        let mut moves = Vec::new();
        while let Some(stream) = lane.early.remove(&lane.next) {
            moves.extend(lane.go_on(side, kind, stream));
            lane.next += 1;
        }
        moves
    }
}

impl Lane {
    fn go_on(&self, side: Side, kind: StreamKind, stream: Counted) -> Option<Move> {
        debug_assert_eq!(self.outgoing.is_some(), speaks(side, kind), "a lane's ends are fixed");
        let (read, write) = stream.split();
        if let Some(successors) = &self.successors {
            // Full or gone: the receiver finds no successor and says that the lane is lost.
            let _ = successors.try_send(read);
        }
        let outgoing = self.outgoing.as_ref()?.upgrade()?;
        Some(Box::pin(outgoing.move_to(write)))
    }
}
