//! The picture's memory: shared with the server where it runs on this machine (about 1 ms for 1920x1080), else
//! filled from its answers (13 ms). Rows are fetched whole, because then they lie where the picture has them, and
//! nothing is copied a second time.

use std::io;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::ptr;
use std::slice;

use entraide_common::screen::{Rect, Size};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::errors::ReplyError;
use x11rb::protocol::shm::{self, ConnectionExt as _, Seg};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

/// Bytes of a pixel: blue, green, red, unused.
const PIXEL: usize = 4;

/// Memory for one picture.
pub(super) enum Memory {
    /// The server writes into it.
    Shared(Seg, Mapping),
    /// We write the server's answers into it.
    Own(Vec<u8>),
}

impl Memory {
    /// Memory for a picture of `size`, shared if that is possible.
    pub(super) fn new(conn: &RustConnection, size: Size) -> Self {
        let bytes = size.area() * PIXEL;
        match share(conn, bytes) {
            Some((segment, mapping)) => Self::Shared(segment, mapping),
            None => Self::Own(vec![0; bytes]),
        }
    }

    /// Gives the server's part back.
    pub(super) fn free(self, conn: &RustConnection) {
        if let Self::Shared(segment, _) = self {
            // If this fails the connection is gone, and the segment with it.
            let _ = conn.shm_detach(segment);
        }
    }

    /// Fetches these rows of `view`, a part of the root window.
    pub(super) fn fetch(
        &mut self,
        conn: &RustConnection,
        root: Window,
        view: Rect,
        bands: &[Range<u32>],
    ) -> Result<(), ReplyError> {
        match self {
            Self::Shared(segment, _) => fetch_shared(conn, root, view, bands, *segment),
            Self::Own(pixels) => fetch_copied(conn, root, view, bands, pixels),
        }
    }

    /// All pixels, as fetched.
    pub(super) fn pixels(&self) -> &[u8] {
        match self {
            Self::Shared(_, mapping) => mapping.bytes(),
            Self::Own(pixels) => pixels,
        }
    }
}

/// Asks for all bands before it waits for the first.
fn fetch_shared(
    conn: &RustConnection,
    root: Window,
    view: Rect,
    bands: &[Range<u32>],
    segment: Seg,
) -> Result<(), ReplyError> {
    let mut asked = Vec::with_capacity(bands.len());
    for band in bands {
        let (x, y, width, height) = place(view, band);
        let offset = band.start * view.width * PIXEL as u32;
        let format = ImageFormat::Z_PIXMAP.into();
        asked.push(conn.shm_get_image(root, x, y, width, height, !0, format, segment, offset)?);
    }
    // Every answer is awaited, the failed one's successors too: afterwards the server writes no more.
    asked.into_iter().map(|cookie| cookie.reply().map(drop)).fold(Ok(()), Result::and)
}

fn fetch_copied(
    conn: &RustConnection,
    root: Window,
    view: Rect,
    bands: &[Range<u32>],
    pixels: &mut [u8],
) -> Result<(), ReplyError> {
    let stride = view.width as usize * PIXEL;
    for band in bands {
        let (x, y, width, height) = place(view, band);
        let image = conn.get_image(ImageFormat::Z_PIXMAP, root, x, y, width, height, !0)?.reply()?;
        let rows = &mut pixels[band.start as usize * stride..band.end as usize * stride];
        let given = image.data.len().min(rows.len());
        rows[..given].copy_from_slice(&image.data[..given]);
    }
    Ok(())
}

/// Where `band` of `view` lies on the root window. The protocol's sides are 16 bits, and so are its windows.
fn place(view: Rect, band: &Range<u32>) -> (i16, i16, u16, u16) {
    let (x, y) = (view.x as i16, (view.y + band.start) as i16);
    (x, y, view.width as u16, (band.end - band.start) as u16)
}

/// A segment of the server's and our mapping of it; `None` where the server cannot share.
fn share(conn: &RustConnection, bytes: usize) -> Option<(Seg, Mapping)> {
    if !super::is_local() || conn.extension_information(shm::X11_EXTENSION_NAME).ok()?.is_none() {
        return None;
    }
    let version = conn.shm_query_version().ok()?.reply().ok()?;
    // Descriptors are passed since 1.2; older servers share by System V keys, which outlive a crash.
    if (version.major_version, version.minor_version) < (1, 2) {
        return None;
    }
    let file = sealed(bytes).ok()?;
    let mapping = Mapping::new(&file, bytes).ok()?;
    let segment = conn.generate_id().ok()?;
    conn.shm_attach_fd(segment, file, false).ok()?.check().ok()?;
    Some((segment, mapping))
}

/// Anonymous memory that nobody can shrink, so that reading it cannot fault.
fn sealed(bytes: usize) -> io::Result<OwnedFd> {
    let file = memfd_create("entraide-picture", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    ftruncate(&file, bytes as u64)?;
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW)?;
    Ok(file)
}

/// Shared memory, mapped to be read.
pub(super) struct Mapping {
    start: *const u8,
    bytes: usize,
}

#[expect(unsafe_code, reason = "shared memory can be mapped, read and unmapped in no other way")]
mod mapped {
    use super::{MapFlags, Mapping, OwnedFd, ProtFlags, io, mmap, munmap, ptr, slice};

    // SAFETY: the mapping belongs to this value alone and is valid on every thread of the process.
    unsafe impl Send for Mapping {}

    impl Mapping {
        /// Maps the first `bytes` of `file`, which are at least one and all there.
        pub(super) fn new(file: &OwnedFd, bytes: usize) -> io::Result<Self> {
            // SAFETY: a null address lets the kernel choose a place that nothing else uses.
            let start = unsafe { mmap(ptr::null_mut(), bytes, ProtFlags::READ, MapFlags::SHARED, file, 0) }?;
            Ok(Self { start: start.cast_const().cast(), bytes })
        }

        /// What the server wrote.
        pub(super) fn bytes(&self) -> &[u8] {
            // SAFETY: the mapping is that long, lives as long as `self`, and cannot shrink. The server, whose
            // windows these are, writes only while `Memory::fetch` holds it exclusively and waits for the answer.
            unsafe { slice::from_raw_parts(self.start, self.bytes) }
        }
    }

    impl Drop for Mapping {
        fn drop(&mut self) {
            // SAFETY: `new` mapped exactly this, and no slice of it outlives `self`.
            // If unmapping failed the memory would stay until the process ends.
            let _ = unsafe { munmap(self.start.cast_mut().cast(), self.bytes) };
        }
    }
}
