//! The tasks of a film's lane on the host's side.

use std::sync::Arc;
use std::time::Instant;

use entraide_common::wire::film::{Film, FilmAck};
use tokio::sync::{Mutex, mpsc};
use tracing::info;

use crate::app::faces::session::Tally;
use crate::media::pieces::{self, Freed};
use crate::media::stage::Stage;
use crate::net::{LaneReceiver, LaneSender};
use crate::video;

/// Films on their way from the encoder to one lane after the other, each message with its picture's generation.
pub(super) type Films = Arc<Mutex<mpsc::Receiver<(u32, Film)>>>;

pub(super) async fn write(
    lane: LaneSender<Film>,
    films: Films,
    stage: Arc<Stage>,
    freed: Arc<[Freed; 2]>,
    tally: Arc<Tally>,
) {
    let [_, freed] = &*freed;
    let lane = Mutex::new(lane);
    let mut films = films.lock().await;
    while let Some((generation, message)) = films.recv().await {
        let shot = match &message {
            Film::Shot(shot) => Some(shot.payload.len()),
            _ => None,
        };
        if stage.is_stale(generation) {
            if shot.is_some() {
                // The helper never sees it.
                stage.reel(|reel| {
                    reel.gone();
                    reel.shown();
                });
            }
            continue;
        }
        let write = async |message| lane.lock().await.send(&message).await;
        let written = pieces::send(message, &stage, freed, write).await;
        if let Some(bytes) = shot {
            stage.reel(|reel| reel.gone());
            tally.count(bytes);
        }
        if let Err(error) = written {
            info!(%error, "films cannot be written any more");
            return;
        }
    }
}

pub(super) async fn read_acks(mut lane: LaneReceiver<FilmAck>, stage: Arc<Stage>) {
    loop {
        match lane.recv().await {
            Ok(FilmAck::Plays(plays)) => {
                let codec = plays.best(video::codecs());
                info!(?codec, "films");
                stage.plays(codec, Instant::now());
            }
            Ok(FilmAck::Shown(())) => stage.reel(|reel| reel.shown()),
            Ok(FilmAck::Again(film)) => stage.reel(|reel| reel.again(film)),
            Err(error) => {
                info!(%error, "what is said of films ended");
                return;
            }
        }
    }
}
