//! A host with one open invitation, its clocks, and helpers that come by.

use core::time::Duration;

use entraide_common::ids::{PeerKey, Plate};
use entraide_common::invitation::Invitation;
use entraide_common::invitation::code::{Code, Secret};
use entraide_common::invitation::offer::Offer;
use entraide_common::invitation::open::{Admission, OpenInvitation, QuestionEnd, Verdict};
use entraide_common::invitation::pairing::host::{AwaitReady, Unchecked};
use entraide_common::invitation::pairing::{Answer, Paired, helper as helping};
use entraide_common::limits;
use entraide_common::time::{Moment, WallTime};
use entraide_common::wire::pair::{HelperHello, HostProof, Pair, Refusal, Way};

use crate::invitation::people::{Constant, Dice, host_key, invitation, peer};

pub(super) struct House {
    pub(super) open: OpenInvitation,
    pub(super) now: Moment,
    pub(super) wall: WallTime,
    pub(super) dice: Dice,
}

/// How a run ended: both sides' results, or what the helper was told.
pub(super) enum Outcome {
    Paired(Box<Paired>, Box<Paired>),
    Refused(Refusal),
}

fn code_of(secret: u8) -> Code {
    Code::new(Plate::new(42).expect("a plate"), Secret::draw(&mut Constant(secret)))
}

/// The code that the host reads aloud.
pub(super) fn code() -> Code {
    code_of(7)
}

/// Another code for the same plate.
pub(super) fn wrong_code() -> Code {
    code_of(8)
}

impl House {
    pub(super) fn new() -> Self {
        Self::with_seed(3)
    }

    pub(super) fn with_seed(seed: u64) -> Self {
        Self::with(invitation(), code(), seed)
    }

    pub(super) fn with(invitation: Invitation, code: Code, seed: u64) -> Self {
        Self::idle_for(limits::CODE_IDLE, invitation, code, seed)
    }

    /// A host whose code lives for `idle` without activity.
    pub(super) fn idle_for(idle: Duration, invitation: Invitation, code: Code, seed: u64) -> Self {
        let wall = invitation.issued;
        let offer = Offer::new(invitation, code, &host_key()).expect("within its bounds");
        let now = Moment::new(Duration::from_secs(1_000));
        Self { open: OpenInvitation::new(offer, idle, now, wall), now, wall, dice: Dice::new(seed) }
    }

    pub(super) fn key(&self) -> PeerKey {
        self.open.offer().invitation().host
    }

    /// Both clocks go on.
    pub(super) fn wait(&mut self, time: Duration) {
        self.now = self.now + time;
        self.wall = self.wall.after(time);
        self.open.advance(self.now, self.wall);
    }

    pub(super) fn hello(&mut self, helper: PeerKey, hello: &HelperHello) -> Result<Admission, Refusal> {
        self.open.hello(helper, hello, self.now, self.wall)
    }

    /// A hello for the right plate.
    pub(super) fn knock(&mut self, helper: PeerKey) -> Result<Admission, Refusal> {
        let hello =
            HelperHello { way: Way::Code(code().plate()), versions: vec![1], capabilities: Vec::new() };
        self.hello(helper, &hello)
    }

    /// Counts the try and looks at it.
    pub(super) fn judge(&mut self, unchecked: Unchecked) -> Result<(AwaitReady, Pair), Refusal> {
        let counted = self.open.begin_check(unchecked, self.now, self.wall)?;
        match self.open.verdict(counted, self.now) {
            Verdict::Proved { pairing, reply } => Ok((pairing, reply)),
            Verdict::Refused(refusal) => Err(refusal),
        }
    }

    /// A helper who types `code`, from hello to ready.
    pub(super) fn run(&mut self, helper: PeerKey, code: Code) -> Outcome {
        self.run_through(helper, code, &mut Vec::new(), &mut Vec::new())
    }

    /// The same, with what the helper heard.
    pub(super) fn run_recorded(&mut self, helper: PeerKey, code: Code) -> (Outcome, Vec<Pair>) {
        let mut heard = Vec::new();
        (self.run_through(helper, code, &mut Vec::new(), &mut heard), heard)
    }

    /// The same, with what the helper said.
    pub(super) fn run_saying(&mut self, helper: PeerKey, code: Code, said: &mut Vec<Pair>) -> Outcome {
        self.run_through(helper, code, said, &mut Vec::new())
    }

    fn run_through(
        &mut self,
        helper: PeerKey,
        code: Code,
        said: &mut Vec<Pair>,
        heard: &mut Vec<Pair>,
    ) -> Outcome {
        let mut dice = Dice::new(5);
        let (phase, hello) = helping::start(code, helper, self.key());
        said.push(hello.clone());
        let Pair::HelperHello(hello) = hello else { panic!("a helper begins with its hello") };
        let admission = match self.hello(helper, &hello) {
            Ok(admission) => admission,
            Err(refusal) => return Outcome::Refused(refusal),
        };
        heard.push(admission.hello.clone());
        let Ok(Answer::Go((phase, share))) = phase.on(admission.hello, &mut dice) else { panic!("no share") };
        said.push(share.clone());
        let (host, share) = admission.pairing.on(share, &mut self.dice).expect("an honest share");
        heard.push(share.clone());
        let Ok(Answer::Go((phase, proof))) = phase.on(share) else { panic!("no proof") };
        said.push(proof.clone());
        let (host, reply) = match self.judge(host.on(proof).expect("in turn")) {
            Ok(proved) => proved,
            Err(refusal) => {
                heard.push(Pair::Refused(refusal));
                let told = phase.on(Pair::Refused(refusal));
                assert!(matches!(told, Ok(Answer::Refused(same)) if same == refusal));
                return Outcome::Refused(refusal);
            }
        };
        heard.push(reply.clone());
        let Ok(Answer::Go(invited)) = phase.on(reply) else { panic!("not invited") };
        let (helping, ready) = invited.ready("Benoît");
        said.push(ready.clone());
        let hosting = host.on(ready).expect("in turn");
        self.open.ready(admission.run, self.now, self.wall).expect("in time");
        Outcome::Paired(Box::new(hosting), Box::new(helping))
    }

    /// A run up to the host's proof, which the helper has not seen.
    pub(super) fn up_to_host_proof(
        &mut self,
        helper: PeerKey,
        code: Code,
    ) -> (helping::AwaitProof, HostProof) {
        let (phase, hello) = helping::start(code, helper, self.key());
        let Pair::HelperHello(hello) = hello else { panic!("a helper begins with its hello") };
        let admission = self.hello(helper, &hello).expect("open");
        let Ok(Answer::Go((phase, share))) = phase.on(admission.hello, &mut Dice::new(5)) else {
            panic!("no share")
        };
        let (host, share) = admission.pairing.on(share, &mut self.dice).expect("an honest share");
        let Ok(Answer::Go((phase, proof))) = phase.on(share) else { panic!("no proof") };
        let (_, reply) = self.judge(host.on(proof).expect("in turn")).expect("the right code");
        let Pair::HostProof(proof) = reply else { panic!("a host answers with its proof") };
        (phase, proof)
    }

    /// A helper's words from an earlier run, said again. Gives the refusal they meet with.
    pub(super) fn replay(&mut self, helper: PeerKey, said: &[Pair]) -> Refusal {
        let [Pair::HelperHello(hello), share, proof, ..] = said else { panic!("a whole run") };
        let admission = self.hello(helper, hello).expect("open");
        let (host, _) = admission.pairing.on(share.clone(), &mut self.dice).expect("an honest share");
        let unchecked = host.on(proof.clone()).expect("in turn");
        self.judge(unchecked).err().expect("a recorded proof fits no new share")
    }

    /// A run up to a proof that nobody has looked at.
    pub(super) fn up_to_helper_proof(&mut self, helper: PeerKey, code: Code) -> Result<Unchecked, Refusal> {
        let (phase, hello) = helping::start(code, helper, self.key());
        let Pair::HelperHello(hello) = hello else { panic!("a helper begins with its hello") };
        let admission = self.hello(helper, &hello)?;
        let Ok(Answer::Go((phase, share))) = phase.on(admission.hello, &mut Dice::new(5)) else {
            panic!("no share")
        };
        let (host, share) = admission.pairing.on(share, &mut self.dice).expect("an honest share");
        let Ok(Answer::Go((_, proof))) = phase.on(share) else { panic!("no proof") };
        Ok(host.on(proof).expect("in turn"))
    }

    /// The person says no.
    pub(super) fn answer_no(&mut self) {
        self.open.question_over(QuestionEnd::Denied, self.now);
    }
}

/// Encodings that must not pass as shares: all points of low order, in every encoding that decoders accept; a
/// good point moved out of the prime-order group; bytes that are no point.
pub(super) fn bad_elements() -> Vec<[u8; 32]> {
    let constant = |byte: u8, last: u8| {
        let mut element = [byte; 32];
        element[31] = last;
        element
    };
    let with_first = |first: u8, mut element: [u8; 32]| {
        element[0] = first;
        element
    };
    let order_eight = [
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];
    let mut elements = vec![
        with_first(1, [0; 32]),
        with_first(1, constant(0, 0x80)),
        [0; 32],
        constant(0, 0x80),
        with_first(0xec, constant(0xff, 0x7f)),
        with_first(0xec, constant(0xff, 0xff)),
        with_first(0xed, constant(0xff, 0x7f)),
        with_first(0xed, constant(0xff, 0xff)),
        with_first(0xee, constant(0xff, 0x7f)),
        with_first(0xee, constant(0xff, 0xff)),
        with_first(2, [0; 32]),
        moved_out_of_the_group(good_element()),
    ];
    elements.extend(order_eight.iter().map(|text| from_hex(text)));
    elements
}

fn good_element() -> [u8; 32] {
    let (phase, _) = helping::start(code(), crate::invitation::people::helper(1), peer(&host_key()));
    let hello = entraide_common::wire::pair::HostHello {
        invitation: invitation().id,
        version: 1,
        capabilities: Vec::new(),
    };
    match phase.on(Pair::HostHello(hello), &mut Dice::new(5)) {
        Ok(Answer::Go((_, Pair::Share(share)))) => share.element,
        _ => panic!("no share"),
    }
}

/// (x, y) + (0, -1) = (-x, -y): the point plus the one of order two.
fn moved_out_of_the_group(element: [u8; 32]) -> [u8; 32] {
    let mut prime = [0xff_u8; 32];
    (prime[0], prime[31]) = (0xed, 0x7f);
    let mut y = element;
    y[31] &= 0x7f;
    let mut negated = [0; 32];
    let mut borrow = 0;
    for place in 0..32 {
        let difference = i32::from(prime[place]) - i32::from(y[place]) - borrow;
        borrow = i32::from(difference < 0);
        negated[place] = u8::try_from(difference.rem_euclid(256)).expect("a byte");
    }
    negated[31] |= (element[31] & 0x80) ^ 0x80;
    negated
}

pub(super) fn from_hex<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).expect("hexadecimal digits");
    }
    bytes
}
