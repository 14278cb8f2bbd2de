//! The first window: get help, help someone. And the two plain ones: a moment, it is over.

use egui::{Align, Key, Layout, RichText, TextEdit, Ui, Vec2, vec2};
use entraide_common::texts::Texts;

use super::icons::Icon;
use super::model::Command;
use super::theme;
use super::widgets::{self, Weight};

/// Longest code that can be typed: two words more than any, and a node's address.
const CODE_CHARS: usize = 160;

/// What was typed at home and not sent yet.
#[derive(Debug, Default)]
pub(super) struct Home {
    code: String,
}

impl Home {
    pub(super) fn show(&mut self, ui: &mut Ui, texts: &Texts, notice: Option<&str>, out: &mut Vec<Command>) {
        page(ui, |ui| {
            ui.heading(texts.say("ui-home-title"));
            if let Some(notice) = notice {
                warning(ui, notice);
            }
            ui.add_space(4.0);
            card(ui, |ui| {
                strong(ui, &texts.say("ui-home-need"));
                widgets::quiet(ui, &texts.say("ui-home-need-how"));
                ui.add_space(2.0);
                let size = vec2(ui.available_width(), 52.0);
                if widgets::button(ui, None, &texts.say("ui-home-get-help"), Weight::Main, size).clicked() {
                    out.push(Command::Invite);
                }
                let here = texts.say("ui-home-here");
                let here = widgets::button(ui, None, &here, Weight::Plain, Vec2::ZERO);
                if here.on_hover_text(texts.say("ui-home-here-tip")).clicked() {
                    out.push(Command::InviteHere);
                }
            });
            card(ui, |ui| {
                strong(ui, &texts.say("ui-home-give"));
                widgets::quiet(ui, &texts.say("ui-home-give-how"));
                ui.add_space(2.0);
                self.join(ui, texts, out);
            });
        });
    }

    fn join(&mut self, ui: &mut Ui, texts: &Texts, out: &mut Vec<Command>) {
        let label = texts.say("ui-home-help");
        ui.horizontal(|ui| {
            let hint = texts.say("ui-home-code-hint");
            let field = TextEdit::singleline(&mut self.code)
                .id_salt("code")
                .hint_text(hint)
                .char_limit(CODE_CHARS)
                .font(egui::FontId::proportional(20.0))
                .margin(vec2(12.0, 12.0))
                .desired_width(ui.available_width() - 210.0);
            let field = ui.add(field);
            let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let size = vec2(190.0, 48.0);
            let pressed = widgets::button(ui, None, &label, Weight::Plain, size).clicked();
            let code = self.code.trim();
            if (entered || pressed) && !code.is_empty() {
                out.push(Command::Join { code: code.to_owned() });
            } else if pressed {
                field.request_focus();
            }
        });
    }
}

/// Something takes a moment.
pub(super) fn busy(ui: &mut Ui, texts: &Texts, text: &str, out: &mut Vec<Command>) {
    page(ui, |ui| {
        ui.heading(texts.say("ui-busy-title"));
        ui.label(text);
        ui.add_space(8.0);
        if widgets::button(ui, Some(Icon::Cross), &texts.say("ui-cancel"), Weight::Plain, Vec2::ZERO)
            .clicked()
        {
            out.push(Command::Stop);
        }
    });
}

/// It is over.
pub(super) fn over(ui: &mut Ui, texts: &Texts, text: &str, out: &mut Vec<Command>) {
    page(ui, |ui| {
        ui.heading(texts.say("ui-over-title"));
        ui.label(text);
        ui.add_space(8.0);
        if widgets::button(ui, None, &texts.say("ui-close"), Weight::Main, vec2(140.0, 44.0)).clicked() {
            out.push(Command::Quit);
        }
    });
}

/// A page of text and buttons: one column, in the middle, with room around it.
pub(super) fn page<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = theme::palette(ui.ctx());
    let frame = egui::Frame::new().fill(palette.ground);
    egui::CentralPanel::default()
        .frame(frame)
        .show(ui, |ui| {
            egui::ScrollArea::vertical()
                .auto_shrink([false, false])
                .show(ui, |ui| {
                    let width = (ui.available_width() - 48.0).clamp(100.0, 640.0);
                    let side = (ui.available_width() - width) / 2.0;
                    let rect = egui::Rect::from_min_size(
                        ui.max_rect().min + vec2(side, 28.0),
                        vec2(width, f32::INFINITY),
                    );
                    let column = egui::UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min));
                    ui.scope_builder(column, contents).inner
                })
                .inner
        })
        .inner
}

/// A group of things that belong together.
pub(super) fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = theme::palette(ui.ctx());
    egui::Frame::new()
        .fill(palette.raised)
        .stroke(egui::Stroke::new(1.0, palette.line))
        .corner_radius(12)
        .inner_margin(18)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui)
        })
        .inner
}

/// Something to mind, with its sign.
pub(super) fn warning(ui: &mut Ui, text: &str) {
    let palette = theme::palette(ui.ctx());
    egui::Frame::new()
        .fill(palette.alert_ground)
        .stroke(egui::Stroke::new(1.0, palette.alert))
        .corner_radius(8)
        .inner_margin(12)
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(20.0), egui::Sense::hover());
                super::icons::draw(ui.painter(), Icon::Warning, rect, palette.alert);
                // A row does not wrap its words, a column in it does.
                ui.vertical(|ui| ui.label(RichText::new(text).color(palette.text)));
            });
        });
}

pub(super) fn strong(ui: &mut Ui, text: &str) {
    ui.label(RichText::new(text).size(18.0));
}
