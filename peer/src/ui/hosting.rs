//! The host's window during a session: who sees what, and the conversation. The bar says the same in short.

use egui::{Key, RichText, ScrollArea, TextEdit, Ui, Vec2, vec2};
use entraide_common::limits::CHAT_CHARS;
use entraide_common::texts::Texts;
use entraide_common::wire::control::Grant;

use super::home::{card, page};
use super::icons::{self, Icon};
use super::model::{ChatLine, Command, Hosting};
use super::theme;
use super::widgets::{self, Weight};

/// A line of conversation that is being written.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    line: String,
}

pub(super) fn show(
    ui: &mut Ui,
    texts: &Texts,
    hosting: &Hosting,
    conversation: &mut Conversation,
    out: &mut Vec<Command>,
) {
    page(ui, |ui| {
        ui.heading(texts.say_with("ui-hosting-title", &[("name", hosting.helper.as_str().into())]));
        card(ui, |ui| {
            let (icon, text) = may(texts, hosting);
            ui.horizontal(|ui| {
                let palette = theme::palette(ui.ctx());
                let alert = icon == Icon::Pointer;
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(22.0), egui::Sense::hover());
                icons::draw(ui.painter(), icon, rect, if alert { palette.alert } else { palette.accent });
                ui.label(RichText::new(text).size(18.0));
            });
            if !hosting.path.is_empty() {
                widgets::quiet(ui, &hosting.path);
            }
            ui.horizontal_wrapped(|ui| buttons(ui, texts, hosting, out));
        });
        conversation.show(ui, texts, &hosting.chat, &hosting.helper, out);
    });
}

/// What the helper may do now, with its sign.
pub(super) fn may(texts: &Texts, hosting: &Hosting) -> (Icon, String) {
    let name = [("name", hosting.helper.as_str().into())];
    if hosting.cut {
        (Icon::Pause, texts.say_with("ui-may-later", &name))
    } else if hosting.grants.contains(&Grant::Control) {
        (Icon::Pointer, texts.say_with("ui-may-control", &name))
    } else if hosting.paused && hosting.grants.contains(&Grant::View) {
        (Icon::Pause, texts.say_with("ui-may-paused", &name))
    } else if hosting.grants.contains(&Grant::Point) {
        (Icon::Mark, texts.say_with("ui-may-point", &name))
    } else if hosting.grants.contains(&Grant::View) {
        (Icon::Eye, texts.say_with("ui-may-view", &name))
    } else {
        (Icon::Cross, texts.say_with("ui-may-nothing", &name))
    }
}

/// Pause, take back, stop: the same on the bar.
pub(super) fn buttons(ui: &mut Ui, texts: &Texts, hosting: &Hosting, out: &mut Vec<Command>) {
    if hosting.grants.contains(&Grant::Control) {
        let text = texts.say("ui-take-back");
        if widgets::button(ui, Some(Icon::Pointer), &text, Weight::Alert, Vec2::ZERO).clicked() {
            out.push(Command::Revoke(Grant::Control));
        }
    } else if hosting.grants.contains(&Grant::Point) {
        let text = texts.say("ui-no-pointing");
        if widgets::button(ui, Some(Icon::Mark), &text, Weight::Plain, Vec2::ZERO).clicked() {
            out.push(Command::Revoke(Grant::Point));
        }
    }
    if hosting.grants.contains(&Grant::View) {
        let (icon, key) = if hosting.paused { (Icon::Play, "ui-resume") } else { (Icon::Pause, "ui-pause") };
        if widgets::named(ui, "pause", Some(icon), &texts.say(key), Weight::Plain, Vec2::ZERO).clicked() {
            out.push(Command::Pause(!hosting.paused));
        }
    }
    if widgets::button(ui, Some(Icon::Cross), &texts.say("ui-stop"), Weight::Main, Vec2::ZERO).clicked() {
        out.push(Command::Stop);
    }
}

impl Conversation {
    /// The lines so far and one to write.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        texts: &Texts,
        chat: &[ChatLine],
        other: &str,
        out: &mut Vec<Command>,
    ) {
        card(ui, |ui| {
            if chat.is_empty() {
                widgets::quiet(ui, &texts.say_with("ui-chat-empty", &[("name", other.into())]));
            } else {
                let lines = ScrollArea::vertical().max_height(180.0).stick_to_bottom(true);
                lines.show(ui, |ui| chat.iter().for_each(|line| show_line(ui, texts, line, other)));
            }
            self.write(ui, texts, out);
        });
    }

    fn write(&mut self, ui: &mut Ui, texts: &Texts, out: &mut Vec<Command>) {
        ui.horizontal(|ui| {
            let field = TextEdit::singleline(&mut self.line)
                .id_salt("line")
                .hint_text(texts.say("ui-chat-hint"))
                .char_limit(CHAT_CHARS)
                .margin(vec2(10.0, 9.0))
                .desired_width(ui.available_width() - 130.0);
            let field = ui.add(field);
            let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let size = vec2(96.0, 36.0);
            let pressed =
                widgets::button(ui, None, &texts.say("ui-chat-send"), Weight::Plain, size).clicked();
            if (entered || pressed) && !self.line.trim().is_empty() {
                out.push(Command::Chat(std::mem::take(&mut self.line)));
                field.request_focus();
            }
        });
    }
}

fn show_line(ui: &mut Ui, texts: &Texts, line: &ChatLine, other: &str) {
    let palette = theme::palette(ui.ctx());
    let own = texts.say("ui-chat-you");
    let (who, color) = if line.own { (own.as_str(), palette.quiet) } else { (other, palette.accent) };
    ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(who).color(color));
        ui.label(&line.text);
    });
}
