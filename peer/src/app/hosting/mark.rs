//! The thread that shows where the helper points. Its window is ready from the beginning, so that a computer which
//! has none asks its person nothing; it goes with the thread, and the thread with the session.

use std::sync::Arc;
use std::thread;

use entraide_common::limits;
use tracing::info;

use crate::desktop::{Desktop, Ended};
use crate::latest::Latest;

/// Where the mark is to be, in the desktop's pixels; none hides it.
type Aim = Option<(i32, i32)>;

/// Tells the thread. Dropped, it ends it, once it has done what it was told last.
pub(super) struct Marker(Arc<Latest<Aim>>);

impl Marker {
    /// Starts the thread, which calls `failed` once if nothing can be shown, or no longer.
    pub(super) fn start(desktop: &Desktop, failed: impl FnOnce() + Send + 'static) -> Self {
        let spots = Arc::<Latest<Aim>>::default();
        let (desktop, told) = (desktop.clone(), Arc::clone(&spots));
        let run = move || {
            if let Err(error) = follow(&desktop, &told) {
                info!(%error, "where the helper points cannot be shown");
                failed();
            }
        };
        let thread = thread::Builder::new().name("mark".to_owned()).spawn(run);
        thread.expect("a system that starts programs starts threads");
        Self(spots)
    }

    /// Brings the mark there. A display that is slow misses what was on the way.
    pub(super) fn put(&self, spot: Aim) {
        self.0.put(spot);
    }
}

impl Drop for Marker {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn follow(desktop: &Desktop, spots: &Latest<Aim>) -> Result<(), Ended> {
    let mut mark = desktop.open_mark(limits::POINT_REACH)?;
    while let Some(spot) = spots.next() {
        match spot {
            Some((x, y)) => mark.show(x, y)?,
            None => mark.hide()?,
        }
    }
    Ok(())
}
