//! The host is asked: a window of its own over everything else.
//!
//! What counts as an answer is decided by [`super::consent`]; this window tells it what happened where, straight
//! from the window's events. The buttons are painted, not pressed through the toolkit: its focus, its Enter and
//! its Space cannot reach them.

use std::time::{Duration, Instant};

use egui::{Align2, FontId, Rect, RichText, Stroke, StrokeKind, Ui, Vec2, vec2};
use entraide_common::texts::Texts;
use entraide_common::wire::control::Grant;
use winit::event::{ElementState, KeyEvent, MouseButton, WindowEvent};
use winit::keyboard::{self, ModifiersState, NamedKey};

use super::attributes;
use super::consent::{Answer, Key, Prompt, Target};
use super::home::warning;
use super::model::Question;
use super::pane::{Below, Pane, PaneError};
use super::theme;
use super::widgets::{self, Weight};

/// How often the wait is drawn anew.
const WAIT_STEP: Duration = Duration::from_millis(50);
/// Room for the sentence that says why a question is asked once more, points.
const AGAIN_HEIGHT: f64 = 100.0;

/// The window's size in points.
pub(super) fn size(question: &Question) -> (f64, f64) {
    let height = if question.what == Grant::Control { 500.0 } else { 360.0 };
    (560.0, if question.again { height + AGAIN_HEIGHT } else { height })
}

/// An open question and its window.
pub(super) struct Ask {
    pane: Pane,
    question: Question,
    prompt: Prompt,
    buttons: Buttons,
    pointer: Option<(f64, f64)>,
    modifiers: ModifiersState,
}

/// Where the buttons are, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Buttons {
    allow: Rect,
    deny: Rect,
}

impl Buttons {
    const NOWHERE: Self = Self { allow: Rect::NOTHING, deny: Rect::NOTHING };
}

impl Ask {
    pub(super) fn new(pane: Pane, question: Question, texts: &Texts) -> Self {
        let prompt = Prompt::new(question.wait, &texts.say("ui-ask-word"));
        Self {
            pane,
            question,
            prompt,
            buttons: Buttons::NOWHERE,
            pointer: None,
            modifiers: ModifiersState::empty(),
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.question.id
    }

    pub(super) fn pane(&self) -> &Pane {
        &self.pane
    }

    /// Takes an event of the window; an answer if it was one.
    pub(super) fn event(&mut self, event: &WindowEvent) -> Option<Answer> {
        let now = Instant::now();
        self.pane.event(event);
        match event {
            WindowEvent::CloseRequested | WindowEvent::Destroyed => return Some(Answer::Deny),
            WindowEvent::Moved(_) | WindowEvent::Resized(_) | WindowEvent::Focused(false) => {
                self.prompt.disturbed(now);
            }
            WindowEvent::Focused(true) => self.prompt.focused(now),
            WindowEvent::CursorMoved { position, .. } => self.pointer = Some((position.x, position.y)),
            WindowEvent::CursorLeft { .. } => self.pointer = None,
            WindowEvent::ModifiersChanged(modifiers) => self.modifiers = modifiers.state(),
            WindowEvent::MouseInput { button: MouseButton::Left, state, .. } => {
                let on = self.target();
                match state {
                    ElementState::Pressed => self.prompt.press(on, now),
                    ElementState::Released => return self.prompt.release(on, now),
                }
            }
            WindowEvent::KeyboardInput { event, is_synthetic: false, .. }
                if event.state == ElementState::Pressed =>
            {
                return self.key(event, now);
            }
            _ => {}
        }
        None
    }

    /// When [`Ask::tick`] wants to be called, if it does.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.prompt.deadline().into_iter().chain(self.pane.due()).min()
    }

    /// Time passed.
    pub(super) fn tick(&mut self, now: Instant) -> Option<Answer> {
        self.prompt.tick(now)
    }

    /// Shows the question as it stands.
    pub(super) fn draw(&mut self, texts: &Texts) -> Result<(), PaneError> {
        if self.pane.due().is_some_and(|due| due <= Instant::now()) {
            let (question, prompt, now) = (&self.question, &self.prompt, Instant::now());
            let mut buttons = Buttons::NOWHERE;
            self.pane.run(|ui| buttons = show(ui, texts, question, prompt, now));
            if buttons != std::mem::replace(&mut self.buttons, buttons) {
                self.prompt.disturbed(now);
            }
        }
        if self.pane.present(&Below::default())? && self.prompt.drawn(Instant::now()) {
            // Earlier, a window that is not on the screen yet would not be given the keyboard.
            attributes::raise(self.pane.window());
        }
        Ok(())
    }

    fn key(&mut self, event: &KeyEvent, now: Instant) -> Option<Answer> {
        let command = ModifiersState::CONTROL | ModifiersState::ALT | ModifiersState::SUPER;
        let plain = !self.modifiers.intersects(command);
        let key = match &event.logical_key {
            keyboard::Key::Named(NamedKey::Enter | NamedKey::Space) => Key::Confirm,
            keyboard::Key::Named(NamedKey::Escape) => Key::Escape,
            keyboard::Key::Character(text) if plain => {
                let mut characters = text.chars();
                characters.next().filter(|_| characters.next().is_none()).map_or(Key::Other, Key::Character)
            }
            _ => Key::Other,
        };
        self.prompt.key(key, event.repeat, now)
    }

    fn target(&self) -> Target {
        let Some((x, y)) = self.pointer else { return Target::Elsewhere };
        let at = egui::pos2(x as f32, y as f32) / self.pane.scale();
        if self.buttons.allow.contains(at) {
            Target::Allow
        } else if self.buttons.deny.contains(at) {
            Target::Deny
        } else {
            Target::Elsewhere
        }
    }
}

fn show(ui: &mut Ui, texts: &Texts, question: &Question, prompt: &Prompt, now: Instant) -> Buttons {
    let palette = theme::palette(ui.ctx());
    let name = [("name", question.name.as_str().into())];
    let frame = egui::Frame::new().fill(palette.ground).inner_margin(24);
    egui::CentralPanel::default()
        .frame(frame)
        .show(ui, |ui| {
            if question.again {
                warning(ui, &texts.say("ui-ask-again"));
            }
            ui.heading(texts.say_with(&format!("ui-ask-{}", key_of(question.what)), &name));
            ui.label(RichText::new(&question.proof).color(palette.quiet));
            ui.label(texts.say_with(&format!("ui-ask-{}-means", key_of(question.what)), &name));
            if question.what == Grant::Control {
                warning(ui, &texts.say("ui-ask-control-warning"));
            } else {
                widgets::quiet(ui, &texts.say("ui-only-people-you-know"));
            }
            ui.with_layout(egui::Layout::bottom_up(egui::Align::Min), |ui| {
                ways(ui, texts, prompt, now);
                ui.add_space(2.0);
                let (rect, _) =
                    ui.allocate_exact_size(vec2(ui.available_width(), 52.0), egui::Sense::hover());
                buttons(ui, texts, prompt, now, rect)
            })
            .inner
        })
        .inner
}

fn buttons(ui: &Ui, texts: &Texts, prompt: &Prompt, now: Instant, rect: Rect) -> Buttons {
    let half = vec2((rect.width() - 16.0) / 2.0, rect.height());
    let deny = Rect::from_min_size(rect.min, half);
    let allow = Rect::from_min_size(rect.min + vec2(half.x + 16.0, 0.0), half);
    paint_deny(ui, deny, &texts.say("ui-ask-deny"));
    let waiting = (!prompt.ready(now)).then(|| prompt.waited(now));
    if waiting.is_some() {
        ui.ctx().request_repaint_after(WAIT_STEP);
    }
    paint_allow(ui, allow, &texts.say("ui-ask-allow"), waiting);
    Buttons { allow, deny }
}

/// The button that has the focus: its ring says so.
fn paint_deny(ui: &Ui, rect: Rect, text: &str) {
    let paint = Weight::Main.paint(ui, false);
    let painter = ui.painter();
    painter.rect_filled(rect, 8.0, paint.fill);
    painter.rect_stroke(rect.shrink(4.0), 5.0, Stroke::new(2.0, paint.text), StrokeKind::Inside);
    painter.text(rect.center(), Align2::CENTER_CENTER, text, FontId::proportional(18.0), paint.text);
}

/// The other button; during the wait it fills from the left and its words are faint.
fn paint_allow(ui: &Ui, rect: Rect, text: &str, waiting: Option<f32>) {
    let palette = theme::palette(ui.ctx());
    let painter = ui.painter();
    let font = FontId::proportional(18.0);
    match waiting {
        None => {
            painter.rect(rect, 8.0, palette.raised, Stroke::new(2.0, palette.accent), StrokeKind::Inside);
            painter.text(rect.center(), Align2::CENTER_CENTER, text, font, palette.text);
        }
        Some(part) => {
            painter.rect(rect, 8.0, palette.ground, Stroke::new(1.0, palette.line), StrokeKind::Inside);
            let done = Rect::from_min_size(rect.min, Vec2::new(rect.width() * part, rect.height()));
            painter.with_clip_rect(done).rect_filled(rect.shrink(1.0), 7.0, palette.line);
            painter.text(rect.center(), Align2::CENTER_CENTER, text, font, palette.quiet);
        }
    }
}

/// How to say yes: after the wait, with the letters of the word that are typed already.
fn ways(ui: &mut Ui, texts: &Texts, prompt: &Prompt, now: Instant) {
    if !prompt.ready(now) {
        return widgets::quiet(ui, &texts.say("ui-ask-read-first"));
    }
    let word = texts.say("ui-ask-word");
    let text = texts.say_with("ui-ask-ways", &[("word", word.as_str().into())]);
    let typed: String = word.chars().take(prompt.letters()).collect();
    if typed.is_empty() {
        widgets::quiet(ui, &text);
    } else {
        widgets::quiet(ui, &format!("{text} – {typed}"));
    }
}

fn key_of(what: Grant) -> &'static str {
    match what {
        Grant::View => "view",
        Grant::Point => "point",
        Grant::Control => "control",
        Grant::ClipboardToHost => "clipboard-to-host",
        Grant::ClipboardToHelper => "clipboard-to-helper",
        Grant::FileToHost => "file-to-host",
        Grant::FileToHelper => "file-to-helper",
        Grant::Remember => "remember",
    }
}
