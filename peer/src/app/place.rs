//! Where to meet, when no settings say so: the person is asked once. What they say is checked, tried, and remembered.
//!
//! A window asks on a page of its own, a terminal in a line. A program is not asked: it is answered with an error
//! that says what to do. A code that carries a node's whole address needs no question.

use std::time::Duration;

use entraide_common::invitation::code::Code;
use entraide_common::limits;
use entraide_common::texts::Texts;
use futures::future::select_ok;
use libp2p::Multiaddr;
use thiserror::Error;
use tokio::time::timeout;
use tracing::{info, warn};

use super::said::Said;
use super::{App, net_config, words};
use crate::config::{self, Node, Router, Settings};
use crate::front::{self, Event, Heard, Kind};
use crate::keys::Seed;
use crate::net::{Net, Side};
use crate::ui::model::{self, Command, View};

/// How long a place may take to answer: there are people who wait to hear that it does not.
const ANSWER: Duration = Duration::from_secs(8);

/// Where a host and a helper meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// Where the settings say, if they do: there may be nobody to ask.
    AtNodes,
    /// On the local network.
    Here,
}

/// What is wrong with what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Wrong {
    /// No address, perhaps a name.
    #[error("no address")]
    NotAnAddress,
    /// An address that is cut off, or mistyped.
    #[error("an address that cannot be read")]
    Mistyped,
    /// Where, but not who.
    #[error("an address without the node's id")]
    NoId,
    /// More than [`limits::NODES`].
    #[error("too many addresses")]
    TooMany,
    /// Nobody answers there who proves to be that node.
    #[error("no answer")]
    Silent,
}

impl Wrong {
    /// The sentence's key.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotAnAddress => "place-not-an-address",
            Self::Mistyped => "place-mistyped",
            Self::NoId => "place-no-id",
            Self::TooMany => "place-too-many",
            Self::Silent => "place-silent",
        }
    }
}

/// The nodes in what was typed or pasted, be it the line that the node printed or a line of a settings file.
///
/// # Errors
/// There are none, or one of them cannot be read.
pub fn read(text: &str) -> Result<Vec<Node>, Wrong> {
    let is_around = |c: char| c.is_whitespace() || c.is_control() || "\"'“”«»<>[](),;".contains(c);
    let addresses: Vec<_> = text.split(is_around).filter(|word| word.starts_with('/')).collect();
    if addresses.is_empty() {
        return Err(Wrong::NotAnAddress);
    }
    if addresses.len() > limits::NODES {
        return Err(Wrong::TooMany);
    }
    addresses.into_iter().map(node).collect()
}

fn node(text: &str) -> Result<Node, Wrong> {
    text.parse().map_err(|()| {
        let whole = text.parse::<Multiaddr>().is_ok_and(|address| address.iter().count() > 1);
        if whole && !text.contains("/p2p") { Wrong::NoId } else { Wrong::Mistyped }
    })
}

/// Where somebody who asks for help is met; nothing if they would rather not. The settings name a node afterwards, if it
/// is at one.
pub async fn settle_for_host(app: &mut App, settings: &mut Settings) -> Option<Chosen> {
    if is_settled(app, settings) { Some(Chosen::AtNodes) } else { settle(app, settings, false).await }
}

/// Sees to it that the settings name a node for somebody who helps with `code`, if it takes one; says whether they
/// would like to go on.
pub async fn settle_for_helper(app: &mut App, settings: &mut Settings, code: &str) -> bool {
    if is_settled(app, settings) {
        return true;
    }
    // What is no code is complained about by the way it leads to.
    let Ok(entered) = Code::parse(code) else { return true };
    if entered.code.plate().is_local() {
        return true;
    }
    if let Some(Ok(node)) = entered.node.map(|said| said.parse()) {
        settings.rendezvous = vec![node];
        return true;
    }
    settle(app, settings, true).await.is_some()
}

/// Whether nobody is to be asked.
fn is_settled(app: &App, settings: &Settings) -> bool {
    !settings.rendezvous.is_empty() || app.kind == Some(Kind::Json)
}

/// Asks until there is an answer that can be used. Only a host may choose the local network: a helper is led there by the
/// code.
async fn settle(app: &mut App, settings: &mut Settings, helps: bool) -> Option<Chosen> {
    let mut wrong = None;
    loop {
        ask(app, settings, helps, wrong);
        let said = match hear(app).await? {
            Answer::Here if helps => continue,
            Answer::Here => return Some(Chosen::Here),
            // At a terminal there is no button to say it with.
            Answer::Text(text) if !helps && is_here(&app.texts, &text) => return Some(Chosen::Here),
            Answer::Text(text) => text,
        };
        let nodes = match read(&said) {
            Ok(nodes) => nodes,
            Err(fault) => {
                wrong = Some(fault);
                continue;
            }
        };
        if answers(app, &nodes).await? {
            remember(app, settings, &nodes);
            settings.rendezvous = nodes;
            return Some(Chosen::AtNodes);
        }
        wrong = Some(Wrong::Silent);
    }
}

fn ask(app: &mut App, settings: &Settings, helps: bool, wrong: Option<Wrong>) {
    let texts = &app.texts;
    let file = settings.file.as_ref().map_or_else(String::new, |file| file.display().to_string());
    let wrong = wrong.map(|wrong| texts.say(wrong.key()));
    if app.kind == Some(Kind::Terminal) {
        let question = texts.say(if helps { "place-ask-helper" } else { "place-ask-host" });
        let how = if helps { "place-how-terminal-helper" } else { "place-how-terminal" };
        let how = texts.say_with(how, &[("file", file.as_str().into())]);
        if let Some(text) = wrong {
            app.faces.say(&Event::Error { code: "place", text });
        }
        app.faces.say(&Event::Stage { name: "asking-place", text: format!("{question}\n{how}") });
    } else {
        app.faces.view(View::Place(model::Place { helps, wrong, file }));
    }
}

/// What a person answers.
enum Answer {
    /// This, which may be an address.
    Text(String),
    /// That host and helper are on one network.
    Here,
}

/// Whether that is the word for it.
fn is_here(texts: &Texts, said: &str) -> bool {
    said.trim().to_lowercase() == texts.say("place-here-word")
}

/// What the person says; nothing if they would rather leave.
async fn hear(app: &mut App) -> Option<Answer> {
    loop {
        match app.said.recv().await? {
            Said::Window(Command::Place { text }) => return Some(Answer::Text(text)),
            Said::Window(Command::InviteHere) => return Some(Answer::Here),
            // What is typed at a terminal while nobody is connected is said to nobody else.
            Said::Front(Heard::Command(front::Command::Chat(text))) => return Some(Answer::Text(text)),
            Said::Front(Heard::Fault(fault)) => {
                let event = fault.event(&app.texts);
                app.faces.say(&event);
            }
            said if leaves(app, &said) => return None,
            _ => {}
        }
    }
}

/// Whether somebody who proves to be one of `nodes` answers; nothing if the person would rather leave.
async fn answers(app: &mut App, nodes: &[Node]) -> Option<bool> {
    let text = words::host_stage(&app.texts, "reaching-node", "");
    app.faces.view(View::Busy { text: text.clone() });
    app.faces.say(&Event::Stage { name: "reaching-node", text });
    let config = net_config(Seed::draw().expose(), nodes, Side::Helper, Router::Leave);
    let (net, driver, _events) = Net::new(config).inspect_err(|error| warn!(%error, "no network")).ok()?;
    let network = app.spawn_driver(driver);
    let attended = async {
        let all = nodes.iter().map(|node| Box::pin(net.attend(&node.address)));
        let first = timeout(ANSWER, select_ok(all)).await;
        matches!(first, Ok(Ok(_)))
    };
    tokio::pin!(attended);
    let answered = loop {
        tokio::select! {
            answered = &mut attended => break Some(answered),
            said = app.said.recv() => if said.is_none_or(|said| leaves(app, &said)) {
                break None;
            },
        }
    };
    network.close().await;
    answered
}

/// Whether this ends the question. Notes whether the program ends as well.
fn leaves(app: &mut App, said: &Said) -> bool {
    let quits = matches!(
        said,
        Said::Interrupted | Said::Window(Command::Quit) | Said::Front(Heard::Command(front::Command::Quit))
    );
    app.quit |= quits;
    quits || matches!(said, Said::Window(Command::Stop) | Said::Front(Heard::Command(front::Command::Stop)))
}

fn remember(app: &mut App, settings: &Settings, nodes: &[Node]) {
    let Some(file) = &settings.file else { return };
    match config::remember(file, nodes) {
        Ok(()) => info!(file = %file.display(), "remembered where to meet"),
        Err(error) => {
            warn!(file = %file.display(), %error, "where to meet is not remembered");
            let detail = format!("{}: {error}", file.display());
            let text = app.texts.say_with("place-not-remembered", &[("detail", detail.into())]);
            app.faces.say(&Event::Error { code: "place", text });
        }
    }
}
