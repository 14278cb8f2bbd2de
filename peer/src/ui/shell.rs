//! The event loop, and the handle by which other threads reach it.
//!
//! Life: [`Shell::new`] on the main thread, [`Shell::run`] until [`Handle::close`], or until the main window was
//! closed and the program did not end within a few seconds. The handle's wake-ups carry nothing: the view waits in
//! a slot of one, the picture on the canvas, so a slow window never makes a queue.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use entraide_common::texts::Texts;
use softbuffer::Context;
use winit::application::ApplicationHandler;
use winit::error::EventLoopError;
use winit::event::WindowEvent;
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop, EventLoopProxy};
use winit::window::WindowId;

use super::model::{Command, View};
use super::windows::Windows;
use crate::canvas::Canvas;
use crate::latest::{Latest, Taken};

/// How long the program has to say goodbye after its window was closed, before the loop ends by itself.
const FAREWELL: Duration = Duration::from_secs(5);

/// Why there are no windows.
#[derive(Debug, thiserror::Error)]
pub enum NoWindows {
    /// There is no display, or it went away.
    #[error("there is no display to open windows on: {0}")]
    Display(#[from] EventLoopError),
    /// The display takes no pictures from us; in words, because the reason itself is bound to this thread.
    #[error("nothing can be drawn on this display: {0}")]
    Surface(String),
}

/// The windows. Lives on the main thread.
pub struct Shell {
    event_loop: EventLoop<Wake>,
    desk: Desk,
}

/// Reaches the windows from any thread.
#[derive(Clone)]
pub struct Handle {
    proxy: EventLoopProxy<Wake>,
    mail: Arc<Mail>,
}

/// What waits for the windows.
struct Mail {
    view: Latest<View>,
    /// Whether a wake-up for the canvas is under way already.
    refresh: AtomicBool,
}

/// Why the loop was woken.
#[derive(Debug, Clone, Copy)]
enum Wake {
    View,
    Canvas,
    Close,
}

impl Shell {
    pub(super) fn new(
        texts: Arc<Texts>,
        canvas: Arc<Canvas>,
        commands: Box<dyn Fn(Command) + Send>,
    ) -> Result<(Self, Handle), NoWindows> {
        let event_loop = EventLoop::with_user_event().build()?;
        let display = Context::new(event_loop.owned_display_handle())
            .map_err(|error| NoWindows::Surface(error.to_string()))?;
        let mail = Arc::new(Mail { view: Latest::new(), refresh: AtomicBool::new(false) });
        let handle = Handle { proxy: event_loop.create_proxy(), mail: Arc::clone(&mail) };
        let windows = Windows::new(texts, canvas, display);
        let desk = Desk { windows, mail, commands, ready: false, leaving: None };
        Ok((Self { event_loop, desk }, handle))
    }

    /// Shows windows until [`Handle::close`], or a few seconds after the main window was closed.
    ///
    /// # Errors
    /// If the display went away.
    pub fn run(mut self) -> Result<(), NoWindows> {
        Ok(self.event_loop.run_app(&mut self.desk)?)
    }
}

impl Handle {
    /// Replaces everything that is shown.
    pub fn show(&self, view: View) {
        self.mail.view.put(view);
        self.wake(Wake::View);
    }

    /// The canvas has something new.
    pub fn refresh(&self) {
        if !self.mail.refresh.swap(true, Ordering::AcqRel) {
            self.wake(Wake::Canvas);
        }
    }

    /// Closes all windows; [`Shell::run`] returns.
    pub fn close(&self) {
        self.wake(Wake::Close);
    }

    /// A loop that has ended needs no waking.
    fn wake(&self, wake: Wake) {
        let _ = self.proxy.send_event(wake);
    }
}

/// What the event loop drives.
struct Desk {
    windows: Windows,
    mail: Arc<Mail>,
    commands: Box<dyn Fn(Command) + Send>,
    /// Whether windows may be opened already.
    ready: bool,
    /// Set once the main window was closed: when the loop ends by itself.
    leaving: Option<Instant>,
}

impl Desk {
    fn take_view(&mut self, event_loop: &ActiveEventLoop) {
        if !self.ready || self.leaving.is_some() {
            return;
        }
        if let Taken::Value(view) = self.mail.view.take() {
            let mut out = Vec::new();
            self.windows.show(view, event_loop, &mut out);
            self.send(out);
        }
    }

    fn send(&mut self, out: Vec<Command>) {
        for command in out {
            if command == Command::Quit {
                self.windows.close_main();
                self.leaving.get_or_insert_with(|| Instant::now() + FAREWELL);
            }
            (self.commands)(command);
        }
    }
}

impl ApplicationHandler<Wake> for Desk {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        self.ready = true;
        self.take_view(event_loop);
    }

    fn user_event(&mut self, event_loop: &ActiveEventLoop, wake: Wake) {
        match wake {
            Wake::View => self.take_view(event_loop),
            // Windows look at it whenever they are drawn, before the loop sleeps again. Cleared before: what comes while
            // they look wakes again.
            Wake::Canvas => self.mail.refresh.store(false, Ordering::Release),
            Wake::Close => event_loop.exit(),
        }
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, id: WindowId, event: WindowEvent) {
        let mut out = Vec::new();
        self.windows.event(id, &event, event_loop, &mut out);
        self.send(out);
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if event_loop.exiting() {
            return;
        }
        if self.leaving.is_some_and(|leaving| Instant::now() >= leaving) {
            return event_loop.exit();
        }
        let mut out = Vec::new();
        self.windows.draw(event_loop, &mut out);
        self.send(out);
        let deadline = self.windows.deadline().into_iter().chain(self.leaving).min();
        event_loop.set_control_flow(deadline.map_or(ControlFlow::Wait, ControlFlow::WaitUntil));
    }
}
