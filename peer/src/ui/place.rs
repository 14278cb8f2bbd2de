//! Where do you meet: a field for an address, asked for once.

use egui::{Key, TextEdit, Ui, vec2};
use entraide_common::texts::Texts;

use super::home::{card, page, strong, warning};
use super::icons::Icon;
use super::model::{self, Command};
use super::widgets::{self, Weight};

/// Longest text that can be typed or pasted: a settings file's line with several addresses.
const PLACE_CHARS: usize = 2_000;

/// What was typed and not accepted yet.
#[derive(Debug, Default)]
pub(super) struct Place {
    text: String,
    /// Whether the field was given the keyboard: whenever the question comes.
    begun: bool,
}

impl Place {
    /// Shows it. True if the clipboard's text is to be put into the field.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        texts: &Texts,
        place: &model::Place,
        out: &mut Vec<Command>,
    ) -> bool {
        page(ui, |ui| {
            ui.heading(texts.say("place-title"));
            if let Some(wrong) = &place.wrong {
                warning(ui, wrong);
            }
            ui.add_space(4.0);
            let pastes = card(ui, |ui| {
                strong(ui, &texts.say(if place.helps { "place-ask-helper" } else { "place-ask-host" }));
                widgets::quiet(ui, &texts.say("place-how"));
                ui.add_space(2.0);
                let entered = self.field(ui, texts);
                ui.add_space(2.0);
                let pastes = self.buttons(ui, texts, entered, out);
                if !place.file.is_empty() {
                    let file = [("file", place.file.as_str().into())];
                    widgets::quiet(ui, &texts.say_with("place-remembered", &file));
                }
                pastes
            });
            if !place.helps {
                card(ui, |ui| here(ui, texts, out));
            }
            pastes
        })
    }

    /// Puts text into the field.
    pub(super) fn paste(&mut self, text: &str) {
        self.text = text.trim().chars().filter(|c| !c.is_control()).take(PLACE_CHARS).collect();
    }

    /// True if Enter was pressed in it.
    fn field(&mut self, ui: &mut Ui, texts: &Texts) -> bool {
        let field = TextEdit::singleline(&mut self.text)
            .id_salt("place")
            .hint_text(texts.say("place-hint"))
            .char_limit(PLACE_CHARS)
            .margin(vec2(12.0, 12.0))
            .desired_width(ui.available_width());
        let field = ui.add(field);
        if !std::mem::replace(&mut self.begun, true) {
            field.request_focus();
        }
        field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    fn buttons(&mut self, ui: &mut Ui, texts: &Texts, entered: bool, out: &mut Vec<Command>) -> bool {
        let size = vec2(140.0, 44.0);
        ui.horizontal_wrapped(|ui| {
            let pressed = widgets::button(ui, None, &texts.say("place-go-on"), Weight::Main, size).clicked();
            let text = self.text.trim();
            if (entered || pressed) && !text.is_empty() {
                out.push(Command::Place { text: text.to_owned() });
                self.begun = false;
            }
            let pastes = widgets::button(ui, None, &texts.say("place-paste"), Weight::Plain, size).clicked();
            let cancel = texts.say("ui-cancel");
            if widgets::button(ui, Some(Icon::Cross), &cancel, Weight::Plain, size).clicked() {
                out.push(Command::Stop);
            }
            pastes
        })
        .inner
    }
}

/// For those who need no place.
fn here(ui: &mut Ui, texts: &Texts, out: &mut Vec<Command>) {
    widgets::quiet(ui, &texts.say("place-here-how"));
    ui.add_space(2.0);
    if widgets::button(ui, None, &texts.say("place-here"), Weight::Plain, vec2(0.0, 44.0)).clicked() {
        out.push(Command::InviteHere);
    }
}
