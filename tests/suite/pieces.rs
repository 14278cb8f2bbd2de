//! Frames in pieces: out as the link has room, together again on the other side.

use std::cell::RefCell;
use std::convert::Infallible;
use std::time::Instant;

use entraide::media::pieces::{self, Freed, Joining, TooLong};
use entraide::media::stage::Stage;
use entraide_common::limits;
use entraide_common::wire::screen::{Frame, Piece, Screen};

fn frame(sequence: u64, bytes: usize) -> Frame {
    let payload = (0..bytes).map(|byte| ((byte * 31) >> 3) as u8).collect();
    Frame { generation: 1, sequence, captured_us: sequence, payload }
}

#[tokio::test]
async fn a_frame_comes_together_as_it_was_and_goes_out_only_as_it_is_acknowledged() {
    let (stage, freed) = (Stage::default(), Freed::default());
    let other_side = RefCell::new((Joining::default(), Vec::new(), 0));
    let mut taken = 0;
    for (sequence, bytes) in [(0, 100_000), (1, 1), (2, 0), (3, 40_000)] {
        let sent = frame(sequence, bytes);
        stage.encoded(1, sequence, bytes, Instant::now());
        let write = async |message: Screen| {
            let (joining, whole, messages) = &mut *other_side.borrow_mut();
            whole.extend(joining.take(message).expect("not too long"));
            *messages += 1;
            Ok::<(), Infallible>(())
        };
        let hear = async {
            loop {
                tokio::task::yield_now().await;
                taken += other_side.borrow_mut().0.taken();
                stage.taken(taken, Instant::now());
                freed.tell();
            }
        };
        tokio::select! {
            written = pieces::send(Screen::Frame(sent.clone()), &stage, &freed, write) => written.expect("it is infallible"),
            () = hear => {}
        }
        let (joining, whole, _) = &mut *other_side.borrow_mut();
        assert_eq!(whole.pop(), Some(Screen::Frame(sent)));
        taken += joining.taken();
        stage.taken(taken, Instant::now());
    }
    let (_, whole, messages) = other_side.into_inner();
    assert_eq!((taken, whole.len()), (140_001, 0));
    assert!(messages > 8, "large frames went out at once, in {messages} messages");
}

#[test]
fn more_than_a_frame_can_be_is_refused_before_it_is_kept() {
    let mut joining = Joining::default();
    let piece = || Screen::Piece(Piece { payload: vec![0; limits::FRAME_BYTES / 2] });
    assert_eq!(joining.take(piece()), Ok(None));
    assert_eq!(joining.take(piece()), Ok(None));
    assert_eq!(joining.take(Screen::Frame(frame(0, 1))), Err(TooLong(limits::FRAME_BYTES)));
    assert_eq!(joining.take(Screen::Piece(Piece { payload: vec![0] })), Err(TooLong(limits::FRAME_BYTES)));
    assert_eq!(joining.taken(), limits::FRAME_BYTES as u64, "what was refused does not count");
    // A frame that ends there is as long as it may be.
    let whole = joining.take(Screen::Frame(frame(0, 0)));
    let is_whole =
        |whole| matches!(whole, Screen::Frame(frame) if frame.payload.len() == limits::FRAME_BYTES);
    assert!(whole.is_ok_and(|whole| whole.is_some_and(is_whole)));
}
