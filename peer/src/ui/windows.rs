//! The windows that are open, kept in step with the view.
//!
//! A question's window belongs to the question's id: it closes with it, and one that was answered does not come
//! back. So no view can leave a stale question standing.

use std::sync::Arc;
use std::time::Instant;

use entraide_common::texts::Texts;
use softbuffer::Context;
use winit::event::WindowEvent;
use winit::event_loop::{ActiveEventLoop, OwnedDisplayHandle};
use winit::window::WindowId;

use super::attributes;
use super::bar::Bar;
use super::consent::Answer;
use super::main_window::MainWindow;
use super::model::{Command, OwnWindow, Question, View};
use super::pane::{Pane, PaneError};
use super::question::Ask;
use crate::canvas::Canvas;

pub(super) struct Windows {
    texts: Arc<Texts>,
    canvas: Arc<Canvas>,
    display: Context<OwnedDisplayHandle>,
    view: View,
    main: Option<MainWindow>,
    bar: Option<Bar>,
    ask: Option<Ask>,
    /// The question that was answered, as long as views still show it.
    answered: Option<u32>,
    focused: Option<WindowId>,
    /// Whether a window appeared, moved or went since the last report.
    shifted: bool,
    reported: Vec<OwnWindow>,
}

impl Windows {
    pub(super) fn new(texts: Arc<Texts>, canvas: Arc<Canvas>, display: Context<OwnedDisplayHandle>) -> Self {
        Self {
            texts,
            canvas,
            display,
            view: View::Quiet,
            main: None,
            bar: None,
            ask: None,
            answered: None,
            focused: None,
            shifted: false,
            reported: Vec::new(),
        }
    }

    /// Shows `view` from now on.
    pub(super) fn show(&mut self, view: View, event_loop: &ActiveEventLoop, out: &mut Vec<Command>) {
        if view == self.view {
            return;
        }
        self.view = view;
        self.arrange_question(event_loop, out);
        self.arrange_bar(event_loop, out);
        self.arrange_main(event_loop, out);
    }

    /// Closes everything that is not about the session on this computer's screen.
    pub(super) fn close_main(&mut self) {
        self.main = None;
        self.shifted = true;
    }

    /// Passes an event to its window.
    pub(super) fn event(
        &mut self,
        id: WindowId,
        event: &WindowEvent,
        event_loop: &ActiveEventLoop,
        out: &mut Vec<Command>,
    ) {
        match event {
            WindowEvent::Focused(true) => self.focused = Some(id),
            WindowEvent::Focused(false) if self.focused == Some(id) => self.focused = None,
            _ => {}
        }
        self.shifted |= matches!(
            event,
            WindowEvent::Focused(_)
                | WindowEvent::Moved(_)
                | WindowEvent::Resized(_)
                | WindowEvent::Occluded(_)
        );
        if let Some(ask) = self.ask.as_mut().filter(|ask| ask.pane().id() == id) {
            let answer = ask.event(event);
            self.answer(answer, out);
        } else if let Some(bar) = self.bar.as_mut().filter(|bar| bar.pane().id() == id) {
            bar.event(event, out);
        } else if let Some(main) = self.main.as_mut().filter(|main| main.pane().id() == id) {
            match event {
                WindowEvent::CloseRequested => {
                    self.close_main();
                    out.push(Command::Quit);
                }
                _ => main.event(event, &self.view, event_loop, out),
            }
        }
    }

    /// Time passed, or something happened: brings every window up to date with view and canvas.
    pub(super) fn draw(&mut self, event_loop: &ActiveEventLoop, out: &mut Vec<Command>) {
        let now = Instant::now();
        let answer = self.ask.as_mut().and_then(|ask| ask.tick(now));
        self.answer(answer, out);
        let texts = &self.texts;
        let mut drawn = Ok(());
        if let Some(ask) = &mut self.ask {
            drawn = drawn.and(ask.draw(texts));
        }
        if let (Some(bar), View::Hosting(hosting)) = (&mut self.bar, &self.view) {
            bar.tick(now, self.ask.as_ref().map(Ask::pane), out);
            drawn = drawn.and(bar.draw(texts, hosting, out));
        }
        if let Some(main) = &mut self.main {
            main.tick(now, out);
            drawn = drawn.and(main.draw(&self.view, texts, &self.canvas, event_loop, out));
        }
        if let Err(error) = drawn {
            tracing::warn!("a window could not be drawn: {error}");
        }
        self.report(out);
    }

    /// When [`Windows::draw`] wants to be called without anything happening.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let ask = self.ask.as_ref().and_then(Ask::deadline);
        let bar = self.bar.as_ref().and_then(Bar::deadline);
        let main = self.main.as_ref().and_then(MainWindow::deadline);
        ask.into_iter().chain(bar).chain(main).min()
    }

    fn answer(&mut self, answer: Option<Answer>, out: &mut Vec<Command>) {
        let Some((answer, ask)) = answer.zip(self.ask.as_ref()) else { return };
        let id = ask.id();
        // A yes may turn out not to count: its window stays until the session closes the question.
        if answer == Answer::Deny {
            self.answered = Some(id);
            self.ask = None;
            self.shifted = true;
        }
        out.push(Command::Answer { id, allow: answer == Answer::Allow });
    }

    fn arrange_question(&mut self, event_loop: &ActiveEventLoop, out: &mut Vec<Command>) {
        if question(&self.view).is_none() {
            self.answered = None;
        }
        let wanted = question(&self.view).filter(|question| self.answered != Some(question.id)).cloned();
        if self.ask.as_ref().map(Ask::id) == wanted.as_ref().map(|question| question.id) {
            return;
        }
        self.ask = None;
        self.shifted = true;
        let Some(question) = wanted else { return };
        let title = self.texts.say("ui-title-question");
        match self.open(event_loop, attributes::question(title, &question, event_loop)) {
            Ok(pane) => self.ask = Some(Ask::new(pane, question, &self.texts)),
            Err(error) => {
                // Nobody can be asked, and nobody said yes.
                tracing::error!("a question could not be shown: {error}");
                self.answered = Some(question.id);
                out.push(Command::Answer { id: question.id, allow: false });
            }
        }
    }

    fn arrange_bar(&mut self, event_loop: &ActiveEventLoop, out: &mut Vec<Command>) {
        let wanted = matches!(self.view, View::Hosting(_));
        match (&mut self.bar, wanted) {
            (Some(bar), true) => bar.stir(),
            (Some(_), false) => {
                self.bar = None;
                self.shifted = true;
                out.push(Command::BarShown(false));
            }
            (None, false) => {}
            (None, true) => {
                self.shifted = true;
                let title = self.texts.say("ui-title-bar");
                match self.open(event_loop, attributes::bar(title, event_loop)) {
                    Ok(pane) => self.bar = Some(Bar::new(pane)),
                    Err(error) => {
                        tracing::error!("the bar could not be shown: {error}");
                        out.push(Command::BarShown(false));
                    }
                }
            }
        }
    }

    fn arrange_main(&mut self, event_loop: &ActiveEventLoop, out: &mut Vec<Command>) {
        let hidden = match &self.view {
            View::Quiet => true,
            View::Hosting(hosting) => hosting.quiet,
            _ => false,
        };
        if hidden {
            return self.close_main();
        }
        if self.main.is_none() {
            self.shifted = true;
            match self.open(event_loop, attributes::main(self.texts.say("ui-title"), event_loop)) {
                Ok(pane) => self.main = Some(MainWindow::new(pane)),
                Err(error) => tracing::error!("{error}"),
            }
        }
        if let Some(main) = &mut self.main {
            main.set_view(&self.view, &self.texts, out);
        }
    }

    fn open(
        &self,
        event_loop: &ActiveEventLoop,
        attributes: winit::window::WindowAttributes,
    ) -> Result<Pane, PaneError> {
        Pane::open(event_loop, &self.display, attributes)
    }

    /// Says where our windows are, if that changed.
    fn report(&mut self, out: &mut Vec<Command>) {
        if !std::mem::take(&mut self.shifted) {
            return;
        }
        let panes = [
            self.ask.as_ref().map(Ask::pane),
            self.bar.as_ref().map(Bar::pane),
            self.main.as_ref().map(MainWindow::pane),
        ];
        let windows: Vec<_> = panes.into_iter().flatten().filter_map(|pane| self.own_window(pane)).collect();
        if windows != self.reported {
            self.reported.clone_from(&windows);
            out.push(Command::OwnWindows(windows));
        }
    }

    /// A window with its frame. None where the window system does not tell places.
    fn own_window(&self, pane: &Pane) -> Option<OwnWindow> {
        let window = pane.window();
        let (at, size) = (window.outer_position().ok()?, window.outer_size());
        let focused = self.focused == Some(pane.id());
        let asks = self.ask.as_ref().is_some_and(|ask| ask.pane().id() == pane.id());
        Some(OwnWindow { x: at.x, y: at.y, width: size.width, height: size.height, focused, asks })
    }
}

fn question(view: &View) -> Option<&Question> {
    match view {
        View::Waiting(waiting) => waiting.question.as_ref(),
        View::Hosting(hosting) => hosting.question.as_ref(),
        _ => None,
    }
}
