//! The remote picture in the main window: where it stands, what of it changed, and what hands do in it.
//!
//! The viewer knows the picture's size and damage, not its pixels: those stay on the canvas. It turns events into acts while control is granted and the
//! picture has the focus, and says which parts of the window to paint anew. Widgets are not its business.

use std::time::{Duration, Instant};

use entraide_common::input::Button;
use entraide_common::screen::{Rect, Size};
use entraide_common::wire::input::Act;
use winit::event::{ElementState, KeyEvent, MouseButton, MouseScrollDelta};
use winit::keyboard::ModifiersState;

use super::compositor::Sprite;
use super::keys::{self, Keyboard};
use super::scale::Placement;
use crate::canvas::{Painting, Pointer};

/// How near the edge the pointer scrolls, pixels.
const SCROLL_EDGE: f64 = 40.0;
/// How often it scrolls while it is there.
const SCROLL_EVERY: Duration = Duration::from_millis(16);
/// A notch of the wheel, as Windows and Wayland count.
const NOTCH: f64 = 120.0;
/// What touchpads call a line, pixels.
const LINE: f64 = 40.0;

/// How large the picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zoom {
    /// All of it.
    Fit,
    /// Its pixels, this large.
    Whole(u32),
}

#[derive(Debug)]
pub(super) struct Viewer {
    /// The picture's size; none before the first frame.
    source: Option<Size>,
    /// The host's cursor.
    remote: Pointer,
    zoom: Zoom,
    scroll: (i32, i32),
    /// The part of the window the picture may use.
    area: Rect,
    /// Where the pointer is in the window, pixels.
    pointer: Option<(f64, f64)>,
    /// Buttons the host was told are down.
    buttons: Vec<Button>,
    keyboard: Keyboard,
    /// Parts of a notch the wheel owes, 1/120.
    wheel: (f64, f64),
    /// Whether acts are passed on.
    control: bool,
    /// Whether keys go to the picture rather than to widgets.
    focus: bool,
    /// The next step of scrolling while the pointer is near an edge.
    scrolls_at: Option<Instant>,
    /// The part of the window the remote cursor covers.
    cursor_rect: Option<Rect>,
}

impl Viewer {
    pub(super) fn new() -> Self {
        Self {
            source: None,
            remote: Pointer::default(),
            zoom: Zoom::Fit,
            scroll: (0, 0),
            area: Rect { x: 0, y: 0, width: 0, height: 0 },
            pointer: None,
            buttons: Vec::new(),
            keyboard: Keyboard::default(),
            wheel: (0.0, 0.0),
            control: false,
            focus: false,
            scrolls_at: None,
            cursor_rect: None,
        }
    }

    pub(super) fn zoom(&self) -> Zoom {
        self.zoom
    }

    pub(super) fn has_picture(&self) -> bool {
        self.source.is_some()
    }

    /// Shows the picture in another size; returns the part of the window that changes.
    pub(super) fn set_zoom(&mut self, zoom: Zoom) -> Rect {
        self.zoom = zoom;
        self.scroll = (0, 0);
        self.area
    }

    /// Between all of it and its own size.
    pub(super) fn toggle_fit(&mut self) -> Rect {
        self.set_zoom(if self.zoom == Zoom::Fit { Zoom::Whole(1) } else { Zoom::Fit })
    }

    /// The part of the window for the picture, pixels. True if it is another than before.
    pub(super) fn set_area(&mut self, area: Rect) -> bool {
        std::mem::replace(&mut self.area, area) != area
    }

    /// Takes note of what is new in the picture; returns the parts of the window that change. Those have to be painted
    /// before anybody else draws on it.
    pub(super) fn update(&mut self, painting: &mut Painting) -> Vec<Rect> {
        let damage = painting.take_damage();
        if std::mem::replace(&mut self.source, painting.size()) != self.source {
            self.scroll = (0, 0);
            return vec![self.area];
        }
        let Some(place) = self.placement() else { return Vec::new() };
        damage.into_iter().filter_map(|rect| place.damage(rect)).collect()
    }

    /// Takes note of the host's cursor. True if it looks different.
    pub(super) fn update_cursor(&mut self, pointer: &Pointer) -> bool {
        let changed = self.remote.look != pointer.look;
        if changed {
            self.remote = pointer.clone();
        }
        self.remote.position = pointer.position;
        changed
    }

    /// Where the picture stands.
    pub(super) fn placement(&self) -> Option<Placement> {
        let source = self.source?;
        if self.area.width == 0 || self.area.height == 0 {
            return None;
        }
        Some(match self.zoom {
            Zoom::Fit => Placement::fit(source, self.area),
            Zoom::Whole(zoom) => Placement::whole(source, self.area, zoom, self.scroll),
        })
    }

    pub(super) fn source(&self) -> Option<Size> {
        self.source
    }

    /// The host's cursor in the window. None while this side's own pointer is the cursor.
    pub(super) fn cursor(&self) -> Option<Sprite<'_>> {
        let position = self.remote.position.filter(|position| position.visible)?;
        if self.control && self.over_picture().is_some() {
            return None;
        }
        let place = self.placement()?;
        let shape = self.remote.shape.as_ref()?;
        Some(Sprite { shape, at: place.to_window(position.x, position.y), clip: place.shown()? })
    }

    /// Whether the local pointer stands for the host's.
    pub(super) fn takes_pointer(&self) -> bool {
        let shown = self.remote.position.is_none_or(|position| position.visible);
        self.control && shown && self.over_picture().is_some()
    }

    /// The look the local pointer takes over the picture while in control.
    pub(super) fn cursor_shape(&self) -> Option<&entraide_common::wire::cursor::Shape> {
        self.remote.shape.as_ref()
    }

    /// Where the cursor was and is, if that changed.
    pub(super) fn cursor_damage(&mut self) -> Vec<Rect> {
        let now = self.cursor().and_then(|cursor| cursor.rect());
        let before = std::mem::replace(&mut self.cursor_rect, now);
        before.into_iter().chain(now).collect()
    }

    /// Whether input is passed on from now on. The picture has the focus at once: whoever was granted control
    /// wants to use it.
    pub(super) fn set_control(&mut self, control: bool) -> Vec<Act> {
        if self.control == control {
            return Vec::new();
        }
        let acts = self.let_go();
        self.control = control;
        self.focus = control;
        acts
    }

    /// Whether keys go to the host.
    pub(super) fn takes_keys(&self) -> bool {
        self.control && self.focus
    }

    /// Keys go to widgets from now on.
    pub(super) fn blur(&mut self) -> Vec<Act> {
        self.focus = false;
        self.let_go()
    }

    /// Keys go to the picture from now on, if acts do.
    pub(super) fn focus(&mut self) {
        self.focus = self.control;
    }

    /// Lets go of everything, if anything is down.
    pub(super) fn let_go(&mut self) -> Vec<Act> {
        let keys = self.keyboard.release_all();
        let buttons = !std::mem::take(&mut self.buttons).is_empty();
        if keys || buttons { vec![Act::ReleaseAll] } else { Vec::new() }
    }

    pub(super) fn key(&mut self, event: &KeyEvent, modifiers: ModifiersState) -> Vec<Act> {
        self.keyboard.stroke(&keys::stroke_of(event, modifiers))
    }

    /// The pointer moved to this point of the window, or left it.
    pub(super) fn pointer(&mut self, at: Option<(f64, f64)>) -> Vec<Act> {
        self.pointer = at;
        self.plan_scrolling();
        let pointed = if self.buttons.is_empty() { self.over_picture() } else { self.pointer };
        match (pointed, self.placement()) {
            (Some((x, y)), Some(place)) if self.control => {
                let (x, y) = place.to_picture(x, y);
                vec![Act::Pointer { x, y }]
            }
            _ => Vec::new(),
        }
    }

    /// The pointer if it is over the picture.
    pub(super) fn over_picture(&self) -> Option<(f64, f64)> {
        let (x, y) = self.pointer?;
        let shown = self.placement()?.shown()?;
        let within = |at: f64, from: u32, to: u32| at >= f64::from(from) && at < f64::from(to);
        (within(x, shown.x, shown.right()) && within(y, shown.y, shown.bottom())).then_some((x, y))
    }

    /// The picture's pixel under the pointer, if it is over the picture.
    pub(super) fn pointed(&self) -> Option<(i32, i32)> {
        let (x, y) = self.over_picture()?;
        Some(self.placement()?.to_picture(x, y))
    }

    /// Whether a button pressed over the picture is still down.
    pub(super) fn drags(&self) -> bool {
        !self.buttons.is_empty()
    }

    pub(super) fn button(&mut self, button: MouseButton, state: ElementState) -> Vec<Act> {
        let Some(button) = button_of(button).filter(|_| self.control) else { return Vec::new() };
        let held = self.buttons.iter().position(|held| *held == button);
        match (state, held) {
            (ElementState::Pressed, None) => {
                self.buttons.push(button);
                let mut acts = self.keyboard.hold_levels();
                acts.push(Act::Button { button, down: true });
                acts
            }
            (ElementState::Released, Some(place)) => {
                self.buttons.remove(place);
                vec![Act::Button { button, down: false }]
            }
            _ => Vec::new(),
        }
    }

    /// The wheel turned: for the host while in control, for the view otherwise.
    pub(super) fn wheel(&mut self, delta: MouseScrollDelta) -> (Vec<Act>, Option<Rect>) {
        // winit counts up and left as positive, the wire and the scroll count down and right.
        let (x, y) = match delta {
            MouseScrollDelta::LineDelta(x, y) => (-f64::from(x), -f64::from(y)),
            MouseScrollDelta::PixelDelta(pixels) => (-pixels.x / LINE, -pixels.y / LINE),
        };
        if !self.control {
            return (Vec::new(), self.scroll_by((x * LINE) as i32, (y * LINE) as i32));
        }
        self.wheel.0 += x * NOTCH;
        self.wheel.1 += y * NOTCH;
        let (dx, dy) = (self.wheel.0.trunc() as i16, self.wheel.1.trunc() as i16);
        self.wheel.0 -= f64::from(dx);
        self.wheel.1 -= f64::from(dy);
        if dx == 0 && dy == 0 {
            return (Vec::new(), None);
        }
        let mut acts = self.keyboard.hold_levels();
        acts.push(Act::Wheel { dx, dy });
        (acts, None)
    }

    /// When [`Viewer::tick`] wants to be called, if it does.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.scrolls_at
    }

    /// Scrolls a step if the pointer rests near an edge beyond which there is more.
    pub(super) fn tick(&mut self, now: Instant) -> (Vec<Act>, Option<Rect>) {
        if self.scrolls_at.is_none_or(|at| now < at) {
            return (Vec::new(), None);
        }
        let (dx, dy) = self.pull();
        let damage = self.scroll_by(dx, dy);
        // What is under the resting pointer is now another pixel.
        let acts = if damage.is_some() { self.pointer(self.pointer) } else { Vec::new() };
        self.plan_scrolling();
        (acts, damage)
    }

    fn plan_scrolling(&mut self) {
        self.scrolls_at = (self.pull() != (0, 0)).then(|| Instant::now() + SCROLL_EVERY);
    }

    /// How far a step scrolls, for where the pointer is: further the nearer the edge.
    fn pull(&self) -> (i32, i32) {
        let (Some((x, y)), Some(place)) = (self.over_picture(), self.placement()) else { return (0, 0) };
        let room = place.scroll_room();
        let side = |at: f64, from: u32, to: u32, scroll: i32, room: i32| {
            let (near, far) = (f64::from(from) + SCROLL_EDGE - at, at - (f64::from(to) - SCROLL_EDGE));
            if near > 0.0 && scroll > 0 {
                -(near / 2.0).ceil() as i32
            } else if far > 0.0 && scroll < room {
                (far / 2.0).ceil() as i32
            } else {
                0
            }
        };
        (
            side(x, self.area.x, self.area.right(), self.scroll.0, room.0),
            side(y, self.area.y, self.area.bottom(), self.scroll.1, room.1),
        )
    }

    /// Scrolls as far as there is picture; returns the part of the window that changed.
    fn scroll_by(&mut self, dx: i32, dy: i32) -> Option<Rect> {
        let room = self.placement()?.scroll_room();
        let to = ((self.scroll.0 + dx).clamp(0, room.0), (self.scroll.1 + dy).clamp(0, room.1));
        (std::mem::replace(&mut self.scroll, to) != to).then_some(self.area)
    }
}

fn button_of(button: MouseButton) -> Option<Button> {
    match button {
        MouseButton::Left => Some(Button(1)),
        MouseButton::Middle => Some(Button(2)),
        MouseButton::Right => Some(Button(3)),
        MouseButton::Back => Some(Button(8)),
        MouseButton::Forward => Some(Button(9)),
        MouseButton::Other(_) => None,
    }
}
