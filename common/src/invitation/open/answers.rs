//! What an open invitation says, and what it is told.

use crate::invitation::pairing::host::{AwaitReady, AwaitShare, Unchecked};
use crate::time::Moment;
use crate::wire::pair::{Pair, Refusal};

/// One run of the pairing with this invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run(pub(super) u64);

/// What the person is told about the invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Nobody has come yet.
    Waiting,
    /// Somebody was there, but nobody has proven to know the code.
    Seen,
    /// A helper has proven itself, and the host's person has not answered yet.
    Answered,
    /// A helper has proven itself and was answered; the invitation is for no one else.
    Used,
    /// Its time is over.
    Expired,
    /// Too many wrong codes.
    Burnt,
}

impl State {
    /// The name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Seen => "seen",
            Self::Answered => "answered",
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Burnt => "burnt",
        }
    }
}

/// A run that may go on.
#[must_use]
pub struct Admission {
    /// The run.
    pub run: Run,
    /// The host's hello is sent no earlier than this.
    pub not_before: Moment,
    /// The host's hello.
    pub hello: Pair,
    /// The phase that follows it.
    pub pairing: AwaitShare,
}

/// A try that is counted as failed until the verdict.
#[must_use]
pub struct Counted(pub(super) Unchecked);

/// What came of a try.
#[must_use]
pub enum Verdict {
    /// The helper knows the code: send `reply`, then wait for its `Ready`.
    Proved {
        /// The phase that follows.
        pairing: AwaitReady,
        /// The host's proof and the invitation.
        reply: Pair,
    },
    /// It does not, or it came too late: send this and close. The number of tries left is inside
    /// [`Refusal::Wrong`].
    Refused(Refusal),
}

/// How the question to the host's person ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuestionEnd {
    /// Yes.
    Allowed,
    /// No.
    Denied,
    /// The helper went away before an answer.
    Withdrawn,
}
