//! What is left of a session on bad lines: the picture goes on, what is typed arrives in its order, nothing ends.
//!
//! `cargo nextest run -p entraide-tests --test lab --run-ignored only --no-capture every_line_carries` prints the table.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use entraide_common::screen::{Picture, Size};
use entraide_tests::film::{self, Film};
use entraide_tests::link::Line;
use entraide_tests::xserver::wait_until;

use crate::ground::Ground;
use crate::meeting::Meeting;
use crate::place::{Kind, Pair, World};
use crate::skipped;

/// How long the pictures are counted, seconds.
const SECONDS: usize = 10;
/// Until a path is direct where it can be.
const SETTLED: Duration = Duration::from_secs(20);
/// Every letter in an order that no other has: a swap, a loss or a double shows.
const TYPED: &str =
    "the quick brown fox jumps over the lazy dog and back again 0123456789 pack my box with five dozen jugs";

/// A line as the table names it. The delay is one place's: twice to the other, and back.
const LINES: [(&str, Line); 9] = [
    ("80 ms", LINE),
    ("80 ms, 1 % lost", Line { loss: 5, ..LINE }),
    ("80 ms, 5 % lost", Line { loss: 25, ..LINE }),
    ("80 ms, 5 % overtaken", Line { late: 25, ..LINE }),
    ("150 ms", FAR),
    ("80 ms, 1 Mbit/s", Line { rate: Some(1_000_000), ..LINE }),
    ("150 ms, 1 Mbit/s", Line { rate: Some(1_000_000), ..FAR }),
    ("150 ms, 1 Mbit/s, 1 % lost", Line { rate: Some(1_000_000), loss: 5, ..FAR }),
    ("80 ms, 256 kbit/s", Line { rate: Some(256_000), ..LINE }),
];
const LINE: Line = Line { delay: Duration::from_millis(20), loss: 0, late: 0, rate: None, queue: None };
const FAR: Line = Line { delay: Duration::from_micros(37_500), ..LINE };

/// How it went over one line.
#[derive(Debug)]
struct Row {
    line: &'static str,
    path: String,
    question: Duration,
    picture: Duration,
    /// In each second.
    pictures: Vec<u64>,
    /// From the first character typed to the whole line on the host's screen.
    typed: Duration,
}

impl Row {
    /// Meets over a good line, which then becomes this one.
    fn of(ground: &Ground, pair: Pair, (name, line): (&'static str, Line)) -> Self {
        let world = World::new(pair);
        world.change(line);
        let _motion = ground.motion();
        let path = ground.path("typed");
        // What the line before has typed.
        let _ = fs::remove_file(&path);
        let _typewriter = ground.typewriter(&path);
        let mut meeting = Meeting::begin(ground, &world);
        let is_relayed = pair == RELAYED;
        let outcome = meeting.outcome(if is_relayed { Duration::ZERO } else { SETTLED });
        meeting.control();
        let began = Instant::now();
        meeting.types(TYPED);
        let line = wait_until("the line arrives", || {
            fs::read_to_string(&path).ok().filter(|text| text.ends_with('\n'))
        });
        let typed = began.elapsed();
        assert_eq!(line.trim_end(), TYPED, "{name}");
        let pictures = meeting.pictures(SECONDS);
        meeting.assert_unnoticed();
        let path = outcome.path;
        Self { line: name, path, question: outcome.question, picture: outcome.picture, pictures, typed }
    }

    fn assert_alive(&self) {
        let each_two = self.pictures.chunks(2).all(|two| two.iter().sum::<u64>() > 0);
        assert!(each_two, "two seconds without a picture: {self:?}");
    }
}

const DIRECT: Pair = Pair::Apart(Kind::PortKept, Kind::Public);
const RELAYED: Pair = Pair::Apart(Kind::Symmetric, Kind::Symmetric);

#[test]
#[ignore = "long: eighteen sessions, six minutes"]
fn every_line_carries_a_session() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let lines = LINES.iter().flat_map(|line| [DIRECT, RELAYED].map(|pair| (*line, pair)));
    let rows: Vec<Row> = lines
        .map(|(line, pair)| {
            let row = Row::of(&ground, pair, line);
            eprintln!("{row:?}");
            row
        })
        .collect();
    println!("{}", page(&rows));
    rows.iter().for_each(Row::assert_alive);
}

#[test]
fn a_session_goes_on_though_every_twentieth_packet_is_lost() {
    must_carry(DIRECT, LINES[2]);
}

#[test]
fn a_relayed_session_goes_on_over_a_narrow_and_long_line() {
    must_carry(RELAYED, LINES[6]);
}

#[test]
fn a_session_goes_on_though_packets_overtake_each_other() {
    must_carry(DIRECT, LINES[3]);
}

#[test]
#[ignore = "long: a film at 4K, and it wants the machine for itself"]
fn a_large_moving_picture_on_a_narrow_line_leaves_way_for_what_is_typed() {
    if skipped() {
        return;
    }
    let ground = Ground::of(3840, 2160);
    let pictures = film::clip().expect("a recording of ours").iter().step_by(8).map(tiled).collect();
    let world = World::new(DIRECT);
    world.change(Line { rate: Some(5_000_000), ..LINE });
    let path = ground.path("typed");
    let _film = Film::play(ground.display(), (0, 0), pictures, 10).expect("a display to draw on");
    let _typewriter = ground.typewriter(&path);
    let mut meeting = Meeting::begin(&ground, &world);
    meeting.direct();
    meeting.control();
    let mut times: Vec<Duration> = (0..100).map(|number| typed(&mut meeting, &path, number)).collect();
    times.sort_unstable();
    let frames = meeting.pictures(5);
    println!("typed and there: median {:?}, 95 % {:?}; pictures a second {frames:?}", times[50], times[95]);
    assert!(frames.iter().sum::<u64>() > 5, "the picture moves: {frames:?}");
    assert!(times[95] < Duration::from_millis(300), "{times:?}");
}

/// The picture beside itself until it fills 3840 x 2160.
fn tiled(picture: &Picture) -> Picture {
    let size = Size { width: 3840, height: 2160 };
    let mut whole = Picture::black(size);
    let part = picture.size();
    let rows = picture.pixels().chunks(part.width as usize).cycle();
    for (row, source) in whole.pixels_mut().chunks_mut(size.width as usize).zip(rows) {
        row.iter_mut().zip(source.iter().cycle()).for_each(|(pixel, source)| *pixel = *source);
    }
    whole
}

/// The helper types a line of one letter: how long until the host's terminal has it.
fn typed(meeting: &mut Meeting<'_>, path: &Path, number: usize) -> Duration {
    let began = Instant::now();
    meeting.types("x");
    while fs::read_to_string(path).unwrap_or_default().lines().count() <= number {
        assert!(began.elapsed() < SETTLED, "line {number} does not come");
        thread::sleep(Duration::from_millis(1));
    }
    began.elapsed()
}

#[test]
#[ignore = "long: six sessions, and it wants the machine for itself"]
fn a_path_by_a_guessed_port_is_as_fast_as_another() {
    if skipped() {
        return;
    }
    let ground = Ground::new();
    let other = Pair::Apart(Kind::PortKept, Kind::PortChanged);
    let guessed = Pair::Apart(Kind::PortKept, Kind::Symmetric);
    // In turns, so that whatever else the machine does slows both down.
    let speeds: Vec<[f64; 2]> = (0..3).map(|_| [other, guessed].map(|pair| ground.speed(pair))).collect();
    println!("Mbit/s, punched and guessed: {speeds:.0?}");
    let best = |of: usize| speeds.iter().map(|both| both[of]).fold(0.0, f64::max);
    assert!(best(1) >= 0.8 * best(0), "{speeds:?}");
}

fn must_carry(pair: Pair, line: (&'static str, Line)) {
    if skipped() {
        return;
    }
    let row = Row::of(&Ground::new(), pair, line);
    eprintln!("{}", page(std::slice::from_ref(&row)));
    row.assert_alive();
}

fn page(rows: &[Row]) -> String {
    let mut page =
        "| line | path | question, ms | picture, ms | pictures a second: median | fewest | typed, ms |\n\
                    |---|---|---|---|---|---|---|\n"
            .to_owned();
    for row in rows {
        let Row { line, path, question, picture, pictures, typed } = row;
        let mut sorted = pictures.clone();
        sorted.sort_unstable();
        let (question, picture, typed) = (question.as_millis(), picture.as_millis(), typed.as_millis());
        let (median, fewest) = (sorted[sorted.len() / 2], sorted[0]);
        writeln!(page, "| {line} | {path} | {question} | {picture} | {median} | {fewest} | {typed} |")
            .expect("a string takes everything");
    }
    page
}
