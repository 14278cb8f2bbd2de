//! What an event is in words.

use std::time::SystemTime;

use entraide_common::texts::Texts;
use entraide_common::wire::control::{Grant, Monitor, MonitorChoice};

use super::super::{Event, PathFacts, Who};

/// The sentence of `event`; `None` for what only programs care for.
#[must_use]
pub fn sentence(event: &Event, texts: &Texts) -> Option<String> {
    let say = |key: &str| texts.say(key);
    Some(match event {
        Event::Code { digits, expires, lan, .. } => {
            let minutes = minutes_until(*expires);
            let code = [("code", digits.as_str().into()), ("minutes", minutes.into())];
            let code = texts.say_with("event-code", &code);
            if *lan { format!("{code}\n{}", say("ui-waiting-here")) } else { code }
        }
        Event::Invitation { name, message, .. } => invitation(name, message, texts),
        Event::State { name } => say(&format!("state-{name}")),
        Event::Try { wrong, left } => {
            texts.say_with("event-try", &[("wrong", (*wrong).into()), ("left", (*left).into())])
        }
        Event::Ask { what, who, .. } => question(*what, who, texts),
        Event::Stage { text, .. } | Event::Ended { text, .. } | Event::Error { text, .. } => printable(text),
        Event::Path(path) => self::path(path, texts),
        Event::Granted { what, .. } => {
            texts.say_with("event-granted", &[("what", grant(*what, texts).into())])
        }
        Event::Revoked { what, reason, .. } => texts.say_with(
            "event-revoked",
            &[("what", grant(*what, texts).into()), ("reason", say(&format!("reason-{reason}")).into())],
        ),
        Event::Chat { from, text } => texts.say_with(
            "event-chat",
            &[("from", say(&format!("side-{from}")).into()), ("text", printable(text).into())],
        ),
        Event::Snapshot { path } => {
            texts.say_with("event-snapshot", &[("path", printable(&path.display().to_string()).into())])
        }
        Event::Monitors { monitors, shown, text } => {
            return screens(monitors, *shown, text.as_deref(), texts);
        }
        Event::Stats { .. } => return None,
    })
}

fn invitation(name: &str, message: &str, texts: &Texts) -> String {
    let key = if message.is_empty() { "event-invitation" } else { "event-invitation-message" };
    texts.say_with(key, &[("name", printable(name).into()), ("message", printable(message).into())])
}

/// Who asks for what, how they proved who they are, and what it means.
fn question(what: Grant, who: &Who, texts: &Texts) -> String {
    let name = printable(&who.name);
    let asked = texts.say_with(&format!("ask-{}", key(what)), &[("name", name.into())]);
    let proof = texts.say(&format!("proof-{}", who.proof));
    format!("{asked}\n{proof}")
}

fn path(path: &PathFacts, texts: &Texts) -> String {
    let node = path.node.as_deref().map(printable).unwrap_or_default();
    let way = texts.say_with(&format!("path-{}", path.kind), &[("node", node.into())]);
    match path.rtt {
        Some(rtt) => {
            let milliseconds = u64::try_from(rtt.as_millis()).unwrap_or(u64::MAX);
            texts.say_with("path-measured", &[("way", way.into()), ("milliseconds", milliseconds.into())])
        }
        None => texts.say_with("path-unmeasured", &[("way", way.into())]),
    }
}

/// The numbers to choose by where there is a choice, and why it is not what was chosen.
fn screens(monitors: &[Monitor], shown: MonitorChoice, why: Option<&str>, texts: &Texts) -> Option<String> {
    let why = why.map(printable);
    if monitors.len() < 2 {
        return why;
    }
    let one = |(number, monitor): (usize, &Monitor)| {
        let key = if monitor.primary { "screens-main" } else { "screens-one" };
        // As text: a formatted number would have separators.
        let [number, width, height] =
            [number.to_string(), monitor.width.to_string(), monitor.height.to_string()];
        let facts = [("number", number.into()), ("width", width.into()), ("height", height.into())];
        texts.say_with(key, &facts)
    };
    let list: Vec<_> = (1..).zip(monitors).map(one).collect();
    let list = list.join(&texts.say("screens-between"));
    let seen = monitors.iter().position(|monitor| shown == MonitorChoice::One(monitor.id));
    let seen = match seen {
        Some(place) => texts.say_with("screens-seen", &[("number", (place + 1).into())]),
        None => texts.say("screens-all-seen"),
    };
    let sentence = texts.say_with("event-screens", &[("list", list.into()), ("seen", seen.into())]);
    Some(why.into_iter().chain([sentence]).collect::<Vec<_>>().join("\n"))
}

fn grant(what: Grant, texts: &Texts) -> String {
    texts.say(&format!("grant-{}", key(what)))
}

fn key(what: Grant) -> String {
    what.name().replace('_', "-")
}

/// Minutes from now, rounded up.
fn minutes_until(expires: SystemTime) -> u64 {
    expires.duration_since(SystemTime::now()).unwrap_or_default().as_secs().div_ceil(60)
}

/// What others wrote, without what could move the cursor, hide text or turn its direction around.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' || c == '\t' { ' ' } else { c })
        .filter(|&c| !c.is_control() && !is_invisible(c))
        .collect()
}

/// Zero-width and bidirectional controls (Unicode Standard Annex 9) and the byte-order mark.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
