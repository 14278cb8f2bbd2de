//! The captured picture, followed by its damage alone, is the screen.

use std::fs;
use std::path::PathBuf;

use entraide_tests::xserver::{Client, Screenshot, XServer, wait_until};
use tempfile::TempDir;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    ChangeGCAux, ChangeWindowAttributesAux, ConnectionExt as _, CreateGCAux, CreateWindowAux, Rectangle,
    WindowClass,
};

use crate::puppet::Puppet;

/// A puppet that captures, and a place for what it saw.
struct Watched {
    puppet: Puppet,
    directory: TempDir,
}

impl Watched {
    fn start(server: &XServer) -> Self {
        let directory = tempfile::tempdir().expect("a place for a file");
        Self { puppet: Puppet::start(server, "capture"), directory }
    }

    /// What it sees, and where that begins on the screen.
    fn look(&mut self) -> (Screenshot, (u32, u32)) {
        let path: PathBuf = self.directory.path().join("seen");
        self.puppet.tell(&format!("snapshot {}", path.display()));
        let done = self.puppet.heard("done");
        let origin: Vec<u32> = done.split(' ').skip(1).filter_map(|word| word.parse().ok()).collect();
        let bytes = fs::read(path).expect("it wrote what it saw");
        let mut words = bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word));
        let (width, height) = (words.next().expect("a width"), words.next().expect("a height"));
        (Screenshot { width, height, pixels: words.collect() }, (origin[0], origin[1]))
    }

    /// Waits until it sees exactly what is there.
    fn agrees(&mut self, client: &Client, what: &str) {
        wait_until(what, || {
            let (seen, _) = self.look();
            (seen == client.screenshot()).then_some(())
        });
    }
}

/// Draws `count` rectangles of changing colours, some in windows of their own.
fn draw(client: &Client, count: u32) {
    let (conn, root) = (&client.conn, client.root);
    let gc = conn.generate_id().expect("an id");
    conn.create_gc(gc, root, &CreateGCAux::new()).expect("sent");
    for i in 0..count {
        let colour = i.wrapping_mul(0x0056_789b) & 0x00ff_ffff;
        let (x, y) = ((i * 97 % 900) as i16, (i * 61 % 700) as i16);
        if i % 10 == 0 {
            let window = conn.generate_id().expect("an id");
            let aux = CreateWindowAux::new().background_pixel(colour).override_redirect(1);
            conn.create_window(24, window, root, x, y, 60, 40, 1, WindowClass::INPUT_OUTPUT, 0, &aux)
                .expect("sent");
            conn.map_window(window).expect("sent");
            continue;
        }
        conn.change_gc(gc, &ChangeGCAux::new().foreground(colour)).expect("sent");
        let rectangle = Rectangle { x, y, width: 5 + (i % 50) as u16, height: 3 + (i % 30) as u16 };
        conn.poly_fill_rectangle(root, gc, &[rectangle]).expect("sent");
        if i % 7 == 0 {
            conn.copy_area(root, root, gc, x, y, y, x, 200, 90).expect("sent");
        }
        if i % 20 == 0 {
            client.settle();
        }
    }
    client.settle();
}

#[test]
fn the_picture_is_the_screen_pixel_for_pixel() {
    let server = XServer::xvfb(1000, 800);
    let client = server.client();
    let mut watched = Watched::start(&server);
    watched.agrees(&client, "the empty screen is seen");
    draw(&client, 600);
    watched.agrees(&client, "drawings are seen");
    let _terminal = server.spawn("xterm", &["-e", "sh", "-c", "seq 1 3000; sleep 1000"]);
    let white = || client.screenshot().pixels.iter().filter(|pixel| **pixel == 0x00ff_ffff).count();
    wait_until("the terminal shows", || (white() > 50_000).then_some(()));
    watched.agrees(&client, "a terminal is seen");
}

#[test]
fn a_resize_gives_a_layout_and_a_whole_picture() {
    let server = XServer::xvfb(1000, 800);
    let client = server.client();
    let mut watched = Watched::start(&server);
    watched.agrees(&client, "the screen is seen");
    server
        .run("xrandr", &["--newmode", "small", "30", "800", "810", "820", "830", "600", "610", "620", "630"]);
    server.run("xrandr", &["--addmode", "screen", "small"]);
    let output = ["--output", "screen"];
    for (arguments, size) in [
        (&["--mode", "small"][..], (800, 600)),
        (&["--off", "--fb", "640x480"][..], (640, 480)),
        (&["--fb", "1000x800", "--mode", "1000x800"][..], (1000, 800)),
    ] {
        server.run("xrandr", &[&output[..], arguments].concat());
        assert!(watched.puppet.heard("layout").contains(&format!("0,0,{},{}", size.0, size.1)));
        draw(&client, 50);
        watched.agrees(&client, "the resized screen is seen");
        let (seen, _) = watched.look();
        assert_eq!((seen.width, seen.height), size);
    }
}

#[test]
fn one_monitor_of_two_can_be_chosen() {
    let server = XServer::xvfb(1000, 800);
    let client = server.client();
    let mut watched = Watched::start(&server);
    watched.agrees(&client, "the screen is seen");
    server.run("xrandr", &["--setmonitor", "left", "600/150x800/200+0+0", "screen"]);
    server.run("xrandr", &["--setmonitor", "right", "400/100x700/180+600+100", "none"]);
    let monitors: Vec<(u32, i32, i32, u32, u32)> = wait_until("two monitors are told", || {
        let layout = watched.puppet.heard("layout");
        let monitors: Vec<_> = serde_json::from_str(&layout["layout ".len()..]).expect("a list");
        (monitors.len() == 2).then_some(monitors)
    });
    let right = monitors.iter().find(|monitor| monitor.1 == 600).expect("the right one");
    assert_eq!((right.2, right.3, right.4), (100, 400, 700));

    watched.puppet.tell(&format!("one {}", right.0));
    assert_eq!(watched.puppet.heard("done"), "done 600 100");
    draw(&client, 300);
    wait_until("the right monitor is seen", || {
        let (seen, (left, top)) = watched.look();
        let whole = client.screenshot();
        let part =
            (0..700).flat_map(|y| (0..400).map(move |x| (x, y))).map(|(x, y)| whole.at(x + left, y + top));
        (seen.width == 400 && seen.pixels.iter().copied().eq(part)).then_some(())
    });
    server.run("xrandr", &["--delmonitor", "right"]);
    server.run("xrandr", &["--delmonitor", "left"]);
    watched.agrees(&client, "the whole screen is seen again");
}

#[test]
fn the_cursor_is_told_apart_from_the_picture() {
    let server = XServer::xvfb(1000, 800);
    let client = server.client();
    let mut watched = Watched::start(&server);
    let first = watched.puppet.heard("shape");
    let mut worn = vec![first];
    for glyph in [34, 60, 34] {
        wear(&client, glyph);
        worn.push(watched.puppet.heard("shape"));
    }
    assert_eq!(worn[1], worn[3], "a look that comes back is the same");
    assert_ne!(worn[1], worn[2]);
    client.point(321, 123);
    wait_until("its place is told", || {
        (watched.puppet.heard("position") == "position 321 123 true").then_some(())
    });
    watched.agrees(&client, "the picture has no cursor in it");
}

/// Gives the root window a cursor of the cursor font.
fn wear(client: &Client, glyph: u16) {
    let conn = &client.conn;
    let (font, cursor) = (conn.generate_id().expect("an id"), conn.generate_id().expect("an id"));
    conn.open_font(font, b"cursor").expect("sent");
    conn.create_glyph_cursor(cursor, font, font, glyph, glyph + 1, 0, 0, 0, !0, !0, !0).expect("sent");
    conn.change_window_attributes(client.root, &ChangeWindowAttributesAux::new().cursor(cursor))
        .expect("sent");
    client.settle();
}

#[test]
fn looking_at_an_idle_screen_costs_nothing() {
    let server = XServer::xvfb(1000, 800);
    let client = server.client();
    let mut watched = Watched::start(&server);
    watched.agrees(&client, "the screen is seen");
    let process = watched.puppet.id();
    let switches = || {
        let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches")).map(str::to_owned);
        line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).expect("a count")
    };
    let before = switches();
    std::thread::sleep(std::time::Duration::from_secs(2));
    // It sleeps until something is drawn; a loop that polls would wake at every round.
    assert!(switches() - before < 4, "woken {} times in two idle seconds", switches() - before);
}
