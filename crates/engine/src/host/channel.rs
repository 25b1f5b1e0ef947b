//! Where a suspended guest and whoever polls it meet: what the guest asks for, what it is answered, and whether it is to
//! stop.

use crate::error::{Error, Result};
use crate::func::{CoreFunction, CoreFunctionType, Slots};
use crate::host::Access;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;
use wasmtime::Memory;

/// What a suspended guest asks for, or tells.
pub(crate) enum Request {
    /// A call of an imported function.
    Call(HostRequest),
    /// The guest was called back, and returned.
    Called(Result<Slots>),
    /// A memory was read or written.
    Accessed(Result<Vec<u8>>),
    /// The size of a memory, in bytes.
    Size(usize),
}

impl Request {
    /// What a call back gave.
    pub fn called(self) -> Result<Slots> {
        match self {
            Self::Called(result) => result,
            _ => Err(confused()),
        }
    }

    /// What a look at a memory gave.
    pub fn accessed(self) -> Result<Vec<u8>> {
        match self {
            Self::Accessed(result) => result,
            _ => Err(confused()),
        }
    }

    /// The size of a memory, in bytes.
    pub fn size(self) -> Result<usize> {
        match self {
            Self::Size(bytes) => Ok(bytes),
            _ => Err(confused()),
        }
    }
}

/// A guest that tells something else than it was asked.
pub(crate) fn confused() -> Error {
    Error::Internal {
        message: "the guest gave another answer than it was asked for".to_owned(),
    }
}

/// A call of an imported function that waits to be served.
#[derive(Debug)]
pub struct HostRequest {
    /// Which import, counted from 0 in the order of the binary.
    pub import: usize,
    /// Its type.
    pub ty: CoreFunctionType,
    /// The arguments, with room for the results.
    pub slots: Slots,
    /// When the call under way must have ended.
    pub deadline: Option<Instant>,
}

/// What a suspended guest is told to do.
pub(crate) enum Answer {
    /// Take these results and go on.
    Results(Slots),
    /// The function failed: unwind.
    Failed,
    /// Task this function and tell.
    Call(CoreFunction, Slots),
    Access(Memory, Access),
    Size(Memory),
}

/// Where a suspended guest and the driver meet. Only ever one of them writes: the guest before it is suspended, the
/// driver before it resumes the guest.
#[derive(Default)]
pub(crate) struct HostChannel {
    state: Mutex<ChannelState>,
    stop: AtomicU8,
}

const GOING: u8 = 0;
const DEADLINE: u8 = 1;
const ABORTED: u8 = 2;

#[derive(Default)]
enum ChannelState {
    #[default]
    Silent,
    Asked(Request),
    Answered(Answer),
}

impl HostChannel {
    fn state(&self) -> MutexGuard<'_, ChannelState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the guest asks for; none where it was suspended for another reason.
    pub fn take(&self) -> Option<Request> {
        let mut state = self.state();
        match std::mem::take(&mut *state) {
            ChannelState::Asked(request) => Some(request),
            other => {
                *state = other;
                None
            }
        }
    }

    pub fn answer(&self, answer: Answer) {
        *self.state() = ChannelState::Answered(answer);
    }

    /// Forgets what an earlier call left that was cut short.
    pub fn clear(&self) {
        *self.state() = ChannelState::Silent;
        self.stop.store(GOING, Ordering::Relaxed);
    }

    pub fn stop(&self, stop: StopReason) {
        let stop = match stop {
            StopReason::Deadline => DEADLINE,
            StopReason::Aborted => ABORTED,
        };
        self.stop.store(stop, Ordering::Relaxed);
    }

    pub fn stopped(&self) -> Option<StopReason> {
        match self.stop.load(Ordering::Relaxed) {
            DEADLINE => Some(StopReason::Deadline),
            ABORTED => Some(StopReason::Aborted),
            _ => None,
        }
    }

    pub fn ask(&self, request: Request) -> Reply<'_> {
        *self.state() = ChannelState::Asked(request);
        Reply(self)
    }
}

/// Waits for the answer.
pub(crate) struct Reply<'a>(&'a HostChannel);

impl Future for Reply<'_> {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Answer> {
        let mut state = self.0.state();
        match std::mem::take(&mut *state) {
            ChannelState::Answered(answer) => Poll::Ready(answer),
            other => {
                *state = other;
                Poll::Pending
            }
        }
    }
}

/// Why a guest was stopped from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Its time was up.
    Deadline,
    /// Its caller lost interest.
    Aborted,
}

/// How to stop the call under way of one instance, from any thread.
#[derive(Clone)]
pub struct StopHandle(pub(crate) SharedChannel);

impl StopHandle {
    /// Stops the call at its next slice, or where it waits for a host function, when it is polled.
    pub fn stop(&self, stop: StopReason) {
        self.0.stop(stop);
    }

    /// Whether the call under way was told to stop.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped().is_some()
    }
}

/// The channel of an instance, shared by its store and by whoever drives it.
pub(crate) type SharedChannel = Arc<HostChannel>;
