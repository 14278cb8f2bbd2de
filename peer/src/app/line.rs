//! The link of a session as its loop sees it: up, or cut and on the way back ([`super::rejoin`]).

use entraide_common::wire::Message;
use futures::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::lanes::Outbox;
use crate::net::{LaneSender, Path};

/// What runs on one link. Dropped, it ends.
pub struct Line<M> {
    /// Counts the links of a session: what an earlier one brings is no news any more.
    pub number: u32,
    control: Outbox<M>,
    path: watch::Receiver<Path>,
    /// What reads and writes its lanes.
    pub tasks: JoinSet<()>,
}

impl<M: Message + Sync> Line<M> {
    /// Begins with the lane on which this side says what it decides.
    pub fn begin(number: u32, control: LaneSender<M>, mut path: watch::Receiver<Path>) -> Self {
        let mut tasks = JoinSet::new();
        let control = Outbox::spawn(&mut tasks, control);
        // The way as it is at the beginning is news as well.
        path.mark_changed();
        Self { number, control, path, tasks }
    }
}

/// A session's link. `B` is what comes of the way back.
pub enum Link<M, B> {
    /// It stands.
    Up(Line<M>),
    /// It is cut; the future ends with another, or with nothing when it is too late.
    Cut(BoxFuture<'static, Option<B>>),
}

/// What is new about a link.
pub enum News<B> {
    /// It takes this way now.
    Path(Path),
    /// It is back.
    Back(B),
    /// It will not come back.
    Lost,
}

impl<M: Message + Sync, B> Link<M, B> {
    /// Waits for what is new. Nothing is lost if the wait is given up.
    pub async fn news(&mut self) -> News<B> {
        match self {
            Self::Up(line) => match line.path.changed().await {
                Ok(()) => News::Path(line.path.borrow_and_update().clone()),
                // Its lanes say so.
                Err(_) => std::future::pending().await,
            },
            Self::Cut(back) => back.await.map_or(News::Lost, News::Back),
        }
    }

    /// Sends a message, soon; see [`Outbox::send`]. What is said while the link is cut is said for nothing: the other side
    /// learns how everything is when it is back.
    #[must_use]
    pub fn send(&self, message: M) -> bool {
        match self {
            Self::Up(line) => line.control.send(message),
            Self::Cut(_) => true,
        }
    }

    /// See [`Outbox::is_nearly_full`].
    #[must_use]
    pub fn is_nearly_full(&self) -> bool {
        match self {
            Self::Up(line) => line.control.is_nearly_full(),
            Self::Cut(_) => false,
        }
    }

    /// Whether that is the link that stands.
    #[must_use]
    pub fn is(&self, number: u32) -> bool {
        matches!(self, Self::Up(line) if line.number == number)
    }

    /// Whether it is cut.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        matches!(self, Self::Cut(_))
    }

    /// Says nothing more, and lets what was said go out. What reads goes on until the tasks are dropped.
    pub fn hang_up(self) -> Option<JoinSet<()>> {
        match self {
            Self::Up(line) => Some(line.tasks),
            Self::Cut(_) => None,
        }
    }
}
