//! The host's window while nobody is there yet: the code, huge, and the sentence to say.

use std::time::{Duration, Instant};

use egui::{FontFamily, FontId, RichText, Ui, Vec2};
use entraide_common::texts::Texts;

use super::home::{card, page};
use super::icons::Icon;
use super::model::{Command, Waiting, Whereabouts};
use super::theme;
use super::widgets::{self, Weight};

/// The code's letters, points, where there is room for them.
const CODE: f32 = 64.0;

pub(super) fn show(ui: &mut Ui, texts: &Texts, waiting: &Waiting, out: &mut Vec<Command>) {
    page(ui, |ui| {
        ui.heading(texts.say("ui-waiting-title"));
        match &waiting.code {
            Some(code) => with_code(ui, texts, waiting, code),
            None => {
                ui.label(&waiting.status);
            }
        }
        ui.add_space(6.0);
        if widgets::button(ui, Some(Icon::Cross), &texts.say("ui-cancel"), Weight::Plain, Vec2::ZERO)
            .clicked()
        {
            out.push(Command::Stop);
        }
    });
}

fn with_code(ui: &mut Ui, texts: &Texts, waiting: &Waiting, code: &str) {
    let palette = theme::palette(ui.ctx());
    ui.label(texts.say("ui-waiting-read"));
    card(ui, |ui| {
        ui.vertical_centered(|ui| {
            big(ui, &spaced(code), CODE);
            if let Whereabouts::Node(node) = &waiting.whereabouts {
                big(ui, node, 28.0);
            }
        });
    });
    let sentence = match &waiting.whereabouts {
        Whereabouts::Known | Whereabouts::Here => texts.say_with("ui-waiting-say", &[("code", code.into())]),
        Whereabouts::Node(node) => texts.say_with(
            "ui-waiting-say-node",
            &[("code", code.into()), ("node", node.trim_start_matches('@').into())],
        ),
    };
    ui.label(RichText::new(sentence).size(18.0));
    if waiting.whereabouts == Whereabouts::Here {
        ui.label(texts.say("ui-waiting-here"));
    }
    ui.add_space(4.0);
    ui.label(RichText::new(&waiting.status).color(palette.accent));
    if let Some(expires) = waiting.expires {
        widgets::quiet(ui, &time_left(texts, expires));
        ui.ctx().request_repaint_after(Duration::from_secs(20));
    }
    widgets::quiet(ui, &texts.say("ui-only-people-you-know"));
}

/// Text in one line, as large as `size` if it fits.
fn big(ui: &mut Ui, text: &str, size: f32) {
    let palette = theme::palette(ui.ctx());
    let layout = |size| {
        let font = FontId::new(size, FontFamily::Proportional);
        ui.painter().layout_no_wrap(text.to_owned(), font, palette.text)
    };
    let wide = layout(size).size().x;
    let fits = (ui.available_width() / wide).min(1.0);
    ui.label(RichText::new(text).size((size * fits).floor().max(12.0)).color(palette.text));
}

/// Groups of digits well apart: they are read aloud one after the other.
fn spaced(code: &str) -> String {
    code.replace(' ', "\u{2003}")
}

fn time_left(texts: &Texts, expires: Instant) -> String {
    let left = expires.saturating_duration_since(Instant::now());
    let minutes = left.as_secs().div_ceil(60);
    texts.say_with("ui-waiting-minutes", &[("minutes", minutes.into())])
}
