//! A client of an X server that plays the hands and looks at what is there.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::properties::WmHints;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, ImageFormat, MapState, PropMode, Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::wait_until;

/// Whose picture is the same for so long is at rest: a busy machine draws two frames of one change closer together.
const REST: Duration = Duration::from_millis(600);
/// How often is looked.
const LOOK: Duration = Duration::from_millis(50);

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
    /// A client of the server at `display`.
    pub(super) fn connect(display: &str) -> Self {
        let (conn, screen) = RustConnection::connect(Some(display)).expect("the server of this test runs");
        let root = conn.setup().roots[screen].root;
        Self { conn, root }
    }

    /// A window of no use but to see what a window manager does with it. It never has the keyboard.
    pub(super) fn open(&self) -> Window {
        let window = self.conn.generate_id().expect("an id is left");
        let (depth, class, plain) =
            (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT, CreateWindowAux::new());
        self.conn.create_window(depth, window, self.root, 0, 0, 8, 8, 0, class, 0, &plain).expect("sent");
        let mut hints = WmHints::new();
        hints.input = Some(false);
        hints.set(&self.conn, window).expect("sent");
        self.conn.map_window(window).expect("sent");
        self.settle();
        window
    }

    /// Closes it.
    pub(super) fn close(&self, window: Window) {
        self.conn.destroy_window(window).expect("sent");
        self.settle();
    }

    /// Makes an event for whoever watches the root window, which means nothing.
    pub(super) fn stir(&self) {
        let (name, kind) = (AtomEnum::CUT_BUFFER7, AtomEnum::STRING);
        self.conn.change_property8(PropMode::REPLACE, self.root, name, kind, b"").expect("sent");
        self.settle();
    }

    /// The whole screen by GetImage.
    ///
    /// # Panics
    /// If the server is gone.
    #[must_use]
    pub fn screenshot(&self) -> Screenshot {
        self.picture_of(self.root).expect("a root window")
    }

    /// What a window shows, as soon as it looks different from `before`, if that is given, and stands still: who types
    /// into a page has to wait until it is there. The root window is the whole screen.
    ///
    /// # Panics
    /// If that does not come about.
    #[must_use]
    pub fn at_rest(&self, window: Window, before: Option<&Screenshot>) -> Screenshot {
        let mut seen = None;
        let mut since = Instant::now();
        wait_until("the window shows something else and stands still", || {
            let now = self.picture_of(window);
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
            if since.elapsed() > REST && seen.as_ref() != before {
                return seen.take();
            }
            thread::sleep(LOOK);
            None
        })
    }

    /// What is seen of a window, or nothing if it is gone or not wholly on the screen.
    fn picture_of(&self, window: Window) -> Option<Screenshot> {
        let geometry = self.conn.get_geometry(window).expect("sent").reply().ok()?;
        let (width, height) = (geometry.width, geometry.height);
        let image = self.conn.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, !0);
        let image = image.expect("sent").reply().ok()?;
        let pixels =
            image.data.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes) & 0x00ff_ffff);
        Some(Screenshot { width: width.into(), height: height.into(), pixels: pixels.collect() })
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
