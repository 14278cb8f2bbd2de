//! Both sides talk on every lane while the path changes under them, and count what arrives.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use entraide::net::{HelperLink, HostLink, LaneReceiver, LaneSender};
use entraide_common::wire::Message;
use entraide_common::wire::control::{Chat, ToHelper, ToHost};
use entraide_common::wire::cursor::{Cursor, Position};
use entraide_common::wire::input::{Act, Event, Input};
use entraide_common::wire::screen::{Drawn, Frame, Screen, ScreenAck};
use futures::FutureExt;

/// Messages that each lane still carries once the path has changed.
const AFTERWARDS: u64 = 200;
/// Bytes of a frame: several of libp2p's windows and packets.
const FRAME: usize = 300_000;

fn frame(n: u64) -> Screen {
    let payload = vec![n.to_le_bytes()[0]; FRAME];
    Screen::Frame(Frame { generation: 0, sequence: n, captured_us: n, payload })
}

fn ack(n: u64) -> ScreenAck {
    ScreenAck::Drawn(Drawn { generation: 0, sequence: n })
}

fn cursor(n: u64) -> Cursor {
    let x = i32::try_from(n).expect("a small number");
    Cursor::Position(Position { x, y: 0, visible: true })
}

fn input(n: u64) -> Input {
    Input::Event(Event { generation: 0, act: Act::Text(n.to_string()) })
}

fn to_helper(n: u64) -> ToHelper {
    ToHelper::Chat(Chat { text: n.to_string() })
}

fn to_host(n: u64) -> ToHost {
    ToHost::Chat(Chat { text: n.to_string() })
}

/// Says 0, 1, 2 and so on until `last`, which may become smaller on the way.
async fn count<M: Message>(mut lane: LaneSender<M>, last: Arc<AtomicU64>, message: fn(u64) -> M) {
    let mut n = 0;
    while n < last.load(Ordering::SeqCst) {
        let sent = lane.send(&message(n)).await;
        // What is beyond the last may find the other side gone.
        assert!(sent.is_ok() || n >= last.load(Ordering::SeqCst), "the lane broke");
        n += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Hears 0, 1, 2 and so on, each once, until so many have come.
async fn hear<M: Message + PartialEq + std::fmt::Debug>(
    lane: &mut LaneReceiver<M>,
    many: u64,
    from: u64,
    message: fn(u64) -> M,
) {
    for n in from..from + many {
        let heard = lane.recv().await.expect("the lane holds");
        assert!(heard == message(n), "{n} was expected on {}", M::NAME);
    }
}

/// Screen frames until the path has changed and [`AFTERWARDS`] more; as many of everything else.
pub(super) async fn host_talks(link: HostLink) {
    let HostLink { control, mut requests, screen, mut acks, cursor: pointer, input: mut hands, .. } = link;
    let endless = Arc::new(AtomicU64::new(u64::MAX));
    let speaking = tokio::spawn(count(screen, endless.clone(), frame));
    let pointing = tokio::spawn(count(pointer, endless.clone(), cursor));
    let saying = tokio::spawn(count(control, endless.clone(), to_helper));
    // The helper's last acknowledgement says how many messages each lane carries in all.
    let mut heard = 0;
    while let Ok(ScreenAck::Drawn(drawn)) = acks.recv().await {
        if drawn.generation != 0 {
            assert_eq!(drawn.sequence, heard, "an acknowledgement was lost");
            break;
        }
        assert_eq!(drawn.sequence, heard, "acknowledgements out of order");
        heard += 1;
    }
    hear(&mut hands, heard, 0, input).await;
    hear(&mut requests, heard, 0, to_host).await;
    for lane in [speaking, pointing, saying] {
        lane.abort();
        // Cancelled, unless it panicked.
        assert!(lane.await.is_err_and(|error| error.is_cancelled()), "a lane broke");
    }
}

/// The mirror image; `direct` is done when the path is a direct one, which it is not at first.
pub(super) async fn helper_talks<E>(link: HelperLink, direct: impl Future<Output = Result<(), E>>) {
    let HelperLink {
        mut control,
        requests,
        mut screen,
        mut acks,
        cursor: mut pointer,
        input: hands,
        path,
        ..
    } = link;
    let last = Arc::new(AtomicU64::new(u64::MAX));
    let typing = tokio::spawn(count(hands, last.clone(), input));
    let asking = tokio::spawn(count(requests, last.clone(), to_host));
    let mut heard = 0;
    let one_more =
        async |screen: &mut _, pointer: &mut _, control: &mut _, acks: &mut LaneSender<ScreenAck>, n| {
            hear(screen, 1, n, frame).await;
            hear(pointer, 1, n, cursor).await;
            hear(control, 1, n, to_helper).await;
            acks.send(&ack(n)).await.expect("the lane holds");
        };
    let mut direct = std::pin::pin!(direct);
    loop {
        if let Some(changed) = direct.as_mut().now_or_never() {
            assert!(changed.is_ok(), "the driver ended");
            break;
        }
        one_more(&mut screen, &mut pointer, &mut control, &mut acks, heard).await;
        heard += 1;
    }
    for _ in 0..AFTERWARDS {
        one_more(&mut screen, &mut pointer, &mut control, &mut acks, heard).await;
        heard += 1;
    }
    assert!(path.borrow().is_direct());
    assert!(acks.epoch() > 0, "the lanes moved to it");
    // At least as many were typed as were heard, or will be: each lane counts on by itself.
    last.store(heard, Ordering::SeqCst);
    let sum = ScreenAck::Drawn(Drawn { generation: 1, sequence: heard });
    acks.send(&sum).await.expect("the lane holds");
    for lane in [typing, asking] {
        lane.await.expect("the lane holds");
    }
    // Kept until the host has heard everything.
    while control.recv().await.is_ok() {}
}
