//! X servers to test on: Xvfb, a display without hands, and Xephyr in it, a display whose hands are played on the
//! outer one. Everything started here ends when its value is dropped.

mod client;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use x11rb::protocol::xproto::Window;

pub use client::{Client, Screenshot};

/// Long enough for anything on a busy machine; a test that works never waits for it.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Variables by which a desktop of the developer would leak into a test.
const FOREIGN: [&str; 4] = ["WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "XAUTHORITY", "LC_ALL"];

/// An X server of our own.
pub struct XServer {
    display: String,
    #[expect(dead_code, reason = "held to end the server")]
    server: Running,
}

impl XServer {
    /// A display that nobody sits at.
    ///
    /// # Panics
    /// If Xvfb is missing or does not come up.
    #[must_use]
    pub fn xvfb(width: u32, height: u32) -> Self {
        let screen = format!("{width}x{height}x24");
        let mut command = Command::new("Xvfb");
        // Without -noreset it forgets monitors and layouts when the last client leaves.
        command.args(["-screen", "0", &screen, "-nolisten", "tcp", "-noreset"]);
        Self::start(command)
    }

    /// A display whose screen a VNC viewer sees through that socket, without a password.
    ///
    /// # Panics
    /// If Xvnc is missing or does not come up.
    #[must_use]
    pub fn xvnc(width: u32, height: u32, socket: &Path, more: &[&str]) -> Self {
        let mut command = Command::new("Xvnc");
        command.args(["-geometry", &format!("{width}x{height}"), "-depth", "24", "-SecurityTypes", "None"]);
        command
            .args(["-rfbport", "-1", "-nolisten", "tcp", "-noreset", "-rfbunixpath"])
            .arg(socket)
            .args(more);
        Self::start(command)
    }

    /// The same without an extension of that name.
    ///
    /// # Panics
    /// If Xvfb is missing or does not come up.
    #[must_use]
    pub fn xvfb_without(extension: &str) -> Self {
        let mut command = Command::new("Xvfb");
        command.args(["-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset", "-extension", extension]);
        Self::start(command)
    }

    /// A display in a window of `outer`, whose keys and pointer are those of that window: XTEST there is a hand here.
    ///
    /// # Panics
    /// If Xephyr is missing or does not come up.
    #[must_use]
    pub fn xephyr(outer: &Self, width: u32, height: u32) -> Self {
        let mut command = outer.command("Xephyr");
        command.args(["-screen", &format!("{width}x{height}"), "-nolisten", "tcp", "-noreset"]);
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let program = command.get_program().to_string_lossy().into_owned();
        // The server chooses a free number and writes it to its standard output.
        command.args(["-displayfd", "1"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let spawned = command.spawn();
        let mut child = spawned
            .unwrap_or_else(|error| panic!("{program} cannot be started ({error}): deploy/test installs it"));
        let mut number = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut number).expect("the server's output can be read");
        }
        let server = Running(child);
        assert!(!number.is_empty(), "{program} did not come up");
        Self { display: format!(":{}", number.trim()), server }
    }

    /// Its name, for `DISPLAY`.
    #[must_use]
    pub fn display(&self) -> &str {
        &self.display
    }

    /// A program to start on it.
    #[must_use]
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        for name in FOREIGN {
            command.env_remove(name);
        }
        command.env("DISPLAY", &self.display).env("LANG", "C.UTF-8");
        command
    }

    /// Runs a program to its end.
    ///
    /// # Panics
    /// If it is missing or fails.
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).output();
        let output = output
            .unwrap_or_else(|error| panic!("{program} cannot be started ({error}): deploy/test installs it"));
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Starts a program that runs until the value is dropped.
    ///
    /// # Panics
    /// If it is missing.
    #[must_use]
    pub fn spawn(&self, program: &str, arguments: &[&str]) -> Running {
        let child = self.command(program).args(arguments).stderr(Stdio::null()).spawn();
        Running(
            child.unwrap_or_else(|error| {
                panic!("{program} cannot be started ({error}): deploy/test installs it")
            }),
        )
    }

    /// The visible window with that title, as soon as it is there.
    ///
    /// # Panics
    /// If none comes.
    #[must_use]
    pub fn window(&self, title: &str) -> Window {
        let client = self.client();
        wait_until(&format!("a window is called {title:?}"), || client.window(title))
    }

    /// A window manager, once it manages: a window that opens before may be left alone.
    ///
    /// # Panics
    /// If openbox is missing, or does not come up.
    #[must_use]
    pub fn openbox(&self) -> Running {
        let openbox = self.spawn("openbox", &[]);
        let client = self.client();
        wait_until("the window manager runs", || client.property(client.root, "_NET_SUPPORTING_WM_CHECK"));
        // What comes while it starts up may wait in its queue until something else comes.
        let trial = client.open();
        let managed = || client.property(client.root, "_NET_CLIENT_LIST").is_some();
        wait_until("the window manager manages", || {
            client.stir();
            managed().then_some(())
        });
        client.close(trial);
        wait_until("the window manager has forgotten it", || {
            client.stir();
            (!managed()).then_some(())
        });
        openbox
    }

    /// A terminal at the upper left that writes each line typed in it to `path`, with the pointer, and so the
    /// keyboard, in it.
    ///
    /// # Panics
    /// If it does not come up.
    #[must_use]
    pub fn typewriter(&self, path: &Path) -> Running {
        self.typewriter_at((0, 0), path)
    }

    /// The same with its upper left corner there: 80 by 20 characters of 6 by 13 pixels.
    ///
    /// # Panics
    /// If it does not come up.
    #[must_use]
    pub fn typewriter_at(&self, (x, y): (i16, i16), path: &Path) -> Running {
        let ready = path.with_extension("ready");
        let script = format!("touch '{}'; cat > '{}'", ready.display(), path.display());
        let place = format!("80x20+{x}+{y}");
        let xterm = self.spawn("xterm", &["-u8", "-geometry", &place, "-e", "sh", "-c", &script]);
        wait_until("the terminal runs", || ready.exists().then_some(()));
        let client = self.client();
        client.point(x + 100, y + 100);
        // Without a window manager the keyboard goes where the pointer is: the terminal has to be there by now.
        wait_until("the terminal has the pointer", || client.pointed_at());
        xterm
    }

    /// A client of our own.
    ///
    /// # Panics
    /// If the server is gone.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::connect(&self.display)
    }
}

/// A program that ends with its value.
pub struct Running(Child);

impl Running {
    /// Its process.
    pub fn process(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl From<Child> for Running {
    fn from(child: Child) -> Self {
        Self(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for `look` to see something.
///
/// # Panics
/// After [`PATIENCE`].
pub fn wait_until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < until, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
