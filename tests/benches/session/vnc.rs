//! The same keys and the same pixel through VNC: servers of others and TigerVNC's viewer, on two displays of this
//! machine.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::thread;

use anyhow::{Context as _, Result};
use entraide_tests::xserver::{Running, XServer, wait_until};

use super::painter::{COLOURS, Painter};
use super::session::{SETTLED, Times, beside, press};

/// A server, and how it is started.
pub(crate) enum Server {
    /// TigerVNC's, which is a display of its own, with so many updates a second at most.
    Xvnc { rate: u32 },
    /// One that looks at a display as we do.
    X11vnc,
}

impl Server {
    /// As the table calls it together with the viewer.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Xvnc { rate } => format!("Xvnc at {rate} updates a second + vncviewer"),
            Self::X11vnc => "x11vnc + vncviewer".to_owned(),
        }
    }

    /// Presses keys in the viewer. `None` if one of the programs is not installed.
    ///
    /// # Errors
    /// If a key or a pixel does not come.
    pub(crate) fn keys(&self, presses: usize) -> Result<Option<Times>> {
        let program = match self {
            Self::Xvnc { .. } => "Xvnc",
            Self::X11vnc => "x11vnc",
        };
        if ![program, VIEWER].iter().all(|program| installed(program)) {
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        let (screen, address, _server) = self.start(&folder.path().join("rfb"))?;
        let _host = screen.openbox();
        let painter = Painter::start(&screen)?;

        let window = XServer::xvfb(WINDOW.0, WINDOW.1);
        let _helper = window.openbox();
        let mut viewer = window.command(VIEWER);
        // The screen's own size, in the middle of the whole display.
        viewer.args(["-FullScreen=1", "-RemoteResize=0", "-SecurityTypes=None", "-Shared=1"]).arg(&address);
        let _viewer: Running = viewer.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?.into();
        let middle = (WINDOW.0 as i16 / 2, WINDOW.1 as i16 / 2);
        let hands = window.client();
        wait_until("the viewer shows the painter", || {
            let (x, y) = beside(middle);
            COLOURS
                .contains(&hands.screenshot().at(x.cast_unsigned().into(), y.cast_unsigned().into()))
                .then_some(())
        });
        hands.point(middle.0, middle.1);
        hands.button(1, true);
        hands.button(1, false);
        thread::sleep(SETTLED);
        painter.come_forward()?;
        press(&window, middle, &painter, presses).map(Some)
    }

    /// The display with the programs on it, where it is served, and what serves it if that is another program.
    fn start(&self, socket: &Path) -> Result<(XServer, String, Option<Running>)> {
        match self {
            Self::Xvnc { rate } => {
                let screen = XServer::xvnc(SCREEN.0, SCREEN.1, socket, &["-FrameRate", &rate.to_string()]);
                wait_until("the VNC server listens", || socket.exists().then_some(()));
                Ok((screen, socket.to_string_lossy().into_owned(), None))
            }
            Self::X11vnc => {
                let screen = XServer::xvfb(SCREEN.0, SCREEN.1);
                let mut server = screen.command("x11vnc");
                server.args(["-localhost", "-no6", "-noipv6", "-forever", "-shared", "-nopw", "-quiet"]);
                let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
                // It takes a free port and says which.
                let said = BufReader::new(server.stdout.take().context("its output was asked for")?);
                let port = said
                    .lines()
                    .map_while(Result::ok)
                    .find_map(|line| line.strip_prefix("PORT=").map(|port| port.trim().to_owned()));
                let port = port.context("x11vnc did not come up")?;
                Ok((screen, format!("127.0.0.1::{port}"), Some(server.into())))
            }
        }
    }
}

const VIEWER: &str = "xtigervncviewer";
/// As large as the others' in this benchmark.
const SCREEN: (u32, u32) = (1280, 800);
const WINDOW: (u32, u32) = (1280, 900);

fn installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}
