//! The host's desk: its monitors, our windows on it, and whose hand moves the pointer. What lies where is asked here.

use entraide_common::limits;
use entraide_common::session::holds::Area;
use entraide_common::session::host::Machine;
use entraide_common::time::Moment;
use entraide_common::wire::control::{Monitor, MonitorChoice};

/// The desk, in the coordinates of the picture.
#[derive(Debug)]
pub(super) struct Desk {
    windows: Vec<Area>,
    pub(super) pointer: Option<(i32, i32)>,
    hand: Option<Moment>,
    /// Whether the bar is shown.
    pub(super) bar: bool,
    monitors: Vec<Monitor>,
    picture: MonitorChoice,
    /// Whether the helper sees that picture.
    pub(super) settled: bool,
    corner: (i32, i32),
}

impl Desk {
    /// Nothing on it yet.
    pub(super) fn of(monitors: Vec<Monitor>) -> Self {
        Self {
            windows: Vec::new(),
            pointer: None,
            hand: None,
            bar: true,
            monitors,
            picture: MonitorChoice::All,
            settled: true,
            corner: (0, 0),
        }
    }

    /// The host's computer notices this.
    pub(super) fn notice(&mut self, machine: &Machine, now: Moment) {
        match machine {
            Machine::Hand => self.hand = Some(now),
            Machine::Windows(windows) => self.windows.clone_from(windows),
            Machine::Pointer { x, y } => self.pointer = Some((*x, *y)),
            Machine::BarShown(shown) => self.bar = *shown,
            Machine::Turning => self.settled = false,
            Machine::Monitors(monitors) => {
                self.settled = true;
                self.monitors.clone_from(monitors);
                let (was, is) = (self.corner, self.corner_now());
                let shifted =
                    |(x, y): (i32, i32)| (x.saturating_add(was.0 - is.0), y.saturating_add(was.1 - is.1));
                self.pointer = self.pointer.map(shifted);
                self.corner = is;
            }
            Machine::Escape
            | Machine::Spoilt(_)
            | Machine::ScreenFailed
            | Machine::ControlFailed
            | Machine::MarkFailed => {}
        }
    }

    /// The picture becomes this one.
    pub(super) fn turns_to(&mut self, choice: MonitorChoice) {
        self.picture = choice;
        self.settled = false;
    }

    /// Whether the host's own hand moved just now.
    pub(super) fn hand_moves(&self, now: Moment) -> bool {
        self.hand.is_some_and(|at| now < at + limits::HAND_PAUSE)
    }

    /// Whether what is typed goes into a window of ours.
    pub(super) fn focused(&self) -> bool {
        self.windows.iter().any(|window| window.focused)
    }

    /// Whether a click would; who knows where the pointer is at first.
    pub(super) fn pointer_over_ours(&self) -> bool {
        self.pointer.map_or(!self.windows.is_empty(), |place| self.over_ours(place))
    }

    /// Whether a window of ours is there.
    pub(super) fn over_ours(&self, place: (i32, i32)) -> bool {
        self.windows.iter().any(|window| within(place, (window.x, window.y), (window.width, window.height)))
    }

    /// A display puts a pointer that is on no monitor on the nearest edge of one: perhaps on a window of ours.
    pub(super) fn on_a_monitor(&self, place: (i32, i32)) -> bool {
        let (one, corner) = (self.alone(), self.corner_now());
        self.monitors.iter().filter(|monitor| one.is_none_or(|one| one.id == monitor.id)).any(|monitor| {
            within(place, (monitor.x - corner.0, monitor.y - corner.1), (monitor.width, monitor.height))
        })
    }

    /// Whether a window of ours asks something.
    pub(super) fn asks(&self) -> bool {
        self.windows.iter().any(|window| window.asks)
    }

    /// Whether a mark there would touch a window of ours.
    pub(super) fn is_near_ours(&self, (x, y): (i32, i32)) -> bool {
        let reach = i64::from(limits::POINT_REACH);
        let near = |at: i32, edge: i32, side: u32| {
            let from = i64::from(at) - i64::from(edge);
            (-reach..i64::from(side) + reach).contains(&from)
        };
        let covers = |window: &Area| near(x, window.x, window.width) && near(y, window.y, window.height);
        self.windows.iter().any(covers)
    }

    fn corner_now(&self) -> (i32, i32) {
        self.alone().map_or((0, 0), |monitor| (monitor.x, monitor.y))
    }

    /// The one monitor that is shown: the one chosen or, as long as that is gone, the primary one.
    fn alone(&self) -> Option<&Monitor> {
        let MonitorChoice::One(id) = self.picture else { return None };
        let find =
            |wanted: fn(&Monitor, u32) -> bool| self.monitors.iter().find(|monitor| wanted(monitor, id));
        find(|monitor, id| monitor.id == id).or_else(|| find(|monitor, _| monitor.primary))
    }
}

fn within((x, y): (i32, i32), (left, top): (i32, i32), (width, height): (u32, u32)) -> bool {
    let inside =
        |at: i32, edge: i32, side: u32| (0..i64::from(side)).contains(&(i64::from(at) - i64::from(edge)));
    inside(x, left, width) && inside(y, top, height)
}
