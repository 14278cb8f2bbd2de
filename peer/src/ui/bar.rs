//! The bar over everything on the host's screen: who watches, what they may do, and how to end it.

use std::time::{Duration, Instant};

use egui::{RichText, Sense, Ui, Vec2};
use entraide_common::texts::Texts;
use winit::event::WindowEvent;

use super::hosting::{self, may};
use super::icons::{self, Icon};
use super::model::{Command, Hosting};
use super::pane::{Below, Pane, PaneError};
use super::theme;

/// How long the bar may be covered before that is said: a menu or a passing window is not a trick.
const COVERED: Duration = Duration::from_secs(1);

/// The bar's size in points before its text is known.
pub(super) const SIZE: (f64, f64) = (640.0, 52.0);

/// The bar and its window.
pub(super) struct Bar {
    pane: Pane,
    visible: Visible,
    /// The width its contents want, points.
    wanted: f32,
}

/// What is known about the bar being seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visible {
    /// Not presented yet; covered or not.
    Never { covered: bool },
    /// Presented, and said so.
    Yes,
    /// Covered wholly since then.
    CoveredSince(Instant),
    /// Covered wholly by a question of ours, which leaves no other place on a small screen: nothing of the helper's
    /// passes while it stands. What still covers the bar afterwards counts from then.
    Asking,
    /// Covered from the beginning, or for so long that it was said.
    No,
}

impl Bar {
    pub(super) fn new(pane: Pane) -> Self {
        Self { pane, visible: Visible::Never { covered: false }, wanted: 0.0 }
    }

    pub(super) fn pane(&self) -> &Pane {
        &self.pane
    }

    pub(super) fn stir(&mut self) {
        self.pane.stir();
    }

    pub(super) fn event(&mut self, event: &WindowEvent, out: &mut Vec<Command>) {
        self.pane.event(event);
        match event {
            WindowEvent::CloseRequested => out.push(Command::Stop),
            WindowEvent::Occluded(covered) => self.covered(*covered, out),
            _ => {}
        }
    }

    fn covered(&mut self, covered: bool, out: &mut Vec<Command>) {
        self.visible = match (self.visible, covered) {
            (Visible::Never { .. }, _) => Visible::Never { covered },
            (Visible::Yes, true) => Visible::CoveredSince(Instant::now()),
            (Visible::No, false) => {
                out.push(Command::BarShown(true));
                Visible::Yes
            }
            (Visible::CoveredSince(_) | Visible::Asking, false) => Visible::Yes,
            (unchanged, _) => unchanged,
        };
    }

    /// When [`Bar::tick`] wants to be called, if it does.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let covered = match self.visible {
            Visible::CoveredSince(since) => Some(since + COVERED),
            _ => None,
        };
        covered.into_iter().chain(self.pane.due()).min()
    }

    /// Time passed. `question` is our own window that may be in the way.
    pub(super) fn tick(&mut self, now: Instant, question: Option<&Pane>, out: &mut Vec<Command>) {
        let asking = question.is_some_and(|question| question.hides(&self.pane));
        match self.visible {
            Visible::CoveredSince(_) if asking => self.visible = Visible::Asking,
            Visible::Asking if !asking => self.visible = Visible::CoveredSince(now),
            Visible::CoveredSince(since) if now >= since + COVERED => {
                tracing::warn!("the bar is covered: there is no control");
                self.visible = Visible::No;
                out.push(Command::BarShown(false));
            }
            _ => {}
        }
    }

    /// Shows the bar as it stands.
    pub(super) fn draw(
        &mut self,
        texts: &Texts,
        hosting: &Hosting,
        out: &mut Vec<Command>,
    ) -> Result<(), PaneError> {
        if self.pane.due().is_some_and(|due| due <= Instant::now()) {
            let mut wanted = 0.0;
            self.pane.run(|ui| wanted = show(ui, texts, hosting, out));
            self.fit(wanted);
        }
        if self.pane.present(&Below::default())?
            && let Visible::Never { covered } = self.visible
        {
            self.visible = Visible::No;
            self.covered(covered, out);
        }
        Ok(())
    }

    /// Makes the window as wide as its contents, in the middle of the top of the screen.
    fn fit(&mut self, wanted: f32) {
        if (wanted - self.wanted).abs() < 1.0 {
            return;
        }
        self.wanted = wanted;
        let scale = f64::from(self.pane.scale());
        let width = (f64::from(wanted) * scale).ceil();
        let height = f64::from(self.pane.size().height);
        let window = self.pane.window();
        let screen = window.current_monitor().or_else(|| window.primary_monitor());
        let _ = window.request_inner_size(winit::dpi::PhysicalSize::new(width, height));
        if let Some(screen) = screen {
            let x = f64::from(screen.position().x) + (f64::from(screen.size().width) - width) / 2.0;
            window.set_outer_position(winit::dpi::PhysicalPosition::new(x, f64::from(screen.position().y)));
        }
    }
}

/// Shows the contents; returns the width they want.
fn show(ui: &mut Ui, texts: &Texts, hosting: &Hosting, out: &mut Vec<Command>) -> f32 {
    let palette = theme::palette(ui.ctx());
    let (icon, text) = may(texts, hosting);
    let control = icon == Icon::Pointer;
    let color = if control { palette.alert } else { palette.accent };
    let frame = egui::Frame::new()
        .fill(palette.raised)
        .stroke(egui::Stroke::new(if control { 3.0 } else { 2.0 }, color))
        .inner_margin(egui::Margin::symmetric(12, 6));
    egui::CentralPanel::default()
        .frame(frame)
        .show(ui, |ui| {
            let row = ui.horizontal_centered(|ui| {
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(20.0), Sense::hover());
                icons::draw(ui.painter(), icon, rect, color);
                ui.add(egui::Label::new(RichText::new(text).color(palette.text)).extend());
                ui.add_space(8.0);
                hosting::buttons(ui, texts, hosting, out);
                ui.min_rect().width()
            });
            row.inner + 30.0
        })
        .inner
}
