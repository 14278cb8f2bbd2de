//! X servers to test on: Xvfb, a display without hands, and Xephyr in it, a display whose hands are played on the
//! outer one. Everything started here ends when its value is dropped.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, ImageFormat, MapState, Window};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// Long enough for anything on a busy machine; a test that works never waits for it.
pub const PATIENCE: Duration = Duration::from_secs(30);

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
        let (conn, screen) =
            RustConnection::connect(Some(&self.display)).expect("the server of this test runs");
        let root = conn.setup().roots[screen].root;
        Client { conn, root }
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

/// A client that plays and looks.
pub struct Client {
    /// The connection, for what is not here.
    pub conn: RustConnection,
    /// The root window.
    pub root: Window,
}

/// A picture as the server has it: width, height, and 0x00RRGGBB row by row.
#[derive(PartialEq, Eq)]
pub struct Screenshot {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// All pixels.
    pub pixels: Vec<u32>,
}

impl Screenshot {
    /// One pixel.
    #[must_use]
    pub fn at(&self, x: u32, y: u32) -> u32 {
        self.pixels[(y * self.width + x) as usize]
    }

    /// Reads a PNG file of eight bits a colour without transparency.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn load(path: &Path) -> Self {
        let file = BufReader::new(File::open(path).expect("the picture's file is there"));
        let mut reader = png::Decoder::new(file).read_info().expect("a PNG file");
        let mut rgb = vec![0; reader.output_buffer_size().expect("a picture of sane size")];
        let info = reader.next_frame(&mut rgb).expect("a whole picture");
        assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
        let pixels = rgb
            .as_chunks::<3>()
            .0
            .iter()
            .map(|[red, green, blue]| u32::from_be_bytes([0, *red, *green, *blue]));
        Self { width: info.width, height: info.height, pixels: pixels.collect() }
    }

    /// Writes it as a PNG file.
    ///
    /// # Panics
    /// If that fails.
    pub fn save(&self, path: &Path) {
        let file = File::create(path).expect("the screenshot's file can be made");
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        let rgb: Vec<u8> =
            self.pixels.iter().flat_map(|pixel| pixel.to_be_bytes().into_iter().skip(1)).collect();
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&rgb));
        written.expect("the screenshot can be written");
    }
}

/// What to play: the core protocol's event numbers, as XTEST wants them.
const KEY: [u8; 2] = [3, 2];
const BUTTON: [u8; 2] = [5, 4];
const MOTION: u8 = 6;

impl Client {
    /// The whole screen by GetImage.
    ///
    /// # Panics
    /// If the server is gone.
    #[must_use]
    pub fn screenshot(&self) -> Screenshot {
        let geometry = self.conn.get_geometry(self.root).expect("sent").reply().expect("a root window");
        let (width, height) = (geometry.width, geometry.height);
        let image = self.conn.get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, !0);
        let image = image.expect("sent").reply().expect("a picture");
        let pixels =
            image.data.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes) & 0x00ff_ffff);
        Screenshot { width: width.into(), height: height.into(), pixels: pixels.collect() }
    }

    /// Presses a keycode or lets it go, by XTEST.
    pub fn key(&self, keycode: u8, down: bool) {
        self.fake(KEY[usize::from(down)], keycode, 0, 0);
    }

    /// Presses a button or lets it go, by XTEST.
    pub fn button(&self, button: u8, down: bool) {
        self.fake(BUTTON[usize::from(down)], button, 0, 0);
    }

    /// Moves the pointer, by XTEST.
    pub fn point(&self, x: i16, y: i16) {
        self.fake(MOTION, 0, x, y);
    }

    /// Keycodes and buttons (as 1000 + number) that are down, whoever holds them.
    ///
    /// # Panics
    /// If the server is gone.
    #[must_use]
    pub fn down(&self) -> Vec<u32> {
        let keymap = self.conn.query_keymap().expect("sent").reply().expect("keys").keys;
        let keys = (0..256u32).filter(|key| keymap[*key as usize / 8] >> (key % 8) & 1 == 1);
        let mask =
            u16::from(self.conn.query_pointer(self.root).expect("sent").reply().expect("a pointer").mask);
        keys.chain((1..=5).filter(|button| mask >> (7 + button) & 1 == 1).map(|button| 1000 + button))
            .collect()
    }

    /// Where the pointer is.
    ///
    /// # Panics
    /// If the server is gone.
    #[must_use]
    pub fn pointer(&self) -> (i16, i16) {
        let pointer = self.conn.query_pointer(self.root).expect("sent").reply().expect("a pointer");
        (pointer.root_x, pointer.root_y)
    }

    /// The window under the pointer, if it is not the root window.
    ///
    /// # Panics
    /// If the server is gone.
    #[must_use]
    pub fn pointed_at(&self) -> Option<Window> {
        let pointer = self.conn.query_pointer(self.root).expect("sent").reply().expect("a pointer");
        (pointer.child != x11rb::NONE).then_some(pointer.child)
    }

    /// The visible window with that title, if there is one.
    ///
    /// # Panics
    /// If the server is gone.
    #[must_use]
    pub fn window(&self, title: &str) -> Option<Window> {
        let mut open = vec![self.root];
        while let Some(parent) = open.pop() {
            // Windows come and go meanwhile: one that is gone is none.
            let Ok(tree) = self.conn.query_tree(parent).expect("sent").reply() else { continue };
            for window in tree.children {
                let attributes = self.conn.get_window_attributes(window).expect("sent").reply();
                let visible = attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE);
                if visible && self.property(window, "_NET_WM_NAME").as_deref() == Some(title.as_bytes()) {
                    return Some(window);
                }
                open.push(window);
            }
        }
        None
    }

    /// What a window's property says, if it has it.
    ///
    /// # Panics
    /// If the server is gone.
    #[must_use]
    pub fn property(&self, window: Window, name: &str) -> Option<Vec<u8>> {
        let atom =
            self.conn.intern_atom(false, name.as_bytes()).expect("sent").reply().expect("an atom").atom;
        let property = self.conn.get_property(false, window, atom, AtomEnum::ANY, 0, 1024).expect("sent");
        let value = property.reply().ok()?.value;
        (!value.is_empty()).then_some(value)
    }

    /// Where a window's inside is on the screen: its upper left corner, its width and its height.
    ///
    /// # Panics
    /// If it is gone.
    #[must_use]
    pub fn place(&self, window: Window) -> (i16, i16, i16, i16) {
        let geometry = self.conn.get_geometry(window).expect("sent").reply().expect("a window");
        let corner = self.conn.translate_coordinates(window, self.root, 0, 0).expect("sent");
        let corner = corner.reply().expect("a window");
        (corner.dst_x, corner.dst_y, geometry.width.cast_signed(), geometry.height.cast_signed())
    }

    /// Waits until the server has done all that was asked.
    ///
    /// # Panics
    /// If the server is gone.
    pub fn settle(&self) {
        self.conn.get_input_focus().expect("sent").reply().expect("a server that answers");
    }

    fn fake(&self, event: u8, detail: u8, x: i16, y: i16) {
        self.conn.xtest_fake_input(event, detail, 0, self.root, x, y, 0).expect("sent");
        self.settle();
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
