//! Streams that are read no faster than so many bytes a second.
//!
//! libp2p's relay bounds the bytes and the time of a circuit, not how many bytes in how much time. Its circuits are
//! copied between two streams, so a stream that gives no more than its rate bounds the circuit, each way by itself: what
//! the source sends too fast fills its own window and waits there. All streams of the node are metered alike, since
//! only circuits carry more than a few hundred bytes; a stream that has been quiet may catch up on a second's worth.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::{AsyncRead, AsyncWrite};
use libp2p::core::muxing::{StreamMuxer, StreamMuxerEvent};
use tokio::time::{Instant, Sleep, sleep_until};

/// Bytes a second that may change while streams are open.
#[derive(Debug, Clone)]
pub struct Rate(Arc<AtomicU64>);

impl Rate {
    /// So many bytes a second.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        Self(Arc::new(AtomicU64::new(bytes)))
    }

    /// So many from now on, for streams that are open as well.
    pub fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }

    /// How long `bytes` take.
    fn time_of(&self, bytes: usize) -> Duration {
        let a_second = u128::from(self.0.load(Ordering::Relaxed).max(1));
        let nanos = bytes as u128 * 1_000_000_000 / a_second;
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// A connection whose streams are metered.
#[derive(Debug)]
pub(super) struct Metered<M> {
    inner: M,
    rate: Rate,
}

impl<M> Metered<M> {
    pub(super) fn new(inner: M, rate: Rate) -> Self {
        Self { inner, rate }
    }
}

impl<M: StreamMuxer + Unpin> Metered<M> {
    fn inner(self: Pin<&mut Self>) -> Pin<&mut M> {
        Pin::new(&mut self.get_mut().inner)
    }
}

impl<M: StreamMuxer<Substream: Unpin> + Unpin> StreamMuxer for Metered<M> {
    type Substream = Stream<M::Substream>;
    type Error = M::Error;

    fn poll_inbound(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Self::Substream, Self::Error>> {
        let rate = self.rate.clone();
        self.inner().poll_inbound(cx).map_ok(|stream| Stream::new(stream, rate))
    }

    fn poll_outbound(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Self::Substream, Self::Error>> {
        let rate = self.rate.clone();
        self.inner().poll_outbound(cx).map_ok(|stream| Stream::new(stream, rate))
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner().poll_close(cx)
    }

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<StreamMuxerEvent, Self::Error>> {
        self.inner().poll(cx)
    }
}

/// A metered stream.
#[derive(Debug)]
pub(super) struct Stream<S> {
    inner: S,
    rate: Rate,
    /// When all that was read will have had its time.
    paid_at: Instant,
    /// There while the stream is ahead of its rate.
    wait: Option<Pin<Box<Sleep>>>,
}

impl<S> Stream<S> {
    /// How far a stream may be ahead of its rate.
    const AHEAD: Duration = Duration::from_secs(1);

    fn new(inner: S, rate: Rate) -> Self {
        Self { inner, rate, paid_at: Instant::now(), wait: None }
    }

    /// Waits until the stream is not too far ahead.
    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let ahead = self.paid_at.saturating_duration_since(Instant::now());
        if ahead > Self::AHEAD {
            let due = self.paid_at - Self::AHEAD;
            let wait = self.wait.get_or_insert_with(|| Box::pin(sleep_until(due)));
            ready!(wait.as_mut().poll(cx));
        }
        self.wait = None;
        Poll::Ready(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stream<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_due(cx));
        let count = ready!(Pin::new(&mut this.inner).poll_read(cx, bytes))?;
        this.paid_at = this.paid_at.max(Instant::now()) + this.rate.time_of(count);
        Poll::Ready(Ok(count))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stream<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_close(cx)
    }
}
