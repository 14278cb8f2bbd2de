//! The threads and tasks of the picture: ready until the host's person says yes, running, stopped.

use std::sync::Arc;
use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::Instant;

use entraide_common::wire::control::{Monitor, MonitorChoice};
use entraide_common::wire::cursor::{Cursor, Position, Shape};
use entraide_common::wire::film::{Film, FilmAck};
use entraide_common::wire::screen::{Screen as ScreenMessage, ScreenAck};
use tokio::sync::{Mutex, mpsc, watch};
use tokio::task::JoinSet;
use tracing::info;

use super::Happening;
use super::film::{self, Films};
use crate::app::faces::session::Tally;
use crate::app::lanes;
use crate::desktop::{Desktop, Ended, Screen, Waker};
use crate::media::pieces::{self, Freed};
use crate::media::send::Made;
use crate::media::stage::Stage;
use crate::media::{capture, send};
use crate::net::{LaneReceiver, LaneSender};

/// Shapes that wait for the link; a cursor changes its look a few times a second.
const SHAPES: usize = 16;

/// The picture of a session.
pub struct Pictures {
    phase: Phase,
    stage: Arc<Stage>,
    choices: std_mpsc::Sender<MonitorChoice>,
    /// For the capture thread, which sleeps while nothing is drawn.
    waker: Waker,
    shapes: mpsc::Sender<Shape>,
    positions: watch::Sender<Option<Position>>,
    monitors: Vec<Monitor>,
    origin: (i32, i32),
    frozen: bool,
    /// What the cursor became while frozen.
    last_shape: Option<Shape>,
    last_position: Option<Position>,
    /// How the cursor looks and where it is, for a helper who missed it.
    worn: Option<Shape>,
    place: Option<Position>,
    tally: Arc<Tally>,
    tasks: JoinSet<()>,
}

/// The lanes of the picture.
pub(super) struct Lanes {
    /// The link's.
    pub(super) number: u32,
    pub(super) frames: LaneSender<ScreenMessage>,
    pub(super) acks: LaneReceiver<ScreenAck>,
    pub(super) cursor: LaneSender<Cursor>,
    pub(super) film: LaneSender<Film>,
    pub(super) film_acks: LaneReceiver<FilmAck>,
}

enum Phase {
    Ready(Box<Ready>),
    Running { frames: Frames, films: Films, happen: mpsc::Sender<Happening> },
    Stopped,
}

/// Frames on their way from the encoder to one lane after the other.
type Frames = Arc<Mutex<mpsc::Receiver<ScreenMessage>>>;

/// Everything that moves into the threads and tasks once the picture begins.
struct Ready {
    screen: Box<dyn Screen>,
    choices: std_mpsc::Receiver<MonitorChoice>,
    /// None while the link is cut.
    lanes: Option<Lanes>,
    happen: mpsc::Sender<Happening>,
}

impl Pictures {
    /// Opens the screen and looks at its monitors; no pixel is read before [`Pictures::start`]. What is sent is counted
    /// in `tally`.
    pub(super) fn prepare(
        desktop: &Desktop,
        lanes: Lanes,
        tally: Arc<Tally>,
        happen: mpsc::Sender<Happening>,
    ) -> Result<Self, Ended> {
        let screen = desktop.open_screen()?;
        let (choices, chosen) = std_mpsc::channel();
        let (shapes, _) = mpsc::channel(SHAPES);
        let (positions, _) = watch::channel(None);
        let (monitors, origin, waker) = (screen.monitors(), screen.origin(), screen.waker());
        let ready = Ready { screen, choices: chosen, lanes: Some(lanes), happen };
        Ok(Self {
            phase: Phase::Ready(Box::new(ready)),
            stage: Arc::default(),
            choices,
            waker,
            shapes,
            positions,
            monitors,
            origin,
            frozen: false,
            last_shape: None,
            last_position: None,
            worn: None,
            place: None,
            tally,
            tasks: JoinSet::new(),
        })
    }

    /// The monitors as they were at the beginning.
    pub(super) fn monitors(&self) -> Vec<Monitor> {
        self.monitors.clone()
    }

    /// Where the picture begins on the desktop.
    pub(super) fn origin(&self) -> (i32, i32) {
        self.origin
    }

    pub(super) fn set_origin(&mut self, origin: (i32, i32)) {
        self.origin = origin;
    }

    /// Starts capture, encoder and their tasks.
    pub(super) fn start(&mut self) {
        if !matches!(self.phase, Phase::Ready(_)) {
            return;
        }
        let (hand_out, handed_out) = mpsc::channel(1);
        let (hand_out_film, films) = mpsc::channel(1);
        // One frame may wait while the one before is written: the pace keeps the rest on the screen.
        let (frames, films) = (Arc::new(Mutex::new(handed_out)), Arc::new(Mutex::new(films)));
        let Phase::Ready(ready) = std::mem::replace(&mut self.phase, Phase::Stopped) else { return };
        let Ready { screen, choices, lanes, happen } = *ready;
        self.phase = Phase::Running { frames, films, happen: happen.clone() };
        if let Some(lanes) = lanes {
            self.write(lanes);
        }
        let stage = self.stage.clone();
        let notice = move |noticed| {
            // The loop ends by itself; until then it reads.
            let _ = happen.blocking_send(Happening::Noticed(noticed));
        };
        spawn_thread("capture", move || capture::run(screen, &stage, &choices, notice));
        let stage = self.stage.clone();
        let hand_out = move |made| match made {
            Made::Picture(message) => hand_out.blocking_send(message).is_ok(),
            Made::Film(generation, message) => hand_out_film.blocking_send((generation, message)).is_ok(),
        };
        spawn_thread("encode", move || send::run(&stage, hand_out));
    }

    /// The link is cut: nothing is sent.
    pub(super) fn cut(&mut self) {
        self.tasks.abort_all();
        if let Phase::Ready(ready) = &mut self.phase {
            ready.lanes = None;
        }
    }

    /// The link stands again: the picture begins anew, and the cursor is told.
    pub(super) fn relink(&mut self, lanes: Lanes) {
        match &mut self.phase {
            Phase::Ready(ready) => ready.lanes = Some(lanes),
            Phase::Running { .. } => {
                self.stage.relink(Instant::now());
                self.write(lanes);
            }
            Phase::Stopped => {}
        }
    }

    /// Starts the tasks that write to a link's lanes and read from them.
    fn write(&mut self, lanes: Lanes) {
        let Phase::Running { frames: handed_out, films, happen } = &self.phase else { return };
        let Lanes { number, frames, acks, cursor, film, film_acks } = lanes;
        let (shapes, shapes_out) = mpsc::channel(SHAPES);
        let (positions, positions_out) = watch::channel(None);
        if let Some(shape) = self.worn.clone() {
            // The first of so many places is free.
            let _ = shapes.try_send(shape);
        }
        positions.send_if_modified(|place| {
            *place = self.place;
            place.is_some()
        });
        (self.shapes, self.positions) = (shapes, positions);
        self.tasks.spawn(write_cursor(cursor, shapes_out, positions_out));
        let freed = Arc::<[Freed; 2]>::default();
        let acknowledged = read_acks(acks, self.stage.clone(), freed.clone(), happen.clone());
        let filmed = film::read_acks(film_acks, self.stage.clone());
        let happen = happen.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = acknowledged => {}
                () = filmed => {}
            }
            lanes::without_a_reason().await;
            // A session that is over needs not know.
            let _ = happen.send(Happening::Broken(number)).await;
        });
        let handed_out = handed_out.clone();
        let (stage, tally) = (self.stage.clone(), self.tally.clone());
        self.tasks.spawn(film::write(film, films.clone(), stage.clone(), freed.clone(), tally.clone()));
        self.tasks.spawn(write_frames(frames, handed_out, stage, freed, tally));
    }

    /// Freezes picture and cursor, or lets both go on with what they are by then.
    pub(super) fn freeze(&mut self, frozen: bool) {
        self.stage.freeze(frozen);
        self.frozen = frozen;
        if !frozen {
            if let Some(shape) = self.last_shape.take() {
                self.shape(shape);
            }
            if let Some(position) = self.last_position.take() {
                self.position(position);
            }
        }
    }

    pub(super) fn choose(&self, choice: MonitorChoice) {
        // Without a capture thread there is nothing to choose from.
        let _ = self.choices.send(choice);
        self.waker.wake();
    }

    pub(super) fn shape(&mut self, shape: Shape) {
        if self.frozen {
            self.last_shape = Some(shape);
            return;
        }
        self.worn = Some(shape.clone());
        // A shape that does not fit is followed by another soon; the place is never lost.
        let _ = self.shapes.try_send(shape);
    }

    pub(super) fn position(&mut self, position: Position) {
        if self.frozen {
            self.last_position = Some(position);
            return;
        }
        self.place = Some(position);
        let [x, y] = [position.x, position.y].map(|place| u32::try_from(place).unwrap_or_default());
        self.stage.point(x, y);
        self.positions.send_replace(Some(position));
    }

    /// Ends both threads; the tasks flush what is under way.
    pub(super) fn stop(&mut self) {
        self.phase = Phase::Stopped;
        self.stage.close();
        self.waker.wake();
    }

    /// Ends the tasks.
    pub(super) async fn end(&mut self) {
        self.tasks.abort_all();
        while self.tasks.join_next().await.is_some() {}
    }
}

fn spawn_thread(name: &str, run: impl FnOnce() + Send + 'static) {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .expect("a system that starts programs starts threads");
}

async fn write_frames(
    lane: LaneSender<ScreenMessage>,
    frames: Frames,
    stage: Arc<Stage>,
    freed: Arc<[Freed; 2]>,
    tally: Arc<Tally>,
) {
    let [freed, film_freed] = &*freed;
    let mut epoch = lane.epoch();
    let lane = Mutex::new(lane);
    let mut frames = frames.lock().await;
    while let Some(message) = frames.recv().await {
        let (generation, bytes) = match &message {
            ScreenMessage::Frame(frame) => (frame.generation, frame.payload.len()),
            ScreenMessage::Region(region) => (region.generation, 0),
            ScreenMessage::Piece(_) => continue,
        };
        if stage.is_stale(generation) {
            continue;
        }
        let write = async |message| lane.lock().await.send(&message).await;
        if let Err(error) = pieces::send(message, &stage, freed, write).await {
            info!(%error, "frames cannot be written any more");
            return;
        }
        film_freed.tell();
        tally.count(bytes);
        if std::mem::replace(&mut epoch, lane.lock().await.epoch()) != epoch {
            stage.moved();
        }
    }
}

async fn read_acks(
    mut lane: LaneReceiver<ScreenAck>,
    stage: Arc<Stage>,
    freed: Arc<[Freed; 2]>,
    happen: mpsc::Sender<Happening>,
) {
    loop {
        match lane.recv().await {
            Ok(ScreenAck::Taken(taken)) => {
                stage.taken(taken.bytes, Instant::now());
                freed.iter().for_each(Freed::tell);
            }
            Ok(ScreenAck::Drawn(drawn)) => {
                if let Some(turn) = stage.drawn(drawn, Instant::now()) {
                    // The loop ends by itself; until then it reads.
                    let _ = happen.send(Happening::Turned(turn)).await;
                }
            }
            Err(error) => {
                info!(%error, "acknowledgements ended");
                return;
            }
        }
    }
}

/// Looks go out in order; of places only the newest.
async fn write_cursor(
    mut lane: LaneSender<Cursor>,
    mut shapes: mpsc::Receiver<Shape>,
    mut positions: watch::Receiver<Option<Position>>,
) {
    loop {
        let message = tokio::select! {
            biased;
            Some(shape) = shapes.recv() => Some(Cursor::Shape(shape)),
            Ok(()) = positions.changed() => positions.borrow_and_update().map(Cursor::Position),
            else => return,
        };
        let Some(message) = message else { continue };
        if let Err(error) = lane.send(&message).await {
            info!(%error, "the cursor cannot be written any more");
            return;
        }
    }
}
