//! As much of a VNC viewer as counting its bytes takes (RFC 6143; Tight as the RFB community specification has it):
//! it asks for a picture in one encoding, walks over the rectangles that come, and draws nothing.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

/// Longer than any server takes, busy machines included.
const PATIENCE: Duration = Duration::from_secs(30);

const RAW: i32 = 0;
const COPY_RECT: i32 = 1;
const TIGHT: i32 = 7;
const ZRLE: i32 = 16;
/// The pointer's shape apart from the picture: without it, the server would draw it in.
const CURSOR: i32 = -239;

/// A viewer that asked for nothing yet.
pub(crate) struct Viewer {
    stream: UnixStream,
    size: [u16; 2],
    received: usize,
}

impl Viewer {
    /// Connects without a password and asks for 32 bits a pixel in that encoding, with whole rectangles copied.
    ///
    /// # Errors
    /// If the server speaks otherwise than RFB 3.8, or wants a password.
    pub(crate) fn connect(socket: &Path, encoding: i32) -> Result<Self> {
        let stream = UnixStream::connect(socket).context("connecting to the VNC server")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut viewer = Self { stream, size: [0; 2], received: 0 };
        ensure!(&viewer.take::<12>()? == b"RFB 003.008\n", "the server speaks another version");
        viewer.stream.write_all(b"RFB 003.008\n")?;
        let [kinds] = viewer.take()?;
        viewer.skip(kinds.into())?;
        const NONE: u8 = 1;
        viewer.stream.write_all(&[NONE])?;
        ensure!(viewer.take::<4>()? == [0; 4], "the server wants a password");
        const SHARED: u8 = 1;
        viewer.stream.write_all(&[SHARED])?;
        viewer.size = [viewer.number()?, viewer.number()?];
        viewer.skip(16)?;
        let name = u32::from_be_bytes(viewer.take()?);
        viewer.skip(name as usize)?;
        // 32 bits, 24 of them used, little endian, true colour, 0x00RRGGBB.
        viewer.stream.write_all(&[0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0])?;
        let encodings = [encoding, COPY_RECT, CURSOR];
        let mut message = vec![2, 0, 0, encodings.len() as u8];
        message.extend(encodings.iter().flat_map(|encoding| encoding.to_be_bytes()));
        viewer.stream.write_all(&message)?;
        Ok(viewer)
    }

    /// Asks for everything, or for what changed since.
    ///
    /// # Errors
    /// If the server is gone.
    pub(crate) fn ask(&mut self, incremental: bool) -> Result<()> {
        let [width, height] = self.size.map(u16::to_be_bytes);
        let message = [3, incremental.into(), 0, 0, 0, 0, width[0], width[1], height[0], height[1]];
        Ok(self.stream.write_all(&message)?)
    }

    /// The bytes of the next update, or `None` if the server says nothing for that time.
    ///
    /// # Errors
    /// If the server is gone, or says what this viewer did not ask for.
    pub(crate) fn update(&mut self, patience: Duration) -> Result<Option<usize>> {
        let before = self.received;
        self.stream.set_read_timeout(Some(patience))?;
        let kind = loop {
            match self.take::<1>() {
                Ok([2]) => {} // a bell
                Ok([kind]) => break kind,
                Err(error) => match error.downcast_ref::<std::io::Error>().map(std::io::Error::kind) {
                    Some(ErrorKind::WouldBlock | ErrorKind::TimedOut) => return Ok(None),
                    _ => return Err(error),
                },
            }
        };
        self.stream.set_read_timeout(Some(PATIENCE))?;
        ensure!(kind == 0, "the server sent message {kind}");
        self.skip(1)?;
        for _ in 0..self.number()? {
            self.rectangle()?;
        }
        Ok(Some(self.received - before))
    }

    fn rectangle(&mut self) -> Result<()> {
        self.skip(4)?;
        let [width, height] = [self.number()?, self.number()?].map(usize::from);
        match i32::from_be_bytes(self.take()?) {
            RAW => self.skip(width * height * 4),
            COPY_RECT => self.skip(4),
            ZRLE => {
                let length = u32::from_be_bytes(self.take()?);
                self.skip(length as usize)
            }
            TIGHT => self.tight(width, height),
            CURSOR => self.skip(width * height * 4 + width.div_ceil(8) * height),
            other => bail!("the server used encoding {other}"),
        }
    }

    fn tight(&mut self, width: usize, height: usize) -> Result<()> {
        const FILL: u8 = 8;
        const JPEG: u8 = 9;
        const COLOUR: usize = 3;
        let [control] = self.take()?;
        match control >> 4 {
            FILL => return self.skip(COLOUR),
            JPEG => bail!("the server used JPEG, which nobody asked for"),
            _ => {}
        }
        let explicit_filter = control & 0x40 != 0;
        let filter = if explicit_filter { self.take::<1>()?[0] } else { 0 };
        let length = match filter {
            1 => {
                let colours = usize::from(self.take::<1>()?[0]) + 1;
                self.skip(colours * COLOUR)?;
                let row = if colours <= 2 { width.div_ceil(8) } else { width };
                row * height
            }
            _ => width * height * COLOUR,
        };
        // Shorter ones are not compressed.
        if length < 12 {
            return self.skip(length);
        }
        let length = self.compact()?;
        self.skip(length)
    }

    /// Seven bits a byte, the lowest first, three bytes at most.
    fn compact(&mut self) -> Result<usize> {
        let mut length = 0;
        for shift in [0, 7, 14] {
            let [byte] = self.take()?;
            let mask = if shift == 14 { 0xff } else { 0x7f };
            length |= usize::from(byte & mask) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(length)
    }

    fn number(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes(self.take()?))
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        self.received += N;
        Ok(bytes)
    }

    fn skip(&mut self, mut length: usize) -> Result<()> {
        let mut bytes = [0; 1 << 16];
        self.received += length;
        while length > 0 {
            let some = length.min(bytes.len());
            self.stream.read_exact(&mut bytes[..some])?;
            length -= some;
        }
        Ok(())
    }
}
