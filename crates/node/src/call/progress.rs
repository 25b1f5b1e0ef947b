//! One call: how far it gets here, and what is made of its end.

use super::away::{
    Sender, begins_elsewhere, current_context, forget, hook, mailbox, next_number, take_time,
    with_calls,
};
use super::guest::AsyncGuest;
use super::settled::{Settled, settle, unmade};
use super::{CallTerms, Cost};
use crate::error::{Failure, throw_failure};
use crate::export::{Function, Returned};
use crate::host::Served;
use crate::instance::{Instance, native_bytes};
use crate::js::{Deferred, Env, Pending, Reference, Value as Js};
use airssys_wasm_engine::{
    Completed, Error, HostFailed, HostRequest, Measurement, Returned as EngineReturned, Step, Task,
    TaskCall, coarse_now,
};
use std::cell::Cell;
use std::ptr::NonNull;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long guests may be run on the thread of JavaScript in one go, where they call host functions again and again.
pub(super) const TURN_HERE: Duration = Duration::from_millis(1);

/// One call, from its arguments to its promise.
pub(super) struct Call {
    /// 0 until somebody needs to know it by one.
    pub(super) number: u64,
    pub(super) guest: AsyncGuest,
    pub(super) output: Output,
    pub(super) terms: CallTerms,
    /// Until it begins.
    pub(super) invocation: Option<Box<TaskCall>>,
    /// What its caller waits for; none while it has not returned to its caller yet.
    pub(super) deferred: Option<Deferred>,
    /// Runs a function in the context of this call.
    pub(super) context: Option<Reference>,
    pub(super) waiting: Option<Box<Waiting>>,
    pub(super) holds_host: bool,
}

/// What is to be made of what the run gives.
pub(super) enum Output {
    Function(Rc<Function>),
    /// A handle for the instance, which V8 is told weighs so much beside its memory.
    Handle(i64),
}

/// A run that waits for a promise.
pub(super) struct Waiting {
    pub(super) ticket: u64,
    pub(super) run: Task,
    pub(super) request: HostRequest,
}

/// The most calls that run here inside of each other's host functions: JavaScript's stack ends long before its thread's, and
/// what would begin deeper begins on a thread.
const MAX_NESTING: u32 = 16;

thread_local! {
    static NESTING: Cell<u32> = const { Cell::new(0) };
}

/// One call that is running here, until it is dropped.
struct Nesting;

impl Nesting {
    fn deeper() -> Option<Self> {
        let depth = NESTING.get();
        (depth < MAX_NESTING).then(|| {
            NESTING.set(depth + 1);
            Self
        })
    }
}

impl Drop for Nesting {
    fn drop(&mut self) {
        NESTING.set(NESTING.get() - 1);
    }
}

/// Where a run got to.
pub(super) enum Progress {
    Ended(Completed, Option<Js>),
    /// Onto a thread, or to wait for a promise.
    Away,
}

impl Call {
    /// Runs the call for the first time, while its caller waits on this stack; where guests have taken too much of this
    /// thread since the event loop had its turn, on another.
    pub(super) fn begin(mut self, env: Env, run: Task) -> Result<Js, Pending> {
        self.terms.hops |= begins_elsewhere();
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
    pub(super) fn resume(mut self, env: Env, run: Task, thrown: Option<Js>) {
        match self.progress(env, run, None, thrown) {
            Progress::Ended(ended, thrown) => self.end(env, ended, thrown),
            Progress::Away => self.file(),
        }
    }

    /// Has the call go on on a thread, and come back when the event loop has had its turn.
    pub(super) fn resume_later(mut self, env: Env, run: Task) {
        match self.hop(env, run) {
            Progress::Ended(ended, thrown) => self.end(env, ended, thrown),
            Progress::Away => self.file(),
        }
    }

    pub(super) fn end(mut self, env: Env, ended: Completed, thrown: Option<Js>) {
        let guest = self.guest.clone();
        let deferred = self.deferred.take();
        let settled = self.finish(env, ended, thrown);
        if let Some(deferred) = deferred {
            settle(env, deferred, settled);
        }
        guest.begin_queued(env);
    }

    pub(super) fn fail(mut self, env: Env, error: &Error) {
        let deferred = self.deferred.take();
        self.let_go(env);
        if let Some(deferred) = deferred {
            settle(env, deferred, Settled::Failure(error.into(), None));
        }
    }

    pub(super) fn file(mut self) {
        self.number();
        with_calls(|calls| {
            if let Some(waiting) = &self.waiting {
                calls.tickets.insert(waiting.ticket, self.number);
            }
            calls.away.insert(self.number, self);
        });
    }

    /// The number by which it is known where it is not on the stack.
    fn number(&mut self) -> u64 {
        if self.number == 0 {
            self.number = with_calls(next_number);
            self.guest.0.current.set(self.number);
        }
        self.number
    }

    /// The host functions must outlive a call on its way, whatever its caller still holds.
    pub(super) fn hold_host(&mut self, env: Env) {
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
    pub(super) fn progress(
        &mut self,
        env: Env,
        run: Task,
        turn: Option<Step>,
        thrown: Option<Js>,
    ) -> Progress {
        // Guests without host functions leave after a slice: what they took counts only where many calls follow each
        // other, and for that the coarse clock is enough, which costs next to nothing.
        let started = self.guest.0.host.is_some().then(Instant::now);
        let before = coarse_now();
        let progress = self.run_here(env, run, turn, thrown);
        let taken = match started {
            Some(started) => started.elapsed(),
            None => coarse_now().saturating_sub(before),
        };
        if !taken.is_zero() {
            take_time(env, taken);
        }
        progress
    }

    fn run_here(
        &mut self,
        env: Env,
        mut run: Task,
        turn: Option<Step>,
        mut thrown: Option<Js>,
    ) -> Progress {
        self.guest.0.current.set(self.number);
        self.guest.0.abortable.set(self.terms.number);
        let nesting = Nesting::deeper();
        let is_too_deep = turn.is_none() && nesting.is_none();
        if std::mem::take(&mut self.terms.hops) || is_too_deep {
            return self.hop(env, run);
        }
        let mut started = None;
        let mut turn = turn.unwrap_or_else(|| run.step());
        loop {
            match turn {
                Step::Completed(ended) => return Progress::Ended(ended, thrown),
                Step::Yielded => return self.hop(env, run),
                // The next turn sees it.
                Step::HostCall if self.guest.0.stopper.is_stopped() => {}
                Step::HostCall => {
                    let started = started.get_or_insert_with(Instant::now);
                    match self.serve(env, &mut run) {
                        Some(Waited::For(promise, request))
                            if self.wait(env, &promise, request.deadline) =>
                        {
                            let ticket = promise.ticket;
                            self.waiting = Some(Box::new(Waiting {
                                ticket,
                                run,
                                request,
                            }));
                            return Progress::Away;
                        }
                        // What it returned cannot be waited for; or it was stopped, which the next turn sees first.
                        Some(Waited::For(..)) => {
                            if env.has_exception() {
                                thrown = env.take_exception().ok();
                            }
                            run.answer(Err(HostFailed));
                        }
                        Some(Waited::Threw(exception)) => thrown = Some(exception),
                        None if started.elapsed() >= TURN_HERE => return self.hop(env, run),
                        None => {}
                    }
                }
            }
            turn = run.step();
        }
    }

    /// Serves the host function for which the run waits.
    fn serve(&self, env: Env, run: &mut Task) -> Option<Waited> {
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
                import, payload, ..
            } = &mut request;
            match host.serve(env, *import, &mut payload.as_mut(), context) {
                Served::Done => (Ok(()), None),
                Served::Threw(exception) => (Err(true), Some(exception)),
                Served::Later(value) => (Err(false), Some(value)),
            }
        });
        guest.serving.set(before);
        match escaped {
            Ok((Ok(()), _)) => {
                run.answer(Ok(request.payload));
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

    /// Has TypeScript bring back what becomes of the promise; false where the run is stopped, or an exception pending, in its
    /// place.
    fn wait(&self, env: Env, promise: &Promised, deadline: Option<Instant>) -> bool {
        if self.guest.0.stopper.is_stopped() {
            return false;
        }
        let wait = || {
            let wait = hook(env, |hooks| hooks.wait)?;
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let left = match left {
                Some(left) => env.double(left.as_secs_f64() * 1e3)?,
                None => env.undefined()?,
            };
            let ticket = env.double(promise.ticket as f64)?;
            env.call(wait, &[promise.value, ticket, left]).map(drop)
        };
        if wait().is_err() {
            return false;
        }
        // A getter of the promise's may have stopped the call.
        let is_stopped = self.guest.0.stopper.is_stopped();
        if is_stopped {
            forget(env, promise.ticket);
        }
        !is_stopped
    }

    /// Has the run go on on one of the engine's threads.
    fn hop(&mut self, env: Env, run: Task) -> Progress {
        if self.guest.0.host.is_some() && self.context.is_none() {
            self.context = current_context(env);
        }
        let Ok(mailbox) = mailbox(env) else {
            return Progress::Ended(lost("no way back from another thread"), None);
        };
        let number = self.number();
        let sender = Box::new(Sender {
            number,
            mailbox: mailbox.clone(),
        });
        if !self.guest.0.threads.spawn(run, sender) {
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
    fn finish(mut self, env: Env, ended: Completed, thrown: Option<Js>) -> Settled {
        let Completed { instance, result } = ended;
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
                None => Settled::Failure((&host_unserved()).into(), None),
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

    fn value(&self, env: Env, outcome: Measurement<EngineReturned>, bytes: Option<i64>) -> Settled {
        let Measurement {
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

/// What a host function gave that is not there yet.
enum Waited {
    For(Promised, HostRequest),
    Threw(Js),
}

struct Promised {
    value: Js,
    ticket: u64,
}

/// The error of a call whose host function failed without throwing anything: the environment is about to end.
fn host_unserved() -> Error {
    Error::Internal {
        message: "a host function could not be called".to_owned(),
    }
}

fn lost(message: &str) -> Completed {
    Completed {
        instance: None,
        result: Err(Error::Internal {
            message: message.to_owned(),
        }),
    }
}
