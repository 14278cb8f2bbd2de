//! Buttons as this program has them: an icon, words, and one of four weights.
//!
//! The keyboard stays with the button that has it, whatever appears or goes beside: a button is known by its words, not
//! by how many widgets stand before it.

use egui::{Color32, CornerRadius, FontId, Response, Sense, Stroke, StrokeKind, Ui, Vec2, vec2};

use super::icons::{self, Icon};
use super::theme::{self, BODY};

/// How much a button asks to be pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// The one thing to do next.
    Main,
    /// Something one may do.
    Plain,
    /// Something that is on now.
    On,
    /// Ends control: in the colour of control.
    Alert,
}

/// Colours of a button.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) fill: Color32,
    pub(super) text: Color32,
    pub(super) line: Stroke,
}

impl Weight {
    /// The colours, under the pointer or not.
    pub(super) fn paint(self, ui: &Ui, over: bool) -> Paint {
        let palette = theme::palette(ui.ctx());
        match self {
            Self::Main => Paint {
                fill: if over { palette.accent_over } else { palette.accent },
                text: palette.on_accent,
                line: Stroke::NONE,
            },
            Self::Plain => Paint {
                fill: palette.raised,
                text: palette.text,
                line: if over { Stroke::new(1.5, palette.accent) } else { Stroke::new(1.0, palette.line) },
            },
            Self::On => {
                Paint { fill: palette.raised, text: palette.accent, line: Stroke::new(2.0, palette.accent) }
            }
            Self::Alert => Paint { fill: palette.alert, text: palette.on_alert, line: Stroke::NONE },
        }
    }
}

/// A button; at least `least` large.
pub(super) fn button(ui: &mut Ui, icon: Option<Icon>, text: &str, weight: Weight, least: Vec2) -> Response {
    named(ui, text, icon, text, weight, least)
}

/// A button whose words change while it stays the same one.
pub(super) fn named(
    ui: &mut Ui,
    name: &str,
    icon: Option<Icon>,
    text: &str,
    weight: Weight,
    least: Vec2,
) -> Response {
    let side = if icon.is_some() { BODY } else { 0.0 };
    let gap = if icon.is_some() && !text.is_empty() { 8.0 } else { 0.0 };
    let padding = 2.0 * ui.spacing().button_padding;
    // In a column, words that are too long for it go on in another line. In a row, the others make room.
    let column = ui.layout().is_vertical().then(|| (ui.available_width() - padding.x - side - gap).max(BODY));
    let width = column.unwrap_or(f32::INFINITY);
    let galley =
        ui.painter().layout(text.to_owned(), FontId::proportional(BODY), Color32::PLACEHOLDER, width);
    let content = vec2(side + gap + galley.size().x, galley.size().y.max(side));
    let size = (content + padding).max(least).max(vec2(0.0, 36.0));
    let id = ui.make_persistent_id(name);
    let (_, room) = ui.allocate_space(size);
    let rect = ui.layout().align_size_within_rect(size, room);
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, text));
    let paint = weight.paint(ui, response.hovered());
    ui.painter().rect(rect, CornerRadius::same(8), paint.fill, paint.line, StrokeKind::Inside);
    if response.has_focus() {
        let ring = Stroke::new(2.0, paint.text);
        ui.painter().rect_stroke(rect.shrink(3.0), CornerRadius::same(6), ring, StrokeKind::Inside);
    }
    let start = rect.center().x - content.x / 2.0;
    if let Some(icon) = icon {
        let place =
            egui::Rect::from_min_size(egui::pos2(start, rect.center().y - side / 2.0), Vec2::splat(side));
        icons::draw(ui.painter(), icon, place, paint.text);
    }
    let at = egui::pos2(start + side + gap, rect.center().y - galley.size().y / 2.0);
    ui.painter().galley(at, galley, paint.text);
    response
}

/// Text that explains, wrapped.
pub(super) fn quiet(ui: &mut Ui, text: &str) {
    let color = theme::palette(ui.ctx()).quiet;
    ui.label(egui::RichText::new(text).color(color).size(theme::SMALL));
}

#[cfg(test)]
mod tests {
    use egui::{Context, RawInput, Vec2};

    use super::{Weight, button, quiet};

    /// Shows a warning if there is one, a button that may be there, and one that always is. True if that one has the
    /// keyboard, which it asks for if `asks`.
    fn frame(ctx: &Context, warned: bool, asks: bool) -> bool {
        let mut has = false;
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            if warned {
                quiet(ui, "beware");
            }
            ui.horizontal(|ui| {
                if warned {
                    button(ui, None, "take back", Weight::Alert, Vec2::ZERO);
                }
                let pause = button(ui, None, "pause", Weight::Plain, Vec2::ZERO);
                if asks {
                    pause.request_focus();
                }
                has = pause.has_focus();
                button(ui, None, "stop", Weight::Plain, Vec2::ZERO);
            });
        });
        output.textures_delta.clear();
        has
    }

    #[test]
    fn the_keyboard_stays_with_its_button() {
        let ctx = Context::default();
        frame(&ctx, false, true);
        assert!(frame(&ctx, false, false));
        assert!(frame(&ctx, true, false), "something appeared before it");
        assert!(frame(&ctx, true, false));
        assert!(frame(&ctx, false, false), "and went again");
    }

    #[test]
    fn a_button_stays_within_its_column() {
        let ctx = Context::default();
        let words = "My helper is on the same network";
        let mut sizes = Vec::new();
        for width in [400.0, 160.0] {
            let mut output = ctx.run_ui(RawInput::default(), |ui| {
                ui.set_max_width(width);
                sizes.push(button(ui, None, words, Weight::Plain, Vec2::ZERO).rect.size());
            });
            output.textures_delta.clear();
        }
        let [wide, narrow] = sizes[..] else { panic!("two frames: {sizes:?}") };
        assert!(wide.x > 160.0 && narrow.x <= 160.0 && narrow.y > wide.y, "{sizes:?}");
    }
}
