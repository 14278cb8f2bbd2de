//! What the host's person and program say during a session, and whether they may.

use entraide_common::session::host::{Command, Input, Machine};
use entraide_common::wire::control::Grant;

use super::Hosting;
use crate::app::said::Said;
use crate::desktop::Seat;
use crate::front::{self, Heard};
use crate::ui::model;

impl Hosting<'_> {
    pub(super) fn said(&mut self, said: Said, display_lost: bool) -> Option<Input> {
        match said {
            Said::Window(command) => self.window(command),
            Said::Front(Heard::Command(command)) => self.front(command),
            Said::Front(Heard::Fault(fault)) => {
                self.shower.faces().fault(&fault);
                None
            }
            Said::Interrupted => {
                self.quit = true;
                // The helper is told the same, whether the windows or the capture noticed first.
                Some(if display_lost {
                    Input::Machine(Machine::ScreenFailed)
                } else {
                    Input::Person(Command::Close)
                })
            }
        }
    }

    fn front(&mut self, command: front::Command) -> Option<Input> {
        match command {
            front::Command::Answer { id, allow } => {
                // At a display where a person sits, only that person answers, in the window.
                if self.seat == Seat::Person {
                    self.shower.faces().error("answer_in_window");
                    return None;
                }
                self.answer(id, allow)
            }
            front::Command::Chat(text) => Some(Input::Person(Command::Chat(text))),
            front::Command::Pause(paused) => Some(Input::Person(Command::Pause(paused))),
            front::Command::Stop => Some(Input::Person(Command::Stop)),
            front::Command::Quit => {
                self.quit = true;
                Some(Input::Person(Command::Close))
            }
            front::Command::Release => Some(Input::Person(Command::Revoke(Grant::Control))),
            _ => {
                self.shower.faces().error("not_here");
                None
            }
        }
    }

    fn window(&mut self, command: model::Command) -> Option<Input> {
        match command {
            model::Command::Answer { id, allow } => {
                let answer = self.answer(id, allow)?;
                if allow && self.had_control && !self.hands.pressed_by_hand_since(self.question_put) {
                    self.shower.faces().error("answer_by_hand");
                    return Some(Input::Machine(Machine::Spoilt(id)));
                }
                Some(answer)
            }
            model::Command::Revoke(what) => Some(Input::Person(Command::Revoke(what))),
            model::Command::Pause(paused) => Some(Input::Person(Command::Pause(paused))),
            model::Command::Chat(text) => Some(Input::Person(Command::Chat(text))),
            model::Command::OwnWindows(windows) => {
                self.windows = windows;
                Some(Input::Machine(Machine::Windows(self.areas())))
            }
            model::Command::BarShown(shown) => {
                self.shower.set_bar_shown(shown);
                Some(Input::Machine(Machine::BarShown(shown)))
            }
            model::Command::Stop => Some(Input::Person(Command::Stop)),
            model::Command::Quit => {
                self.quit = true;
                Some(Input::Person(Command::Close))
            }
            _ => None,
        }
    }

    fn answer(&mut self, id: u32, allow: bool) -> Option<Input> {
        if self.session.question().is_none_or(|question| question.id != id) {
            self.shower.faces().error("no_such_question");
            return None;
        }
        Some(Input::Person(Command::Answer { id, allow }))
    }
}
