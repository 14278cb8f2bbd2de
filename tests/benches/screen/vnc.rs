//! A real VNC server: the trace is painted on Xvnc's screen, and a viewer counts what comes.
//!
//! In lock step: the next frame is painted only when the server has nothing more to say about the last one. Left to
//! itself it would merge frames, and fewer bytes would only mean fewer frames.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use entraide_common::screen::{Picture, Rect};
use entraide_tests::trace::Trace;
use entraide_tests::xserver::{Client, XServer};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, CreateGCAux, Gcontext, ImageFormat};

use crate::cost::{Cost, Time, Truth};
use crate::rfb::Viewer;

/// A server that said nothing for so long has said all: it sends 60 updates a second at most.
const QUIET: Duration = Duration::from_millis(60);
/// A frame that changed pixels brings an update, sooner or later.
const PATIENCE: Duration = Duration::from_secs(2);

/// An encoding of the RFB protocol.
pub(crate) struct Encoding {
    /// As the tables call it.
    pub(crate) name: &'static str,
    number: i32,
}

/// The lossless ones in use. Tight is asked for without a JPEG quality, and so without JPEG.
pub(crate) const ENCODINGS: &[Encoding] = &[
    Encoding { name: "TigerVNC ZRLE", number: 16 },
    Encoding { name: "TigerVNC Tight, lossless", number: 7 },
];

/// Plays a trace on a server of its own. `None` without Xvnc.
///
/// # Errors
/// If the server fails.
pub(crate) fn replay(encoding: &Encoding, path: &Path) -> Result<Option<Cost>> {
    match Command::new("Xvnc").arg("-version").output() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        version => version.context("starting Xvnc")?,
    };
    let mut trace = Trace::open(path)?;
    let size = trace.picture().size();
    let folder = tempfile::tempdir()?;
    let socket = folder.path().join("rfb");
    let server = XServer::xvnc(size.width, size.height, &socket, &[]);
    let painter = Painter::new(server.client())?;

    let moment = trace.step()?.context("a trace without a frame")?;
    painter.paint(trace.picture(), &moment.damage)?;
    let mut viewer = Viewer::connect(&socket, encoding.number)?;
    viewer.ask(false)?;
    let first = settle(&mut viewer)?;
    let (mut changed, mut after) = (1, 0);
    while let Some(moment) = trace.step()? {
        if moment.damage.is_empty() {
            continue;
        }
        changed += 1;
        painter.paint(trace.picture(), &moment.damage)?;
        after += settle(&mut viewer)?;
    }
    Ok(Some(Cost {
        first,
        after,
        refined: None,
        film: None,
        changed,
        sent: changed,
        encode: Time::Unknown,
        decode: Time::Unknown,
        truth: Truth::ByDefinition,
    }))
}

/// Reads until the server is quiet, leaving it one question to answer; the bytes that came.
fn settle(viewer: &mut Viewer) -> Result<usize> {
    let mut bytes = 0;
    let mut patience = PATIENCE;
    while let Some(update) = viewer.update(patience)? {
        bytes += update;
        viewer.ask(true)?;
        patience = QUIET;
    }
    ensure!(bytes > 0, "the server did not notice a frame");
    Ok(bytes)
}

/// Paints on the server's screen.
struct Painter {
    client: Client,
    context: Gcontext,
}

impl Painter {
    fn new(client: Client) -> Result<Self> {
        let context = client.conn.generate_id()?;
        client.conn.create_gc(context, client.root, &CreateGCAux::new())?.check()?;
        Ok(Self { client, context })
    }

    fn paint(&self, picture: &Picture, damage: &[Rect]) -> Result<()> {
        let connection = &self.client.conn;
        for &rect in damage {
            let pixels = picture.rows(rect).flatten().flat_map(|pixel| pixel.to_le_bytes());
            let pixels: Vec<u8> = pixels.collect();
            let [width, height] = [rect.width, rect.height].map(|side| side as u16);
            let [x, y] = [rect.x, rect.y].map(|place| place as i16);
            let (root, context) = (self.client.root, self.context);
            connection.put_image(
                ImageFormat::Z_PIXMAP,
                root,
                context,
                width,
                height,
                x,
                y,
                0,
                24,
                &pixels,
            )?;
        }
        // An answer means that all before it is done.
        connection.get_input_focus()?.reply()?;
        Ok(())
    }
}
