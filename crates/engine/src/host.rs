//! Functions that a guest imports: who serves them, and how a call of one reaches whoever that is.
//!
//! On the direct path the host is called at once, on the caller's stack. On a fiber nothing of a host's may run: there
//! the guest leaves its request in the [`Exchange`] and is suspended until the driver, on a stack of its own, has the
//! answer.
//!
//! ```text
//! direct:  guest → Host::call → guest
//! driven:  guest → Exchange (asked) → suspended → driver: Host::call → Exchange (answered) → resumed → guest
//! ```

use crate::driver::Stop;
use crate::error::{Error, Result};
use crate::function::{CoreFunction, CoreFunctionType, Slots};
use crate::store::State;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;
use wasmtime::{AsContextMut, Memory, StoreContextMut};

/// Serves the functions that a guest imports.
pub trait Host {
    /// Serves one call: reads the arguments from its slots and leaves the results in them.
    ///
    /// # Errors
    ///
    /// [`HostFailed`] where the function failed: the guest is unwound, and its call ends with [`Error::HostFailed`].
    fn call(&self, call: HostCall<'_>) -> Result<(), HostFailed>;
}

/// The host function failed. Why, its host knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host function failed")]
pub struct HostFailed;

/// A call of an imported function.
pub struct HostCall<'a> {
    /// Which import, counted from 0 in the order of the binary.
    pub import: usize,
    /// Its type.
    pub ty: &'a CoreFunctionType,
    /// The arguments, and then the results; as many as [`CoreFunctionType::slots`].
    pub slots: &'a mut [crate::Slot],
    /// The guest that calls.
    pub guest: &'a mut dyn CallingGuest,
}

/// The guest whose call of a host function is being served.
pub trait CallingGuest {
    /// Calls the guest back, under what is left of the budget of the call under way.
    ///
    /// # Errors
    ///
    /// All that may end a call.
    fn call(&mut self, function: &CoreFunction, slots: &mut [crate::Slot]) -> Result<()>;

    /// Reads or writes one of the guest's memories.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for what lies outside of it; all that may end a call.
    fn access(&mut self, memory: Memory, access: Access) -> Result<Vec<u8>>;

    /// The bytes of one of the guest's memories.
    ///
    /// # Errors
    ///
    /// As [`CallingGuest::access`].
    fn byte_length(&mut self, memory: Memory) -> Result<usize>;
}

/// What is to be done with a part of a memory.
#[derive(Debug)]
pub enum Access {
    /// A copy of so many bytes from here on.
    Read {
        /// Of the first byte.
        offset: usize,
        /// In bytes.
        length: usize,
    },
    /// The bytes go here.
    Write {
        /// Of the first byte written.
        offset: usize,
        /// What is written.
        bytes: Vec<u8>,
    },
}

impl Access {
    /// Does it; a write gives nothing.
    ///
    /// # Errors
    ///
    /// `BAD_VALUE` for what lies outside of `memory`.
    pub fn run(self, memory: &mut [u8]) -> Result<Vec<u8>> {
        let size = memory.len();
        match self {
            Self::Read { offset, length } => memory
                .get(offset..offset.saturating_add(length))
                .map(<[u8]>::to_vec)
                .ok_or_else(|| outside(offset, length, size)),
            Self::Write { offset, bytes } => {
                let part = memory.get_mut(offset..offset.saturating_add(bytes.len()));
                let part = part.ok_or_else(|| outside(offset, bytes.len(), size))?;
                part.copy_from_slice(&bytes);
                Ok(Vec::new())
            }
        }
    }
}

fn outside(offset: usize, length: usize, size: usize) -> Error {
    Error::BadValue(format!(
        "expected an offset and a length inside the memory of {size} bytes, got offset {offset} and length {length}"
    ))
}

/// The guest on the direct path: called on the stack that it calls from.
pub(crate) struct Direct<'a>(pub StoreContextMut<'a, State>);

impl CallingGuest for Direct<'_> {
    fn call(&mut self, function: &CoreFunction, slots: &mut [crate::Slot]) -> Result<()> {
        self.0.data().stack.check()?;
        let before = State::fuel_left(&self.0);
        let called = function.call(self.0.as_context_mut(), slots);
        called.map_err(|error| State::failed_within(&mut self.0, &error, before))
    }

    fn access(&mut self, memory: Memory, access: Access) -> Result<Vec<u8>> {
        access.run(memory.data_mut(&mut self.0))
    }

    fn byte_length(&mut self, memory: Memory) -> Result<usize> {
        Ok(memory.data_size(&self.0))
    }
}

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
    /// Run this function and tell.
    Call(CoreFunction, Slots),
    Access(Memory, Access),
    Size(Memory),
}

/// Where a suspended guest and the driver meet. Only ever one of them writes: the guest before it is suspended, the
/// driver before it resumes the guest.
#[derive(Default)]
pub(crate) struct Exchange {
    talk: Mutex<Talk>,
    stop: AtomicU8,
}

const GOING: u8 = 0;
const DEADLINE: u8 = 1;
const ABORTED: u8 = 2;

#[derive(Default)]
enum Talk {
    #[default]
    Silent,
    Asked(Request),
    Answered(Answer),
}

impl Exchange {
    fn talk(&self) -> MutexGuard<'_, Talk> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the guest asks for; none where it was suspended for another reason.
    pub fn take(&self) -> Option<Request> {
        let mut talk = self.talk();
        match std::mem::take(&mut *talk) {
            Talk::Asked(request) => Some(request),
            other => {
                *talk = other;
                None
            }
        }
    }

    pub fn answer(&self, answer: Answer) {
        *self.talk() = Talk::Answered(answer);
    }

    /// Forgets what an earlier call left that was cut short.
    pub fn clear(&self) {
        *self.talk() = Talk::Silent;
        self.stop.store(GOING, Ordering::Relaxed);
    }

    pub fn stop(&self, stop: Stop) {
        let stop = match stop {
            Stop::Deadline => DEADLINE,
            Stop::Aborted => ABORTED,
        };
        self.stop.store(stop, Ordering::Relaxed);
    }

    pub fn stopped(&self) -> Option<Stop> {
        match self.stop.load(Ordering::Relaxed) {
            DEADLINE => Some(Stop::Deadline),
            ABORTED => Some(Stop::Aborted),
            _ => None,
        }
    }

    fn ask(&self, request: Request) -> Asking<'_> {
        *self.talk() = Talk::Asked(request);
        Asking(self)
    }
}

/// Waits for the answer.
struct Asking<'a>(&'a Exchange);

impl Future for Asking<'_> {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Answer> {
        let mut talk = self.0.talk();
        match std::mem::take(&mut *talk) {
            Talk::Answered(answer) => Poll::Ready(answer),
            other => {
                *talk = other;
                Poll::Pending
            }
        }
    }
}

/// Has the driver serve `request`, doing for it what it asks of the guest meanwhile; runs on the guest's fiber.
pub(crate) async fn serve(
    mut caller: wasmtime::Caller<'_, State>,
    request: HostRequest,
) -> wasmtime::Result<Slots> {
    let exchange = caller.data().exchange.clone().ok_or(HostFailed)?;
    let mut request = Request::Call(request);
    loop {
        request = match exchange.ask(request).await {
            Answer::Results(slots) => return Ok(slots),
            Answer::Failed => return Err(HostFailed.into()),
            Answer::Call(function, slots) => {
                Request::Called(call_back(&mut caller, function, slots).await)
            }
            Answer::Access(memory, access) => {
                Request::Accessed(access.run(memory.data_mut(&mut caller)))
            }
            Answer::Size(memory) => Request::Size(memory.data_size(&caller)),
        };
    }
}

async fn call_back(
    caller: &mut wasmtime::Caller<'_, State>,
    function: CoreFunction,
    mut slots: Slots,
) -> Result<Slots> {
    let before = State::fuel_left(&*caller);
    match function.call_async(&mut *caller, &mut slots).await {
        Ok(()) => Ok(slots),
        Err(error) => Err(State::failed_within(caller, &error, before)),
    }
}

/// The exchange of an instance, shared by its store and by whoever drives it.
pub(crate) type Shared = Arc<Exchange>;
