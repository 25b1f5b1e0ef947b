//! Asynchronous instances: idle, running with a queue of further calls, disposed, or lost.

use super::async_call::AsyncCall;
use super::table;
use crate::error::DISPOSED;
use crate::function::ExportedFunction;
use crate::host::HostFunctions;
use crate::js::{Deferred, Env};
use airssys_wasm_engine::{
    AnyInstance, Error, Executor, Memory, MemoryAccess, Metrics, StopHandle, StopReason, Task,
};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;

/// An asynchronous instance. Cheap to clone.
#[derive(Clone)]
pub struct AsyncInstance(Rc<Inner>);

struct Inner {
    state: RefCell<State>,
    /// Calls that wait for the one under way.
    queue: RefCell<VecDeque<AsyncCall>>,
    max_queued: u32,
    host: Option<HostFunctions>,
    executor: Arc<Executor>,
    stop: StopHandle,
    /// As of the last time that the instance was idle.
    metrics: Cell<Option<Metrics>>,
    /// The number of the call under way, or 0.
    current: Cell<u64>,
    /// The id by which the caller may abort the call under way, or 0.
    abort_id: Cell<u64>,
    /// The task whose host function runs on this stack.
    serving: Cell<Option<NonNull<Task>>>,
    /// The exported functions that were requested, by name: they can be looked up only while the instance is idle.
    functions: RefCell<HashMap<String, Rc<ExportedFunction>>>,
    disposal: RefCell<Disposal>,
    /// Whether a frame further down this stack is starting queued calls.
    is_draining: Cell<bool>,
}

enum State {
    Idle(AnyInstance),
    /// The call under way has the instance.
    Running,
    Disposed,
    /// The instance could not be created, or an internal error destroyed it.
    Lost(String),
}

impl State {
    /// The error if there will be no instance any more.
    fn error(&self) -> Option<Error> {
        match self {
            Self::Idle(_) | Self::Running => None,
            Self::Disposed => Some(DISPOSED),
            Self::Lost(reason) => Some(Error::Poisoned {
                reason: reason.clone(),
            }),
        }
    }
}

#[derive(Default)]
enum Disposal {
    #[default]
    None,
    /// Requested while a call was under way; the promise is resolved at its end.
    Requested(Deferred),
}

/// Why an instance cannot start a call now.
pub(super) enum Unavailable {
    /// A call is under way.
    Busy,
    /// There is no instance any more.
    Gone(Error),
}

/// The result of disposing of an instance.
pub(super) enum Disposed {
    Now(Option<Metrics>),
    /// A call is under way.
    Running,
}

impl AsyncInstance {
    /// The instance that `task` creates.
    pub(super) fn starting(
        task: &Task,
        host: Option<HostFunctions>,
        executor: Arc<Executor>,
        max_queued: u32,
    ) -> Self {
        Self(Rc::new(Inner {
            state: RefCell::new(State::Running),
            queue: RefCell::default(),
            max_queued,
            host,
            executor,
            stop: task.stop_handle(),
            metrics: Cell::new(None),
            current: Cell::new(0),
            abort_id: Cell::new(0),
            serving: Cell::new(None),
            functions: RefCell::default(),
            disposal: RefCell::default(),
            is_draining: Cell::new(false),
        }))
    }

    pub(super) fn host(&self) -> Option<&HostFunctions> {
        self.0.host.as_ref()
    }

    pub(super) fn executor(&self) -> &Arc<Executor> {
        &self.0.executor
    }

    pub(super) fn stop_handle(&self) -> &StopHandle {
        &self.0.stop
    }

    /// Stops the call under way, at its next step.
    pub(super) fn stop(&self, reason: StopReason) {
        self.0.stop.stop(reason);
    }

    /// The number of the call under way, or 0.
    pub(super) fn current(&self) -> u64 {
        self.0.current.get()
    }

    pub(super) fn set_current(&self, number: u64) {
        self.0.current.set(number);
    }

    /// Sets the number and the abort id of the call under way.
    pub(super) fn set_running(&self, number: u64, abort_id: u64) {
        self.0.current.set(number);
        self.0.abort_id.set(abort_id);
    }

    /// Whether the call under way has this abort id.
    pub(super) fn is_running(&self, abort_id: u64) -> bool {
        self.0.abort_id.get() == abort_id
    }

    /// Sets the task whose host function runs on this stack, until the result is dropped.
    ///
    /// # Safety
    ///
    /// The result must be dropped before the task moves.
    pub(super) unsafe fn set_serving(&self, task: &mut Task) -> Serving<'_> {
        Serving {
            slot: &self.0.serving,
            before: self.0.serving.replace(Some(NonNull::from(task))),
        }
    }

    /// Takes the instance for a call.
    ///
    /// # Errors
    ///
    /// Whether the call can wait, or why it cannot.
    pub(super) fn take(&self) -> Result<AnyInstance, Unavailable> {
        let mut state = self.0.state.borrow_mut();
        match std::mem::replace(&mut *state, State::Running) {
            State::Idle(instance) => Ok(instance),
            other => {
                *state = other;
                let error = state
                    .error()
                    .or_else(|| self.is_being_disposed().then_some(DISPOSED));
                Err(error.map_or(Unavailable::Busy, Unavailable::Gone))
            }
        }
    }

    /// Whether disposal was requested while a call was under way.
    pub(super) fn is_being_disposed(&self) -> bool {
        !matches!(*self.0.disposal.borrow(), Disposal::None)
    }

    /// # Errors
    ///
    /// `BUSY` if the queue is full.
    pub(super) fn check_queue(&self) -> Result<(), Error> {
        if self.0.queue.borrow().len() < self.0.max_queued as usize {
            return Ok(());
        }
        Err(Error::Busy {
            queued: self.0.max_queued,
        })
    }

    pub(super) fn enqueue(&self, call: AsyncCall) {
        self.0.queue.borrow_mut().push_back(call);
    }

    /// Takes the first queued call.
    pub(super) fn dequeue(&self) -> Option<AsyncCall> {
        self.0.queue.borrow_mut().pop_front()
    }

    /// Puts a call back to the head of the queue.
    pub(super) fn requeue(&self, call: AsyncCall) {
        self.0.queue.borrow_mut().push_front(call);
    }

    /// Takes the queued call with this abort id.
    pub(super) fn remove_queued(&self, abort_id: u64) -> Option<AsyncCall> {
        let mut queue = self.0.queue.borrow_mut();
        let index = queue
            .iter()
            .position(|call| call.options.abort_id == abort_id)?;
        queue.remove(index)
    }

    /// Takes all queued calls.
    pub(super) fn take_queue(&self) -> VecDeque<AsyncCall> {
        self.0.queue.take()
    }

    /// Marks that queued calls are being started, until the result is dropped. `None` if there are none, or if a frame
    /// further down this stack is starting them.
    pub(super) fn begin_draining(&self) -> Option<Draining<'_>> {
        let begins = !self.0.queue.borrow().is_empty() && !self.0.is_draining.replace(true);
        // Lazily: a guard that is created and dropped would end the draining further down.
        begins.then(|| Draining(&self.0.is_draining))
    }

    /// The exported function with this name, looked up by `find` the first time.
    ///
    /// # Errors
    ///
    /// Those of `find`; `DISPOSED`, or `REENTRANT` if it was not looked up before and a call is under way.
    pub fn function(
        &self,
        name: &str,
        find: impl FnOnce(&mut AnyInstance) -> Result<ExportedFunction, Error>,
    ) -> Result<Rc<ExportedFunction>, Error> {
        if let Some(known) = self.0.functions.borrow().get(name) {
            return Ok(known.clone());
        }
        let function = Rc::new(self.with(find)?);
        let mut functions = self.0.functions.borrow_mut();
        functions.insert(name.to_owned(), function.clone());
        Ok(function)
    }

    /// Runs `work` on the idle instance.
    ///
    /// # Errors
    ///
    /// `DISPOSED`, or `REENTRANT` while a call is under way.
    pub fn with<R>(
        &self,
        work: impl FnOnce(&mut AnyInstance) -> Result<R, Error>,
    ) -> Result<R, Error> {
        match &mut *self.0.state.borrow_mut() {
            State::Idle(instance) => work(instance),
            state => Err(state.error().unwrap_or(Error::Reentrant)),
        }
    }

    /// Reads or writes a memory, while the instance is idle or waits for a host function.
    pub fn access(&self, memory: Memory, access: MemoryAccess) -> Result<Vec<u8>, Error> {
        let access = match self.with_waiting(access, |task, access| task.access(memory, access)) {
            Ok(result) => return result,
            Err(access) => access,
        };
        self.with(|instance| match instance {
            AnyInstance::Core(instance) => access.run(instance.memory_bytes(memory)),
            AnyInstance::Component(_) => Err(no_memory_access()),
        })
    }

    /// The size of a memory in bytes, while the instance is idle or waits for a host function.
    pub fn byte_length(&self, memory: Memory) -> Result<usize, Error> {
        if let Ok(result) = self.with_waiting((), |task, ()| task.byte_length(memory)) {
            return result;
        }
        self.with(|instance| match instance {
            AnyInstance::Core(instance) => Ok(instance.memory_bytes(memory).len()),
            AnyInstance::Component(_) => Err(no_memory_access()),
        })
    }

    /// Runs `work` on the task that waits for a host function.
    ///
    /// # Errors
    ///
    /// `input`, if there is no such task.
    fn with_waiting<I, R>(&self, input: I, work: impl FnOnce(&mut Task, I) -> R) -> Result<R, I> {
        if let Some(mut task) = self.0.serving.take() {
            // SAFETY: `Serving` resets the pointer before the task moves, and it was taken out for this use alone.
            let result = work(unsafe { task.as_mut() }, input);
            self.0.serving.set(Some(task));
            return Ok(result);
        }
        let Some((mut call, mut waiting)) = table::take_waiting(self.current()) else {
            return Err(input);
        };
        let result = work(&mut waiting.task, input);
        call.waiting = Some(waiting);
        table::insert(call);
        Ok(result)
    }

    /// The totals, as of now or as of the start of the call under way.
    pub fn metrics(&self) -> Result<Metrics, Error> {
        match &*self.0.state.borrow() {
            State::Idle(instance) => Ok(instance.metrics()),
            State::Disposed => Err(DISPOSED),
            _ => self.0.metrics.get().ok_or(Error::Reentrant),
        }
    }

    /// Drops the instance, unless a call is under way.
    pub(super) fn dispose_idle(&self) -> Disposed {
        let mut state = self.0.state.borrow_mut();
        if matches!(*state, State::Running) {
            return Disposed::Running;
        }
        match std::mem::replace(&mut *state, State::Disposed) {
            State::Idle(instance) => Disposed::Now(Some(instance.metrics())),
            _ => Disposed::Now(self.0.metrics.get()),
        }
    }

    /// Marks the instance to be dropped when the call under way completes, which then resolves the promise of `deferred`.
    pub(super) fn dispose_later(&self, deferred: Deferred) {
        self.0.disposal.replace(Disposal::Requested(deferred));
    }

    /// Makes the instance idle after a call, or drops it if disposal was requested. `error` is that of the call.
    pub(super) fn complete(
        &self,
        env: Env<'_>,
        instance: Option<AnyInstance>,
        error: Option<&Error>,
    ) {
        self.set_running(0, 0);
        if let Some(instance) = &instance {
            self.0.metrics.set(Some(instance.metrics()));
        }
        let disposal = self.0.disposal.take();
        let state = match (instance, &disposal) {
            (_, Disposal::Requested(_)) => State::Disposed,
            (Some(instance), Disposal::None) => State::Idle(instance),
            (None, Disposal::None) => State::Lost(error.map_or_else(String::new, Error::to_string)),
        };
        *self.0.state.borrow_mut() = state;
        if let Disposal::Requested(deferred) = disposal
            && let Ok(undefined) = env.undefined()
        {
            env.resolve(deferred, undefined);
        }
    }
}

/// A task whose host function runs on this stack, until this is dropped: also if the host function panics.
pub(super) struct Serving<'a> {
    slot: &'a Cell<Option<NonNull<Task>>>,
    before: Option<NonNull<Task>>,
}

impl Drop for Serving<'_> {
    fn drop(&mut self) {
        self.slot.set(self.before);
    }
}

/// Queued calls that are being started, until this is dropped.
pub(super) struct Draining<'a>(&'a Cell<bool>);

impl Drop for Draining<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

fn no_memory_access() -> Error {
    Error::Unsupported("a component has no memory to access".to_owned())
}
