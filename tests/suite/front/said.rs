//! Who is heard first, and what becomes of a hand that nobody listens to for a while.

use std::collections::BTreeSet;
use std::time::Duration;

use entraide::app::said::{Ears, Said, open};
use entraide::front::{self, Heard};
use entraide::ui::model::Command;
use entraide_common::input::{Button, KeyCode};
use entraide_common::wire::control::Grant;
use entraide_common::wire::input::Act;
use tokio::time::timeout;

const fn button(down: bool) -> Act {
    Act::Button { button: Button(1), down }
}

fn chat() -> Heard {
    Heard::Command(front::Command::Chat("buy".to_owned()))
}

/// Everything that waits, in the order in which it is heard.
async fn all(ears: &mut Ears) -> Vec<Said> {
    let mut said = Vec::new();
    while let Ok(Some(one)) = timeout(Duration::from_millis(200), ears.recv()).await {
        said.push(one);
    }
    said
}

#[tokio::test]
async fn a_program_that_floods_takes_no_click_from_the_person() {
    let (mouths, mut ears) = open();
    while mouths.front.try_send(chat()).is_ok() {}
    mouths.windows.say(Command::Stop);
    assert_eq!(ears.recv().await, Some(Said::Window(Command::Stop)));
    mouths.interrupter.interrupt();
    mouths.interrupter.interrupt();
    mouths.windows.say(Command::Revoke(Grant::Control));
    assert_eq!(ears.recv().await, Some(Said::Interrupted));
    assert_eq!(ears.recv().await, Some(Said::Window(Command::Revoke(Grant::Control))));
    assert_eq!(ears.recv().await, Some(Said::Front(chat())), "interrupted once");
}

#[tokio::test]
async fn ears_hear_what_comes_later_and_the_end() {
    let (mouths, mut ears) = open();
    let hearing = tokio::spawn(async move {
        let mut said = Vec::new();
        while let Some(one) = ears.recv().await {
            said.push(one);
        }
        said
    });
    tokio::task::yield_now().await;
    mouths.windows.say(Command::Invite);
    mouths.front.send(chat()).await.expect("heard");
    drop(mouths);
    let said = hearing.await.expect("hears to the end");
    assert_eq!(said.len(), 2);
    assert!(said.contains(&Said::Window(Command::Invite)) && said.contains(&Said::Front(chat())));
}

#[tokio::test]
async fn a_wait_that_is_given_up_loses_nothing() {
    let (mouths, mut ears) = open();
    for number in 0..100 {
        let given_up = timeout(Duration::ZERO, ears.recv()).await;
        assert!(given_up.is_err());
        mouths.windows.say(Command::Answer { id: number, allow: false });
        let heard = ears.recv().await;
        assert_eq!(heard, Some(Said::Window(Command::Answer { id: number, allow: false })));
    }
}

#[tokio::test]
async fn a_mouse_that_nobody_hears_ends_where_it_ended_and_its_click_comes_up() {
    let (mouths, mut ears) = open();
    mouths.windows.say(Command::Act(button(true)));
    for x in 0..100_000 {
        mouths.windows.say(Command::Act(Act::Pointer { x, y: 0 }));
    }
    mouths.windows.say(Command::Act(button(false)));
    mouths.windows.say(Command::Stop);
    let said = all(&mut ears).await;
    assert!(said.len() < 1_000, "moves are thinned out: {}", said.len());
    let last = [
        Said::Window(Command::Act(Act::Pointer { x: 99_999, y: 0 })),
        Said::Window(Command::Act(button(false))),
        Said::Window(Command::Stop),
    ];
    assert_eq!(said[said.len() - 3..], last);
}

#[tokio::test]
async fn whatever_is_left_out_nothing_stays_down() {
    let (mouths, mut ears) = open();
    let mut held = BTreeSet::new();
    let mut most = 0;
    for round in 0..20_000_u32 {
        // Many keys, all pressed before the first comes up; a reader that wakes now and then.
        let code = KeyCode((round % 40) as u16 + 1);
        let down = (round / 40) % 2 == 0;
        mouths.windows.say(Command::Act(Act::Key { code, down }));
        if round % 100 == 99 {
            mouths.windows.say(Command::Chat(round.to_string()));
            for _ in 0..60 {
                follow(&mut held, ears.recv().await);
                most = most.max(held.len());
            }
        }
    }
    mouths.windows.say(Command::Stop);
    let rest = all(&mut ears).await;
    assert_eq!(rest.last(), Some(&Said::Window(Command::Stop)), "a click is never left out");
    rest.into_iter().for_each(|said| follow(&mut held, Some(said)));
    assert!(most >= 40, "keys were held");
    assert!(held.is_empty(), "{held:?} stay down");
}

fn follow(held: &mut BTreeSet<KeyCode>, said: Option<Said>) {
    match said {
        Some(Said::Window(Command::Act(Act::Key { code, down: true }))) => {
            held.insert(code);
        }
        Some(Said::Window(Command::Act(Act::Key { code, down: false }))) => {
            held.remove(&code);
        }
        Some(Said::Window(Command::Act(Act::ReleaseAll))) => held.clear(),
        _ => {}
    }
}
