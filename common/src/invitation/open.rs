//! The host's side of one open invitation: who may try, how often, and until when.
//!
//! **Life.** [`State::Waiting`] for a helper; [`State::Seen`] once one said hello; [`State::Answered`] while one
//! that proved itself waits for the person's answer; [`State::Used`] after that. Or [`State::Expired`] by time, or
//! [`State::Burnt`] by wrong codes.
//!
//! **A run, as the host's program drives it** (messages in [`super::pairing`]):
//! 1. [`OpenInvitation::hello`] admits the run or says why not. The host's hello is sent at
//!    [`Admission::not_before`], and the phases of [`super::pairing::host`] follow.
//! 2. With the helper's proof at hand, [`OpenInvitation::begin_check`] counts the try as failed. So one
//!    that is broken off there was no free guess.
//! 3. [`OpenInvitation::verdict`] looks at the proof, gives the try back if it is right, and says what to send.
//! 4. [`OpenInvitation::ready`] when the helper's `Ready` came; the person is asked; then
//!    [`OpenInvitation::question_over`]. Whatever ends a run earlier is told by [`OpenInvitation::aborted`].
//!
//! **Guarantees.** At most [`limits::WRONG_CODES`] proofs that turn out wrong are ever looked at. All of
//! this lives in memory and dies with the code, so a restart gives no new guess at it. The first helper that proves itself is the only one: it may come back (a mistaken No), all others get
//! [`Refusal::Busy`] while the question is open and [`Refusal::Used`] afterwards. A helper that failed is banned.
//! Runs that are broken off before the proof cost nothing. At most [`limits::PAIRINGS_IN_FLIGHT`] runs exist, each
//! for [`limits::PAIRING_TIME`]; after failures the next waits [`limits::PAIRING_DELAYS`].
//!
//! **Time.** The invitation ends an idle time, the host's choice, after the last hello or [`OpenInvitation::touch`],
//! and at the end of its lifetime or of [`limits::CODE_TOTAL`]. Both clocks count, see module `age`. A run that began in
//! time may end; a question that is open stays open.
//!
//! **Left to others:** when [`OpenInvitation::state`] turns to [`State::Burnt`] or [`State::Expired`], the program
//! closes the streams of the runs; [`OpenInvitation::standing`] says it of one run. Whether a new code on a new plate
//! follows is for [`Allowance`] to say.

mod age;
mod allowance;
mod answers;

pub use allowance::{Allowance, Next, Why};
pub use answers::{Admission, Counted, QuestionEnd, Run, State, Verdict};

use core::time::Duration;

use super::offer::Offer;
use super::pairing::host::{self, Unchecked};
use crate::ids::PeerKey;
use crate::limits;
use crate::time::{Moment, WallTime};
use crate::wire::pair::{HelperHello, Refusal};
use age::Age;

/// An open invitation. Holds the code: it has no `Debug`.
pub struct OpenInvitation {
    offer: Offer,
    /// How long it lives without activity.
    idle: Duration,
    age: Age,
    phase: Phase,
    /// Wrong tries, those that are being checked included.
    failures: u32,
    /// The next hello is answered no earlier than this.
    not_before: Moment,
    /// Helpers that gave a wrong code; at most [`limits::WRONG_CODES`], since each cost a try.
    banned: Vec<PeerKey>,
    runs: Vec<Underway>,
    next_run: u64,
}

enum Phase {
    /// Open to whoever knows the code; `seen` once somebody came.
    Open {
        seen: bool,
    },
    /// For this helper only.
    Bound {
        helper: PeerKey,
        question: Question,
        denials: u32,
        paused_until: Moment,
    },
    Expired,
    Burnt,
}

/// Where the bound helper stands.
#[derive(PartialEq, Eq)]
enum Question {
    /// The helper proved itself in this run and has not said `Ready`.
    Near(Run),
    /// The person is being asked.
    Put,
    /// The person answered, or the helper went away.
    Over,
}

struct Underway {
    run: Run,
    helper: PeerKey,
    ends: Moment,
    /// Its proof is counted and not yet judged: it does not end by time.
    checking: bool,
}

impl OpenInvitation {
    /// Opens an invitation made just now, which lives for `idle` without activity.
    #[must_use]
    pub fn new(offer: Offer, idle: Duration, now: Moment, wall: WallTime) -> Self {
        Self {
            offer,
            idle,
            age: Age::new(now, wall),
            phase: Phase::Open { seen: false },
            failures: 0,
            not_before: now,
            banned: Vec::new(),
            runs: Vec::new(),
            next_run: 0,
        }
    }

    /// The invitation and its code.
    #[must_use]
    pub const fn offer(&self) -> &Offer {
        &self.offer
    }

    /// What to tell the person; as of the last call that was given the time.
    #[must_use]
    pub const fn state(&self) -> State {
        match &self.phase {
            Phase::Open { seen: false } => State::Waiting,
            Phase::Open { seen: true } => State::Seen,
            Phase::Bound { question: Question::Over, .. } => State::Used,
            Phase::Bound { .. } => State::Answered,
            Phase::Expired => State::Expired,
            Phase::Burnt => State::Burnt,
        }
    }

    /// Wrong codes that may still be given.
    #[must_use]
    pub fn tries_left(&self) -> u32 {
        limits::WRONG_CODES.saturating_sub(self.judged_wrong())
    }

    /// How long it lives unless something happens; as of the last call that was given the time.
    #[must_use]
    pub fn left(&self) -> Duration {
        self.age.left(self.offer.invitation().lifetime(), self.idle)
    }

    /// When it ends unless something happens. Stays the same while nothing does and the clocks agree.
    #[must_use]
    pub fn ends(&self) -> Moment {
        self.age.moment_in(self.left())
    }

    /// A helper, whose key the transport proved, says hello. Admits the run or says why not.
    ///
    /// # Errors
    /// The refusal to send.
    pub fn hello(
        &mut self,
        helper: PeerKey,
        hello: &HelperHello,
        now: Moment,
        wall: WallTime,
    ) -> Result<Admission, Refusal> {
        self.advance(now, wall);
        self.admits(helper, now)?;
        let run = Run(self.next_run);
        let (pairing, answer) = host::answer(&self.offer, run, helper, hello)?;
        // Whoever comes a second time has lost the first run's link.
        self.runs.retain(|underway| underway.helper != helper || underway.checking);
        self.leave_question();
        if self.runs.len() >= limits::PAIRINGS_IN_FLIGHT {
            return Err(Refusal::Busy);
        }
        self.next_run += 1;
        let not_before = self.not_before.max(now);
        let ends = not_before + limits::PAIRING_TIME;
        self.runs.push(Underway { run, helper, ends, checking: false });
        self.age.touch();
        if let Phase::Open { seen } = &mut self.phase {
            *seen = true;
        }
        Ok(Admission { run, not_before, hello: answer, pairing })
    }

    /// Whether a run may still go on.
    ///
    /// # Errors
    /// The refusal to send: it took too long, or the invitation is over.
    pub fn standing(&self, run: Run) -> Result<(), Refusal> {
        if self.runs.iter().any(|underway| underway.run == run) {
            return Ok(());
        }
        Err(match &self.phase {
            Phase::Open { .. } => Refusal::Busy,
            Phase::Bound { .. } => self.taken(),
            Phase::Expired => Refusal::Expired,
            Phase::Burnt => Refusal::Burnt,
        })
    }

    /// Counts a try as failed, before its proof is looked at.
    ///
    /// # Errors
    /// The refusal to send; then nothing was counted.
    pub fn begin_check(
        &mut self,
        unchecked: Unchecked,
        now: Moment,
        wall: WallTime,
    ) -> Result<Counted, Refusal> {
        self.advance(now, wall);
        self.standing(unchecked.run())?;
        // The tries of all proofs under way might turn out wrong: no more of them than tries are left.
        if self.failures >= limits::WRONG_CODES {
            return Err(Refusal::Busy);
        }
        let underway = self.runs.iter_mut().find(|underway| underway.run == unchecked.run());
        underway.expect("a run in good standing is in the list").checking = true;
        self.failures += 1;
        Ok(Counted(unchecked))
    }

    /// Looks at a counted try.
    pub fn verdict(&mut self, counted: Counted, now: Moment) -> Verdict {
        let Counted(unchecked) = counted;
        let (run, helper) = (unchecked.run(), unchecked.helper());
        if let Err(refusal) = self.standing(run) {
            // Burnt, or another helper proved itself meanwhile: nobody looks, and nothing is learned.
            return Verdict::Refused(refusal);
        }
        let Some((pairing, reply)) = unchecked.check() else {
            return Verdict::Refused(self.wrong(run, helper, now));
        };
        self.prove(run, helper);
        Verdict::Proved { pairing, reply }
    }

    /// The helper's `Ready` came: the person is asked now.
    ///
    /// # Errors
    /// The refusal to send: it took too long.
    pub fn ready(&mut self, run: Run, now: Moment, wall: WallTime) -> Result<(), Refusal> {
        self.advance(now, wall);
        self.standing(run)?;
        let Phase::Bound { question, .. } = &mut self.phase else {
            return Err(Refusal::Busy);
        };
        if *question != Question::Near(run) {
            return Err(Refusal::Busy);
        }
        *question = Question::Put;
        self.runs.retain(|underway| underway.run != run);
        Ok(())
    }

    /// The question is over. After [`limits::REFUSALS`] Noes in a row the helper waits
    /// [`limits::REFUSAL_PAUSE`].
    pub fn question_over(&mut self, end: QuestionEnd, now: Moment) {
        let Phase::Bound { question: question @ Question::Put, denials, paused_until, .. } = &mut self.phase
        else {
            return;
        };
        *question = Question::Over;
        match end {
            QuestionEnd::Allowed => *denials = 0,
            QuestionEnd::Denied => *denials += 1,
            QuestionEnd::Withdrawn => {}
        }
        if *denials >= limits::REFUSALS {
            *denials = 0;
            *paused_until = now + limits::REFUSAL_PAUSE;
        }
    }

    /// The host's person wants to let the helper come again before the pause is over.
    pub fn let_again(&mut self, now: Moment) {
        if let Phase::Bound { denials, paused_until, .. } = &mut self.phase {
            *denials = 0;
            *paused_until = now;
        }
    }

    /// A run's link is gone, or the helper broke the protocol. Costs nothing, unless its proof is being checked.
    pub fn aborted(&mut self, run: Run) {
        self.runs.retain(|underway| underway.run != run || underway.checking);
        self.leave_question();
    }

    /// The host's person is busy with the invitation: it lives on.
    pub fn touch(&mut self, now: Moment, wall: WallTime) {
        self.advance(now, wall);
        self.age.touch();
    }

    /// The host's person ends it. A question that is open is the session's to end.
    pub fn expire(&mut self) {
        if !matches!(self.phase, Phase::Burnt) {
            self.end(Phase::Expired);
        }
    }

    /// Lets time pass: runs end, and perhaps the invitation.
    pub fn advance(&mut self, now: Moment, wall: WallTime) {
        self.age.advance(now, wall);
        self.runs.retain(|underway| underway.checking || now < underway.ends);
        self.leave_question();
        if matches!(self.phase, Phase::Open { .. }) && self.left().is_zero() && self.runs.is_empty() {
            self.end(Phase::Expired);
        }
    }

    /// When to call [`OpenInvitation::advance`] at the latest. A suspended computer or a wall clock set forward
    /// may end the invitation earlier; that is noticed at the next call of any kind.
    #[must_use]
    pub fn deadline(&self) -> Option<Moment> {
        let run = self.runs.iter().filter(|underway| !underway.checking).map(|underway| underway.ends).min();
        let is_open = matches!(self.phase, Phase::Open { .. });
        // An invitation whose time is over only waits for its last runs.
        let end = (is_open && (self.runs.is_empty() || !self.is_over())).then(|| self.ends());
        run.into_iter().chain(end).min()
    }

    fn admits(&self, helper: PeerKey, now: Moment) -> Result<(), Refusal> {
        match &self.phase {
            Phase::Expired => return Err(Refusal::Expired),
            Phase::Burnt => return Err(Refusal::Burnt),
            Phase::Bound { helper: bound, .. } if *bound != helper => return Err(self.taken()),
            Phase::Bound { question: Question::Put, .. } => return Err(Refusal::Busy),
            Phase::Bound { paused_until, .. } if now < *paused_until => return Err(Refusal::Busy),
            Phase::Bound { .. } | Phase::Open { .. } => {}
        }
        if self.left().is_zero() {
            return Err(Refusal::Expired);
        }
        if self.banned.contains(&helper) {
            return Err(Refusal::Banned);
        }
        Ok(())
    }

    /// What all but the bound helper are told.
    fn taken(&self) -> Refusal {
        if self.state() == State::Answered { Refusal::Busy } else { Refusal::Used }
    }

    fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    fn judged_wrong(&self) -> u32 {
        let checking = self.runs.iter().filter(|underway| underway.checking).count();
        self.failures.saturating_sub(u32::try_from(checking).unwrap_or(u32::MAX))
    }

    fn wrong(&mut self, run: Run, helper: PeerKey, now: Moment) -> Refusal {
        self.runs.retain(|underway| underway.run != run);
        self.leave_question();
        self.banned.push(helper);
        let failures = usize::try_from(self.failures).unwrap_or(usize::MAX);
        let delay = limits::PAIRING_DELAYS[failures.min(limits::PAIRING_DELAYS.len() - 1)];
        self.not_before = self.not_before.max(now + delay);
        if self.tries_left() == 0 {
            self.end(Phase::Burnt);
        }
        Refusal::Wrong { left: self.tries_left() }
    }

    fn prove(&mut self, run: Run, helper: PeerKey) {
        // All other tries end unseen, so theirs are given back with this one.
        self.failures = self.judged_wrong();
        self.runs.retain(|underway| underway.run == run);
        self.runs.iter_mut().for_each(|underway| underway.checking = false);
        let question = Question::Near(run);
        match &mut self.phase {
            Phase::Bound { question: old, .. } => *old = question,
            phase => {
                *phase = Phase::Bound { helper, question, denials: 0, paused_until: Moment::START };
            }
        }
    }

    /// If the bound helper's run is gone before it was ready, there is no question.
    fn leave_question(&mut self) {
        if let Phase::Bound { question, .. } = &mut self.phase
            && let Question::Near(run) = *question
            && !self.runs.iter().any(|underway| underway.run == run)
        {
            *question = Question::Over;
        }
    }

    fn end(&mut self, phase: Phase) {
        self.phase = phase;
        self.runs.clear();
    }
}
