//! Calls of asynchronous instances: where each is, and how it comes back to JavaScript.
//!
//! ```text
//!             a call                 ended
//!    AT REST ────────→ RUNNING HERE ────────→ AT REST, or gone after its disposal; the next queued call begins
//!                        │ ↑   │ ↑
//!         slice used up  │ │   │ │ settled, expired, aborted
//!                        ↓ │   ↓ │
//!              ON A THREAD │  WAITING for a promise of a host function's
//!                        └─┘
//!              ended, or a host function is wanted: delivered by message
//! ```
//!
//! All of this happens on the thread of JavaScript, but for the slices on the engine's threads, which know a call by
//! its number only. A call that ends while it is still running here never becomes a promise in Rust: it returns its value,
//! or throws.

use crate::error::{Failure, throw_failure};
use crate::export::{Function, Returned};
use crate::host::{self, HostFunctions, Served};
use crate::instance::{Instance, native_bytes};
use crate::js::{Deferred, Env, Mailbox, Pending, Recipient, Reference, Value as Js};
use airssys_wasm_engine::{
    Access, Bounds, Ended, Error, HostFailed, HostRequest, Invocation, Live, Memory, Metrics,
    Outcome, Owner, Returned as EngineReturned, Run, Stop, Stopper, Threads, Turn,
};
use napi::bindgen_prelude::ToNapiValue;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long guests may be run on the thread of JavaScript in one go, where they call host functions again and again.
const TURN_HERE: Duration = Duration::from_millis(1);

/// An asynchronous instance.
#[derive(Clone)]
pub struct AsyncGuest(Rc<Inner>);

struct Inner {
    state: RefCell<State>,
    /// Calls that wait for the one under way.
    queue: RefCell<VecDeque<Call>>,
    max_queued: u32,
    host: Option<HostFunctions>,
    threads: Arc<Threads>,
    stopper: Stopper,
    /// As of the last time that the instance was at rest.
    metrics: Cell<Option<Metrics>>,
    /// The number of the call under way, 0 while there is none.
    current: Cell<u64>,
    /// The number by which its caller may abort it, or 0.
    abortable: Cell<u64>,
    /// The run whose host function is running on this stack.
    serving: Cell<Option<NonNull<Run>>>,
    /// Set once it is being disposed of, with who waits for the end.
    disposal: RefCell<Disposal>,
    /// Whether queued calls are being begun, further down this stack.
    is_beginning: Cell<bool>,
}

enum State {
    Rest(Live),
    /// Its call has it.
    Running,
    Disposed,
    /// It could not be made, or a defect took it along.
    Lost(String),
}

#[derive(Default)]
enum Disposal {
    #[default]
    No,
    /// Asked for while a call was under way.
    Pending(Deferred),
}

/// One call, from its arguments to its promise.
struct Call {
    number: u64,
    guest: AsyncGuest,
    output: Output,
    terms: CallTerms,
    /// Until it begins.
    invocation: Option<Invocation>,
    /// What its caller waits for; none while it has not returned to its caller yet.
    deferred: Option<Deferred>,
    /// Runs a function in the context of this call.
    context: Option<Reference>,
    waiting: Option<Waiting>,
    holds_host: bool,
}

/// What is to be made of what the run gives.
enum Output {
    Function(Rc<Function>),
    /// A handle for the instance, which V8 is told weighs so much beside its memory.
    Handle(i64),
}

/// What is particular to one call.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallTerms {
    pub bounds: Bounds,
    /// The number by which its caller may abort it, or 0.
    pub number: u64,
    /// Whether it gives an outcome in the place of the value alone.
    pub is_measured: bool,
    /// Whether it is not even begun on this thread: for comparison.
    pub hops: bool,
}

/// A run that waits for a promise.
struct Waiting {
    ticket: u64,
    run: Run,
    request: HostRequest,
}

/// How a call ended, in JavaScript's terms.
enum Settled {
    Value(Js),
    Failure(Failure, Option<Js>),
    Exception(Js),
}

/// A run that comes back from a thread.
pub struct Delivery {
    number: u64,
    run: Run,
    turn: Turn,
}

/// The calls of one environment that are not on its stack.
#[derive(Default)]
struct Calls {
    away: HashMap<u64, Call>,
    /// Which call waits with this ticket.
    tickets: HashMap<u64, u64>,
    on_threads: usize,
    mailbox: Option<Mailbox<Delivery>>,
    wait: Option<Reference>,
    context: Option<Reference>,
    forget: Option<Reference>,
    last_number: u64,
}

thread_local! {
    static CALLS: RefCell<Calls> = RefCell::default();
}

/// A number that no other call or ticket of this environment has. Those by which callers abort are unique to an instance
/// only: the package may have been loaded twice.
fn next_number(calls: &mut Calls) -> u64 {
    calls.last_number += 1;
    calls.last_number
}

fn with_calls<R>(work: impl FnOnce(&mut Calls) -> R) -> R {
    CALLS.with(|calls| work(&mut calls.borrow_mut()))
}

/// Takes the functions that TypeScript has for calls that do not end at once: `wait(promise, ticket, leftMs)`, which
/// brings back what becomes of the promise, `context()`, which gives what runs a function in today's context, and
/// `forget(ticket)`, which keeps no time any more for a call that was stopped.
pub fn set_hooks(env: Env, wait: Js, context: Js, forget: Js) -> Result<(), Pending> {
    let (wait, context, forget) = (
        env.remember(wait)?,
        env.remember(context)?,
        env.remember(forget)?,
    );
    with_calls(|calls| {
        (calls.wait, calls.context, calls.forget) = (Some(wait), Some(context), Some(forget));
    });
    // Now, while no call is under way: it keeps the context that it is made in, with all that a caller's may hold.
    mailbox(env).map(drop)
}

/// Has TypeScript let go of the timer of a wait that was cut short: it would keep the process alive.
fn forget(env: Env, ticket: u64) {
    let forget = || {
        let forget = env.recall(with_calls(|calls| calls.forget).ok_or(Pending)?)?;
        env.call(forget, &[env.double(ticket as f64)?]).map(drop)
    };
    forget().unwrap_or_else(|Pending| env.clear_exception());
}

/// The environment ends: nothing will be delivered any more, and what runs is stopped.
pub fn environment_ends() {
    host::environment_ends();
    let calls = CALLS.with(RefCell::take);
    if let Some(mailbox) = &calls.mailbox {
        mailbox.close();
    }
    for call in calls.away.values() {
        call.guest.0.stopper.stop(Stop::Aborted);
    }
}

fn mailbox(env: Env) -> Result<Mailbox<Delivery>, Pending> {
    if let Some(mailbox) = with_calls(|calls| calls.mailbox.clone()) {
        return Ok(mailbox);
    }
    let mailbox = Mailbox::new::<Delivery>(env)?;
    with_calls(|calls| calls.mailbox = Some(mailbox.clone()));
    Ok(mailbox)
}

struct Sender {
    number: u64,
    mailbox: Mailbox<Delivery>,
}

impl Owner for Sender {
    fn take_back(self: Box<Self>, run: Run, turn: Turn) {
        let Self { number, mailbox } = *self;
        mailbox.send(Delivery { number, run, turn });
    }
}

impl AsyncGuest {
    /// Makes the instance of `run`: gives its handle at once where that takes no longer than a slice, else a promise of it.
    pub fn make(
        env: Env,
        run: Run,
        host: Option<HostFunctions>,
        threads: Arc<Threads>,
        max_queued: u32,
        weight: i64,
    ) -> Result<Js, Pending> {
        let guest = Self(Rc::new(Inner {
            state: RefCell::new(State::Running),
            queue: RefCell::default(),
            max_queued,
            host,
            threads,
            stopper: run.stopper(),
            metrics: Cell::new(None),
            current: Cell::new(0),
            abortable: Cell::new(0),
            serving: Cell::new(None),
            disposal: RefCell::default(),
            is_beginning: Cell::new(false),
        }));
        let call = guest.call_for(Output::Handle(weight), CallTerms::default());
        call.begin(env, run)
    }

    fn call_for(&self, output: Output, terms: CallTerms) -> Call {
        Call {
            number: with_calls(next_number),
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
        invocation: Invocation,
        terms: CallTerms,
    ) -> Result<Js, CallFailed> {
        let live = match self.take() {
            Ok(live) => live,
            Err(Some(error)) => return Err(error.into()),
            Err(None) => return self.enqueue(env, function, invocation, terms),
        };
        let call = self.call_for(Output::Function(function.clone()), terms);
        let run = Run::call(live, invocation, terms.bounds)?;
        Ok(call.begin(env, run)?)
    }

    /// The instance for a call that begins; the error where there is none, or none of both where it must wait.
    fn take(&self) -> Result<Live, Option<Error>> {
        let mut state = self.0.state.borrow_mut();
        match std::mem::replace(&mut *state, State::Running) {
            State::Rest(live) => Ok(live),
            other => {
                *state = other;
                Err(match &*state {
                    State::Disposed => Some(DISPOSED),
                    State::Lost(reason) => Some(Error::Poisoned {
                        reason: reason.clone(),
                    }),
                    State::Running | State::Rest(_) if self.is_being_disposed() => Some(DISPOSED),
                    State::Running | State::Rest(_) => None,
                })
            }
        }
    }

    fn is_being_disposed(&self) -> bool {
        !matches!(*self.0.disposal.borrow(), Disposal::No)
    }

    fn enqueue(
        &self,
        env: Env,
        function: &Rc<Function>,
        invocation: Invocation,
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
        call.invocation = Some(invocation);
        call.hold_host(env);
        // It begins where another ends, but its host functions run in the context of its own caller.
        if self.0.host.is_some() {
            call.context = current_context(env);
        }
        self.0.queue.borrow_mut().push_back(call);
        Ok(promise)
    }

    /// Begins what waits, one after the other, for as long as they end at once; past a while, on the engine's threads.
    fn begin_queued(&self, env: Env) {
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
        match Run::call(live, invocation, call.terms.bounds) {
            Ok(run) => call.resume(env, run, None),
            Err(error) => call.fail(env, &error),
        }
        true
    }

    /// Runs `work` on the instance at rest.
    ///
    /// # Errors
    ///
    /// `DISPOSED`, or `REENTRANT` while a call is under way.
    pub fn with<R>(&self, work: impl FnOnce(&mut Live) -> Result<R, Error>) -> Result<R, Error> {
        match &mut *self.0.state.borrow_mut() {
            State::Rest(live) => work(live),
            State::Running => Err(Error::Reentrant),
            State::Disposed => Err(DISPOSED),
            State::Lost(reason) => Err(Error::Poisoned {
                reason: reason.clone(),
            }),
        }
    }

    /// Reads or writes a memory, at rest or while the guest waits for a host function.
    pub fn access(&self, memory: Memory, access: Access) -> Result<Vec<u8>, Error> {
        let access = match self.with_waiting(access, |run, access| run.access(memory, access)) {
            Ok(result) => return result,
            Err(access) => access,
        };
        self.with(|live| match live {
            Live::Core(instance) => access.run(instance.memory_bytes(memory)),
            Live::Component(_) => Err(no_memory()),
        })
    }

    /// The bytes of a memory, at rest or while the guest waits for a host function.
    pub fn byte_length(&self, memory: Memory) -> Result<usize, Error> {
        if let Ok(result) = self.with_waiting((), |run, ()| run.byte_length(memory)) {
            return result;
        }
        self.with(|live| match live {
            Live::Core(instance) => Ok(instance.memory_bytes(memory).len()),
            Live::Component(_) => Err(no_memory()),
        })
    }

    /// Runs `work` on the run that waits for a host function, if there is one; else gives `input` back.
    fn with_waiting<I, R>(&self, input: I, work: impl FnOnce(&mut Run, I) -> R) -> Result<R, I> {
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
            self.0.stopper.stop(Stop::Aborted);
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
        let state = std::mem::replace(&mut *self.0.state.borrow_mut(), State::Disposed);
        match state {
            State::Rest(live) => Ok(Some(live.metrics())),
            State::Running if !self.is_being_disposed() => {
                *self.0.state.borrow_mut() = State::Running;
                let Ok((deferred, promise)) = env.promise() else {
                    return Ok(None);
                };
                self.0.disposal.replace(Disposal::Pending(deferred));
                let number = self.0.current.get();
                self.0.stopper.stop(Stop::Aborted);
                self.stop_waiting(env, number);
                Err(promise)
            }
            State::Running => {
                *self.0.state.borrow_mut() = State::Running;
                Ok(None)
            }
            State::Disposed | State::Lost(_) => Ok(self.0.metrics.get()),
        }
    }

    /// Puts the instance to rest, or lets go of it where that was asked for.
    fn rest(&self, env: Env, instance: Option<Live>, error: Option<&Error>) {
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

/// Why a call did not even begin.
pub enum CallFailed {
    Error(Error),
    Exception,
}

impl From<Error> for CallFailed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Pending> for CallFailed {
    fn from(_: Pending) -> Self {
        Self::Exception
    }
}

/// Where a run got to.
enum Progress {
    Ended(Ended, Option<Js>),
    /// Onto a thread, or to wait for a promise.
    Away,
}

impl Call {
    /// Runs the call for the first time, while its caller waits on this stack.
    fn begin(mut self, env: Env, run: Run) -> Result<Js, Pending> {
        match self.progress(env, run, None, None) {
            Progress::Ended(ended, thrown) => {
                let guest = self.guest.clone();
                let settled = self.finish(env, ended, thrown);
                guest.begin_queued(env);
                match settled {
                    Settled::Value(value) => Ok(value),
                    Settled::Failure(failure, payload) => {
                        throw_failure(env, failure, payload);
                        Err(Pending)
                    }
                    Settled::Exception(exception) => {
                        env.throw(exception);
                        Err(Pending)
                    }
                }
            }
            Progress::Away => {
                let (deferred, promise) = env.promise()?;
                self.deferred = Some(deferred);
                self.hold_host(env);
                self.file();
                Ok(promise)
            }
        }
    }

    /// Has the call go on whose caller waits for a promise.
    fn resume(mut self, env: Env, run: Run, thrown: Option<Js>) {
        match self.progress(env, run, None, thrown) {
            Progress::Ended(ended, thrown) => self.end(env, ended, thrown),
            Progress::Away => self.file(),
        }
    }

    fn end(mut self, env: Env, ended: Ended, thrown: Option<Js>) {
        let guest = self.guest.clone();
        let deferred = self.deferred.take();
        let settled = self.finish(env, ended, thrown);
        if let Some(deferred) = deferred {
            settle(env, deferred, settled);
        }
        guest.begin_queued(env);
    }

    fn fail(mut self, env: Env, error: &Error) {
        let deferred = self.deferred.take();
        self.let_go(env);
        if let Some(deferred) = deferred {
            settle(env, deferred, Settled::Failure(error.into(), None));
        }
    }

    fn file(self) {
        with_calls(|calls| {
            if let Some(waiting) = &self.waiting {
                calls.tickets.insert(waiting.ticket, self.number);
            }
            calls.away.insert(self.number, self);
        });
    }

    /// The host functions must outlive a call on its way, whatever its caller still holds.
    fn hold_host(&mut self, env: Env) {
        if let Some(host) = &self.guest.0.host
            && !self.holds_host
        {
            host.hold(env);
            self.holds_host = true;
        }
    }

    fn let_go(&mut self, env: Env) {
        if let Some(host) = &self.guest.0.host
            && std::mem::take(&mut self.holds_host)
        {
            host.release(env);
        }
        if let Some(context) = self.context.take() {
            env.forget(context);
        }
    }

    /// Runs the guest here until it ends, has to wait, or has used up what it may use of this thread. `turn` is what it
    /// came back with, `thrown` what its host function has just thrown.
    fn progress(
        &mut self,
        env: Env,
        mut run: Run,
        turn: Option<Turn>,
        mut thrown: Option<Js>,
    ) -> Progress {
        self.guest.0.current.set(self.number);
        self.guest.0.abortable.set(self.terms.number);
        if std::mem::take(&mut self.terms.hops) {
            return self.hop(env, run);
        }
        let mut started = None;
        let mut turn = turn.unwrap_or_else(|| run.turn());
        loop {
            match turn {
                Turn::Ended(ended) => return Progress::Ended(ended, thrown),
                Turn::Sliced => return self.hop(env, run),
                // The next turn sees it.
                Turn::HostCall if self.guest.0.stopper.is_stopped() => {}
                Turn::HostCall => {
                    let started = started.get_or_insert_with(Instant::now);
                    match self.serve(env, &mut run) {
                        Some(Waited::For(promise, request)) => {
                            if self.wait(env, &promise, request.deadline) {
                                let ticket = promise.ticket;
                                self.waiting = Some(Waiting {
                                    ticket,
                                    run,
                                    request,
                                });
                                return Progress::Away;
                            }
                        }
                        Some(Waited::Threw(exception)) => thrown = Some(exception),
                        None if started.elapsed() >= TURN_HERE => return self.hop(env, run),
                        None => {}
                    }
                }
            }
            turn = run.turn();
        }
    }

    /// Serves the host function for which the run waits.
    fn serve(&self, env: Env, run: &mut Run) -> Option<Waited> {
        let Some(mut request) = run.take_request() else {
            run.answer(Err(HostFailed));
            return None;
        };
        let Some(host) = self.guest.0.host.clone() else {
            run.answer(Err(HostFailed));
            return None;
        };
        let guest = &self.guest.0;
        let before = guest.serving.replace(Some(NonNull::from(&mut *run)));
        let escaped = env.escaping(|| {
            let context = self.context.and_then(|context| env.recall(context).ok());
            let HostRequest {
                import, ty, slots, ..
            } = &mut request;
            match host.serve(env, *import, ty, slots, context) {
                Served::Done => (Ok(()), None),
                Served::Threw(exception) => (Err(true), Some(exception)),
                Served::Later(value) => (Err(false), Some(value)),
            }
        });
        guest.serving.set(before);
        match escaped {
            Ok((Ok(()), _)) => {
                run.answer(Ok(request.slots));
                None
            }
            Ok((Err(false), Some(value))) => {
                let ticket = with_calls(next_number);
                Some(Waited::For(Promised { value, ticket }, request))
            }
            Ok((Err(_), exception)) => {
                run.answer(Err(HostFailed));
                exception.map(Waited::Threw)
            }
            Err(Pending) => {
                run.answer(Err(HostFailed));
                None
            }
        }
    }

    /// Has TypeScript bring back what becomes of the promise; false where the run is to be stopped in its place.
    fn wait(&self, env: Env, promise: &Promised, deadline: Option<Instant>) -> bool {
        if self.guest.0.stopper.is_stopped() {
            return false;
        }
        let wait = || {
            let wait = env.recall(with_calls(|calls| calls.wait).ok_or(Pending)?)?;
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let left = match left {
                Some(left) => env.double(left.as_secs_f64() * 1e3)?,
                None => env.undefined()?,
            };
            let ticket = env.double(promise.ticket as f64)?;
            env.call(wait, &[promise.value, ticket, left]).map(drop)
        };
        let waits = wait().is_ok();
        if !waits {
            env.clear_exception();
            self.guest.0.stopper.stop(Stop::Aborted);
        }
        // A getter of the promise's may have stopped the call.
        let is_stopped = self.guest.0.stopper.is_stopped();
        if is_stopped {
            forget(env, promise.ticket);
        }
        !is_stopped
    }

    /// Has the run go on on one of the engine's threads.
    fn hop(&mut self, env: Env, run: Run) -> Progress {
        if self.guest.0.host.is_some() && self.context.is_none() {
            self.context = current_context(env);
        }
        let Ok(mailbox) = mailbox(env) else {
            return Progress::Ended(lost("no way back from another thread"), None);
        };
        let number = self.number;
        let sender = Box::new(Sender {
            number,
            mailbox: mailbox.clone(),
        });
        if self.guest.0.threads.push(run, sender).is_err() {
            return Progress::Ended(lost("the operating system gives no thread"), None);
        }
        let first = with_calls(|calls| {
            calls.on_threads += 1;
            calls.on_threads == 1
        });
        if first {
            mailbox.keep_alive(env, true);
        }
        Progress::Away
    }

    /// Puts the instance to rest and makes of the end what JavaScript is to see.
    fn finish(mut self, env: Env, ended: Ended, thrown: Option<Js>) -> Settled {
        let Ended { instance, result } = ended;
        self.let_go(env);
        let was_disposed = self.guest.is_being_disposed();
        let bytes = match &self.output {
            Output::Handle(weight) => instance
                .as_ref()
                .map(|live| native_bytes(&live.metrics(), *weight)),
            Output::Function(_) => None,
        };
        self.guest.rest(env, instance, result.as_ref().err());
        match result {
            Err(Error::HostFailed) => match thrown {
                Some(exception) => Settled::Exception(exception),
                None => Settled::Failure((&Error::HostFailed).into(), None),
            },
            Err(Error::Aborted) if was_disposed => Settled::Failure(
                Failure {
                    message: "the call was aborted: its instance was disposed of".to_owned(),
                    ..Failure::from(&Error::Aborted)
                },
                None,
            ),
            Err(error) => Settled::Failure((&error).into(), None),
            Ok(outcome) => self.value(env, outcome, bytes),
        }
    }

    fn value(&self, env: Env, outcome: Outcome<EngineReturned>, bytes: Option<i64>) -> Settled {
        let Outcome {
            value,
            fuel,
            peak_memory_bytes,
            elapsed_ns,
        } = outcome;
        let value = match (&self.output, value) {
            (Output::Handle(_), _) => {
                Instance::handle(env, self.guest.clone().into(), bytes.unwrap_or(0), None)
                    .map(Returned::Value)
            }
            (Output::Function(function), value) => function.returned(env, value),
        };
        let value = match value {
            Ok(Returned::Value(value)) => value,
            Ok(Returned::Error { message, payload }) => {
                return Settled::Failure(Failure::result(message), Some(payload));
            }
            Err(Pending) => return unmade(env),
        };
        if !self.terms.is_measured {
            return Settled::Value(value);
        }
        let cost = Cost {
            fuel_consumed: fuel.consumed,
            fuel_is_exact: fuel.is_exact,
            peak_memory_bytes,
            elapsed_ns,
        };
        match cost.outcome(env, value) {
            Ok(outcome) => Settled::Value(outcome),
            Err(Pending) => unmade(env),
        }
    }
}

/// What a measured call cost.
pub struct Cost {
    pub fuel_consumed: u64,
    pub fuel_is_exact: bool,
    pub peak_memory_bytes: u64,
    pub elapsed_ns: u64,
}

impl Cost {
    /// The outcome of a call that gave `value`.
    pub fn outcome(&self, env: Env, value: Js) -> Result<Js, Pending> {
        let outcome = env.object()?;
        env.set_property(outcome, c"value", value)?;
        env.set_property(
            outcome,
            c"fuelConsumed",
            env.bigint_u64(self.fuel_consumed)?,
        )?;
        env.set_property(outcome, c"fuelIsExact", env.boolean(self.fuel_is_exact)?)?;
        let peak = env.double(self.peak_memory_bytes as f64)?;
        env.set_property(outcome, c"peakMemoryBytes", peak)?;
        env.set_property(outcome, c"elapsedNs", env.double(self.elapsed_ns as f64)?)?;
        Ok(outcome)
    }
}

/// What a host function gave that is not there yet.
enum Waited {
    For(Promised, HostRequest),
    Threw(Js),
}

struct Promised {
    value: Js,
    ticket: u64,
}

/// What runs a function in the context that JavaScript is in now.
fn current_context(env: Env) -> Option<Reference> {
    let make = || {
        let context = env.recall(with_calls(|calls| calls.context).ok_or(Pending)?)?;
        env.remember(env.call(context, &[])?)
    };
    make().map_err(|Pending| env.clear_exception()).ok()
}

/// The value could not be made: JavaScript's own exception, or that it cannot hold it.
fn unmade(env: Env) -> Settled {
    if env.has_exception() {
        return match env.take_exception() {
            Ok(exception) => Settled::Exception(exception),
            Err(Pending) => Settled::Failure((&Error::HostFailed).into(), None),
        };
    }
    Settled::Failure((&crate::export::cannot_hold()).into(), None)
}

fn lost(message: &str) -> Ended {
    Ended {
        instance: None,
        result: Err(Error::Internal {
            message: message.to_owned(),
        }),
    }
}

/// Resolves the promise to `[0, value]`, `[1, failure, payload]` or `[2, exception]`: TypeScript returns or throws, so that
/// the stack shows who waits.
fn settle(env: Env, deferred: Deferred, settled: Settled) {
    let make = || {
        let parts = match settled {
            Settled::Value(value) => [env.int32(0)?, value, env.undefined()?],
            Settled::Exception(exception) => [env.int32(2)?, exception, env.undefined()?],
            Settled::Failure(failure, payload) => {
                // SAFETY: the environment is current.
                let failure = unsafe { Failure::to_napi_value(env.raw(), failure) };
                let failure = failure.map_err(|_| Pending)?;
                let payload = payload.map_or_else(|| env.undefined(), Ok)?;
                [env.int32(1)?, failure, payload]
            }
        };
        let array = env.array(parts.len())?;
        for (index, part) in parts.into_iter().enumerate() {
            env.set_element(array, index as u32, part)?;
        }
        Ok(array)
    };
    let made: Result<Js, Pending> = make();
    if let Ok(array) = made.or_else(|Pending| env.undefined()) {
        env.resolve(deferred, array);
    }
}

impl Recipient<Delivery> for Delivery {
    fn receive(env: Env, delivery: Delivery) {
        let Delivery { number, run, turn } = delivery;
        let (call, last) = with_calls(|calls| {
            calls.on_threads -= 1;
            (calls.away.remove(&number), calls.on_threads == 0)
        });
        if last && let Ok(mailbox) = mailbox(env) {
            mailbox.keep_alive(env, false);
        }
        let Some(mut call) = call else { return };
        match call.progress(env, run, Some(turn), None) {
            Progress::Ended(ended, thrown) => call.end(env, ended, thrown),
            Progress::Away => call.file(),
        }
    }
}

/// The promise with this ticket is settled: `value` is what it came to, or why it was rejected.
pub fn settled(env: Env, ticket: u64, value: Js, is_rejected: bool) {
    let Some((mut call, waiting)) = take_waiting(ticket) else {
        return;
    };
    let Waiting {
        mut run,
        mut request,
        ..
    } = waiting;
    let taken = match (&call.guest.0.host, is_rejected) {
        (Some(host), false) => host.take(
            env,
            request.import,
            &request.ty,
            value,
            &mut request.slots,
        ),
        _ => Err(value),
    };
    let thrown = taken.err();
    run.answer(match thrown {
        None => Ok(request.slots),
        Some(_) => Err(HostFailed),
    });
    call.waiting = None;
    call.resume(env, run, thrown);
}

/// The deadline of the call that waits with this ticket has passed.
pub fn expired(env: Env, ticket: u64) {
    if let Some((call, waiting)) = take_waiting(ticket) {
        call.guest.0.stopper.stop(Stop::Deadline);
        call.resume(env, waiting.run, None);
    }
}

fn take_waiting(ticket: u64) -> Option<(Call, Waiting)> {
    with_calls(|calls| {
        let number = calls.tickets.remove(&ticket)?;
        let mut call = calls.away.remove(&number)?;
        let waiting = call.waiting.take()?;
        Some((call, waiting))
    })
}
