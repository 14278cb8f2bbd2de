//! What the helper asks for, what the host's person answers, and what is taken back.

use super::super::Party;
use super::super::grants::Grants;
use super::{Do, HostSession, Phase, Question, Refusals, Show};
use crate::limits;
use crate::time::Moment;
use crate::wire::control::{Denied, Grant, Granted, Reason, ToHelper};

/// A question that stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) question: Question,
    allow_from: Moment,
}

impl HostSession {
    /// Opens a question, unless one stands already or the answer is clear without.
    pub(super) fn request(&mut self, what: Grant, now: Moment) {
        let Phase::Open { grants, question, granting, .. } = &self.phase else { return };
        let under_way = question.is_some_and(|asked| asked.question.what == what)
            || (*granting && what == Grant::Control);
        if under_way || grants.has(what) {
            return;
        }
        if let Some(reason) = self.cannot_ask(*grants, question.is_some(), what, now) {
            self.send(ToHelper::Refused(Denied { what, reason }));
            return;
        }
        self.send(ToHelper::Asking(what));
        self.ask(what, false, now);
    }

    /// Asks once more, from the beginning, as the question of that id was spoilt. For the helper it is the same one.
    pub(super) fn ask_again(&mut self, id: u32, now: Moment) {
        let Phase::Open { question, .. } = &mut self.phase else { return };
        if let Some(asked) = question.take_if(|asked| asked.question.id == id) {
            self.show(Show::Withdraw(id));
            self.ask(asked.question.what, true, now);
        }
    }

    fn ask(&mut self, what: Grant, again: bool, now: Moment) {
        let wait = if what == Grant::Control { limits::ALLOW_WAIT_CONTROL } else { limits::ALLOW_WAIT };
        let question = Question { id: self.next_question, what, wait, again };
        self.next_question += 1;
        if let Phase::Open { question: place, .. } = &mut self.phase {
            *place = Some(Asked { question, allow_from: now + wait });
        }
        self.holds.question = true;
        self.show(Show::Ask(question));
    }

    /// Control needs hands that can be taken back and a bar that says so.
    fn can_control(&self) -> bool {
        self.bar_shown && self.can_lend
    }

    /// Whether this was offered, and this computer can do it. There is nothing to do on a screen that is not seen.
    fn can_grant(&self, what: Grant, grants: Grants) -> bool {
        let offered = grants.has(Grant::View) && self.offers == Grant::Control;
        match what {
            Grant::View => true,
            Grant::Point => offered && self.can_mark,
            Grant::Control => offered && self.can_control(),
            _ => false,
        }
    }

    fn cannot_ask(&self, grants: Grants, question_open: bool, what: Grant, now: Moment) -> Option<Reason> {
        if question_open {
            Some(Reason::Question)
        } else if self.refusals.pausing(now) {
            Some(Reason::TooOften)
        } else if !self.can_grant(what, grants) {
            Some(Reason::Unable)
        } else {
            None
        }
    }

    pub(super) fn answer(&mut self, id: u32, allow: bool, now: Moment) {
        let Phase::Open { question: place, .. } = &mut self.phase else { return };
        let Some(asked) = place.filter(|asked| asked.question.id == id) else { return };
        if allow && now < asked.allow_from {
            self.show(Show::TooEarly(id));
            return;
        }
        *place = None;
        self.holds.question_over();
        self.show(Show::Withdraw(id));
        let what = asked.question.what;
        if !allow {
            self.refusals.refused(now);
            self.send(ToHelper::Refused(Denied { what, reason: Reason::Person }));
            self.show(Show::Revoked { what, by: Party::Host, reason: Reason::Person });
        } else if what == Grant::Control && !self.can_control() {
            // The bar went away while the question stood.
            self.send(ToHelper::Refused(Denied { what, reason: Reason::Unable }));
            self.show(Show::Revoked { what, by: Party::Program, reason: Reason::Unable });
        } else {
            self.refusals = Refusals::default();
            if what == Grant::Control {
                if let Phase::Open { granting, .. } = &mut self.phase {
                    *granting = true;
                }
                self.grant_control(now);
            } else {
                self.grant(what, now);
            }
        }
    }

    /// Grants the control that was allowed, unless the question's window still stands.
    pub(super) fn grant_control(&mut self, now: Moment) {
        let Phase::Open { granting, .. } = &mut self.phase else { return };
        if *granting && !self.holds.asks() {
            *granting = false;
            self.grant(Grant::Control, now);
        }
    }

    fn grant(&mut self, what: Grant, now: Moment) {
        let Phase::Open { grants, control_until, .. } = &mut self.phase else { return };
        grants.add(what);
        if what == Grant::Control {
            *control_until = Some(now + limits::CONTROL_TIME);
            self.generation += 1;
            self.act_out(Do::OpenGate(self.generation));
        }
        if what == Grant::View {
            self.send(ToHelper::Monitors(self.monitors.clone()));
            self.act_out(Do::StartScreen);
        }
        self.send(ToHelper::Granted(Granted { what, generation: self.generation }));
        self.show(Show::Granted(what));
    }

    /// Takes a grant back, if it stands, and withdraws a question for it. By the host's hand that is a No to it.
    pub(super) fn revoke(&mut self, what: Grant, by: Party, reason: Reason, now: Moment) {
        let Phase::Open { grants, question, granting, control_until } = &mut self.phase else { return };
        let broken_off = what == Grant::Control && std::mem::take(granting);
        let withdrawn = question.take_if(|asked| asked.question.what == what);
        let stood = grants.has(what);
        grants.remove(what);
        if what == Grant::Control {
            *control_until = None;
        }
        if let Some(asked) = withdrawn {
            self.holds.question_over();
            self.show(Show::Withdraw(asked.question.id));
            if by == Party::Host {
                self.refusals.refused(now);
            }
        }
        if stood && what == Grant::Control {
            self.act_out(Do::CloseGate);
            self.act_out(Do::ReleaseAll);
        }
        if stood || broken_off || withdrawn.is_some() {
            let denied = Denied { what, reason };
            self.send(if stood { ToHelper::Revoked(denied) } else { ToHelper::Refused(denied) });
            self.show(Show::Revoked { what, by, reason });
        }
    }
}
