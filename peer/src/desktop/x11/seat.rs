//! Which input devices are hands, and whether there are any.
//!
//! A server has a keyboard and a pointer of its own for XTEST, by which programs inject. It marks them with a
//! property, which tells them from hardware. Xvfb adds a mouse and a keyboard that nothing can move.

use x11rb::protocol::xinput::{ConnectionExt as _, Device, DeviceType, XIDeviceInfo};
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};
use x11rb::rust_connection::RustConnection;

use super::Ended;
use crate::desktop::Seat;

/// The devices of Xvfb that exist only because a server must have some.
const NOBODYS: [&[u8]; 2] = [b"Xvfb mouse", b"Xvfb keyboard"];

/// Whether there is a device that a person can touch.
pub(super) fn look() -> Result<Seat, Ended> {
    let (conn, _) = super::connect()?;
    super::hands::greet(&conn)?;
    let touchable = |slave: &Slave| !slave.injects && !NOBODYS.contains(&slave.info.name.as_slice());
    Ok(if slaves(&conn)?.iter().any(touchable) { Seat::Person } else { Seat::Nobody })
}

/// A device, as opposed to the master that several of them move together.
pub(super) struct Slave {
    /// What the server says of it.
    pub(super) info: XIDeviceInfo,
    /// Whether programs inject by it.
    pub(super) injects: bool,
}

/// All devices there are.
pub(super) fn slaves(conn: &RustConnection) -> Result<Vec<Slave>, Ended> {
    super::require(conn, "XInputExtension")?;
    let mark = conn.intern_atom(false, b"XTEST Device")?;
    let devices = conn.xinput_xi_query_device(Device::ALL)?.reply()?.infos;
    let mark = mark.reply()?.atom;
    let kinds = [DeviceType::SLAVE_POINTER, DeviceType::SLAVE_KEYBOARD, DeviceType::FLOATING_SLAVE];
    let mut slaves = Vec::new();
    for info in devices.into_iter().filter(|info| kinds.contains(&info.type_)) {
        let marked = conn.xinput_xi_get_property(info.deviceid, false, mark, AtomEnum::ANY.into(), 0, 1)?;
        // A device that went away in between answers with an error: it injects nothing more.
        let injects = marked.reply().is_ok_and(|property| property.type_ != x11rb::NONE);
        slaves.push(Slave { info, injects });
    }
    Ok(slaves)
}
