//! An asynchronous instance: at rest, running, queueing what else is called, going.

use super::away::{current_context, forget, with_calls};
use super::progress::{Call, Output, TURN_HERE};
use super::{CallFailed, CallTerms};
use crate::export::Function;
use crate::host::HostFunctions;
use crate::js::{Deferred, Env, Pending, Value as Js};
use airssys_wasm_engine::{
    Access, AnyInstance, Error, Executor, Memory, Metrics, StopHandle, StopReason, Task, TaskCall,
};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// An asynchronous instance.
#[derive(Clone)]
pub struct AsyncGuest(pub(super) Rc<Inner>);

pub(super) struct Inner {
    state: RefCell<State>,
    /// Calls that wait for the one under way.
    pub(super) queue: RefCell<VecDeque<Call>>,
    max_queued: u32,
    pub(super) host: Option<HostFunctions>,
    pub(super) threads: Arc<Executor>,
    pub(super) stopper: StopHandle,
    /// As of the last time that the instance was at rest.
    metrics: Cell<Option<Metrics>>,
    /// The number of the call under way, 0 while there is none.
    pub(super) current: Cell<u64>,
    /// The number by which its caller may abort it, or 0.
    pub(super) abortable: Cell<u64>,
    /// The run whose host function is running on this stack.
    pub(super) serving: Cell<Option<NonNull<Task>>>,
    /// Its exported functions that were asked for, by name: they are looked up while it is at rest.
    functions: RefCell<HashMap<String, Rc<Function>>>,
    /// Set once it is being disposed of, with who waits for the end.
    disposal: RefCell<Disposal>,
    /// Whether queued calls are being begun, further down this stack.
    is_beginning: Cell<bool>,
}

enum State {
    Rest(AnyInstance),
    /// Its call has it.
    Running,
    Disposed,
    /// It could not be made, or a defect took it along.
    Lost(String),
}

impl State {
    /// Why there will be no instance any more, where that is so.
    fn refusal(&self) -> Option<Error> {
        match self {
            Self::Rest(_) | Self::Running => None,
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
    No,
    /// Asked for while a call was under way.
    Pending(Deferred),
}

impl AsyncGuest {
    /// Makes the instance of `run`: gives its handle at once where that takes no longer than a slice, else a promise of it.
    pub fn make(
        env: Env,
        run: Task,
        host: Option<HostFunctions>,
        threads: Arc<Executor>,
        max_queued: u32,
        weight: i64,
    ) -> Result<Js, Pending> {
        let guest = Self(Rc::new(Inner {
            state: RefCell::new(State::Running),
            queue: RefCell::default(),
            max_queued,
            host,
            threads,
            stopper: run.stop_handle(),
            metrics: Cell::new(None),
            current: Cell::new(0),
            abortable: Cell::new(0),
            serving: Cell::new(None),
            functions: RefCell::default(),
            disposal: RefCell::default(),
            is_beginning: Cell::new(false),
        }));
        let call = guest.call_for(Output::Handle(weight), CallTerms::default());
        call.begin(env, run)
    }

    fn call_for(&self, output: Output, terms: CallTerms) -> Call {
        Call {
            number: 0,
            guest: self.clone(),
            output,
            terms,
            invocation: None,
            deferred: None,
            context: None,
            waiting: None,
            holds_host: false,
        }
    }

    /// Calls `function`: gives its value where that takes no longer than a slice, else a promise of what [`settle`] makes.
    /// An exception may be pending.
    ///
    /// # Errors
    ///
    /// `DISPOSED`, `BUSY`, `POISONED` where a defect took the instance along.
    pub fn call(
        &self,
        env: Env,
        function: &Rc<Function>,
        invocation: TaskCall,
        terms: CallTerms,
    ) -> Result<Js, CallFailed> {
        let live = match self.take() {
            Ok(live) => live,
            Err(Some(error)) => return Err(error.into()),
            Err(None) => return self.enqueue(env, function, invocation, terms),
        };
        let call = self.call_for(Output::Function(function.clone()), terms);
        let run = Task::call(live, invocation, terms.bounds, terms.is_measured)?;
        Ok(call.begin(env, run)?)
    }

    /// The instance for a call that begins; the error where there is none, or none of both where it must wait.
    fn take(&self) -> Result<AnyInstance, Option<Error>> {
        let mut state = self.0.state.borrow_mut();
        match std::mem::replace(&mut *state, State::Running) {
            State::Rest(live) => Ok(live),
            other => {
                *state = other;
                let refusal = state.refusal();
                Err(refusal.or_else(|| self.is_being_disposed().then_some(DISPOSED)))
            }
        }
    }

    pub(super) fn is_being_disposed(&self) -> bool {
        !matches!(*self.0.disposal.borrow(), Disposal::No)
    }

    fn enqueue(
        &self,
        env: Env,
        function: &Rc<Function>,
        invocation: TaskCall,
        terms: CallTerms,
    ) -> Result<Js, CallFailed> {
        let queued = self.0.queue.borrow().len();
        if queued >= self.0.max_queued as usize {
            return Err(Error::Busy {
                queued: self.0.max_queued,
            }
            .into());
        }
        let mut call = self.call_for(Output::Function(function.clone()), terms);
        let (deferred, promise) = env.promise()?;
        call.deferred = Some(deferred);
        call.invocation = Some(Box::new(invocation));
        call.hold_host(env);
        // It begins where another ends, but its host functions run in the context of its own caller.
        if self.0.host.is_some() {
            call.context = current_context(env);
        }
        self.0.queue.borrow_mut().push_back(call);
        Ok(promise)
    }

    /// Begins what waits, one after the other, for as long as they end at once; past a while, on the engine's threads.
    pub(super) fn begin_queued(&self, env: Env) {
        if self.0.queue.borrow().is_empty() || self.0.is_beginning.replace(true) {
            return;
        }
        let started = Instant::now();
        while self.begin_next(env, started) {}
        self.0.is_beginning.set(false);
    }

    /// Begins the first that waits; false where none does, or the instance is not at rest.
    fn begin_next(&self, env: Env, started: Instant) -> bool {
        let Some(mut call) = self.0.queue.borrow_mut().pop_front() else {
            return false;
        };
        let live = match self.take() {
            Ok(live) => live,
            Err(None) => {
                self.0.queue.borrow_mut().push_front(call);
                return false;
            }
            Err(Some(error)) => {
                call.fail(env, &error);
                return true;
            }
        };
        let Some(invocation) = call.invocation.take() else {
            return true;
        };
        call.terms.hops |= started.elapsed() >= TURN_HERE;
        let CallTerms {
            bounds,
            is_measured,
            ..
        } = call.terms;
        match Task::call(live, *invocation, bounds, is_measured) {
            Ok(run) => call.resume(env, run, None),
            Err(error) => call.fail(env, &error),
        }
        true
    }

    /// The exported function of this name, which `find` finds.
    ///
    /// # Errors
    ///
    /// Those of `find`; `DISPOSED`, or `REENTRANT` where it is not known yet and a call is under way.
    pub fn function(
        &self,
        name: &str,
        find: impl FnOnce(&mut AnyInstance) -> Result<Function, Error>,
    ) -> Result<Rc<Function>, Error> {
        if let Some(known) = self.0.functions.borrow().get(name) {
            return Ok(known.clone());
        }
        let function = Rc::new(self.with(find)?);
        let mut functions = self.0.functions.borrow_mut();
        functions.insert(name.to_owned(), function.clone());
        Ok(function)
    }

    /// Runs `work` on the instance at rest.
    ///
    /// # Errors
    ///
    /// `DISPOSED`, or `REENTRANT` while a call is under way.
    pub fn with<R>(
        &self,
        work: impl FnOnce(&mut AnyInstance) -> Result<R, Error>,
    ) -> Result<R, Error> {
        match &mut *self.0.state.borrow_mut() {
            State::Rest(live) => work(live),
            state => Err(state.refusal().unwrap_or(Error::Reentrant)),
        }
    }

    /// Reads or writes a memory, at rest or while the guest waits for a host function.
    pub fn access(&self, memory: Memory, access: Access) -> Result<Vec<u8>, Error> {
        let access = match self.with_waiting(access, |run, access| run.access(memory, access)) {
            Ok(result) => return result,
            Err(access) => access,
        };
        self.with(|live| match live {
            AnyInstance::Core(instance) => access.run(instance.memory_bytes(memory)),
            AnyInstance::Component(_) => Err(no_memory()),
        })
    }

    /// The bytes of a memory, at rest or while the guest waits for a host function.
    pub fn byte_length(&self, memory: Memory) -> Result<usize, Error> {
        if let Ok(result) = self.with_waiting((), |run, ()| run.byte_length(memory)) {
            return result;
        }
        self.with(|live| match live {
            AnyInstance::Core(instance) => Ok(instance.memory_bytes(memory).len()),
            AnyInstance::Component(_) => Err(no_memory()),
        })
    }

    /// Runs `work` on the run that waits for a host function, if there is one; else gives `input` back.
    fn with_waiting<I, R>(&self, input: I, work: impl FnOnce(&mut Task, I) -> R) -> Result<R, I> {
        if let Some(mut run) = self.0.serving.take() {
            // SAFETY: `serve` takes the pointer back before the run moves, and it was taken out for this use alone.
            let result = work(unsafe { run.as_mut() }, input);
            self.0.serving.set(Some(run));
            return Ok(result);
        }
        let number = self.0.current.get();
        let Some(mut call) = with_calls(|calls| calls.away.remove(&number)) else {
            return Err(input);
        };
        let result = match &mut call.waiting {
            Some(waiting) => Ok(work(&mut waiting.run, input)),
            None => Err(input),
        };
        call.file();
        result
    }

    /// The totals, as of now or of when the call under way began.
    pub fn metrics(&self) -> Result<Metrics, Error> {
        match &*self.0.state.borrow() {
            State::Rest(live) => Ok(live.metrics()),
            State::Disposed => Err(DISPOSED),
            _ => self.0.metrics.get().ok_or(Error::Reentrant),
        }
    }

    /// Stops a call, under way or waiting in the queue.
    pub fn abort(&self, env: Env, number: u64) {
        if self.0.abortable.get() == number {
            self.0.stopper.stop(StopReason::Aborted);
            self.stop_waiting(env, self.0.current.get());
            return;
        }
        let mut queue = self.0.queue.borrow_mut();
        let found = queue.iter().position(|call| call.terms.number == number);
        let call = found.and_then(|index| queue.remove(index));
        drop(queue);
        if let Some(call) = call {
            call.fail(env, &Error::Aborted);
        }
    }

    /// Has a call that was told to stop see it, where it waits for a promise.
    fn stop_waiting(&self, env: Env, number: u64) {
        let waits = with_calls(|calls| {
            let call = calls.away.get(&number);
            call.is_some_and(|call| call.waiting.is_some())
        });
        if waits && let Some(mut call) = with_calls(|calls| calls.away.remove(&number)) {
            match call.waiting.take() {
                Some(waiting) => {
                    with_calls(|calls| calls.tickets.remove(&waiting.ticket));
                    forget(env, waiting.ticket);
                    call.resume(env, waiting.run, None);
                }
                None => call.file(),
            }
        }
    }

    /// Frees the instance: gives its last totals at once, or a promise that is resolved when the call under way is stopped.
    pub fn dispose(&self, env: Env) -> Result<Option<Metrics>, Js> {
        let queued = std::mem::take(&mut *self.0.queue.borrow_mut());
        for call in queued {
            call.fail(env, &Error::Aborted);
        }
        let mut state = self.0.state.borrow_mut();
        if matches!(*state, State::Running) {
            drop(state);
            return self.dispose_running(env).map_or(Ok(None), Err);
        }
        match std::mem::replace(&mut *state, State::Disposed) {
            State::Rest(live) => Ok(Some(live.metrics())),
            _ => Ok(self.0.metrics.get()),
        }
    }

    /// Stops the call under way, and gives the promise of its end; none where that was done before.
    fn dispose_running(&self, env: Env) -> Option<Js> {
        if self.is_being_disposed() {
            return None;
        }
        let (deferred, promise) = env.promise().ok()?;
        self.0.disposal.replace(Disposal::Pending(deferred));
        self.0.stopper.stop(StopReason::Aborted);
        self.stop_waiting(env, self.0.current.get());
        Some(promise)
    }

    /// Puts the instance to rest, or lets go of it where that was asked for.
    pub(super) fn rest(&self, env: Env, instance: Option<AnyInstance>, error: Option<&Error>) {
        self.0.current.set(0);
        self.0.abortable.set(0);
        if let Some(live) = &instance {
            self.0.metrics.set(Some(live.metrics()));
        }
        let disposal = self.0.disposal.take();
        let state = match (instance, &disposal) {
            (Some(live), Disposal::No) => State::Rest(live),
            (_, Disposal::Pending(_)) => State::Disposed,
            (None, Disposal::No) => State::Lost(error.map_or_else(String::new, Error::to_string)),
        };
        *self.0.state.borrow_mut() = state;
        if let Disposal::Pending(deferred) = disposal
            && let Ok(undefined) = env.undefined()
        {
            env.resolve(deferred, undefined);
        }
    }
}

const DISPOSED: Error = Error::Disposed { what: "instance" };

fn no_memory() -> Error {
    Error::Unsupported("a component has no memory to reach into".to_owned())
}
