//! Polls a guest's future: the one place where a guest that runs in slices is resumed.
//!
//! ```text
//!          ┌ ready ─────────────────→ value or error
//!          │                           ┌ stopped, or its deadline passed → the guest is unwound
//! poll ────┼ suspended ─────────────────┤
//!          │                           ├ a host function wanted → it is served here; poll again
//!          │                           └ slice used up ─────────→ poll again: here (synchronous instances),
//!          │                                                      or where its step comes (`Task`, `Executor`)
//! ```
//!
//! A [`with_deadline`] future knows when it must end; [`block_on`] polls one to its end where it stands.

use crate::error::{Error, Result};
use crate::func::{CoreFunction, Slot, Slots};
use crate::host::channel::{Answer, HostChannel, HostRequest, Request, StopReason};
use crate::host::{Access, CallingGuest, Host, HostCall, HostFailed};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Instant;
use wasmtime::Memory;

/// Fuel between two looks at the clock: 30 µs in a tight loop, half a millisecond where each unit is dear.
pub(crate) const TIME_SLICE_FUEL: u64 = 100_000;

/// Epochs between two looks at what else there is to do: a millisecond or so.
pub(crate) const TIME_SLICE_EPOCHS: u64 = 1;

/// Runs `future` to its end, or until it is stopped, or suspended after `deadline`: then it is dropped, which unwinds the
/// guest.
///
/// It is passed pinned: futures that have not begun are as large as they will ever be, and each move would copy all of one.
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
        if let Some(stop) = channel.stopped() {
            return Poll::Ready(Err(stop));
        }
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => match channel.stopped().or_else(late) {
                Some(stop) => Poll::Ready(Err(stop)),
                None => Poll::Pending,
            },
        }
    })
    .await
}

/// Polls once. Nobody is woken: whoever drives a guest knows when to poll it again.
pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Runs `future` to its end on the calling thread, with `host` serving what the guest calls.
pub(crate) fn block_on<F: Future>(
    future: F,
    channel: &HostChannel,
    host: Option<&dyn Host>,
) -> F::Output {
    let mut call_async = BlockingCall {
        future: pin!(future),
        channel,
        host,
        output: None,
    };
    loop {
        if let Some(output) = call_async.output.take() {
            return output;
        }
        call_async.step();
    }
}

/// A future being polled, with whoever serves its guest; it is the guest's caller too, while a host function runs.
struct BlockingCall<'a, F: Future> {
    future: Pin<&'a mut F>,
    channel: &'a HostChannel,
    host: Option<&'a dyn Host>,
    /// What it came to, perhaps while a host function was calling back.
    output: Option<F::Output>,
}

impl<F: Future> BlockingCall<'_, F> {
    /// Polls once and serves what the guest asks for; gives what it tells.
    fn step(&mut self) -> Option<Request> {
        match poll(self.future.as_mut()) {
            Poll::Ready(output) => self.output = Some(output),
            Poll::Pending => match self.channel.take() {
                Some(Request::Call(request)) => self.serve(request),
                told => return told,
            },
        }
        None
    }

    fn serve(&mut self, mut request: HostRequest) {
        let served = self.host.ok_or(HostFailed).and_then(|host| {
            host.call(HostCall {
                import: request.import,
                ty: &request.ty,
                slots: &mut request.slots,
                guest: self,
            })
        });
        // Where the call ended meanwhile nobody waits for the answer.
        if self.output.is_none() {
            self.channel.answer(match served {
                Ok(()) => Answer::Results(request.slots),
                Err(_) => Answer::Failed,
            });
        }
    }

    /// Has the guest do something while it waits for a host function.
    fn ask(&mut self, answer: Answer) -> Result<Request> {
        if self.output.is_some() {
            return Err(ended());
        }
        self.channel.answer(answer);
        loop {
            let told = self.step();
            if self.output.is_some() {
                return Err(ended());
            }
            if let Some(told) = told {
                return Ok(told);
            }
        }
    }
}

/// The call ended while one of its host functions was still running, and called back.
pub(crate) fn ended() -> Error {
    Error::Poisoned {
        reason: "the call that this host function serves has been stopped".to_owned(),
    }
}

impl<F: Future> CallingGuest for BlockingCall<'_, F> {
    fn call(&mut self, function: &CoreFunction, slots: &mut [Slot]) -> Result<()> {
        let answer = Answer::Call(function.clone(), Slots::from_slice(slots));
        let results = self.ask(answer)?.called()?;
        for (slot, result) in slots.iter_mut().zip(results) {
            *slot = result;
        }
        Ok(())
    }

    fn access(&mut self, memory: Memory, access: Access) -> Result<Vec<u8>> {
        self.ask(Answer::Access(memory, access))?.accessed()
    }

    fn byte_length(&mut self, memory: Memory) -> Result<usize> {
        self.ask(Answer::Size(memory))?.size()
    }
}
