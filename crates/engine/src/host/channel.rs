//! The channel between a suspended guest and its poller: what the guest requests, what it is answered, and whether it
//! must stop.

use crate::error::{Error, Result};
use crate::func::{CoreFunction, Slots};
use crate::host::MemoryAccess;
use crate::host::payload::Payload;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;
use wasmtime::Memory;

/// A host call that waits for its answer.
#[derive(Debug)]
pub struct HostRequest {
    /// The index of the import, from 0, in the order of the binary.
    pub import: usize,
    /// The function's type with the arguments, and room for the results.
    pub payload: Payload,
    /// The deadline of the current call, if it has one.
    pub deadline: Option<Instant>,
}

/// A message from a suspended guest.
pub(crate) enum GuestMessage {
    /// The guest calls an imported function.
    Call(HostRequest),
    /// The guest was called back, and returned.
    Returned(Result<Slots>),
    /// A memory was read or written.
    Accessed(Result<Vec<u8>>),
    /// The size of a memory, in bytes.
    ByteLength(usize),
}

/// A message to a suspended guest.
pub(crate) enum HostMessage {
    /// The results of the host call: resume.
    Results(Payload),
    /// The host function failed: unwind.
    Failed,
    /// Call this function and report how it ended.
    CallBack(CoreFunction, Slots),
    /// Access this memory and report the bytes read.
    Access(Memory, MemoryAccess),
    /// Report the size of this memory.
    ByteLength(Memory),
}

impl GuestMessage {
    /// The results of a call back into the guest.
    pub fn returned(self) -> Result<Slots> {
        match self {
            Self::Returned(result) => result,
            _ => Err(unexpected_message()),
        }
    }

    /// The bytes that an access read.
    pub fn accessed(self) -> Result<Vec<u8>> {
        match self {
            Self::Accessed(result) => result,
            _ => Err(unexpected_message()),
        }
    }

    /// The size of a memory, in bytes.
    pub fn byte_length(self) -> Result<usize> {
        match self {
            Self::ByteLength(bytes) => Ok(bytes),
            _ => Err(unexpected_message()),
        }
    }
}

/// The error of a guest that sent another message than the one asked for.
pub(crate) fn unexpected_message() -> Error {
    Error::Internal {
        message: "the guest sent another message than the one asked for".to_owned(),
    }
}

/// The channel of one instance. Only one side writes at a time: the guest before it is suspended, its poller before it
/// resumes the guest.
#[derive(Default)]
pub(crate) struct HostChannel {
    state: Mutex<ChannelState>,
    stop: AtomicU8,
}

/// The channel as it is shared by an instance's store and its poller.
pub(crate) type SharedChannel = Arc<HostChannel>;

#[derive(Default)]
enum ChannelState {
    #[default]
    Empty,
    FromGuest(GuestMessage),
    FromHost(HostMessage),
}

const NOT_STOPPED: u8 = 0;
const DEADLINE: u8 = 1;
const ABORTED: u8 = 2;

impl HostChannel {
    fn state(&self) -> MutexGuard<'_, ChannelState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the guest's message; none if it was suspended for another reason.
    pub fn take(&self) -> Option<GuestMessage> {
        let mut state = self.state();
        match std::mem::take(&mut *state) {
            ChannelState::FromGuest(message) => Some(message),
            other => {
                *state = other;
                None
            }
        }
    }

    /// Leaves a message for the guest, which reads it when it is polled.
    pub fn send(&self, message: HostMessage) {
        *self.state() = ChannelState::FromHost(message);
    }

    /// Forgets what an earlier call left that was cut short.
    pub fn clear(&self) {
        *self.state() = ChannelState::Empty;
        self.stop.store(NOT_STOPPED, Ordering::Relaxed);
    }

    /// Requests that the guest stops.
    pub fn stop(&self, reason: StopReason) {
        let reason = match reason {
            StopReason::Deadline => DEADLINE,
            StopReason::Aborted => ABORTED,
        };
        self.stop.store(reason, Ordering::Relaxed);
    }

    /// The reason to stop, if any.
    pub fn stop_reason(&self) -> Option<StopReason> {
        match self.stop.load(Ordering::Relaxed) {
            DEADLINE => Some(StopReason::Deadline),
            ABORTED => Some(StopReason::Aborted),
            _ => None,
        }
    }

    /// Leaves the guest's message and returns the future of the reply.
    pub fn ask(&self, message: GuestMessage) -> Reply<'_> {
        *self.state() = ChannelState::FromGuest(message);
        Reply(self)
    }
}

/// The future of a reply. It wakes no task: the poller polls again once it has replied.
pub(crate) struct Reply<'a>(&'a HostChannel);

impl Future for Reply<'_> {
    type Output = HostMessage;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<HostMessage> {
        let mut state = self.0.state();
        match std::mem::take(&mut *state) {
            ChannelState::FromHost(message) => Poll::Ready(message),
            other => {
                *state = other;
                Poll::Pending
            }
        }
    }
}

/// The reason that a guest was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Its deadline passed.
    Deadline,
    /// Aborted by the caller.
    Aborted,
}

/// Stops the current call of one instance, from any thread.
#[derive(Clone)]
pub struct StopHandle(pub(crate) SharedChannel);

impl StopHandle {
    /// Stops the call at the end of its time slice, or where it waits for a host function, once it is polled.
    pub fn stop(&self, reason: StopReason) {
        self.0.stop(reason);
    }

    /// Whether a stop of the current call was requested.
    pub fn is_stopped(&self) -> bool {
        self.0.stop_reason().is_some()
    }
}
