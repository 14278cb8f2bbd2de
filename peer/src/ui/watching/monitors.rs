//! The choice among a host's monitors: a number for each, and all of them. One alone needs no choice.

use egui::{Role, Ui, Vec2, WidgetInfo};
use entraide_common::monitors;
use entraide_common::texts::Texts;
use entraide_common::wire::control::{Grant, Monitor, MonitorChoice};

use crate::ui::icons::Icon;
use crate::ui::model::Watching;
use crate::ui::widgets::{self, Weight};

/// Shows it; returns what was chosen.
pub(super) fn show(ui: &mut Ui, texts: &Texts, watching: &Watching) -> Option<MonitorChoice> {
    if watching.monitors.len() < 2 || !watching.grants.contains(&Grant::View) {
        return None;
    }
    ui.add_space(8.0);
    let mut chosen = None;
    for (number, monitor) in (1..).zip(&watching.monitors) {
        let icon = (number == 1).then_some(Icon::Screen);
        let choice = MonitorChoice::One(monitor.id);
        if button(ui, watching, choice, icon, &number.to_string(), &name(texts, number, monitor)) {
            chosen = Some(choice);
        }
    }
    if monitors::all_fit(&watching.monitors) {
        let (word, tip) = (texts.say("ui-screen-all"), texts.say("ui-screen-all-tip"));
        if button(ui, watching, MonitorChoice::All, None, &word, &tip) {
            chosen = Some(MonitorChoice::All);
        }
    }
    chosen
}

/// The monitor of that number, counted from 1, or all of them for 0; `None` where there is no such choice.
pub(in crate::ui) fn numbered(watching: &Watching, number: usize) -> Option<MonitorChoice> {
    if watching.monitors.len() < 2 {
        return None;
    }
    match number {
        0 => monitors::all_fit(&watching.monitors).then_some(MonitorChoice::All),
        _ => monitors::numbered(number, &watching.monitors).map(|monitor| MonitorChoice::One(monitor.id)),
    }
}

/// A short word on a button, and all of it for those who hover or listen. True if it was pressed.
fn button(
    ui: &mut Ui,
    watching: &Watching,
    choice: MonitorChoice,
    icon: Option<Icon>,
    word: &str,
    name: &str,
) -> bool {
    let on = watching.shown == choice;
    let weight = if on { Weight::On } else { Weight::Plain };
    let button = widgets::button(ui, icon, word, weight, Vec2::ZERO);
    button.widget_info(|| WidgetInfo::selected(Role::Button, true, on, name));
    button.on_hover_text(name).clicked()
}

fn name(texts: &Texts, number: usize, monitor: &Monitor) -> String {
    let key = if monitor.primary { "ui-screen-main" } else { "ui-screen" };
    // As text: a formatted number would have separators.
    let [number, width, height] = [number.to_string(), monitor.width.to_string(), monitor.height.to_string()];
    texts.say_with(key, &[("number", number.into()), ("width", width.into()), ("height", height.into())])
}
