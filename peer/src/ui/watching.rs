//! What surrounds the remote picture in the helper's window: toolbar, status, and the frame of control.

mod monitors;

use egui::{CornerRadius, Frame, Margin, Panel, RichText, Stroke, StrokeKind, Ui, Vec2, vec2};
use entraide_common::texts::Texts;
use entraide_common::wire::control::{Grant, Hold, MonitorChoice};

use super::icons::{self, Icon};
use super::model::{Command, Watching};
use super::theme::{self, SMALL};
use super::viewer::Zoom;
use super::widgets::{self, Weight};

/// The frame around a picture that is controlled, points.
const FRAME: f32 = 4.0;

/// What a person did around the picture that is the window's own business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    /// Show the picture in this size.
    Zoom(Zoom),
    /// Show these monitors.
    Monitor(MonitorChoice),
}

pub(super) use monitors::numbered;

/// Shows it; returns the part of the window that is left for the picture, in points.
pub(super) fn show(
    ui: &mut Ui,
    texts: &Texts,
    watching: &Watching,
    zoom: Zoom,
    has_picture: bool,
    out: &mut Vec<Command>,
) -> (egui::Rect, Option<Chosen>) {
    let palette = theme::palette(ui.ctx());
    let control = watching.grants.contains(&Grant::Control);
    let strip = |margin| Frame::new().fill(palette.ground).inner_margin(margin);
    let chosen = Panel::top("toolbar")
        .frame(strip(Margin::symmetric(10, 6)))
        .show_separator_line(false)
        .show(ui, |ui| ui.horizontal_wrapped(|ui| toolbar(ui, texts, watching, zoom, out)).inner)
        .inner;
    Panel::bottom("status")
        .frame(strip(Margin::symmetric(12, 5)))
        .show_separator_line(false)
        .show(ui, |ui| status(ui, texts, watching));
    let rest = ui.available_rect_before_wrap();
    let area = if control {
        let stroke = Stroke::new(FRAME, palette.alert);
        ui.painter().rect_stroke(rest, CornerRadius::ZERO, stroke, StrokeKind::Inside);
        rest.shrink(FRAME)
    } else {
        rest
    };
    if watching.cut {
        note(ui, rest, &texts.say_with("ui-watching-cut", &[("name", watching.host.as_str().into())]));
    } else if !has_picture {
        note(ui, rest, &absent(texts, watching));
    } else if watching.paused {
        note(ui, rest, &texts.say_with("ui-watching-paused", &[("name", watching.host.as_str().into())]));
    }
    (area, chosen)
}

fn toolbar(
    ui: &mut Ui,
    texts: &Texts,
    watching: &Watching,
    zoom: Zoom,
    out: &mut Vec<Command>,
) -> Option<Chosen> {
    let leave =
        widgets::button(ui, Some(Icon::Cross), &texts.say("ui-disconnect"), Weight::Plain, Vec2::ZERO);
    if leave.on_hover_text(texts.say("ui-disconnect-tip")).clicked() {
        out.push(Command::Stop);
    }
    // Nobody is there to be asked while the link is cut.
    if !watching.cut {
        control_button(ui, texts, watching, out);
        point_button(ui, texts, watching, out);
    }
    let mut chosen = None;
    let mut choice = |ui: &mut Ui, icon, key: &str, tip: &str, to: Zoom| {
        let weight = if zoom == to { Weight::On } else { Weight::Plain };
        let button = widgets::button(ui, icon, &texts.say(key), weight, Vec2::ZERO);
        if button.on_hover_text(texts.say(tip)).clicked() {
            chosen = Some(Chosen::Zoom(to));
        }
    };
    choice(ui, Some(Icon::Fit), "ui-fit", "ui-fit-tip", Zoom::Fit);
    choice(ui, None, "ui-whole", "ui-whole-tip", Zoom::Whole(1));
    choice(ui, None, "ui-double", "ui-double-tip", Zoom::Whole(2));
    chosen.or(monitors::show(ui, texts, watching).map(Chosen::Monitor))
}

fn control_button(ui: &mut Ui, texts: &Texts, watching: &Watching, out: &mut Vec<Command>) {
    let name = [("name", watching.host.as_str().into())];
    if watching.grants.contains(&Grant::Control) {
        let text = texts.say("ui-give-back");
        let button = widgets::button(ui, Some(Icon::Pointer), &text, Weight::Alert, Vec2::ZERO);
        if button.on_hover_text(texts.say_with("ui-give-back-tip", &name)).clicked() {
            out.push(Command::Release);
        }
    } else if watching.asking == Some(Grant::Control) {
        let text = texts.say_with("ui-asking", &name);
        widgets::button(ui, Some(Icon::Pointer), &text, Weight::On, Vec2::ZERO);
    } else if watching.grants.contains(&Grant::View) {
        let text = texts.say("ui-request-control");
        let button = widgets::button(ui, Some(Icon::Pointer), &text, Weight::Plain, Vec2::ZERO);
        if button.on_hover_text(texts.say_with("ui-request-control-tip", &name)).clicked() {
            out.push(Command::Request(Grant::Control));
        }
    }
}

/// For whoever has no control: in control, the left button clicks.
fn point_button(ui: &mut Ui, texts: &Texts, watching: &Watching, out: &mut Vec<Command>) {
    let may = |what| watching.grants.contains(&what);
    if may(Grant::Control) || !may(Grant::View) {
        return;
    }
    let name = [("name", watching.host.as_str().into())];
    let mut button = |text: &str, weight| widgets::button(ui, Some(Icon::Mark), text, weight, Vec2::ZERO);
    if may(Grant::Point) {
        button(&texts.say("ui-pointing"), Weight::On).on_hover_text(texts.say_with("ui-pointing-tip", &name));
    } else if watching.asking == Some(Grant::Point) {
        button(&texts.say_with("ui-asking", &name), Weight::On);
    } else {
        let ask = button(&texts.say("ui-request-point"), Weight::Plain);
        if ask.on_hover_text(texts.say_with("ui-request-point-tip", &name)).clicked() {
            out.push(Command::Request(Grant::Point));
        }
    }
}

fn status(ui: &mut Ui, texts: &Texts, watching: &Watching) {
    let palette = theme::palette(ui.ctx());
    let small = |text: String| RichText::new(text).size(SMALL);
    ui.horizontal(|ui| {
        ui.set_min_height(22.0);
        let (icon, color, text) = situation(texts, watching);
        let color = if color { palette.alert } else { palette.quiet };
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(15.0), egui::Sense::hover());
        icons::draw(ui.painter(), icon, rect, color);
        ui.label(small(text).color(color));
        if !watching.notice.is_empty() {
            ui.label(small(watching.notice.clone()));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(small(watching.path.clone()).color(palette.quiet));
        });
    });
}

/// What this helper does at the moment: its sign, whether it is about control, and in words.
fn situation(texts: &Texts, watching: &Watching) -> (Icon, bool, String) {
    let name = [("name", watching.host.as_str().into())];
    if watching.cut {
        return (Icon::Pause, false, texts.say_with("ui-watching-cut", &name));
    }
    if !watching.grants.contains(&Grant::Control) {
        let (icon, key) = if watching.grants.contains(&Grant::Point) {
            (Icon::Mark, "ui-you-point")
        } else if watching.grants.contains(&Grant::View) {
            (Icon::Eye, "ui-you-watch")
        } else {
            (Icon::Pause, "ui-you-wait")
        };
        return (icon, false, texts.say_with(key, &name));
    }
    match watching.hold {
        None => (Icon::Pointer, true, texts.say_with("ui-you-control", &name)),
        Some(hold) => {
            let key = match hold {
                Hold::Question => "ui-hold-question",
                Hold::OwnWindow => "ui-hold-own-window",
                Hold::Hand => "ui-hold-hand",
            };
            (Icon::Pause, true, texts.say_with(key, &name))
        }
    }
}

/// Why there is no picture.
fn absent(texts: &Texts, watching: &Watching) -> String {
    let name = [("name", watching.host.as_str().into())];
    let key = if watching.asking == Some(Grant::View) || !watching.grants.contains(&Grant::View) {
        "ui-watching-asking"
    } else {
        "ui-watching-coming"
    };
    texts.say_with(key, &name)
}

/// A sentence on a card in the middle of `rest`.
fn note(ui: &Ui, rest: egui::Rect, text: &str) {
    let palette = theme::palette(ui.ctx());
    let painter = ui.painter();
    let wrap = (rest.width() - 96.0).clamp(80.0, 460.0);
    let galley = painter.layout(text.to_owned(), egui::FontId::proportional(18.0), palette.text, wrap);
    let card = egui::Rect::from_center_size(rest.center(), galley.size() + vec2(48.0, 36.0));
    painter.rect(card, 12.0, palette.raised, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    painter.galley(card.center() - galley.size() / 2.0, galley, palette.text);
}
