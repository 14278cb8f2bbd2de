//! What each window asks of the window system.

use winit::dpi::{LogicalSize, PhysicalPosition};
use winit::event_loop::ActiveEventLoop;
use winit::monitor::MonitorHandle;
use winit::window::{UserAttentionType, Window, WindowAttributes, WindowLevel};

use super::model::Question;
use super::{bar, main_window, question};

/// Of a small screen, so much at most for a window and its frame beside panels: a share.
const ROOM: f64 = 0.88;

/// The one ordinary window, as large as it likes to be if the screen is.
pub(super) fn main(title: String, event_loop: &ActiveEventLoop) -> WindowAttributes {
    let (mut width, mut height) = main_window::SIZE;
    if let Some(screen) = screen(event_loop) {
        let room = screen.size().to_logical::<f64>(screen.scale_factor());
        width = width.min(room.width * ROOM);
        height = height.min(room.height * ROOM);
    }
    named(Window::default_attributes())
        .with_title(title)
        .with_inner_size(LogicalSize::new(width, height))
        .with_min_inner_size(LogicalSize::new(420.0, 320.0))
}

/// The bar: at the top of the screen, over everything, never with the keyboard.
pub(super) fn bar(title: String, event_loop: &ActiveEventLoop) -> WindowAttributes {
    let (width, height) = bar::SIZE;
    let attributes = named(Window::default_attributes())
        .with_title(title)
        .with_inner_size(LogicalSize::new(width, height))
        .with_decorations(false)
        .with_resizable(true)
        .with_active(false)
        .with_window_level(WindowLevel::AlwaysOnTop);
    docked(placed(attributes, event_loop, (width, height), (0.0, 0.0)))
}

/// A question: in the middle of the screen, over everything.
pub(super) fn question(title: String, question: &Question, event_loop: &ActiveEventLoop) -> WindowAttributes {
    let (width, height) = question::size(question);
    let attributes = named(Window::default_attributes())
        .with_title(title)
        .with_inner_size(LogicalSize::new(width, height))
        .with_resizable(false)
        .with_window_level(WindowLevel::AlwaysOnTop);
    // Clear of the bar if there is room, its own title included.
    dialog(placed(attributes, event_loop, (width, height), (0.4, 2.0 * bar::SIZE.1)))
}

/// Brings a question before the person.
pub(super) fn raise(window: &Window) {
    window.request_user_attention(Some(UserAttentionType::Critical));
    window.focus_window();
}

/// In the middle of the first screen from left to right, and this share of the room down, but at least so many points
/// if there is room for that.
fn placed(
    attributes: WindowAttributes,
    event_loop: &ActiveEventLoop,
    (width, height): (f64, f64),
    (down, least): (f64, f64),
) -> WindowAttributes {
    let Some(screen) = screen(event_loop) else { return attributes };
    let (at, size, scale) = (screen.position(), screen.size(), screen.scale_factor());
    let free = |room: u32, needed: f64| (f64::from(room) - needed * scale).max(0.0);
    let (beside, above) = (free(size.width, width), free(size.height, height));
    attributes.with_position(PhysicalPosition::new(
        f64::from(at.x) + beside / 2.0,
        f64::from(at.y) + (above * down).max(above.min(least * scale)),
    ))
}

fn screen(event_loop: &ActiveEventLoop) -> Option<MonitorHandle> {
    event_loop.primary_monitor().or_else(|| event_loop.available_monitors().next())
}

#[cfg(target_os = "linux")]
fn named(attributes: WindowAttributes) -> WindowAttributes {
    // One field for both window systems.
    winit::platform::x11::WindowAttributesExtX11::with_name(attributes, "entraide", "entraide")
}

#[cfg(not(target_os = "linux"))]
fn named(attributes: WindowAttributes) -> WindowAttributes {
    attributes
}

/// A dock is kept above windows, on every workspace, out of the window list, and is given no focus.
#[cfg(target_os = "linux")]
fn docked(attributes: WindowAttributes) -> WindowAttributes {
    use winit::platform::x11::{WindowAttributesExtX11, WindowType};
    attributes.with_x11_window_type(vec![WindowType::Dock])
}

#[cfg(windows)]
fn docked(attributes: WindowAttributes) -> WindowAttributes {
    use winit::platform::windows::WindowAttributesExtWindows;
    attributes.with_skip_taskbar(true)
}

#[cfg(not(any(target_os = "linux", windows)))]
fn docked(attributes: WindowAttributes) -> WindowAttributes {
    attributes
}

#[cfg(target_os = "linux")]
fn dialog(attributes: WindowAttributes) -> WindowAttributes {
    use winit::platform::x11::{WindowAttributesExtX11, WindowType};
    attributes.with_x11_window_type(vec![WindowType::Dialog])
}

#[cfg(not(target_os = "linux"))]
fn dialog(attributes: WindowAttributes) -> WindowAttributes {
    attributes
}
