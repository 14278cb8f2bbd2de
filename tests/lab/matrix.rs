//! The outcomes of all pairs as a page to read.

use std::fmt::Write as _;
use std::time::Duration;

use crate::meeting::Outcome;
use crate::oracle;
use crate::place::Pair;

/// The page, in Markdown.
pub(crate) fn page(outcomes: &[(Pair, Outcome)]) -> String {
    let direct = outcomes.iter().filter(|(_, outcome)| outcome.direct.is_some()).count();
    let mut page = String::new();
    let mut say = |line: &str| writeln!(page, "{line}").expect("a string takes everything");
    say(&format!("{direct} of {} pairs direct.\n", outcomes.len()));
    say("| host | helper | path | must be direct | question, ms | picture, ms | direct, ms |");
    say("|---|---|---|---|---|---|---|");
    for (pair, outcome) in outcomes {
        let (host, helper) = match pair {
            Pair::Apart(host, helper) => (host.to_string(), helper.to_string()),
            Pair::OneLan | Pair::OneNat => (pair.to_string(), String::new()),
        };
        let must = if oracle::is_direct(*pair) { "yes" } else { "no" };
        let Outcome { path, question, picture, direct, .. } = outcome;
        let direct = direct.map_or("-".to_owned(), |direct| direct.as_millis().to_string());
        say(&format!(
            "| {host} | {helper} | {path} | {must} | {} | {} | {direct} |",
            question.as_millis(),
            picture.as_millis()
        ));
    }
    let median = |of: fn(&Outcome) -> Option<Duration>| {
        let mut all: Vec<Duration> = outcomes.iter().filter_map(|(_, outcome)| of(outcome)).collect();
        all.sort_unstable();
        let at = |part: usize| all.get((all.len() * part / 100).min(all.len().saturating_sub(1)));
        let ms = |part| at(part).map_or("-".to_owned(), |time| time.as_millis().to_string());
        format!("{} | {} | {}", ms(50), ms(95), ms(100))
    };
    say("\n| ms | median | 95 of 100 | worst |\n|---|---|---|---|");
    say(&format!("| code to question | {} |", median(|outcome| Some(outcome.question))));
    say(&format!("| Allow to picture | {} |", median(|outcome| Some(outcome.picture))));
    say(&format!("| code to direct | {} |", median(|outcome| outcome.direct)));
    page
}

/// The pairs that another program connects directly, and how soon.
pub(crate) fn comparison(reached: &[(Pair, Option<Duration>)]) -> String {
    let direct = reached.iter().filter(|(_, direct)| direct.is_some()).count();
    let mut page =
        format!("{direct} of {} pairs direct.\n\n| pair | direct, ms |\n|---|---|\n", reached.len());
    for (pair, direct) in reached {
        let direct = direct.map_or("-".to_owned(), |direct| direct.as_millis().to_string());
        writeln!(page, "| {pair} | {direct} |").expect("a string takes everything");
    }
    page
}
