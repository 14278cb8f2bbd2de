//! One window: its surface, its widgets, and the way from what changed to what is presented.
//!
//! A pane collects damage and presents it in one go. Widgets run only when something about them changed; then
//! the tiles that look different are damage like any other. A video frame brings its own damage and runs nothing.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Instant;

use egui::{Ui, ViewportId};
use entraide_common::screen::{Rect, Size};
use softbuffer::{Context, Surface};
use winit::event::WindowEvent;
use winit::event_loop::{ActiveEventLoop, OwnedDisplayHandle};
use winit::keyboard::ModifiersState;
use winit::window::{Window, WindowAttributes, WindowId};

use super::compositor::{Compositor, Scene, Sprite};
use super::layer::Layer;
use super::painter::Painter;
use super::paste;
use super::scale::Placement;
use super::theme;

/// Frames whose damage is remembered for surfaces that take turns with several buffers.
const HISTORY: usize = 3;

/// Why a window could not be shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum PaneError {
    #[error("no window could be opened: {0}")]
    Window(#[from] winit::error::OsError),
    #[error("nothing can be drawn in a window: {0}")]
    Surface(#[from] softbuffer::SoftBufferError),
}

/// A window and everything needed to fill it.
pub(super) struct Pane {
    window: Arc<Window>,
    surface: Surface<OwnedDisplayHandle, Arc<Window>>,
    egui: egui_winit::State,
    painter: Painter,
    compositor: Compositor,
    layer: Layer,
    /// The layer before, kept for comparison and for its memory.
    before: Layer,
    /// What is not presented yet.
    damage: Vec<Rect>,
    /// What recent presentations changed, latest first.
    presented: Vec<Vec<Rect>>,
    /// When the widgets want to run next.
    due: Option<Instant>,
    size: Size,
    /// Whether the window system asked for pixels: before that nobody can have seen any.
    exposed: bool,
    modifiers: ModifiersState,
}

/// What lies below the widgets.
#[derive(Default)]
pub(super) struct Below<'a> {
    pub(super) picture: Option<(&'a entraide_common::screen::Picture, &'a Placement)>,
    pub(super) cursor: Option<Sprite<'a>>,
}

impl Pane {
    /// Opens a window.
    pub(super) fn open(
        event_loop: &ActiveEventLoop,
        display: &Context<OwnedDisplayHandle>,
        attributes: WindowAttributes,
    ) -> Result<Self, PaneError> {
        let window = Arc::new(event_loop.create_window(attributes)?);
        let surface = Surface::new(display, Arc::clone(&window))?;
        let ctx = egui::Context::default();
        theme::apply(&ctx);
        let scale = window.scale_factor() as f32;
        let egui =
            egui_winit::State::new(ctx, ViewportId::ROOT, &*window, Some(scale), window.theme(), Some(8192));
        let size = Size { width: 1, height: 1 };
        let mut pane = Self {
            window,
            surface,
            egui,
            painter: Painter::default(),
            compositor: Compositor::default(),
            layer: Layer::new(size),
            before: Layer::new(size),
            damage: Vec::new(),
            presented: Vec::new(),
            due: Some(Instant::now()),
            size,
            exposed: false,
            modifiers: ModifiersState::empty(),
        };
        pane.resize()?;
        Ok(pane)
    }

    pub(super) fn id(&self) -> WindowId {
        self.window.id()
    }

    pub(super) fn window(&self) -> &Window {
        &self.window
    }

    pub(super) fn ctx(&self) -> &egui::Context {
        self.egui.egui_ctx()
    }

    pub(super) fn size(&self) -> Size {
        self.size
    }

    /// Points become this many pixels.
    pub(super) fn scale(&self) -> f32 {
        egui_winit::pixels_per_point(self.ctx(), &self.window)
    }

    /// Whether nothing of `other` would be seen with this window, its frame included, over it.
    pub(super) fn hides(&self, other: &Self) -> bool {
        let place = |pane: &Self| {
            let (at, size) = (pane.window.outer_position().ok()?, pane.window.outer_size());
            let (right, bottom) =
                (at.x.saturating_add_unsigned(size.width), at.y.saturating_add_unsigned(size.height));
            Some((at, right, bottom))
        };
        place(self).zip(place(other)).is_some_and(|((over, right, bottom), (under, far, low))| {
            over.x <= under.x && over.y <= under.y && right >= far && bottom >= low
        })
    }

    /// When the widgets want to run without anything happening.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The widgets run at the next opportunity.
    pub(super) fn stir(&mut self) {
        self.due = Some(Instant::now());
    }

    /// Gives the widgets an event. They run afterwards if it may concern them.
    pub(super) fn event(&mut self, event: &WindowEvent) {
        match event {
            WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. } => {
                if let Err(error) = self.resize() {
                    tracing::warn!("a window could not be resized: {error}");
                }
            }
            WindowEvent::RedrawRequested => {
                self.exposed = true;
                return self.mark(self.size.rect());
            }
            WindowEvent::KeyboardInput { event, is_synthetic: false, .. }
                if paste::is_asked_by(event, self.modifiers) =>
            {
                if let Some(text) = paste::text() {
                    self.egui.egui_input_mut().events.push(egui::Event::Paste(text));
                    self.stir();
                }
                return;
            }
            WindowEvent::ModifiersChanged(modifiers) => self.modifiers = modifiers.state(),
            _ => {}
        }
        if self.egui.on_window_event(&self.window, event).repaint {
            self.stir();
        }
    }

    /// Notes that `rect` of the window looks different.
    pub(super) fn mark(&mut self, rect: Rect) {
        self.damage.push(rect);
    }

    /// Runs the widgets and paints them into the layer.
    pub(super) fn run(&mut self, build: impl FnMut(&mut Ui)) {
        self.due = None;
        let input = self.egui.take_egui_input(&self.window);
        let ctx = self.ctx().clone();
        let mut output = ctx.run_ui(input, build);
        self.egui.handle_platform_output(&self.window, output.platform_output);
        let delay = output.viewport_output.get(&ViewportId::ROOT).map(|viewport| viewport.repaint_delay);
        self.due = delay.and_then(|delay| Instant::now().checked_add(delay));
        let primitives = ctx.tessellate(output.shapes, output.pixels_per_point);
        self.painter.update(&mut output.textures_delta);
        std::mem::swap(&mut self.layer, &mut self.before);
        if self.layer.size() != self.size {
            self.layer = Layer::new(self.size);
        }
        self.layer.clear();
        self.painter.paint(&primitives, output.pixels_per_point, &mut self.layer);
        self.painter.free(&mut output.textures_delta);
        let changed = self.layer.settle(&self.before);
        self.damage.extend(changed);
    }

    /// Presents what changed, if anything did. True if the window shows it now.
    pub(super) fn present(&mut self, below: &Below<'_>) -> Result<bool, PaneError> {
        let whole = self.size.rect();
        let mut damage: Vec<_> = self.damage.drain(..).filter_map(|rect| rect.intersection(whole)).collect();
        if damage.is_empty() || self.layer.size() != self.size {
            return Ok(false);
        }
        simplify(&mut damage, whole);
        let mut buffer = self.surface.buffer_mut()?;
        let stale = match usize::from(buffer.age()) {
            0 => None,
            age => self.presented.get(..age - 1),
        };
        let repaint = match stale {
            Some(missed) => {
                let mut all: Vec<_> = damage.iter().chain(missed.iter().flatten()).copied().collect();
                simplify(&mut all, whole);
                all
            }
            None => vec![whole],
        };
        if stale.is_none() {
            damage = vec![whole];
        }
        let background = background(self.egui.egui_ctx());
        let scene = Scene { background, picture: below.picture, cursor: below.cursor, layer: &self.layer };
        self.compositor.paint(&scene, &repaint, &mut buffer);
        let rects: Vec<_> = damage.iter().filter_map(|rect| to_softbuffer(*rect)).collect();
        self.window.pre_present_notify();
        buffer.present_with_damage(&rects)?;
        tracing::trace!("presented");
        self.presented.insert(0, damage);
        self.presented.truncate(HISTORY);
        Ok(self.exposed)
    }

    fn resize(&mut self) -> Result<(), PaneError> {
        let inner = self.window.inner_size();
        let (width, height) = (inner.width.max(1), inner.height.max(1));
        let (across, down) =
            (NonZeroU32::MIN.saturating_add(width - 1), NonZeroU32::MIN.saturating_add(height - 1));
        self.surface.resize(across, down)?;
        self.size = Size { width, height };
        self.presented.clear();
        self.damage = vec![self.size.rect()];
        self.stir();
        Ok(())
    }
}

/// The colour around the picture: quiet, and unlike any program's own window.
fn background(ctx: &egui::Context) -> u32 {
    match ctx.theme() {
        egui::Theme::Light => 0x00c4_cbd0,
        egui::Theme::Dark => 0x0010_1316,
    }
}

/// Drops rectangles within others, and makes one of too many.
fn simplify(damage: &mut Vec<Rect>, whole: Rect) {
    const MANY: usize = 96;
    if damage.contains(&whole) {
        *damage = vec![whole];
    } else if damage.len() > MANY {
        let around = damage.drain(..).reduce(Rect::union);
        damage.extend(around);
    } else {
        let all = std::mem::take(damage);
        for (index, rect) in all.iter().enumerate() {
            let within = |(other, around): (usize, &Rect)| {
                rect.intersection(*around) == Some(*rect) && (around != rect || other < index)
            };
            if !all.iter().enumerate().any(|(other, around)| other != index && within((other, around))) {
                damage.push(*rect);
            }
        }
    }
}

fn to_softbuffer(rect: Rect) -> Option<softbuffer::Rect> {
    let (width, height) = (NonZeroU32::new(rect.width)?, NonZeroU32::new(rect.height)?);
    Some(softbuffer::Rect { x: rect.x, y: rect.y, width, height })
}
