//! The one ordinary window: home, waiting, hosting, watching, over.
//!
//! While a host's screen is watched, its events are divided here: what happens over the picture belongs to the
//! viewer and never reaches the widgets; keys belong to the picture while it has the focus, before widgets see
//! them. A few chords with Ctrl + Alt stay local always.

use std::time::Instant;

use entraide_common::screen::Rect;
use entraide_common::texts::Texts;
use entraide_common::wire::control::Grant;
use entraide_common::wire::input::Act;
use winit::event::{DeviceId, ElementState, KeyEvent, MouseButton, WindowEvent};
use winit::event_loop::ActiveEventLoop;
use winit::keyboard::ModifiersState;

use super::chords::{Chord, chord_of};
use super::home::{self, Home};
use super::hosting::{self, Conversation};
use super::look::Look;
use super::model::{Command, View, Watching};
use super::pane::{Below, Pane, PaneError};
use super::paste;
use super::place::Place;
use super::pointing::Pointing;
use super::viewer::Viewer;
use super::waiting;
use super::watching::{self, Chosen};
use crate::canvas::Canvas;

/// The window's size in points before there is a picture.
pub(super) const SIZE: (f64, f64) = (760.0, 640.0);
/// How much of the screen the window takes for a picture, at most.
const SHARE: f64 = 0.92;

/// The window and what people have begun in it.
pub(super) struct MainWindow {
    pane: Pane,
    viewer: Viewer,
    pointing: Pointing,
    home: Home,
    place: Place,
    conversation: Conversation,
    modifiers: ModifiersState,
    /// Whether the widgets believe the pointer is over them.
    widgets_pointer: bool,
    look: Look,
    /// Whether the window was made as large as the picture.
    grown: bool,
    title: String,
}

impl MainWindow {
    pub(super) fn new(pane: Pane) -> Self {
        Self {
            pane,
            viewer: Viewer::new(),
            pointing: Pointing::default(),
            home: Home::default(),
            place: Place::default(),
            conversation: Conversation::default(),
            modifiers: ModifiersState::empty(),
            widgets_pointer: false,
            look: Look::default(),
            grown: false,
            title: String::new(),
        }
    }

    pub(super) fn pane(&self) -> &Pane {
        &self.pane
    }

    /// Another view is shown from now on.
    pub(super) fn set_view(&mut self, view: &View, texts: &Texts, out: &mut Vec<Command>) {
        self.pane.stir();
        self.set_title(title(view, texts));
        let View::Watching(watching) = view else {
            if self.viewer.has_picture() {
                self.pane.mark(self.pane.size().rect());
            }
            self.viewer = Viewer::new();
            self.pointing = Pointing::default();
            return self.look.give_back(self.pane.window());
        };
        self.pointing.set_view(watching);
        let mut acts = self.viewer.set_control(watching.grants.contains(&Grant::Control));
        if watching.hold.is_some() {
            acts.extend(self.viewer.let_go());
        }
        send(acts, out);
        self.move_cursor();
    }

    /// Takes an event of the window.
    pub(super) fn event(
        &mut self,
        event: &WindowEvent,
        view: &View,
        event_loop: &ActiveEventLoop,
        out: &mut Vec<Command>,
    ) {
        if let WindowEvent::ModifiersChanged(modifiers) = event {
            self.modifiers = modifiers.state();
        }
        let View::Watching(watching) = view else { return self.pane.event(event) };
        if !self.picture_event(event, watching, out) {
            self.pane.event(event);
        }
        self.move_cursor();
        self.wear_look(event_loop, false);
    }

    /// When [`MainWindow::tick`] wants to be called, if it does.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.viewer.deadline().into_iter().chain(self.pointing.deadline()).chain(self.pane.due()).min()
    }

    /// Time passed.
    pub(super) fn tick(&mut self, now: Instant, out: &mut Vec<Command>) {
        let (acts, damage) = self.viewer.tick(now);
        self.pointing.tick(now, self.viewer.pointed(), out);
        send(acts, out);
        self.mark(damage);
    }

    /// Shows the view as it stands.
    pub(super) fn draw(
        &mut self,
        view: &View,
        texts: &Texts,
        canvas: &Canvas,
        event_loop: &ActiveEventLoop,
        out: &mut Vec<Command>,
    ) -> Result<(), PaneError> {
        if self.pane.due().is_some_and(|due| due <= Instant::now()) {
            self.run(view, texts, out);
        }
        if !matches!(view, View::Watching(_)) {
            self.pane.present(&Below::default())?;
            return Ok(());
        }
        let look_changed = self.viewer.update_cursor(&canvas.pointer());
        self.wear_look(event_loop, look_changed);
        let had = self.viewer.has_picture();
        // What changed is painted before the next frame can be published: nobody sees parts of two.
        canvas.with(|painting| {
            for rect in self.viewer.update(painting) {
                self.pane.mark(rect);
            }
            self.move_cursor();
            let placement = self.viewer.placement();
            let below =
                Below { picture: painting.picture().zip(placement.as_ref()), cursor: self.viewer.cursor() };
            self.pane.present(&below)
        })?;
        if !had && self.viewer.has_picture() {
            self.pane.stir();
            self.grow();
        }
        Ok(())
    }

    fn run(&mut self, view: &View, texts: &Texts, out: &mut Vec<Command>) {
        let (home, place, conversation) = (&mut self.home, &mut self.place, &mut self.conversation);
        let (zoom, has_picture) = (self.viewer.zoom(), self.viewer.has_picture());
        let (mut around, mut pastes) = (None, false);
        self.pane.run(|ui| match view {
            View::Home { notice } => home.show(ui, texts, notice.as_deref(), out),
            View::Place(asked) => pastes |= place.show(ui, texts, asked, out),
            View::Busy { text } => home::busy(ui, texts, text, out),
            View::Waiting(waiting) => waiting::show(ui, texts, waiting, out),
            View::Hosting(hosting) => hosting::show(ui, texts, hosting, conversation, out),
            View::Watching(watching) => {
                around = Some(watching::show(ui, texts, watching, zoom, has_picture, out));
            }
            View::Over { text } => home::over(ui, texts, text, out),
            View::Quiet => {}
        });
        if pastes && let Some(text) = paste::text() {
            self.place.paste(&text);
            self.pane.stir();
        }
        let Some((area, chosen)) = around else { return };
        let area = to_pixels(area, self.pane.scale(), self.pane.size().rect());
        if self.viewer.set_area(area) {
            self.pane.mark(self.pane.size().rect());
        }
        if let Some(chosen) = chosen {
            match chosen {
                Chosen::Zoom(zoom) => {
                    let damage = self.viewer.set_zoom(zoom);
                    self.pane.mark(damage);
                }
                Chosen::Monitor(choice) => out.push(Command::Monitor(choice)),
            }
            self.viewer.focus();
            self.pane.stir();
        }
        self.move_cursor();
    }

    /// Handles what belongs to the picture. False if the event is for the widgets.
    fn picture_event(&mut self, event: &WindowEvent, watching: &Watching, out: &mut Vec<Command>) -> bool {
        match event {
            WindowEvent::CursorMoved { position, device_id } => {
                send(self.viewer.pointer(Some((position.x, position.y))), out);
                self.pointing.at(self.viewer.pointed(), out);
                self.pointer_is_mine(*device_id)
            }
            WindowEvent::CursorLeft { .. } => {
                send(self.viewer.pointer(None), out);
                false
            }
            WindowEvent::MouseInput { state: ElementState::Released, button: MouseButton::Left, .. }
                if self.pointing.release() =>
            {
                true
            }
            WindowEvent::MouseInput { state, button, .. } => {
                if self.viewer.over_picture().is_none() && !self.viewer.drags() {
                    send(self.viewer.blur(), out);
                    return false;
                }
                if *state == ElementState::Pressed {
                    self.take_focus();
                    if *button == MouseButton::Left && self.pointing.press(self.viewer.pointed(), out) {
                        return true;
                    }
                }
                send(self.viewer.button(*button, *state), out);
                true
            }
            WindowEvent::MouseWheel { delta, .. } if self.viewer.over_picture().is_some() => {
                let (acts, damage) = self.viewer.wheel(*delta);
                send(acts, out);
                self.mark(damage);
                true
            }
            WindowEvent::KeyboardInput { event, is_synthetic, .. } => {
                // Synthetic presses are keys that were down when the focus came: nobody pressed them here.
                let synthetic = *is_synthetic && event.state == ElementState::Pressed;
                synthetic || self.chord(event, watching, out) || self.picture_key(event, out)
            }
            WindowEvent::Ime(_) => self.viewer.takes_keys(),
            WindowEvent::Focused(false) => {
                self.pointing.release();
                send(self.viewer.let_go(), out);
                false
            }
            _ => false,
        }
    }

    fn picture_key(&mut self, event: &KeyEvent, out: &mut Vec<Command>) -> bool {
        if self.viewer.takes_keys() {
            send(self.viewer.key(event, self.modifiers), out);
        }
        self.viewer.takes_keys()
    }

    /// Whether the pointer is over the picture; the widgets are told once that it left them.
    fn pointer_is_mine(&mut self, device_id: DeviceId) -> bool {
        let mine = self.viewer.over_picture().is_some() || self.viewer.drags();
        if mine && self.widgets_pointer {
            self.pane.event(&WindowEvent::CursorLeft { device_id });
        }
        self.widgets_pointer = !mine;
        mine
    }

    /// The picture takes the keyboard from the widgets, and from the input method, which would swallow dead keys.
    fn take_focus(&mut self) {
        self.viewer.focus();
        self.pane.ctx().memory_mut(|memory| {
            if let Some(id) = memory.focused() {
                memory.surrender_focus(id);
            }
        });
        self.pane.window().set_ime_allowed(false);
        self.pane.stir();
    }

    fn chord(&mut self, event: &KeyEvent, watching: &Watching, out: &mut Vec<Command>) -> bool {
        let Some(chord) = chord_of(event, self.modifiers) else { return false };
        if event.state == ElementState::Released || event.repeat {
            return true;
        }
        send(self.viewer.let_go(), out);
        match chord {
            Chord::Fit => {
                let damage = self.viewer.toggle_fit();
                self.pane.mark(damage);
                self.pane.stir();
            }
            Chord::Control if watching.grants.contains(&Grant::Control) => out.push(Command::Release),
            Chord::Control => out.push(Command::Request(Grant::Control)),
            Chord::Leave => out.push(Command::Stop),
            Chord::Monitor(number) => {
                out.extend(watching::numbered(watching, number).map(Command::Monitor));
            }
        }
        true
    }

    fn move_cursor(&mut self) {
        for rect in self.viewer.cursor_damage() {
            self.pane.mark(rect);
        }
    }

    fn wear_look(&mut self, event_loop: &ActiveEventLoop, changed: bool) {
        let shape = self.viewer.cursor_shape().filter(|_| self.viewer.takes_pointer());
        self.look.wear(self.pane.window(), shape, changed, event_loop);
    }

    /// Makes the window large enough for the picture, if the screen is.
    fn grow(&mut self) {
        let Some(picture) = self.viewer.source().filter(|_| !self.grown) else { return };
        self.grown = true;
        let window = self.pane.window();
        let Some(screen) = window.current_monitor() else { return };
        let (most, room) = (screen.size(), self.pane.size());
        let strips = (96.0 * self.pane.scale()) as u32;
        let side = |wanted: u32, most: u32, now: u32| wanted.min((f64::from(most) * SHARE) as u32).max(now);
        let width = side(picture.width, most.width, room.width);
        let height = side(picture.height + strips, most.height, room.height);
        let _ = window.request_inner_size(winit::dpi::PhysicalSize::new(width, height));
        let free = |most: u32, now: u32| (most.saturating_sub(now) / 2).cast_signed();
        let (x, y) = (free(most.width, width), free(most.height, height) / 2);
        let corner = screen.position();
        window.set_outer_position(winit::dpi::PhysicalPosition::new(corner.x + x, corner.y + y));
    }

    fn mark(&mut self, damage: Option<Rect>) {
        if let Some(damage) = damage {
            self.pane.mark(damage);
        }
    }

    fn set_title(&mut self, title: String) {
        if title != self.title {
            self.pane.window().set_title(&title);
            self.title = title;
        }
    }
}

fn send(acts: Vec<Act>, out: &mut Vec<Command>) {
    out.extend(acts.into_iter().map(Command::Act));
}

fn title(view: &View, texts: &Texts) -> String {
    match view {
        View::Watching(watching) => {
            let control = watching.grants.contains(&Grant::Control);
            let key = if control { "ui-title-control" } else { "ui-title-watching" };
            texts.say_with(key, &[("name", watching.host.as_str().into())])
        }
        _ => texts.say("ui-title"),
    }
}

fn to_pixels(area: egui::Rect, scale: f32, window: Rect) -> Rect {
    let edge = |points: f32, limit: u32| ((points * scale).round().max(0.0) as u32).min(limit);
    let (left, right) = (edge(area.min.x, window.width), edge(area.max.x, window.width));
    let (top, bottom) = (edge(area.min.y, window.height), edge(area.max.y, window.height));
    Rect { x: left, y: top, width: right.saturating_sub(left), height: bottom.saturating_sub(top) }
}
