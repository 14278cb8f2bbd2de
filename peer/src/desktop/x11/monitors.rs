//! What there is to see: the monitors on the root window, and the part of it that is looked at.

use entraide_common::limits;
use entraide_common::monitors;
use entraide_common::screen::{Rect, Size};
use entraide_common::wire::control::{Monitor, MonitorChoice};
use x11rb::connection::RequestConnection as _;
use x11rb::protocol::randr::{self, ConnectionExt as _, NotifyMask};
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ConnectionExt as _, EventMask, Window};
use x11rb::rust_connection::RustConnection;

use super::Ended;

/// All monitors. Always at least one: a server that names none shows its whole root window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// On the root window.
    places: Vec<(u32, Rect, bool)>,
}

impl Layout {
    /// Asks for news of changes. They come in several events for one change.
    pub(super) fn watch(conn: &RustConnection, root: Window) -> Result<(), Ended> {
        // Monitors made of others by hand (`xrandr --setmonitor`) are told by a ConfigureNotify only.
        let structure = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        conn.change_window_attributes(root, &structure)?;
        if conn.extension_information(randr::X11_EXTENSION_NAME)?.is_some() {
            let changes = NotifyMask::SCREEN_CHANGE | NotifyMask::CRTC_CHANGE | NotifyMask::OUTPUT_CHANGE;
            conn.randr_select_input(root, changes)?;
        }
        Ok(())
    }

    /// The monitors as they are now.
    pub(super) fn ask(conn: &RustConnection, root: Window) -> Result<Self, Ended> {
        let geometry = conn.get_geometry(root)?;
        let named = match conn.extension_information(randr::X11_EXTENSION_NAME)? {
            Some(_) => {
                conn.randr_get_monitors(root, true)?.reply().map_or(Vec::new(), |reply| reply.monitors)
            }
            None => Vec::new(),
        };
        let geometry = geometry.reply()?;
        let whole = Rect { x: 0, y: 0, width: geometry.width.into(), height: geometry.height.into() };
        let mut places: Vec<_> = named
            .iter()
            .filter_map(|monitor| Some((monitor.name, on_root(monitor, whole)?, monitor.primary)))
            .take(limits::MONITORS)
            .collect();
        if places.is_empty() {
            places.push((0, bounded(whole), true));
        }
        Ok(Self { places })
    }

    /// The monitors in pixels of the picture of all of them.
    pub(super) fn monitors(&self) -> Vec<Monitor> {
        let all = self.all();
        self.places
            .iter()
            .map(|&(id, place, primary)| Monitor {
                id,
                x: (place.x - all.x).cast_signed(),
                y: (place.y - all.y).cast_signed(),
                width: place.width,
                height: place.height,
                // X11 counts in physical pixels; how large programs draw is their own affair.
                scale_percent: 100,
                primary,
            })
            .collect()
    }

    /// The part of the root window that `wish` comes to.
    pub(super) fn view(&self, wish: MonitorChoice) -> (Rect, Size) {
        let shown = monitors::shown(wish, &self.monitors());
        let one = self.places.iter().find(|place| shown == MonitorChoice::One(place.0));
        let place = one.map_or_else(|| self.all(), |&(_, place, _)| place);
        (place, Size { width: place.width, height: place.height })
    }

    fn all(&self) -> Rect {
        let places = self.places.iter().map(|&(_, place, _)| place);
        places.reduce(Rect::union).expect("a layout has a monitor")
    }
}

fn on_root(monitor: &randr::MonitorInfo, root: Rect) -> Option<Rect> {
    let (x, y) = (u32::try_from(monitor.x).ok()?, u32::try_from(monitor.y).ok()?);
    let place = Rect { x, y, width: monitor.width.into(), height: monitor.height.into() };
    place.intersection(root).map(bounded)
}

/// As much of a monitor as a picture can show.
fn bounded(place: Rect) -> Rect {
    let side = |pixels: u32| pixels.clamp(1, limits::PICTURE_SIDE);
    Rect { width: side(place.width), height: side(place.height), ..place }
}
