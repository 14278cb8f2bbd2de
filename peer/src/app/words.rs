//! What happened, in the words of people and of the contract with programs.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use entraide_common::invitation::open::State;
use entraide_common::limits;
use entraide_common::monitors;
use entraide_common::session::Party;
use entraide_common::session::grants::Grants;
use entraide_common::texts::{Language, Texts};
use entraide_common::wire::control::{Grant, Hold, Monitor, MonitorChoice, Reason};

use crate::front::{Event, PathFacts};
use crate::net::{Path, PathKind, Transport};
use crate::ui::model::ChatLine;

/// Round trips that differ by less feel the same.
const FELT: Duration = Duration::from_millis(5);

/// The stage of a session in which the helper may do this much.
#[must_use]
pub fn stage_of(grants: Grants) -> &'static str {
    if grants.has(Grant::Control) {
        "control"
    } else if grants.has(Grant::Point) {
        "pointing"
    } else {
        "viewing"
    }
}

/// The stage of a session in which this is asked for.
#[must_use]
pub fn stage_of_asking(what: Grant) -> &'static str {
    match what {
        Grant::Control => "asking-control",
        Grant::Point => "asking-point",
        _ => "asking-view",
    }
}

/// A stage of the host's program.
#[must_use]
pub fn host_stage(texts: &Texts, stage: &str, helper: &str) -> String {
    texts.say_with(&format!("host-stage-{stage}"), &[("name", helper.into())])
}

/// A stage of the helper's program.
#[must_use]
pub fn helper_stage(texts: &Texts, stage: &str, host: &str) -> String {
    texts.say_with(&format!("helper-stage-{stage}"), &[("name", host.into())])
}

/// An error that has a stable word.
#[must_use]
pub fn error(texts: &Texts, code: &str) -> String {
    texts.say(&format!("error-{}", code.replace('_', "-")))
}

/// Why the picture shows something else than the helper chose, if it does.
#[must_use]
pub fn monitors(texts: &Texts, wish: MonitorChoice, monitors: &[Monitor]) -> Option<String> {
    let shown = monitors::shown(wish, monitors);
    let key = match wish {
        _ if shown == wish => return None,
        MonitorChoice::All => "monitors-too-large",
        MonitorChoice::One(_) => "monitor-gone",
    };
    let place = monitors.iter().position(|monitor| shown == MonitorChoice::One(monitor.id))?;
    Some(texts.say_with(key, &[("number", (place + 1).into())]))
}

/// Why input waits, or nothing.
#[must_use]
pub fn hold(texts: &Texts, hold: Option<Hold>) -> String {
    match hold {
        Some(Hold::Question) => texts.say("hold-question"),
        Some(Hold::OwnWindow) => texts.say("hold-own-window"),
        Some(Hold::Hand) => texts.say("hold-hand"),
        None => String::new(),
    }
}

/// Why the helper may not, or no longer.
#[must_use]
pub fn denied(texts: &Texts, what: Grant, reason: Reason, stood: bool) -> String {
    let what = match what {
        Grant::Control => "control",
        Grant::Point => "point",
        _ => "view",
    };
    let how = if stood { "revoked" } else { "refused" };
    let specific = format!("{how}-{what}-{}", crate::front::reason_word(reason));
    if texts.has(&specific) { texts.say(&specific) } else { texts.say(&format!("{how}-{what}")) }
}

/// What becomes of the invitation; a wrong try is news as long as nothing else has happened.
#[must_use]
pub fn invitation_state(texts: &Texts, state: State, tries_left: u32) -> String {
    match state {
        State::Waiting | State::Seen if tries_left < limits::WRONG_CODES => {
            texts.say_with("invitation-tries", &[("left", tries_left.into())])
        }
        _ => texts.say(&format!("invitation-{}", state.name())),
    }
}

/// How a session ended, for the person on `side`.
#[must_use]
pub fn ended(texts: &Texts, side: Party, by: Party, reason: Reason, other: &str) -> String {
    let key = match (by, reason) {
        (by, _) if by == side => "ended-self",
        (Party::Link, _) => "ended-link",
        (Party::Program, Reason::Unable) => "ended-unable",
        (Party::Program, Reason::Protocol) => "ended-protocol",
        (Party::Program, _) | (_, Reason::Closing) => "ended-program",
        (Party::Host | Party::Helper, _) => "ended-other",
    };
    texts.say_with(key, &[("name", other.into())])
}

/// The path line: always true, with the round trip once it is known.
#[must_use]
pub fn path(texts: &Texts, path: &Path) -> String {
    let way = match &path.kind {
        PathKind::Lan => texts.say("path-lan"),
        PathKind::Direct => texts.say("path-direct"),
        PathKind::Relayed { node } => texts.say_with("path-relayed", &[("node", node.as_str().into())]),
    };
    match path.rtt {
        Some(rtt) => texts
            .say_with("path-rtt", &[("way", way.into()), ("ms", milliseconds(rtt, texts.language()).into())]),
        None => way,
    }
}

/// With a decimal while that says anything, and the comma where one is written.
fn milliseconds(time: Duration, language: Language) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    let digits = if ms < 10.0 { format!("{ms:.1}") } else { format!("{ms:.0}") };
    match language {
        Language::English => digits,
        Language::French => digits.replace('.', ","),
    }
}

/// Whether a path is news: another way, or the first time that its round trip is known. The round trip itself
/// changes with every measurement and stands in the figures of each second.
#[must_use]
pub fn is_another_path(before: Option<&Path>, path: &Path) -> bool {
    before.is_none_or(|before| {
        (&before.kind, before.transport) != (&path.kind, path.transport)
            || (before.rtt.is_none() && path.rtt.is_some())
    })
}

/// Whether people are to be shown `path` instead of `shown`: it is another way, or answers so much sooner or later
/// that they feel it. Figures that flicker are read by nobody and keep idle windows busy.
#[must_use]
pub fn is_felt(shown: Option<&Path>, path: &Path) -> bool {
    let felt = |before: Duration, now: Duration| before.abs_diff(now) > FELT.max(before / 4);
    is_another_path(shown, path)
        || shown.and_then(|shown| shown.rtt).zip(path.rtt).is_some_and(|(before, now)| felt(before, now))
}

/// The path in the contract's words.
#[must_use]
pub fn path_facts(path: &Path) -> PathFacts {
    let (kind, node) = match &path.kind {
        PathKind::Lan => ("lan", None),
        PathKind::Direct => ("direct", None),
        PathKind::Relayed { node } => ("relayed", Some(node.clone())),
    };
    let transport = match path.transport {
        Transport::Quic => "quic",
        Transport::Tcp => "tcp",
    };
    PathFacts { kind, transport, node, rtt: path.rtt }
}

/// The figures of the last second.
#[must_use]
pub fn stats(frames: u64, bytes: u64, frames_before: u64, path: Option<&Path>) -> Event {
    let facts = path.map(path_facts);
    #[expect(clippy::cast_precision_loss, reason = "frames in a second are few")]
    let fps = frames.saturating_sub(frames_before) as f64;
    let rtt = facts.as_ref().and_then(|facts| facts.rtt);
    Event::Stats { frames, bytes, fps, rtt, path: facts.map(|facts| facts.kind) }
}

/// Adds a line of conversation, and forgets the oldest beyond [`limits::CHAT_KEPT_LINES`] and
/// [`limits::CHAT_KEPT_CHARS`].
pub fn remember_line(chat: &mut Arc<[ChatLine]>, line: ChatLine) {
    let mut lines: VecDeque<_> = chat.iter().cloned().collect();
    lines.push_back(line);
    let size = |line: &ChatLine| line.text.chars().count();
    let mut chars: usize = lines.iter().map(size).sum();
    while lines.len() > limits::CHAT_KEPT_LINES || chars > limits::CHAT_KEPT_CHARS {
        // One line alone is within both bounds.
        let Some(forgotten) = lines.pop_front() else { break };
        chars -= size(&forgotten);
    }
    *chat = lines.into_iter().collect();
}
