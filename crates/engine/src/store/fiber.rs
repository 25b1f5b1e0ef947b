//! Fibers: how a guest's future is polled, when it must end, and how it runs to its end on the calling thread.
//!
//! ```text
//!          ┌ ready ───────────────────→ value or error
//!          │                           ┌ stopped, or past its deadline → the guest is unwound
//! poll ────┼ suspended ────────────────┤
//!          │                           ├ a host call → run here; poll again
//!          │                           └ yielded ────→ poll again: here (synchronous instances),
//!          │                                           or on an executor thread (asynchronous ones)
//! ```
//!
//! [`with_deadline`] ends a future in time; [`block_on`] polls one to its end.

use crate::error::{Error, Result};
use crate::func::{CoreFunction, Slot, Slots};
use crate::host::channel::{GuestMessage, HostChannel, HostMessage, HostRequest, StopReason};
use crate::host::{Caller, Host, HostCall, HostFailed, MemoryAccess};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use wasmtime::Memory;

/// The fuel of one time slice: 30 µs in a tight loop, half a millisecond of the most expensive instructions.
pub(crate) const TIME_SLICE_FUEL: u64 = 100_000;

/// The epochs of one time slice: about a millisecond.
pub(crate) const TIME_SLICE_EPOCHS: u64 = 1;

/// Runs `future` until it ends, is stopped, or yields after `deadline`; then it is dropped, which unwinds the guest.
///
/// The future is passed pinned: before its first poll it already has its full size, which every move would copy.
pub(crate) async fn with_deadline<F: Future>(
    mut future: Pin<&mut F>,
    deadline: Option<Instant>,
    channel: &HostChannel,
) -> Result<F::Output, StopReason> {
    let late = || {
        deadline
            .filter(|deadline| Instant::now() >= *deadline)
            .map(|_| StopReason::Deadline)
    };
    std::future::poll_fn(move |context| {
        if let Some(reason) = channel.stop_reason() {
            return Poll::Ready(Err(reason));
        }
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => match channel.stop_reason().or_else(late) {
                Some(reason) => Poll::Ready(Err(reason)),
                None => Poll::Pending,
            },
        }
    })
    .await
}

/// Polls once, without a waker: the poller of a guest knows when to poll it again.
pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Runs `future` to its end on the calling thread while `host` answers the guest's host calls.
pub(crate) fn block_on<F: Future>(
    future: F,
    channel: &HostChannel,
    host: Option<&dyn Host>,
) -> F::Output {
    let mut call = BlockingCall {
        future: pin!(future),
        channel,
        host,
        output: None,
    };
    loop {
        if let Some(output) = call.output.take() {
            return output;
        }
        call.step();
    }
}

/// A call being polled to its end, and the guest as its host functions see it.
struct BlockingCall<'a, F: Future> {
    future: Pin<&'a mut F>,
    channel: &'a HostChannel,
    host: Option<&'a dyn Host>,
    /// Set once the future has ended, which may happen while a host function calls the guest back.
    output: Option<F::Output>,
}

impl<F: Future> BlockingCall<'_, F> {
    /// Polls once and runs a host call; returns any other message of the guest.
    fn step(&mut self) -> Option<GuestMessage> {
        match poll(self.future.as_mut()) {
            Poll::Ready(output) => self.output = Some(output),
            Poll::Pending => match self.channel.take() {
                Some(GuestMessage::Call(request)) => self.serve(request),
                message => return message,
            },
        }
        None
    }

    fn serve(&mut self, mut request: HostRequest) {
        let served = self.host.ok_or(HostFailed).and_then(|host| {
            host.call(HostCall {
                import: request.import,
                payload: request.payload.as_mut(),
                caller: self,
            })
        });
        // If the call has ended, no guest reads the answer.
        if self.output.is_none() {
            self.channel.send(match served {
                Ok(()) => HostMessage::Results(request.payload),
                Err(_) => HostMessage::Failed,
            });
        }
    }

    /// Sends `message` to the guest that waits for a host function, and returns what it replies.
    fn ask(&mut self, message: HostMessage) -> Result<GuestMessage> {
        if self.output.is_some() {
            return Err(call_ended());
        }
        self.channel.send(message);
        loop {
            let reply = self.step();
            if self.output.is_some() {
                return Err(call_ended());
            }
            if let Some(reply) = reply {
                return Ok(reply);
            }
        }
    }
}

/// The error of a host function that uses its guest after the call has ended.
pub(crate) fn call_ended() -> Error {
    Error::Poisoned {
        reason: "the call that this host function serves has been stopped".to_owned(),
    }
}

impl<F: Future> Caller for BlockingCall<'_, F> {
    fn call(&mut self, function: &CoreFunction, slots: &mut [Slot]) -> Result<()> {
        let message = HostMessage::CallBack(function.clone(), Slots::from_slice(slots));
        let results = self.ask(message)?.returned()?;
        for (slot, result) in slots.iter_mut().zip(results) {
            *slot = result;
        }
        Ok(())
    }

    fn access(&mut self, memory: Memory, access: MemoryAccess) -> Result<Vec<u8>> {
        self.ask(HostMessage::Access(memory, access))?.accessed()
    }

    fn byte_length(&mut self, memory: Memory) -> Result<usize> {
        self.ask(HostMessage::ByteLength(memory))?.byte_length()
    }
}
