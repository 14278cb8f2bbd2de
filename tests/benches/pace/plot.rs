//! Delay and rate over time, one panel for each link, as SVG.

use std::fmt::Write as _;

use super::measure::Run;

const PANEL: (f64, f64) = (280.0, 130.0);
const GAP: (f64, f64) = (70.0, 60.0);
const COLUMNS: usize = 3;
/// The top of every panel's delays, milliseconds: those beyond stand at the top.
const MOST_MS: f64 = 200.0;
/// The rate is averaged over so many samples.
const SMOOTH: usize = 5;

pub(crate) fn svg(runs: &[Run]) -> String {
    let rows = runs.len().div_ceil(COLUMNS) as f64;
    let (width, height) = (COLUMNS as f64 * (PANEL.0 + GAP.0) + 30.0, rows * (PANEL.1 + GAP.1) + 70.0);
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="40" y="22" font-size="14">What the picture adds to the delay of the control stream (dots, ms, left) and what it sends (area, share of the line, right)</text>
<text x="40" y="40" fill="#555555">2 s idle, then a terminal's output, then a film; dashed: the goal for the 95th percentile; dots at the top: {MOST_MS} ms or more</text>
"##
    );
    for (number, run) in runs.iter().enumerate() {
        let (x, y) = ((number % COLUMNS) as f64, (number / COLUMNS) as f64);
        let corner = (40.0 + x * (PANEL.0 + GAP.0), 75.0 + y * (PANEL.1 + GAP.1));
        panel(&mut svg, run, corner);
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, run: &Run, (left, top): (f64, f64)) {
    let [text, film] = run.parts();
    let x = |at: f64| left + at / film.1 * PANEL.0;
    let bottom = top + PANEL.1;
    let delay_y = |ms: f64| bottom - ms.min(MOST_MS) / MOST_MS * PANEL.1;
    let (megabits, round_trip) = (run.link.megabits, run.link.round_trip);
    let goal = run.link.goal().as_secs_f64() * 1000.0;
    // Writing to a string does not fail.
    let mut put = |line: String| writeln!(svg, "{line}").unwrap_or_default();
    put(format!(
        r#"<text x="{left:.0}" y="{:.0}">{megabits} Mbit/s, {round_trip} ms there and back</text>"#,
        top - 6.0
    ));
    put(format!(
        r##"<polygon fill="#bcd7ee" points="{:.1},{bottom:.1} {} {:.1},{bottom:.1}"/>"##,
        x(0.0),
        rates(run)
            .iter()
            .map(|(at, share)| format!("{:.1},{:.1}", x(*at), bottom - share.min(1.1) * PANEL.1 / 1.1))
            .collect::<Vec<_>>()
            .join(" "),
        x(film.1),
    ));
    for at in [text.0, film.0] {
        put(format!(r##"<line x1="{0:.1}" x2="{0:.1}" y1="{top}" y2="{bottom}" stroke="#999999"/>"##, x(at)));
    }
    put(format!(
        r##"<line x1="{left}" x2="{:.1}" y1="{1:.1}" y2="{1:.1}" stroke="#c02020" stroke-dasharray="4 3"/>"##,
        left + PANEL.0,
        delay_y(goal)
    ));
    for (at, delay) in &run.added {
        put(format!(
            r##"<circle cx="{:.1}" cy="{:.1}" r="1.4" fill="#1a1a1a"/>"##,
            x(*at),
            delay_y(delay * 1000.0)
        ));
    }
    put(format!(
        r##"<rect x="{left}" y="{top}" width="{}" height="{}" fill="none" stroke="#555555"/>"##,
        PANEL.0, PANEL.1
    ));
    for ms in [0.0, MOST_MS / 2.0, MOST_MS] {
        put(format!(
            r#"<text x="{:.0}" y="{:.0}" text-anchor="end">{ms}</text>"#,
            left - 4.0,
            delay_y(ms) + 4.0
        ));
    }
    for (share, name) in [(0.0, "0"), (1.0, "100 %")] {
        let y = bottom - share * PANEL.1 / 1.1 + 4.0;
        put(format!(r#"<text x="{:.0}" y="{y:.0}">{name}</text>"#, left + PANEL.0 + 4.0));
    }
    for second in (0..=film.1 as u32).step_by(2) {
        let at = x(f64::from(second));
        put(format!(r#"<text x="{at:.0}" y="{:.0}" text-anchor="middle">{second} s</text>"#, bottom + 14.0));
    }
}

/// What came to the helper, as a share of what the line carries.
fn rates(run: &Run) -> Vec<(f64, f64)> {
    let share = |pair: &[(f64, u64)]| {
        let (first, last) = (pair.first()?, pair.last()?);
        let bits = (last.1 - first.1) as f64 * 8.0;
        Some((last.0, bits / (last.0 - first.0) / (run.link.megabits as f64 * 1e6)))
    };
    run.bytes.windows(SMOOTH).filter_map(share).collect()
}
