//! The picture on the helper's side: frames from their lane to the decoder's thread, the cursor to the canvas.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};

use entraide_common::screen::Picture;
use entraide_common::wire::cursor::Cursor;
use entraide_common::wire::film::{Film, FilmAck};
use entraide_common::wire::screen::{Screen, ScreenAck, Taken};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tracing::{error, info, trace, warn};

use super::Happening;
use super::film::Films;
use crate::app::faces::session::Tally;
use crate::app::lanes::{self, Received, Shared};
use crate::canvas::Canvas;
use crate::media::pieces::{Joining, Pieced};
use crate::media::receive;
use crate::net::{LaneError, LaneReceiver, LaneSender};
use crate::ui;

/// Frames between the lane and the decoder. The host's pace keeps the rest on its screen.
const FRAMES: usize = 2;
/// Acknowledgements that wait for the link.
const ACKS: usize = 64;

/// The lanes of the picture.
pub(super) struct Lanes {
    /// The link's.
    pub(super) number: u32,
    pub(super) frames: LaneReceiver<Screen>,
    pub(super) acks: LaneSender<ScreenAck>,
    pub(super) cursor: LaneReceiver<Cursor>,
    pub(super) film: LaneReceiver<Film>,
    pub(super) film_acks: LaneSender<FilmAck>,
}

/// The picture of a session.
pub(super) struct Pictures {
    canvas: Arc<Canvas>,
    decoder: JoinHandle<()>,
    hand_in: mpsc::Sender<Screen>,
    films: Films,
    acknowledge: mpsc::Sender<ScreenAck>,
    acks: Shared<ScreenAck>,
    windows: Option<ui::Handle>,
    happen: mpsc::Sender<Happening>,
}

impl Pictures {
    /// Starts the decoder's thread. It draws what comes over one link after the other ([`Pictures::link`]).
    pub(super) fn start(
        canvas: Arc<Canvas>,
        windows: Option<ui::Handle>,
        tally: Arc<Tally>,
        happen: mpsc::Sender<Happening>,
    ) -> Self {
        // Nothing of an earlier session may be seen in this one.
        canvas.clear();
        let (acknowledge, to_write) = mpsc::channel(ACKS);
        let (hand_in, mut waiting) = mpsc::channel(FRAMES);
        let decode = Decode {
            canvas: canvas.clone(),
            windows: windows.clone(),
            tally: tally.clone(),
            acknowledge: acknowledge.clone(),
            happen: happen.clone(),
        };
        let decoder = thread::Builder::new()
            .name("decode".to_owned())
            .spawn(move || decode.run(&mut waiting))
            .expect("a system that starts programs starts threads");
        let acks = Arc::new(Mutex::new(to_write));
        let films = Films::start(canvas.clone(), windows.clone(), tally, happen.clone());
        Self { canvas, decoder, hand_in, films, acknowledge, acks, windows, happen }
    }

    /// Starts the tasks between the decoder and the lanes of a link.
    pub(super) fn link(&self, tasks: &mut JoinSet<()>, lanes: Lanes) {
        let Lanes { number, frames, acks, cursor, film, film_acks } = lanes;
        tasks.spawn(lanes::write_fresh(acks, self.acks.clone()));
        let arrivals = Arc::new(Arrivals { bytes: AtomicU64::new(0), acknowledge: self.acknowledge.clone() });
        let filming = self.films.link(tasks, film, film_acks, arrivals.clone());
        let reading = read("frames", frames, (self.hand_in.clone(), came), arrivals, self.happen.clone());
        let pointing = read_cursor(cursor, self.canvas.clone(), self.windows.clone());
        let happen = self.happen.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = reading => {}
                () = pointing => {}
                () = filming => {}
            }
            lanes::without_a_reason().await;
            // A session that is over needs not know.
            let _ = happen.send(Happening::Broken(number)).await;
        });
    }

    /// The remote picture as it is now.
    pub(super) fn copy(&self) -> Option<Picture> {
        self.canvas.with(|painting| painting.picture().cloned())
    }

    /// Waits for the decoder, whose queue has been closed.
    pub(super) fn close(self) {
        let Self { decoder, hand_in, acks, films, .. } = self;
        // A decoder that still says what it drew finds nobody who takes it.
        drop((hand_in, acks));
        if decoder.join().is_err() {
            error!("the decoder's thread panicked");
        }
        films.close();
    }
}

/// What has come over a link, of picture and films.
pub(super) struct Arrivals {
    bytes: AtomicU64,
    acknowledge: mpsc::Sender<ScreenAck>,
}

impl Arrivals {
    /// More has come; tells the host. False if nobody takes acknowledgements any more.
    pub(super) async fn came(&self, joining: &mut Joining) -> bool {
        let more = joining.taken();
        if more == 0 {
            return true;
        }
        let bytes = self.bytes.fetch_add(more, Ordering::Relaxed) + more;
        self.acknowledge.send(ScreenAck::Taken(Taken { bytes })).await.is_ok()
    }
}

struct Decode {
    canvas: Arc<Canvas>,
    windows: Option<ui::Handle>,
    tally: Arc<Tally>,
    acknowledge: mpsc::Sender<ScreenAck>,
    happen: mpsc::Sender<Happening>,
}

impl Decode {
    fn run(&self, frames: &mut mpsc::Receiver<Screen>) {
        let mut receiver = receive::Receiver::default();
        while let Some(came) = frames.blocking_recv() {
            let drawn = match came {
                Screen::Frame(frame) => receiver.draw(&frame, &self.canvas).map(|drawn| Some((drawn, frame))),
                Screen::Region(region) => receiver.change(region, &self.canvas).map(|()| None),
                Screen::Piece(_) => continue,
            };
            let (drawn, frame) = match drawn {
                Ok(Some(drawn)) => drawn,
                Ok(None) => continue,
                Err(fault) => {
                    warn!(%fault, "the host's program sent a picture that is none");
                    // If the session has ended meanwhile, nobody needs to know.
                    let _ = self.happen.blocking_send(Happening::Picture(Received::Fault));
                    return;
                }
            };
            trace!(frame.generation, frame.sequence, "drawn");
            if self.tally.count(frame.payload.len()) {
                // If the session has ended meanwhile, nobody needs to know.
                let _ = self.happen.blocking_send(Happening::Picture(Received::Message(())));
            }
            if let Some(windows) = &self.windows {
                windows.refresh();
            }
            if self.acknowledge.blocking_send(ScreenAck::Drawn(drawn)).is_err() {
                return;
            }
        }
    }
}

fn came(whole: Screen) -> Screen {
    if let Screen::Frame(frame) = &whole {
        trace!(frame.generation, frame.sequence, "came");
    }
    whole
}

/// Reads what a lane with a payload brings, and hands it to its thread when it is whole. `what` it is, for the log.
pub(super) async fn read<M: Pieced, T>(
    what: &'static str,
    mut lane: LaneReceiver<M>,
    (thread, hand_in): (mpsc::Sender<T>, fn(M) -> T),
    arrivals: Arc<Arrivals>,
    happen: mpsc::Sender<Happening>,
) {
    let mut joining = Joining::default();
    let received = loop {
        match lane.recv().await {
            Ok(came) => match joining.take(came) {
                Ok(whole) => {
                    if !arrivals.came(&mut joining).await {
                        return;
                    }
                    if let Some(whole) = whole
                        && thread.send(hand_in(whole)).await.is_err()
                    {
                        return;
                    }
                }
                Err(fault) => {
                    warn!(what, %fault, "the host's program broke a rule");
                    break Received::Fault;
                }
            },
            Err(LaneError::Protocol(fault)) => {
                warn!(what, %fault, "the host's program broke the protocol");
                break Received::Fault;
            }
            Err(error) => {
                info!(what, %error, "the lane ended");
                break Received::Lost;
            }
        }
    };
    let _ = happen.send(Happening::Picture(received)).await;
}

async fn read_cursor(mut lane: LaneReceiver<Cursor>, canvas: Arc<Canvas>, windows: Option<ui::Handle>) {
    loop {
        match lane.recv().await {
            Ok(Cursor::Shape(shape)) => canvas.pointer().wear(shape),
            Ok(Cursor::Position(position)) => canvas.pointer().position = Some(position),
            Err(error) => {
                info!(%error, "the cursor ended");
                return;
            }
        }
        if let Some(windows) = &windows {
            windows.refresh();
        }
    }
}

/// Writes exact pixels as PNG, as a whole or not at all.
pub(super) fn write_png(picture: Option<&Picture>, path: &Path) -> Result<(), String> {
    let Some(picture) = picture else { return Err("no picture yet".to_owned()) };
    let part = path.with_extension("png.part");
    let result = encode_png(picture, &part).and_then(|()| Ok(fs::rename(&part, path)?));
    result.map_err(|error| error.to_string())
}

fn encode_png(picture: &Picture, path: &Path) -> Result<(), png::EncodingError> {
    let size = picture.size();
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), size.width, size.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let rgb: Vec<u8> = picture
        .pixels()
        .iter()
        .flat_map(|pixel| {
            let [_, red, green, blue] = pixel.to_be_bytes();
            [red, green, blue]
        })
        .collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()
}
