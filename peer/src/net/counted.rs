//! Streams whose bytes are counted: a node lets a circuit carry so many and then ends it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use futures::{AsyncRead, AsyncWrite};
use libp2p::swarm::Stream;
use tokio::sync::Notify;

/// Counts what passes on a connection, up to a mark at which somebody wants to know.
#[derive(Debug)]
pub(super) struct Meter {
    passed: AtomicU64,
    mark: u64,
    reached: Notify,
}

impl Meter {
    /// Counts up to so many bytes, both ways together; nobody wants to know otherwise.
    pub(super) fn new(mark: Option<u64>) -> Arc<Self> {
        Arc::new(Self { passed: AtomicU64::new(0), mark: mark.unwrap_or(u64::MAX), reached: Notify::new() })
    }

    /// Waits until as many have passed. For one to wait.
    pub(super) async fn reached(&self) {
        self.reached.notified().await;
    }

    fn pass(&self, bytes: usize) {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let before = self.passed.fetch_add(bytes, Ordering::Relaxed);
        if before < self.mark && before.saturating_add(bytes) >= self.mark {
            self.reached.notify_one();
        }
    }
}

/// A stream, and where it is counted.
#[derive(Debug)]
pub(super) struct Counted {
    stream: Stream,
    meter: Arc<Meter>,
}

impl Counted {
    pub(super) fn new(stream: Stream, meter: Arc<Meter>) -> Self {
        Self { stream, meter }
    }
}

impl AsyncRead for Counted {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let count = ready!(Pin::new(&mut this.stream).poll_read(cx, bytes))?;
        this.meter.pass(count);
        Poll::Ready(Ok(count))
    }
}

impl AsyncWrite for Counted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let count = ready!(Pin::new(&mut this.stream).poll_write(cx, bytes))?;
        this.meter.pass(count);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_close(cx)
    }
}
