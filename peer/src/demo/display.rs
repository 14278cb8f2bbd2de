//! X displays of the demo's own, and pictures of what is on them.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, ImageFormat, MapState, Window};
use x11rb::rust_connection::RustConnection;

/// How long a program may take to open its window.
const PATIENCE: Duration = Duration::from_secs(30);

/// An Xvfb and the programs on it; all end when it is dropped.
pub(super) struct Display {
    name: String,
    children: Vec<Child>,
}

impl Display {
    /// Starts an Xvfb on a free number.
    pub(super) fn start(size: &str) -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &format!("{size}x24"), "-nolisten", "tcp", "-noreset"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb does not start (package xvfb)")?;
        let stdout = server.stdout.take().context("Xvfb without output")?;
        let mut number = String::new();
        BufReader::new(stdout).read_line(&mut number).context("Xvfb names no display")?;
        let display = Self { name: format!(":{}", number.trim()), children: vec![server] };
        if number.trim().is_empty() {
            bail!("Xvfb ended at once");
        }
        Ok(display)
    }

    /// Its name, as for `$DISPLAY`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Starts openbox on it, and waits for it.
    pub(super) fn manage(&mut self) -> Result<()> {
        self.run("openbox", &[])?;
        wait_for_manager(&self.name)
    }

    /// Starts a program on it.
    pub(super) fn run(&mut self, program: &str, arguments: &[&str]) -> Result<()> {
        let child = Command::new(program)
            .args(arguments)
            .env("DISPLAY", &self.name)
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{program} does not start (package {program})"))?;
        self.children.push(child);
        Ok(())
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            // What has ended by itself needs no ending.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Waits until a window manager has taken the display over (EWMH, `_NET_SUPPORTING_WM_CHECK`). A terminal that is
/// mapped just before waits five seconds for an answer that never comes.
fn wait_for_manager(display: &str) -> Result<()> {
    let (connection, screen) = x11rb::connect(Some(display))?;
    let root = connection.setup().roots[screen].root;
    let check = connection.intern_atom(false, b"_NET_SUPPORTING_WM_CHECK")?.reply()?.atom;
    let until = Instant::now() + PATIENCE;
    while connection.get_property(false, root, check, AtomEnum::WINDOW, 0, 1)?.reply()?.value_len == 0 {
        if Instant::now() > until {
            bail!("openbox does not start on display {display}");
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Waits until a window of at least 100 pixels is on the display; of that process, if one is named.
pub(super) fn wait_for_window(display: &str, process: Option<u32>) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Ok(Some(_)) = find_window(display, process) {
            return Ok(());
        }
        if Instant::now() > until {
            bail!("no window came up on display {display}");
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// Saves what the whole display shows.
pub(super) fn save_screen(display: &str, path: &Path) -> Result<()> {
    let (connection, screen) = x11rb::connect(Some(display))?;
    let root = connection.setup().roots[screen].root;
    save(&connection, root, path)
}

/// Saves the largest window of that process.
pub(super) fn save_window(display: &str, process: u32, path: &Path) -> Result<()> {
    let window = find_window(display, Some(process))?.context("the helper has no window")?;
    let (connection, _) = x11rb::connect(Some(display))?;
    save(&connection, window, path)
}

fn find_window(display: &str, process: Option<u32>) -> Result<Option<Window>> {
    let (connection, screen) = x11rb::connect(Some(display))?;
    let pid = connection.intern_atom(false, b"_NET_WM_PID")?.reply()?.atom;
    let mut found: Option<(u32, Window)> = None;
    let mut open = vec![connection.setup().roots[screen].root];
    while let Some(parent) = open.pop() {
        for window in connection.query_tree(parent)?.reply()?.children {
            open.push(window);
            // Windows come and go while we look: one that is gone is none.
            let Ok(attributes) = connection.get_window_attributes(window)?.reply() else { continue };
            let Ok(geometry) = connection.get_geometry(window)?.reply() else { continue };
            let owner = connection.get_property(false, window, pid, AtomEnum::CARDINAL, 0, 1)?.reply();
            let owner = owner.ok().and_then(|owner| owner.value32()?.next());
            let is_it = process.is_none_or(|process| owner == Some(process));
            let area = u32::from(geometry.width) * u32::from(geometry.height);
            let large = geometry.width >= 100 && geometry.height >= 100;
            if is_it
                && large
                && attributes.map_state == MapState::VIEWABLE
                && found.is_none_or(|(most, _)| area > most)
            {
                found = Some((area, window));
            }
        }
    }
    Ok(found.map(|(_, window)| window))
}

fn save(connection: &RustConnection, drawable: u32, path: &Path) -> Result<()> {
    let geometry = connection.get_geometry(drawable)?.reply()?;
    let (width, height) = (geometry.width, geometry.height);
    let image = connection.get_image(ImageFormat::Z_PIXMAP, drawable, 0, 0, width, height, !0)?.reply()?;
    let rgb: Vec<u8> = image.data.chunks_exact(4).flat_map(|bgrx| [bgrx[2], bgrx[1], bgrx[0]]).collect();
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), width.into(), height.into());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(())
}
